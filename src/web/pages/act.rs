//! The one way of acting from a page: the form becomes the same [`Action`] as at the API, and goes through the one door.
//!
//! ```ignore
//! #[post("/cases/{id}/votes")]
//! async fn cast(form: Form, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
//!     match act::on_case(&form, *id, "cast_vote", form.json()).await? {
//!         Acted::Done(case) => Ok(form.visit().done(&format!("/cases/{}/votes", case.id), "vote_cast")),
//!         Acted::Refused(sent) => show(&form.me, *id, sent).await, // the same page, status 422
//!     }
//! }
//! ```

use super::{
    form::{Fault, Form, Sent},
    site::{key, refusal_text},
};
use crate::{
    auth::AuthError,
    domain::{
        id::{CaseId, NoticeId},
        people::Actor,
        text::Language,
    },
    paper::deeds,
    process::{self, ActError, RequestKey, Wish},
    web::{
        api::{cases::read_action, write_down},
        problem::Problem,
    },
    workflow::{
        action::{Action, notice::NoticeAction},
        case::Case,
        event::Event,
        notice::Notice,
        refusal::{Refusal, RefusalKind},
        step::is_binding,
    },
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// What came of it.
pub enum Acted<T> {
    Done(Box<T>),
    /// Something is missing: show the page again with this, status 422.
    Refused(Sent),
}

/// Puts a wish to a case (for `start_dossier`: with a fresh id).
///
/// # Errors
/// 403 and 404 as pages; 409 when somebody acted first, with both versions.
pub async fn on_case(form: &Form, id: CaseId, action: &str, body: Value) -> Result<Acted<Case>, Problem> {
    let wanted: Action = match read_action(action, Some(body)) {
        Ok(wanted) => wanted,
        Err(problem) => return Ok(Acted::Refused(misread(form, &problem))),
    };
    let house = &form.visit().house;
    let actor = match proved(form, is_binding::<Case>(action)).await? {
        Ok(actor) => actor,
        Err(sent) => return Ok(Acted::Refused(sent)),
    };
    let wish = wish(form, &actor);
    let done = process::act_on_case(house, id, &wanted, &wish, &|case| named(case.id)).await;
    match done {
        Ok(case) => Ok(Acted::Done(Box::new(case))),
        Err(ActError::Answered(before)) => {
            let id = the_one(&before.body).unwrap_or(id);
            Ok(Acted::Done(Box::new(process::view_case(house, id).await?.case)))
        }
        Err(ActError::ActedFirst(version)) => {
            let seen = process::view_case(house, id).await?;
            Err(conflict(form, version, &seen.events))
        }
        Err(error) => refused(form, action, ("case", id.0), error).await.map(Acted::Refused),
    }
}

/// Puts a wish to a notice (for `create_notice`: with a fresh id).
///
/// # Errors
/// As [`on_case`].
pub async fn on_notice(form: &Form, id: NoticeId, action: &str, body: Value) -> Result<Acted<Notice>, Problem> {
    let wanted: NoticeAction = match read_action(action, Some(body)) {
        Ok(wanted) => wanted,
        Err(problem) => return Ok(Acted::Refused(misread(form, &problem))),
    };
    let house = &form.visit().house;
    let actor = match proved(form, is_binding::<Notice>(action)).await? {
        Ok(actor) => actor,
        Err(sent) => return Ok(Acted::Refused(sent)),
    };
    let wish = wish(form, &actor);
    let done = process::act_on_notice(house, id, &wanted, &wish, &|notice| named(notice.id)).await;
    match done {
        Ok(notice) => Ok(Acted::Done(Box::new(notice))),
        Err(ActError::Answered(before)) => {
            let id = the_one(&before.body).unwrap_or(id);
            Ok(Acted::Done(Box::new(process::view_notice(house, id).await?.0)))
        }
        Err(ActError::ActedFirst(version)) => {
            let (_, events) = process::view_notice(house, id).await?;
            Err(conflict(form, version, &events))
        }
        Err(error) => refused(form, action, ("notice", id.0), error).await.map(Acted::Refused),
    }
}

/// What is kept for a form that is sent twice: which case or notice it came to.
fn named(id: impl serde::Serialize) -> Vec<u8> {
    json!({ "id": id }).to_string().into_bytes()
}

/// The case or notice that the same form came to before; a form that begins one has a fresh id each time.
fn the_one<I: serde::de::DeserializeOwned>(body: &[u8]) -> Option<I> {
    let body: Value = serde_json::from_slice(body).ok()?;
    serde_json::from_value(body.get("id")?.clone()).ok()
}

/// Who acts. Before an act that cannot be taken back: the password again, unless it was given a short while ago; the
/// form has the macro `prove` for it, and the session gets a new secret. The inner error says what is wrong with it.
///
/// # Errors
/// When the sessions cannot be read.
pub async fn proved(form: &Form, binding: bool) -> Result<Result<Actor, Sent>, Problem> {
    let (me, visit) = (&form.me, form.visit());
    if !binding || me.actor.proved(visit.now) {
        return Ok(Ok(me.actor.clone()));
    }
    let password = super::form::value(&form.fields, "password");
    let fault = |code: &str, text: String| {
        let (field, code) = ("password".to_owned(), code.to_owned());
        form.sent(vec![Fault {
            field,
            code,
            text,
            lang: None,
            rule: None,
        }])
    };
    if password.is_empty() {
        return Ok(Err(fault("password_needed", visit.t("prove-needed"))));
    }
    match visit
        .house
        .door
        .prove_again(&me.browser, password, visit.ip.as_deref())
        .await
    {
        Ok(secret) => {
            visit.give_session(secret);
            Ok(Ok(Actor {
                proved_at: visit.now,
                ..me.actor.clone()
            }))
        }
        Err(AuthError::BadCredentials) => Ok(Err(fault("password_wrong", visit.t("prove-wrong")))),
        Err(AuthError::Throttled(_)) => Ok(Err(fault("too_many_requests", visit.t("sign-in-throttled")))),
        Err(error) => Err(error.into()),
    }
}

fn wish<'a>(form: &Form, actor: &'a Actor) -> Wish<'a> {
    let key = form.value("key");
    let key =
        Some(key).filter(|key| (16..=128).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()));
    Wish {
        actor,
        seen: form.version(),
        key: key.map(|key| RequestKey {
            key: format!("page-{key}"),
            request: fingerprint(form),
        }),
        dry_run: false,
    }
}

