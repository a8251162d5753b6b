//! From draft to review: completeness, return, lapse, revival (section 4 of the law).

use crate::{cast::*, setting::*, story::Story, wishes::*};
use corridor::domain::dossier::Section;
use corridor::workflow::{action::*, state::*};

#[test]
fn a_dossier_is_begun_by_those_who_may_file_and_by_nobody_else() {
    Story::new()
        .refused("wrong_role", Signatory, start)
        .refused("wrong_role", Stranger, start)
        .refused("wrong_role", Officer, start)
        .when(Agent, start)
        .refused("new_case_only", Agent, start);
    let story = Story::new().when(Sponsor, start);
    assert_eq!(story.case.sponsor, Some(SPONSORING));
}

#[test]
fn an_organisation_that_is_not_eligible_is_told_so_at_once() {
    Story::under(|notice| notice.eligible_submitters = [corridor::domain::notice::PartyType::Ngo].into()).refused(
        "not_eligible_submitter",
        Drafter,
        start,
    );
}

#[test]
fn nothing_is_submitted_that_is_not_complete() {
    let mut story = Story::new()
        .drafted()
        .when(Drafter, save(Section::Safeguards(String::new())));
    let refusal = story.attempt(Signatory, &submit()).expect("a refusal");
    assert_eq!(refusal.code, "dossier_incomplete");
    assert_eq!(refusal.details.len(), 1);
    assert_eq!(refusal.details[0].0, "safeguards");
    let other = Action::SubmitDossier(SubmitDossier {
        declaration: "2024-1".to_owned(),
    });
    story
        .refused("declaration_version", Signatory, other)
        .refused("wrong_role", Drafter, submit())
        .when(Drafter, safeguards())
        .when(Signatory, submit())
        .stands(DossierState::Submitted);
}

#[test]
fn a_section_that_somebody_saved_meanwhile_is_not_overwritten() {
    let seen = |times| {
        Action::SaveSection(SaveSection {
            seen: Some(times),
            save: Section::Safeguards("Seals.".to_owned()),
        })
    };
    Story::new()
        .drafted()
        .when(Drafter, seen(0))
        .refused("section_changed", Agent, seen(0))
        .when(Agent, seen(1));
}

#[test]
fn only_clean_files_that_are_here_are_attached() {
    Story::new()
        .drafted()
        .refused("document_in_quarantine", Drafter, attach(QUARANTINED, "X"))
        .refused("document_unknown", Drafter, attach(NEVER_UPLOADED, "X"));
}

#[test]
fn a_draft_is_discarded_and_a_submitted_dossier_is_withdrawn() {
    Story::new()
        .drafted()
        .when(Who::OrganisationAdministrator, Action::DiscardDossier(Nothing {}))
        .stands(DossierState::Discarded);
    Story::new()
        .submitted()
        .refused("wrong_state", Drafter, Action::DiscardDossier(Nothing {}))
        .when(Signatory, withdraw())
        .stands(DossierState::Withdrawn)
        .clock("ended");
}

#[test]
fn acceptance_needs_screening_and_two_persons() {
    Story::new()
        .taken()
        .refused("screening_missing", Officer, accept())
        .when(Officer, screen)
        .refused("needs_another_officer", Lead, countersign())
        .when(OfficerAndLead, accept())
        .refused("needs_another_officer", OfficerAndLead, countersign())
        .refused("already_accepted", Officer, accept())
        .when(Lead, countersign())
        .stands(DossierState::UnderReview);
}

#[test]
fn a_return_that_is_answered_in_time_resumes_the_clock_and_never_resets_it() {
    let story = Story::new()
        .taken()
        .on("2025-10-03 12:00")
        .when(Officer, give_back())
        .clock("stopped: returned_incomplete");
    story
        .refused("section_closed", Drafter, save(Section::Goods(vec![])))
        .when(Drafter, safeguards())
        .refused("declaration_version", Signatory, |_: &Story| {
            Action::ResubmitDossier(ResubmitDossier {
                answers: vec![words("Mended."); 3],
                declaration: "2024-1".to_owned(),
            })
        })
        .refused("items_unanswered", Signatory, |_: &Story| {
            Action::ResubmitDossier(ResubmitDossier {
                answers: vec![words("Mended."); 2],
                declaration: DECLARATION.to_owned(),
            })
        })
        .on("2025-10-13 12:00")
        .when(Signatory, resubmit)
        .stands(DossierState::Completeness)
        .clock("running")
        // Ten midnights later than the 31st.
        .due("2025-11-10");
}

#[test]
fn an_unanswered_return_is_reminded_of_warned_of_and_lapses_five_working_days_later() {
    // Fifteen working days after the 3rd is the 24th.
    let story = Story::new().taken().on("2025-10-03 12:00").when(Officer, give_back());
    assert_eq!(
        story.case.intake.returned.as_ref().map(|returned| returned.answer_by),
        Some(date("2025-10-24"))
    );
    let story = story
        .on("2025-10-31 23:59")
        .looked_at()
        .stands(DossierState::Returned)
        .took_effect("lapse_warned", "2025-10-25 00:00")
        .on("2025-11-01 00:00")
        .refused("wrong_state", Signatory, resubmit)
        .stands(DossierState::Lapsed)
        .took_effect("dossier_lapsed", "2025-11-01 00:00")
        .clock("ended");
    let reminded: Vec<_> = story.all("answer_reminded").map(|event| event.effective_at).collect();
    assert_eq!(reminded, [at("2025-10-17 00:00"), at("2025-10-23 00:00")]);
}

