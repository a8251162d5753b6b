//! PostgreSQL itself ends at once, at some moment, and recovers.

use super::{
    client::Client,
    place::{Place, copied_database, drop_database},
    stride,
    subject::Subject,
    verdict::findings,
    world::World,
};
use crate::{house::Engine, postgres};
use std::time::{Duration, Instant};

/// Moments after the beginning of the work, in milliseconds.
const MOMENTS: usize = 60;
const APART: u64 = 25;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_database_crashes_nothing_told_is_lost() {
    let Some(world) = World::prepare(Engine::Postgres).await else {
        return;
    };
    let Some(mut cluster) = postgres::cluster_to_crash() else {
        return;
    };
    cluster.take(&world.template_url, "begun");
    let (mut tried, mut refused, mut bad, begun) = (0, 0, Vec::new(), Instant::now());
    for moment in (0..MOMENTS).step_by(stride(MOMENTS, 2, 1)) {
        let url = copied_database(&cluster.url("begun")).await;
        let mut place = Place::copied(&world.house.inside.settings, Engine::Postgres, world.template());
        place.settings.database.url = Some(url.clone());
        let subject = Subject::start(&place, None).unwrap_or_else(|said| panic!("{said}"));
        let mut client = Client::new(&world, &subject.base, place.beside("trace"));
        let crashing = tokio::task::spawn_blocking(move || {
            std::thread::sleep(Duration::from_millis(moment as u64 * APART));
            cluster.crash();
            cluster
        });
        client.work().await;
        cluster = crashing.await.unwrap();
        let said = subject.stop();
        let mut found = findings(&world, &place, &client.seen).await;
        if said.contains("DOES NOT FIT") || said.contains("panicked") {
            found.push(format!("it said: {said}"));
        }
        (tried, refused) = (tried + 1, refused + client.seen.refused);
        for finding in found {
            println!("BAD crash after {} ms: {finding}", moment as u64 * APART);
            bad.push(finding);
        }
        drop_database(&url).await;
    }
    println!(
        "{tried} crashes, {refused} requests refused, {} bad; {} s",
        bad.len(),
        begun.elapsed().as_secs()
    );
    assert!(bad.is_empty(), "{bad:#?}");
}
