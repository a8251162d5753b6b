//! The inspection by video: a link that is lost, one that comes back, and a report without a signature.

use super::course::*;
use crate::house::{House, both_databases};
use corridor::domain::Instant;
use jiff::SignedDuration;
use serde_json::{Value, json};

const INSPECTORS: [&str; 2] = ["us_inspector", "ru_inspector"];
const ITEMS: [&str; 2] = ["silo", "scale"];

fn minutes(house: &House, minutes: i64) {
    house.move_to(house.clock.now() + SignedDuration::from_mins(minutes));
}

fn item(id: &str) -> Value {
    json!({ "id": id, "criterion": "C1", "text": "Show it.", "mandatory": true })
}

async fn propose(house: &House, case: &str, slots: &[Instant]) {
    let items = ITEMS.map(item);
    let body = json!({ "slots": slots, "sites": ["RUNVS"], "checklist": items, "link_policy": "To those named." });
    house.must("officer", case, "propose_inspection", body).await;
}

/// Everybody comes to this slot, and a co-chair opens the session.
async fn meet(house: &House, case: &str, slot: Instant) {
    let confirmed = json!({ "slot": slot, "identities": ["A. Person"], "technical_check_done": true });
    for who in INSPECTORS.into_iter().chain(["signatory"]) {
        house.must(who, case, "confirm_inspection", confirmed.clone()).await;
    }
    house.move_to(slot);
    for who in INSPECTORS {
        join(house, case, who).await;
    }
    house.must("us_inspector", case, "open_inspection", json!({})).await;
}

async fn join(house: &House, case: &str, who: &str) {
    let checked = json!({ "identity_checked_by": house.people["us_chair"] });
    house.must(who, case, "join_inspection", checked).await;
}

/// Under review, the inspection in session since the slot.
pub async fn in_session(house: &House, case: &str) {
    house
        .must("us_chair", case, "decide_inspection", json!({ "needed": true }))
        .await;
    let slots = [72, 96, 97].map(|hours| house.clock.now() + SignedDuration::from_hours(hours));
    propose(house, case, &slots).await;
    meet(house, case, slots[0]).await;
}

fn observation(item: &str) -> Value {
    json!({ "item": item, "answer": "satisfactory", "note": "As the list says." })
}

async fn state(house: &House, case: &str) -> Value {
    house.case("us_inspector", case).await["inspection"]["state"].clone()
}

/// Both close, one writes the report.
async fn report(house: &House, case: &str) {
    for who in INSPECTORS {
        house.must(who, case, "close_inspection", json!({})).await;
    }
    let body = json!({ "result": "passed", "text": "All was shown.", "summary_for_host": "All was shown." });
    house.must("us_inspector", case, "draft_report", body).await;
}

both_databases! {
    /// One delegation's link breaks: nothing is recorded without it, and after a quarter of an hour the session is
    /// over; what was seen stays, and the rest follows within three working days.
    async fn a_lost_link_breaks_the_session_off_and_loses_nothing(house) {
        let case = under_review(house).await;
        in_session(house, &case).await;
        house.must("us_inspector", &case, "record_observation", observation("silo")).await;
        house.must("ru_inspector", &case, "leave_inspection", json!({})).await;
        let lost = house.clock.now();
        house.refused("us_inspector", &case, "record_observation", observation("scale"), 422, "no_quorum").await;
        house.refused("us_inspector", &case, "close_inspection", json!({}), 422, "items_open").await;
        minutes(house, 14);
        assert_eq!(state(house, &case).await, "in_session");
        minutes(house, 1);
        assert_eq!(state(house, &case).await, "aborted", "at the instant, whoever looks");
        minutes(house, 60);
        house.refused("ru_inspector", &case, "join_inspection", json!({ "identity_checked_by": house.people["us_chair"] }), 409, "wrong_state").await;
        house.tick().await;
        let aborted = house.happened(&case, "inspection_aborted").await;
        assert_eq!(aborted.len(), 1, "{aborted:#?}");
        assert_eq!(aborted[0]["effective_at"], json!(lost + SignedDuration::from_mins(15)));
        let told = house.read("auditor", &format!("/cases/{case}/letters")).await;
        let told = told["items"].as_array().unwrap().iter().filter(|letter| letter["event"] == aborted[0]["id"]);
        assert!(told.count() >= 4, "both inspectors, the host and the secretariat are told");
        assert_eq!(house.case("signatory", &case).await["clock"]["state"], "running", "the clock runs on");
        // One slot is enough to go on, and nobody has to wait for 48 hours.
        let late = house.clock.now() + SignedDuration::from_hours(24 * 9);
        let body = json!({ "slots": [late], "sites": ["RUNVS"], "checklist": ITEMS.map(item), "link_policy": "To those named." });
        house.refused("officer", &case, "propose_inspection", body, 422, "slots_not_enough").await;
        let soon = house.clock.now() + SignedDuration::from_hours(2);
        propose(house, &case, &[soon]).await;
        meet(house, &case, soon).await;
        let seen = house.case("ru_inspector", &case).await["inspection"]["observations"].clone();
        assert_eq!((seen.as_array().unwrap().len(), &seen[0]["item"]), (1, &json!("silo")), "what was seen stays");
        house.must("ru_inspector", &case, "record_observation", observation("scale")).await;
        report(house, &case).await;
        for who in INSPECTORS {
            house.must(who, &case, "sign_report", json!({})).await;
        }
        assert_eq!(state(house, &case).await, "report_signed");
    }

    /// Fourteen minutes are bad luck, not an abort; and the minutes are not added up.
    async fn a_link_that_comes_back_in_time_breaks_nothing_off(house) {
        let case = under_review(house).await;
        in_session(house, &case).await;
        for _ in 0..2 {
            house.must("ru_inspector", &case, "leave_inspection", json!({})).await;
            minutes(house, 14);
            join(house, &case, "ru_inspector").await;
        }
        minutes(house, 60);
        house.tick().await;
        assert_eq!(state(house, &case).await, "in_session");
        assert!(house.happened(&case, "inspection_aborted").await.is_empty());
        for id in ITEMS {
            house.must("us_inspector", &case, "record_observation", observation(id)).await;
        }
        report(house, &case).await;
        assert_eq!(state(house, &case).await, "report_draft");
    }

    /// After three working days the report counts without the signature that was refused, and says so.
    async fn a_delegation_that_does_not_sign_does_not_hold_the_report_up(house) {
        let case = under_review(house).await;
        in_session(house, &case).await;
        for id in ITEMS {
            house.must("us_inspector", &case, "record_observation", observation(id)).await;
        }
        report(house, &case).await;
        house.must("us_inspector", &case, "sign_report", json!({})).await;
        house.must("ru_inspector", &case, "refuse_signature", json!({ "reason": "I saw no scale." })).await;
        assert_eq!(state(house, &case).await, "report_draft");
        house.hours_later(24 * 6);
        let seen = house.case("us_inspector", &case).await["inspection"].clone();
        assert_eq!((&seen["state"], &seen["signed_without"]), (&json!("report_signed"), &json!(["RU"])), "{seen}");
    }
}
