//! The auditor's, the administrator's and the public verification pages.

use super::{Page, Tab};
use crate::{
    api::course,
    house::{Engine, House, run},
};
use corridor::audit::checkpoint::Checkpoint;
use reqwest::Method;

const AUDITOR: &[&str] = &[
    "/audit",
    "/audit/export",
    "/audit/verify",
    "/audit/sla",
    "/audit/access",
];
const ADMIN: &[&str] = &[
    "/admin",
    "/admin/people",
    "/admin/people/invite",
    "/admin/organisations",
    "/admin/roles",
    "/admin/calendars",
    "/admin/calendars?day=2025-11-05",
    "/admin/letters",
    "/admin/outbox",
];
const TWINS: &[(&str, &str)] = &[
    ("auditor", "/audit"),
    ("auditor", "/audit/sla"),
    ("auditor", "/audit/access"),
    ("administrator", "/admin/people"),
    ("administrator", "/admin/roles"),
    ("administrator", "/admin/outbox"),
];

/// Sends a file by a form of the page.
async fn upload(tab: &Tab<'_>, house: &House, page: &Page, action: &str, bytes: &[u8]) -> String {
    let (boundary, mut body) = ("----corridor", Vec::new());
    for (name, value) in page.hidden(action) {
        let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(head.as_bytes());
    }
    let head = "Content-Disposition: form-data; name=\"file\"; filename=\"a file.bin\"\r\nContent-Type: application/octet-stream";
    body.extend_from_slice(format!("--{boundary}\r\n{head}\r\n\r\n").as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    let cookies: Vec<String> = ["corridor-session", "corridor-visitor", "corridor-language"]
        .iter()
        .filter_map(|name| tab.cookie(name).map(|value| format!("{name}={value}")))
        .collect();
    let request = house
        .client
        .post(format!("{}{action}", tab.root()))
        .header("content-type", format!("multipart/form-data; boundary={boundary}"))
        .header("cookie", cookies.join("; "))
        .header("sec-fetch-site", "same-origin")
        .header("accept", "text/html")
        .body(body);
    let reply = house.send(request).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_of_auditors_and_administrators_is_sound_and_closed_to_others() {
    run(Engine::Sqlite, async |house| {
        course::approved(house).await;
        for language in ["en", "ru"] {
            for (who, other, paths) in [
                ("auditor", "administrator", AUDITOR),
                ("administrator", "auditor", ADMIN),
            ] {
                let (own, foreign) = (
                    Tab::of(house, who, language).await,
                    Tab::of(house, other, language).await,
                );
                own.set_cookie("corridor-language", language);
                foreign.set_cookie("corridor-language", language);
                for path in paths {
                    let page = own.get(path).await;
                    assert_eq!(page.status, 200, "{path}: {}", page.html);
                    page.is_sound(language);
                    let refused = foreign.get(path).await;
                    assert_eq!(refused.status, 403, "{path}");
                    refused.is_sound(language);
                }
            }
            let stranger = Tab::new(house, language);
            assert_eq!(stranger.get("/audit").await.status, 303);
            assert_eq!(stranger.get("/admin/people").await.status, 303);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_has_its_twins() {
    run(Engine::Sqlite, async |house| {
        course::approved(house).await;
        for (who, path) in TWINS {
            let tab = Tab::of(house, who, "en").await;
            let csv = tab.get(&format!("{path}.csv")).await;
            assert_eq!(csv.status, 200, "{path}");
            assert!(csv.html.starts_with('\u{feff}'), "{path}: {}", csv.html);
            let twin = tab.get(&format!("{path}.json")).await;
            let items: serde_json::Value = serde_json::from_str(&twin.html).unwrap();
            assert!(items["items"].is_array(), "{path}");
            assert_eq!(
                Tab::new(house, "en").get(&format!("{path}.csv")).await.status,
                303,
                "{path}"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_explorer_finds_by_who_what_case_role_and_day() {
    run(Engine::Sqlite, async |house| {
        let case = course::approved(house).await;
        let reference = house.case("auditor", &case).await["reference"]
            .as_str()
            .unwrap()
            .to_owned();
        let tab = Tab::of(house, "auditor", "en").await;
        let items = async |query: &str| {
            let page = tab.get(&format!("/audit.json?{query}")).await;
            let found: serde_json::Value = serde_json::from_str(&page.html).unwrap();
            found["items"].as_array().unwrap().clone()
        };
        assert_eq!(items("what=vote_cast").await.len(), 2);
        assert_eq!(
            items(&format!("case={reference}")).await.len(),
            house.history(&case).await.len()
        );
        assert_eq!(items("what=vote_cast&who=us_head%40people.example").await.len(), 1);
        assert_eq!(
            items("what=vote_cast&role=head&from=2025-10-01&to=2025-12-31")
                .await
                .len(),
            2
        );
        assert_eq!(items("what=vote_cast&to=2025-10-01").await.len(), 0);
        tab.get("/audit?case=CW-NONE")
            .await
            .says("There is no case or waiver with this number");
        tab.get("/audit?from=yesterday").await.says("This is no date");
        // Page by page: every entry once.
        let (mut path, mut pages) = ("/audit".to_owned(), 0);
        let all = items("").await.len();
        let mut seen = std::collections::BTreeSet::new();
        while pages < 50 {
            let page = tab.get(&path).await;
            let links = page
                .tags("a")
                .into_iter()
                .filter_map(|link| super::browser::attribute(&link, "href"));
            seen.extend(links.filter(|to| to.starts_with("/audit/entries/")));
            pages += 1;
            let next = page.tags("a").into_iter().find(|link| link.contains("rel=\"next\""));
            let Some(next) = next.and_then(|link| super::browser::attribute(&link, "href")) else {
                break;
            };
            path = format!("/audit{}", next.replace("&amp;", "&"));
        }
        assert_eq!(seen.len(), all, "{pages} pages");
        let first = seen.iter().next().unwrap();
        let entry = tab.get(first).await;
        entry.is_sound("en");
        entry.says("matches");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_says_what_for_and_is_verified_on_the_page() {
    run(Engine::Sqlite, async |house| {
        let case = course::approved(house).await;
        let reference = house.case("auditor", &case).await["reference"]
            .as_str()
            .unwrap()
            .to_owned();
        let tab = Tab::of(house, "auditor", "en").await;
        let page = tab.get("/audit/export").await;
        let form = |purpose: &str| {
            [
                ("cases", reference.clone()),
                ("format", "jsonl".to_owned()),
                ("purpose", purpose.to_owned()),
            ]
        };
        let refused = tab.send(&page, "/audit/export", &form("")).await;
        assert_eq!(refused.status, 422);
        refused.says("Say what the export is for");
        let file = tab.send(&page, "/audit/export", &form("Audit order 7")).await;
        assert_eq!(file.status, 200, "{}", file.html);
        let made = house
            .count("SELECT count(*) FROM event WHERE stream_kind = 'office'")
            .await;
        assert_eq!(made, 1, "the export is history");
        let page = tab.get("/audit/verify").await;
        let verdict = upload(&tab, house, &page, "/audit/verify", file.html.as_bytes()).await;
        assert!(
            verdict.contains("Whole and unedited") && verdict.contains("corridor verify a file.bin"),
            "{verdict}"
        );
        let edited = file.html.replacen("\"X-01\"", "\"X-02\"", 1);
        assert_ne!(edited, file.html);
        let verdict = upload(&tab, house, &page, "/audit/verify", edited.as_bytes()).await;
        assert!(verdict.contains("Not what was exported"), "{verdict}");
        let verdict = upload(&tab, house, &page, "/audit/verify", b"something else").await;
        assert!(verdict.contains("This is not an export"), "{verdict}");
        let checked = tab.send(&page, "/audit/check", &[]).await;
        checked.says("All histories are whole");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn anybody_verifies_a_waiver_by_number_code_or_file() {
    run(Engine::Sqlite, async |house| {
        let case = course::approved(house).await;
        house.inside.log_now().await.unwrap();
        let waiver = house.case("signatory", &case).await["waiver"].clone();
        let (number, code) = (
            waiver["number"].as_str().unwrap(),
            waiver["verify_code"].as_str().unwrap(),
        );
        let tab = Tab::new(house, "en");
        let page = tab.get(&format!("/verify?number={number}&code={code}")).await;
        page.is_sound("en");
        page.says("Genuine and in force");
        page.says("tonnes");
        tab.get(&format!("/verify?number={}", number.to_lowercase()))
            .await
            .says("you also see quantities");
        tab.get(&format!("/verify?number={number}&code=0"))
            .await
            .says("does not belong to this number");
        tab.get("/verify?number=WV-NONE")
            .await
            .says("No waiver with this number");
        let path = format!("/waivers/{number}/certificate.pdf?code={code}&language=ru");
        let pdf = house
            .request(Method::GET, &path)
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap();
        let page = tab.get("/verify").await;
        let verdict = upload(&tab, house, &page, "/verify", &pdf).await;
        assert!(verdict.contains("this is the newest certificate"), "{verdict}");
        let mut changed = pdf.to_vec();
        changed.push(b'\n');
        let verdict = upload(&tab, house, &page, "/verify", &changed).await;
        assert!(verdict.contains("Not genuine") && !verdict.contains(code), "{verdict}");
        course::close_out(house, &case).await;
        house.inside.log_now().await.unwrap();
        let verdict = upload(&tab, house, &page, "/verify", &pdf).await;
        assert!(verdict.contains("Genuine, but its status has changed"), "{verdict}");
        let russian = Tab::new(house, "ru")
            .get(&format!("/verify?number={number}&code={code}"))
            .await;
        russian.is_sound("ru");
        russian.says("Подлинное, но не действует");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_invites_grants_closes_and_sends_again() {
    run(Engine::Sqlite, async |house| {
        let tab = Tab::of(house, "administrator", "en").await;
        let page = tab.get("/admin/people/invite").await;
        let fields = |email: &str| {
            [
                ("name", "Vera Ivanova".to_owned()),
                ("email", email.to_owned()),
                ("language", "ru".to_owned()),
                ("organisation", house.organisations["ministry"].to_string()),
                ("roles:list", "drafter".to_owned()),
            ]
        };
        let taken = tab
            .send(&page, "/admin/people/invite", &fields("drafter@people.example"))
            .await;
        assert_eq!(taken.status, 422, "{}", taken.html);
        let done = tab
            .send(&page, "/admin/people/invite", &fields("vera@people.example"))
            .await;
        assert_eq!(done.status, 303, "{}", done.html);
        let vera = done.headers["location"]
            .to_str()
            .unwrap()
            .split('?')
            .next()
            .unwrap()
            .to_owned();
        let person = tab.get(&vera).await;
        person.is_sound("en");
        person.says("Vera Ivanova");
        let grant = [("action", "grant_role".to_owned()), ("role", "signatory".to_owned())];
        let hidden = person
            .hidden(&vera)
            .into_iter()
            .filter(|(name, _)| name == "csrf")
            .collect::<Vec<_>>();
        let with = |fields: &[(&str, String)]| {
            let mut all = hidden.clone();
            all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
            all
        };
        let origin = [("sec-fetch-site", "same-origin")];
        assert_eq!(tab.post(&vera, &with(&grant), &origin).await.status, 303);
        tab.get(&vera).await.says("Authorised signatory");
        let close = [
            ("action", "disable_person".to_owned()),
            ("reason", "Left the ministry.".to_owned()),
        ];
        assert_eq!(tab.post(&vera, &with(&close), &origin).await.status, 303);
        tab.get(&vera).await.says("Restore access");
        // The link of the invitation is for her alone.
        let listed: serde_json::Value = serde_json::from_str(&tab.get("/admin/outbox.json").await.html).unwrap();
        let letter = listed["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|l| l["address"] == "vera@people.example")
            .unwrap();
        let path = format!("/admin/outbox/{}", letter["letter"].as_str().unwrap());
        let shown = tab.get(&path).await;
        shown.is_sound("en");
        assert!(shown.html.contains("invitation&#x2f;…"), "{}", shown.html);
        // Only what was given up is tried again.
        let again = tab.get("/admin/people/invite").await;
        let token: Vec<_> = again
            .hidden("/admin/people/invite")
            .into_iter()
            .filter(|(name, _)| name == "csrf")
            .collect();
        assert_eq!(tab.post(&path, &token, &origin).await.status, 409);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_its_key_and_its_newest_checkpoint_are_there_for_everybody() {
    run(Engine::Sqlite, async |house| {
        let tab = Tab::new(house, "en");
        house.inside.log_now().await.unwrap();
        let head = house.inside.store.log_head().await.unwrap().unwrap();
        let key = house.inside.notary.verifier(&head.origin).unwrap();
        let page = tab.get("/log").await;
        page.says(&key.vkey().replace('/', "&#x2f;"));
        page.says("First log of this service");
        let file = tab.get("/log/checkpoint.txt").await;
        assert_eq!(file.status, 200);
        let signed = Checkpoint::signed_by(&file.html, &key).unwrap().unwrap();
        assert!(signed.origin == head.origin && signed.size > 0);
        let twin: serde_json::Value = serde_json::from_str(&tab.get("/log.json").await.html).unwrap();
        let [only] = twin["items"].as_array().unwrap().as_slice() else {
            panic!("{twin}")
        };
        assert!(only["origin"] == head.origin && only["number"] == 1, "{only}");
        assert!(
            only["cause"].is_null() && only["signed"].as_u64() >= Some(signed.size),
            "{only}"
        );
    })
    .await;
}
