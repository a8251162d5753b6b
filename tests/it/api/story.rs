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
        close_out(house, &case).await;
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
