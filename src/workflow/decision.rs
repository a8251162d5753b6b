//! Ballot and decision: what follows from each step, and how history folds.

use super::{
    action::*, around::Around, case::*, committee, conditions, dossier::settle, event::Event, happening::*,
    refusal::Refusal, screening, state::*, step::Ask,
};
use crate::domain::{
    Instant,
    notice::OnLapse,
    people::{Actor, Delegation, Role},
    quantity::Quantity,
};
use std::collections::BTreeMap;

pub(super) fn effects(ask: &Ask<'_, Case>, action: &Action) -> Result<Vec<Happening>, Refusal> {
    use Happening as H;
    let case = ask.subject;
    Ok(vec![match action {
        Action::CirculateDraft(body) => {
            let draft = conditions::completed(case, body, ask.actor.delegation.as_ref());
            H::DraftCirculated(DraftCirculated {
                digest: draft_digest(case, &draft),
                draft,
            })
        }
        Action::OpenBallot(body) => H::BallotOpened(BallotOpened {
            draft: body.draft.clone(),
            dossier_version: case.frozen.last().map_or(0, |frozen| frozen.version),
            dossier_digest: case.frozen.last().map_or(String::new(), |frozen| frozen.digest.clone()),
        }),
        Action::CastVote(body) => cast(ask, body)?,
        Action::CloseBallot(_) => {
            let votes = open_votes(case, ask.around)?;
            H::BallotClosed(closing(case, votes))
        }
        Action::SignDecision(body) => return signed(ask, body),
        Action::WarnOfDeadline(body) => H::DeadlineNear(body.clone()),
        Action::Lapse(_) => return lapsed(ask),
        _ => return Ok(Vec::new()),
    }])
}

/// The hash of a draft together with the dossier that it decides.
fn draft_digest(case: &Case, draft: &CirculateDraft) -> String {
    let frozen = case.frozen.last().map_or("", |frozen| frozen.digest.as_str());
    super::digest(&(draft, frozen))
}

/// What a sealed vote belongs to, so that it cannot be moved to another ballot or delegation.
fn context(case: &Case, delegation: &Delegation) -> String {
    format!(
        "{}:{}:{}",
        case.id,
        delegation,
        case.ballot.digest.as_deref().unwrap_or("")
    )
}

fn cast(ask: &Ask<'_, Case>, body: &CastVote) -> Result<Happening, Refusal> {
    let delegation = super::own_delegation(ask)?;
    let sealed = ask
        .around
        .ballot_box
        .seal(&context(ask.subject, &delegation), &body.vote);
    Ok(Happening::VoteCast(VoteCast {
        delegation,
        draft: body.draft.clone(),
        sealed,
    }))
}

/// All votes at once; a vote that cannot be opened stops everything rather than being guessed.
fn open_votes(case: &Case, around: &Around) -> Result<BTreeMap<Delegation, Vote>, Refusal> {
    let mut votes = BTreeMap::new();
    for (delegation, cast) in &case.ballot.cast {
        let vote = around
            .ballot_box
            .open(&context(case, delegation), &cast.sealed)
            .ok_or_else(|| {
                Refusal::condition(
                    "B-03",
                    "vote_cannot_be_opened",
                    "A sealed vote cannot be opened: the ballot key is missing.",
                )
            })?;
        votes.insert(delegation.clone(), vote);
    }
    Ok(votes)
}

/// The rule of the notice: unanimity of the voting delegations approves; silence and abstention are no consent,
/// unless the notice says “no objection”.
#[must_use]
pub fn carried(case: &Case, votes: &BTreeMap<Delegation, Vote>) -> bool {
    let no_objection = case.terms.policy.no_objection;
    case.voting_delegations()
        .all(|delegation| match votes.get(delegation).map(|vote| vote.choice) {
            Some(Choice::Approve | Choice::ApproveWithConditions) => true,
            Some(Choice::Abstain) | None => no_objection,
            Some(Choice::Refuse) => false,
        })
}

fn closing(case: &Case, votes: BTreeMap<Delegation, Vote>) -> BallotClosed {
    let draft = case.ballot.draft.as_ref().map(|draft| draft.outcome);
    let carried = carried(case, &votes);
    let result = draft
        .filter(|outcome| carried && outcome.approves())
        .unwrap_or(Outcome::Refused);
    BallotClosed { votes, carried, result }
}

