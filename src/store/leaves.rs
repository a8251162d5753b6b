//! The leaves of a bundle as they lie in the database, read a page at a time.
//!
//! The database gives a page as one row: to hand over a thousand rows one by one takes longer than all the rest.

use super::{Store, StoreError, log::fixed, plan::Plan};
use crate::audit::leaf::leaf_hash;
use futures_util::future::join;
use sea_orm::{ConnectionTrait, DbBackend, Statement, TransactionTrait};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// How many leaves are read at once, and how many if they are long.
const PAGE: u32 = 500;
const FEW: u32 = 50;
/// From this length on, in bytes, leaves are long.
const LONG: usize = 2000;
/// How many pages are read ahead of those that are packed.
const AHEAD: usize = 2;

/// Some leaves, in the order of the log.
pub(super) struct Page {
    indexes: Vec<u64>,
    /// The bytes of each, and a newline.
    pub(super) lines: Vec<u8>,
}

/// A page as the database joins it into one row.
struct Raw {
    /// Places, with commas between them.
    indexes: String,
    /// In hexadecimal digits, one after another.
    hashes: String,
    /// Bodies, with newlines between them.
    lines: Vec<u8>,
}

fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt(format!("{what} of the log cannot be read"))
}

impl Raw {
    /// The place of the last leaf.
    fn last(&self) -> Result<u64, StoreError> {
        let last = self.indexes.rsplit(',').next().unwrap_or_default();
        last.parse().map_err(|_| corrupt("a place"))
    }

    /// How many leaves are read next: a page of long ones would take much memory.
    fn most_next(&self) -> u32 {
        let leaves = memchr::memchr_iter(b',', self.indexes.as_bytes()).count() + 1;
        if self.lines.len() / leaves < LONG { PAGE } else { FEW }
    }

    /// Every leaf must still be what was logged.
    fn check(self) -> Result<Page, StoreError> {
        let mut lines = self.lines;
        lines.push(b'\n');
        let indexes: Result<Vec<u64>, _> = self.indexes.split(',').map(str::parse).collect();
        let indexes = indexes.map_err(|_| corrupt("a place"))?;
        if !indexes.is_sorted_by(|before, after| before < after) {
            return Err(corrupt("the order"));
        }
        let hashes = hex::decode(self.hashes).map_err(|_| corrupt("a hash"))?;
        let page = Page { indexes, lines };
        // A body with a newline in it is none, and makes the counts differ.
        let mut hashes = hashes.chunks(32);
        for (index, body) in page.rows() {
            if leaf_hash(body) != fixed(hashes.next().unwrap_or_default())? {
                let says = format!("the event at place {index} was changed after it was logged");
                return Err(StoreError::Corrupt(says));
            }
        }
        let all = memchr::memchr_iter(b'\n', &page.lines).count() == page.indexes.len() && hashes.next().is_none();
        all.then_some(page).ok_or_else(|| corrupt("a page"))
    }
}

impl Page {
    /// Each with its place.
    pub(super) fn rows(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let mut begins = 0;
        let bodies = memchr::memchr_iter(b'\n', &self.lines).map(move |end| {
            let body = self.lines.get(begins..end).unwrap_or_default();
            begins = end + 1;
            body
        });
        self.indexes.iter().copied().zip(bodies)
    }

    /// The places of all of them.
    pub(super) fn indexes(&self) -> &[u64] {
        &self.indexes
    }

    /// From which place to which.
    pub(super) fn ends(&self) -> Option<(u64, u64)> {
        self.indexes.first().copied().zip(self.indexes.last().copied())
    }
}

impl Store {
    /// Every page to the last: the next ones are read while the one before is packed.
    pub(super) fn leaf_pages(&self, plan: &Plan) -> Receiver<Result<Page, StoreError>> {
        let (give, take) = channel(AHEAD);
        let (store, plan) = (self.clone(), plan.clone());
        tokio::spawn(async move {
            if let Err(error) = store.send_pages(&plan, &give).await {
                // If nobody waits for it any more, the bundle was given up.
                let _ = give.send(Err(error)).await;
            }
        });
        take
    }

