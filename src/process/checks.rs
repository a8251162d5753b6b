//! The service's own screening (S-01): when it is due, what is asked, and how the answer becomes history.

use super::{ActError, Wish, put, try_case, view_case};
use crate::{
    domain::{Instant, id::CaseId, people::Actor},
    engine::{Answer, ScreeningEngine, Unavailable},
    house::House,
    store::{StoreError, checks::JobWish, screening::DecidedPair},
    workflow::{
        action::*,
        case::Case,
        event::Event,
        happening::Happening,
        screened::{self, ScreenedSubject},
        state::HitState,
    },
};
use std::collections::{BTreeMap, HashMap};

/// What a check came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The case's version with the result.
    pub version: u32,
    /// Why it failed, if it did.
    pub failure: Option<String>,
}

/// The check that an act needs first.
fn needed(action: &Action) -> Option<ScreeningTrigger> {
    match action {
        Action::OpenBallot(_) => Some(ScreeningTrigger::BeforeBallot),
        Action::SignDecision(_) => Some(ScreeningTrigger::BeforeIssue),
        Action::NotifyShipment(_) => Some(ScreeningTrigger::VesselNominated),
        _ => None,
    }
}

/// Screens before a ballot opens, a decision takes effect or a shipment is notified, if nothing else stands in the way.
pub(super) async fn before(house: &House, id: CaseId, action: &Action, wish: &mut Wish<'_>) -> Result<(), ActError> {
    let Some(trigger) = needed(action).filter(|_| house.screener.engine.is_some() && !wish.dry_run) else {
        return Ok(());
    };
    let trial = Wish {
        dry_run: true,
        key: None,
        ..wish.clone()
    };
    match try_case(house, id, Some(action), &trial, &|_| Vec::new()).await {
        Ok(_) => {}
        Err(ActError::Refused(refusal)) if refusal.code == "screening_not_current" => {}
        // It will be refused for another reason, or not found: the act itself says so.
        Err(_) => return Ok(()),
    }
    let nomination = match action {
        Action::NotifyShipment(body) => Some(body),
        _ => None,
    };
    let seen = view_case(house, id).await?.case.version;
    let only = nomination.map(screened::of_nomination);
    if let Some(checked) = check(house, id, trigger, nomination, only.as_deref(), false).await?
        && wish.seen == Some(seen)
        && checked.version == seen + 1
    {
        // What the person saw was changed by nothing but this check.
        wish.seen = Some(checked.version);
    }
    Ok(())
}

/// Screens the subjects of a case (all, or only these) and records the result; none if nobody screens here.
///
/// # Errors
/// When the case is not there, takes no result now, or the store does not answer. An engine that does not answer is
/// a result: failed.
pub async fn check(
    house: &House,
    id: CaseId,
    trigger: ScreeningTrigger,
    nomination: Option<&NotifyShipment>,
    only: Option<&[String]>,
    quiet: bool,
) -> Result<Option<Checked>, ActError> {
    let Some(engine) = house.screener.engine.as_deref() else {
        return Ok(None);
    };
    let case = view_case(house, id).await?.case;
    let mut subjects = match nomination {
        Some(nomination) => screened::with_nomination(&case, nomination),
        None => screened::live(&case),
    };
    subjects.retain(|key, _| only.is_none_or(|only| only.contains(key)));
    let asked: Vec<ScreenedSubject> = subjects.into_values().collect();
    if asked.is_empty() {
        return Ok(None);
    }
    let started = house.clock.now();
    let answer = engine.ask(&asked, started).await;
    if let Err(unavailable) = &answer {
        tracing::warn!(case = %id, code = unavailable.code, because = %unavailable.because, "screening failed");
    }
    let failure = answer.as_ref().err().map(|unavailable| unavailable.code.to_owned());
    let known = |subject: &ScreenedSubject| {
        let screening = case.screening.get(&subject.key);
        screening.is_some_and(|screening| screening.result == ScreeningOutcome::Failed)
    };
    if quiet && failure.is_some() && asked.iter().all(known) {
        return Ok(Some(Checked {
            version: case.version,
            failure,
        }));
    }
    let record = composed(house, engine, &case, &asked, answer, (trigger, started)).await?;
    let system = Actor::system();
    let action = Action::RecordScreening(record);
    let after = put(house, id, &action, &Wish::of(&system), &|_| Vec::new()).await?;
    Ok(Some(Checked {
        version: after.version,
        failure,
    }))
}

