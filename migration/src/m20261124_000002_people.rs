//! Organisations, people, what they may do, and how they prove who they are.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: [&str; 8] = [
    "login_throttle",
    "invitation",
    "refresh_token",
    "credential",
    "mandate",
    "role_grant",
    "person",
    "organisation",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            organisation(),
            person(),
            role_grant(),
            mandate(),
            credential(),
            refresh_token(),
            invitation(),
            login_throttle(),
        ] {
            manager.create_table(table).await?;
        }
        for (name, table, column) in [
            ("ix_person_organisation", "person", "organisation"),
            ("ix_role_grant_role", "role_grant", "role"),
            ("ix_refresh_token_family", "refresh_token", "family"),
            ("ix_invitation_person", "invitation", "person"),
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

fn organisation() -> TableCreateStatement {
    Table::create()
        .table("organisation")
        .col(pk_uuid("id"))
        .col(text("name"))
        .col(string_len("kind", 32))
        .col(string_len_null("party_type", 32))
        .col(text("unit"))
        .col(string_len_null("affiliation", 16))
        .col(big_integer("version"))
        .to_owned()
}

fn person() -> TableCreateStatement {
    Table::create()
        .table("person")
        .col(pk_uuid("id"))
        .col(text("name"))
        .col(string_len_uniq("email", 320))
        .col(string_len("language", 8))
        .col(uuid("organisation"))
        .col(text("unit"))
        .col(string_len_null("delegation", 16))
        .col(boolean("active"))
        .col(big_integer("version"))
        .to_owned()
}

fn role_grant() -> TableCreateStatement {
    Table::create()
        .table("role_grant")
        .col(uuid("person"))
        .col(string_len("role", 32))
        .primary_key(Index::create().col("person").col("role"))
        .to_owned()
}

fn mandate() -> TableCreateStatement {
    Table::create()
        .table("mandate")
        .col(uuid("person"))
        .col(uuid("organisation"))
        .col(big_integer("until"))
        .primary_key(Index::create().col("person").col("organisation"))
        .to_owned()
}

fn credential() -> TableCreateStatement {
    Table::create()
        .table("credential")
        .col(pk_uuid("person"))
        .col(text("phc"))
        .col(big_integer("changed_at"))
        .to_owned()
}

/// Refresh tokens by the hash of their secret; a family is one sign-in.
fn refresh_token() -> TableCreateStatement {
    Table::create()
        .table("refresh_token")
        .col(ColumnDef::new("secret_hash").string_len(64).not_null().primary_key())
        .col(uuid("family"))
        .col(uuid("person"))
        .col(big_integer("issued_at"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("used_at"))
        .col(big_integer_null("revoked_at"))
        .to_owned()
}

fn invitation() -> TableCreateStatement {
    Table::create()
        .table("invitation")
        .col(ColumnDef::new("secret_hash").string_len(64).not_null().primary_key())
        .col(uuid("person"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("used_at"))
        .to_owned()
}

/// Failures by account and by address, counted for all instances together.
fn login_throttle() -> TableCreateStatement {
    Table::create()
        .table("login_throttle")
        .col(ColumnDef::new("subject").string_len(128).not_null().primary_key())
        .col(big_integer("failures"))
        .col(big_integer("blocked_until"))
        .col(big_integer("last_failure_at"))
        .to_owned()
}
