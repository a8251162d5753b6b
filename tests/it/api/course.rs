//! The usual course of a case, so that a test can begin where it becomes interesting.

use crate::house::House;
use corridor::domain::{
    case_fixture::{self, CaseFixture},
    dossier::{Bank, Dossier, Money, Payment},
    notice::{ClockStart, InspectionPolicy, NoticeContent, Roll},
    quantity::Quantity,
};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The seats of a panel.
pub const SEATS: [&str; 6] = ["head", "alternate", "reviewer", "second", "inspector", "chair"];
pub const SIDES: [&str; 2] = ["us", "ru"];

fn grain() -> CaseFixture {
    case_fixture::read(include_str!("../../fixtures/cases/P-01-seed-grain-ethiopia-sudan.json")).unwrap()
}

fn tonnes(amount: &str) -> Quantity {
    Quantity::parse(amount, "TNE").unwrap()
}

/// Two criteria, one of them mandatory; two delegations without holidays; thirty days from the submission.
pub fn notice(house: &House) -> NoticeContent {
    let mut notice = grain().notice;
    let wanted = ["C1", "C3"];
    notice
        .criteria
        .retain(|criterion| wanted.contains(&criterion.id.as_str()));
    notice.criteria[1].mandatory = false;
    notice.required_documents.clear();
    notice.max_shipments = None;
    notice.closes = None;
    notice.monitors = [house.organisations["monitors"]].into();
    for delegation in &mut notice.delegations {
        delegation.calendar = "none@1".to_owned();
    }
    notice.policy.inspection = InspectionPolicy::Waivable;
    notice.policy.clock.start = ClockStart::Submission;
    notice.policy.clock.cutoff = Some("17:00".to_owned());
    notice.policy.clock.roll = Roll::NextWorking;
    notice
}

/// A thousand tonnes in one shipment.
pub fn dossier() -> Dossier {
    let mut dossier = grain().dossier;
    dossier.goods[0].quantity = tonnes("1000");
    dossier.shipments.truncate(1);
    dossier.shipments[0].quantity = tonnes("1000");
    dossier
        .parties
        .retain(|party| ["p1", "p3"].contains(&party.id.as_str()));
    dossier
        .statements
        .retain(|statement| ["C1", "C3"].contains(&statement.criterion.as_str()));
    dossier.payments = vec![Payment {
        amount: Money {
            amount: 250_000.into(),
            currency: "EUR".to_owned(),
        },
        route: "letter of credit".to_owned(),
        banks: vec![Bank {
            name: "Example Bank".to_owned(),
            country: "CH".to_owned(),
            bic: Some("UBSWCHZH".to_owned()),
        }],
    }];
    dossier
}

/// The published notice's id.
pub async fn published(house: &House) -> String {
    published_as(house, notice(house)).await
}

pub async fn published_as(house: &House, mut content: NoticeContent) -> String {
    let others = house.count("SELECT count(*) FROM notice_listing").await;
    if others > 0 {
        content.number = format!("{}-{others}", content.number);
    }
    let made = house.post("officer", "/notices", &json!({ "content": content })).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/notices/{id}/actions");
    let proposed = house
        .post("officer", &path, &json!({ "action": "propose_notice" }))
        .await;
    assert_eq!(proposed.status, 200, "{}", proposed.text);
    let body = json!({ "action": "approve_notice", "body": { "digest": proposed.json()["digest"] } });
    for who in ["us_chair", "ru_chair"] {
        let approved = house.post(who, &path, &body).await;
        assert_eq!(approved.status, 200, "{}", approved.text);
    }
    id
}

/// Uploads a text file; its row.
pub async fn upload(house: &House, who: &str, case: &str, name: &str, text: &str) -> Value {
    upload_as(house, who, case, (name, "text/plain"), text).await
}

