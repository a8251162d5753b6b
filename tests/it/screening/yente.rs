//! The connector against what a real yente answers: its own application, catalogue and matcher, recorded by
//! `tests/engines/yente_peer.py` (versions beside the answers); and against a live one where CORRIDOR_YENTE names it.

use super::engines::{Answers, Peer, peer, settings, subject};
use corridor::{
    engine::{Answer, ScreeningEngine as _, Unavailable, yente::Yente},
    workflow::{
        action::HitBand,
        screened::{ScreenedSubject, SubjectKind},
    },
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc};

const DATASET: &str = "sanctions";

fn recorded(name: &str) -> (u16, String) {
    let path = format!(
        "{}/tests/fixtures/engines/yente/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    (kept["status"].as_u64().unwrap() as u16, kept["body"].to_string())
}

/// The questions of the recording, in Corridor's own words.
fn asked() -> Vec<ScreenedSubject> {
    let questions = [
        (
            "vessel",
            SubjectKind::Vessel,
            "ENISEY",
            Some(("IMO", "9079169")),
            Some("RU"),
        ),
        (
            "renamed",
            SubjectKind::Vessel,
            "BLUE HORIZON",
            Some(("IMO", "9079169")),
            Some("PA"),
        ),
        (
            "company",
            SubjectKind::Organisation,
            "Норд Проект",
            Some(("RU-INN", "2901201732")),
            Some("RU"),
        ),
        (
            "bank",
            SubjectKind::Organisation,
            "Example Bank",
            Some(("BIC", "EXAMRUMM")),
            None,
        ),
        ("person", SubjectKind::Person, "Beispielov Ivan", None, Some("RU")),
        (
            "nobody",
            SubjectKind::Unknown,
            "Northern Prairie Grain Cooperative",
            None,
            None,
        ),
    ];
    let questions = questions
        .into_iter()
        .map(|(key, kind, name, number, country)| ScreenedSubject {
            countries: BTreeSet::from_iter(country.map(str::to_owned)),
            ..subject(key, kind, name, number)
        });
    questions.collect()
}

fn engine(url: &str) -> Yente {
    let mut settings = settings(url);
    settings.server.dataset = DATASET.to_owned();
    settings.server.retries = 0;
    settings.server.timeout_seconds = 30;
    Yente::new(&settings).unwrap()
}

async fn replay(catalog: &'static str, matched: &'static str) -> (Result<Answer, Unavailable>, Peer) {
    let answers: Answers = Arc::new(move |path, _| recorded(if path == "/catalog" { catalog } else { matched }));
    let peer = peer(answers).await;
    let now = "2026-11-01T20:00:00Z".parse().unwrap();
    (engine(&peer.url).ask(&asked(), now).await, peer)
}

fn check(answer: &Answer) {
    let found = |key: &str| answer.found[key].clone().unwrap();
    let first = |key: &str| {
        let hit = found(key).swap_remove(0);
        (hit.entry, hit.score, hit.band)
    };
    assert_eq!(
        first("vessel"),
        ("ofac-37063".into(), Some(1000), Some(HitBand::Strong))
    );
    // Another name, another flag, the same number.
    assert_eq!(
        first("renamed"),
        ("ofac-37063".into(), Some(750), Some(HitBand::Possible))
    );
    assert_eq!(
        found("renamed")[0].matched_on,
        ["identifier_match", "vessel_imo_mmsi_match"]
    );
    assert_eq!(
        first("company"),
        ("ofac-37062".into(), Some(950), Some(HitBand::Strong))
    );
    assert_eq!(first("bank").0, "exa-2");
    assert_eq!(first("person").0, "exa-1");
    assert_eq!(found("person")[0].matched_on, ["name_match"]);
    assert_eq!(found("person")[0].list.as_deref(), Some("exa_list"));
    assert_eq!(found("nobody"), []);
}

/// A collection is not indexed itself: its version is that of the dataset that is loaded and holds it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_yente_is_asked_and_understood() {
    let (answer, peer) = replay("catalog", "match").await;
    let answer = answer.unwrap();
    let list = &answer.lists[0];
    assert_eq!(
        (list.source.as_str(), list.version.as_str()),
        ("yente:sanctions", "20261101060000-abc")
    );
    assert_eq!(list.published, Some("2026-11-01".parse().unwrap()));
    check(&answer);
    // The questions are those that were recorded, as the server understood them.
    let sent = peer.asked.lock().unwrap()[1].1["queries"].clone();
    let understood: Value = serde_json::from_str(&recorded("match").1).unwrap();
    for (key, query) in sent.as_object().unwrap() {
        let echo = &understood["responses"][key]["query"];
        assert_eq!(echo["schema"], query["schema"], "{key}");
        for (property, values) in query["properties"].as_object().unwrap() {
            let values = match property.as_str() {
                "imoNumber" => json!([format!("IMO{}", values[0].as_str().unwrap())]),
                _ => values.clone(),
            };
            assert_eq!(echo["properties"][property], values, "{key} {property}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_real_yente_refuses_is_unavailable() {
    for (refused, status) in [
        ("too-many", 400),
        ("no-queries", 400),
        ("no-algorithm", 400),
        ("no-schema", 400),
        ("no-dataset", 404),
        ("over-limit", 422),
        ("not-ready", 500),
    ] {
        assert_eq!(recorded(refused).0, status, "{refused}");
        let (answer, _) = replay("catalog", refused).await;
        assert_eq!(answer.unwrap_err().code, "engine_unavailable", "{refused}");
    }
    let (answer, _) = replay("catalog-not-indexed", "match").await;
    assert_eq!(answer.unwrap_err().code, "no_list");
}

/// More questions than the server takes at once go in several batches.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_has_no_more_questions_than_a_real_yente_takes() {
    let answers: Answers = Arc::new(|path, _| match path {
        "/catalog" => recorded("catalog"),
        _ => recorded("too-many"),
    });
    let peer = peer(answers).await;
    let many: Vec<_> = (0..101)
        .map(|at| subject(&format!("party:{at}"), SubjectKind::Person, "Nobody", None))
        .collect();
    let now = "2026-11-01T20:00:00Z".parse().unwrap();
    let failed = engine(&peer.url).ask(&many, now).await;
    assert_eq!(failed.unwrap_err().code, "engine_unavailable");
    let asked = peer.asked.lock().unwrap()[1].1["queries"].as_object().unwrap().len();
    assert!(recorded("too-many").1.contains(&format!("limit: {asked}")), "{asked}");
}

/// Only where a live server is named; `tests/engines/yente_peer.py serve PORT` is one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_live_yente_answers_the_same() {
    let Ok(url) = std::env::var("CORRIDOR_YENTE") else {
        return;
    };
    let now = "2026-11-01T20:00:00Z".parse().unwrap();
    check(&engine(&url).ask(&asked(), now).await.unwrap());
}
