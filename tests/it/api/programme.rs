//! A programme's ceiling, across cases: a notice whose ceiling is used up takes nothing new (N-10).

use super::course::*;
use crate::house::{House, both_databases};
use corridor::domain::quantity::Quantity;
use serde_json::{Value, json};

async fn notice_state(house: &House, id: &str) -> Value {
    house.get("officer", &format!("/notices/{id}")).await.json()["state"].clone()
}

both_databases! {
    /// The first waiver takes all of it; another draft can be read and discarded from that instant on.
    async fn a_notice_closes_when_its_ceiling_is_used_up(house) {
        let mut content = notice(house);
        content.ceiling = Quantity::parse("1000", "TNE").ok();
        let id = published_as(house, content).await;
        let case = drafted_under(house, &id).await;
        let waiting = drafted_under(house, &id).await;
        submit(house, &case).await;
        take_up(house, &case).await;
        seat_panel(house, &case).await;
        found_in(house, &case).await;
        open_ballot(house, &case).await;
        for who in ["us_head", "ru_head"] {
            vote(house, &case, who, "approve").await;
        }
        assert_eq!(notice_state(house, &id).await, "published");
        for chair in ["us_chair", "ru_chair"] {
            let body = json!({ "draft": digest(house, &case).await });
            house.must(chair, &case, "sign_decision", body).await;
        }
        // Seen before anybody has written it down.
        assert_eq!(notice_state(house, &id).await, "closed");
        let save = json!({ "save": { "section": "safeguards", "content": "Seals." } });
        house.refused("drafter", &waiting, "save_section", save, 422, "draft_read_only").await;
        let declaration = json!({ "declaration": "2025-1" });
        house.refused("signatory", &waiting, "submit_dossier", declaration, 422, "notice_open").await;
        corridor::jobs::deadline_clerk::tick(&house.inside).await.unwrap();
        let history = house.get("officer", &format!("/notices/{id}/history")).await.text;
        assert!(history.contains("ceiling_used_up"), "{history}");
        house.must("drafter", &waiting, "discard_dossier", json!({})).await;
        assert_eq!(house.case("drafter", &case).await["waiver"]["state"], "active");
    }
}
