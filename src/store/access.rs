//! What a person's access changes besides history, in the same commit: credentials, sign-ins, links.

use super::{Store, StoreError, security::SecurityEvent};
use crate::domain::{Instant, id::PersonId};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement, Value};
use uuid::Uuid;

/// One change. Those that use something up fail the whole commit with `Gone` if it was used before.
#[derive(Clone, Debug)]
pub enum AccessChange {
    Credential {
        person: PersonId,
        phc: String,
        at: Instant,
    },
    /// A sign-in and everything that followed from it ends.
    FamilyEnds {
        family: Uuid,
        at: Instant,
    },
    /// Every sign-in of the person ends, but this one.
    SignInsEnd {
        person: PersonId,
        but: Option<Uuid>,
        at: Instant,
    },
    /// A link to set a new password was asked for; of `most` within the hour one more is refused with `Gone`.
    ResetAsked {
        secret_hash: String,
        account: String,
        person: Option<PersonId>,
        at: Instant,
        until: Instant,
        most: i64,
    },
    /// The link was used, and with it every other link of the person.
    ResetUsed {
        secret_hash: String,
        at: Instant,
    },
    /// Failures of this subject are forgotten.
    Forgiven(String),
    Noted(Box<SecurityEvent>),
}

const HOUR: i64 = 3_600_000_000;

async fn run(db: &DatabaseTransaction, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.execute_raw(statement).await?.rows_affected())
}

pub(super) async fn write(db: &DatabaseTransaction, change: &AccessChange) -> Result<(), StoreError> {
    use AccessChange as A;
    match change {
        A::Credential { person, phc, at } => {
            let sql = "INSERT INTO credential (person, phc, changed_at) VALUES ($1, $2, $3) \
                       ON CONFLICT (person) DO UPDATE SET phc = excluded.phc, changed_at = excluded.changed_at";
            let values = vec![person.0.into(), phc.clone().into(), at.as_microsecond().into()];
            run(db, sql, values).await?;
        }
        A::FamilyEnds { family, at } => {
            let sql = "UPDATE refresh_token SET revoked_at = $1 WHERE family = $2 AND revoked_at IS NULL";
            run(db, sql, vec![at.as_microsecond().into(), (*family).into()]).await?;
        }
        A::SignInsEnd { person, but, at } => {
            let sql =
                "UPDATE refresh_token SET revoked_at = $1 WHERE person = $2 AND family <> $3 AND revoked_at IS NULL";
            let but = but.unwrap_or(Uuid::nil());
            run(db, sql, vec![at.as_microsecond().into(), person.0.into(), but.into()]).await?;
            let sql = "UPDATE browser_session SET ended_at = $1 WHERE person = $2 AND ended_at IS NULL";
            run(db, sql, vec![at.as_microsecond().into(), person.0.into()]).await?;
        }
        A::ResetAsked { .. } => reset_asked(db, change).await?,
        A::ResetUsed { secret_hash, at } => reset_used(db, secret_hash, *at).await?,
        A::Forgiven(subject) => {
            let sql = "DELETE FROM login_throttle WHERE subject = $1";
            run(db, sql, vec![subject.clone().into()]).await?;
        }
        A::Noted(event) => {
            let (sql, values) = super::security::insertion(event);
            run(db, sql, values).await?;
        }
    }
    Ok(())
}

async fn reset_asked(db: &DatabaseTransaction, change: &AccessChange) -> Result<(), StoreError> {
    let AccessChange::ResetAsked {
        secret_hash,
        account,
        person,
        at,
        until,
        most,
    } = change
    else {
        return Ok(());
    };
    let now = at.as_microsecond();
    if db.get_database_backend() == DbBackend::Postgres {
        // One at a time for each account, or many at once would all find room.
        let sql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 7310542026112302))";
        let values = [Value::from(account.clone())];
        db.query_one_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values))
            .await?;
    }
    run(
        db,
        "DELETE FROM password_reset WHERE expires_at < $1",
        vec![(now - HOUR).into()],
    )
    .await?;
    let sql = "INSERT INTO password_reset (secret_hash, account, person, asked_at, expires_at) \
               SELECT $1, $2, $3, $4, $5 WHERE \
               (SELECT count(*) FROM password_reset WHERE account = $6 AND asked_at > $7) < $8";
    let values = vec![
        secret_hash.clone().into(),
        account.clone().into(),
        person.map(|person| person.0).into(),
        now.into(),
        until.as_microsecond().into(),
        account.clone().into(),
        (now - HOUR).into(),
        (*most).into(),
    ];
    if run(db, sql, values).await? == 0 {
        return Err(StoreError::Gone);
    }
    Ok(())
}

async fn reset_used(db: &DatabaseTransaction, secret_hash: &str, at: Instant) -> Result<(), StoreError> {
    let at = at.as_microsecond();
    let sql = "UPDATE password_reset SET used_at = $1 WHERE secret_hash = $2 AND used_at IS NULL AND expires_at > $3";
    if run(db, sql, vec![at.into(), secret_hash.into(), at.into()]).await? == 0 {
        return Err(StoreError::Gone);
    }
    let sql = "UPDATE password_reset SET used_at = $1 WHERE used_at IS NULL AND person = \
               (SELECT person FROM password_reset WHERE secret_hash = $2)";
    run(db, sql, vec![at.into(), secret_hash.into()]).await?;
    Ok(())
}

impl Store {
    /// Whose link this is, if it can still be used.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn reset_of(&self, secret_hash: &str, now: Instant) -> Result<Option<PersonId>, StoreError> {
        let sql = "SELECT person FROM password_reset WHERE secret_hash = $1 AND used_at IS NULL AND expires_at > $2 \
                   AND person IS NOT NULL";
        let values: [Value; 2] = [secret_hash.into(), now.as_microsecond().into()];
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        let row = self.db().query_one_raw(statement).await?;
        row.map(|row| Ok(PersonId(row.try_get("", "person")?))).transpose()
    }
}
