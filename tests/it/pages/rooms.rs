//! The room of the inspection, the viewer of documents, and the versions of a dossier, in both languages.

use super::{Tab, browser::attribute};
use crate::{
    api::course,
    house::{Engine, House, run},
};
use serde_json::{Value, json};

/// The page, in both languages, sound.
async fn both(house: &House, who: &str, path: &str) -> [super::Page; 2] {
    let tab = Tab::of(house, who, "en").await;
    let mut pages = Vec::new();
    for language in ["en", "ru"] {
        let page = tab.get(&format!("{path}?lang={language}")).await;
        assert_eq!(page.status, 200, "{who}: {}", page.html);
        page.is_sound(language);
        pages.push(page);
    }
    pages.try_into().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_room_before_during_and_after_the_inspection() {
    run(Engine::Sqlite, async |house| {
        let case = course::under_review(house).await;
        let path = format!("/cases/{case}/inspection");
        let [before, _] = both(house, "us_chair", &path).await;
        before.says("No time has been offered yet");
        before.says(&format!("/cases/{case}/acts/decide_inspection"));

        course::inspection_opened(house, &case).await;
        let [during, russian] = both(house, "us_inspector", &path).await;
        for text in ["In session", "RUNVS", "Show it.", "in the room", "inspection.ics"] {
            during.says(text);
        }
        russian.says("Инспекция идёт");
        let record = format!("/cases/{case}/acts/record_observation?item=silo");
        during.says(&record);
        let tab = Tab::of(house, "us_inspector", "en").await;
        tab.get(&record).await.says("<option value=\"silo\" selected>");

        let capture = course::upload(house, "us_inspector", &case, "silo.txt", "Full of wheat.").await;
        for item in ["silo", "scale"] {
            let body =
                json!({ "item": item, "answer": "satisfactory", "note": "Seen well.", "capture": capture["id"] });
            house.must("us_inspector", &case, "record_observation", body).await;
        }
        for who in ["us_inspector", "ru_inspector"] {
            house.must(who, &case, "close_inspection", json!({})).await;
        }
        let report =
            json!({ "result": "passed", "text": "All in order inside.", "summary_for_host": "It was in order." });
        house.must("us_inspector", &case, "draft_report", report).await;
        house
            .must(
                "ru_inspector",
                &case,
                "sign_report",
                json!({ "reservation": "The scale was far." }),
            )
            .await;
        let [after, _] = both(house, "officer", &path).await;
        for text in [
            "2 of 2 items",
            "Seen well.",
            "All in order inside.",
            "The scale was far.",
            "awaited",
            capture["sha256"].as_str().unwrap(),
        ] {
            after.says(text);
        }
        let [host, _] = both(house, "signatory", &path).await;
        host.says("It was in order.");
        for secret in ["All in order inside.", "Seen well.", "The scale was far."] {
            assert!(!host.html.contains(secret), "the host reads {secret}");
        }
        let tab = Tab::of(house, "officer", "en").await;
        let csv = tab.get(&format!("/cases/{case}/inspection.csv")).await;
        csv.says("silo,C1,Show it.,true,satisfactory,Seen well.");
        tab.get(&format!("/cases/{case}/attendance.json"))
            .await
            .says("\"joined\":\"");
        let file = tab.get(&format!("/cases/{case}/inspection.ics")).await;
        assert_eq!(file.header("content-type"), "text/calendar; charset=utf-8");
        file.says(&format!("inspection-{case}@"));
        assert_eq!(Tab::of(house, "rival", "en").await.get(&path).await.status, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_is_shown_in_a_frame_that_runs_nothing_and_its_reading_is_noted() {
    run(Engine::Sqlite, async |house| {
        let case = course::drafted(house).await;
        let row = course::upload(house, "drafter", &case, "secret.csv", "=cmd,<script>alert(1)</script>").await;
        let body = json!({ "document": row["id"], "class": "BANK_DETAILS", "confidential": true, "no_twin_reason": "All of it." });
        house.must("drafter", &case, "attach_document", body).await;
        course::submit(house, &case).await;
        let id = row["id"].as_str().unwrap();
        let path = format!("/documents/{id}");
        let [page, russian] = both(house, "officer", &path).await;
        let frame = &page.tags("iframe")[0];
        assert_eq!(attribute(frame, "src").unwrap(), format!("{path}/view"));
        assert!(frame.contains(" sandbox"), "{frame}");
        for text in [row["sha256"].as_str().unwrap(), "Bank details", "All of it.", "Nobody yet."] {
            page.says(text);
        }
        russian.says("Банковские реквизиты");

        let tab = Tab::of(house, "officer", "en").await;
        let view = tab.get(&format!("{path}/view")).await;
        assert_eq!((view.status, view.header("content-type").as_str()), (200, "text/plain; charset=utf-8"));
        let policy = view.header("content-security-policy");
        assert!(policy.starts_with("sandbox; default-src 'none'") && !policy.contains("allow-"), "{policy}");
        assert_eq!(view.header("x-content-type-options"), "nosniff");
        let saved = tab.get(&format!("{path}/file")).await;
        assert!(saved.header("content-disposition").starts_with("attachment"), "{saved:?}");
        let page = tab.get(&path).await;
        assert!(!page.html.contains("Nobody yet."));
        assert_eq!(page.html.split("Who has read it").nth(1).unwrap().split("</ul>").next().unwrap().matches("<li>").count(), 2, "{}", page.html);

        let [list, _] = both(house, "officer", &format!("/cases/{case}/documents")).await;
        list.says("confidential");
        tab.get(&format!("/cases/{case}/documents.csv")).await.says("secret.csv,BANK_DETAILS,true,clean");
        let rival = Tab::of(house, "rival", "en").await;
        for path in [path.clone(), format!("{path}/view"), format!("{path}/file")] {
            assert_eq!(rival.get(&path).await.status, 404, "{path}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_shown_is_only_saved() {
    run(Engine::Sqlite, async |house| {
        let case = course::drafted(house).await;
        let row = course::upload_as(
            house,
            "drafter",
            &case,
            ("sign.p7s", "application/pkcs7-signature"),
            "-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----\n",
        )
        .await;
        let tab = Tab::of(house, "drafter", "en").await;
        let path = format!("/documents/{}", row["id"].as_str().unwrap());
        let page = tab.get(&path).await;
        page.is_sound("en");
        assert!(page.tags("iframe").is_empty());
        assert_eq!(tab.get(&format!("{path}/view")).await.status, 404);
        assert_eq!(tab.get(&format!("{path}/file")).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn versions_of_a_dossier_differ_field_by_field_and_in_words() {
    run(Engine::Sqlite, async |house| {
        let case = course::submitted(house).await;
        let path = format!("/cases/{case}/dossier");
        let [first, _] = both(house, "officer", &path).await;
        first.says("There is no other version");
        house.must("officer", &case, "take_case", json!({})).await;
        let back = json!({ "deficiencies": [{ "section": "goods", "code": "other", "text": "Say more." }] });
        house.must("officer", &case, "return_dossier", back).await;
        let mut goods = json!(course::dossier().goods);
        let mut more = goods[0].clone();
        goods[0]["description"] = json!("Milling wheat in bulk");
        (more["line"], more["description"]) = (json!(2), json!("Wheat flour"));
        goods.as_array_mut().unwrap().push(more);
        let seen = house.case("drafter", &case).await["saved"]["goods"].clone();
        let save = json!({ "save": { "section": "goods", "content": goods }, "seen": if seen.is_null() { json!(0) } else { seen } });
        house.must("drafter", &case, "save_section", save).await;
        let answers: Value = json!({ "declaration": "2025-1", "answers": ["Said."] });
        house.must("signatory", &case, "resubmit_dossier", answers).await;

        let [diff, russian] = both(house, "officer", &path).await;
        for text in ["What changed from version 1 to version 2", "[added:]", "Milling wheat in bulk", "Wheat flour"] {
            diff.says(text);
        }
        russian.says("[добавлено:]");
        let tab = Tab::of(house, "officer", "en").await;
        let back = tab.get(&format!("{path}?version=1&against=2")).await;
        back.is_sound("en");
        back.says("removed");
        assert_eq!(tab.get(&format!("{path}?version=9")).await.status, 404);
        assert_eq!(Tab::of(house, "rival", "en").await.get(&path).await.status, 404);
    })
    .await;
}
