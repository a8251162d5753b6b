//! Screening (section 5 of the law): results as recorded facts, hits decided by two persons.

use super::dossier::REASONS_GIVEN;
use crate::{
    domain::people::Role::*,
    workflow::{
        action::{Action, ActionKind::*, ScreeningOutcome, Verdict},
        case::Case,
        event::Audience::*,
        screening,
        state::{DossierState::*, HitState, State, WaiverState},
        step::{Condition, Step, step},
    },
};

type Fact = Condition<Case>;

pub const STEPS: &[Step<Case>] = &[
    step("S-01", RecordScreening, &[System])
        .during(&[Submitted, Completeness, Returned, UnderReview, Deliberation, Decided])
        .to(&[
            State::Hit(HitState::Open),
            State::Hit(HitState::FalsePositive),
            State::Hit(HitState::TrueMatch),
        ])
        .tells(&[SecretariatLeads])
        .when(&[SUBJECTS_KNOWN, RESULTS_CONSISTENT]),
    step("S-01", RecordScreening, &[Secretariat])
        .during(&[Submitted, Completeness, Returned, UnderReview, Deliberation, Decided])
        .to(&[State::Hit(HitState::Open)])
        .tells(&[SecretariatLeads])
        .when(&[SUBJECTS_KNOWN, RESULTS_CONSISTENT, OFFICIALS_OWN]),
    step("S-01", ProposeDisposition, &[Secretariat, Reviewer, Head])
        .during(&[Submitted, Completeness, UnderReview, Decided])
        .from(&[State::Hit(HitState::Open)])
        .to(&[State::Hit(HitState::Proposed)])
        .when(&[REASONS_GIVEN, HIT_KNOWN, ENTRY_UNCHANGED, COVER_FITS]),
    // What two persons disagreed on, or decided, is taken up again one level higher.
    step("S-01", ProposeDisposition, &[SecretariatLead, Head])
        .during(&[Submitted, Completeness, UnderReview, Decided])
        .from(&[
            State::Hit(HitState::Escalated),
            State::Hit(HitState::FalsePositive),
            State::Hit(HitState::TrueMatch),
        ])
        .to(&[State::Hit(HitState::Proposed)])
        .when(&[REASONS_GIVEN, HIT_KNOWN, ENTRY_UNCHANGED, COVER_FITS]),
    step("S-01", ConfirmDisposition, &[Secretariat, Reviewer, Head])
        .during(&[Submitted, Completeness, UnderReview, Decided])
        .from(&[State::Hit(HitState::Proposed)])
        .to(&[
            State::Hit(HitState::FalsePositive),
            State::Hit(HitState::TrueMatch),
            State::Hit(HitState::Escalated),
        ])
        .when(&[REASONS_GIVEN, HIT_KNOWN, ENTRY_UNCHANGED, SECOND_DELEGATION]),
    step("S-02", RaiseScreeningAlarm, &[System])
        .during(&[Decided])
        .from(&[State::Waiver(WaiverState::Active)])
        .tells(&[SecretariatLeads, Heads])
        .when(&[SOMETHING_TO_ALARM]),
];

const SUBJECTS_KNOWN: Fact = Condition {
    code: "screening_subject_unknown",
    cites: "S-01",
    says: "Each result names a subject as party:ID, vessel:IMO, bank:BIC, applicant:organisation or applicant:signatory; parties must be in the dossier.",
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
const ENTRY_UNCHANGED: Fact = Condition {
    code: "stale_list_version",
    cites: "S-01",
    says: "The list has changed since this hit was found: read the entry as it is now, and decide again.",
    holds: |ask| {
        let (subject, entry, seen) = match ask.action {
            Some(Action::ProposeDisposition(body)) => (&body.subject, &body.entry, &body.entry_fingerprint),
            Some(Action::ConfirmDisposition(body)) => (&body.subject, &body.entry, &body.entry_fingerprint),
            _ => return true,
        };
        screening::still_listed_so(ask, subject, entry, seen.as_deref())
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
const OFFICIALS_OWN: Fact = Condition {
    code: "engine_results_by_engine_only",
    cites: "S-01",
    says: "How the service checked, its explanations and earlier decisions are recorded by the service itself: leave them out.",
    holds: |ask| match ask.action {
        Some(Action::RecordScreening(body)) => {
            let mut hits = body.results.iter().flat_map(|result| &result.hits);
            body.check.is_none() && hits.all(|hit| hit.precedent.is_none() && hit.explanation.is_none())
        }
        _ => true,
    },
};
const COVER_FITS: Fact = Condition {
    code: "legal_reference_missing",
    cites: "S-01",
    says: "A general licence, an exemption or a derogation covers a true match only, and is named with its legal reference (covered_by).",
    holds: |ask| match ask.action {
        Some(Action::ProposeDisposition(body)) => {
            let named = body.covered_by.as_ref().map(|reference| !reference.trim().is_empty());
            let kind_only = body.covered_as.is_some() && named.is_none();
            named != Some(false) && !kind_only && (body.verdict == Verdict::TrueMatch || named.is_none())
        }
        _ => true,
    },
};
const SOMETHING_TO_ALARM: Fact = Condition {
    code: "nothing_to_alarm",
    cites: "S-02",
    says: "Everything that the waiver's screening found was told already.",
    holds: |ask| !screening::to_alarm(ask.subject).is_empty(),
};