/// Uploads a file of this name and media type; its row.
pub async fn upload_as(house: &House, who: &str, case: &str, (name, media): (&str, &str), text: &str) -> Value {
    let path = format!("/cases/{case}/documents?file_name={name}");
    let request = house
        .request(Method::POST, &path)
        .bearer_auth(house.token(who).await)
        .header("content-type", media)
        .body(text.to_owned());
    let reply = house.send(request).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let row = reply.json();
    assert_eq!(row["sha256"], hex::encode(Sha256::digest(text.as_bytes())));
    row
}

pub async fn attach(house: &House, case: &str, document: &Value, class: &str) -> Value {
    let body = json!({ "document": document["id"], "class": class });
    house.must("drafter", case, "attach_document", body).await
}

/// A draft with two documents, each statement citing the first.
pub async fn drafted(house: &House) -> String {
    let notice = published(house).await;
    drafted_under(house, &notice).await
}

pub async fn drafted_under(house: &House, notice: &str) -> String {
    let body = json!({ "notice": notice, "dossier": dossier() });
    let begun = house.post("drafter", "/cases", &body).await;
    assert_eq!(begun.status, 201, "{}", begun.text);
    let case = begun.json()["id"].as_str().unwrap().to_owned();
    let list = upload(house, "drafter", &case, "list.txt", "Wheat, one thousand tonnes.").await;
    attach(house, &case, &list, "ITEM_LIST").await;
    let statement = upload(house, "drafter", &case, "statement.txt", "All are civilians.").await;
    attach(house, &case, &statement, "CIVILIAN_END_USE_STATEMENT").await;
    let mut statements = dossier().statements;
    for statement in &mut statements {
        statement.evidence = vec![list["id"].as_str().unwrap().parse().unwrap()];
    }
    let section = corridor::domain::dossier::Section::Statements(statements);
    house
        .must("drafter", &case, "save_section", json!({ "save": section }))
        .await;
    case
}

pub async fn submit(house: &House, case: &str) {
    house
        .must("signatory", case, "submit_dossier", json!({ "declaration": "2025-1" }))
        .await;
}

pub async fn submitted(house: &House) -> String {
    let case = drafted(house).await;
    submit(house, &case).await;
    case
}

/// Everything in the dossier is on no list.
pub async fn screen(house: &House, case: &str) {
    let seen = house.case("officer", case).await;
    let known = seen["screening"]["results"].as_array().unwrap().iter();
    let known = known.map(|result| result["subject"].clone());
    let missing = seen["screening"]["missing"].as_array().unwrap().iter().cloned();
    let today = house.clock.now().to_string()[..10].to_owned();
    let result = |subject: Value| json!({ "subject": subject, "result": "clear", "list": "OFAC-SDN", "list_version": "1", "list_date": today });
    let results: Vec<Value> = known.chain(missing).map(result).collect();
    house
        .must("officer", case, "record_screening", json!({ "results": results }))
        .await;
}

pub async fn take_up(house: &House, case: &str) {
    house.must("officer", case, "take_case", json!({})).await;
    screen(house, case).await;
    house.must("officer", case, "accept_dossier", json!({})).await;
    house.must("lead", case, "countersign_acceptance", json!({})).await;
}

pub fn members() -> impl Iterator<Item = String> {
    SIDES
        .iter()
        .flat_map(|side| SEATS.iter().map(move |seat| format!("{side}_{seat}")))
}

pub async fn seat_panel(house: &House, case: &str) {
    let role = |seat: &str| {
        match seat {
            "second" => "reviewer",
            "chair" => "co_chair",
            other => other,
        }
        .to_owned()
    };
    let member = |name: String| {
        let (side, seat) = name.split_once('_').unwrap();
        json!({ "person": house.people[name.as_str()], "delegation": side.to_uppercase(), "roles": [role(seat)] })
    };
    let seats: Vec<Value> = members().map(member).collect();
    house
        .must("lead", case, "constitute_panel", json!({ "members": seats }))
        .await;
    for name in members() {
        house
            .must(&name, case, "declare_interest", json!({ "interest": false }))
            .await;
    }
}

