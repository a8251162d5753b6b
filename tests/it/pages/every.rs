//! What must hold for every page, in every language.

use super::Tab;
use crate::{
    api::course,
    house::{Engine, House, run},
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

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
    "/log",
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

/// What stands at an address.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// A page with everything a page must have, in both languages.
    Page,
    /// The twins of a table: tried wherever the table is shown.
    Twin,
    /// A file, a feed, a picture.
    File,
    /// Leads elsewhere.
    Leads,
    /// Needs a world of its own: the test of pages that has it.
    Elsewhere(&'static str),
}
use Kind::{Elsewhere, File, Leads, Twin};

/// Every address that can be read, as the source names it; who reads it here (nobody: the public); the address itself,
/// where names in braces stand for what the test has made. The same address may stand here several times.
const ROUTES: &[(&str, &str, &str, Kind)] = &[
    ("/", "", "/", Kind::Page),
    ("/accessibility", "", "/accessibility", Kind::Page),
    ("/privacy", "", "/privacy", Kind::Page),
    ("/help", "", "/help", Kind::Page),
    ("/status", "", "/status", Kind::Page),
    ("/notices", "", "/notices?state=published&q=grain", Kind::Page),
    ("/notices.{ending:csv|json}", "", "", Twin),
    ("/notices/{name}", "", "/notices/{notice}", Kind::Page),
    ("/notices/{name}/criteria", "", "/notices/{notice}/criteria", Kind::Page),
    (
        "/notices/{name}/editions/{number}.json",
        "",
        "/notices/{notice}/editions/1.json",
        File,
    ),
    ("/notices.atom", "", "/notices.atom", File),
    ("/register.atom", "", "/register.atom", File),
    ("/calendar.ics", "", "/calendar.ics", File),
    ("/calendar", "", "/calendar", Kind::Page),
    ("/process", "", "/process", Kind::Page),
    ("/process.{ending:csv|json}", "", "", Twin),
    ("/register", "", "/register?outcome=approved", Kind::Page),
    ("/register.{ending:csv|json}", "", "", Twin),
    ("/register/{reference}", "", "/register/{reference}", Kind::Page),
    ("/register/{reference}/outcome.{ending:csv|json}", "", "", Twin),
    ("/verify", "", "/verify?number={waiver}", Kind::Page),
    ("/login", "", "/login?next=/queue", Kind::Page),
    ("/log", "", "/log", Kind::Page),
    ("/log.{ending:csv|json}", "", "", Twin),
    ("/log/checkpoint.txt", "", "/log/checkpoint.txt", File),
    ("/logout", "drafter", "/logout", Kind::Page),
    ("/invite/{secret}", "", "/invite/0123", Kind::Page),
    ("/password", "drafter", "/password", Kind::Page),
    ("/forgotten", "", "/forgotten", Kind::Page),
    ("/reset/{secret}", "", "", Elsewhere("recovery.rs")),
    ("/assets/{hash}/{name}", "", "", Elsewhere("every.rs")),
    ("/favicon.ico", "", "/favicon.ico", File),
    ("/queue", "officer", "/queue?state=decided&q=&mine=", Kind::Page),
    ("/queue", "us_chair", "/queue", Kind::Page),
    ("/queue.{ending}", "", "", Twin),
    ("/dossiers", "drafter", "/dossiers", Kind::Page),
    ("/dossiers.{ending}", "", "", Twin),
    ("/dossiers/new", "drafter", "/dossiers/new", Kind::Page),
    ("/dossiers/{id}", "drafter", "/dossiers/{draft}", Kind::Page),
    (
        "/dossiers/{id}/{section}",
        "drafter",
        "/dossiers/{draft}/goods",
        Kind::Page,
    ),
    (
        "/dossiers/{id}/{section}",
        "drafter",
        "/dossiers/{draft}/purpose",
        Kind::Page,
    ),
    (
        "/dossiers/{id}/documents",
        "drafter",
        "/dossiers/{draft}/documents",
        Kind::Page,
    ),
    (
        "/dossiers/{id}/documents/{document}",
        "drafter",
        "/dossiers/{case}/documents/{document}",
        File,
    ),
    (
        "/dossiers/{id}/check",
        "signatory",
        "/dossiers/{draft}/check",
        Kind::Page,
    ),
    (
        "/dossiers/{id}/receipt",
        "signatory",
        "/dossiers/{case}/receipt",
        Kind::Page,
    ),
    (
        "/dossiers/{id}/receipt.pdf",
        "signatory",
        "/dossiers/{case}/receipt.pdf",
        File,
    ),
    ("/cases/{id}", "drafter", "/cases/{case}", Kind::Page),
    ("/cases/{id}", "us_chair", "/cases/{case}", Kind::Page),
    ("/cases/{id}", "officer", "/cases/{room}", Kind::Page),
    ("/cases/{id}/findings.{ending:csv|json}", "", "", Twin),
    ("/cases/{id}/shipments.{ending:csv|json}", "", "", Twin),
    (
        "/cases/{id}/acts/{action}",
        "officer",
        "/cases/{room}/acts/send_message",
        Kind::Page,
    ),
    (
        "/cases/{id}/papers/{paper}.pdf",
        "auditor",
        "/cases/{case}/papers/history.pdf?language=ru",
        File,
    ),
    ("/cases/{id}/decision", "us_chair", "/cases/{case}/decision", Kind::Page),
    ("/cases/{id}/decision.{ending:csv|json}", "", "", Twin),
    ("/cases/{id}/decision/draft.pdf", "", "", Elsewhere("decision.rs")),
    ("/cases/{id}/dossier", "officer", "/cases/{case}/dossier", Kind::Page),
    ("/cases/{id}/dossier.{ending:csv|json}", "", "", Twin),
    (
        "/cases/{id}/documents",
        "officer",
        "/cases/{case}/documents",
        Kind::Page,
    ),
    ("/cases/{id}/documents.{ending:csv|json}", "", "", Twin),
    ("/cases/{id}/files", "officer", "/cases/{case}/files", Kind::Page),
    ("/cases/{id}/files.{ending:csv|json}", "", "", Twin),
    ("/cases/{id}/history", "auditor", "/cases/{case}/history", Kind::Page),
    ("/cases/{id}/history.{ending:csv|json}", "", "", Twin),
    (
        "/cases/{id}/inspection",
        "us_inspector",
        "/cases/{room}/inspection",
        Kind::Page,
    ),
    (
        "/cases/{id}/inspection.ics",
        "us_inspector",
        "/cases/{room}/inspection.ics",
        File,
    ),
    ("/cases/{id}/inspection.{ending:csv|json}", "", "", Twin),
    ("/cases/{id}/attendance.{ending:csv|json}", "", "", Twin),
    ("/cases/{id}/slots.{ending:csv|json}", "", "", Twin),
    (
        "/cases/{id}/screening",
        "officer",
        "/cases/{case}/screening",
        Kind::Page,
    ),
    ("/cases/{id}/screening.{ending:csv|json}", "", "", Twin),
    ("/cases/{id}/screening/history.{ending:csv|json}", "", "", Twin),
    (
        "/cases/{id}/screening/hit",
        "officer",
        "/cases/{case}/screening/hit",
        Leads,
    ),
    ("/cases/{id}/screening/hit", "", "", Elsewhere("screening.rs")),
    ("/cases/{id}/screening/hit.{ending:csv|json}", "", "", Twin),
    ("/documents/{id}", "officer", "/documents/{document}", Kind::Page),
    ("/documents/{id}/view", "officer", "/documents/{document}/view", File),
    ("/documents/{id}/file", "officer", "/documents/{document}/file", File),
    ("/notices/new", "officer", "/notices/new", Kind::Page),
    (
        "/notices/{id}/acts/{action}",
        "officer",
        "/notices/{notice}/acts/withdraw_notice",
        Kind::Page,
    ),
    ("/office/notices", "officer", "/office/notices", Kind::Page),
    ("/office/notices.{ending:csv|json}", "", "", Twin),
    (
        "/office/notices/{id}",
        "us_chair",
        "/office/notices/{notice}",
        Kind::Page,
    ),
    ("/records", "lead", "/records", Kind::Page),
    ("/records.{ending:csv|json}", "", "", Twin),
    ("/records/{id}", "lead", "/records/{case}", Kind::Page),
    ("/records/{id}/history.{ending:csv|json}", "", "", Twin),
    (
        "/audit",
        "auditor",
        "/audit?role=drafter&what=&from=2025-10-01",
        Kind::Page,
    ),
    ("/audit.{ending:csv|json}", "", "", Twin),
    ("/audit/entries/{id}", "auditor", "/audit/entries/{event}", Kind::Page),
    (
        "/audit/entries/{id}/proof.txt",
        "auditor",
        "/audit/entries/{event}/proof.txt",
        File,
    ),
    ("/audit/verify", "auditor", "/audit/verify", Kind::Page),
    ("/audit/export", "auditor", "/audit/export", Kind::Page),
    ("/audit/sla", "auditor", "/audit/sla", Kind::Page),
    ("/audit/sla.{ending:csv|json}", "", "", Twin),
    ("/audit/access", "auditor", "/audit/access", Kind::Page),
    ("/audit/access.{ending:csv|json}", "", "", Twin),
    ("/admin", "administrator", "/admin", Kind::Page),
    (
        "/admin/people",
        "administrator",
        "/admin/people?role=head&q=",
        Kind::Page,
    ),
    ("/admin/people.{ending:csv|json}", "", "", Twin),
    (
        "/admin/people/invite",
        "administrator",
        "/admin/people/invite",
        Kind::Page,
    ),
    (
        "/admin/people/{id}",
        "administrator",
        "/admin/people/{person}",
        Kind::Page,
    ),
    (
        "/admin/organisations",
        "administrator",
        "/admin/organisations",
        Kind::Page,
    ),
    ("/admin/organisations.{ending:csv|json}", "", "", Twin),
    ("/admin/roles", "administrator", "/admin/roles", Kind::Page),
    ("/admin/roles.{ending:csv|json}", "", "", Twin),
    (
        "/admin/calendars",
        "administrator",
        "/admin/calendars?day={holiday}",
        Kind::Page,
    ),
    ("/admin/calendars.{ending:csv|json}", "", "", Twin),
    ("/admin/letters", "administrator", "/admin/letters", Kind::Page),
    ("/admin/lists", "administrator", "/admin/lists", Kind::Page),
    ("/admin/lists.{ending:csv|json}", "", "", Twin),
    ("/admin/outbox", "administrator", "/admin/outbox", Kind::Page),
    ("/admin/outbox.{ending:csv|json}", "", "", Twin),
    (
        "/admin/outbox/{id}",
        "administrator",
        "/admin/outbox/{letter}",
        Kind::Page,
    ),
];

/// Every address that can be read, from the source of the pages.
fn routes_in_source(folder: &std::path::Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            routes_in_source(&path, found);
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let lines = source.lines().filter(|line| line.starts_with("#[get(\""));
        found.extend(lines.map(|line| line.split('"').nth(1).unwrap().to_owned()));
    }
}

