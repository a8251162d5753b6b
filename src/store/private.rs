//! Private values in the database: encrypted when they are written, opened when they are read.

use super::{
    Store, StoreError,
    commit::Stream,
    log::{fixed, places},
    vault::{SubjectKey, Vault, Wrapped},
};
use crate::audit::leaf::{Leaf, PrivateValue};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, QueryResult, SqlErr, Statement, Value};
use std::collections::{HashMap, hash_map::Entry};
use uuid::Uuid;

/// What [`Opener::open`] needs of a row.
pub(super) const COLUMNS: &str = "p.event_id, p.field, p.salt, p.value, p.key_id, k.ring, k.wrapped";
/// Where it comes from.
pub(super) const TABLES: &str = "event_private p LEFT JOIN subject_key k ON k.id = p.key_id";

/// Private values that are ready to be written.
#[derive(Clone, Debug, Default)]
pub(super) struct Closed {
    /// Keys of histories that had none.
    keys: Vec<(Stream, Wrapped)>,
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
struct Row {
    event: Uuid,
    field: String,
    salt: Vec<u8>,
    value: Vec<u8>,
    key: Uuid,
}

impl Store {
    /// Encrypts the private values of these leaves, each with the key of its history.
    pub(super) async fn close<'a>(
        &self,
        leaves: impl Iterator<Item = (Stream, Uuid, &'a Leaf)>,
    ) -> Result<Closed, StoreError> {
        let mut closed = Closed::default();
        let mut keys: HashMap<Stream, SubjectKey> = HashMap::new();
        for (stream, event, leaf) in leaves {
            for private in &leaf.private {
                let key = match keys.entry(stream) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(place) => place.insert(self.key_for(stream, &mut closed).await?),
                };
                closed.rows.push(Row {
                    event,
                    field: private.field.clone(),
                    salt: key.close(event, &private.field, "salt", &private.salt)?,
                    value: key.close(event, &private.field, "value", &private.value)?,
                    key: key.id,
                });
            }
        }
        Ok(closed)
    }

    /// The key of this history, made if it has none.
    async fn key_for(&self, stream: Stream, closed: &mut Closed) -> Result<SubjectKey, StoreError> {
        if let Some(wrapped) = self.subject_key(stream).await? {
            return self.vault().unwrap(&wrapped);
        }
        let (key, wrapped) = self.vault().fresh_key()?;
        closed.keys.push((stream, wrapped));
        Ok(key)
    }

    async fn subject_key(&self, stream: Stream) -> Result<Option<Wrapped>, StoreError> {
        let sql = "SELECT id, ring, wrapped FROM subject_key WHERE stream_kind = $1 AND stream_id = $2";
        let values: Vec<Value> = vec![stream.kind.word().into(), stream.id.into()];
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        let row = self.db().query_one_raw(statement).await?;
        Ok(row.map(|row| wrapped(&row, row.try_get("", "id")?)).transpose()?)
    }

    /// Encrypts the keys of all histories with the newest outer key, if they are not yet; how many were.
    ///
    /// # Errors
    /// When a key cannot be opened, or the database's trouble.
    pub async fn rewrap(&self) -> Result<u64, StoreError> {
        self.vault().refresh()?;
        let (current, mut done) = (self.vault().current(), 0);
        loop {
            let sql = "SELECT id, ring, wrapped FROM subject_key WHERE ring <> $1 ORDER BY id LIMIT 500";
            let backend = self.db().get_database_backend();
            let statement = Statement::from_sql_and_values(backend, sql, [Value::from(current.clone())]);
            let rows = self.db().query_all_raw(statement).await?;
            if rows.is_empty() {
                return Ok(done);
            }
            for row in rows {
                let old = wrapped(&row, row.try_get("", "id")?)?;
                let new = self.vault().wrap(&self.vault().unwrap(&old)?)?;
                let sql = "UPDATE subject_key SET ring = $1, wrapped = $2 WHERE id = $3";
                self.change(sql, vec![new.ring.into(), new.bytes.into(), new.id.into()])
                    .await?;
                done += 1;
            }
        }
    }
}

fn wrapped(row: &QueryResult, id: Uuid) -> Result<Wrapped, sea_orm::DbErr> {
    Ok(Wrapped {
        id,
        ring: row.try_get("", "ring")?,
        bytes: row.try_get("", "wrapped")?,
    })
}

