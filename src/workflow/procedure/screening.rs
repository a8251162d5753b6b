//! Screening (section 5 of the law): results as recorded facts, hits decided by two persons.

use super::dossier::REASONS_GIVEN;
use crate::{
    domain::people::Role::*,
    workflow::{
        action::{Action, ActionKind::*, ScreeningOutcome},
        case::Case,
        event::Audience::*,
        screening,
        state::{DossierState::*, HitState, State},
        step::{Condition, Step, step},
    },
};

type Fact = Condition<Case>;

pub const STEPS: &[Step<Case>] = &[
    step("S-01", RecordScreening, &[Secretariat])
        .during(&[Submitted, Completeness, Returned, UnderReview, Deliberation, Decided])
        .to(&[State::Hit(HitState::Open)])
        .tells(&[SecretariatLeads])
        .when(&[SUBJECTS_KNOWN, RESULTS_CONSISTENT]),
    step("S-01", ProposeDisposition, &[Secretariat, Reviewer, Head])
        .during(&[Submitted, Completeness, UnderReview, Decided])
        .from(&[State::Hit(HitState::Open)])
        .to(&[State::Hit(HitState::Proposed)])
        .when(&[REASONS_GIVEN, HIT_KNOWN]),
    step("S-01", ConfirmDisposition, &[Secretariat, Reviewer, Head])
        .during(&[Submitted, Completeness, UnderReview, Decided])
        .from(&[State::Hit(HitState::Proposed)])
        .to(&[
            State::Hit(HitState::FalsePositive),
            State::Hit(HitState::TrueMatch),
            State::Hit(HitState::Escalated),
        ])
        .when(&[REASONS_GIVEN, HIT_KNOWN, SECOND_DELEGATION]),
];

const SUBJECTS_KNOWN: Fact = Condition {
    code: "screening_subject_unknown",
    cites: "S-01",
    says: "Each result names a subject as party:ID, vessel:IMO or bank:BIC; parties must be in the dossier.",
    holds: |ask| match ask.action {
        Some(Action::RecordScreening(body)) => {
            !body.results.is_empty()
                && body
                    .results
                    .iter()
                    .all(|result| screening::subject_ok(ask.subject, &result.subject))
        }
        _ => true,
    },
};
const RESULTS_CONSISTENT: Fact = Condition {
    code: "screening_result_inconsistent",
    cites: "S-01",
    says: "A result “hits” names its hits; “clear” and “failed” have none; the list's date is not in the future.",
    holds: |ask| match ask.action {
        Some(Action::RecordScreening(body)) => body.results.iter().all(|result| {
            (result.result == ScreeningOutcome::Hits) != result.hits.is_empty()
                && result.list_date <= ask.subject.local_date(ask.now)
        }),
        _ => true,
    },
};
const HIT_KNOWN: Fact = Condition {
    code: "hit_unknown",
    cites: "S-01",
    says: "There is no such hit to decide.",
    holds: |ask| match ask.action {
        Some(Action::ProposeDisposition(body)) => screening::hit(ask.subject, &body.subject, &body.entry).is_some(),
        Some(Action::ConfirmDisposition(body)) => screening::hit(ask.subject, &body.subject, &body.entry).is_some(),
        _ => true,
    },
};
const SECOND_DELEGATION: Fact = Condition {
    code: "needs_second_delegation",
    cites: "S-01",
    says: "A second person, from another delegation than the first, decides with the first.",
    holds: |ask| match ask.action {
        Some(Action::ConfirmDisposition(body)) => {
            let hit = screening::hit(ask.subject, &body.subject, &body.entry);
            hit.and_then(|hit| hit.proposed.as_ref())
                .is_some_and(|first| first.by != ask.actor.person && first.delegation != ask.actor.delegation)
        }
        _ => true,
    },
};
