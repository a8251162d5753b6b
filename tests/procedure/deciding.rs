//! Ballot, decision, and the day on which time decides (section 8 of the law).

use crate::{cast::*, setting::*, story::Story, wishes::*};
use corridor::domain::notice::{AffiliatedDelegation, OnLapse};
use corridor::workflow::{action::*, state::*};
use jiff::SignedDuration;

fn when_silent(on_lapse: OnLapse) -> Story {
    Story::under(|notice| notice.policy.clock.on_lapse = on_lapse)
}

/// At the instant at which time is over.
fn at_the_end(story: Story) -> Story {
    let end = story.lapses_at();
    story.at_instant(end)
}

#[test]
fn a_draft_is_circulated_for_two_full_working_days() {
    // Circulated on Wednesday the 1st: Thursday and Friday must pass.
    Story::new()
        .reviewed()
        .when(Us(CoChair), draft)
        .on("2025-10-03 23:59")
        .when(Officer, screen)
        .refused("draft_not_circulated", Us(CoChair), open_ballot)
        .on("2025-10-04 00:00")
        .refused("wrong_role", Us(Head), open_ballot)
        .when(Ru(CoChair), open_ballot)
        .stands(DossierState::Deliberation);
}

#[test]
fn a_draft_is_sound() {
    let changed = |change: fn(&mut CirculateDraft)| {
        move |story: &Story| {
            let Action::CirculateDraft(mut body) = draft(story) else {
                unreachable!()
            };
            change(&mut body);
            Action::CirculateDraft(body)
        }
    };
    let unsound = "draft_unsound";
    Story::new()
        .constituted()
        .refused(unsound, Us(CoChair), changed(|draft| draft.reasons.truncate(1)))
        .refused(
            unsound,
            Us(CoChair),
            changed(|draft| draft.authorised = Some(tonnes("1001"))),
        )
        .refused(unsound, Us(CoChair), changed(|draft| draft.validity_months = Some(7)))
        .refused(unsound, Us(CoChair), changed(|draft| draft.valid_from = None))
        .refused(
            unsound,
            Us(CoChair),
            changed(|draft| draft.outcome = Outcome::ApprovedWithConditions),
        )
        .refused(
            unsound,
            Us(CoChair),
            changed(|draft| draft.outcome = Outcome::ApprovedInPart),
        )
        .refused(
            unsound,
            Us(CoChair),
            changed(|draft| draft.outcome = Outcome::DeemedApproved),
        )
        .refused(unsound, Us(CoChair), changed(|draft| draft.outcome = Outcome::Refused))
        .when(Us(CoChair), |story: &Story| {
            draft_in(&story.case, Outcome::ApprovedInPart)
        })
        .when(Us(CoChair), |story: &Story| {
            draft_in(&story.case, Outcome::ApprovedWithConditions)
        });
}

#[test]
fn a_draft_speaks_of_the_dossier_that_is_decided() {
    // The file changes after the draft was circulated: the draft must be circulated anew.
    Story::new()
        .reviewed()
        .when(Us(CoChair), draft)
        .when(Officer, ask())
        .when(Lead, issue())
        .when(Drafter, attach(PAPER, "PHYTOSANITARY_CERTIFICATE"))
        .when(Signatory, answer)
        .on("2025-10-06 10:00")
        .when(Officer, screen)
        .refused("draft_not_circulated", Us(CoChair), open_ballot)
        .when(Us(CoChair), draft)
        .on("2025-10-09 09:00")
        .when(Officer, screen)
        .when(Us(CoChair), open_ballot);
}

#[test]
fn a_ballot_waits_for_findings_answers_and_a_draft() {
    Story::new()
        .constituted()
        .inspection_waived()
        .refused("draft_not_circulated", Us(CoChair), open_ballot)
        .ready_to_vote()
        .refused("findings_incomplete", Us(CoChair), open_ballot)
        .found()
        .when(Officer, ask())
        .when(Lead, issue())
        .refused("question_open", Us(CoChair), open_ballot)
        .when(Lead, cancel(1))
        .refused(
            "draft_hash_mismatch",
            Us(CoChair),
            Action::OpenBallot(OpenBallot { draft: "0".repeat(64) }),
        )
        .when(Us(CoChair), open_ballot);
}

