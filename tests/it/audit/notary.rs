//! From recorded to logged, and what waits for it.

use crate::{api::course, house::both_databases};
use corridor::audit::{
    checkpoint::Checkpoint,
    leaf::leaf_hash,
    proof::Proof,
    tree::{is_consistent, root_of},
};
use sea_orm::{ConnectionTrait, Statement};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The bodies of all events in the order of the log, and the stream and number of each.
async fn leaves(house: &crate::house::House) -> Vec<(Vec<u8>, Uuid, i64)> {
    let sql =
        "SELECT l.idx, e.body, e.stream_id, e.seq FROM log_leaf l JOIN event e ON e.id = l.event_id ORDER BY l.idx";
    let statement = Statement::from_string(house.rows.get_database_backend(), sql);
    let rows = house.rows.query_all_raw(statement).await.unwrap();
    let leaf = |(at, row): (usize, &sea_orm::QueryResult)| {
        assert_eq!(row.try_get::<i64>("", "idx").unwrap(), at as i64);
        let (body, stream) = (row.try_get("", "body").unwrap(), row.try_get("", "stream_id").unwrap());
        (body, stream, row.try_get("", "seq").unwrap())
    };
    rows.iter().enumerate().map(leaf).collect()
}

both_databases! {
    /// Every event has one leaf, after its predecessor; the root is that of the bodies; every leaf can be proven.
    async fn everything_recorded_is_logged_in_order_and_can_be_proven(house) {
        crate::audit::grow(&house.inside, 100).await;
        house.inside.log_now().await.unwrap();
        let (store, notary) = (&house.inside.store, &house.inside.notary);
        let first = store.newest_checkpoint().await.unwrap().unwrap();
        crate::audit::grow(&house.inside, 100).await;
        course::submitted(house).await;
        house.inside.log_now().await.unwrap();
        let kept = store.newest_checkpoint().await.unwrap().unwrap();
        let leaves = leaves(house).await;
        assert_eq!(kept.size, house.count("SELECT count(*) FROM event").await as u64);
        assert!(kept.size > 256, "{}: a full tile is needed here", kept.size);
        assert_eq!(house.count("SELECT count(*) FROM log_tile").await, (kept.size / 256) as i64);
        let mut reached = BTreeMap::new();
        for (_, stream, seq) in &leaves {
            assert_eq!(reached.insert(stream, *seq).unwrap_or(0) + 1, *seq);
        }
        let origin = store.log_head().await.unwrap().unwrap().origin;
        let log = notary.verifier(&origin).unwrap();
        let signed = Checkpoint::signed_by(&kept.note, &log).unwrap().unwrap();
        assert_eq!((signed.size, signed.root), (kept.size, root_of(leaves.iter().map(|(body, ..)| leaf_hash(body)))));
        for (index, (body, ..)) in leaves.iter().enumerate() {
            let hashes = store.inclusion_proof(1, index as u64, kept.size).await.unwrap();
            let proof = Proof { index: index as u64, hashes, checkpoint: kept.note.clone() };
            let proof = Proof::parse(&proof.text()).unwrap();
            assert!(proof.text().len() <= 1024);
            assert_eq!(proof.verify(&leaf_hash(body), &log).unwrap().size, kept.size);
        }
        let proof = store.consistency_proof(1, first.size, kept.size).await.unwrap();
        assert!(is_consistent((first.size, &first.root), (kept.size, &kept.root), &proof));
    }

    /// Several instances sequence and sign at once; the log has no gap, no event twice, and one root for each size.
    async fn several_notaries_at_once_keep_one_log(house) {
        let others = [house.another_instance().await, house.another_instance().await];
        let notice = course::published(house).await;
        for _ in 0..3 {
            let case = course::drafted_under(house, &notice);
            let works = async {
                for _ in 0..10 {
                    let (a, b, c) = tokio::join!(house.inside.log_now(), others[0].log_now(), others[1].log_now());
                    a.and(b).and(c).unwrap();
                }
            };
            tokio::join!(case, works);
        }
        house.inside.log_now().await.unwrap();
        let events = house.count("SELECT count(*) FROM event").await;
        assert_eq!(leaves(house).await.len() as i64, events);
        assert_eq!(house.count("SELECT count(*) FROM unsequenced").await, 0);
        for other in &others {
            assert!(other.store.halted().is_none());
            other.notary.check(&other.store).await.unwrap();
        }
    }

    /// While one waits for its turn, another signs for more than was there when the wait began: nobody is to blame.
    async fn whoever_waits_for_its_turn_believes_what_was_signed_meanwhile(house) {
        let other = house.another_instance().await;
        course::published(house).await;
        house.inside.log_now().await.unwrap();
        for _ in 0..3 {
            crate::audit::grow(&house.inside, 1).await;
            while house.inside.store.sequence(1000).await.unwrap() > 0 {}
            let turn = other.notary.memory().turn().await.unwrap();
            let mut waiting = Box::pin(house.inside.log_now());
            let still = tokio::time::timeout(std::time::Duration::from_millis(300), &mut waiting).await;
            assert!(still.is_err(), "it has to wait for the turn");
            crate::audit::grow(&house.inside, 1).await;
            while other.store.sequence(1000).await.unwrap() > 0 {}
            drop(turn);
            // The other one comes first if it can; whoever does, both must end well.
            let (a, b) = tokio::join!(other.log_now(), waiting);
            a.and(b).unwrap();
        }
        assert!(house.inside.store.halted().is_none() && other.store.halted().is_none());
    }

    /// A database that does not answer while what it holds is compared was not forked: the work goes on when it is back.
    async fn a_database_that_does_not_answer_is_not_taken_for_a_fork(house) {
        let other = house.another_instance().await;
        // A checkpoint that the other has yet to see, so that it compares the whole log with it; with a full tile.
        crate::audit::grow(&house.inside, 256).await;
        house.inside.log_now().await.unwrap();
        house.rows.execute_unprepared("ALTER TABLE log_tile RENAME TO away").await.unwrap();
        let told = other.log_now().await.unwrap_err().to_string();
        assert!(told.contains("log_tile"), "{told}");
        house.rows.execute_unprepared("ALTER TABLE away RENAME TO log_tile").await.unwrap();
        assert_eq!(other.store.halted(), None);
        other.log_now().await.unwrap();
    }

    /// No letter leaves, and no decision is told to the public, before its event is signed for.
    async fn nothing_leaves_before_it_is_logged(house) {
        let case = course::submitted(house).await;
        let (store, now) = (&house.inside.store, house.clock.now());
        assert!(house.count("SELECT count(*) FROM letter").await > 0);
        assert!(store.claim_letters(now, now, 100).await.unwrap().is_empty());
        // Sequenced, but not signed for: still not.
        while store.sequence(1000).await.unwrap() > 0 {}
        assert!(store.claim_letters(now, now, 100).await.unwrap().is_empty());
        house.inside.log_now().await.unwrap();
        let claimed = store.claim_letters(now, now, 100).await.unwrap();
        assert_eq!(claimed.len() as i64, house.count("SELECT count(*) FROM letter").await);
        let origin = store.log_head().await.unwrap().unwrap().origin;
        let log = house.inside.notary.verifier(&origin).unwrap();
        for letter in &claimed {
            let note = letter.checkpoint.as_ref().unwrap();
            let signed = Checkpoint::signed_by(note, &log).unwrap().unwrap();
            let logged = store.logged(letter.letter.event.0).await.unwrap().unwrap();
            assert!(logged.index < signed.size);
        }
        house.deliver_letters().await;
        let folder = house.inside.settings.letters_folder().join(claimed[0].letter.id.to_string());
        let note = std::fs::read_to_string(folder.join("checkpoint.txt")).unwrap();
        assert_eq!(Some(&note), claimed[0].checkpoint.as_ref());
        let (text, html) = (std::fs::read_to_string(folder.join("body.txt")).unwrap(), std::fs::read_to_string(folder.join("body.html")).unwrap());
        let root = note.lines().nth(2).unwrap();
        assert!(text.contains(root) && html.contains(root), "{text}");
        assert!(!case.is_empty());
    }

    /// While the log does not advance, drafting goes on and nothing gets legal effect; then it does again.
    async fn nothing_takes_effect_while_the_log_stands_still(house) {
        use std::time::Duration;
        let notice = course::published(house).await;
        let case = course::drafted_under(house, &notice).await;
        // Another instance has the turn and does not give it back.
        let other = house.another_instance().await;
        house.inside.log_now().await.unwrap();
        crate::audit::grow(&house.inside, 1).await;
        let turn = other.notary.memory().turn().await.unwrap();
        let clerk = house.inside.clone();
        let clerk = tokio::spawn(async move { corridor::jobs::notary::work(&clerk, Duration::from_millis(300)).await });
        let until = async |behind: bool| {
            for _ in 0..200 {
                if house.inside.store.is_behind() == behind {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            panic!("it should be {behind} by now");
        };
        until(true).await;
        let ready = reqwest::get(house.base.replace("/api/v1", "/health/ready")).await.unwrap();
        assert_eq!(ready.status(), 503);
        let events = house.count("SELECT count(*) FROM event").await;
        let reply = house.act("drafter", &case, "discard_dossier", serde_json::json!({})).await;
        assert_eq!(reply.problem(503), "unavailable");
        assert_eq!(house.count("SELECT count(*) FROM event").await, events);
        assert_eq!(house.get("drafter", &format!("/cases/{case}")).await.status, 200);
        let more = course::upload(house, "drafter", &case, "more.txt", "More.").await;
        course::attach(house, &case, &more, "ITEM_LIST").await;
        drop(turn);
        until(false).await;
        house.must("drafter", &case, "discard_dossier", serde_json::json!({})).await;
        clerk.abort();
    }

    /// The register and the check of a certificate tell what the log has.
    async fn the_public_learns_what_the_log_has(house) {
        house.inside.log_now().await.unwrap();
        course::approved(house).await;
        let ask = async |path: &str| reqwest::get(format!("{}{path}", house.base)).await.unwrap().json::<serde_json::Value>().await.unwrap();
        assert_eq!(ask("/register").await["items"].as_array().unwrap().len(), 0);
        house.inside.log_now().await.unwrap();
        assert_eq!(ask("/register").await["items"].as_array().unwrap().len(), 1);
    }
}
