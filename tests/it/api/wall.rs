//! The wall between organisations, and reads that leave no trace.

use super::course::*;
use crate::house::{Reply, both_databases, everybody};
use reqwest::Method;
use serde_json::json;

/// What a client can compare: everything but the request's own id.
fn comparable(reply: &Reply) -> (u16, serde_json::Value) {
    let mut body = reply.json();
    body.as_object_mut().unwrap().remove("instance");
    (reply.status, body)
}

const READS: [&str; 9] = [
    "",
    "/history",
    "/clock",
    "/letters",
    "/check",
    "/dossier",
    "/documents",
    "/papers/receipt.pdf",
    "/papers/history.pdf",
];

both_databases! {
    /// Somebody of another organisation cannot even learn that there is a case.
    async fn another_organisation_s_case_is_like_no_case_at_all(house) {
        let case = submitted(house).await;
        let none = uuid::Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0001);
        for read in READS {
            let before = house.security_events().await;
            let theirs = house.get("rival", &format!("/cases/{case}{read}")).await;
            let nothing = house.get("rival", &format!("/cases/{none}{read}")).await;
            assert_eq!(theirs.problem(404), "not_found");
            assert_eq!(comparable(&theirs), comparable(&nothing), "{read}");
            assert_eq!(house.security_events().await, before + 2, "{read}: each attempt is written down");
        }
        let counts = house.row_counts().await;
        for (action, body) in [("withdraw_dossier", json!({})), ("send_message", json!({ "text": "Hello." }))] {
            let before = house.security_events().await;
            let theirs = house.act("rival", &case, action, body.clone()).await;
            let nothing = house.act("rival", &none.to_string(), action, body).await;
            assert_eq!(comparable(&theirs), comparable(&nothing), "{action}");
            assert_eq!(theirs.problem(404), "not_found");
            assert_eq!(house.security_events().await, before + 2);
        }
        let path = format!("/cases/{case}/documents?file_name=a.txt");
        let upload = house.request(Method::POST, &path).bearer_auth(house.token("rival").await);
        assert_eq!(house.send(upload.header("content-type", "text/plain").body("Hello.")).await.problem(404), "not_found");
        let documents = house.read("drafter", &format!("/cases/{case}/documents")).await;
        let document = documents["items"][0]["id"].as_str().unwrap();
        let content = format!("/documents/{document}/content");
        assert_eq!(house.get("rival", &content).await.problem(404), "not_found");
        assert_eq!(house.get("drafter", &content).await.status, 200);
        assert_eq!(house.row_counts().await, counts, "nothing was written");
        assert_eq!(house.read("rival", "/cases").await["items"], json!([]));
        assert_eq!(house.read("drafter", "/cases").await["items"].as_array().unwrap().len(), 1);
        let events = house.read("auditor", "/security-events").await;
        assert_eq!(events["items"][0]["person"], json!(house.people["rival"]), "{events}");
    }

    /// Nor do those who work inside, before there is anything for them.
    async fn a_draft_is_its_organisation_s_own(house) {
        let case = drafted(house).await;
        for who in everybody().filter(|who| !["drafter", "signatory", "org_admin", "reader"].contains(who)) {
            assert_eq!(house.get(who, &format!("/cases/{case}")).await.problem(404), "not_found", "{who}");
            assert_eq!(house.read(who, "/cases").await["items"], json!([]), "{who}");
        }
    }

    /// Even when time has done something that nobody has written down yet.
    async fn reading_writes_nothing(house) {
        let case = ballot(house).await;
        house.deliver_letters().await;
        let notice = house.case("drafter", &case).await["notice"].as_str().unwrap().to_owned();
        for hours in [0, 24 * 60] {
            house.hours_later(hours);
            let before = house.row_counts().await;
            for who in everybody() {
                for read in READS {
                    let reply = house.get(who, &format!("/cases/{case}{read}")).await;
                    assert!(reply.status < 500, "{who} {read}: {}", reply.text);
                }
                for path in ["/cases", "/notices", "/me", "/register", "/people", "/organisations", "/security-events"] {
                    assert!(house.get(who, path).await.status < 500, "{who} {path}");
                }
                for path in [format!("/notices/{notice}"), format!("/notices/{notice}/history")] {
                    assert!(house.get(who, &path).await.status < 500, "{who} {path}");
                }
            }
            assert_eq!(house.row_counts().await, before, "{hours} hours later");
        }
    }
}
