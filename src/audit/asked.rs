//! What a bundle says it was asked for, against what is in it.

use super::{
    bundle::{BundleKind, BundleManifest},
    entries::{Inspection, wrong},
    erasure::KEEPING,
    leaf::Opened,
};
use crate::domain::Instant;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Streams {
    streams: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Period {
    from: String,
    to: String,
}

/// The filter of the manifest.
#[derive(Debug)]
pub(super) enum Asked {
    Everything,
    /// Each with whether it was seen.
    Histories(BTreeMap<String, bool>),
    Between(Instant, Instant),
}

impl Asked {
    pub(super) fn of(manifest: &BundleManifest) -> Result<Self, Inspection> {
        let malformed = || wrong("filter", "the manifest does not say what was asked for");
        let filter = &manifest.filter;
        match manifest.kind {
            BundleKind::Full if filter.as_object().is_some_and(serde_json::Map::is_empty) => Ok(Self::Everything),
            BundleKind::Full => Err(malformed()),
            BundleKind::Case => {
                let asked = Streams::deserialize(filter).map_err(|_| malformed())?;
                let count = asked.streams.len();
                let asked: BTreeMap<String, bool> = asked.streams.into_iter().map(|name| (name, false)).collect();
                let each_once = asked.len() == count && count > 0;
                each_once.then_some(Self::Histories(asked)).ok_or_else(malformed)
            }
            BundleKind::Period => {
                let asked = Period::deserialize(filter).map_err(|_| malformed())?;
                let instant = |text: &str| {
                    let instant: Option<Instant> = text.parse().ok();
                    instant.filter(|instant| instant.to_string() == text)
                };
                let (from, to) = (instant(&asked.from), instant(&asked.to));
                let (from, to) = from.zip(to).ok_or_else(malformed)?;
                Ok(Self::Between(from, to))
            }
        }
    }

    /// May an event be read at a glance? Not where its time counts.
    pub(super) fn at_a_glance(&self) -> bool {
        !matches!(self, Self::Between(..))
    }

    /// An event of this history is here.
    pub(super) fn history(&mut self, kind: &str, stream: Uuid) -> Result<(), Inspection> {
        let Self::Histories(asked) = self else { return Ok(()) };
        if let Some(seen) = asked.get_mut(&format!("{kind}:{stream}")) {
            *seen = true;
            return Ok(());
        }
        // How an asked record is kept belongs to it.
        let of = format!(":{stream}");
        if kind == KEEPING && asked.keys().any(|name| name.ends_with(&of)) {
            return Ok(());
        }
        let says = format!("{kind} {stream} is here, though it was not asked for");
        Err(wrong("filter", says))
    }

    /// An event of this time is here.
    pub(super) fn event(&self, opened: &Opened) -> Result<(), Inspection> {
        let Self::Between(from, to) = self else { return Ok(()) };
        let at = opened.event.get("recorded_at").and_then(Value::as_str);
        let at: Option<Instant> = at.and_then(|at| at.parse().ok());
        let within = at.is_some_and(|at| *from <= at && at < *to);
        if within || opened.kind == KEEPING {
            return Ok(());
        }
        Err(wrong("filter", "it was not recorded in the period that was asked for"))
    }

    /// At the end: is everything here that was asked for?
    pub(super) fn finish(self) -> Result<(), Inspection> {
        let Self::Histories(asked) = self else { return Ok(()) };
        match asked.into_iter().find(|(_, seen)| !seen) {
            None => Ok(()),
            Some((name, _)) => Err(wrong(
                "filter",
                format!("{name} was asked for, but nothing of it is here"),
            )),
        }
    }
}
