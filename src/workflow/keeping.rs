//! How long a record is kept: holds, erasure by two persons, disposal when its time is over.
//!
//! Nothing is taken out of history. The names, texts and files of a record are destroyed together with the key they
//! are encrypted with; their commitments stay, and the event says who decided it and on what ground.

mod law;

use super::{
    action::{Nothing, actions},
    event::Event,
    refusal::Refusal,
    state::{DossierState, State},
    step::{Ask, Step, Subject},
};
use crate::domain::{
    Instant,
    id::PersonId,
    people::{Actor, Role},
    text::Words,
};
use law::{HOLDERS, STEPS};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    Case,
    Person,
}

/// P-01, P-05.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Because {
    pub reason: Words,
}

/// P-02.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftHold {
    /// Its number.
    pub hold: u32,
    pub reason: Words,
}

/// On what ground something is erased before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErasureGround {
    /// The person concerned asked for it, and the law grants it.
    Request,
    /// It was never lawful to keep it.
    Unlawful,
    /// A court or a supervisory authority ordered it.
    Order,
    /// It is no longer needed for what it was collected for.
    NoLongerNeeded,
}

/// P-03.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskErasure {
    pub ground: ErasureGround,
    pub reason: Words,
}

actions! {
    /// A wish about the keeping of a record.
    KeepingAction / KeepingActionKind {
        PlaceHold(Because) = "place_hold",
        LiftHold(LiftHold) = "lift_hold",
        AskErasure(AskErasure) = "ask_erasure",
        ConfirmErasure(Nothing) = "confirm_erasure",
        DeclineErasure(Because) = "decline_erasure",
        DisposeRecord(Nothing) = "dispose_record",
    }
}

/// P-01.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldPlaced {
    pub of: RecordKind,
    pub hold: u32,
    pub reason: Words,
}

/// P-03.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureAsked {
    pub of: RecordKind,
    pub ground: ErasureGround,
    pub reason: Words,
}

/// P-04, P-06: which part of the record's history lost its values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordGone {
    pub of: RecordKind,
    /// The record; its events are those of this stream.
    pub record: Uuid,
    /// Everything up to this event.
    pub through: u32,
    /// The hash of that event.
    pub hash: String,
    /// On what ground; none: its time was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<ErasureGround>,
    /// Who asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<PersonId>,
}

/// What happened to the keeping of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub enum KeepingHappening {
    HoldPlaced(HoldPlaced),
    HoldLifted(LiftHold),
    ErasureAsked(ErasureAsked),
    ErasureDeclined(Because),
    RecordErased(RecordGone),
    RecordDisposed(RecordGone),
}

impl KeepingHappening {
    /// Every kind, by its name in history.
    pub const NAMES: &[&str] = &[
        "hold_placed",
        "hold_lifted",
        "erasure_asked",
        "erasure_declined",
        "record_erased",
        "record_disposed",
    ];
}

/// Why a record must stay as it is.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Hold {
    pub number: u32,
    #[schema(value_type = String)]
    pub by: PersonId,
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    pub reason: Words,
}

/// An erasure that waits for a second person.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Asked {
    #[schema(value_type = String)]
    pub by: PersonId,
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    pub ground: ErasureGround,
    pub reason: Words,
}

/// How it was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Gone {
    Erased,
    Disposed,
}

/// The keeping of a record, folded.
#[derive(Clone, Debug, Default)]
pub struct Keeping {
    pub version: u32,
    pub holds: BTreeMap<u32, Hold>,
    pub asked: Option<Asked>,
    /// How its values were lost, when, and up to which of its events.
    pub gone: Option<(Gone, Instant, u32)>,
    /// How many holds there have been.
    last_hold: u32,
}

/// The record as it stands.
#[derive(Clone, Debug)]
pub struct AroundKeeping {
    pub of: RecordKind,
    pub record: Uuid,
    /// Its last event.
    pub through: u32,
    pub hash: String,
    /// Since when it is no longer worked with; none: it still is.
    pub ended_at: Option<Instant>,
    /// When its time is over; none: never, or not yet known.
    pub kept_until: Option<Instant>,
}

