//! Words that may be withheld or erased without breaking history.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A value that history commits to but does not contain: free text, names, file names.
///
/// In an event's hashed body stands only a salted commitment; the value itself lives beside it and may be
/// withheld from an export or lawfully erased. In JSON a known value is `{"$private": value}`; the writer of
/// history replaces it by `{"$commit": "<hex>"}` and back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Private<T> {
    /// The value is here.
    Known(T),
    /// The value was withheld or erased; its commitment remains in history.
    Withheld,
}

impl<T> Private<T> {
    /// The value, if it is here.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Withheld => None,
        }
    }

    /// The value, taken out, if it is here.
    pub fn into_known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Withheld => None,
        }
    }
}

impl<T> From<T> for Private<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

#[derive(Serialize, Deserialize)]
struct Sealed<T> {
    #[serde(
        rename = "$private",
        default = "Option::default",
        skip_serializing_if = "Option::is_none"
    )]
    value: Option<T>,
}

impl<T: Serialize> Serialize for Private<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Sealed { value: self.known() }.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Private<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Sealed::deserialize(deserializer)?.value {
            Some(value) => Self::Known(value),
            None => Self::Withheld,
        })
    }
}

/// The languages the service speaks.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    En,
    Ru,
}

impl Language {
    pub const ALL: [Language; 2] = [Language::En, Language::Ru];

    /// The IETF tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
        }
    }
}

/// The same words in every language of a notice.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = std::collections::BTreeMap<String, String>)]
pub struct Localised(pub BTreeMap<Language, String>);

impl Localised {
    /// The same text in every language; for fixtures and tests of one-language programmes.
    pub fn same(text: &str) -> Self {
        Self(
            Language::ALL
                .into_iter()
                .map(|language| (language, text.to_owned()))
                .collect(),
        )
    }

    /// In this language, or English, or whatever there is.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        self.0
            .get(&language)
            .or_else(|| self.0.get(&Language::En))
            .or_else(|| self.0.values().next())
            .map_or("", String::as_str)
    }
}

/// The most characters that one free text may have.
pub const LONGEST_TEXT: usize = 20_000;

/// Free text in a request or an event. A request gives it as a plain string; history holds only its commitment.
#[derive(Clone, Debug, PartialEq, Eq, utoipa::ToSchema)]
#[schema(value_type = String)]
pub struct Words(Private<String>);

impl Words {
    /// These words, unchecked: for texts the service itself composes.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(Private::Known(text.to_owned()))
    }

    /// The text; empty if it was withheld.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.known().map_or("", String::as_str)
    }

    /// Is nothing said?
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.as_str().trim().is_empty()
    }
}

/// Refuses what may not stand in free text: control characters other than line breaks and tabs, and far too much of it.
fn permitted(text: &str) -> Result<(), &'static str> {
    if text.chars().count() > LONGEST_TEXT {
        return Err("the text is longer than 20,000 characters");
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err("the text has a control character");
    }
    Ok(())
}

struct WordsVisitor;

impl<'de> serde::de::Visitor<'de> for WordsVisitor {
    type Value = Words;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Words, E> {
        permitted(text).map_err(E::custom)?;
        Ok(Words::new(text))
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Words, A::Error> {
        Private::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(Words)
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordsVisitor)
    }
}

impl Serialize for Words {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Would a spreadsheet take this cell for a formula?
#[must_use]
pub fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}
