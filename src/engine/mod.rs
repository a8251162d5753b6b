//! Who screens: the service itself against its own lists, or a server that an agency already has. One question, one
//! kind of answer; whatever goes wrong is "unavailable", never "nothing found".

pub mod built_in;
pub mod files;
pub mod lists;
mod remote;
pub mod watchman;
pub mod yente;

use crate::{
    config::screening::{EngineKind, Screening},
    domain::Instant,
    store::Store,
    workflow::{
        action::{ListUsed, ScreeningHit},
        screened::ScreenedSubject,
    },
};
use futures_util::future::BoxFuture;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, sync::Arc};

/// Why nothing could be found out: a stable code, and words for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {because}")]
pub struct Unavailable {
    pub code: &'static str,
    pub because: String,
}

impl Unavailable {
    /// With this code.
    pub fn new(code: &'static str, because: impl ToString) -> Self {
        let because = because.to_string();
        Self { code, because }
    }
}

/// What an engine found.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub lists: Vec<ListUsed>,
    /// For each subject its hits, the best first, or why it cannot be looked for.
    pub found: BTreeMap<String, Result<Vec<ScreeningHit>, &'static str>>,
    /// SHA-256 of a server's answers, as they came.
    pub answer_sha256: Option<String>,
}

/// Somebody who can be asked.
pub trait ScreeningEngine: Send + Sync {
    /// `built_in`, `yente`, `watchman`.
    fn name(&self) -> &'static str;
    /// The algorithm and its version.
    fn algorithm(&self) -> &str;
    /// Looks for these subjects.
    fn ask<'a>(&'a self, subjects: &'a [ScreenedSubject], now: Instant) -> BoxFuture<'a, Result<Answer, Unavailable>>;
    /// The lists that would be searched now; an error if nothing can be.
    fn health(&self, now: Instant) -> BoxFuture<'_, Result<Vec<ListUsed>, Unavailable>>;
}

/// The engine of this instance, and the lists it keeps in memory.
pub struct Screener {
    /// None: officials record what their own tool found.
    pub engine: Option<Box<dyn ScreeningEngine>>,
    pub lists: Arc<lists::Lists>,
    /// SHA-256 of everything that the result depends on besides lists and subject.
    pub settings_sha256: String,
}

impl Screener {
    /// As these settings say.
    ///
    /// # Errors
    /// When a server's client or key cannot be made ready.
    pub fn open(settings: &Screening, store: &Store) -> anyhow::Result<Self> {
        let lists = Arc::new(lists::Lists::new(store.clone()));
        let engine: Option<Box<dyn ScreeningEngine>> = match settings.engine {
            EngineKind::None => None,
            EngineKind::BuiltIn => Some(Box::new(built_in::BuiltIn::new(settings, lists.clone()))),
            EngineKind::Yente => Some(Box::new(yente::Yente::new(settings)?)),
            EngineKind::Watchman => Some(Box::new(watchman::Watchman::new(settings)?)),
        };
        Ok(Self {
            engine,
            lists,
            settings_sha256: settings_hash(settings),
        })
    }
}

fn settings_hash(settings: &Screening) -> String {
    let counts = serde_json::json!({
        "engine": settings.engine, "strong": settings.strong, "possible": settings.possible, "most_hits": settings.most_hits,
        "max_list_age_hours": settings.max_list_age_hours, "required_lists": settings.required_lists,
        "dataset": settings.server.dataset,
    });
    hex::encode(Sha256::digest(counts.to_string().as_bytes()))
}

/// A score in thousandths.
fn thousandths(score: f64) -> u16 {
    // Between 0 and 1, as the caller has made sure.
    (score.clamp(0.0, 1.0) * 1000.0).round() as u16
}
