//! The editions of a notice: each as a file with its hash, and what it changed.

use super::{
    super::{figures, view, visit::Visit},
    notices,
};
use crate::{
    domain::notice::NoticeContent,
    store::lists::NoticeRow,
    web::problem::Problem,
    workflow::notice::{Edition, Notice},
};
use actix_web::{HttpResponse, get, http::header, web::Path};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The text of an edition as it was approved: the hash of these bytes is what both co-chairs put their names to.
fn bytes(edition: &Edition) -> Vec<u8> {
    serde_json::to_vec(&edition.content).unwrap_or_default()
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[get("/notices/{name}/editions/{number}.json")]
pub async fn file(visit: Visit, place: Path<(String, u32)>) -> Result<HttpResponse, Problem> {
    let (name, number) = place.into_inner();
    let (row, notice) = notices::public(&visit, &name).await?;
    let mut editions = notice.editions.iter();
    let edition = editions.find(|edition| edition.number == number && edition.takes_effect <= visit.now);
    let edition = edition.ok_or_else(|| Problem::of("not_found"))?;
    let file = format!("attachment; filename=\"{}-{number}.json\"", row.number);
    let body = bytes(edition);
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::CONTENT_DISPOSITION, file))
        .insert_header((header::ETAG, format!("\"{}\"", hash(&body))))
        .body(body))
}

/// Newest first; each with what it changed, word by word.
#[must_use]
pub fn shown(visit: &Visit, row: &NoticeRow, notice: &Notice) -> Value {
    let shown: Vec<&Edition> = notice
        .editions
        .iter()
        .filter(|edition| edition.takes_effect <= visit.now)
        .collect();
    let view = |(n, edition): (usize, &&Edition)| {
        let before = n.checked_sub(1).and_then(|n| shown.get(n));
        json!({
            "number": edition.number, "class": edition.class, "at": visit.when(edition.takes_effect, &edition.content.policy.clock.tz),
            "file": format!("/notices/{}/editions/{}.json", row.id, edition.number), "sha256": hash(&bytes(edition)), "bytes": bytes(edition).len(),
            "changes": before.map(|before| changes(visit, &before.content, &edition.content)),
        })
    };
    let mut views: Vec<_> = shown.iter().enumerate().map(view).collect();
    views.reverse();
    json!(views)
}

/// Every part of the text that two editions have differently.
fn changes(visit: &Visit, old: &NoticeContent, new: &NoticeContent) -> Vec<Value> {
    let parts = |content: &NoticeContent| -> Vec<(String, String)> {
        let language = visit.language();
        let texts = &visit.site.texts;
        let mut parts = vec![
            (
                visit.t("notice-programme"),
                content.programme.in_language(language).to_owned(),
            ),
            (
                visit.t("notice-purpose"),
                content.purpose.in_language(language).to_owned(),
            ),
            (
                visit.t("notice-basis"),
                content.legal_basis.in_language(language).to_owned(),
            ),
            (
                visit.t("notice-closes"),
                content.closes.map(|day| texts.date(day)).unwrap_or_default(),
            ),
            (
                visit.t("notice-countries"),
                content
                    .destinations
                    .iter()
                    .map(|code| view::country(visit, code))
                    .collect::<Vec<_>>()
                    .join(", "),
            ),
            (
                visit.t("notice-ceiling"),
                content
                    .ceiling
                    .as_ref()
                    .map(|ceiling| figures::quantity(texts, &ceiling.amount.normalize().to_string(), &ceiling.unit))
                    .unwrap_or_default(),
            ),
            (
                visit.t("notice-documents"),
                content
                    .required_documents
                    .iter()
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(", "),
            ),
        ];
        parts.extend(
            content
                .criteria
                .iter()
                .map(|criterion| (criterion.id.clone(), criterion.text.in_language(language).to_owned())),
        );
        parts
    };
    let (old, new) = (parts(old), parts(new));
    let of = |parts: &[(String, String)], name: &str| {
        parts
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, text)| text.clone())
            .unwrap_or_default()
    };
    let mut names: Vec<&String> = new.iter().chain(&old).map(|(name, _)| name).collect();
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert((*name).clone()));
    let differing = names.into_iter().filter(|name| of(&old, name) != of(&new, name));
    differing
        .map(|name| json!({ "part": name, "pieces": view::difference(&of(&old, name), &of(&new, name)) }))
        .collect()
}
