//! Screening: what follows from each step, how history folds, and the gates that fail closed.

use super::{
    action::*,
    around::EntryNow,
    case::*,
    event::Event,
    happening::{AlarmReason, AlarmedHit, Happening, ScreeningAlarm},
    refusal::Refusal,
    screened::{self, ScreenedSubject},
    state::*,
    step::Ask,
};
use crate::domain::{Date, Instant, people::Role};
use std::{collections::BTreeMap, sync::Arc};

mod standing;

pub use super::screened::vessel_subject;
pub use standing::{Standing, asked_by, repeat_from, standing};

/// Hours after which a screening is too old to rely on.
pub const FRESH_HOURS: i64 = 24;

pub(super) fn effects(ask: &Ask<'_, Case>, action: &Action) -> Result<Vec<Happening>, Refusal> {
    Ok(match action {
        Action::RecordScreening(body) => vec![Happening::ScreeningRecorded(recorded(ask, body))],
        Action::ProposeDisposition(body) => vec![Happening::DispositionProposed(ProposeDisposition {
            found_in: found_in(ask.subject, &body.subject, &body.entry),
            ..body.clone()
        })],
        Action::ConfirmDisposition(body) => vec![Happening::DispositionConfirmed(ConfirmDisposition {
            found_in: found_in(ask.subject, &body.subject, &body.entry),
            ..body.clone()
        })],
        Action::RaiseScreeningAlarm(_) => {
            let hits = to_alarm(ask.subject);
            vec![Happening::ScreeningAlarmRaised(ScreeningAlarm { hits })]
        }
        _ => Vec::new(),
    })
}

/// The list, in its version, in which the hit that is decided about was last found.
fn found_in(case: &Case, subject: &str, entry: &str) -> Option<FoundIn> {
    let (screening, hit) = (case.screening.get(subject)?, hit(case, subject, entry)?);
    let used = screening.check.iter().flat_map(|check| &check.lists);
    let used = used
        .into_iter()
        .find(|used| Some(&used.source) == hit.found.list.as_ref());
    let (list, list_version) = match used {
        Some(used) => (&used.source, &used.version),
        None => (&screening.list, &screening.list_version),
    };
    Some(FoundIn {
        list: list.clone(),
        list_version: list_version.clone(),
        at: screening.at,
        fingerprint: hit.found.fingerprint.clone(),
    })
}

/// What an official found is bound to what the dossier says now; the engine has bound its results itself.
fn recorded(ask: &Ask<'_, Case>, body: &RecordScreening) -> RecordScreening {
    let mut body = body.clone();
    if ask.role != Role::System {
        let subjects = screened::live(ask.subject);
        for result in &mut body.results {
            result.fingerprint = subjects.get(&result.subject).map(ScreenedSubject::fingerprint);
        }
    }
    body
}

/// Whoever decides a hit decides about the entry as it is listed now, not as it was.
pub(super) fn still_listed_so(ask: &Ask<'_, Case>, subject: &str, entry: &str, seen: Option<&str>) -> bool {
    let found = hit(ask.subject, subject, entry).and_then(|hit| hit.found.fingerprint.as_deref());
    let same_as_listed = match (&ask.around.entry_now, found) {
        (EntryNow::Gone, Some(_)) => false,
        (EntryNow::Is(now), Some(found)) => now == found,
        _ => true,
    };
    same_as_listed && seen.is_none_or(|seen| found == Some(seen))
}

/// Is this a well-formed subject, and known if it is a party?
#[must_use]
pub fn subject_ok(case: &Case, subject: &str) -> bool {
    match subject.split_once(':') {
        Some(("party", id)) => case.submitted_dossier().parties.iter().any(|party| party.id == id),
        Some(("applicant", part)) => matches!(part, "organisation" | "signatory"),
        Some(("vessel" | "bank", name)) => !name.trim().is_empty() && name.len() <= 200,
        _ => false,
    }
}

/// Everything of the dossier that must be screened.
#[must_use]
pub fn subjects(case: &Case) -> Vec<String> {
    screened::of_case(case).into_keys().collect()
}

/// Subjects without any recorded result.
#[must_use]
pub fn unscreened(case: &Case) -> Vec<String> {
    let known = |subject: &String| !case.screening.contains_key(subject);
    subjects(case).into_iter().filter(known).collect()
}

/// Was the subject changed since it was screened?
fn same_subject(screening: &Screening, subject: Option<&ScreenedSubject>) -> bool {
    match (&screening.fingerprint, subject) {
        (Some(then), Some(now)) => *then == now.fingerprint(),
        _ => true,
    }
}

fn is_fresh(screening: &Screening, now: Instant) -> bool {
    now.duration_since(screening.at).as_hours() < FRESH_HOURS
}

/// Have two persons settled it, for this day?
#[must_use]
pub fn is_settled(hit: &Hit, today: Date) -> bool {
    let holds = |first: &Disposition| first.holds_until.is_none_or(|last| today <= last);
    matches!(hit.state, HitState::FalsePositive | HitState::TrueMatch) && hit.proposed.as_ref().is_none_or(holds)
}