    async fn send_pages(&self, plan: &Plan, give: &Sender<Result<Page, StoreError>>) -> Result<(), StoreError> {
        // One connection for all pages: each remembers for itself what it read and how it is asked.
        let db = self.db().begin().await?;
        let mut coming = raw_page(&db, plan, 0, FEW).await?;
        while let Some(raw) = coming {
            let (next, most) = (raw.last()? + 1, raw.most_next());
            // One page is checked while the database looks for the next.
            let (after, page) = join(raw_page(&db, plan, next, most), async { raw.check() }).await;
            if give.send(Ok(page?)).await.is_err() {
                return Ok(());
            }
            coming = after?;
        }
        Ok(())
    }
}

/// The leaves from this place on; none if there are no more.
pub(super) async fn leaf_page(db: &impl ConnectionTrait, plan: &Plan, from: u64) -> Result<Option<Page>, StoreError> {
    let raw = raw_page(db, plan, from, PAGE).await?;
    raw.map(|raw| raw.check()).transpose()
}

async fn raw_page(db: &impl ConnectionTrait, plan: &Plan, from: u64, most: u32) -> Result<Option<Raw>, StoreError> {
    let backend = db.get_database_backend();
    let together = match backend {
        DbBackend::Postgres => {
            "string_agg(idx::text, ','), string_agg(encode(hash, 'hex'), ''), string_agg(body, '\\x0a'::bytea)"
        }
        _ => {
            "group_concat(idx, ','), group_concat(hex(hash), ''), \
             CAST(group_concat(CAST(body AS TEXT), char(10)) AS BLOB)"
        }
    };
    let (clause, values) = plan.clause(from);
    // Whether they are joined in this order is checked.
    let sql = format!(
        "SELECT {together} FROM (SELECT l.idx, l.hash, e.body FROM {clause} ORDER BY l.idx LIMIT {most}) AS page"
    );
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let Some(row) = db.query_one_raw(statement).await? else {
        return Ok(None);
    };
    let indexes: Option<String> = row.try_get_by_index(0)?;
    let (hashes, lines): (Option<String>, Option<Vec<u8>>) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
    Ok(indexes.map(|indexes| Raw {
        indexes,
        hashes: hashes.unwrap_or_default(),
        lines: lines.unwrap_or_default(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(indexes: &str, bodies: &[&str]) -> Result<Vec<u64>, String> {
        let hashes: String = bodies
            .iter()
            .map(|body| hex::encode(leaf_hash(body.as_bytes())))
            .collect();
        read(indexes, &hashes, bodies)
    }

    fn read(indexes: &str, hashes: &str, bodies: &[&str]) -> Result<Vec<u64>, String> {
        let raw = Raw {
            indexes: indexes.to_owned(),
            hashes: hashes.to_owned(),
            lines: bodies.join("\n").into_bytes(),
        };
        let page = raw.check().map_err(|error| error.to_string())?;
        assert!(
            page.rows()
                .map(|(_, body)| body)
                .eq(bodies.iter().map(|body| body.as_bytes()))
        );
        Ok(page.indexes().to_vec())
    }

    #[test]
    fn a_page_is_what_was_logged_or_none() {
        assert_eq!(page("4,5,9", &["{\"a\":1}", "{}", "é"]), Ok(vec![4, 5, 9]));
        assert_eq!(page("7", &["{}"]), Ok(vec![7]));
        let hash = hex::encode(leaf_hash(b"{}"));
        for bad in [
            page("5,4", &["{}", "{}"]),
            page("4,4", &["{}", "{}"]),
            page("4", &["{}", "{}"]),
            page("4,5,6", &["{}", "{}"]),
            page("x", &["{}"]),
            page("", &["{}"]),
            page("4", &["{}\n{}"]),
            read("4", &hash, &["{ }"]),
            read("4", &hash[2..], &["{}"]),
            read("4", &format!("{hash}{hash}"), &["{}"]),
            read("4,5", &hash, &["{}", "{}"]),
            read("4", "", &["{}"]),
            read("4", "zz", &["{}"]),
        ] {
            assert!(bad.is_err(), "{bad:?}");
        }
    }
}
