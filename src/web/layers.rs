//! What happens to every request and every answer: a request id, the host and method rules, the rate limit,
//! problems for whatever went wrong, security headers, the access log, the counters.

use super::{
    caller::{self, Callers},
    metrics,
    problem::{self, Problem},
};
use crate::{config::Settings, domain::id};
use actix_web::{
    Error, FromRequest, HttpMessage as _, HttpRequest, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web,
};
use futures_util::FutureExt as _;
use std::{
    fmt,
    future::{Ready, ready},
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

/// Longest request id taken from a client, in characters.
const LONGEST_REQUEST_ID: usize = 64;

/// Most bytes of request line and headers together.
const MOST_HEADER_BYTES: usize = 16 * 1024;

static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Policy for answers that are data: nothing may be loaded, framed or run.
const DATA_POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Policy for the API browser, whose scripts and styles come from this service alone.
const BROWSER_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The id of the request being answered. Endpoints take it as an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

impl FromRequest for RequestId {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.extensions().get::<Self>().cloned();
        ready(id.ok_or_else(|| Problem::internal("a request without id")))
    }
}

/// What the outermost layer knows; one for all workers.
#[derive(Debug)]
pub struct Front {
    callers: Callers,
    secure: bool,
}

impl Front {
    /// By these settings.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            callers: Callers::new(&settings.server, &settings.limits),
            secure: settings.server.base_url.starts_with("https://"),
        }
    }

    /// Forgets callers that have been quiet; call it every minute or so.
    pub fn tidy(&self) {
        self.callers.tidy();
    }
}

/// The outermost layer: `App::new().wrap(…).wrap(from_fn(layers::front))`, with [`Front`] as app data.
///
/// # Errors
/// Passes on what inner layers fail with, dressed as a problem with all headers.
pub async fn front(
    shared: web::Data<Front>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Instant::now();
    let id = request_id(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let dress = Dress::new(&request, id, shared.secure);
    let method = metrics::method_label(request.method());
    let answer = match admit(&shared, &mut request) {
        Err(problem) => Ok(request.into_response(problem.response(Some(&dress.id)))),
        Ok(()) => match AssertUnwindSafe(next.call(request)).catch_unwind().await {
            Ok(answer) => answer.map(ServiceResponse::map_into_boxed_body),
            Err(panic) => Err(Problem::internal(format!("panic: {}", panic_words(&*panic))).into()),
        },
    };
    match answer {
        Ok(answer) => {
            let answer = dress.answer(answer);
            let route = answer.request().match_pattern();
            record(&dress, method, route.as_deref(), answer.status(), began.elapsed());
            Ok(answer)
        }
        Err(error) => {
            let status = error.as_response_error().status_code();
            dress.log_fault(status, Some(&error));
            record(&dress, method, None, status, began.elapsed());
            Err(Dressed { error, dress }.into())
        }
    }
}

/// The rules that a request meets before anybody looks at it.
fn admit(shared: &Front, request: &mut ServiceRequest) -> Result<(), Problem> {
    if matches!(request.method().as_str(), "TRACE" | "TRACK" | "CONNECT") {
        return Err(Problem::of("method_not_allowed"));
    }
    let lines = request
        .headers()
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4);
    if lines.sum::<usize>() + request.uri().to_string().len() > MOST_HEADER_BYTES {
        return Err(Problem::of("headers_too_large").detail(format!("At most {MOST_HEADER_BYTES} bytes.")));
    }
    shared.callers.admit(request)?;
    // HEAD is GET without the body, which the connection leaves out by itself.
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    Ok(())
}

fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(&X_REQUEST_ID).and_then(|value| value.to_str().ok());
    let fine = |text: &&str| {
        (1..=LONGEST_REQUEST_ID).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    given
        .filter(fine)
        .map_or_else(|| id::RequestId::fresh().to_string(), str::to_owned)
}

fn panic_words(panic: &(dyn std::any::Any + Send)) -> &str {
    let words = panic.downcast_ref::<&str>().copied();
    words
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without words")
}

fn record(dress: &Dress, method: &'static str, route: Option<&str>, status: StatusCode, took: Duration) {
    let route = route.unwrap_or("unmatched");
    metrics::request_answered(method, route, status, took);
    let (status, ms) = (status.as_u16(), took.as_millis());
    tracing::info!(target: "corridor::access", request_id = %dress.id, method, route, status, ms, "answered");
}

/// What every answer to one request wears.
#[derive(Debug)]
struct Dress {
    id: String,
    policy: &'static str,
    secure: bool,
}

