//! Versions, entity tags and pages.

use super::course::*;
use crate::house::both_databases;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

both_databases! {
    /// Whoever decides on an old version is told so, and an unchanged case is not sent again.
    async fn versions_are_compared(house) {
        let case = submitted(house).await;
        let path = format!("/cases/{case}");
        let seen = house.get("officer", &path).await;
        let tag = seen.header("etag");
        assert_eq!(tag, format!("\"v{}\"", seen.json()["version"]));
        let token = house.token("officer").await;
        let again = house.request(Method::GET, &path).bearer_auth(&token).header("If-None-Match", &tag);
        let again = house.send(again).await;
        assert_eq!((again.status, again.text.as_str()), (304, ""));
        house.must("drafter", &case, "send_message", json!({ "text": "Good morning." })).await;
        let take = |tag: &str| {
            let request = house.request(Method::POST, &format!("{path}/actions")).bearer_auth(&token);
            house.send(request.header("If-Match", tag).json(&json!({ "action": "take_case" })))
        };
        assert_eq!(take(&tag).await.problem(409), "acted_first");
        let body = json!({ "action": "take_case", "expected_version": 1 });
        assert_eq!(house.post("officer", &format!("{path}/actions"), &body).await.problem(409), "acted_first");
        let now = house.get("officer", &path).await;
        assert_eq!(now.json()["state"], "submitted");
        let taken = take(&now.header("etag")).await;
        assert_eq!(taken.status, 200, "{}", taken.text);
        assert_eq!(taken.header("etag"), format!("\"v{}\"", taken.json()["version"]));
    }

    /// Following the cursors brings everything once; a cursor is good for its list and person only.
    async fn pages_follow_one_another(house) {
        let notice = published(house).await;
        for _ in 0..3 {
            let begun = house.post("drafter", "/cases", &json!({ "notice": notice, "dossier": dossier() })).await;
            assert_eq!(begun.status, 201, "{}", begun.text);
        }
        let (mut found, mut path) = (Vec::new(), "/cases?limit=2".to_owned());
        let mut foreign = String::new();
        loop {
            let page = house.read("drafter", &path).await;
            found.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].to_string()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            foreign = cursor.to_owned();
            path = format!("/cases?limit=2&cursor={cursor}");
        }
        assert_eq!((found.len(), found.iter().collect::<BTreeSet<_>>().len()), (3, 3), "{found:?}");
        assert_eq!(house.get("signatory", &format!("/cases?cursor={foreign}")).await.problem(400), "bad_cursor");
        assert_eq!(house.get("drafter", &format!("/notices?cursor={foreign}")).await.problem(400), "bad_cursor");
        let (mut names, mut path) = (BTreeSet::new(), "/people?limit=4".to_owned());
        loop {
            let page = house.read("administrator", &path).await;
            assert!(page["items"].as_array().unwrap().len() <= 4);
            names.extend(page["items"].as_array().unwrap().iter().map(|person| person["id"].to_string()));
            let Value::String(cursor) = &page["next_cursor"] else { break };
            path = format!("/people?limit=4&cursor={cursor}");
        }
        assert_eq!(names.len(), house.people.len());
    }
}
