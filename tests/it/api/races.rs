//! Many at once, twice the same, and nobody there: what happens, happens once.

use super::course::*;
use crate::house::{House, both_databases};
use corridor::{domain::notice::OnLapse, jobs::deadline_clerk};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn with_key(house: &House, key: &str, case: &str, text: &str) -> crate::house::Reply {
    let body = json!({ "action": "send_message", "body": { "text": text } });
    let request = house
        .request(Method::POST, &format!("/cases/{case}/actions"))
        .bearer_auth(house.token("drafter").await)
        .header("Idempotency-Key", key)
        .json(&body);
    house.send(request).await
}

both_databases! {
    /// A balance of 1,000 t, and 20 shipments of 100 t that are all notified in the same moment.
    async fn of_twenty_shipments_at_once_exactly_ten_fit_the_balance(house) {
        let case = approved(house).await;
        house.token("drafter").await;
        let wishes = (0..20).map(|_| house.act("drafter", &case, "notify_shipment", shipment("100")));
        let replies = join_all(wishes).await;
        let accepted = replies.iter().filter(|reply| reply.status == 200).count();
        assert_eq!(accepted, 10, "{replies:#?}");
        for reply in replies.iter().filter(|reply| reply.status != 200) {
            assert_eq!(reply.problem(422), "balance_exceeded");
        }
        let seen = house.case("drafter", &case).await;
        assert_eq!(seen["waiver"]["available"], "0");
        assert_eq!(seen["waiver"]["reserved"], "1000");
        assert_eq!(house.happened(&case, "shipment_notified").await.len(), 10);
        house.refused("drafter", &case, "notify_shipment", shipment("0.001"), 422, "balance_exceeded").await;
    }

    /// The same request under the same key, at once and later again.
    async fn a_request_repeated_with_its_key_happens_once_and_is_answered_alike(house) {
        let case = submitted(house).await;
        house.token("drafter").await;
        let at_once = join_all((0..5).map(|_| with_key(house, "k-1", &case, "Good morning."))).await;
        let again = with_key(house, "k-1", &case, "Good morning.").await;
        let first = at_once[0].json();
        for reply in at_once.iter().chain([&again]) {
            assert_eq!(reply.status, 200, "{}", reply.text);
            assert_eq!(reply.json(), first);
        }
        assert_eq!(again.header("idempotency-replayed"), "true");
        let fresh = at_once.iter().filter(|reply| reply.header("idempotency-replayed").is_empty());
        assert_eq!(fresh.count(), 1);
        assert_eq!(house.happened(&case, "message_sent").await.len(), 1);
        assert_eq!(with_key(house, "k-1", &case, "Good evening.").await.problem(422), "key_reused");
        assert_eq!(with_key(house, "k-2", &case, "Good evening.").await.status, 200);
        assert_eq!(house.happened(&case, "message_sent").await.len(), 2);
    }

    /// While one export of a person is still being sent, no other begins; when it is over, the next one does.
    async fn nobody_is_sent_two_exports_at_once(house) {
        let case = submitted(house).await;
        let wish = json!({ "cases": [case] });
        house.token("auditor").await;
        let turn = house.inside.export_turn(house.people["auditor"]).unwrap();
        let before = house.row_counts().await;
        let refused = join_all((0..20).map(|_| house.post("auditor", "/exports", &wish))).await;
        for reply in refused {
            assert_eq!(reply.problem(429), "too_many_requests");
            assert!(!reply.header("retry-after").is_empty());
        }
        assert_eq!(house.row_counts().await, before, "an export that does not begin is no event");
        drop(turn);
        for _ in 0..2 {
            let export = house.post("auditor", "/exports", &wish).await;
            assert_eq!(export.status, 200, "{}", export.text);
        }
        assert!(house.inside.export_turn(house.people["auditor"]).is_some());
    }

    /// Three days after the end, four instances wake up at once.
    async fn a_deadline_that_nobody_was_there_for_takes_effect_once_and_in_time(house) {
        let mut content = notice(house);
        content.policy.clock.on_lapse = OnLapse::DeemedRefused;
        let notice = published_as(house, content).await;
        let case = drafted_under(house, &notice).await;
        submit(house, &case).await;
        take_up(house, &case).await;
        seat_panel(house, &case).await;
        let end = house.lapses_at(&case).await;
        house.deliver_letters().await;
        let instances = join_all((0..4).map(|_| house.another_instance())).await;
        house.move_to(end + jiff::SignedDuration::from_hours(72));
        // Whoever looks sees it already.
        for who in ["signatory", "officer", "us_head"] {
            let seen = house.case(who, &case).await;
            assert_eq!((&seen["state"], &seen["outcome"]), (&json!("decided"), &json!("deemed_refused")));
        }
        assert_eq!(house.count("SELECT count(*) FROM letter WHERE status <> 'sent'").await, 0, "a look writes nothing");
        let done = join_all(instances.iter().map(|instance| deadline_clerk::tick(instance))).await;
        assert!(done.iter().all(Result::is_ok), "{done:?}");
        let letters = house.count("SELECT count(*) FROM letter").await;
        join_all(instances.iter().map(|instance| deadline_clerk::tick(instance))).await;
        assert_eq!(house.count("SELECT count(*) FROM letter").await, letters);
        let decided = house.happened(&case, "case_decided").await;
        assert_eq!(decided.len(), 1, "{decided:#?}");
        assert_eq!(decided[0]["effective_at"], json!(end));
        assert_eq!(decided[0]["recorded_at"], json!(house.clock.now()));
        let event = decided[0]["id"].as_str().unwrap();
        let owed = house.read("auditor", &format!("/cases/{case}/letters")).await;
        let owed: Vec<&Value> = owed["items"].as_array().unwrap().iter().filter(|l| l["event"] == event).collect();
        let addresses: BTreeSet<String> = owed.iter().map(|letter| letter["address"].to_string()).collect();
        assert!(!owed.is_empty() && addresses.len() == owed.len(), "{owed:#?}");
        let warned = house.happened(&case, "deadline_near").await;
        let days: BTreeSet<String> = warned.iter().map(|event| event["data"].to_string()).collect();
        assert!(warned.len() == 2 && days.len() == 2, "{warned:#?}");
        let late = house.act("us_chair", &case, "circulate_draft", draft()).await;
        assert_eq!(late.problem(409), "wrong_state");
    }
}
