//! What can be subscribed to: Atom feeds of notices and decisions, a calendar of deadlines.

use super::{
    super::{
        site,
        visit::{Visit, encoded},
    },
    notices, register,
};
use crate::{
    domain::Instant,
    web::{conditional, problem::Problem},
};
use actix_web::{HttpRequest, HttpResponse, get, http::header, web::ServiceConfig};
use icalendar::{Calendar, Component as _, Event, Property};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(all_notices)
        .service(decisions)
        .service(calendar)
        .service(calendar_page);
}

/// The authority in `tag:` ids: the host of the service, and a day on which it was ours.
fn tag(visit: &Visit, what: &str) -> String {
    let base = &visit.house.settings.server.base_url;
    let host = base.split_once("://").map_or(base.as_str(), |(_, host)| host);
    let host = host.split([':', '/']).next().unwrap_or(host);
    format!("tag:{host},2025-01-01:{what}")
}

fn feed(
    visit: &Visit,
    request: Option<&HttpRequest>,
    name: &str,
    title: &str,
    updated: Option<Instant>,
    entries: &[Value],
) -> Result<HttpResponse, Problem> {
    let base = visit.house.settings.server.base_url.trim_end_matches('/');
    let context = json!({
        "lang": visit.language().tag(), "id": tag(visit, name), "title": title, "base": base, "own": format!("{base}/{name}.atom?lang={}", visit.language().tag()),
        "page": format!("{base}/{name}"), "updated": updated.unwrap_or(Instant::UNIX_EPOCH).to_string(), "entries": entries,
    });
    let body = site::site(visit.language()).fill("feed.xml", &context)?;
    let etag = format!("\"{}\"", hex::encode(&Sha256::digest(&body)[..12]));
    if request.is_some_and(|request| conditional::is_known(request, &etag)) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, etag)).finish());
    }
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/atom+xml; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .insert_header((header::ETAG, etag))
        .body(body))
}

/// One entry per edition of a notice: an amendment is a new entry.
fn entries_of(visit: &Visit, listed: &notices::Listed) -> Vec<(Instant, Value)> {
    let language = visit.language();
    let base = visit.house.settings.server.base_url.trim_end_matches('/');
    let shown = listed
        .notice
        .editions
        .iter()
        .filter(|edition| edition.takes_effect <= visit.now);
    let entry = |edition: &crate::workflow::notice::Edition| {
        let number = &listed.row.number;
        let title = format!("{number}: {}", edition.content.programme.in_language(language));
        let word = if edition.number > 1 {
            visit.t("feed-amended")
        } else {
            visit.t("feed-published")
        };
        let value = json!({
            "id": tag(visit, &format!("notices/{}/{}", listed.row.id, edition.number)), "title": title, "updated": edition.takes_effect.to_string(),
            "link": format!("{base}/notices/{}#e{}", listed.row.id, edition.number),
            "summary": format!("{word} {}", edition.content.purpose.in_language(language)),
        });
        (edition.takes_effect, value)
    };
    shown.map(entry).collect()
}

fn newest_first(mut entries: Vec<(Instant, Value)>) -> (Option<Instant>, Vec<Value>) {
    entries.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let updated = entries.first().map(|(at, _)| *at);
    (updated, entries.into_iter().map(|(_, entry)| entry).collect())
}

#[get("/notices.atom")]
async fn all_notices(visit: Visit, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let (rows, _) = notices::rows(&visit, &["published", "closed", "withdrawn"], None, 50).await?;
    let (updated, entries) = newest_first(rows.iter().flat_map(|listed| entries_of(&visit, listed)).collect());
    feed(
        &visit,
        Some(&request),
        "notices",
        &visit.t("notices"),
        updated,
        &entries,
    )
}

/// The feed of one notice.
pub async fn notice(visit: &Visit, name: &str) -> Result<HttpResponse, Problem> {
    let (row, notice) = notices::public(visit, name).await?;
    let title = format!("{} {}", visit.t("notice"), row.number);
    let (listed, at) = (
        notices::Listed {
            row,
            notice: std::sync::Arc::new(notice),
            view: Value::Null,
        },
        format!("notices/{}", encoded(name)),
    );
    let (updated, entries) = newest_first(entries_of(visit, &listed));
    feed(visit, None, &at, &title, updated, &entries)
}

#[get("/register.atom")]
async fn decisions(visit: Visit, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let (found, _) = register::decided(&visit, "").await?;
    let base = visit.house.settings.server.base_url.trim_end_matches('/');
    let entry = |row: &crate::store::lists::CaseRow| {
        let entry = register::entry(&visit, row);
        let reference = row.reference.clone()?;
        let outcome = visit.t(&site::key("outcome", row.outcome.as_deref()?));
        let value = json!({
            "id": tag(&visit, &format!("register/{reference}")), "title": format!("{reference}: {outcome}"), "updated": row.updated_at.to_string(),
            "link": format!("{base}/register/{reference}"), "summary": format!("{outcome}. {}", entry["waiver"]["authorised"]["text"].as_str().unwrap_or_default()),
        });
        Some((row.updated_at, value))
    };
    let (updated, entries) = newest_first(found.iter().filter_map(entry).collect());
    feed(
        &visit,
        Some(&request),
        "register",
        &visit.t("nav-register"),
        updated,
        &entries,
    )
}

/// Days on which notices close.
#[get("/calendar.ics")]
async fn calendar(visit: Visit) -> Result<HttpResponse, Problem> {
    let (rows, _) = notices::rows(&visit, &["published"], None, 100).await?;
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", "-//Corridor//Deadlines//EN"));
    for listed in &rows {
        let Some(at) = listed.view["closes"]["at"]["iso"]
            .as_str()
            .and_then(|at| at.parse::<Instant>().ok())
        else {
            continue;
        };
        let mut event = Event::with_uid(&tag(&visit, &format!("notices/{}/closes", listed.row.id)));
        let utc = |at: Instant| at.strftime("%Y%m%dT%H%M%SZ").to_string();
        let link = format!(
            "{}/notices/{}",
            visit.house.settings.server.base_url.trim_end_matches('/'),
            listed.row.id
        );
        event.summary(&format!(
            "{} {}: {}",
            visit.t("notice"),
            listed.row.number,
            visit.t("notice-closes")
        ));
        event.add_property("DTSTAMP", utc(listed.row.updated_at));
        event.add_property("DTSTART", utc(at));
        event.add_property("URL", link);
        calendar.push(event.done());
    }
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/calendar; charset=utf-8"))
        .body(calendar.to_string()))
}

#[get("/calendar")]
async fn calendar_page(visit: Visit) -> Result<HttpResponse, Problem> {
    let (rows, _) = notices::rows(&visit, &["published"], None, 100).await?;
    let mut rows: Vec<Value> = rows
        .into_iter()
        .map(|listed| listed.view)
        .filter(|view| !view["closes"].is_null())
        .collect();
    rows.sort_by_key(|view| view["closes"]["at"]["iso"].as_str().unwrap_or_default().to_owned());
    visit.page("public/calendar.html", json!({ "rows": rows }))
}