#[test]
fn every_address_of_the_pages_is_in_the_list_and_the_list_has_no_other() {
    let mut found = BTreeSet::new();
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/pages");
    routes_in_source(&source, &mut found);
    let listed: BTreeSet<String> = ROUTES.iter().map(|(route, ..)| (*route).to_owned()).collect();
    assert!(found.len() > 80, "{found:?}");
    assert_eq!(found, listed);
}

/// What the addresses are about: a draft, a case whose waiver is used up, one whose inspection has begun.
async fn world(house: &House) -> BTreeMap<&'static str, String> {
    let case = course::approved(house).await;
    course::upload(house, "officer", &case, "note.txt", "A note of one's own.").await;
    course::close_out(house, &case).await;
    let notice = course::published(house).await;
    let room = course::drafted_under(house, &notice).await;
    course::submit(house, &room).await;
    course::take_up(house, &room).await;
    course::seat_panel(house, &room).await;
    course::inspection_opened(house, &room).await;
    let draft = course::drafted_under(house, &notice).await;
    house.inside.log_now().await.unwrap();
    let held = json!({ "action": "place_hold", "body": { "reason": "An inquiry." } });
    let held = house.post("lead", &format!("/records/{case}/actions"), &held).await;
    assert!(held.status < 300, "{}", held.text);
    let seen = house.case("officer", &case).await;
    let due = house.case("officer", &room).await["clock"]["due"].clone();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let letters = house.read("auditor", &format!("/cases/{case}/letters")).await;
    BTreeMap::from([
        ("notice", notice),
        ("draft", draft),
        ("reference", text(&seen["reference"])),
        ("waiver", text(&seen["waiver"]["number"])),
        ("document", text(&seen["dossier"]["documents"][0]["id"])),
        ("event", text(&house.history(&case).await[0]["id"])),
        ("letter", text(&letters["items"][0]["id"])),
        ("person", house.people["drafter"].to_string()),
        ("holiday", text(&due)),
        ("room", room),
        ("case", case),
    ])
}

