//! The connection to PostgreSQL is cut, or the service killed, before and after everything it says to the database:
//! also between a commit and the news of it.

use super::{
    client::{Client, Seen},
    place::{Place, others_gone},
    proxy::{Fault, Proxy},
    stride,
    subject::Subject,
    verdict::findings,
    world::World,
};
use crate::house::Engine;
use std::{collections::BTreeMap, time::Instant};

struct Trial {
    seen: Seen,
    findings: Vec<String>,
    said: usize,
    hit: Option<String>,
}

async fn trial(world: &World, fault: Fault, at: usize) -> Trial {
    let mut place: Place = world.place().await;
    let proxy = Proxy::before(place.url());
    place.via = Some(proxy.url(place.url()));
    let subject = Subject::start(&place, None).unwrap_or_else(|said| panic!("{said}"));
    proxy.plan(fault, at, subject.id());
    let mut client = Client::new(world, &subject.base, place.beside("trace"));
    client.work().await;
    let (said, hit) = proxy.outcome();
    let kills = matches!(fault, Fault::KillBefore | Fault::KillAfter);
    let last_words = if kills { subject.kill() } else { subject.stop() };
    others_gone(place.url()).await;
    let mut findings = findings(world, &place, &client.seen).await;
    if last_words.contains("panicked") || last_words.contains("DOES NOT FIT") {
        findings.push(format!("it said: {last_words}"));
    }
    let seen = client.seen;
    world.clear(place).await;
    Trial {
        seen,
        findings,
        said,
        hit,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_off_or_killed_at_any_word_to_the_database_nothing_told_is_lost() {
    let Some(world) = World::prepare(Engine::Postgres).await else {
        return;
    };
    let undisturbed = trial(&world, Fault::None, 0).await;
    assert!(undisturbed.findings.is_empty(), "{:#?}", undisturbed.findings);
    assert_eq!(undisturbed.seen.told.len(), 9);
    let faults = [Fault::CutBefore, Fault::CutAfter, Fault::KillBefore, Fault::KillAfter];
    let (total, begun) = (undisturbed.said, Instant::now());
    let (mut put_in, mut bad) = (BTreeMap::<String, usize>::new(), Vec::new());
    let (mut refused, mut unanswered) = (0, 0);
    let step = stride(total * faults.len(), 10, faults.len());
    for number in (0..total * faults.len()).step_by(step) {
        let (fault, at) = (faults[number % faults.len()], 1 + number / faults.len());
        let trial = trial(&world, fault, at).await;
        let Some(hit) = trial.hit else { continue };
        *put_in.entry(format!("{fault:?}")).or_default() += 1;
        refused += trial.seen.refused;
        unanswered += trial.seen.unanswered;
        for finding in trial.findings {
            println!("BAD {fault:?} {at} ({hit}): {finding}");
            bad.push(finding);
        }
    }
    println!(
        "Postgres: {total} things said, faults put in: {put_in:?}; {refused} requests refused, {unanswered} unanswered; {} bad; {} s",
        bad.len(),
        begun.elapsed().as_secs()
    );
    assert!(put_in.values().sum::<usize>() > 0);
    assert!(bad.is_empty(), "{bad:#?}");
}
