//! Before a ballot closes nobody can read a vote: not through the API, not in an export, not in the database.

use super::course::*;
use crate::house::{House, both_databases, everybody};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

/// What only the vote says.
const REASON: &str = "The harbour master is a colonel.";
/// A vote's own words, which no draft of an approval has.
const CHOICE: &str = "\"choice\"";

fn tells_nothing(what: &str, text: &str) {
    assert!(!text.contains(REASON), "{what} tells the reason");
    assert!(!text.contains(CHOICE), "{what} tells the choice");
    assert!(!text.contains("\"refuse\""), "{what} tells the choice");
}

async fn cells(house: &House, sql: &str) -> Vec<Vec<u8>> {
    let statement = Statement::from_string(house.rows.get_database_backend(), sql);
    let rows = house.rows.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

async fn texts(house: &House, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(house.rows.get_database_backend(), sql);
    let rows = house.rows.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

both_databases! {
    /// One delegation has voted, the other has not.
    async fn a_vote_is_sealed_until_the_ballot_closes(house) {
        let case = ballot(house).await;
        let vote = json!({ "choice": "refuse", "because": ["C1"], "reason": REASON });
        let body = json!({ "action": "cast_vote", "body": { "draft": digest(house, &case).await, "vote": vote } });
        let request = house
            .request(reqwest::Method::POST, &format!("/cases/{case}/actions"))
            .bearer_auth(house.fresh_token("us_head").await)
            .header("Idempotency-Key", "vote-1")
            .json(&body);
        let cast = house.send(request).await;
        assert_eq!(cast.status, 200, "{}", cast.text);
        tells_nothing("the answer", &cast.text);
        for who in everybody() {
            for read in ["", "/history", "/letters", "/clock", "/check"] {
                let reply = house.get(who, &format!("/cases/{case}{read}")).await;
                tells_nothing(&format!("{who} {read}"), &reply.text);
            }
        }
        assert_eq!(house.case("ru_head", &case).await["ballot"]["cast"], json!(["US"]), "that it was cast is known");
        for format in ["jsonl", "csv"] {
            let export = house.post("auditor", "/exports", &json!({ "cases": [case], "format": format })).await;
            assert_eq!(export.status, 200, "{}", export.text);
            tells_nothing(format, &export.text);
        }
        let blobs = ["SELECT body FROM event", "SELECT value FROM event_private", "SELECT body FROM keyed_answer"];
        for sql in blobs {
            let cells = cells(house, sql).await;
            assert!(!cells.is_empty(), "{sql}");
            cells.iter().for_each(|cell| tells_nothing(sql, &String::from_utf8_lossy(cell)));
        }
        for facts in texts(house, "SELECT facts FROM letter").await {
            tells_nothing("a letter", &facts);
        }
        // Both votes appear at the same time.
        crate::api::course::vote(house, &case, "ru_head", "approve").await;
        let seen = house.case("officer", &case).await;
        let votes = seen["ballot"]["votes"].to_string();
        assert!(votes.contains(REASON) && votes.contains("approve"), "{seen}");
    }
}
