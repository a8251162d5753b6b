//! Other engines, as they document themselves: what they answer, and what is no answer.

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use corridor::{
    config::screening::Screening,
    domain::Instant,
    engine::{ScreeningEngine, Unavailable, watchman::Watchman, yente::Yente},
    workflow::{
        action::HitBand,
        screened::{ScreenedSubject, SubjectKind},
    },
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

/// A server that answers each path with a status and a body, and remembers what it was asked.
pub struct Peer {
    pub url: String,
    pub asked: Arc<Mutex<Vec<(String, Value)>>>,
}

pub type Answers = Arc<dyn Fn(&str, u32) -> (u16, String) + Send + Sync>;

pub async fn peer(answers: Answers) -> Peer {
    let asked: Arc<Mutex<Vec<(String, Value)>>> = Arc::default();
    let (seen, times) = (asked.clone(), Arc::new(AtomicU32::new(0)));
    let server = HttpServer::new(move || {
        let (answers, seen, times) = (answers.clone(), seen.clone(), times.clone());
        App::new().default_service(web::to(move |request: HttpRequest, body: web::Bytes| {
            let (answers, seen, times) = (answers.clone(), seen.clone(), times.clone());
            async move {
                let path = request.uri().to_string();
                seen.lock()
                    .unwrap()
                    .push((path.clone(), serde_json::from_slice(&body).unwrap_or_default()));
                let (status, body) = answers(&path, times.fetch_add(1, Ordering::SeqCst));
                let status = actix_web::http::StatusCode::from_u16(status).unwrap();
                HttpResponse::build(status).content_type("application/json").body(body)
            }
        }))
    });
    let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", server.addrs()[0]);
    tokio::spawn(server.run());
    Peer { url, asked }
}

pub fn settings(url: &str) -> Screening {
    let mut settings = Screening::default();
    settings.server.url = url.to_owned();
    settings.server.timeout_seconds = 1;
    settings.server.max_bytes = 100_000;
    settings
}

pub fn subject(key: &str, kind: SubjectKind, name: &str, number: Option<(&str, &str)>) -> ScreenedSubject {
    ScreenedSubject {
        key: key.to_owned(),
        kind,
        names: BTreeSet::from([name.to_owned()]),
        identifiers: number
            .map(|(scheme, value)| (scheme.to_owned(), value.to_owned()))
            .into_iter()
            .collect(),
        countries: BTreeSet::from(["RU".to_owned()]),
    }
}

fn asked() -> Vec<ScreenedSubject> {
    vec![
        subject(
            "vessel:9079169",
            SubjectKind::Vessel,
            "ENISEY",
            Some(("IMO", "9079169")),
        ),
        subject("party:p1", SubjectKind::Organisation, "Example Grain", None),
    ]
}

fn now() -> Instant {
    "2025-11-17T12:00:00Z".parse().unwrap()
}

/// `GET /catalog` of yente.
fn catalog() -> String {
    json!({ "datasets": [
        { "name": "sanctions", "title": "Consolidated", "version": "20251117080102-abc", "index_version": "20251117080102-abc",
          "index_current": true, "last_export": "2025-11-17T08:01:02", "entity_count": 60000 },
    ], "current": ["sanctions"], "outdated": [] })
    .to_string()
}

/// An answer of `POST /match/{dataset}`.
fn matched(score: Value) -> Value {
    let query = |name: &str| json!({ "schema": "Vessel", "properties": { "name": [name] } });
    json!({ "responses": {
        "vessel:9079169": { "status": 200, "total": { "value": 1, "relation": "eq" }, "query": query("ENISEY"), "results": [{
            "id": "ofac-37063", "caption": "ENISEY", "schema": "Vessel", "datasets": ["us_ofac_sdn"], "referents": [],
            "properties": { "name": ["ENISEY"], "imoNumber": ["IMO9079169"] }, "target": true, "match": true, "score": score,
            "explanations": { "vessel_imo_mmsi_match": { "score": 0.95, "detail": "Matched IMO" } },
        }] },
        "party:p1": { "status": 200, "total": { "value": 0, "relation": "eq" }, "query": query("Example Grain"), "results": [] },
    }, "matcher": {}, "limit": 20 })
}

fn yente(matching: Value) -> Answers {
    Arc::new(move |path, _| {
        let body = if path == "/catalog" {
            catalog()
        } else {
            matching.to_string()
        };
        (200, body)
    })
}

async fn ask_yente(answers: Answers) -> Result<corridor::engine::Answer, Unavailable> {
    let peer = peer(answers).await;
    let mut settings = settings(&peer.url);
    settings.server.dataset = "sanctions".to_owned();
    Yente::new(&settings).unwrap().ask(&asked(), now()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn yente_is_asked_as_it_documents_and_its_answer_is_recorded() {
    let peer = peer(yente(matched(json!(0.95)))).await;
    let mut settings = settings(&peer.url);
    settings.server.dataset = "sanctions".to_owned();
    let answer = Yente::new(&settings).unwrap().ask(&asked(), now()).await.unwrap();
    assert_eq!(answer.lists[0].version, "20251117080102-abc");
    let hits = answer.found["vessel:9079169"].clone().unwrap();
    assert_eq!(
        (hits[0].entry.as_str(), hits[0].score, hits[0].band),
        ("ofac-37063", Some(950), Some(HitBand::Strong))
    );
    assert_eq!(hits[0].matched_on, ["vessel_imo_mmsi_match"]);
    assert_eq!(hits[0].fingerprint.as_ref().unwrap().len(), 64);
    assert_eq!(answer.found["party:p1"].clone().unwrap(), []);
    assert_eq!(answer.answer_sha256.unwrap().len(), 64);
    let asked = peer.asked.lock().unwrap().clone();
    let (path, body) = &asked[1];
    assert!(
        path.starts_with("/match/sanctions?algorithm=logic-v2&threshold=0.67&limit=20"),
        "{path}"
    );
    let query = &body["queries"]["vessel:9079169"];
    assert_eq!(query["schema"], "Vessel");
    assert_eq!(query["properties"]["imoNumber"], json!(["9079169"]));
    assert_eq!(body["queries"]["party:p1"]["properties"]["country"], json!(["ru"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_as_documented_is_no_answer() {
    let mut other = matched(json!(0.95));
    let taken = other["responses"].as_object_mut().unwrap().remove("party:p1").unwrap();
    other["responses"]["party:p9"] = taken;
    let mut failed = matched(json!(0.95));
    failed["responses"]["party:p1"]["status"] = json!(500);
    let answers: Vec<(&str, Answers)> = vec![
        ("score 7", yente(matched(json!(7)))),
        ("no number", yente(matched(json!("NaN")))),
        ("another question", yente(other)),
        ("a failed question", yente(failed)),
        (
            "HTML",
            Arc::new(|path, _| {
                (
                    200,
                    if path == "/catalog" {
                        catalog()
                    } else {
                        "<html>busy</html>".to_owned()
                    },
                )
            }),
        ),
        (
            "too much",
            Arc::new(|path, _| {
                (
                    200,
                    if path == "/catalog" {
                        catalog()
                    } else {
                        "x".repeat(200_000)
                    },
                )
            }),
        ),
        (
            "NaN",
            Arc::new(|path, _| {
                let text = matched(json!(0.5))
                    .to_string()
                    .replace("0.5,", "NaN,")
                    .replace(":0.5}", ":NaN}");
                (200, if path == "/catalog" { catalog() } else { text })
            }),
        ),
        ("refused", Arc::new(|_, _| (403, "{}".to_owned()))),
        ("moved", Arc::new(|_, _| (302, String::new()))),
        (
            "stale",
            Arc::new(|_, _| {
                (
                    200,
                    catalog().replace("\"index_current\":true", "\"index_current\":false"),
                )
            }),
        ),
    ];
    for (what, answers) in answers {
        assert!(ask_yente(answers).await.is_err(), "{what} was taken for an answer");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_with_trouble_is_asked_three_times_and_then_given_up() {
    let peer = peer(Arc::new(|_, _| (503, String::new()))).await;
    let failed = Yente::new(&settings(&peer.url))
        .unwrap()
        .ask(&asked(), now())
        .await
        .unwrap_err();
    assert_eq!(failed.code, "engine_unavailable");
    assert_eq!(peer.asked.lock().unwrap().len(), 3);
    let nobody = Yente::new(&settings("http://127.0.0.1:9"))
        .unwrap()
        .ask(&asked(), now())
        .await
        .unwrap_err();
    assert_eq!(nobody.code, "engine_unavailable");
    let recovering: Answers = Arc::new(|path, time| match time {
        0 => (503, String::new()),
        _ if path == "/catalog" => (200, catalog()),
        _ => (200, matched(json!(0.95)).to_string()),
    });
    assert!(ask_yente(recovering).await.is_ok());
}

/// `GET /v2/listinfo` of Watchman.
fn list_info(ended: &str) -> String {
    json!({
        "lists": { "us_ofac": 17646 }, "listHashes": { "us_ofac": "8b1f2c" }, "startedAt": "2025-11-17T06:00:00Z",
        "endedAt": ended, "version": "v0.52.0",
    })
    .to_string()
}

fn found(score: Value) -> String {
    json!({ "query": { "name": "ENISEY", "entityType": "vessel" }, "entities": [{
        "name": "ENISEY", "entityType": "vessel", "sourceList": "us_ofac", "sourceID": "37063",
        "vessel": { "name": "ENISEY", "imoNumber": "9079169" }, "match": score, "details": { "pieces": [] },
    }] })
    .to_string()
}

async fn ask_watchman(info: String, found: String) -> (Result<corridor::engine::Answer, Unavailable>, Peer) {
    let answers: Answers = Arc::new(move |path, _| {
        (
            200,
            if path == "/v2/listinfo" {
                info.clone()
            } else {
                found.clone()
            },
        )
    });
    let peer = peer(answers).await;
    let engine = Watchman::new(&settings(&peer.url)).unwrap();
    (engine.ask(&asked()[..1], now()).await, peer)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watchman_is_asked_as_it_documents_and_its_answer_is_recorded() {
    let (answer, peer) = ask_watchman(list_info("2025-11-17T06:02:00Z"), found(json!(0.778))).await;
    let answer = answer.unwrap();
    assert_eq!(
        (answer.lists[0].source.as_str(), answer.lists[0].version.as_str()),
        ("watchman:us_ofac", "8b1f2c")
    );
    let hits = answer.found["vessel:9079169"].clone().unwrap();
    assert_eq!(
        (hits[0].entry.as_str(), hits[0].score, hits[0].band),
        ("37063", Some(778), Some(HitBand::Possible))
    );
    let path = peer.asked.lock().unwrap()[1].0.clone();
    assert_eq!(
        path,
        "/v2/search?type=vessel&name=ENISEY&limit=20&minMatch=0.67&imoNumber=9079169"
    );
}

/// What a Watchman server really answered, as its own documentation shows it: every empty field is there as null, and
/// the question comes back with a capital.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recorded_answer_of_watchman_is_understood() {
    let answers: Answers = Arc::new(|path, _| {
        let info = include_str!("../../fixtures/engines/watchman-listinfo.json");
        let found = include_str!("../../fixtures/engines/watchman-search.json");
        (
            200,
            if path == "/v2/listinfo" {
                info.to_owned()
            } else {
                found.to_owned()
            },
        )
    });
    let peer = peer(answers).await;
    let mut settings = settings(&peer.url);
    settings.possible = 0.25;
    let asked = [subject("party:p1", SubjectKind::Person, "john", None)];
    let at = "2026-01-03T09:00:00Z".parse().unwrap();
    let answer = Watchman::new(&settings).unwrap().ask(&asked, at).await.unwrap();
    let lists: Vec<_> = answer
        .lists
        .iter()
        .map(|list| (list.source.as_str(), list.entries))
        .collect();
    assert_eq!(
        lists,
        [("watchman:us_csl", Some(442)), ("watchman:us_ofac", Some(17646))]
    );
    let hits = answer.found["party:p1"].clone().unwrap();
    assert_eq!(hits.len(), 1);
    let hit = &hits[0];
    assert_eq!(
        (hit.entry.as_str(), hit.name.as_deref(), hit.list.as_deref()),
        ("20420", Some("John NUMBI"), Some("us_ofac"))
    );
    assert_eq!((hit.score, hit.band), (Some(745), Some(HitBand::Possible)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watchman_with_old_lists_or_odd_answers_is_no_answer() {
    let today = || list_info("2025-11-17T06:02:00Z");
    let (old, _) = ask_watchman(list_info("2025-11-15T06:02:00Z"), found(json!(0.9))).await;
    assert_eq!(old.unwrap_err().code, "list_too_old");
    for odd in [
        found(json!(7)),
        found(json!(0.9)).replace("ENISEY", "OTHER"),
        "{}".to_owned(),
        "<html>".to_owned(),
    ] {
        let (answer, _) = ask_watchman(today(), odd.clone()).await;
        assert_eq!(answer.unwrap_err().code, "engine_answer_invalid", "{odd}");
    }
}
