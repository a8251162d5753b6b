//! Pages that anybody may see.

mod editions;
mod feeds;
mod log;
pub mod notices;
pub mod process;
mod register;

use super::visit::Visit;
use crate::web::problem::Problem;
use actix_web::{HttpResponse, get, web::ServiceConfig};
use serde_json::json;

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(home)
        .service(accessibility)
        .service(privacy)
        .service(help)
        .service(status)
        .configure(feeds::routes)
        .configure(notices::routes)
        .configure(register::routes)
        .configure(process::routes)
        .configure(log::routes);
}

/// What this is, what is open, and: is this waiver genuine?
#[get("/")]
async fn home(visit: Visit) -> Result<HttpResponse, Problem> {
    let open = notices::rows(&visit, &["published"], None, 6).await?;
    let rows: Vec<_> = open.0.iter().map(|listed| listed.view.clone()).collect();
    visit.page("public/home.html", json!({ "notices": rows }))
}

#[get("/accessibility")]
async fn accessibility(visit: Visit) -> Result<HttpResponse, Problem> {
    visit.page("public/accessibility.html", json!({}))
}

#[get("/privacy")]
async fn privacy(visit: Visit) -> Result<HttpResponse, Problem> {
    visit.page("public/privacy.html", json!({}))
}

#[get("/help")]
async fn help(visit: Visit) -> Result<HttpResponse, Problem> {
    let contact = &visit.house.settings.mail.from;
    visit.page("public/help.html", json!({ "contact": contact }))
}

/// Whether the service works, for people; programs ask `/health/ready`.
#[get("/status")]
async fn status(visit: Visit) -> Result<HttpResponse, Problem> {
    let database = visit.house.store.ping().await.is_ok();
    let documents = visit.house.documents.is_ready().await;
    let parts = json!([
        ["status-pages", true],
        ["status-database", database],
        ["status-documents", documents]
    ]);
    let version = env!("CARGO_PKG_VERSION");
    visit.page(
        "public/status.html",
        json!({ "parts": parts, "well": database && documents, "version": version }),
    )
}
