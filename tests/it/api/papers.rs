//! Documents on paper: who gets which, and that they say what the history says.

use super::course::*;
use crate::house::{House, both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use std::{io::Write, process::Command};

const ALL: [&str; 5] = ["receipt", "decision", "certificate", "outcome", "history"];

/// The bytes of a document, which must be there.
async fn paper(house: &House, who: Option<&str>, path: &str) -> Vec<u8> {
    // The public learns only what is in the log.
    house.inside.log_now().await.unwrap();
    let mut request = house.request(Method::GET, path);
    if let Some(who) = who {
        request = request.bearer_auth(house.token(who).await);
    }
    let response = request.send().await.unwrap();
    assert_eq!(response.status().as_u16(), 200, "{path}");
    assert_eq!(response.headers()["content-type"], "application/pdf");
    let bytes = response.bytes().await.unwrap().to_vec();
    if let Some(folder) = std::env::var_os("PAPERS") {
        // To look at: the newest of each kind.
        let name = path.split(['/', '?']).find(|part| part.ends_with(".pdf")).unwrap();
        std::fs::write(std::path::Path::new(&folder).join(name), &bytes).unwrap();
    }
    assert!(bytes.starts_with(b"%PDF-1.7") && bytes.ends_with(b"%%EOF"), "{path}");
    bytes
}

/// Its text, where the tool for that is installed, with the no-break spaces made plain.
pub fn text(pdf: &[u8]) -> Option<String> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(pdf).unwrap();
    let output = Command::new("pdftotext")
        .arg("-layout")
        .arg(file.path())
        .arg("-")
        .output()
        .ok()?;
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap().replace('\u{a0}', " ");
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn says(pdf: &[u8], expected: &[&str]) {
    let Some(text) = text(pdf) else { return };
    for words in expected {
        assert!(text.contains(words), "“{words}” is not in: {text}");
    }
}

async fn code(house: &House, case: &str) -> (String, String) {
    let waiver = house.case("signatory", case).await["waiver"].clone();
    let text = |field: &str| waiver[field].as_str().unwrap().to_owned();
    (text("number"), text("verify_code"))
}

both_databases! {
    /// From the first receipt to the signed outcome.
    async fn every_document_says_what_the_history_says(house) {
        let case = submitted(house).await;
        let path = |kind: &str, language: &str| format!("/cases/{case}/papers/{kind}.pdf?language={language}");
        let reference = house.case("drafter", &case).await["reference"].as_str().unwrap().to_owned();
        let hash = house.case("drafter", &case).await["versions"][0]["sha256"].as_str().unwrap().to_owned();
        let receipt = paper(house, Some("drafter"), &path("receipt", "en")).await;
        says(&receipt, &["Receipt", &reference, "What happens next", &hash[..20]]);
        for early in ["decision", "certificate", "outcome"] {
            assert_eq!(house.get("drafter", &path(early, "en")).await.problem(404), "not_found", "{early}");
        }
        take_up(house, &case).await;
        seat_panel(house, &case).await;
        found_in(house, &case).await;
        open_ballot(house, &case).await;
        vote(house, &case, "us_head", "approve").await;
        vote(house, &case, "ru_head", "approve").await;
        for chair in ["us_chair", "ru_chair"] {
            let body = json!({ "draft": digest(house, &case).await });
            house.must(chair, &case, "sign_decision", body).await;
        }
        let (number, code) = code(house, &case).await;
        let certificate = paper(house, Some("signatory"), &path("certificate", "both")).await;
        says(&certificate, &[
            &number, &code, "Certificate of Waiver", "Сертификат разрешения", "Valid from", "Действительно с",
            "1 000 tonnes", "1 000 тонн", "us_chair", "ru_chair", "Ethiopia", "Эфиопия",
        ]);
        says(&paper(house, Some("lead"), &path("decision", "ru")).await, &["Решение", "Одобрено", "За одобрение", "us_chair"]);
        close_out(house, &case).await;
        says(&paper(house, Some("reader"), &path("outcome", "en")).await, &["final", "Delivered and verified 1 000 tonnes", "SYNTHETIC 1"]);
        let later = paper(house, Some("signatory"), &path("certificate", "en")).await;
        says(&later, &["No longer in force: closed since"]);
        let public = paper(house, None, &format!("/waivers/{number}/outcome.pdf?language=ru")).await;
        says(&public, &["Итоговое заявление", "окончательный", "1 000 тонн"]);
        assert!(text(&public).is_none_or(|text| !text.contains("SYNTHETIC 1")), "single shipments are not public");
        assert_eq!(paper(house, Some("drafter"), &path("receipt", "en")).await, receipt, "a receipt never changes");
    }

    /// The certificate is for whoever knows its number and code; a wrong code is like no waiver.
    async fn whoever_holds_the_certificate_can_fetch_it(house) {
        let case = approved(house).await;
        let (number, code) = code(house, &case).await;
        let path = format!("/waivers/{number}/certificate.pdf?code={code}");
        let first = paper(house, None, &path).await;
        house.hours_later(1);
        assert_eq!(paper(house, None, &path).await, first, "the same history gives the same bytes");
        assert_eq!(paper(house, Some("signatory"), &format!("/cases/{case}/papers/certificate.pdf")).await, first);
        let reply = house.send(house.request(Method::GET, &path)).await;
        let again = house.request(Method::GET, &path).header("if-none-match", reply.header("etag"));
        assert_eq!(house.send(again).await.status, 304);
        let wrong = format!("/waivers/{number}/certificate.pdf?code=0");
        assert_eq!(house.send(house.request(Method::GET, &wrong)).await.problem(404), "not_found");
        let none = format!("/waivers/WV-1999-NONE/certificate.pdf?code={code}");
        assert_eq!(house.send(house.request(Method::GET, &none)).await.problem(404), "not_found");
        let early = format!("/waivers/{number}/outcome.pdf");
        assert_eq!(house.send(house.request(Method::GET, &early)).await.problem(404), "not_found");
    }

    /// The applicant reads every act; who did it inside the authority appears by role.
    async fn the_history_on_paper_is_for_both_sides(house) {
        let case = approved(house).await;
        let path = format!("/cases/{case}/papers/history.pdf");
        let events = house.history(&case).await;
        let last: &Value = events.last().unwrap();
        let hash = &last["hash"].as_str().unwrap()[..12];
        let own = paper(house, Some("reader"), &path).await;
        says(&own, &["Dossier submitted", "Decision signed", "Vote cast (sealed)", "D-04", hash, "Head of delegation", "drafter"]);
        assert!(text(&own).is_none_or(|text| !text.contains("us_reviewer")));
        says(&paper(house, Some("auditor"), &path).await, &["us_reviewer", hash]);
        assert_eq!(house.get("monitor", &path).await.problem(403), "interest_not_declared");
        for kind in ALL {
            let reply = house.get("rival", &format!("/cases/{case}/papers/{kind}.pdf")).await;
            assert_eq!(reply.problem(404), "not_found", "{kind}");
        }
        assert_eq!(house.get("drafter", &format!("/cases/{case}/papers/novel.pdf")).await.status, 404);
        assert_eq!(house.get("drafter", &format!("{path}?language=fr")).await.status, 422);
    }
}
