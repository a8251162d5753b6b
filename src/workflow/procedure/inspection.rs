//! The virtual inspection (section 7 of the law).
//!
//! The host is the submitter's side: its signatory or drafter speaks for the site.

use super::{dossier::REASONS_GIVEN, questions::MAY_READ};
use crate::{
    domain::{notice::InspectionPolicy, people::Role::*},
    workflow::{
        action::{Action, ActionKind::*},
        case::Case,
        event::Audience::*,
        inspection,
        state::{DossierState::*, InspectionState::*, Phase, State},
        step::{ClockEffect::*, Condition, Step, step},
    },
};

type Fact = Condition<Case>;

const fn at(state: crate::workflow::state::InspectionState) -> State {
    State::Inspection(state)
}

pub const STEPS: &[Step<Case>] = &[
    step("I-01", DecideInspection, &[CoChair])
        .by_every_delegation()
        .during(&[UnderReview])
        .from(&[at(None)])
        .to(&[at(Required), at(Waived)])
        .when(&[PANEL_AT_WORK, MAY_READ, WAIVING_ALLOWED]),
    step("I-02", ProposeInspection, &[Secretariat])
        .during(&[UnderReview])
        .from(&[at(Required), at(Postponed), at(Aborted), at(Proposed)])
        .to(&[at(Proposed)])
        .tells(&[Inspectors, Contacts])
        .when(&[SLOTS, CHECKLIST]),
    step("I-03", ConfirmInspection, &[Inspector, Drafter, Signatory])
        .by_every_delegation()
        .during(&[UnderReview])
        .from(&[at(Proposed)])
        .to(&[at(Scheduled)])
        .tells(&[Inspectors, Contacts, Secretariats, CoChairs])
        .when(&[MAY_READ, SLOT_OFFERED, IN_GOOD_TIME, IDENTITIES]),
    step("I-04", PostponeInspection, &[Drafter, Signatory, Inspector, Head])
        .during(&[UnderReview])
        .from(&[at(Scheduled)])
        .to(&[at(Postponed)])
        .clock(Stops("inspection_host_delay"))
        .tells(&[Inspectors, Contacts, Secretariats, CoChairs])
        .when(&[REASONS_GIVEN, AT_MOST_TWICE]),
    step("I-05", JoinInspection, &[Inspector, Drafter, Signatory, CoChair])
        .during(&[UnderReview])
        .from(&[at(Scheduled), at(InSession)])
        .when(&[MAY_READ, NOT_INSIDE, IDENTITY_BY_ANOTHER, FROM_THE_HOUR]),
    step("I-05", LeaveInspection, &[Inspector, Drafter, Signatory, CoChair])
        .during(&[UnderReview])
        .from(&[at(Scheduled), at(InSession)])
        .when(&[INSIDE]),
    step("I-05", OpenInspection, &[CoChair, Inspector])
        .during(&[UnderReview])
        .from(&[at(Scheduled)])
        .to(&[at(InSession)])
        .when(&[INSIDE, QUORUM]),
    step("I-06", RecordObservation, &[Inspector])
        .during(&[UnderReview])
        .from(&[at(InSession)])
        .when(&[INSIDE, QUORUM, ITEM_KNOWN, CAPTURE_CLEAN]),
    step("I-07", AbortInspection, &[Inspector, System])
        .during(&[UnderReview])
        .from(&[at(InSession)])
        .to(&[at(Aborted)])
        .tells(&[Inspectors, Contacts, Secretariats, CoChairs])
        .when(&[REASONS_GIVEN]),
    step("I-08", CloseInspection, &[Inspector])
        .by_every_delegation()
        .during(&[UnderReview])
        .from(&[at(InSession)])
        .to(&[at(Held)])
        .tells(&[Contacts])
        .when(&[INSIDE, ITEMS_DONE, NOT_YET_CLOSED_BY_US]),
    step("I-09", DraftReport, &[Inspector])
        .during(&[UnderReview])
        .from(&[at(Held), at(ReportDraft)])
        .to(&[at(ReportDraft)])
        .tells(&[Inspectors])
        .when(&[MAY_READ, REASONS_GIVEN, UNSIGNED]),
    step("I-09", SignReport, &[Inspector])
        .binding()
        .by_every_delegation()
        .during(&[UnderReview])
        .from(&[at(ReportDraft)])
        .to(&[at(ReportSigned)])
        .tells(&[Heads, Contacts])
        .when(&[MAY_READ, NOT_SIGNED_BY_US]),
    step("I-09", RefuseSignature, &[Inspector])
        .binding()
        .during(&[UnderReview])
        .from(&[at(ReportDraft)])
        .tells(&[Heads])
        .when(&[MAY_READ, REASONS_GIVEN, NOT_SIGNED_BY_US]),
    step("I-09", DeemReportSigned, &[System])
        .during(&[UnderReview])
        .from(&[at(ReportDraft)])
        .to(&[at(ReportSigned)])
        .tells(&[Heads, Contacts]),
    step("I-10", RefuseInspection, &[Drafter, Signatory])
        .binding()
        .during(&[UnderReview])
        .from(&[at(Required), at(Proposed), at(Scheduled), at(Postponed), at(Aborted)])
        .to(&[at(RefusedByHost)])
        .tells(&[CoChairs])
        .when(&[REASONS_GIVEN]),
];

