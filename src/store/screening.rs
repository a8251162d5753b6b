//! Lists and their entries, and pairs that two persons decided.

use super::{Store, StoreError, log::places, rows::instant};
use crate::{
    domain::Instant,
    workflow::{
        action::Precedent,
        list::{ListVersion, SanctionsList, stream_of},
    },
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult, Statement, Value};
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// Bytes of a list's entries in one row.
const PART: usize = 1 << 20;

/// A list as it stands after an event: written in the same commit.
#[derive(Clone, Debug)]
pub struct ListRow {
    pub source: String,
    pub list: SanctionsList,
    /// A new version with its entries, compressed.
    pub loaded: Option<(ListVersion, Vec<u8>)>,
    /// When it was known to be the newest.
    pub checked_at: Option<Instant>,
    pub at: Instant,
}

/// How a list stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListState {
    pub source: String,
    pub current: Option<Uuid>,
    pub held: Option<Uuid>,
    pub checked_at: Option<Instant>,
    pub etag: Option<String>,
    /// Why the last attempt to get it failed.
    pub trouble: Option<String>,
}

/// A version of a list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ListVersionRow {
    #[serde(flatten)]
    pub facts: ListVersion,
    /// `current`, `superseded`, `held` or `discarded`.
    pub state: String,
    #[schema(value_type = Option<String>)]
    pub previous: Option<Uuid>,
    #[schema(value_type = String, format = DateTime)]
    pub loaded_at: Instant,
}

/// What two persons decided about a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedPair {
    pub subject: String,
    pub entry: String,
    /// None: it was taken up again.
    pub precedent: Option<Precedent>,
}

pub(super) async fn run(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.execute_raw(statement).await?.rows_affected())
}

pub(super) async fn write_list(db: &DatabaseTransaction, row: &ListRow) -> Result<(), StoreError> {
    if let Some((version, content)) = &row.loaded {
        let facts = serde_json::to_string(version).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let before = "SELECT current FROM list_source WHERE source = $1";
        let sql = format!(
            "INSERT INTO list_version (id, source, previous, state, loaded_at, facts) \
             VALUES ($1, $2, ({}), 'held', $3, $4)",
            before.replace("$1", "$2")
        );
        let at = row.at.as_microsecond();
        run(
            db,
            &sql,
            vec![
                version.id.into(),
                version.source.clone().into(),
                at.into(),
                facts.into(),
            ],
        )
        .await?;
        for (part, bytes) in (0_i64..).zip(content.chunks(PART)) {
            let sql = "INSERT INTO list_content (version, part, bytes) VALUES ($1, $2, $3)";
            run(db, sql, vec![version.id.into(), part.into(), bytes.to_vec().into()]).await?;
        }
    }
    let (current, held) = (
        row.list.current.as_ref().map(|v| v.id),
        row.list.held.as_ref().map(|v| v.id),
    );
    let sql = "INSERT INTO list_source (id, source, current, held, checked_at, version) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (id) DO UPDATE SET current = excluded.current, held = excluded.held, \
               checked_at = coalesce(excluded.checked_at, list_source.checked_at), version = excluded.version";
    let checked = row.checked_at.map(Instant::as_microsecond);
    let (id, version) = (stream_of(&row.source), i64::from(row.list.version));
    let values = vec![
        id.into(),
        row.source.clone().into(),
        current.into(),
        held.into(),
        checked.into(),
        version.into(),
    ];
    run(db, sql, values).await?;
    let sql = "UPDATE list_version SET state = CASE WHEN id = $2 THEN 'current' WHEN id = $3 THEN 'held' \
               WHEN state = 'current' THEN 'superseded' WHEN state = 'held' THEN 'discarded' ELSE state END \
               WHERE source = $1";
    run(db, sql, vec![row.source.clone().into(), current.into(), held.into()])
        .await
        .map(|_| ())
}

pub(super) async fn write_decision(db: &DatabaseTransaction, pair: &DecidedPair) -> Result<(), StoreError> {
    let Some(precedent) = &pair.precedent else {
        let sql = "DELETE FROM screening_decision WHERE subject_fingerprint = $1 AND entry_fingerprint = $2";
        return run(db, sql, vec![pair.subject.clone().into(), pair.entry.clone().into()])
            .await
            .map(|_| ());
    };
    let precedent = serde_json::to_string(precedent).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let sql = "INSERT INTO screening_decision (subject_fingerprint, entry_fingerprint, precedent) VALUES ($1, $2, $3) \
               ON CONFLICT (subject_fingerprint, entry_fingerprint) DO UPDATE SET precedent = excluded.precedent";
    let values = vec![pair.subject.clone().into(), pair.entry.clone().into(), precedent.into()];
    run(db, sql, values).await.map(|_| ())
}

