//! What every letter keeps to, whatever it says.

use super::samples::{at, every_letter, full, letterhead, owed, write};
use corridor::{
    domain::text::Language,
    notify::{
        message::{compose, message_id},
        render::render,
        table::{LetterChoice, letter_for},
    },
    workflow::{event::Audience, happening::Happening, notice::Notice, step::every_row},
};
use serde_json::json;

/// The words of a page, without its markup.
fn words_of(html: &str) -> Vec<String> {
    let body = html.split("<body>").nth(1).unwrap();
    let (mut text, mut inside) = (String::new(), false);
    for c in body.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            c if !inside => text.push(c),
            _ => {}
        }
    }
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x2f;", "/");
    words(&text.replace("&#x27;", "'").replace("&amp;", "&"))
}

fn words(text: &str) -> Vec<String> {
    let text = text.replace("\n  --\n", "\n").replace("\n- ", "\n");
    text.replace(" :", ":").split_whitespace().map(str::to_owned).collect()
}

#[test]
fn the_page_says_what_the_plain_text_says() {
    for (event, audience) in every_letter() {
        for language in Language::ALL {
            let letter = write(event, audience, language, &full());
            assert_eq!(
                words_of(&letter.html),
                words(&letter.text),
                "{event} {audience:?} {language:?}"
            );
        }
    }
}

#[test]
fn the_page_has_the_same_paragraphs_as_the_plain_text() {
    for (event, audience) in every_letter() {
        let letter = write(event, audience, Language::Ru, &full());
        let page = letter.html.matches("<p>").count() + letter.html.matches("<p class=\"exact\">").count();
        let items = usize::from(letter.html.contains("<ul>"));
        let text = letter.text.split("\n\n").filter(|part| part.trim() != "--").count();
        // the lines that say what it is about are one paragraph of text; so are the items of a list
        let about = usize::from(letter.html.contains("class=\"about\""));
        assert_eq!(
            page + items + about,
            text - usize::from(letter.text.contains("\n  --\n")) + 1,
            "{event}:\n{}",
            letter.text
        );
    }
}

#[test]
fn no_letter_says_what_it_was_not_asked_to_say() {
    let mut facts = json!(full());
    for secret in [
        "text",
        "reasons",
        "question",
        "legal_note",
        "identities",
        "vote",
        "hit",
        "extra",
    ] {
        facts[secret] = json!("TOP-SECRET");
    }
    for (event, audience) in every_letter() {
        for language in Language::ALL {
            let letter = render(&owed(event, audience, language, 1, facts.clone()), &letterhead()).unwrap();
            let whole = format!("{letter:?}");
            assert!(!whole.contains("TOP-SECRET"), "{event}");
        }
    }
}

#[test]
fn a_page_asks_for_nothing_from_anywhere() {
    let letter = write("inspection_proposed", Audience::Contacts, Language::En, &full());
    for foreign in ["<img", "<script", "<link", "src=", "url(", "@import", "http-equiv"] {
        assert!(!letter.html.contains(foreign), "{foreign}");
    }
    assert_eq!(
        letter
            .html
            .replace("&#x2f;", "/")
            .matches("href=\"https://corridor.example.org/cases/WR-2025-0001\"")
            .count(),
        1
    );
}

#[test]
fn letters_that_restrict_a_right_name_the_rule_the_deadline_and_what_can_be_done() {
    let deadline = [("en", "the end of 31 October 2025, Europe/Zurich time (23:00 UTC)")];
    for (event, rule) in [
        ("dossier_returned", "D-08"),
        ("round_issued", "Q-02"),
        ("dossier_revived", "D-10"),
    ] {
        let text = write(event, Audience::Contacts, Language::En, &full())
            .text
            .replace(['\u{a0}', '\n'], " ");
        assert!(
            text.contains(&format!("rule {rule}")) && text.contains(deadline[0].1),
            "{event}: {text}"
        );
        assert!(
            text.contains("https://corridor.example.org/cases/WR-2025-0001"),
            "{event}"
        );
    }
    let mut refused = full();
    refused.outcome = Some("refused".to_owned());
    refused.reconsideration_by = None;
    for (event, rule) in [
        ("case_decided", "X-01"),
        ("dossier_lapsed", "D-10"),
        ("dossier_rejected", "D-12"),
    ] {
        for (language, window) in [
            (Language::En, "within 28 calendar days"),
            (Language::Ru, "в течение 28 календарных дней"),
        ] {
            let text = write(event, Audience::Contacts, language, &refused)
                .text
                .replace(['\u{a0}', '\n'], " ");
            assert!(text.contains(rule) && text.contains(window), "{event}: {text}");
            // 28 days from 10 October, the local day of service (V15)
            let until = if language == Language::En {
                "7 November 2025"
            } else {
                "7 ноября 2025 г."
            };
            assert!(text.contains(until), "{event}: {text}");
        }
        let panel = write(event, Audience::Panel, Language::En, &refused).text;
        assert!(
            event != "case_decided" || !panel.contains("28 calendar days"),
            "{event}"
        );
    }
}

