//! What happens to the log itself: it is sealed, and it is begun anew when it can no longer be believed.
//!
//! Both stand in the log's own stream, one for each generation, and owe nobody a letter.

use crate::domain::{
    id::PersonId,
    text::{Private, Words},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The stream of a generation of the log: the same for the same origin, on every instance.
#[must_use]
pub fn stream_of(origin: &str) -> Uuid {
    super::list::stream_of(&format!("corridor/log/{origin}"))
}

/// Where every history stood when the log had a certain size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogSeal {
    /// How many leaves of the log are covered.
    pub size: u64,
    /// How many histories these leaves belong to.
    pub histories: u64,
    /// The root over the last event of each history, in hexadecimal digits.
    pub root: String,
}

/// A size of a log and its root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogState {
    pub origin: String,
    pub size: u64,
    /// In hexadecimal digits.
    pub root: String,
}

/// Why a generation of the log was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GivenUp {
    /// The database is older than what was signed for: events were lost.
    RolledBack,
    /// The database does not continue what was signed for.
    Forked,
    /// What was signed for is no longer known.
    Forgotten,
    /// Somebody else has the key.
    Compromised,
}

impl GivenUp {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::RolledBack => "rolled_back",
            Self::Forked => "forked",
            Self::Forgotten => "forgotten",
            Self::Compromised => "compromised",
        }
    }
}

/// Two people decided to go on with a new generation of the log. Its first leaf says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRecovery {
    pub cause: GivenUp,
    /// The last that was signed for and is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<LogState>,
    /// What is taken over from the generation before: these leaves follow, in their order.
    pub kept: LogState,
    /// The public key of the new generation.
    pub key: String,
    /// The two who decided.
    pub decided_by: [PersonId; 2],
    pub reason: Private<Words>,
}

/// A planned change of the key that signs for the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogKey {
    /// The key that is added or retired, as a verifier key (name+id+key).
    pub key: String,
    /// The key that signs beside it, or goes on alone.
    pub beside: String,
}

/// What happened to the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub enum LogHappening {
    LogSealed(LogSeal),
    LogRecovered(Box<LogRecovery>),
    /// From now on two keys sign.
    LogKeyAdded(LogKey),
    /// From the next checkpoint on this key signs no more.
    LogKeyRetired(LogKey),
}

impl LogHappening {
    /// Every kind, by its name in history.
    pub const NAMES: &[&str] = &["log_sealed", "log_recovered", "log_key_added", "log_key_retired"];
}
