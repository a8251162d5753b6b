//! The one log over all histories: leaves in order, full tiles, its size, signed checkpoints, cosignatures.
//!
//! Every event is queued by a trigger when it is appended, whoever appends it; the queue is no evidence and may shrink.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: [&str; 6] = [
    "unsequenced",
    "log_cosignature",
    "log_checkpoint",
    "log_tile",
    "log_leaf",
    "log_head",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [log_head(), log_leaf(), log_tile(), log_checkpoint(), log_cosignature()] {
            manager.create_table(table).await?;
        }
        let mut index = Index::create();
        index.name("ux_log_leaf_event_id").table("log_leaf").unique();
        index.col("event_id").col("generation");
        manager.create_index(index).await?;
        let connection = manager.get_connection();
        let (queue, fences) = match manager.get_database_backend() {
            DbBackend::Postgres => (POSTGRES_QUEUE, POSTGRES_FENCES),
            DbBackend::Sqlite => (SQLITE_QUEUE, SQLITE_FENCES),
            other => return Err(DbErr::Migration(format!("the database {other:?} is not supported"))),
        };
        for statements in [queue, EARLIER_EVENTS, fences] {
            connection.execute_unprepared(statements).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        let on_event = if postgres { " ON event" } else { "" };
        connection
            .execute_unprepared(&format!("DROP TRIGGER event_queued{on_event}"))
            .await?;
        for table in TABLES {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        if postgres {
            connection
                .execute_unprepared("DROP FUNCTION corridor_queue_event(); DROP FUNCTION corridor_log_grows()")
                .await?;
        }
        Ok(())
    }
}

/// One row for each generation of the log; only the newest grows.
fn log_head() -> TableCreateStatement {
    Table::create()
        .table("log_head")
        .col(ColumnDef::new("generation").big_integer().not_null().primary_key())
        .col(text("origin"))
        .col(big_integer("size").check(Expr::col("size").gte(0)))
        // The roots of the tree's perfect parts, 32 bytes each, the largest first.
        .col(blob("parts"))
        .to_owned()
}

