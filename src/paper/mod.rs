//! Documents on paper: the waiver's certificate, the decision, the receipt, the outcome, the history of a case.
//!
//! Each is a [`sheet::Sheet`] of words and figures that [`press::print`] lays out as a tagged PDF/A-2a and PDF/UA-1.
//! A sheet states what was so at an event of the history, never the time of printing: the same history gives the same
//! bytes, and a file can be compared with its hash.

pub mod certificate;
pub mod decision;
pub use crate::domain::deeds;
mod face;
pub mod history;
mod layout;
pub mod outcome;
pub mod press;
mod qr;
pub mod receipt;
mod saying;
pub mod sheet;
mod table;
#[cfg(test)]
mod tests;

pub use saying::Beside;

/// A document could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the document cannot be printed: {0}")]
pub struct PaperError(pub String);