fn filled(path: &str, world: &BTreeMap<&'static str, String>) -> String {
    world.iter().fold(path.to_owned(), |path, (name, value)| {
        path.replace(&format!("{{{name}}}"), value)
    })
}

/// The address with digits and identifiers taken for names, as the list has it.
fn matches(route: &str, path: &str) -> bool {
    let (route, ending) = route
        .split_once("{ending")
        .map_or((route, false), |(route, _)| (route, true));
    let path = match path.rsplit_once('.') {
        Some((path, "csv" | "json")) if ending => format!("{path}."),
        _ => path.to_owned(),
    };
    let (route, path): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
    route.len() == path.len() && route.iter().zip(&path).all(|(a, b)| a.starts_with('{') || a == b)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_sound_keeps_its_language_and_every_table_has_its_twins() {
    run(Engine::Sqlite, async |house| {
        let world = world(house).await;
        let mut tabs = BTreeMap::new();
        let mut twins = BTreeSet::new();
        for (route, who, path, kind) in ROUTES {
            let path = filled(path, &world);
            if !tabs.contains_key(who) {
                let tab = if who.is_empty() {
                    Tab::new(house, "en")
                } else {
                    Tab::of(house, who, "en").await
                };
                tabs.insert(who, tab);
            }
            let tab = &tabs[who];
            match kind {
                Kind::Page => {
                    for (language, other) in [("en", "ru"), ("ru", "en")] {
                        let mark = if path.contains('?') { '&' } else { '?' };
                        let page = tab.get(&format!("{path}{mark}lang={language}")).await;
                        assert_eq!(page.status, 200, "{route} as {who}: {}", page.html);
                        page.is_sound(language);
                        stays(&page, &path, other);
                        for twin in page.twins() {
                            let file = tab.get(&twin).await;
                            assert_eq!(file.status, 200, "{path}: {twin}");
                            let csv = twin.contains(".csv");
                            assert_eq!(file.html.starts_with('\u{feff}'), csv, "{twin}: {}", file.html);
                            assert_eq!(file.html.starts_with("{\"items\":["), !csv, "{twin}: {}", file.html);
                            twins.insert(twin.split('?').next().unwrap().to_owned());
                        }
                    }
                }
                File => assert_eq!(tab.get(&path).await.status, 200, "{route} as {who}"),
                Leads => assert_eq!(tab.get(&path).await.status, 303, "{route} as {who}"),
                Twin | Elsewhere(_) => {}
            }
        }
        for (route, ..) in ROUTES.iter().filter(|(.., kind)| *kind == Twin) {
            // Those of a hit and of lists are tried in screening.rs, where there are some.
            let shown = twins.iter().any(|path| matches(route, path))
                || route.contains("/hit.")
                || route.contains("/admin/lists.");
            assert!(shown, "no page shows {route}: {twins:#?}");
        }
    })
    .await;
}

/// The switch of language leads to the same page with the same question.
#[track_caller]
fn stays(page: &super::Page, path: &str, other: &str) {
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let links = page
        .tags("a")
        .into_iter()
        .filter_map(|tag| super::browser::attribute(&tag, "href"));
    let switch: Vec<_> = links
        .filter(|link| link.starts_with('?') && link.ends_with(&format!("lang={other}")))
        .collect();
    assert!(!switch.is_empty(), "{path}: no switch to {other}");
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap();
        let value = value.replace('/', "%2F");
        let kept = switch.iter().all(|link| link.contains(&format!("{name}={value}")));
        assert!(kept, "{path}: the switch forgets {name}: {switch:?}");
    }
}

