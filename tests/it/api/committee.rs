//! The committee cannot be deceived: forged countersignatures, evidence that changes, members who leave.

use super::course::*;
use crate::house::both_databases;
use serde_json::json;

both_databases! {
    /// Not by the proposer, not by the other delegation, not of something else than was read.
    async fn a_countersignature_cannot_be_forged(house) {
        let case = under_review(house).await;
        propose_finding(house, &case, "us", "C1").await;
        let by = |who: &str| json!({ "criterion": "C1", "proposed_by": house.people[who] });
        for (who, proposer) in [("us_reviewer", "us_reviewer"), ("ru_reviewer", "us_reviewer"), ("us_second", "us_head")] {
            let reply = house.act(who, &case, "countersign_finding", by(proposer)).await;
            assert!([409, 422].contains(&reply.status), "{who}: {}", reply.text);
        }
        house.refused("us_chair", &case, "countersign_finding", by("us_reviewer"), 403, "wrong_role").await;
        let seen = house.case("us_reviewer", &case).await;
        assert_eq!(seen["findings"][0]["state"], "proposed");
        // Whoever says in the body who acts is not believed, but refused.
        let mut forged = by("us_reviewer");
        forged["countersigned_by"] = json!(house.people["us_second"]);
        house.refused("us_reviewer", &case, "countersign_finding", forged, 422, "unknown_field").await;
        house.must("us_second", &case, "countersign_finding", by("us_reviewer")).await;
        let seen = house.case("us_reviewer", &case).await;
        assert_eq!(seen["findings"][0]["countersigned_by"], json!(house.people["us_second"]));
    }

    /// A new version of the cited document: the finding has to be made again, on the new bytes.
    async fn evidence_replaced_under_a_finding_reopens_it(house) {
        let case = under_review(house).await;
        find(house, &case, "us", "C1").await;
        let old = evidence(house, &case).await;
        let question = json!({ "criterion": "C1", "text": "The list, please, as it is now." });
        house.must("us_reviewer", &case, "ask_question", question).await;
        house.must("lead", &case, "issue_round", json!({ "sections": ["documents", "statements"] })).await;
        let new = upload(house, "drafter", &case, "list-2.txt", "Wheat, nine hundred tonnes.").await;
        let body = json!({ "document": new["id"], "class": "ITEM_LIST", "replaces": old["document"] });
        house.must("drafter", &case, "attach_document", body).await;
        let answers = json!([{ "question": 1, "text": "Attached.", "documents": [new["id"]] }]);
        house.must("signatory", &case, "answer_round", json!({ "answers": answers })).await;
        let seen = house.case("us_reviewer", &case).await;
        let finding = seen["findings"].as_array().unwrap().iter().find(|finding| finding["delegation"] == "US").unwrap();
        assert_ne!(finding["state"], "countersigned", "{finding}");
        assert_eq!(finding["must_be_proposed_anew"], true);
        let again = house.act("us_reviewer", &case, "propose_finding", finding_of(&old)).await;
        assert_eq!(again.status, 422, "the old bytes prove nothing any more: {}", again.text);
    }

    /// No head and no alternate: no ballot, until somebody sits there again.
    async fn recusals_break_the_quorum(house) {
        let case = found(house).await;
        house.must("us_chair", &case, "circulate_draft", draft()).await;
        house.hours_later(24 * 4);
        screen(house, &case).await;
        let recusal = json!({ "reason_class": "appearance", "text": "It would look bad." });
        house.must("us_head", &case, "recuse", recusal.clone()).await;
        house.must("us_alternate", &case, "recuse", recusal).await;
        assert_eq!(house.get("us_head", &format!("/cases/{case}")).await.problem(404), "not_found");
        let body = json!({ "draft": digest(house, &case).await });
        house.refused("us_chair", &case, "open_ballot", body, 422, "no_quorum").await;
    }
}

fn finding_of(evidence: &serde_json::Value) -> serde_json::Value {
    finding("C1", evidence)
}
