//! Which leaves go into a bundle.

use super::{
    commit::{Stream, StreamKind},
    history::Selection,
};
use crate::audit::bundle::BundleKind;
use sea_orm::{DbBackend, Value};

/// Which leaves go into a bundle.
#[derive(Clone)]
pub(super) struct Plan {
    pub(super) kind: BundleKind,
    pub(super) generation: u32,
    pub(super) size: u64,
    condition: String,
    values: Vec<Value>,
}

/// These histories, and those of how they are kept: only they can say why a value is missing.
pub(super) fn with_keeping(streams: &[Stream]) -> Vec<Stream> {
    let keeping = |stream: &Stream| Stream {
        kind: StreamKind::Keeping,
        ..*stream
    };
    let mut all = streams.to_vec();
    all.extend(streams.iter().map(keeping).filter(|kept| !streams.contains(kept)));
    all
}

/// Leaves that say which key the log changes to.
fn of_keys(backend: DbBackend) -> String {
    let part = "'\"type\":\"log_key_'";
    let found = match backend {
        DbBackend::Postgres => format!("position({part}::bytea in e.body)"),
        _ => format!("instr(e.body, CAST({part} AS BLOB))"),
    };
    format!("(e.stream_kind = 'log' AND {found} > 0)")
}

impl Plan {
    pub(super) fn of(backend: DbBackend, (generation, size): (u32, u64), selection: Option<&Selection>) -> Self {
        let mut values: Vec<Value> = vec![i64::from(generation).into(), (size as i64).into()];
        // Whoever reads a part of a log must learn whose place it took: its first leaves say so. And which keys it had.
        let renewals = format!("l.idx < {} OR {}", generation.saturating_sub(1), of_keys(backend));
        let (kind, condition) = match selection {
            None => (BundleKind::Full, String::new()),
            Some(Selection::Period(from, to)) => {
                values.extend([from.as_microsecond().into(), to.as_microsecond().into()]);
                let recorded = "recorded_at >= $3 AND recorded_at < $4";
                // With what became of the values: how each of these records is kept.
                let kept = format!(
                    "e.stream_kind = 'keeping' AND e.stream_id IN (SELECT stream_id FROM event WHERE {recorded})"
                );
                (
                    BundleKind::Period,
                    format!(" AND ({renewals} OR ({kept}) OR (e.recorded_at >= $3 AND e.recorded_at < $4))"),
                )
            }
            Some(Selection::Streams(streams)) => {
                let mut pairs = Vec::new();
                for stream in &with_keeping(streams) {
                    let n = values.len();
                    pairs.push(format!("(e.stream_kind = ${} AND e.stream_id = ${})", n + 1, n + 2));
                    values.extend([stream.kind.word().into(), stream.id.into()]);
                }
                pairs.push(renewals);
                (BundleKind::Case, format!(" AND ({})", pairs.join(" OR ")))
            }
        };
        Self {
            kind,
            generation,
            size,
            condition,
            values,
        }
    }

    /// From `log_leaf l JOIN event e`, with the leaves from `from` on.
    pub(super) fn clause(&self, from: u64) -> (String, Vec<Value>) {
        let mut values = self.values.clone();
        values.push((from as i64).into());
        let clause = format!(
            "log_leaf l JOIN event e ON e.id = l.event_id WHERE l.generation = $1 AND l.idx < $2 AND l.idx >= ${}{}",
            values.len(),
            self.condition
        );
        (clause, values)
    }
}

/// What was asked for, as the manifest says it.
pub(super) fn filter(selection: Option<&Selection>) -> serde_json::Value {
    match selection {
        None => serde_json::json!({}),
        Some(Selection::Period(from, to)) => serde_json::json!({ "from": from.to_string(), "to": to.to_string() }),
        Some(Selection::Streams(streams)) => {
            let names: Vec<String> = streams.iter().map(|s| format!("{}:{}", s.kind.word(), s.id)).collect();
            serde_json::json!({ "streams": names })
        }
    }
}
