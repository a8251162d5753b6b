//! A new generation of the log, when the one before can no longer be believed.

use super::{
    Store, StoreError,
    commit::{Append, Commit},
    db,
    log::{prepare, write},
    sequence::{LogHead, execute, head},
};
use sea_orm::{ConnectionTrait, Statement, TransactionTrait, Value};

impl Store {
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
