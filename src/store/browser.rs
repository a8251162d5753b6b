//! Sessions of browsers: ordinary rows, shared by all instances.

use super::{Store, StoreError, rows::instant};
use crate::domain::{Instant, id::PersonId};
use sea_orm::{ConnectionTrait, Statement};

/// A session, known by the hash of the secret in its cookie.
#[derive(Clone, Debug)]
pub struct BrowserRow {
    pub secret_hash: String,
    pub person: PersonId,
    /// When the person signed in.
    pub began_at: Instant,
    /// When it was last used.
    pub seen_at: Instant,
    /// When the person last gave the password.
    pub proved_at: Instant,
    pub ended_at: Option<Instant>,
}

impl Store {
    /// A new session.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn browser_began(&self, row: &BrowserRow) -> Result<(), StoreError> {
        let sql = "INSERT INTO browser_session (secret_hash, person, began_at, seen_at, proved_at) \
                   VALUES ($1, $2, $3, $4, $5)";
        let values = vec![
            row.secret_hash.clone().into(),
            row.person.0.into(),
            row.began_at.as_microsecond().into(),
            row.seen_at.as_microsecond().into(),
            row.proved_at.as_microsecond().into(),
        ];
        self.change(sql, values).await
    }

    /// The session with this hash, ended or not.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn browser_session(&self, secret_hash: &str) -> Result<Option<BrowserRow>, StoreError> {
        let sql = "SELECT * FROM browser_session WHERE secret_hash = $1";
        let backend = self.db().get_database_backend();
        let statement = Statement::from_sql_and_values(backend, sql, [secret_hash.into()]);
        let Some(row) = self.db().query_one_raw(statement).await? else {
            return Ok(None);
        };
        Ok(Some(BrowserRow {
            secret_hash: secret_hash.to_owned(),
            person: PersonId(row.try_get("", "person")?),
            began_at: instant(row.try_get("", "began_at")?),
            seen_at: instant(row.try_get("", "seen_at")?),
            proved_at: instant(row.try_get("", "proved_at")?),
            ended_at: row.try_get::<Option<i64>>("", "ended_at")?.map(instant),
        }))
    }

    /// It was used.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn browser_seen(&self, secret_hash: &str, at: Instant) -> Result<(), StoreError> {
        let sql = "UPDATE browser_session SET seen_at = $1 WHERE secret_hash = $2";
        self.change(sql, vec![at.as_microsecond().into(), secret_hash.into()])
            .await
    }

    /// Ends one session.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn browser_ended(&self, secret_hash: &str, at: Instant) -> Result<(), StoreError> {
        let sql = "UPDATE browser_session SET ended_at = $1 WHERE secret_hash = $2 AND ended_at IS NULL";
        self.change(sql, vec![at.as_microsecond().into(), secret_hash.into()])
            .await
    }

    /// Ends every session of a person.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn browsers_ended(&self, person: PersonId, at: Instant) -> Result<(), StoreError> {
        let sql = "UPDATE browser_session SET ended_at = $1 WHERE person = $2 AND ended_at IS NULL";
        self.change(sql, vec![at.as_microsecond().into(), person.0.into()])
            .await
    }
}
