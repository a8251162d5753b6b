//! The same table enforces and tells: what a case offers to somebody is what a wish of theirs meets.

use super::course::*;
use crate::house::{Engine, House, both_databases, roles_of};
use corridor::workflow::action::ActionKind;
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::LazyLock};

/// One of every sort of person.
const WHO: [&str; 13] = [
    "drafter",
    "signatory",
    "org_admin",
    "reader",
    "rival",
    "monitor",
    "officer",
    "lead",
    "auditor",
    "us_head",
    "us_reviewer",
    "us_inspector",
    "us_chair",
];

/// A body of the right shape; whether it would be granted is another question.
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

/// (role, state, action) that the printed matrix grants, read from the file that people read.
static MATRIX: LazyLock<BTreeSet<(String, String, String)>> = LazyLock::new(|| {
    let (mut granted, mut role, mut states) = (BTreeSet::new(), String::new(), None::<Vec<String>>);
    for line in include_str!("../../../docs/authorisation.txt").lines() {
        if let Some((code, _)) = line.split_once(' ').filter(|(code, _)| code.len() == 3) {
            (role, states) = (code.to_owned(), None);
        } else if let Some(columns) = line.strip_prefix("  case: the signs stand for ") {
            states = Some(columns.split(", ").map(str::to_owned).collect());
        } else if line.starts_with("  notice:") {
            states = None;
        } else if let (true, Some(states)) = (line.starts_with("    "), &states) {
            let cells: Vec<&str> = line.split_whitespace().collect();
            let crosses = cells
                .last()
                .unwrap()
                .chars()
                .zip(states)
                .filter(|(sign, _)| *sign == 'x');
            granted.extend(crosses.map(|(_, state)| (role.clone(), state.clone(), cells[1].to_owned())));
        }
    }
    granted
});

/// Does the printed matrix grant this to somebody with one of these roles?
fn printed(who: &str, state: &str, action: &str) -> bool {
    let cell = |code: &str| (code.to_owned(), state.to_owned(), action.to_owned());
    roles_of(who).iter().any(|role| MATRIX.contains(&cell(role.code())))
}

/// Every person, every action: offered means that only the body can stand in the way; not offered means refused.
async fn compare(house: &House, case: &str, stage: &str) {
    let path = format!("/cases/{case}/actions");
    for who in WHO {
        let seen = house.get(who, &format!("/cases/{case}")).await;
        let offered = if seen.status == 200 {
            seen.json()["allowed_actions"].clone()
        } else {
            json!([])
        };
        let offered: Vec<&str> = offered.as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let wishes = ActionKind::ALL.iter().map(|action| {
            let wish = json!({ "action": action.word(), "body": body(house, *action), "dry_run": true });
            let path = &path;
            async move { (action, house.post(who, path, &wish).await) }
        });
        for (action, reply) in join_all(wishes).await {
            let cell = format!("{stage}, {who}, {}: {} {}", action.word(), reply.status, reply.text);
            let shape = ["unknown_field", "missing_field", "wrong_type", "bad_value"].contains(&reply.code().as_str());
            assert!(!shape, "the test's own body is wrong: {cell}");
            if seen.status == 200 && !printed(who, seen.json()["state"].as_str().unwrap(), action.word()) {
                assert!(
                    [403, 409].contains(&reply.status),
                    "not in docs/authorisation.txt: {cell}"
                );
            }
            match (seen.status, offered.contains(&action.word())) {
                // Whom or what the body names may need somebody else, or something first.
                (200, true)
                    if ["needs_second_delegation", "screening_not_current"].contains(&reply.code().as_str()) => {}
                (200, true) => assert!([200, 422].contains(&reply.status), "offered: {cell}"),
                (200, false) => assert!([403, 409, 422].contains(&reply.status), "not offered: {cell}"),
                _ => assert_eq!(reply.problem(404), "not_found", "{cell}"),
            }
        }
    }
}

both_databases! {
    /// At four stages of one case.
    async fn what_is_offered_is_what_is_granted(house) {
        let case = submitted(house).await;
        let before = house.row_counts().await;
        compare(house, &case, "submitted").await;
        assert_eq!(house.row_counts().await, before, "a question changes nothing");
        take_up(house, &case).await;
        seat_panel(house, &case).await;
        compare(house, &case, "under review").await;
        found_in(house, &case).await;
        open_ballot(house, &case).await;
        compare(house, &case, "ballot").await;
        vote(house, &case, "us_head", "approve").await;
        vote(house, &case, "ru_head", "approve").await;
        for chair in ["us_chair", "ru_chair"] {
            let body = json!({ "draft": digest(house, &case).await });
            house.must(chair, &case, "sign_decision", body).await;
        }
        compare(house, &case, "waiver").await;
    }
}

/// A test for each state that a dossier can be in.
macro_rules! states {
    ($($state:literal async fn $name:ident($house:ident) $body:block)*) => { $(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            async fn reach($house: &House) -> String $body
            crate::house::run(Engine::Sqlite, async |house| {
                let case = reach(house).await;
                assert_eq!(house.case("signatory", &case).await["state"], $state);
                compare(house, &case, stringify!($name)).await;
            })
            .await;
        }
    )* };
}

states! {
    "draft" async fn in_draft(house) {
        drafted(house).await
    }
    "completeness" async fn in_completeness(house) {
        let case = submitted(house).await;
        house.must("officer", &case, "take_case", json!({})).await;
        case
    }
    "returned" async fn returned(house) {
        let case = submitted(house).await;
        house.must("officer", &case, "take_case", json!({})).await;
        let body = json!({ "deficiencies": [{ "section": "goods", "code": "other", "text": "Short." }] });
        house.must("officer", &case, "return_dossier", body).await;
        case
    }
    "lapsed" async fn lapsed(house) {
        let case = submitted(house).await;
        house.must("officer", &case, "take_case", json!({})).await;
        let body = json!({ "deficiencies": [{ "section": "goods", "code": "other", "text": "Short." }] });
        house.must("officer", &case, "return_dossier", body).await;
        house.hours_later(24 * 90);
        case
    }
    "withdrawn" async fn withdrawn(house) {
        let case = submitted(house).await;
        house.must("signatory", &case, "withdraw_dossier", json!({})).await;
        case
    }
    "inadmissible" async fn inadmissible(house) {
        let case = submitted(house).await;
        house.must("officer", &case, "take_case", json!({})).await;
        house.must("lead", &case, "reject_dossier", json!({ "ground": "out_of_scope", "reasons": "Not these." })).await;
        case
    }
    "decided" async fn no_waiver_required(house) {
        let case = submitted(house).await;
        house.must("officer", &case, "take_case", json!({})).await;
        house.must("lead", &case, "propose_no_waiver", json!({ "legal_note": "A general licence." })).await;
        for chair in ["us_chair", "ru_chair"] {
            house.must(chair, &case, "consent_no_waiver", json!({})).await;
        }
        case
    }
    "under_review" async fn under_review_with_an_open_question(house) {
        let case = under_review(house).await;
        let question = json!({ "criterion": "C1", "text": "Where is the wheat from?" });
        house.must("us_reviewer", &case, "ask_question", question).await;
        house.must("lead", &case, "issue_round", json!({})).await;
        case
    }
    "under_review" async fn under_review_while_an_inspection_is_in_session(house) {
        let case = under_review(house).await;
        inspection_opened(house, &case).await;
        case
    }
    "deliberation" async fn in_deliberation(house) {
        ballot(house).await
    }
}
