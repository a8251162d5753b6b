//! The people of the stories: one of every role, two delegations.

use corridor::domain::{
    Instant,
    id::{OrganisationId, PersonId},
    people::{Actor, Authentication, Delegation, Role},
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A seat of a delegation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seat {
    Head,
    Alternate,
    Reviewer,
    SecondReviewer,
    Inspector,
    CoChair,
    /// Eligible, and not yet on the panel.
    Spare,
    /// A second inspector, not yet on the panel.
    SpareInspector,
}

/// Somebody who acts in a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Drafter,
    Signatory,
    OrganisationAdministrator,
    OrganisationReader,
    Agent,
    /// An agent whose mandate has ended since the draft was opened.
    LateAgent,
    Sponsor,
    Officer,
    Lead,
    /// Holds both roles of the secretariat.
    OfficerAndLead,
    /// An officer of the secretariat, seconded by the US delegation.
    SecondedOfficer,
    /// An officer of the secretariat who is a co-chair of the US delegation too.
    OfficerAndChair,
    /// A co-chair of a delegation that the notice does not name.
    OtherChair,
    Us(Seat),
    Ru(Seat),
    Monitor,
    Auditor,
    Administrator,
    /// Somebody of another organisation.
    Stranger,
    System,
}

pub use Seat::*;
pub use Who::*;

/// The seats of a panel as it is first constituted.
pub const SEATS: [Seat; 6] = [Head, Alternate, Reviewer, SecondReviewer, Inspector, CoChair];

/// Everybody.
pub fn everybody() -> Vec<Who> {
    let mut all = vec![
        Drafter,
        Signatory,
        Who::OrganisationAdministrator,
        Who::OrganisationReader,
        Agent,
        LateAgent,
        Sponsor,
        Officer,
        Lead,
        OfficerAndLead,
        SecondedOfficer,
        OfficerAndChair,
        OtherChair,
        Monitor,
        Auditor,
        Administrator,
        Stranger,
        System,
    ];
    for seat in SEATS.into_iter().chain([Spare, SpareInspector]) {
        all.extend([Us(seat), Ru(seat)]);
    }
    all
}

pub fn us() -> Delegation {
    Delegation::new("US")
}

pub fn ru() -> Delegation {
    Delegation::new("RU")
}

pub const MINISTRY: OrganisationId = OrganisationId(Uuid::from_u128(0xA1));
pub const SPONSORING: OrganisationId = OrganisationId(Uuid::from_u128(0xA2));
pub const MONITORS: OrganisationId = OrganisationId(Uuid::from_u128(0xA3));
const AGENCY: OrganisationId = OrganisationId(Uuid::from_u128(0xA4));
const AUTHORITY: OrganisationId = OrganisationId(Uuid::from_u128(0xA5));
const ELSEWHERE: OrganisationId = OrganisationId(Uuid::from_u128(0xA6));

/// The unit that files.
pub const FILING_UNIT: &str = "Department of Economic Cooperation";

impl Seat {
    pub fn roles(self) -> BTreeSet<Role> {
        BTreeSet::from(match self {
            Head => [Role::Head],
            Alternate => [Role::Alternate],
            Reviewer | SecondReviewer | Spare => [Role::Reviewer],
            Inspector | SpareInspector => [Role::Inspector],
            CoChair => [Role::CoChair],
        })
    }

    /// What the person may do at all; a spare can take any seat.
    fn may(self) -> BTreeSet<Role> {
        match self {
            Spare => Role::COMMITTEE.iter().copied().collect(),
            // An alternate may move up to the head's seat.
            Alternate => BTreeSet::from([Role::Alternate, Role::Head]),
            other => other.roles(),
        }
    }
}

impl Who {
    pub fn delegation(self) -> Option<Delegation> {
        match self {
            Us(_) | SecondedOfficer | OfficerAndChair => Some(us()),
            OtherChair => Some(Delegation::new("XX")),
            Ru(_) => Some(ru()),
            _ => None,
        }
    }

    pub fn id(self) -> PersonId {
        self.actor().person
    }

    pub fn actor(self) -> Actor {
        if self == System {
            return Actor::system();
        }
        let (number, organisation, roles): (u128, _, BTreeSet<Role>) = match self {
            Drafter => (1, MINISTRY, [Role::Drafter].into()),
            Signatory => (2, MINISTRY, [Role::Signatory].into()),
            Who::OrganisationAdministrator => (3, MINISTRY, [Role::OrganisationAdministrator].into()),
            Who::OrganisationReader => (4, MINISTRY, [Role::OrganisationReader].into()),
            LateAgent => (17, AGENCY, [Role::Agent].into()),
            Agent => (5, AGENCY, [Role::Agent].into()),
            Sponsor => (6, SPONSORING, [Role::Sponsor].into()),
            Officer => (7, AUTHORITY, [Role::Secretariat].into()),
            Lead => (8, AUTHORITY, [Role::SecretariatLead].into()),
            OfficerAndLead => (9, AUTHORITY, [Role::Secretariat, Role::SecretariatLead].into()),
            SecondedOfficer => (14, AUTHORITY, [Role::Secretariat].into()),
            OfficerAndChair => (15, AUTHORITY, [Role::Secretariat, Role::CoChair].into()),
            OtherChair => (16, ELSEWHERE, [Role::CoChair].into()),
            Monitor => (10, MONITORS, [Role::Monitor].into()),
            Auditor => (11, AUTHORITY, [Role::Auditor].into()),
            Administrator => (12, AUTHORITY, [Role::Administrator].into()),
            Stranger => (13, ELSEWHERE, [Role::Drafter, Role::Signatory].into()),
            Us(seat) => (100 + seat as u128, AUTHORITY, seat.may()),
            // The delegation of the submitter's own state sits in the same ministry, in another unit.
            Ru(seat) => (200 + seat as u128, MINISTRY, seat.may()),
            System => unreachable!(),
        };
        let unit = match self {
            Drafter | Signatory | Who::OrganisationAdministrator | Who::OrganisationReader => FILING_UNIT,
            Ru(_) => "Department of Treaties",
            _ => "Office",
        };
        Actor {
            person: PersonId(Uuid::from_u128(number)),
            organisation,
            unit: unit.to_owned(),
            delegation: self.delegation(),
            roles,
            mandates: if matches!(self, Agent | LateAgent) {
                [MINISTRY].into()
            } else {
                BTreeSet::new()
            },
            authentication: Authentication::Password,
            proved_at: Instant::MAX,
        }
    }
}