async fn composed(
    house: &House,
    engine: &dyn ScreeningEngine,
    case: &Case,
    asked: &[ScreenedSubject],
    answer: Result<Answer, Unavailable>,
    (trigger, started_at): (ScreeningTrigger, Instant),
) -> Result<RecordScreening, ActError> {
    let failure = answer.as_ref().err().map(|unavailable| unavailable.code.to_owned());
    let mut answer = answer.unwrap_or_default();
    let precedents = precedents(house, asked, &answer).await?;
    let today = case.local_date(started_at);
    let join = |field: fn(&ListUsed) -> &str| {
        let words: Vec<&str> = answer.lists.iter().map(field).collect();
        if words.is_empty() {
            "none".to_owned()
        } else {
            words.join(", ")
        }
    };
    let (list, list_version) = (join(|list| &list.source), join(|list| &list.version));
    // The oldest of them; never later than the day of the check.
    let published = answer.lists.iter().filter_map(|list| list.published).min();
    let list_date = published.unwrap_or(today).min(today);
    let mut results = Vec::with_capacity(asked.len());
    for subject in asked {
        let fingerprint = subject.fingerprint();
        let found = answer.found.remove(&subject.key).unwrap_or(Err("not_answered"));
        let (result, mut hits) = match found {
            Err(_) => (ScreeningOutcome::Failed, Vec::new()),
            Ok(hits) if hits.is_empty() => (ScreeningOutcome::Clear, hits),
            Ok(hits) => (ScreeningOutcome::Hits, hits),
        };
        for hit in &mut hits {
            let pair = (fingerprint.clone(), hit.fingerprint.clone().unwrap_or_default());
            hit.precedent = precedents.get(&pair).cloned();
        }
        results.push(ScreeningResult {
            closed: closed(house, case, &subject.key, result, &hits).await?,
            subject: subject.key.clone(),
            result,
            list: list.clone(),
            list_version: list_version.clone(),
            list_date,
            hits,
            fingerprint: Some(fingerprint),
        });
    }
    let check = ScreeningCheck {
        engine: engine.name().to_owned(),
        algorithm: engine.algorithm().to_owned(),
        settings: house.screener.settings_sha256.clone(),
        trigger,
        lists: answer.lists,
        started_at,
        finished_at: house.clock.now(),
        answer_sha256: answer.answer_sha256,
        failure,
    };
    Ok(RecordScreening {
        results,
        tool: None,
        check: Some(check),
    })
}

/// What was decided before about the pairs that were found.
async fn precedents(
    house: &House,
    asked: &[ScreenedSubject],
    answer: &Answer,
) -> Result<HashMap<(String, String), Precedent>, StoreError> {
    let mut pairs = Vec::new();
    for subject in asked {
        let fingerprint = subject.fingerprint();
        let hits = answer.found.get(&subject.key).into_iter().flatten().flatten();
        pairs.extend(hits.filter_map(|hit| Some((fingerprint.clone(), hit.fingerprint.clone()?))));
    }
    if pairs.is_empty() {
        Ok(HashMap::new())
    } else {
        house.store.precedents(&pairs).await
    }
}

/// Hits of the engine that are hits no longer, and why.
async fn closed(
    house: &House,
    case: &Case,
    subject: &str,
    result: ScreeningOutcome,
    hits: &[ScreeningHit],
) -> Result<Vec<ClosedHit>, StoreError> {
    let before = case
        .screening
        .get(subject)
        .filter(|_| result != ScreeningOutcome::Failed);
    let gone = before
        .into_iter()
        .flat_map(|screening| &screening.hits)
        .filter(|hit| hit.by_engine);
    let mut closed = Vec::new();
    for hit in gone.filter(|hit| hits.iter().all(|now| now.entry != hit.found.entry)) {
        let reason = match entry_now(house, &hit.found).await? {
            crate::workflow::around::EntryNow::Gone => CloseReason::EntryRemoved,
            _ => CloseReason::NoLongerMatches,
        };
        closed.push(ClosedHit {
            entry: hit.found.entry.clone(),
            reason,
        });
    }
    Ok(closed)
}

