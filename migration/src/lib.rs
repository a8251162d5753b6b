//! The schema, and nothing else. Append-only; the same on SQLite and PostgreSQL.
//!
//! Instants are microseconds since 1970 (`BIGINT`): exact, ordered and alike on both engines. Civil dates are text,
//! `2025-10-31`. Identifiers are `uuid` on PostgreSQL and 16 bytes on SQLite.

pub use sea_orm_migration::prelude::*;

mod m20261124_000001_history;
mod m20261124_000002_people;
mod m20261124_000003_browser;
mod m20261124_000004_log;
mod m20261124_000005_ceiling;
mod m20261124_000006_resets;
mod m20261124_000010_screening;
mod m20261124_000011_keeping;
mod m20261124_000011_proof;
mod m20261124_000021_pages;
mod m20261128_000031_readers;
mod m20261128_000032_totals;
mod m20261128_000041_clocks;

pub use m20261128_000031_readers::said;

/// Every migration, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261124_000001_history::Migration),
            Box::new(m20261124_000002_people::Migration),
            Box::new(m20261124_000003_browser::Migration),
            Box::new(m20261124_000004_log::Migration),
            Box::new(m20261124_000005_ceiling::Migration),
            Box::new(m20261124_000006_resets::Migration),
            Box::new(m20261124_000010_screening::Migration),
            Box::new(m20261124_000011_proof::Migration),
            Box::new(m20261124_000021_pages::Migration),
            Box::new(m20261124_000011_keeping::Migration),
            Box::new(m20261128_000031_readers::Migration),
            Box::new(m20261128_000032_totals::Migration),
            Box::new(m20261128_000041_clocks::Migration),
        ]
    }
}
