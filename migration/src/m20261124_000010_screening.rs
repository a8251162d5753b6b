//! Screening: versions of lists with their entries, decided pairs, and checks that wait to be made.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: [&str; 5] = [
    "screening_job",
    "screening_decision",
    "list_content",
    "list_version",
    "list_source",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            list_source(),
            list_version(),
            list_content(),
            screening_decision(),
            screening_job(),
        ] {
            manager.create_table(table).await?;
        }
        for (name, table, column) in [
            ("ix_list_version_source", "list_version", "source"),
            ("ix_screening_job_due", "screening_job", "due_at"),
        ] {
            manager
                .create_index(Index::create().name(name).table(table).col(column).to_owned())
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

/// Which version of a list is searched, and when it was last known to be the newest.
fn list_source() -> TableCreateStatement {
    Table::create()
        .table("list_source")
        .col(pk_uuid("id"))
        .col(string_len_uniq("source", 64))
        .col(uuid_null("current"))
        .col(uuid_null("held"))
        .col(big_integer_null("checked_at"))
        // What the place it comes from said about its file, for asking again.
        .col(text_null("etag"))
        .col(text_null("trouble"))
        .col(big_integer("version"))
        .to_owned()
}

fn list_version() -> TableCreateStatement {
    Table::create()
        .table("list_version")
        .col(pk_uuid("id"))
        .col(string_len("source", 64))
        .col(uuid_null("previous"))
        .col(string_len("state", 16))
        .col(big_integer("loaded_at"))
        // What history says of it, as JSON.
        .col(text("facts"))
        .to_owned()
}

/// The entries of a version, compressed, in parts.
fn list_content() -> TableCreateStatement {
    Table::create()
        .table("list_content")
        .col(uuid("version"))
        .col(big_integer("part"))
        .col(binary("bytes"))
        .primary_key(Index::create().col("version").col("part"))
        .to_owned()
}

/// What two persons decided about a subject and an entry, for every case in which both are the same again.
fn screening_decision() -> TableCreateStatement {
    Table::create()
        .table("screening_decision")
        .col(string_len("subject_fingerprint", 64))
        .col(string_len("entry_fingerprint", 64))
        .col(text("precedent"))
        .primary_key(Index::create().col("subject_fingerprint").col("entry_fingerprint"))
        .to_owned()
}

/// Checks that wait or run: of one case, or of every live case after a list has changed.
fn screening_job() -> TableCreateStatement {
    Table::create()
        .table("screening_job")
        .col(string_len("kind", 16))
        .col(uuid("about"))
        .col(string_len("reason", 32))
        .col(string_len("state", 16))
        // Counts the wishes: one that came while the job ran is not lost.
        .col(big_integer("wanted"))
        .col(big_integer("due_at"))
        .col(big_integer("attempts"))
        .col(big_integer("done"))
        .col(big_integer("total"))
        .col(big_integer("found"))
        .col(big_integer("queued_at"))
        .col(big_integer_null("finished_at"))
        .col(text_null("trouble"))
        .primary_key(Index::create().col("kind").col("about"))
        .to_owned()
}
