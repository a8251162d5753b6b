//! Screening by the service: lists, checks, hits, and everything that must not pass. On SQLite and on PostgreSQL.

mod engines;
mod keeping;
mod sources;
mod story;
mod yente;

use crate::house::{Engine, House, Reply};
use corridor::{config::screening::EngineKind, jobs::screening_clerk};
use reqwest::Method;
use serde_json::{Value, json};

/// The vessel of the small dossier.
pub const VESSEL: &str = "vessel:9999010";

/// A house that screens by itself; lists of any age will do.
pub async fn run(engine: Engine, test: impl AsyncFnOnce(&House)) {
    let settings = |settings: &mut corridor::config::Settings| {
        settings.screening.engine = EngineKind::BuiltIn;
        settings.screening.max_list_age_hours = 0;
    };
    let Some(house) = House::open(engine, settings).await else {
        return;
    };
    test(&house).await;
    house.close().await;
}

/// One test for both databases, in a house that screens.
macro_rules! screened {
    ($($(#[doc = $doc:literal])* async fn $name:ident($house:ident) $body:block)*) => { $(
        mod $name {
            use super::*;

            $(#[doc = $doc])*
            async fn test($house: &crate::house::House) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                crate::screening::run(crate::house::Engine::Sqlite, test).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                crate::screening::run(crate::house::Engine::Postgres, test).await;
            }
        }
    )* };
}
pub(crate) use screened;

/// A list of so many civil companies that nobody asks for.
pub fn filler(entries: usize) -> Vec<Value> {
    let words = [
        "Zubrowka",
        "Quixotic",
        "Wyvern",
        "Yggdrasil",
        "Kumquat",
        "Jabberwock",
        "Obelisk",
        "Fjordane",
    ];
    let entry = |n: usize| {
        let (a, b) = (words[n % 8], words[(n / 8) % 8]);
        json!({ "id": format!("F-{n}"), "schema": "Company", "properties": { "name": [format!("{a} {b} Works")] } })
    };
    (0..entries).map(entry).collect()
}

/// The dossier's vessel under its former name: found by its number only.
pub fn ship(remark: &str) -> Value {
    let properties =
        json!({ "name": ["GRAVELINES TRADER"], "imoNumber": ["9999010"], "notes": [remark], "country": ["kp"] });
    json!({ "id": "S-1", "schema": "Vessel", "properties": properties })
}

pub fn lines(entries: &[Value]) -> String {
    entries.iter().map(|entry| format!("{entry}\n")).collect()
}

/// Uploads a list.
pub async fn load(house: &House, who: &str, source: &str, text: &str) -> Reply {
    let body = format!(
        "--line\r\ncontent-disposition: form-data; name=\"files\"; filename=\"list.json\"\r\n\r\n{text}\r\n--line--\r\n"
    );
    let request = house
        .request(Method::POST, &format!("/lists/{source}/versions"))
        .bearer_auth(house.token(who).await)
        .header("content-type", "multipart/form-data; boundary=line")
        .body(body);
    house.send(request).await
}

pub async fn must_load(house: &House, entries: &[Value]) {
    let loaded = load(house, "administrator", "TEST", &lines(entries)).await;
    assert_eq!(loaded.status, 201, "{}", loaded.text);
}

/// What the screening clerk does, until nothing waits.
pub async fn work(house: &House) {
    while screening_clerk::tick(&house.inside).await.unwrap() > 0 {}
}

/// What is known of this subject.
pub async fn result(house: &House, case: &str, subject: &str) -> Value {
    let seen = house.read("officer", &format!("/cases/{case}/screening")).await;
    let mut results = seen["results"].as_array().unwrap().iter();
    results
        .find(|result| result["subject"] == subject)
        .cloned()
        .unwrap_or(Value::Null)
}

/// Two persons of different delegations settle the hit on the vessel.
pub async fn settle(house: &House, case: &str, verdict: &str) {
    let fingerprint = result(house, case, VESSEL).await["hits"][0]["fingerprint"].clone();
    let body = json!({ "subject": VESSEL, "entry": "S-1", "verdict": verdict, "reason": "Compared.", "entry_fingerprint": fingerprint });
    house.must("us_reviewer", case, "propose_disposition", body).await;
    let body = json!({ "subject": VESSEL, "entry": "S-1", "agree": true, "reason": "Compared too." });
    house.must("ru_reviewer", case, "confirm_disposition", body).await;
}
