//! Every letter as it arrives, in both languages, with made-up facts: the same texts that the tests keep.

use super::WHO;
use crate::web::{
    pages::{SignedIn, visit::query_value},
    problem::Problem,
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
        json!({ "titles": titles, "wanted": wanted, "letters": shown }),
    )
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
