//! The law, pure: given the history and a wish, what happens?

pub mod action;
pub mod adoption;
pub mod around;
pub mod case;
pub mod committee;
pub mod conditions;
pub mod decision;
pub mod dossier;
pub mod event;
pub mod happening;
pub mod inspection;
pub mod intake;
pub mod keeping;
pub mod ledger;
pub mod lint;
pub mod list;
pub mod listing;
pub mod log;
pub mod notice;
pub mod outcome;
pub mod people;
pub mod print;
pub mod procedure;
pub mod questions;
pub mod refusal;
pub mod screened;
pub mod screening;
pub mod state;
pub mod step;
pub mod subject;
pub mod visibility;
pub mod waiver;
pub mod watch;

pub use step::{allowed, decide, record};

use crate::domain::{notice::*, people::Delegation};
use refusal::Refusal;
use sha2::{Digest, Sha256};

/// SHA-256 of a value's JSON, in hexadecimal: what a vote, a signature or a receipt names.
fn digest(value: &impl serde::Serialize) -> String {
    let bytes = serde_json::to_vec(value).unwrap_or_default();
    hex::encode(Sha256::digest(&bytes))
}

/// A public reference such as `CW-2025-7KQ4-MX2B-9DAA`: made of the random part of the id, without the letters that
/// are mistaken for digits, so that nobody can guess the next one and no counter makes everybody wait.
fn reference(prefix: &str, id: uuid::Uuid, year: i16) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let random = id.as_u128();
    let sign = |place: u32| char::from(ALPHABET[(random >> (5 * place)) as usize & 31]);
    let group = |from: u32| (from..from + 4).map(sign).collect::<String>();
    format!("{prefix}-{year}-{}-{}-{}", group(0), group(4), group(8))
}

/// The delegation in whose name somebody acts.
fn own_delegation(ask: &step::Ask<'_, case::Case>) -> Result<Delegation, Refusal> {
    let none = || Refusal::condition("G4", "no_delegation", "You belong to no delegation.");
    ask.actor.delegation.clone().ok_or_else(none)
}

/// Stands for a notice whose text was withheld from a copy of the history.
fn withheld_notice() -> NoticeContent {
    use crate::domain::text::Localised;
    NoticeContent {
        number: String::new(),
        programme: Localised::default(),
        authority: String::new(),
        legal_basis: Localised::default(),
        purpose: Localised::default(),
        eligible_submitters: Default::default(),
        destinations: Default::default(),
        criteria: Vec::new(),
        required_documents: Default::default(),
        ceiling: None,
        max_validity_months: 0,
        max_shipments: None,
        delegations: Vec::new(),
        monitors: Default::default(),
        policy: Policy {
            clock: ClockPolicy {
                unit: DayUnit::Calendar,
                days: 30,
                tz: "UTC".to_owned(),
                cutoff: None,
                start: ClockStart::Submission,
                roll: Roll::None,
                extension: Extension::default(),
                on_lapse: OnLapse::Escalate,
                escalation_days: 10,
                stop_cap_days: 90,
            },
            affiliated_delegation: AffiliatedDelegation::MayVote,
            inspection: InspectionPolicy::None,
            no_objection: false,
            tolerance_bp: 0,
            wind_down_days: 0,
            circulation_days: 2,
            answer_days: 15,
            inspection_notice_hours: 48,
            silence_days: 10,
        },
        publish_at: None,
        closes: None,
    }
}
