//! The statutory clock, told through what people do (section 2 of the law).

use crate::{cast::*, setting::at, story::Story, wishes::*};
use corridor::domain::notice::{ClockStart, OnLapse};
use corridor::workflow::{action::*, state::*};
use jiff::SignedDuration;

const MICROSECOND: SignedDuration = SignedDuration::from_micros(1);

/// One delegation has voted; it is the last microsecond of the last day, and silence means refusal.
fn before_the_end() -> Story {
    let story = Story::under(|notice| notice.policy.clock.on_lapse = OnLapse::DeemedRefused)
        .ballot()
        .when(Us(Head), vote(Choice::Approve));
    let end = story.lapses_at();
    story.at_instant(end - MICROSECOND)
}

#[test]
fn submission_starts_the_clock_where_the_notice_says_so() {
    // V1 of the law.
    Story::new()
        .drafted()
        .clock("not_started")
        .when(Signatory, submit())
        .clock("running")
        .due("2025-10-31");
}

#[test]
fn a_submission_after_the_cut_off_counts_from_the_next_day() {
    // V2.
    let story = Story::new()
        .drafted()
        .on("2025-10-01 17:05")
        .when(Signatory, submit())
        .due("2025-11-03");
    assert_eq!(story.lapses_at(), at("2025-11-04 00:00"));
}

#[test]
fn acceptance_starts_the_clock_where_the_notice_says_so() {
    Story::under(|notice| notice.policy.clock.start = ClockStart::Acceptance)
        .taken()
        .clock("not_started")
        .on("2025-10-06 10:00")
        .when(Officer, screen)
        .when(Officer, accept())
        .clock("not_started")
        .when(Lead, countersign())
        .clock("running")
        .due("2025-11-05");
}

#[test]
fn a_dossier_returned_before_acceptance_stops_no_clock() {
    Story::under(|notice| notice.policy.clock.start = ClockStart::Acceptance)
        .taken()
        .when(Officer, give_back())
        .clock("not_started")
        .on("2025-10-10 10:00")
        .when(Signatory, resubmit)
        .clock("not_started");
}

#[test]
fn a_vote_in_the_last_microsecond_of_the_30th_day_counts() {
    before_the_end()
        .when(Ru(Head), vote(Choice::Approve))
        .signed()
        .outcome(Outcome::Approved);
}

#[test]
fn a_vote_at_the_first_instant_of_the_31st_day_is_too_late() {
    let story = before_the_end();
    let end = story.now + MICROSECOND;
    story
        .at_instant(end)
        .refused("wrong_state", Ru(Head), vote(Choice::Approve))
        .refused("wrong_state", Us(CoChair), sign)
        .outcome(Outcome::DeemedRefused);
}

#[test]
fn a_signature_in_the_last_microsecond_decides_and_one_later_is_too_late() {
    let story = || {
        let story = Story::under(|notice| notice.policy.clock.on_lapse = OnLapse::DeemedRefused)
            .ballot()
            .voted(Choice::Approve, Choice::Approve);
        let end = story.lapses_at();
        (story, end)
    };
    let (in_time, end) = story();
    let decided = in_time
        .at_instant(end - MICROSECOND)
        .signed()
        .outcome(Outcome::Approved);
    assert_eq!(decided.last("case_decided").rule, "X-01");
    let (late, end) = story();
    let decided = late
        .at_instant(end)
        .refused("wrong_state", Us(CoChair), sign)
        .outcome(Outcome::Approved);
    // The votes sufficed before the end, so time decides as they did.
    assert_eq!(decided.last("case_decided").rule, "X-04");
}

#[test]
fn a_question_stops_the_clock_and_the_answer_resumes_it() {
    // V3: the midnights that end the 10th to the 19th are crossed while stopped.
    asked("2025-10-10 15:00")
        .on("2025-10-20 09:00")
        .when(Signatory, answer)
        .clock("running")
        .due("2025-11-10");
}

/// Under review, with a round of questions issued at this time.
fn asked(local: &str) -> Story {
    Story::new()
        .constituted()
        .on(local)
        .when(Officer, ask())
        .when(Lead, issue())
        .clock("stopped: rfi")
}

#[test]
fn a_stop_on_one_day_costs_nothing() {
    // V5.
    asked("2025-10-10 09:00")
        .on("2025-10-10 16:00")
        .when(Signatory, answer)
        .due("2025-10-31");
}

