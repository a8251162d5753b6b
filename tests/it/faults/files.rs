//! Faults of files: killed at, before, and in the middle of every call; disk errors; a full disk; short writes.

use super::{
    client::{Client, Seen},
    shim::read_trace,
    stride,
    subject::Subject,
    verdict::findings,
    world::World,
};
use crate::house::Engine;
use std::{collections::BTreeMap, time::Instant};

/// What came of one trial.
struct Trial {
    seen: Seen,
    findings: Vec<String>,
    /// What was done to which call; none: there were not so many.
    hit: Option<String>,
    ended: bool,
    /// It went on by itself.
    recovered: bool,
}

/// One trial from the beginning: a place, the program, the fault, the work, the end, the verdict.
async fn trial(world: &World, order: &str) -> Trial {
    let place = world.place().await;
    let mut subject = Subject::start(&place, None).unwrap_or_else(|said| panic!("{said}"));
    subject.order(&place, order);
    let mut client = Client::new(world, &subject.base, place.beside("trace"));
    client.work().await;
    let ended = subject.has_ended().is_some();
    let recovered = !ended && client.goes_on(&world.sooner).await.is_ok();
    let (seen, mut said) = (client.seen, String::new());
    if order.starts_with("kill") || order.starts_with("torn") || order.starts_with("after") {
        subject.kill();
    } else {
        said = subject.stop();
    }
    let mut findings = findings(world, &place, &seen).await;
    if said.contains("panicked") {
        findings.push(format!("it panicked: {said}"));
    }
    let hit = Subject::hit(&place);
    world.clear(place).await;
    Trial {
        seen,
        findings,
        hit,
        ended,
        recovered,
    }
}

/// How many calls one undisturbed run of the work makes.
async fn calls(world: &World) -> usize {
    let place = world.place().await;
    let subject = Subject::start(&place, None).unwrap_or_else(|said| panic!("{said}"));
    subject.order(&place, "trace 0 0");
    let mut client = Client::new(world, &subject.base, place.beside("trace"));
    client.work().await;
    subject.stop();
    let seen = client.seen;
    assert!(seen.wrong.is_empty(), "{:#?}", seen.wrong);
    assert_eq!(seen.refused + seen.unanswered, 0);
    assert_eq!(
        seen.told.len(),
        9,
        "{:?}",
        seen.told.iter().map(|(mark, _)| mark).collect::<Vec<_>>()
    );
    let calls = read_trace(&std::fs::read(place.beside("trace")).unwrap()).len();
    let findings = findings(world, &place, &seen).await;
    assert!(findings.is_empty(), "{findings:#?}");
    world.clear(place).await;
    calls
}

/// Goes through the calls; how many faults of each kind were put in, and what was found.
async fn sweep(world: &World, modes: &[&str], few: usize) {
    let (total, begun) = (calls(world).await, Instant::now());
    let (mut put_in, mut bad) = (BTreeMap::<&str, usize>::new(), Vec::new());
    let (mut refused, mut unanswered, mut ended, mut recovered) = (0, 0, 0, 0);
    let step = stride(total * modes.len(), few, modes.len());
    for number in (0..total * modes.len()).step_by(step) {
        let (mode, at) = (modes[number % modes.len()], 1 + number / modes.len());
        let count = if mode.starts_with('e') && at % 3 == 0 { 40 } else { 1 };
        let trial = trial(world, &format!("{mode} {at} {count}")).await;
        let Some(hit) = trial.hit else { continue };
        *put_in.entry(mode).or_default() += 1;
        refused += trial.seen.refused;
        unanswered += trial.seen.unanswered;
        ended += usize::from(trial.ended);
        recovered += usize::from(trial.recovered);
        for finding in trial.findings {
            println!(
                "BAD {mode} {at} {count} ({}): {finding}",
                hit.lines().next().unwrap_or_default()
            );
            bad.push(finding);
        }
    }
    println!(
        "{:?}: {total} calls, faults put in: {put_in:?}; {refused} requests refused, {unanswered} unanswered, {ended} times ended, {recovered} times it went on by itself; {} bad; {} s",
        world.engine,
        bad.len(),
        begun.elapsed().as_secs()
    );
    assert!(put_in.values().sum::<usize>() > 0);
    assert!(bad.is_empty(), "{bad:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_or_failed_at_any_call_nothing_told_is_lost() {
    let Some(world) = World::prepare(Engine::Sqlite).await else {
        return;
    };
    sweep(&world, &["kill", "torn", "eio", "enospc", "short"], 12).await;
}

/// The disk fails for a while and then works again, in the middle of a commit: whatever is acknowledged afterwards is
/// there after the next start, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_time_of_disk_errors_an_acknowledgement_holds() {
    let Some(world) = World::prepare(Engine::Sqlite).await else {
        return;
    };
    for order in ["eio 12 40", "enospc 84 40", "eio 126 40"] {
        let trial = trial(&world, order).await;
        assert!(trial.hit.is_some());
        assert!(trial.findings.is_empty(), "{order}: {:#?}", trial.findings);
    }
}
