//! The printed matrix and the API agree for notices too: everybody asks for everything in every state.

use super::{course, matrix::WHO};
use crate::house::{Engine, House, both_databases, roles_of, run};
use corridor::{
    process::view_notice,
    workflow::{action::notice::NoticeActionKind, state::NoticeState},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Role, action, state.
type Cell = (String, String, String);

/// The crosses for notices.
fn printed() -> BTreeSet<Cell> {
    let (mut granted, mut role, mut states) = (BTreeSet::new(), String::new(), None::<Vec<String>>);
    for line in include_str!("../../../docs/authorisation.txt").lines() {
        if let Some((code, _)) = line.split_once(' ').filter(|(code, _)| code.len() == 3) {
            (role, states) = (code.to_owned(), None);
        } else if let Some(columns) = line.strip_prefix("  notice: the signs stand for ") {
            states = Some(columns.split(", ").map(str::to_owned).collect());
        } else if line.starts_with("  case:") {
            states = None;
        } else if let (true, Some(states)) = (line.starts_with("    "), &states) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let crosses = words[3].chars().zip(states).filter(|(sign, _)| *sign == 'x');
            granted.extend(crosses.map(|(_, state)| (role.clone(), words[1].to_owned(), state.clone())));
        }
    }
    granted
}

fn body(house: &House, action: NoticeActionKind) -> Value {
    use NoticeActionKind::*;
    let content = course::notice(house);
    match action {
        CreateNotice | ReviseNotice => json!({ "content": content }),
        ApproveNotice | ApproveAmendment => json!({ "digest": "0" }),
        SendBackNotice => json!({ "reason": "A number is missing." }),
        ProposeAmendment => json!({
            "content": content, "class": "restrictive", "effective_at": house.clock.now(), "explanation": "A number.",
        }),
        AnnounceClosing => json!({ "days_left": 3 }),
        WithdrawNotice => json!({ "reason": "Peace.", "in_flight": "continue" }),
        ProposeNotice | PublishNotice | CloseNotice => json!({}),
    }
}

async fn act(house: &House, who: &str, id: &str, action: &str, body: Value) -> Value {
    let wish = json!({ "action": action, "body": body });
    let reply = house.post(who, &format!("/notices/{id}/actions"), &wish).await;
    assert_eq!(reply.status, 200, "{who} {action}: {}", reply.text);
    reply.json()
}

async fn created(house: &House, publish_at: Option<&str>) -> String {
    let mut content = course::notice(house);
    if publish_at.is_some() {
        content.number = format!("{}-later", content.number);
    }
    content.publish_at = publish_at.map(|at| at.parse().unwrap());
    let made = house.post("officer", "/notices", &json!({ "content": content })).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()["id"].as_str().unwrap().to_owned()
}

async fn approved(house: &House, id: &str) {
    let digest = act(house, "officer", id, "propose_notice", json!({})).await["digest"].clone();
    for who in ["us_chair", "ru_chair"] {
        act(house, who, id, "approve_notice", json!({ "digest": digest })).await;
    }
}

#[derive(Default)]
struct Asked {
    triples: BTreeSet<Cell>,
    faults: Vec<String>,
}

async fn look(house: &House, id: &str, printed: &BTreeSet<Cell>, asked: &mut Asked) {
    let notice = view_notice(&house.inside, id.parse().unwrap()).await.unwrap().0;
    let state = notice.state.to_string();
    let path = format!("/notices/{id}/actions");
    for (who, role) in WHO.iter().filter(|(who, _)| !roles_of(who).is_empty()) {
        let seen = house.get(who, &format!("/notices/{id}")).await;
        let offered = seen.json()["allowed_actions"].clone();
        for action in NoticeActionKind::ALL {
            let wish = json!({ "action": action.word(), "body": body(house, *action), "dry_run": true });
            let reply = house.post(who, &path, &wish).await;
            let granted = match (reply.status, reply.code().as_str()) {
                (403, "wrong_role") | (409, "wrong_state") | (404, "not_found") => false,
                (200 | 422, code) if !["wrong_type", "missing_field", "unknown_field", "bad_value"].contains(&code) => {
                    true
                }
                _ => panic!("{who} {}: {} {}", action.word(), reply.status, reply.text),
            };
            let cell = ((*role).to_owned(), action.word().to_owned(), state.clone());
            let offers = offered
                .as_array()
                .is_some_and(|words| words.contains(&json!(action.word())));
            if granted != printed.contains(&cell) {
                let answer = format!("{} {}", reply.status, reply.text);
                asked.faults.push(format!("{cell:?}: granted {granted}: {answer}"));
            }
            if offers && !granted || !offers && reply.status == 200 {
                asked
                    .faults
                    .push(format!("{cell:?}: offered {offers}, granted {granted}"));
            }
            asked.triples.insert(cell);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_api_grants_for_notices_what_the_printed_matrix_grants() {
    run(Engine::Sqlite, async |house| {
        let (printed, mut asked) = (printed(), Asked::default());
        let id = created(house, None).await;
        look(house, &id, &printed, &mut asked).await;
        act(house, "officer", &id, "propose_notice", json!({})).await;
        look(house, &id, &printed, &mut asked).await;
        act(
            house,
            "lead",
            &id,
            "send_back_notice",
            json!({ "reason": "A number is missing." }),
        )
        .await;
        approved(house, &id).await;
        look(house, &id, &printed, &mut asked).await;
        act(house, "us_chair", &id, "close_notice", json!({})).await;
        look(house, &id, &printed, &mut asked).await;
        let later = created(house, Some("2025-12-01T08:00:00Z")).await;
        approved(house, &later).await;
        look(house, &later, &printed, &mut asked).await;
        for who in ["us_chair", "ru_chair"] {
            let body = json!({ "reason": "Peace.", "in_flight": "continue" });
            act(house, who, &later, "withdraw_notice", body).await;
        }
        look(house, &later, &printed, &mut asked).await;
        assert!(asked.faults.is_empty(), "{:#?}", asked.faults);
        let met: BTreeSet<&str> = asked.triples.iter().map(|cell| cell.2.as_str()).collect();
        let all: BTreeSet<&str> = NoticeState::ALL.iter().map(|state| state.word()).collect();
        assert_eq!(met, all, "states nobody was asked in");
        let by_people = printed.iter().filter(|cell| cell.0 != "SYS");
        let missed: Vec<_> = by_people.filter(|cell| !asked.triples.contains(*cell)).collect();
        assert!(missed.is_empty(), "{missed:#?}");
    })
    .await;
}

both_databases! {
    /// The number is how everybody cites a notice: the second one with it is told so.
    async fn two_notices_do_not_share_a_number(house) {
        created(house, None).await;
        let before = house.row_counts().await;
        let again = house.post("officer", "/notices", &json!({ "content": course::notice(house) })).await;
        assert_eq!(again.problem(422), "number_taken");
        assert!(again.text.contains("content.number"), "{}", again.text);
        assert_eq!(house.row_counts().await, before);
    }
}
