//! Two instances on one log; one is stopped in the middle of its work, the other goes on, the first wakes up and
//! believes that nothing has happened.

use super::{
    client::{Client, Told},
    place::others_gone,
    proxy::{Fault, Proxy, signal},
    stride,
    subject::Subject,
    verdict::findings,
    world::World,
};
use crate::house::Engine;
use std::time::{Duration, Instant};

/// How long one of them lies still: a minute when everything is gone through.
fn pause(number: usize) -> Duration {
    let long = std::env::var("CORRIDOR_FAULTS").as_deref() == Ok("all") && number % 50 == 7;
    Duration::from_millis(if long { 60_000 } else { 1_500 })
}

/// The sleeper is stopped at its Nth call or word; the other one works meanwhile and after. Was it stopped, and what
/// is wrong?
async fn trial(world: &World, at: usize, apart: bool) -> (bool, Vec<String>) {
    let mut place = world.place().await;
    let proxy = (world.engine == Engine::Postgres).then(|| Proxy::before(place.url()));
    if apart {
        // As on another machine: nothing but the database in common.
        place.memory = Some(place.beside("memory"));
    }
    let other = Subject::start(&place, None).unwrap_or_else(|said| panic!("{said}"));
    place.memory = None;
    place.via = proxy.as_ref().map(|proxy| proxy.url(place.url()));
    let sleeper = Subject::start_with(&place, None, "order.sleeper").unwrap_or_else(|said| panic!("{said}"));
    match &proxy {
        Some(proxy) => proxy.plan(Fault::StopAfter, at, sleeper.id()),
        None => std::fs::write(place.beside("order.sleeper"), format!("stop {at} 1")).unwrap(),
    }
    let id = sleeper.id();
    let waker = tokio::spawn(async move {
        tokio::time::sleep(pause(at)).await;
        signal("CONT", id);
    });
    let mut client = Client::new(world, &other.base, place.beside("trace"));
    client.work().await;
    waker.await.unwrap();
    // On a busy machine it may have been stopped later than it was woken.
    signal("CONT", id);
    // Both have seen everything by now, or have said that they cannot go on.
    tokio::time::sleep(Duration::from_millis(600)).await;
    let mut awake = Client::new(world, &sleeper.base, place.beside("trace"));
    awake.checkpoint().await;
    let stopped = match &proxy {
        Some(proxy) => proxy.outcome().1.is_some(),
        None => place.beside("order.sleeper.hit").exists(),
    };
    let said = sleeper.stop() + &other.stop();
    if world.engine == Engine::Postgres {
        others_gone(place.url()).await;
    }
    let mut seen = client.seen;
    let told = awake
        .seen
        .told
        .iter()
        .any(|(_, told)| matches!(told, Told::Checkpoint(_)));
    seen.told.extend(awake.seen.told);
    let mut findings = findings(world, &place, &seen).await;
    if said.contains("DOES NOT FIT") || said.contains("panicked") {
        findings.push(format!("one of them said: {said}"));
    }
    if !told {
        findings.push("the sleeper does not answer any more".to_owned());
    }
    world.clear(place).await;
    (stopped, findings)
}

/// How many calls or words a sleeper has while the other one works; later ones come too late.
const WORDS: usize = 120;

async fn sweep(engine: Engine, few: usize) {
    let Some(world) = World::prepare(engine).await else {
        return;
    };
    let (mut stopped, mut tried, mut bad, begun) = (0, 0, Vec::new(), Instant::now());
    for at in (1..=WORDS).step_by(stride(WORDS, few, 2)) {
        let (was, findings) = trial(&world, at, at % 2 == 0).await;
        tried += 1;
        stopped += usize::from(was);
        for finding in findings {
            println!("BAD stopped at {at}: {finding}");
            bad.push(finding);
        }
    }
    println!(
        "{engine:?}: {tried} pairs, {stopped} times one was stopped, {} bad; {} s",
        bad.len(),
        begun.elapsed().as_secs()
    );
    assert!(stopped > 0);
    assert!(bad.is_empty(), "{bad:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_sleeps_while_another_goes_on_forks_nothing_on_sqlite() {
    sweep(Engine::Sqlite, 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_sleeps_while_another_goes_on_forks_nothing_on_postgres() {
    sweep(Engine::Postgres, 3).await;
}