/// Under review, the panel seated, nobody with an interest.
pub async fn under_review(house: &House) -> String {
    let case = submitted(house).await;
    take_up(house, &case).await;
    seat_panel(house, &case).await;
    case
}

/// The first document of the dossier as the committee sees it, as evidence.
pub async fn evidence(house: &House, case: &str) -> Value {
    let seen = house.case("us_reviewer", case).await;
    let document = &seen["dossier"]["documents"][0];
    json!({ "document": document["id"], "sha256": document["sha256"], "place": "p. 1" })
}

pub fn finding(criterion: &str, evidence: &Value) -> Value {
    json!({ "criterion": criterion, "value": "met", "reasons": "As the list shows.", "evidence": [evidence] })
}

pub async fn propose_finding(house: &House, case: &str, side: &str, criterion: &str) {
    let evidence = evidence(house, case).await;
    let reviewer = format!("{side}_reviewer");
    let assignment = json!({ "criterion": criterion, "reviewer": house.people[reviewer.as_str()] });
    house
        .must(&format!("{side}_head"), case, "assign_criterion", assignment)
        .await;
    house
        .must(&reviewer, case, "propose_finding", finding(criterion, &evidence))
        .await;
}

pub async fn find(house: &House, case: &str, side: &str, criterion: &str) {
    propose_finding(house, case, side, criterion).await;
    let body = json!({ "criterion": criterion, "proposed_by": house.people[format!("{side}_reviewer").as_str()] });
    house
        .must(&format!("{side}_second"), case, "countersign_finding", body)
        .await;
}

/// Every delegation finds every criterion met; the inspection is waived.
pub async fn found(house: &House) -> String {
    let case = under_review(house).await;
    found_in(house, &case).await;
    case
}

pub async fn found_in(house: &House, case: &str) {
    for side in SIDES {
        for criterion in ["C1", "C3"] {
            find(house, case, side, criterion).await;
        }
    }
    for chair in ["us_chair", "ru_chair"] {
        let body = json!({ "needed": false, "reason": "Seen last month." });
        house.must(chair, case, "decide_inspection", body).await;
    }
}

pub fn draft() -> Value {
    let reason = |criterion| json!({ "criterion": criterion, "reason": "See the findings." });
    json!({
        "outcome": "approved", "reasons": [reason("C1"), reason("C3")], "authorised": tonnes("1000"),
        "valid_from": dossier().validity.map(|validity| validity.from), "validity_months": 6,
    })
}

/// Circulates the draft, waits for two working days, screens again and opens the ballot.
pub async fn open_ballot(house: &House, case: &str) {
    house.must("us_chair", case, "circulate_draft", draft()).await;
    house.hours_later(24 * 4);
    screen(house, case).await;
    let digest = digest(house, case).await;
    house
        .must("us_chair", case, "open_ballot", json!({ "draft": digest }))
        .await;
}

pub async fn digest(house: &House, case: &str) -> Value {
    house.case("us_chair", case).await["ballot"]["digest"].clone()
}

pub async fn ballot(house: &House) -> String {
    let case = found(house).await;
    open_ballot(house, &case).await;
    case
}

pub async fn vote(house: &House, case: &str, who: &str, choice: &str) {
    let body = json!({ "draft": digest(house, case).await, "vote": { "choice": choice } });
    house.must(who, case, "cast_vote", body).await;
}

/// Both delegations approve and sign: the waiver is in force.
pub async fn approved(house: &House) -> String {
    let case = ballot(house).await;
    vote(house, &case, "us_head", "approve").await;
    vote(house, &case, "ru_head", "approve").await;
    for chair in ["us_chair", "ru_chair"] {
        let body = json!({ "draft": digest(house, &case).await });
        house.must(chair, &case, "sign_decision", body).await;
    }
    case
}