#[test]
fn heads_vote_once_for_their_delegation_and_may_change_their_vote_until_all_have_voted() {
    let other = Action::CastVote(CastVote {
        draft: "0".repeat(64),
        vote: Vote {
            choice: Choice::Approve,
            because: vec![],
            reason: None,
        },
    });
    let unreasoned = |story: &Story| {
        let Action::CastVote(mut body) = vote_in(&story.case, Choice::Refuse) else {
            unreachable!()
        };
        body.vote.reason = None;
        Action::CastVote(body)
    };
    let story = Story::new()
        .ballot()
        .refused("draft_hash_mismatch", Us(Head), other)
        .refused("not_yours_to_vote", Us(Alternate), vote(Choice::Approve))
        .refused("wrong_role", Us(CoChair), vote(Choice::Approve))
        .refused("vote_reasons_missing", Us(Head), unreasoned)
        .refused("vote_reasons_missing", Us(Head), vote(Choice::ApproveWithConditions))
        .when(Us(Head), vote(Choice::Refuse))
        .when(Us(Head), vote(Choice::Approve))
        .refused("ballot_still_open", Us(CoChair), close_ballot())
        .when(Ru(Head), vote(Choice::Approve));
    let story = story
        .happened("ballot_closed", 1)
        .refused("wrong_state", Us(Head), vote(Choice::Refuse));
    let closed = story.case.ballot.closed.as_ref().expect("closed");
    assert!(closed.carried && closed.votes.len() == 2);
}

#[test]
fn votes_are_sealed_until_the_ballot_closes() {
    let story = Story::new().ballot().when(Us(Head), vote(Choice::Approve));
    let written = serde_json::to_string(&story.events).expect("json");
    assert!(!written.contains("\"choice\""));
    let story = story.when(Ru(Head), vote(Choice::Approve));
    assert!(
        serde_json::to_string(&story.events)
            .expect("json")
            .contains("\"choice\"")
    );
}

#[test]
fn one_refusal_or_one_abstention_refuses() {
    for choice in [Choice::Refuse, Choice::Abstain] {
        Story::new()
            .ballot()
            .voted(Choice::Approve, choice)
            .signed()
            .outcome(Outcome::Refused)
            .waiver(WaiverState::None);
    }
    Story::under(|notice| notice.policy.no_objection = true)
        .ballot()
        .voted(Choice::Approve, Choice::Abstain)
        .signed()
        .outcome(Outcome::Approved);
}

#[test]
fn a_co_chair_closes_a_ballot_after_three_working_days_and_silence_is_no_consent() {
    // Opened on Saturday the 4th; the third working day is Wednesday the 8th.
    let opened = || Story::new().ballot().when(Us(Head), vote(Choice::Approve));
    opened()
        .on("2025-10-08 23:59")
        .refused("ballot_still_open", Us(CoChair), close_ballot());
    opened()
        .on("2025-10-09 00:00")
        .when(Us(CoChair), close_ballot())
        .signed()
        .outcome(Outcome::Refused);
}

#[test]
fn every_delegation_signs_once_what_was_voted() {
    let other = Action::SignDecision(SignDecision { draft: "0".repeat(64) });
    Story::new()
        .ballot()
        .voted(Choice::Approve, Choice::Approve)
        .refused("draft_hash_mismatch", Us(CoChair), other)
        .when(Us(CoChair), sign)
        .refused("already_signed", Us(CoChair), sign)
        .stands(DossierState::Deliberation)
        .when(Ru(CoChair), sign)
        .outcome(Outcome::Approved);
}

#[test]
fn the_submitter_s_own_delegation_may_be_left_to_review() {
    Story::under(|notice| notice.policy.affiliated_delegation = AffiliatedDelegation::ReviewOnly)
        .ballot()
        .refused("not_yours_to_vote", Ru(Head), vote(Choice::Refuse))
        .when(Us(Head), vote(Choice::Approve))
        .happened("ballot_closed", 1)
        .signed()
        .outcome(Outcome::Approved);
}

