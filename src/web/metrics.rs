//! Figures for monitoring, in the format of Prometheus.

use super::{caller::ClientAddress, problem::Problem};
use actix_web::{
    HttpResponse,
    http::{Method, StatusCode},
    web,
};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use std::{
    fmt,
    net::IpAddr,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

/// Upper bounds of the histograms, in seconds.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// How often spent samples are folded away.
const UPKEEP: Duration = Duration::from_secs(5);

type Hook = Box<dyn Fn() + Send + Sync>;

/// The process's figures. Count anywhere with `metrics::counter!`; gauges that must be looked up are set by hooks.
#[derive(Clone)]
pub struct Figures {
    handle: PrometheusHandle,
    hooks: Arc<Mutex<Vec<Hook>>>,
}

impl fmt::Debug for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Figures")
    }
}

impl Figures {
    /// The figures of this process; made by the first call.
    ///
    /// # Errors
    /// When another recorder is in place already.
    pub fn of_process() -> Result<Self, BuildError> {
        static FIGURES: OnceLock<Figures> = OnceLock::new();
        static MAKING: Mutex<()> = Mutex::new(());
        let _alone = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(figures) = FIGURES.get() {
            return Ok(figures.clone());
        }
        let handle = PrometheusBuilder::new().set_buckets(&BUCKETS)?.install_recorder()?;
        describe();
        let made = Self {
            handle,
            hooks: Arc::default(),
        };
        Ok(FIGURES.get_or_init(|| made).clone())
    }

    /// Runs before each reading; for gauges such as the number of letters that wait. Must be quick and not block.
    pub fn before_reading(&self, hook: impl Fn() + Send + Sync + 'static) {
        self.hooks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Box::new(hook));
    }

    /// The text that Prometheus reads.
    #[must_use]
    pub fn render(&self) -> String {
        for hook in self.hooks.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            hook();
        }
        self.handle.render()
    }

    /// Folds spent samples away for ever; without it memory grows. Ends when the future is dropped.
    pub async fn keep_up(self) {
        loop {
            tokio::time::sleep(UPKEEP).await;
            self.handle.run_upkeep();
        }
    }
}

fn describe() {
    metrics::describe_counter!(
        "corridor_http_requests_total",
        "Requests answered, by method, route and status."
    );
    metrics::describe_histogram!(
        "corridor_http_request_seconds",
        metrics::Unit::Seconds,
        "Time from the first line of a request to the head of its answer, by method and route."
    );
    metrics::gauge!("corridor_build", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}

/// One request was answered.
pub(crate) fn request_answered(method: &'static str, route: &str, status: StatusCode, took: Duration) {
    let route = route.to_owned();
    let status = status.as_str().to_owned();
    metrics::counter!("corridor_http_requests_total", "method" => method, "route" => route.clone(), "status" => status)
        .increment(1);
    metrics::histogram!("corridor_http_request_seconds", "method" => method, "route" => route)
        .record(took.as_secs_f64());
}

/// A label for a method that no client can make up.
pub(crate) fn method_label(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN
        .into_iter()
        .find(|known| *known == method.as_str())
        .unwrap_or("other")
}

/// Who may read the figures.
#[derive(Clone, Debug)]
pub struct Readers(pub Vec<IpAddr>);

/// `GET /metrics`: for the addresses that may read it; for others there is nothing here.
///
/// # Errors
/// `not_found` for other addresses.
pub async fn read(
    figures: web::Data<Figures>,
    readers: web::Data<Readers>,
    address: Option<ClientAddress>,
) -> Result<HttpResponse, Problem> {
    match address {
        Some(ClientAddress(address)) if readers.0.iter().any(|reader| reader.to_canonical() == address) => {
            Ok(HttpResponse::Ok()
                .content_type("text/plain; version=0.0.4; charset=utf-8")
                .body(figures.render()))
        }
        _ => Err(Problem::of("not_found")),
    }
}
