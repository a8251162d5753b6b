//! Acts done with the sheets alone: a case from its notice to its outcome, in a browser without scripts.

use super::{
    Tab,
    paper::{Clerk, Paper},
};
use crate::{
    api::course::{self, SIDES},
    house::{Engine, House, run},
};
use serde_json::{Value, json};

/// The words of every act, as the description of the API has them.
async fn words(house: &House, schema: &str) -> Vec<String> {
    let described = house.read("officer", "/openapi.json").await;
    let variants = described["components"]["schemas"][schema]["oneOf"]
        .as_array()
        .unwrap()
        .clone();
    let word = |variant: &Value| variant["properties"]["action"]["enum"][0].as_str().unwrap().to_owned();
    variants.iter().map(word).collect()
}

/// What time or the law does by itself, and what has a page of its own.
const NO_SHEET: &[&str] = &[
    "start_dossier",
    "exclude_conflicted",
    "start_close_out",
    "save_section",
    "warn_of_lapse",
    "lapse_unanswered",
    "deem_complete",
    "end_with_notice",
    "remind_to_answer",
    "expire_round",
    "raise_screening_alarm",
    "deem_report_signed",
    "warn_of_deadline",
    "lapse",
    "issue_waiver",
    "remind_of_expiry",
    "exhaust_waiver",
    "expire_waiver",
    "remind_of_silence",
    "remind_to_attest",
    "remind_to_verify",
    "remind_of_final_report",
    "announce_closing",
    "publish_notice",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_act_has_a_sheet_in_both_languages() {
    run(Engine::Sqlite, async |house| {
        let notice = course::published(house).await;
        let case = course::drafted_under(house, &notice).await;
        course::submit(house, &case).await;
        let places = [
            ("Action", format!("/cases/{case}")),
            ("NoticeAction", format!("/notices/{notice}")),
        ];
        let mut without = Vec::new();
        for (schema, place) in &places {
            for word in words(house, schema).await {
                for language in ["en", "ru"] {
                    let tab = Tab::of(house, "officer", language).await;
                    let page = tab.get(&format!("{place}/acts/{word}?lang={language}")).await;
                    if page.status == 404 {
                        without.push(word.clone());
                        continue;
                    }
                    assert_eq!(page.status, 200, "{word}: {}", page.html);
                    page.is_sound(language);
                    Paper::of(&page, &format!("{place}/acts/{word}"));
                }
            }
        }
        without.dedup();
        let mut expected = NO_SHEET.to_vec();
        expected.sort_unstable();
        without.sort_unstable();
        assert_eq!(without, expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mistake_is_said_at_its_field_and_nothing_typed_is_lost() {
    run(Engine::Sqlite, async |house| {
        let case = course::under_review(house).await;
        let path = format!("/cases/{case}/acts/ask_question");
        let tab = Tab::of(house, "us_reviewer", "en").await;
        let mut paper = Paper::of(&tab.get(&path).await, &path);
        paper.write("text", "Which silo?");
        let again = paper.send(&tab).await;
        assert_eq!(again.status, 422, "{}", again.html);
        again.is_sound("en");
        again.says("href=\"#criterion\"");
        again.says("Which silo?");
        let path = format!("/cases/{case}/acts/propose_inspection");
        let tab = Tab::of(house, "officer", "en").await;
        let mut paper = Paper::of(&tab.get(&path).await, &path);
        assert!(!paper.asks("checklist[3].id"));
        paper.write("checklist[2].text", "Show the scale.");
        paper.fields.push(("more".to_owned(), "checklist".to_owned()));
        let more = paper.send(&tab).await;
        assert_eq!(more.status, 200);
        more.says("Show the scale.");
        assert!(Paper::of(&more, &path).asks("checklist[3].id"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_is_played_with_forms_alone() {
    run(Engine::Sqlite, async |house| whole_course(house, "en").await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_is_played_with_forms_alone_in_russian() {
    run(Engine::Sqlite, async |house| whole_course(house, "ru").await).await;
}

async fn whole_course(house: &House, language: &'static str) {
    let clerk = Clerk { house, language };
    let notice = publish(&clerk).await;
    let case = course::drafted_under(house, &notice).await;
    course::submit(house, &case).await;
    let place = format!("/cases/{case}");
    accept(&clerk, &case).await;
    seat(&clerk, &place).await;
    find(&clerk, &place).await;
    inspect(&clerk, &place).await;
    decide(&clerk, &case).await;
    ship(&clerk, &case).await;
    papers(&clerk, &case, &["decision", "certificate", "outcome"]).await;
    let seen = house.case("officer", &case).await;
    assert_eq!(
        (&seen["outcome"], &seen["waiver"]["state"]),
        (&json!("approved"), &json!("closed")),
        "{seen}"
    );
}

/// Drafted by the secretariat, approved by both co-chairs.
async fn publish(clerk: &Clerk<'_>) -> String {
    let tab = Tab::of(clerk.house, "officer", clerk.language).await;
    let page = tab.get(&format!("/notices/new?lang={}", clerk.language)).await;
    page.is_sound(clerk.language);
    let mut paper = Paper::of(&page, "/notices/new");
    paper.write_all("", &json!({ "content": course::notice(clerk.house) }));
    let done = paper.send(&tab).await;
    assert_eq!(done.status, 303, "{}", done.html);
    let place = done.header("location").split('?').next().unwrap().to_owned();
    clerk.does("officer", &place, "propose_notice", &[]).await;
    for who in ["us_chair", "ru_chair"] {
        clerk.does(who, &place, "approve_notice", &[]).await;
    }
    let id = place.rsplit('/').next().unwrap().to_owned();
    let list = tab.get("/office/notices").await;
    list.is_sound(clerk.language);
    list.says(&format!("href=\"{place}\""));
    assert_eq!(
        Tab::of(clerk.house, "drafter", "en").await.get(&place).await.status,
        403
    );
    let notice = clerk.house.read("officer", &format!("/notices/{id}")).await;
    assert_eq!(notice["state"], "published", "{notice}");
    let expected = json!(course::notice(clerk.house));
    assert_eq!(notice["content"], expected, "what was typed is what was published");
    id
}

async fn accept(clerk: &Clerk<'_>, case: &str) {
    let place = format!("/cases/{case}");
    clerk.does("officer", &place, "take_case", &[]).await;
    screen(clerk, case).await;
    clerk.does("officer", &place, "accept_dossier", &[]).await;
    clerk.does("lead", &place, "countersign_acceptance", &[]).await;
}

/// Each of the dossier's names is on no list, says the official's own tool.
async fn screen(clerk: &Clerk<'_>, case: &str) {
    let tab = Tab::of(clerk.house, "officer", clerk.language).await;
    let path = format!("/cases/{case}/acts/record_screening");
    let page = tab.get(&format!("{path}?lang={}", clerk.language)).await;
    let mut paper = Paper::of(&page, &path);
    let ticks = "clear.subjects:list";
    let ticked = paper
        .fields
        .iter()
        .any(|(name, value)| name == ticks && !value.is_empty());
    assert!(!ticked, "nobody is cleared before the official says so");
    paper.tick_all(ticks);
    // A list that nobody names is asked for, and the ticks stay.
    let again = paper.send(&tab).await;
    assert_eq!(again.status, 422, "{}", again.html);
    again.is_sound(clerk.language);
    paper = Paper::of(&again, &path);
    paper.write_all("clear", &json!({ "list": "OFAC-SDN", "list_version": "1" }));
    let done = paper.send(&tab).await;
    assert_eq!(done.status, 303, "{}", done.html);
    let seen = clerk.house.case("officer", case).await;
    let results = seen["screening"]["results"].as_array().unwrap();
    assert!(
        results.len() > 3 && results.iter().all(|one| one["result"] == "clear"),
        "{seen}"
    );
    assert_eq!(seen["screening"]["missing"], json!([]));
}

/// The page of the case leads the holder to what was decided, on paper.
async fn papers(clerk: &Clerk<'_>, case: &str, kinds: &[&str]) {
    let tab = Tab::of(clerk.house, "signatory", clerk.language).await;
    let page = tab.get(&format!("/cases/{case}?lang={}", clerk.language)).await;
    for kind in kinds {
        let link = format!("/cases/{case}/papers/{kind}.pdf");
        page.says(&format!("href=\"{link}\""));
        let paper = tab.get(&link).await;
        assert_eq!(
            (paper.status, paper.header("content-type").as_str()),
            (200, "application/pdf"),
            "{kind}"
        );
    }
}

async fn seat(clerk: &Clerk<'_>, place: &str) {
    let names: Vec<String> = course::members().collect();
    let mut fields = Vec::new();
    for (n, name) in names.iter().enumerate() {
        let (side, seat) = name.split_once('_').unwrap();
        let role = match seat {
            "second" => "reviewer",
            "chair" => "co_chair",
            other => other,
        };
        fields.push((format!("members[{n}].person"), format!("~Person {name}")));
        fields.push((format!("members[{n}].delegation"), side.to_uppercase()));
        fields.push((format!("members[{n}].roles:list"), role.to_owned()));
    }
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    clerk.does("lead", place, "constitute_panel", &fields).await;
    for name in &names {
        clerk
            .does(name, place, "declare_interest", &[("interest:b", "false")])
            .await;
    }
}

/// Each delegation on each criterion: proposed by one reviewer, countersigned by the other.
async fn find(clerk: &Clerk<'_>, place: &str) {
    for side in SIDES {
        let [head, first, second] = ["head", "reviewer", "second"].map(|seat| format!("{side}_{seat}"));
        let reviewer = format!("~Person {first}");
        for criterion in ["~C1 ·", "~C3 ·"] {
            clerk
                .does(
                    &head,
                    place,
                    "assign_criterion",
                    &[("criterion", criterion), ("reviewer", &reviewer)],
                )
                .await;
            let finding = [
                ("criterion", criterion),
                ("value", "met"),
                ("reasons", "As the list shows."),
                ("evidence[0].document", "~list.txt"),
                ("evidence[0].place", "p. 1"),
            ];
            clerk.does(&first, place, "propose_finding", &finding).await;
            let countersign = [("criterion", criterion), ("proposed_by", reviewer.as_str())];
            clerk.does(&second, place, "countersign_finding", &countersign).await;
        }
    }
}

async fn inspect(clerk: &Clerk<'_>, place: &str) {
    clerk
        .does("us_chair", place, "decide_inspection", &[("needed:b", "true")])
        .await;
    let zone = jiff::tz::TimeZone::get("Europe/Zurich").unwrap();
    let slots = [72, 96, 97].map(|hours| clerk.house.clock.now() + jiff::SignedDuration::from_hours(hours));
    let local = slots.map(|at| {
        at.to_zoned_datetime(zone.clone())
            .strftime("%Y-%m-%dT%H:%M")
            .to_string()
    });
    let item = |n: usize, id: &str| {
        json!({ "id": id, "criterion": "C1", "text": "Show it.", "mandatory": true })
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| {
                let mark = if value.is_boolean() { ":b" } else { "" };
                (
                    format!("checklist[{n}].{name}{mark}"),
                    value.as_str().map_or_else(|| value.to_string(), str::to_owned),
                )
            })
            .collect::<Vec<_>>()
    };
    let mut fields = [item(0, "silo"), item(1, "scale")].concat();
    fields.extend(
        local
            .iter()
            .enumerate()
            .map(|(n, at)| (format!("slots[{n}]"), at.clone())),
    );
    let mut fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    fields.extend([("sites:lines", "RUNVS"), ("link_policy", "To those named.")]);
    clerk.does("officer", place, "propose_inspection", &fields).await;
    let who = ["us_inspector", "ru_inspector", "signatory"];
    let slot = slots[0].to_string();
    for name in who {
        let fields = [
            ("slot", slot.as_str()),
            ("identities[0]", "A. Person"),
            ("technical_check_done:b", "true"),
        ];
        clerk.does(name, place, "confirm_inspection", &fields).await;
    }
    clerk.house.move_to(slots[0]);
    for name in who {
        let other = if name == "signatory" {
            "~Person us_inspector"
        } else {
            "~Person signatory"
        };
        clerk
            .does(name, place, "join_inspection", &[("identity_checked_by", other)])
            .await;
    }
    clerk.does("us_inspector", place, "open_inspection", &[]).await;
    for item in ["~silo", "~scale"] {
        let fields = [
            ("item", item),
            ("answer", "satisfactory"),
            ("note", "As the list says."),
        ];
        clerk.does("us_inspector", place, "record_observation", &fields).await;
    }
    for name in &who[..2] {
        clerk.does(name, place, "close_inspection", &[]).await;
    }
    let report = [
        ("result", "passed"),
        ("text", "All was shown."),
        ("summary_for_host", "All was shown."),
    ];
    clerk.does("us_inspector", place, "draft_report", &report).await;
    for name in &who[..2] {
        clerk.does(name, place, "sign_report", &[]).await;
    }
}

/// Circulated, voted on by both delegations, signed by both co-chairs.
async fn decide(clerk: &Clerk<'_>, case: &str) {
    let place = format!("/cases/{case}");
    let draft = [
        ("outcome", "approved"),
        ("authorised.amount", "1 000"),
        ("authorised.unit", "TNE"),
        ("validity_months:n", "6"),
        ("reasons[0].criterion", "~C1 ·"),
        ("reasons[0].reason", "See the findings."),
        ("reasons[1].criterion", "~C3 ·"),
        ("reasons[1].reason", "See the findings."),
    ];
    let tab = Tab::of(clerk.house, "us_chair", clerk.language).await;
    let path = format!("{place}/acts/circulate_draft");
    let mut paper = Paper::of(&tab.get(&path).await, &path);
    assert!(
        !paper.asks("reasons[1].criterion"),
        "one row for the one mandatory criterion"
    );
    paper.fields.push(("more".to_owned(), "reasons".to_owned()));
    let mut paper = Paper::of(&paper.send(&tab).await, &path);
    for (name, value) in draft {
        paper.write(name, value);
    }
    let done = paper.send(&tab).await;
    assert_eq!(done.status, 303, "{}", done.html);
    clerk.house.hours_later(24 * 6);
    screen(clerk, case).await;
    clerk.does("us_chair", &place, "open_ballot", &[]).await;
    for who in ["us_head", "ru_head"] {
        clerk
            .does(who, &place, "cast_vote", &[("vote.choice", "approve")])
            .await;
    }
    for who in ["us_chair", "ru_chair"] {
        clerk.does(who, &place, "sign_decision", &[]).await;
    }
}

async fn ship(clerk: &Clerk<'_>, case: &str) {
    let place = format!("/cases/{case}");
    let seen = clerk.house.case("drafter", case).await;
    let first_day = seen["waiver"]["valid_from"].as_str().unwrap().to_owned();
    let notified = [
        ("quantity.amount", "1000"),
        ("quantity.unit", "TNE"),
        ("final_country", "ET"),
        ("consignee", "p3"),
        ("from", "RUNVS"),
        ("to", "DJJIB"),
        ("vessel.name", "SYNTHETIC 1"),
        ("vessel.imo", "9999010"),
        ("bank", "UBSWCHZH"),
    ];
    clerk.does("drafter", &place, "notify_shipment", &notified).await;
    clerk
        .uploads("drafter", &place, "paper.txt", "One thousand tonnes, loaded.")
        .await;
    clerk.house.at(&format!("{first_day}T08:00:00Z"));
    let today = first_day.as_str();
    let loaded = [
        ("shipment:n", "1"),
        ("quantity.amount", "1000"),
        ("loaded_on", today),
        ("bill_of_lading", "~paper.txt"),
        ("weight_note", "~paper.txt"),
    ];
    clerk.does("drafter", &place, "report_loading", &loaded).await;
    for position in ["departed", "discharged"] {
        let fields = [
            ("shipment:n", "1"),
            ("position", position),
            ("on", today),
            ("place", "Djibouti"),
        ];
        clerk.does("drafter", &place, "report_position", &fields).await;
    }
    clerk
        .uploads("monitor", &place, "scale.txt", "One thousand tonnes, weighed.")
        .await;
    let attested = [
        ("shipment:n", "1"),
        ("quantity.amount", "1000"),
        ("on", today),
        ("place", "Adama"),
        ("evidence:list", "~scale.txt"),
    ];
    clerk.does("monitor", &place, "attest_delivery", &attested).await;
    let verified = [
        ("shipment:n", "1"),
        ("verified:b", "true"),
        ("basis", "The monitor's report."),
    ];
    clerk.does("officer", &place, "verify_delivery", &verified).await;
    clerk.does("officer", &place, "propose_outcome", &[]).await;
    for chair in ["us_chair", "ru_chair"] {
        clerk.does(chair, &place, "sign_outcome", &[]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shipment_whose_form_is_sent_twice_is_notified_once() {
    run(Engine::Sqlite, async |house| {
        let case = course::approved(house).await;
        let tab = Tab::of(house, "drafter", "en").await;
        let sheet = format!("/cases/{case}/acts/notify_shipment");
        let mut paper = Paper::of(&tab.get(&sheet).await, &sheet);
        paper.write_all("", &course::shipment("100"));
        for _ in 0..2 {
            let done = paper.send(&tab).await;
            assert_eq!(done.status, 303, "{}", done.html);
        }
        assert_eq!(house.happened(&case, "shipment_notified").await.len(), 1);
    })
    .await;
}

/// Eleven minutes after the password was given, the sheet of a vote asks for it; without it, or with another, nothing
/// happens.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vote_on_a_page_asks_for_the_password() {
    run(Engine::Sqlite, async |house| {
        let case = course::ballot(house).await;
        let tab = Tab::of(house, "us_head", "en").await;
        let sheet = format!("/cases/{case}/acts/cast_vote");
        house.move_to(house.clock.now() + jiff::SignedDuration::from_mins(11));
        let page = tab.get(&sheet).await;
        page.is_sound("en");
        let mut paper = Paper::of(&page, &sheet);
        assert!(paper.asks("password"), "{}", page.html);
        paper.write("vote.choice", "approve");
        for wrong in ["", "nine grey herons by the river"] {
            paper.write("password", wrong);
            let refused = paper.send(&tab).await;
            assert_eq!(refused.status, 422, "{}", refused.html);
            refused.is_sound("en");
            refused.says("href=\"#password\"");
            assert_eq!(
                house.case("us_chair", &case).await["ballot"]["cast"],
                json!([]),
                "no vote is cast"
            );
        }
        paper.write("password", crate::house::PASSWORD);
        let done = paper.send(&tab).await;
        assert_eq!(done.status, 303, "{}", done.html);
        assert_eq!(house.case("us_chair", &case).await["ballot"]["cast"], json!(["US"]));
    })
    .await;
}
