//! Screening results: what follows from each step, how history folds, and the gates that fail closed.

use super::{action::*, case::*, event::Event, happening::Happening, refusal::Refusal, state::*, step::Ask};
use crate::domain::Instant;

/// Hours after which a screening is too old to rely on.
pub const FRESH_HOURS: i64 = 24;

pub(super) fn effects(_ask: &Ask<'_, Case>, action: &Action) -> Result<Vec<Happening>, Refusal> {
    Ok(match action {
        Action::RecordScreening(body) => vec![Happening::ScreeningRecorded(body.clone())],
        Action::ProposeDisposition(body) => vec![Happening::DispositionProposed(body.clone())],
        Action::ConfirmDisposition(body) => vec![Happening::DispositionConfirmed(body.clone())],
        _ => Vec::new(),
    })
}

/// Is this a well-formed subject, and known if it is a party?
#[must_use]
pub fn subject_ok(case: &Case, subject: &str) -> bool {
    match subject.split_once(':') {
        Some(("party", id)) => case.submitted_dossier().parties.iter().any(|party| party.id == id),
        Some(("vessel" | "bank", name)) => !name.trim().is_empty() && name.len() <= 200,
        _ => false,
    }
}

/// `vessel:9079169`, whatever way the number was written.
#[must_use]
pub fn vessel_subject(imo: &str) -> String {
    let digits: String = imo.chars().filter(char::is_ascii_digit).collect();
    format!("vessel:{digits}")
}

/// Everything of the dossier that must be screened.
#[must_use]
pub fn subjects(case: &Case) -> Vec<String> {
    let dossier = case.submitted_dossier();
    let mut subjects: Vec<String> = dossier
        .parties
        .iter()
        .map(|party| format!("party:{}", party.id))
        .collect();
    let legs = dossier.shipments.iter().flat_map(|shipment| &shipment.legs);
    subjects.extend(
        legs.filter_map(|leg| leg.vessel.as_ref())
            .map(|vessel| vessel_subject(&vessel.imo)),
    );
    let banks = dossier.payments.iter().flat_map(|payment| &payment.banks);
    subjects.extend(banks.map(|bank| format!("bank:{}", bank.bic.as_deref().unwrap_or(&bank.name))));
    subjects.sort();
    subjects.dedup();
    subjects
}

/// Subjects without any recorded result.
#[must_use]
pub fn unscreened(case: &Case) -> Vec<String> {
    subjects(case)
        .into_iter()
        .filter(|subject| !case.screening.contains_key(subject))
        .collect()
}

/// Does one screening let things pass at this instant? Failed, stale and undecided all say no.
#[must_use]
pub fn passes(screening: &Screening, now: Instant) -> bool {
    let fresh = now.duration_since(screening.at).as_hours() < FRESH_HOURS;
    let decided = |hit: &Hit| match hit.state {
        HitState::FalsePositive => true,
        HitState::TrueMatch => hit.proposed.as_ref().is_some_and(|first| first.covered_by.is_some()),
        _ => false,
    };
    fresh
        && match screening.result {
            ScreeningOutcome::Clear => true,
            ScreeningOutcome::Hits => screening.hits.iter().all(decided),
            ScreeningOutcome::Failed => false,
        }
}

/// Is everything of the dossier screened, fresh and clear (or covered)? Fail closed.
#[must_use]
pub fn all_pass(case: &Case, now: Instant) -> bool {
    subjects(case).iter().all(|subject| {
        case.screening
            .get(subject)
            .is_some_and(|screening| passes(screening, now))
    })
}

/// Is everything screened and every hit decided, freshly? Enough for a ballot that may refuse.
#[must_use]
pub fn all_decided(case: &Case, now: Instant) -> bool {
    let settled = |hit: &Hit| matches!(hit.state, HitState::FalsePositive | HitState::TrueMatch);
    let known = |screening: &Screening| {
        now.duration_since(screening.at).as_hours() < FRESH_HOURS
            && screening.result != ScreeningOutcome::Failed
            && screening.hits.iter().all(settled)
    };
    subjects(case)
        .iter()
        .all(|subject| case.screening.get(subject).is_some_and(known))
}

