//! Questions, screening, panel and findings (sections 4 to 7 of the law).

use crate::{cast::*, setting::*, story::Story, wishes::*};
use corridor::domain::{dossier::Section, people::Role};
use corridor::workflow::{action::*, state::*};

fn asked() -> Story {
    Story::new()
        .constituted()
        .on("2025-10-06 10:00")
        .when(Us(Reviewer), ask())
        .when(Officer, ask())
        .when(Lead, issue())
}

#[test]
fn questions_are_issued_once_the_panel_reviews_the_file() {
    Story::new()
        .accepted()
        .when(Officer, ask())
        .refused("panel_not_at_work", Lead, issue())
        .clock("running")
        .panelled()
        .when(Lead, issue())
        .clock("stopped: rfi");
}

#[test]
fn all_questions_go_out_in_one_round_and_each_is_answered() {
    asked()
        .refused("wrong_state", Lead, issue())
        .refused("wrong_role", Us(Reviewer), issue())
        .refused(
            "questions_unanswered",
            Signatory,
            Action::AnswerRound(AnswerRound { answers: vec![] }),
        )
        .when(Signatory, answer)
        .clock("running");
}

#[test]
fn with_a_question_only_the_named_sections_open() {
    Story::new()
        .constituted()
        .refused("nothing_open_for_editing", Drafter, safeguards());
    let goods = |story: &Story| save(Section::Goods(story.case.dossier.goods.clone()));
    asked()
        .when(Drafter, goods)
        .refused("section_closed", Drafter, safeguards());
}

#[test]
fn a_second_round_comes_only_after_the_answer_and_with_a_question() {
    asked()
        .when(Signatory, answer)
        .refused("no_questions", Lead, issue())
        .when(Us(Reviewer), ask())
        .refused("second_round_needs_new_facts", Lead, issue())
        .refused("not_your_question", Ru(Reviewer), insufficient(1))
        .refused("not_your_question", Us(Reviewer), insufficient(2))
        .when(Us(Reviewer), insufficient(1))
        .refused("not_your_question", Us(Reviewer), insufficient(1))
        .when(Lead, issue())
        .clock("stopped: rfi")
        .when(Signatory, answer)
        .refused("not_your_question", Us(Reviewer), insufficient(1));
}

#[test]
fn a_later_round_asks_about_what_an_answer_brought_and_about_nothing_else() {
    let story = asked().when(Us(Reviewer), ask()).when(Signatory, answer);
    let story = story
        .refused("second_round_needs_new_facts", Lead, issue())
        // There is no such question.
        .when(Ru(Reviewer), ask_after(9))
        .refused("second_round_needs_new_facts", Lead, issue())
        .when(Ru(Reviewer), ask_after(1))
        .when(Lead, issue())
        .clock("stopped: rfi");
    let out: Vec<_> = story
        .case
        .questions
        .iter()
        .filter(|question| question.round == Some(2))
        .collect();
    assert_eq!(out.len(), 1);
    assert_eq!(out[0].follows, Some(1));
}

#[test]
fn an_answer_is_called_insufficient_within_three_working_days() {
    // Answered on Monday the 6th: until the end of Thursday the 9th.
    asked()
        .when(Signatory, answer)
        .on("2025-10-09 23:59")
        .when(Us(Reviewer), insufficient(1));
    asked()
        .when(Signatory, answer)
        .on("2025-10-10 00:00")
        .refused("too_late_to_object", Us(Reviewer), insufficient(1));
}

#[test]
fn an_unanswered_round_expires_after_its_grace_and_ends_the_questions() {
    // Fifteen working days after the 6th is the 27th; five more are the 3rd of November.
    let story = asked()
        .on("2025-11-10 10:00")
        .looked_at()
        .took_effect("round_expired", "2025-11-04 00:00");
    let reminded: Vec<_> = story.all("answer_reminded").map(|event| event.effective_at).collect();
    assert_eq!(reminded, [at("2025-10-20 00:00"), at("2025-10-24 00:00")]);
    story
        .clock("running")
        .when(Us(Reviewer), ask())
        .refused("second_round_needs_new_facts", Lead, issue());
}

#[test]
fn a_reminder_is_sent_even_if_a_pause_ends_at_that_very_instant() {
    let story = Story::new()
        .constituted()
        .when(Officer, ask())
        .on("2025-10-07 00:00")
        .when(Signatory, pause(14))
        .when(Lead, issue())
        .on("2025-10-21 10:00")
        .looked_at();
    story
        .took_effect("clock_resumed", "2025-10-21 00:00")
        .took_effect("answer_reminded", "2025-10-21 00:00");
}

