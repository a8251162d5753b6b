//! The reference on SQLite: the rows of one transition written by one task that commits for everybody who waits, and
//! nothing else.

use super::load::Measured;
use anyhow::Context as _;
use futures_util::future::join_all;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement, Value};
use std::{
    collections::HashMap,
    path::Path,
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// How many commits at most share one transaction; as in the service.
const GROUP: usize = 64;

type Job = (Uuid, oneshot::Sender<()>);

/// A copy of the service's database, and how long each history is.
pub struct Raw {
    db: DatabaseConnection,
    body: Vec<u8>,
    lengths: HashMap<Uuid, i64>,
}

fn statement(db: &DatabaseConnection, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

impl Raw {
    /// Opens the copy.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn open(file: &Path) -> anyhow::Result<Self> {
        let mut options = ConnectOptions::new(format!("sqlite://{}", file.display()));
        options.max_connections(1);
        let db = Database::connect(options).await?;
        db.execute_unprepared("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON")
            .await?;
        let sql = "SELECT stream_id, max(seq) AS seq FROM event WHERE stream_kind = 'case' GROUP BY stream_id";
        let mut lengths = HashMap::new();
        for row in db.query_all_raw(statement(&db, sql, vec![])).await? {
            lengths.insert(row.try_get("", "stream_id")?, row.try_get("", "seq")?);
        }
        let sql = "SELECT body FROM event WHERE stream_kind = 'case' ORDER BY seq DESC LIMIT 1";
        let row = db.query_one_raw(statement(&db, sql, vec![])).await?;
        let body = row.context("no event")?.try_get("", "body")?;
        Ok(Self { db, body, lengths })
    }

    /// So many clients for so long.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn load(&mut self, clients: usize, length: Duration) -> anyhow::Result<Measured> {
        let (send, receive) = mpsc::channel::<Job>(1024);
        let cases: Vec<Uuid> = self.lengths.keys().copied().collect();
        let begun = Instant::now();
        let each = (0..clients).map(|client| {
            let (send, cases) = (send.clone(), cases.clone());
            tokio::spawn(async move {
                let (mut times, mut next) = (Vec::new(), client);
                while begun.elapsed() < length {
                    let (done, committed) = oneshot::channel();
                    let asked = Instant::now();
                    let case = cases.get(next % cases.len().max(1)).copied().unwrap_or_default();
                    send.send((case, done)).await?;
                    committed.await?;
                    times.push(asked.elapsed());
                    next += clients;
                }
                anyhow::Ok(times)
            })
        });
        let each: Vec<_> = each.collect();
        drop(send);
        self.write(receive).await?;
        let mut times = Vec::new();
        for done in join_all(each).await {
            times.extend(done??);
        }
        Ok(Measured::of(times, begun.elapsed()))
    }

    async fn write(&mut self, mut receive: mpsc::Receiver<Job>) -> anyhow::Result<()> {
        let mut jobs = Vec::with_capacity(GROUP);
        while receive.recv_many(&mut jobs, GROUP).await > 0 {
            self.db.execute_unprepared("BEGIN IMMEDIATE").await?;
            for (case, _) in &jobs {
                self.transition(*case).await?;
            }
            self.db.execute_unprepared("COMMIT").await?;
            for (_, done) in jobs.drain(..) {
                // A client whose time is over does not wait any more.
                let _ = done.send(());
            }
        }
        Ok(())
    }

    async fn transition(&mut self, case: Uuid) -> anyhow::Result<()> {
        let seq = self.lengths.entry(case).or_default();
        *seq += 1;
        let (id, hash) = (Uuid::from_u128(rand_128()), crate::chance::bytes_32().to_vec());
        let event = vec![
            id.into(),
            case.into(),
            (*seq).into(),
            self.body.clone().into(),
            hash.clone().into(),
            0i64.into(),
        ];
        let sql = "INSERT INTO event (id, stream_kind, stream_id, seq, body, hash, recorded_at) VALUES ($1, 'case', $2, $3, $4, $5, $6)";
        self.db.execute_raw(statement(&self.db, sql, event)).await?;
        let sql = "INSERT INTO event_private (event_id, field, salt, value) VALUES ($1, 'text', $2, $2)";
        self.db
            .execute_raw(statement(&self.db, sql, vec![id.into(), hash.into()]))
            .await?;
        let sql = "UPDATE case_listing SET version = $1, updated_at = $2 WHERE id = $3";
        let listing = vec![(*seq).into(), (*seq).into(), case.into()];
        self.db.execute_raw(statement(&self.db, sql, listing)).await?;
        Ok(())
    }
}

fn rand_128() -> u128 {
    let bytes = crate::chance::bytes_32();
    bytes.iter().take(16).fold(0, |all, byte| all << 8 | u128::from(*byte))
}
