//! A refusal is an answer: a code, a sentence, the condition that failed, the rule.

use serde::Serialize;
use std::fmt;

/// Why a wish was not granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    pub kind: RefusalKind,
    /// Stable, snake_case, never reused.
    pub code: &'static str,
    /// What is missing and what to do.
    pub sentence: String,
    /// The rule it cites, for example `D-04`.
    pub rule: &'static str,
    /// The part of the request it is about, if one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Single findings, for example of the dossier check: path, code, message.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<(String, String, String)>,
}

/// Who acts next after a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalKind {
    /// Somebody else must do it.
    WrongRole,
    /// It cannot be done now.
    WrongState,
    /// Something is missing.
    Condition,
    /// Nothing is missing but the proof, a short while ago, of who acts.
    Unproved,
}

impl Refusal {
    /// A condition that does not hold.
    #[must_use]
    pub fn condition(rule: &'static str, code: &'static str, sentence: impl Into<String>) -> Self {
        Self {
            kind: RefusalKind::Condition,
            code,
            sentence: sentence.into(),
            rule,
            field: field_of(code).map(str::to_owned),
            details: Vec::new(),
        }
    }

    /// The same, about this field of the request.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The same, with single findings.
    #[must_use]
    pub fn because(mut self, details: Vec<(String, String, String)>) -> Self {
        self.details = details;
        self
    }
}

/// The one field of the request that a condition with this code is about, wherever it stands in the law.
fn field_of(code: &str) -> Option<&'static str> {
    match code {
        "vessel_number_wrong" => Some("vessel.imo"),
        "loaded_before_validity" | "loaded_after_expiry" => Some("loaded_on"),
        _ => None,
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.code, self.rule, self.sentence)
    }
}

impl std::error::Error for Refusal {}
