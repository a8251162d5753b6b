//! What the law must know that is not in the history it judges.

use super::{action::Vote, notice::Notice};
use crate::domain::{
    Instant,
    id::{DocumentId, OrganisationId, PersonId},
    people::{Actor, Delegation},
    quantity::Quantity,
};
use std::collections::BTreeMap;

/// Other histories, files, people and chance, as arguments.
pub struct Around {
    /// The notice as it stands today.
    pub notice: Option<Notice>,
    /// How much of the programme's ceiling is left; None: no ceiling.
    pub programme_left: Option<Quantity>,
    /// The organisation that the acting person files for.
    pub organisations: BTreeMap<OrganisationId, OrganisationFacts>,
    /// The people whom the action names.
    pub people: BTreeMap<PersonId, Actor>,
    /// The uploaded files of the case that the action names.
    pub documents: BTreeMap<DocumentId, DocumentFacts>,
    /// 128 random bits in hexadecimal, should a certificate be issued.
    pub verify_code: String,
    /// Seals votes and opens them again; its key is not in the database.
    pub ballot_box: std::sync::Arc<dyn BallotBox>,
    /// The service screens by itself before an act that needs it: a screening that is merely old stands in nobody's way.
    pub screens: bool,
    /// The listed entry that a disposition is about.
    pub entry_now: EntryNow,
}

/// What the lists say today about an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EntryNow {
    /// It is not on a list that is kept here.
    #[default]
    Unknown,
    /// It was taken off its list.
    Gone,
    /// It is listed, with this fingerprint.
    Is(String),
}

/// What the law must know of a notice beside its own history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoticeAround {
    /// Since when the waivers issued under it use up its ceiling.
    pub used_up_at: Option<Instant>,
}

/// What the directory says about an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationFacts {
    pub unit: String,
    pub affiliation: Option<Delegation>,
    /// Its kind, if it may file: `government`, `ngo` …
    pub type_: Option<crate::domain::notice::PartyType>,
    pub is_sponsor: bool,
}

/// What the store says about an uploaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentFacts {
    pub file_name: String,
    pub sha256: String,
    pub bytes: u64,
    pub media_type: String,
    /// Passed its checks; false: in quarantine or rejected.
    pub clean: bool,
    pub uploaded_by: PersonId,
}

/// Keeps votes shut until the ballot closes.
pub trait BallotBox: Send + Sync {
    /// Sealed for this ballot; `context` names case, delegation and draft, so that a vote cannot be moved.
    fn seal(&self, context: &str, vote: &Vote) -> String;
    /// The vote, if it was sealed by this box in this context.
    fn open(&self, context: &str, sealed: &str) -> Option<Vote>;
}