fn log_leaf() -> TableCreateStatement {
    Table::create()
        .table("log_leaf")
        .col(big_integer("generation"))
        .col(big_integer("idx"))
        .col(uuid("event_id"))
        .col(blob("hash"))
        .primary_key(Index::create().col("generation").col("idx"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_log_leaf_event")
                .from("log_leaf", "event_id")
                .to("event", "id")
                .on_delete(ForeignKeyAction::Restrict),
        )
        .to_owned()
}

/// 256 hashes, one above 256^level leaves, and the hash above all of them.
fn log_tile() -> TableCreateStatement {
    Table::create()
        .table("log_tile")
        .col(big_integer("generation"))
        .col(big_integer("level"))
        .col(big_integer("n"))
        .col(blob("data"))
        .col(blob("root"))
        .primary_key(Index::create().col("generation").col("level").col("n"))
        .to_owned()
}

/// The key makes sure that there is one root for each size.
fn log_checkpoint() -> TableCreateStatement {
    Table::create()
        .table("log_checkpoint")
        .col(big_integer("generation"))
        .col(big_integer("size"))
        .col(blob("root"))
        .col(text("note"))
        .col(big_integer("created_at"))
        .primary_key(Index::create().col("generation").col("size"))
        .to_owned()
}

fn log_cosignature() -> TableCreateStatement {
    Table::create()
        .table("log_cosignature")
        .col(big_integer("generation"))
        .col(big_integer("size"))
        .col(string_len("witness", 255))
        .col(text("line"))
        .primary_key(Index::create().col("generation").col("size").col("witness"))
        .to_owned()
}

/// Events from before there was a log: in the order of recording, but never before their predecessor.
const EARLIER_EVENTS: &str = "
INSERT INTO unsequenced (event_id)
SELECT id FROM (
  SELECT id, stream_kind, stream_id, seq,
    max(recorded_at) OVER (PARTITION BY stream_kind, stream_id ORDER BY seq) AS not_before FROM event
) AS earlier ORDER BY not_before, stream_kind, stream_id, seq;
";

const SQLITE_QUEUE: &str = "
CREATE TABLE unsequenced (id INTEGER PRIMARY KEY AUTOINCREMENT, event_id uuid_text NOT NULL);
CREATE TRIGGER event_queued AFTER INSERT ON event
BEGIN INSERT INTO unsequenced (event_id) VALUES (NEW.id); END;
";

const POSTGRES_QUEUE: &str = "
CREATE TABLE unsequenced (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_id uuid NOT NULL);
CREATE FUNCTION corridor_queue_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO unsequenced (event_id) VALUES (NEW.id); RETURN NULL; END $$;
CREATE TRIGGER event_queued AFTER INSERT ON event FOR EACH ROW EXECUTE FUNCTION corridor_queue_event();
ALTER TABLE event ENABLE ALWAYS TRIGGER event_queued;
";

/// Leaves, tiles, checkpoints and cosignatures are only added; a size only grows.
const SQLITE_FENCES: &str = "
CREATE TRIGGER log_leaf_no_update BEFORE UPDATE ON log_leaf
BEGIN SELECT RAISE(ABORT, 'log_leaf is append-only'); END;
CREATE TRIGGER log_leaf_no_delete BEFORE DELETE ON log_leaf
BEGIN SELECT RAISE(ABORT, 'log_leaf is append-only'); END;
CREATE TRIGGER log_leaf_next_only BEFORE INSERT ON log_leaf
WHEN NEW.idx <> coalesce((SELECT max(idx) + 1 FROM log_leaf WHERE generation = NEW.generation), 0)
BEGIN SELECT RAISE(ABORT, 'log_leaf is append-only: this is not the next leaf'); END;
CREATE TRIGGER log_leaf_once BEFORE INSERT ON log_leaf
WHEN EXISTS (SELECT 1 FROM log_leaf WHERE event_id = NEW.event_id AND generation = NEW.generation)
BEGIN SELECT RAISE(ABORT, 'log_leaf is append-only: the event has a leaf'); END;
CREATE TRIGGER log_tile_no_update BEFORE UPDATE ON log_tile
BEGIN SELECT RAISE(ABORT, 'log_tile is append-only'); END;
CREATE TRIGGER log_tile_no_delete BEFORE DELETE ON log_tile
BEGIN SELECT RAISE(ABORT, 'log_tile is append-only'); END;
CREATE TRIGGER log_tile_no_replace BEFORE INSERT ON log_tile
WHEN EXISTS (SELECT 1 FROM log_tile WHERE generation = NEW.generation AND level = NEW.level AND n = NEW.n)
BEGIN SELECT RAISE(ABORT, 'log_tile is append-only'); END;
CREATE TRIGGER log_checkpoint_no_update BEFORE UPDATE ON log_checkpoint
BEGIN SELECT RAISE(ABORT, 'log_checkpoint is append-only'); END;
CREATE TRIGGER log_checkpoint_no_delete BEFORE DELETE ON log_checkpoint
BEGIN SELECT RAISE(ABORT, 'log_checkpoint is append-only'); END;
CREATE TRIGGER log_checkpoint_no_replace BEFORE INSERT ON log_checkpoint
WHEN EXISTS (SELECT 1 FROM log_checkpoint WHERE generation = NEW.generation AND size = NEW.size)
BEGIN SELECT RAISE(ABORT, 'log_checkpoint is append-only'); END;
CREATE TRIGGER log_cosignature_no_update BEFORE UPDATE ON log_cosignature
BEGIN SELECT RAISE(ABORT, 'log_cosignature is append-only'); END;
CREATE TRIGGER log_cosignature_no_delete BEFORE DELETE ON log_cosignature
BEGIN SELECT RAISE(ABORT, 'log_cosignature is append-only'); END;
CREATE TRIGGER log_head_grows BEFORE UPDATE ON log_head
WHEN NEW.size <= OLD.size OR NEW.generation <> OLD.generation OR NEW.origin <> OLD.origin
BEGIN SELECT RAISE(ABORT, 'log_head only grows'); END;
CREATE TRIGGER log_head_no_delete BEFORE DELETE ON log_head
BEGIN SELECT RAISE(ABORT, 'log_head only grows'); END;
CREATE TRIGGER log_head_next_only BEFORE INSERT ON log_head
WHEN NEW.generation <> coalesce((SELECT max(generation) + 1 FROM log_head), 1) OR NEW.size <> 0
BEGIN SELECT RAISE(ABORT, 'log_head only grows'); END;
";

const POSTGRES_FENCES: &str = "
CREATE FUNCTION corridor_log_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.size <= OLD.size OR NEW.generation <> OLD.generation OR NEW.origin <> OLD.origin THEN
    RAISE EXCEPTION 'log_head only grows';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER log_head_grows BEFORE UPDATE ON log_head FOR EACH ROW EXECUTE FUNCTION corridor_log_grows();
CREATE TRIGGER log_head_no_delete BEFORE DELETE ON log_head
  FOR EACH ROW EXECUTE FUNCTION corridor_append_only();
CREATE TRIGGER log_head_no_truncate BEFORE TRUNCATE ON log_head
  FOR EACH STATEMENT EXECUTE FUNCTION corridor_append_only();
CREATE TRIGGER log_leaf_no_change BEFORE UPDATE OR DELETE ON log_leaf
  FOR EACH ROW EXECUTE FUNCTION corridor_append_only();
CREATE TRIGGER log_leaf_no_truncate BEFORE TRUNCATE ON log_leaf
  FOR EACH STATEMENT EXECUTE FUNCTION corridor_append_only();
CREATE TRIGGER log_tile_no_change BEFORE UPDATE OR DELETE ON log_tile
  FOR EACH ROW EXECUTE FUNCTION corridor_append_only();
CREATE TRIGGER log_tile_no_truncate BEFORE TRUNCATE ON log_tile
  FOR EACH STATEMENT EXECUTE FUNCTION corridor_append_only();
CREATE TRIGGER log_checkpoint_no_change BEFORE UPDATE OR DELETE ON log_checkpoint
  FOR EACH ROW EXECUTE FUNCTION corridor_append_only();
CREATE TRIGGER log_checkpoint_no_truncate BEFORE TRUNCATE ON log_checkpoint
  FOR EACH STATEMENT EXECUTE FUNCTION corridor_append_only();
CREATE TRIGGER log_cosignature_no_change BEFORE UPDATE OR DELETE ON log_cosignature
  FOR EACH ROW EXECUTE FUNCTION corridor_append_only();
CREATE TRIGGER log_cosignature_no_truncate BEFORE TRUNCATE ON log_cosignature
  FOR EACH STATEMENT EXECUTE FUNCTION corridor_append_only();
ALTER TABLE log_head ENABLE ALWAYS TRIGGER log_head_grows;
ALTER TABLE log_head ENABLE ALWAYS TRIGGER log_head_no_delete;
ALTER TABLE log_head ENABLE ALWAYS TRIGGER log_head_no_truncate;
ALTER TABLE log_leaf ENABLE ALWAYS TRIGGER log_leaf_no_change;
ALTER TABLE log_leaf ENABLE ALWAYS TRIGGER log_leaf_no_truncate;
ALTER TABLE log_tile ENABLE ALWAYS TRIGGER log_tile_no_change;
ALTER TABLE log_tile ENABLE ALWAYS TRIGGER log_tile_no_truncate;
ALTER TABLE log_checkpoint ENABLE ALWAYS TRIGGER log_checkpoint_no_change;
ALTER TABLE log_checkpoint ENABLE ALWAYS TRIGGER log_checkpoint_no_truncate;
ALTER TABLE log_cosignature ENABLE ALWAYS TRIGGER log_cosignature_no_change;
ALTER TABLE log_cosignature ENABLE ALWAYS TRIGGER log_cosignature_no_truncate;
";
