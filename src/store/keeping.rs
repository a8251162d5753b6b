//! Records and what is destroyed of them: private values and their key, letters, names in lists, kept answers.

use super::{
    Store, StoreError,
    commit::{Head, Stream, StreamKind},
    log::fixed,
    private::{Closed, Opener},
    rows::{instant, read_word, word},
};
use crate::{
    domain::{Instant, id::DocumentId},
    workflow::keeping::{Gone, Keeping, RecordKind},
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, QueryResult, Statement, Value};
use serde::Serialize;
use uuid::Uuid;

/// Private values of a case that are no secret of anybody's: the terms of the published notice.
const PUBLIC_FIELD: &str = "/data/terms/content";

/// How a record is kept, as its row says.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct RecordRow {
    #[schema(value_type = String)]
    pub id: Uuid,
    pub kind: RecordKind,
    /// Holds that lie on it.
    pub holds: u32,
    /// An erasure waits for a second person.
    pub erasure_asked: bool,
    pub gone: Option<Gone>,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Instant,
}

/// Everything private about a record, to be destroyed in the commit that says so.
#[derive(Clone, Debug)]
pub struct Destruction {
    pub(super) of: RecordKind,
    pub(super) record: Uuid,
    /// The last event of the record that was seen.
    pub(super) through: u32,
    /// What stays, under a new key.
    stays: Option<Closed>,
}

/// The stream of a record's own history.
#[must_use]
pub fn stream_of(of: RecordKind, record: Uuid) -> Stream {
    let kind = match of {
        RecordKind::Case => StreamKind::Case,
        RecordKind::Person => StreamKind::Person,
    };
    Stream { kind, id: record }
}

async fn run(db: &DatabaseTransaction, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.execute_raw(statement).await?.rows_affected())
}

/// What is decided about keeping a record.
pub(super) async fn write_row(
    db: &DatabaseTransaction,
    of: RecordKind,
    id: Uuid,
    keeping: &Keeping,
    at: Instant,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO record (id, kind, holds, erasure_asked, gone, updated_at, version) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET holds = excluded.holds, \
               erasure_asked = excluded.erasure_asked, gone = excluded.gone, updated_at = excluded.updated_at, \
               version = excluded.version";
    let values = vec![
        id.into(),
        word(&of).into(),
        (keeping.holds.len() as i64).into(),
        keeping.asked.is_some().into(),
        keeping.gone.map(|(gone, ..)| word(&gone)).into(),
        at.as_microsecond().into(),
        i64::from(keeping.version).into(),
    ];
    run(db, sql, values).await.map(drop)
}

/// Destroys it.
pub(super) async fn destroy(db: &DatabaseTransaction, what: &Destruction) -> Result<(), StoreError> {
    let stream = stream_of(what.of, what.record);
    let of = || -> Vec<Value> { vec![stream.kind.word().into(), stream.id.into()] };
    let newest = "SELECT coalesce(max(seq), 0) AS seq FROM event WHERE stream_kind = $1 AND stream_id = $2";
    let newest = Statement::from_sql_and_values(db.get_database_backend(), newest, of());
    let newest = db.query_one_raw(newest).await?.map(|row| row.try_get::<i64>("", "seq"));
    if newest.transpose()? != Some(i64::from(what.through)) {
        return Err(StoreError::Conflict);
    }
    let events = "SELECT id FROM event WHERE stream_kind = $1 AND stream_id = $2";
    run(
        db,
        &format!("DELETE FROM event_private WHERE event_id IN ({events})"),
        of(),
    )
    .await?;
    run(
        db,
        "DELETE FROM subject_key WHERE stream_kind = $1 AND stream_id = $2",
        of(),
    )
    .await
    // Somebody adds a value under this key at this moment.
    .map_err(|_| StoreError::Conflict)?;
    if let Some(stays) = &what.stays {
        stays.write(db).await?;
    }
    let text = match db.get_database_backend() {
        DbBackend::Postgres => "id::text",
        _ => "lower(hex(id))",
    };
    // That a letter was sent, and when, stays; to whom and what it said, not.
    let blank = format!(
        "UPDATE letter SET name = '', address = 'erased:' || {text}, facts = '{{}}', message_id = NULL, last_error = NULL, \
         status = CASE WHEN status = 'sent' THEN status ELSE 'failed' END"
    );
    match what.of {
        RecordKind::Case => {
            let sql = format!("{blank} WHERE stream_kind = $1 AND stream_id = $2");
            run(db, &sql, of()).await?;
            of_case(db, what.record).await
        }
        RecordKind::Person => {
            run(db, &format!("{blank} WHERE person = $1"), vec![what.record.into()]).await?;
            of_person(db, what.record).await
        }
    }
}

async fn of_case(db: &DatabaseTransaction, case: Uuid) -> Result<(), StoreError> {
    let sql = "UPDATE document SET file_name = '', reason = NULL, state = 'rejected' WHERE case_id = $1";
    run(db, sql, vec![case.into()]).await?;
    // Answers that were kept for repeated requests show the case as it was.
    let sql = match db.get_database_backend() {
        DbBackend::Postgres => "DELETE FROM keyed_answer WHERE position($1 in body) > 0",
        _ => "DELETE FROM keyed_answer WHERE instr(body, $1) > 0",
    };
    run(db, sql, vec![case.to_string().into_bytes().into()]).await.map(drop)
}