#[test]
fn overlapping_stops_are_a_union_and_never_a_sum() {
    // V4: a question from the 10th to the 20th, and the host's delay from the 15th to the 25th.
    let story = Story::new()
        .constituted()
        .on("2025-10-08 10:00")
        .when(Us(CoChair), crate::inspecting::inspect());
    story
        .on("2025-10-10 15:00")
        .when(Us(Reviewer), ask())
        .when(Lead, issue())
        .when(Officer, crate::inspecting::propose)
        .confirmed()
        .on("2025-10-15 10:00")
        .when(Signatory, crate::inspecting::postpone())
        .clock("stopped: rfi, inspection_host_delay")
        .on("2025-10-20 09:00")
        .when(Signatory, answer)
        .clock("stopped: inspection_host_delay")
        .on("2025-10-25 10:00")
        .when(Officer, crate::inspecting::propose)
        .clock("running")
        .due("2025-11-17");
}

#[test]
fn a_pause_ends_by_itself_at_its_own_instant() {
    Story::new()
        .accepted()
        .on("2025-10-08 10:00")
        .when(Signatory, pause(5))
        .clock("stopped: applicant_request")
        .on("2025-10-20 10:00")
        .looked_at()
        .took_effect("clock_resumed", "2025-10-13 10:00")
        .clock("running")
        .due("2025-11-05");
}

#[test]
fn the_clock_is_paused_once_for_at_most_thirty_days_and_only_while_it_runs() {
    Story::new()
        .accepted()
        .refused("pause_length", Signatory, pause(0))
        .refused("pause_length", Signatory, pause(31))
        .refused("not_paused", Signatory, resume())
        .when(Signatory, pause(30))
        .refused("clock_not_running", Signatory, pause(1))
        .hours_later(30)
        .when(Signatory, resume())
        .clock("running")
        .refused("pause_used", Signatory, pause(1))
        .refused("wrong_role", Drafter, pause(1));
}

#[test]
fn no_question_is_asked_in_the_last_three_days_without_consent() {
    // V6: 29, 30 and 31 October are the last three counted days.
    let story = Story::new().constituted().when(Officer, ask()).on("2025-10-28 23:59");
    story
        .refused("consent_not_needed", Signatory, consent_to_questions())
        .on("2025-10-29 00:00")
        .refused("too_late_for_questions", Lead, issue())
        .on("2025-10-31 23:30")
        .when(Signatory, consent_to_questions())
        .refused("consent_not_needed", Signatory, consent_to_questions())
        .when(Lead, issue())
        .on("2025-11-01 00:10")
        .when(Signatory, answer)
        .due("2025-11-03");
}

#[test]
fn a_question_just_before_the_last_three_days_needs_no_consent() {
    Story::new()
        .constituted()
        .when(Officer, ask())
        .on("2025-10-28 23:59")
        .when(Lead, issue())
        .clock("stopped: rfi");
}

#[test]
fn warnings_go_out_as_day_20_and_day_25_begin() {
    let story = Story::new()
        .accepted()
        .on("2025-10-30 10:00")
        .looked_at()
        .happened("deadline_near", 2);
    let begun: Vec<_> = story.all("deadline_near").map(|event| event.effective_at).collect();
    assert_eq!(begun, [at("2025-10-21 00:00"), at("2025-10-26 00:00")]);
}

#[test]
fn when_all_stops_together_pass_the_cap_the_case_lapses() {
    let story = Story::under(|notice| {
        notice.policy.clock.stop_cap_days = 10;
        notice.policy.answer_days = 60;
    });
    story
        .constituted()
        .on("2025-10-06 10:00")
        .when(Signatory, pause(4))
        .on("2025-10-10 12:00")
        .when(Officer, ask())
        .when(Lead, issue())
        // Four midnights were crossed by the pause; the eleventh of all is crossed as the 16th ends.
        .on("2025-10-16 23:59")
        .looked_at()
        .stands(DossierState::UnderReview)
        .on("2025-10-17 00:00")
        .looked_at()
        .stands(DossierState::Lapsed)
        .took_effect("dossier_lapsed", "2025-10-17 00:00")
        .clock("ended");
}

#[test]
fn causes_on_the_authority_s_side_never_stop_the_clock() {
    Story::new()
        .constituted()
        .when(Us(Reviewer), recuse())
        .clock("running")
        .when(Officer, screen_failed)
        .clock("running")
        .scheduled()
        .when(Us(Head), crate::inspecting::postpone())
        .clock("running")
        .due("2025-10-31");
}