fn fingerprint(form: &Form) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(form.visit().path.as_bytes());
    for (name, value) in form
        .fields
        .iter()
        .filter(|(name, _)| name != "csrf" && name != "password")
    {
        hash.update([0]);
        hash.update(name.as_bytes());
        hash.update([1]);
        hash.update(value.as_bytes());
    }
    hash.finalize().into()
}

/// A text about a fault in the page's language, if there is one; else the process's own sentence, marked as English.
fn fault(form: &Form, field: &str, code: &str, sentence: &str, rule: Option<&str>) -> Fault {
    let visit = form.visit();
    let texts = &visit.site.texts;
    let known = key("field-fault", code);
    let own = refusal_text(texts, rule.unwrap_or_default(), code);
    let own = own.or_else(|| texts.has(&known).then(|| visit.t(&known)));
    let foreign = own.is_none() && visit.language() != Language::En;
    Fault {
        field: named_like(form, field.strip_prefix("body.").unwrap_or(field)),
        code: code.to_owned(),
        text: own.unwrap_or_else(|| sentence.to_owned()),
        lang: foreign.then_some("en"),
        rule: rule.map(str::to_owned),
    }
}

/// The form's own name of the field at this path: with its mark, or of the whole that it is part of.
fn named_like(form: &Form, path: &str) -> String {
    let bare = |name: &str| name.split(':').next().unwrap_or(name).to_owned();
    let found = form.fields.iter().map(|(name, _)| name).find(|name| {
        let name = bare(name);
        name == path
            || path
                .strip_prefix(&name)
                .is_some_and(|rest| rest.starts_with(['.', '[']))
    });
    found.cloned().unwrap_or_else(|| path.to_owned())
}

/// The form could not be read as the action.
fn misread(form: &Form, problem: &Problem) -> Sent {
    let errors = problem
        .fields()
        .iter()
        .map(|field| fault(form, &field.path, &field.code, &field.message, None));
    let mut errors: Vec<_> = errors.collect();
    if errors.is_empty() {
        errors.push(fault(form, "", problem.code(), problem.sentence(), None));
    }
    form.sent(errors)
}

/// The process's own refusal: missing things belong into the form, the rest is a page of its own.
async fn refused(form: &Form, action: &str, target: (&str, uuid::Uuid), error: ActError) -> Result<Sent, Problem> {
    let denied = match &error {
        ActError::NotFound => Some(("not_found", None)),
        ActError::Refused(refusal) => Some((refusal.code, Some(refusal.rule))),
        _ => None,
    };
    if let Some((code, rule)) = denied {
        write_down(&form.visit().house, &form.me.caller(), action, Some(target), code, rule).await;
    }
    match error {
        ActError::Refused(refusal) if refusal.kind != RefusalKind::WrongRole => Ok(missing(form, &refusal)),
        other => Err(other.into()),
    }
}

/// What a refusal says is missing, at the fields it is about.
#[must_use]
pub fn missing(form: &Form, refusal: &Refusal) -> Sent {
    let field = refusal.field.as_deref().unwrap_or_default();
    let mut errors = vec![fault(form, field, refusal.code, &refusal.sentence, Some(refusal.rule))];
    for (path, code, message) in &refusal.details {
        errors.push(fault(form, path, code, message, None));
    }
    form.sent(errors)
}

/// Somebody acted first: what they did, and what was typed here.
fn conflict<H: serde::Serialize>(form: &Form, version: u32, events: &[Event<H>]) -> Problem {
    let seen = form.version().unwrap_or_default();
    let since = events.iter().filter(|event| event.seq > seen);
    let line = |event: &Event<H>| {
        let word = serde_json::to_value(&event.happened)
            .ok()
            .and_then(|value| Some(value.get("type")?.as_str()?.to_owned()));
        let what = deeds::said(&word.unwrap_or_default(), form.visit().language());
        json!({
            "seq": event.seq, "role": event.by.role, "what": what, "rule": event.rule,
            "at": form.visit().when(event.recorded_at, "UTC"),
        })
    };
    let theirs: Vec<_> = since.map(line).collect();
    let yours = super::form::typed(&form.fields);
    form.visit().set_aside(
        "conflict",
        json!({ "seen": seen, "now": version, "theirs": theirs, "yours": yours, "back": form.visit().path }),
    );
    ActError::ActedFirst(version).into()
}
