//! Published lists: one reader per format, each reading its file once, from front to back.
//!
//! A reader either delivers the whole list or refuses it with the place and the reason. It never delivers part of a list.

mod columns;
mod eu;
mod eu_csv;
mod fields;
mod ftm;
mod ofac_advanced;
mod ofac_csv;
mod ofac_xml;
mod reading;
mod remarks;
mod source;
#[cfg(test)]
mod tests;
mod uk_csv;
mod uk_xml;
mod un;
mod xml;

pub use reading::{Format, ListFile, read};

use super::entry::{Kind, ListedEntry, NameKind};
use serde::{Deserialize, Serialize};

/// A list as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// For example `OFAC-SDN`.
    pub list: String,
    /// As the file itself says it was published; many formats do not say.
    pub published: Option<String>,
    pub files: Vec<FileRead>,
    pub entries: Vec<ListedEntry>,
    pub counts: Counts,
    /// What is odd but does not hinder: the entry is loaded all the same.
    pub complaints: Vec<Complaint>,
}

/// A file that was read to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRead {
    pub name: String,
    pub bytes: u64,
    /// In hexadecimal.
    pub sha256: String,
}

/// How much a list holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub entries: usize,
    pub persons: usize,
    pub organisations: usize,
    pub vessels: usize,
    pub aircraft: usize,
    pub names: usize,
    pub weak_names: usize,
    pub identifiers: usize,
}

impl Counts {
    /// Counts entries.
    #[must_use]
    pub fn of(entries: &[ListedEntry]) -> Self {
        let mut counts = Self {
            entries: entries.len(),
            ..Self::default()
        };
        for entry in entries {
            match entry.kind {
                Kind::Person => counts.persons += 1,
                Kind::Organisation => counts.organisations += 1,
                Kind::Vessel => counts.vessels += 1,
                Kind::Aircraft => counts.aircraft += 1,
                Kind::Unknown => {}
            }
            counts.names += entry.names.len();
            counts.weak_names += entry.names.iter().filter(|name| name.kind == NameKind::Weak).count();
            counts.identifiers += entry.identifiers.len();
        }
        counts
    }
}

/// Something odd in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    pub file: String,
    pub line: u64,
    /// The entry it concerns; empty if none.
    pub entry: String,
    pub about: Oddity,
    /// The same in a sentence.
    pub text: String,
}

impl Complaint {
    fn new(file: String, line: u64, entry: String, about: Oddity) -> Self {
        let text = about.to_string();
        Self {
            file,
            line,
            entry,
            about,
            text,
        }
    }
}

/// What is odd.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Oddity {
    /// The number's check digits are not what its scheme asks for.
    #[error("{label} {value}: its check digits should be {expected}")]
    CheckDigit {
        label: String,
        value: String,
        expected: String,
    },
    /// The number does not look like one of its scheme.
    #[error("{label} {value}: {shape}")]
    Shape {
        label: String,
        value: String,
        shape: String,
    },
    /// A row of another file for a party that the primary file does not have.
    #[error("it belongs to entry {entry}, which {primary} does not have")]
    Stray { entry: String, primary: String },
    #[error("the set has no file ALT: aliases are missing")]
    NoAliases,
    #[error("the set has no file ADD: addresses and countries are missing")]
    NoAddresses,
}

/// A file that is not taken, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{file}, line {line}: {reason}")]
pub struct Refusal {
    /// A stable code.
    pub code: RefusalCode,
    pub file: String,
    /// Counted from one; 0 if no line is to blame.
    pub line: u64,
    pub reason: String,
}

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// It could not be read at all.
    Unreadable,
    /// It ends before it should.
    Truncated,
    /// A row, element or line is not as its format says.
    Malformed,
    /// It declares a document type or entities, which no published list needs.
    Entities,
    /// It, or one piece of it, is larger than any published list.
    TooLarge,
    /// No format is recognised, or a file of the set is missing.
    UnknownFormat,
    /// It holds no entry.
    Empty,
}
