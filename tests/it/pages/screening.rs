//! Screening in the browser: what officials see, who may not, and a hit decided by two persons.

use super::{Page, Tab, browser::attribute};
use crate::{
    api::course,
    house::Engine,
    screening::{VESSEL, filler, lines, must_load, result, run, ship, work},
};
use serde_json::json;

fn posts_to(page: &Page, path: &str) -> bool {
    let mut forms = page.forms().into_iter();
    forms.any(|(form, _)| attribute(&form, "action").as_deref() == Some(path))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hit_is_shown_beside_its_subject_and_decided_by_two() {
    run(Engine::Sqlite, async |house| {
        let mut listed = filler(20);
        listed.push(ship("as first listed"));
        must_load(house, &listed).await;
        let case = course::submitted(house).await;
        work(house).await;
        course::take_up(house, &case).await;
        course::seat_panel(house, &case).await;
        let path = format!("/cases/{case}/screening");
        for who in ["officer", "us_reviewer", "ru_head", "auditor"] {
            for language in ["en", "ru"] {
                let tab = Tab::of(house, who, language).await;
                let page = tab.get(&format!("{path}?lang={language}")).await;
                assert_eq!(page.status, 200, "{who}: {}", page.html);
                page.is_sound(language);
                page.says("GRAVELINES TRADER");
            }
        }
        for (who, status) in [("drafter", 403), ("rival", 404)] {
            assert_eq!(Tab::of(house, who, "en").await.get(&path).await.status, status, "{who}");
        }
        let first = Tab::of(house, "us_reviewer", "en").await;
        let page = first.get(&path).await;
        for said in [
            "✓&nbsp;agrees",
            "≠&nbsp;differs",
            "IMO 9999010",
            "TEST",
            "nothing found",
            "as first listed",
        ] {
            page.says(said);
        }
        let csv = first.get(&format!("{path}.csv")).await;
        assert!(
            csv.html.contains("vessel:9999010") && csv.html.contains("S-1"),
            "{}",
            csv.html
        );
        assert_eq!(first.get(&format!("{path}.json")).await.status, 200);
        let history = first.get(&format!("{path}/history.csv")).await;
        assert!(
            history.html.contains("submission") && history.html.contains("S-1"),
            "{}",
            history.html
        );
        let hit = format!("{path}/hit?subject={}&entry=S-1", VESSEL.replace(':', "%3A"));
        let links = first.get(&path).await.tags("a");
        assert!(
            links
                .iter()
                .any(|link| attribute(link, "href").as_deref() == Some(&hit)),
            "{links:?}"
        );
        let post = format!("{path}/hit");
        for twin in first.get(&hit).await.twins() {
            let file = first.get(&twin).await;
            assert_eq!(file.status, 200, "{twin}");
            assert!(file.html.contains("9999010"), "{twin}: {}", file.html);
            assert_eq!(
                Tab::of(house, "drafter", "en").await.get(&twin).await.status,
                403,
                "{twin}"
            );
        }
        let page = first.get(&hit).await;
        page.is_sound("en");
        page.says("The listed party has the same number: IMO 9999010.");
        first.get(&path).await.says("a hit is not decided");
        let russian = Tab::of(house, "ru_reviewer", "ru").await;
        for place in [&hit, &path] {
            let mark = if place.contains('?') { '&' } else { '?' };
            let page = russian.get(&format!("{place}{mark}lang=ru")).await;
            page.is_sound("ru");
            page.says("Номер лица из списка тот же: IMO 9999010.");
            assert!(!page.html.contains("The listed party"), "{}", page.html);
        }
        let refused = first.send(&page, &post, &[("reason", "Another ship.".into())]).await;
        assert_eq!(refused.status, 422, "{}", refused.html);
        refused.is_sound("en");
        refused.says("Choose one.");
        let blank = first.send(&page, &post, &[("verdict", "true_match".into())]).await;
        assert_eq!(blank.status, 422, "{}", blank.html);
        blank.is_sound("en");
        let cover = [
            ("verdict", "true_match".into()),
            ("reason", "The same number.".into()),
            ("covered_as", "general_licence".into()),
            ("covered_by", "OFAC GL 6C, 31 CFR 501.801".into()),
        ];
        let done = first.send(&first.get(&hit).await, &post, &cover).await;
        assert_eq!(done.status, 303, "{}", done.html);
        first.get(&hit).await.says("another delegation than the first");
        let second = Tab::of(house, "ru_reviewer", "ru").await;
        let page = second.get(&format!("{hit}&lang=ru")).await;
        page.is_sound("ru");
        page.says("OFAC GL 6C, 31 CFR 501.801");
        let agreed = [("agree:b", "true".into()), ("reason", "Номер тот же.".into())];
        let done = second.send(&page, &post, &agreed).await;
        assert_eq!(done.status, 303, "{}", done.html);
        assert_eq!(result(house, &case, VESSEL).await["hits"][0]["state"], "true_match");
        let auditor = Tab::of(house, "auditor", "en").await.get(&hit).await;
        auditor.is_sound("en");
        auditor.says("The second person agreed");
        assert!(
            auditor.forms().iter().all(|(form, _)| !form.contains(&post)),
            "auditors do not act"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_is_screened_again_from_the_page_but_not_by_an_auditor() {
    run(Engine::Sqlite, async |house| {
        must_load(house, &filler(20)).await;
        let case = course::submitted(house).await;
        let path = format!("/cases/{case}/screening");
        let tab = Tab::of(house, "officer", "en").await;
        let page = tab.get(&path).await;
        page.is_sound("en");
        page.says("Not screened yet");
        page.says("not everybody is screened");
        page.says("<li>Vessel: ");
        assert!(!page.html.contains("vessel:9999010"), "{}", page.html);
        assert_eq!(tab.send(&page, &path, &[]).await.status, 303);
        let page = tab.get(&path).await;
        page.says("nothing found");
        page.says("It can be relied on for 24 hours after the oldest check, until");
        house.hours_later(25);
        let tab = Tab::of(house, "officer", "en").await;
        let page = tab.get(&path).await;
        page.is_sound("en");
        page.says("nothing found, to be repeated");
        page.says("It is to be repeated before the ballot opens");
        page.says("href=\"/process#B-01\"");
        let page = tab.get(&format!("{path}?lang=ru")).await;
        page.is_sound("ru");
        page.says("ничего не найдено, нужна повторная проверка");
        let api = house.read("officer", &format!("/cases/{case}/screening")).await;
        assert_eq!(
            (&api["standing"], &api["asked_by"]["rule"]),
            (&json!("clear"), &json!("B-01"))
        );
        let auditor = Tab::of(house, "auditor", "en").await;
        let page = auditor.get(&path).await;
        assert!(posts_to(&tab.get(&path).await, &path) && !posts_to(&page, &path));
        let token = page.hidden("/logout");
        let posted = auditor.post(&path, &token, &[("sec-fetch-site", "same-origin")]).await;
        assert_eq!(posted.status, 403, "{}", posted.html);
    })
    .await;
}

/// Sends a file on the page of lists, as a browser does.
async fn upload(tab: &Tab<'_>, what: &str, text: &str) -> Page {
    let token = tab.get("/admin/lists").await.hidden("/admin/lists").remove(0).1;
    let fields = [
        ("csrf", token.as_str()),
        ("source", "TEST"),
        ("format", ""),
        ("do", what),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    tab.upload("/admin/lists", &fields, "list.json", text).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_looks_loads_and_judges_a_list() {
    run(Engine::Sqlite, async |house| {
        let tab = Tab::of(house, "administrator", "en").await;
        let twenty = lines(&filler(20));
        let looked = upload(&tab, "look", &twenty).await;
        assert_eq!(looked.status, 200, "{}", looked.html);
        looked.is_sound("en");
        looked.says("20 entries");
        looked.says("No list is loaded");
        assert_eq!(upload(&tab, "load", &twenty).await.status, 303);
        let refused = upload(&tab, "load", "{\"id\": ").await;
        assert_eq!(refused.status, 422, "{}", refused.html);
        refused.is_sound("en");
        refused.says("The file ends before it should.");
        let tab = Tab::of(house, "administrator", "ru").await;
        let page = tab.get("/admin/lists?lang=ru").await;
        page.is_sound("ru");
        page.says("Последний поступивший файл отклонён");
        page.says("list.json, строка 1: Файл обрывается раньше времени.");
        page.says("Ожидает очереди: всё действующее будет проверено по изменениям.");
        let mut odd = filler(20);
        odd.push(
            json!({ "id": "S-1", "schema": "Vessel", "properties": { "name": ["Odd"], "imoNumber": ["9999011"] } }),
        );
        let looked = upload(&tab, "look", &lines(&odd)).await;
        looked.is_sound("ru");
        looked.says("list.json (S-1): номер судна ИМО 9999011: контрольные цифры должны быть 0");
        let refused = upload(&tab, "load", "{\"id\": ").await;
        refused.is_sound("ru");
        refused.says("Это не целый список читаемого формата; действует прежний список.");
        work(house).await;
        let tab = Tab::of(house, "administrator", "en").await;
        tab.get("/admin/lists")
            .await
            .says("Done: 0 live cases looked at, something changed in 0.");
        let three = lines(&filler(3));
        upload(&tab, "look", &three).await.says("would be held");
        assert_eq!(upload(&tab, "load", &three).await.status, 303);
        for language in ["ru", "en"] {
            let page = tab.get(&format!("/admin/lists?lang={language}")).await;
            page.is_sound(language);
        }
        let page = tab.get("/admin/lists").await;
        page.says("A version waits for your word");
        let judge = "/admin/lists/TEST/judge";
        let blank = tab
            .send(&page, judge, &[("do", "confirm".into()), ("reason", String::new())])
            .await;
        assert_eq!(blank.status, 422, "{}", blank.html);
        let word = [
            ("do", "confirm".into()),
            ("reason", "Compared with the publisher.".into()),
        ];
        assert_eq!(tab.send(&page, judge, &word).await.status, 303);
        let page = tab.get("/admin/lists").await;
        page.says("3 entries");
        page.says("superseded");
        for twin in tab.get("/admin/lists").await.twins() {
            assert_eq!(tab.get(&twin).await.status, 200, "{twin}");
        }
        let csv = tab.get("/admin/lists.csv").await;
        assert!(
            csv.html.contains("superseded") && csv.html.contains("current"),
            "{}",
            csv.html
        );
        assert_eq!(
            Tab::of(house, "officer", "en").await.get("/admin/lists").await.status,
            403
        );
    })
    .await;
}
