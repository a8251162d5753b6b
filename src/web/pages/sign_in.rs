//! Signing in and out, invitations, the password.

use super::{
    form::{Fault, Form, OpenForm, Sent, typed},
    nav,
    visit::{SignedIn, Visit, pairs, query_value, see_other},
};
use crate::{
    auth::{AuthError, browser::Known},
    domain::people::Actor,
    process::{
        self,
        access::{AccessError, change_password as change_password_of},
    },
    store::commit::PersonRow,
    web::problem::Problem,
    workflow::{action::Nothing, people::PersonAction},
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{StatusCode, header},
    post,
    web::{Path, ServiceConfig},
};
use serde_json::{Value, json};

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(show)
        .service(sign_in)
        .service(sign_out_page)
        .service(sign_out)
        .service(stay)
        .service(invitation)
        .service(accept)
        .service(password_page)
        .service(change_password);
}

/// A password as it was typed, spaces and all.
pub(super) fn raw<'f>(fields: &'f [(String, String)], name: &str) -> &'f str {
    fields
        .iter()
        .find(|(known, _)| known == name)
        .map_or("", |(_, value)| value)
}

pub(super) fn fault(visit: &Visit, field: &str, code: &str, text: &str) -> Fault {
    Fault {
        field: field.to_owned(),
        code: code.to_owned(),
        text: visit.t(text),
        lang: None,
        rule: None,
    }
}

/// A place on this service, or none: nobody is led elsewhere.
fn own_place(to: &str) -> Option<String> {
    let fine = to.starts_with('/') && !to.starts_with("//") && !to.contains(['\\', '\r', '\n']);
    fine.then(|| to.to_owned())
}

fn page(
    visit: &Visit,
    status: StatusCode,
    form: &Sent,
    next: &str,
    kept: Option<&str>,
) -> Result<HttpResponse, Problem> {
    visit.page_as(
        status,
        "public/login.html",
        json!({ "form": form, "next": next, "kept": kept }),
    )
}

/// The sign-in page.
#[get("/login")]
async fn show(visit: Visit, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let next = query_value(request.query_string(), "next").and_then(|next| own_place(&next));
    if let Ok(me) = SignedIn::of(&visit) {
        return Ok(see_other(
            &next.unwrap_or_else(|| nav::desk(&me.actor.roles).to_owned()),
        ));
    }
    page(
        &visit,
        StatusCode::OK,
        &Sent::default(),
        &next.unwrap_or_default(),
        None,
    )
}

/// The session ended while somebody was typing: the sign-in page, with what was typed sealed in it.
pub fn again(visit: &Visit, kept: &Value) -> Result<HttpResponse, Problem> {
    page(
        visit,
        StatusCode::UNAUTHORIZED,
        &Sent::default(),
        &visit.path,
        kept.as_str(),
    )
}

#[post("/login")]
async fn sign_in(form: OpenForm) -> Result<HttpResponse, Problem> {
    let visit = &form.visit;
    let (email, next, kept) = (form.value("email"), form.value("next"), form.value("kept"));
    let password = raw(&form.fields, "password");
    let failed = |status: StatusCode, code: &str, text: &str| {
        let sent = Sent {
            values: typed(&form.fields),
            errors: vec![fault(visit, "email", code, text)],
        };
        page(visit, status, &sent, next, Some(kept).filter(|kept| !kept.is_empty()))
    };
    match visit.house.door.recognise(email, password, visit.ip.as_deref()).await {
        Ok(person) => enter(visit, &person, next, kept).await,
        Err(AuthError::BadCredentials) => failed(StatusCode::UNPROCESSABLE_ENTITY, "bad_credentials", "sign-in-wrong"),
        Err(AuthError::Throttled(wait)) => {
            let mut page = failed(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "sign-in-throttled")?;
            page.headers_mut()
                .insert(header::RETRY_AFTER, wait.as_secs().max(1).into());
            Ok(page)
        }
        Err(error) => Err(error.into()),
    }
}

/// In: a fresh session, and on to where the person wanted to go.
async fn enter(visit: &Visit, person: &PersonRow, next: &str, kept: &str) -> Result<HttpResponse, Problem> {
    if let Known::Session(old) = &visit.known {
        visit.house.door.close_browser(&old.row).await?;
    }
    let secret = visit.house.door.open_browser(person.id, None).await?;
    let opened = visit.seal().open(&format!("form of {}", person.id), kept);
    let kept: Option<Value> = opened.and_then(|text| serde_json::from_slice(&text).ok());
    let fresh = visit.entered(&secret).await?;
    fresh.give_session(secret);
    if let Some(kept) = kept {
        return give_back(&fresh, &kept);
    }
    let next = own_place(next).unwrap_or_else(|| nav::desk(&person.roles).to_owned());
    Ok(see_other(&next))
}

/// What was typed before the session ended, ready to be sent.
fn give_back(visit: &Visit, kept: &Value) -> Result<HttpResponse, Problem> {
    let text = |name: &str| kept.get(name).and_then(Value::as_str).unwrap_or_default();
    let fields: Vec<_> = pairs(text("body"))
        .into_iter()
        .filter(|(name, _)| name != "csrf" && name != "password")
        .collect();
    let shown: Vec<_> = fields.iter().filter_map(|field| kept_line(visit, field)).collect();
    visit.page(
        "public/kept.html",
        json!({ "to": text("to"), "fields": fields, "shown": shown }),
    )
}

