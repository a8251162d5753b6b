//! Every letter as it arrives, in both languages, with made-up facts: the same texts that the tests keep.

use super::WHO;
use crate::{
    paper::deeds,
    web::{
        pages::{SignedIn, Visit, site::key, visit::query_value},
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get};
use serde_json::{Value, json};

const ENGLISH: &str = include_str!("../../../../docs/letters/en.md");
const RUSSIAN: &str = include_str!("../../../../docs/letters/ru.md");

/// Title and text of each letter.
fn samples(document: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    document.split("\n## ").skip(1).filter_map(|part| {
        let (title, rest) = part.split_once('\n')?;
        let (_, text) = rest.split_once("```text\n")?;
        Some((title.trim(), text.rsplit_once("```")?.0))
    })
}

#[get("/admin/letters")]
pub async fn letters(me: SignedIn, request: HttpRequest) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let wanted = query_value(request.query_string(), "letter");
    let titles: Vec<&str> = samples(ENGLISH).map(|(title, _)| title).collect();
    let wanted = wanted
        .filter(|wanted| titles.contains(&wanted.as_str()))
        .or_else(|| titles.first().map(|t| (*t).to_owned()));
    let text = |document| {
        samples(document)
            .find(|(title, _)| Some(*title) == wanted.as_deref())
            .map(|(_, text)| text)
    };
    let shown: Vec<Value> = [("en", text(ENGLISH)), ("ru", text(RUSSIAN))]
        .into_iter()
        .map(|(lang, text)| json!({ "lang": lang, "text": text.unwrap_or_default() }))
        .collect();
    me.visit.page(
        "admin/letters.html",
        json!({ "titles": titles.iter().map(|title| (*title, in_words(&me.visit, title))).collect::<Vec<_>>(), "wanted": wanted, "letters": shown }),
    )
}

/// `notice_proposed, co_chairs`: what happened, then to whom or in which of its variants.
fn in_words(visit: &Visit, title: &str) -> String {
    let (letter, rest) = title.split_once(", ").unwrap_or((title, ""));
    let rest = rest.split(", ").filter(|word| !word.is_empty());
    let rest = rest.map(|word| {
        let known = ["letter-to", "outcome", "option"].map(|prefix| key(prefix, word));
        let known = known.iter().find(|known| visit.site.texts.has(known));
        known.map_or_else(|| word.replace('_', " "), |known| visit.t(known))
    });
    let said = deeds::said(letter, visit.language());
    std::iter::once(said).chain(rest).collect::<Vec<_>>().join(" – ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_letters_and_none_is_empty() {
        let titles: Vec<_> = samples(ENGLISH).map(|(title, _)| title).collect();
        assert!(titles.len() > 50 && titles == samples(RUSSIAN).map(|(title, _)| title).collect::<Vec<_>>());
        assert!(samples(RUSSIAN).all(|(_, text)| text.len() > 100));
    }
}
