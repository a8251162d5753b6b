//! A wish of every kind, for asking whether it would be granted.

use super::course::*;
use crate::house::House;
use corridor::workflow::{action::ActionKind, case::Case, state::ShipmentState};
use serde_json::{Value, json};

/// Bodies of the right shape, one for each thing that the case has in another state: shipments, hits, criteria.
pub fn bodies(house: &House, case: &Case, action: ActionKind) -> Vec<Value> {
    let first = body(house, action);
    let with = |member: &str, value: Value| {
        let mut changed = first.clone();
        changed[member] = value;
        changed
    };
    if first["shipment"].is_number() {
        let numbers = ShipmentState::ALL.iter().filter_map(|state| {
            let mut shipments = case.waiver.shipments.iter();
            shipments.find(|(_, shipment)| shipment.state == *state)
        });
        let bodies: Vec<Value> = numbers.map(|(number, _)| with("shipment", json!(number))).collect();
        return if bodies.is_empty() { vec![first] } else { bodies };
    }
    if first["entry"].is_string() {
        let mut bodies = Vec::new();
        for (subject, screening) in &case.screening {
            for hit in &screening.hits {
                let mut named = with("subject", json!(subject));
                named["entry"] = json!(hit.found.entry);
                bodies.push(named);
            }
        }
        if bodies.is_empty() {
            bodies.push(first);
        }
        return bodies;
    }
    match action {
        ActionKind::ProposeFinding | ActionKind::CountersignFinding => {
            vec![with("criterion", json!("C3")), first]
        }
        _ => vec![first],
    }
}

fn body(house: &House, action: ActionKind) -> Value {
    use ActionKind::*;
    let none = uuid::Uuid::nil();
    let quantity = shipment("1")["quantity"].clone();
    let (today, now) = (house.clock.now().to_string()[..10].to_owned(), house.clock.now());
    match action {
        StartDossier => json!({ "notice": none }),
        SaveSection => json!({ "save": corridor::domain::dossier::Section::Safeguards("Seals.".to_owned()) }),
        AttachDocument => json!({ "document": none, "class": "ITEM_LIST" }),
        DetachDocument => json!({ "document": none }),
        MigrateDossier => json!({ "edition": 1 }),
        SubmitDossier => json!({ "declaration": "2025-1" }),
        ReturnDossier => json!({ "deficiencies": [{ "section": "goods", "code": "other", "text": "Short." }] }),
        ResubmitDossier => json!({ "answers": [], "declaration": "2025-1" }),
        ReviveDossier | AbortInspection | RefuseSignature | RefuseInspection | PostponeInspection => {
            json!({ "reason": "A storm." })
        }
        RejectDossier => json!({ "ground": "duplicate", "reasons": "It is." }),
        ProposeNoWaiver => json!({ "legal_note": "A general licence." }),
        PauseClock => json!({ "days": 3, "reason": "Abroad." }),
        SendMessage => json!({ "text": "Hello." }),
        AskQuestion => json!({ "criterion": "C1", "text": "Where from?" }),
        RemindToAnswer => json!({ "working_days_left": 1 }),
        AnswerRound => json!({ "answers": [] }),
        MarkInsufficient | CancelQuestion => json!({ "question": 1, "reason": "It is none." }),
        RecordScreening => json!({ "results": [] }),
        ProposeDisposition => {
            json!({ "subject": "party:p1", "entry": "1", "verdict": "false_positive", "reason": "No." })
        }
        ConfirmDisposition => json!({ "subject": "party:p1", "entry": "1", "agree": true, "reason": "No." }),
        ConstitutePanel => json!({ "members": [] }),
        DeclareInterest => json!({ "interest": false }),
        ExcludeConflicted => json!({ "person": none, "ground": "same_unit" }),
        Recuse => json!({ "reason_class": "appearance", "text": "It would look bad." }),
        SubstituteMember => json!({ "out": none, "seat": { "person": none, "delegation": "US", "roles": ["head"] } }),
        AssignCriterion => json!({ "criterion": "C1", "reviewer": none }),
        ProposeFinding => json!({ "criterion": "C1", "value": "met", "reasons": "So.", "evidence": [] }),
        CountersignFinding => json!({ "criterion": "C1", "proposed_by": none }),
        DecideInspection => json!({ "needed": true }),
        ProposeInspection => json!({ "slots": [], "sites": [], "checklist": [], "link_policy": "None." }),
        ConfirmInspection => json!({ "slot": now, "identities": [], "technical_check_done": true }),
        RecordObservation => json!({ "item": "silo", "answer": "satisfactory", "note": "So." }),
        DraftReport => json!({ "result": "passed", "text": "So.", "summary_for_host": "So." }),
        CirculateDraft => draft(),
        OpenBallot | SignDecision => json!({ "draft": "0" }),
        CastVote => json!({ "draft": "0", "vote": { "choice": "approve" } }),
        WarnOfDeadline => json!({ "day": 20 }),
        RemindOfSilence | RemindToAttest | RemindToVerify => json!({ "shipment": 1 }),
        AdoptEdition => json!({ "edition": 2 }),
        ReportCondition => json!({ "condition": "K1", "text": "So.", "evidence": [] }),
        ConfirmCondition => json!({ "condition": "K1", "fulfilled": true, "reason": "So." }),
        FileFinalReport => json!({ "text": "So." }),
        RemindOfExpiry => json!({ "days_left": 7 }),
        NotifyShipment => shipment("1"),
        ReportLoading => {
            json!({ "shipment": 1, "quantity": quantity, "loaded_on": today, "bill_of_lading": none, "weight_note": none })
        }
        ReportPosition => json!({ "shipment": 1, "position": "departed", "on": today, "place": "Djibouti" }),
        AttestDelivery => json!({ "shipment": 1, "quantity": quantity, "on": today, "place": "Adama", "evidence": [] }),
        VerifyDelivery => json!({ "shipment": 1, "verified": true, "basis": "So." }),
        ReportLoss => json!({ "shipment": 1, "what": "lost", "reason": "A storm." }),
        ProposeCorrection => json!({ "shipment": 1, "delivered": quantity, "reason": "A typing error." }),
        ConfirmCorrection => json!({ "shipment": 1, "agree": true }),
        SignOutcome => json!({ "statement": "0" }),
        _ => json!({}),
    }
}