#[test]
fn what_people_are_called_cannot_become_markup_or_a_header() {
    let mut owed = owed("dossier_returned", Audience::Contacts, Language::En, 1, json!(full()));
    owed.name = "Eve\r\nBcc: all@example.org <script>alert(1)</script> {{7*7}}".to_owned();
    owed.facts["reference"] = json!("WR-1\r\nBcc: all@example.org\u{202e}<b>");
    let letter = render(&owed, &letterhead()).unwrap();
    assert!(!letter.subject.contains(['\r', '\n', '\u{202e}']));
    assert!(!letter.html.contains("<script>") && !letter.html.contains("<b>") && letter.html.contains("{{7*7}}"));
    let mail = String::from_utf8(compose(&owed, &letter, &letterhead()).unwrap().formatted()).unwrap();
    let headers = mail.split("\r\n\r\n").next().unwrap();
    assert!(
        !headers
            .lines()
            .any(|line| line.to_ascii_lowercase().starts_with("bcc:")),
        "{headers}"
    );
    assert!(!letter.text.lines().any(|line| line.starts_with("Bcc:")));
}

#[test]
fn an_address_with_a_line_break_or_none_at_all_gets_nothing() {
    for address in [
        "a@b.example\r\nBcc: c@d.example",
        "nobody",
        "",
        "a@b.example, c@d.example",
        "@",
    ] {
        let mut owed = owed("message_sent", Audience::OtherSide, Language::En, 1, json!(full()));
        owed.address = address.to_owned();
        let letter = render(&owed, &letterhead()).unwrap();
        assert!(compose(&owed, &letter, &letterhead()).is_err(), "{address:?}");
    }
}

#[test]
fn a_letter_points_to_the_service_or_to_the_web_and_nowhere_else() {
    for link in [
        "javascript:alert(1)",
        "//evil.example/x",
        "data:text/html,x",
        "/x y",
        "/\"onclick",
        "ftp://a/b",
    ] {
        let mut facts = full();
        facts.link = Some(link.to_owned());
        let owed = owed("message_sent", Audience::OtherSide, Language::En, 1, json!(facts));
        assert!(render(&owed, &letterhead()).is_err(), "{link}");
    }
    let mut facts = full();
    facts.link = None;
    let letter = write("message_sent", Audience::OtherSide, Language::En, &facts);
    assert!(
        letter
            .text
            .contains("https://corridor.example.org/cases/00000000-0000-0000-0000-00000000ca5e")
    );
}

#[test]
fn the_same_letter_is_always_the_same_bytes_and_names_itself_the_same() {
    let owed = owed(
        "inspection_scheduled",
        Audience::Inspectors,
        Language::Ru,
        9,
        json!(full()),
    );
    let bytes = || {
        compose(&owed, &render(&owed, &letterhead()).unwrap(), &letterhead())
            .unwrap()
            .formatted()
    };
    assert_eq!(bytes(), bytes());
    let mail = String::from_utf8(bytes()).unwrap();
    let id = message_id(&owed, &letterhead());
    assert_eq!(id, "<01930000-0000-7000-8000-000000000009@corridor.example.org>");
    for header in [
        format!("Message-ID: {id}"),
        "Auto-Submitted: auto-generated".to_owned(),
        "List-Id: Corridor <letters.corridor.example.org>".to_owned(),
        "Content-Language: ru".to_owned(),
        "Date: Fri, 10 Oct 2025 13:00:05 +0000".to_owned(),
    ] {
        assert!(mail.contains(&header), "{header}\n{mail}");
    }
}

#[test]
fn an_inspection_is_put_into_the_calendar_and_taken_out_again() {
    let calendar = |event, facts| {
        let letter = write(event, Audience::Inspectors, Language::Ru, &facts);
        letter
            .attachments
            .first()
            .map(|file| String::from_utf8(file.content.clone()).unwrap().replace("\r\n ", ""))
    };
    let scheduled = calendar("inspection_scheduled", full()).unwrap();
    for line in [
        "METHOD:REQUEST",
        "UID:inspection-00000000-0000-0000-0000-00000000ca5e@corridor.example.org",
        "DTSTART:20251014T083000Z",
        "DTEND:20251014T100000Z",
        "DTSTAMP:20251010T130000Z",
        "STATUS:CONFIRMED",
        "ORGANIZER;CN=\"Corridor\":mailto:letters@corridor.example.org",
    ] {
        assert!(scheduled.contains(&format!("{line}\r\n")), "{line}\n{scheduled}");
    }
    let mut later = full();
    later.event_at = Some(at("2025-10-12T09:00:00Z"));
    let postponed = calendar("inspection_postponed", later.clone()).unwrap();
    assert!(
        postponed.contains("METHOD:CANCEL\r\n") && postponed.contains("STATUS:CANCELLED\r\n"),
        "{postponed}"
    );
    let line = |file: &str, key: &str| file.lines().find(|line| line.starts_with(key)).unwrap().to_owned();
    assert_eq!(line(&scheduled, "UID:"), line(&postponed, "UID:"));
    let sequence = |file: &str| line(file, "SEQUENCE:")["SEQUENCE:".len()..].parse::<i64>().unwrap();
    assert!(sequence(&postponed) > sequence(&scheduled));
    later.slot = None;
    assert!(calendar("inspection_postponed", later).is_none());
    assert!(calendar("inspection_proposed", full()).is_none());
}

#[test]
fn every_event_of_a_case_has_a_letter_or_a_reason_to_have_none() {
    for event in Happening::NAMES
        .iter()
        .chain(corridor::workflow::notice::NoticeHappening::NAMES)
        .chain(corridor::workflow::list::ListHappening::NAMES)
    {
        assert_ne!(letter_for(event, Audience::Contacts), LetterChoice::Unlisted, "{event}");
    }
    assert!(every_row::<Notice>().count() > 5);
}