#[test]
fn withdrawing_the_last_question_resumes_the_clock() {
    asked()
        .refused("question_not_open", Lead, cancel(3))
        .when(Lead, cancel(1))
        .clock("stopped: rfi")
        .refused("question_not_open", Lead, cancel(1))
        .when(Lead, cancel(2))
        .clock("running");
}

#[test]
fn the_answer_date_lies_between_tomorrow_and_ninety_days() {
    let by = |day: &str| {
        Action::IssueRound(IssueRound {
            sections: vec![],
            answer_by: Some(date(day)),
        })
    };
    Story::new()
        .constituted()
        .on("2025-10-06 10:00")
        .when(Officer, ask())
        .refused("answer_date_out_of_range", Lead, by("2025-10-06"))
        .refused("answer_date_out_of_range", Lead, by("2026-01-05"))
        .when(Lead, by("2025-10-07"));
}

#[test]
fn a_hit_is_decided_by_two_persons_of_different_delegations() {
    let story = Story::new().constituted().when(Officer, screen_with_hit);
    story
        .refused("wrong_state", Officer, confirm_verdict(true))
        .when(Us(Reviewer), propose_verdict(Verdict::FalsePositive, None))
        .refused("needs_second_delegation", Us(Reviewer), confirm_verdict(true))
        .refused("needs_second_delegation", Us(Head), confirm_verdict(true))
        .when(Ru(Reviewer), confirm_verdict(true))
        .refused("wrong_state", Ru(Head), confirm_verdict(true));
}

#[test]
fn two_who_disagree_escalate_the_hit_and_it_passes_no_gate() {
    let story = Story::new()
        .reviewed()
        .ready_to_vote()
        .when(Officer, screen_with_hit)
        .when(Us(Reviewer), propose_verdict(Verdict::FalsePositive, None))
        .when(Ru(Reviewer), confirm_verdict(false));
    story.refused("screening_not_current", Us(CoChair), open_ballot);
}

#[test]
fn a_verdict_on_a_pair_stays_when_it_is_screened_again() {
    Story::new()
        .constituted()
        .when(Officer, screen_with_hit)
        .when(Us(Reviewer), propose_verdict(Verdict::FalsePositive, None))
        .when(Ru(Reviewer), confirm_verdict(true))
        .when(Officer, screen_with_hit)
        .refused("wrong_state", Us(Reviewer), propose_verdict(Verdict::TrueMatch, None));
}

#[test]
fn a_true_match_that_nothing_covers_leaves_only_refusal() {
    let story = || {
        Story::new()
            .reviewed()
            .ready_to_vote()
            .when(Officer, screen_with_hit)
            .refused("screening_not_current", Us(CoChair), open_ballot)
    };
    let matched = |story: Story, covered: Option<&str>| {
        story
            .when(Us(Reviewer), propose_verdict(Verdict::TrueMatch, covered))
            .when(Ru(Reviewer), confirm_verdict(true))
    };
    matched(story(), None).refused("true_match_not_covered", Us(CoChair), open_ballot);
    matched(story(), Some("General licence 8"))
        .when(Us(CoChair), open_ballot)
        .voted(Choice::Approve, Choice::Approve)
        .signed()
        .waiver(WaiverState::Active);
    let story = Story::new().reviewed().when(Us(CoChair), draft_to_refuse);
    let opens = story.case.working_days_after(story.now, 2);
    let refused = story.at_instant(opens).when(Officer, screen_with_hit);
    matched(refused, None)
        .when(Us(CoChair), open_ballot)
        .voted(Choice::Approve, Choice::Approve)
        .signed()
        .outcome(Outcome::Refused)
        .waiver(WaiverState::None);
}

#[test]
fn stale_or_failed_screening_opens_no_ballot() {
    Story::new()
        .reviewed()
        .ready_to_vote()
        .hours_later(24)
        .refused("screening_not_current", Us(CoChair), open_ballot)
        .when(Officer, screen_failed)
        .refused("screening_not_current", Us(CoChair), open_ballot)
        .when(Officer, screen)
        .when(Us(CoChair), open_ballot);
}

