//! What a notice's waivers come to is asked for by its public pages: told from the index alone, however many cases there are.

use sea_orm_migration::prelude::*;

#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

const NAME: &str = "ix_case_listing_notice_totals";
const COLUMNS: [&str; 3] = ["notice", "authorised_milli", "waiver_issued_at"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut index = Index::create().name(NAME).table("case_listing").to_owned();
        for column in COLUMNS {
            index.col(column);
        }
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let drop = Index::drop().name(NAME).table("case_listing").to_owned();
        manager.drop_index(drop).await
    }
}
