//! Sessions of browsers, apart from the tokens of programs.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(browser_session()).await?;
        let index = Index::create()
            .name("ix_browser_session_person")
            .table("browser_session")
            .col("person")
            .to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("browser_session").to_owned())
            .await
    }
}

/// By the hash of the secret in the cookie.
fn browser_session() -> TableCreateStatement {
    Table::create()
        .table("browser_session")
        .col(ColumnDef::new("secret_hash").string_len(64).not_null().primary_key())
        .col(uuid("person"))
        .col(big_integer("began_at"))
        .col(big_integer("seen_at"))
        .col(big_integer("proved_at"))
        .col(big_integer_null("ended_at"))
        .to_owned()
}
