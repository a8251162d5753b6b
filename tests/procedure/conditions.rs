//! Conditions of a decision: whence they come, and what waits for them (W-01, W-02).

use crate::{cast::*, setting::*, story::Story, wishes::*};
use corridor::workflow::{action::*, state::*};

#[test]
fn a_certificate_waits_for_the_conditions_precedent() {
    let story = Story::new()
        .approved_with_condition(true)
        .outcome(Outcome::ApprovedWithConditions)
        .waiver(WaiverState::PendingIssue);
    story
        .refused("condition_not_reported", Us(Head), confirm_condition("K1", true))
        .refused("condition_not_open", Drafter, report_condition("K2"))
        .refused("document_in_quarantine", Drafter, |_: &Story| {
            let Action::ReportCondition(mut body) = report_condition("K1") else {
                unreachable!()
            };
            body.evidence.clear();
            Action::ReportCondition(body)
        })
        .refused("wrong_role", Officer, report_condition("K1"))
        .when(Drafter, report_condition("K1"))
        .refused("condition_not_open", Signatory, report_condition("K1"))
        .waiver(WaiverState::PendingIssue)
        .refused("not_your_condition", Ru(Head), confirm_condition("K1", true))
        .when(Us(CoChair), confirm_condition("K1", true))
        .waiver(WaiverState::Active)
        .refused("condition_not_reported", Us(Head), confirm_condition("K1", true));
}

#[test]
fn a_report_that_does_not_convince_can_be_made_again() {
    Story::new()
        .approved_with_condition(true)
        .when(Drafter, report_condition("K1"))
        .when(Us(Head), confirm_condition("K1", false))
        .waiver(WaiverState::PendingIssue)
        .when(Agent, report_condition("K1"))
        .when(Us(Head), confirm_condition("K1", true))
        .waiver(WaiverState::Active);
}

#[test]
fn a_condition_fulfilled_after_a_day_waits_for_a_fresh_screening_too() {
    Story::new()
        .approved_with_condition(true)
        .hours_later(30)
        .when(Drafter, report_condition("K1"))
        .when(Us(Head), confirm_condition("K1", true))
        .waiver(WaiverState::PendingIssue)
        .when(Officer, screen_failed)
        .waiver(WaiverState::PendingIssue)
        .when(Officer, screen)
        .waiver(WaiverState::Active);
}

#[test]
fn other_conditions_hold_nothing_up_and_are_reported_while_the_waiver_is_in_force() {
    Story::new()
        .approved_with_condition(false)
        .waiver(WaiverState::Active)
        .when(Drafter, report_condition("K1"))
        .when(Us(Head), confirm_condition("K1", true));
}

/// Both delegations found C1 met with a condition; the draft is circulated after that.
fn found_with_condition() -> Story {
    [Us as fn(Seat) -> Who, Ru]
        .into_iter()
        .fold(Story::new().constituted().inspection_waived(), |story, side| {
            story
                .when(side(Head), assign("C1", side(Reviewer)))
                .when(side(Reviewer), find("C1", FindingValue::MetWithCondition))
                .when(side(Head), countersign_finding("C1", side(Reviewer)))
        })
}

#[test]
fn a_finding_met_with_condition_brings_a_condition_that_its_delegation_owns() {
    let circulated = |outcome| move |story: &Story| draft_in(&story.case, outcome);
    let story = found_with_condition()
        .refused("draft_unsound", Us(CoChair), circulated(Outcome::Approved))
        .when(Us(CoChair), circulated(Outcome::ApprovedWithConditions));
    let draft = story.case.ballot.draft.as_ref().expect("a draft");
    let owned: Vec<_> = draft
        .conditions
        .iter()
        .map(|condition| (condition.id.as_str(), condition.owner.clone()))
        .collect();
    assert_eq!(
        owned,
        [("K1", Some(us())), ("C1-RU", Some(ru())), ("C1-US", Some(us()))]
    );
}

#[test]
fn a_condition_found_after_the_draft_was_circulated_wants_a_new_draft() {
    let story = Story::new().constituted().inspection_waived().ready_to_vote();
    let story = [Us as fn(Seat) -> Who, Ru].into_iter().fold(story, |story, side| {
        story
            .when(side(Head), assign("C1", side(Reviewer)))
            .when(side(Reviewer), find("C1", FindingValue::MetWithCondition))
            .when(side(Head), countersign_finding("C1", side(Reviewer)))
    });
    story.refused("conditions_missing", Us(CoChair), open_ballot);
}

#[test]
fn an_owner_is_a_delegation_and_each_condition_has_its_own_name() {
    let changed = |change: fn(&mut CirculateDraft)| {
        move |story: &Story| {
            let mut action = draft_in(&story.case, Outcome::ApprovedWithConditions);
            if let Action::CirculateDraft(body) = &mut action {
                change(body);
            }
            action
        }
    };
    let stranger = |body: &mut CirculateDraft| {
        body.conditions[0].owner = Some(corridor::domain::people::Delegation::new("XX"));
    };
    let twice = |body: &mut CirculateDraft| body.conditions.push(body.conditions[0].clone());
    Story::new()
        .constituted()
        .refused("draft_unsound", Us(CoChair), changed(stranger))
        .refused("draft_unsound", Us(CoChair), changed(twice))
        .when(Us(CoChair), changed(|_| {}));
}

#[test]
fn a_part_may_be_approved_under_conditions() {
    Story::new().constituted().when(Us(CoChair), |story: &Story| {
        let mut action = draft_in(&story.case, Outcome::ApprovedInPart);
        if let Action::CirculateDraft(body) = &mut action {
            body.authorised = Some(tonnes("400"));
            body.conditions.push(Condition {
                id: "K1".to_owned(),
                text: words("Seals."),
                owner: Some(ru()),
                precedent: true,
            });
        }
        action
    });
}
