//! A virtual inspection whose link is lost.

use super::course::*;
use crate::house::both_databases;
use serde_json::json;

both_databases! {
    /// Without one delegation nothing is recorded; after a quarter of an hour the inspection has broken off by itself,
    /// at that instant. What was seen stays, and a new hour is offered.
    async fn a_lost_link_breaks_an_inspection_off_and_what_was_seen_stays(house) {
        let case = under_review(house).await;
        inspection_opened(house, &case).await;
        let observation = |item: &str| json!({ "item": item, "answer": "satisfactory", "note": "As described." });
        house.must("us_inspector", &case, "record_observation", observation("silo")).await;
        house.must("ru_inspector", &case, "leave_inspection", json!({})).await;
        let lost = house.clock.now();
        let alone = house.act("us_inspector", &case, "record_observation", observation("scale")).await;
        assert_eq!(alone.status, 422, "{}", alone.text);
        let minutes = jiff::SignedDuration::from_mins;
        house.move_to(lost + minutes(14));
        assert_eq!(house.case("us_inspector", &case).await["inspection"]["state"], "in_session");
        house.move_to(lost + minutes(60 * 5));
        let seen = house.case("us_inspector", &case).await;
        assert_eq!(seen["inspection"]["state"], "aborted", "{seen}");
        let late = house.act("us_inspector", &case, "record_observation", observation("scale")).await;
        assert_eq!(late.problem(409), "wrong_state");
        house.tick().await;
        let aborted = house.happened(&case, "inspection_aborted").await;
        assert_eq!(aborted.len(), 1, "{aborted:#?}");
        assert_eq!(aborted[0]["effective_at"], json!(lost + minutes(15)));
        assert_eq!(house.happened(&case, "observation_recorded").await.len(), 1);
        let slot = house.clock.now() + jiff::SignedDuration::from_hours(20);
        let checklist = json!([{ "id": "scale", "criterion": "C1", "text": "Show it.", "mandatory": true }]);
        let body = json!({ "slots": [slot], "sites": ["RUNVS"], "checklist": checklist, "link_policy": "To those named." });
        let again = house.must("officer", &case, "propose_inspection", body).await;
        assert_eq!(again["inspection"]["state"], "proposed");
    }
}
