//! What is erased is gone everywhere, and history verifies as before.

use super::bundles::{bundle, check, trust};
use crate::{
    api::course,
    house::{House, both_databases, everybody},
    pages::Tab,
};
use corridor::{
    cli::record::rotate,
    process::keeping::{dispose_due, due_for_disposal},
};
use reqwest::Method;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

/// What only the case, its files and its messages say.
const SECRETS: &[&str] = &[
    "Zebulon Quartermaine",
    "All are civilians.",
    "The harbour is Tuesday's.",
];

async fn act(house: &House, who: &str, record: &str, action: &str, body: Value) -> (u16, Value) {
    let command = json!({ "action": action, "body": body });
    let reply = house.post(who, &format!("/records/{record}/actions"), &command).await;
    (reply.status, reply.json())
}

async fn refused(house: &House, who: &str, record: &str, action: &str, body: Value) -> String {
    let (_, said) = act(house, who, record, action, body).await;
    said["code"].as_str().unwrap_or("granted").to_owned()
}

pub async fn granted(house: &House, who: &str, record: &str, action: &str, body: Value) -> Value {
    let (status, said) = act(house, who, record, action, body).await;
    assert_eq!(status, 200, "{who} {action}: {said}");
    said
}

pub fn ask() -> Value {
    json!({ "ground": "request", "reason": "Letter of 3 March." })
}

/// A case with secrets in its dossier, a file and a message, told to everybody, and then withdrawn.
pub async fn ended(house: &House, notice: &str) -> String {
    let case = course::drafted_under(house, notice).await;
    let mut dossier = course::dossier();
    let applicant = dossier.applicant.as_mut().unwrap();
    applicant.name = SECRETS[0].to_owned();
    applicant.name_latin = None;
    let section = corridor::domain::dossier::Section::Applicant(applicant.clone());
    house
        .must("drafter", &case, "save_section", json!({ "save": section }))
        .await;
    course::submit(house, &case).await;
    house
        .must("signatory", &case, "send_message", json!({ "text": SECRETS[2] }))
        .await;
    house.deliver_letters().await;
    assert!(house.case("officer", &case).await.to_string().contains(SECRETS[0]));
    assert_eq!(
        refused(house, "administrator", &case, "ask_erasure", ask()).await,
        "record_in_use"
    );
    house.must("signatory", &case, "withdraw_dossier", json!({})).await;
    house.deliver_letters().await;
    case
}

async fn file_of(house: &House, case: &str) -> String {
    let files = house.read("officer", &format!("/cases/{case}/documents")).await;
    let of = files["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|file| file["file_name"] == "statement.txt");
    of.unwrap()["id"].as_str().unwrap().to_owned()
}

fn tells_nothing(what: &str, bytes: &[u8]) {
    for secret in SECRETS {
        let told = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!told, "{what} tells {secret}");
    }
}

fn every_file(folder: &std::path::Path, look: &mut impl FnMut(&std::path::Path, &[u8])) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            every_file(&entry.path(), look);
        } else if let Ok(bytes) = std::fs::read(entry.path()) {
            look(&entry.path(), &bytes);
        }
    }
}

/// Nobody reads it any more, in no answer, no export, no row and no file; and everything still holds.
async fn is_gone(house: &House, case: &str, document: &str) {
    for who in everybody() {
        for read in ["", "/history", "/letters", "/documents", "/clock"] {
            let reply = house.get(who, &format!("/cases/{case}{read}")).await;
            tells_nothing(&format!("{who} {read}"), reply.text.as_bytes());
            assert!(reply.status < 500, "{who} {read}: {}", reply.text);
        }
        let content = house.get(who, &format!("/documents/{document}/content")).await;
        assert!([404, 409].contains(&content.status), "{who}: {}", content.text);
    }
    for format in ["jsonl", "csv"] {
        let export = house
            .post("auditor", "/exports", &json!({ "cases": [case], "format": format }))
            .await;
        assert_eq!(export.status, 200, "{}", export.text);
        tells_nothing(format, export.text.as_bytes());
    }
    house.inside.log_now().await.unwrap();
    let full = bundle(house, None, false).await;
    let holds = check(&full, &trust(house, &[]).await).unwrap();
    assert!(holds.erased > 0 && holds.withheld == 0, "{holds:?}");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&full)).unwrap();
    for n in 0..archive.len() {
        let (mut entry, mut bytes) = (archive.by_index(n).unwrap(), Vec::new());
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        let name = entry.name().unwrap().into_owned();
        tells_nothing(&name, &bytes);
    }
    if house.rows.get_database_backend() == sea_orm::DbBackend::Sqlite {
        // The file with its free pages, once the journal of writing is part of it.
        house
            .rows
            .execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
            .await
            .unwrap();
    }
    every_file(&house.inside.settings.data.folder, &mut |path, bytes| {
        tells_nothing(&path.display().to_string(), bytes);
    });
    for sql in [
        "SELECT facts FROM letter",
        "SELECT address FROM letter",
        "SELECT applicant FROM case_listing",
        "SELECT file_name FROM document",
        "SELECT word FROM case_word",
    ] {
        let statement = Statement::from_string(house.rows.get_database_backend(), sql);
        for row in house.rows.query_all_raw(statement).await.unwrap() {
            tells_nothing(sql, row.try_get_by_index::<String>(0).unwrap().as_bytes());
        }
    }
}

