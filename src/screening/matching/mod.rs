//! Names laid side by side: from text to words, from words to a score.

pub(super) mod align;
mod families;
pub(super) mod legal;
mod lexicon;
pub(super) mod ofac_style;
pub(super) mod part;
pub(super) mod script;
pub(super) mod sound;
pub(super) mod vocabulary;
pub(super) mod words;
