//! What the pages of a case show as tables and that is no list of its own: findings, shipments, offered times.

use super::grid::grid;
use crate::{
    domain::id::CaseId,
    process::Seen,
    web::{
        api::{cases, views::CaseView},
        pages::{table::Table, visit::SignedIn},
        problem::Problem,
    },
};
use actix_web::{HttpResponse, get, web::Path};
use serde_json::{Value, json};

async fn seen(me: &SignedIn, id: CaseId) -> Result<(Seen, CaseView), Problem> {
    let seen = cases::visible(&me.visit.house, &me.caller(), id).await?;
    let shown = CaseView::of(&seen, &me.actor).ok_or_else(|| Problem::of("not_found"))?;
    Ok((seen, shown))
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Criteria against delegations, a row for each pair.
#[get("/cases/{id}/findings.{ending:csv|json}")]
pub async fn findings(me: SignedIn, place: Path<(CaseId, String)>) -> Result<HttpResponse, Problem> {
    let (id, ending) = place.into_inner();
    let (seen, shown) = seen(&me, id).await?;
    let grid = grid(&me.visit, &seen.case, &shown);
    if grid.is_null() {
        return Err(Problem::of("not_found"));
    }
    let mut table = Table::new(&[
        "criterion",
        "text",
        "mandatory",
        "claim",
        "delegation",
        "finding",
        "state",
        "reasons",
        "condition",
        "evidence",
    ]);
    for row in items(&grid["rows"]) {
        for (side, cell) in items(&grid["sides"]).zip(items(&row["cells"])) {
            let evidence: Vec<&str> = items(&cell["evidence"])
                .filter_map(|file| file["name"].as_str())
                .collect();
            let about = ["id", "text", "mandatory", "claim"].map(|name| row[name].clone());
            let found = ["value", "state", "reasons", "condition"].map(|name| cell[name].clone());
            let line = about.into_iter().chain([side["code"].clone()]).chain(found);
            table.row(line.chain([json!(evidence.join("; "))]));
        }
    }
    table.answer(&me.visit, "findings", &ending)
}

/// The shipments under the waiver.
#[get("/cases/{id}/shipments.{ending:csv|json}")]
pub async fn shipments(me: SignedIn, place: Path<(CaseId, String)>) -> Result<HttpResponse, Problem> {
    let (id, ending) = place.into_inner();
    let (_, shown) = seen(&me, id).await?;
    let waiver = json!(shown.waiver);
    let mut table = Table::new(&[
        "number",
        "to",
        "final_country",
        "vessel",
        "notified",
        "delivered",
        "unit",
        "state",
        "loaded_on",
        "delivered_on",
    ]);
    for one in items(&waiver["shipments"]) {
        let about = ["number", "to", "final_country"].map(|name| one[name].clone());
        let goods = [
            one["vessel"]["name"].clone(),
            one["notified"].clone(),
            one["delivered"].clone(),
            waiver["unit"].clone(),
        ];
        let rest = ["state", "loaded_on", "delivered_on"].map(|name| one[name].clone());
        table.row(about.into_iter().chain(goods).chain(rest));
    }
    table.answer(&me.visit, "shipments", &ending)
}

/// The times that were offered for the inspection, and who agreed to which.
#[get("/cases/{id}/slots.{ending:csv|json}")]
pub async fn slots(me: SignedIn, place: Path<(CaseId, String)>) -> Result<HttpResponse, Problem> {
    let (id, ending) = place.into_inner();
    let (seen, shown) = seen(&me, id).await?;
    if shown.inspection.get("slots").is_none() {
        return Err(Problem::of("not_found"));
    }
    let mut table = Table::new(&["at", "agreed", "confirmed_by"]);
    for slot in &seen.case.inspection.slots {
        let confirmed = items(&shown.inspection["confirmed_by"]).filter(|line| line["slot"] == json!(slot));
        let sides: Vec<&str> = confirmed
            .map(|line| line["delegation"].as_str().unwrap_or("host"))
            .collect();
        table.row([
            json!(slot),
            json!(seen.case.inspection.slot == Some(*slot)),
            json!(sides.join(" ")),
        ]);
    }
    table.answer(&me.visit, "slots", &ending)
}
