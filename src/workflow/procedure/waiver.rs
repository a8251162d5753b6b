//! The waiver's life and the outcome (section 9 of the law).

use super::dossier::REASONS_GIVEN;
use crate::{
    domain::people::Role::*,
    workflow::{
        action::{Action, ActionKind::*},
        case::Case,
        conditions::{self, Imposed},
        event::Audience::*,
        screening,
        state::{DossierState::Decided, State, WaiverState::*},
        step::{Condition, Step, step},
        waiver,
    },
};

type Fact = Condition<Case>;

const fn at(state: crate::workflow::state::WaiverState) -> State {
    State::Waiver(state)
}

pub const STEPS: &[Step<Case>] = &[
    step("W-01", IssueWaiver, &[System])
        .during(&[Decided])
        .from(&[at(PendingIssue)])
        .to(&[at(Active)])
        .tells(&[Contacts, SponsorAuthority, Subscribers])
        .when(&[SCREENING_CLEAR, PRECEDENT_MET]),
    step("W-02", ReportCondition, &[Drafter, Signatory, Agent])
        .during(&[Decided])
        .from(&[at(PendingIssue), at(Active)])
        .tells(&[Heads, CoChairs])
        .when(&[CONDITION_OPEN, REASONS_GIVEN, EVIDENCE_CLEAN]),
    step("W-02", ConfirmCondition, &[Head, CoChair])
        .during(&[Decided])
        .from(&[at(PendingIssue), at(Active)])
        .tells(&[Contacts])
        .when(&[CONDITION_REPORTED, OUR_CONDITION, REASONS_GIVEN]),
    step("W-05", RemindOfExpiry, &[System])
        .during(&[Decided])
        .from(&[at(Active)])
        .tells(&[Contacts, SponsorAuthority]),
    step("W-04", ExhaustWaiver, &[System])
        .during(&[Decided])
        .from(&[at(Active)])
        .to(&[at(Exhausted)])
        .tells(&[Contacts, Secretariats]),
    step("W-05", ExpireWaiver, &[System])
        .during(&[Decided])
        .from(&[at(Active)])
        .to(&[at(Expired)])
        .tells(&[Contacts, SponsorAuthority]),
    step("K-01", StartCloseOut, &[System])
        .during(&[Decided])
        .from(&[at(Exhausted), at(Expired)])
        .to(&[at(Closing)])
        .tells(&[Contacts, Secretariats]),
    step("K-01", FileFinalReport, &[Signatory])
        .during(&[Decided])
        .from(&[at(Closing)])
        .tells(&[Secretariats])
        .when(&[REASONS_GIVEN, EVIDENCE_CLEAN]),
    step("K-01", RemindOfFinalReport, &[System])
        .during(&[Decided])
        .from(&[at(Closing)])
        .tells(&[Contacts, Secretariats]),
    step("K-02", ProposeOutcome, &[Secretariat])
        .during(&[Decided])
        .from(&[at(Closing)])
        .tells(&[CoChairs])
        .when(&[LEDGER_SETTLED]),
    step("K-02", SignOutcome, &[CoChair])
        .binding()
        .by_every_delegation()
        .during(&[Decided])
        .from(&[at(Closing)])
        .to(&[at(Closed)])
        .tells(&[Contacts, SponsorAuthority, Secretariats, Heads, Subscribers])
        .when(&[LEDGER_SETTLED, SAME_STATEMENT, NOT_SIGNED_BY_US]),
];

const SCREENING_CLEAR: Fact = Condition {
    code: "screening_not_current",
    cites: "W-01",
    says: "A certificate is issued when everything was screened clear in the last 24 hours.",
    holds: |ask| screening::all_pass(ask.subject, ask.now),
};
const PRECEDENT_MET: Fact = Condition {
    code: "condition_precedent_open",
    cites: "W-01",
    says: "A condition precedent waits: the holder reports it fulfilled, with evidence, and the delegation that owns it confirms.",
    holds: |ask| conditions::precedent_met(ask.subject),
};
const CONDITION_OPEN: Fact = Condition {
    code: "condition_not_open",
    cites: "W-02",
    says: "The decision has no such condition, or it is fulfilled or reported already.",
    holds: |ask| {
        let open = |imposed: &Imposed| imposed.report.is_none() && imposed.fulfilled_at.is_none();
        match ask.action {
            Some(Action::ReportCondition(body)) => conditions::imposed(ask.subject, &body.condition).is_some_and(open),
            _ => ask.subject.waiver.conditions.iter().any(open),
        }
    },
};
const CONDITION_REPORTED: Fact = Condition {
    code: "condition_not_reported",
    cites: "W-02",
    says: "The holder has not reported that condition as fulfilled, or it is confirmed already.",
    holds: |ask| {
        let reported = |imposed: &Imposed| imposed.report.is_some() && imposed.fulfilled_at.is_none();
        match ask.action {
            Some(Action::ConfirmCondition(body)) => {
                conditions::imposed(ask.subject, &body.condition).is_some_and(reported)
            }
            _ => ask.subject.waiver.conditions.iter().any(reported),
        }
    },
};
const OUR_CONDITION: Fact = Condition {
    code: "not_your_condition",
    cites: "W-02",
    says: "The delegation that owns a condition confirms it.",
    holds: |ask| {
        let ours = |imposed: &Imposed| imposed.condition.owner == ask.actor.delegation;
        match ask.action {
            Some(Action::ConfirmCondition(body)) => conditions::imposed(ask.subject, &body.condition).is_some_and(ours),
            _ => ask.subject.waiver.conditions.iter().any(ours),
        }
    },
};
const EVIDENCE_CLEAN: Fact = Condition {
    code: "document_in_quarantine",
    cites: "W-02",
    says: "Upload the documents to this case first and wait until they are clean; a fulfilled condition needs at least one.",
    holds: |ask| {
        let clean = |id| ask.around.documents.get(id).is_some_and(|file| file.clean);
        match ask.action {
            Some(Action::ReportCondition(body)) => !body.evidence.is_empty() && body.evidence.iter().all(clean),
            Some(Action::FileFinalReport(body)) => body.evidence.iter().all(clean),
            _ => true,
        }
    },
};
const LEDGER_SETTLED: Fact = Condition {
    code: "shipments_unsettled",
    cites: "K-02",
    says: "Every shipment must be verified, cancelled or written off, and no correction pending.",
    holds: |ask| waiver::settled(ask.subject),
};
const SAME_STATEMENT: Fact = Condition {
    code: "statement_hash_mismatch",
    cites: "K-02",
    says: "The hash is not that of the statement proposed: read it again.",
    holds: |ask| match ask.action {
        Some(Action::SignOutcome(body)) => ask
            .subject
            .outcome_statement
            .as_ref()
            .is_some_and(|(digest, _)| digest == &body.statement),
        _ => ask.subject.outcome_statement.is_some(),
    },
};
const NOT_SIGNED_BY_US: Fact = Condition {
    code: "already_signed",
    cites: "K-02",
    says: "Your delegation has signed the statement already.",
    holds: |ask| {
        !ask.actor
            .delegation
            .as_ref()
            .is_some_and(|own| ask.subject.outcome_signatures.contains(own))
    },
};