#[test]
fn a_screening_names_known_subjects_and_is_consistent() {
    let of = |subject: &str, result, hits| {
        Action::RecordScreening(RecordScreening {
            results: vec![ScreeningResult {
                subject: subject.to_owned(),
                result,
                list: "L".to_owned(),
                list_version: "1".to_owned(),
                list_date: date("2025-10-01"),
                hits,
                fingerprint: None,
                closed: vec![],
            }],
            tool: None,
            check: None,
        })
    };
    use ScreeningOutcome::{Clear, Hits};
    Story::new()
        .taken()
        .refused("screening_subject_unknown", Officer, of("party:p9", Clear, vec![]))
        .refused("screening_subject_unknown", Officer, of("person:x", Clear, vec![]))
        .refused("screening_result_inconsistent", Officer, of("party:p1", Hits, vec![]))
        .refused(
            "screening_result_inconsistent",
            Officer,
            of("party:p1", Clear, vec![hit()]),
        )
        .refused("wrong_role", Lead, of("party:p1", Clear, vec![]))
        .when(Officer, of("party:p1", Clear, vec![]));
}

#[test]
fn the_panel_has_everybody_and_nobody_who_acted_on_the_dossier() {
    let without = |out: Who| {
        move |story: &Story| {
            Action::ConstitutePanel(ConstitutePanel {
                members: panel_of(&story.case)
                    .into_iter()
                    .filter(|who| *who != out)
                    .map(seat)
                    .collect(),
            })
        }
    };
    let of_the_filing_unit = |story: &Story| {
        let mut members: Vec<_> = panel_of(&story.case).into_iter().map(seat).collect();
        members[0].person = Drafter.id();
        Action::ConstitutePanel(ConstitutePanel { members })
    };
    let story = Story::new()
        .accepted()
        .refused("panel_incomplete", Lead, without(Ru(Alternate)))
        .refused("panel_incomplete", Lead, without(Us(CoChair)))
        .refused("panel_incomplete", Lead, without(Us(Inspector)))
        .refused("seat_not_eligible", Lead, of_the_filing_unit)
        .refused("wrong_role", Officer, constitute);
    story.when(Lead, constitute).refused("wrong_state", Lead, constitute);
}

#[test]
fn nobody_opens_the_file_before_declaring() {
    let undeclared = Story::new().accepted().when(Lead, constitute);
    undeclared
        .refused("interest_not_declared", Us(Head), assign("C1", Us(Reviewer)))
        .refused("interest_not_declared", Us(Reviewer), ask())
        .refused("interest_not_declared", Us(CoChair), draft)
        .refused(
            "interest_not_named",
            Us(Head),
            Action::DeclareInterest(DeclareInterest {
                interest: true,
                what: None,
            }),
        )
        .when(Us(Head), no_interest())
        .refused("already_declared", Us(Head), no_interest())
        .when(Us(Head), assign("C1", Us(Reviewer)));
}

#[test]
fn who_declares_an_interest_is_taken_off_the_panel_at_once() {
    let story = Story::new()
        .accepted()
        .when(Lead, constitute)
        .when(Us(Reviewer), interest())
        .happened("member_excluded", 1);
    assert!(corridor::workflow::visibility::roles_on(&story.case, &Us(Reviewer).actor()).is_empty());
}

#[test]
fn recusal_breaks_the_quorum_until_a_substitute_sits() {
    let story = Story::new()
        .reviewed()
        .ready_to_vote()
        .when(Us(Head), recuse())
        .when(Us(CoChair), recuse_other(Us(Alternate)))
        .refused("not_yours_to_recuse", Us(CoChair), recuse_other(Ru(Head)))
        .refused("no_quorum", Us(CoChair), open_ballot)
        .refused(
            "no_seat_to_fill",
            Ru(CoChair),
            substitute(Us(Head), Us(Spare), Role::Head),
        )
        .refused(
            "no_seat_to_fill",
            Us(CoChair),
            substitute(Us(Reviewer), Us(Spare), Role::Reviewer),
        )
        .refused(
            "seat_not_eligible",
            Us(CoChair),
            substitute(Us(Head), Us(Alternate), Role::Head),
        )
        .when(Us(CoChair), substitute(Us(Head), Us(Spare), Role::Head))
        .refused("no_quorum", Us(CoChair), open_ballot)
        .when(Us(Spare), no_interest());
    story
        .when(Us(CoChair), open_ballot)
        .when(Us(Spare), vote(Choice::Approve));
}

