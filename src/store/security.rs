//! Denied attempts and reads of confidential files: append-only, for the auditors.

use super::{Store, StoreError, rows::instant};
use crate::domain::{
    Instant,
    id::{OrganisationId, PersonId},
};
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};
use serde::Serialize;
use uuid::Uuid;

/// Something an auditor wants to know of.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SecurityEvent {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    pub person: Option<PersonId>,
    pub organisation: Option<OrganisationId>,
    /// What was tried, for example `submit_dossier` or `sign_in`.
    pub action: String,
    pub target_kind: Option<String>,
    pub target_id: Option<Uuid>,
    pub rule: Option<String>,
    /// Why it was denied, or `allowed` for a read of a confidential file.
    pub code: String,
    pub ip: Option<String>,
    pub request_id: Option<String>,
}

impl Store {
    /// Writes it down.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn security_event(&self, event: &SecurityEvent) -> Result<(), StoreError> {
        let (sql, values) = insertion(event);
        self.change(sql, values).await
    }

    /// Who was let to read this confidential document, the newest first.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn readings_of(&self, document: Uuid, limit: u32) -> Result<Vec<SecurityEvent>, StoreError> {
        let sql = format!(
            "SELECT * FROM security_event WHERE target_id = $1 AND action = 'read_confidential_document' \
             AND code = 'allowed' ORDER BY at DESC, id DESC LIMIT {limit}"
        );
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, [Value::from(document)]);
        let rows = self.db().query_all_raw(statement).await?;
        rows.iter().map(security_row).collect()
    }

    /// The newest first, before this one.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn security_events(
        &self,
        before: Option<(i64, Uuid)>,
        limit: u32,
    ) -> Result<Vec<SecurityEvent>, StoreError> {
        let (at, id) = before.unwrap_or((i64::MAX, Uuid::max()));
        let sql =
            format!("SELECT * FROM security_event WHERE (at, id) < ($1, $2) ORDER BY at DESC, id DESC LIMIT {limit}");
        let backend = self.db().get_database_backend();
        let statement = Statement::from_sql_and_values(backend, sql, [Value::from(at), Value::from(id)]);
        self.db()
            .query_all_raw(statement)
            .await?
            .iter()
            .map(security_row)
            .collect()
    }
}

pub(super) fn insertion(event: &SecurityEvent) -> (&'static str, Vec<Value>) {
    let sql = "INSERT INTO security_event (id, at, person, organisation, action, target_kind, target_id, rule, code, \
               ip, request_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let values = vec![
        event.id.into(),
        event.at.as_microsecond().into(),
        event.person.map(|person| person.0).into(),
        event.organisation.map(|organisation| organisation.0).into(),
        event.action.chars().take(64).collect::<String>().into(),
        event.target_kind.clone().into(),
        event.target_id.into(),
        event.rule.clone().into(),
        event.code.clone().into(),
        event.ip.clone().into(),
        event.request_id.clone().into(),
    ];
    (sql, values)
}

fn security_row(row: &QueryResult) -> Result<SecurityEvent, StoreError> {
    Ok(SecurityEvent {
        id: row.try_get("", "id")?,
        at: instant(row.try_get("", "at")?),
        person: row.try_get::<Option<Uuid>>("", "person")?.map(PersonId),
        organisation: row.try_get::<Option<Uuid>>("", "organisation")?.map(OrganisationId),
        action: row.try_get("", "action")?,
        target_kind: row.try_get("", "target_kind")?,
        target_id: row.try_get("", "target_id")?,
        rule: row.try_get("", "rule")?,
        code: row.try_get("", "code")?,
        ip: row.try_get("", "ip")?,
        request_id: row.try_get("", "request_id")?,
    })
}