/// A field in words: the rows it stands in, and what it is called there. What only the machine needs is not shown.
fn kept_line(visit: &Visit, (name, value): &(String, String)) -> Option<(String, String)> {
    let machine = ["key", "version", "then", "do", "seen"].contains(&name.as_str());
    if machine || value.trim().is_empty() || name.ends_with(".id") || name.ends_with(".no") {
        return None;
    }
    let path = name.split(':').next().unwrap_or(name);
    let rows = path.split('[').skip(1).filter_map(|rest| rest.split(']').next());
    let rows = rows
        .filter_map(|row| row.parse::<usize>().ok())
        .map(|row| format!("{}. ", row + 1));
    let last = path.rsplit(['.', ']']).find(|word| !word.is_empty()).unwrap_or(path);
    let known = [super::site::key("field", last), super::site::key("dossier-field", last)];
    let known = known.iter().find(|key| visit.site.texts.has(key));
    let called = known.map_or_else(|| last.to_owned(), |key| visit.t(key));
    Some((rows.collect::<String>() + &called, value.clone()))
}

#[get("/logout")]
async fn sign_out_page(me: SignedIn) -> Result<HttpResponse, Problem> {
    me.visit.page("public/logout.html", json!({}))
}

/// Out: the session ends here and the browser forgets what it kept.
#[post("/logout")]
async fn sign_out(form: Form) -> Result<HttpResponse, Problem> {
    let visit = form.visit();
    visit.house.door.close_browser(&form.me.browser.row).await?;
    visit.give_session(String::new());
    let mut answer = visit.done("/", "signed_out");
    answer.headers_mut().insert(
        header::HeaderName::from_static("clear-site-data"),
        header::HeaderValue::from_static("\"cache\", \"storage\""),
    );
    Ok(answer)
}

/// The reader is still there: the session goes on.
#[post("/stay")]
async fn stay(form: Form) -> Result<HttpResponse, Problem> {
    let back = own_place(form.value("back")).unwrap_or_else(|| "/".to_owned());
    Ok(see_other(&back))
}

#[get("/invite/{secret}")]
async fn invitation(visit: Visit, secret: Path<String>) -> Result<HttpResponse, Problem> {
    visit.page(
        "public/invite.html",
        json!({ "form": Sent::default(), "secret": *secret }),
    )
}

/// Accepts an invitation: sets the password, once (U-03).
#[post("/invite/{secret}")]
async fn accept(form: OpenForm, secret: Path<String>) -> Result<HttpResponse, Problem> {
    let visit = &form.visit;
    let (house, email) = (&visit.house, form.value("email"));
    let again = |field: &str, code: &str, text: &str| {
        let sent = Sent {
            values: typed(&form.fields),
            errors: vec![fault(visit, field, code, text)],
        };
        visit.page_as(
            StatusCode::UNPROCESSABLE_ENTITY,
            "public/invite.html",
            json!({ "form": sent, "secret": *secret }),
        )
    };
    let gone = || Problem::from(AuthError::InvitationGone);
    let Some(known) = house.store.person_by_email(email).await? else {
        return Err(gone());
    };
    let person = match house.door.accept(&secret, raw(&form.fields, "password"), email).await {
        Ok(person) => person,
        Err(AuthError::WeakPassword(_)) => return again("password", "weak_password", "password-weak"),
        Err(error) => return Err(error.into()),
    };
    if person != known.id {
        return Err(gone());
    }
    let joined = PersonAction::JoinService(Nothing {});
    process::people::act_on_person(house, person, &joined, &Actor::system(), false).await?;
    let known = house.store.person_by_email(email).await?.ok_or_else(gone)?;
    enter(visit, &known, "", "").await
}

#[get("/password")]
async fn password_page(me: SignedIn) -> Result<HttpResponse, Problem> {
    me.visit
        .page("public/password.html", json!({ "form": Sent::default() }))
}

/// A new password ends every session, also in other browsers; a fresh one begins here.
#[post("/password")]
async fn change_password(form: Form) -> Result<HttpResponse, Problem> {
    let (me, visit) = (&form.me, form.visit());
    let again = |field: &str, code: &str, text: &str| {
        let sent = form.sent(vec![fault(visit, field, code, text)]);
        visit.page_as(
            StatusCode::UNPROCESSABLE_ENTITY,
            "public/password.html",
            json!({ "form": sent }),
        )
    };
    let (door, person) = (&visit.house.door, &me.browser.person);
    let words = (raw(&form.fields, "password"), raw(&form.fields, "new_password"));
    match change_password_of(&visit.house, person.id, None, words, visit.ip.as_deref()).await {
        Ok(()) => {}
        Err(AccessError::Auth(AuthError::BadCredentials)) => return again("password", "password_wrong", "prove-wrong"),
        Err(AccessError::Auth(AuthError::Throttled(_))) => {
            return again("password", "too_many_requests", "sign-in-throttled");
        }
        Err(AccessError::Auth(AuthError::WeakPassword(_))) => {
            return again("new_password", "weak_password", "password-weak");
        }
        Err(error) => return Err(error.into()),
    }
    visit.give_session(door.open_browser(person.id, None).await?);
    Ok(visit.done("/password", "password_changed"))
}
