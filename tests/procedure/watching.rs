//! What time reminds of while shipments are under way, and what comes at the end (H-03 to H-05, K-01).

use crate::{cast::*, setting::*, story::Story, wishes::*};
use corridor::workflow::{action::*, state::*, watch::Overdue};

/// Friday, the 7th of November: a shipment of everything is loaded.
fn loaded() -> Story {
    Story::new()
        .approved()
        .on("2025-11-07 10:00")
        .when(Officer, screen)
        .when(Drafter, ship("1000"))
        .when(Drafter, load(1, "1000"))
}

fn overdue(story: &Story) -> Vec<Overdue> {
    story.case.waiver.shipments[&1].overdue.iter().copied().collect()
}

fn on(shipment: u32, position: Position, day: &str) -> Action {
    Action::ReportPosition(ReportPosition {
        shipment,
        position,
        on: date(day),
        place: "At sea".to_owned(),
    })
}

#[test]
fn the_secretariat_is_told_when_nothing_was_heard_for_ten_days() {
    let story = loaded()
        .on("2025-11-17 23:59")
        .looked_at()
        .happened("shipment_silent", 0)
        .on("2025-11-25 10:00")
        .looked_at()
        .happened("shipment_silent", 1)
        .took_effect("shipment_silent", "2025-11-18 00:00");
    assert_eq!(overdue(&story), [Overdue::Report]);
    // A report ends the silence; the next one is counted from it.
    let story = story.when(Drafter, position(1, Position::Departed));
    assert_eq!(overdue(&story), []);
    story
        .on("2025-12-06 00:00")
        .looked_at()
        .happened("shipment_silent", 2)
        .took_effect("shipment_silent", "2025-12-06 00:00");
}

#[test]
fn the_notice_says_how_long_a_silence_may_be() {
    Story::under(|notice| notice.policy.silence_days = 3)
        .approved()
        .on("2025-11-07 10:00")
        .when(Officer, screen)
        .when(Drafter, ship("10"))
        .on("2025-12-01 10:00")
        // What is only notified is not yet under way.
        .looked_at()
        .happened("shipment_silent", 0)
        .when(Drafter, load(1, "10"))
        .on("2025-12-05 00:00")
        .looked_at()
        .took_effect("shipment_silent", "2025-12-05 00:00");
}

#[test]
fn a_delivery_that_nobody_attests_is_reminded_of_after_fifteen_working_days() {
    let story = loaded()
        .when(Drafter, position(1, Position::Discharged))
        .on("2025-11-28 23:59")
        .looked_at()
        .happened("attestation_overdue", 0)
        .on("2025-11-29 00:00")
        .looked_at()
        .happened("attestation_overdue", 1);
    assert_eq!(overdue(&story), [Overdue::Attestation]);
    let story = story.on("2026-02-01 10:00").when(Monitor, attest(1, "1000"));
    assert_eq!(overdue(&story), []);
    story.happened("attestation_overdue", 1).happened("shipment_silent", 0);
}

#[test]
fn a_discharge_that_was_reported_late_reminds_no_earlier_than_it_was_known() {
    loaded()
        .on("2025-11-12 10:00")
        .when(Drafter, position(1, Position::Departed))
        .on("2025-11-20 10:00")
        .when(Drafter, position(1, Position::UnderWay))
        .on("2025-11-30 10:00")
        .when(Drafter, position(1, Position::UnderWay))
        .on("2025-12-09 10:00")
        .refused(
            "positions_out_of_order",
            Drafter,
            on(1, Position::Discharged, "2025-11-10"),
        )
        .when(Drafter, on(1, Position::Discharged, "2025-11-30"))
        .on("2025-12-20 00:00")
        .looked_at()
        .took_effect("attestation_overdue", "2025-12-20 00:00");
}

#[test]
fn a_delivery_that_nobody_verifies_is_reminded_of_after_ten_working_days() {
    let story = loaded()
        .when(Drafter, position(1, Position::Discharged))
        .when(Monitor, attest(1, "1000"))
        .on("2025-11-21 23:59")
        .looked_at()
        .happened("verification_overdue", 0)
        .on("2025-11-22 00:00")
        .looked_at()
        .happened("verification_overdue", 1);
    assert_eq!(overdue(&story), [Overdue::Verification]);
    let story = story.when(Officer, verify(1, true));
    assert_eq!(overdue(&story), []);
}

#[test]
fn late_reports_find_their_place_by_the_day_of_the_event() {
    let story = loaded()
        .on("2025-11-20 10:00")
        .when(Drafter, on(1, Position::UnderWay, "2025-11-15"))
        .when(Drafter, on(1, Position::Departed, "2025-11-08"))
        .refused(
            "positions_out_of_order",
            Drafter,
            on(1, Position::Departed, "2025-11-16"),
        )
        .when(Drafter, on(1, Position::Discharged, "2025-11-18"))
        // The day before the discharge, heard of after it: nothing goes back.
        .when(Drafter, on(1, Position::UnderWay, "2025-11-17"))
        .refused(
            "positions_out_of_order",
            Drafter,
            on(1, Position::UnderWay, "2025-11-19"),
        )
        .refused(
            "positions_out_of_order",
            Drafter,
            on(1, Position::Discharged, "2025-11-18"),
        );
    assert_eq!(story.case.waiver.shipments[&1].state, ShipmentState::Discharged);
}

#[test]
fn a_final_report_is_wanted_within_thirty_days_and_holds_nothing_up() {
    let closing = || {
        loaded()
            .when(Drafter, position(1, Position::Discharged))
            .when(Monitor, attest(1, "1000"))
            .when(Officer, verify(1, true))
            .waiver(WaiverState::Closing)
    };
    closing()
        .on("2025-12-07 23:59")
        .looked_at()
        .happened("final_report_overdue", 0)
        .on("2025-12-08 00:00")
        .looked_at()
        .happened("final_report_overdue", 1)
        .closed()
        .waiver(WaiverState::Closed);
    let filed = closing()
        .refused("wrong_role", Officer, final_report())
        .when(Signatory, final_report())
        .on("2026-02-01 10:00")
        .looked_at()
        .happened("final_report_overdue", 0);
    assert!(filed.case.waiver.final_report.is_some());
}
