//! The history of a case: the newest entries for its page, and all of them, page by page.

use crate::{
    domain::{id::CaseId, people::Role},
    paper::deeds,
    process::Seen,
    store::commit::{Stream, StreamKind},
    web::{
        api::cases,
        pages::{
            site::key,
            table::Table,
            visit::{SignedIn, Visit, query_value},
        },
        problem::Problem,
    },
    workflow::{event::Event, happening::Happening},
};
use actix_web::{HttpRequest, HttpResponse, get, web::Path};
use serde_json::{Value, json};

/// Entries on the page of the case.
pub const NEWEST: usize = 20;
/// Entries on one page of the history.
const PAGE: usize = 50;

/// The newest entries before this one, the newest first: who in which role did what by which rule, and its hash.
///
/// # Errors
/// When the hashes cannot be read.
pub async fn entries(visit: &Visit, seen: &Seen, before: Option<u32>, most: usize) -> Result<Vec<Value>, Problem> {
    let stream = Stream {
        kind: StreamKind::Case,
        id: seen.case.id.0,
    };
    let hashes = visit.house.store.hashes(stream).await?;
    let zone = &seen.case.policy().tz;
    let all = seen.events.iter().enumerate().rev();
    let wanted = all
        .filter(|(_, event)| before.is_none_or(|before| event.seq < before))
        .take(most);
    let entry = |(n, event): (usize, &Event<Happening>)| {
        json!({
            "seq": event.seq, "hash": hashes.get(n).map(ToString::to_string), "who": who(visit, seen, event), "link": "",
            "at": visit.when(event.effective_at, zone), "detail": event.rule,
            "what": deeds::said(event.happened.word(), visit.language()), "fold": event.by.role == Role::System,
        })
    };
    Ok(wanted.map(entry).collect())
}

fn who(visit: &Visit, seen: &Seen, event: &Event<Happening>) -> String {
    let role = json!(event.by.role);
    let role = visit.t(&key("role", role.as_str().unwrap_or_default()));
    match &event.by.delegation {
        Some(delegation) => {
            let terms = seen
                .case
                .terms
                .delegations
                .iter()
                .find(|terms| terms.code == *delegation);
            let name = terms.map_or(delegation.0.as_str(), |terms| terms.name.in_language(visit.language()));
            format!("{role} ({name})")
        }
        None => role,
    }
}

#[get("/cases/{id}/history")]
pub async fn show(me: SignedIn, request: HttpRequest, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let seen = cases::visible(&me.visit.house, &me.caller(), *id).await?;
    let before = query_value(request.query_string(), "before").and_then(|seq| seq.parse().ok());
    let shown = entries(&me.visit, &seen, before, PAGE).await?;
    let oldest = shown.last().and_then(|entry| entry["seq"].as_u64());
    let next = oldest.filter(|seq| *seq > 1).map(|seq| format!("?before={seq}"));
    let context = json!({
        "id": *id, "title": seen.case.reference, "entries": shown, "total": seen.events.len(), "next": next,
        "first": before.map(|_| format!("/cases/{id}/history")),
    });
    me.visit.page("committee/history.html", context)
}

#[get("/cases/{id}/history.{ending:csv|json}")]
pub async fn twin(me: SignedIn, place: Path<(CaseId, String)>) -> Result<HttpResponse, Problem> {
    let (id, ending) = place.into_inner();
    let seen = cases::visible(&me.visit.house, &me.caller(), id).await?;
    let mut table = Table::new(&["entry", "at", "who", "what", "rule", "hash"]);
    for entry in entries(&me.visit, &seen, None, usize::MAX).await? {
        let at = entry["at"]["iso"].clone();
        let rest = ["who", "what", "detail", "hash"].map(|name| entry[name].clone());
        table.row([entry["seq"].clone(), at].into_iter().chain(rest));
    }
    table.answer(&me.visit, "history", &ending)
}
