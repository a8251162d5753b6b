//! History, the rows that list it, letters, kept answers, documents and denied attempts.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: [&str; 11] = [
    "security_event",
    "document",
    "keyed_answer",
    "letter",
    "case_word",
    "case_country",
    "case_member",
    "case_listing",
    "notice_listing",
    "event_private",
    "event",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let bytewise = Bytewise::on(manager.get_database_backend());
        for table in [
            event(),
            event_private(),
            notice_listing(),
            case_listing(bytewise),
            case_member(),
            case_country(),
            case_word(bytewise),
            letter(),
            keyed_answer(),
            document(),
            security_event(),
        ] {
            manager.create_table(table).await?;
        }
        for (table, columns) in INDEXES {
            index(manager, table, columns, false).await?;
        }
        for (table, columns) in UNIQUE_INDEXES {
            index(manager, table, columns, true).await?;
        }
        let connection = manager.get_connection();
        connection.execute_unprepared(WAITING_LETTERS).await?;
        connection.execute_unprepared(LONGEST_REFERENCES).await?;
        match manager.get_database_backend() {
            DbBackend::Postgres => connection.execute_unprepared(POSTGRES_FENCES).await?,
            DbBackend::Sqlite => connection.execute_unprepared(SQLITE_FENCES).await?,
            other => return Err(DbErr::Migration(format!("the database {other:?} is not supported"))),
        };
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            manager
                .get_connection()
                .execute_unprepared("DROP FUNCTION corridor_append_only()")
                .await?;
        }
        Ok(())
    }
}

const INDEXES: &[(&str, &[&str])] = &[
    ("event", &["recorded_at", "stream_kind", "stream_id", "seq"]),
    ("notice_listing", &["updated_at", "id"]),
    ("notice_listing", &["state", "updated_at", "id"]),
    ("notice_listing", &["next_timer_at"]),
    ("case_listing", &["updated_at", "id"]),
    ("case_listing", &["state", "updated_at", "id"]),
    ("case_listing", &["organisation", "updated_at", "id"]),
    ("case_listing", &["notice", "updated_at", "id"]),
    ("case_listing", &["outcome", "updated_at", "id"]),
    ("case_listing", &["clock", "updated_at", "id"]),
    ("case_listing", &["waiver_state", "updated_at", "id"]),
    ("case_listing", &["due", "id"]),
    ("case_listing", &["next_timer_at"]),
    ("case_member", &["person", "case_id"]),
    ("case_country", &["country", "case_id"]),
    ("case_word", &["word", "case_id"]),
    ("letter", &["stream_kind", "stream_id", "owed_since"]),
    ("keyed_answer", &["at"]),
    ("document", &["case_id", "uploaded_at"]),
    ("document", &["state", "uploaded_at"]),
    ("security_event", &["at", "id"]),
    ("security_event", &["person", "at"]),
];

const UNIQUE_INDEXES: &[(&str, &[&str])] = &[
    ("event", &["stream_kind", "stream_id", "seq"]),
    ("notice_listing", &["number"]),
    ("case_listing", &["reference"]),
    ("case_listing", &["waiver_number"]),
    ("case_listing", &["verify_code"]),
    ("letter", &["event_id", "address"]),
];

async fn index(manager: &SchemaManager<'_>, table: &str, columns: &[&str], unique: bool) -> Result<(), DbErr> {
    let mut index = Index::create();
    let prefix = if unique { "ux" } else { "ix" };
    index
        .name(format!("{prefix}_{table}_{}", columns.join("_")))
        .table(table.to_owned());
    for column in columns {
        index.col((*column).to_owned());
    }
    if unique {
        index.unique();
    }
    manager.create_index(index).await
}

