//! From recorded to logged: events get their place in the one log, in batches, after they were committed.
//!
//! Any instance may do it at any time. What keeps the log one is the compare-and-swap on the size of its head: of two
//! that work on the same size one succeeds and the other's whole batch is rolled back.

use super::{Store, StoreError, db, log::fixed, log::places};
use crate::audit::{
    leaf::leaf_hash,
    scan::standing,
    tree::{Frontier, Hash, root_of},
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult, Statement, TransactionTrait, Value};
use std::collections::HashMap;
use uuid::Uuid;

/// How many leaves share a tile of the lowest level.
pub const TILE: u64 = 256;

/// How far the log has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogHead {
    pub generation: u32,
    /// The name of this generation of the log; checkpoints begin with it.
    pub origin: String,
    pub tree: Frontier,
}

impl Store {
    /// Is there a log in this database at all? There is none before the first migration.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn has_log(&self) -> Result<bool, StoreError> {
        Ok(migration::SchemaManager::new(self.db()).has_table("log_head").await?)
    }

    /// The newest generation of the log.
    ///
    /// # Errors
    /// The database's trouble, or a damaged head.
    pub async fn log_head(&self) -> Result<Option<LogHead>, StoreError> {
        head(self.db()).await
    }

    /// Begins a generation of the log, unless it has begun.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn begin_log(&self, generation: u32, origin: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO log_head (generation, origin, size, parts) VALUES ($1, $2, 0, $3)";
        let values = vec![i64::from(generation).into(), origin.into(), Vec::<u8>::new().into()];
        match self.change(sql, values).await {
            Ok(()) => Ok(()),
            // Another instance began it, or something is wrong.
            Err(error) => match self.log_head().await? {
                Some(head) if head.generation >= generation => Ok(()),
                _ => Err(error),
            },
        }
    }

    /// Gives up to `most` waiting events their place; how many got one.
    ///
    /// # Errors
    /// `Conflict` if another instance was faster; `Corrupt` if an event is not what was recorded: then nothing is
    /// sequenced until somebody has looked, for nothing is ever skipped.
    pub async fn sequence(&self, most: u32) -> Result<usize, StoreError> {
        let transaction = self.db().begin_with_options(db::writing()).await?;
        let done = sequence(&transaction, most).await?;
        if done > 0 {
            transaction.commit().await?;
        }
        Ok(done)
    }

    /// How many events wait for their place, and since when the oldest does (microseconds).
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn unsequenced(&self) -> Result<(u64, Option<i64>), StoreError> {
        let sql =
            "SELECT count(*) AS n, min(e.recorded_at) AS since FROM unsequenced u JOIN event e ON e.id = u.event_id";
        let statement = Statement::from_string(self.db().get_database_backend(), sql);
        let row = self.db().query_one_raw(statement).await?;
        let Some(row) = row else { return Ok((0, None)) };
        Ok((row.try_get::<i64>("", "n")?.unsigned_abs(), row.try_get("", "since")?))
    }
}

pub(super) async fn head(db: &impl ConnectionTrait) -> Result<Option<LogHead>, StoreError> {
    let sql = "SELECT generation, origin, size, parts FROM log_head ORDER BY generation DESC LIMIT 1";
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let Some(row) = db.query_one_raw(statement).await? else {
        return Ok(None);
    };
    let size = row.try_get::<i64>("", "size")?.unsigned_abs();
    let parts: Vec<u8> = row.try_get("", "parts")?;
    let parts: Result<Vec<Hash>, StoreError> = parts.chunks(32).map(fixed).collect();
    let damaged = || StoreError::Corrupt("the log's head does not fit its size".to_owned());
    Ok(Some(LogHead {
        generation: row.try_get::<i64>("", "generation")? as u32,
        origin: row.try_get("", "origin")?,
        tree: Frontier::kept(size, parts?).ok_or_else(damaged)?,
    }))
}

/// A waiting event.
struct Waiting {
    place: i64,
    id: Uuid,
    hash: Hash,
}

