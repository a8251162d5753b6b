//! The log, for everybody: the key that signs it, its newest checkpoint, and what became of logs before it.

use super::super::{table::Table, visit::Visit};
use crate::{notary::recovery_of, store::generations::Generation, web::problem::Problem};
use actix_web::{
    HttpResponse, get,
    web::{Path, ServiceConfig},
};
use serde_json::{Value, json};

pub fn routes(config: &mut ServiceConfig) {
    config.service(show).service(checkpoint).service(twin);
}

#[get("/log")]
async fn show(visit: Visit) -> Result<HttpResponse, Problem> {
    let house = &visit.house;
    let generations = house.store.generations().await?;
    let keys = match generations.first() {
        Some(newest) => house.notary.verifiers(&newest.origin).map_err(Problem::internal)?,
        None => Vec::new(),
    };
    let keys: Vec<String> = keys.iter().map(|key| key.vkey()).collect();
    let note = match house.store.newest_checkpoint().await? {
        Some(newest) => Some(house.store.cosigned_note(&newest).await?),
        None => None,
    };
    let mut rows = Vec::new();
    for generation in &generations {
        let mut row = told(&visit, generation).await?;
        row["since"] = json!(generation.since.map(|since| visit.when(since, "UTC")));
        row["signed"] = json!(generation.signed.to_string());
        rows.push(row);
    }
    let policy = house.notary.policy_text().map_err(Problem::internal)?;
    visit.page(
        "public/log.html",
        json!({ "keys": keys, "checkpoint": note, "generations": rows, "policy": policy }),
    )
}

/// The newest checkpoint as a file: whoever keeps it can prove later that the history before it was not changed.
#[get("/log/checkpoint.txt")]
async fn checkpoint(visit: Visit) -> Result<HttpResponse, Problem> {
    let store = &visit.house.store;
    let newest = store.newest_checkpoint().await?;
    let newest = newest.ok_or_else(|| Problem::of("not_found").detail("Nothing is in the log yet."))?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header(("Content-Disposition", "attachment; filename=\"checkpoint.txt\""))
        .body(store.cosigned_note(&newest).await?))
}

#[get("/log.{ending:csv|json}")]
async fn twin(visit: Visit, ending: Path<String>) -> Result<HttpResponse, Problem> {
    const COLUMNS: [&str; 7] = ["number", "origin", "since", "signed", "cause", "last_signed", "kept"];
    let mut table = Table::new(&COLUMNS);
    for generation in visit.house.store.generations().await? {
        let mut row = told(&visit, &generation).await?;
        row["since"] = json!(generation.since);
        table.row(COLUMNS.map(|column| row[column].clone()));
    }
    table.answer(&visit, "log", &ending)
}

/// A generation, and why the one before it was given up. Who decided so, and with what reason, is for auditors.
async fn told(visit: &Visit, generation: &Generation) -> Result<Value, Problem> {
    let recovery = recovery_of(&visit.house.store, &generation.origin).await;
    let recovery = recovery.map_err(Problem::internal)?;
    Ok(json!({
        "number": generation.number, "origin": generation.origin, "signed": generation.signed,
        "cause": recovery.as_ref().map(|recovery| recovery.cause.word()),
        "last_signed": recovery.as_ref().and_then(|recovery| recovery.signed.as_ref()).map(|signed| signed.size),
        "kept": recovery.as_ref().map(|recovery| recovery.kept.size),
    }))
}