async fn of_person(db: &DatabaseTransaction, person: Uuid) -> Result<(), StoreError> {
    let tables = [
        ("keyed_answer", "person"),
        ("browser_session", "person"),
        ("refresh_token", "person"),
        ("invitation", "person"),
        ("credential", "person"),
        ("mandate", "person"),
        ("role_grant", "person"),
        ("person", "id"),
    ];
    for (table, column) in tables {
        let sql = format!("DELETE FROM {table} WHERE {column} = $1");
        run(db, &sql, vec![person.into()]).await?;
    }
    Ok(())
}

impl Store {
    /// What has to go when this record is erased or disposed of.
    ///
    /// # Errors
    /// When what stays cannot be read.
    pub async fn destruction(&self, of: RecordKind, record: Uuid, through: u32) -> Result<Destruction, StoreError> {
        let stream = stream_of(of, record);
        let values = Opener::new(self.vault()).history(self.db(), stream).await?;
        let mut stays: Vec<_> = values
            .into_iter()
            .flat_map(|(event, values)| values.into_iter().map(move |value| (event, value)))
            .filter(|(_, value)| of == RecordKind::Case && value.field == PUBLIC_FIELD)
            .collect();
        stays.sort_by_key(|(event, _)| *event);
        let stays = (!stays.is_empty())
            .then(|| Closed::anew(self.vault(), stream, stays.into_iter()))
            .transpose()?;
        Ok(Destruction {
            of,
            record,
            through,
            stays,
        })
    }

    /// The records that somebody decided something about, newest first.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn records(&self, limit: u32) -> Result<Vec<RecordRow>, StoreError> {
        let sql = format!("SELECT * FROM record ORDER BY updated_at DESC, id LIMIT {limit}");
        let statement = Statement::from_string(self.db().get_database_backend(), sql);
        let rows = self.db().query_all_raw(statement).await?;
        rows.iter().map(record_row).collect()
    }

    /// Records whose last event is older than this and that are neither gone nor held.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn records_untouched_since(
        &self,
        of: RecordKind,
        before: Instant,
        limit: u32,
    ) -> Result<Vec<Uuid>, StoreError> {
        let rows = match of {
            RecordKind::Case => "SELECT id FROM case_listing WHERE updated_at < $1",
            RecordKind::Person => {
                "SELECT p.id FROM person p WHERE NOT p.active AND NOT EXISTS (SELECT 1 FROM event e \
                 WHERE e.stream_kind = 'person' AND e.stream_id = p.id AND e.recorded_at >= $1)"
            }
        };
        let sql = format!(
            "SELECT id FROM ({rows}) AS old WHERE NOT EXISTS \
             (SELECT 1 FROM record r WHERE r.id = old.id AND (r.gone IS NOT NULL OR r.holds > 0)) ORDER BY id LIMIT {limit}"
        );
        let backend = self.db().get_database_backend();
        let statement = Statement::from_sql_and_values(backend, sql, [Value::from(before.as_microsecond())]);
        let rows = self.db().query_all_raw(statement).await?;
        rows.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
    }

    /// Files of cases that are gone, whose bytes may still be there.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn files_to_destroy(&self) -> Result<Vec<DocumentId>, StoreError> {
        let sql = "SELECT d.id FROM document d JOIN record r ON r.id = d.case_id \
                   WHERE r.gone IS NOT NULL AND d.file_name = '' AND d.bytes > 0 LIMIT 1000";
        let statement = Statement::from_string(self.db().get_database_backend(), sql);
        let rows = self.db().query_all_raw(statement).await?;
        rows.iter().map(|row| Ok(DocumentId(row.try_get("", "id")?))).collect()
    }

    /// The bytes of this file are gone.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn file_destroyed(&self, id: DocumentId) -> Result<(), StoreError> {
        self.change("UPDATE document SET bytes = 0 WHERE id = $1", vec![id.0.into()])
            .await
    }

    /// The letters that a record's destruction concerns: those about a case, those to a person.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn letters_of_record(&self, of: RecordKind, record: Uuid) -> Result<Vec<Uuid>, StoreError> {
        let condition = match of {
            RecordKind::Case => "stream_kind = 'case' AND stream_id = $1",
            RecordKind::Person => "person = $1",
        };
        let sql = format!("SELECT id FROM letter WHERE {condition}");
        let backend = self.db().get_database_backend();
        let statement = Statement::from_sql_and_values(backend, sql, [Value::from(record)]);
        let rows = self.db().query_all_raw(statement).await?;
        rows.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
    }

    /// Where a history stands.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn head_of(&self, stream: Stream) -> Result<Head, StoreError> {
        let sql = "SELECT seq, hash FROM event WHERE stream_kind = $1 AND stream_id = $2 ORDER BY seq DESC LIMIT 1";
        let values: Vec<Value> = vec![stream.kind.word().into(), stream.id.into()];
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        let Some(row) = self.db().query_one_raw(statement).await? else {
            return Ok(Head::default());
        };
        Ok(Head {
            seq: row.try_get::<i64>("", "seq")? as u32,
            hash: fixed(&row.try_get::<Vec<u8>>("", "hash")?)?,
        })
    }
}

fn record_row(row: &QueryResult) -> Result<RecordRow, StoreError> {
    let gone: Option<String> = row.try_get("", "gone")?;
    Ok(RecordRow {
        id: row.try_get("", "id")?,
        kind: read_word(&row.try_get::<String>("", "kind")?)?,
        holds: row.try_get::<i64>("", "holds")? as u32,
        erasure_asked: row.try_get("", "erasure_asked")?,
        gone: gone.as_deref().map(read_word).transpose()?,
        updated_at: instant(row.try_get("", "updated_at")?),
    })
}
