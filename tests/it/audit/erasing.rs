//! Attacks 24 and 25: what was erased is in no file any more and cannot be guessed; and nothing is missing from a bundle
//! unless the log says that it was erased.

use super::{
    bundles::{bundle, check, code, second_opinion, trust},
    forger::{Forged, stolen},
    keeping::{ask, ended, granted},
};
use crate::{
    api::course,
    house::{House, both_databases},
};
use corridor::{
    audit::{
        canonical::{Nulls, canonical, canonical_line},
        inspect::Trust,
        leaf::{commitment, leaf_hash},
    },
    store::{
        commit::{Stream, StreamKind},
        history::Selection,
    },
};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use serde_json::{Value, json};

/// What only the erased case says.
const SECRET: &str = "Zebulon Quartermaine";

/// A value of a bundle: event, field, salt, value.
struct Opening {
    event: String,
    field: String,
    salt: [u8; 32],
    value: Value,
}

fn openings(bytes: &[u8]) -> Vec<Opening> {
    let forged = Forged::of(bytes);
    let text = String::from_utf8(forged.get("openings.ndjson").to_vec()).unwrap();
    let read = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        let salt = hex::decode(line["salt"].as_str().unwrap()).unwrap();
        Opening {
            event: line["event"].as_str().unwrap().to_owned(),
            field: line["field"].as_str().unwrap().to_owned(),
            salt: salt.try_into().unwrap(),
            value: line["value"].clone(),
        }
    };
    text.lines().map(read).collect()
}

async fn cells(house: &House, sql: &str) -> Vec<Vec<u8>> {
    let statement = Statement::from_string(house.rows.get_database_backend(), sql);
    let rows = house.rows.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// Every byte that the database has: its file and journal, a fresh backup; every cell of every table on PostgreSQL.
async fn remains(house: &House) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    if house.rows.get_database_backend() == DbBackend::Sqlite {
        let folder = house.inside.settings.data.folder.clone();
        let backup = folder.join("fresh-backup.sqlite");
        house
            .rows
            .execute_unprepared(&format!("VACUUM INTO '{}'", backup.display()))
            .await
            .unwrap();
        house
            .rows
            .execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
            .await
            .unwrap();
        for name in ["corridor.sqlite", "corridor.sqlite-wal", "fresh-backup.sqlite"] {
            if let Ok(bytes) = std::fs::read(folder.join(name)) {
                found.push((name.to_owned(), bytes));
            }
        }
        std::fs::remove_file(backup).unwrap();
        assert!(found.len() >= 2);
        return found;
    }
    // What a new dump would have: each row as text.
    let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'";
    let statement = Statement::from_string(DbBackend::Postgres, tables);
    for row in house.rows.query_all_raw(statement).await.unwrap() {
        let table: String = row.try_get_by_index(0).unwrap();
        let sql = format!("SELECT convert_to(t::text, 'UTF8') FROM \"{table}\" t");
        found.push((table, cells(house, &sql).await.join(&b'\n')));
    }
    assert!(found.len() > 20);
    found
}

fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted) || {
        let written = hex::encode(wanted);
        bytes.windows(written.len()).any(|window| window == written.as_bytes())
    }
}

async fn erase(house: &House, case: &str) {
    granted(house, "administrator", case, "ask_erasure", ask()).await;
    granted(house, "lead", case, "confirm_erasure", json!({})).await;
}

fn one(case: &str) -> Selection {
    Selection::Streams(vec![Stream {
        kind: StreamKind::Case,
        id: case.parse().unwrap(),
    }])
}

#[track_caller]
fn both_say(bytes: &[u8], trust: &Trust, wanted: i32, what: &str) {
    let verdict = check(bytes, trust);
    assert_eq!(code(&verdict), wanted, "{what}: {verdict:?}");
    if let Some((other, says)) = second_opinion(bytes, trust) {
        assert_eq!(other, wanted, "{what}, verify.py: {says}");
    }
}

/// Which lines of a bundle's events speak of this.
fn lines_with(forged: &Forged, words: &str) -> Vec<usize> {
    let has = |line: &[u8]| String::from_utf8_lossy(line).contains(words);
    (forged.lines().iter().enumerate())
        .filter(|(_, line)| has(line))
        .map(|(at, _)| at)
        .collect()
}

