//! Screening: is this party, vessel or bank on a list, and why do we think so?
//!
//! | file | what it holds |
//! |---|---|
//! | [`entry`] | a listed party, as every reader delivers it |
//! | [`lists`] | one streaming reader per published format |
//! | [`query`] | what is asked, what is answered, the thresholds |
//! | [`explanation`] | why a listed name was found, in data and in words |
//! | [`identifier`] | numbers as they are compared |
//! | [`index`] | the lists in memory, made for looking up |
//!
//! Nothing here knows of a database, a network or the time.

pub mod entry;
mod explain;
pub mod explanation;
pub mod identifier;
pub mod index;
pub mod lists;
mod matching;
mod qualify;
pub mod query;

#[cfg(test)]
mod tests;

pub use entry::{Identifier, Kind, ListedEntry, ListedName, NameKind};
pub use explanation::Explanation;
pub use index::Index;
pub use query::{Band, Hit, Query, Thresholds, Unusable};
