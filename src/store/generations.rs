//! A new generation of the log, when the one before can no longer be believed.

use super::{
    Store, StoreError,
    commit::{Append, Commit},
    db,
    log::{prepare, write},
    rows::instant,
    sequence::{LogHead, execute, head},
};
use crate::domain::Instant;
use sea_orm::{ConnectionTrait, Statement, TransactionTrait, Value};

/// A generation of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generation {
    pub number: u32,
    /// Its name, with which its checkpoints begin.
    pub origin: String,
    /// When its first leaf was recorded; none while it has none.
    pub since: Option<Instant>,
    /// How many leaves are signed for.
    pub signed: u64,
}

impl Store {
    /// Every generation of the log, the newest first.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn generations(&self) -> Result<Vec<Generation>, StoreError> {
        let sql = "SELECT h.generation, h.origin, e.recorded_at, \
                   (SELECT max(c.size) FROM log_checkpoint c WHERE c.generation = h.generation) AS signed \
                   FROM log_head h LEFT JOIN log_leaf l ON l.generation = h.generation AND l.idx = 0 \
                   LEFT JOIN event e ON e.id = l.event_id ORDER BY h.generation DESC";
        let statement = Statement::from_string(self.db().get_database_backend(), sql);
        let mut generations = Vec::new();
        for row in self.db().query_all_raw(statement).await? {
            let number: i64 = row.try_get("", "generation")?;
            let since: Option<i64> = row.try_get("", "recorded_at")?;
            let signed: Option<i64> = row.try_get("", "signed")?;
            let corrupt = |_| StoreError::Corrupt("the number of a generation of the log".to_owned());
            generations.push(Generation {
                number: u32::try_from(number).map_err(corrupt)?,
                origin: row.try_get("", "origin")?,
                since: since.map(instant),
                signed: signed.unwrap_or(0).unsigned_abs(),
            });
        }
        Ok(generations)
    }

    /// Begins the next generation of the log: its first leaf will be `first`, then everything that is in the present
    /// one, in the same order, then what waits. All of it or nothing.
    ///
    /// # Errors
    /// `Conflict` if the log grew meanwhile; the database's trouble.
    pub async fn begin_again(&self, old: &LogHead, origin: &str, first: Append) -> Result<(), StoreError> {
        let prepared = prepare(Commit {
            appends: vec![first],
            ..Commit::default()
        })?;
        let db = self.db().begin_with_options(db::writing()).await?;
        if head(&db).await?.as_ref() != Some(old) {
            return Err(StoreError::Conflict);
        }
        let sql = "INSERT INTO log_head (generation, origin, size, parts) VALUES ($1, $2, 0, $3)";
        let new: Vec<Value> = vec![
            (i64::from(old.generation) + 1).into(),
            origin.into(),
            Vec::<u8>::new().into(),
        ];
        execute(&db, sql, new).await?;
        let newest = "SELECT coalesce(max(id), 0) AS newest FROM unsequenced";
        let newest = Statement::from_string(db.get_database_backend(), newest);
        let waited: i64 = match db.query_one_raw(newest).await? {
            Some(row) => row.try_get("", "newest")?,
            None => 0,
        };
        // The trigger puts it into the queue, as the first of what follows.
        write(&db, &prepared).await?;
        let logged = "INSERT INTO unsequenced (event_id) \
                      SELECT event_id FROM log_leaf WHERE generation = $1 ORDER BY idx";
        execute(&db, logged, vec![i64::from(old.generation).into()]).await?;
        let waiting = "INSERT INTO unsequenced (event_id) SELECT event_id FROM unsequenced WHERE id <= $1 ORDER BY id";
        execute(&db, waiting, vec![waited.into()]).await?;
        execute(&db, "DELETE FROM unsequenced WHERE id <= $1", vec![waited.into()]).await?;
        Ok(db.commit().await?)
    }
}
