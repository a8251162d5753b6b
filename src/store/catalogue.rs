//! Is the database still fenced? Its triggers, constraints, indexes and rights, compared with those that the migrations
//! made.
//!
//! Fences stop accidents and are taken away by whoever owns the database; that must not pass unnoticed.

use super::{Store, StoreError, db};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use std::{collections::BTreeMap, time::Duration};

/// Trigger by table, for PostgreSQL: its events and the function it calls.
const POSTGRES: [(&str, &str, &str); 18] = [
    (
        "event",
        "event_no_change",
        "BEFORE DELETE OR UPDATE corridor_append_only",
    ),
    ("event", "event_no_truncate", "BEFORE TRUNCATE corridor_append_only"),
    ("event", "event_queued", "AFTER INSERT corridor_queue_event"),
    (
        "event_private",
        "event_private_no_update",
        "BEFORE UPDATE corridor_append_only",
    ),
    (
        "event_private",
        "event_private_no_truncate",
        "BEFORE TRUNCATE corridor_append_only",
    ),
    (
        "security_event",
        "security_event_no_change",
        "BEFORE DELETE OR UPDATE corridor_append_only",
    ),
    (
        "security_event",
        "security_event_no_truncate",
        "BEFORE TRUNCATE corridor_append_only",
    ),
    ("log_head", "log_head_grows", "BEFORE UPDATE corridor_log_grows"),
    ("log_head", "log_head_no_delete", "BEFORE DELETE corridor_append_only"),
    (
        "log_head",
        "log_head_no_truncate",
        "BEFORE TRUNCATE corridor_append_only",
    ),
    (
        "log_leaf",
        "log_leaf_no_change",
        "BEFORE DELETE OR UPDATE corridor_append_only",
    ),
    (
        "log_leaf",
        "log_leaf_no_truncate",
        "BEFORE TRUNCATE corridor_append_only",
    ),
    (
        "log_tile",
        "log_tile_no_change",
        "BEFORE DELETE OR UPDATE corridor_append_only",
    ),
    (
        "log_tile",
        "log_tile_no_truncate",
        "BEFORE TRUNCATE corridor_append_only",
    ),
    (
        "log_checkpoint",
        "log_checkpoint_no_change",
        "BEFORE DELETE OR UPDATE corridor_append_only",
    ),
    (
        "log_checkpoint",
        "log_checkpoint_no_truncate",
        "BEFORE TRUNCATE corridor_append_only",
    ),
    (
        "log_cosignature",
        "log_cosignature_no_change",
        "BEFORE DELETE OR UPDATE corridor_append_only",
    ),
    (
        "log_cosignature",
        "log_cosignature_no_truncate",
        "BEFORE TRUNCATE corridor_append_only",
    ),
];

/// Every trigger of ours and every function it calls: enabled always, on which events, and whether it raises.
const POSTGRES_TRIGGERS: &str = "
SELECT c.relname::text AS place, t.tgname::text AS name, t.tgenabled::text AS enabled,
  (CASE WHEN t.tgtype & 2 > 0 THEN 'BEFORE' ELSE 'AFTER' END) || ' ' || array_to_string(array_remove(ARRAY[
    CASE WHEN t.tgtype & 4 > 0 THEN 'INSERT' END, CASE WHEN t.tgtype & 8 > 0 THEN 'DELETE' END,
    CASE WHEN t.tgtype & 16 > 0 THEN 'UPDATE' END, CASE WHEN t.tgtype & 32 > 0 THEN 'TRUNCATE' END], NULL), ' OR ')
    || ' ' || p.proname::text AS does,
  (t.tgqual IS NULL AND t.tgattr::text = '' AND (p.prosrc LIKE '%RAISE EXCEPTION%' OR p.prosrc LIKE '%INSERT INTO unsequenced%'))
    AS whole
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())";

/// Tables with their constraints, indexes and triggers, as they were written.
const SQLITE_ALL: &str = "SELECT type || ' ' || name AS name, sql FROM sqlite_master \
                          WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

impl Store {
    /// What is not as the migrations made it, in words; empty: every fence stands.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn fences(&self) -> Result<Vec<String>, StoreError> {
        match self.db().get_database_backend() {
            DbBackend::Postgres => {
                let mut faults = postgres(self.db()).await?;
                faults.extend(super::rights::faults(self.db()).await?);
                Ok(faults)
            }
            _ => sqlite(self.db()).await,
        }
    }
}

/// A fresh database knows best what a whole one looks like.
async fn sqlite(there: &DatabaseConnection) -> Result<Vec<String>, StoreError> {
    let limits = db::Limits {
        connections: 1,
        acquire: Duration::from_secs(10),
        statement: Duration::ZERO,
    };
    let fresh = db::connect("sqlite::memory:", limits).await?;
    db::migrate(&fresh).await?;
    let (mut wanted, found) = (sqlite_all(&fresh).await?, sqlite_all(there).await?);
    let mut faults = Vec::new();
    for (name, sql) in found {
        match wanted.remove(&name) {
            Some(same) if same == sql => {}
            Some(_) => faults.push(format!("the {name} was changed")),
            // An index or a table more changes nothing; a trigger does.
            None if name.starts_with("trigger ") => faults.push(format!("the {name} is not ours")),
            None => {}
        }
    }
    faults.extend(wanted.into_keys().map(|name| format!("the {name} is missing")));
    Ok(faults)
}

async fn sqlite_all(db: &DatabaseConnection) -> Result<BTreeMap<String, String>, StoreError> {
    let statement = Statement::from_string(DbBackend::Sqlite, SQLITE_ALL);
    let rows = db.query_all_raw(statement).await?;
    let pair = |row: &sea_orm::QueryResult| Ok((row.try_get("", "name")?, row.try_get("", "sql")?));
    rows.iter().map(pair).collect()
}

async fn postgres(db: &DatabaseConnection) -> Result<Vec<String>, StoreError> {
    let statement = Statement::from_string(DbBackend::Postgres, POSTGRES_TRIGGERS);
    let mut found = BTreeMap::new();
    for row in db.query_all_raw(statement).await? {
        let (place, name): (String, String) = (row.try_get("", "place")?, row.try_get("", "name")?);
        let (enabled, does): (String, String) = (row.try_get("", "enabled")?, row.try_get("", "does")?);
        found.insert((place, name), (enabled, does, row.try_get::<bool>("", "whole")?));
    }
    let mut faults = Vec::new();
    for (place, name, wanted) in POSTGRES {
        match found.remove(&(place.to_owned(), name.to_owned())) {
            None => faults.push(format!("the trigger {name} of {place} is missing")),
            Some((_, does, whole)) if does != wanted || !whole => {
                faults.push(format!("the trigger {name} of {place} was changed"));
            }
            Some((enabled, ..)) if enabled != "A" => {
                faults.push(format!("the trigger {name} of {place} is not enabled always"));
            }
            Some(_) => {}
        }
    }
    faults.extend(
        found
            .into_keys()
            .map(|(place, name)| format!("the trigger {name} of {place} is not ours")),
    );
    Ok(faults)
}
