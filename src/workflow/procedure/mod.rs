//! *** THE TABLES *** One file a chapter; one row a sentence: who may do what, in which states, on which conditions,
//! where it leads, what it does to the clock and whom it tells. Rule ids are those of the law.

pub mod committee;
pub mod decision;
pub mod dossier;
pub mod editions;
pub mod files;
pub mod inspection;
pub mod notice;
pub mod questions;
pub mod screening;
pub mod shipment;
pub mod waiver;

use super::{case::Case, step::Step};

/// The procedure of a case, chapter by chapter.
pub const CASE: &[&[Step<Case>]] = &[
    dossier::STEPS,
    editions::STEPS,
    questions::STEPS,
    screening::STEPS,
    committee::STEPS,
    inspection::STEPS,
    decision::STEPS,
    waiver::STEPS,
    shipment::STEPS,
];
