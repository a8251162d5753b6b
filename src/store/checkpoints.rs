//! Signed checkpoints, and proofs from what is stored of the log.

use super::{
    Store, StoreError,
    commit::Stream,
    log::fixed,
    sequence::{TILE, level_hashes},
};
use crate::{
    audit::tree::{Hash, Node, Part, consistency_parts, inclusion_parts, root_of, whole},
    domain::Instant,
};
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A signed checkpoint, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCheckpoint {
    pub generation: u32,
    pub size: u64,
    pub root: Hash,
    /// Signed by the log; cosignatures are kept apart.
    pub note: String,
}

/// Where an event stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    pub generation: u32,
    pub index: u64,
    /// The first checkpoint that covers it; none: it is sequenced, but not yet signed for.
    pub checkpoint: Option<KeptCheckpoint>,
}

/// How many leaves before the new ones are looked at to see whether time goes on.
const NEIGHBOURS: u64 = 64;

impl Store {
    /// The newest checkpoint of the newest generation.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn newest_checkpoint(&self) -> Result<Option<KeptCheckpoint>, StoreError> {
        let sql = "SELECT * FROM log_checkpoint WHERE generation = (SELECT max(generation) FROM log_head) \
                   ORDER BY size DESC LIMIT 1";
        self.checkpoint_where(sql, vec![]).await
    }

    /// The checkpoint of this size.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn checkpoint_of(&self, generation: u32, size: u64) -> Result<Option<KeptCheckpoint>, StoreError> {
        let sql = "SELECT * FROM log_checkpoint WHERE generation = $1 AND size = $2";
        self.checkpoint_where(sql, vec![i64::from(generation).into(), (size as i64).into()])
            .await
    }

    /// Checkpoints below this size: the last of each day, the oldest first, at most so many of the newest.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn daily_checkpoints(
        &self,
        generation: u32,
        below: u64,
        most: u32,
    ) -> Result<Vec<KeptCheckpoint>, StoreError> {
        let sql = format!(
            "SELECT * FROM log_checkpoint WHERE generation = $1 AND size IN (SELECT max(size) FROM log_checkpoint \
             WHERE generation = $1 AND size < $2 GROUP BY created_at / 86400000000) ORDER BY size DESC LIMIT {most}"
        );
        let values: Vec<Value> = vec![i64::from(generation).into(), (below as i64).into()];
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        let rows = self.db().query_all_raw(statement).await?;
        rows.iter().rev().map(kept).collect()
    }

    /// By how many seconds the newest leaves say that time went back, or that it is ahead of `now`: then the clocks of two
    /// instances differ, or one was set back. The order of the log does not depend on it.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn clocks_apart(&self, generation: u32, from: u64, now: Instant) -> Result<i64, StoreError> {
        let sql = "SELECT max(CASE WHEN l.idx < $2 THEN e.recorded_at END) AS before, \
                   min(CASE WHEN l.idx >= $2 THEN e.recorded_at END) AS oldest, max(e.recorded_at) AS newest \
                   FROM log_leaf l JOIN event e ON e.id = l.event_id WHERE l.generation = $1 AND l.idx >= $3";
        let values: Vec<Value> = vec![
            i64::from(generation).into(),
            (from as i64).into(),
            (from.saturating_sub(NEIGHBOURS) as i64).into(),
        ];
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        let Some(row) = self.db().query_one_raw(statement).await? else {
            return Ok(0);
        };
        let at = |name: &str| row.try_get::<Option<i64>>("", name);
        let (before, oldest, newest) = (at("before")?, at("oldest")?, at("newest")?);
        let back = before.zip(oldest).map_or(0, |(before, oldest)| before - oldest);
        let ahead = newest.map_or(0, |newest| newest - now.as_microsecond());
        Ok(back.max(ahead).max(0) / 1_000_000)
    }

    async fn checkpoint_where(&self, sql: &str, values: Vec<Value>) -> Result<Option<KeptCheckpoint>, StoreError> {
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        let row = self.db().query_one_raw(statement).await?;
        row.as_ref().map(kept).transpose()
    }

    /// Publishes a checkpoint. There is one root for each size: another root for the same size is damage.
    ///
    /// # Errors
    /// `Corrupt` in that case, or the database's trouble.
    pub async fn publish_checkpoint(&self, checkpoint: &KeptCheckpoint, at: Instant) -> Result<(), StoreError> {
        let sql = "INSERT INTO log_checkpoint (generation, size, root, note, created_at) VALUES ($1, $2, $3, $4, $5)";
        let values: Vec<Value> = vec![
            i64::from(checkpoint.generation).into(),
            (checkpoint.size as i64).into(),
            checkpoint.root.to_vec().into(),
            checkpoint.note.clone().into(),
            at.as_microsecond().into(),
        ];
        let Err(error) = self.change(sql, values).await else {
            return Ok(());
        };
        match self.checkpoint_of(checkpoint.generation, checkpoint.size).await? {
            Some(there) if there.root == checkpoint.root => Ok(()),
            Some(_) => Err(StoreError::Corrupt(format!(
                "there is another root for size {} of the log",
                checkpoint.size
            ))),
            None => Err(error),
        }
    }

    /// Where this event stands in the newest generation of the log.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn logged(&self, event: Uuid) -> Result<Option<Logged>, StoreError> {
        let sql = "SELECT generation, idx FROM log_leaf WHERE event_id = $1 \
                   AND generation = (SELECT max(generation) FROM log_head)";
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, [event.into()]);
        let Some(row) = self.db().query_one_raw(statement).await? else {
            return Ok(None);
        };
        let generation = row.try_get::<i64>("", "generation")? as u32;
        let index: i64 = row.try_get("", "idx")?;
        let sql = "SELECT * FROM log_checkpoint WHERE generation = $1 AND size > $2 ORDER BY size LIMIT 1";
        let values = vec![i64::from(generation).into(), index.into()];
        Ok(Some(Logged {
            generation,
            index: index.unsigned_abs(),
            checkpoint: self.checkpoint_where(sql, values).await?,
        }))
    }

    /// The first checkpoint that ever covered this event: it stays the same for ever.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn first_checkpoint(&self, event: Uuid) -> Result<Option<KeptCheckpoint>, StoreError> {
        let sql = "SELECT c.* FROM log_leaf l JOIN log_checkpoint c ON c.generation = l.generation AND c.size > l.idx \
                   WHERE l.event_id = $1 ORDER BY c.generation, c.size LIMIT 1";
        self.checkpoint_where(sql, vec![event.into()]).await
    }

    /// Up to which event of this stream everything is in a signed checkpoint; 0: nothing.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn logged_until(&self, stream: Stream) -> Result<u32, StoreError> {
        let sql = "SELECT max(e.seq) AS seq FROM event e JOIN log_leaf l ON l.event_id = e.id \
                   WHERE e.stream_kind = $1 AND e.stream_id = $2 AND l.generation = (SELECT max(generation) FROM log_head) \
                   AND l.idx < (SELECT max(size) FROM log_checkpoint c WHERE c.generation = l.generation)";
        let values: Vec<Value> = vec![stream.kind.word().into(), stream.id.into()];
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        let row = self.db().query_one_raw(statement).await?;
        let seq: Option<i64> = row.map(|row| row.try_get("", "seq")).transpose()?.flatten();
        Ok(seq.unwrap_or(0) as u32)
    }

    /// The root of the tree of this size, computed from what is stored.
    ///
    /// # Errors
    /// `Corrupt` if the log has no such size.
    pub async fn log_root(&self, generation: u32, size: u64) -> Result<Hash, StoreError> {
        if size == 0 {
            return Ok(crate::audit::tree::empty_root());
        }
        let root = self.log_parts(generation, &[whole(size)]).await?.pop();
        root.ok_or_else(|| StoreError::Corrupt("the log has no root".to_owned()))
    }

    /// A proof that the leaf `index` is in the tree of this size.
    ///
    /// # Errors
    /// `Corrupt` if the log has no such leaf or size.
    pub async fn inclusion_proof(&self, generation: u32, index: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
        let parts = inclusion_parts(index, size);
        let parts = parts.ok_or_else(|| StoreError::Corrupt(format!("a tree of {size} has no leaf {index}")))?;
        self.log_parts(generation, &parts).await
    }

    /// A proof that the tree of `new` leaves continues the one of `old` leaves.
    ///
    /// # Errors
    /// `Corrupt` if the log has no such size.
    pub async fn consistency_proof(&self, generation: u32, old: u64, new: u64) -> Result<Vec<Hash>, StoreError> {
        let parts = consistency_parts(old, new);
        let parts = parts.ok_or_else(|| StoreError::Corrupt(format!("{new} leaves do not continue {old}")))?;
        self.log_parts(generation, &parts).await
    }

    async fn log_parts(&self, generation: u32, parts: &[Part]) -> Result<Vec<Hash>, StoreError> {
        let mut known: BTreeMap<Node, Hash> = BTreeMap::new();
        for node in parts.iter().flat_map(|part| &part.0) {
            known.insert(*node, self.log_node(generation, *node).await?);
        }
        let lacking = || StoreError::Corrupt("the log lacks a node".to_owned());
        parts
            .iter()
            .map(|part| part.hash(|node| known.get(&node).copied()).ok_or_else(lacking))
            .collect()
    }

    /// The hash of a node, from the leaves or from the full tiles below it.
    async fn log_node(&self, generation: u32, node: Node) -> Result<Hash, StoreError> {
        let (level, within) = (node.level / 8, node.level % 8);
        let hashes = level_hashes(self.db(), generation, level, node.index << within, 1 << within).await?;
        Ok(root_of(hashes))
    }

    /// A tile as tlog-tiles has it: `width` hashes (256: a full one).
    ///
    /// # Errors
    /// `Corrupt` if the log is not so large.
    pub async fn log_tile(&self, generation: u32, level: u8, n: u64, width: u64) -> Result<Vec<Hash>, StoreError> {
        level_hashes(self.db(), generation, level, n * TILE, width).await
    }

    /// A tile of leaves as tlog-tiles has it: each with its length in two bytes before it.
    ///
    /// # Errors
    /// `Corrupt` if the log is not so large.
    pub async fn log_entries(&self, generation: u32, n: u64, width: u64) -> Result<Vec<u8>, StoreError> {
        let sql = "SELECT e.body FROM log_leaf l JOIN event e ON e.id = l.event_id \
                   WHERE l.generation = $1 AND l.idx >= $2 AND l.idx < $3 ORDER BY l.idx";
        let from = n * TILE;
        let values: Vec<Value> = vec![
            i64::from(generation).into(),
            (from as i64).into(),
            ((from + width) as i64).into(),
        ];
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        let rows = self.db().query_all_raw(statement).await?;
        if rows.len() as u64 != width {
            return Err(StoreError::Corrupt(format!("the log lacks leaves from {from}")));
        }
        let mut tile = Vec::new();
        for row in rows {
            let body: Vec<u8> = row.try_get("", "body")?;
            let length = u16::try_from(body.len()).map_err(|_| StoreError::Corrupt("a leaf is too long".to_owned()))?;
            tile.extend(length.to_be_bytes());
            tile.extend(body);
        }
        Ok(tile)
    }
}

fn kept(row: &QueryResult) -> Result<KeptCheckpoint, StoreError> {
    Ok(KeptCheckpoint {
        generation: row.try_get::<i64>("", "generation")? as u32,
        size: row.try_get::<i64>("", "size")?.unsigned_abs(),
        root: fixed(&row.try_get::<Vec<u8>>("", "root")?)?,
        note: row.try_get("", "note")?,
    })
}