const PANEL_AT_WORK: Fact = Condition {
    code: "panel_not_at_work",
    cites: "I-01",
    says: "The panel is constituted first, and each co-chair declares first.",
    holds: |ask| ask.subject.panel.phase == Phase::Documentary,
};
const WAIVING_ALLOWED: Fact = Condition {
    code: "inspection_cannot_be_waived",
    cites: "I-01",
    says: "This notice requires an inspection, or the consent to waive it lacks its reason.",
    holds: |ask| match ask.action {
        Some(Action::DecideInspection(body)) => {
            let reason = body.reason.as_ref().is_some_and(|reason| !reason.is_blank());
            body.needed || reason && ask.subject.terms.policy.inspection != InspectionPolicy::Required
        }
        _ => true,
    },
};
const SLOTS: Fact = Condition {
    code: "slots_not_enough",
    cites: "I-02",
    says: "Offer at least three slots within ten working days (to resume after an abort: one within three), each early enough to be confirmed in time.",
    holds: |ask| match ask.action {
        Some(Action::ProposeInspection(body)) => inspection::slots_ok(ask, body),
        _ => true,
    },
};
const CHECKLIST: Fact = Condition {
    code: "checklist_incomplete",
    cites: "I-02",
    says: "Name the sites and a checklist whose items each have their own id and map to a criterion.",
    holds: |ask| match ask.action {
        Some(Action::ProposeInspection(body)) => inspection::checklist_ok(ask.subject, body),
        _ => true,
    },
};
const SLOT_OFFERED: Fact = Condition {
    code: "slot_not_offered",
    cites: "I-03",
    says: "Confirm one of the proposed slots, the same as the others have confirmed.",
    holds: |ask| match ask.action {
        Some(Action::ConfirmInspection(body)) => inspection::slot_agreed(ask.subject, body.slot),
        _ => true,
    },
};
const IN_GOOD_TIME: Fact = Condition {
    code: "confirmed_too_late",
    cites: "I-03",
    says: "An inspection is confirmed at least 48 hours ahead (or as the notice says).",
    holds: |ask| match ask.action {
        Some(Action::ConfirmInspection(body)) => inspection::hours_ahead(ask, body.slot),
        _ => true,
    },
};
const IDENTITIES: Fact = Condition {
    code: "technical_check_missing",
    cites: "I-03",
    says: "Name those who will attend and confirm that the technical check is done.",
    holds: |ask| match ask.action {
        Some(Action::ConfirmInspection(body)) => {
            body.technical_check_done && body.identities.iter().any(|name| !name.is_blank())
        }
        _ => true,
    },
};
const AT_MOST_TWICE: Fact = Condition {
    code: "postponed_twice",
    cites: "I-04",
    says: "An inspection is postponed at most twice.",
    holds: |ask| ask.subject.inspection.postponements < 2,
};
const NOT_INSIDE: Fact = Condition {
    code: "already_inside",
    cites: "I-05",
    says: "You have joined already.",
    holds: |ask| !ask.subject.inspection.present.contains_key(&ask.actor.person),
};
const INSIDE: Fact = Condition {
    code: "not_inside",
    cites: "I-05",
    says: "Join the inspection first.",
    holds: |ask| ask.subject.inspection.present.contains_key(&ask.actor.person),
};
const IDENTITY_BY_ANOTHER: Fact = Condition {
    code: "identity_check_missing",
    cites: "I-05",
    says: "Somebody else checks the identity of the one who joins; name that person.",
    holds: |ask| match ask.action {
        Some(Action::JoinInspection(body)) => body.identity_checked_by.is_some_and(|who| who != ask.actor.person),
        _ => true,
    },
};
const FROM_THE_HOUR: Fact = Condition {
    code: "too_early",
    cites: "I-05",
    says: "The room opens half an hour before the agreed time.",
    holds: |ask| {
        let slot = ask.subject.inspection.slot;
        slot.is_some_and(|slot| {
            ask.now
                .saturating_add(jiff::SignedDuration::from_mins(30))
                .is_ok_and(|soon| soon >= slot)
        })
    },
};
const QUORUM: Fact = Condition {
    code: "no_quorum",
    cites: "I-05",
    says: "An inspector of each delegation must be present now.",
    holds: |ask| inspection::quorate(ask.subject),
};
const ITEM_KNOWN: Fact = Condition {
    code: "checklist_item_unknown",
    cites: "I-06",
    says: "The checklist has no such item.",
    holds: |ask| match ask.action {
        Some(Action::RecordObservation(body)) => {
            ask.subject.inspection.checklist.iter().any(|item| item.id == body.item)
        }
        _ => true,
    },
};
const CAPTURE_CLEAN: Fact = Condition {
    code: "document_in_quarantine",
    cites: "I-06",
    says: "Upload the capture to this case first and wait until it is clean.",
    holds: |ask| match ask.action {
        Some(Action::RecordObservation(body)) => body
            .capture
            .is_none_or(|capture| ask.around.documents.get(&capture).is_some_and(|file| file.clean)),
        _ => true,
    },
};
const ITEMS_DONE: Fact = Condition {
    code: "items_open",
    cites: "I-08",
    says: "Answer every mandatory item of the checklist, or mark it unobservable.",
    holds: |ask| inspection::open_items(ask.subject).is_empty(),
};
const NOT_YET_CLOSED_BY_US: Fact = Condition {
    code: "already_consented",
    cites: "I-08",
    says: "Your delegation has closed the inspection already.",
    holds: |ask| {
        !ask.actor
            .delegation
            .as_ref()
            .is_some_and(|own| ask.subject.inspection.close_consents.contains(own))
    },
};
const UNSIGNED: Fact = Condition {
    code: "report_signed_already",
    cites: "I-09",
    says: "A delegation has signed this draft; it is not changed any more.",
    holds: |ask| ask.subject.inspection.signed.is_empty(),
};
const NOT_SIGNED_BY_US: Fact = Condition {
    code: "already_signed",
    cites: "I-09",
    says: "Your delegation has signed or refused already.",
    holds: |ask| {
        let inspection = &ask.subject.inspection;
        !ask.actor
            .delegation
            .as_ref()
            .is_some_and(|own| inspection.signed.contains_key(own) || inspection.refused.contains(own))
    },
};
