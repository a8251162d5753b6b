//! A small service on a free port, for the tests of the edge.

use super::{
    body::StrictJson,
    caller::ClientAddress,
    health::{Check, Readiness},
    metrics::Figures,
    problem::Problem,
    server::{Edge, Running, start},
};
use crate::config::Settings;
use actix_web::{HttpResponse, dev::ServiceRequest, middleware::from_fn, web};
use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::Value;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use utoipa::openapi::OpenApiBuilder;

pub type StatusAndBody = (u16, Value);

#[derive(Default)]
pub struct Switch(pub AtomicBool);

impl Readiness for Switch {
    fn checks(&self) -> BoxFuture<'_, Vec<Check>> {
        Box::pin(async { vec![Check::new("database", !self.0.load(Ordering::Relaxed))] })
    }
}

/// The service, and a client for it.
pub struct House {
    running: Running,
    client: reqwest::Client,
    pub broken: Arc<Switch>,
}

impl House {
    pub async fn open(adjust: impl FnOnce(&mut Settings)) -> Self {
        // Whichever test comes first.
        crate::auth::install();
        let mut settings = Settings::default();
        settings.server.listen = "127.0.0.1:0".parse().unwrap();
        settings.server.workers = 1;
        adjust(&mut settings);
        let broken = Arc::new(Switch::default());
        let readiness: Arc<dyn Readiness> = broken.clone();
        let figures = Figures::of_process().unwrap();
        let description = super::openapi::with_bearer(OpenApiBuilder::new().build());
        let edge = Edge::new(&settings, figures, readiness, Some(description));
        let running = start(&settings, edge, false, routes).unwrap();
        Self {
            running,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            broken,
        }
    }

    pub fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.get(format!("http://{}{path}", self.running.addresses[0]))
    }

    pub fn post(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.post(format!("http://{}{path}", self.running.addresses[0]))
    }

    pub async fn connect(&self) -> tokio::net::TcpStream {
        tokio::net::TcpStream::connect(self.running.addresses[0]).await.unwrap()
    }

    pub async fn close(self) {
        self.running.stop().await.unwrap();
    }
}

#[derive(Deserialize)]
struct Number {
    #[expect(dead_code, reason = "read by serde")]
    n: u32,
}

async fn refuse_in_a_layer(
    _: ServiceRequest,
    _: actix_web::middleware::Next<impl actix_web::body::MessageBody>,
) -> Result<actix_web::dev::ServiceResponse, actix_web::Error> {
    Err(Problem::of("unavailable").because("hunter22").into())
}

fn routes(config: &mut web::ServiceConfig) {
    let fine = || async { web::Json("fine") };
    let panic = || async { if true { panic!("hunter22") } else { "never" } };
    config
        .route("/fine", web::get().to(fine))
        .route("/panic", web::get().to(panic))
        .route(
            "/refused",
            web::get().to(|| async { Err::<HttpResponse, _>(Problem::of("conflict").detail("Decided already.")) }),
        )
        .route(
            "/fault",
            web::get().to(|| async { Err::<HttpResponse, _>(Problem::internal("hunter22")) }),
        )
        .route(
            "/teapot",
            web::get().to(|| async { HttpResponse::ImATeapot().body("hunter22") }),
        )
        .route(
            "/number/{n}",
            web::get().to(|n: web::Path<u32>| async move { web::Json(*n) }),
        )
        .route("/query", web::get().to(|_: web::Query<Number>| async { "fine" }))
        .route(
            "/address",
            web::get().to(|address: ClientAddress| async move { web::Json(address.0) }),
        )
        .route(
            "/json",
            web::post().to(|body: StrictJson<Value>| async move { web::Json(body.bytes.len()) }),
        )
        .service(
            web::scope("/layer")
                .wrap(from_fn(refuse_in_a_layer))
                .route("", web::get().to(fine)),
        );
}

/// Status and JSON body of an answer.
pub async fn ask(request: reqwest::RequestBuilder) -> StatusAndBody {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or(Value::Null))
}

/// The whole answer to bytes sent as they are.
pub async fn raw(house: &House, request: &str) -> String {
    let mut stream = house.connect().await;
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(std::time::Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}
