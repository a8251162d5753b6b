//! A submitter does a whole dossier in a browser without scripts.

use super::{Page, Tab};
use crate::{
    api::course,
    house::{Engine, House, run},
};
use serde_json::Value;

/// The sections that have a form.
const SECTIONS: [&str; 12] = [
    "applicant",
    "parties",
    "contacts",
    "language",
    "purpose",
    "beneficiaries",
    "goods",
    "shipments",
    "payments",
    "safeguards",
    "validity",
    "statements",
];

type Fields = Vec<(String, String)>;

/// Content of a section as the fields that somebody would fill in.
fn fields(name: &str, value: &Value, into: &mut Fields) {
    match value {
        Value::Object(inner) => inner
            .iter()
            .for_each(|(key, value)| fields(&format!("{name}.{key}"), value, into)),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            into.extend(
                items
                    .iter()
                    .map(|item| (format!("{name}:list"), item.as_str().unwrap().to_owned())),
            );
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                fields(&format!("{name}[{n}]"), item, into);
            }
        }
        Value::Null | Value::Bool(false) => {}
        Value::String(text) => into.push((name.to_owned(), text.clone())),
        other => into.push((name.to_owned(), other.to_string())),
    }
}

fn filled(section: &str, dossier: &Value, wish: &str) -> Fields {
    let mut all = Vec::new();
    fields("save.content", &dossier[section], &mut all);
    all.push(("do".to_owned(), wish.to_owned()));
    all
}

async fn send(tab: &Tab<'_>, page: &Page, path: &str, all: &Fields) -> Page {
    let all: Vec<(&str, String)> = all.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    tab.send(page, path, &all).await
}

/// The drafter begins a dossier from the notice's own button; its address.
async fn begun(house: &House, tab: &Tab<'_>) -> String {
    let notice = course::published(house).await;
    let number = house.read("drafter", &format!("/notices/{notice}")).await["number"].clone();
    let number = number
        .as_str()
        .map_or_else(|| course::notice(house).number, str::to_owned);
    let page = tab.get(&format!("/notices/{notice}")).await;
    page.says(&format!("/dossiers/new?notice={number}"));
    let page = tab.get(&format!("/dossiers/new?notice={number}")).await;
    page.is_sound("en");
    page.says(&format!("value=\"{notice}\" checked"));
    let done = tab.send(&page, "/dossiers/new", &[("notice", notice)]).await;
    assert_eq!(done.status, 303, "{}", done.html);
    done.header("location").split('?').next().unwrap().to_owned()
}

/// Every section as the seed grain case has it.
async fn fill(tab: &Tab<'_>, path: &str, dossier: &Value) {
    for section in SECTIONS {
        let at = format!("{path}/{section}");
        let page = tab.get(&at).await;
        let done = send(tab, &page, &at, &filled(section, dossier, "save")).await;
        assert_eq!(done.status, 303, "{section}: {}", done.html);
    }
}

