//! Requests for information: questions in rounds, which stop the clock (section 4 of the law, RFI).

use super::dossier::{REASONS_GIVEN, answer_date_in_range};
use crate::{
    domain::people::Role::*,
    workflow::{
        action::{Action, ActionKind::*},
        case::Case,
        event::Audience::*,
        state::{DossierState::*, Phase, RoundState, State},
        step::{ClockEffect::*, Condition, Step, step},
    },
};

type Fact = Condition<Case>;

pub const STEPS: &[Step<Case>] = &[
    step("Q-01", AskQuestion, &[Reviewer, Secretariat])
        .during(&[UnderReview])
        .when(&[REASONS_GIVEN, CRITERION_KNOWN, MAY_READ]),
    step("Q-02", ConsentToLateQuestions, &[Signatory])
        .during(&[UnderReview])
        .when(&[CONSENT_NEEDED]),
    step("Q-02", IssueRound, &[SecretariatLead])
        .during(&[UnderReview])
        .from(&[State::Round(RoundState::None), State::Round(RoundState::Answered)])
        .to(&[State::Round(RoundState::Issued)])
        .clock(Stops("rfi"))
        .tells(&[Contacts])
        .when(&[PANEL_REVIEWS, QUESTIONS_WAIT, NOT_TOO_LATE, ONLY_NEW_FACTS, ANSWER_DATE]),
    step("Q-02", RemindToAnswer, &[System])
        .during(&[UnderReview])
        .from(&[State::Round(RoundState::Issued)])
        .tells(&[Contacts]),
    step("Q-03", AnswerRound, &[Signatory])
        .during(&[UnderReview])
        .from(&[State::Round(RoundState::Issued)])
        .to(&[State::Round(RoundState::Answered)])
        .clock(Resumes)
        .tells(&[Secretariats, Reviewers])
        .when(&[EACH_ANSWERED]),
    step("Q-04", MarkInsufficient, &[Reviewer, Secretariat])
        .during(&[UnderReview])
        .from(&[State::Round(RoundState::Answered)])
        .tells(&[Contacts])
        .when(&[REASONS_GIVEN, OWN_QUESTION, WITHIN_THREE_DAYS]),
    step("Q-05", ExpireRound, &[System])
        .during(&[UnderReview])
        .from(&[State::Round(RoundState::Issued)])
        .to(&[State::Round(RoundState::None)])
        .clock(Resumes)
        .tells(&[Contacts, Heads]),
    step("Q-06", CancelQuestion, &[SecretariatLead])
        .during(&[UnderReview])
        .from(&[State::Round(RoundState::Issued)])
        .to(&[State::Round(RoundState::None)])
        .clock(Resumes)
        .tells(&[Contacts])
        .when(&[REASONS_GIVEN, QUESTION_OPEN]),
];

pub(super) const CRITERION_KNOWN: Fact = Condition {
    code: "criterion_unknown",
    cites: "Q-01",
    says: "The notice has no such criterion.",
    holds: |ask| match ask.action {
        Some(Action::AskQuestion(body)) => ask.subject.terms.criteria.iter().any(|c| c.id == body.criterion),
        Some(Action::AssignCriterion(body)) => ask.subject.terms.criteria.iter().any(|c| c.id == body.criterion),
        Some(Action::ProposeFinding(body)) => ask.subject.terms.criteria.iter().any(|c| c.id == body.criterion),
        _ => true,
    },
};
pub(super) const MAY_READ: Fact = Condition {
    code: "interest_not_declared",
    cites: "C-02",
    says: "Declare your interest, or that you have none, before you open the file.",
    holds: |ask| {
        ask.subject
            .member(ask.actor)
            .is_none_or(|member| member.interest.is_some())
    },
};
const CONSENT_NEEDED: Fact = Condition {
    code: "consent_not_needed",
    cites: "2.5",
    says: "Consent is needed only for questions in the last three counted days.",
    holds: |ask| !ask.subject.late_questions_consented && in_last_days(ask.subject, ask.now),
};
const PANEL_REVIEWS: Fact = Condition {
    code: "panel_not_at_work",
    cites: "Q-02",
    says: "Questions are issued while the panel reviews the file: constitute the panel first.",
    holds: |ask| ask.subject.panel.phase == Phase::Documentary,
};
const QUESTIONS_WAIT: Fact = Condition {
    code: "no_questions",
    cites: "Q-02",
    says: "Nobody has asked a question since the last round.",
    holds: |ask| {
        ask.subject
            .questions
            .iter()
            .any(|question| question.round.is_none() && !question.cancelled)
    },
};
const NOT_TOO_LATE: Fact = Condition {
    code: "too_late_for_questions",
    cites: "2.5",
    says: "No question in the last three counted days, unless the applicant consents.",
    holds: |ask| ask.subject.late_questions_consented || !in_last_days(ask.subject, ask.now),
};
const ONLY_NEW_FACTS: Fact = Condition {
    code: "second_round_needs_new_facts",
    cites: "2.5",
    says: "A further round is allowed only on facts new in the answer: mark what was not answered as insufficient, or let each question name, in “follows”, the answered question that brought the new fact.",
    holds: |ask| crate::workflow::questions::ready(ask.subject).next().is_some(),
};
const ANSWER_DATE: Fact = Condition {
    code: "answer_date_out_of_range",
    cites: "Q-02",
    says: "The answer-by date must lie between tomorrow and ninety days from now.",
    holds: |ask| match ask.action {
        Some(Action::IssueRound(body)) => answer_date_in_range(ask, body.answer_by),
        _ => true,
    },
};
const EACH_ANSWERED: Fact = Condition {
    code: "questions_unanswered",
    cites: "Q-03",
    says: "Answer each question, or say why there is no answer.",
    holds: |ask| match ask.action {
        Some(Action::AnswerRound(body)) => crate::workflow::questions::unanswered(ask.subject, body).is_empty(),
        _ => true,
    },
};
const OWN_QUESTION: Fact = Condition {
    code: "not_your_question",
    cites: "Q-04",
    says: "Only the delegation that asked a question of the last round may call its answer insufficient, once.",
    holds: |ask| match ask.action {
        Some(Action::MarkInsufficient(body)) => {
            let last = ask.subject.rounds.last().map(|round| round.number);
            ask.subject.questions.iter().any(|question| {
                question.number == body.question
                    && question.round == last
                    && !question.insufficient
                    && question.delegation == ask.actor.delegation
            })
        }
        _ => true,
    },
};
const WITHIN_THREE_DAYS: Fact = Condition {
    code: "too_late_to_object",
    cites: "Q-04",
    says: "An answer can be called insufficient within three working days.",
    holds: |ask| {
        let answered = ask.subject.rounds.last().and_then(|round| round.answered_at);
        answered.is_some_and(|at| ask.now < ask.subject.working_days_after(at, 3))
    },
};
const QUESTION_OPEN: Fact = Condition {
    code: "question_not_open",
    cites: "Q-06",
    says: "That question is not part of the open round.",
    holds: |ask| match ask.action {
        Some(Action::CancelQuestion(body)) => {
            let open = ask.subject.open_round().map(|round| round.number);
            ask.subject
                .questions
                .iter()
                .any(|q| q.number == body.question && q.round == open && !q.cancelled)
        }
        _ => true,
    },
};

fn in_last_days(case: &Case, now: crate::domain::Instant) -> bool {
    let Some(start) = case.clock.start else { return false };
    crate::clockwork::in_last_counted_days(
        case.policy(),
        &case.holidays,
        start,
        &case.stops(),
        case.clock.extension_days,
        now,
        3,
    )
    .unwrap_or(false)
}
