//! Notices: the list, one notice with its editions, the self-check.

use super::{
    super::{
        figures,
        table::Table,
        view,
        visit::{Visit, query_value},
    },
    editions,
};
use crate::{
    domain::{
        id::NoticeId,
        notice::{MachineCheck, NoticeContent},
        quantity::Quantity,
    },
    process,
    store::lists::NoticeRow,
    web::{api::cases::opened, paging::Cursors, problem::Problem},
    workflow::{listing::days_between, notice::Notice},
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Path, ServiceConfig},
};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

/// What anybody may see of a notice's life.
const PUBLIC: [&str; 3] = ["published", "closed", "withdrawn"];

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list)
        .service(twin)
        .service(self_check)
        .service(editions::file)
        .service(show);
}

/// A notice in a list.
pub struct Listed {
    pub row: NoticeRow,
    pub notice: Arc<Notice>,
    pub view: Value,
}

/// Notices as lists show them, and the cursor of the next page.
pub async fn rows(
    visit: &Visit,
    states: &[&str],
    after: Option<(i64, uuid::Uuid)>,
    most: u32,
) -> Result<(Vec<Listed>, Option<String>), Problem> {
    let mut rows = visit.house.store.notices(states, after, most + 1).await?;
    let more = rows.len() > most as usize;
    rows.truncate(most as usize);
    let cursors = Cursors::new(&visit.house.cursor_key);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| cursors.seal("notices", &format!("{}:{}", row.updated_at.as_microsecond(), row.id)));
    let mut listed = Vec::with_capacity(rows.len());
    for row in rows {
        let notice = folded(visit, &row).await?;
        let Some(edition) = notice.in_effect(visit.now) else {
            continue;
        };
        let view = line(visit, &row, &edition.content);
        listed.push(Listed { row, notice, view });
    }
    Ok((listed, next))
}

/// Notices as their histories fold, by version: a version's history never changes.
static FOLDED: LazyLock<Mutex<Folded>> = LazyLock::new(Mutex::default);
type Folded = HashMap<NoticeId, (u32, Arc<Notice>)>;
/// How many are kept.
const KEPT: usize = 2_000;

/// The notice of this row, without reading its history again when nothing has happened since.
async fn folded(visit: &Visit, row: &NoticeRow) -> Result<Arc<Notice>, Problem> {
    let late = row.next_timer_at.is_some_and(|at| at <= visit.now);
    let known = {
        let kept = FOLDED.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&row.id)
            .filter(|(version, _)| *version == row.version && !late)
            .cloned()
    };
    if let Some((_, notice)) = known {
        return Ok(notice);
    }
    let notice = Arc::new(process::view_notice(&visit.house, row.id).await?.0);
    let mut kept = FOLDED.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.len() >= KEPT {
        kept.clear();
    }
    kept.insert(row.id, (notice.version, Arc::clone(&notice)));
    Ok(notice)
}

fn line(visit: &Visit, row: &NoticeRow, content: &NoticeContent) -> Value {
    let language = visit.language();
    let countries: Vec<_> = content
        .destinations
        .iter()
        .map(|code| view::country(visit, code))
        .collect();
    json!({
        "number": row.number, "link": format!("/notices/{}", row.id), "state": row.state, "authority": row.authority,
        "programme": content.programme.in_language(language), "countries": countries.join(", "),
        "codes": content.destinations, "edition": row.edition,
        "published": row.published_at.map(|at| visit.when(at, &content.policy.clock.tz)), "closes": closing(visit, content),
    })
}

/// The last moment for dossiers: the end of that day in the notice's own zone.
fn closing(visit: &Visit, content: &NoticeContent) -> Value {
    let Some(day) = content.closes else { return Value::Null };
    let zone = &content.policy.clock.tz;
    let Ok(end) = crate::clockwork::end_of_day(zone, day) else {
        return Value::Null;
    };
    let today = visit
        .now
        .to_zoned_datetime(jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC))
        .date();
    let left = days_between(today, day);
    json!({ "at": visit.deadline(end, zone), "left": left, "kind": if left < 0 { "" } else if left <= 14 { "warn" } else { "ok" } })
}

