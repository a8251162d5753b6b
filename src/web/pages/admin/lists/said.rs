//! What the page of lists says of files and refusals, in the reader's language.

use crate::{
    screening::lists::{Complaint, Oddity},
    web::pages::{
        Visit,
        site::{key, refusal_text},
    },
    workflow::{list::ListRefusal, refusal::Refusal},
};
use serde_json::{Value, json};

/// A file and, if a line is to blame, the line.
fn place(visit: &Visit, file: &str, line: u64) -> String {
    if line == 0 {
        return file.to_owned();
    }
    visit
        .site
        .texts
        .say_of("place-line", &[("file", file), ("line", &line.to_string())])
}

/// Why a file was no list: where, what kind of fault, and the reader's own words about it.
pub fn refused(visit: &Visit, why: &ListRefusal) -> Value {
    let known = key("file", &why.code);
    let kind = visit.site.texts.has(&known).then(|| visit.t(&known));
    json!({ "place": place(visit, &why.file, why.line), "kind": kind, "reason": why.reason })
}

/// A refusal of the law; with the file, if that was why.
pub fn no(visit: &Visit, refusal: &Refusal, file: Option<&ListRefusal>) -> Value {
    let own = refusal_text(&visit.site.texts, refusal.rule, refusal.code);
    let foreign = own.is_none() && visit.language() != crate::domain::text::Language::En;
    let file = file.filter(|_| refusal.code == "list_refused");
    json!({
        "kind": "refused", "sentence": own.unwrap_or_else(|| refusal.sentence.to_string()), "foreign": foreign,
        "why": file.map(|file| refused(visit, file)),
    })
}

/// Something odd that did not hinder.
pub fn odd(visit: &Visit, complaint: &Complaint) -> Value {
    let label = |label: &str| visit.t(&key("odd-label", label));
    let text = match &complaint.about {
        Oddity::CheckDigit {
            label: of,
            value,
            expected,
        } => visit.site.texts.say_of(
            "odd-check-digit",
            &[("label", &label(of)), ("value", value), ("expected", expected)],
        ),
        Oddity::Shape { label: of, value, .. } => visit
            .site
            .texts
            .say_of("odd-shape", &[("label", &label(of)), ("value", value)]),
        Oddity::Stray { entry, primary } => visit
            .site
            .texts
            .say_of("odd-stray", &[("entry", entry), ("primary", primary)]),
        Oddity::NoAliases => visit.t("odd-no-aliases"),
        Oddity::NoAddresses => visit.t("odd-no-addresses"),
    };
    json!({ "place": place(visit, &complaint.file, complaint.line), "entry": complaint.entry, "text": text })
}