fn signed(ask: &Ask<'_, Case>, body: &SignDecision) -> Result<Vec<Happening>, Refusal> {
    let case = ask.subject;
    let delegation = super::own_delegation(ask)?;
    let mut signatures = case.ballot.signatures.clone();
    signatures.insert(delegation.clone());
    let draft = body.draft.clone();
    let mut happenings = vec![Happening::DecisionSigned(DecisionSigned {
        delegation,
        draft: draft.clone(),
    })];
    if case.delegations().all(|delegation| signatures.contains(delegation)) {
        let outcome = case
            .ballot
            .closed
            .as_ref()
            .map_or(Outcome::Refused, |closed| closed.result);
        happenings.extend(decided(case, outcome, Some(draft), None, ask.now));
    }
    Ok(happenings)
}

fn decided(case: &Case, outcome: Outcome, draft: Option<String>, reason: Option<&str>, at: Instant) -> Vec<Happening> {
    let (on_day, reason) = (case.day_number(at), reason.map(str::to_owned));
    let mut happenings = vec![Happening::CaseDecided(CaseDecided {
        outcome,
        on_day,
        draft,
        reason,
        as_of: at,
    })];
    if outcome.approves() {
        happenings.push(Happening::WaiverPending(Nothing {}));
    }
    happenings
}

/// the time is over.
fn lapsed(ask: &Ask<'_, Case>) -> Result<Vec<Happening>, Refusal> {
    let case = ask.subject;
    let draft = case.ballot.digest.clone();
    if let Some(closed) = &case.ballot.closed {
        return Ok(decided(case, closed.result, draft, Some("as_voted"), closed.at));
    }
    if case.ballot.opened_at.is_some() {
        let votes = open_votes(case, ask.around)?;
        let last = case.ballot.cast.values().map(|vote| vote.at).max();
        let outcome = closing(case, votes);
        // Votes do not suffice while a finding that they rest on waits for somebody else's word (C-05).
        if let Some(last) = last.filter(|_| outcome.carried && committee::findings_complete(case)) {
            let result = outcome.result;
            let mut happenings = vec![Happening::BallotClosed(outcome)];
            happenings.extend(decided(case, result, draft, Some("as_voted"), last));
            return Ok(happenings);
        }
    }
    let no_time = Some("no_decision_in_time");
    Ok(match case.policy().on_lapse {
        OnLapse::Escalate if !case.clock.escalated => vec![escalated(case, ask.now)],
        OnLapse::DeemedApproved if may_be_deemed_approved(case, ask.now) => {
            decided(case, Outcome::DeemedApproved, None, no_time, ask.now)
        }
        _ => decided(case, Outcome::DeemedRefused, None, no_time, ask.now),
    })
}

fn escalated(case: &Case, now: Instant) -> Happening {
    let extended = case.reckoning_with(case.policy().escalation_days, now);
    let until = extended
        .as_ref()
        .map_or_else(|| case.local_date(now), |reckoning| reckoning.due);
    let lapses_at = extended.map_or(now, |reckoning| reckoning.lapses_at);
    Happening::CaseEscalated(CaseEscalated { until, lapses_at })
}

/// Only if completeness was accepted, screening is fresh and clear, there is no true match, and the inspection did not fail.
fn may_be_deemed_approved(case: &Case, now: Instant) -> bool {
    use DossierState::{Deliberation, UnderReview};
    let any_match = case
        .screening
        .values()
        .any(|s| s.hits.iter().any(|hit| hit.state == HitState::TrueMatch));
    matches!(case.state, UnderReview | Deliberation)
        && screening::all_pass(case, now)
        && !any_match
        && super::inspection::passed(case) != Some(false)
}

/// What the dossier asks for in all, in the unit of its first line.
#[must_use]
pub fn requested(case: &Case) -> Option<Quantity> {
    crate::domain::quantity::total(case.submitted_dossier().goods.iter().map(|goods| &goods.quantity))
        .ok()
        .flatten()
}

pub(super) fn sound(case: &Case, draft: &CirculateDraft, circulated_by: Option<&Delegation>) -> bool {
    let draft = &conditions::completed(case, draft, circulated_by);
    let reasoned = case.terms.criteria.iter().all(|criterion| {
        draft
            .reasons
            .iter()
            .any(|reason| reason.criterion == criterion.id && !reason.reason.is_blank())
    });
    let fits = match draft.outcome {
        Outcome::Approved | Outcome::ApprovedWithConditions | Outcome::ApprovedInPart => authorises(case, draft),
        Outcome::Refused => draft.authorised.is_none(),
        _ => false,
    };
    reasoned && conditions::sound(case, draft) && fits
}

