//! A yente server: `POST /match/{dataset}`, its lists from `GET /catalog`.

use super::{
    Answer, ScreeningEngine, Unavailable,
    remote::{Server, odd, score, text},
    thousandths,
};
use crate::{
    config::screening::Screening,
    domain::{Instant, text::Private},
    workflow::{
        action::{HitBand, ListUsed, ScreeningHit},
        screened::{ScreenedSubject, SubjectKind},
    },
};
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Questions that the server takes at once.
const BATCH: usize = 100;

/// Asks a yente server.
#[derive(Clone, Debug)]
pub struct Yente {
    server: Server,
    dataset: String,
    strong: f64,
    possible: f64,
    most: usize,
    max_age_hours: u32,
}

impl Yente {
    /// As the settings name it.
    ///
    /// # Errors
    /// When its client or key cannot be made ready.
    pub fn new(settings: &Screening) -> anyhow::Result<Self> {
        Ok(Self {
            server: Server::new(&settings.server)?,
            dataset: settings.server.dataset.clone(),
            strong: settings.strong,
            possible: settings.possible,
            most: settings.most_hits,
            max_age_hours: settings.max_list_age_hours,
        })
    }

    async fn catalog(&self, now: Instant) -> Result<Vec<ListUsed>, Unavailable> {
        let (catalog, _) = self.server.json(self.server.get("/catalog")).await?;
        let datasets = catalog
            .get("datasets")
            .and_then(Value::as_array)
            .ok_or_else(|| odd("it has no datasets"))?;
        let ours = named(datasets, &self.dataset)
            .ok_or_else(|| Unavailable::new("no_list", format!("the server has no dataset {}", self.dataset)))?;
        // A collection is looked up within the one that is loaded: by yente's own manifest all of them within `default`.
        let indexed = datasets.iter().find(|dataset| {
            let version = dataset.get("index_version").and_then(Value::as_str);
            version.is_some() && holds(datasets, dataset, &self.dataset)
        });
        let indexed = indexed.ok_or_else(|| Unavailable::new("no_list", format!("{} is not indexed", self.dataset)))?;
        let version = text(indexed, "/index_version")?;
        let exported = [indexed, ours].into_iter().find_map(|dataset| {
            let mut dates = ["last_export", "updated_at"].iter();
            dates.find_map(|key| dataset.get(*key)?.as_str())
        });
        let exported = exported.and_then(instant);
        let limit = i64::from(self.max_age_hours);
        let stale = indexed.get("index_current").and_then(Value::as_bool) == Some(false);
        let old = exported.is_some_and(|at| now.duration_since(at).as_hours() >= limit);
        if limit > 0 && (stale || old) {
            return Err(Unavailable::new(
                "list_too_old",
                format!("the server's index of {} is not current", self.dataset),
            ));
        }
        Ok(vec![ListUsed {
            source: format!("yente:{}", self.dataset),
            version: version.to_owned(),
            published: exported.map(|at| jiff::tz::TimeZone::UTC.to_datetime(at).date()),
            checked_at: Some(now),
            entries: ours.get("entity_count").and_then(Value::as_u64),
        }])
    }

    async fn matched(&self, subjects: &[ScreenedSubject]) -> Result<(Value, Vec<u8>), Unavailable> {
        let queries: Map<String, Value> = subjects
            .iter()
            .map(|subject| (subject.key.clone(), query(subject)))
            .collect();
        let path = format!(
            "/match/{}?algorithm=logic-v2&threshold={}&limit={}",
            self.dataset, self.possible, self.most
        );
        self.server
            .json(self.server.post(&path).json(&json!({ "queries": queries })))
            .await
    }

    fn hits(&self, response: &Value) -> Result<Vec<ScreeningHit>, Unavailable> {
        if response
            .get("status")
            .and_then(Value::as_u64)
            .is_some_and(|status| status != 200)
        {
            return Err(odd("one of the questions failed"));
        }
        let results = response
            .get("results")
            .and_then(Value::as_array)
            .ok_or_else(|| odd("it has no results"))?;
        let hits = results.iter().map(|result| self.hit(result));
        let hits = hits.collect::<Result<Vec<_>, _>>()?;
        Ok(hits.into_iter().flatten().collect())
    }

