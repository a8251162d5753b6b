//! The virtual inspection (section 7 of the law).

use crate::{cast::*, inspecting::*, setting::at, story::Story, wishes::*};
use corridor::domain::notice::InspectionPolicy;
use corridor::workflow::{action::*, state::*};

fn minutes_later(story: Story, minutes: i64) -> Story {
    let later = story.now + jiff::SignedDuration::from_mins(minutes);
    story.at_instant(later)
}

#[test]
fn waiving_an_inspection_needs_every_delegation_and_a_reason() {
    let unreasoned = Action::DecideInspection(DecideInspection {
        needed: false,
        reason: None,
    });
    Story::new()
        .accepted()
        .refused("panel_not_at_work", Us(CoChair), waive())
        .panelled()
        .refused("inspection_cannot_be_waived", Us(CoChair), unreasoned)
        .when(Us(CoChair), waive())
        .inspection(InspectionState::None)
        .when(Ru(CoChair), waive())
        .inspection(InspectionState::Waived);
    Story::new()
        .constituted()
        .when(Us(CoChair), waive())
        .when(Ru(CoChair), inspect())
        .inspection(InspectionState::Required);
    Story::under(|notice| notice.policy.inspection = InspectionPolicy::Required)
        .constituted()
        .refused("inspection_cannot_be_waived", Us(CoChair), waive());
}

#[test]
fn an_inspection_is_scheduled_when_every_delegation_and_the_host_agree_on_one_slot() {
    let story = Story::new().constituted().when(Us(CoChair), inspect());
    let early = propose_at(
        [24, 48, 49]
            .map(|hours| story.now + jiff::SignedDuration::from_hours(hours))
            .to_vec(),
    );
    let two = propose_at(vec![at("2025-10-08 10:00"), at("2025-10-09 10:00")]);
    let late = propose_at(vec![
        at("2025-10-08 10:00"),
        at("2025-10-09 10:00"),
        at("2025-10-16 10:00"),
    ]);
    let other = |story: &Story| confirm_slot(story.case.inspection.slots[1]);
    story
        .refused("slots_not_enough", Officer, two)
        // The tenth working day is the 15th.
        .refused("slots_not_enough", Officer, late)
        .when(Officer, early)
        .refused("confirmed_too_late", Us(Inspector), confirm)
        .when(Officer, propose)
        .when(Us(Inspector), confirm)
        .refused("slot_not_offered", Ru(Inspector), other)
        .when(Ru(Inspector), confirm)
        .inspection(InspectionState::Proposed)
        .refused("wrong_role", Officer, confirm)
        .when(Drafter, confirm)
        .inspection(InspectionState::Scheduled);
}

#[test]
fn the_checklist_maps_to_criteria_and_the_technical_check_is_done() {
    let mapped = |criterion: &'static str| {
        move |story: &Story| {
            let Action::ProposeInspection(mut body) = propose(story) else {
                unreachable!()
            };
            body.checklist[0].criterion = criterion.to_owned();
            Action::ProposeInspection(body)
        }
    };
    let unchecked = |story: &Story| {
        let Action::ConfirmInspection(mut body) = confirm(story) else {
            unreachable!()
        };
        body.technical_check_done = false;
        Action::ConfirmInspection(body)
    };
    Story::new()
        .constituted()
        .when(Us(CoChair), inspect())
        .refused("checklist_incomplete", Officer, mapped("C9"))
        .when(Officer, mapped("C3"))
        .refused("technical_check_missing", Us(Inspector), unchecked);
}

#[test]
fn the_room_opens_half_an_hour_before_and_needs_an_inspector_of_each_delegation() {
    let story = Story::new().constituted().scheduled();
    let slot = story.case.inspection.slot.expect("a slot");
    let half_an_hour = jiff::SignedDuration::from_mins(30);
    let unchecked = Action::JoinInspection(JoinInspection {
        identity_checked_by: Some(Us(Inspector).id()),
    });
    story
        .at_instant(slot - half_an_hour - jiff::SignedDuration::from_secs(1))
        .refused("too_early", Us(Inspector), join())
        .at_instant(slot - half_an_hour)
        .refused("identity_check_missing", Us(Inspector), unchecked)
        .when(Us(Inspector), join())
        .refused("already_inside", Us(Inspector), join())
        .when(Ru(CoChair), join())
        .refused("no_quorum", Us(Inspector), open())
        .refused("not_inside", Ru(Inspector), open())
        .when(Ru(Inspector), join())
        .when(Us(Inspector), open())
        .refused("checklist_item_unknown", Us(Inspector), observe("roof"))
        .refused("items_open", Us(Inspector), close())
        .when(Us(Inspector), observe("silo"))
        .when(Us(Inspector), close())
        .inspection(InspectionState::InSession)
        .refused("already_consented", Us(Inspector), close())
        .when(Ru(Inspector), close())
        .inspection(InspectionState::Held);
}

