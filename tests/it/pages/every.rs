//! What must hold for every page, in every language.

use super::Tab;
use crate::house::{Engine, run};

/// Pages that anybody may see, with any content.
const PUBLIC: &[&str] = &[
    "/",
    "/notices",
    "/notices?state=closed&q=grain&country=ET",
    "/register",
    "/register?outcome=refused",
    "/verify",
    "/verify?number=WV-0&code=1",
    "/process",
    "/calendar",
    "/accessibility",
    "/privacy",
    "/help",
    "/status",
    "/login",
    "/invite/0123",
    "/forgotten",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn public_pages_are_sound() {
    run(Engine::Sqlite, async |house| {
        for language in ["en", "ru"] {
            let tab = Tab::new(house, language);
            for path in PUBLIC {
                let page = tab.get(path).await;
                assert_eq!(page.status, 200, "{path}: {}", page.html);
                page.is_sound(language);
            }
            let gone = tab.get("/reset/0123").await;
            assert_eq!(gone.status, 410);
            gone.is_sound(language);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_there_is_a_page_for_people_and_a_problem_for_programs() {
    run(Engine::Sqlite, async |house| {
        for language in ["en", "ru"] {
            let page = Tab::new(house, language).get("/no/such/place").await;
            assert_eq!(page.status, 404);
            page.is_sound(language);
        }
        let root = house.base.trim_end_matches("/api/v1");
        let reply = house.send(house.client.get(format!("{root}/no/such/place"))).await;
        assert_eq!(reply.problem(404), "not_found");
        let reply = house.send(house.request(reqwest::Method::GET, "/no/such/place")).await;
        assert_eq!(reply.problem(404), "not_found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_language_is_asked_for_kept_and_guessed() {
    run(Engine::Sqlite, async |house| {
        let tab = Tab::new(house, "fr, ru;q=0.8, en;q=0.2");
        tab.get("/").await.is_sound("ru");
        tab.get("/login?next=/queue&lang=en").await.is_sound("en");
        let page = tab.get("/login?next=/queue").await;
        page.is_sound("en");
        page.says("href=\"?next=%2Fqueue&amp;lang=ru\"");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn assets_are_packed_and_for_ever() {
    run(Engine::Sqlite, async |house| {
        let tab = Tab::new(house, "en");
        let page = tab.get("/").await;
        let style = super::browser::attribute(&page.tags("link")[0], "href").unwrap();
        let reply = tab.get(&style).await;
        assert_eq!(reply.status, 200);
        assert!(reply.header("cache-control").contains("immutable"), "{reply:?}");
        assert_eq!(tab.get("/assets/0000000000000000/app.css").await.status, 404);
    })
    .await;
}
