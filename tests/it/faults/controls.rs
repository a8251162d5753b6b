//! The controls: what is broken on purpose must be found. A verdict that cannot be bad says nothing.

use super::{
    client::{Client, Seen, Told},
    place::{Place, copy},
    subject::Subject,
    verdict::findings,
    world::World,
};
use crate::house::Engine;
use corridor::audit::checkpoint::{Checkpoint, KeyKind, Signer};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, Statement};
use std::{fs, path::Path};

/// One undisturbed run, and what is left of it.
async fn finished(world: &World) -> (Place, Seen) {
    let place = world.place().await;
    let subject = Subject::start(&place, None).unwrap_or_else(|said| panic!("{said}"));
    let mut client = Client::new(world, &subject.base, place.beside("trace"));
    client.work().await;
    // Until the letters have left.
    tokio::time::sleep(std::time::Duration::from_millis(800)).await;
    subject.stop();
    (place, client.seen)
}

/// Somebody with the file takes its fences away and does this.
async fn tamper(place: &Place, sql: &str) {
    let mut one = ConnectOptions::new(place.url());
    one.max_connections(1);
    let rows = Database::connect(one).await.unwrap();
    rows.execute_unprepared("PRAGMA foreign_keys = OFF").await.unwrap();
    let triggers = Statement::from_string(
        rows.get_database_backend(),
        "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    );
    for row in rows.query_all_raw(triggers).await.unwrap() {
        let name: String = row.try_get_by_index(0).unwrap();
        rows.execute_unprepared(&format!("DROP TRIGGER {name}")).await.unwrap();
    }
    let done = rows.execute_unprepared(sql).await.unwrap();
    assert!(done.rows_affected() > 0, "{sql}");
    rows.close().await.unwrap();
}

/// The verdict on a copy that was changed like this.
async fn after(world: &World, left: &Place, seen: &Seen, change: impl AsyncFnOnce(&Place, &mut Seen)) -> Vec<String> {
    let place = Place::copied(&left.settings, left.engine, left.folder());
    let mut seen = Seen {
        told: seen.told.clone(),
        before_bundle: seen.before_bundle,
        ..Seen::default()
    };
    change(&place, &mut seen).await;
    findings(world, &place, &seen).await
}

#[track_caller]
fn says(found: &[String], wanted: &str) {
    assert!(
        found.iter().any(|finding| finding.contains(wanted)),
        "“{wanted}” is not among {found:#?}"
    );
}

fn cut_short(folder: &Path, ending: &str) {
    let files = fs::read_dir(folder).unwrap().flatten().map(|file| file.path());
    for file in files {
        if file.is_dir() {
            cut_short(&file, ending);
        } else if file.to_string_lossy().ends_with(ending) {
            let content = fs::read(&file).unwrap();
            fs::write(&file, &content[..content.len() - 1]).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_broken_on_purpose_is_found() {
    let Some(world) = World::prepare(Engine::Sqlite).await else {
        return;
    };
    let (left, seen) = finished(&world).await;
    let whole = after(&world, &left, &seen, async |_, _| {}).await;
    assert!(whole.is_empty(), "{whole:#?}");
    assert!(left.folder().join("letters").read_dir().unwrap().count() > 0);

    let lost = format!(
        "DELETE FROM event WHERE stream_id = x'{}' AND seq > 3",
        world.draft.replace('-', "")
    );
    let found = after(&world, &left, &seen, async |place, _| tamper(place, &lost).await).await;
    says(&found, "acknowledged version");
    let found = after(&world, &left, &seen, async |place, _| {
        tamper(place, "UPDATE case_listing SET state = 'withdrawn'").await
    })
    .await;
    says(&found, "its row is not what its history says");
    let found = after(&world, &left, &seen, async |place, _| {
        tamper(place, "DELETE FROM log_checkpoint").await
    })
    .await;
    says(&found, "it left before a checkpoint covered its event");
    says(&found, "the register showed a decision that no checkpoint covers");
    let found = after(&world, &left, &seen, async |place, _| {
        cut_short(&place.folder().join("exports"), "zip")
    })
    .await;
    says(&found, "the bundle in the folder");
    let found = after(&world, &left, &seen, async |place, seen| {
        for (_, told) in &seen.told {
            if let Told::Document(id, _) = told {
                cut_short(&place.folder().join("documents"), id);
            }
        }
    })
    .await;
    says(&found, "an acknowledged document has other bytes");
}

/// A checkpoint of another history under the same key, and a database of yesterday.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_history_is_found() {
    let Some(world) = World::prepare(Engine::Sqlite).await else {
        return;
    };
    let (left, seen) = finished(&world).await;
    let found = after(&world, &left, &seen, async |place, seen| {
        let secret = corridor::auth::keys::secret_file(&place.settings.log_key_file()).unwrap();
        let signer = Signer::new(&world.log.name, KeyKind::Log, &secret).unwrap();
        let other = Checkpoint {
            origin: world.log.name.clone(),
            size: 3,
            root: [7; 32],
        };
        seen.told.push((1, Told::Checkpoint(other.signed(&signer))));
    })
    .await;
    says(&found, "the log has another root at size 3");
    let found = after(&world, &left, &seen, async |place, _| {
        for ending in ["-wal", "-shm"] {
            let _ = fs::remove_file(place.folder().join(format!("corridor.sqlite{ending}")));
        }
        let yesterday = tempfile::tempdir().unwrap();
        copy(world.template(), yesterday.path());
        fs::copy(
            yesterday.path().join("corridor.sqlite"),
            place.folder().join("corridor.sqlite"),
        )
        .unwrap();
    })
    .await;
    says(&found, "the start is refused: REFUSED, the database was rolled back");
}

/// As if the service acknowledged before it commits: some kills must find that out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledging_before_the_commit_is_found_out() {
    let Some(world) = World::prepare(Engine::Sqlite).await else {
        return;
    };
    let (mut killed, mut caught) = (0, 0);
    for at in (40..).step_by(13).take(14) {
        let place = world.place().await;
        let subject = Subject::start(&place, None).unwrap_or_else(|said| panic!("{said}"));
        subject.order(&place, &format!("kill {at} 1"));
        let mut client = Client::new(&world, &subject.base, place.beside("trace"));
        client.too_early = true;
        client.work().await;
        subject.kill();
        let found = findings(&world, &place, &client.seen).await;
        killed += usize::from(Subject::hit(&place).is_some());
        caught += usize::from(found.iter().any(|finding| finding.starts_with("acknowledged version")));
        if caught > 1 {
            break;
        }
    }
    println!("{caught} of {killed} kills caught it");
    assert!(caught > 0, "of {killed}");
}
