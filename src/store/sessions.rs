//! Credentials, refresh tokens, invitations, throttling: ordinary rows, shared by all instances.

use super::{Store, StoreError, rows::instant};
use crate::domain::{Instant, id::PersonId};
use sea_orm::{ConnectionTrait, Statement, Value};
use uuid::Uuid;

/// Consecutive failures after which an account rests for a day.
const MOST_FAILURES: u32 = 100;

/// A refresh token, known by the hash of its secret.
#[derive(Clone, Debug)]
pub struct RefreshRow {
    pub secret_hash: String,
    /// One sign-in: all tokens that followed from it.
    pub family: Uuid,
    pub person: PersonId,
    pub expires_at: Instant,
    /// When the password was given at the sign-in.
    pub proved_at: Instant,
    pub used_at: Option<Instant>,
    pub revoked_at: Option<Instant>,
}

impl Store {
    async fn one(&self, sql: &str, values: Vec<Value>) -> Result<Option<sea_orm::QueryResult>, StoreError> {
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        Ok(self.db().query_one_raw(statement).await?)
    }

    async fn changed(&self, sql: &str, values: Vec<Value>) -> Result<bool, StoreError> {
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        Ok(self.db().execute_raw(statement).await?.rows_affected() > 0)
    }

    /// The stored password hash.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn credential(&self, person: PersonId) -> Result<Option<String>, StoreError> {
        let row = self
            .one("SELECT phc FROM credential WHERE person = $1", vec![person.0.into()])
            .await?;
        row.map(|row| Ok(row.try_get("", "phc")?)).transpose()
    }

    /// Sets a password hash.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn set_credential(&self, person: PersonId, phc: &str, at: Instant) -> Result<(), StoreError> {
        let sql = "INSERT INTO credential (person, phc, changed_at) VALUES ($1, $2, $3) \
                   ON CONFLICT (person) DO UPDATE SET phc = excluded.phc, changed_at = excluded.changed_at";
        self.change(sql, vec![person.0.into(), phc.into(), at.as_microsecond().into()])
            .await
    }

    /// A new refresh token.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn refresh_issued(&self, token: &RefreshRow, at: Instant) -> Result<(), StoreError> {
        let sql = "INSERT INTO refresh_token (secret_hash, family, person, issued_at, expires_at, proved_at) \
                   VALUES ($1, $2, $3, $4, $5, $6)";
        let values = vec![
            token.secret_hash.clone().into(),
            token.family.into(),
            token.person.0.into(),
            at.as_microsecond().into(),
            token.expires_at.as_microsecond().into(),
            token.proved_at.as_microsecond().into(),
        ];
        self.change(sql, values).await
    }

    /// The refresh token with this hash.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn refresh_token(&self, secret_hash: &str) -> Result<Option<RefreshRow>, StoreError> {
        let row = self
            .one(
                "SELECT * FROM refresh_token WHERE secret_hash = $1",
                vec![secret_hash.into()],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(RefreshRow {
            secret_hash: secret_hash.to_owned(),
            family: row.try_get("", "family")?,
            person: PersonId(row.try_get("", "person")?),
            expires_at: instant(row.try_get("", "expires_at")?),
            proved_at: instant(row.try_get("", "proved_at")?),
            used_at: row.try_get::<Option<i64>>("", "used_at")?.map(instant),
            revoked_at: row.try_get::<Option<i64>>("", "revoked_at")?.map(instant),
        }))
    }

    /// Uses it up; false if somebody else did first.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn refresh_used(&self, secret_hash: &str, at: Instant) -> Result<bool, StoreError> {
        let sql =
            "UPDATE refresh_token SET used_at = $1 WHERE secret_hash = $2 AND used_at IS NULL AND revoked_at IS NULL";
        self.changed(sql, vec![at.as_microsecond().into(), secret_hash.into()])
            .await
    }

    /// Ends a sign-in and everything that followed from it.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn family_revoked(&self, family: Uuid, at: Instant) -> Result<(), StoreError> {
        let sql = "UPDATE refresh_token SET revoked_at = $1 WHERE family = $2 AND revoked_at IS NULL";
        self.change(sql, vec![at.as_microsecond().into(), family.into()]).await
    }

    /// Does the sign-in still stand, and is its person active?
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn family_stands(&self, family: Uuid) -> Result<bool, StoreError> {
        let sql = "SELECT count(*) AS n FROM refresh_token t JOIN person p ON p.id = t.person \
                   WHERE t.family = $1 AND t.revoked_at IS NULL AND p.active = $2";
        let row = self.one(sql, vec![family.into(), true.into()]).await?;
        row.map_or(Ok(false), |row| Ok(row.try_get::<i64>("", "n")? > 0))
    }

    /// Keeps an invitation by the hash of its secret.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn invitation_made(&self, secret_hash: &str, person: PersonId, until: Instant) -> Result<(), StoreError> {
        let sql = "INSERT INTO invitation (secret_hash, person, expires_at) VALUES ($1, $2, $3)";
        self.change(
            sql,
            vec![secret_hash.into(), person.0.into(), until.as_microsecond().into()],
        )
        .await
    }

    /// Uses an invitation up, once; the person it was for.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn invitation_used(
        &self,
        secret_hash: &str,
        person: PersonId,
        at: Instant,
    ) -> Result<Option<PersonId>, StoreError> {
        let sql = "UPDATE invitation SET used_at = $1 WHERE secret_hash = $2 AND used_at IS NULL AND expires_at > $3 \
                   AND person = $4 RETURNING person";
        let at: Value = at.as_microsecond().into();
        let row = self
            .one(sql, vec![at.clone(), secret_hash.into(), at, person.0.into()])
            .await?;
        row.map(|row| Ok(PersonId(row.try_get("", "person")?))).transpose()
    }

    /// Failures of this subject (an account or an address): (how many, blocked until).
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn throttle(&self, subject: &str) -> Result<(u32, Instant), StoreError> {
        let row = self
            .one(
                "SELECT failures, blocked_until FROM login_throttle WHERE subject = $1",
                vec![subject.into()],
            )
            .await?;
        let Some(row) = row else {
            return Ok((0, Instant::UNIX_EPOCH));
        };
        Ok((
            row.try_get::<i64>("", "failures")? as u32,
            instant(row.try_get("", "blocked_until")?),
        ))
    }

    /// Takes an attempt of this subject, counted as a failure until it proves to be none: false while it has to wait.
    /// One statement, so that however many try at once on however many instances, no more get through than one after
    /// another would. After `free` attempts each doubles the wait, to 300 seconds; the hundredth rests for a day.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn throttle_taken(&self, subject: &str, free: u32, now: Instant) -> Result<bool, StoreError> {
        let over = format!("(login_throttle.failures + 1 - {free})");
        let sql = format!(
            "INSERT INTO login_throttle (subject, failures, blocked_until, last_failure_at) VALUES ($1, 1, 0, $2) \
             ON CONFLICT (subject) DO UPDATE SET failures = login_throttle.failures + 1, \
             last_failure_at = excluded.last_failure_at, blocked_until = CASE \
             WHEN {over} < 0 THEN 0 \
             WHEN login_throttle.failures + 1 >= {MOST_FAILURES} THEN excluded.last_failure_at + 86400000000 \
             WHEN {over} > 8 THEN excluded.last_failure_at + 300000000 \
             ELSE excluded.last_failure_at + 1000000 * (1 << CAST({over} AS INTEGER)) END \
             WHERE login_throttle.blocked_until <= excluded.last_failure_at RETURNING failures"
        );
        let row = self
            .one(&sql, vec![subject.into(), now.as_microsecond().into()])
            .await?;
        Ok(row.is_some())
    }

    /// One more failure at an address, which many share; after an hour of peace it begins anew.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn throttle_shared(&self, subject: &str, free: u32, now: Instant) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT INTO login_throttle (subject, failures, blocked_until, last_failure_at) VALUES ($1, 1, 0, $2) \
             ON CONFLICT (subject) DO UPDATE SET last_failure_at = excluded.last_failure_at, \
             failures = CASE WHEN login_throttle.last_failure_at < excluded.last_failure_at - 3600000000 THEN 1 \
             ELSE login_throttle.failures + 1 END, \
             blocked_until = CASE WHEN login_throttle.failures < {free} \
             OR login_throttle.last_failure_at < excluded.last_failure_at - 3600000000 THEN 0 \
             ELSE excluded.last_failure_at + 10000000 END"
        );
        self.change(&sql, vec![subject.into(), now.as_microsecond().into()])
            .await
    }

    /// A success forgets the failures.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn throttle_cleared(&self, subject: &str) -> Result<(), StoreError> {
        self.change("DELETE FROM login_throttle WHERE subject = $1", vec![subject.into()])
            .await
    }
}
