//! Links that let a forgotten password be replaced.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(password_reset()).await?;
        for column in ["account", "person"] {
            let mut index = Index::create();
            index.name(format!("ix_password_reset_{column}"));
            index.table("password_reset").col(column);
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("password_reset").to_owned())
            .await
    }
}

/// By the hash of the secret in the link. What was asked for an unknown address is kept alike, without a person, so
/// that neither the answer nor its time tells who is in the directory.
fn password_reset() -> TableCreateStatement {
    Table::create()
        .table("password_reset")
        .col(ColumnDef::new("secret_hash").string_len(64).not_null().primary_key())
        .col(string_len("account", 64))
        .col(uuid_null("person"))
        .col(big_integer("asked_at"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("used_at"))
        .to_owned()
}