/// What the lists in force say now about the entry of a hit.
pub(super) async fn entry_now(
    house: &House,
    found: &ScreeningHit,
) -> Result<crate::workflow::around::EntryNow, StoreError> {
    use crate::workflow::around::EntryNow;
    let Some(list) = found.list.as_deref() else {
        return Ok(EntryNow::Unknown);
    };
    let in_force = house.screener.lists.in_force().await?;
    if !in_force.lists.iter().any(|(version, _)| version.source == list) {
        return Ok(EntryNow::Unknown);
    }
    let id = found.entry.strip_prefix(&format!("{list}/")).unwrap_or(&found.entry);
    Ok(match in_force.index.entry(list, id) {
        Some(entry) => EntryNow::Is(entry.fingerprint()),
        None => EntryNow::Gone,
    })
}

/// The checks that these events make necessary.
pub(super) fn wished(house: &House, case: &Case, events: &[Event<Happening>]) -> Vec<JobWish> {
    if house.screener.engine.is_none() {
        return Vec::new();
    }
    let trigger = events.iter().rev().find_map(|event| match &event.happened {
        Happening::DossierSubmitted(_) => Some(ScreeningTrigger::Submission),
        Happening::DossierResubmitted(_) | Happening::RoundAnswered(_) => Some(ScreeningTrigger::NewVersion),
        Happening::WaiverPending(_) => Some(ScreeningTrigger::BeforeIssue),
        _ => None,
    });
    let at = house.clock.now();
    trigger
        .into_iter()
        .map(|trigger| JobWish::of_case(case.id, trigger, at))
        .collect()
}

/// Pairs that two persons settled, or took up again: other cases learn of it in the same commit.
pub(super) fn decided_pairs(case: &Case, events: &[Event<Happening>]) -> Vec<DecidedPair> {
    let about = events.iter().filter_map(|event| match &event.happened {
        Happening::DispositionProposed(body) => Some((&body.subject, &body.entry)),
        Happening::DispositionConfirmed(body) => Some((&body.subject, &body.entry)),
        _ => None,
    });
    let pair = |(subject, entry): (&String, &String)| {
        let screening = case.screening.get(subject)?;
        let hit = screening.hits.iter().find(|hit| hit.found.entry == *entry)?;
        let settled = matches!(hit.state, HitState::FalsePositive | HitState::TrueMatch);
        let decided = hit.proposed.as_ref().zip(hit.confirmed).filter(|_| settled);
        Some(DecidedPair {
            subject: screening.fingerprint.clone()?,
            entry: hit.found.fingerprint.clone()?,
            precedent: decided.map(|(first, (confirmed_by, decided_at))| Precedent {
                case: case.id,
                verdict: first.verdict,
                by: first.by,
                delegation: first.delegation.clone(),
                confirmed_by,
                decided_at,
                holds_until: first.holds_until,
            }),
        })
    };
    about.filter_map(pair).collect()
}

/// Subjects of a case that a changed list concerns: they match what is new on it, or matched what is gone.
///
/// # Errors
/// When the case is not there or the store does not answer.
pub async fn concerned(house: &House, id: CaseId, changed: &Changed<'_>) -> Result<(usize, Vec<String>), ActError> {
    let case = view_case(house, id).await?.case;
    let subjects = screened::live(&case);
    let index = house.screener.lists.in_force().await?.index;
    let thresholds = crate::engine::built_in::thresholds(&house.settings.screening);
    let touched: BTreeMap<&String, &ScreenedSubject> = subjects
        .iter()
        .filter(|(key, subject)| {
            let old = case
                .screening
                .get(*key)
                .into_iter()
                .flat_map(|screening| &screening.hits);
            let mut old = old.filter(|hit| hit.by_engine && hit.found.list.as_deref() == Some(changed.source));
            let found = crate::engine::built_in::search(&index, subject, &thresholds).unwrap_or_default();
            let mut new = found.iter().filter(|hit| hit.list.as_deref() == Some(changed.source));
            old.any(|hit| changed.gone.contains(&hit.found.entry)) || new.any(|hit| changed.fresh.contains(&hit.entry))
        })
        .collect();
    Ok((subjects.len(), touched.into_keys().cloned().collect()))
}

/// What a version of a list changed.
#[derive(Clone, Debug)]
pub struct Changed<'a> {
    pub source: &'a str,
    /// Entries that are new or not what they were.
    pub fresh: std::collections::BTreeSet<String>,
    /// Entries that are changed or removed.
    pub gone: std::collections::BTreeSet<String>,
}
