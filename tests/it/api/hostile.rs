//! Texts that would like to be something else: they are kept to the letter, and are nothing but text wherever they
//! come out.

use super::course::*;
use crate::house::{House, both_databases};
use corridor::domain::dossier::Section;
use serde_json::{Value, json};

/// For a database, a template, a page, a spreadsheet, a shell.
const TEXTS: [&str; 8] = [
    "' OR 1=1--",
    "%' UNION SELECT password FROM credential--",
    "{{7*7}} ${7*7} {$name}",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(A1:A9)",
    "-2+3",
];

fn letters(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                letters(&path)
            } else {
                std::fs::read(&path)
                    .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                    .into_iter()
                    .collect()
            }
        })
        .collect()
}

/// Every cell of the table, read as a spreadsheet reads it.
fn cells(csv: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for c in csv.chars() {
        match (c, quoted) {
            ('"', _) => quoted = !quoted,
            (',' | '\n' | '\r', false) => cells.push(std::mem::take(&mut cell)),
            _ => cell.push(c),
        }
    }
    cells.push(cell);
    cells
}

async fn export(house: &House, case: &str) -> String {
    let export = house
        .post("auditor", "/exports", &json!({ "cases": [case], "format": "csv" }))
        .await;
    assert_eq!(export.status, 200, "{}", export.text);
    export.text
}

fn invitation(house: &House, name: &str, email: &str) -> Value {
    json!({ "name": name, "email": email, "organisation": house.organisations["ministry"], "roles": ["drafter"] })
}

both_databases! {
    /// Messages, goods, reasons: out again as they went in; in a spreadsheet no formula, on paper no error.
    async fn hostile_texts_are_only_texts(house) {
        let case = drafted(house).await;
        let all = TEXTS.join(" ");
        house.must("drafter", &case, "save_section", json!({ "save": Section::Safeguards(all.clone()) })).await;
        assert_eq!(house.case("drafter", &case).await["dossier"]["safeguards"], all);
        submit(house, &case).await;
        for text in TEXTS {
            house.must("drafter", &case, "send_message", json!({ "text": text })).await;
        }
        let sent = house.happened(&case, "message_sent").await;
        let kept: Vec<&Value> = sent.iter().map(|event| &event["data"]["text"]).collect();
        assert_eq!(kept, TEXTS, "to the letter");
        for cell in cells(&export(house, &case).await) {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t']), "a spreadsheet would calculate: {cell}");
        }
        let paper = house.get("auditor", &format!("/cases/{case}/papers/history.pdf")).await;
        assert_eq!(paper.status, 200, "{}", paper.text);
        for text in TEXTS {
            let url = reqwest::Url::parse_with_params("http://x/cases", [("q", text)]).unwrap();
            let found = house.get("drafter", &format!("/cases?{}", url.query().unwrap())).await;
            assert!([200, 422].contains(&found.status), "{text}: {}", found.text);
            assert!(!found.text.to_lowercase().contains("syntax"), "{text}: {}", found.text);
        }
        assert_eq!(house.case("drafter", &case).await["state"], "submitted");
    }

    /// A name comes into letters: in the page it is escaped, and in no line of the head.
    async fn a_hostile_name_is_only_a_name_in_a_letter(house) {
        let name = "<script>alert(1)</script> {{7*7}} {$link}";
        let invited = house.post("administrator", "/people", &invitation(house, name, "mallory@people.example")).await;
        assert_eq!(invited.status, 201, "{}", invited.text);
        house.deliver_letters().await;
        let all = letters(&house.inside.settings.letters_folder());
        let mut to_them = all.iter().filter(|letter| letter.contains("mallory@people.example")).peekable();
        assert!(to_them.peek().is_some());
        for letter in to_them {
            let letter = letter.replace("=\r\n", "").replace("=3D", "=");
            let page = letter.split("text/html").nth(1).unwrap_or_default();
            assert!(!page.contains("<script"), "{letter}");
            assert!(page.is_empty() || page.contains("&lt;script&gt;"), "{letter}");
        }
    }

    /// One address, of one person, in letters that look like what they are.
    async fn an_address_cannot_carry_more_than_an_address(house) {
        house.token("administrator").await;
        let before = house.row_counts().await;
        let thousand: Vec<String> = (0..1_000).map(|n| format!("p{n}@people.example")).collect();
        for email in [
            "a@people.example\r\nBcc: all@people.example",
            "a@people.example\nSubject: Approved",
            "a@people.example%0aBcc:b@people.example, b@people.example",
            "Name <a@people.example>",
            &thousand.join(","),
            // The first letter of the domain is Cyrillic.
            "a@\u{0440}eople.example",
            "a@people",
            "",
        ] {
            let reply = house.post("administrator", "/people", &invitation(house, "New Comer", email)).await;
            reply.problem(422);
        }
        let reply = house.post("administrator", "/people", &invitation(house, "New\r\nBcc: all@people.example", "new@people.example")).await;
        assert_eq!(reply.status, 422, "a name of two lines: {}", reply.text);
        assert_eq!(house.row_counts().await, before);
    }
}
