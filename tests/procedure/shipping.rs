//! The waiver, its shipments, its ledger and the outcome (section 9 of the law).

use crate::{cast::*, setting::*, story::Story, wishes::*};
use corridor::domain::quantity::Quantity;
use corridor::workflow::{action::*, ledger::Account, state::*};

/// The waiver is in force; it is its first day, and everything was screened this morning.
fn waiver() -> Story {
    Story::new()
        .approved()
        .waiver(WaiverState::Active)
        .on("2025-11-07 10:00")
        .when(Officer, screen)
}

/// Grams.
fn balance(story: &Story, account: Account) -> i64 {
    story.case.waiver.ledger.balance(account)
}

const TONNE: i64 = 1_000_000;

#[test]
fn the_certificate_waits_until_screening_is_fresh() {
    let story = Story::new()
        .ballot()
        .voted(Choice::Approve, Choice::Approve)
        .hours_later(24)
        .signed()
        .outcome(Outcome::Approved)
        .waiver(WaiverState::PendingIssue)
        .when(Officer, screen_failed)
        .waiver(WaiverState::PendingIssue)
        .when(Officer, screen)
        .waiver(WaiverState::Active);
    let issued = story.case.waiver.certificate.clone().expect("a certificate");
    assert_eq!(
        (issued.valid_from, issued.valid_to),
        (date("2025-11-07"), date("2026-05-07"))
    );
    assert_eq!(issued.authorised, tonnes("1000"));
    assert_eq!(issued.ends_at, at("2026-05-08 00:00"));
    assert_eq!(issued.verify_code.len(), 32);
}

#[test]
fn what_is_approved_in_part_is_what_can_be_shipped() {
    let story = Story::new().reviewed().when(Us(CoChair), |story: &Story| {
        draft_in(&story.case, Outcome::ApprovedInPart)
    });
    let opens = story.case.working_days_after(story.now, 2);
    let story = story
        .at_instant(opens)
        .when(Officer, screen)
        .when(Us(CoChair), open_ballot);
    let story = story.voted(Choice::Approve, Choice::Approve).signed();
    story
        .refused("balance_exceeded", Drafter, ship("400.001"))
        .when(Drafter, ship("400"));
}

#[test]
fn a_shipment_keeps_to_the_parties_route_and_screening_of_the_dossier() {
    let changed = |change: fn(&mut NotifyShipment)| {
        let Action::NotifyShipment(mut body) = ship("10") else {
            unreachable!()
        };
        change(&mut body);
        Action::NotifyShipment(body)
    };
    let outside = "outside_the_waiver";
    waiver()
        .refused(
            outside,
            Drafter,
            changed(|shipment| shipment.consignee = "p1".to_owned()),
        )
        .refused(
            outside,
            Drafter,
            changed(|shipment| shipment.final_country = "SD".to_owned()),
        )
        .refused(outside, Drafter, changed(|shipment| shipment.to = "SDPZU".to_owned()))
        .refused(
            outside,
            Drafter,
            changed(|shipment| shipment.bank = Some("OTHER".to_owned())),
        )
        .refused(outside, Drafter, changed(|shipment| shipment.vessel = None))
        .refused(
            "quantity_not_usable",
            Drafter,
            changed(|s| s.quantity = Quantity::parse("5", "H87").expect("pieces")),
        )
        .refused("quantity_not_usable", Drafter, changed(|s| s.quantity = tonnes("0")))
        .refused(
            "screening_not_current",
            Drafter,
            changed(|s| s.vessel.as_mut().expect("one").imo = "9999022".to_owned()),
        )
        .refused("wrong_role", Officer, ship("10"))
        .hours_later(24)
        .refused("screening_not_current", Drafter, ship("10"))
        .when(Officer, screen)
        .when(Agent, ship("10"));
}

#[test]
fn a_failed_screening_or_an_open_hit_ships_nothing() {
    let story = waiver()
        .when(Officer, screen_failed)
        .refused("screening_not_current", Drafter, ship("10"));
    story
        .when(Officer, screen_with_hit)
        .refused("screening_not_current", Drafter, ship("10"))
        .when(Us(Reviewer), propose_verdict(Verdict::FalsePositive, None))
        .when(Ru(Reviewer), confirm_verdict(true))
        .when(Drafter, ship("10"));
}

#[test]
fn shipments_draw_the_waiver_down_and_give_back_what_was_not_delivered() {
    let story = waiver()
        .when(Drafter, ship("600"))
        .refused("balance_exceeded", Drafter, ship("400.000001"));
    assert_eq!(balance(&story, Account::Available), 400 * TONNE);
    assert_eq!(balance(&story, Account::Reserved), 600 * TONNE);
    let story = story.delivered(1, "590", "585");
    assert_eq!(balance(&story, Account::Delivered), 585 * TONNE);
    assert_eq!(balance(&story, Account::Available), 415 * TONNE);
    assert_eq!(balance(&story, Account::Reserved), 0);
}

