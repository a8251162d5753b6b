//! Attacks 1, 3 and 29: every byte of every file of a bundle changed, the bundle cut after every byte, and chance at work.
//! Both verifiers refuse each, and neither takes long over any.

use super::{
    bundles::{bundle, check, code, trust},
    forger::Forged,
    grow,
};
use crate::house::{Engine, House, run};
use corridor::{
    audit::{
        bundle::VERIFY_PY,
        inspect::{Holds, Trust},
    },
    store::{
        commit::{Stream, StreamKind},
        history::Selection,
    },
};
use std::{
    process::Command,
    time::{Duration, Instant},
};

/// What one verdict may take, on a machine that has other things to do.
const LONGEST: Duration = Duration::from_secs(5);

/// A bundle of one person's history, made small: nobody reads the words in it, and the net of the procedure may lack.
async fn small(house: &House) -> (Forged, Trust, String) {
    house.inside.log_now().await.unwrap();
    house.hours_later(48);
    grow(&house.inside, 1).await;
    let one = Selection::Streams(vec![Stream {
        kind: StreamKind::Person,
        id: house.people["auditor"].0,
    }]);
    corridor::process::seal_for(&house.inside, &one).await.unwrap();
    let mut small = Forged::of(&bundle(house, Some(&one), false).await);
    small.set("README.txt", "Read me.\n");
    small.set("verify.py", "pass\n");
    small.without("derived/workflow.pnml");
    let newest = house.inside.store.newest_checkpoint().await.unwrap().unwrap();
    (small, trust(house, &[&newest.note]).await, newest.note)
}

/// The verdict, which must come in time.
fn in_time(bytes: &[u8], trust: &Trust) -> (i32, Option<Holds>) {
    let begun = Instant::now();
    let verdict = check(bytes, trust);
    assert!(begun.elapsed() < LONGEST, "{verdict:?}");
    (code(&verdict), verdict.ok())
}

/// With a manifest that fits, or as it was: the changed entry is refused.
fn every_entry(small: &Forged, trust: &Trust) -> usize {
    let mut tried = 0;
    for place in 0..small.entries.len() {
        let (name, bytes) = small.entries[place].clone();
        // The words that nobody vouches for: with a manifest that fits, others may stand there.
        let free = ["README.txt", "verify.py", "manifest.json"].contains(&name.as_str());
        let mut changed = small.clone();
        for (at, byte) in bytes.iter().enumerate() {
            changed.entries[place].1[at] ^= 1 << (at % 8);
            let (verdict, _) = in_time(&changed.zipped(), trust);
            assert!([1, 2].contains(&verdict), "{name}, byte {at}");
            if !free {
                let (verdict, _) = in_time(&changed.mended(), trust);
                assert!([1, 2].contains(&verdict), "{name}, byte {at}, with another manifest");
            }
            changed.entries[place].1[at] = *byte;
            tried += 1;
        }
        assert!(!bytes.is_empty(), "{name}");
    }
    tried
}

/// The same by verify.py, in one process.
fn second_opinion(small: &Forged, trust: &Trust, anchor: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    file("verify.py", VERIFY_PY.as_bytes());
    let harness = file("exhaustive.py", include_bytes!("exhaustive.py"));
    let (bundle, anchor) = (file("bundle.zip", &small.mended()), file("anchor", anchor.as_bytes()));
    let said = Command::new("python3")
        .arg(harness)
        .arg(bundle)
        .arg(trust.log.vkey())
        .arg(anchor)
        .output();
    let Ok(said) = said else {
        return println!("skipped: Python 3 not installed");
    };
    let words = String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr);
    assert!(said.status.success(), "{words}");
    println!("{words}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_byte_of_every_file_counts() {
    run(Engine::Sqlite, async |house| {
        let (small, trust, anchor) = small(house).await;
        let names: Vec<&str> = small.entries.iter().map(|(name, _)| name.as_str()).collect();
        for needed in [
            "checkpoint",
            "events.ndjson",
            "proofs.txt",
            "seal.json",
            "openings.ndjson",
            "history.html",
        ] {
            assert!(names.contains(&needed), "{names:?}");
        }
        assert!(names.iter().any(|name| name.starts_with("anchors/")), "{names:?}");
        let good = in_time(&small.mended(), &trust);
        assert_eq!(good.0, 0);
        let begun = Instant::now();
        let tried = every_entry(&small, &trust);
        println!("{tried} bytes changed in {:?}", begun.elapsed());
        assert!(tried > 5_000, "{tried}");
        second_opinion(&small, &trust, &anchor);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_byte_of_the_archive_counts_and_every_cut_is_seen() {
    run(Engine::Sqlite, async |house| {
        let (small, trust, _) = small(house).await;
        let bytes = small.mended();
        let (_, good) = in_time(&bytes, &trust);
        let mut refused = 0;
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            match in_time(&changed, &trust) {
                // Only what says nothing: the archive's own dates and attributes.
                (_, Some(holds)) => assert_eq!(Some(&holds), good.as_ref(), "byte {at}"),
                (verdict, None) => refused += usize::from([1, 2].contains(&verdict)),
            }
        }
        assert!(refused * 10 > bytes.len() * 8, "{refused} of {}", bytes.len());
        for length in 0..bytes.len() {
            let (verdict, _) = in_time(&bytes[..length], &trust);
            assert!([1, 2].contains(&verdict), "cut after {length}");
        }
        // Chance at work: some bytes exchanged, a piece taken out, a piece doubled.
        let mut chance = 0x9e37_79b9_7f4a_7c15_u64;
        let mut below = |limit: usize| {
            chance ^= chance << 13;
            chance ^= chance >> 7;
            chance ^= chance << 17;
            (chance % limit as u64) as usize
        };
        for round in 0..3_000 {
            let mut changed = bytes.clone();
            let (from, length) = (below(bytes.len() - 64), 1 + below(63));
            match round % 3 {
                0 => (0..length).for_each(|n| changed[from + n] = below(256) as u8),
                1 => drop(changed.drain(from..from + length)),
                _ => drop(changed.splice(from..from, bytes[from..from + length].to_vec())),
            }
            if let (_, Some(holds)) = in_time(&changed, &trust) {
                assert_eq!(Some(&holds), good.as_ref(), "round {round}");
            }
        }
    })
    .await;
}
