//! The way back in for somebody who has forgotten the password: asking for a letter, and the page its link leads to.

use super::{
    form::{OpenForm, Sent, typed},
    sign_in::{fault, raw},
    visit::Visit,
};
use crate::{
    auth::{AuthError, session::hashed},
    process::access::{self, AccessError},
    web::problem::Problem,
};
use actix_web::{
    HttpResponse, get,
    http::StatusCode,
    post,
    web::{Path, ServiceConfig},
};
use serde_json::json;

pub fn routes(config: &mut ServiceConfig) {
    config.service(forgotten).service(ask).service(show).service(set);
}

fn asking(visit: &Visit, status: StatusCode, form: &Sent, sent: bool) -> Result<HttpResponse, Problem> {
    visit.page_as(status, "public/forgotten.html", json!({ "form": form, "sent": sent }))
}

#[get("/forgotten")]
async fn forgotten(visit: Visit) -> Result<HttpResponse, Problem> {
    asking(&visit, StatusCode::OK, &Sent::default(), false)
}

/// The same page whether or not anybody has this address, and whether or not another letter goes out.
#[post("/forgotten")]
async fn ask(form: OpenForm) -> Result<HttpResponse, Problem> {
    let (visit, email) = (&form.visit, form.value("email").trim());
    if !email.contains('@') {
        let sent = Sent {
            values: typed(&form.fields),
            errors: vec![fault(visit, "email", "required", "forgotten-email-missing")],
        };
        return asking(visit, StatusCode::UNPROCESSABLE_ENTITY, &sent, false);
    }
    access::ask_reset(&visit.house, email).await?;
    asking(visit, StatusCode::OK, &Sent::default(), true)
}

fn page(visit: &Visit, status: StatusCode, form: &Sent, secret: &str) -> Result<HttpResponse, Problem> {
    let gone = status == StatusCode::GONE;
    visit.page_as(
        status,
        "public/reset.html",
        json!({ "form": form, "secret": secret, "gone": gone }),
    )
}

/// Opening the link does not use it up: mail programs open links before people do.
#[get("/reset/{secret}")]
async fn show(visit: Visit, secret: Path<String>) -> Result<HttpResponse, Problem> {
    let (store, now) = (&visit.house.store, visit.house.clock.now());
    let status = match store.reset_of(&hashed(&secret), now).await? {
        Some(_) => StatusCode::OK,
        None => StatusCode::GONE,
    };
    page(&visit, status, &Sent::default(), &secret)
}

/// Sets the new password, once; every session ends, and the person signs in with it.
#[post("/reset/{secret}")]
async fn set(form: OpenForm, secret: Path<String>) -> Result<HttpResponse, Problem> {
    let visit = &form.visit;
    let again = |status: StatusCode, errors| {
        let sent = Sent {
            values: typed(&form.fields),
            errors,
        };
        page(visit, status, &sent, &secret)
    };
    let new = raw(&form.fields, "password");
    match access::reset_password(&visit.house, &secret, new, visit.ip.as_deref()).await {
        Ok(()) => Ok(visit.done("/login", "password_set")),
        Err(AccessError::Auth(AuthError::WeakPassword(_))) => again(
            StatusCode::UNPROCESSABLE_ENTITY,
            vec![fault(visit, "password", "weak_password", "password-weak")],
        ),
        Err(AccessError::Auth(AuthError::ResetGone)) => again(StatusCode::GONE, Vec::new()),
        Err(error) => Err(error.into()),
    }
}
