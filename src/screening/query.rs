//! What is asked, and what is answered.

use super::{
    entry::{Identifier, Kind, NameKind},
    explanation::Explanation,
};
use serde::{Deserialize, Serialize};

/// Characters a name may have. The longest name on any list has fewer.
pub const LONGEST_NAME: usize = 300;
/// Names and numbers one question may carry.
pub const MOST_NAMES: usize = 50;

/// A party, vessel or bank to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    #[serde(default)]
    pub kind: Kind,
    /// All names it goes by, in whatever script.
    #[serde(default)]
    pub names: Vec<String>,
    #[serde(default)]
    pub identifiers: Vec<Identifier>,
    /// ISO 3166 codes.
    #[serde(default)]
    pub countries: Vec<String>,
    /// `1971`, `1971-05` or `1971-05-12`.
    #[serde(default)]
    pub date_of_birth: Option<String>,
}

/// A question that cannot be answered. It is never taken for "nothing found".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    #[error("a name has {0} characters; at most {LONGEST_NAME} can be screened: give the name alone")]
    NameTooLong(usize),
    #[error("{0} names and numbers; at most {MOST_NAMES} can be screened at once")]
    TooMany(usize),
    #[error("neither a name with letters or digits nor a number to look for")]
    Nothing,
}

impl Unusable {
    /// A stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NameTooLong(_) => "name_too_long",
            Self::TooMany(_) => "too_many_names",
            Self::Nothing => "nothing_to_screen",
        }
    }
}

impl Query {
    /// A question by one name.
    #[must_use]
    pub fn name(kind: Kind, name: &str) -> Self {
        Self {
            kind,
            names: vec![name.to_owned()],
            ..Self::default()
        }
    }

    /// Why it cannot be answered, if so.
    ///
    /// # Errors
    /// See [`Unusable`].
    pub fn check(&self) -> Result<(), Unusable> {
        let count = self.names.len() + self.identifiers.len();
        if count > MOST_NAMES {
            return Err(Unusable::TooMany(count));
        }
        let longest = self.names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        if longest > LONGEST_NAME {
            return Err(Unusable::NameTooLong(longest));
        }
        let says_something = |text: &str| text.chars().any(char::is_alphanumeric);
        let mut texts = self.names.iter().chain(self.identifiers.iter().map(|id| &id.value));
        if texts.any(|text| says_something(text)) {
            Ok(())
        } else {
            Err(Unusable::Nothing)
        }
    }
}

/// From which score on a listed name is a hit. Recorded with every screening.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    pub strong: f64,
    pub possible: f64,
    /// Hits that are answered at most, the best first.
    pub most: usize,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            strong: 0.84,
            possible: 0.67,
            most: 20,
        }
    }
}

impl Thresholds {
    /// The band of a score; none below both.
    #[must_use]
    pub fn band(&self, score: f64) -> Option<Band> {
        if score >= self.strong {
            Some(Band::Strong)
        } else if score >= self.possible {
            Some(Band::Possible)
        } else {
            None
        }
    }
}

/// How much a hit is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    Strong,
    Possible,
}

impl Band {
    /// What it is called.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Strong => "strong",
            Self::Possible => "possible",
        }
    }
}

/// One listed party that may be the one asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    pub list: String,
    pub entry: String,
    /// Of the listed entry; see [`super::ListedEntry::fingerprint`].
    pub fingerprint: String,
    /// 0 to 1, two decimals and more.
    pub score: f64,
    pub band: Band,
    /// The listed name that matched best; the primary name if a number matched.
    pub matched_name: String,
    pub matched_kind: NameKind,
    pub explanation: Explanation,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_that_cannot_be_answered_says_why() {
        assert_eq!(Query::default().check(), Err(Unusable::Nothing));
        assert_eq!(Query::name(Kind::Person, " -.!").check(), Err(Unusable::Nothing));
        let long = "x".repeat(10_000);
        assert_eq!(
            Query::name(Kind::Person, &long).check(),
            Err(Unusable::NameTooLong(10_000))
        );
        let fits = "я".repeat(LONGEST_NAME);
        assert_eq!(Query::name(Kind::Person, &fits).check(), Ok(()));
        let many = Query {
            names: vec!["a".into(); 51],
            ..Query::default()
        };
        assert_eq!(many.check(), Err(Unusable::TooMany(51)));
    }

    #[test]
    fn bands_begin_at_their_thresholds() {
        let thresholds = Thresholds::default();
        assert_eq!(thresholds.band(0.84), Some(Band::Strong));
        assert_eq!(thresholds.band(0.8399), Some(Band::Possible));
        assert_eq!(thresholds.band(0.67), Some(Band::Possible));
        assert_eq!(thresholds.band(0.6699), None);
    }
}
