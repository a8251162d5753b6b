//! A Watchman server: `GET /v2/search`, one question for each name, its lists from `GET /v2/listinfo`.

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
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Asks a Watchman server.
#[derive(Clone, Debug)]
pub struct Watchman {
    server: Server,
    strong: f64,
    possible: f64,
    most: usize,
    max_age_hours: u32,
}

impl Watchman {
    /// As the settings name it.
    ///
    /// # Errors
    /// When its client or key cannot be made ready.
    pub fn new(settings: &Screening) -> anyhow::Result<Self> {
        Ok(Self {
            server: Server::new(&settings.server)?,
            strong: settings.strong,
            possible: settings.possible,
            most: settings.most_hits,
            max_age_hours: settings.max_list_age_hours,
        })
    }

    async fn list_info(&self, now: Instant) -> Result<Vec<ListUsed>, Unavailable> {
        let (info, _) = self.server.json(self.server.get("/v2/listinfo")).await?;
        let lists = info
            .get("lists")
            .and_then(Value::as_object)
            .filter(|lists| !lists.is_empty());
        let lists = lists.ok_or_else(|| Unavailable::new("no_list", "the server has loaded no list"))?;
        let ended = info
            .get("endedAt")
            .and_then(Value::as_str)
            .and_then(|at| at.parse::<Instant>().ok());
        let ended = ended.ok_or_else(|| odd("it does not say when its lists were loaded"))?;
        let limit = i64::from(self.max_age_hours);
        if limit > 0 && now.duration_since(ended).as_hours() >= limit {
            return Err(Unavailable::new("list_too_old", "the server's lists are not current"));
        }
        let used = lists.iter().map(|(name, count)| {
            let hash = info.pointer(&format!("/listHashes/{name}")).and_then(Value::as_str);
            let version = hash.ok_or_else(|| odd(format!("{name} has no hash")))?;
            Ok(ListUsed {
                source: format!("watchman:{name}"),
                version: version.to_owned(),
                published: None,
                checked_at: Some(ended),
                entries: count.as_u64(),
            })
        });
        used.collect()
    }

    /// One question: a name, with everything else that is known.
    async fn search(&self, subject: &ScreenedSubject, name: &str) -> Result<(Vec<ScreeningHit>, Vec<u8>), Unavailable> {
        let kinds: &[&str] = match subject.kind {
            SubjectKind::Person => &["person"],
            SubjectKind::Vessel => &["vessel"],
            // The server tells companies from other organisations; dossiers do not.
            SubjectKind::Organisation => &["business", "organization"],
            SubjectKind::Unknown => &["person", "business", "organization"],
        };
        let (mut hits, mut all) = (Vec::new(), Vec::new());
        for kind in kinds {
            let imo = subject
                .identifiers
                .iter()
                .find(|(scheme, _)| scheme == "IMO" && *kind == "vessel");
            let mut asked = vec![
                ("type", (*kind).to_owned()),
                ("name", name.to_owned()),
                ("limit", self.most.to_string()),
                ("minMatch", self.possible.to_string()),
            ];
            asked.extend(imo.map(|(_, value)| ("imoNumber", value.clone())));
            let query = asked.iter().map(|(key, value)| format!("{key}={}", encoded(value)));
            let path = format!("/v2/search?{}", query.collect::<Vec<_>>().join("&"));
            let (said, bytes) = self.server.json(self.server.get(&path)).await?;
            let echo = said.pointer("/query/name").and_then(Value::as_str);
            if echo.is_some_and(|echo| plain(echo) != plain(name)) {
                return Err(odd("it answers another question"));
            }
            let entities = match said.get("entities") {
                Some(Value::Array(entities)) => entities.as_slice(),
                Some(Value::Null) => &[],
                _ => return Err(odd("it has no entities")),
            };
            for entity in entities {
                hits.extend(self.hit(entity)?);
            }
            all.extend(bytes);
        }
        Ok((hits, all))
    }

    fn hit(&self, entity: &Value) -> Result<Option<ScreeningHit>, Unavailable> {
        let score = score(entity.get("match"))?;
        let (id, list, name) = (
            text(entity, "/sourceID")?,
            text(entity, "/sourceList")?,
            text(entity, "/name")?,
        );
        let mut listed = entity.clone();
        let details = listed.as_object_mut().and_then(|fields| {
            fields.remove("match");
            fields.remove("details")
        });
        let band = if score >= self.strong {
            HitBand::Strong
        } else {
            HitBand::Possible
        };
        Ok((score >= self.possible).then(|| ScreeningHit {
            entry: id.to_owned(),
            matched_on: vec!["name".to_owned()],
            list: Some(list.to_owned()),
            name: Some(name.to_owned()),
            fingerprint: Some(hex::encode(Sha256::digest(listed.to_string().as_bytes()))),
            score: Some(thousandths(score)),
            band: Some(band),
            // As text: another engine's figures are not ours to round.
            explanation: Some(Private::Known(
                json!({ "engine": details.unwrap_or_default().to_string() }),
            )),
            precedent: None,
        }))
    }
}

/// A name as it is echoed: the server writes it with capitals of its own.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// A value of a query, percent-encoded.
fn encoded(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    value
        .bytes()
        .map(|byte| {
            if plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// The same entry found by several names counts once, with its best score.
fn best(hits: Vec<ScreeningHit>) -> Vec<ScreeningHit> {
    let mut best: BTreeMap<String, ScreeningHit> = BTreeMap::new();
    for hit in hits {
        let known = best.get(&hit.entry).and_then(|known| known.score);
        if known.is_none_or(|score| Some(score) < hit.score) {
            best.insert(hit.entry.clone(), hit);
        }
    }
    let mut hits: Vec<ScreeningHit> = best.into_values().collect();
    hits.sort_by_key(|hit| std::cmp::Reverse(hit.score));
    hits
}

impl ScreeningEngine for Watchman {
    fn name(&self) -> &'static str {
        "watchman"
    }

    fn algorithm(&self) -> &str {
        "v2"
    }

    fn ask<'a>(&'a self, subjects: &'a [ScreenedSubject], now: Instant) -> BoxFuture<'a, Result<Answer, Unavailable>> {
        Box::pin(async move {
            let mut answer = Answer {
                lists: self.list_info(now).await?,
                ..Answer::default()
            };
            let mut hash = Sha256::new();
            for subject in subjects {
                let mut hits = Vec::new();
                for name in &subject.names {
                    let (found, bytes) = self.search(subject, name).await?;
                    hash.update(&bytes);
                    hits.extend(found);
                }
                answer.found.insert(subject.key.clone(), Ok(best(hits)));
            }
            answer.answer_sha256 = Some(hex::encode(hash.finalize()));
            Ok(answer)
        })
    }

    fn health(&self, now: Instant) -> BoxFuture<'_, Result<Vec<ListUsed>, Unavailable>> {
        Box::pin(self.list_info(now))
    }
}