/// Nothing there yet: the page says so, and what comes next. Not for you: the page says for whom.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn empty_closed_and_archived_states_say_what_they_are() {
    run(Engine::Sqlite, async |house| {
        for (who, path) in [
            ("", "/notices"),
            ("", "/register"),
            ("officer", "/queue"),
            ("drafter", "/dossiers"),
            ("officer", "/office/notices"),
            ("lead", "/records"),
            ("auditor", "/audit/sla"),
            ("administrator", "/admin/lists"),
        ] {
            let tab = if who.is_empty() {
                Tab::new(house, "en")
            } else {
                Tab::of(house, who, "en").await
            };
            for language in ["en", "ru"] {
                let page = tab.get(&format!("{path}?lang={language}")).await;
                assert_eq!(page.status, 200, "{path}");
                page.is_sound(language);
                page.says("<div class=\"empty\"><p>");
            }
        }
        for (who, path, role) in [
            ("drafter", "/queue", "Secretariat officer"),
            ("officer", "/dossiers", "Drafter of the submitting organisation"),
            ("officer", "/audit", "Auditor"),
            ("auditor", "/admin/people", "Administrator of the service"),
            ("drafter", "/office/notices", "Co-chair of the committee"),
            ("drafter", "/records", "Administrator of the service"),
        ] {
            let tab = Tab::of(house, who, "en").await;
            let page = tab.get(path).await;
            assert_eq!(page.status, 403, "{path}");
            page.is_sound("en");
            page.says(&format!("<li>{role}</li>"));
            let page = tab.get(&format!("{path}?lang=ru")).await;
            page.is_sound("ru");
        }
        let case = course::drafted(house).await;
        let tab = Tab::of(house, "drafter", "en").await;
        let page = tab.get(&format!("/cases/{case}")).await;
        assert!(!page.html.contains("This case is closed"), "{}", page.html);
        house
            .must("signatory", &case, "submit_dossier", json!({ "declaration": "2025-1" }))
            .await;
        house
            .must(
                "signatory",
                &case,
                "withdraw_dossier",
                json!({ "reason": "No longer needed." }),
            )
            .await;
        let page = tab.get(&format!("/cases/{case}")).await;
        page.is_sound("en");
        page.says("This case is closed and kept as a record");
        assert!(!page.html.contains(&format!("/records/{case}")));
        let lead = Tab::of(house, "lead", "en").await;
        lead.get(&format!("/cases/{case}"))
            .await
            .says(&format!("/records/{case}"));
    })
    .await;
}

/// Two people act on the same case: the second sees what the first did, and their own words.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_acts_second_sees_both_versions() {
    run(Engine::Sqlite, async |house| {
        let case = course::submitted(house).await;
        let path = format!("/cases/{case}/acts/send_message");
        let tab = Tab::of(house, "officer", "en").await;
        let sheet = tab.get(&path).await;
        sheet.is_sound("en");
        house.must("officer", &case, "take_case", json!({})).await;
        let fields = [("text", "The annex is missing.".to_owned())];
        let late = tab.send(&sheet, &path, &fields).await;
        assert_eq!(late.status, 409, "{}", late.html);
        late.is_sound("en");
        late.says("The annex is missing.");
        late.says("Case taken up by the secretariat");
    })
    .await;
}
