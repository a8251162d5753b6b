//! Bundles written from the log: the bytes of the leaves, their proofs, and the values that are not withheld.

use super::{
    Store, StoreError,
    history::Selection,
    leaves::leaf_page,
    plan::{Plan, filter, with_keeping},
    private::{COLUMNS, Opener, TABLES},
};
use crate::audit::{
    bundle::{
        BundleKind, BundleManifest, BundleWriter, FORMAT, POLICY, PRINT, README, SEAL, VERIFY_PY, WORKFLOW,
        anchor_entries, opening_line,
    },
    checkpoint::write_hash,
    derived::{Format, Gists, MOST_DERIVED},
    leaf::{PrivateValue, open},
    print::Print,
    proof::Proof,
};
use crate::workflow::print::net;
use sea_orm::{ConnectionTrait, Statement};
use std::io::{Seek, Write};
use uuid::Uuid;

/// The most earlier checkpoints in a bundle of the whole log, and in one of a part, where each needs a proof.
const MOST_ANCHORS: u32 = 1000;
const MOST_PROVEN: u32 = 20;

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

fn corrupt(error: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

impl Store {
    /// Writes a bundle as of the newest checkpoint; `selection` none: the whole log.
    ///
    /// # Errors
    /// `Unavailable` while nothing is signed for; when the database is damaged or `out` does not take it.
    pub async fn bundle<W: Write + Seek + Send>(
        &self,
        selection: Option<&Selection>,
        (withhold, policy): (bool, Option<&str>),
        out: W,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(W, BundleMade), StoreError> {
        let head = self.log_head().await?;
        let kept = self.newest_checkpoint().await?;
        let (Some(head), Some(kept)) = (head, kept) else {
            return Err(StoreError::Unavailable("nothing is in the log yet".to_owned()));
        };
        let plan = Plan::of(
            self.db().get_database_backend(),
            (kept.generation, kept.size),
            selection,
        );
        let mut bundle = BundleWriter::new(out);
        let note = self.cosigned_note(&kept).await?;
        for (name, content) in [
            ("README.txt", Some(README)),
            ("checkpoint", Some(&note)),
            (POLICY, policy),
        ] {
            if let Some(content) = content {
                bundle.begin(name).map_err(corrupt)?;
                bundle.write(content.as_bytes()).map_err(corrupt)?;
            }
        }
        self.bundle_anchors(&plan, &mut bundle).await?;
        // Of a large bundle nothing is remembered, also not of its beginning.
        let few = self.bundle_count(&plan).await? <= MOST_DERIVED;
        let (events, gists) = self.bundle_events(&plan, few, &mut bundle, progress).await?;
        if let Some(Selection::Streams(streams)) = selection {
            let at = (plan.generation, head.origin.as_str(), plan.size);
            if let Some(seal) = self.seal_file(at, &with_keeping(streams)).await? {
                bundle.begin(SEAL).map_err(corrupt)?;
                bundle.write(&seal.bytes().map_err(corrupt)?).map_err(corrupt)?;
            }
        }
        let opened = self.bundle_openings(&plan, withhold, &mut bundle).await?;
        if plan.kind == BundleKind::Case {
            self.bundle_print(&plan, withhold, &head.origin, &mut bundle).await?;
        }
        for format in Format::ALL.into_iter().filter(|_| few) {
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
            withhold,
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

    /// Earlier checkpoints, the last of each day: the log must agree with each.
    async fn bundle_anchors<W: Write + Seek + Send>(
        &self,
        plan: &Plan,
        bundle: &mut BundleWriter<W>,
    ) -> Result<(), StoreError> {
        let full = plan.kind == BundleKind::Full;
        let most = if full { MOST_ANCHORS } else { MOST_PROVEN };
        for kept in self.daily_checkpoints(plan.generation, plan.size, most).await? {
            let (note, proof) = anchor_entries(kept.size);
            bundle.begin(&note).map_err(corrupt)?;
            let text = self.cosigned_note(&kept).await?;
            bundle.write(text.as_bytes()).map_err(corrupt)?;
            if full {
                continue;
            }
            bundle.begin(&proof).map_err(corrupt)?;
            for hash in self.consistency_proof(plan.generation, kept.size, plan.size).await? {
                let line = format!("{}\n", write_hash(&hash));
                bundle.write(line.as_bytes()).map_err(corrupt)?;
            }
        }
        Ok(())
    }

    async fn bundle_events<W: Write + Seek + Send>(
        &self,
        plan: &Plan,
        few: bool,
        bundle: &mut BundleWriter<W>,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(u64, Gists), StoreError> {
        let (mut events, mut indexes, mut gists) = (0, Vec::new(), Gists::default());
        bundle.begin("events.ndjson").map_err(corrupt)?;
        let mut pages = self.leaf_pages(plan);
        while let Some(page) = pages.recv().await {
            let page = page?;
            if few {
                page.rows().try_for_each(|(_, body)| gist(&mut gists, body))?;
            }
            if plan.kind != BundleKind::Full {
                indexes.extend_from_slice(page.indexes());
            }
            bundle.write(&page.lines).map_err(corrupt)?;
            events += page.indexes().len() as u64;
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
        if withhold {
            return Ok(0);
        }
        while let Some(page) = leaf_page(self.db(), plan, from).await? {
            let Some((first, last)) = page.ends() else { break };
            for (_, event, private) in self.page_openings(plan, first, last).await? {
                bundle
                    .write(&opening_line(event, &private).map_err(corrupt)?)
                    .map_err(corrupt)?;
                opened += 1;
            }
            from = last + 1;
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
        while let Some(page) = leaf_page(self.db(), plan, from).await? {
            let Some((first, last)) = page.ends() else { break };
            let mut openings = Vec::new();
            if !withhold {
                openings = self.page_openings(plan, first, last).await?;
            }
            let mut openings = openings.into_iter().peekable();
            for (at, body) in page.rows() {
                let mut private = Vec::new();
                while let Some((.., value)) = openings.next_if(|(index, ..)| *index == at) {
                    private.push(value);
                }
                print.entry(&open(body, &private).map_err(corrupt)?);
            }
            from = last + 1;
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
        let plan = Plan::of(
            self.db().get_database_backend(),
            (kept.generation, kept.size),
            selection,
        );
        let (mut events, mut gists) = (0, Gists::default());
        let mut pages = self.leaf_pages(&plan);
        while let Some(page) = pages.recv().await {
            let page = page?;
            page.rows().try_for_each(|(_, body)| gist(&mut gists, body))?;
            events += page.indexes().len() as u64;
        }
        gists.write(format, out).map_err(corrupt)?;
        Ok(events)
    }

    /// How many leaves go into it.
    async fn bundle_count(&self, plan: &Plan) -> Result<u64, StoreError> {
        if plan.kind == BundleKind::Full {
            return Ok(plan.size);
        }
        let (clause, values) = plan.clause(0);
        let sql = format!("SELECT count(*) AS n FROM {clause}");
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        let row = self.db().query_one_raw(statement).await?;
        Ok(row.map_or(Ok(0), |row| row.try_get::<i64>("", "n"))?.unsigned_abs())
    }
}

fn gist(gists: &mut Gists, body: &[u8]) -> Result<(), StoreError> {
    if gists.add(&open(body, &[]).map_err(corrupt)?) {
        return Ok(());
    }
    Err(StoreError::Corrupt("an event lacks what every event has".to_owned()))
}
