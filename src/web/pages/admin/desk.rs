//! Where an administrator begins: is this instance well, and what waits?

use super::WHO;
use crate::web::{health::Readiness, pages::SignedIn, problem::Problem};
use actix_web::{HttpResponse, get, web};
use serde_json::{Value, json};
use std::sync::Arc;

#[get("/admin")]
pub async fn desk(me: SignedIn, readiness: web::Data<Arc<dyn Readiness>>) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let visit = &me.visit;
    let checks: Vec<Value> = readiness
        .checks()
        .await
        .iter()
        .map(|check| json!({ "name": check.name, "ok": check.ok }))
        .collect();
    let (waiting, failed) = visit.house.store.letters_waiting().await?;
    let settings = &visit.house.settings;
    visit.page("admin/desk.html", json!({
        "checks": checks, "waiting": waiting, "failed": failed, "version": env!("CARGO_PKG_VERSION"),
        "base_url": settings.server.base_url, "jobs": settings.jobs.enabled,
        "engine": if settings.database.url.as_deref().is_some_and(|url| url.starts_with("postgres")) { "PostgreSQL" } else { "SQLite" },
    }))
}
