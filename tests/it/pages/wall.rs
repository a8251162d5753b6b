//! What no page tells, and that looking at pages leaves no trace: for everybody, on every list and every page of a case.

use super::Tab;
use crate::{
    api::{course::*, papers},
    house::{Engine, House, everybody, run},
};
use serde_json::json;

/// Lists and desks; those that are not for somebody answer 403, and must still tell and write nothing.
const LISTS: &[&str] = &[
    "/",
    "/notices",
    "/register",
    "/queue",
    "/queue.json",
    "/dossiers",
    "/dossiers.csv",
    "/audit",
    "/audit.json",
    "/audit/access",
    "/audit/sla",
    "/audit/export",
    "/admin",
    "/admin/people",
    "/admin/organisations",
    "/admin/roles",
    "/admin/outbox",
    "/admin/outbox.json",
    "/admin/letters",
    "/process",
    "/calendar",
    "/status",
];

/// Everything somebody may look at around a case, entries of its history and its letters included.
async fn around(house: &House, case: &str) -> Vec<String> {
    let mut paths: Vec<String> = LISTS.iter().map(|path| (*path).to_owned()).collect();
    paths.push(format!("/cases/{case}"));
    let history = house.history(case).await;
    let entries = history.iter().rev().take(3);
    paths.extend(entries.map(|event| format!("/audit/entries/{}", event["id"].as_str().unwrap())));
    let letters = house.read("auditor", &format!("/cases/{case}/letters")).await;
    let letters = letters["items"].as_array().unwrap().clone();
    let last = letters.iter().rev().take(3);
    paths.extend(last.map(|letter| format!("/admin/outbox/{}", letter["id"].as_str().unwrap())));
    paths
}

/// Another organisation's case is, to the letter, a case that does not exist; no list speaks of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_tells_another_organisation_of_a_case() {
    run(Engine::Sqlite, async |house| {
        let case = submitted(house).await;
        let reference = house.case("drafter", &case).await["reference"]
            .as_str()
            .unwrap()
            .to_owned();
        let none = "01930000-0000-7000-8000-000000000001";
        let rival = Tab::of(house, "rival", "en").await;
        let before = house.row_counts().await;
        let (theirs, nothing) = (
            rival.get(&format!("/cases/{case}")).await,
            rival.get(&format!("/cases/{none}")).await,
        );
        assert_eq!((theirs.status, nothing.status), (404, 404));
        let main = |page: &super::Page, id: &str| {
            let main = page
                .html
                .split_once("<main")
                .unwrap()
                .1
                .split_once("</main>")
                .unwrap()
                .0;
            // Every request has an id of its own.
            main.split("Request <").next().unwrap().replace(id, "")
        };
        assert_eq!(main(&theirs, &case), main(&nothing, none));
        for path in around(house, &case).await {
            let page = rival.get(&path).await;
            assert!(page.status < 500, "{path}: {}", page.html);
            assert!(!page.html.contains(&reference), "{path} tells the reference");
            // An address that was asked for stands in the answer, for example in the switch of language.
            assert!(
                path.contains(&case) || !page.html.contains(&case),
                "{path} tells the case"
            );
        }
        let form = rival.get("/dossiers").await;
        for action in ["withdraw_dossier", "send_message"] {
            let mut fields = form.hidden("/logout");
            fields.push(("text".to_owned(), "Hello.".to_owned()));
            let path = format!("/cases/{case}/do/{action}");
            let reply = rival.post(&path, &fields, &[("sec-fetch-site", "same-origin")]).await;
            assert_eq!(reply.status, 404, "{action}: {}", reply.html);
        }
        assert_eq!(house.row_counts().await, before);
    })
    .await;
}

/// Even when time has done something that nobody has written down yet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn looking_at_pages_writes_nothing() {
    run(Engine::Sqlite, async |house| {
        let case = ballot(house).await;
        house.deliver_letters().await;
        let paths = around(house, &case).await;
        for hours in [0, 24 * 60] {
            house.hours_later(hours);
            for who in everybody() {
                let tab = Tab::of(house, who, "en").await;
                let before = house.row_counts().await;
                for path in &paths {
                    let page = tab.get(path).await;
                    assert!(page.status < 500, "{who} {path}: {}", page.html);
                }
                assert_eq!(house.row_counts().await, before, "{who}, {hours} hours later");
            }
        }
    })
    .await;
}

/// One delegation has voted, the other has not: no page, twin or paper tells what was voted, not even to administrators.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_and_no_paper_tells_a_vote_before_the_ballot_closes() {
    const REASON: &str = "The harbour master is a colonel.";
    run(Engine::Sqlite, async |house| {
        let case = ballot(house).await;
        let vote = json!({ "choice": "refuse", "because": ["C1"], "reason": REASON });
        let body = json!({ "draft": digest(house, &case).await, "vote": vote });
        house.must("us_head", &case, "cast_vote", body).await;
        house.deliver_letters().await;
        let paths = around(house, &case).await;
        for who in everybody() {
            let tab = Tab::of(house, who, "en").await;
            for path in &paths {
                let page = tab.get(path).await;
                assert!(!page.html.contains("harbour master"), "{who} {path} tells the reason");
                assert!(!page.html.contains("\"choice\":"), "{who} {path} tells the choice");
            }
        }
        for who in ["drafter", "auditor", "us_head", "ru_head", "officer"] {
            for kind in ["receipt", "history", "decision", "certificate", "outcome"] {
                let path = format!("/api/v1/cases/{case}/papers/{kind}.pdf");
                let root = house.base.trim_end_matches("/api/v1");
                let token = house.token(who).await;
                let reply = house
                    .client
                    .get(format!("{root}{path}"))
                    .bearer_auth(token)
                    .send()
                    .await
                    .unwrap();
                let bytes = reply.bytes().await.unwrap();
                if bytes.starts_with(b"%PDF") {
                    let text = papers::text(&bytes);
                    assert!(text.is_none_or(|text| !text.contains("harbour master")), "{who} {kind}");
                }
            }
        }
        // That this would be noticed: it is there when both have voted.
        crate::api::course::vote(house, &case, "ru_head", "approve").await;
        let seen = Tab::of(house, "officer", "en")
            .await
            .get(&format!("/cases/{case}"))
            .await;
        assert_eq!(seen.status, 200);
        assert!(
            house
                .case("officer", &case)
                .await
                .to_string()
                .contains("harbour master")
        );
    })
    .await;
}
