//! What lists need so that no history is read for a row: the register's figures, and who is kept from a case.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

fn columns() -> Vec<ColumnDef> {
    vec![
        big_integer_null("decided_at"),
        integer_null("decided_on_day"),
        string_len_null("zone", 64),
        big_integer("delivered_milli").default(0).to_owned(),
        big_integer("reserved_milli").default(0).to_owned(),
        string_len_null("valid_from", 10),
        string_len_null("valid_to", 10),
        string_len("submitting_unit", 200).default("").to_owned(),
    ]
}

const NAMES: [&str; 8] = [
    "decided_at",
    "decided_on_day",
    "zone",
    "delivered_milli",
    "reserved_milli",
    "valid_from",
    "valid_to",
    "submitting_unit",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in columns() {
            let add = Table::alter().table("case_listing").add_column(column).to_owned();
            manager.alter_table(add).await?;
        }
        manager.create_table(case_sight()).await?;
        let mut index = Index::create();
        index.name("ix_case_sight_who_kind_case_id").table("case_sight");
        manager
            .create_index(index.col("who").col("kind").col("case_id").to_owned())
            .await?;
        let mut index = Index::create();
        index.name("ix_security_event_target_id_at").table("security_event");
        manager.create_index(index.col("target_id").col("at").to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::drop()
            .name("ix_security_event_target_id_at")
            .table("security_event")
            .to_owned();
        manager.drop_index(index).await?;
        manager.drop_table(Table::drop().table("case_sight").to_owned()).await?;
        for name in NAMES {
            let drop = Table::alter().table("case_listing").drop_column(name).to_owned();
            manager.alter_table(drop).await?;
        }
        Ok(())
    }
}

/// Who is kept from a case (`hand`: a person who worked on the dossier), and to whom it is open (`monitor`: an
/// organisation; `delegation`: before there is a panel, its co-chair).
fn case_sight() -> TableCreateStatement {
    Table::create()
        .table("case_sight")
        .col(uuid("case_id"))
        .col(string_len("kind", 16))
        .col(string_len("who", 64))
        .primary_key(Index::create().col("case_id").col("kind").col("who"))
        .to_owned()
}