/// The list by the filters of the address.
async fn found(visit: &Visit, query: &str) -> Result<(Vec<Listed>, Option<String>), Problem> {
    let state = query_value(query, "state").unwrap_or_default();
    let states: Vec<&str> = match state.as_str() {
        "" => PUBLIC.to_vec(),
        known => PUBLIC.into_iter().filter(|public| *public == known).collect(),
    };
    let cursors = Cursors::new(&visit.house.cursor_key);
    let after = query_value(query, "cursor")
        .map(|cursor| opened(&cursors, "notices", &cursor))
        .transpose()?;
    let states = if states.is_empty() { vec!["none"] } else { states };
    let (mut rows, next) = rows(visit, &states, after, visit.house.settings.limits.page).await?;
    let (text, country) = (
        query_value(query, "q").unwrap_or_default().to_lowercase(),
        query_value(query, "country"),
    );
    let holds = |listed: &Listed| {
        let words = format!(
            "{} {} {}",
            listed.view["number"], listed.view["programme"], listed.view["authority"]
        );
        let there = |code: &String| {
            listed.view["codes"]
                .as_array()
                .is_some_and(|codes| codes.iter().any(|known| known == code))
        };
        words.to_lowercase().contains(&text) && country.as_ref().is_none_or(there)
    };
    rows.retain(holds);
    Ok((rows, next))
}

#[get("/notices")]
async fn list(visit: Visit, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let query = request.query_string();
    let (rows, next) = found(&visit, query).await?;
    let asked = |name: &str| query_value(query, name).unwrap_or_default();
    let mut countries: Vec<_> = Vec::new();
    for listed in &rows {
        let codes = listed.view["codes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        countries.extend(codes.map(|code| (view::country(&visit, code), code.to_owned())));
    }
    countries.sort();
    countries.dedup();
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{query}")
    };
    visit.page(
        "public/notices.html",
        json!({
            "rows": rows.iter().map(|listed| &listed.view).collect::<Vec<_>>(), "states": PUBLIC, "countries": countries,
            "filter": { "q": asked("q"), "state": asked("state"), "country": asked("country") }, "query": query,
            "next": next.map(|cursor| visit.link_with("cursor", &cursor)),
        }),
    )
}

