//! The ways into every state that a case can be in, for asking there who may do what.

use super::{course::*, matrix::Matrix};
use crate::house::{House, PASSWORD};
use corridor::{
    cli::person,
    domain::{
        people::{Actor, Role},
        text::Language,
    },
    process::people::act_on_person,
    workflow::people::{GrantMandate, InvitePerson, PersonAction},
};
use serde_json::{Value, json};

/// An agent with a mandate, and a sponsor.
pub async fn more_people(house: &House) {
    for (who, organisation, role) in [("agent", "rival", Role::Agent), ("sponsor", "ministry", Role::Sponsor)] {
        let body = InvitePerson {
            name: format!("Person {who}"),
            email: House::email(who),
            language: Language::En,
            organisation: house.organisations[organisation],
            unit: "Economic Department".to_owned(),
            delegation: None,
            roles: [role].into(),
        };
        let id = person::create(&house.inside, body, PASSWORD).await.unwrap();
        if role == Role::Agent {
            let (organisation, until) = (house.organisations["ministry"], "2030-01-01T00:00:00Z".parse().unwrap());
            let grant = PersonAction::GrantMandate(GrantMandate { organisation, until });
            let its_administrator = Actor {
                roles: [Role::OrganisationAdministrator].into(),
                organisation,
                ..Actor::system()
            };
            act_on_person(&house.inside, id, &grant, &its_administrator, false)
                .await
                .unwrap();
        }
    }
}

/// An official's own tool has found these entries for the first subject.
async fn hit(house: &House, case: &str, entries: &[&str]) -> Value {
    let seen = house.case("officer", case).await;
    let screening = &seen["screening"];
    let known = screening["results"][0]["subject"].clone();
    let subject = if known.is_null() {
        screening["missing"][0].clone()
    } else {
        known
    };
    let today = house.clock.now().to_string()[..10].to_owned();
    let hits: Vec<Value> = entries
        .iter()
        .map(|entry| json!({ "entry": entry, "matched_on": ["name"] }))
        .collect();
    let result = json!({ "subject": subject, "result": "hits", "list": "OFAC-SDN", "list_version": "1", "list_date": today, "hits": hits });
    house
        .must("officer", case, "record_screening", json!({ "results": [result] }))
        .await;
    subject
}

async fn propose(house: &House, who: &str, case: &str, hit: (&Value, &str), verdict: &str) {
    let body = json!({ "subject": hit.0, "entry": hit.1, "verdict": verdict, "reason": "As the papers show." });
    house.must(who, case, "propose_disposition", body).await;
}

/// One hit in each state that two delegations bring it to.
async fn settle(house: &House, case: &str) {
    let subject = hit(house, case, &["E-1", "E-2", "E-3", "E-4", "E-5"]).await;
    propose(house, "us_reviewer", case, (&subject, "E-2"), "false_positive").await;
    for (entry, verdict, agree) in [
        ("E-3", "false_positive", true),
        ("E-4", "true_match", true),
        ("E-5", "true_match", false),
    ] {
        propose(house, "us_reviewer", case, (&subject, entry), verdict).await;
        let body = json!({ "subject": subject, "entry": entry, "agree": agree, "reason": "As the papers show." });
        house.must("ru_reviewer", case, "confirm_disposition", body).await;
    }
}

fn returned() -> Value {
    json!({ "deficiencies": [{ "section": "goods", "code": "other", "text": "Short." }] })
}

