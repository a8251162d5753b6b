//! A few flows in a real browser; the breadth is in `tests/browser`.

use super::driver::Driver;
use crate::{
    api::course,
    house::{Engine, House, PASSWORD, run},
};
use serde_json::json;

/// Runs a flow in a browser; stands aside where none is installed.
async fn flow(language: &str, flow: impl AsyncFnOnce(&House, &Driver)) {
    run(Engine::Sqlite, async |house| {
        let root = house.base.trim_end_matches("/api/v1");
        let Some(driver) = Driver::open(root, language).await else {
            return;
        };
        flow(house, &driver).await;
        driver.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_language_is_switched_on_the_page_where_one_is() {
    flow("en", async |house, browser| {
        course::under_review(house).await;
        browser.goto("/queue").await;
        assert_eq!(browser.path().await, "/login?next=%2Fqueue");
        browser.sign_in(&House::email("us_reviewer"), PASSWORD).await;
        assert_eq!(browser.path().await, "/queue");
        browser.follow("main th a").await;
        let case = browser.path().await;
        assert!(case.starts_with("/cases/"), "{case}");
        assert_eq!(browser.says("document.documentElement.lang").await, "en");
        browser.follow("a[hreflang=ru]").await;
        assert!(browser.path().await.starts_with(&case), "{}", browser.path().await);
        assert_eq!(browser.says("document.documentElement.lang").await, "ru");
        // The choice is kept.
        browser.goto("/queue").await;
        assert_eq!(browser.says("document.documentElement.lang").await, "ru");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mistake_takes_the_focus_and_what_was_typed_is_there() {
    flow("en", async |house, browser| {
        let notice = course::published(house).await;
        browser.goto("/login?next=/dossiers/new").await;
        browser.sign_in(&House::email("drafter"), PASSWORD).await;
        browser.click(&format!("input[name=notice][value=\"{notice}\"]")).await;
        browser.follow("main form .btn").await;
        let case = browser.path().await;
        browser.goto(&format!("{case}/beneficiaries")).await;
        let field = |name: &str| format!("[name=\"save.content[0].{name}\"]");
        browser.types(&field("persons"), "many").await;
        browser.types(&field("selection"), "By need").await;
        browser.follow("main form p.row button[value=save]").await;
        assert_eq!(
            browser
                .says("document.activeElement.matches('[data-error-summary]')")
                .await,
            true
        );
        let title = browser.says("document.title").await;
        assert!(title.as_str().unwrap().starts_with("Error"), "{title}");
        let kept = |name: &str| format!("document.querySelector('{}').value", field(name));
        assert_eq!(browser.says(&kept("persons")).await, "many");
        assert_eq!(browser.says(&kept("selection")).await, "By need");
        browser.click("[data-error-summary] li a").await;
        assert_eq!(
            browser.says("document.activeElement.name").await,
            "save.content[0].persons"
        );
        browser.types(&field("persons"), "4500000").await;
        browser.follow("main form p.row button[value=save]").await;
        assert_eq!(
            browser.says("document.querySelectorAll('main .msg.ok').length").await,
            1
        );
        browser.goto(&format!("{case}/beneficiaries")).await;
        assert_eq!(browser.says(&kept("persons")).await, "4500000");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vote_is_cast_after_the_password_was_given_again() {
    flow("en", async |house, browser| {
        let case = course::ballot(house).await;
        browser.goto("/login?next=/queue").await;
        browser.sign_in(&House::email("us_head"), PASSWORD).await;
        house.move_to(house.clock.now() + jiff::SignedDuration::from_mins(11));
        browser.follow("main th a").await;
        browser.follow("main a[href$=\"/acts/cast_vote\"]").await;
        browser
            .click("select[name=\"vote.choice\"] option[value=approve]")
            .await;
        browser.types("main input[name=password]", "not my password").await;
        browser.follow("main form p.row .btn").await;
        assert_eq!(house.case("us_head", &case).await["ballot"]["cast"], json!([]));
        assert_eq!(
            browser
                .says("document.querySelector('[name=\"vote.choice\"]').value")
                .await,
            "approve"
        );
        browser.types("main input[name=password]", PASSWORD).await;
        browser.follow("main form p.row .btn").await;
        assert_eq!(browser.path().await, format!("/cases/{case}"));
        assert_eq!(house.happened(&case, "vote_cast").await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn anybody_verifies_a_certificate_by_its_number() {
    flow("ru", async |house, browser| {
        let case = course::approved(house).await;
        let number = house.case("officer", &case).await["waiver"]["number"].clone();
        house.inside.log_now().await.unwrap();
        browser.goto("/").await;
        assert_eq!(browser.says("document.documentElement.lang").await, "ru");
        browser.follow("nav a[href=\"/verify\"]").await;
        browser.types("#number", number.as_str().unwrap()).await;
        browser.follow("form[action=\"/verify\"][method=get] .btn").await;
        assert_eq!(browser.says("document.querySelectorAll('.msg.ok').length").await, 1);
        browser.types("#number", "W-2025-0000-0000-0000").await;
        browser.follow("form[action=\"/verify\"][method=get] .btn").await;
        assert_eq!(browser.says("document.querySelectorAll('.msg.ok').length").await, 0);
    })
    .await;
}
