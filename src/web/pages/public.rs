//! Pages that anybody may see.

use super::visit::Visit;
use crate::web::problem::Problem;
use actix_web::{HttpResponse, get, web::ServiceConfig};
use serde_json::json;

pub fn routes(config: &mut ServiceConfig) {
    config.service(home);
}

/// What this is, what is open, and: is this waiver genuine?
#[get("/")]
async fn home(visit: Visit) -> Result<HttpResponse, Problem> {
    let open = visit.house.store.notices(&["published"], None, 6).await?;
    visit.page("public/home.html", json!({ "notices": open }))
}