both_databases! {
    /// 24: neither words, nor salts, nor the key are left; the commitment is, and tells whoever guesses right nothing.
    async fn what_is_erased_is_in_no_file_and_cannot_be_guessed(house) {
        let notice = course::published(house).await;
        let case = ended(house, &notice).await;
        house.inside.log_now().await.unwrap();
        let open = bundle(house, Some(&one(&case)), false).await;
        let values = openings(&open);
        let kept_terms = |opening: &&Opening| opening.field != "/data/terms/content";
        let secret = values.iter().find(|opening| opening.value.to_string().contains(SECRET)).unwrap();
        let truth = canonical(&secret.value, Nulls::Allowed).unwrap();
        let committed = hex::encode(commitment(&secret.salt, &secret.field, &truth));
        let leaves = Forged::of(&open);
        let leaf = leaves.lines().into_iter().find(|line| String::from_utf8_lossy(line).contains(&secret.event)).unwrap();
        // Before, whoever has the salt can confirm the value.
        assert!(String::from_utf8(leaf.clone()).unwrap().contains(&committed));
        let sql = "SELECT wrapped FROM subject_key WHERE stream_kind = 'case' AND stream_id = $1";
        let id: uuid::Uuid = case.parse().unwrap();
        let statement = Statement::from_sql_and_values(house.rows.get_database_backend(), sql, [id.into()]);
        let row = house.rows.query_one_raw(statement).await.unwrap().unwrap();
        let wrapped: [Vec<u8>; 1] = [row.try_get_by_index(0).unwrap()];
        let before = remains(house).await;
        assert!(before.iter().any(|(_, bytes)| has(bytes, &wrapped[0])), "the search finds what is there");
        erase(house, &case).await;
        house.deliver_letters().await;
        for (name, bytes) in remains(house).await {
            assert!(!has(&bytes, SECRET.as_bytes()), "{name}: the words");
            assert!(!has(&bytes, &wrapped[0]), "{name}: the key");
            for opening in values.iter().filter(kept_terms) {
                assert!(!has(&bytes, &opening.salt), "{name}: the salt of {}", opening.field);
            }
            // The best guess there is: the true value, with every 32 bytes that are left as its salt.
            if name == "event_private" || name == "corridor.sqlite" {
                let tries = bytes.windows(32).step_by(if bytes.len() > 1 << 20 { 7 } else { 1 });
                for salt in tries.take(200_000) {
                    let guess = commitment(salt.try_into().unwrap(), &secret.field, &truth);
                    assert_ne!(hex::encode(guess), committed, "{name}");
                }
            }
        }
        // History verifies as before, and says what is gone.
        house.inside.log_now().await.unwrap();
        let (full, trust) = (bundle(house, None, false).await, trust(house, &[]).await);
        both_say(&full, &trust, 3, "after the erasure");
        assert!(check(&full, &trust).unwrap().erased > 0);
    }

    /// 25: a missing value must be covered by a leaf that says so; and that leaf must be lawful.
    async fn nothing_is_missing_unless_the_log_says_so(house) {
        let notice = course::published(house).await;
        let case = ended(house, &notice).await;
        house.inside.log_now().await.unwrap();
        let trust_now = trust(house, &[]).await;
        let without_one = |bytes: &[u8], words: &str| {
            let mut forged = Forged::of(bytes);
            let text = String::from_utf8(forged.get("openings.ndjson").to_vec()).unwrap();
            let kept: String = text.lines().filter(|line| !line.contains(words)).map(|line| format!("{line}\n")).collect();
            assert_ne!(kept, text);
            forged.set("openings.ndjson", kept);
            forged.without("history.html");
            forged.mended()
        };
        // Nothing erased yet: a value that lacks is a fault, in a case and in the whole log.
        for (selection, what) in [(Some(one(&case)), "a case"), (None, "the whole log")] {
            let bytes = bundle(house, selection.as_ref(), false).await;
            both_say(&bytes, &trust_now, 3, what);
            both_say(&without_one(&bytes, SECRET), &trust_now, 1, what);
            let verdict = check(&without_one(&bytes, SECRET), &trust_now).unwrap_err().to_string();
            assert!(verdict.contains("no erasure in the log says so"), "{verdict}");
            // On purpose, and said so: then it counts as withheld.
            both_say(&bundle(house, selection.as_ref(), true).await, &trust_now, 3, what);
        }
        // A period that ended before: the same.
        let period = Selection::Period("2025-01-01T00:00:00Z".parse().unwrap(), "2030-01-01T00:00:00Z".parse().unwrap());
        both_say(&without_one(&bundle(house, Some(&period), false).await, SECRET), &trust_now, 1, "a period");
        granted(house, "auditor", &case, "place_hold", json!({ "reason": "Lawsuit 12 O 34/26." })).await;
        granted(house, "lead", &case, "lift_hold", json!({ "hold": 1, "reason": "Over." })).await;
        erase(house, &case).await;
        house.inside.log_now().await.unwrap();
        for (selection, what) in [(Some(one(&case)), "a case"), (None, "the whole log"), (Some(period), "a period")] {
            let bytes = bundle(house, selection.as_ref(), false).await;
            both_say(&bytes, &trust_now, 3, what);
            let holds = check(&bytes, &trust_now).unwrap();
            assert!(holds.erased > 0 && holds.withheld == 0, "{what}: {holds:?}");
        }
        // The leaf of the erasure left out of the case: its values are missing without a word.
        let mut forged = Forged::of(&bundle(house, Some(&one(&case)), false).await);
        let gone = lines_with(&forged, "\"record_erased\"")[0];
        let mut lines = forged.lines();
        lines.truncate(gone);
        let proofs = String::from_utf8(forged.get("proofs.txt").to_vec()).unwrap();
        let kept: Vec<&str> = proofs.split_inclusive("\n\n").take(gone).collect();
        let ids: Vec<String> = lines.iter().map(|line| serde_json::from_slice::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned()).collect();
        let opened = String::from_utf8(forged.get("openings.ndjson").to_vec()).unwrap();
        let opened: String = opened.lines().filter(|line| ids.iter().any(|id| line.contains(id))).map(|line| format!("{line}\n")).collect();
        forged.set("proofs.txt", kept.concat());
        forged.set("openings.ndjson", opened);
        forged.set_lines(&lines);
        forged.entries.retain(|(name, _)| name != "seal.json");
        both_say(&forged.mended(), &trust_now, 1, "the leaf left out");
        // Signed for with the stolen key: an erasure under a hold, one of another record, one of events that are not there.
        let (full, key) = (Forged::of(&bundle(house, None, false).await), stolen(house).await);
        let with = |change: &dyn Fn(&mut Vec<Value>)| {
            let mut events: Vec<Value> = full.lines().iter().map(|line| serde_json::from_slice(line).unwrap()).collect();
            change(&mut events);
            let mut heads = std::collections::HashMap::new();
            let mut lines = Vec::new();
            // Seals and what follows them would tell: a forger leaves them out, and mends every chain.
            for mut event in events.into_iter().filter(|event| event["type"] != "log_sealed") {
                let stream = (event["kind"].to_string(), event["stream"].to_string());
                let (seq, prev) = heads.get(&stream).cloned().unwrap_or((0, "0".repeat(64)));
                event["seq"] = json!(seq + 1);
                event["prev"] = json!(prev);
                let line = canonical_line(&event).unwrap();
                heads.insert(stream, (seq + 1, hex::encode(leaf_hash(&line))));
                lines.push(line);
            }
            let mut forged = full.clone();
            forged.set_lines(&lines);
            forged.entries.retain(|(name, _)| !name.starts_with("anchors/"));
            let there: Vec<Value> = lines.iter().map(|line| serde_json::from_slice(line).unwrap()).collect();
            let text = String::from_utf8(forged.get("openings.ndjson").to_vec()).unwrap();
            let kept: String = text.lines().filter(|line| {
                let line: Value = serde_json::from_str(line).unwrap();
                there.iter().any(|event| event["id"] == line["event"])
            }).map(|line| format!("{line}\n")).collect();
            forged.set("openings.ndjson", kept);
            forged.signed_with(&key);
            forged.mended()
        };
        let erasure = |events: &[Value]| events.iter().position(|event| event["type"] == "record_erased").unwrap();
        both_say(&with(&|_| {}), &trust_now, 3, "nothing changed");
        both_say(&with(&|events| events.retain(|event| event["type"] != "hold_lifted")), &trust_now, 1, "under a hold");
        both_say(&with(&|events| drop(events.remove(erasure(events)))), &trust_now, 1, "no leaf");
        both_say(&with(&|events| { let at = erasure(events); events[at]["data"]["through"] = json!(1); }), &trust_now, 1, "too few");
        both_say(&with(&|events| { let at = erasure(events); events[at]["data"]["through"] = json!(4_000); }), &trust_now, 1, "too many");
        both_say(&with(&|events| { let at = erasure(events); events[at]["data"]["hash"] = json!("0".repeat(64)); }), &trust_now, 1, "another event");
        both_say(&with(&|events| { let at = erasure(events); events[at]["data"]["record"] = json!("00000000-0000-0000-0000-000000000001"); }), &trust_now, 1, "another record");
    }
}
