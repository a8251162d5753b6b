//! Screening: who screens, against which lists, and where lists come from.

use super::load::{host_of, is_loopback_host};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Who screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EngineKind {
    /// Nobody here: officials record what their own tool found.
    None,
    /// The service itself, against the lists loaded into it.
    #[default]
    BuiltIn,
    /// A yente server (`/match`).
    Yente,
    /// A Watchman server (`/v2/search`).
    Watchman,
}

/// Screening.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Screening {
    pub engine: EngineKind,
    /// From this score on a hit is strong.
    pub strong: f64,
    /// From this score on it is possible; below it is none.
    pub possible: f64,
    /// Most hits kept for one subject, the best first.
    pub most_hits: usize,
    /// Hours since a list was last known to be the newest, after which checks fail; 0: any age.
    pub max_list_age_hours: u32,
    /// Lists without which a check fails, by name.
    pub required_lists: Vec<String>,
    /// A version that loses more than this share of the entries, in per cent, waits for a person's word.
    pub shrink_percent: u32,
    /// Largest file of a list, in bytes.
    pub max_list_bytes: u64,
    /// Minutes between two looks for new versions at the sources.
    pub look_minutes: u32,
    pub sources: Vec<ListSource>,
    pub server: EngineServer,
}

impl Default for Screening {
    fn default() -> Self {
        Self {
            engine: EngineKind::BuiltIn,
            strong: 0.84,
            possible: 0.67,
            most_hits: 20,
            max_list_age_hours: 24,
            required_lists: Vec::new(),
            shrink_percent: 10,
            max_list_bytes: 200 * 1024 * 1024,
            look_minutes: 120,
            sources: Vec::new(),
            server: EngineServer::default(),
        }
    }
}

/// Where a list comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ListSource {
    /// Its name, for example `OFAC-SDN`.
    pub list: String,
    /// The addresses of its files, https only.
    pub urls: Vec<String>,
    /// Or a folder that holds its files, and nothing else.
    pub folder: Option<PathBuf>,
}

/// Another engine's server.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct EngineServer {
    /// For example `https://yente.agency.example`.
    pub url: String,
    /// yente: the dataset to match against.
    pub dataset: String,
    /// Seconds until a silent server is given up.
    pub timeout_seconds: u64,
    /// How often it is asked again.
    pub retries: u32,
    /// Largest answer, in bytes.
    pub max_bytes: u64,
    /// A file that contains the key sent as `Authorization: Bearer …`.
    pub key_file: Option<PathBuf>,
}

impl Default for EngineServer {
    fn default() -> Self {
        Self {
            url: String::new(),
            dataset: "default".to_owned(),
            timeout_seconds: 10,
            retries: 2,
            max_bytes: 4 * 1024 * 1024,
            key_file: None,
        }
    }
}

/// Is it https, or on this machine?
#[must_use]
pub fn is_safe_address(url: &str) -> bool {
    match (url.split_once("://"), host_of(url)) {
        (Some((_, rest)), _) if rest.split('/').next().is_some_and(|place| place.contains('@')) => false,
        (Some(("https", _)), Some(_)) => true,
        (Some(("http", _)), Some(host)) => is_loopback_host(host),
        _ => false,
    }
}

impl Screening {
    pub(super) fn complaints(&self, found: &mut Vec<String>) {
        let share = |score: f64| (0.0..=1.0).contains(&score);
        if !share(self.strong) || !share(self.possible) || self.possible > self.strong {
            found.push(
                "screening.possible and screening.strong must lie between 0 and 1, possible not above strong"
                    .to_owned(),
            );
        }
        // A yente server answers 500 at most, and refuses to be asked for more.
        let hits = (1..=500).contains(&self.most_hits);
        if self.shrink_percent > 100 || !hits || self.max_list_bytes == 0 || self.look_minutes == 0 {
            found.push(
                "screening.shrink_percent must be at most 100, most_hits 1 to 500; max_list_bytes and look_minutes at least 1"
                    .to_owned(),
            );
        }
        let elsewhere = matches!(self.engine, EngineKind::Yente | EngineKind::Watchman);
        if elsewhere && !is_safe_address(&self.server.url) {
            found.push("screening.server.url must be an https address (http only on this machine), without a name or password in it".to_owned());
        }
        for source in &self.sources {
            if source.list.is_empty() || source.list.len() > 64 || source.urls.is_empty() == source.folder.is_none() {
                found.push(
                    "each of screening.sources needs a list (1 to 64 characters) and either urls or a folder"
                        .to_owned(),
                );
            }
            for url in source.urls.iter().filter(|url| !is_safe_address(url)) {
                found.push(format!("screening.sources: {url:?} must be an https address (http only on this machine), without a name or password in it"));
            }
        }
    }
}