both_databases! {
    /// In use, on hold, alone: refused. With a second person: gone for ever, while history verifies.
    async fn a_case_is_erased_by_two_and_nothing_of_it_is_left(house) {
        let notice = course::published(house).await;
        let case = ended(house, &notice).await;
        let document = file_of(house, &case).await;
        let events = house.history(&case).await.len();
        granted(house, "auditor", &case, "place_hold", json!({ "reason": "Lawsuit 12 O 34/26." })).await;
        assert_eq!(refused(house, "administrator", &case, "ask_erasure", ask()).await, "record_on_hold");
        assert_eq!(refused(house, "auditor", &case, "lift_hold", json!({ "hold": 1, "reason": "Over." })).await, "wrong_role");
        granted(house, "lead", &case, "lift_hold", json!({ "hold": 1, "reason": "The lawsuit is over." })).await;
        assert_eq!(refused(house, "officer", &case, "ask_erasure", ask()).await, "wrong_role");
        assert_eq!(refused(house, "drafter", &case, "ask_erasure", ask()).await, "forbidden");
        granted(house, "administrator", &case, "ask_erasure", ask()).await;
        for language in ["en", "ru"] {
            let lead = Tab::of(house, "lead", language).await;
            for path in [format!("/records?lang={language}"), format!("/records?named=nobody&lang={language}"), format!("/records/{case}?lang={language}")] {
                let page = lead.get(&path).await;
                assert_eq!(page.status, 200, "{path}: {}", page.html);
                page.is_sound(language);
            }
            assert_eq!(Tab::of(house, "drafter", language).await.get("/records").await.status, 403);
        }
        assert_eq!(refused(house, "administrator", &case, "confirm_erasure", json!({})).await, "second_person_needed");
        let said = granted(house, "lead", &case, "confirm_erasure", json!({})).await;
        assert_eq!(said["gone"]["how"], "erased", "{said}");
        assert_eq!(refused(house, "administrator", &case, "ask_erasure", ask()).await, "record_is_gone");
        is_gone(house, &case, &document).await;
        // What happened stays: as many events, the terms of the notice, the reference, the state.
        assert_eq!(house.history(&case).await.len(), events);
        let seen = house.case("officer", &case).await;
        assert_eq!(seen["state"], "withdrawn", "{seen}");
        assert!(seen["reference"].as_str().is_some_and(|reference| reference.starts_with("CW-")), "{seen}");
        let chains = house.inside.store.check_chains(&|_| {}).await.unwrap();
        assert!(chains.faults.is_empty() && chains.withheld > 0, "{chains:?}");
    }

    /// The person is out of the directory, and the address may be used again; acts keep the id.
    async fn a_person_is_erased(house) {
        let id = house.people["rival"].to_string();
        house.token("rival").await;
        assert_eq!(refused(house, "administrator", &id, "ask_erasure", ask()).await, "record_in_use");
        let disable = json!({ "action": "disable_person", "body": { "reason": "Left." } });
        assert_eq!(house.post("administrator", &format!("/people/{id}/actions"), &disable).await.status, 200);
        granted(house, "administrator", &id, "ask_erasure", ask()).await;
        granted(house, "lead", &id, "confirm_erasure", json!({})).await;
        let people = house.read("administrator", "/people").await.to_string();
        assert!(people.contains("Person drafter") && !people.contains("Person rival"), "{people}");
        let body = json!({ "email": House::email("rival"), "password": crate::house::PASSWORD });
        assert_eq!(house.send(house.request(Method::POST, "/sessions").json(&body)).await.status, 401);
        assert_eq!(house.count("SELECT count(*) FROM person WHERE email LIKE 'rival%'").await, 0);
        let invite = json!({ "name": "Another Rival", "email": House::email("rival"), "organisation": house.organisations["rival"], "roles": ["drafter"] });
        assert_eq!(house.post("administrator", "/people", &invite).await.status, 201);
    }

    /// Ten years after its end, and not a day before; never under a hold.
    async fn records_are_disposed_of_when_their_time_is_over(house) {
        let notice = course::published(house).await;
        let case = ended(house, &notice).await;
        let document = file_of(house, &case).await;
        house.hours_later(24 * 3_650);
        assert!(due_for_disposal(&house.inside).await.unwrap().is_empty());
        house.hours_later(24 * 4);
        house.forget_tokens();
        granted(house, "auditor", &case, "place_hold", json!({ "reason": "Lawsuit 12 O 34/26." })).await;
        assert_eq!(dispose_due(&house.inside).await.unwrap(), 0);
        granted(house, "lead", &case, "lift_hold", json!({ "hold": 1, "reason": "Over." })).await;
        assert_eq!(due_for_disposal(&house.inside).await.unwrap().len(), 1);
        assert_eq!(dispose_due(&house.inside).await.unwrap(), 1);
        assert_eq!(dispose_due(&house.inside).await.unwrap(), 0);
        let record = house.read("auditor", &format!("/records/{case}")).await;
        assert_eq!((&record["gone"]["how"], &record["history"][2]["type"]), (&json!("disposed"), &json!("record_disposed")));
        is_gone(house, &case, &document).await;
    }

    /// Names lie encrypted, with a key that is not in the database. After the key has changed, an older copy of the
    /// database opens nothing, and this one everything.
    async fn values_lie_encrypted_and_the_outer_key_changes(house) {
        let case = course::submitted(house).await;
        let applicant = course::dossier().applicant.unwrap().name;
        let statement = Statement::from_string(house.rows.get_database_backend(), "SELECT value FROM event_private");
        let cells = house.rows.query_all_raw(statement).await.unwrap();
        assert!(cells.len() > 20);
        for cell in cells {
            let cell: Vec<u8> = cell.try_get_by_index(0).unwrap();
            assert!(!String::from_utf8_lossy(&cell).contains(&applicant));
        }
        let ring = |house: &House| corridor::auth::keys::private_ring(&house.inside.settings.private_key_file()).unwrap();
        let (before, wrapped) = (ring(house), "SELECT count(DISTINCT ring) FROM subject_key");
        rotate(&house.inside, &mut Vec::new()).await.unwrap();
        assert!(ring(house).len() == 1 && ring(house) != before);
        assert_eq!(house.count(wrapped).await, 1);
        assert!(house.case("officer", &case).await.to_string().contains(&applicant));
        let other = house.another_instance().await;
        let stream = corridor::store::commit::Stream { kind: corridor::store::commit::StreamKind::Case, id: case.parse().unwrap() };
        assert!(json!(other.store.load(stream).await.unwrap().0).to_string().contains(&applicant));
    }

    /// The negative control: a value that is missing without an erasure is found.
    async fn a_value_that_vanishes_without_an_erasure_is_found(house) {
        course::submitted(house).await;
        house.rows.execute_unprepared("CREATE TABLE aside AS SELECT * FROM event_private WHERE field = '/data/section'").await.unwrap();
        house.rows.execute_unprepared("DELETE FROM event_private WHERE field = '/data/section'").await.unwrap();
        let chains = house.inside.store.check_chains(&|_| {}).await.unwrap();
        assert!(chains.faults.iter().any(|fault| fault.contains("no erasure says so")), "{chains:?}");
        house.rows.execute_unprepared("INSERT INTO event_private SELECT * FROM aside").await.unwrap();
        house.rows.execute_unprepared("DROP TABLE aside").await.unwrap();
    }

    /// That a confidential file was read stands in the log, as an export does.
    async fn reading_confidential_evidence_is_an_event(house) {
        let case = course::drafted(house).await;
        let file = course::upload(house, "drafter", &case, "secret.txt", "Between us.").await;
        let body = json!({ "document": file["id"], "class": "ITEM_LIST", "confidential": true, "no_twin_reason": "All of it is secret." });
        house.must("drafter", &case, "attach_document", body).await;
        course::submit(house, &case).await;
        let path = format!("/documents/{}/content", file["id"].as_str().unwrap());
        assert_eq!(house.get("officer", &path).await.text, "Between us.");
        let office = corridor::store::commit::Stream { kind: corridor::store::commit::StreamKind::Office, id: house.people["officer"].0 };
        let events = json!(house.inside.store.load(office).await.unwrap().0);
        assert_eq!((&events[0]["type"], &events[0]["data"]["document"]), (&json!("evidence_read"), &file["id"]));
    }
}
