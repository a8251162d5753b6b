//! Sessions of browsers: how they begin, how they end, and what does not get through.

use super::{Page, Tab};
use crate::house::{Engine, House, PASSWORD, both_databases, run};

fn credentials(who: &str, password: &str) -> Vec<(&'static str, String)> {
    vec![("email", House::email(who)), ("password", password.to_owned())]
}

fn shown_as_signed_in(page: &Page) -> bool {
    page.html.contains("action=\"/logout\"")
}

both_databases! {
    /// In with a fresh secret, and out for good.
    async fn a_person_signs_in_and_out(house) {
        let tab = Tab::new(house, "en");
        let page = tab.get("/login?next=/password").await;
        let visitor = tab.cookie("corridor-visitor");
        assert!(visitor.is_some() && tab.cookie("corridor-session").is_none());
        let into = tab.send(&page, "/login", &credentials("officer", PASSWORD)).await;
        assert_eq!((into.status, into.header("location").as_str()), (303, "/password"));
        let set = into.header("set-cookie");
        assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/"), "{set}");
        let secret = tab.cookie("corridor-session").unwrap();
        assert_eq!(secret.len(), 64);
        assert_eq!(house.count("SELECT count(*) FROM browser_session").await, 1);
        let page = tab.get("/password").await;
        page.is_sound("en");
        assert!(shown_as_signed_in(&page));
        let out = tab.send(&page, "/logout", &[]).await;
        assert_eq!(out.status, 303);
        assert!(out.header("clear-site-data").contains("storage"));
        tab.set_cookie("corridor-session", &secret);
        let page = tab.get("/password").await;
        assert_eq!((page.status, page.header("location").as_str()), (303, "/login?next=%2Fpassword"));
    }

    /// Signing in again is a new secret, and the old one is worth nothing.
    async fn signing_in_rotates_the_session(house) {
        let tab = Tab::of(house, "officer", "en").await;
        let first = tab.cookie("corridor-session").unwrap();
        let form = tab.get("/password").await;
        let token = form.hidden("/password").into_iter().find(|(name, _)| name == "csrf").unwrap();
        let mut fields: Vec<_> = vec![token];
        fields.extend(credentials("officer", PASSWORD).into_iter().map(|(name, value)| (name.to_owned(), value)));
        assert_eq!(tab.post("/login", &fields, &[]).await.status, 303);
        let second = tab.cookie("corridor-session").unwrap();
        assert_ne!(first, second);
        tab.set_cookie("corridor-session", &first);
        assert_eq!(tab.get("/password").await.status, 303);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_when_idle_and_in_any_case() {
    run(Engine::Sqlite, async |house| {
        let tab = Tab::of(house, "officer", "en").await;
        let mut minutes = 0;
        while minutes < 12 * 60 - 29 {
            house.move_to(house.clock.now() + jiff::SignedDuration::from_mins(29));
            minutes += 29;
            assert_eq!(tab.get("/password").await.status, 200, "after {minutes} minutes");
        }
        house.move_to(house.clock.now() + jiff::SignedDuration::from_mins(29));
        assert_eq!(tab.get("/password").await.status, 303, "twelve hours are over");
        let tab = Tab::of(house, "officer", "en").await;
        house.move_to(house.clock.now() + jiff::SignedDuration::from_mins(31));
        assert_eq!(
            tab.get("/password").await.status,
            303,
            "nobody was there for half an hour"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn foreign_forms_do_nothing() {
    run(Engine::Sqlite, async |house| {
        let tab = Tab::of(house, "officer", "en").await;
        let page = tab.get("/password").await;
        let own = page.hidden("/logout");
        let rival = Tab::of(house, "rival", "en").await;
        let other = rival.get("/password").await.hidden("/logout");
        let same: &[(&str, &str)] = &[("sec-fetch-site", "same-origin")];
        for (fields, headers) in [
            (Vec::new(), same),
            (other, same),
            (own.clone(), &[("sec-fetch-site", "cross-site")]),
            (own.clone(), &[("sec-fetch-site", "same-site")]),
            (own.clone(), &[("origin", "https://evil.example")]),
            (own.clone(), &[("origin", "null")]),
        ] {
            let reply = tab.post("/logout", &fields, headers).await;
            assert_eq!(reply.status, 403, "{headers:?}");
            reply.is_sound("en");
        }
        assert_eq!(tab.get("/password").await.status, 200, "still signed in");
        assert_eq!(tab.post("/logout", &own, same).await.status, 303);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_unknown_and_throttled_say_what_to_do_and_never_which() {
    run(Engine::Sqlite, async |house| {
        let tab = Tab::new(house, "ru");
        let page = tab.get("/login").await;
        let wrong = tab
            .send(&page, "/login", &credentials("officer", "wrong wrong wrong"))
            .await;
        let unknown = tab
            .send(&page, "/login", &credentials("nobody", "wrong wrong wrong"))
            .await;
        for reply in [&wrong, &unknown] {
            assert_eq!(reply.status, 422);
            reply.is_sound("ru");
            reply.says("data-error-summary");
            reply.says("href=\"#email\"");
            reply.says("@people.example\"");
            assert!(!reply.html.contains("wrong wrong"));
        }
        for _ in 0..3 {
            tab.send(&page, "/login", &credentials("officer", "wrong wrong wrong"))
                .await;
        }
        let reply = tab.send(&page, "/login", &credentials("officer", PASSWORD)).await;
        assert_eq!(reply.status, 429);
        assert!(!reply.header("retry-after").is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_led_to_another_site() {
    run(Engine::Sqlite, async |house| {
        for place in ["https://evil.example", "//evil.example", "/\\evil.example", "queue"] {
            let tab = Tab::new(house, "en");
            let page = tab.get("/login").await;
            let mut fields = page.hidden("/login");
            fields.retain(|(name, _)| name != "next");
            fields.push(("next".to_owned(), place.to_owned()));
            fields.extend(
                credentials("officer", PASSWORD)
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value)),
            );
            let reply = tab.post("/login", &fields, &[]).await;
            assert_eq!(
                (reply.status, reply.header("location").as_str()),
                (303, "/queue"),
                "{place}"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_typed_when_the_session_ended_is_given_back_to_the_same_person_only() {
    run(Engine::Sqlite, async |house| {
        for who in ["officer", "rival"] {
            let tab = Tab::of(house, "officer", "en").await;
            let page = tab.get("/password").await;
            house.move_to(house.clock.now() + jiff::SignedDuration::from_mins(31));
            let typed = [
                ("new_password", "a long sentence, typed with care".to_owned()),
                ("password", "x".to_owned()),
            ];
            let reply = tab.send(&page, "/password", &typed).await;
            assert_eq!(reply.status, 401);
            reply.is_sound("en");
            assert!(!reply.html.contains("typed with care"), "sealed, not readable");
            let reply = tab.send(&reply, "/login", &credentials(who, PASSWORD)).await;
            if who == "officer" {
                assert_eq!(reply.status, 200, "{}", reply.html);
                reply.is_sound("en");
                assert!(
                    reply
                        .hidden("/password")
                        .contains(&("new_password".to_owned(), typed[0].1.clone()))
                );
                assert!(!reply.html.contains("name=\"password\""), "no password is given back");
            } else {
                assert_eq!(reply.status, 303, "{}", reply.html);
                assert!(!reply.html.contains("typed with care"));
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_password_ends_all_other_sessions() {
    run(Engine::Sqlite, async |house| {
        let (here, there) = (
            Tab::of(house, "officer", "en").await,
            Tab::of(house, "officer", "en").await,
        );
        let page = here.get("/password").await;
        let change = |now: &str, new: &str| [("password", now.to_owned()), ("new_password", new.to_owned())];
        let reply = here
            .send(
                &page,
                "/password",
                &change("not it at all, no", "a fresh and long sentence"),
            )
            .await;
        assert_eq!(reply.status, 422);
        let reply = here.send(&page, "/password", &change(PASSWORD, "short")).await;
        assert_eq!(reply.status, 422);
        reply.says("href=\"#new-password\"");
        let reply = here
            .send(&page, "/password", &change(PASSWORD, "a fresh and long sentence"))
            .await;
        assert_eq!(reply.status, 303, "{}", reply.html);
        let page = here.get(&reply.header("location")).await;
        assert_eq!(page.status, 200);
        page.says("role=\"status\"");
        assert_eq!(there.get("/password").await.status, 303);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_is_accepted_once() {
    run(Engine::Sqlite, async |house| {
        let secret = house.inside.door.invite(house.people["officer"]).await.unwrap();
        let (tab, path) = (Tab::new(house, "en"), format!("/invite/{secret}"));
        let page = tab.get(&path).await;
        page.is_sound("en");
        let fields = |password: &str| credentials("officer", password);
        let reply = tab.send(&page, &path, &fields("short")).await;
        assert_eq!(reply.status, 422);
        let reply = tab.send(&page, &path, &fields("a fresh and long sentence")).await;
        assert!(
            matches!(reply.status, 303 | 409 | 422),
            "{} {}",
            reply.status,
            reply.html
        );
        let again = Tab::new(house, "en");
        let page = again.get(&path).await;
        let reply = again.send(&page, &path, &fields("another fresh long sentence")).await;
        assert_eq!(reply.status, 410, "{}", reply.html);
        reply.is_sound("en");
    })
    .await;
}
