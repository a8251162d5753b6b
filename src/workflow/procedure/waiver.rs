//! The waiver's life and the outcome (section 9 of the law).

use crate::{
    domain::people::Role::*,
    workflow::{
        action::{Action, ActionKind::*},
        case::Case,
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
        .when(&[SCREENING_CLEAR]),
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
    step("K-02", ProposeOutcome, &[Secretariat])
        .during(&[Decided])
        .from(&[at(Closing)])
        .tells(&[CoChairs])
        .when(&[LEDGER_SETTLED]),
    step("K-02", SignOutcome, &[CoChair])
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