#[test]
fn a_recused_member_s_vote_and_findings_do_not_stand() {
    let story = Story::new().ballot().when(Us(Head), vote(Choice::Approve));
    let story = story
        .when(Us(Head), recuse())
        .refused("wrong_role", Us(Head), vote(Choice::Approve));
    assert!(story.case.ballot.cast.is_empty());
    story
        .when(Us(Alternate), vote(Choice::Approve))
        .when(Ru(Head), vote(Choice::Approve))
        .signed();
    let story = Story::new().constituted().found().when(Us(Reviewer), recuse());
    let found = |story: &Story| story.case.findings[&("C1".to_owned(), us())].state;
    assert_eq!(found(&story), FindingState::Proposed);
    story
        // Its author is gone: it is proposed anew, by somebody else.
        .refused(
            "countersignature_not_yours",
            Us(SecondReviewer),
            countersign_finding("C1", Us(Reviewer)),
        )
        .when(Us(Head), assign("C1", Us(SecondReviewer)))
        .when(Us(SecondReviewer), find("C1", FindingValue::Met))
        .when(Us(Alternate), countersign_finding("C1", Us(SecondReviewer)));
}

#[test]
fn a_finding_is_proposed_by_the_assigned_reviewer_with_exact_evidence() {
    let cited = |sha256: &str| {
        Action::ProposeFinding(ProposeFinding {
            criterion: "C1".to_owned(),
            value: FindingValue::Met,
            reasons: words("See."),
            evidence: vec![EvidenceRef {
                document: FIRST,
                sha256: sha256.to_owned(),
                place: None,
            }],
            condition: None,
        })
    };
    Story::new()
        .constituted()
        .refused(
            "criterion_not_assigned_to_you",
            Us(Reviewer),
            find("C1", FindingValue::Met),
        )
        .refused("not_your_reviewer", Us(Head), assign("C1", Ru(Reviewer)))
        .refused("criterion_unknown", Us(Head), assign("C9", Us(Reviewer)))
        .when(Us(Head), assign("C1", Us(Reviewer)))
        .refused(
            "criterion_not_assigned_to_you",
            Us(SecondReviewer),
            find("C1", FindingValue::Met),
        )
        .refused("evidence_mismatch", Us(Reviewer), cited(&sha256_of(SECOND)))
        .refused(
            "finding_value_not_allowed",
            Us(Reviewer),
            find("C1", FindingValue::NotApplicable),
        )
        .when(Us(Reviewer), find("C1", FindingValue::MetWithCondition));
}

#[test]
fn a_countersigned_finding_stands_whatever_the_other_delegation_has_found() {
    Story::new()
        .constituted()
        .when(Us(Head), assign("C1", Us(Reviewer)))
        .when(Us(Reviewer), find("C1", FindingValue::Met))
        .when(Us(Head), countersign_finding("C1", Us(Reviewer)))
        .refused("finding_countersigned", Us(Reviewer), find("C1", FindingValue::NotMet));
}

#[test]
fn a_countersignature_cannot_be_forged() {
    let proposed = || {
        Story::new()
            .constituted()
            .when(Us(Head), assign("C1", Us(Reviewer)))
            .when(Us(Reviewer), find("C1", FindingValue::Met))
    };
    let forged = "countersignature_not_yours";
    proposed()
        .refused(forged, Us(Reviewer), countersign_finding("C1", Us(Reviewer)))
        .refused(forged, Ru(Reviewer), countersign_finding("C1", Us(Reviewer)))
        .refused(forged, Us(SecondReviewer), countersign_finding("C1", Us(Head)))
        .refused("wrong_role", Us(CoChair), countersign_finding("C1", Us(Reviewer)))
        .when(Us(SecondReviewer), countersign_finding("C1", Us(Reviewer)))
        .refused("wrong_state", Us(Head), countersign_finding("C1", Us(Reviewer)));
}

#[test]
fn evidence_replaced_under_a_finding_reopens_it() {
    let story = Story::new()
        .constituted()
        .found()
        .when(Officer, ask())
        .when(Lead, issue());
    let story = story
        .when(Drafter, replace_first())
        .when(Signatory, answer)
        .happened("finding_reopened", 4);
    story
        .inspection_waived()
        .ready_to_vote()
        .refused("findings_incomplete", Us(CoChair), open_ballot)
        .refused("evidence_mismatch", Us(Reviewer), find("C1", FindingValue::Met));
}

#[test]
fn only_the_latest_version_of_a_document_is_in_the_file_under_review() {
    let story = asked().when(Drafter, replace_first());
    // Until it is submitted the committee reads the version before.
    assert_eq!(story.case.submitted_dossier().documents[0].id, FIRST);
    let story = story.when(Signatory, answer);
    assert!(
        story
            .case
            .submitted_dossier()
            .documents
            .iter()
            .all(|document| document.id != FIRST)
    );
    assert_eq!(story.case.frozen.len(), 2);
}