#[test]
fn a_capture_is_clean_and_keeps_its_hash() {
    let captured = |document| {
        Action::RecordObservation(RecordObservation {
            item: "silo".to_owned(),
            answer: ObservationAnswer::Satisfactory,
            note: words("A picture."),
            capture: Some(document),
            device_time: None,
            location: None,
        })
    };
    let story = Story::new().constituted().scheduled().in_session();
    let story = story
        .refused(
            "document_in_quarantine",
            Us(Inspector),
            captured(crate::setting::QUARANTINED),
        )
        .when(Us(Inspector), captured(crate::setting::PAPER));
    let kept = story.case.inspection.observations[0].capture.clone();
    assert_eq!(
        kept,
        Some((crate::setting::PAPER, crate::setting::sha256_of(crate::setting::PAPER)))
    );
}

#[test]
fn a_link_lost_for_fifteen_minutes_breaks_off_and_what_was_seen_stays() {
    let story = Story::new()
        .constituted()
        .scheduled()
        .in_session()
        .when(Us(Inspector), observe("silo"));
    let story = story.when(Us(Inspector), close()).when(Ru(Inspector), leave());
    let lost = story.now;
    let story = minutes_later(story, 14).refused("no_quorum", Us(Inspector), observe("scale"));
    let story = minutes_later(story, 2).looked_at().inspection(InspectionState::Aborted);
    assert_eq!(
        story.last("inspection_aborted").effective_at,
        lost + jiff::SignedDuration::from_mins(15)
    );
    let soon = story.now + jiff::SignedDuration::from_hours(20);
    let beyond = story.now + jiff::SignedDuration::from_hours(24 * 7);
    let story = story
        .refused("slots_not_enough", Officer, propose_at(vec![beyond]))
        .when(Officer, propose_at(vec![soon]))
        .confirmed()
        .in_session();
    assert_eq!(story.case.inspection.observations.len(), 1);
    // A consent to close the broken session does not close the resumed one.
    story
        .when(Ru(Inspector), close())
        .inspection(InspectionState::InSession)
        .when(Us(Inspector), close())
        .inspection(InspectionState::Held);
}

#[test]
fn who_comes_back_within_fifteen_minutes_saves_the_session() {
    let story = Story::new()
        .constituted()
        .scheduled()
        .in_session()
        .when(Ru(Inspector), leave());
    let story = minutes_later(story, 10).when(Ru(Inspector), join());
    minutes_later(story, 60)
        .looked_at()
        .inspection(InspectionState::InSession);
}

#[test]
fn a_host_postpones_at_most_twice_and_the_clock_stands_until_new_slots() {
    Story::new()
        .constituted()
        .scheduled()
        .when(Signatory, postpone())
        .clock("stopped: inspection_host_delay")
        .hours_later(48)
        .when(Officer, propose)
        .clock("running")
        .confirmed()
        .when(Us(Inspector), postpone())
        .clock("running")
        .when(Officer, propose)
        .confirmed()
        .refused("postponed_twice", Signatory, postpone())
        .due("2025-11-03");
}

#[test]
fn a_report_is_signed_by_all_or_counts_as_signed_without_those_who_did_not() {
    let held = || Story::new().constituted().scheduled().in_session().held();
    held()
        .reported(InspectionResult::Passed)
        .inspection(InspectionState::ReportSigned);
    let reserved = Action::SignReport(SignReport {
        reservation: Some(words("The scale was not seen.")),
    });
    // Held on Saturday the 4th: the third working day after is the 8th.
    let story = held()
        .when(Us(Inspector), report(InspectionResult::Passed))
        .when(Us(Inspector), reserved)
        .refused("report_signed_already", Ru(Inspector), report(InspectionResult::Failed))
        .when(Ru(Inspector), refuse_signature())
        .refused("already_signed", Ru(Inspector), sign_report())
        .refused("already_signed", Us(Inspector), refuse_signature())
        .on("2025-10-08 23:59")
        .looked_at()
        .inspection(InspectionState::ReportDraft)
        .on("2025-10-09 00:00")
        .looked_at()
        .inspection(InspectionState::ReportSigned);
    assert_eq!(story.case.inspection.without, [ru()].into());
}

#[test]
fn an_inspection_that_is_required_and_not_done_keeps_the_ballot_shut() {
    Story::new()
        .constituted()
        .found()
        .ready_to_vote()
        .refused("inspection_not_done", Us(CoChair), open_ballot)
        .when(Us(CoChair), inspect())
        .refused("inspection_not_done", Us(CoChair), open_ballot)
        .when(Signatory, refuse_inspection())
        .inspection(InspectionState::RefusedByHost)
        .when(Us(CoChair), open_ballot);
}

#[test]
fn a_host_that_refuses_after_postponing_stops_no_clock_any_more() {
    Story::new()
        .constituted()
        .scheduled()
        .when(Signatory, postpone())
        .when(Signatory, refuse_inspection())
        .clock("running");
}

#[test]
fn an_inspector_who_is_recused_in_the_room_breaks_the_quorum() {
    let story = Story::new()
        .constituted()
        .scheduled()
        .in_session()
        .when(Ru(Inspector), recuse());
    let story = story.refused("no_quorum", Us(Inspector), observe("silo"));
    minutes_later(story, 15)
        .looked_at()
        .inspection(InspectionState::Aborted);
}