pub fn shipment(amount: &str) -> Value {
    json!({
        "quantity": tonnes(amount), "final_country": "ET", "consignee": "p3", "from": "RUNVS", "to": "DJJIB",
        "vessel": { "name": "SYNTHETIC 1", "imo": "9999010" }, "bank": "UBSWCHZH",
    })
}

/// One shipment of the whole quantity, loaded, delivered and verified, and the outcome signed.
pub async fn close_out(house: &House, case: &str) {
    house.must("drafter", case, "notify_shipment", shipment("1000")).await;
    let paper = upload(house, "drafter", case, "paper.txt", "One thousand tonnes, loaded.").await["id"].clone();
    // The waiver's first day: nothing may be loaded before.
    house.move_to("2025-11-08T08:00:00Z".parse().unwrap());
    let today = house.clock.now().to_string()[..10].to_owned();
    let quantity = shipment("1000")["quantity"].clone();
    let loaded = json!({ "shipment": 1, "quantity": quantity, "loaded_on": today, "bill_of_lading": paper, "weight_note": paper });
    house.must("drafter", case, "report_loading", loaded).await;
    for position in ["departed", "discharged"] {
        let body = json!({ "shipment": 1, "position": position, "on": today, "place": "Djibouti" });
        house.must("drafter", case, "report_position", body).await;
    }
    let scale = upload(house, "monitor", case, "scale.txt", "One thousand tonnes, weighed.").await["id"].clone();
    let attested = json!({ "shipment": 1, "quantity": quantity, "on": today, "place": "Adama", "evidence": [scale] });
    house.must("monitor", case, "attest_delivery", attested).await;
    let verified = json!({ "shipment": 1, "verified": true, "basis": "The monitor's report." });
    house.must("officer", case, "verify_delivery", verified).await;
    house.must("officer", case, "propose_outcome", json!({})).await;
    for chair in ["us_chair", "ru_chair"] {
        let statement = house.case(chair, case).await["outcome_statement"]["digest"].clone();
        house
            .must(chair, case, "sign_outcome", json!({ "statement": statement }))
            .await;
    }
}

/// Required, offered, confirmed by all three sides; the chosen hour.
pub async fn inspection_scheduled(house: &House, case: &str) -> corridor::domain::Instant {
    house
        .must("us_chair", case, "decide_inspection", json!({ "needed": true }))
        .await;
    let slots = [72, 96, 97].map(|hours| house.clock.now() + jiff::SignedDuration::from_hours(hours));
    let item = |id: &str, mandatory| json!({ "id": id, "criterion": "C1", "text": "Show it.", "mandatory": mandatory });
    let checklist = [item("silo", true), item("scale", true)];
    let body = json!({ "slots": slots, "sites": ["RUNVS"], "checklist": checklist, "link_policy": "To those named." });
    house.must("officer", case, "propose_inspection", body).await;
    for who in ["us_inspector", "ru_inspector", "signatory"] {
        let body = json!({ "slot": slots[0], "identities": ["A. Person"], "technical_check_done": true });
        house.must(who, case, "confirm_inspection", body).await;
    }
    slots[0]
}

/// Everybody is in the room, whose identity another has seen.
pub async fn inspection_joined(house: &House, case: &str, who: &[&str]) {
    for name in who {
        let other = if *name == "signatory" {
            "us_inspector"
        } else {
            "signatory"
        };
        let body = json!({ "identity_checked_by": house.people[other] });
        house.must(name, case, "join_inspection", body).await;
    }
}

/// Begun at the chosen hour, with both delegations and the host.
pub async fn inspection_opened(house: &House, case: &str) {
    let slot = inspection_scheduled(house, case).await;
    house.move_to(slot);
    inspection_joined(house, case, &["us_inspector", "ru_inspector", "signatory"]).await;
    house.must("us_inspector", case, "open_inspection", json!({})).await;
}