impl Store {
    pub(super) async fn rows_of(&self, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, StoreError> {
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        Ok(self.db().query_all_raw(statement).await?)
    }

    /// How every list stands, by name.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn list_states(&self) -> Result<Vec<ListState>, StoreError> {
        let sql = "SELECT source, current, held, checked_at, etag, trouble FROM list_source ORDER BY source";
        let rows = self.rows_of(sql, Vec::new()).await?;
        let state = |row: &QueryResult| {
            Ok(ListState {
                source: row.try_get("", "source")?,
                current: row.try_get("", "current")?,
                held: row.try_get("", "held")?,
                checked_at: row.try_get::<Option<i64>>("", "checked_at")?.map(instant),
                etag: row.try_get("", "etag")?,
                trouble: row.try_get("", "trouble")?,
            })
        };
        rows.iter().map(state).collect()
    }

    /// The versions of a list, newest first.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn list_versions(&self, source: &str) -> Result<Vec<ListVersionRow>, StoreError> {
        let sql = "SELECT * FROM list_version WHERE source = $1 ORDER BY loaded_at DESC LIMIT 200";
        let rows = self.rows_of(sql, vec![source.into()]).await?;
        rows.iter().map(version_row).collect()
    }

    /// One version.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn list_version(&self, id: Uuid) -> Result<Option<ListVersionRow>, StoreError> {
        let rows = self
            .rows_of("SELECT * FROM list_version WHERE id = $1", vec![id.into()])
            .await?;
        rows.first().map(version_row).transpose()
    }

    /// The compressed entries of a version.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn list_content(&self, version: Uuid) -> Result<Vec<u8>, StoreError> {
        let sql = "SELECT bytes FROM list_content WHERE version = $1 ORDER BY part";
        let mut content = Vec::new();
        for row in self.rows_of(sql, vec![version.into()]).await? {
            content.extend(row.try_get::<Vec<u8>>("", "bytes")?);
        }
        Ok(content)
    }

    /// Notes that a list is still the newest, or why it could not be asked for.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn list_looked_at(
        &self,
        source: &str,
        checked_at: Option<Instant>,
        etag: Option<&str>,
        trouble: Option<&str>,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO list_source (id, source, checked_at, etag, trouble, version) VALUES ($1, $2, $3, $4, $5, 0) \
                   ON CONFLICT (id) DO UPDATE SET checked_at = coalesce(excluded.checked_at, list_source.checked_at), \
                   etag = coalesce(excluded.etag, list_source.etag), trouble = excluded.trouble";
        let checked = checked_at.map(Instant::as_microsecond);
        let values = vec![
            stream_of(source).into(),
            source.into(),
            checked.into(),
            etag.into(),
            trouble.into(),
        ];
        run(self.db(), sql, values).await.map(|_| ())
    }

    /// What was decided about these pairs of (subject, entry).
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn precedents(
        &self,
        pairs: &[(String, String)],
    ) -> Result<HashMap<(String, String), Precedent>, StoreError> {
        let mut found = HashMap::new();
        for pairs in pairs.chunks(200) {
            let sql = format!(
                "SELECT subject_fingerprint, entry_fingerprint, precedent FROM screening_decision \
                 WHERE (subject_fingerprint, entry_fingerprint) IN (VALUES {})",
                places(self.db().get_database_backend(), pairs.len(), 2)
            );
            let values = pairs
                .iter()
                .flat_map(|(a, b)| [a.clone().into(), b.clone().into()])
                .collect();
            for row in self.rows_of(&sql, values).await? {
                let pair = (
                    row.try_get("", "subject_fingerprint")?,
                    row.try_get("", "entry_fingerprint")?,
                );
                let precedent: String = row.try_get("", "precedent")?;
                let read = serde_json::from_str(&precedent).map_err(|error| StoreError::Corrupt(error.to_string()))?;
                found.insert(pair, read);
            }
        }
        Ok(found)
    }

    /// Everything that is remembered as decided.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn decisions(&self) -> Result<Vec<Precedent>, StoreError> {
        let rows = self
            .rows_of("SELECT precedent FROM screening_decision", Vec::new())
            .await?;
        let read = |row: &QueryResult| {
            let precedent: String = row.try_get("", "precedent")?;
            serde_json::from_str(&precedent).map_err(|error| StoreError::Corrupt(error.to_string()))
        };
        rows.iter().map(read).collect()
    }
}

fn version_row(row: &QueryResult) -> Result<ListVersionRow, StoreError> {
    let facts: String = row.try_get("", "facts")?;
    Ok(ListVersionRow {
        facts: serde_json::from_str(&facts).map_err(|error| StoreError::Corrupt(error.to_string()))?,
        state: row.try_get("", "state")?,
        previous: row.try_get("", "previous")?,
        loaded_at: instant(row.try_get("", "loaded_at")?),
    })
}