/// Text that is searched by its beginning is ordered by its bytes, as SQLite orders all text.
#[derive(Clone, Copy)]
struct Bytewise(Option<&'static str>);

impl Bytewise {
    fn on(backend: DbBackend) -> Self {
        Self((backend == DbBackend::Postgres).then_some("COLLATE \"C\""))
    }

    fn column(self, mut column: ColumnDef) -> ColumnDef {
        if let Some(collation) = self.0 {
            column.extra(collation);
        }
        column
    }
}

fn event() -> TableCreateStatement {
    Table::create()
        .table("event")
        .col(pk_uuid("id"))
        .col(string_len("stream_kind", 16))
        .col(uuid("stream_id"))
        .col(big_integer("seq").check(Expr::col("seq").gt(0)))
        .col(blob("body"))
        .col(blob("hash"))
        .col(big_integer("recorded_at"))
        .to_owned()
}

fn event_private() -> TableCreateStatement {
    Table::create()
        .table("event_private")
        .col(uuid("event_id"))
        .col(text("field"))
        .col(blob("salt"))
        .col(blob("value"))
        .primary_key(Index::create().col("event_id").col("field"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_event_private_event")
                .from("event_private", "event_id")
                .to("event", "id")
                .on_delete(ForeignKeyAction::Restrict),
        )
        .to_owned()
}

fn notice_listing() -> TableCreateStatement {
    Table::create()
        .table("notice_listing")
        .col(pk_uuid("id"))
        .col(text("number"))
        .col(text("authority"))
        .col(string_len("state", 32))
        .col(big_integer("edition"))
        .col(big_integer_null("published_at"))
        .col(string_len_null("closes", 10))
        .col(big_integer_null("next_timer_at"))
        .col(big_integer("updated_at"))
        .col(big_integer("version"))
        .to_owned()
}

fn case_listing(bytewise: Bytewise) -> TableCreateStatement {
    Table::create()
        .table("case_listing")
        .col(pk_uuid("id"))
        .col(bytewise.column(string_len_null("reference", 64)))
        .col(uuid("notice"))
        .col(text("notice_number"))
        .col(uuid("organisation"))
        .col(text("applicant"))
        .col(string_len("state", 32))
        .col(string_len_null("outcome", 32))
        .col(string_len("clock", 16))
        .col(string_len_null("due", 10))
        .col(big_integer_null("lapses_at"))
        .col(big_integer_null("next_timer_at"))
        .col(string_len_null("waiver_number", 64))
        .col(string_len_null("waiver_state", 32))
        .col(string_len_null("verify_code", 64))
        .col(big_integer("authorised_milli"))
        .col(big_integer("available_milli"))
        .col(string_len_null("unit", 8))
        .col(big_integer_null("submitted_at"))
        .col(big_integer("updated_at"))
        .col(big_integer("version"))
        // The fence under every drawdown: nothing can be drawn twice, whatever the program does.
        .check(Expr::col("available_milli").gte(0))
        .check(Expr::col("authorised_milli").gte(0))
        .to_owned()
}

fn case_part(table: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(uuid("case_id"))
        .foreign_key(
            ForeignKey::create()
                .name(format!("fk_{table}_case"))
                .from(table, "case_id")
                .to("case_listing", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

fn case_member() -> TableCreateStatement {
    case_part("case_member")
        .col(uuid("person"))
        .col(string_len("role", 32))
        .primary_key(Index::create().col("case_id").col("person").col("role"))
        .to_owned()
}

fn case_country() -> TableCreateStatement {
    case_part("case_country")
        .col(string_len("country", 8))
        .primary_key(Index::create().col("case_id").col("country"))
        .to_owned()
}

/// The words a case is found by, in lower case.
fn case_word(bytewise: Bytewise) -> TableCreateStatement {
    case_part("case_word")
        .col(bytewise.column(string_len("word", 64)))
        .primary_key(Index::create().col("case_id").col("word"))
        .to_owned()
}

fn letter() -> TableCreateStatement {
    Table::create()
        .table("letter")
        .col(pk_uuid("id"))
        .col(uuid("event_id"))
        .col(string_len("stream_kind", 16))
        .col(uuid("stream_id"))
        .col(string_len("letter", 64))
        .col(string_len("audience", 32))
        .col(uuid_null("person"))
        .col(text("name"))
        .col(text("address"))
        .col(string_len("language", 8))
        .col(text("facts"))
        .col(string_len("status", 16).check(Expr::col("status").is_in(["pending", "sending", "sent", "failed"])))
        .col(big_integer("attempts"))
        // While it is being sent: until when the sender holds it.
        .col(big_integer("next_attempt_at"))
        .col(text_null("last_error"))
        .col(big_integer_null("sent_at"))
        .col(text_null("message_id"))
        .col(big_integer("owed_since"))
        .to_owned()
}

fn keyed_answer() -> TableCreateStatement {
    Table::create()
        .table("keyed_answer")
        .col(uuid("person"))
        .col(string_len("key", 255))
        .col(blob("request"))
        .col(big_integer("status"))
        .col(blob("body"))
        .col(big_integer("at"))
        .primary_key(Index::create().col("person").col("key"))
        .to_owned()
}

fn document() -> TableCreateStatement {
    Table::create()
        .table("document")
        .col(pk_uuid("id"))
        .col(uuid("case_id"))
        .col(uuid("uploaded_by"))
        .col(text("file_name"))
        .col(string_len_null("class", 64))
        .col(blob("sha256"))
        .col(big_integer("bytes"))
        .col(text("media_type"))
        .col(string_len("state", 16).check(Expr::col("state").is_in(["quarantined", "clean", "rejected"])))
        .col(text_null("reason"))
        .col(text("storage_key"))
        .col(big_integer("uploaded_at"))
        .to_owned()
}

fn security_event() -> TableCreateStatement {
    Table::create()
        .table("security_event")
        .col(pk_uuid("id"))
        .col(big_integer("at"))
        .col(uuid_null("person"))
        .col(uuid_null("organisation"))
        .col(string_len("action", 64))
        .col(string_len_null("target_kind", 32))
        .col(uuid_null("target_id"))
        .col(string_len_null("rule", 16))
        .col(string_len("code", 64))
        .col(string_len_null("ip", 64))
        .col(string_len_null("request_id", 64))
        .to_owned()
}

const WAITING_LETTERS: &str =
    "CREATE INDEX ix_letter_waiting ON letter (next_attempt_at) WHERE status IN ('pending', 'sending')";

const LONGEST_REFERENCES: &str = "CREATE INDEX ix_case_listing_reference_length \
     ON case_listing (length(reference), reference) WHERE reference IS NOT NULL";

/// Nothing edits or removes history. Private values may be deleted (erasure), never edited. `INSERT OR REPLACE`
/// fires no delete trigger on SQLite, therefore the triggers before insertion.
const SQLITE_FENCES: &str = "
CREATE TRIGGER event_no_update BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE TRIGGER event_no_replace BEFORE INSERT ON event WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'event is append-only: there is an event with this id'); END;
CREATE TRIGGER event_next_only BEFORE INSERT ON event
WHEN NEW.seq <> 1 + coalesce(
  (SELECT max(seq) FROM event WHERE stream_kind = NEW.stream_kind AND stream_id = NEW.stream_id), 0)
BEGIN SELECT RAISE(ABORT, 'event is not the next of its stream'); END;
CREATE TRIGGER event_private_no_update BEFORE UPDATE ON event_private
BEGIN SELECT RAISE(ABORT, 'event_private is append-only'); END;
CREATE TRIGGER event_private_no_replace BEFORE INSERT ON event_private
WHEN EXISTS (SELECT 1 FROM event_private WHERE event_id = NEW.event_id AND field = NEW.field)
BEGIN SELECT RAISE(ABORT, 'event_private is append-only'); END;
CREATE TRIGGER security_event_no_update BEFORE UPDATE ON security_event
BEGIN SELECT RAISE(ABORT, 'security_event is append-only'); END;
CREATE TRIGGER security_event_no_delete BEFORE DELETE ON security_event
BEGIN SELECT RAISE(ABORT, 'security_event is append-only'); END;
CREATE TRIGGER security_event_no_replace BEFORE INSERT ON security_event
WHEN EXISTS (SELECT 1 FROM security_event WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'security_event is append-only'); END;
";

/// As on SQLite; TRUNCATE fires statement triggers only, and without ENABLE ALWAYS a session in replica mode would
/// pass them all. The second fence, roles without the right to do it, is in docs/postgres-roles.sql.
const POSTGRES_FENCES: &str = "
CREATE FUNCTION corridor_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
CREATE TRIGGER event_no_change BEFORE UPDATE OR DELETE ON event
  FOR EACH ROW EXECUTE FUNCTION corridor_append_only();
CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event
  FOR EACH STATEMENT EXECUTE FUNCTION corridor_append_only();
CREATE TRIGGER event_private_no_update BEFORE UPDATE ON event_private
  FOR EACH ROW EXECUTE FUNCTION corridor_append_only();
CREATE TRIGGER event_private_no_truncate BEFORE TRUNCATE ON event_private
  FOR EACH STATEMENT EXECUTE FUNCTION corridor_append_only();
CREATE TRIGGER security_event_no_change BEFORE UPDATE OR DELETE ON security_event
  FOR EACH ROW EXECUTE FUNCTION corridor_append_only();
CREATE TRIGGER security_event_no_truncate BEFORE TRUNCATE ON security_event
  FOR EACH STATEMENT EXECUTE FUNCTION corridor_append_only();
ALTER TABLE event ENABLE ALWAYS TRIGGER event_no_change;
ALTER TABLE event ENABLE ALWAYS TRIGGER event_no_truncate;
ALTER TABLE event_private ENABLE ALWAYS TRIGGER event_private_no_update;
ALTER TABLE event_private ENABLE ALWAYS TRIGGER event_private_no_truncate;
ALTER TABLE security_event ENABLE ALWAYS TRIGGER security_event_no_change;
ALTER TABLE security_event ENABLE ALWAYS TRIGGER security_event_no_truncate;
";
