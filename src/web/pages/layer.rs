//! What happens around every page: who asks, the strict policy, cookies, and problems as pages for people.

use super::visit::{Visit, encoded, see_other};
use crate::{
    domain::{people::Role, text::Language},
    web::{api::TheHouse, problem::Problem},
    workflow,
};
use actix_web::{
    Error, HttpMessage as _, HttpRequest, HttpResponse, ResponseError as _,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    middleware::Next,
};
use serde_json::{Value, json};

/// Nothing from anywhere else, nothing inline, nothing that a text could turn into a script.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
    connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// The layer of all pages.
///
/// # Errors
/// Passes on what is not a problem.
pub async fn layer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // An asset is the same for everybody: nobody is looked up for it.
    if request.path().starts_with("/assets/") {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    }
    let html = wants_html(request.request());
    let house = request.app_data::<TheHouse>().cloned();
    let house = house.ok_or_else(|| Problem::internal("no house"))?;
    let visit = Visit::of(request.request(), house).await?;
    request.extensions_mut().insert(visit.clone());
    let get = request.method() == Method::GET;
    let mut answer = next.call(request).await?.map_into_boxed_body();
    let problem = answer.response().error().and_then(Error::as_error::<Problem>);
    if let Some(problem) = problem.filter(|_| html) {
        let page = as_page(&visit, problem, get)?;
        answer = ServiceResponse::new(answer.request().clone(), page);
    }
    dress(&visit, &mut answer);
    Ok(answer)
}

fn dress(visit: &Visit, answer: &mut ServiceResponse<BoxBody>) {
    for cookie in visit.take_cookies() {
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            answer.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    let is_page = answer
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page {
        set(answer.headers_mut(), header::CONTENT_SECURITY_POLICY, POLICY);
    }
    set(answer.headers_mut(), header::REFERRER_POLICY, "same-origin");
}

fn set(headers: &mut HeaderMap, name: header::HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// People's browsers say that they take HTML; programs do not.
fn wants_html(request: &HttpRequest) -> bool {
    let accepts = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    accepts.is_some_and(|accepts| accepts.contains("text/html"))
}

/// A problem as a page.
fn as_page(visit: &Visit, problem: &Problem, get: bool) -> Result<HttpResponse, Problem> {
    if problem.code() == "not_signed_in" {
        return sign_in(visit, get);
    }
    let status = problem.status_code();
    if status.is_server_error() {
        let cause = problem.causes().unwrap_or_default();
        tracing::error!(
            request_id = visit.request_id,
            code = problem.code(),
            cause,
            "a page could not be shown"
        );
    }
    let aside = visit.aside();
    let template = if aside.get("conflict").is_some() {
        "conflict.html"
    } else {
        "error.html"
    };
    let mut page = visit.page_as(status, template, described(visit, problem, &aside))?;
    if let Some(seconds) = problem.wait() {
        page.headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(page)
}

/// Nobody is signed in: on to the sign-in page, which leads back; what was typed goes along, sealed.
fn sign_in(visit: &Visit, get: bool) -> Result<HttpResponse, Problem> {
    let aside = visit.aside();
    match aside.get("kept") {
        Some(kept) => super::sign_in::again(visit, kept),
        None if get => Ok(see_other(&format!("/login?next={}", encoded(&visit.path)))),
        None => Ok(see_other("/login")),
    }
}

fn described(visit: &Visit, problem: &Problem, aside: &Value) -> Value {
    let status = problem.status_code().as_u16();
    let texts = &visit.site.texts;
    let own = |prefix: &str| {
        let known = super::site::key(prefix, problem.code());
        texts.has(&known).then(|| visit.t(&known))
    };
    let refusal = super::site::refusal_text(texts, problem.cited().unwrap_or_default(), problem.code());
    let general = format!("error-{status}");
    let general = if texts.has(&general) {
        general
    } else {
        format!("error-{}", general_of(status))
    };
    let roles: Option<Vec<Role>> = problem.cited().map(roles_of);
    let roles = aside.get("roles").cloned().or_else(|| roles.map(|roles| json!(roles)));
    json!({
        "status": status, "code": problem.code(), "heading": visit.t(&general),
        "sentence": own("problem").or_else(|| refusal.clone()).unwrap_or_else(|| problem.sentence().to_owned()),
        "foreign": own("problem").is_none() && refusal.is_none() && visit.language() != Language::En,
        "next": visit.t(&format!("{general}-next")), "rule": problem.cited(), "roles": roles.unwrap_or_else(|| json!([])),
        "conflict": aside.get("conflict"), "request_id": visit.request_id,
    })
}

fn general_of(status: u16) -> u16 {
    if StatusCode::from_u16(status).is_ok_and(|status| status.is_server_error()) {
        500
    } else {
        400
    }
}

/// Who may do what this rule is about.
fn roles_of(rule: &str) -> Vec<Role> {
    let steps = workflow::procedure::CASE.iter().flat_map(|chapter| chapter.iter());
    let found = steps
        .filter(|step| step.rule == rule)
        .flat_map(|step| step.roles.iter().copied());
    found.filter(|role| *role != Role::System).collect()
}
