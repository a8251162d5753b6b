//! The rows of keeping (P-01 to P-06) and what each asks for.

use super::{
    super::step::{Condition, Step, step},
    *,
};

const KEEPERS: &[Role] = &[Role::Administrator, Role::SecretariatLead];
pub const HOLDERS: &[Role] = &[
    Role::Administrator,
    Role::SecretariatLead,
    Role::Secretariat,
    Role::Auditor,
];

pub const STEPS: &[Step<Keeping>] = &[
    step("P-01", KeepingActionKind::PlaceHold, HOLDERS).when(&[REASONS_GIVEN, STILL_THERE]),
    step("P-02", KeepingActionKind::LiftHold, KEEPERS).when(&[REASONS_GIVEN, HOLD_KNOWN, NOT_ONES_OWN_HOLD]),
    step("P-03", KeepingActionKind::AskErasure, KEEPERS).when(&[
        REASONS_GIVEN,
        STILL_THERE,
        ENDED,
        NO_HOLD,
        NOT_ASKED,
        NOT_ONESELF,
    ]),
    step("P-04", KeepingActionKind::ConfirmErasure, KEEPERS)
        .when(&[ASKED, NO_HOLD, ENDED, SECOND, NOT_ONESELF])
        .binding(),
    step("P-05", KeepingActionKind::DeclineErasure, KEEPERS).when(&[ASKED, REASONS_GIVEN]),
    step("P-06", KeepingActionKind::DisposeRecord, &[Role::System]).when(&[STILL_THERE, NO_HOLD, TIME_OVER]),
];

type Fact = Condition<Keeping>;

const REASONS_GIVEN: Fact = Condition {
    code: "reasons_missing",
    cites: "G8",
    says: "Give the reasons in words.",
    holds: |ask| match ask.action {
        Some(KeepingAction::PlaceHold(body) | KeepingAction::DeclineErasure(body)) => !body.reason.is_blank(),
        Some(KeepingAction::LiftHold(body)) => !body.reason.is_blank(),
        Some(KeepingAction::AskErasure(body)) => !body.reason.is_blank(),
        _ => true,
    },
};
const STILL_THERE: Fact = Condition {
    code: "record_is_gone",
    cites: "P-04",
    says: "The names, texts and files of this record were destroyed before; nothing is left to keep or to erase.",
    holds: |ask| {
        ask.subject
            .gone
            .is_none_or(|(_, _, through)| through < ask.around.through)
    },
};
const ENDED: Fact = Condition {
    code: "record_in_use",
    cites: "P-03",
    says: "The record is still worked with: end the case, or disable the person, first.",
    holds: |ask| ask.around.ended_at.is_some(),
};
const NO_HOLD: Fact = Condition {
    code: "record_on_hold",
    cites: "P-01",
    says: "A hold lies on this record. Whoever may lift it has to do so first.",
    holds: |ask| ask.subject.holds.is_empty(),
};
const HOLD_KNOWN: Fact = Condition {
    code: "hold_unknown",
    cites: "P-02",
    says: "There is no such hold on this record.",
    holds: |ask| match ask.action {
        Some(KeepingAction::LiftHold(body)) => ask.subject.holds.contains_key(&body.hold),
        _ => !ask.subject.holds.is_empty(),
    },
};
const NOT_ONES_OWN_HOLD: Fact = Condition {
    code: "second_person_needed",
    cites: "P-02",
    says: "Somebody else than who placed the hold lifts it.",
    holds: |ask| {
        let others = |hold: &Hold| hold.by != ask.actor.person;
        match ask.action {
            Some(KeepingAction::LiftHold(body)) => ask.subject.holds.get(&body.hold).is_none_or(others),
            _ => ask.subject.holds.values().any(others),
        }
    },
};
const NOT_ASKED: Fact = Condition {
    code: "erasure_asked_before",
    cites: "P-03",
    says: "The erasure was asked for and waits for a second person.",
    holds: |ask| ask.subject.asked.is_none(),
};
const ASKED: Fact = Condition {
    code: "erasure_not_asked",
    cites: "P-03",
    says: "Nobody has asked for this erasure.",
    holds: |ask| ask.subject.asked.is_some(),
};
const SECOND: Fact = Condition {
    code: "second_person_needed",
    cites: "P-04",
    says: "Somebody else than who asked for the erasure confirms it.",
    holds: |ask| {
        ask.subject
            .asked
            .as_ref()
            .is_some_and(|asked| asked.by != ask.actor.person)
    },
};
const NOT_ONESELF: Fact = Condition {
    code: "not_for_oneself",
    cites: "U-04",
    says: "Nobody erases the own record.",
    holds: |ask| ask.around.record != ask.actor.person.0,
};
const TIME_OVER: Fact = Condition {
    code: "still_to_be_kept",
    cites: "P-06",
    says: "The time for which this record is kept is not over.",
    holds: |ask| ask.around.kept_until.is_some_and(|until| until <= ask.now),
};
