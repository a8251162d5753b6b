//! What is known of uploaded files. Their bytes lie elsewhere.

use super::{
    Store, StoreError,
    log::fixed,
    rows::{instant, read_word, word},
};
use crate::domain::{
    Instant,
    id::{CaseId, DocumentId, PersonId},
};
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};
use serde::{Deserialize, Serialize};

/// May the file be used?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentState {
    /// Not yet found clean; nobody can read it.
    Quarantined,
    Clean,
    Rejected,
}

/// One uploaded file.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DocumentRow {
    pub id: DocumentId,
    pub case: CaseId,
    pub uploaded_by: PersonId,
    pub file_name: String,
    /// 64 hexadecimal digits.
    pub sha256: String,
    pub bytes: u64,
    pub media_type: String,
    pub state: DocumentState,
    /// Why it was rejected.
    pub reason: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub uploaded_at: Instant,
}

impl Store {
    /// A new file.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn document_received(&self, row: &DocumentRow) -> Result<(), StoreError> {
        let sha256 = hex::decode(&row.sha256).map_err(|_| StoreError::Corrupt("not a SHA-256".to_owned()))?;
        let sql = "INSERT INTO document (id, case_id, uploaded_by, file_name, sha256, bytes, media_type, state, reason, \
                   storage_key, uploaded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let values: Vec<Value> = vec![
            row.id.0.into(),
            row.case.0.into(),
            row.uploaded_by.0.into(),
            row.file_name.clone().into(),
            sha256.into(),
            (row.bytes as i64).into(),
            row.media_type.clone().into(),
            word(&row.state).into(),
            row.reason.clone().into(),
            row.id.to_string().into(),
            row.uploaded_at.as_microsecond().into(),
        ];
        self.change(sql, values).await
    }

    /// The scanner's word.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn document_examined(
        &self,
        id: DocumentId,
        state: DocumentState,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE document SET state = $1, reason = $2 WHERE id = $3 AND state = 'quarantined'";
        self.change(
            sql,
            vec![word(&state).into(), reason.map(str::to_owned).into(), id.0.into()],
        )
        .await
    }

    /// Every file of a case, oldest first.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn documents_of(&self, case: CaseId) -> Result<Vec<DocumentRow>, StoreError> {
        self.documents_where("case_id = $1 ORDER BY uploaded_at, id", case.0.into())
            .await
    }

    /// One file.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn document(&self, id: DocumentId) -> Result<Option<DocumentRow>, StoreError> {
        Ok(self.documents_where("id = $1", id.0.into()).await?.pop())
    }

    /// Files that still wait for the scanner.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn documents_in_quarantine(&self) -> Result<Vec<DocumentRow>, StoreError> {
        self.documents_where("state = $1 ORDER BY uploaded_at LIMIT 100", "quarantined".into())
            .await
    }

    async fn documents_where(&self, condition: &str, value: Value) -> Result<Vec<DocumentRow>, StoreError> {
        let sql = format!("SELECT * FROM document WHERE {condition}");
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, [value]);
        self.db()
            .query_all_raw(statement)
            .await?
            .iter()
            .map(document_row)
            .collect()
    }
}

fn document_row(row: &QueryResult) -> Result<DocumentRow, StoreError> {
    let sha256: Vec<u8> = row.try_get("", "sha256")?;
    Ok(DocumentRow {
        id: DocumentId(row.try_get("", "id")?),
        case: CaseId(row.try_get("", "case_id")?),
        uploaded_by: PersonId(row.try_get("", "uploaded_by")?),
        file_name: row.try_get("", "file_name")?,
        sha256: hex::encode(fixed(&sha256)?),
        bytes: row.try_get::<i64>("", "bytes")?.unsigned_abs(),
        media_type: row.try_get("", "media_type")?,
        state: read_word(&row.try_get::<String>("", "state")?)?,
        reason: row.try_get("", "reason")?,
        uploaded_at: instant(row.try_get("", "uploaded_at")?),
    })
}
