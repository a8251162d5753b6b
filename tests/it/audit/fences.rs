//! A database without its fences is not served from, and the doctor says which are missing.

use crate::house::{Engine, House};
use corridor::cli::serve;
use sea_orm::{ConnectionTrait as _, DbBackend};

/// What can be done to a fence, and what is said of it.
const POSTGRES: [(&str, &str); 9] = [
    (
        "DROP TRIGGER event_no_change ON event",
        "event_no_change of event is missing",
    ),
    (
        "DROP TRIGGER log_leaf_no_truncate ON log_leaf",
        "log_leaf_no_truncate of log_leaf is missing",
    ),
    (
        "ALTER TABLE log_tile DISABLE TRIGGER log_tile_no_change",
        "log_tile_no_change of log_tile is not enabled always",
    ),
    (
        "ALTER TABLE event ENABLE TRIGGER event_no_truncate",
        "event_no_truncate of event is not enabled always",
    ),
    (
        "CREATE OR REPLACE FUNCTION corridor_log_grows() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "log_head_grows of log_head was changed",
    ),
    (
        "DROP TRIGGER event_private_no_update ON event_private; CREATE TRIGGER event_private_no_update BEFORE UPDATE \
         ON event_private FOR EACH ROW WHEN (false) EXECUTE FUNCTION corridor_append_only()",
        "event_private_no_update of event_private was changed",
    ),
    (
        "CREATE TRIGGER another BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION corridor_append_only()",
        "another of event is not ours",
    ),
    (
        "ALTER TABLE log_leaf DROP CONSTRAINT fk_log_leaf_event",
        "log_leaf FOREIGN KEY (event_id)",
    ),
    (
        "DROP INDEX ux_log_leaf_event_id",
        "log_leaf UNIQUE (event_id, generation)",
    ),
];
const SQLITE: [(&str, &str); 6] = [
    ("DROP TRIGGER event_no_update", "event_no_update is missing"),
    ("DROP TRIGGER log_head_grows", "log_head_grows is missing"),
    (
        "DROP TRIGGER log_leaf_no_delete; CREATE TRIGGER log_leaf_no_delete BEFORE DELETE ON log_leaf WHEN 0 \
         BEGIN SELECT RAISE(ABORT, 'never'); END",
        "log_leaf_no_delete was changed",
    ),
    (
        "CREATE TRIGGER another AFTER INSERT ON event BEGIN DELETE FROM unsequenced; END",
        "another is not ours",
    ),
    ("DROP INDEX ux_log_leaf_event_id", "ux_log_leaf_event_id is missing"),
    (
        "ALTER TABLE log_checkpoint ADD COLUMN another TEXT",
        "log_checkpoint was changed",
    ),
];

async fn refused_without_each(engine: Engine) {
    let Some(house) = House::open(engine, |_| {}).await else {
        return;
    };
    serve::fenced(&house.inside).await.unwrap();
    assert_eq!(house.inside.store.fences().await.unwrap(), Vec::<String>::new());
    let attacks: &[(&str, &str)] = match house.rows.get_database_backend() {
        DbBackend::Postgres => &POSTGRES,
        _ => &SQLITE,
    };
    for (number, (attack, says)) in attacks.iter().enumerate() {
        house.rows.execute_unprepared(attack).await.unwrap();
        let refusal = serve::fenced(&house.inside).await.unwrap_err().to_string();
        assert!(refusal.contains(says), "{attack}: {refusal}");
        assert_eq!(
            house.inside.store.fences().await.unwrap().len(),
            number + 1,
            "{refusal}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    refused_without_each(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    refused_without_each(Engine::Postgres).await;
}

/// A role that owns nothing may add to history and not change it; a right too many is seen.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_right_too_many_is_seen() {
    let Some(house) = House::open(Engine::Postgres, |_| {}).await else {
        return;
    };
    house
        .rows
        .execute_unprepared(include_str!("../../../docs/postgres-roles.sql"))
        .await
        .unwrap();
    house
        .rows
        .execute_unprepared("ALTER ROLE corridor_app PASSWORD 'app'")
        .await
        .unwrap();
    let url = house.inside.settings.database.url.clone().unwrap();
    let (_, rest) = url.split_once("://").unwrap();
    let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    let mut settings = house.inside.settings.clone();
    settings.database.url = Some(format!("postgres://corridor_app:app@{place}"));
    let app = corridor::cli::serve::open_store(&settings).await.unwrap();
    assert_eq!(app.fences().await.unwrap(), Vec::<String>::new());
    house
        .rows
        .execute_unprepared("GRANT UPDATE ON log_leaf TO corridor_app; GRANT TRUNCATE ON event TO PUBLIC")
        .await
        .unwrap();
    let faults = app.fences().await.unwrap();
    assert_eq!(
        faults,
        [
            "the role of the service may TRUNCATE event",
            "the role of the service may UPDATE log_leaf"
        ]
    );
}