/// Is there a true match that nothing covers?
#[must_use]
pub fn uncovered_match(case: &Case) -> bool {
    let uncovered = |hit: &Hit| {
        hit.state == HitState::TrueMatch && hit.proposed.as_ref().is_none_or(|first| first.covered_by.is_none())
    };
    case.screening
        .values()
        .any(|screening| screening.hits.iter().any(uncovered))
}

/// Does this one subject pass now?
#[must_use]
pub fn subject_passes(case: &Case, subject: &str, now: Instant) -> bool {
    case.screening
        .get(subject)
        .is_some_and(|screening| passes(screening, now))
}

pub(super) fn hit<'a>(case: &'a Case, subject: &str, entry: &str) -> Option<&'a Hit> {
    case.screening.get(subject)?.hits.iter().find(|hit| hit.entry == entry)
}

pub(super) fn hit_states(case: &Case, action: Option<&Action>) -> Vec<State> {
    let target = match action {
        Some(Action::ProposeDisposition(body)) => Some((&body.subject, &body.entry)),
        Some(Action::ConfirmDisposition(body)) => Some((&body.subject, &body.entry)),
        _ => None,
    };
    match target {
        // An unknown hit is a missing condition, not a wrong state.
        Some((subject, entry)) => match hit(case, subject, entry) {
            Some(hit) => vec![State::Hit(hit.state)],
            None => vec![State::Hit(HitState::Open), State::Hit(HitState::Proposed)],
        },
        None => case
            .screening
            .values()
            .flat_map(|s| s.hits.iter().map(|hit| State::Hit(hit.state)))
            .collect(),
    }
}

pub(super) fn apply(case: &mut Case, event: &Event<Happening>) {
    match &event.happened {
        Happening::ScreeningRecorded(recorded) => {
            for result in &recorded.results {
                let screening = screened(case, result, event.effective_at);
                case.screening.insert(result.subject.clone(), screening);
            }
        }
        Happening::DispositionProposed(proposed) => {
            let first = Disposition {
                by: event.by.person,
                delegation: event.by.delegation.clone(),
                verdict: proposed.verdict,
                covered_by: proposed.covered_by.clone(),
            };
            if let Some(hit) = hit_mut(case, &proposed.subject, &proposed.entry) {
                hit.state = HitState::Proposed;
                hit.proposed = Some(first);
            }
        }
        Happening::DispositionConfirmed(confirmed) => {
            if let Some(hit) = hit_mut(case, &confirmed.subject, &confirmed.entry) {
                let verdict = hit.proposed.as_ref().map(|first| first.verdict);
                hit.state = match (confirmed.agree, verdict) {
                    (true, Some(Verdict::FalsePositive)) => HitState::FalsePositive,
                    (true, Some(Verdict::TrueMatch)) => HitState::TrueMatch,
                    _ => HitState::Escalated,
                };
            }
        }
        _ => {}
    }
}

fn hit_mut<'a>(case: &'a mut Case, subject: &str, entry: &str) -> Option<&'a mut Hit> {
    case.screening
        .get_mut(subject)?
        .hits
        .iter_mut()
        .find(|hit| hit.entry == entry)
}

/// A new result; a hit on the same entry keeps what two persons decided about the pair.
fn screened(case: &Case, result: &ScreeningResult, at: Instant) -> Screening {
    let before = case.screening.get(&result.subject);
    let hits = result.hits.iter().map(|hit| {
        let known = before.and_then(|screening| screening.hits.iter().find(|known| known.entry == hit.entry));
        let decided = known.filter(|known| matches!(known.state, HitState::FalsePositive | HitState::TrueMatch));
        decided.cloned().unwrap_or_else(|| Hit {
            entry: hit.entry.clone(),
            matched_on: hit.matched_on.clone(),
            state: HitState::Open,
            proposed: None,
        })
    });
    Screening {
        at,
        result: result.result,
        list: result.list.clone(),
        list_version: result.list_version.clone(),
        list_date: result.list_date,
        hits: hits.collect(),
    }
}
