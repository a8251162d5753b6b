//! From settings and routes to a listening service.

use super::{
    body::BodyLimits,
    health::{self, Readiness},
    layers::{self, Front},
    metrics::{self, Figures, Readers},
    openapi, problem,
    problem::Problem,
};
use crate::config::Settings;
use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::{Server, ServerHandle},
    middleware::from_fn,
    web::{self, ServiceConfig},
};
use std::{
    fmt, io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};
use tracing_actix_web::TracingLogger;
use utoipa::openapi::OpenApi;

/// How often quiet callers are forgotten.
const TIDY: Duration = Duration::from_secs(60);

/// What every instance has besides its routes: limits, health, figures, problems, the API's description.
#[derive(Clone)]
pub struct Edge {
    front: web::Data<Front>,
    limits: BodyLimits,
    figures: Figures,
    readers: Readers,
    readiness: Arc<dyn Readiness>,
    description: Option<OpenApi>,
}

impl fmt::Debug for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edge")
            .field("front", &self.front)
            .finish_non_exhaustive()
    }
}

impl Edge {
    /// By these settings; `description` is served with its browser.
    #[must_use]
    pub fn new(
        settings: &Settings,
        figures: Figures,
        readiness: Arc<dyn Readiness>,
        description: Option<OpenApi>,
    ) -> Self {
        Self {
            front: web::Data::new(Front::new(settings)),
            limits: BodyLimits {
                json_bytes: settings.limits.json_bytes,
                within: Duration::from_secs(settings.server.slow_client_seconds),
            },
            figures,
            readers: Readers(settings.server.metrics_readers.clone()),
            readiness,
            description,
        }
    }

    /// Adds everything to an application. Tests that need no socket use it as [`start`] does:
    /// `App::new().wrap(TracingLogger::<Root>::new()).wrap(from_fn(front)).configure(|c| edge.configure(c))`.
    pub fn configure(&self, config: &mut ServiceConfig) {
        config
            .app_data(self.front.clone())
            .app_data(self.limits)
            .app_data(web::Data::new(self.figures.clone()))
            .app_data(web::Data::new(self.readers.clone()))
            .app_data(web::Data::new(Arc::clone(&self.readiness)))
            .app_data(web::PathConfig::default().error_handler(|_, _| Problem::of("not_found").into()))
            .app_data(web::JsonConfig::default().error_handler(|error, _| bad_request(error.to_string())))
            .app_data(web::FormConfig::default().error_handler(|error, _| bad_request(error.to_string())))
            .app_data(web::QueryConfig::default().error_handler(|error, _| bad_request(error.to_string())))
            .route("/health/live", web::get().to(health::live))
            .route("/health/ready", web::get().to(health::ready))
            .route("/metrics", web::get().to(metrics::read))
            .route("/problems/{code}", web::get().to(problem::explain))
            .default_service(web::to(nothing_here));
        if let Some(description) = &self.description {
            openapi::mount(config, description.clone());
        }
    }
}

async fn nothing_here(request: HttpRequest) -> Result<HttpResponse, Problem> {
    // A path that some route has, but not for this method.
    let known = request.match_pattern().is_some();
    Err(Problem::of(if known { "method_not_allowed" } else { "not_found" }))
}

fn bad_request(cause: String) -> actix_web::Error {
    Problem::of("bad_request").because(cause).into()
}

/// A service that listens.
#[derive(Debug)]
pub struct Running {
    /// Where it really listens (port 0 asks for any).
    pub addresses: Vec<SocketAddr>,
    handle: ServerHandle,
    serving: tokio::task::JoinHandle<io::Result<()>>,
    chores: Vec<tokio::task::JoinHandle<()>>,
}

impl Running {
    /// Ends when the service was told to stop (by a signal or [`Running::stop`]) and running requests are over.
    ///
    /// # Errors
    /// When the service could not go on.
    pub async fn wait(self) -> io::Result<()> {
        let ended = self.serving.await;
        for chore in &self.chores {
            chore.abort();
        }
        ended.map_err(io::Error::other)?
    }

    /// Stops taking requests, lets running ones end, and returns when that is done.
    ///
    /// # Errors
    /// As [`Running::wait`].
    pub async fn stop(self) -> io::Result<()> {
        self.handle.stop(true).await;
        self.wait().await
    }

    /// For stopping from elsewhere while somebody waits.
    #[must_use]
    pub fn handle(&self) -> ServerHandle {
        self.handle.clone()
    }
}

/// Listens and serves `routes` behind the edge. Ends on SIGINT and SIGTERM, unless `signals` is false.
///
/// # Errors
/// When the address is taken or may not be used.
pub fn start<F>(settings: &Settings, edge: Edge, signals: bool, routes: F) -> io::Result<Running>
where
    F: Fn(&mut ServiceConfig) + Clone + Send + 'static,
{
    let listener = TcpListener::bind(settings.server.listen)?;
    let addresses = vec![listener.local_addr()?];
    let (front, figures) = (edge.front.clone(), edge.figures.clone());
    let server = listening(settings, listener, edge, signals, routes)?;
    let handle = server.handle();
    let tidy = async move {
        loop {
            tokio::time::sleep(TIDY).await;
            front.tidy();
        }
    };
    Ok(Running {
        addresses,
        handle,
        serving: tokio::spawn(server),
        chores: vec![tokio::spawn(tidy), tokio::spawn(figures.keep_up())],
    })
}

fn listening<F>(settings: &Settings, listener: TcpListener, edge: Edge, signals: bool, routes: F) -> io::Result<Server>
where
    F: Fn(&mut ServiceConfig) + Clone + Send + 'static,
{
    let mut server = HttpServer::new(move || {
        App::new()
            .wrap(TracingLogger::<layers::Root>::new())
            .wrap(from_fn(layers::front))
            .configure(|config| edge.configure(config))
            .configure(routes.clone())
    })
    .tcp_nodelay(true)
    .keep_alive(Duration::from_secs(75))
    .client_request_timeout(Duration::from_secs(settings.server.slow_client_seconds))
    .client_disconnect_timeout(Duration::from_secs(2))
    .shutdown_timeout(settings.server.shutdown_seconds);
    if settings.server.workers > 0 {
        server = server.workers(settings.server.workers);
    }
    if !signals {
        server = server.disable_signals();
    }
    Ok(server.listen(listener)?.run())
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