impl Dress {
    fn new(request: &ServiceRequest, id: String, secure: bool) -> Self {
        let browser = request.path().starts_with("/api/docs/");
        Self {
            id,
            policy: if browser { BROWSER_POLICY } else { DATA_POLICY },
            secure,
        }
    }

    fn answer(&self, answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        let status = answer.status();
        let fault = answer.response().error();
        self.log_fault(status, fault);
        let replacement = match fault.and_then(Error::as_error::<Problem>) {
            Some(problem) => Some(problem.response(Some(&self.id))),
            None if needs_problem(&answer) => Some(Problem::for_status(status).response(Some(&self.id))),
            None => None,
        };
        let (request, mut response) = answer.into_parts();
        if let Some(mut replacement) = replacement {
            for (name, value) in response.headers() {
                if !replacement.headers().contains_key(name) && name != header::CONTENT_LENGTH {
                    replacement.headers_mut().append(name.clone(), value.clone());
                }
            }
            response = replacement;
        }
        self.headers(response.headers_mut());
        ServiceResponse::new(request, response)
    }

    fn headers(&self, headers: &mut HeaderMap) {
        let mut unless_set = |name: HeaderName, value: &'static str| {
            if !headers.contains_key(&name) {
                headers.insert(name, HeaderValue::from_static(value));
            }
        };
        unless_set(header::CONTENT_SECURITY_POLICY, self.policy);
        unless_set(header::CACHE_CONTROL, "no-store");
        unless_set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        unless_set(header::X_FRAME_OPTIONS, "DENY");
        unless_set(header::REFERRER_POLICY, "no-referrer");
        unless_set(header::CROSS_ORIGIN_OPENER_POLICY, "same-origin");
        unless_set(header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin");
        unless_set(header::PERMISSIONS_POLICY, "camera=(), geolocation=(), microphone=()");
        if self.secure {
            unless_set(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
        }
        if let Ok(id) = HeaderValue::from_str(&self.id) {
            headers.insert(X_REQUEST_ID.clone(), id);
        }
    }

    /// Our own faults are logged once, here; a client's at debug level only.
    fn log_fault(&self, status: StatusCode, error: Option<&Error>) {
        let problem = error.and_then(Error::as_error::<Problem>);
        let cause = problem
            .and_then(Problem::causes)
            .map(|cause| problem::printable(&cause, 2000));
        let code = problem.map_or("", Problem::code);
        let cause = cause.as_deref().unwrap_or("");
        if status.is_server_error() {
            tracing::error!(request_id = %self.id, status = status.as_u16(), code, cause, "could not answer");
        } else if status.is_client_error() {
            tracing::debug!(request_id = %self.id, status = status.as_u16(), code, cause, "refused");
        }
    }
}

/// Answers that a framework made without our words.
fn needs_problem(answer: &ServiceResponse<BoxBody>) -> bool {
    let status = answer.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return false;
    }
    let kind = answer
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    kind.is_none_or(|kind| kind.starts_with("text/plain"))
}

/// A failure of an inner layer, which never became an answer: it gets the headers all the same.
#[derive(Debug)]
struct Dressed {
    error: Error,
    dress: Dress,
}

impl fmt::Display for Dressed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl ResponseError for Dressed {
    fn status_code(&self) -> StatusCode {
        self.error.as_response_error().status_code()
    }

    fn error_response(&self) -> HttpResponse {
        let id = Some(self.dress.id.as_str());
        let mut answer = match self.error.as_error::<Problem>() {
            Some(problem) => problem.response(id),
            None => Problem::for_status(self.status_code()).response(id),
        };
        self.dress.headers(answer.headers_mut());
        answer
    }
}

/// The root span of a request: what inner log lines are about. No address, no query, no body.
#[derive(Debug)]
pub struct Root;

impl tracing_actix_web::RootSpanBuilder for Root {
    fn on_request_start(request: &ServiceRequest) -> tracing::Span {
        let extensions = request.extensions();
        let id = extensions.get::<RequestId>().map_or("", |id| id.0.as_str());
        tracing::info_span!("request", request_id = %id, method = %request.method(), route = tracing::field::Empty)
    }

    fn on_request_end<B: MessageBody>(span: tracing::Span, outcome: &Result<ServiceResponse<B>, Error>) {
        if let Ok(answer) = outcome {
            span.record("route", answer.request().match_pattern().unwrap_or_default());
        }
    }
}

pub use caller::ClientAddress;

#[cfg(test)]
#[path = "layers_tests.rs"]
mod tests;
