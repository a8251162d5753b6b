//! Attacks 11 and 12: the database edited by its owner, with its fences and without; one bit flipped in each place that
//! the log rests on, before and after it was signed for. Each is refused by the database or found by the service.

use super::{
    bundles::{check, code, trust},
    grow,
    tampering::{each_engine, flipped, without_fences},
};
use crate::house::House;
use corridor::cli::serve;
use sea_orm::{ConnectionTrait as _, DbBackend};
use std::io::Cursor;

fn is_postgres(house: &House) -> bool {
    house.rows.get_database_backend() == DbBackend::Postgres
}

async fn tried(house: &House, sql: &str) -> Result<(), String> {
    let done = house.rows.execute_unprepared(sql).await;
    done.map(drop).map_err(|error| error.to_string())
}

/// What the service itself says: at the start, of the chains, and when a bundle is made and verified.
async fn findings(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    if let Err(error) = house.inside.notary.check(&house.inside.store).await {
        found.push(format!("start: {error:#}"));
    }
    match house.inside.store.check_chains(&|_| {}).await {
        Ok(report) => found.extend(report.faults.iter().map(|fault| format!("chains: {fault}"))),
        Err(error) => found.push(format!("chains: {error}")),
    }
    let made = house
        .inside
        .store
        .bundle(None, (false, None), Cursor::new(Vec::new()), &|_| {});
    match made.await {
        Err(error) => found.push(format!("bundle: {error}")),
        Ok((bytes, _)) => {
            let verdict = check(&bytes.into_inner(), &trust(house, &[]).await);
            if code(&verdict) == 1 {
                found.push(format!("verify: {}", verdict.unwrap_err()));
            }
        }
    }
    found
}

/// 11: with its fences the database refuses every edit, also the ways around triggers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_its_fences_the_database_refuses_every_edit() {
    each_engine(async |house| {
        house.inside.log_now().await.unwrap();
        let ways: &[&str] = if is_postgres(house) {
            &[
                "TRUNCATE event CASCADE",
                "TRUNCATE log_leaf",
                "TRUNCATE log_checkpoint, log_head CASCADE",
                "SET session_replication_role = replica; UPDATE event SET body = ''",
                "SET session_replication_role = replica; DELETE FROM log_leaf",
                "SET session_replication_role = replica; TRUNCATE log_leaf",
                "INSERT INTO log_leaf SELECT generation, idx, event_id, hash FROM log_leaf WHERE idx = 1 ON CONFLICT \
                 (generation, idx) DO UPDATE SET hash = ''",
            ]
        } else {
            &[
                "INSERT OR REPLACE INTO event SELECT * FROM event LIMIT 1",
                "INSERT OR REPLACE INTO log_leaf SELECT generation, idx, event_id, x'00' FROM log_leaf WHERE idx = 1",
                "INSERT OR REPLACE INTO log_head SELECT generation, origin, 1, x'00' FROM log_head",
                "REPLACE INTO log_checkpoint SELECT generation, size, x'00', 'x', 0 FROM log_checkpoint",
                "UPDATE OR REPLACE log_leaf SET idx = idx + 1",
                "PRAGMA recursive_triggers = OFF; DELETE FROM event",
            ]
        };
        for way in ways {
            let done = tried(house, way).await;
            assert!(done.is_err(), "{way}: {done:?}");
        }
        assert_eq!(findings(house).await, Vec::<String>::new());
    })
    .await;
}

/// 11: `writable_schema` takes a fence away without a statement that names it. The next start sees it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fence_taken_out_of_the_schema_is_missed() {
    let house = House::open(crate::house::Engine::Sqlite, |_| {}).await.unwrap();
    house.inside.log_now().await.unwrap();
    tried(
        &house,
        "PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE type = 'trigger' AND name = 'event_no_update'; \
         PRAGMA writable_schema = OFF",
    )
    .await
    .unwrap();
    let again = serve::open_house(house.inside.settings.clone(), house.clock.clone()).await;
    let refused = match again {
        Ok(again) => serve::fenced(&again).await.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    assert!(refused.unwrap_err().contains("event_no_update is missing"));
}

/// 11: the owner drops the fences, edits, and puts the fences back. What was signed for does not fit any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_owners_edits_are_found_without_any_fence() {
    for (table, edit) in [
        (
            "event",
            "UPDATE event SET body = {body} WHERE id = (SELECT event_id FROM log_leaf WHERE idx = 5)",
        ),
        (
            "event",
            "UPDATE event SET seq = seq + 1000 WHERE id = (SELECT event_id FROM log_leaf WHERE idx = 5)",
        ),
        (
            "log_leaf",
            "DELETE FROM log_leaf WHERE idx = (SELECT max(idx) FROM log_leaf)",
        ),
        (
            "log_leaf",
            "UPDATE log_leaf SET event_id = (SELECT event_id FROM log_leaf WHERE idx = 6) WHERE idx = 5",
        ),
        ("log_head", "UPDATE log_head SET size = size - 1"),
        ("log_checkpoint", "DELETE FROM log_checkpoint"),
    ] {
        each_engine(async |house| {
            grow(&house.inside, 3).await;
            house.inside.log_now().await.unwrap();
            without_fences(house, table).await;
            let sql = edit.replace("{body}", &flipped(house, "body"));
            // A constraint may refuse it even so; then there is nothing to find.
            if tried(house, &sql).await.is_ok() {
                let found = findings(house).await;
                assert!(!found.is_empty(), "{sql}");
                println!("{sql}: {}", found[0]);
            }
        })
        .await;
    }
}