#[test]
fn an_answer_in_the_last_instant_of_grace_is_in_time() {
    Story::new()
        .taken()
        .on("2025-10-03 12:00")
        .when(Officer, give_back())
        .on("2025-10-31 23:59:59.999999")
        .when(Signatory, resubmit)
        .stands(DossierState::Completeness);
}

/// Returned on the 3rd and lapsed on the 1st of November.
fn lapsed() -> Story {
    Story::new()
        .taken()
        .on("2025-10-03 12:00")
        .when(Officer, give_back())
        .on("2025-11-03 10:00")
        .looked_at()
}

#[test]
fn a_lapsed_case_is_revived_within_twenty_working_days_and_has_lost_no_day() {
    lapsed()
        .refused(
            "reasons_missing",
            Us(CoChair),
            Action::ReviveDossier(Reasoned { reason: words(" ") }),
        )
        .refused("wrong_role", Lead, revive())
        .on("2025-11-28 23:59")
        .when(Us(CoChair), revive())
        .stands(DossierState::Returned)
        .clock("stopped: returned_incomplete")
        .on("2025-12-02 10:00")
        .when(Signatory, resubmit)
        .stands(DossierState::Completeness)
        // Sixty midnights were crossed from the 3rd of October to the 2nd of December.
        .due("2025-12-30");
}

#[test]
fn after_twenty_working_days_nothing_is_revived() {
    // The twentieth working day after the 1st of November is the 28th.
    lapsed()
        .on("2025-11-29 00:00")
        .refused("revival_too_late", Us(CoChair), revive());
}

#[test]
fn a_case_that_lapsed_by_the_cap_of_stops_is_not_revived() {
    Story::under(|notice| notice.policy.clock.stop_cap_days = 5)
        .taken()
        .on("2025-10-03 12:00")
        .when(Officer, give_back())
        .on("2025-10-10 10:00")
        .looked_at()
        .stands(DossierState::Lapsed)
        .refused("revival_too_late", Us(CoChair), revive());
}

#[test]
fn a_dossier_that_nobody_checked_for_five_working_days_is_deemed_complete() {
    // The fifth working day after Wednesday the 1st is Wednesday the 8th.
    let waiting = || {
        Story::new()
            .submitted()
            .on("2025-10-08 23:59")
            .looked_at()
            .stands(DossierState::Submitted)
    };
    waiting()
        .on("2025-10-09 00:00")
        .looked_at()
        .stands(DossierState::UnderReview)
        .clock("running")
        .due("2025-10-31");
    waiting()
        .when(Officer, take())
        .on("2025-10-09 00:00")
        .looked_at()
        .stands(DossierState::UnderReview);
    let story = Story::under(|notice| notice.policy.clock.start = corridor::domain::notice::ClockStart::Acceptance);
    story
        .submitted()
        .on("2025-10-10 10:00")
        .looked_at()
        .clock("running")
        .took_effect("dossier_deemed_complete", "2025-10-09 00:00");
}

#[test]
fn what_is_not_of_this_programme_is_rejected_with_reasons_by_the_lead() {
    Story::new()
        .taken()
        .refused("wrong_role", Officer, reject())
        .when(Lead, reject())
        .stands(DossierState::Inadmissible)
        .clock("ended");
}

#[test]
fn no_waiver_required_is_an_outcome_by_every_co_chair() {
    let story = Story::new()
        .taken()
        .refused("no_waiver_not_proposed", Us(CoChair), consent_no_waiver());
    story
        .when(Lead, no_waiver())
        .when(Us(CoChair), consent_no_waiver())
        .stands(DossierState::Completeness)
        .refused("already_consented", Us(CoChair), consent_no_waiver())
        .when(Ru(CoChair), consent_no_waiver())
        .outcome(Outcome::NoWaiverRequired)
        .waiver(WaiverState::None)
        .clock("ended");
}

#[test]
fn messages_leave_the_clock_alone() {
    let message = Action::SendMessage(SendMessage {
        text: words("Good morning."),
    });
    let blank = Action::SendMessage(SendMessage { text: words("  ") });
    Story::new()
        .submitted()
        .when(Drafter, message.clone())
        .when(Officer, message.clone())
        .refused("wrong_role", Us(Head), message)
        .refused("reasons_missing", Officer, blank)
        .clock("running")
        .due("2025-10-31");
}

#[test]
fn nobody_of_another_organisation_has_any_capacity_in_a_case() {
    let story = Story::new().taken();
    for who in [Stranger, Administrator] {
        assert!(corridor::workflow::visibility::roles_on(&story.case, &who.actor()).is_empty());
    }
    let draft = Story::new().drafted();
    for who in [Officer, Lead, Us(CoChair), Auditor, Monitor] {
        assert!(
            corridor::workflow::visibility::roles_on(&draft.case, &who.actor()).is_empty(),
            "{who:?} sees a draft"
        );
    }
}