fn grain() -> Value {
    serde_json::to_value(course::dossier()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dossier_is_filled_in_section_by_section() {
    run(Engine::Sqlite, async |house| {
        let tab = Tab::of(house, "drafter", "en").await;
        let path = begun(house, &tab).await;
        let id = path.rsplit('/').next().unwrap().to_owned();
        for language in ["en", "ru"] {
            for section in SECTIONS {
                let page = tab.get(&format!("{path}/{section}?lang={language}")).await;
                assert_eq!(page.status, 200, "{section}: {}", page.html);
                page.is_sound(language);
            }
            tab.get(&format!("{path}?lang={language}")).await.is_sound(language);
            tab.get(&format!("/dossiers/new?lang={language}"))
                .await
                .is_sound(language);
        }
        let list = tab.get(&format!("{path}?lang=en")).await;
        list.says("Not started");
        list.says("You have completed 1 of 13 sections");
        fill(&tab, &path, &grain()).await;
        let case = house.case("drafter", &id).await;
        for section in SECTIONS {
            assert_eq!(case["dossier"][section], grain()[section], "{section}");
        }
        let list = tab.get(&path).await;
        list.is_sound("en");
        list.says("In progress");
        list.says("statements#save-content-0--evidence-list");
        let page = tab.get(&format!("{path}/statements")).await;
        page.is_sound("en");
        page.says("href=\"#save-content-0--evidence-list\"");
        let rival = Tab::of(house, "rival", "en").await;
        assert_eq!(rival.get(&format!("{path}/goods")).await.status, 404);
        let officer = Tab::of(house, "officer", "en").await;
        assert_eq!(officer.get(&format!("{path}/goods")).await.status, 403);
        assert_eq!(tab.get(&format!("{path}/nonsense")).await.status, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_are_added_pasted_and_mended_without_losing_anything() {
    run(Engine::Sqlite, async |house| {
        let tab = Tab::of(house, "drafter", "en").await;
        let path = begun(house, &tab).await;
        let at = format!("{path}/goods");
        let page = tab.get(&at).await;
        let typed = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut all = vec![
            typed("save.content[0].description", "Seed wheat"),
            typed("save.content[0].quantity.amount", "12,500"),
            typed("do", "add:save.content"),
        ];
        let page = send(&tab, &page, &at, &all).await;
        assert_eq!(page.status, 200, "{}", page.html);
        page.is_sound("en");
        page.says("value=\"Seed wheat\"");
        page.says("name=\"save.content[1].hs\"");
        all.pop();
        let mut pasting = all.clone();
        pasting.push(typed("paste", "100199;Wheat;1,500;TNE\n100590;Maize;40;TNE"));
        pasting.push(typed("do", "preview"));
        let page = send(&tab, &page, &at, &pasting).await;
        page.is_sound("en");
        page.says("Understood 1 of 2 lines");
        page.says("The comma is ambiguous");
        pasting.pop();
        pasting.push(typed("do", "take"));
        let page = send(&tab, &page, &at, &pasting).await;
        page.says("value=\"Maize\"");
        page.says("value=\"Seed wheat\"");
        all.push(typed("do", "save"));
        let page = send(&tab, &page, &at, &all).await;
        assert_eq!(page.status, 422, "the unit is missing: {}", page.html);
        page.is_sound("en");
        page.says("value=\"12,500\"");
        page.says("href=\"#save-content-0--quantity-unit\"");
        all.push(typed("save.content[0].quantity.unit", "TNE"));
        let page = send(&tab, &page, &at, &all).await;
        assert_eq!(page.status, 422, "a comma: {}", page.html);
        page.is_sound("en");
        page.says("href=\"#save-content-0--quantity-amount\"");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_editors_of_one_section_see_both_versions() {
    run(Engine::Sqlite, async |house| {
        let tab = Tab::of(house, "drafter", "en").await;
        let path = begun(house, &tab).await;
        let at = format!("{path}/purpose");
        let (first, second) = (tab.get(&at).await, tab.get(&at).await);
        let typed = |purpose: &str| {
            let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            vec![
                pair("save.content.purpose", purpose),
                pair("save.content.reasons", "Hunger"),
                pair("do", "save"),
            ]
        };
        assert_eq!(send(&tab, &first, &at, &typed("Seed for the spring")).await.status, 303);
        let late = send(&tab, &second, &at, &typed("Seed for the autumn")).await;
        assert_eq!(late.status, 409, "{}", late.html);
        late.is_sound("en");
        late.says("<td lang=\"en\">Seed for the spring</td><td lang=\"en\">Seed for the autumn</td>");
        late.says(">Seed for the autumn</textarea>");
        let again = send(&tab, &late, &at, &typed("Seed for both")).await;
        assert_eq!(again.status, 303, "{}", again.html);
        let page = tab.get(&at).await;
        page.says(">Seed for both</textarea>");
        let mut typed = typed("Seed for all");
        typed.last_mut().unwrap().1 = "auto".to_owned();
        let kept = send(&tab, &page, &at, &typed).await;
        assert_eq!(kept.status, 200, "{}", kept.html);
        let kept: Value = serde_json::from_str(&kept.html).unwrap();
        assert_eq!(kept["rev"], 3, "{kept}");
        tab.get(&at).await.says(">Seed for all</textarea>");
    })
    .await;
}

/// Uploads a text file through the form of the page.
async fn upload(tab: &Tab<'_>, path: &str, class: &str) -> Page {
    let at = format!("{path}/documents");
    let page = tab.get(&at).await;
    let mut all = page.hidden(&at);
    all.push(("class".to_owned(), class.to_owned()));
    all.push(("language".to_owned(), "en".to_owned()));
    tab.upload(&at, &all, "contract.txt", "The contract.").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_signatory_attests_and_submits_and_has_a_receipt() {
    run(Engine::Sqlite, async |house| {
        let tab = Tab::of(house, "drafter", "en").await;
        let path = begun(house, &tab).await;
        let id = path.rsplit('/').next().unwrap().to_owned();
        let mut dossier = grain();
        fill(&tab, &path, &dossier).await;
        let refused = upload(&tab, &path, "").await;
        assert_eq!(refused.status, 422, "{}", refused.html);
        refused.is_sound("en");
        let done = upload(&tab, &path, "SUPPLY_CONTRACT").await;
        assert_eq!(done.status, 303, "{}", done.html);
        let document = house.case("drafter", &id).await["dossier"]["documents"][0].clone();
        let page = tab.get(&format!("{path}/documents")).await;
        page.is_sound("en");
        page.says(document["sha256"].as_str().unwrap());
        let link = format!("{path}/documents/{}", document["id"].as_str().unwrap());
        assert_eq!(tab.get(&link).await.html, "The contract.");
        for statement in dossier["statements"].as_array_mut().unwrap() {
            statement["evidence"] = serde_json::json!([document["id"]]);
        }
        let at = format!("{path}/statements");
        let page = tab.get(&at).await;
        let done = send(&tab, &page, &at, &filled("statements", &dossier, "save")).await;
        assert_eq!(done.status, 303, "{}", done.html);
        let check = format!("{path}/check");
        tab.get(&check)
            .await
            .says("authorised signatory of your organisation signs");
        let signatory = Tab::of(house, "signatory", "en").await;
        house.move_to(house.clock.now() + jiff::SignedDuration::from_mins(20));
        let page = signatory.get(&check).await;
        page.is_sound("en");
        // People read names of documents and countries, not what the machine calls them.
        page.says("contract.txt (Supply contract)");
        page.says("Ethiopia (ET)");
        let uploaded = document["id"].as_str().unwrap();
        assert!(!page.html.contains(&format!("{uploaded}&quot;")), "{}", page.html);
        signatory.get(&format!("{check}?lang=ru")).await.is_sound("ru");
        let page = signatory.get(&format!("{check}?lang=en")).await;
        let undeclared = signatory.send(&page, &check, &[]).await;
        assert_eq!(undeclared.status, 422, "{}", undeclared.html);
        undeclared.is_sound("en");
        let fields = [
            ("declaration", "2025-1".to_owned()),
            ("password", crate::house::PASSWORD.to_owned()),
        ];
        let done = signatory.send(&undeclared, &check, &fields).await;
        assert_eq!(done.status, 303, "{}", done.html);
        let case = house.case("signatory", &id).await;
        assert_eq!(case["state"], "submitted");
        let receipt = signatory.get(&format!("{path}/receipt")).await;
        receipt.is_sound("en");
        receipt.says(case["versions"][0]["sha256"].as_str().unwrap());
        receipt.says(case["reference"].as_str().unwrap());
        let pdf = format!("{path}/receipt.pdf");
        receipt.says(&pdf);
        assert_eq!(signatory.get(&pdf).await.header("content-type"), "application/pdf");
        tab.get(&path).await.is_sound("en");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_ended_keeps_what_was_typed() {
    run(Engine::Sqlite, async |house| {
        let tab = Tab::of(house, "drafter", "en").await;
        let path = begun(house, &tab).await;
        let at = format!("{path}/safeguards");
        let page = tab.get(&at).await;
        house.move_to(house.clock.now() + jiff::SignedDuration::from_mins(31));
        let typed = vec![("save.content".to_owned(), "Monitors at the port".to_owned())];
        let page = send(&tab, &page, &at, &typed).await;
        assert_ne!(page.status, 303, "nothing was saved: {}", page.html);
        page.is_sound("en");
        let fields = [
            ("email", House::email("drafter")),
            ("password", crate::house::PASSWORD.to_owned()),
        ];
        let kept = tab.send(&page, "/login", &fields).await;
        kept.is_sound("en");
        kept.says("Monitors at the port");
        let done = tab.send(&kept, &at, &[]).await;
        assert_eq!(done.status, 303, "{}", done.html);
        tab.get(&at).await.says(">Monitors at the port</textarea>");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_is_sent_twice_begins_one_dossier() {
    run(Engine::Sqlite, async |house| {
        let tab = Tab::of(house, "drafter", "en").await;
        let notice = course::published(house).await;
        let page = tab.get("/dossiers/new").await;
        let cases = "SELECT count(*) FROM case_listing";
        let before = house.count(cases).await;
        let chosen = [("notice", notice.clone())];
        let press = || tab.send(&page, "/dossiers/new", &chosen);
        let (first, second) = futures_util::join!(press(), press());
        let third = press().await;
        assert_eq!(house.count(cases).await, before + 1);
        for page in [&first, &second, &third] {
            assert_eq!(page.status, 303, "{}", page.html);
            assert_eq!(
                page.header("location"),
                first.header("location"),
                "all lead to the same dossier"
            );
        }
        // The form, opened again, begins another.
        let page = tab.get("/dossiers/new").await;
        let again = tab.send(&page, "/dossiers/new", &chosen).await;
        assert_ne!(again.header("location"), first.header("location"));
    })
    .await;
}
