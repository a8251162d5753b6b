//! Letters owed, claimed, sent: at most one clerk holds a letter, and a clerk that dies lets it go again.

use super::{
    Store, StoreError,
    commit::{LetterOwed, Stream, StreamKind},
    db,
    rows::{instant, read_word},
};
use crate::domain::{
    Instant,
    id::{EventId, LetterId, PersonId},
};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, TransactionTrait, Value};
use serde::Serialize;

/// A letter in somebody's hands.
#[derive(Clone, Debug)]
pub struct Claimed {
    pub letter: LetterOwed,
    /// How often it was tried before.
    pub attempts: u32,
    /// The first signed checkpoint of the log that covers its event; always the same, however often it is tried.
    pub checkpoint: Option<String>,
}

/// How a letter fares, as the case shows it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct LetterRow {
    pub id: LetterId,
    pub event: EventId,
    pub letter: String,
    pub audience: String,
    pub name: String,
    pub address: String,
    pub language: String,
    /// `pending`, `sending`, `sent` or `failed`.
    pub status: String,
    pub attempts: u32,
    pub last_error: Option<String>,
    /// While it waits: when it is tried (again).
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_attempt_at: Option<Instant>,
    #[schema(value_type = String, format = DateTime)]
    pub owed_since: Instant,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Instant>,
}

impl Store {
    /// Takes up to `limit` letters that are due and holds them until `until`. A letter is not due before its event is
    /// in a signed checkpoint of the log.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn claim_letters(&self, now: Instant, until: Instant, limit: u32) -> Result<Vec<Claimed>, StoreError> {
        let backend = self.db().get_database_backend();
        let skip = if backend == DbBackend::Postgres {
            " FOR UPDATE OF letter SKIP LOCKED"
        } else {
            ""
        };
        let sql = format!(
            "UPDATE letter SET status = 'sending', next_attempt_at = $1, attempts = attempts + 1 WHERE id IN \
             (SELECT letter.id FROM letter JOIN log_leaf l ON l.event_id = letter.event_id \
              WHERE status IN ('pending', 'sending') AND next_attempt_at <= $2 \
              AND l.generation = (SELECT max(generation) FROM log_head) \
              AND l.idx < (SELECT max(size) FROM log_checkpoint c WHERE c.generation = l.generation) \
              ORDER BY next_attempt_at LIMIT {limit}{skip}) RETURNING *"
        );
        let values: Vec<Value> = vec![until.as_microsecond().into(), now.as_microsecond().into()];
        let transaction = self.db().begin_with_options(db::writing()).await?;
        let rows = transaction
            .query_all_raw(Statement::from_sql_and_values(backend, sql, values))
            .await?;
        transaction.commit().await?;
        let mut letters = Vec::with_capacity(rows.len());
        for row in &rows {
            let mut claimed = claimed(row)?;
            let logged = self.logged(claimed.letter.event.0).await?;
            claimed.checkpoint = logged
                .and_then(|logged| logged.checkpoint)
                .map(|checkpoint| checkpoint.note);
            letters.push(claimed);
        }
        Ok(letters)
    }

    /// The letter has left.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn letter_sent(&self, id: LetterId, at: Instant, message_id: &str) -> Result<(), StoreError> {
        // What the letter was made from is no longer needed: links in it may be secrets.
        let sql = "UPDATE letter SET status = 'sent', sent_at = $1, message_id = $2, last_error = NULL, \
                   facts = CASE WHEN letter IN ('person_invited', 'invitation_confirmed', 'password_reset_asked') THEN '{}' ELSE facts END WHERE id = $3";
        self.change(sql, vec![at.as_microsecond().into(), message_id.into(), id.0.into()])
            .await
    }

    /// It did not leave: again at `next`, or never (None).
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn letter_failed(&self, id: LetterId, next: Option<Instant>, error: &str) -> Result<(), StoreError> {
        let status = if next.is_some() { "pending" } else { "failed" };
        let next = next.map_or(0, Instant::as_microsecond);
        let sql =
            "UPDATE letter SET status = $1, next_attempt_at = $2, last_error = $3 WHERE id = $4 AND status <> 'sent'";
        let error: String = error.chars().take(500).collect();
        self.change(sql, vec![status.into(), next.into(), error.into(), id.0.into()])
            .await
    }

    /// The letters about a case or a notice.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn letters_about(&self, about: Stream) -> Result<Vec<LetterRow>, StoreError> {
        let sql = "SELECT * FROM letter WHERE stream_kind = $1 AND stream_id = $2 ORDER BY owed_since, id";
        let values: Vec<Value> = vec![about.kind.word().into(), about.id.into()];
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        self.db()
            .query_all_raw(statement)
            .await?
            .iter()
            .map(letter_row)
            .collect()
    }

    /// Letters with this status (or any), those owed last first.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn letters(&self, status: Option<&str>, offset: u32, limit: u32) -> Result<Vec<LetterRow>, StoreError> {
        let (clause, values): (&str, Vec<Value>) = match status {
            Some(status) => (" WHERE status = $1", vec![status.into()]),
            None => ("", Vec::new()),
        };
        let sql =
            format!("SELECT * FROM letter{clause} ORDER BY owed_since DESC, id DESC LIMIT {limit} OFFSET {offset}");
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        self.db()
            .query_all_raw(statement)
            .await?
            .iter()
            .map(letter_row)
            .collect()
    }

    /// One letter with its facts, for reading it again.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn letter(&self, id: LetterId) -> Result<Option<LetterOwed>, StoreError> {
        let statement = Statement::from_sql_and_values(
            self.db().get_database_backend(),
            "SELECT * FROM letter WHERE id = $1",
            [Value::from(id.0)],
        );
        let row = self.db().query_one_raw(statement).await?;
        row.as_ref()
            .map(claimed)
            .transpose()
            .map(|claimed| claimed.map(|claimed| claimed.letter))
    }

    /// A letter that was given up is tried again from the beginning. Was it one that had been given up?
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn letter_again(&self, id: LetterId, at: Instant) -> Result<bool, StoreError> {
        let sql = "UPDATE letter SET status = 'pending', attempts = 0, next_attempt_at = $1 WHERE id = $2 AND status = 'failed'";
        let values: Vec<Value> = vec![at.as_microsecond().into(), id.0.into()];
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        Ok(self.db().execute_raw(statement).await?.rows_affected() == 1)
    }

    /// How many letters wait and how many were given up: (waiting, failed).
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn letters_waiting(&self) -> Result<(u64, u64), StoreError> {
        let sql = "SELECT status, count(*) AS n FROM letter WHERE status <> 'sent' GROUP BY status";
        let backend = self.db().get_database_backend();
        let (mut waiting, mut failed) = (0, 0);
        for row in self.db().query_all_raw(Statement::from_string(backend, sql)).await? {
            let count = row.try_get::<i64>("", "n")?.unsigned_abs();
            if row.try_get::<String>("", "status")? == "failed" {
                failed += count
            } else {
                waiting += count
            }
        }
        Ok((waiting, failed))
    }

    pub(super) async fn change(&self, sql: &str, values: Vec<Value>) -> Result<(), StoreError> {
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        self.db().execute_raw(statement).await?;
        Ok(())
    }
}

