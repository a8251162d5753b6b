//! The statutory clock through the API: stops, and what the votes decide when time is over.

use super::course::*;
use crate::house::{House, both_databases};
use corridor::domain::notice::OnLapse;
use serde_json::{Value, json};

/// Wednesday, 1 October 2025, 10:00 in Zurich: the beginning of the law's examples.
async fn reviewed_since_october(house: &House) -> String {
    house.at("2025-10-01T08:00:00Z");
    let case = under_review(house).await;
    assert_eq!(due(house, &case).await, "2025-10-31");
    case
}

async fn due(house: &House, case: &str) -> Value {
    house.case("signatory", case).await["clock"]["due"].clone()
}

async fn ask(house: &House, case: &str) {
    let question = json!({ "criterion": "C1", "text": "Where is the wheat from?" });
    house.must("us_reviewer", case, "ask_question", question).await;
    house.must("lead", case, "issue_round", json!({})).await;
}

async fn answer(house: &House, case: &str) {
    let answers = json!([{ "question": 1, "text": "From the Volga." }]);
    house
        .must("signatory", case, "answer_round", json!({ "answers": answers }))
        .await;
}

/// Three slots, from three days from now on; the first.
async fn propose_slots(house: &House, case: &str) -> Value {
    let slots = [72, 96, 97].map(|hours| house.clock.now() + jiff::SignedDuration::from_hours(hours));
    let checklist = json!([{ "id": "silo", "criterion": "C1", "text": "Show it.", "mandatory": true }]);
    let body = json!({ "slots": slots, "sites": ["RUNVS"], "checklist": checklist, "link_policy": "To those named." });
    house.must("officer", case, "propose_inspection", body).await;
    json!(slots[0])
}

both_databases! {
    /// The law's example V5.
    async fn a_stop_that_ends_on_the_same_day_costs_nothing(house) {
        let case = reviewed_since_october(house).await;
        house.at("2025-10-10T07:00:00Z");
        ask(house, &case).await;
        assert_eq!(house.case("signatory", &case).await["clock"]["state"], "stopped: rfi");
        house.at("2025-10-10T14:00:00Z");
        answer(house, &case).await;
        assert_eq!(due(house, &case).await, "2025-10-31");
        assert_eq!(house.case("signatory", &case).await["clock"]["stopped_days"], 0);
    }

    /// The law's examples V3 and V4.
    async fn overlapping_stops_are_a_union_and_never_a_sum(house) {
        let case = reviewed_since_october(house).await;
        house.must("us_chair", &case, "decide_inspection", json!({ "needed": true })).await;
        house.at("2025-10-10T13:00:00Z");
        ask(house, &case).await;
        let slot = propose_slots(house, &case).await;
        for who in ["us_inspector", "ru_inspector", "signatory"] {
            let body = json!({ "slot": slot, "identities": ["A. Person"], "technical_check_done": true });
            house.must(who, &case, "confirm_inspection", body).await;
        }
        house.at("2025-10-15T08:00:00Z");
        house.must("signatory", &case, "postpone_inspection", json!({ "reason": "A storm." })).await;
        let seen = house.case("signatory", &case).await;
        assert_eq!(seen["clock"]["state"], "stopped: rfi, inspection_host_delay");
        house.at("2025-10-20T07:00:00Z");
        answer(house, &case).await;
        house.at("2025-10-25T08:00:00Z");
        propose_slots(house, &case).await;
        assert_eq!(house.case("signatory", &case).await["clock"]["state"], "running");
        assert_eq!(due(house, &case).await, "2025-11-17");
        let clock = house.read("signatory", &format!("/cases/{case}/clock")).await;
        assert_eq!(clock["clock"]["stopped_days"], 15);
        assert_eq!(clock["derivation"]["raw_due"], "2025-11-15", "{clock}");
    }

    /// Both have voted and nobody has signed: the votes decide, as of the last one.
    async fn votes_that_suffice_decide_when_time_is_over(house) {
        let mut content = notice(house);
        content.policy.clock.on_lapse = OnLapse::DeemedRefused;
        let notice = published_as(house, content).await;
        let case = drafted_under(house, &notice).await;
        submit(house, &case).await;
        take_up(house, &case).await;
        seat_panel(house, &case).await;
        found_in(house, &case).await;
        open_ballot(house, &case).await;
        vote(house, &case, "us_head", "approve").await;
        house.hours_later(5);
        vote(house, &case, "ru_head", "approve").await;
        let last_vote = house.clock.now();
        let end = house.lapses_at(&case).await;
        house.move_to(end + jiff::SignedDuration::from_hours(30));
        let seen = house.case("signatory", &case).await;
        assert_eq!(seen["outcome"], "approved", "{seen}");
        house.tick().await;
        let decided = house.happened(&case, "case_decided").await;
        assert_eq!(decided.len(), 1);
        assert_eq!(decided[0]["effective_at"], json!(last_vote), "{decided:#?}");
    }

    /// One vote is not enough for an approval by all.
    async fn votes_that_do_not_suffice_do_not_decide(house) {
        let case = ballot(house).await;
        vote(house, &case, "us_head", "approve").await;
        let end = house.lapses_at(&case).await;
        house.move_to(end - jiff::SignedDuration::from_micros(1));
        assert_eq!(house.case("signatory", &case).await["clock"]["overdue"], false);
        house.move_to(end);
        let seen = house.case("signatory", &case).await;
        assert_eq!((&seen["outcome"], &seen["clock"]["overdue"]), (&Value::Null, &json!(true)), "{seen}");
        house.tick().await;
        assert_eq!(house.happened(&case, "case_escalated").await.len(), 1);
    }
}
