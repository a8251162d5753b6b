//! The usual course, and the public case it was made for.

use crate::{cast::*, inspecting, setting::*, story::Story, wishes::*};
use corridor::domain::{dossier::Vessel, id::DocumentId};
use corridor::workflow::{action::*, ledger::Account, state::*};

#[test]
fn a_dossier_becomes_a_waiver_and_a_public_outcome() {
    Story::new()
        .approved()
        .outcome(Outcome::Approved)
        .waiver(WaiverState::Active)
        .on("2025-11-07 10:00")
        .when(Officer, screen)
        .when(Drafter, ship("1000"))
        .delivered(1, "1000", "1000")
        .when(Officer, verify(1, true))
        .waiver(WaiverState::Closing)
        .closed()
        .waiver(WaiverState::Closed);
}

#[test]
fn a_programme_with_one_delegation_is_the_same_process() {
    let story = Story::under(|notice| {
        notice.delegations.truncate(1);
        notice.policy.inspection = corridor::domain::notice::InspectionPolicy::None;
    });
    let story = story
        .constituted()
        .found()
        .ready_to_vote()
        .when(Us(CoChair), open_ballot);
    story
        .when(Us(Head), vote(Choice::Approve))
        .when(Us(CoChair), sign)
        .outcome(Outcome::Approved)
        .waiver(WaiverState::Active);
}

/// The grain case as it is told: who did what on which day.
fn grain_decided() -> Story {
    let case = grain();
    let documents: Vec<_> = (1u128..)
        .zip(&case.documents)
        .map(|(number, document)| reference(DocumentId(uuid::Uuid::from_u128(number)), &document.class))
        .collect();
    let dossier = case.with_documents(&documents);
    let mut notice = case.notice;
    notice.monitors = [MONITORS].into();
    let mut story = Story::of(notice, dossier).on("2025-10-06 10:00").when(Drafter, start);
    for document in &documents {
        story = story.when(Drafter, attach(document.id, &document.class));
    }
    story
        .on("2025-10-13 11:00")
        .when(Signatory, submit())
        .when(Officer, take())
        .clock("not_started")
        .on("2025-10-16 10:00")
        .when(Officer, screen)
        .when(Officer, accept())
        .when(Lead, countersign())
        .due("2025-11-15")
        .panelled()
        .when(Us(CoChair), inspecting::inspect())
        .on("2025-10-20 10:00")
        .when(Officer, screen)
        .when(Officer, |story: &Story| {
            let days = ["2025-10-28 10:00", "2025-10-29 10:00", "2025-10-30 10:00"];
            assert_eq!(story.case.state, DossierState::UnderReview);
            inspecting::propose_at(days.map(at).to_vec())
        })
        .confirmed()
        .in_session()
        .held()
        .reported(InspectionResult::Passed)
        .found()
        .when(Us(CoChair), draft)
        .on("2025-11-04 10:00")
        .when(Officer, screen)
        .when(Us(CoChair), open_ballot)
        .voted(Choice::Approve, Choice::Approve)
        .on("2025-11-07 10:00")
        .when(Officer, screen)
        .signed()
}

#[test]
fn the_grain_case_is_decided_on_day_22_of_30() {
    let story = grain_decided().outcome(Outcome::Approved).waiver(WaiverState::Active);
    assert_eq!(story.case.decided_on_day, Some(22));
    let reckoning = story.case.reckoning(story.now).expect("a clock");
    assert_eq!(
        (reckoning.day_zero, reckoning.due),
        (date("2025-10-16"), date("2025-11-15"))
    );
    assert_eq!(reckoning.stopped_days, 0);
    let certificate = story.case.waiver.certificate.clone().expect("a certificate");
    assert_eq!(certificate.authorised, tonnes("240000"));
    assert_eq!(
        (certificate.valid_from, certificate.valid_to),
        (date("2025-11-07"), date("2026-05-07"))
    );
}

#[test]
fn the_grain_of_seven_voyages_adds_up_to_233_099_tonnes() {
    let mut story = grain_decided();
    let planned = story.case.submitted_dossier().shipments.clone();
    for (number, shipment) in (1..).zip(&planned) {
        let weight = shipment.quantity.amount.to_string();
        let sea = &shipment.legs[0];
        let consignee = if shipment.final_country == "ET" { "p3" } else { "p4" };
        let notify = Action::NotifyShipment(NotifyShipment {
            quantity: shipment.quantity.clone(),
            final_country: shipment.final_country.clone(),
            consignee: consignee.to_owned(),
            from: sea.from.clone(),
            to: sea.to.clone(),
            vessel: sea.vessel.clone().map(|vessel| Vessel { flag: None, ..vessel }),
            bank: None,
        });
        story = story.hours_later(24 * 10).when(Officer, screen).when(Drafter, notify);
        story = story
            .delivered(number, &weight, &weight)
            .when(Officer, verify(number, true));
    }
    assert_eq!(story.case.waiver.ledger.balance(Account::Available), 6_901 * 1_000_000);
    let story = story.on("2026-05-08 10:00").closed().waiver(WaiverState::Closed);
    let (_, statement) = story.case.outcome_statement.clone().expect("a statement");
    assert_eq!(
        (statement.verified_total.as_str(), statement.unused.as_str()),
        ("233099", "6901")
    );
    assert_eq!(statement.by_country["ET"], "137759");
    assert_eq!(statement.by_country["SD"], "95340");
    assert_eq!((statement.unit.as_str(), statement.shipments), ("TNE", 7));
}
