//! Attack 10: the key of the log changes as planned, and nobody else can make it look so.

use super::{
    bundles::{bundle, check, code, opinion_with, trust},
    forger::{Forged, stolen},
    grow,
};
use crate::house::{Engine, House, both_databases, run};
use corridor::{
    audit::{
        checkpoint::{Checkpoint, KeyKind, Note, Signer, Verifier},
        inspect::Trust,
    },
    process::log_keys::{OVERLAP, add_log_key, retire_log_key},
    store::{
        commit::{Stream, StreamKind},
        history::Selection,
    },
};

fn trusting(keys: &[&Verifier], anchors: &[&str]) -> Trust {
    Trust {
        log: keys[0].clone(),
        earlier: keys[1..].iter().map(|key| (*key).clone()).collect(),
        policy: None,
        anchors: anchors.iter().map(|note| (*note).to_owned()).collect(),
    }
}

#[track_caller]
fn both_say(bytes: &[u8], trust: &Trust, wanted: i32, what: &str) {
    let verdict = check(bytes, trust);
    assert_eq!(code(&verdict), wanted, "{what}: {verdict:?}");
    if let Some((other, says)) = opinion_with(bytes, trust, None) {
        assert_eq!(other, wanted, "{what}, verify.py: {says}");
    }
}

async fn newest(house: &House) -> String {
    house.inside.log_now().await.unwrap();
    house.inside.store.newest_checkpoint().await.unwrap().unwrap().note
}

async fn case(house: &House) -> Vec<u8> {
    let one = Selection::Streams(vec![Stream {
        kind: StreamKind::Person,
        id: house.people["auditor"].0,
    }]);
    corridor::process::seal_for(&house.inside, &one).await.unwrap();
    bundle(house, Some(&one), false).await
}

/// A key nobody announced, in the name of the log.
fn foreign(name: &str) -> Signer {
    Signer::new(name, KeyKind::Log, &[77; 32]).unwrap()
}

both_databases! {
    /// Before, while both sign, and after: with the old key only, the new one only, and both.
    async fn whoever_knows_one_key_follows(house) {
        let old = trust(house, &[]).await.log;
        let before = newest(house).await;
        let change = add_log_key(&house.inside).await.unwrap();
        // Once more changes nothing.
        assert_eq!(add_log_key(&house.inside).await.unwrap(), change);
        let new = Verifier::parse(&change.new).unwrap();
        assert_eq!(change.old, old.vkey());
        let both = newest(house).await;
        for key in [&old, &new] {
            assert!(Checkpoint::signed_by(&both, key).unwrap().is_some());
        }
        for bytes in [bundle(house, None, false).await, case(house).await] {
            both_say(&bytes, &trusting(&[&old], &[&both]), if check(&bytes, &trusting(&[&old], &[&both])).unwrap().anchors_confirmed > 0 { 0 } else { 3 }, "both sign, old only");
            both_say(&bytes, &trusting(&[&old], &[]), 3, "both sign, old only, no anchor");
            both_say(&bytes, &trusting(&[&new], &[]), 3, "both sign, new only, no anchor");
            both_say(&bytes, &trusting(&[&new, &old], &[&before]), code(&check(&bytes, &trusting(&[&old], &[&before]))), "both keys");
            both_say(&bytes, &trusting(&[&foreign(&old.name).verifier().clone()], &[]), 1, "a key nobody announced");
        }
        // A month, with a checkpoint each day or so.
        for _ in 0..3 {
            house.hours_later(OVERLAP / 3 - 1);
            grow(&house.inside, 1).await;
            newest(house).await;
        }
        let early = retire_log_key(&house.inside, false).await.unwrap_err().to_string();
        assert!(early.contains("both keys sign until"), "{early}");
        house.hours_later(3);
        let (_, aside) = retire_log_key(&house.inside, false).await.unwrap();
        assert!(aside.exists());
        assert!(retire_log_key(&house.inside, true).await.is_err());
        let last_of_both = newest(house).await;
        assert!(Checkpoint::signed_by(&last_of_both, &old).unwrap().is_some());
        house.hours_later(24);
        grow(&house.inside, 1).await;
        let after = newest(house).await;
        assert!(Checkpoint::signed_by(&after, &old).unwrap().is_none());
        assert!(Checkpoint::signed_by(&after, &new).unwrap().is_some());
        // This instance and another go on.
        house.another_instance().await.log_now().await.unwrap();
        let full = bundle(house, None, false).await;
        // Old only: followed through the checkpoints of the time between, that the bundle has.
        both_say(&full, &trusting(&[&old], &[&before]), 0, "old only, after");
        assert_eq!(check(&full, &trusting(&[&old], &[&before])).unwrap().followed, 1);
        both_say(&full, &trusting(&[&new], &[&after]), 0, "new only, after");
        both_say(&full, &trusting(&[&new, &old], &[&before, &after]), 0, "both, after");
        let part = case(house).await;
        let sealed = newest(house).await;
        both_say(&part, &trusting(&[&new], &[&sealed]), 0, "a part, new only");
        // Of a part only the new key is enough: it has nothing to follow.
        both_say(&part, &trusting(&[&old], &[]), 1, "a part, old only");
    }
}