async fn sequence(db: &DatabaseTransaction, most: u32) -> Result<usize, StoreError> {
    let Some(old) = head(db).await? else { return Ok(0) };
    let waiting = waiting(db, old.generation, most).await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let mut tree = old.tree.clone();
    waiting.iter().for_each(|event| tree.push(event.hash));
    let generation: Value = i64::from(old.generation).into();
    let sql = "UPDATE log_head SET size = $1, parts = $2 WHERE generation = $3 AND size = $4";
    let size = |tree: &Frontier| Value::from(tree.size() as i64);
    let values = vec![
        size(&tree),
        tree.parts().concat().into(),
        generation.clone(),
        size(&old.tree),
    ];
    if execute(db, sql, values).await? != 1 {
        return Err(StoreError::Conflict);
    }
    let first = old.tree.size();
    let mut values: Vec<Value> = Vec::with_capacity(waiting.len() * 4);
    for (index, event) in (first..).zip(&waiting) {
        values.extend([
            generation.clone(),
            (index as i64).into(),
            event.id.into(),
            event.hash.to_vec().into(),
        ]);
    }
    let sql = format!(
        "INSERT INTO log_leaf (generation, idx, event_id, hash) VALUES {}",
        places(db.get_database_backend(), waiting.len(), 4)
    );
    execute(db, &sql, values).await?;
    let hashes: Vec<Hash> = waiting.iter().map(|event| event.hash).collect();
    tiles(db, old.generation, first, &hashes).await?;
    let places = places(db.get_database_backend(), 1, waiting.len());
    let sql = format!("DELETE FROM unsequenced WHERE id IN {places}");
    let gone = execute(db, &sql, waiting.iter().map(|event| event.place.into()).collect()).await?;
    if gone != waiting.len() as u64 {
        return Err(StoreError::Conflict);
    }
    Ok(waiting.len())
}

pub(super) async fn execute(db: &DatabaseTransaction, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.execute_raw(statement).await?.rows_affected())
}

/// The oldest waiting events, each hashed again and found to be the next of its stream.
async fn waiting(db: &DatabaseTransaction, generation: u32, most: u32) -> Result<Vec<Waiting>, StoreError> {
    let sql = format!(
        "SELECT u.id, own.idx, e.id, e.stream_kind, e.stream_id, e.seq, e.body, e.hash, p.hash, l.idx \
         FROM unsequenced u JOIN event e ON e.id = u.event_id \
         LEFT JOIN event p ON p.stream_kind = e.stream_kind AND p.stream_id = e.stream_id AND p.seq = e.seq - 1 \
         LEFT JOIN log_leaf l ON l.event_id = p.id AND l.generation = $1 \
         LEFT JOIN log_leaf own ON own.event_id = e.id AND own.generation = $1 \
         ORDER BY u.id LIMIT {most}"
    );
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [i64::from(generation).into()]);
    let mut reached: HashMap<(String, Uuid), i64> = HashMap::new();
    let mut found = Vec::new();
    for row in db.query_all_raw(statement).await? {
        // Queued twice (after a recovery) and logged already: nothing more to do, but the queue must be emptied.
        if row.try_get_by_index::<Option<i64>>(1)?.is_some() {
            let place: i64 = row.try_get_by_index(0)?;
            execute(db, "DELETE FROM unsequenced WHERE id = $1", vec![place.into()]).await?;
            continue;
        }
        found.push(checked(&row, &mut reached)?);
    }
    Ok(found)
}

