//! The queue, one's own dossiers and the page of a case, as people of every role see them.

use super::Tab;
use crate::{
    api::course,
    house::{Engine, run},
};

/// Who works on cases, and where their work is listed.
const DESKS: &[(&str, &str)] = &[
    ("drafter", "/dossiers"),
    ("signatory", "/dossiers"),
    ("officer", "/queue"),
    ("lead", "/queue"),
    ("us_head", "/queue"),
    ("ru_reviewer", "/queue"),
    ("us_inspector", "/queue"),
    ("ru_chair", "/queue"),
    ("auditor", "/queue"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_finds_the_case_and_its_page_is_sound() {
    run(Engine::Sqlite, async |house| {
        let case = course::approved(house).await;
        for (who, list) in DESKS {
            for language in ["en", "ru"] {
                let tab = Tab::of(house, who, language).await;
                let page = tab.get(&format!("{list}?lang={language}")).await;
                assert_eq!(page.status, 200, "{who}: {}", page.html);
                page.is_sound(language);
                page.says(&format!("/cases/{case}"));
                for twin in ["csv", "json"] {
                    assert_eq!(tab.get(&format!("{list}.{twin}")).await.status, 200, "{list}.{twin}");
                }
                let page = tab.get(&format!("/cases/{case}")).await;
                assert_eq!(page.status, 200, "{who}: {}", page.html);
                page.is_sound(language);
            }
        }
        let rival = Tab::of(house, "rival", "en").await;
        assert_eq!(rival.get(&format!("/cases/{case}")).await.status, 404);
        assert_eq!(rival.get("/queue").await.status, 403);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_takes_up_a_case_without_a_script() {
    run(Engine::Sqlite, async |house| {
        let case = course::submitted(house).await;
        let tab = Tab::of(house, "officer", "en").await;
        let path = format!("/cases/{case}");
        let page = tab.get(&path).await;
        page.says("Take up the case");
        let action = format!("{path}/acts/take_case");
        let sheet = tab.get(&action).await;
        let done = tab.send(&sheet, &action, &[]).await;
        assert_eq!(done.status, 303, "{}", done.html);
        tab.get(&path).await.says("Return for completion");
        assert_eq!(house.case("officer", &case).await["state"], "completeness");
    })
    .await;
}
