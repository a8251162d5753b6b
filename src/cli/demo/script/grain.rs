//! The three cases under the grain notice HW-2025-01.

use super::{Doing, Script, Tag, chapters::Story, inspection::Visit, notices::GRAIN, shipments::Voyage};
use crate::domain::case_fixture::CaseFixture;
use serde_json::{Value, json};

const BOTH: &[&str] = &["us", "ru"];

fn story<'a>(tag: Tag, fixture: &'a CaseFixture, submitter: &'static str) -> Story<'a> {
    let dossier = fixture.dossier.clone();
    Story {
        fixture,
        dossier,
        notice: GRAIN,
        submitter,
        delegations: BOTH,
        script: Script::new(tag),
    }
}

/// The days of the seven shipments: notified, loaded, departed, discharged, attested, verified.
const SHIPMENTS: [[&str; 6]; 7] = [
    [
        "2025-11-14",
        "2025-11-18",
        "2025-11-20",
        "2025-12-05",
        "2025-12-15",
        "2025-12-19",
    ],
    [
        "2025-12-01",
        "2025-12-04",
        "2025-12-06",
        "2025-12-21",
        "2025-12-30",
        "2026-01-09",
    ],
    [
        "2025-12-18",
        "2025-12-22",
        "2025-12-24",
        "2026-01-08",
        "2026-01-16",
        "2026-01-22",
    ],
    [
        "2026-01-12",
        "2026-01-15",
        "2026-01-17",
        "2026-02-01",
        "2026-02-10",
        "2026-02-13",
    ],
    [
        "2026-02-02",
        "2026-02-05",
        "2026-02-07",
        "2026-02-22",
        "2026-03-03",
        "2026-03-06",
    ],
    [
        "2026-02-16",
        "2026-02-20",
        "2026-02-23",
        "2026-03-09",
        "2026-03-18",
        "2026-03-24",
    ],
    [
        "2026-03-16",
        "2026-03-19",
        "2026-03-21",
        "2026-04-02",
        "2026-04-13",
        "2026-04-20",
    ],
];

/// P-01: from the dossier to the outcome statement.
pub fn seed(fixture: &CaseFixture) -> Script {
    let mut story = story("P-01", fixture, "mfa");
    story.files("2025-10-08T08:00Z", "2025-10-13T09:00Z", &fixture.documents);
    story.accepted("2025-10-14T08:00Z", "2025-10-16T08:00Z", "2025-10-16T12:00Z");
    story.panel("2025-10-17T08:00Z", "2025-10-17T09:00Z");
    story.inspected(&Visit {
        decided: "2025-10-17T12:00Z",
        proposed: "2025-10-17T13:00Z",
        slots: ["2025-10-27T09:00:00Z", "2025-10-28T09:00:00Z", "2025-10-29T09:00:00Z"],
        chosen: 1,
        confirmed: "2025-10-21T08:00Z",
        joined: "2025-10-28T08:45Z",
        closed: "2025-10-28T11:00Z",
        signed: "2025-10-28T15:00Z",
    });
    story.findings("2025-10-24T08:00Z", |id| id != "C6", &[]);
    story.findings("2025-10-29T08:00Z", |id| id == "C6", &[]);
    let approval = story.approval("2025-11-07", 6);
    story.drafted(
        "2025-10-29T14:00Z",
        approval,
        "draft decision circulated: approve 240000 TNE for six months",
    );
    story.ballot(
        "2025-11-04T09:00Z",
        &["2025-11-04T10:00Z", "2025-11-04T15:00Z"],
        json!({ "choice": "approve" }),
    );
    story.signed(&["2025-11-07T10:00Z", "2025-11-07T14:00Z"]);
    ship_grain(&mut story, fixture);
    story.script.step(
        "2026-05-08T06:00Z",
        "sec.officer",
        Doing::Read("expired", ""),
        "finds the waiver expired and in close-out",
    );
    concluded(
        &mut story,
        ["2026-05-12T09:00Z", "2026-05-18T14:00Z", "2026-05-20T08:00Z"],
    );
    story.script
}

