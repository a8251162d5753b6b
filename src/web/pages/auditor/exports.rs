//! Taking histories away: what, in which form, and what for.

use super::{WHO, grid::case_named};
use crate::{
    domain::{Date, Instant, id::CaseId, text::Words},
    web::{
        api::exports::{ExportRequest, exported, selection},
        pages::{Fault, Form, Sent, SignedIn, visit::query_value},
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode, post};
use serde_json::json;

/// The form; a case can be named in the address.
#[get("/audit/export")]
pub async fn export_form(me: SignedIn, request: HttpRequest) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let case = query_value(request.query_string(), "case").unwrap_or_default();
    show(&me, StatusCode::OK, Sent::default(), &case)
}

fn show(me: &SignedIn, status: StatusCode, form: Sent, case: &str) -> Result<HttpResponse, Problem> {
    me.visit
        .page_as(status, "auditor/export.html", json!({ "form": form, "case": case }))
}

/// The file.
#[post("/audit/export")]
pub async fn export(form: Form) -> Result<HttpResponse, Problem> {
    let me = &form.me;
    me.needs(WHO)?;
    let (wanted, faults) = wanted(&form).await?;
    if !faults.is_empty() {
        return show(me, StatusCode::UNPROCESSABLE_ENTITY, form.sent(faults), "");
    }
    let chosen = selection(&wanted)?;
    exported(&me.visit.house, &me.caller(), &wanted, &chosen).await
}

async fn wanted(form: &Form) -> Result<(ExportRequest, Vec<Fault>), Problem> {
    let visit = form.visit();
    let mut faults = Vec::new();
    let mut fault = |field: &str, key: &str| {
        faults.push(Fault {
            field: field.to_owned(),
            code: key.to_owned(),
            text: visit.t(key),
            lang: None,
            rule: None,
        });
    };
    let mut cases: Vec<CaseId> = Vec::new();
    for named in form
        .value("cases")
        .split([',', '\n', ' '])
        .map(str::trim)
        .filter(|named| !named.is_empty())
    {
        match case_named(visit, named).await? {
            Some(case) => cases.push(case),
            None => fault("cases", "audit-no-such-case"),
        }
    }
    let day = |name: &str| form.value(name).parse::<Date>().ok();
    let bound = |day: Option<Date>| Some(day?.to_zoned_datetime(jiff::tz::TimeZone::UTC).ok()?.timestamp());
    let from: Option<Instant> = bound(day("from"));
    let to: Option<Instant> = bound(day("to").and_then(|day| day.tomorrow().ok()));
    let period = !form.value("from").is_empty() || !form.value("to").is_empty();
    match (cases.is_empty(), period) {
        (true, false) => fault("cases", "export-nothing"),
        (false, true) => fault("cases", "export-both"),
        (true, true) if from.is_none() || to.is_none() || from >= to => fault("from", "export-period"),
        _ => {}
    }
    if form.value("purpose").trim().is_empty() {
        fault("purpose", "export-no-purpose");
    }
    let format = if form.value("format") == "csv" { "csv" } else { "jsonl" };
    let wanted = ExportRequest {
        cases,
        from,
        to,
        format: format.to_owned(),
        withhold: form.value("withhold:b") == "true",
        purpose: Some(Words::new(form.value("purpose").trim())),
    };
    Ok((wanted, faults))
}
