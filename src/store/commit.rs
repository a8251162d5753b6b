//! One commit: everything that one transition writes, as data.

use crate::{
    domain::{
        Instant,
        id::{EventId, LetterId, OrganisationId, PersonId},
        people::{Delegation, Role},
        text::Language,
    },
    workflow::{
        event::Audience,
        keeping::{Keeping, RecordKind},
        listing::{CaseListing, NoticeListing},
        people::RegisterOrganisation,
    },
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What a stream is the history of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreamKind {
    Notice,
    Case,
    Person,
    Organisation,
    /// Exports and other acts of one person that belong to no case; one stream per person.
    Office,
    /// A sanctions list: its versions.
    List,
    /// The log itself: its seals and its beginning; one stream for each generation.
    Log,
    /// How long a record is kept: holds, erasure, disposal; one stream per case or person, with its id.
    Keeping,
}

impl StreamKind {
    pub(crate) const ALL: [Self; 8] = [
        Self::Notice,
        Self::Case,
        Self::Person,
        Self::Organisation,
        Self::Office,
        Self::List,
        Self::Log,
        Self::Keeping,
    ];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Case => "case",
            Self::Person => "person",
            Self::Organisation => "organisation",
            Self::Office => "office",
            Self::List => "list",
            Self::Log => "log",
            Self::Keeping => "keeping",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// One append-only history with its own hash chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stream {
    pub kind: StreamKind,
    pub id: Uuid,
}

/// Where a stream stood when it was read: the compare-and-swap of the whole service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Head {
    /// 0: nothing yet.
    pub seq: u32,
    pub hash: [u8; 32],
}

/// New events for one stream. Each is the JSON of a [`crate::workflow::event::Event`] whose `seq` follows `after`.
#[derive(Clone, Debug)]
pub struct Append {
    pub stream: Stream,
    pub after: Head,
    pub events: Vec<serde_json::Value>,
}

/// A row that lists something, rewritten in the same commit as its history.
#[derive(Clone, Debug)]
pub enum Listing {
    Case(Box<CaseListing>),
    Notice(Box<NoticeListing>),
    Person(Box<PersonRow>),
    Organisation(Box<OrganisationRow>),
    List(Box<super::screening::ListRow>),
    DecidedPair(Box<super::screening::DecidedPair>),
    Record(Box<RecordKept>),
}

/// How an organisation is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationRow {
    pub id: OrganisationId,
    pub facts: RegisterOrganisation,
    pub version: u32,
}

/// What is decided about keeping a record.
#[derive(Clone, Debug)]
pub struct RecordKept {
    pub of: RecordKind,
    pub id: Uuid,
    pub keeping: Keeping,
    pub at: Instant,
}

/// How a person is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    pub id: PersonId,
    pub name: String,
    pub email: String,
    pub language: Language,
    pub organisation: OrganisationId,
    pub unit: String,
    pub delegation: Option<Delegation>,
    pub roles: BTreeSet<Role>,
    pub mandates: BTreeMap<OrganisationId, Instant>,
    /// Joined and not disabled.
    pub active: bool,
    pub version: u32,
}

/// A letter owed to one recipient for one event. Exactly one per (event, address).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterOwed {
    pub id: LetterId,
    pub event: EventId,
    /// The stream the event belongs to.
    pub about: Stream,
    /// Which letter: the event's type, for example `dossier_submitted`.
    pub letter: String,
    pub audience: Audience,
    pub person: Option<PersonId>,
    pub name: String,
    pub address: String,
    pub language: Language,
    /// What the letter may say: references, dates, links. Never confidential content (G9).
    pub facts: serde_json::Value,
    pub owed_since: Instant,
}

/// The answer that a repeated request with the same key gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedAnswer {
    pub person: PersonId,
    pub key: String,
    /// SHA-256 of method, path and body.
    pub request: [u8; 32],
    pub status: u16,
    pub body: Vec<u8>,
    pub at: Instant,
}

/// Everything one transition writes, or nothing of it.
#[derive(Clone, Debug, Default)]
pub struct Commit {
    pub appends: Vec<Append>,
    pub listings: Vec<Listing>,
    pub letters: Vec<LetterOwed>,
    /// Checks that this makes necessary.
    pub checks: Vec<super::checks::JobWish>,
    pub answer: Option<KeyedAnswer>,
    /// Credentials and sign-ins that change with it.
    pub access: Vec<super::access::AccessChange>,
    /// What it destroys for ever.
    pub destroys: Option<super::keeping::Destruction>,
}
