//! The register: what was decided, what was delivered. Names of parties are not part of it.

use super::super::{
    chart::{self, Bar, Point},
    figures,
    table::Table,
    view,
    visit::{Visit, query_value},
};
use crate::{
    domain::{id::CaseId, quantity::Quantity},
    process,
    store::lists::{CaseFilter, CaseKey, CaseRow, Scope},
    web::{api::cases::opened, paging::Cursors, problem::Problem},
    workflow::{case::Case, happening::OutcomeStatement, listing::CaseListing, state::WaiverState},
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Path, ServiceConfig},
};
use serde_json::{Value, json};

const OUTCOMES: [&str; 7] = [
    "approved",
    "approved_with_conditions",
    "approved_in_part",
    "refused",
    "no_waiver_required",
    "deemed_refused",
    "deemed_approved",
];

pub fn routes(config: &mut ServiceConfig) {
    config.service(list).service(twin).service(show).service(outcome_twin);
}

/// Decided cases by these filters, newest change first, and the cursor of the next page. Rows only: a history is read
/// where time has done something that nobody wrote down yet.
pub async fn decided(visit: &Visit, query: &str) -> Result<(Vec<CaseRow>, Option<String>), Problem> {
    let cursors = Cursors::new(&visit.house.cursor_key);
    let limit = visit.house.settings.limits.page;
    let filter = CaseFilter {
        outcome: query_value(query, "outcome"),
        country: query_value(query, "country").map(|code| code.to_uppercase()),
        scope: Scope::Decided,
        after: query_value(query, "cursor")
            .map(|cursor| opened(&cursors, "register", &cursor))
            .transpose()?,
        limit: limit + 1,
        ..CaseFilter::default()
    };
    let mut rows = visit.house.store.cases(&filter).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| cursors.seal("register", &format!("{}:{}", row.updated_at.as_microsecond(), row.id)));
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let late = row.next_timer_at.is_some_and(|at| at <= visit.now);
        found.push(if late { fresh(visit, row.id).await?.1 } else { row });
    }
    Ok((found, next))
}

/// A case and its row as they stand now.
async fn fresh(visit: &Visit, id: CaseId) -> Result<(Case, CaseRow), Problem> {
    let seen = process::view_case(&visit.house, id).await?;
    let row = CaseRow::from(CaseListing::of(&seen.case, &seen.around));
    Ok((seen.case, row))
}

fn milli(visit: &Visit, milli: i64, unit: &str) -> Value {
    Quantity::from_base_milli(milli, unit).map_or(Value::Null, |quantity| {
        figures::quantity_view(&visit.site.texts, &quantity)
    })
}

/// A line of the register.
pub fn entry(visit: &Visit, row: &CaseRow) -> Value {
    let waiver = row.waiver_number.as_ref().zip(row.unit.as_deref()).map(|(number, unit)| {
        let (from, to) = row.validity.unzip();
        let (whole, delivered) = (row.authorised_milli, row.delivered_milli);
        json!({
            "number": number, "state": row.waiver_state, "valid_from": from.map(|day| day.to_string()),
            "valid_to": to.map(|day| day.to_string()), "authorised": milli(visit, whole, unit),
            "max": whole, "value": delivered, "delivered": milli(visit, delivered, unit),
            "reserved": milli(visit, row.reserved_milli, unit), "available": milli(visit, row.available_milli, unit),
            "share": figures::share(delivered, whole),
        })
    });
    let good = |word: &str| {
        matches!(
            word,
            "approved" | "approved_with_conditions" | "approved_in_part" | "deemed_approved"
        )
    };
    let outcome = row.outcome.as_deref();
    json!({
        "reference": row.reference, "link": row.reference.as_ref().map(|reference| format!("/register/{reference}")),
        "notice": row.notice_number, "notice_link": format!("/notices/{}", row.notice), "outcome": outcome,
        "kind": if outcome.is_some_and(good) { "ok" } else { "" }, "day": row.decided_on_day,
        "decided": row.decided_at.map(|at| visit.when(at, &row.zone)), "waiver": waiver,
    })
}

#[get("/register")]
async fn list(visit: Visit, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let query = request.query_string();
    let (found, next) = decided(&visit, query).await?;
    let rows: Vec<_> = found.iter().map(|row| entry(&visit, row)).collect();
    let asked = |name: &str| query_value(query, name).unwrap_or_default();
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{query}")
    };
    let next = next.map(|cursor| visit.link_with("cursor", &cursor));
    visit.page(
        "public/register.html",
        json!({ "rows": rows, "outcomes": OUTCOMES, "filter": { "outcome": asked("outcome"), "country": asked("country") }, "query": query, "next": next }),
    )
}

#[get("/register.{ending:csv|json}")]
async fn twin(visit: Visit, request: HttpRequest, ending: Path<String>) -> Result<HttpResponse, Problem> {
    let (found, _) = decided(&visit, request.query_string()).await?;
    let columns = [
        "reference",
        "notice",
        "outcome",
        "decided_at",
        "on_day",
        "waiver",
        "waiver_state",
        "authorised",
        "delivered",
        "unit",
        "valid_from",
        "valid_to",
    ];
    let mut table = Table::new(&columns);
    for row in &found {
        let entry = entry(&visit, row);
        let waiver = &entry["waiver"];
        table.row([
            entry["reference"].clone(),
            entry["notice"].clone(),
            entry["outcome"].clone(),
            entry["decided"]["iso"].clone(),
            entry["day"].clone(),
            waiver["number"].clone(),
            waiver["state"].clone(),
            waiver["authorised"]["amount"].clone(),
            waiver["delivered"]["amount"].clone(),
            waiver["authorised"]["unit"].clone(),
            waiver["valid_from"].clone(),
            waiver["valid_to"].clone(),
        ]);
    }
    table.answer(&visit, "register", &ending)
}

