//! Keys of private values, one for each history; and records under a hold, waiting for erasure, or gone.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(subject_key()).await?;
        manager.create_table(record()).await?;
        let mut index = Index::create();
        index.name("ux_subject_key_stream").table("subject_key").unique();
        index.col("stream_kind").col("stream_id");
        manager.create_index(index).await?;
        let uuid = match manager.get_database_backend() {
            DbBackend::Postgres => "uuid",
            _ => "uuid_text",
        };
        // Values from before have no key: they lie open.
        let connection = manager.get_connection();
        connection
            .execute_unprepared(&format!(
                "ALTER TABLE event_private ADD COLUMN key_id {uuid} REFERENCES subject_key (id)"
            ))
            .await?;
        let index = Index::create()
            .name("ix_event_private_key_id")
            .table("event_private")
            .col("key_id")
            .to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for statement in [
            "DROP INDEX ix_event_private_key_id",
            "ALTER TABLE event_private DROP COLUMN key_id",
            "DROP TABLE record",
            "DROP TABLE subject_key",
        ] {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

/// The key of one history's private values, itself encrypted with a key that is not in the database.
fn subject_key() -> TableCreateStatement {
    Table::create()
        .table("subject_key")
        .col(pk_uuid("id"))
        .col(string_len("stream_kind", 16))
        .col(uuid("stream_id"))
        // Which key outside the database opens it.
        .col(string_len("ring", 16))
        .col(blob("wrapped"))
        .to_owned()
}

/// What is decided about keeping a record, as its history says.
fn record() -> TableCreateStatement {
    Table::create()
        .table("record")
        .col(pk_uuid("id"))
        .col(string_len("kind", 16))
        .col(big_integer("holds"))
        .col(boolean("erasure_asked"))
        // `erased` or `disposed`.
        .col(string_len_null("gone", 16))
        .col(big_integer("updated_at"))
        .col(big_integer("version"))
        .to_owned()
}
