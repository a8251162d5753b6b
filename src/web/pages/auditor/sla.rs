//! How the statutory clock was kept: decisions by days taken, days stopped by reason, what is overdue.

use super::{WHO, grid};
use crate::{
    process,
    store::lists::{CaseFilter, Scope},
    web::{
        pages::{
            SignedIn, Visit,
            chart::{self, Bar},
            table::Table,
        },
        problem::Problem,
    },
    workflow::case::Case,
};
use actix_web::{HttpResponse, get, web::Path};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many cases are counted, those that changed last first.
const MOST: u32 = 2_000;

/// What is counted of one case.
struct Line {
    id: String,
    reference: String,
    notice: String,
    outcome: String,
    day: Option<u32>,
    days: u32,
    stopped: u32,
    stops: BTreeMap<&'static str, i64>,
    overdue: bool,
    due: Option<crate::domain::Date>,
}

impl Line {
    fn of(case: &Case, now: crate::domain::Instant) -> Self {
        let until = case.clock.ended.unwrap_or(now);
        let reckoning = case.reckoning(until);
        let mut stops: BTreeMap<&'static str, i64> = BTreeMap::new();
        for stop in &case.clock.stops {
            let days = midnights(case, stop.from, stop.to.unwrap_or(until));
            *stops.entry(stop.reason).or_default() += days;
        }
        Self {
            id: case.id.to_string(),
            reference: case.reference.clone().unwrap_or_default(),
            notice: case.terms.number.clone(),
            outcome: case
                .outcome
                .map(|outcome| outcome.word().to_owned())
                .unwrap_or_default(),
            day: case.decided_on_day,
            days: case.policy().days,
            stopped: reckoning.as_ref().map_or(0, |reckoning| reckoning.stopped_days),
            stops,
            overdue: case.clock.escalated && !case.state.is_settled(),
            due: reckoning.map(|reckoning| reckoning.due),
        }
    }
}

/// Midnights of the clock's zone between two instants: the days a stop costs.
fn midnights(case: &Case, from: crate::domain::Instant, to: crate::domain::Instant) -> i64 {
    crate::web::pages::figures::days_between(case.local_date(from), case.local_date(to)).max(0)
}

async fn lines(visit: &Visit) -> Result<Vec<Line>, Problem> {
    let filter = CaseFilter {
        scope: Scope::Submitted,
        limit: MOST,
        ..CaseFilter::default()
    };
    let mut lines = Vec::new();
    for row in visit.house.store.cases(&filter).await? {
        let seen = process::view_case(&visit.house, row.id).await?;
        if seen.case.clock.start.is_some() {
            lines.push(Line::of(&seen.case, seen.now));
        }
    }
    Ok(lines)
}

#[get("/audit/sla")]
pub async fn sla(me: SignedIn) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let visit = &me.visit;
    let lines = lines(visit).await?;
    let decided = lines.iter().filter(|line| line.day.is_some()).count();
    let in_time = lines
        .iter()
        .filter(|line| line.day.is_some_and(|day| day <= line.days))
        .count();
    let overdue: Vec<&Line> = lines.iter().filter(|line| line.overdue).collect();
    let row = |line: &&Line| {
        let due = line.due.map(|due| visit.site.texts.date(due)).unwrap_or_default();
        json!([
            grid::link(&line.reference, &format!("/cases/{}", line.id)),
            grid::text(&line.notice),
            grid::text(&due)
        ])
    };
    visit.page(
        "auditor/sla.html",
        json!({
            "count": lines.len(), "decided": decided, "in_time": in_time, "late": decided - in_time,
            "by_days": by_days(visit, &lines), "by_reason": by_reason(visit, &lines),
            "overdue": overdue.iter().map(row).collect::<Vec<Value>>(), "most": MOST,
        }),
    )
}

/// Decisions by days taken, in classes of five.
fn by_days(visit: &Visit, lines: &[Line]) -> Option<String> {
    let taken: Vec<u32> = lines.iter().filter_map(|line| line.day).collect();
    let last = taken.iter().max()?.div_ceil(5).clamp(6, 12);
    let column = |class: u32| {
        let (from, to) = (class * 5 + 1, class * 5 + 5);
        let open = class + 1 == last;
        let count = taken
            .iter()
            .filter(|day| (**day).max(1) >= from && (open || **day <= to))
            .count();
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

fn by_reason(visit: &Visit, lines: &[Line]) -> Option<String> {
    let mut sums: BTreeMap<&'static str, i64> = BTreeMap::new();
    for (reason, days) in lines.iter().flat_map(|line| &line.stops) {
        *sums.entry(reason).or_default() += days;
    }
    let bar = |(reason, days): (&&'static str, &i64)| {
        let key = format!("stop-{}", reason.replace('_', "-"));
        let name = if visit.site.texts.has(&key) {
            visit.t(&key)
        } else {
            (*reason).to_owned()
        };
        Bar {
            name,
            value: *days as f64,
            figure: days.to_string(),
        }
    };
    let bars: Vec<Bar> = sums.iter().map(bar).collect();
    (!bars.is_empty()).then(|| chart::bars(&visit.t("sla-by-reason"), &bars))
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
    for line in lines(&me.visit).await? {
        table.row([
            json!(line.reference),
            json!(line.notice),
            json!(line.outcome),
            json!(line.day),
            json!(line.days),
            json!(line.stopped),
            json!(line.overdue),
            json!(line.due),
        ]);
    }
    table.answer(&me.visit, "clock", &ending)
}
