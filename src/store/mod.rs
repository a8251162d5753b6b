//! The only writer. History is appended in one commit with the rows that list it, the letters it owes and the
//! answer to a repeated request.

pub mod access;
mod behind;
pub mod browser;
mod bundle;
mod catalogue;
mod chains;
pub mod checkpoints;
pub mod checks;
pub mod commit;
mod copies;
mod cosignatures;
mod db;
pub mod documents;
pub mod explorer;
pub mod generations;
pub mod history;
pub mod keeping;
mod leaves;
pub mod lists;
mod log;
pub mod outbox;
pub mod people;
mod plan;
mod private;
mod programme;
mod rights;
mod rows;
pub mod screening;
mod seals;
pub mod security;
pub mod sequence;
pub mod sessions;
pub mod vault;

use sea_orm::{DatabaseConnection, DbErr, SqlErr};
use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::{Notify, mpsc};

pub use bundle::BundleMade;
pub use chains::ChainReport;
pub use db::Limits;

/// More of them read an SQLite file no faster.
const READERS: u32 = 6;

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody appended to the stream first.
    #[error("the history was continued by somebody else meanwhile")]
    Conflict,
    /// A link or a limit was used up before.
    #[error("it was used before")]
    Gone,
    /// Another notice has this number.
    #[error("another notice has this number")]
    NumberTaken,
    /// The idempotency key is taken.
    #[error("the key was used before")]
    KeyTaken,
    /// The database's own fence refused: something would be drawn twice.
    #[error("the database refused: {0}")]
    Fence(String),
    #[error("the database is not available: {0}")]
    Unavailable(String),
    #[error("the database is damaged: {0}")]
    Corrupt(String),
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        let text = error.to_string();
        if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) {
            return if text.contains("keyed_answer") {
                Self::KeyTaken
            } else if text.contains("notice_listing") && text.contains("number") {
                Self::NumberTaken
            } else {
                Self::Conflict
            };
        }
        if text.contains("not the next of its stream")
            || text.contains("is append-only")
            || text.contains("log_head only grows")
        {
            return Self::Conflict;
        }
        if text.contains("CHECK constraint") || text.contains("check constraint") {
            return Self::Fence(text);
        }
        Self::Unavailable(text)
    }
}

/// The database, opened.
#[derive(Clone, Debug)]
pub struct Store {
    db: DatabaseConnection,
    /// SQLite has one writer, which commits for many at once.
    writer: Option<mpsc::Sender<log::Job>>,
    /// Why nothing more is written here.
    halted: Arc<OnceLock<String>>,
    /// Whether the log has not advanced for too long.
    behind: Arc<AtomicBool>,
    /// Told of every commit.
    nudge: Arc<Notify>,
    vault: vault::Vault,
}

impl Store {
    /// Opens `sqlite://…` or `postgres://…`; private values are read and written with this vault.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn open(url: &str, limits: Limits, vault: vault::Vault) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            let of = |connections| Limits { connections, ..limits };
            let db = db::connect(url, of(limits.connections.min(READERS))).await?;
            let writer = log::start_writer(db::connect(url, of(1)).await?);
            return Ok(Self {
                db,
                writer: Some(writer),
                halted: Arc::default(),
                behind: Arc::default(),
                nudge: Arc::default(),
                vault,
            });
        }
        Ok(Self {
            db: db::connect(url, limits).await?,
            writer: None,
            halted: Arc::default(),
            behind: Arc::default(),
            nudge: Arc::default(),
            vault,
        })
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// When a migration fails; nothing of it remains.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        db::migrate(&self.db).await
    }

    /// Does the database answer?
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.db.ping().await?)
    }

    /// Writes no history any more: the log does not fit.
    pub fn halt(&self, why: &str) {
        if self.halted.set(why.to_owned()).is_ok() {
            tracing::error!(why, "THE LOG DOES NOT FIT: nothing more is written by this instance");
        }
    }

    /// Why nothing more is written, if so.
    #[must_use]
    pub fn halted(&self) -> Option<&str> {
        self.halted.get().map(String::as_str)
    }

    /// Whether the log advances: while it does not, nothing is decided (see [`Store::is_behind`]).
    pub fn set_behind(&self, behind: bool) {
        if self.behind.swap(behind, Ordering::Relaxed) != behind {
            tracing::error!(behind, "the log does not advance: nothing is decided until it does");
        }
    }

    /// Has the log not advanced for too long? Reading and drafting go on; what has legal effect waits.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.behind.load(Ordering::Relaxed)
    }

    /// What is told of every commit.
    #[must_use]
    pub fn nudge(&self) -> Arc<Notify> {
        self.nudge.clone()
    }

    fn vault(&self) -> &vault::Vault {
        &self.vault
    }

    pub(crate) fn db(&self) -> &DatabaseConnection {
        &self.db
    }
}
