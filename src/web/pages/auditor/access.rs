//! Who read what, and who was turned away.

use super::{
    WHO,
    grid::{self, names},
};
use crate::{
    store::security::SecurityEvent,
    web::{
        pages::{SignedIn, Visit, table::Table, visit::query_value},
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, web::Path};
use serde_json::{Value, json};
use uuid::Uuid;

const PAGE: usize = 100;
const TWIN: usize = 5_000;
/// How many are looked through for one page.
const FARTHEST: usize = 20_000;

type Place = Option<(i64, Uuid)>;

/// Those that fit, newest first, and where to go on.
async fn found(visit: &Visit, query: &str, limit: usize) -> Result<(Vec<SecurityEvent>, Place), Problem> {
    let (show, action) = (query_value(query, "show"), query_value(query, "action"));
    let fits = |event: &SecurityEvent| {
        let allowed = event.code == "allowed";
        let kind = match show.as_deref() {
            Some("reads") => allowed,
            Some("denied") => !allowed,
            _ => true,
        };
        kind && action.as_ref().is_none_or(|action| event.action == action.trim())
    };
    let place = |event: &SecurityEvent| (event.at.as_microsecond(), event.id);
    let mut at: Place = query_value(query, "before").and_then(|text| {
        let (micro, id) = text.split_once('_')?;
        Some((micro.parse().ok()?, id.parse().ok()?))
    });
    let (mut events, mut looked_at) = (Vec::new(), 0);
    loop {
        let chunk = visit.house.store.security_events(at, 500).await?;
        let exhausted = chunk.len() < 500;
        looked_at += chunk.len();
        for event in chunk {
            if fits(&event) && events.len() == limit {
                return Ok((events, at));
            }
            at = Some(place(&event));
            if fits(&event) {
                events.push(event);
            }
        }
        if exhausted || looked_at >= FARTHEST {
            return Ok((events, at.filter(|_| !exhausted)));
        }
    }
}

#[get("/audit/access")]
pub async fn access(me: SignedIn, request: HttpRequest) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let (visit, query) = (&me.visit, request.query_string());
    let (events, next) = found(visit, query, PAGE).await?;
    let people = names(visit, events.iter().filter_map(|event| event.person).collect()).await?;
    let row = |event: &SecurityEvent| {
        let name = event.person.and_then(|person| people.get(&person));
        let allowed = event.code == "allowed";
        let case = event.target_kind.as_deref() == Some("case");
        let to = event.target_id.filter(|_| case).map(|id| format!("/cases/{id}"));
        let target = [
            event.target_kind.clone(),
            event.target_id.map(|id| id.to_string().chars().take(13).collect()),
        ];
        json!([
            { "when": visit.when(event.at, "UTC") },
            grid::text(name.map_or("", String::as_str)),
            grid::text(&event.action.replace('_', " ")),
            { "text": target.into_iter().flatten().collect::<Vec<String>>().join(" "), "to": to },
            grid::tag(&if allowed { visit.t("access-allowed") } else { event.code.replace('_', " ") }, if allowed { "ok" } else { "warn" }),
            grid::text(event.rule.as_deref().unwrap_or("")),
            grid::text(event.ip.as_deref().unwrap_or("")),
        ])
    };
    let next = next.map(|(at, id)| visit.link_with("before", &format!("{at}_{id}")));
    let tail = if query.is_empty() {
        String::new()
    } else {
        format!("?{query}")
    };
    visit.page("auditor/access.html", json!({
        "rows": events.iter().map(row).collect::<Vec<Value>>(), "next": next, "query": tail,
        "show": query_value(query, "show").unwrap_or_default(), "action": query_value(query, "action").unwrap_or_default(),
    }))
}

#[get("/audit/access.{ending:csv|json}")]
pub async fn access_twin(me: SignedIn, request: HttpRequest, ending: Path<String>) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let mut table = Table::new(&[
        "at",
        "person",
        "organisation",
        "action",
        "target_kind",
        "target",
        "code",
        "rule",
        "ip",
    ]);
    for event in found(&me.visit, request.query_string(), TWIN).await?.0 {
        table.row([
            json!(event.at.to_string()),
            json!(event.person),
            json!(event.organisation),
            json!(event.action),
            json!(event.target_kind),
            json!(event.target_id),
            json!(event.code),
            json!(event.rule),
            json!(event.ip),
        ]);
    }
    table.answer(&me.visit, "access", &ending)
}