/// Whoever has the retired key signs a later log; whoever has none of the keys announces his own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retired_or_unannounced_key_signs_in_vain() {
    run(Engine::Sqlite, async |house| {
        newest(house).await;
        let thief = stolen(house).await;
        let old = thief.verifier().clone();
        let change = add_log_key(&house.inside).await.unwrap();
        let new = Verifier::parse(&change.new).unwrap();
        house.hours_later(OVERLAP + 1);
        grow(&house.inside, 1).await;
        newest(house).await;
        retire_log_key(&house.inside, false).await.unwrap();
        house.hours_later(24);
        grow(&house.inside, 1).await;
        let good = newest(house).await;
        let full = Forged::of(&bundle(house, None, false).await);
        let resigned = |note: &str| {
            let mut forged = full.clone();
            forged.set("checkpoint", note);
            forged.mended()
        };
        // The same log, signed by the retired key: it says itself that this key is worth nothing.
        let said = Checkpoint::parse(&Note::parse(&good).unwrap().text).unwrap();
        let by_thief = resigned(&said.signed(&thief));
        both_say(&by_thief, &trusting(&[&old], &[]), 1, "retired, old only");
        both_say(&by_thief, &trusting(&[&new], &[]), 1, "retired, new only");
        both_say(&by_thief, &trusting(&[&old, &new], &[]), 1, "retired, both");
        let verdict = check(&by_thief, &trusting(&[&old, &new], &[])).unwrap_err().to_string();
        assert!(verdict.contains("retired"), "{verdict}");
        // The thief cuts off what retires him: that holds by his signature alone, and no anchor agrees.
        let announced = (full.lines().iter()).position(|line| line.windows(15).any(|part| part == b"log_key_retired"));
        let mut cut = full.clone();
        cut.set_lines(&full.lines()[..announced.unwrap()]);
        cut.set("openings.ndjson", "");
        cut.entries.retain(|(name, _)| !name.starts_with("anchors/"));
        cut.signed_with(&thief);
        let cut = cut.mended();
        both_say(&cut, &trusting(&[&old], &[]), 3, "cut by the thief");
        both_say(
            &cut,
            &trusting(&[&old, &new], &[&good]),
            1,
            "cut by the thief, anchored",
        );
        both_say(&cut, &trusting(&[&new], &[]), 1, "cut by the thief, new only");
        // Somebody else signs, and no leaf says that he may.
        let stranger = foreign(&old.name);
        let by_stranger = resigned(&said.signed(&stranger));
        for keys in [&[&old][..], &[&new], &[&old, &new]] {
            both_say(&by_stranger, &trusting(keys, &[]), 1, "a key nobody announced");
        }
        // The operator's own announcement is only as good as the signature above it: the stranger's leaf, his signature.
        let mut lines = full.lines();
        let place = lines
            .iter()
            .position(|line| line.windows(13).any(|part| part == b"log_key_added"))
            .unwrap();
        let text = String::from_utf8(lines[place].clone()).unwrap();
        lines[place] = text.replacen(&new.vkey(), &stranger.verifier().vkey(), 1).into_bytes();
        let mut forged = full.clone();
        forged.set_lines(&lines);
        forged.signed_with(&stranger);
        both_say(&forged.mended(), &trusting(&[&old], &[]), 1, "announced by himself");
    })
    .await;
}
