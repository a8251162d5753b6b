//! How the screening of a case stands, in one word, and which act asks for it next.

use super::{FRESH_HOURS, hits, is_settled, same_subject, uncovered_match};
use crate::{
    domain::Instant,
    workflow::{action::ScreeningOutcome, case::Case, screened, state::*},
};
use jiff::SignedDuration;
use serde::Serialize;

/// The weightiest thing that can be said of it, however old it is; the first that is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Somebody whom the case names was not looked for yet.
    Missing,
    /// The last check of somebody failed: that is not a clear result.
    Failed,
    /// The case says something else of somebody than when he was looked for.
    Changed,
    /// A hit waits for the word of two persons.
    Undecided,
    /// Somebody is listed, and nothing covers it.
    Uncovered,
    /// Every hit was decided by two persons, and none stands in the way.
    Decided,
    /// Nothing was found.
    Clear,
}

/// How the screening stands, for the day of this instant.
#[must_use]
pub fn standing(case: &Case, now: Instant) -> Standing {
    let (subjects, today) = (screened::live(case), case.local_date(now));
    let known = || subjects.keys().filter_map(|key| case.screening.get(key));
    if known().count() < subjects.len() {
        Standing::Missing
    } else if known().any(|one| one.result == ScreeningOutcome::Failed) {
        Standing::Failed
    } else if subjects.iter().any(|(key, subject)| {
        case.screening
            .get(key)
            .is_some_and(|one| !same_subject(one, Some(subject)))
    }) {
        Standing::Changed
    } else if hits(case).any(|hit| !is_settled(hit, today)) {
        Standing::Undecided
    } else if uncovered_match(case) {
        Standing::Uncovered
    } else if hits(case).next().is_some() {
        Standing::Decided
    } else {
        Standing::Clear
    }
}

/// From when on it is too old to rely on: the oldest check of somebody whom the case names, and a day.
#[must_use]
pub fn repeat_from(case: &Case) -> Option<Instant> {
    let subjects = screened::live(case);
    let times = subjects.keys().filter_map(|key| case.screening.get(key));
    let oldest = times.map(|one| one.at).min()?;
    oldest.checked_add(SignedDuration::from_hours(FRESH_HOURS)).ok()
}

/// The act that asks for a fresh screening next, and its rule; none when nothing can follow that does.
#[must_use]
pub fn asked_by(case: &Case) -> Option<(&'static str, &'static str)> {
    use DossierState as D;
    match (case.state, case.waiver.state) {
        (D::Submitted | D::Completeness | D::Returned | D::UnderReview, _) => Some(("ballot", "B-01")),
        (D::Deliberation, _) | (D::Decided, WaiverState::PendingIssue) => Some(("issue", "W-01")),
        (D::Decided, WaiverState::Active) => Some(("shipment", "H-01")),
        _ => None,
    }
}