    fn hit(&self, result: &Value) -> Result<Option<ScreeningHit>, Unavailable> {
        let score = score(result.get("score"))?;
        let (entry, name) = (text(result, "/id")?, text(result, "/caption")?);
        let band = if score >= self.strong {
            HitBand::Strong
        } else {
            HitBand::Possible
        };
        let features = result
            .get("explanations")
            .or(result.get("features"))
            .cloned()
            .unwrap_or_default();
        let matched_on = features
            .as_object()
            .map(|features| features.iter().filter(|(name, said)| speaks_for(name, said)))
            .map(|features| features.map(|(name, _)| name.clone()).collect())
            .unwrap_or_default();
        let entity = json!({
            "id": entry, "caption": name, "schema": result.get("schema"), "properties": result.get("properties"),
        });
        let lists = result.get("datasets").and_then(Value::as_array);
        let list = lists.map(|lists| lists.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "));
        Ok((score >= self.possible).then(|| ScreeningHit {
            entry: entry.to_owned(),
            matched_on,
            list,
            name: Some(name.to_owned()),
            fingerprint: Some(hex::encode(Sha256::digest(entity.to_string().as_bytes()))),
            score: Some(thousandths(score)),
            band: Some(band),
            // As text: another engine's figures are not ours to round.
            explanation: Some(Private::Known(json!({ "engine": features.to_string() }))),
            precedent: None,
        }))
    }
}

fn named<'a>(datasets: &'a [Value], name: &str) -> Option<&'a Value> {
    let is = |dataset: &&Value| dataset.get("name").and_then(Value::as_str) == Some(name);
    datasets.iter().find(is)
}

/// Is it this dataset, or a collection that has it among its children or theirs?
fn holds(datasets: &[Value], dataset: &Value, name: &str) -> bool {
    let (mut seen, mut open) = (BTreeSet::new(), vec![dataset]);
    while let Some(dataset) = open.pop() {
        let own = dataset.get("name").and_then(Value::as_str).unwrap_or_default();
        if own == name {
            return true;
        }
        // Each once, for a catalogue may go round in circles.
        if seen.insert(own) {
            let children = dataset.get("children").and_then(Value::as_array).into_iter().flatten();
            open.extend(children.filter_map(|child| named(datasets, child.as_str()?)));
        }
    }
    false
}

/// The server lists all it looked at; what scored nothing or speaks against the hit is not what led to it.
fn speaks_for(feature: &str, said: &Value) -> bool {
    let score = said.get("score").or(Some(said)).and_then(Value::as_f64);
    score.is_none_or(|score| score > 0.0) && !feature.ends_with("_mismatch") && !feature.ends_with("_disjoint")
}

fn instant(text: &str) -> Option<Instant> {
    text.parse().ok().or_else(|| format!("{text}Z").parse().ok())
}

fn query(subject: &ScreenedSubject) -> Value {
    let (schema, number) = match subject.kind {
        SubjectKind::Person => ("Person", "idNumber"),
        SubjectKind::Organisation => ("Organization", "registrationNumber"),
        SubjectKind::Vessel => ("Vessel", "registrationNumber"),
        SubjectKind::Unknown => ("LegalEntity", "registrationNumber"),
    };
    let mut properties: Map<String, Value> = Map::new();
    properties.insert("name".to_owned(), json!(subject.names));
    if !subject.countries.is_empty() {
        let country = if subject.kind == SubjectKind::Vessel {
            "flag"
        } else {
            "country"
        };
        let codes: Vec<String> = subject.countries.iter().map(|code| code.to_lowercase()).collect();
        properties.insert(country.to_owned(), json!(codes));
    }
    for (scheme, value) in &subject.identifiers {
        let property = match scheme.as_str() {
            "IMO" | "IMO-COMPANY" => "imoNumber",
            "MMSI" => "mmsi",
            "BIC" => "swiftBic",
            "LEI" => "leiCode",
            "RU-INN" => "innCode",
            "RU-OGRN" => "ogrnCode",
            "TAX" if subject.kind != SubjectKind::Vessel => "taxNumber",
            "PASSPORT" if subject.kind == SubjectKind::Person => "passportNumber",
            _ => number,
        };
        if let Value::Array(values) = properties.entry(property).or_insert_with(|| json!([])) {
            values.push(json!(value));
        }
    }
    json!({ "schema": schema, "properties": properties })
}

impl ScreeningEngine for Yente {
    fn name(&self) -> &'static str {
        "yente"
    }

    fn algorithm(&self) -> &str {
        "logic-v2"
    }

    fn ask<'a>(&'a self, subjects: &'a [ScreenedSubject], now: Instant) -> BoxFuture<'a, Result<Answer, Unavailable>> {
        Box::pin(async move {
            let mut answer = Answer {
                lists: self.catalog(now).await?,
                ..Answer::default()
            };
            let mut hash = Sha256::new();
            for subjects in subjects.chunks(BATCH) {
                let (said, bytes) = self.matched(subjects).await?;
                hash.update(&bytes);
                let responses = said
                    .get("responses")
                    .and_then(Value::as_object)
                    .ok_or_else(|| odd("it has no responses"))?;
                if responses.len() != subjects.len() {
                    return Err(odd("it answers other questions than were asked"));
                }
                for subject in subjects {
                    let response = responses
                        .get(&subject.key)
                        .ok_or_else(|| odd("it answers another question"))?;
                    answer.found.insert(subject.key.clone(), Ok(self.hits(response)?));
                }
            }
            answer.answer_sha256 = Some(hex::encode(hash.finalize()));
            Ok(answer)
        })
    }

    fn health(&self, now: Instant) -> BoxFuture<'_, Result<Vec<ListUsed>, Unavailable>> {
        Box::pin(self.catalog(now))
    }
}