/// 12, after it was signed for: one bit in the body, the hash of a leaf, a tile, the head, the checkpoint.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bit_flipped_after_signing_is_found() {
    for (table, column, which) in [
        ("event", "body", "id = (SELECT event_id FROM log_leaf WHERE idx = 7)"),
        ("event", "hash", "id = (SELECT event_id FROM log_leaf WHERE idx = 7)"),
        ("log_leaf", "hash", "idx = 7"),
        ("log_tile", "root", "n = 0"),
        ("log_head", "parts", "size > 0"),
        (
            "log_checkpoint",
            "root",
            "size = (SELECT max(size) FROM log_checkpoint)",
        ),
    ] {
        each_engine(async |house| {
            // As many as fill a tile.
            grow(&house.inside, 260).await;
            house.inside.log_now().await.unwrap();
            without_fences(house, table).await;
            let bit = flipped(house, column);
            tried(house, &format!("UPDATE {table} SET {column} = {bit} WHERE {which}"))
                .await
                .unwrap();
            let found = findings(house).await;
            // The root beside a checkpoint's note is a copy: the signed note is what counts, and says the true one.
            let harmless = (table, column) == ("log_checkpoint", "root");
            assert_eq!(found.is_empty(), harmless, "{table}.{column}: {found:?}");
        })
        .await;
    }
}

/// 12, before: an event whose bits changed between its commit and its place in the log is never logged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bit_flipped_before_sequencing_stops_the_log() {
    for (table, column, which) in [
        (
            "event",
            "body",
            "id = (SELECT event_id FROM unsequenced ORDER BY id LIMIT 1)",
        ),
        (
            "event",
            "hash",
            "id = (SELECT event_id FROM unsequenced ORDER BY id LIMIT 1)",
        ),
        ("log_head", "parts", "size > 0"),
        ("log_leaf", "hash", "idx = 7"),
    ] {
        each_engine(async |house| {
            house.inside.log_now().await.unwrap();
            let signed = house.inside.store.newest_checkpoint().await.unwrap().unwrap().size;
            grow(&house.inside, 2).await;
            without_fences(house, table).await;
            let bit = flipped(house, column);
            tried(house, &format!("UPDATE {table} SET {column} = {bit} WHERE {which}"))
                .await
                .unwrap();
            let error = house.inside.log_now().await.unwrap_err();
            println!("{table}.{column}: {error:#}");
            assert!(house.inside.store.halted().is_some(), "{table}.{column}: {error:#}");
            let newest = house.inside.store.newest_checkpoint().await.unwrap().unwrap().size;
            assert_eq!(newest, signed, "{table}.{column}");
            let stream = corridor::store::commit::Stream {
                kind: corridor::store::commit::StreamKind::Person,
                id: house.people["auditor"].0,
            };
            assert!(house.inside.store.load(stream).await.is_ok(), "reading goes on");
        })
        .await;
    }
}

/// 14: power went while the memory of the log was written. What was written aside does not count; a memory that is torn
/// itself is refused, for it may have been the newer one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_memory_torn_by_a_loss_of_power_is_never_believed() {
    let house = House::open(crate::house::Engine::Sqlite, |_| {}).await.unwrap();
    house.inside.log_now().await.unwrap();
    let settings = house.inside.settings.clone();
    let memory = settings.log_memory_file();
    let whole = std::fs::read(&memory).unwrap();
    let opened = async || serve::open_house(settings.clone(), house.clock.clone()).await.map(drop);
    std::fs::write(memory.with_extension("new"), &whole[..whole.len() / 2]).unwrap();
    opened().await.unwrap();
    for length in [0, 1, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&memory, &whole[..length]).unwrap();
        let refused = opened().await.unwrap_err().to_string();
        assert!(refused.contains("REFUSED"), "{length}: {refused}");
    }
    std::fs::write(&memory, &whole).unwrap();
    opened().await.unwrap();
}

/// 15: a step failed, or so it seemed, and was persisted all the same: done again it changes nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_that_was_persisted_after_all_is_done_once() {
    each_engine(async |house| {
        let (store, now) = (&house.inside.store, house.clock.now());
        house.inside.log_now().await.unwrap();
        let newest = store.newest_checkpoint().await.unwrap().unwrap();
        store.publish_checkpoint(&newest, now).await.unwrap();
        store
            .begin_log(1, &store.log_head().await.unwrap().unwrap().origin)
            .await
            .unwrap();
        let other = corridor::store::checkpoints::KeptCheckpoint {
            root: [1; 32],
            ..newest.clone()
        };
        let refused = store.publish_checkpoint(&other, now).await.unwrap_err().to_string();
        assert!(refused.contains("another root"), "{refused}");
        // Queued twice: logged once.
        let sql = "INSERT INTO unsequenced (event_id) SELECT event_id FROM log_leaf WHERE idx < 3";
        tried(house, sql).await.unwrap();
        house.inside.log_now().await.unwrap();
        assert_eq!(store.newest_checkpoint().await.unwrap().unwrap(), newest);
        assert_eq!(findings(house).await, Vec::<String>::new());
    })
    .await;
}
