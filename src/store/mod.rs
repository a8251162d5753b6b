//! The only writer. History is appended in one commit with the rows that list it, the letters it owes and the
//! answer to a repeated request.

pub mod browser;
mod chains;
pub mod checks;
pub mod commit;
mod db;
pub mod documents;
pub mod explorer;
pub mod history;
pub mod lists;
mod log;
pub mod outbox;
pub mod people;
mod programme;
mod rows;
pub mod screening;
pub mod security;
pub mod sessions;

use sea_orm::{DatabaseConnection, DbErr, SqlErr};
use tokio::sync::mpsc;

pub use chains::ChainReport;

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody appended to the stream first.
    #[error("the history was continued by somebody else meanwhile")]
    Conflict,
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
            } else {
                Self::Conflict
            };
        }
        if text.contains("not the next of its stream") || text.contains("event is append-only") {
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
}

impl Store {
    /// Opens `sqlite://…` or `postgres://…`.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            let db = db::connect(url, 6).await?;
            let writer = log::start_writer(db::connect(url, 1).await?);
            return Ok(Self {
                db,
                writer: Some(writer),
            });
        }
        Ok(Self {
            db: db::connect(url, 12).await?,
            writer: None,
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

    pub(crate) fn db(&self) -> &DatabaseConnection {
        &self.db
    }
}
