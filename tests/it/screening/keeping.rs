//! How lists are kept: what comes into force, what waits for a word, what is refused, and when nothing passes.

use super::*;
use crate::api::course;
use corridor::jobs::list_keeper::{self, Looked};

screened! {
    /// A file that lost too much, or is broken, or comes from somebody else, never replaces a good one.
    async fn a_shrunken_or_broken_file_does_not_replace_a_good_one(house) {
        must_load(house, &filler(20)).await;
        let again = load(house, "administrator", "TEST", &lines(&filler(20))).await;
        assert_eq!((again.status, again.json()["result"].as_str()), (200, Some("unchanged")));
        let denied = load(house, "officer", "TEST", &lines(&filler(21))).await;
        assert_eq!(denied.problem(403), "forbidden");
        let broken = load(house, "administrator", "TEST", "{\"id\": \"F-1\", \"schema\":").await;
        assert_eq!(broken.problem(422), "list_refused", "{}", broken.text);
        let held = load(house, "administrator", "TEST", &lines(&filler(15))).await;
        assert_eq!((held.status, held.json()["result"].as_str()), (202, Some("held")));
        let list = house.read("auditor", "/lists").await["items"][0].clone();
        assert_eq!((list["current"]["entries"].as_u64(), list["held"]["entries"].as_u64()), (Some(20), Some(15)));
        let confirm = |version: &Value, reason: &str| json!({ "action": "confirm_list", "body": { "version": version, "reason": reason } });
        let path = "/lists/TEST/actions";
        let version = &list["held"]["id"];
        assert_eq!(house.post("officer", path, &confirm(version, "Yes.")).await.problem(403), "forbidden");
        assert_eq!(house.post("administrator", path, &confirm(version, " ")).await.problem(422), "reasons_missing");
        let other = &list["current"]["id"];
        assert_eq!(house.post("administrator", path, &confirm(other, "Yes.")).await.problem(422), "version_not_held");
        let done = house.post("administrator", path, &confirm(version, "Compared with the publisher.")).await;
        assert_eq!((done.status, done.json()["current"]["entries"].as_u64()), (200, Some(15)), "{}", done.text);
        let seen = house.read("auditor", "/lists/TEST/versions").await;
        let kinds: Vec<&str> = seen["history"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
        assert_eq!(kinds[..4], ["list_loaded", "list_file_refused", "list_held", "list_confirmed"]);
        assert_eq!(seen["items"].as_array().unwrap().len(), 2);
    }

    /// Another instance sees a version that this one has loaded.
    async fn every_instance_searches_the_same_version(house) {
        must_load(house, &filler(20)).await;
        let other = house.another_instance().await;
        assert_eq!(other.screener.lists.in_force().await.unwrap().index.len(), 20);
        must_load(house, &filler(21)).await;
        assert_eq!(other.screener.lists.in_force().await.unwrap().index.len(), 21);
    }

    /// No list: the check has failed, nothing passes, and it is made again when there is one.
    async fn without_a_list_nothing_passes(house) {
        let case = course::submitted(house).await;
        work(house).await;
        let failed = result(house, &case, VESSEL).await;
        assert_eq!((failed["result"].as_str(), failed["check"]["failure"].as_str()), (Some("failed"), Some("no_list")));
        must_load(house, &filler(20)).await;
        house.hours_later(1);
        work(house).await;
        assert_eq!(result(house, &case, VESSEL).await["result"], "clear");
    }

    /// Names that cannot be looked for are refused; the others are answered.
    async fn a_search_answers_or_says_why_not(house) {
        must_load(house, &filler(20)).await;
        let long = json!({ "names": ["x".repeat(301)] });
        assert_eq!(house.post("officer", "/screening/search", &long).await.problem(422), "name_too_long");
        let found = house.post("officer", "/screening/search", &json!({ "names": ["Zubrowka Zubrowka Works"] })).await;
        assert_eq!(found.json()["hits"][0]["entry"], "F-0", "{}", found.text);
        assert_eq!(house.post("drafter", "/screening/search", &json!({ "names": ["x y"] })).await.problem(403), "forbidden");
    }
}

/// A list that nobody has confirmed to be the newest for a day lets nothing pass.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_that_is_too_old_lets_nothing_pass() {
    let engine = |settings: &mut corridor::config::Settings| settings.screening.engine = EngineKind::BuiltIn;
    let house = House::open(Engine::Sqlite, engine).await.unwrap();
    must_load(&house, &filler(20)).await;
    house.hours_later(25);
    let case = course::submitted(&house).await;
    work(&house).await;
    assert_eq!(result(&house, &case, VESSEL).await["check"]["failure"], "list_too_old");
    let same = load(&house, "administrator", "TEST", &lines(&filler(20))).await;
    assert_eq!(same.json()["result"], "unchanged");
    house.hours_later(1);
    work(&house).await;
    assert_eq!(result(&house, &case, VESSEL).await["result"], "clear");
    house.close().await;
}

/// A watched folder: taken, seen to be unchanged, and kept when it is broken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_watched_folder_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("list.json");
    std::fs::write(&file, lines(&filler(20))).unwrap();
    let watched = folder.path().to_owned();
    let house = House::open(Engine::Sqlite, |settings| {
        settings.screening.engine = EngineKind::BuiltIn;
        settings.screening.sources = vec![corridor::config::screening::ListSource {
            list: "WATCHED".to_owned(),
            urls: vec![],
            folder: Some(watched),
        }];
    });
    let house = house.await.unwrap();
    let look = async || list_keeper::look(&house.inside).await["WATCHED"].clone();
    assert_eq!(look().await, Looked::InForce);
    assert_eq!(look().await, Looked::Unchanged);
    std::fs::write(&file, "no list").unwrap();
    assert!(matches!(look().await, Looked::Trouble(_)));
    let list = house.read("auditor", "/lists").await["items"][0].clone();
    assert_eq!(list["current"]["entries"], 20);
    assert!(list["trouble"].as_str().unwrap().contains("list_refused"), "{list}");
    house.close().await;
}
