//! When the password was given that a refresh token goes back to: renewing proves nothing anew.

use sea_orm_migration::{prelude::*, schema::big_integer};

#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Sign-ins from before serve for everything but acts that cannot be taken back.
        let column = big_integer("proved_at").default(0).to_owned();
        let table = Table::alter().table("refresh_token").add_column(column).to_owned();
        manager.alter_table(table).await
    }
}
