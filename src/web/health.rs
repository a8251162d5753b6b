//! Is this instance alive, and should it get requests?

use actix_web::{HttpResponse, http::StatusCode, web};
use futures_util::future::BoxFuture;
use serde::Serialize;
use std::{sync::Arc, time::Duration};
use utoipa::ToSchema;

/// How long all checks together may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// One thing that an instance needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Check {
    /// For example `database`.
    pub name: String,
    pub ok: bool,
}

impl Check {
    /// The outcome of one check.
    #[must_use]
    pub fn new(name: &str, ok: bool) -> Self {
        Self {
            name: name.to_owned(),
            ok,
        }
    }
}

/// Whoever can tell whether an instance should get requests.
pub trait Readiness: Send + Sync {
    /// Looks at everything that is needed; quick, and never an error: what fails is not `ok`.
    fn checks(&self) -> BoxFuture<'_, Vec<Check>>;
}

/// The answer of `/health/ready`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ready` or `not_ready`.
    pub status: String,
    pub checks: Vec<Check>,
}

/// `GET /health/live`: 200 as long as the process answers.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "status": "alive" }))
}

/// `GET /health/ready`: 200 when everything that is needed is there, else 503 with what is missing.
pub async fn ready(readiness: web::Data<Arc<dyn Readiness>>) -> HttpResponse {
    let checks = tokio::time::timeout(PATIENCE, readiness.checks()).await;
    let checks = checks.unwrap_or_else(|_| vec![Check::new("in_time", false)]);
    let fine = checks.iter().all(|check| check.ok);
    let code = if fine {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let status = if fine { "ready" } else { "not_ready" }.to_owned();
    HttpResponse::build(code).json(Health { status, checks })
}
