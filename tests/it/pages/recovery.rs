//! A forgotten password: from the sign-in page, through the letter, back to the desk, without a script.

use super::Tab;
use crate::{
    api::doors::letter_link,
    house::{Engine, House, PASSWORD, both_databases, run},
};

const FRESH: &str = "a fresh and long sentence";

async fn ask(tab: &Tab<'_>, email: &str) -> super::Page {
    let page = tab.get("/forgotten").await;
    tab.send(&page, "/forgotten", &[("email", email.to_owned())]).await
}

fn password(text: &str) -> [(&'static str, String); 1] {
    [("password", text.to_owned())]
}

both_databases! {
    async fn the_link_of_the_letter_sets_a_new_password_once(house) {
        let elsewhere = Tab::of(house, "officer", "en").await;
        let tab = Tab::new(house, "en");
        tab.get("/login").await.says("href=\"/forgotten\"");
        assert_eq!(ask(&tab, &House::email("officer")).await.status, 200);
        house.deliver_letters().await;
        let path = format!("/reset/{}", letter_link(house, &House::email("officer"), "/reset/"));
        for language in ["ru", "en"] {
            let page = Tab::new(house, language).get(&path).await;
            assert_eq!(page.status, 200, "looking does not use it up: {}", page.html);
            page.is_sound(language);
        }
        let page = tab.get(&path).await;
        let weak = tab.send(&page, &path, &password("short")).await;
        assert_eq!(weak.status, 422);
        weak.is_sound("en");
        weak.says("href=\"#password\"");
        let set = tab.send(&weak, &path, &password(FRESH)).await;
        assert_eq!((set.status, set.header("location").as_str()), (303, "/login?done=password_set"), "{}", set.html);
        let login = tab.get("/login?done=password_set").await;
        login.says("role=\"status\"");
        let sign_in = |word: &str| vec![("email", House::email("officer")), ("password", word.to_owned())];
        assert_eq!(tab.send(&login, "/login", &sign_in(PASSWORD)).await.status, 422, "the old one is worth nothing");
        assert_eq!(tab.send(&login, "/login", &sign_in(FRESH)).await.status, 303);
        assert_eq!(elsewhere.get("/password").await.status, 303, "every session has ended");
        let again = Tab::new(house, "en");
        let late = again.send(&page, &path, &password("another fresh long sentence")).await;
        assert!([403, 410].contains(&late.status), "a page of another browser: {}", late.html);
        let used = again.get(&path).await;
        assert_eq!(used.status, 410);
        used.is_sound("en");
        used.says("href=\"/forgotten\"");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_link_says_what_to_do_also_to_who_had_the_page_open() {
    run(Engine::Sqlite, async |house| {
        let tab = Tab::new(house, "ru");
        ask(&tab, &House::email("officer")).await;
        house.deliver_letters().await;
        let path = format!("/reset/{}", letter_link(house, &House::email("officer"), "/reset/"));
        let page = tab.get(&path).await;
        house.move_to(house.clock.now() + jiff::SignedDuration::from_mins(16));
        for late in [tab.send(&page, &path, &password(FRESH)).await, tab.get(&path).await] {
            assert_eq!(late.status, 410, "{}", late.html);
            late.is_sound("ru");
            late.says("href=\"/forgotten\"");
        }
    })
    .await;
}

/// The answers cannot be told apart, and nobody's box is flooded.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asking_tells_nothing_and_is_limited_as_in_the_interface() {
    run(Engine::Sqlite, async |house| {
        let text = |page: &super::Page| {
            let main = page.html.split_once("<main").expect("a main part").1;
            main.to_owned()
        };
        let tab = Tab::new(house, "en");
        let known = ask(&tab, &House::email("officer")).await;
        let unknown = ask(&tab, "nobody@people.example").await;
        assert_eq!((known.status, unknown.status), (200, 200));
        known.is_sound("en");
        assert_eq!(text(&known), text(&unknown));
        for _ in 0..4 {
            assert_eq!(text(&ask(&tab, &House::email("officer")).await), text(&known));
        }
        let letters = "SELECT count(*) FROM letter WHERE letter = 'password_reset_asked'";
        assert_eq!(house.count(letters).await, 3, "three letters an hour");
        let blank = ask(&tab, "officer").await;
        assert_eq!(blank.status, 422);
        blank.is_sound("en");
        blank.says("value=\"officer\"");
    })
    .await;
}
