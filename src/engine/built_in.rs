//! The service's own engine: the lists in force, searched in memory.

use super::{
    Answer, ScreeningEngine, Unavailable,
    lists::{InForce, Lists},
    thousandths,
};
use crate::{
    config::screening::Screening,
    domain::{Instant, text::Private},
    screening::{Band, Hit, Identifier, Index, Kind, Query, Thresholds, explanation::MatchedOn},
    workflow::{
        action::{HitBand, ListUsed, ScreeningHit},
        screened::{ScreenedSubject, SubjectKind},
    },
};
use futures_util::future::BoxFuture;
use serde_json::Value;
use std::{collections::BTreeSet, sync::Arc};

/// Changes whenever the same question to the same list may be answered otherwise.
pub const ALGORITHM: &str = "corridor-3";

/// Searches the lists in force.
#[derive(Debug)]
pub struct BuiltIn {
    lists: Arc<Lists>,
    thresholds: Thresholds,
    max_age_hours: u32,
    required: Vec<String>,
}

impl BuiltIn {
    /// With these thresholds.
    #[must_use]
    pub fn new(settings: &Screening, lists: Arc<Lists>) -> Self {
        Self {
            lists,
            thresholds: thresholds(settings),
            max_age_hours: settings.max_list_age_hours,
            required: settings.required_lists.clone(),
        }
    }

    async fn usable(&self, now: Instant) -> Result<InForce, Unavailable> {
        let in_force = self
            .lists
            .in_force()
            .await
            .map_err(|error| Unavailable::new("lists_unreadable", error))?;
        if in_force.lists.is_empty() || in_force.index.is_empty() {
            return Err(Unavailable::new("no_list", "no list is loaded"));
        }
        for required in &self.required {
            if !in_force.lists.iter().any(|(version, _)| version.source == *required) {
                return Err(Unavailable::new("no_list", format!("{required} is not loaded")));
            }
        }
        let limit = i64::from(self.max_age_hours);
        let old = |checked_at: &Option<Instant>| checked_at.is_none_or(|at| now.duration_since(at).as_hours() >= limit);
        match in_force
            .lists
            .iter()
            .find(|(_, checked_at)| limit > 0 && old(checked_at))
        {
            Some((version, _)) => Err(Unavailable::new(
                "list_too_old",
                format!("{} was not known to be the newest for {limit} hours", version.source),
            )),
            None => Ok(in_force),
        }
    }
}

/// The thresholds that the settings name.
#[must_use]
pub fn thresholds(settings: &Screening) -> Thresholds {
    Thresholds {
        strong: settings.strong,
        possible: settings.possible,
        most: settings.most_hits,
    }
}

impl ScreeningEngine for BuiltIn {
    fn name(&self) -> &'static str {
        "built_in"
    }

    fn algorithm(&self) -> &str {
        ALGORITHM
    }

    fn ask<'a>(&'a self, subjects: &'a [ScreenedSubject], now: Instant) -> BoxFuture<'a, Result<Answer, Unavailable>> {
        Box::pin(async move {
            let in_force = self.usable(now).await?;
            let (index, subjects, thresholds) = (in_force.index.clone(), subjects.to_vec(), self.thresholds);
            let search = tokio::task::spawn_blocking(move || {
                let found = subjects
                    .iter()
                    .map(|subject| (subject.key.clone(), search(&index, subject, &thresholds)));
                found.collect()
            });
            Ok(Answer {
                lists: in_force.used(),
                found: search.await.map_err(|error| Unavailable::new("engine_failed", error))?,
                answer_sha256: None,
            })
        })
    }

    fn health(&self, now: Instant) -> BoxFuture<'_, Result<Vec<ListUsed>, Unavailable>> {
        Box::pin(async move { Ok(self.usable(now).await?.used()) })
    }
}

/// The hits of one subject in one index.
///
/// # Errors
/// The code of the reason for which it cannot be looked for.
pub fn search(
    index: &Index,
    subject: &ScreenedSubject,
    thresholds: &Thresholds,
) -> Result<Vec<ScreeningHit>, &'static str> {
    let hits = index
        .search(&question(subject), thresholds)
        .map_err(|unusable| unusable.code())?;
    let mut seen = BTreeSet::new();
    let recorded = |hit: Hit| {
        let mut hit = recorded(hit);
        // Two lists may give two parties the same number.
        if !seen.insert(hit.entry.clone()) {
            hit.entry = format!("{}/{}", hit.list.as_deref().unwrap_or_default(), hit.entry);
        }
        hit
    };
    Ok(hits.into_iter().map(recorded).collect())
}

/// A subject as the index is asked for it.
#[must_use]
pub fn question(subject: &ScreenedSubject) -> Query {
    Query {
        kind: match subject.kind {
            SubjectKind::Person => Kind::Person,
            SubjectKind::Organisation => Kind::Organisation,
            SubjectKind::Vessel => Kind::Vessel,
            SubjectKind::Unknown => Kind::Unknown,
        },
        names: subject.names.iter().cloned().collect(),
        identifiers: subject
            .identifiers
            .iter()
            .map(|(scheme, value)| Identifier::new(scheme, value))
            .collect(),
        countries: subject.countries.iter().cloned().collect(),
        date_of_birth: None,
    }
}

fn recorded(hit: Hit) -> ScreeningHit {
    let mut matched_on = Vec::new();
    for on in &hit.explanation.matched_on {
        let word = match on {
            MatchedOn::Number { scheme, .. } => scheme.to_lowercase(),
            MatchedOn::Name { .. } => "name".to_owned(),
        };
        if !matched_on.contains(&word) {
            matched_on.push(word);
        }
    }
    let explanation = serde_json::to_value(&hit.explanation)
        .map(whole_numbers)
        .unwrap_or_default();
    ScreeningHit {
        entry: hit.entry,
        matched_on,
        list: Some(hit.list),
        name: Some(hit.matched_name),
        fingerprint: Some(hit.fingerprint),
        score: Some(thousandths(hit.score)),
        band: Some(match hit.band {
            Band::Strong => HitBand::Strong,
            Band::Possible => HitBand::Possible,
        }),
        explanation: Some(Private::Known(explanation)),
        precedent: None,
    }
}

/// History holds no fractions: they are written in thousandths.
fn whole_numbers(value: Value) -> Value {
    match value {
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (None, Some(fraction)) => Value::from((fraction * 1000.0).round() as i64),
            _ => Value::Number(number),
        },
        Value::Array(items) => items.into_iter().map(whole_numbers).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, whole_numbers(value)))
            .collect(),
        other => other,
    }
}
