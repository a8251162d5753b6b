//! Acts that cannot be taken back need a sign-in of the last ten minutes (B-02, X-01).

use super::course::*;
use crate::house::{House, PASSWORD, both_databases};
use reqwest::Method;
use serde_json::{Value, json};

async fn sign_in(house: &House, who: &str) -> Value {
    let body = json!({ "email": House::email(who), "password": PASSWORD });
    let reply = house.send(house.request(Method::POST, "/sessions").json(&body)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()
}

fn minutes_later(house: &House, minutes: i64) {
    let now = house.clock.now();
    house.move_to(now + jiff::SignedDuration::from_mins(minutes));
}

both_databases! {
    /// After eleven minutes the vote is refused with what to do, and nothing is written; a renewed token proves
    /// nothing; the password does.
    async fn a_vote_needs_a_sign_in_of_the_last_ten_minutes(house) {
        let case = ballot(house).await;
        let path = format!("/cases/{case}/actions");
        let vote = json!({ "draft": digest(house, &case).await, "vote": { "choice": "approve" } });
        let wish = json!({ "action": "cast_vote", "body": vote });
        let session = sign_in(house, "us_head").await;
        minutes_later(house, 11);
        assert!(house.case("us_head", &case).await["allowed_actions"].as_array().unwrap().contains(&json!("cast_vote")));
        let before = (house.row_counts().await, house.security_events().await);
        let stale = house.post_with(session["access_token"].as_str().unwrap(), &path, &wish).await;
        assert_eq!(stale.problem(401), "fresh_sign_in_needed");
        assert_eq!(stale.json()["rule"], "B-02");
        assert!(stale.json().to_string().contains("/api/v1/sessions"), "{}", stale.text);
        let challenge = stale.header("www-authenticate");
        assert!(challenge.contains("insufficient_user_authentication") && challenge.contains("max_age=600"), "{challenge}");
        assert_eq!(house.row_counts().await, before.0, "nothing is written");
        assert_eq!(house.security_events().await, before.1 + 1, "but the attempt");
        let body = json!({ "refresh_token": session["refresh_token"] });
        let renewed = house.send(house.request(Method::POST, "/sessions/refresh").json(&body)).await.json();
        let renewed = renewed["access_token"].as_str().unwrap();
        assert_eq!(house.post_with(renewed, &path, &wish).await.problem(401), "fresh_sign_in_needed");
        let fresh = sign_in(house, "us_head").await;
        minutes_later(house, 10);
        let cast = house.post_with(fresh["access_token"].as_str().unwrap(), &path, &wish).await;
        assert_eq!(cast.status, 200, "{}", cast.text);
    }

    /// The signature under the decision, too; and whoever lacks more than the proof is told that first.
    async fn a_signature_needs_it_too(house) {
        let case = ballot(house).await;
        let path = format!("/cases/{case}/actions");
        vote(house, &case, "us_head", "approve").await;
        vote(house, &case, "ru_head", "approve").await;
        let session = sign_in(house, "us_chair").await;
        let token = session["access_token"].as_str().unwrap();
        minutes_later(house, 11);
        let wish = |draft: Value| json!({ "action": "sign_decision", "body": { "draft": draft } });
        let other = house.post_with(token, &path, &wish(json!("0"))).await;
        assert_eq!(other.problem(422), "draft_hash_mismatch");
        let right = wish(digest(house, &case).await);
        assert_eq!(house.post_with(token, &path, &right).await.problem(401), "fresh_sign_in_needed");
        let letter = json!({ "action": "recuse", "body": { "reason_class": "appearance", "text": "It looks bad." } });
        assert_eq!(house.post_with(token, &path, &letter).await.problem(401), "fresh_sign_in_needed");
        assert_eq!(house.post("us_chair", &path, &right).await.status, 200);
    }

    /// Whoever gives power, too.
    async fn a_role_is_granted_after_a_fresh_sign_in(house) {
        let session = sign_in(house, "administrator").await;
        let token = session["access_token"].as_str().unwrap();
        minutes_later(house, 11);
        let path = format!("/people/{}/actions", house.people["reader"]);
        let grant = json!({ "action": "grant_role", "body": { "role": "drafter" } });
        assert_eq!(house.post_with(token, &path, &grant).await.problem(401), "fresh_sign_in_needed");
        assert_eq!(house.post("administrator", &path, &grant).await.status, 200);
    }
}
