//! Connections and migrations, the same for SQLite and PostgreSQL.

use super::StoreError;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
    sqlx::{
        Connection as _,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};
use std::time::Duration;

/// How much of the database one instance may have.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most connections held at a time.
    pub connections: u32,
    /// How long to wait for a free one.
    pub acquire: Duration,
    /// After which time PostgreSQL gives up a statement, or a transaction in which nothing is said: whoever was
    /// stopped in the middle of one does not hold up the others for ever.
    pub statement: Duration,
}

/// Connects; a missing SQLite file is made.
pub(super) async fn connect(url: &str, limits: Limits) -> Result<DatabaseConnection, StoreError> {
    let Limits {
        connections,
        acquire,
        statement,
    } = limits;
    let mut options = ConnectOptions::new(url);
    options
        .acquire_timeout(acquire)
        .sqlx_logging_level(log::LevelFilter::Trace)
        .max_connections(connections)
        .sqlx_slow_statements_logging_settings(log::LevelFilter::Warn, Duration::from_secs(1));
    if url.starts_with("sqlite:") {
        options.map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(10))
                .pragma("trusted_schema", "OFF")
                .pragma("secure_delete", "ON")
        });
        // After an error of the disk SQLite ends a transaction by itself, and the pool goes on believing in it: what is
        // committed on such a connection later is acknowledged, and never is. It is closed, and another opened.
        options.map_sqlx_sqlite_before_acquire(|connection, _| {
            Box::pin(async move { Ok(!connection.is_in_transaction()) })
        });
    } else {
        options
            .idle_timeout(Duration::from_secs(300))
            .max_lifetime(Duration::from_secs(1800));
        let patience = statement.as_millis().to_string();
        options.map_sqlx_postgres_opts(move |postgres| {
            postgres.options([
                ("statement_timeout", patience.as_str()),
                ("idle_in_transaction_session_timeout", patience.as_str()),
            ])
        });
    }
    Ok(Database::connect(options).await?)
}

/// Begins writing: the write lock at once on SQLite, an ordinary transaction on PostgreSQL.
pub(super) fn writing() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    }
}

/// Brings the schema up to date; safe when several instances start at once.
pub(super) async fn migrate(db: &DatabaseConnection) -> Result<(), StoreError> {
    use migration::{Migrator, MigratorTrait};
    // Nothing pending: no lock, and no right to change the schema is needed.
    if Migrator::get_pending_migrations_read_only(db)
        .await
        .is_ok_and(|pending| pending.is_empty())
    {
        return Ok(());
    }
    let transaction = db.begin_with_options(writing()).await?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        // A migration takes as long as it takes, and so does waiting for another instance's.
        transaction
            .execute_unprepared("SET LOCAL statement_timeout = 0")
            .await?;
        transaction
            .execute_unprepared("SELECT pg_advisory_xact_lock(7310542026112301)")
            .await?;
    }
    Migrator::up(&transaction, None).await?;
    transaction.commit().await?;
    Ok(())
}
