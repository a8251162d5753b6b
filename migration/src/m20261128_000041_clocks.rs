//! What the figures about the statutory clocks are added up from, for all cases and without a history: how long each may
//! take, what is overdue, and every stop. And the words cases are found by, in the order in which lists show them.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

const INDEXES: [&str; 6] = [
    "CREATE INDEX ix_case_listing_clock_days ON case_listing (clock_days, decided_on_day) WHERE clock_days > 0",
    "CREATE INDEX ix_case_listing_overdue ON case_listing (due, id) WHERE overdue = 1",
    "CREATE INDEX ix_case_listing_organisation_state ON case_listing (organisation, state, updated_at, id)",
    "CREATE INDEX ix_case_stop_days ON case_stop (reason, days)",
    "CREATE INDEX ix_case_stop_open ON case_stop (reason, since, zone) WHERE days IS NULL",
    "CREATE INDEX ix_case_word_changed ON case_word (word, changed_at, case_id)",
];

fn columns() -> Vec<(&'static str, ColumnDef)> {
    vec![
        // Null: written before there was this column.
        ("case_listing", integer_null("clock_days")),
        ("case_listing", integer("stopped_days").default(0).to_owned()),
        ("case_listing", integer("overdue").default(0).to_owned()),
        ("case_word", big_integer("changed_at").default(0).to_owned()),
    ]
}

const NAMES: [(&str, &str); 4] = [
    ("case_word", "changed_at"),
    ("case_listing", "overdue"),
    ("case_listing", "stopped_days"),
    ("case_listing", "clock_days"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in columns() {
            let add = Table::alter().table(table).add_column(column).to_owned();
            manager.alter_table(add).await?;
        }
        manager.create_table(case_stop()).await?;
        let db = manager.get_connection();
        db.execute_unprepared(
            "UPDATE case_word SET changed_at = (SELECT updated_at FROM case_listing WHERE id = case_word.case_id)",
        )
        .await?;
        for index in INDEXES {
            db.execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        for index in INDEXES {
            let name = index.split(' ').nth(2).unwrap_or_default();
            db.execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        manager.drop_table(Table::drop().table("case_stop").to_owned()).await?;
        for (table, name) in NAMES {
            let drop = Table::alter().table(table).drop_column(name).to_owned();
            manager.alter_table(drop).await?;
        }
        Ok(())
    }
}

/// Each stop of a clock: from which day on, why, and how many days it cost; none while it lasts.
fn case_stop() -> TableCreateStatement {
    Table::create()
        .table("case_stop")
        .col(uuid("case_id"))
        .col(integer("number"))
        .col(string_len("reason", 32))
        .col(string_len("since", 10))
        .col(string_len("zone", 64))
        .col(big_integer_null("days"))
        .primary_key(Index::create().col("case_id").col("number"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_case_stop_case")
                .from("case_stop", "case_id")
                .to("case_listing", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}