/// From the draft to the end of the completeness check. The case that was returned.
pub async fn intake(matrix: &mut Matrix<'_>) -> String {
    let house = matrix.house;
    let case = drafted(house).await;
    matrix.look(&case).await;
    let discarded = drafted(house).await;
    house.must("drafter", &discarded, "discard_dossier", json!({})).await;
    matrix.look(&discarded).await;
    submit(house, &case).await;
    matrix.look(&case).await;
    let subject = hit(house, &case, &["E-1", "E-2"]).await;
    propose(house, "officer", &case, (&subject, "E-2"), "false_positive").await;
    matrix.look(&case).await;
    house.must("officer", &case, "take_case", json!({})).await;
    matrix.look(&case).await;
    house.must("officer", &case, "return_dossier", returned()).await;
    matrix.look(&case).await;
    let rejected = submitted(house).await;
    house.must("officer", &rejected, "take_case", json!({})).await;
    let body = json!({ "ground": "out_of_scope", "reasons": "Not these." });
    house.must("lead", &rejected, "reject_dossier", body).await;
    matrix.look(&rejected).await;
    let withdrawn = under_review(house).await;
    house.must("signatory", &withdrawn, "withdraw_dossier", json!({})).await;
    matrix.look(&withdrawn).await;
    case
}

/// Under review: the panel, hits, findings, questions, the inspection.
pub async fn review(matrix: &mut Matrix<'_>) {
    let house = matrix.house;
    let case = submitted(house).await;
    take_up(house, &case).await;
    matrix.look(&case).await;
    seat_panel(house, &case).await;
    matrix.look(&case).await;
    settle(house, &case).await;
    propose_finding(house, &case, "us", "C1").await;
    matrix.look(&case).await;
    let question = json!({ "criterion": "C1", "text": "Where is the wheat from?" });
    house.must("us_reviewer", &case, "ask_question", question).await;
    house.must("lead", &case, "issue_round", json!({})).await;
    matrix.look(&case).await;
    let answers = json!({ "answers": [{ "question": 1, "text": "From the Volga." }] });
    house.must("signatory", &case, "answer_round", answers).await;
    matrix.look(&case).await;
    inspection(matrix, &case).await;
}

async fn offer_slots(house: &House, case: &str) -> corridor::domain::Instant {
    let slots = [72, 96, 97].map(|hours| house.clock.now() + jiff::SignedDuration::from_hours(hours));
    let item = json!({ "id": "silo", "criterion": "C1", "text": "Show it.", "mandatory": true });
    let body = json!({ "slots": slots, "sites": ["RUNVS"], "checklist": [item], "link_policy": "To those named." });
    house.must("officer", case, "propose_inspection", body).await;
    slots[0]
}

async fn confirm(house: &House, case: &str, slot: corridor::domain::Instant) {
    for who in ["us_inspector", "ru_inspector", "signatory"] {
        let body = json!({ "slot": slot, "identities": ["A. Person"], "technical_check_done": true });
        house.must(who, case, "confirm_inspection", body).await;
    }
}

async fn open(house: &House, case: &str, slot: corridor::domain::Instant) {
    house.move_to(slot);
    inspection_joined(house, case, &["us_inspector", "ru_inspector", "signatory"]).await;
    house.must("us_inspector", case, "open_inspection", json!({})).await;
}

async fn inspection(matrix: &mut Matrix<'_>, case: &str) {
    let house = matrix.house;
    house
        .must("us_chair", case, "decide_inspection", json!({ "needed": true }))
        .await;
    matrix.look(case).await;
    let slot = offer_slots(house, case).await;
    matrix.look(case).await;
    confirm(house, case, slot).await;
    matrix.look(case).await;
    house
        .must("us_head", case, "postpone_inspection", json!({ "reason": "A storm." }))
        .await;
    matrix.look(case).await;
    let slot = offer_slots(house, case).await;
    confirm(house, case, slot).await;
    open(house, case, slot).await;
    matrix.look(case).await;
    house
        .must(
            "us_inspector",
            case,
            "abort_inspection",
            json!({ "reason": "A storm." }),
        )
        .await;
    matrix.look(case).await;
    let slot = house.clock.now() + jiff::SignedDuration::from_hours(2);
    let item = json!({ "id": "silo", "criterion": "C1", "text": "Show it.", "mandatory": true });
    let body = json!({ "slots": [slot], "sites": ["RUNVS"], "checklist": [item], "link_policy": "To those named." });
    house.must("officer", case, "propose_inspection", body).await;
    confirm(house, case, slot).await;
    open(house, case, slot).await;
    let seen = json!({ "item": "silo", "answer": "satisfactory", "note": "As the list says." });
    house.must("us_inspector", case, "record_observation", seen).await;
    for who in ["us_inspector", "ru_inspector"] {
        house.must(who, case, "close_inspection", json!({})).await;
    }
    matrix.look(case).await;
    let report = json!({ "result": "passed", "text": "All was shown.", "summary_for_host": "All was shown." });
    house.must("us_inspector", case, "draft_report", report).await;
    matrix.look(case).await;
}

