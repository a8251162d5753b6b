//! Who may act: roles, delegations and the person behind a request.

use super::{
    Instant,
    id::{OrganisationId, PersonId},
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt};

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident = $code:literal),* $(,)?) => {
        /// The roles of the process (section 1 of the law).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Role { $($(#[$doc])* $name),* }

        impl Role {
            /// Every role, in the order of the law.
            pub const ALL: &[Role] = &[$(Role::$name),*];

            /// The three letters the law uses.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Role::$name => $code),* }
            }
        }
    };
}

roles! {
    /// Anybody.
    Public = "PUB",
    /// Drafts a dossier.
    Drafter = "DRF",
    /// Signs for the organisation.
    Signatory = "SIG",
    /// Administers the organisation's people.
    OrganisationAdministrator = "OAD",
    /// Reads the organisation's cases.
    OrganisationReader = "ORD",
    /// Acts for an organisation under a mandate.
    Agent = "AGT",
    /// A sponsoring authority: files for its entities or endorses.
    Sponsor = "SPN",
    /// Secretariat officer.
    Secretariat = "SEC",
    /// Secretariat lead.
    SecretariatLead = "SCL",
    /// A delegation's reviewer.
    Reviewer = "REV",
    /// A delegation's head, who casts its vote.
    Head = "VOT",
    /// A delegation's alternate.
    Alternate = "ALT",
    /// A delegation's inspector.
    Inspector = "INS",
    /// Co-chair; one per delegation.
    CoChair = "CHR",
    /// Field monitor or consignee who attests delivery.
    Monitor = "MON",
    /// Auditor: reads everything after ballots close, exports, never acts.
    Auditor = "AUD",
    /// Administrator of people, calendars and lists; sees no case content.
    Administrator = "ADM",
    /// The rule engine.
    System = "SYS",
}

impl Role {
    /// Roles held in a delegation of the committee.
    pub const COMMITTEE: &[Role] = &[
        Role::Reviewer,
        Role::Head,
        Role::Alternate,
        Role::Inspector,
        Role::CoChair,
    ];
    /// Roles held in a submitting organisation.
    pub const SUBMITTER: &[Role] = &[
        Role::Drafter,
        Role::Signatory,
        Role::OrganisationAdministrator,
        Role::OrganisationReader,
        Role::Agent,
        Role::Sponsor,
    ];

    /// Roles that nobody grants alone: a second administrator confirms.
    pub const HIGHER: &[Role] = &[
        Role::SecretariatLead,
        Role::Head,
        Role::CoChair,
        Role::Auditor,
        Role::Administrator,
    ];

    /// May one person hold both? (Section 1: auditors and administrators hold no case role.)
    #[must_use]
    pub fn compatible_with(self, other: Role) -> bool {
        let apart = |role| matches!(role, Role::Auditor | Role::Administrator);
        let secretariat = |role| matches!(role, Role::Secretariat | Role::SecretariatLead);
        let votes = |role| matches!(role, Role::Head | Role::Alternate);
        if self == other {
            return true;
        }
        !(apart(self) || apart(other) || secretariat(self) && votes(other) || votes(self) && secretariat(other))
    }
}

/// A delegation's code, for example `US`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
pub struct Delegation(pub String);

impl Delegation {
    pub fn new(code: &str) -> Self {
        Self(code.to_owned())
    }
}

impl fmt::Display for Delegation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How the person proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Authentication {
    /// With a password, through an access token.
    Password,
    /// At the machine's own console (the command line).
    Console,
    /// Not a person: the rule engine.
    Rule,
}

/// The person (or the rule engine) behind a request. It comes from credentials only (G4), never from a request's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub person: PersonId,
    pub organisation: OrganisationId,
    /// The organisational unit; conflicts of interest are tested at this level.
    pub unit: String,
    pub delegation: Option<Delegation>,
    pub roles: BTreeSet<Role>,
    /// Organisations this person may act for under a mandate (agents).
    pub mandates: BTreeSet<OrganisationId>,
    pub authentication: Authentication,
    /// When the person last proved who they are, by the password.
    pub proved_at: Instant,
}

/// For so long after giving the password nobody is asked for it again.
pub const PROOF: SignedDuration = SignedDuration::from_mins(10);

impl Actor {
    /// The rule engine itself.
    #[must_use]
    pub fn system() -> Self {
        Self {
            person: PersonId(uuid::Uuid::nil()),
            organisation: OrganisationId(uuid::Uuid::nil()),
            unit: String::new(),
            delegation: None,
            roles: BTreeSet::from([Role::System]),
            mandates: BTreeSet::new(),
            authentication: Authentication::Rule,
            // Rules and consoles have nothing to prove.
            proved_at: Instant::MAX,
        }
    }

    /// Did the person prove a short while ago who they are?
    #[must_use]
    pub fn proved(&self, now: Instant) -> bool {
        now.duration_since(self.proved_at) <= PROOF
    }

    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}
