//! What must hold after every step of every story and every walk (section 13 of the law).

use corridor::domain::id::{CaseId, NoticeId};
use corridor::workflow::{
    case::{Case, RoundOutcome},
    event::Event,
    happening::Happening,
    ledger::Account,
    notice::{Notice, NoticeHappening},
    state::*,
    step::{Step, Subject},
    subject,
};
use serde::{Serialize, de::DeserializeOwned};
use std::{collections::BTreeSet, fmt::Debug};

/// Events say which row they came under, and lead only where the row may lead (or where other machines follow).
pub fn of_the_row<S: Subject>(step: &Step<S>, events: &[Event<S::Happening>]) {
    let may: BTreeSet<String> = step.to.iter().map(ToString::to_string).collect();
    for event in events {
        assert_eq!(event.rule, step.rule);
        assert!(
            step.roles.contains(&event.by.role),
            "{} by {:?}",
            step.rule,
            event.by.role
        );
        assert!(event.effective_at <= event.recorded_at, "{event:?}");
        for to in &event.to {
            assert!(
                may.contains(to) || follows(to, step.rule),
                "{} ({:?}) led to {to}",
                step.rule,
                step.action
            );
        }
    }
}

/// What follows from a step in a machine that is not the step's own; the diagrams say so in words.
fn follows(to: &str, rule: &str) -> bool {
    match to {
        // A case that settles closes its committee and ends its open round.
        "committee:closed" | "round:none" => true,
        // A member leaves, a cited document is replaced, or a criterion reads differently in the edition adopted.
        "finding:proposed" => ["C-03", "C-05", "D-09", "N-06", "Q-03"].contains(&rule),
        _ => false,
    }
}

/// The promises that a case must keep at every moment.
pub fn of_the_case(case: &Case) {
    one_open_stop_for_each_reason(case);
    the_ledger_balances(case);
    settled_is_settled(case);
    approval_has_consent(case);
    nobody_does_both_halves(case);
    the_recused_have_no_say(case);
}

/// Invariant 1.
fn one_open_stop_for_each_reason(case: &Case) {
    let open: Vec<_> = case
        .clock
        .stops
        .iter()
        .filter(|stop| stop.to.is_none())
        .map(|stop| stop.reason)
        .collect();
    let distinct: BTreeSet<_> = open.iter().collect();
    assert_eq!(open.len(), distinct.len(), "two open stops for one reason: {open:?}");
    for stop in &case.clock.stops {
        assert!(stop.to.is_none_or(|to| to >= stop.from), "{stop:?}");
        assert!(
            case.clock.start.is_some_and(|start| start <= stop.from),
            "a stop before the start: {stop:?}"
        );
    }
}

/// Invariant 3, in thousandths of the base unit.
fn the_ledger_balances(case: &Case) {
    let ledger = &case.waiver.ledger;
    assert_eq!(ledger.sum(), 0, "Σ of the ledger");
    let Some(certificate) = &case.waiver.certificate else {
        return;
    };
    let approved = i128::from(certificate.authorised_milli);
    let used: i128 = [Account::Reserved, Account::Delivered, Account::WrittenOff]
        .into_iter()
        .map(|account| i128::from(ledger.balance(account)))
        .sum();
    let most = approved * (10_000 + i128::from(case.terms.policy.tolerance_bp)) / 10_000;
    assert!(used <= most, "{used} of {approved} used");
    for account in [
        Account::Reserved,
        Account::Delivered,
        Account::WrittenOff,
        Account::Available,
        Account::Tolerance,
    ] {
        assert!(ledger.balance(account) >= 0, "{account:?} below zero");
    }
    let shipped: i64 = case
        .waiver
        .shipments
        .values()
        .map(|shipment| shipment.delivered_milli)
        .sum();
    assert_eq!(
        shipped,
        ledger.balance(Account::Delivered),
        "what was delivered stands in the ledger"
    );
    let reserved: i64 = case
        .waiver
        .shipments
        .values()
        .map(|shipment| shipment.reserved_milli)
        .sum();
    assert_eq!(
        reserved,
        ledger.balance(Account::Reserved),
        "what is reserved stands in the ledger"
    );
}

/// Invariant 10: no running clock, no open question, no pause.
fn settled_is_settled(case: &Case) {
    if !case.state.is_settled() {
        assert!(case.clock.ended.is_none(), "the clock ended in {:?}", case.state);
        return;
    }
    assert!(!case.clock_alive(), "a clock survives in {:?}", case.state);
    assert!(!case.clock_stopped(), "a stop survives in {:?}", case.state);
    assert!(
        case.rounds.iter().all(|round| round.state != RoundOutcome::Issued),
        "an open round in {:?}",
        case.state
    );
    assert!(case.pause.is_none(), "a pause survives in {:?}", case.state);
    assert!(case.lapses_at().is_none());
    assert!(case.panel.phase == Phase::Closed || case.state == DossierState::Discarded);
    let waiver_follows = case.outcome.is_some_and(|outcome| outcome.approves());
    assert_eq!(
        case.waiver.state != WaiverState::None,
        waiver_follows,
        "a waiver follows approval and nothing else"
    );
}