fn ship_grain(story: &mut Story<'_>, fixture: &CaseFixture) {
    for (planned, days) in fixture.dossier.shipments.iter().zip(SHIPMENTS) {
        let [notified, loaded, departed, discharged, attested, verified] = days.map(str::to_owned);
        let basis = "Warehouse receipt, weight note and the monitor's sample agree.".to_owned();
        story.ships(&Voyage {
            number: planned.no,
            planned,
            consignee: if planned.final_country == "ET" { "p3" } else { "p4" },
            notified,
            loaded: Some(loaded),
            departed: Some(departed),
            discharged: Some(discharged),
            attested: Some(attested),
            verified: Some((verified, basis)),
        });
    }
}

fn concluded(story: &mut Story<'_>, at: [&str; 3]) {
    let [proposed, first, second] = at;
    let remarks = json!({ "remarks": "Every delivery was verified; the rest of the quantity was not used." });
    story.script.act(
        proposed,
        "sec.officer",
        "propose_outcome",
        remarks,
        "outcome statement computed and proposed",
    );
    for (number, at) in [(0, first), (1, second)] {
        let says = match number {
            0 => "outcome statement signed, first co-chair",
            _ => concat!(
                "outcome statement signed by both co-chairs: {/outcome_statement/statement/verified_total} TNE verified ",
                "(ET {/outcome_statement/statement/by_country/ET}, SD {/outcome_statement/statement/by_country/SD}), ",
                "{/outcome_statement/statement/unused} TNE not used"
            ),
        };
        story
            .script
            .then(at, &story.chair(number), "sign_outcome", says, |scene| {
                Ok(json!({ "statement": scene.text("/outcome_statement/digest")? }))
            });
    }
}

/// P-05: wrong check digits come back for correction; later a question stops the clock for a week.
pub fn check_digits(fixture: &CaseFixture) -> Script {
    let mut story = story("P-05", fixture, "wfp");
    story.files("2025-10-29T08:00Z", "2025-11-03T08:00Z", &fixture.documents);
    story.taken("2025-11-04T07:00Z");
    story.returned("2025-11-04T08:00Z");
    correct(&mut story);
    let save = json!({ "save": { "section": "shipments", "content": story.dossier.shipments } });
    let says = "the three ship numbers corrected against the registers";
    let drafter = story.drafter();
    story
        .script
        .act("2025-11-10T09:00Z", &drafter, "save_section", save, says);
    let answer = "Corrected: the last digit had been mistyped (example data).";
    story.resubmitted(
        "2025-11-10T09:30Z",
        3,
        answer,
        "dossier resubmitted with an answer to each item",
    );
    story.script.act(
        "2025-11-11T08:00Z",
        "sec.officer",
        "accept_dossier",
        json!({}),
        "accepted as complete",
    );
    let says = "acceptance countersigned: the clock starts";
    story.script.act(
        "2025-11-12T09:00Z",
        "sec.lead",
        "countersign_acceptance",
        json!({}),
        says,
    );
    story.panel("2025-11-13T08:00Z", "2025-11-13T09:00Z");
    inspect_and_ask(&mut story);
    story.findings("2025-11-27T08:00Z", |id| id != "C6", &[]);
    story.findings("2025-11-28T08:00Z", |id| id == "C6", &[]);
    let approval = story.approval("2025-12-08", 6);
    story.drafted(
        "2025-12-01T14:00Z",
        approval,
        "draft decision circulated: approve 27500 TNE for six months",
    );
    story.ballot(
        "2025-12-04T09:00Z",
        &["2025-12-04T10:00Z", "2025-12-04T14:00Z"],
        json!({ "choice": "approve" }),
    );
    story.signed(&["2025-12-08T10:00Z", "2025-12-08T14:00Z"]);
    story.script
}

/// What the check digit should be, put in its place (which ship is meant, only the submitter can know).
fn correct(story: &mut Story<'_>) {
    let expected = story
        .fixture
        .expected
        .pointer("/validation")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    for vessel in story
        .dossier
        .shipments
        .iter_mut()
        .flat_map(|s| &mut s.legs)
        .filter_map(|leg| leg.vessel.as_mut())
    {
        let found = expected
            .iter()
            .find(|one| one.get("value").is_some_and(|value| *value == vessel.imo));
        let digit = found
            .and_then(|one| one.get("expected_last_digit"))
            .and_then(Value::as_str);
        if let Some(digit) = digit {
            vessel.imo.pop();
            vessel.imo.push_str(digit);
        }
    }
}

