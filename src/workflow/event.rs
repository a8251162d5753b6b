//! What happened: the envelope of every event of history.

use crate::domain::{
    Instant,
    id::{EventId, OrganisationId, PersonId},
    people::{Actor, Authentication, Delegation, Role},
};
use serde::{Deserialize, Serialize};

/// One event. Events record outcomes (where the case went, what it did to the clock, whom it tells, by which
/// rule), so that next year's law cannot reinterpret last year's cases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event<H> {
    pub id: EventId,
    /// Position in its stream, from 1.
    pub seq: u32,
    /// The rule it was done under, for example `D-04`.
    pub rule: String,
    pub by: By,
    /// When it takes legal effect.
    pub effective_at: Instant,
    /// When it was written down; later than `effective_at` for timers that no one was there to see.
    pub recorded_at: Instant,
    /// The states it led to, for example `dossier:submitted`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    /// What it did to the statutory clock: `started`, `stopped: rfi`, `resumed`, `ended`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<String>,
    /// Whom it tells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tells: Vec<Audience>,
    /// `type` (past tense) and `data`.
    #[serde(flatten)]
    pub happened: H,
}

/// Who did it, in which capacity. Opaque ids only; names live in the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    pub person: PersonId,
    pub role: Role,
    pub organisation: OrganisationId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegation: Option<Delegation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acting_for: Option<OrganisationId>,
    pub authentication: Authentication,
}

impl By {
    /// This actor in this role.
    #[must_use]
    pub fn actor(actor: &Actor, role: Role) -> Self {
        Self {
            person: actor.person,
            role,
            organisation: actor.organisation,
            delegation: actor.delegation.clone(),
            acting_for: None,
            authentication: actor.authentication,
        }
    }
}

/// Whom an event tells by letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The contacts of the dossier.
    Contacts,
    /// The sponsoring authority.
    SponsorAuthority,
    Secretariats,
    SecretariatLeads,
    /// The other side of a conversation: the contacts, or the secretariat.
    OtherSide,
    /// Every member of the case's panel.
    Panel,
    Reviewers,
    Inspectors,
    /// Heads and alternates of the delegations.
    Heads,
    CoChairs,
    /// The principals of the delegations: heads and co-chairs, when a case is overdue.
    Principals,
    Monitors,
    Auditors,
    /// Those who keep the service and its lists.
    Administrators,
    /// Everyone who follows the public notices.
    Subscribers,
    /// Everyone with a draft or a dossier under the notice.
    Submitters,
    /// The person whom the event concerns.
    Concerned,
}