#[get("/notices.{ending:csv|json}")]
async fn twin(visit: Visit, request: HttpRequest, ending: Path<String>) -> Result<HttpResponse, Problem> {
    let (rows, _) = found(&visit, request.query_string()).await?;
    let columns = [
        "number",
        "state",
        "programme",
        "authority",
        "countries",
        "published_at",
        "closes_at",
        "edition",
    ];
    let mut table = Table::new(&columns);
    for Listed { view, .. } in &rows {
        let codes: Vec<_> = view["codes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let cells = [&view["number"], &view["state"], &view["programme"], &view["authority"]];
        let further = [
            json!(codes.join(" ")),
            view["published"]["iso"].clone(),
            view["closes"]["at"]["iso"].clone(),
            view["edition"].clone(),
        ];
        table.row(cells.into_iter().cloned().chain(further));
    }
    table.answer(&visit, "notices", &ending)
}

/// The notice with this id or number, as the public sees it.
pub async fn public(visit: &Visit, name: &str) -> Result<(NoticeRow, Notice), Problem> {
    let gone = || Problem::of("not_found");
    let id = match name.parse() {
        Ok(id) => crate::domain::id::NoticeId(id),
        Err(_) => visit.house.store.notice_by_number(name).await?.ok_or_else(gone)?.id,
    };
    let row = visit.house.store.notice_row(id).await?.ok_or_else(gone)?;
    let (notice, _) = process::view_notice(&visit.house, id).await?;
    let public = notice
        .editions
        .first()
        .is_some_and(|first| first.takes_effect <= visit.now);
    if public { Ok((row, notice)) } else { Err(gone()) }
}

#[get("/notices/{name}")]
async fn show(visit: Visit, name: Path<String>) -> Result<HttpResponse, Problem> {
    if let Some(name) = name.strip_suffix(".atom") {
        return super::feeds::notice(&visit, name).await;
    }
    let (row, notice) = public(&visit, &name).await?;
    let edition = notice.in_effect(visit.now).ok_or_else(|| Problem::of("not_found"))?;
    let (used, _) = visit.house.store.authorised_total(row.id).await?;
    let mut context = content(&visit, &edition.content);
    context["row"] = line(&visit, &row, &edition.content);
    context["ceiling"] = ceiling(&visit, &edition.content, used);
    context["editions"] = editions::shown(&visit, &row, &notice);
    visit.page("public/notice.html", context)
}

fn content(visit: &Visit, content: &NoticeContent) -> Value {
    let language = visit.language();
    let text = |localised: &crate::domain::text::Localised| localised.in_language(language).to_owned();
    let criterion = |(n, criterion): (usize, &crate::domain::notice::Criterion)| {
        json!({
            "n": n + 1, "id": criterion.id, "text": text(&criterion.text), "mandatory": criterion.mandatory,
            "evidence": criterion.evidence, "machine": criterion.check.is_some(),
        })
    };
    let clock = &content.policy.clock;
    json!({
        "purpose": text(&content.purpose), "legal_basis": text(&content.legal_basis),
        "criteria": content.criteria.iter().enumerate().map(criterion).collect::<Vec<_>>(),
        "documents": content.required_documents, "parties": content.eligible_submitters,
        "delegations": content.delegations.iter().map(|terms| text(&terms.name)).collect::<Vec<_>>(),
        "validity": content.max_validity_months, "shipments": content.max_shipments,
        "days": clock.days, "unit": clock.unit, "zone": figures::zone_name(&visit.site.texts, &clock.tz),
    })
}

/// How much of the programme's total is used.
fn ceiling(visit: &Visit, content: &NoticeContent, used_milli: i64) -> Value {
    let Some(ceiling) = &content.ceiling else {
        return Value::Null;
    };
    let (Ok(whole), Ok(used)) = (
        ceiling.base_milli(),
        Quantity::from_base_milli(used_milli, &ceiling.unit),
    ) else {
        return Value::Null;
    };
    let texts = &visit.site.texts;
    json!({ "whole": figures::quantity_view(texts, ceiling), "used": figures::quantity_view(texts, &used), "max": whole, "value": used_milli })
}

/// Questions about the criteria; the answer comes at once, and nothing is kept.
#[get("/notices/{name}/criteria")]
async fn self_check(visit: Visit, request: HttpRequest, name: Path<String>) -> Result<HttpResponse, Problem> {
    let (row, notice) = public(&visit, &name).await?;
    let edition = notice.in_effect(visit.now).ok_or_else(|| Problem::of("not_found"))?;
    let answers = |id: &str| query_value(request.query_string(), id);
    let asked = !request.query_string().is_empty()
        && edition
            .content
            .criteria
            .iter()
            .any(|criterion| answers(&criterion.id).is_some());
    let question = |(n, criterion): (usize, &crate::domain::notice::Criterion)| {
        let answer = answers(&criterion.id).unwrap_or_default();
        let met = match answer.as_str() {
            "yes" => "yes",
            "no" => "no",
            _ => "",
        };
        json!({
            "n": n + 1, "id": criterion.id, "text": criterion.text.in_language(visit.language()), "answer": met,
            "mandatory": criterion.mandatory, "evidence": criterion.evidence,
            "inspection": matches!(criterion.check, Some(MachineCheck::InspectionPassed)),
        })
    };
    let questions: Vec<_> = edition.content.criteria.iter().enumerate().map(question).collect();
    let missing: Vec<_> = questions
        .iter()
        .filter(|question| question["mandatory"] == true && question["answer"] != "yes")
        .cloned()
        .collect();
    let link = format!("/notices/{}", row.id);
    visit.page(
        "public/self_check.html",
        json!({ "number": row.number, "link": link, "questions": questions, "asked": asked, "missing": missing }),
    )
}