fn checked(row: &QueryResult, reached: &mut HashMap<(String, Uuid), i64>) -> Result<Waiting, StoreError> {
    // By place: a log that is behind has millions of them.
    let (id, kind, stream): (Uuid, String, Uuid) = (
        row.try_get_by_index(2)?,
        row.try_get_by_index(3)?,
        row.try_get_by_index(4)?,
    );
    let (seq, body, hash): (i64, Vec<u8>, Vec<u8>) = (
        row.try_get_by_index(5)?,
        row.try_get_by_index(6)?,
        row.try_get_by_index(7)?,
    );
    let before: Option<Vec<u8>> = row.try_get_by_index(8)?;
    let wrong = |what: &str| StoreError::Corrupt(format!("event {id} ({kind} {stream}, event {seq}): {what}"));
    let hash = fixed(&hash)?;
    if leaf_hash(&body) != hash {
        return Err(wrong("it was changed after it was recorded"));
    }
    let opened = standing(&body).map_err(|error| wrong(&error.to_string()))?;
    let before = before.map_or(Ok([0; 32]), |before| fixed(&before))?;
    if opened.id != id || opened.kind != kind || opened.stream != stream || i64::from(opened.seq) != seq {
        return Err(wrong("it stands where another event belongs"));
    }
    if opened.prev != before {
        return Err(wrong("it names another predecessor than the one before it"));
    }
    let last = reached.get(&(kind.clone(), stream)).copied();
    let logged_before = row.try_get_by_index::<Option<i64>>(9)?.is_some();
    if seq != 1 && !logged_before && last != Some(seq - 1) {
        return Err(wrong("the event before it is not in the log"));
    }
    reached.insert((kind, stream), seq);
    Ok(Waiting {
        place: row.try_get_by_index(0)?,
        id,
        hash,
    })
}

/// Keeps the tiles that became full with these leaves, which follow the `old` ones.
async fn tiles(db: &DatabaseTransaction, generation: u32, old: u64, leaves: &[Hash]) -> Result<(), StoreError> {
    let (mut level, mut before, mut after) = (0_u8, old / TILE, (old + leaves.len() as u64) / TILE);
    while after > before {
        for n in before..after {
            // Most leaves of a tile are at hand already.
            let new = (level == 0).then(|| (n * TILE).checked_sub(old)).flatten();
            let new = new.and_then(|from| leaves.get(from as usize..(from + TILE) as usize));
            let hashes = match new {
                Some(new) => new.to_vec(),
                None => level_hashes(db, generation, level, n * TILE, TILE).await?,
            };
            let sql = "INSERT INTO log_tile (generation, level, n, data, root) VALUES ($1, $2, $3, $4, $5)";
            let values = vec![
                i64::from(generation).into(),
                i64::from(level).into(),
                (n as i64).into(),
                hashes.concat().into(),
                root_of(hashes).to_vec().into(),
            ];
            execute(db, sql, values).await?;
        }
        (level, before, after) = (level + 1, before / TILE, after / TILE);
    }
    Ok(())
}

/// Hashes of one level of tiles: of leaves (level 0), or above 256^level leaves each.
pub(super) async fn level_hashes(
    db: &impl ConnectionTrait,
    generation: u32,
    level: u8,
    from: u64,
    count: u64,
) -> Result<Vec<Hash>, StoreError> {
    let sql = if level == 0 {
        "SELECT idx AS n, hash FROM log_leaf WHERE generation = $1 AND idx >= $2 AND idx < $3 ORDER BY idx"
    } else {
        "SELECT n, root AS hash FROM log_tile WHERE generation = $1 AND n >= $2 AND n < $3 AND level = $4 ORDER BY n"
    };
    let mut values: Vec<Value> = vec![
        i64::from(generation).into(),
        (from as i64).into(),
        ((from + count) as i64).into(),
    ];
    if let Some(below) = level.checked_sub(1) {
        values.push(i64::from(below).into());
    }
    let rows = db
        .query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values))
        .await?;
    let missing = || StoreError::Corrupt(format!("the log lacks hashes of level {level} from {from}"));
    let mut hashes = Vec::with_capacity(rows.len());
    for (expected, row) in (from..).zip(&rows) {
        if row.try_get::<i64>("", "n")? != expected as i64 {
            return Err(missing());
        }
        hashes.push(fixed(&row.try_get::<Vec<u8>>("", "hash")?)?);
    }
    if hashes.len() as u64 != count {
        return Err(missing());
    }
    Ok(hashes)
}
