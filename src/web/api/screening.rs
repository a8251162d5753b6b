//! Screening: what was found about a case, side by side with the listed entry.

use super::{Caller, TheHouse, cases::visible, checks, write_down};
use crate::{
    domain::{id::CaseId, people::Role, text::Private},
    engine::built_in::thresholds,
    process::checks::check,
    screening::{Identifier, Kind, Query},
    store::checks::JobKind,
    web::{
        body::{StrictJson, StrictQuery},
        problem::Problem,
    },
    workflow::{
        self,
        action::{ScreeningOutcome, ScreeningTrigger},
        case::{Case, Hit, Screening},
        screened,
        visibility::roles_on,
    },
};
use actix_web::{HttpResponse, get, http::StatusCode, post, web::Path};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The screening of a case, as officials see it.
pub fn view(case: &Case) -> Value {
    let subjects = screened::live(case);
    let result = |(key, screening): (&String, &Screening)| {
        let subject = subjects.get(key);
        json!({
            "subject": key, "result": screening.result, "at": screening.at, "list": screening.list,
            "list_version": screening.list_version, "list_date": screening.list_date,
            "hits": screening.hits.iter().map(hit).collect::<Vec<_>>(),
            "looked_for": subject, "fingerprint": screening.fingerprint,
            "changed_since": subject.zip(screening.fingerprint.as_ref()).is_some_and(|(now, then)| now.fingerprint() != *then),
            "recorded_by": if screening.check.is_some() { "engine" } else { "official" },
            "tool": screening.tool, "check": screening.check,
        })
    };
    let so_many = |outcome: ScreeningOutcome| case.screening.values().filter(|one| one.result == outcome).count();
    json!({
        "results": case.screening.iter().map(result).collect::<Vec<_>>(),
        "summary": {
            "clear": so_many(ScreeningOutcome::Clear), "hits": so_many(ScreeningOutcome::Hits),
            "failed": so_many(ScreeningOutcome::Failed),
        },
        "missing": workflow::screening::unscreened(case),
    })
}

fn hit(hit: &Hit) -> Value {
    let first = hit.proposed.as_ref();
    let found = &hit.found;
    json!({
        "entry": found.entry, "matched_on": found.matched_on, "state": hit.state, "list": found.list,
        "name": found.name, "fingerprint": found.fingerprint, "score": found.score, "band": found.band,
        "explanation": found.explanation.as_ref().and_then(Private::known),
        "verdict": first.map(|first| first.verdict),
        "proposed_by": first.map(|first| first.by),
        "covered_by": first.and_then(|first| first.covered_by.clone()),
        "covered_as": first.and_then(|first| first.covered_as),
        "holds_until": first.and_then(|first| first.holds_until),
        "confirmed_by": hit.confirmed.as_ref().map(|(person, _)| person),
        "decided_in": hit.decided_in,
    })
}

/// The screening of a case: each hit beside what the list says today, and whether a check waits or runs.
#[utoipa::path(tag = "screening", params(("id" = String, Path)), responses((status = 200, description = "Results, hits with their listed entries, the check under way"), (status = 403, description = "Not for you", body = Problem), (status = 404, description = "Not there for you", body = Problem)))]
#[get("/cases/{id}/screening")]
pub async fn case_screening(house: TheHouse, caller: Caller, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let seen = visible(&house, &caller, *id).await?;
    official(&seen.case, &caller)?;
    let mut view = view(&seen.case);
    let index = house.screener.lists.in_force().await?.index;
    let hits = view
        .get_mut("results")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten();
    for hit in hits.flat_map(|result| {
        result
            .get_mut("hits")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
    }) {
        let text = |key: &str| hit.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (list, entry, then) = (text("list"), text("entry"), text("fingerprint"));
        let number = entry.strip_prefix(&format!("{list}/")).unwrap_or(&entry);
        if let Some(listed) = index.entry(&list, number) {
            hit["listed"] = json!(listed);
            hit["entry_changed_since"] = json!(!then.is_empty() && listed.fingerprint() != then);
        }
    }
    view["job"] = json!(house.store.check_of(JobKind::Case, id.0).await?);
    view["current"] = json!(workflow::screening::all_decided(&seen.case, seen.now));
    view["standing"] = json!(workflow::screening::standing(&seen.case, seen.now));
    view["repeat_from"] = json!(workflow::screening::repeat_from(&seen.case));
    let asks = workflow::screening::asked_by(&seen.case);
    view["asked_by"] = json!(asks.map(|(before, rule)| json!({ "before": before, "rule": rule })));
    Ok(HttpResponse::Ok().json(view))
}

/// The roles on a case of somebody who may see its screening.
///
/// # Errors
/// `forbidden`, for submitters and the monitor.
pub fn official(case: &Case, caller: &Caller) -> Result<BTreeSet<Role>, Problem> {
    let roles = roles_on(case, &caller.actor);
    let inside = |role: &Role| !Role::SUBMITTER.contains(role) && *role != Role::Monitor;
    if roles.iter().any(inside) {
        return Ok(roles);
    }
    Err(Problem::of("forbidden")
        .detail("Screening is shown to the authorities.")
        .rule("S-01"))
}

/// Has the service screen the case now.
#[utoipa::path(tag = "screening", params(("id" = String, Path)), responses((status = 200, description = "The screening afterwards"), (status = 403, description = "Not for you", body = Problem), (status = 404, description = "Not there for you", body = Problem), (status = 409, description = "Nobody screens here, or not in this state", body = Problem)))]
#[post("/cases/{id}/screening")]
pub async fn screen_case(house: TheHouse, caller: Caller, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    check_now(&house, &caller, *id).await?;
    let seen = visible(&house, &caller, *id).await?;
    Ok(HttpResponse::Ok().json(view(&seen.case)))
}