/// In deliberation: the ballot, a finding that has to be made again, the signatures.
pub async fn ballot(matrix: &mut Matrix<'_>) {
    let house = matrix.house;
    // Drafts lie open for two working days: each begins on a Monday.
    house.at("2025-10-13T08:00:00Z");
    let case = super::course::ballot(house).await;
    let before = house.row_counts().await;
    matrix.look(&case).await;
    assert_eq!(house.row_counts().await, before, "a question changes nothing");
    let recusal = json!({ "reason_class": "appearance", "text": "It would look bad." });
    house.must("us_reviewer", &case, "recuse", recusal).await;
    matrix.look(&case).await;
    house.at("2025-10-20T08:00:00Z");
    let case = super::course::ballot(house).await;
    vote(house, &case, "us_head", "approve").await;
    vote(house, &case, "ru_head", "approve").await;
    matrix.look(&case).await;
}

/// After the decision: the waiver from its issue to its close-out, shipments in every state, hits in every state.
pub async fn waiver(matrix: &mut Matrix<'_>) {
    let house = matrix.house;
    house.at("2025-10-27T08:00:00Z");
    let case = super::course::ballot(house).await;
    vote(house, &case, "us_head", "approve").await;
    vote(house, &case, "ru_head", "approve").await;
    // What was found yesterday does not serve for the certificate.
    house.hours_later(30);
    for chair in ["us_chair", "ru_chair"] {
        let body = json!({ "draft": digest(house, &case).await });
        house.must(chair, &case, "sign_decision", body).await;
    }
    matrix.look(&case).await;
    screen(house, &case).await;
    matrix.look(&case).await;
    ships(house, &case).await;
    matrix.look(&case).await;
    settle(house, &case).await;
    matrix.look(&case).await;
    house.hours_later(24 * 230);
    matrix.look(&case).await;
}

/// Seven shipments, each as far as another stage.
async fn ships(house: &House, case: &str) {
    for _ in 1..=7 {
        house.must("drafter", case, "notify_shipment", shipment("100")).await;
    }
    let seen = house.case("drafter", case).await;
    let first_day = format!("{}T08:00:00Z", seen["waiver"]["valid_from"].as_str().unwrap());
    house.move_to(house.clock.now().max(first_day.parse().unwrap()));
    let today = house.clock.now().to_string()[..10].to_owned();
    let quantity = shipment("100")["quantity"].clone();
    let paper = upload(house, "drafter", case, "paper.txt", "One hundred tonnes, loaded.").await["id"].clone();
    let scale = upload(house, "monitor", case, "scale.txt", "One hundred tonnes, weighed.").await["id"].clone();
    for number in 2..=7 {
        let body = json!({ "shipment": number, "quantity": quantity, "loaded_on": today, "bill_of_lading": paper, "weight_note": paper });
        house.must("drafter", case, "report_loading", body).await;
        for position in ["departed", "discharged"].iter().take(number - 2) {
            let body = json!({ "shipment": number, "position": position, "on": today, "place": "Djibouti" });
            house.must("drafter", case, "report_position", body).await;
        }
        if number >= 5 {
            let body =
                json!({ "shipment": number, "quantity": quantity, "on": today, "place": "Adama", "evidence": [scale] });
            house.must("monitor", case, "attest_delivery", body).await;
        }
        if number >= 6 {
            let body = json!({ "shipment": number, "verified": number == 6, "basis": "The monitor's report." });
            house.must("officer", case, "verify_delivery", body).await;
        }
    }
}