fn authorises(case: &Case, draft: &CirculateDraft) -> bool {
    let months = draft.validity_months.unwrap_or(0);
    let (Some(authorised), Some(asked)) = (&draft.authorised, requested(case)) else {
        return false;
    };
    let size = match authorised.compare(&asked) {
        Ok(std::cmp::Ordering::Less) => true,
        Ok(std::cmp::Ordering::Equal) => draft.outcome != Outcome::ApprovedInPart,
        _ => false,
    };
    size && authorised.base_milli().is_ok_and(|milli| milli > 0)
        && draft.valid_from.is_some()
        && (1..=case.terms.max_validity_months).contains(&months)
}

/// Was a draft that speaks of the dossier as it now stands circulated for the notice's working days?
pub(super) fn circulated_long_enough(case: &Case, now: Instant) -> bool {
    let days = case.terms.policy.circulation_days;
    let ballot = &case.ballot;
    let of_this_dossier = ballot.draft.as_ref().map(|draft| draft_digest(case, draft)) == ballot.digest;
    let long = |at| days == 0 || now >= case.working_days_after(at, days);
    of_this_dossier && ballot.circulated_at.is_some_and(long)
}

pub(super) fn may_vote(case: &Case, actor: &Actor) -> bool {
    let Some(member) = case.member(actor) else { return false };
    let votes = case
        .voting_delegations()
        .any(|delegation| delegation == &member.delegation);
    let may = |m: &Member| m.interest == Some(false);
    let head_votes = case.seated(&member.delegation, Role::Head).any(may);
    votes && may(member) && (member.roles.contains(&Role::Head) || !head_votes)
}

/// Has every voting delegation cast its vote?
#[must_use]
pub fn all_cast(case: &Case) -> bool {
    case.voting_delegations()
        .all(|delegation| case.ballot.cast.contains_key(delegation))
}

/// The days of the clock whose beginning is announced: 20 and 25 of 30, and in proportion.
#[must_use]
pub fn warning_days(days: u32) -> [u32; 2] {
    [days * 2 / 3, days * 5 / 6]
}

pub(super) fn due(case: &Case) -> Option<(Instant, Action)> {
    use DossierState::{Completeness, Deliberation, Submitted, UnderReview};
    if !matches!(case.state, Submitted | Completeness | UnderReview | Deliberation) {
        return None;
    }
    let all_cast = case.panel.phase == Phase::Ballot && all_cast(case) && committee::findings_complete(case);
    let close = all_cast.then_some((case.updated_at, Action::CloseBallot(Nothing {})));
    let lapse = case.lapses_at().map(|at| (at, Action::Lapse(Nothing {})));
    [close, lapse, next_warning(case)]
        .into_iter()
        .flatten()
        .min_by_key(|(at, _)| *at)
}

fn next_warning(case: &Case) -> Option<(Instant, Action)> {
    let start = case
        .clock
        .start
        .filter(|_| case.clock_alive() && !case.clock_stopped())?;
    let day = warning_days(case.policy().days)
        .into_iter()
        .find(|day| *day > 0 && !case.clock.warned.contains(day))?;
    let begins = crate::clockwork::start_of_counted_day(case.policy(), &case.holidays, start, &case.stops(), day, None);
    begins
        .ok()
        .map(|at| (at, Action::WarnOfDeadline(WarnOfDeadline { day })))
}

pub(super) fn apply(case: &mut Case, event: &Event<Happening>) {
    use Happening as H;
    let at = event.effective_at;
    match &event.happened {
        H::DraftCirculated(circulated) => {
            case.ballot.draft = Some(circulated.draft.clone());
            case.ballot.digest = Some(circulated.digest.clone());
            case.ballot.circulated_at = Some(at);
        }
        H::BallotOpened(_) => {
            case.state = DossierState::Deliberation;
            case.panel.phase = Phase::Ballot;
            case.ballot.opened_at = Some(at);
        }
        H::VoteCast(cast) => {
            let vote = SealedVote {
                by: event.by.person,
                at,
                sealed: cast.sealed.clone(),
            };
            case.ballot.cast.insert(cast.delegation.clone(), vote);
        }
        H::BallotClosed(closed) => {
            let (votes, carried, result) = (closed.votes.clone(), closed.carried, closed.result);
            case.ballot.closed = Some(Closed {
                at,
                votes,
                carried,
                result,
            });
            case.panel.phase = Phase::Signature;
        }
        H::DecisionSigned(signed) => {
            case.ballot.signatures.insert(signed.delegation.clone());
        }
        H::CaseDecided(decided) => {
            case.outcome = Some(decided.outcome);
            case.decided_at = Some(decided.as_of);
            case.decided_on_day = Some(decided.on_day);
            settle(case, DossierState::Decided, at);
        }
        H::DeadlineNear(warned) => {
            case.clock.warned.insert(warned.day);
        }
        H::CaseEscalated(_) => case.clock.escalated = true,
        _ => {}
    }
}
