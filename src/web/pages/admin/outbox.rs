//! Letters: waiting, sent, given up; what they said; and another try.

use super::WHO;
use crate::{
    domain::id::LetterId,
    notify::render::{Letterhead, render},
    store::outbox::LetterRow,
    web::{
        api::write_down,
        pages::{Form, SignedIn, Visit, auditor::grid, table::Table, visit::query_value},
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, post, web::Path};
use serde_json::{Value, json};

const PAGE: u32 = 100;
const TWIN: u32 = 10_000;
const STATES: [&str; 4] = ["pending", "sending", "sent", "failed"];

async fn listed(visit: &Visit, query: &str, limit: u32) -> Result<Vec<LetterRow>, Problem> {
    let status = query_value(query, "status").filter(|status| STATES.contains(&status.as_str()));
    let from = query_value(query, "from")
        .and_then(|from| from.parse().ok())
        .unwrap_or(0);
    Ok(visit.house.store.letters(status.as_deref(), from, limit).await?)
}

#[get("/admin/outbox")]
pub async fn outbox_page(me: SignedIn, request: HttpRequest) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let (visit, query) = (&me.visit, request.query_string());
    let mut letters = listed(visit, query, PAGE + 1).await?;
    let from: u32 = query_value(query, "from")
        .and_then(|from| from.parse().ok())
        .unwrap_or(0);
    let next = (letters.len() > PAGE as usize).then(|| visit.link_with("from", &(from + PAGE).to_string()));
    letters.truncate(PAGE as usize);
    let row = |letter: &LetterRow| {
        let kind = match letter.status.as_str() {
            "sent" => "ok",
            "failed" => "bad",
            _ => "info",
        };
        json!([
            { "when": visit.when(letter.owed_since, "UTC") },
            grid::link(&crate::paper::deeds::said(&letter.letter, visit.language()), &format!("/admin/outbox/{}", letter.id)),
            { "text": letter.name, "more": letter.address },
            grid::tag(&visit.t(&format!("outbox-{}", letter.status)), kind),
            grid::number(&letter.attempts.to_string()),
            grid::text(letter.last_error.as_deref().unwrap_or("")),
        ])
    };
    let rows: Vec<Value> = letters.iter().map(row).collect();
    let tail = if query.is_empty() {
        String::new()
    } else {
        format!("?{query}")
    };
    visit.page("admin/outbox.html", json!({
        "rows": rows, "next": next, "query": tail, "status": query_value(query, "status").unwrap_or_default(), "states": STATES,
    }))
}

#[get("/admin/outbox.{ending:csv|json}")]
pub async fn outbox_twin(me: SignedIn, request: HttpRequest, ending: Path<String>) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let mut table = Table::new(&[
        "letter",
        "event",
        "what",
        "audience",
        "name",
        "address",
        "language",
        "status",
        "attempts",
        "owed_since",
        "sent_at",
        "last_error",
    ]);
    for letter in listed(&me.visit, request.query_string(), TWIN).await? {
        table.row([
            json!(letter.id),
            json!(letter.event),
            json!(letter.letter),
            json!(letter.audience),
            json!(letter.name),
            json!(letter.address),
            json!(letter.language),
            json!(letter.status),
            json!(letter.attempts),
            json!(letter.owed_since.to_string()),
            json!(letter.sent_at.map(|at| at.to_string())),
            json!(letter.last_error),
        ]);
    }
    table.answer(&me.visit, "outbox", &ending)
}

/// One letter as it was (or will be) sent. Links in it that open something are not shown.
#[get("/admin/outbox/{id}")]
pub async fn letter_page(me: SignedIn, id: Path<LetterId>) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let visit = &me.visit;
    let mut owed = visit
        .house
        .store
        .letter(*id)
        .await?
        .ok_or_else(|| Problem::of("not_found"))?;
    let secret = owed.letter == "person_invited";
    if secret {
        // The link of an invitation is for the invited person alone.
        owed.facts["link"] = json!("/invitation/…");
    }
    let written = render(&owed, &letterhead(visit));
    let (subject, text, fault) = match written {
        Ok(letter) => (letter.subject, letter.text, None),
        Err(error) => (String::new(), String::new(), Some(error.to_string())),
    };
    let about = visit
        .house
        .store
        .letters_about(owed.about)
        .await?
        .into_iter()
        .find(|row| row.id == *id);
    let (status, error) = about.map(|row| (row.status, row.last_error)).unwrap_or_default();
    visit.page("admin/letter.html", json!({
        "id": *id, "subject": subject, "text": text, "fault": fault, "status": status, "error": error, "lang": owed.language.tag(),
        "name": owed.name, "address": owed.address, "owed": visit.when(owed.owed_since, "UTC"),
    }))
}

fn letterhead(visit: &Visit) -> Letterhead {
    let settings = &visit.house.settings;
    let (name, address) = settings.mail.from.split_once('<').unwrap_or(("", &settings.mail.from));
    Letterhead {
        base_url: settings.server.base_url.clone(),
        from_name: name.trim().to_owned(),
        from_address: address.trim_end_matches('>').trim().to_owned(),
    }
}

/// A letter that was given up is tried again.
#[post("/admin/outbox/{id}")]
pub async fn again(form: Form, id: Path<LetterId>) -> Result<HttpResponse, Problem> {
    form.me.needs(WHO)?;
    let visit = form.visit();
    if !visit.house.store.letter_again(*id, visit.now).await? {
        return Err(Problem::of("conflict"));
    }
    write_down(
        &visit.house,
        &form.me.caller(),
        "retry_letter",
        Some(("letter", id.0)),
        "allowed",
        None,
    )
    .await;
    Ok(visit.done(&format!("/admin/outbox/{id}"), "letter-again"))
}