/// Is it somebody else, or does a licence, an exemption or a derogation cover it?
fn lets_pass(hit: &Hit, today: Date) -> bool {
    let covered = || hit.proposed.as_ref().is_some_and(|first| first.covered_by.is_some());
    is_settled(hit, today) && (hit.state == HitState::FalsePositive || covered())
}

/// Does one screening let things pass at this instant? Failed, stale and undecided all say no.
#[must_use]
pub fn passes(case: &Case, screening: &Screening, subject: Option<&ScreenedSubject>, now: Instant) -> bool {
    let today = case.local_date(now);
    is_fresh(screening, now)
        && same_subject(screening, subject)
        && screening.result != ScreeningOutcome::Failed
        && screening.hits.iter().all(|hit| lets_pass(hit, today))
}

/// Is everything of the dossier screened, fresh and clear (or covered)? Fail closed.
#[must_use]
pub fn all_pass(case: &Case, now: Instant) -> bool {
    let subjects = screened::of_case(case);
    let pass = |(key, subject)| {
        let screening = case.screening.get(key);
        screening.is_some_and(|screening| passes(case, screening, Some(subject), now))
    };
    subjects.iter().all(pass)
}

/// Is everything screened and every hit decided, freshly? Enough for a ballot that may refuse.
#[must_use]
pub fn all_decided(case: &Case, now: Instant) -> bool {
    let today = case.local_date(now);
    let known = |screening: &Screening, subject: &ScreenedSubject| {
        is_fresh(screening, now)
            && same_subject(screening, Some(subject))
            && screening.result != ScreeningOutcome::Failed
            && screening.hits.iter().all(|hit| is_settled(hit, today))
    };
    let subjects = screened::of_case(case);
    subjects.iter().all(|(key, subject)| {
        let screening = case.screening.get(key);
        screening.is_some_and(|screening| known(screening, subject))
    })
}

/// Every hit on somebody whom the case still names: a vessel that was replaced is history.
fn hits(case: &Case) -> impl Iterator<Item = &Hit> {
    let named = screened::live(case);
    let of = case.screening.iter().filter(move |(key, _)| named.contains_key(*key));
    of.flat_map(|(_, screening)| &screening.hits)
}

/// Is every hit decided that is known so far, however old the screening?
#[must_use]
pub fn nothing_undecided(case: &Case, now: Instant) -> bool {
    let today = case.local_date(now);
    hits(case).all(|hit| is_settled(hit, today))
}

fn uncovered(hit: &Hit) -> bool {
    hit.state == HitState::TrueMatch && hit.proposed.as_ref().is_none_or(|first| first.covered_by.is_none())
}

/// Is there a true match that nothing covers?
#[must_use]
pub fn uncovered_match(case: &Case) -> bool {
    hits(case).any(uncovered)
}

/// Does everything that a nomination names pass now?
#[must_use]
pub fn nomination_passes(case: &Case, nomination: &NotifyShipment, now: Instant) -> bool {
    let subjects = screened::with_nomination(case, nomination);
    screened::of_nomination(nomination).iter().all(|key| {
        let screening = case.screening.get(key);
        screening.is_some_and(|screening| passes(case, screening, subjects.get(key), now))
    })
}

pub(super) fn hit<'a>(case: &'a Case, subject: &str, entry: &str) -> Option<&'a Hit> {
    case.screening
        .get(subject)?
        .hits
        .iter()
        .find(|hit| hit.found.entry == entry)
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

/// What a waiver in force must be looked at for, and nobody was told of yet.
#[must_use]
pub fn to_alarm(case: &Case) -> Vec<AlarmedHit> {
    let of = |subject: &String, hit: &Hit| {
        let undecided = matches!(hit.state, HitState::Open | HitState::Proposed | HitState::Escalated);
        let strong = hit.found.band.is_none_or(|band| band == HitBand::Strong);
        let reason = match (uncovered(hit), undecided && strong) {
            (true, _) => AlarmReason::TrueMatch,
            (false, true) => AlarmReason::StrongHit,
            (false, false) => return None,
        };
        let (subject, entry) = (subject.clone(), hit.found.entry.clone());
        let told = case.alarmed.contains(&(subject.clone(), entry.clone(), reason));
        (!told).then_some(AlarmedHit { subject, entry, reason })
    };
    let hits = |(subject, screening): (&'_ String, &'_ Screening)| {
        let hits = screening.hits.iter().filter_map(|hit| of(subject, hit));
        hits.collect::<Vec<_>>()
    };
    let named = screened::ever(case);
    let of_the_waiver = case.screening.iter().filter(|(key, _)| named.contains_key(*key));
    of_the_waiver.flat_map(hits).collect()
}

