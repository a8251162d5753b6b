//! Calendars of public holidays, and what another holiday would do to the clocks that run.

use super::WHO;
use crate::{
    clockwork::{calendar, ids},
    domain::Date,
    process,
    store::lists::{CaseFilter, Scope},
    web::{
        pages::{SignedIn, Visit, auditor::grid, table::Table, visit::query_value},
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, web::Path};
use serde_json::{Value, json};

/// How many open cases are looked at.
const MOST: u32 = 1_000;

#[get("/admin/calendars")]
pub async fn calendars(me: SignedIn, request: HttpRequest) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let visit = &me.visit;
    let day = query_value(request.query_string(), "day");
    let parsed: Option<Date> = day.as_deref().and_then(|day| day.trim().parse().ok());
    let effect = match parsed {
        Some(day) => Some(effect(visit, day).await?),
        None => None,
    };
    let date = |date| grid::text(&visit.site.texts.date(date));
    let row =
        |(reference, before, after): (String, Date, Date)| json!([grid::text(&reference), date(before), date(after)]);
    let effect: Option<Vec<Value>> = effect.map(|rows| rows.into_iter().map(row).collect());
    let this_year = visit.now.to_zoned_datetime(jiff::tz::TimeZone::UTC).year();
    let shown = |id: &str| {
        let calendar = calendar(id)?;
        let coming = calendar
            .holidays
            .iter()
            .filter(|day| day.year() >= this_year && day.year() <= this_year + 1);
        let years = calendar
            .years
            .as_ref()
            .map(|years| format!("{}–{}", years.start(), years.end()));
        Some(json!({
            "id": calendar.id, "name": calendar.name, "source": calendar.source, "years": years,
            "days": coming.map(|day| visit.site.texts.date(*day)).collect::<Vec<_>>(),
        }))
    };
    let all: Vec<Value> = ids().filter_map(shown).collect();
    visit.page(
        "admin/calendars.html",
        json!({
            "calendars": all, "day": day, "bad": day.is_some() && parsed.is_none(), "effect": effect,
        }),
    )
}

#[get("/admin/calendars.{ending:csv|json}")]
pub async fn calendars_twin(me: SignedIn, request: HttpRequest, ending: Path<String>) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let day = query_value(request.query_string(), "day");
    let day = day.and_then(|day| day.trim().parse().ok());
    let mut table = Table::new(&["reference", "due", "due_with_holiday"]);
    if let Some(day) = day {
        for (reference, before, after) in effect(&me.visit, day).await? {
            table.row([json!(reference), json!(before), json!(after)]);
        }
    }
    table.answer(&me.visit, "calendar", &ending)
}

/// Open cases whose last day would be another one. References only: no content of a case.
async fn effect(visit: &Visit, day: Date) -> Result<Vec<(String, Date, Date)>, Problem> {
    let filter = CaseFilter {
        states: ["submitted", "completeness", "returned", "under_review", "deliberation"]
            .map(str::to_owned)
            .to_vec(),
        scope: Scope::Submitted,
        limit: MOST,
        ..CaseFilter::default()
    };
    let mut rows = Vec::new();
    for row in visit.house.store.cases(&filter).await? {
        let seen = process::view_case(&visit.house, row.id).await?;
        let mut changed = seen.case.clone();
        changed.holidays.insert(day);
        let due = |case: &crate::workflow::case::Case| case.reckoning(seen.now).map(|reckoning| reckoning.due);
        let (Some(before), Some(after)) = (due(&seen.case), due(&changed)) else {
            continue;
        };
        if before != after {
            rows.push((row.reference.unwrap_or_default(), before, after));
        }
    }
    Ok(rows)
}
