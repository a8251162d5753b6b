//! What the check of a dossier says in detail, in the reader's language. The check itself speaks English, in its files and
//! by the API; here each of its sentences stands beside the same sentence in Russian, with places for what differs.

mod sentences;

use crate::{
    domain::{reference, text::Language},
    web::pages::{site::key, texts::Texts},
};
use sentences::SENTENCES;
use serde_json::{Value, json};

/// The detail in the reader's language, and the language it is in if that is another one.
#[must_use]
pub fn detail(texts: &Texts, english: &str) -> Value {
    match texts.language() {
        Language::En => json!({ "text": english, "lang": null }),
        Language::Ru => match russian(texts, english) {
            Some(text) => json!({ "text": text, "lang": null }),
            None => json!({ "text": english, "lang": "en" }),
        },
    }
}

fn russian(texts: &Texts, english: &str) -> Option<String> {
    // A list of which each part is a sentence of its own: read as a whole, the first would swallow the others.
    if english.contains(", ") {
        let parts = english.split(", ").map(|one| russian(texts, one));
        if let Some(parts) = parts.collect::<Option<Vec<_>>>() {
            return Some(parts.join(", "));
        }
    }
    let (pieces, template) = SENTENCES
        .iter()
        .find_map(|(sentence, russian)| Some((filled(sentence, english)?, russian)))?;
    let mut said = String::new();
    let mut pieces = pieces.into_iter().map(|piece| part(texts, piece));
    for (n, text) in template.split("{}").enumerate() {
        if n > 0 {
            said.push_str(&pieces.next().unwrap_or_default());
        }
        said.push_str(text);
    }
    Some(said)
}

/// What stands in the places of this sentence, if it is this sentence.
fn filled<'t>(sentence: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut texts = sentence.split("{}");
    let mut rest = text.strip_prefix(texts.next()?)?;
    let mut pieces = Vec::new();
    let mut between = texts.peekable();
    while let Some(next) = between.next() {
        let at = match (between.peek(), next) {
            (None, "") => rest.len(),
            (None, last) => rest
                .len()
                .checked_sub(last.len())
                .filter(|at| rest.is_char_boundary(*at) && rest[*at..] == *last)?,
            (Some(_), next) => rest.find(next)?,
        };
        pieces.push(&rest[..at]);
        rest = &rest[at + next.len()..];
    }
    rest.is_empty().then_some(pieces)
}

/// A part of a sentence: another sentence, words of a list, a kind of document or applicant, a country, or what it is.
fn part(texts: &Texts, text: &str) -> String {
    if let Some(said) = russian(texts, text) {
        return said;
    }
    if text.contains(", ") {
        let parts: Vec<String> = text.split(", ").map(|one| part(texts, one)).collect();
        return parts.join(", ");
    }
    let word = |kind: &str| {
        Some(key(kind, &text.to_ascii_lowercase()))
            .filter(|key| texts.has(key))
            .map(|key| texts.plain(&key))
    };
    let country = || reference::country_in(text, Language::Ru).map(str::to_owned);
    word("class")
        .or_else(|| word("dossier-section"))
        .or_else(|| word("option"))
        .or_else(country)
        .unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{case_fixture, check},
        web::pages::site::site,
    };

    fn ru(english: &str) -> Value {
        detail(&site(Language::Ru).texts, english)
    }

    #[test]
    fn what_the_check_says_is_said_in_russian() {
        for (english, russian) in [
            ("describe the goods", "опишите товар"),
            (
                "12 months are asked for; the notice allows 1 to 6",
                "запрошено месяцев: 12; извещение допускает от 1 до 6",
            ),
            (
                "IMO ship number 9187630 should end in 9: compare it with the original and correct it",
                "номер ИМО судна 9187630 должен оканчиваться на 9: сверьте с оригиналом и исправьте",
            ),
            (
                "\"12\" is no INN: it has 10 digits (organisations) or 12 (persons); correct it",
                "«12» – не ИНН: в нём 10 цифр (организации) или 12 (физические лица); исправьте",
            ),
            ("final countries ET, SD", "страны назначения: Эфиопия, Судан"),
            (
                "HS 100199 at goods[0].hs, 100590 at goods[1].hs",
                "ГС 100199 (goods[0].hs), 100590 (goods[1].hs)",
            ),
            (
                "RUNVS has 1-345---, XXXXX unknown",
                "RUNVS: функции 1-345---, XXXXX: пункт неизвестен",
            ),
            ("missing: BILL_OF_LADING", "нет: Коносамент"),
        ] {
            assert_eq!(ru(english)["text"], russian);
            assert_eq!(ru(english)["lang"], Value::Null);
            assert_eq!(detail(&site(Language::En).texts, english)["text"], english);
        }
        assert_eq!(ru("something new")["lang"], "en", "what has no translation says so");
    }

    /// Whatever is found in the public cases, and in dossiers with nothing in them.
    #[test]
    fn nothing_that_is_found_in_the_public_cases_stays_english() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/cases");
        let mut seen = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let Ok(case) = case_fixture::read(&text) else { continue };
            for dossier in [case.dossier.clone(), Default::default()] {
                let report = check::check(&dossier, &case.notice, &check::Around::UNKNOWN);
                let found = report.findings.iter().map(|found| &found.message);
                for english in found.chain(report.criteria.iter().map(|advice| &advice.looked_at)) {
                    seen += 1;
                    assert_eq!(ru(english)["lang"], Value::Null, "{english}");
                }
            }
        }
        assert!(seen > 50, "{seen}");
    }
}