impl Subject for Keeping {
    type Kind = KeepingActionKind;
    type Action = KeepingAction;
    type Happening = KeepingHappening;
    type Around = AroundKeeping;

    fn chapters() -> &'static [&'static [Step<Self>]] {
        &[STEPS]
    }

    fn kind(action: &KeepingAction) -> KeepingActionKind {
        action.kind()
    }

    fn word(kind: KeepingActionKind) -> &'static str {
        kind.word()
    }

    fn roles_of(&self, actor: &Actor, _: &AroundKeeping) -> BTreeSet<Role> {
        let may = |role: &Role| HOLDERS.contains(role) || *role == Role::System;
        actor.roles.iter().copied().filter(may).collect()
    }

    fn standing(&self, _: &Step<Self>, _: Option<&KeepingAction>) -> Vec<State> {
        Vec::new()
    }

    fn dossier_state(&self) -> Option<DossierState> {
        None
    }

    fn states(&self) -> Vec<State> {
        Vec::new()
    }

    fn clock_word(&self) -> String {
        String::new()
    }

    fn effects(ask: &Ask<'_, Self>, action: &KeepingAction) -> Result<Vec<KeepingHappening>, Refusal> {
        use KeepingAction as A;
        use KeepingHappening as H;
        let of = ask.around.of;
        let gone = |asked: Option<&Asked>| RecordGone {
            of,
            record: ask.around.record,
            through: ask.around.through,
            hash: ask.around.hash.clone(),
            ground: asked.map(|asked| asked.ground),
            asked_by: asked.map(|asked| asked.by),
        };
        Ok(vec![match action {
            A::PlaceHold(body) => H::HoldPlaced(HoldPlaced {
                of,
                hold: ask.subject.last_hold + 1,
                reason: body.reason.clone(),
            }),
            A::LiftHold(body) => H::HoldLifted(body.clone()),
            A::AskErasure(body) => H::ErasureAsked(ErasureAsked {
                of,
                ground: body.ground,
                reason: body.reason.clone(),
            }),
            A::ConfirmErasure(_) => H::RecordErased(gone(ask.subject.asked.as_ref())),
            A::DeclineErasure(body) => H::ErasureDeclined(body.clone()),
            A::DisposeRecord(_) => H::RecordDisposed(gone(None)),
        }])
    }

    fn due(&self, around: &AroundKeeping) -> Option<(Instant, KeepingAction)> {
        let until = around
            .kept_until
            .filter(|_| self.holds.is_empty() && self.gone.is_none())?;
        Some((until, KeepingAction::DisposeRecord(Nothing {})))
    }

    fn apply(&mut self, event: &Event<KeepingHappening>) {
        self.version = event.seq;
        let (by, at) = (event.by.person, event.effective_at);
        match &event.happened {
            KeepingHappening::HoldPlaced(placed) => {
                let (number, reason) = (placed.hold, placed.reason.clone());
                self.last_hold = number;
                self.holds.insert(number, Hold { number, by, at, reason });
            }
            KeepingHappening::HoldLifted(lifted) => drop(self.holds.remove(&lifted.hold)),
            KeepingHappening::ErasureAsked(asked) => {
                let (ground, reason) = (asked.ground, asked.reason.clone());
                self.asked = Some(Asked { by, at, ground, reason });
            }
            KeepingHappening::ErasureDeclined(_) => self.asked = None,
            KeepingHappening::RecordErased(gone) => {
                self.asked = None;
                self.gone = Some((Gone::Erased, at, gone.through));
            }
            KeepingHappening::RecordDisposed(gone) => {
                self.asked = None;
                self.gone = Some((Gone::Disposed, at, gone.through));
            }
        }
    }

    fn version(&self) -> u32 {
        self.version
    }
}