#[test]
fn loading_may_exceed_the_waiver_by_the_tolerance_and_no_more() {
    // Half a per cent of 1,000 t is 5 t.
    let story = waiver().when(Drafter, ship("1000"));
    story
        .refused("balance_exceeded", Drafter, load(1, "1005.001"))
        .when(Drafter, load(1, "1005"))
        .when(Drafter, position(1, Position::Departed))
        .when(Drafter, position(1, Position::Discharged))
        .refused("balance_exceeded", Monitor, attest(1, "1005.001"))
        .when(Monitor, attest(1, "1005"))
        .when(Officer, verify(1, true))
        .waiver(WaiverState::Closing);
}

#[test]
fn a_journey_goes_forward() {
    let future = |story: &Story| {
        load_in(
            &story.case,
            1,
            tonnes("10"),
            story.now + jiff::SignedDuration::from_hours(24),
        )
    };
    let before = |story: &Story| attest_in(&story.case, 1, tonnes("10"), at("2025-11-06 10:00").min(story.now));
    waiver()
        .when(Drafter, ship("10"))
        .refused("wrong_state", Drafter, position(1, Position::Departed))
        .refused("date_in_future", Drafter, future)
        .refused("already_sailed", Drafter, lose(1, LossKind::Lost))
        .when(Drafter, load(1, "10"))
        .when(Drafter, position(1, Position::Departed))
        .when(Drafter, position(1, Position::UnderWay))
        .refused("already_sailed", Drafter, lose(1, LossKind::Cancelled))
        .refused("wrong_state", Monitor, attest(1, "10"))
        .when(Drafter, position(1, Position::Discharged))
        .refused("before_loading", Monitor, before)
        .refused("wrong_role", Drafter, attest(1, "10"))
        .refused("wrong_state", Drafter, load(2, "10"));
}

#[test]
fn what_is_lost_is_written_off_and_what_is_cancelled_comes_back() {
    let story = waiver()
        .when(Drafter, ship("300"))
        .when(Drafter, load(1, "300"))
        .when(Drafter, position(1, Position::Departed));
    let story = story.refused("reasons_missing", Drafter, |_: &Story| {
        let Action::ReportLoss(mut body) = lose(1, LossKind::Lost) else {
            unreachable!()
        };
        body.reason = words("");
        Action::ReportLoss(body)
    });
    let story = story.refused("evidence_missing", Drafter, |_: &Story| {
        let Action::ReportLoss(mut body) = lose(1, LossKind::Lost) else {
            unreachable!()
        };
        body.evidence.clear();
        Action::ReportLoss(body)
    });
    let story = story
        .when(Drafter, lose(1, LossKind::Lost))
        .when(Drafter, ship("100"))
        .when(Drafter, lose(2, LossKind::Cancelled));
    assert_eq!(balance(&story, Account::WrittenOff), 300 * TONNE);
    assert_eq!(balance(&story, Account::Available), 700 * TONNE);
    assert_eq!(balance(&story, Account::Reserved), 0);
}

#[test]
fn cancelled_shipments_do_not_count_towards_the_most() {
    let mut story = waiver();
    for _ in 0..4 {
        story = story.when(Drafter, ship("10"));
    }
    story
        .refused("too_many_shipments", Drafter, ship("10"))
        .when(Drafter, lose(4, LossKind::Cancelled))
        .when(Drafter, ship("10"));
}

#[test]
fn a_mistake_is_reversed_by_two_and_written_anew() {
    let story = waiver()
        .when(Drafter, ship("500"))
        .delivered(1, "500", "500")
        .when(Officer, verify(1, true));
    let story = story
        .refused("no_correction_pending", Signatory, confirm_correction(1, true))
        .when(Officer, correct(1, "450"))
        .refused("wrong_role", Officer, confirm_correction(1, true))
        .when(Signatory, confirm_correction(1, true));
    assert_eq!(balance(&story, Account::Delivered), 450 * TONNE);
    assert_eq!(balance(&story, Account::Available), 550 * TONNE);
    let words: Vec<_> = story.case.waiver.ledger.lines.iter().map(|line| line.word).collect();
    assert_eq!(
        words,
        ["authorise", "tolerance", "reserve", "deliver", "reversal", "deliver"]
    );
    let story = story
        .refused("balance_exceeded", Officer, correct(1, "1000.001"))
        .when(Officer, correct(1, "900"))
        .when(Signatory, confirm_correction(1, false));
    assert_eq!(balance(&story, Account::Delivered), 450 * TONNE);
}

#[test]
fn a_waiver_that_is_used_up_is_exhausted_and_then_closed_out() {
    let story = waiver().when(Drafter, ship("1000")).delivered(1, "1000", "1000");
    let story = story.happened("waiver_exhausted", 1).happened("close_out_started", 1);
    story
        .refused("shipments_unsettled", Officer, outcome())
        .when(Us(Head), verify(1, false))
        .refused("shipments_unsettled", Officer, outcome())
        .when(Officer, verify(1, true))
        .refused("statement_hash_mismatch", Us(CoChair), sign_outcome)
        .when(Officer, outcome())
        .when(Us(CoChair), sign_outcome)
        .refused("already_signed", Us(CoChair), sign_outcome)
        .refused("outcome_proposed_already", Officer, correct(1, "900"))
        .waiver(WaiverState::Closing)
        .when(Ru(CoChair), sign_outcome)
        .waiver(WaiverState::Closed);
}