#[test]
fn a_dossier_is_withdrawn_until_the_ballot_closes() {
    Story::new()
        .ballot()
        .when(Us(Head), vote(Choice::Approve))
        .when(Signatory, withdraw())
        .stands(DossierState::Withdrawn);
    Story::new()
        .ballot()
        .voted(Choice::Approve, Choice::Approve)
        .refused("ballot_closed", Signatory, withdraw());
}

#[test]
fn silence_escalates_once_and_then_refuses() {
    let story = at_the_end(when_silent(OnLapse::Escalate).constituted()).looked_at();
    let story = story
        .stands(DossierState::UnderReview)
        .happened("case_escalated", 1)
        .clock("running")
        .due("2025-11-10");
    at_the_end(story)
        .looked_at()
        .outcome(Outcome::DeemedRefused)
        .happened("case_escalated", 1)
        .took_effect("case_decided", "2025-11-11 00:00");
}

#[test]
fn the_principals_may_still_decide_in_their_days() {
    let story = at_the_end(
        when_silent(OnLapse::Escalate)
            .ballot()
            .when(Us(Head), vote(Choice::Approve)),
    );
    story
        .when(Ru(Head), vote(Choice::Approve))
        .signed()
        .outcome(Outcome::Approved);
}

#[test]
fn silence_may_refuse() {
    let story = at_the_end(when_silent(OnLapse::DeemedRefused).constituted())
        .looked_at()
        .outcome(Outcome::DeemedRefused);
    assert_eq!(story.case.decided_on_day, Some(31));
    story.waiver(WaiverState::None).clock("ended");
}

#[test]
fn silence_may_approve_only_what_is_accepted_and_freshly_screened() {
    let story = when_silent(OnLapse::DeemedApproved)
        .constituted()
        .on("2025-10-31 20:00");
    at_the_end(story.when(Officer, screen))
        .looked_at()
        .outcome(Outcome::DeemedApproved)
        .waiver(WaiverState::Active);
    let stale = when_silent(OnLapse::DeemedApproved).constituted();
    at_the_end(stale).looked_at().outcome(Outcome::DeemedRefused);
    let failed = when_silent(OnLapse::DeemedApproved)
        .constituted()
        .scheduled()
        .in_session()
        .held();
    let failed = failed
        .reported(InspectionResult::Failed)
        .on("2025-10-31 20:00")
        .when(Officer, screen);
    at_the_end(failed).looked_at().outcome(Outcome::DeemedRefused);
    let matched = when_silent(OnLapse::DeemedApproved)
        .constituted()
        .on("2025-10-31 20:00")
        .when(Officer, screen_with_hit)
        .when(Us(Reviewer), propose_verdict(Verdict::TrueMatch, Some("GL 8")))
        .when(Ru(Reviewer), confirm_verdict(true));
    at_the_end(matched).looked_at().outcome(Outcome::DeemedRefused);
}

#[test]
fn a_deemed_approval_without_a_panel_can_still_be_closed() {
    let story = when_silent(OnLapse::DeemedApproved)
        .submitted()
        .on("2025-10-31 20:00")
        .when(Officer, screen);
    at_the_end(story)
        .when(Drafter, ship("1000"))
        .on("2025-11-10 10:00")
        .delivered(1, "1000", "1000")
        .when(Officer, verify(1, true))
        .closed()
        .waiver(WaiverState::Closed);
}

#[test]
fn votes_that_suffice_at_the_end_decide_as_of_the_last_vote() {
    let voted = Story::under(|notice| {
        notice.policy.no_objection = true;
        notice.policy.clock.on_lapse = OnLapse::DeemedRefused;
    })
    .ballot()
    .on("2025-10-31 23:00")
    .when(Officer, screen)
    .when(Us(Head), vote(Choice::Approve));
    let last = voted.now;
    let story = at_the_end(voted).looked_at().outcome(Outcome::Approved);
    assert_eq!(story.last("case_decided").effective_at, last);
    assert_eq!(story.case.decided_at, Some(last));
    assert_eq!(story.case.decided_on_day, Some(30));
}

