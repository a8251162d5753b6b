//! Appending to history and reading it back.
//!
//! On SQLite one task writes, and commits for everybody who waits (each in a savepoint, so that one conflict fails
//! alone); on PostgreSQL each commit is a transaction of its own. The primary rule of concurrency is the same on
//! both: `(stream, seq)` is unique, and whoever comes second decides again.

use super::{
    Store, StoreError,
    commit::{Append, Commit, Head, KeyedAnswer, Stream},
    db,
    private::{Closed, Opener},
    rows,
};
use crate::{
    audit::leaf::{self, Leaf, Place},
    domain::id::PersonId,
};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, Statement, TransactionTrait, Value,
};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// One commit and where its outcome goes.
#[derive(Debug)]
pub(super) struct Job {
    prepared: Prepared,
    done: oneshot::Sender<Result<(), StoreError>>,
}

/// A commit with its events encoded, ready to be written without any further thought.
#[derive(Debug)]
pub(super) struct Prepared {
    leaves: Vec<(Stream, u32, Uuid, i64, Leaf)>,
    private: Closed,
    rest: Commit,
}

/// How many commits at most share one transaction.
const GROUP: usize = 64;

pub(super) fn prepare(mut commit: Commit) -> Result<Prepared, StoreError> {
    let mut leaves = Vec::new();
    for Append { stream, after, events } in std::mem::take(&mut commit.appends) {
        let mut prev = after.hash;
        for event in events {
            let place = Place {
                kind: stream.kind.word(),
                stream: stream.id,
                prev,
            };
            let leaf = leaf::seal(&event, &place, &mut || Ok(crate::chance::bytes_32()))
                .map_err(|error| StoreError::Corrupt(error.to_string()))?;
            prev = leaf.hash;
            let field = |name: &str| {
                event
                    .get(name)
                    .and_then(serde_json::Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            let id = field("id")
                .parse()
                .map_err(|_| StoreError::Corrupt("an event without id".to_owned()))?;
            let seq = event.get("seq").and_then(serde_json::Value::as_u64).unwrap_or(0) as u32;
            let at: crate::domain::Instant = field("recorded_at").parse().unwrap_or_default();
            leaves.push((stream, seq, id, at.as_microsecond(), leaf));
        }
    }
    let private = Closed::default();
    Ok(Prepared {
        leaves,
        private,
        rest: commit,
    })
}

/// Starts the one writer of an SQLite database.
pub(super) fn start_writer(db: DatabaseConnection) -> mpsc::Sender<Job> {
    let (send, mut receive) = mpsc::channel::<Job>(1024);
    tokio::spawn(async move {
        let mut jobs = Vec::with_capacity(GROUP);
        while receive.recv_many(&mut jobs, GROUP).await > 0 {
            write_group(&db, std::mem::take(&mut jobs)).await;
        }
    });
    send
}

async fn write_group(db: &DatabaseConnection, jobs: Vec<Job>) {
    let mut outcomes = Vec::with_capacity(jobs.len());
    let committed = async {
        let transaction = db.begin_with_options(db::writing()).await?;
        for job in &jobs {
            let savepoint = transaction.begin().await?;
            match write(&savepoint, &job.prepared).await {
                Ok(()) => {
                    savepoint.commit().await?;
                    outcomes.push(Ok(()));
                }
                Err(error) => {
                    savepoint.rollback().await?;
                    outcomes.push(Err(error));
                }
            }
        }
        transaction.commit().await
    }
    .await;
    if let Err(error) = committed {
        let text = error.to_string();
        outcomes = jobs
            .iter()
            .map(|_| Err(StoreError::Unavailable(text.clone())))
            .collect();
    }
    for (job, outcome) in jobs.into_iter().zip(outcomes) {
        // Whoever asked may have gone; what is committed stays committed.
        let _ = job.done.send(outcome);
    }
}

pub(super) async fn write(db: &DatabaseTransaction, prepared: &Prepared) -> Result<(), StoreError> {
    let backend = db.get_database_backend();
    if !prepared.leaves.is_empty() {
        db.execute_raw(insert_events(backend, &prepared.leaves)).await?;
        prepared.private.write(db).await?;
    }
    rows::write(db, &prepared.rest).await
}

/// `($1, $2), ($3, $4)`, for values in this order from the first on. SQLite understands the numbered form too, but
/// takes a number for a name and looks through all names at each: thousands of them cost more than the work itself.
pub(super) fn places(backend: DbBackend, rows: usize, columns: usize) -> String {
    let cell = |n: usize| match backend {
        DbBackend::Sqlite => "?".to_owned(),
        _ => format!("${n}"),
    };
    let row = |row: usize| {
        let cells: Vec<String> = (1..=columns).map(|column| cell(row * columns + column)).collect();
        format!("({})", cells.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

fn insert_events(backend: DbBackend, leaves: &[(Stream, u32, Uuid, i64, Leaf)]) -> Statement {
    let mut values: Vec<Value> = Vec::with_capacity(leaves.len() * 7);
    for (stream, seq, id, at, leaf) in leaves {
        values.push((*id).into());
        values.push(stream.kind.word().into());
        values.push(stream.id.into());
        values.push(i64::from(*seq).into());
        values.push(leaf.body.clone().into());
        values.push(leaf.hash.to_vec().into());
        values.push((*at).into());
    }
    let columns = "id, stream_kind, stream_id, seq, body, hash, recorded_at";
    let sql = format!(
        "INSERT INTO event ({columns}) VALUES {}",
        places(backend, leaves.len(), 7)
    );
    Statement::from_sql_and_values(backend, sql, values)
}

impl Store {
    /// Writes everything of this commit, or nothing.
    ///
    /// # Errors
    /// `Conflict` if a stream was continued meanwhile, `KeyTaken`, `Fence`, or the database's trouble.
    pub async fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        if let Some(why) = self.halted() {
            return Err(StoreError::Unavailable(format!("the log does not fit: {why}")));
        }
        let mut prepared = prepare(commit)?;
        let leaves = prepared.leaves.iter();
        prepared.private = self
            .close(leaves.map(|(stream, _, id, _, leaf)| (*stream, *id, leaf)))
            .await?;
        self.write(prepared).await?;
        self.nudge.notify_one();
        Ok(())
    }

    async fn write(&self, prepared: Prepared) -> Result<(), StoreError> {
        let Some(writer) = &self.writer else {
            let transaction = self.db.begin_with_options(db::writing()).await?;
            // After an error the transaction is dropped, which rolls it back.
            write(&transaction, &prepared).await?;
            return Ok(transaction.commit().await?);
        };
        let gone = || StoreError::Unavailable("the writer has stopped".to_owned());
        let (done, outcome) = oneshot::channel();
        writer.send(Job { prepared, done }).await.map_err(|_| gone())?;
        outcome.await.map_err(|_| gone())?
    }

    /// A stream's events, opened, and where it stands.
    ///
    /// # Errors
    /// `Corrupt` if a body cannot be read or a private value does not match its commitment.
    pub async fn load(&self, stream: Stream) -> Result<(Vec<serde_json::Value>, Head), StoreError> {
        let backend = self.db.get_database_backend();
        let values: Vec<Value> = vec![stream.kind.word().into(), stream.id.into()];
        let sql = "SELECT id, seq, body, hash FROM event WHERE stream_kind = $1 AND stream_id = $2 ORDER BY seq";
        let rows = self
            .db
            .query_all_raw(Statement::from_sql_and_values(backend, sql, values))
            .await?;
        if rows.is_empty() {
            return Ok((Vec::new(), Head::default()));
        }
        let openings = Opener::new(self.vault()).history(&self.db, stream).await?;
        let mut events = Vec::with_capacity(rows.len());
        let mut head = Head::default();
        for row in rows {
            let (id, body): (Uuid, Vec<u8>) = (row.try_get("", "id")?, row.try_get("", "body")?);
            let (seq, hash): (i64, Vec<u8>) = (row.try_get("", "seq")?, row.try_get("", "hash")?);
            let opened = leaf::open(&body, openings.get(&id).map_or(&[], Vec::as_slice));
            events.push(
                opened
                    .map_err(|error| StoreError::Corrupt(format!("event {id}: {error}")))?
                    .event,
            );
            head = Head {
                seq: seq as u32,
                hash: fixed(&hash)?,
            };
        }
        Ok((events, head))
    }

    /// The kept answer to a repeated request.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn keyed_answer(&self, person: PersonId, key: &str) -> Result<Option<KeyedAnswer>, StoreError> {
        let sql = "SELECT request, status, body, at FROM keyed_answer WHERE person = $1 AND key = $2";
        let statement =
            Statement::from_sql_and_values(self.db.get_database_backend(), sql, [person.0.into(), key.into()]);
        let Some(row) = self.db.query_one_raw(statement).await? else {
            return Ok(None);
        };
        let (request, body): (Vec<u8>, Vec<u8>) = (row.try_get("", "request")?, row.try_get("", "body")?);
        let (status, at): (i64, i64) = (row.try_get("", "status")?, row.try_get("", "at")?);
        let (request, at) = (fixed(&request)?, super::rows::instant(at));
        Ok(Some(KeyedAnswer {
            person,
            key: key.to_owned(),
            request,
            status: status as u16,
            body,
            at,
        }))
    }
}

/// 32 bytes, or the row is damaged.
pub(super) fn fixed(bytes: &[u8]) -> Result<[u8; 32], StoreError> {
    bytes
        .try_into()
        .map_err(|_| StoreError::Corrupt("a hash or salt has not 32 bytes".to_owned()))
}