fn claimed(row: &QueryResult) -> Result<Claimed, StoreError> {
    let kind: String = row.try_get("", "stream_kind")?;
    let kind = StreamKind::from_word(&kind).ok_or_else(|| StoreError::Corrupt(format!("a letter about “{kind}”")))?;
    let facts: String = row.try_get("", "facts")?;
    let letter = LetterOwed {
        id: LetterId(row.try_get("", "id")?),
        event: EventId(row.try_get("", "event_id")?),
        about: Stream {
            kind,
            id: row.try_get("", "stream_id")?,
        },
        letter: row.try_get("", "letter")?,
        audience: read_word(&row.try_get::<String>("", "audience")?)?,
        person: row.try_get::<Option<uuid::Uuid>>("", "person")?.map(PersonId),
        name: row.try_get("", "name")?,
        address: row.try_get("", "address")?,
        language: read_word(&row.try_get::<String>("", "language")?)?,
        facts: serde_json::from_str(&facts).map_err(|error| StoreError::Corrupt(error.to_string()))?,
        owed_since: instant(row.try_get("", "owed_since")?),
    };
    Ok(Claimed {
        letter,
        attempts: (row.try_get::<i64>("", "attempts")? as u32).saturating_sub(1),
        checkpoint: None,
    })
}

fn letter_row(row: &QueryResult) -> Result<LetterRow, StoreError> {
    let status: String = row.try_get("", "status")?;
    let waits = status == "pending" || status == "sending";
    let next_attempt: i64 = row.try_get("", "next_attempt_at")?;
    Ok(LetterRow {
        id: LetterId(row.try_get("", "id")?),
        event: EventId(row.try_get("", "event_id")?),
        letter: row.try_get("", "letter")?,
        audience: row.try_get("", "audience")?,
        name: row.try_get("", "name")?,
        address: row.try_get("", "address")?,
        language: row.try_get("", "language")?,
        status,
        attempts: row.try_get::<i64>("", "attempts")? as u32,
        last_error: row.try_get("", "last_error")?,
        next_attempt_at: waits.then(|| instant(next_attempt)),
        owed_since: instant(row.try_get("", "owed_since")?),
        sent_at: row.try_get::<Option<i64>>("", "sent_at")?.map(instant),
    })
}