/// The decided case with this reference.
async fn case_of(visit: &Visit, reference: &str) -> Result<(Case, CaseRow), Problem> {
    let gone = || Problem::of("not_found");
    let row = visit
        .house
        .store
        .case_by(CaseKey::Reference, reference)
        .await?
        .ok_or_else(gone)?;
    let (case, row) = fresh(visit, row.id).await?;
    if case.decided_at.is_some() {
        Ok((case, row))
    } else {
        Err(gone())
    }
}

/// The outcome is public when both sides have signed it.
fn signed(case: &Case) -> Option<&OutcomeStatement> {
    let closed = case.waiver.state == WaiverState::Closed;
    case.outcome_statement
        .as_ref()
        .filter(|_| closed)
        .map(|(_, statement)| statement)
}

#[get("/register/{reference}")]
async fn show(visit: Visit, reference: Path<String>) -> Result<HttpResponse, Problem> {
    let (case, row) = case_of(&visit, &reference).await?;
    let votes = case.ballot.closed.iter().flat_map(|closed| &closed.votes);
    let votes: Vec<_> = votes
        .map(|(delegation, vote)| json!({ "delegation": delegation, "choice": vote.choice }))
        .collect();
    let conditions = case.ballot.draft.iter().flat_map(|draft| &draft.conditions);
    let conditions: Vec<_> = conditions
        .map(|condition| json!({ "id": condition.id, "text": condition.text.as_str() }))
        .collect();
    let statement = signed(&case);
    visit.page(
        "public/decision.html",
        json!({
            "entry": entry(&visit, &row), "votes": votes, "names": view::sides(&visit, &case), "conditions": conditions, "stages": view::stages(&case),
            "clock": view::clock(&visit, &case), "outcome": statement.map(|statement| outcome(&visit, &case, statement)),
            "digest": case.outcome_statement.as_ref().filter(|_| statement.is_some()).map(|(digest, _)| digest),
        }),
    )
}

#[get("/register/{reference}/outcome.{ending:csv|json}")]
async fn outcome_twin(visit: Visit, path: Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (reference, ending) = path.into_inner();
    let (case, _) = case_of(&visit, &reference).await?;
    let statement = signed(&case).ok_or_else(|| Problem::of("not_found"))?;
    let mut table = Table::new(&["month", "country", "quantity", "unit", "shipments"]);
    for line in &statement.lines {
        table.row([
            json!(line.period),
            json!(line.country),
            json!(line.quantity),
            json!(statement.unit),
            json!(line.shipments),
        ]);
    }
    table.answer(&visit, &format!("outcome-{reference}"), &ending)
}

/// What was achieved: the lines, and two pictures of them.
fn outcome(visit: &Visit, case: &Case, statement: &OutcomeStatement) -> Value {
    let texts = &visit.site.texts;
    let said = |amount: &str| figures::quantity(texts, amount, &statement.unit);
    let bars = statement.by_country.iter().map(|(country, amount)| Bar {
        name: view::country(visit, country),
        value: amount.parse().unwrap_or_default(),
        figure: said(amount),
    });
    let whole: f64 = case.waiver.certificate.as_ref().map_or(0.0, |certificate| {
        certificate.authorised.amount.to_string().parse().unwrap_or_default()
    });
    let lines = statement.lines.iter().map(|line| {
        json!({ "month": line.period, "country": view::country(visit, &line.country), "quantity": said(&line.quantity), "shipments": line.shipments })
    });
    json!({
        "lines": lines.collect::<Vec<_>>(), "total": said(&statement.verified_total), "unused": said(&statement.unused),
        "shipments": statement.shipments, "remarks": statement.remarks.as_ref().map(|words| words.as_str()),
        "by_country": chart::bars(&visit.t("outcome-by-country"), &bars.collect::<Vec<_>>()),
        "over_time": over_time(visit, case, statement, whole),
    })
}

/// The total delivered, month by month, against what was authorised.
fn over_time(visit: &Visit, case: &Case, statement: &OutcomeStatement, whole: f64) -> String {
    let mut months: std::collections::BTreeMap<&str, f64> = std::collections::BTreeMap::new();
    for line in &statement.lines {
        *months.entry(&line.period).or_default() += line.quantity.parse::<f64>().unwrap_or_default();
    }
    let count = f64::from(u32::try_from(months.len().max(1)).unwrap_or(1));
    let (mut total, mut n) = (0.0, 0.0);
    let points = months.iter().map(|(month, amount)| {
        total += amount;
        n += 1.0;
        let says = format!(
            "{month}: {}",
            figures::quantity(&visit.site.texts, &total.to_string(), &statement.unit)
        );
        Point {
            x: n / (count + 1.0),
            y: if whole > 0.0 { total / whole } else { 0.0 },
            says,
        }
    });
    let points: Vec<_> = points.collect();
    let authorised = case.waiver.certificate.as_ref().map(|certificate| {
        let amount = certificate.authorised.amount.normalize().to_string();
        format!(
            "{}: {}",
            visit.t("register-authorised"),
            figures::quantity(&visit.site.texts, &amount, &certificate.authorised.unit)
        )
    });
    let (first, last) = (
        months.keys().next().copied().unwrap_or_default(),
        months.keys().last().copied().unwrap_or_default(),
    );
    chart::steps(
        &visit.t("outcome-over-time"),
        &points,
        authorised.as_deref(),
        first,
        last,
    )
}