impl Closed {
    /// These values of one history, under a key of their own.
    pub(super) fn anew(
        vault: &Vault,
        stream: Stream,
        values: impl Iterator<Item = (Uuid, PrivateValue)>,
    ) -> Result<Self, StoreError> {
        let (key, wrapped) = vault.fresh_key()?;
        let close = |(event, private): (Uuid, PrivateValue)| {
            Ok(Row {
                event,
                salt: key.close(event, &private.field, "salt", &private.salt)?,
                value: key.close(event, &private.field, "value", &private.value)?,
                field: private.field,
                key: key.id,
            })
        };
        let rows = values.map(close).collect::<Result<_, StoreError>>()?;
        let keys = vec![(stream, wrapped)];
        Ok(Self { keys, rows })
    }

    pub(super) async fn write(&self, db: &DatabaseTransaction) -> Result<(), StoreError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let backend = db.get_database_backend();
        for (stream, key) in &self.keys {
            let sql = "INSERT INTO subject_key (id, stream_kind, stream_id, ring, wrapped) VALUES ($1, $2, $3, $4, $5)";
            let values: Vec<Value> = vec![
                key.id.into(),
                stream.kind.word().into(),
                stream.id.into(),
                key.ring.clone().into(),
                key.bytes.clone().into(),
            ];
            db.execute_raw(Statement::from_sql_and_values(backend, sql, values))
                .await?;
        }
        let mut values: Vec<Value> = Vec::with_capacity(self.rows.len() * 5);
        for row in &self.rows {
            values.extend([
                row.event.into(),
                row.field.clone().into(),
                row.salt.clone().into(),
                row.value.clone().into(),
                row.key.into(),
            ]);
        }
        let sql = format!(
            "INSERT INTO event_private (event_id, field, salt, value, key_id) VALUES {}",
            places(backend, self.rows.len(), 5)
        );
        let written = db
            .execute_raw(Statement::from_sql_and_values(backend, sql, values))
            .await;
        match written {
            // The key was destroyed since it was read: decide again.
            Err(error) if matches!(error.sql_err(), Some(SqlErr::ForeignKeyConstraintViolation(_))) => {
                Err(StoreError::Conflict)
            }
            other => Ok(other.map(drop)?),
        }
    }
}

/// Opens private values as they are read; each key once.
pub(super) struct Opener<'a> {
    vault: &'a Vault,
    keys: HashMap<Uuid, SubjectKey>,
}

impl<'a> Opener<'a> {
    pub(super) fn new(vault: &'a Vault) -> Self {
        let keys = HashMap::new();
        Self { vault, keys }
    }

    /// The event and its value.
    pub(super) fn open(&mut self, row: &QueryResult) -> Result<(Uuid, PrivateValue), StoreError> {
        let (event, field): (Uuid, String) = (row.try_get("", "event_id")?, row.try_get("", "field")?);
        let (salt, value): (Vec<u8>, Vec<u8>) = (row.try_get("", "salt")?, row.try_get("", "value")?);
        let Some(id) = row.try_get::<Option<Uuid>>("", "key_id")? else {
            // Written before values were encrypted.
            let salt = fixed(&salt)?;
            return Ok((event, PrivateValue { field, salt, value }));
        };
        let key = match self.keys.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(self.vault.unwrap(&wrapped(row, id)?)?),
        };
        let salt = fixed(&key.open(event, &field, "salt", &salt)?)?;
        let value = key.open(event, &field, "value", &value)?;
        Ok((event, PrivateValue { field, salt, value }))
    }

    /// Every private value of a history, by event, in the order of their fields.
    pub(super) async fn history(
        mut self,
        db: &DatabaseConnection,
        stream: Stream,
    ) -> Result<HashMap<Uuid, Vec<PrivateValue>>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM {TABLES} JOIN event e ON e.id = p.event_id \
             WHERE e.stream_kind = $1 AND e.stream_id = $2 ORDER BY p.event_id, p.field"
        );
        let values: Vec<Value> = vec![stream.kind.word().into(), stream.id.into()];
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        let mut found: HashMap<Uuid, Vec<PrivateValue>> = HashMap::new();
        for row in db.query_all_raw(statement).await? {
            let (event, value) = self.open(&row)?;
            found.entry(event).or_default().push(value);
        }
        Ok(found)
    }
}
