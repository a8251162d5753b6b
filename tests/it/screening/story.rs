//! From the list to the ballot, and what happens when the list changes afterwards.

use super::*;
use crate::api::course;
use sea_orm::ConnectionTrait as _;

fn listed() -> Vec<Value> {
    let mut entries = filler(20);
    entries.push(ship("as first listed"));
    entries
}

async fn may_open(house: &House, case: &str) -> bool {
    let seen = house.case("us_chair", case).await;
    seen["allowed_actions"]
        .as_array()
        .unwrap()
        .contains(&json!("open_ballot"))
}

screened! {
    /// A renamed vessel is found by its number, and stops the ballot until two persons have settled it.
    async fn a_hit_is_found_at_submission_and_settled_by_two_before_the_ballot(house) {
        must_load(house, &listed()).await;
        let case = course::submitted(house).await;
        let waits = house.read("officer", &format!("/cases/{case}/screening")).await;
        assert_eq!(waits["job"]["state"], "queued", "{waits}");
        work(house).await;
        let found = result(house, &case, VESSEL).await;
        assert_eq!(found["result"], "hits", "{found}");
        assert_eq!(found["recorded_by"], "engine");
        assert_eq!(found["check"]["trigger"], "submission");
        assert_eq!(found["hits"][0]["matched_on"], json!(["imo"]), "{found}");
        assert_eq!(found["hits"][0]["listed"]["names"][0]["text"], "GRAVELINES TRADER");
        assert_eq!(result(house, &case, "applicant:signatory").await["result"], "clear");
        course::take_up(house, &case).await;
        course::seat_panel(house, &case).await;
        assert_eq!(result(house, &case, VESSEL).await["hits"][0]["state"], "open", "an official's clear record hides nothing");
        course::found_in(house, &case).await;
        house.must("us_chair", &case, "circulate_draft", course::draft()).await;
        house.hours_later(24 * 4);
        let open = json!({ "draft": course::digest(house, &case).await });
        house.refused("us_chair", &case, "open_ballot", open.clone(), 409, "screening_not_current").await;
        assert!(!may_open(house, &case).await, "a hit is undecided");
        let proposal = json!({ "subject": VESSEL, "entry": "S-1", "verdict": "false_positive", "reason": "" });
        house.refused("us_reviewer", &case, "propose_disposition", proposal, 422, "reasons_missing").await;
        let proposal = json!({ "subject": VESSEL, "entry": "S-1", "verdict": "false_positive", "reason": "Another ship." });
        house.must("us_reviewer", &case, "propose_disposition", proposal).await;
        let second = json!({ "subject": VESSEL, "entry": "S-1", "agree": true, "reason": "Yes." });
        house.refused("us_head", &case, "confirm_disposition", second.clone(), 403, "needs_second_delegation").await;
        house.must("ru_reviewer", &case, "confirm_disposition", second).await;
        house.hours_later(25);
        assert!(may_open(house, &case).await, "only the age of the screening is in the way, and the act itself renews it");
        house.must("us_chair", &case, "open_ballot", open).await;
        let checks = house.happened(&case, "screening_recorded").await;
        assert_eq!(checks.last().unwrap()["data"]["check"]["trigger"], "before_ballot");
        assert_eq!(checks.last().unwrap()["by"]["role"], "system");
        let seen = house.get("drafter", &format!("/cases/{case}/screening")).await;
        assert_eq!(seen.problem(403), "forbidden");
        let csv = house.get("auditor", &format!("/cases/{case}/screening/checks?format=csv")).await;
        assert!(csv.text.contains("before_ballot") && csv.text.contains("S-1"), "{}", csv.text);
        let version = checks.last().unwrap()["data"]["check"]["lists"][0]["version"].clone();
        let first = house.happened(&case, "disposition_proposed").await.remove(0);
        let second = house.happened(&case, "disposition_confirmed").await.remove(0);
        for word in [&first, &second] {
            let found_in = &word["data"]["found_in"];
            assert_eq!((&found_in["list"], &found_in["list_version"]), (&json!("TEST"), &version), "{word}");
            assert_eq!(found_in["fingerprint"].as_str().map(str::len), Some(64), "{word}");
        }
        let said = house.read("auditor", &format!("/cases/{case}/screening/checks")).await;
        let items = said["items"].as_array().unwrap();
        let one = |what: &str| items.iter().find(|row| row["what"] == what).unwrap_or_else(|| panic!("no {what}: {said}"));
        assert_eq!((&one("proposed")["verdict"], &one("proposed")["reason"]), (&json!("false_positive"), &json!("Another ship.")));
        assert_eq!((&one("agreed")["list_version"], &one("agreed")["list"]), (&version, &json!("TEST")));
    }

    /// The second person decides about the entry as it is listed now.
    async fn a_disposition_is_stale_when_the_list_has_changed(house) {
        must_load(house, &listed()).await;
        let case = course::submitted(house).await;
        work(house).await;
        course::take_up(house, &case).await;
        course::seat_panel(house, &case).await;
        let fingerprint = result(house, &case, VESSEL).await["hits"][0]["fingerprint"].clone();
        let mut changed = filler(20);
        changed.push(ship("with another remark"));
        must_load(house, &changed).await;
        let proposal = |fingerprint: &Value| json!({
            "subject": VESSEL, "entry": "S-1", "verdict": "false_positive", "reason": "Another.", "entry_fingerprint": fingerprint,
        });
        house.refused("us_reviewer", &case, "propose_disposition", proposal(&fingerprint), 409, "stale_list_version").await;
        work(house).await;
        let now = result(house, &case, VESSEL).await["hits"][0]["fingerprint"].clone();
        assert_ne!(now, fingerprint);
        house.must("us_reviewer", &case, "propose_disposition", proposal(&now)).await;
    }

    /// What two persons settled holds in every case with the same pair, until the entry changes.
    async fn a_decision_is_reused_in_another_case_until_the_entry_changes(house) {
        must_load(house, &listed()).await;
        let notice = course::published(house).await;
        let first = course::drafted_under(house, &notice).await;
        course::submit(house, &first).await;
        work(house).await;
        course::take_up(house, &first).await;
        course::seat_panel(house, &first).await;
        settle(house, &first, "false_positive").await;
        let second = course::drafted_under(house, &notice).await;
        course::submit(house, &second).await;
        work(house).await;
        let hit = result(house, &second, VESSEL).await["hits"][0].clone();
        assert_eq!(hit["state"], "false_positive", "{hit}");
        assert_eq!(hit["decided_in"], json!(first));
        let mut changed = filler(20);
        changed.push(ship("with another remark"));
        must_load(house, &changed).await;
        work(house).await;
        for case in [&first, &second] {
            assert_eq!(result(house, case, VESSEL).await["hits"][0]["state"], "open");
        }
        let mut gone = filler(20);
        gone.push(json!({ "id": "S-2", "schema": "Vessel", "properties": { "name": ["Nobody's ship"] } }));
        must_load(house, &gone).await;
        work(house).await;
        let closed = house.happened(&first, "screening_recorded").await;
        let last = &closed.last().unwrap()["data"]["results"][0];
        assert_eq!(last["closed"], json!([{ "entry": "S-1", "reason": "entry_removed" }]));
        assert_eq!(result(house, &first, VESSEL).await["result"], "clear");
    }

    /// A new listing against a waiver in force: alarm and letters, and nothing is suspended.
    async fn a_new_listing_raises_the_alarm_on_a_waiver_in_force(house) {
        must_load(house, &filler(20)).await;
        let case = course::approved(house).await;
        work(house).await;
        assert_eq!(house.case("officer", &case).await["waiver"]["state"], "active");
        must_load(house, &listed()).await;
        work(house).await;
        let alarms = house.happened(&case, "screening_alarm_raised").await;
        assert_eq!(alarms.len(), 1, "{alarms:?}");
        assert_eq!(alarms[0]["data"]["hits"][0]["reason"], "strong_hit");
        let told = house.count("SELECT count(*) FROM letter WHERE letter = 'screening_alarm_raised'").await;
        assert_eq!(told, 5, "the lead, two heads and two alternates");
        let page = format!("SELECT count(*) FROM letter WHERE letter LIKE 'screening%' AND facts LIKE '%/cases/{case}/screening\"%'");
        let all = house.count("SELECT count(*) FROM letter WHERE letter LIKE 'screening%'").await;
        assert_eq!(house.count(&page).await, all, "each leads to the page of the screening");
        assert_eq!(house.case("officer", &case).await["waiver"]["state"], "active");
        let ship = course::shipment("10");
        house.refused("drafter", &case, "notify_shipment", ship, 409, "screening_not_current").await;
        let lists = house.read("auditor", "/lists").await;
        let check = lists["checks"].as_array().unwrap().iter().find(|job| job["found"] == 1);
        assert_eq!(check.unwrap()["state"], "done", "{lists}");
        let history = house.read("auditor", "/lists/TEST/versions").await["history"].clone();
        let finished = history.as_array().unwrap().iter().rfind(|event| event["type"] == "rescreening_finished");
        assert_eq!(finished.unwrap()["data"]["concerned"], 1);
    }

    /// Another name, the same tax number: the supplier is found, and what is remembered is what was decided.
    async fn a_supplier_is_found_by_its_tax_number_alone(house) {
        let mut entries = filler(20);
        entries.push(json!({ "id": "S-9", "schema": "Company", "properties": {
            "name": ["SEVERNOE SNABZHENIE OOO"], "innCode": ["2901201732"], "country": ["ru"] } }));
        must_load(house, &entries).await;
        let search = json!({ "kind": "organisation", "names": ["Example Grain Trading House"], "identifiers": [["RU-INN", "2901 201 732"]], "countries": ["RU"] });
        let found = house.post("officer", "/screening/search", &search).await.json();
        assert_eq!((&found["hits"][0]["entry"], &found["hits"][0]["band"]), (&json!("S-9"), &json!("strong")), "{found}");
        let words = found["hits"][0]["explanation"]["words"].to_string();
        assert!(words.contains("same number: RU-INN 2901 201 732"), "{words}");
        assert!(words.contains("names differ: Example Grain Trading House asked, SEVERNOE SNABZHENIE OOO listed"), "{words}");
        let other = json!({ "kind": "organisation", "names": ["Example Grain Trading House"], "identifiers": [["RU-INN", "7707083893"]], "countries": ["RU"] });
        assert_eq!(house.post("officer", "/screening/search", &other).await.json()["hits"], json!([]));
    }

    /// The doctor sees when a row of a list, or a remembered decision, is not what history says.
    async fn the_doctor_looks_at_lists_and_decisions(house) {
        must_load(house, &listed()).await;
        let case = course::submitted(house).await;
        work(house).await;
        course::take_up(house, &case).await;
        course::seat_panel(house, &case).await;
        settle(house, &case, "false_positive").await;
        let drift = async || corridor::process::doctor::drift(&house.inside).await.unwrap();
        assert_eq!(drift().await, Vec::<String>::new());
        let sql = async |sql: String| house.rows.execute_unprepared(&sql).await.unwrap();
        let (confirmed, other) = (house.people["ru_reviewer"], house.people["officer"]);
        let swap = |one, two| format!("UPDATE screening_decision SET precedent = replace(precedent, '{one}', '{two}')");
        sql(swap(confirmed, other)).await;
        assert_eq!(drift().await, [format!("case {case}: its history does not know a decision that is remembered")]);
        sql(swap(other, confirmed)).await;
        sql("UPDATE list_version SET state = 'superseded'".to_owned()).await;
        assert_eq!(drift().await, ["list TEST: its row is not what its history says"]);
        sql("UPDATE list_version SET state = 'current'".to_owned()).await;
    }

    /// Everybody is looked for again in each new version of the dossier, before the ballot and before the certificate.
    async fn every_step_that_relies_on_a_screening_has_its_own(house) {
        must_load(house, &filler(20)).await;
        let triggers = async |case: &str| {
            let checks = house.happened(case, "screening_recorded").await.into_iter();
            let words = checks.filter_map(|event| Some(event["data"]["check"]["trigger"].as_str()?.to_owned()));
            words.collect::<Vec<_>>()
        };
        let case = course::under_review(house).await;
        work(house).await;
        house.must("us_reviewer", &case, "ask_question", json!({ "criterion": "C1", "text": "Which ship?" })).await;
        house.must("lead", &case, "issue_round", json!({})).await;
        let answers = json!([{ "question": 1, "text": "The one named.", "documents": [] }]);
        house.must("signatory", &case, "answer_round", json!({ "answers": answers })).await;
        work(house).await;
        assert_eq!(triggers(&case).await, ["submission", "new_version"]);
        let case = course::approved(house).await;
        assert_eq!(triggers(&case).await, ["before_ballot", "before_issue", "before_issue"], "before each signature");
    }

    /// A vessel is screened when it is nominated, and passes when it is on no list.
    async fn a_nominated_vessel_is_screened(house) {
        must_load(house, &filler(20)).await;
        let case = course::approved(house).await;
        house.hours_later(30);
        house.must("drafter", &case, "notify_shipment", course::shipment("10")).await;
        let checks = house.happened(&case, "screening_recorded").await;
        assert_eq!(checks.last().unwrap()["data"]["check"]["trigger"], "vessel_nominated");
    }
}
