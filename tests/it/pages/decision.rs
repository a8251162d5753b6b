//! The decision before it is made, the grid of findings, the history, the editions of a notice, and lists made of rows.

use super::{Tab, browser::attribute};
use crate::{
    api::course,
    house::{Engine, House, run},
};
use sha2::{Digest, Sha256};

async fn both(house: &House, who: &str, path: &str) -> super::Page {
    let tab = Tab::of(house, who, "en").await;
    let mut page = tab.get(&format!("{path}?lang=ru")).await;
    assert_eq!(page.status, 200, "{who}: {}", page.html);
    page.is_sound("ru");
    page = tab.get(&format!("{path}?lang=en")).await;
    page.is_sound("en");
    page
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn before_the_decision_stands_what_is_missing_and_the_certificate_as_a_draft() {
    run(Engine::Sqlite, async |house| {
        let case = course::under_review(house).await;
        let path = format!("/cases/{case}/decision");
        let page = both(house, "us_chair", &path).await;
        page.says("No draft is on the table");
        page.says("✗ open");
        page.says(&format!("{case}#f-h\">"));
        course::found_in(house, &case).await;
        house.must("us_chair", &case, "circulate_draft", course::draft()).await;
        let page = both(house, "us_chair", &path).await;
        page.says("✓ done");
        page.says("DRAFT. Not a waiver");
        let tab = Tab::of(house, "us_chair", "en").await;
        let file = tab.get(&format!("{path}/draft.pdf?language=ru")).await;
        assert_eq!(
            (file.status, file.header("content-type").as_str()),
            (200, "application/pdf")
        );
        assert!(
            file.header("content-security-policy").starts_with("sandbox;"),
            "{file:?}"
        );
        let host = both(house, "signatory", &path).await;
        host.says("The draft is read inside the committee");
        assert!(!host.html.contains("Not a waiver"));
        let tab = Tab::of(house, "signatory", "en").await;
        assert_eq!(tab.get(&format!("{path}/draft.pdf")).await.status, 404);
        assert_eq!(tab.get(&format!("{path}.csv")).await.html.lines().count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_decision_stands_the_certificate_itself() {
    run(Engine::Sqlite, async |house| {
        let case = course::approved(house).await;
        let number = house.case("us_chair", &case).await["waiver"]["number"].clone();
        let path = format!("/cases/{case}/decision");
        let page = both(house, "us_chair", &path).await;
        page.says(&format!("The certificate {}", number.as_str().unwrap()));
        assert!(!page.html.contains("DRAFT"), "a decided case has no draft");
        let tab = Tab::of(house, "us_chair", "en").await;
        assert_eq!(tab.get(&format!("{path}/draft.pdf")).await.status, 404);
        let link = format!("/cases/{case}/papers/certificate.pdf?language=ru");
        let links = page.tags("a").into_iter().filter_map(|tag| attribute(&tag, "href"));
        assert!(links.collect::<Vec<_>>().contains(&link), "{}", page.html);
        let file = tab.get(&link).await;
        assert_eq!(
            (file.status, file.header("content-type").as_str()),
            (200, "application/pdf")
        );
        let csv = tab.get(&format!("{path}.csv")).await;
        assert!(csv.html.contains("1001"), "the goods are not in {}", csv.html);
        // The holder reads the certificate, signed by people with names, and nothing else of the committee's file.
        let host = both(house, "signatory", &path).await;
        host.says(&format!("The certificate {}", number.as_str().unwrap()));
        assert!(
            !host.html.contains("id=\"draft-h\"") && !host.html.contains("id=\"sides-h\""),
            "{}",
            host.html
        );
        let file = Tab::of(house, "signatory", "en")
            .await
            .get(&format!("{path}.csv"))
            .await;
        assert_eq!(file.html, csv.html);
        let named = |line: &&str| uuid::Uuid::parse_str(line.rsplit(',').next().unwrap()).is_err();
        let signed: Vec<&str> = file.html.lines().filter(|line| line.contains("Co-chair")).collect();
        assert!(!signed.is_empty() && signed.iter().all(named), "{signed:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn findings_are_a_grid_and_the_history_has_pages() {
    run(Engine::Sqlite, async |house| {
        let case = course::approved(house).await;
        let page = both(house, "ru_chair", &format!("/cases/{case}")).await;
        page.says("findings are countersigned");
        page.says("<table class=\"grid\" data-twin=");
        assert_eq!(
            page.html
                .split("<ol class=\"tl\">")
                .last()
                .unwrap()
                .matches("<li id=\"e")
                .count(),
            20
        );
        let history = both(house, "ru_chair", &format!("/cases/{case}/history")).await;
        let entries = house.case("ru_chair", &case).await["version"].as_u64().unwrap();
        history.says(&format!("{entries} entries"));
        let tab = Tab::of(house, "ru_chair", "en").await;
        let older = tab.get(&format!("/cases/{case}/history?before=3&lang=en")).await;
        older.is_sound("en");
        assert_eq!(older.html.matches("<li id=\"e").count(), 2);
        let csv = tab.get(&format!("/cases/{case}/history.csv")).await;
        assert_eq!(csv.html.lines().count() as u64, entries + 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edition_is_a_file_with_the_hash_that_the_page_names() {
    run(Engine::Sqlite, async |house| {
        let notice = course::published(house).await;
        let tab = Tab::new(house, "en");
        let page = tab.get(&format!("/notices/{notice}")).await;
        page.is_sound("en");
        let file = tab.get(&format!("/notices/{notice}/editions/1.json")).await;
        assert_eq!(file.status, 200);
        page.says(&hex::encode(Sha256::digest(file.html.as_bytes())));
        assert_eq!(tab.get(&format!("/notices/{notice}/editions/2.json")).await.status, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_have_exactly_the_cases_that_open() {
    run(Engine::Sqlite, async |house| {
        let notice = course::published(house).await;
        let [draft, filed, reviewed] = [
            course::drafted_under(house, &notice).await,
            course::drafted_under(house, &notice).await,
            course::drafted_under(house, &notice).await,
        ];
        for case in [&filed, &reviewed] {
            course::submit(house, case).await;
        }
        course::take_up(house, &reviewed).await;
        course::seat_panel(house, &reviewed).await;
        let cases = [draft, filed, reviewed];
        let people = [
            "drafter",
            "rival",
            "officer",
            "lead",
            "us_head",
            "ru_reviewer",
            "us_inspector",
            "us_chair",
            "ru_chair",
            "auditor",
            "monitor",
        ];
        for who in people {
            let listed = house.get(who, "/cases?limit=100").await.json();
            let listed: Vec<&str> = listed["items"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|row| row["id"].as_str())
                .collect();
            for case in &cases {
                let opens = house.get(who, &format!("/cases/{case}")).await.status == 200;
                assert_eq!(listed.contains(&case.as_str()), opens, "{who}: {case}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_process_is_in_russian_too_and_small() {
    run(Engine::Sqlite, async |house| {
        let tab = Tab::new(house, "ru");
        let page = tab.get("/process").await;
        page.is_sound("ru");
        page.says("По каждому обязательному критерию нужен");
        assert!(!page.html.contains("<li lang=\"en\">"), "a condition is not in Russian");
    })
    .await;
}