fn inspect_and_ask(story: &mut Story<'_>) {
    story.inspected(&Visit {
        decided: "2025-11-13T12:00Z",
        proposed: "2025-11-14T09:00Z",
        slots: ["2025-11-24T09:00:00Z", "2025-11-25T09:00:00Z", "2025-11-26T09:00:00Z"],
        chosen: 2,
        confirmed: "2025-11-19T08:00Z",
        joined: "2025-11-26T08:45Z",
        closed: "2025-11-26T11:00Z",
        signed: "2025-11-26T15:00Z",
    });
    story.questioned(
        ("2025-11-17T09:00Z", "ru.reviewer1"),
        "2025-11-18T10:00Z",
        "2025-11-25T09:00Z",
        [
            "C5",
            "Which berth at Djibouti takes the six parcels, and who weighs them there?",
            "The bulk terminal of Doraleh; the port's weighbridge, read by an independent surveyor.",
        ],
    );
}

/// The two entries that the public list holds.
const ENTRIES: [(&str, &str, &[&str]); 2] = [
    ("vessel:9079169", "37063", &["imo", "name"]),
    ("party:p3", "37062", &["ru-inn", "imo-company", "name"]),
];

const AGAINST: [(&str, &str); 2] = [
    (
        "C4",
        "DESIGNATED_VESSEL: the ship itself is entry 37063 of the list. DESIGNATED_PARTY: its carrier is entry 37062. No licence covers either.",
    ),
    (
        "C6",
        "The applicant could not open the loading terminal, so nothing could be inspected.",
    ),
];

/// P-06: impeccable papers, a designated vessel: both delegations refuse.
pub fn designated(fixture: &CaseFixture) -> Script {
    let mut story = story("P-06", fixture, "relief");
    story.files("2025-11-05T08:00Z", "2025-11-10T10:00Z", &fixture.documents);
    story.taken("2025-11-12T08:00Z");
    let says = "accepted as complete: a hit is a matter for the committee, not for the check of completeness";
    story
        .script
        .act("2025-11-13T08:00Z", "sec.officer", "accept_dossier", json!({}), says);
    let says = "acceptance countersigned: the clock starts";
    story.script.act(
        "2025-11-14T09:00Z",
        "sec.lead",
        "countersign_acceptance",
        json!({}),
        says,
    );
    story.panel("2025-11-17T08:00Z", "2025-11-17T09:00Z");
    dispositions(&mut story);
    let says = "inspection required by the notice";
    story.script.act(
        "2025-11-18T12:00Z",
        "us.chair",
        "decide_inspection",
        json!({ "needed": true }),
        says,
    );
    let reason = json!({ "reason": "The terminal belongs to others, who do not open it to us." });
    story.script.act(
        "2025-11-20T09:00Z",
        "relief.signatory",
        "refuse_inspection",
        reason,
        "inspection refused by the host",
    );
    story.findings("2025-11-24T08:00Z", |_| true, &AGAINST);
    let draft = json!({ "outcome": "refused", "reasons": story.reasons(&AGAINST) });
    story.drafted(
        "2025-11-26T14:00Z",
        draft,
        "draft decision circulated: refuse (DESIGNATED_VESSEL, DESIGNATED_PARTY)",
    );
    let vote = json!({
        "choice": "refuse", "because": ["C4"],
        "reason": "The vessel and its carrier are designated and nothing covers them; replace both and file again.",
    });
    story.ballot("2025-12-02T09:00Z", &["2025-12-02T10:00Z", "2025-12-02T14:00Z"], vote);
    story.signed(&["2025-12-03T10:00Z", "2025-12-03T14:00Z"]);
    story.script
}

fn dispositions(story: &mut Story<'_>) {
    for (subject, entry, matched) in ENTRIES {
        let reason = format!("The same {}: this is the listed one.", matched.join(", "));
        let body = json!({ "subject": subject, "entry": entry, "verdict": "true_match", "reason": reason });
        let says = format!("{subject} is entry {entry}: true match proposed");
        story
            .script
            .act("2025-11-18T08:00Z", "us.reviewer1", "propose_disposition", body, says);
        let body =
            json!({ "subject": subject, "entry": entry, "agree": true, "reason": "Compared independently: agreed." });
        let says = format!("{subject}: true match confirmed by the other delegation");
        story
            .script
            .act("2025-11-18T10:00Z", "ru.reviewer1", "confirm_disposition", body, says);
    }
}
