//! One thing that a check found.

use super::Code;
use serde::{Deserialize, Serialize};

/// How grave it is, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Error,
    Warning,
    Info,
}

/// What it stands in the way of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Blocks {
    /// The dossier cannot be submitted (D-04).
    Submission,
    /// It can be submitted, and would be returned for correction (D-08).
    Return,
    Nothing,
}

/// One finding: what, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Finding {
    pub code: Code,
    pub severity: Severity,
    pub blocks: Blocks,
    /// Where in the dossier, for example `goods[0].unit`.
    pub path: String,
    /// What is wrong and what to do.
    pub message: String,
    /// What a check digit should be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// The section or class of document that is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
}

impl Finding {
    pub(super) fn new(code: Code, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            blocks: code.blocks(),
            path: path.into(),
            message: message.into(),
            expected: None,
            missing: None,
        }
    }

    pub(super) fn expecting(self, expected: impl Into<String>) -> Self {
        Self {
            expected: Some(expected.into()),
            ..self
        }
    }

    pub(super) fn lacking(self, what: impl Into<String>) -> Self {
        Self {
            missing: Some(what.into()),
            ..self
        }
    }
}
