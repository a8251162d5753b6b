//! What readers of long lists wait for. From when on a case is urgent, counted in working days, stands in its row. And
//! indexes by which the auditors' explorer finds entries by role, person and kind of event. They are on what was hashed,
//! not on columns beside it: an index cannot say anything else than the entry, and history stays as it was written.

use sea_orm_migration::{prelude::*, schema::big_integer_null, sea_orm::DbBackend};

#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

const INDEXES: [(&str, &str); 3] = [
    ("ix_event_role", "by.role"),
    ("ix_event_person", "by.person"),
    ("ix_event_what", "type"),
];

/// Null for a body that is no JSON (somebody changed it), so that such a row can still be stored and found out.
const POSTGRES_SAID: &str = "
CREATE FUNCTION corridor_said(body bytea, path text[]) RETURNS text IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
BEGIN RETURN convert_from(body, 'UTF8')::jsonb #>> path;
EXCEPTION WHEN others THEN RETURN NULL; END $$;
";

/// What an entry says at this place, as the indexes have it: whoever asks with other words has no use of them.
#[must_use]
pub fn said(backend: DbBackend, path: &str) -> String {
    match backend {
        DbBackend::Postgres => format!("corridor_said(body, '{{{}}}')", path.replace('.', ",")),
        _ => format!("CASE WHEN json_valid(CAST(body AS TEXT)) THEN json_extract(CAST(body AS TEXT), '$.{path}') END"),
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let backend = manager.get_database_backend();
        let column = big_integer_null("soon_at");
        let urgent = Table::alter().table("case_listing").add_column(column).to_owned();
        manager.alter_table(urgent).await?;
        if backend == DbBackend::Postgres {
            db.execute_unprepared(POSTGRES_SAID).await?;
        }
        for (name, path) in INDEXES {
            let said = said(backend, path);
            db.execute_unprepared(&format!("CREATE INDEX {name} ON event (({said}), recorded_at, id)"))
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        for (name, _) in INDEXES {
            db.execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            db.execute_unprepared("DROP FUNCTION corridor_said(bytea, text[])")
                .await?;
        }
        let urgent = Table::alter().table("case_listing").drop_column("soon_at").to_owned();
        manager.alter_table(urgent).await
    }
}
