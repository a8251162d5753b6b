//! Why a listed name was found: as data, and in plain words.

use super::entry::NameKind;
use serde::{Deserialize, Serialize};

/// What led to the listed party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum MatchedOn {
    Name {
        asked: String,
    },
    Number {
        scheme: String,
        value: String,
        listed_scheme: String,
    },
}

/// How two words agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The same letters.
    Exact,
    /// The same legal form, written otherwise.
    LegalForm,
    /// The same number, written otherwise (XV, 15).
    Numeral,
    /// A few letters differ.
    Spelling,
    /// The same consonants.
    Sound,
    /// Another spelling of the same name (Mohamed, Muhammad).
    Variant,
    /// A letter for the name it begins.
    Initial,
    /// Written together here, apart there.
    Joined,
}

impl Reason {
    /// The order in which words that agree are named.
    pub const IN_ORDER: [Self; 8] = [
        Self::Exact,
        Self::Numeral,
        Self::Spelling,
        Self::Sound,
        Self::Variant,
        Self::Joined,
        Self::Initial,
        Self::LegalForm,
    ];

    /// In words.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Exact => "identical",
            Self::LegalForm => "same legal form",
            Self::Numeral => "same number",
            Self::Spelling => "similar spelling",
            Self::Sound => "same consonants",
            Self::Variant => "another spelling of the name",
            Self::Initial => "initial",
            Self::Joined => "written together",
        }
    }
}

/// A word of the question and the word of the listed name it was laid against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    pub asked: String,
    pub listed: String,
    pub similarity: f64,
    pub reason: Reason,
    /// How much the pair counts.
    pub weight: f64,
}

/// A fact beside the name that speaks for or against the hit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Qualifier {
    pub field: QualifierField,
    pub asked: String,
    pub listed: String,
    /// What it did to the score.
    pub effect: f64,
}

/// Which fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QualifierField {
    /// Found by a number, under other names.
    Name,
    DateOfBirth,
    Country,
    Number,
    /// Both are ships with sound numbers, and the numbers differ.
    OtherShip,
    /// Numerals in the names differ.
    Numerals,
    /// Given name and father's name are the other way round.
    Patronymic,
    WeakAlias,
    Kind,
}

/// Why a listed party was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// Never empty; the strongest first.
    pub matched_on: Vec<MatchedOn>,
    pub listed_primary_name: String,
    /// The listed name that was compared, and what it is to the party.
    #[serde(default)]
    pub listed_name: String,
    #[serde(default)]
    pub listed_kind: NameKind,
    pub pairs: Vec<Pair>,
    pub unmatched_asked: Vec<String>,
    pub unmatched_listed: Vec<String>,
    pub qualifiers: Vec<Qualifier>,
    /// Of the names alone, before the qualifiers.
    pub name_score: f64,
    /// 0 to 100, computed the way Treasury describes its own search; for information only.
    pub ofac_style: u8,
    /// The same in sentences.
    pub words: Vec<String>,
}