#[test]
fn votes_that_do_not_suffice_at_the_end_are_silence() {
    let story = when_silent(OnLapse::DeemedRefused)
        .ballot()
        .when(Us(Head), vote(Choice::Approve));
    at_the_end(story)
        .looked_at()
        .outcome(Outcome::DeemedRefused)
        .happened("ballot_closed", 0);
}

#[test]
fn a_closed_ballot_that_nobody_signed_decides_as_it_was_voted() {
    for (choice, outcome) in [(Choice::Approve, Outcome::Approved), (Choice::Refuse, Outcome::Refused)] {
        let story = when_silent(OnLapse::Escalate).ballot().voted(Choice::Approve, choice);
        let closed = story.now;
        let story = at_the_end(story.when(Us(CoChair), sign))
            .looked_at()
            .outcome(outcome)
            .happened("case_escalated", 0);
        assert_eq!(story.case.decided_at, Some(closed));
    }
}

#[test]
fn a_finding_of_somebody_who_leaves_during_the_ballot_is_confirmed_by_another_before_it_closes() {
    let story = Story::new()
        .ballot()
        .when(Us(Reviewer), recuse())
        .voted(Choice::Approve, Choice::Approve)
        // Everybody has voted, on a finding that nobody stands for any more.
        .happened("ballot_closed", 0)
        .refused("findings_unconfirmed", Us(CoChair), close_ballot());
    story
        .refused("finding_stands", Ru(Reviewer), find("C1", FindingValue::Met))
        .when(Us(Head), assign("C1", Us(SecondReviewer)))
        .when(Us(SecondReviewer), find("C1", FindingValue::Met))
        .refused("finding_stands", Us(SecondReviewer), find("C1", FindingValue::NotMet))
        .when(Us(Alternate), countersign_finding("C1", Us(SecondReviewer)))
        .happened("ballot_closed", 1)
        .signed()
        .outcome(Outcome::Approved);
    let unconfirmed = when_silent(OnLapse::DeemedRefused)
        .ballot()
        .when(Us(Reviewer), recuse())
        .voted(Choice::Approve, Choice::Approve);
    at_the_end(unconfirmed).looked_at().outcome(Outcome::DeemedRefused);
}

#[test]
fn a_countersignature_of_somebody_who_leaves_is_given_by_another() {
    Story::new()
        .ballot()
        .when(Us(SecondReviewer), recuse())
        .voted(Choice::Approve, Choice::Approve)
        .happened("ballot_closed", 0)
        .refused(
            "countersignature_not_yours",
            Us(Reviewer),
            countersign_finding("C1", Us(Reviewer)),
        )
        .when(Us(Alternate), countersign_finding("C1", Us(Reviewer)))
        .happened("ballot_closed", 1);
}

#[test]
fn a_submitter_may_pause_the_clock_even_while_the_committee_votes() {
    Story::new()
        .ballot()
        .when(Signatory, pause(5))
        .clock("stopped: applicant_request")
        .when(Signatory, resume())
        .clock("running");
}

#[test]
fn a_pause_that_lasts_into_the_ballot_and_past_the_cap_does_not_lock_the_case() {
    let story = Story::under(|notice| notice.policy.clock.stop_cap_days = 10)
        .reviewed()
        .when(Signatory, pause(30));
    story
        .ready_to_vote()
        .when(Us(CoChair), open_ballot)
        .on("2025-10-20 10:00")
        .looked_at()
        .stands(DossierState::Lapsed);
}

#[test]
fn time_decides_the_same_whether_it_is_watched_or_not() {
    let story = || when_silent(OnLapse::Escalate).submitted();
    let asleep = story().on("2026-01-10 10:00").looked_at();
    let mut awake = story();
    while awake.now < asleep.now {
        let next = (awake.now + SignedDuration::from_hours(7)).min(asleep.now);
        awake = awake.at_instant(next).looked_at();
    }
    let facts = |story: &Story| {
        let told = story
            .events
            .iter()
            .map(|event| (event.seq, event.effective_at, event.happened.clone()));
        told.collect::<Vec<_>>()
    };
    assert_eq!(facts(&asleep), facts(&awake));
    assert_eq!(asleep.case.outcome, Some(Outcome::DeemedRefused));
}