/// Approval by vote has the consent of every voting delegation, findings, an inspection, one hash, every signature.
fn approval_has_consent(case: &Case) {
    use corridor::workflow::action::{Choice, Outcome};
    let Some(outcome) = case
        .outcome
        .filter(|outcome| outcome.approves() && *outcome != Outcome::DeemedApproved)
    else {
        return;
    };
    let closed = case.ballot.closed.as_ref().expect("a closed ballot");
    assert_eq!(closed.result, outcome);
    for delegation in case.voting_delegations() {
        let choice = closed.votes.get(delegation).map(|vote| vote.choice);
        let silent = case.terms.policy.no_objection && matches!(choice, None | Some(Choice::Abstain));
        let consents = matches!(choice, Some(Choice::Approve | Choice::ApproveWithConditions));
        assert!(consents || silent, "{delegation} did not consent: {choice:?}");
    }
    let inspected = matches!(
        case.inspection.state,
        InspectionState::ReportSigned | InspectionState::Waived | InspectionState::RefusedByHost
    );
    let needed = case.terms.policy.inspection != corridor::domain::notice::InspectionPolicy::None;
    assert!(
        inspected || !needed,
        "approved with an inspection that is {:?}",
        case.inspection.state
    );
}

/// Invariant 6.
fn nobody_does_both_halves(case: &Case) {
    for ((criterion, delegation), finding) in &case.findings {
        assert_ne!(
            Some(finding.proposed_by),
            finding.countersigned_by,
            "{criterion} of {delegation}"
        );
    }
    for member in case.members() {
        assert!(
            !case.hands.contains(&member.person) || case.state.is_settled(),
            "{member:?} acted on the dossier"
        );
    }
}

/// Invariant 7.
fn the_recused_have_no_say(case: &Case) {
    let out = |person| {
        case.panel
            .members
            .iter()
            .any(|member| member.person == person && member.out)
    };
    if case.ballot.closed.is_none() {
        assert!(
            case.ballot.cast.values().all(|vote| !out(vote.by)),
            "a recused member's vote stands"
        );
    }
    let countersigned = case
        .findings
        .values()
        .filter(|finding| finding.state == FindingState::Countersigned);
    for finding in countersigned {
        assert!(
            !out(finding.proposed_by) && finding.countersigned_by.is_some_and(|by| !out(by)),
            "{finding:?}"
        );
    }
}

/// Invariant 2: replaying gives the stored state; every event survives being written down.
pub fn of_the_history(id: CaseId, events: &[Event<Happening>], case: &Case) {
    for (place, event) in (1..).zip(events) {
        assert_eq!(event.seq, place, "history has no gaps");
    }
    if let Some(replayed) = subject::fold(id, &written(events)) {
        assert_eq!(
            format!("{replayed:#?}"),
            format!("{case:#?}"),
            "replaying the history gives another case"
        );
    }
    recused_members_are_silent(events);
    one_hash_from_vote_to_signature(events);
}

pub fn of_the_notice(id: NoticeId, events: &[Event<NoticeHappening>], notice: &Notice) {
    for event in events {
        let kind = serde_json::to_value(&event.happened).expect("JSON")["type"].clone();
        assert!(
            NoticeHappening::NAMES.iter().any(|name| kind == *name),
            "{kind} has no name"
        );
    }
    if let Some(replayed) = Notice::fold(id, &written(events)) {
        assert_eq!(
            format!("{replayed:#?}"),
            format!("{notice:#?}"),
            "replaying the history gives another notice"
        );
    }
}

/// To JSON and back, unchanged.
pub fn written<H>(events: &[Event<H>]) -> Vec<Event<H>>
where
    Event<H>: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let again = |event| {
        let json = serde_json::to_string(event).expect("an event can be written");
        let back: Event<H> = serde_json::from_str(&json).expect("an event can be read");
        assert_eq!(&back, event, "an event changes when it is written down");
        back
    };
    events.iter().map(again).collect()
}

/// Invariant 7, over time.
fn recused_members_are_silent(events: &[Event<Happening>]) {
    let mut out = BTreeSet::new();
    for event in events {
        assert!(!out.contains(&event.by.person), "a member who left acts: {event:?}");
        match &event.happened {
            Happening::MemberRecused(recused) => drop(out.insert(recused.person)),
            Happening::MemberExcluded(excluded) => drop(out.insert(excluded.person)),
            _ => {}
        }
    }
}

/// Invariant 4.
fn one_hash_from_vote_to_signature(events: &[Event<Happening>]) {
    let mut on_the_table = String::new();
    for event in events {
        let named = match &event.happened {
            Happening::DraftCirculated(circulated) => {
                on_the_table.clone_from(&circulated.digest);
                continue;
            }
            Happening::BallotOpened(opened) => &opened.draft,
            Happening::VoteCast(cast) => &cast.draft,
            Happening::DecisionSigned(signed) => &signed.draft,
            Happening::CaseDecided(decided) => match &decided.draft {
                Some(draft) => draft,
                None => continue,
            },
            _ => continue,
        };
        assert_eq!(named, &on_the_table, "{event:?}");
    }
}