#[test]
fn a_statement_that_a_correction_has_overtaken_cannot_be_signed() {
    waiver()
        .when(Drafter, ship("1000"))
        .delivered(1, "1000", "1000")
        .when(Officer, verify(1, true))
        .when(Officer, outcome())
        .when(Officer, correct(1, "900"))
        .refused("shipments_unsettled", Us(CoChair), sign_outcome)
        .when(Signatory, confirm_correction(1, true))
        .refused("statement_hash_mismatch", Us(CoChair), sign_outcome)
        .closed()
        .waiver(WaiverState::Closed);
}

#[test]
fn after_its_last_day_a_waiver_ships_nothing_new_and_lets_what_was_loaded_arrive() {
    let story = waiver()
        .when(Drafter, ship("400"))
        .when(Drafter, load(1, "400"))
        .when(Drafter, ship("100"));
    let story = story
        .on("2026-05-07 23:59")
        .looked_at()
        .waiver(WaiverState::Active)
        .on("2026-05-08 00:00")
        .looked_at();
    let story = story.waiver(WaiverState::Expired).happened("expiry_reminded", 3);
    let reminded: Vec<_> = story.all("expiry_reminded").map(|event| event.effective_at).collect();
    assert_eq!(
        reminded,
        [at("2026-03-08 00:00"), at("2026-04-07 00:00"), at("2026-04-30 00:00")]
    );
    let late = |story: &Story| load_in(&story.case, 2, tonnes("100"), story.now);
    story
        .when(Officer, screen)
        .refused("wrong_state", Drafter, ship("10"))
        .refused("loaded_after_expiry", Drafter, late)
        .when(Drafter, position(1, Position::Departed))
        .when(Drafter, position(1, Position::Discharged))
        .when(Monitor, attest(1, "400"))
        .waiver(WaiverState::Expired)
        // Forty-five days of wind-down end with the 21st of June.
        .on("2026-06-21 23:59")
        .looked_at()
        .waiver(WaiverState::Expired)
        .on("2026-06-22 00:00")
        .looked_at()
        .waiver(WaiverState::Closing)
        .took_effect("close_out_started", "2026-06-22 00:00");
}

#[test]
fn a_waiver_with_nothing_under_way_is_closed_out_as_it_expires() {
    waiver()
        .on("2026-05-08 00:00")
        .looked_at()
        .waiver(WaiverState::Closing)
        .took_effect("close_out_started", "2026-05-08 00:00");
}

#[test]
fn nothing_is_loaded_before_the_first_day() {
    let story = Story::new()
        .approved()
        .on("2025-11-06 23:00")
        .when(Officer, screen)
        .when(Drafter, ship("10"));
    story
        .refused("loaded_before_validity", Drafter, load(1, "10"))
        .on("2025-11-07 00:00")
        .when(Drafter, load(1, "10"));
}

#[test]
fn papers_come_first() {
    let unclean = |story: &Story| {
        let Action::ReportLoading(mut body) = load_in(&story.case, 1, tonnes("10"), story.now) else {
            unreachable!()
        };
        body.bill_of_lading = QUARANTINED;
        Action::ReportLoading(body)
    };
    let bare = |story: &Story| {
        let Action::AttestDelivery(mut body) = attest_in(&story.case, 1, tonnes("10"), story.now) else {
            unreachable!()
        };
        body.evidence.clear();
        Action::AttestDelivery(body)
    };
    waiver()
        .when(Drafter, ship("10"))
        .refused("document_in_quarantine", Drafter, unclean)
        .when(Drafter, load(1, "10"))
        .when(Drafter, position(1, Position::Discharged))
        .refused("document_in_quarantine", Monitor, bare);
}

#[test]
fn the_outcome_is_the_sum_of_what_was_verified_by_country_and_month() {
    let story = waiver()
        .when(Drafter, ship("300"))
        .delivered(1, "300", "299.5")
        .when(Officer, verify(1, true));
    let story = story
        .when(Drafter, ship("200"))
        .when(Drafter, load(2, "200"))
        .when(Drafter, lose(2, LossKind::Diverted));
    let story = story
        .on("2025-12-05 10:00")
        .when(Officer, screen)
        .when(Drafter, ship("100"))
        .delivered(3, "100", "100");
    let story = story
        .when(Us(Reviewer), verify(3, true))
        .on("2026-05-08 10:00")
        .when(Officer, outcome());
    let (_, statement) = story.case.outcome_statement.clone().expect("a statement");
    assert_eq!(statement.verified_total, "399.5");
    assert_eq!(statement.written_off, "200");
    assert_eq!(statement.unused, "400.5");
    assert_eq!(statement.by_country.get("ET").map(String::as_str), Some("399.5"));
    let lines: Vec<_> = statement
        .lines
        .iter()
        .map(|line| (line.period.as_str(), line.quantity.as_str()))
        .collect();
    assert_eq!(lines, [("2025-11", "299.5"), ("2025-12", "100")]);
}
