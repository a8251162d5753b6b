//! Bundles written from the log: the bytes of the leaves, their proofs, and the values that are not withheld.

use super::{
    Store, StoreError,
    history::Selection,
    log::fixed,
    private::{COLUMNS, Opener, TABLES},
};
use crate::audit::{
    bundle::{
        BundleKind, BundleManifest, BundleWriter, FORMAT, PRINT, README, SEAL, VERIFY_PY, WORKFLOW, opening_line,
    },
    derived::{Format, Gists, MOST_DERIVED},
    leaf::{PrivateValue, leaf_hash, open},
    print::Print,
    proof::Proof,
};
use crate::workflow::print::net;
use sea_orm::{ConnectionTrait, Statement, Value};
use std::io::{Seek, Write};
use uuid::Uuid;

/// How many leaves are read at once.
const PAGE: u32 = 1000;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleMade {
    pub events: u64,
    pub opened: u64,
    /// The size of the log that the bundle's checkpoint has.
    pub size: u64,
    /// Of the manifest, in hexadecimal digits.
    pub manifest_sha256: String,
}

/// One leaf as it lies in the database.
struct Row {
    index: u64,
    body: Vec<u8>,
}

/// Which leaves go into a bundle.
struct Plan {
    kind: BundleKind,
    generation: u32,
    size: u64,
    condition: String,
    values: Vec<Value>,
}