/// May this person have the case screened? Everybody who sees the screening, but auditors.
#[must_use]
pub fn may_check(case: &Case, caller: &Caller) -> bool {
    official(case, caller).is_ok_and(|roles| roles.iter().any(|role| *role != Role::Auditor))
}

/// Has the service screen a case now.
///
/// # Errors
/// When this person may not, when nobody screens here, or not in this state.
pub async fn check_now(house: &TheHouse, caller: &Caller, id: CaseId) -> Result<(), Problem> {
    let seen = visible(house, caller, id).await?;
    official(&seen.case, caller)?;
    if !may_check(&seen.case, caller) {
        let target = Some(("case", id.0));
        write_down(house, caller, "screen_case", target, "wrong_role", Some("S-01")).await;
        return Err(Problem::of("forbidden").detail("Auditors do not act.").rule("S-01"));
    }
    let checked = check(house, id, ScreeningTrigger::OnDemand, None, None, false).await?;
    if checked.is_none() {
        let sentence = "No engine is set up here: record what your own tool found.";
        return Err(Problem::refused(StatusCode::CONFLICT, "no_engine", sentence).rule("S-01"));
    }
    Ok(())
}

/// In which form.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ExportQuery {
    /// `json` (the default) or `csv`.
    format: Option<String>,
}

/// Every check of a case that was ever recorded, one row for each subject and hit, and every word of a person on a hit.
#[utoipa::path(tag = "screening", params(("id" = String, Path), ExportQuery), responses((status = 200, description = "JSON or CSV"), (status = 403, description = "Not for you", body = Problem), (status = 404, description = "Not there for you", body = Problem), (status = 422, description = "No such form", body = Problem)))]
#[get("/cases/{id}/screening/checks")]
pub async fn export_checks(
    house: TheHouse,
    caller: Caller,
    id: Path<CaseId>,
    query: StrictQuery<ExportQuery>,
) -> Result<HttpResponse, Problem> {
    let seen = visible(&house, &caller, *id).await?;
    official(&seen.case, &caller)?;
    let rows = checks::rows(&seen.events);
    write_down(
        &house,
        &caller,
        "export_checks",
        Some(("case", id.0)),
        "allowed",
        Some("S-01"),
    )
    .await;
    match query.0.format.as_deref() {
        None | Some("json") => Ok(HttpResponse::Ok().json(json!({ "items": rows }))),
        Some("csv") => Ok(HttpResponse::Ok()
            .content_type("text/csv; charset=utf-8")
            .insert_header((
                "Content-Disposition",
                format!("attachment; filename=\"checks-{id}.csv\""),
            ))
            .body(checks::table(&rows).map_err(Problem::internal)?)),
        Some(_) => Err(Problem::of("bad_parameter").field("format", "bad_parameter", "json or csv.")),
    }
}

/// Somebody to look for, outside any case.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchRequest {
    /// `person`, `organisation`, `vessel` or `unknown`.
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    names: Vec<String>,
    /// Pairs of scheme and value, for example `["IMO", "9079169"]`.
    #[serde(default)]
    identifiers: Vec<(String, String)>,
    #[serde(default)]
    countries: Vec<String>,
}

/// Looks somebody up in the lists in force; nothing is recorded on any case, but that it was asked is.
#[utoipa::path(tag = "screening", request_body = SearchRequest, responses((status = 200, description = "Hits, the best first, with the lists searched"), (status = 403, description = "Not for you", body = Problem), (status = 422, description = "Cannot be looked for", body = Problem), (status = 503, description = "No list, or too old", body = Problem)))]
#[post("/screening/search")]
pub async fn search_lists(
    house: TheHouse,
    caller: Caller,
    body: StrictJson<SearchRequest>,
) -> Result<HttpResponse, Problem> {
    let officials = [Role::Secretariat, Role::SecretariatLead];
    if !officials
        .iter()
        .chain(Role::COMMITTEE)
        .any(|role| caller.actor.is(*role))
    {
        write_down(&house, &caller, "search_lists", None, "wrong_role", Some("S-01")).await;
        return Err(Problem::of("forbidden")
            .detail("For the secretariat and the committee.")
            .rule("S-01"));
    }
    write_down(&house, &caller, "search_lists", None, "allowed", Some("S-01")).await;
    let asked = body.value;
    let query = Query {
        kind: asked.kind.as_deref().and_then(Kind::named).unwrap_or_default(),
        names: asked.names,
        identifiers: asked
            .identifiers
            .iter()
            .map(|(scheme, value)| Identifier::new(scheme, value))
            .collect(),
        countries: asked.countries,
        date_of_birth: None,
    };
    let in_force = house.screener.lists.in_force().await?;
    if in_force.index.is_empty() {
        return Err(Problem::of("unavailable").detail("No list is loaded.").rule("S-01"));
    }
    let thresholds = thresholds(&house.settings.screening);
    let hits = in_force
        .index
        .search(&query, &thresholds)
        .map_err(|why| Problem::refused(StatusCode::UNPROCESSABLE_ENTITY, why.code(), &why.to_string()).rule("S-01"))?;
    Ok(HttpResponse::Ok().json(json!({ "hits": hits, "lists": in_force.used() })))
}
