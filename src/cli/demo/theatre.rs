//! Where the play is given: a running instance behind its HTTP API. Rehearsals (tests) put the bare law in its place.

use crate::{
    domain::{
        Instant,
        id::{OrganisationId, PersonId},
    },
    workflow::people::{InvitePerson, RegisterOrganisation},
};
use serde_json::Value;

/// What a request carries.
#[derive(Clone, Debug)]
pub enum Carry {
    /// A read.
    Nothing,
    Json(Value),
    /// A file.
    Pdf(Vec<u8>),
}

/// One request of the API.
#[derive(Clone, Debug)]
pub struct Request {
    /// Below `/api/v1`, query included; `GET` if it carries nothing, else `POST`.
    pub path: String,
    pub token: Option<String>,
    pub carry: Carry,
}

/// Its answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub bytes: Vec<u8>,
}

impl Reply {
    /// The answer as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }
}

/// An instance whose clock the play moves.
pub trait Theatre {
    fn now(&self) -> Instant;

    /// Moves the clock and lets time act: timers take effect, letters leave.
    async fn move_to(&self, to: Instant) -> anyhow::Result<()>;

    async fn register(&self, organisation: RegisterOrganisation) -> anyhow::Result<OrganisationId>;

    async fn enrol(&self, person: InvitePerson, password: &str) -> anyhow::Result<PersonId>;

    async fn ask(&self, request: Request) -> anyhow::Result<Reply>;
}
