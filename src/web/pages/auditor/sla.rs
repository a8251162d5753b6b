//! How the statutory clock was kept: decisions by days taken, days stopped by reason, what is overdue.

use super::{WHO, grid};
use crate::{
    clockwork,
    domain::Date,
    process,
    store::lists::{CaseFilter, CaseRow, ClockFigures, Scope, Stopped},
    web::{
        pages::{
            SignedIn, Visit,
            chart::{self, Bar},
            table::Table,
        },
        problem::Problem,
    },
    workflow::listing::days_between,
};
use actix_web::{HttpResponse, get, web::Path};
use serde_json::{Value, json};

/// Rows of the twin, those that changed last first; rows of what is overdue.
const MOST: u32 = 2_000;
const SHOWN: u32 = 100;

#[get("/audit/sla")]
pub async fn sla(me: SignedIn) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let (visit, store) = (&me.visit, &me.visit.house.store);
    let figures = store.clock_figures().await?;
    let sum = |fits: &dyn Fn(&ClockFigures) -> bool| -> u64 {
        let fitting = figures.iter().filter(|line| fits(line));
        fitting.map(|line| line.count).sum()
    };
    let decided = sum(&|line| line.decided_on.is_some());
    let in_time = sum(&|line| line.decided_on.is_some_and(|day| day <= line.allowed));
    let overdue = store.overdue(SHOWN).await?;
    let row = |row: &CaseRow| {
        let due = row.due.map(|due| visit.site.texts.date(due)).unwrap_or_default();
        json!([
            grid::link(
                row.reference.as_deref().unwrap_or_default(),
                &format!("/cases/{}", row.id)
            ),
            grid::text(&row.notice_number),
            grid::text(&due)
        ])
    };
    visit.page(
        "auditor/sla.html",
        json!({
            "count": sum(&|_| true), "decided": decided, "in_time": in_time, "late": decided - in_time,
            "by_days": by_days(visit, &figures), "by_reason": by_reason(visit, &store.stopped_days().await?),
            "overdue": overdue.iter().map(row).collect::<Vec<Value>>(), "shown": SHOWN, "most": MOST,
        }),
    )
}

/// Decisions by days taken, in classes of five.
fn by_days(visit: &Visit, figures: &[ClockFigures]) -> Option<String> {
    let taken = || figures.iter().filter_map(|line| Some((line.decided_on?, line.count)));
    let last = taken().map(|(day, _)| day).max()?.div_ceil(5).clamp(6, 12);
    let column = |class: u32| {
        let (from, to) = (class * 5 + 1, class * 5 + 5);
        let open = class + 1 == last;
        let count: u64 = taken()
            .filter(|(day, _)| (*day).max(1) >= from && (open || *day <= to))
            .map(|(_, count)| count)
            .sum();
        let name = if open {
            format!("{from}+")
        } else {
            format!("{from}–{to}")
        };
        Bar {
            name,
            value: count as f64,
            figure: count.to_string(),
        }
    };
    Some(chart::columns(
        &visit.t("sla-by-days"),
        &(0..last).map(column).collect::<Vec<_>>(),
    ))
}

/// Days stopped, those that are still stopped counted until today.
fn by_reason(visit: &Visit, reasons: &[Stopped]) -> Option<String> {
    let today = |zone: &str| clockwork::local_date(zone, visit.now).ok();
    let bar = |stopped: &Stopped| {
        let key = format!("stop-{}", stopped.reason.replace('_', "-"));
        let name = if visit.site.texts.has(&key) {
            visit.t(&key)
        } else {
            stopped.reason.clone()
        };
        let open = stopped.open.iter().filter_map(|(since, zone, count)| {
            let days = days_between(*since, today(zone)?).max(0);
            Some(days * count)
        });
        let days = stopped.days + open.sum::<i64>();
        Bar {
            name,
            value: days as f64,
            figure: days.to_string(),
        }
    };
    let bars: Vec<Bar> = reasons.iter().map(bar).collect();
    (!bars.is_empty()).then(|| chart::bars(&visit.t("sla-by-reason"), &bars))
}

/// Days stopped and the last day: as they stand in the row, unless the clock stands still now and both move on with it.
async fn moving(visit: &Visit, row: &CaseRow) -> Result<(u32, Option<Date>), Problem> {
    if row.clock != "stopped" {
        return Ok((row.stopped_days, row.due));
    }
    let seen = process::view_case(&visit.house, row.id).await?;
    let reckoning = seen.case.reckoning(seen.now);
    Ok(reckoning.map_or((row.stopped_days, row.due), |reckoning| {
        (reckoning.stopped_days, Some(reckoning.due))
    }))
}

#[get("/audit/sla.{ending:csv|json}")]
pub async fn sla_twin(me: SignedIn, ending: Path<String>) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let mut table = Table::new(&[
        "reference",
        "notice",
        "outcome",
        "decided_on_day",
        "days_total",
        "stopped_days",
        "overdue",
        "due",
    ]);
    let filter = CaseFilter {
        scope: Scope::Submitted,
        with_clock: true,
        limit: MOST,
        ..CaseFilter::default()
    };
    for row in me.visit.house.store.cases(&filter).await? {
        let (stopped, due) = moving(&me.visit, &row).await?;
        table.row([
            json!(row.reference.as_deref().unwrap_or_default()),
            json!(row.notice_number),
            json!(row.outcome.as_deref().unwrap_or_default()),
            json!(row.decided_on_day),
            json!(row.clock_days),
            json!(stopped),
            json!(row.overdue),
            json!(due),
        ]);
    }
    table.answer(&me.visit, "clock", &ending)
}
