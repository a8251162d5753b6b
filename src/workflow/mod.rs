//! The law, pure: given the history and a wish, what happens?

pub mod event;
pub mod listing;