/// A waiver in force with somebody who is listed: people must look at it at once.
pub(super) fn due(case: &Case) -> Option<(Instant, Action)> {
    let in_force = case.waiver.state == WaiverState::Active;
    let alarm = || Action::RaiseScreeningAlarm(Nothing {});
    (in_force && !to_alarm(case).is_empty()).then(|| (case.updated_at, alarm()))
}

pub(super) fn apply(case: &mut Case, event: &Event<Happening>) {
    match &event.happened {
        Happening::ScreeningRecorded(recorded) => record(case, recorded, event.effective_at),
        Happening::DispositionProposed(proposed) => {
            let first = Disposition {
                by: event.by.person,
                delegation: event.by.delegation.clone(),
                verdict: proposed.verdict,
                covered_by: proposed.covered_by.clone(),
                covered_as: proposed.covered_as,
                holds_until: proposed.holds_until,
            };
            if let Some(hit) = hit_mut(case, &proposed.subject, &proposed.entry) {
                (hit.state, hit.proposed) = (HitState::Proposed, Some(first));
                (hit.confirmed, hit.decided_in) = (None, None);
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
                hit.confirmed = confirmed.agree.then_some((event.by.person, event.effective_at));
            }
        }
        Happening::ScreeningAlarmRaised(alarm) => {
            let told = alarm
                .hits
                .iter()
                .map(|hit| (hit.subject.clone(), hit.entry.clone(), hit.reason));
            case.alarmed.extend(told);
        }
        _ => {}
    }
}

fn hit_mut<'a>(case: &'a mut Case, subject: &str, entry: &str) -> Option<&'a mut Hit> {
    let mut hits = case.screening.get_mut(subject)?.hits.iter_mut();
    hits.find(|hit| hit.found.entry == entry)
}

fn record(case: &mut Case, recorded: &RecordScreening, at: Instant) {
    let check = recorded.check.clone().map(Arc::new);
    for result in &recorded.results {
        let before = case.screening.get(&result.subject);
        let hits = folded(before, result, check.is_some(), case.local_date(at));
        let outcome = match (result.result, hits.is_empty()) {
            (ScreeningOutcome::Failed, _) => ScreeningOutcome::Failed,
            (_, true) => ScreeningOutcome::Clear,
            (_, false) => ScreeningOutcome::Hits,
        };
        let screening = Screening {
            at,
            result: outcome,
            list: result.list.clone(),
            list_version: result.list_version.clone(),
            list_date: result.list_date,
            hits,
            fingerprint: result.fingerprint.clone(),
            check: check.clone(),
            tool: recorded.tool.clone(),
        };
        case.screening.insert(result.subject.clone(), screening);
    }
}

/// The hits after a new result. What was decided about a pair holds until either side changes; nobody makes a hit of
/// the engine disappear by recording something else, nor does the engine make an official's disappear.
fn folded(before: Option<&Screening>, result: &ScreeningResult, by_engine: bool, today: Date) -> Vec<Hit> {
    let known: BTreeMap<&str, &Hit> = before
        .iter()
        .flat_map(|screening| &screening.hits)
        .map(|hit| (hit.found.entry.as_str(), hit))
        .collect();
    let same = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
    let subject_same = before.is_none_or(|screening| same(&screening.fingerprint, &result.fingerprint));
    let now_found = result.hits.iter().map(|found| {
        let pair = known
            .get(found.entry.as_str())
            .filter(|hit| subject_same && same(&hit.found.fingerprint, &found.fingerprint));
        match pair {
            Some(hit) if hit.state != HitState::Open => Hit {
                // What the engine explained is not lost when an official records the same hit.
                found: if by_engine { found.clone() } else { hit.found.clone() },
                ..(*hit).clone()
            },
            _ => fresh(found, by_engine, today),
        }
    });
    let mut hits: Vec<Hit> = now_found.collect();
    let failed = result.result == ScreeningOutcome::Failed;
    let kept = known.values().filter(|hit| failed || hit.by_engine != by_engine);
    for hit in kept {
        if !hits.iter().any(|new| new.found.entry == hit.found.entry) {
            hits.push((*hit).clone());
        }
    }
    hits
}

fn fresh(found: &ScreeningHit, by_engine: bool, today: Date) -> Hit {
    let holds = |known: &&Precedent| known.holds_until.is_none_or(|last| today <= last);
    let precedent = found.precedent.as_ref().filter(holds);
    let first = precedent.map(|known| Disposition {
        by: known.by,
        delegation: known.delegation.clone(),
        verdict: known.verdict,
        // Who somebody is does not depend on the case; whether a licence covers it does.
        covered_by: None,
        covered_as: None,
        holds_until: known.holds_until,
    });
    Hit {
        state: match precedent.map(|known| known.verdict) {
            Some(Verdict::FalsePositive) => HitState::FalsePositive,
            Some(Verdict::TrueMatch) => HitState::TrueMatch,
            None => HitState::Open,
        },
        found: found.clone(),
        by_engine,
        proposed: first,
        confirmed: precedent.map(|known| (known.confirmed_by, known.decided_at)),
        decided_in: precedent.map(|known| known.case),
    }
}
