//! The whole story, short: from the notice to the public outcome.

use super::course::*;
use crate::house::both_databases;
use serde_json::json;

both_databases! {
    /// One shipment of the whole quantity, loaded, delivered, verified and added up.
    async fn a_dossier_becomes_a_waiver_and_a_public_outcome(house) {
        let case = approved(house).await;
        let seen = house.case("drafter", &case).await;
        assert_eq!((&seen["state"], &seen["outcome"]), (&json!("decided"), &json!("approved")));
        assert_eq!(seen["waiver"]["state"], "active");
        assert_eq!(seen["clock"]["state"], "ended");
        house.must("drafter", &case, "notify_shipment", shipment("1000")).await;
        let paper = upload(house, "drafter", &case, "paper.txt", "One thousand tonnes, loaded.").await["id"].clone();
        // The waiver's first day: nothing may be loaded before.
        house.move_to("2025-11-08T08:00:00Z".parse().unwrap());
        let today = house.clock.now().to_string()[..10].to_owned();
        let quantity = shipment("1000")["quantity"].clone();
        let loaded = json!({ "shipment": 1, "quantity": quantity, "loaded_on": today, "bill_of_lading": paper, "weight_note": paper });
        house.must("drafter", &case, "report_loading", loaded).await;
        for position in ["departed", "discharged"] {
            let body = json!({ "shipment": 1, "position": position, "on": today, "place": "Djibouti" });
            house.must("drafter", &case, "report_position", body).await;
        }
        let scale = upload(house, "monitor", &case, "scale.txt", "One thousand tonnes, weighed.").await["id"].clone();
        let attested = json!({ "shipment": 1, "quantity": quantity, "on": today, "place": "Adama", "evidence": [scale] });
        house.must("monitor", &case, "attest_delivery", attested).await;
        let verified = json!({ "shipment": 1, "verified": true, "basis": "The monitor's report." });
        house.must("officer", &case, "verify_delivery", verified).await;
        house.must("officer", &case, "propose_outcome", json!({})).await;
        for chair in ["us_chair", "ru_chair"] {
            let statement = house.case(chair, &case).await["outcome_statement"]["digest"].clone();
            house.must(chair, &case, "sign_outcome", json!({ "statement": statement })).await;
        }
        let seen = house.case("auditor", &case).await;
        assert_eq!(seen["waiver"]["state"], "closed");
        assert_eq!(seen["waiver"]["delivered"], "1000");
        let register = house.send(house.request(reqwest::Method::GET, "/register")).await.json();
        assert_eq!(register["items"][0]["waiver"]["state"], "closed", "{register}");
        assert!(register["items"][0]["outcome_statement"].is_object(), "{register}");
        let number = seen["waiver"]["number"].as_str().unwrap();
        let verdict = house.send(house.request(reqwest::Method::GET, &format!("/verify?number={number}"))).await;
        assert_eq!(verdict.json()["verdict"], "genuine", "{}", verdict.text);
    }
}