fn corrupt(error: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

impl Plan {
    fn of(generation: u32, size: u64, selection: Option<&Selection>) -> Self {
        let mut values: Vec<Value> = vec![i64::from(generation).into(), (size as i64).into()];
        // Whoever reads a part of a log must learn whose place it took: its first leaves say so.
        let renewals = format!("l.idx < {}", generation.saturating_sub(1));
        let (kind, condition) = match selection {
            None => (BundleKind::Full, String::new()),
            Some(Selection::Period(from, to)) => {
                values.extend([from.as_microsecond().into(), to.as_microsecond().into()]);
                (
                    BundleKind::Period,
                    format!(" AND ({renewals} OR (e.recorded_at >= $3 AND e.recorded_at < $4))"),
                )
            }
            Some(Selection::Streams(streams)) => {
                let mut pairs = Vec::new();
                for stream in streams {
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
    fn clause(&self, from: u64) -> (String, Vec<Value>) {
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

impl Store {
    /// Writes a bundle as of the newest checkpoint; `selection` none: the whole log.
    ///
    /// # Errors
    /// `Unavailable` while nothing is signed for; when the database is damaged or `out` does not take it.
    pub async fn bundle<W: Write + Seek + Send>(
        &self,
        selection: Option<&Selection>,
        withhold: bool,
        out: W,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(W, BundleMade), StoreError> {
        let head = self.log_head().await?;
        let kept = self.newest_checkpoint().await?;
        let (Some(head), Some(kept)) = (head, kept) else {
            return Err(StoreError::Unavailable("nothing is in the log yet".to_owned()));
        };
        let plan = Plan::of(kept.generation, kept.size, selection);
        let mut bundle = BundleWriter::new(out);
        let note = self.cosigned_note(&kept).await?;
        for (name, content) in [("README.txt", README), ("checkpoint", note.as_str())] {
            bundle.begin(name).map_err(corrupt)?;
            bundle.write(content.as_bytes()).map_err(corrupt)?;
        }
        let (events, gists) = self.bundle_events(&plan, &mut bundle, progress).await?;
        if let Some(Selection::Streams(streams)) = selection {
            let at = (plan.generation, head.origin.as_str(), plan.size);
            if let Some(seal) = self.seal_file(at, streams).await? {
                bundle.begin(SEAL).map_err(corrupt)?;
                bundle.write(&seal.bytes().map_err(corrupt)?).map_err(corrupt)?;
            }
        }
        let opened = self.bundle_openings(&plan, withhold, &mut bundle).await?;
        if plan.kind == BundleKind::Case {
            self.bundle_print(&plan, withhold, &head.origin, &mut bundle).await?;
        }
        for format in Format::ALL.into_iter().filter(|_| events <= MOST_DERIVED) {
            bundle.derived(&gists, format).map_err(corrupt)?;
        }
        bundle.begin(WORKFLOW).map_err(corrupt)?;
        bundle
            .write(net::pnml().map_err(corrupt)?.as_bytes())
            .map_err(corrupt)?;
        bundle.begin("verify.py").map_err(corrupt)?;
        bundle.write(VERIFY_PY.as_bytes()).map_err(corrupt)?;
        let manifest = BundleManifest {
            events,
            files: Default::default(),
            filter: filter(selection),
            format: FORMAT.to_owned(),
            kind: plan.kind,
            opened,
            origin: head.origin,
            size: plan.size,
        };
        let (out, manifest_sha256) = bundle.finish(manifest).map_err(corrupt)?;
        let made = BundleMade {
            events,
            opened,
            size: plan.size,
            manifest_sha256,
        };
        Ok((out, made))
    }

    async fn bundle_events<W: Write + Seek + Send>(
        &self,
        plan: &Plan,
        bundle: &mut BundleWriter<W>,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(u64, Gists), StoreError> {
        let (mut from, mut events, mut indexes, mut gists) = (0, 0, Vec::new(), Gists::default());
        bundle.begin("events.ndjson").map_err(corrupt)?;
        loop {
            let rows = self.bundle_page(plan, from).await?;
            let Some(last) = rows.last() else { break };
            from = last.index + 1;
            for row in rows {
                bundle.write(&row.body).map_err(corrupt)?;
                bundle.write(b"\n").map_err(corrupt)?;
                events += 1;
                if events <= MOST_DERIVED {
                    gist(&mut gists, &row.body)?;
                }
                if plan.kind != BundleKind::Full {
                    indexes.push(row.index);
                }
            }
            progress(events);
        }
        if plan.kind == BundleKind::Full {
            return Ok((events, gists));
        }
        bundle.begin("proofs.txt").map_err(corrupt)?;
        for index in indexes {
            let proof = Proof {
                index,
                hashes: self.inclusion_proof(plan.generation, index, plan.size).await?,
                checkpoint: String::new(),
            };
            bundle.write(proof.text().as_bytes()).map_err(corrupt)?;
        }
        Ok((events, gists))
    }

    async fn bundle_openings<W: Write + Seek + Send>(
        &self,
        plan: &Plan,
        withhold: bool,
        bundle: &mut BundleWriter<W>,
    ) -> Result<u64, StoreError> {
        bundle.begin("openings.ndjson").map_err(corrupt)?;
        let (mut from, mut opened) = (0, 0);
        loop {
            let rows = if withhold {
                Vec::new()
            } else {
                self.bundle_page(plan, from).await?
            };
            let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
                break;
            };
            for (_, event, private) in self.page_openings(plan, first.index, last.index).await? {
                bundle
                    .write(&opening_line(event, &private).map_err(corrupt)?)
                    .map_err(corrupt)?;
                opened += 1;
            }
            from = last.index + 1;
        }
        Ok(opened)
    }

    /// The private values of the leaves from `first` to `last`, in their order: index, event, value.
    async fn page_openings(
        &self,
        plan: &Plan,
        first: u64,
        last: u64,
    ) -> Result<Vec<(u64, Uuid, PrivateValue)>, StoreError> {
        let (clause, mut values) = plan.clause(first);
        values.push((last as i64).into());
        let sql = format!(
            "SELECT {COLUMNS}, l.idx FROM {TABLES} JOIN {} AND l.idx <= ${}",
            clause.replacen(
                "log_leaf l JOIN event e ON e.id = l.event_id",
                "log_leaf l ON l.event_id = p.event_id JOIN event e ON e.id = l.event_id",
                1
            ),
            values.len()
        );
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        let (mut openings, mut opener) = (Vec::new(), Opener::new(self.vault()));
        for row in self.db().query_all_raw(statement).await? {
            let (event, private) = opener.open(&row)?;
            openings.push((row.try_get::<i64>("", "idx")?.unsigned_abs(), event, private));
        }
        openings.sort_by(|a, b| (a.0, &a.2.field).cmp(&(b.0, &b.2.field)));
        Ok(openings)
    }

    /// The history to be read and printed.
    async fn bundle_print<W: Write + Seek + Send>(
        &self,
        plan: &Plan,
        withhold: bool,
        origin: &str,
        bundle: &mut BundleWriter<W>,
    ) -> Result<(), StoreError> {
        bundle.begin(PRINT).map_err(corrupt)?;
        let mut print = Print::begin(bundle.present(), origin, plan.size).map_err(corrupt)?;
        let mut from = 0;
        loop {
            let rows = self.bundle_page(plan, from).await?;
            let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
                break;
            };
            let mut openings = Vec::new();
            if !withhold {
                openings = self.page_openings(plan, first.index, last.index).await?;
            }
            let mut openings = openings.into_iter().peekable();
            for row in &rows {
                let mut private = Vec::new();
                while let Some((.., value)) = openings.next_if(|(index, ..)| *index == row.index) {
                    private.push(value);
                }
                print.entry(&open(&row.body, &private).map_err(corrupt)?);
            }
            from = last.index + 1;
        }
        print.end().map_err(corrupt).map(drop)
    }

    /// Writes what is logged in one of the formats of other trades; `selection` none: the whole log.
    ///
    /// # Errors
    /// `Unavailable` while nothing is signed for; when the database is damaged or `out` does not take it.
    pub async fn derived<W: Write>(
        &self,
        selection: Option<&Selection>,
        format: Format,
        out: &mut W,
    ) -> Result<u64, StoreError> {
        let Some(kept) = self.newest_checkpoint().await? else {
            return Err(StoreError::Unavailable("nothing is in the log yet".to_owned()));
        };
        let plan = Plan::of(kept.generation, kept.size, selection);
        let (mut from, mut events, mut gists) = (0, 0, Gists::default());
        loop {
            let rows = self.bundle_page(&plan, from).await?;
            let Some(last) = rows.last() else { break };
            from = last.index + 1;
            for row in rows {
                gist(&mut gists, &row.body)?;
                events += 1;
            }
        }
        gists.write(format, out).map_err(corrupt)?;
        Ok(events)
    }

    async fn bundle_page(&self, plan: &Plan, from: u64) -> Result<Vec<Row>, StoreError> {
        let (clause, values) = plan.clause(from);
        let sql = format!("SELECT l.idx, l.hash, e.id, e.body FROM {clause} ORDER BY l.idx LIMIT {PAGE}");
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        let mut rows = Vec::new();
        for row in self.db().query_all_raw(statement).await? {
            let (id, body): (Uuid, Vec<u8>) = (row.try_get("", "id")?, row.try_get("", "body")?);
            if leaf_hash(&body) != fixed(&row.try_get::<Vec<u8>>("", "hash")?)? {
                return Err(StoreError::Corrupt(format!(
                    "event {id} was changed after it was logged"
                )));
            }
            let index = row.try_get::<i64>("", "idx")?.unsigned_abs();
            rows.push(Row { index, body });
        }
        Ok(rows)
    }
}

fn gist(gists: &mut Gists, body: &[u8]) -> Result<(), StoreError> {
    if gists.add(&open(body, &[]).map_err(corrupt)?) {
        return Ok(());
    }
    Err(StoreError::Corrupt("an event lacks what every event has".to_owned()))
}

fn filter(selection: Option<&Selection>) -> serde_json::Value {
    match selection {
        None => serde_json::json!({}),
        Some(Selection::Period(from, to)) => serde_json::json!({ "from": from.to_string(), "to": to.to_string() }),
        Some(Selection::Streams(streams)) => {
            let names: Vec<String> = streams.iter().map(|s| format!("{}:{}", s.kind.word(), s.id)).collect();
            serde_json::json!({ "streams": names })
        }
    }
}
