//! Rounds of questions: what follows from each step, and how history folds.

use super::{
    action::*,
    case::*,
    dossier::{default_answer_by, freeze, next_version, resume, stop},
    event::Event,
    happening::*,
    intake::grace_after,
    refusal::Refusal,
    state::*,
    step::Ask,
};
use crate::domain::Instant;

pub(super) fn effects(ask: &Ask<'_, Case>, action: &Action) -> Result<Vec<Happening>, Refusal> {
    use Happening as H;
    let case = ask.subject;
    Ok(vec![match action {
        Action::AskQuestion(body) => H::QuestionAsked(QuestionAsked {
            number: case.questions.len() as u32 + 1,
            criterion: body.criterion.clone(),
            text: body.text.clone(),
            follows: body.follows,
        }),
        Action::ConsentToLateQuestions(_) => H::LateQuestionsConsented(Nothing {}),
        Action::IssueRound(body) => H::RoundIssued(RoundIssued {
            round: case.rounds.len() as u32 + 1,
            questions: ready(case).map(|question| question.number).collect(),
            sections: body.sections.clone(),
            answer_by: body.answer_by.unwrap_or_else(|| default_answer_by(case, ask.now)),
        }),
        Action::RemindToAnswer(body) => H::AnswerReminded(body.clone()),
        Action::AnswerRound(body) => return Ok(answered(case, body)),
        Action::MarkInsufficient(body) => H::AnswerInsufficient(body.clone()),
        Action::ExpireRound(_) => H::RoundExpired(Nothing {}),
        Action::CancelQuestion(body) => H::QuestionCancelled(body.clone()),
        _ => return Ok(Vec::new()),
    }])
}

fn waiting(case: &Case) -> impl Iterator<Item = &Question> {
    case.questions
        .iter()
        .filter(|question| question.round.is_none() && !question.cancelled)
}

/// Those that can go out now: after an answer only follow-ups to non-answers, and questions about facts that are new
/// in an answer (2.5); after an expired round none. The others stay with the committee.
pub(super) fn ready(case: &Case) -> impl Iterator<Item = &Question> {
    let last = case.rounds.last().map(|round| round.state);
    let answered = |number: u32| {
        let question = case.questions.iter().find(|question| question.number == number);
        question.is_some_and(|question| question.answer.is_some())
    };
    waiting(case).filter(move |question| match last {
        Some(RoundOutcome::Expired) => false,
        Some(RoundOutcome::Answered) => question.insufficient || question.follows.is_some_and(answered),
        _ => true,
    })
}

/// Questions of the open round that this answer leaves out.
#[must_use]
pub fn unanswered(case: &Case, body: &AnswerRound) -> Vec<u32> {
    let open = case.open_round().map(|round| round.number);
    let answered = |number| {
        body.answers
            .iter()
            .any(|answer| answer.question == number && !answer.text.is_blank())
    };
    let asked = case
        .questions
        .iter()
        .filter(|question| question.round == open && !question.cancelled);
    asked
        .map(|question| question.number)
        .filter(|number| !answered(*number))
        .collect()
}

fn answered(case: &Case, body: &AnswerRound) -> Vec<Happening> {
    let (version, digest) = (next_version(case), super::digest(&case.dossier));
    let mut happenings = vec![Happening::RoundAnswered(RoundAnswered {
        answers: body.answers.clone(),
        version,
        digest,
    })];
    happenings.extend(super::committee::reopened(case));
    happenings
}

/// Reminders, and the end of the time to answer.
pub(super) fn due(case: &Case) -> Option<(Instant, Action)> {
    let round = case.open_round().filter(|_| case.state == DossierState::UnderReview)?;
    for left in [5, 1] {
        let at = case.working_days_before(round.answer_by, left);
        if !round.reminded.contains(&left) && at > round.issued_at && at >= case.updated_at {
            return Some((
                at,
                Action::RemindToAnswer(RemindToAnswer {
                    working_days_left: left,
                }),
            ));
        }
    }
    Some((
        case.end_of(grace_after(case, round.answer_by)),
        Action::ExpireRound(Nothing {}),
    ))
}

pub(super) fn apply(case: &mut Case, event: &Event<Happening>) {
    use Happening as H;
    let at = event.effective_at;
    match &event.happened {
        H::QuestionAsked(asked) => case.questions.push(Question {
            number: asked.number,
            criterion: asked.criterion.clone(),
            text: asked.text.clone(),
            asked_by: event.by.person,
            delegation: event.by.delegation.clone(),
            round: None,
            answer: None,
            insufficient: false,
            cancelled: false,
            follows: asked.follows,
        }),
        H::LateQuestionsConsented(_) => case.late_questions_consented = true,
        H::RoundIssued(issued) => issue(case, issued, at),
        H::AnswerReminded(reminded) => {
            if let Some(round) = case
                .rounds
                .last_mut()
                .filter(|round| round.state == RoundOutcome::Issued)
            {
                round.reminded.insert(reminded.working_days_left);
            }
        }
        H::RoundAnswered(answered) => {
            for answer in &answered.answers {
                if let Some(question) = case
                    .questions
                    .iter_mut()
                    .find(|question| question.number == answer.question)
                {
                    question.answer = Some(answer.clone());
                }
            }
            end_round(case, RoundOutcome::Answered, at);
            freeze(case, answered.version, &answered.digest, at);
        }
        H::AnswerInsufficient(mark) => {
            if let Some(question) = case
                .questions
                .iter_mut()
                .find(|question| question.number == mark.question)
            {
                // It waits for the one follow-up round.
                question.insufficient = true;
                question.round = None;
            }
        }
        H::RoundExpired(_) => end_round(case, RoundOutcome::Expired, at),
        H::QuestionCancelled(cancelled) => {
            let open = case.open_round().map(|round| round.number);
            if let Some(question) = case
                .questions
                .iter_mut()
                .find(|question| question.number == cancelled.question)
            {
                question.cancelled = true;
            }
            if !case
                .questions
                .iter()
                .any(|question| question.round == open && !question.cancelled)
            {
                end_round(case, RoundOutcome::Cancelled, at);
            }
        }
        _ => {}
    }
}

fn issue(case: &mut Case, issued: &RoundIssued, at: Instant) {
    for question in case
        .questions
        .iter_mut()
        .filter(|question| issued.questions.contains(&question.number))
    {
        question.round = Some(issued.round);
        question.answer = None;
    }
    case.rounds.push(Round {
        number: issued.round,
        state: RoundOutcome::Issued,
        sections: issued.sections.clone(),
        answer_by: issued.answer_by,
        issued_at: at,
        answered_at: None,
        reminded: Default::default(),
    });
    case.late_questions_consented = false;
    stop(case, "rfi", at);
}

fn end_round(case: &mut Case, outcome: RoundOutcome, at: Instant) {
    if let Some(round) = case.rounds.last_mut() {
        round.state = outcome;
        round.answered_at = (outcome == RoundOutcome::Answered).then_some(at);
    }
    resume(case, "rfi", at);
}
