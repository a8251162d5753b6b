//! What happens to the log itself, for the kept examples.

use crate::cast::*;
use corridor::{
    domain::{
        id::{EventId, PersonId},
        people::{Actor, Role},
        text::Words,
    },
    workflow::{
        event::{By, Event},
        log::{GivenUp, LogHappening, LogKey, LogRecovery, LogSeal, LogState},
    },
};
use uuid::Uuid;

fn event(seq: u32, by: By, happened: LogHappening) -> Event<LogHappening> {
    let at = "2025-10-06T08:00:00Z".parse().expect("an instant");
    Event {
        id: EventId(Uuid::from_u128(u128::from(seq))),
        seq,
        rule: "12".to_owned(),
        by,
        effective_at: at,
        recorded_at: at,
        to: Vec::new(),
        clock: None,
        tells: Vec::new(),
        happened,
    }
}

/// A log that took the place of another one, and was sealed.
pub fn log() -> Vec<Event<LogHappening>> {
    let state = |size| LogState {
        origin: "waivers.example/log/1".to_owned(),
        size,
        root: "ab".repeat(32),
    };
    let key = |key: &str, beside: &str| LogKey {
        key: format!("waivers.example/log/2+{key}+AQ"),
        beside: format!("waivers.example/log/2+{beside}+AQ"),
    };
    let administrator = Administrator.actor();
    let recovery = LogRecovery {
        cause: GivenUp::RolledBack,
        signed: Some(state(12)),
        kept: state(9),
        key: "waivers.example/log/2+00000000+AQ".to_owned(),
        decided_by: [administrator.person, PersonId(Uuid::from_u128(99))],
        reason: Words::new("The disk was lost.").into(),
    };
    let seal = LogSeal {
        size: 10,
        histories: 3,
        root: "cd".repeat(32),
    };
    vec![
        event(
            1,
            By::actor(&administrator, Role::Administrator),
            LogHappening::LogRecovered(Box::new(recovery)),
        ),
        event(
            2,
            By::actor(&Actor::system(), Role::System),
            LogHappening::LogSealed(seal),
        ),
        event(
            3,
            By::actor(&Actor::system(), Role::System),
            LogHappening::LogKeyAdded(key("11111111", "00000000")),
        ),
        event(
            4,
            By::actor(&Actor::system(), Role::System),
            LogHappening::LogKeyRetired(key("00000000", "11111111")),
        ),
    ]
}
