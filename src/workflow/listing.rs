//! The one row by which a case or a notice is listed and searched: computed from history, written with it.

use crate::domain::{
    Date, Instant,
    id::{CaseId, NoticeId, OrganisationId, PersonId},
    people::Role,
};

/// How a case is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseListing {
    pub id: CaseId,
    /// Given at first submission, for example `CW-2025-0001`.
    pub reference: Option<String>,
    pub notice: NoticeId,
    pub notice_number: String,
    pub organisation: OrganisationId,
    pub applicant: String,
    /// The dossier's state, for example `under_review`.
    pub state: String,
    pub outcome: Option<String>,
    /// `not_started`, `running`, `stopped` or `ended`.
    pub clock: String,
    pub due: Option<Date>,
    pub lapses_at: Option<Instant>,
    /// The next instant at which time alone changes something.
    pub next_timer_at: Option<Instant>,
    pub waiver_number: Option<String>,
    pub waiver_state: Option<String>,
    /// What the waiver's number is checked with, by anybody.
    pub verify_code: Option<String>,
    /// Authorised and still available quantity, in thousandths of the smallest unit of its dimension (grams, thousandths of a piece).
    pub authorised_milli: i64,
    pub available_milli: i64,
    pub unit: Option<String>,
    /// Destination countries, for filters.
    pub countries: Vec<String>,
    /// Who works on it, for "mine".
    pub members: Vec<(PersonId, Role)>,
    pub submitted_at: Option<Instant>,
    pub updated_at: Instant,
    pub version: u32,
}

/// How a notice is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeListing {
    pub id: NoticeId,
    pub number: String,
    pub authority: String,
    pub state: String,
    /// The published version, from 1; 0 before publication.
    pub edition: u32,
    pub published_at: Option<Instant>,
    pub closes: Option<Date>,
    pub next_timer_at: Option<Instant>,
    pub updated_at: Instant,
    pub version: u32,
}
