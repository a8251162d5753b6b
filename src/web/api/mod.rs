//! The JSON API: every URL on one screen, and what its handlers share.

pub mod bundles;
pub mod cases;
pub mod checks;
pub mod description;
pub mod documents;
pub mod exports;
pub mod lists;
pub mod log;
pub mod notices;
pub mod papers;
pub mod people;
pub mod records;
pub mod register;
pub mod screening;
pub mod sessions;
pub mod views;

use super::problem::Problem;
use crate::{
    auth::AuthError,
    domain::{id::EventId, people::Actor},
    house::House,
    process::{ActError, RequestKey, Wish, access::AccessError},
    store::{StoreError, security::SecurityEvent},
    workflow::refusal::{Refusal, RefusalKind},
};
use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::{StatusCode, header},
    web::{self, ServiceConfig},
};
use sha2::{Digest, Sha256};
use std::{future::Future, pin::Pin, sync::Arc};
use uuid::Uuid;

/// The house, as handlers get it.
pub type TheHouse = web::Data<Arc<House>>;

/// Every route of the API.
pub fn routes(config: &mut ServiceConfig) {
    config.service(
        web::scope("/api/v1")
            .service(sessions::sign_in)
            .service(sessions::refresh)
            .service(sessions::sign_out)
            .service(sessions::accept_invitation)
            .service(sessions::change_password)
            .service(sessions::ask_reset)
            .service(sessions::reset_password)
            .service(sessions::who_am_i)
            .service(notices::create_notice)
            .service(notices::list_notices)
            .service(notices::show_notice)
            .service(notices::act_on_notice)
            .service(notices::notice_history)
            .service(cases::start_case)
            .service(cases::import_case)
            .service(cases::list_cases)
            .service(cases::show_case)
            .service(cases::act_on_case)
            .service(cases::case_history)
            .service(cases::case_clock)
            .service(cases::case_letters)
            .service(cases::check_case)
            .service(cases::export_dossier)
            .service(documents::upload_document)
            .service(documents::list_documents)
            .service(documents::document_content)
            .service(screening::case_screening)
            .service(screening::screen_case)
            .service(screening::export_checks)
            .service(screening::search_lists)
            .service(lists::list_lists)
            .service(lists::list_versions)
            .service(lists::load_list)
            .service(lists::act_on_list_version)
            .service(records::list_records)
            .service(records::show_record)
            .service(records::act_on_kept_record)
            .service(exports::create_export)
            .service(bundles::create_bundle)
            .service(bundles::fetch_bundle)
            .service(exports::list_security_events)
            .service(log::log_checkpoint)
            .service(log::log_tile)
            .service(log::prove_inclusion)
            .service(log::prove_consistency)
            .service(papers::case_paper)
            .service(papers::public_certificate)
            .service(papers::public_outcome)
            .service(people::register_organisation)
            .service(people::list_organisations)
            .service(people::invite_person)
            .service(people::list_people)
            .service(people::act_on_person)
            .service(register::list_register)
            .service(register::verify_waiver),
    );
}

/// The person whose access token came with the request.
pub struct Caller {
    pub actor: Actor,
    /// The sign-in that the token belongs to.
    pub sign_in: Uuid,
    pub ip: Option<String>,
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (house, token, ip) = (
            request.app_data::<TheHouse>().cloned(),
            bearer(request),
            address(request),
        );
        Box::pin(async move {
            let house = house.ok_or_else(|| Problem::internal("no house"))?;
            let token = token.ok_or_else(|| Problem::of("not_signed_in"))?;
            let (actor, sign_in) = house.door.session(&token).await.map_err(Problem::from)?;
            Ok(Self { actor, sign_in, ip })
        })
    }
}

/// Somebody, or nobody: public pages show more to those who are signed in.
pub struct Anybody(pub Option<Caller>);

impl FromRequest for Anybody {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if bearer(request).is_none() {
            return Box::pin(async { Ok(Self(None)) });
        }
        let caller = Caller::from_request(request, payload);
        Box::pin(async move { Ok(Self(Some(caller.await?))) })
    }
}

fn bearer(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// The caller's address, as the edge established it.
pub fn address(request: &HttpRequest) -> Option<String> {
    use actix_web::HttpMessage;
    let address = request
        .extensions()
        .get::<super::caller::ClientAddress>()
        .map(|address| address.0.to_string());
    address.or_else(|| request.peer_addr().map(|peer| peer.ip().to_string()))
}

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        let says = error.to_string();
        match error {
            AuthError::BadCredentials => Self::refused(StatusCode::UNAUTHORIZED, "bad_credentials", &says),
            AuthError::Throttled(wait) => Self::of("too_many_requests").detail(says).retry_after(wait),
            AuthError::TokenExpired => Self::refused(StatusCode::UNAUTHORIZED, "token_expired", &says)
                .what_next("Renew it with the refresh token, or sign in again."),
            AuthError::TokenInvalid => Self::of("not_signed_in").detail(says),
            AuthError::Reused(..) => Self::refused(StatusCode::UNAUTHORIZED, "refresh_reused", &says)
                .what_next("Sign in again; the whole sign-in was ended for safety."),
            AuthError::InvitationGone => Self::refused(StatusCode::GONE, "invitation_gone", &says)
                .what_next("Ask your administrator for a new invitation."),
            AuthError::ResetGone => Self::refused(StatusCode::GONE, "reset_gone", &says)
                .what_next("Ask for a new link; each is good for 15 minutes and once."),
            AuthError::WeakPassword(_) => Self::refused(StatusCode::UNPROCESSABLE_ENTITY, "weak_password", &says)
                .field("password", "weak_password", &says),
            AuthError::Unavailable => Self::of("unavailable"),
        }
    }
}

impl From<AccessError> for Problem {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Auth(error) => error.into(),
            AccessError::Act(error) => error.into(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal.kind {
            RefusalKind::WrongRole => StatusCode::FORBIDDEN,
            RefusalKind::WrongState => StatusCode::CONFLICT,
            RefusalKind::Unproved => StatusCode::UNAUTHORIZED,
            // Who is missing, and what must come first, is not mended in the request.
            RefusalKind::Condition if refusal.code == "needs_second_delegation" => StatusCode::FORBIDDEN,
            RefusalKind::Condition if matches!(refusal.code, "screening_not_current" | "stale_list_version") => {
                StatusCode::CONFLICT
            }
            RefusalKind::Condition => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let mut problem = Self::refused(status, refusal.code, &refusal.sentence).rule(refusal.rule);
        if let Some(field) = &refusal.field {
            problem = problem.field(field, refusal.code, &refusal.sentence);
        }
        for (path, code, message) in &refusal.details {
            problem = problem.field(path, code, message);
        }
        if refusal.kind == RefusalKind::Unproved {
            problem = problem
                .what_next("Sign in again (POST /api/v1/sessions), and send the same request with the new token.");
        }
        problem
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict | StoreError::KeyTaken | StoreError::NumberTaken => Self::of("acted_first"),
            StoreError::Gone => Self::of("gone"),
            StoreError::Fence(_) => Self::of("conflict").because(error),
            StoreError::Unavailable(_) => Self::of("unavailable").because(error),
            StoreError::Corrupt(_) => Self::internal(error),
        }
    }
}

impl From<ActError> for Problem {
    fn from(error: ActError) -> Self {
        match error {
            ActError::NotFound => Self::of("not_found"),
            ActError::Refused(refusal) => refusal.into(),
            ActError::ActedFirst(version) => Self::of("acted_first").detail(format!(
                "It is at version {version} now. Read it again and decide again."
            )),
            ActError::KeyReused => Self::of("key_reused"),
            ActError::Answered(_) => Self::of("conflict"),
            ActError::Store(error) => error.into(),
        }
    }
}

/// The wish that a request makes: who, having seen what, under which key.
pub fn wish<'a>(request: &HttpRequest, actor: &'a Actor, body: &[u8], seen: Option<u32>) -> Result<Wish<'a>, Problem> {
    let matched = super::conditional::if_match(request)?.and_then(super::conditional::Expected::version);
    let key = super::conditional::idempotency_key(request)?.map(|key| RequestKey {
        key,
        request: fingerprint(request, body),
    });
    Ok(Wish {
        actor,
        seen: seen.or(matched),
        key,
        dry_run: false,
    })
}

fn fingerprint(request: &HttpRequest, body: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(request.method().as_str());
    hash.update([0]);
    hash.update(request.path());
    hash.update([0]);
    hash.update(body);
    hash.finalize().into()
}

/// What came of a wish, as an answer; denials are written down for the auditors.
pub async fn answered<T>(
    house: &House,
    caller: &Caller,
    action: &str,
    target: (&str, Uuid),
    outcome: Result<T, ActError>,
    fresh: impl FnOnce(T) -> HttpResponse,
) -> Result<HttpResponse, Problem> {
    match outcome {
        Ok(subject) => Ok(fresh(subject)),
        Err(ActError::Answered(before)) => Ok(HttpResponse::Ok()
            .insert_header(("Idempotency-Replayed", "true"))
            .content_type("application/json")
            .body(before.body)),
        Err(error) => {
            let denied = match &error {
                ActError::NotFound => Some(("not_found", None)),
                ActError::Refused(refusal) => Some((refusal.code, Some(refusal.rule))),
                _ => None,
            };
            if let Some((code, rule)) = denied {
                write_down(house, caller, action, Some(target), code, rule).await;
            }
            Err(error.into())
        }
    }
}

/// Writes a denied attempt (or a read of a confidential file) down.
pub async fn write_down(
    house: &House,
    caller: &Caller,
    action: &str,
    target: Option<(&str, Uuid)>,
    code: &str,
    rule: Option<&str>,
) {
    let event = SecurityEvent {
        id: EventId::fresh().0,
        at: house.clock.now(),
        person: Some(caller.actor.person),
        organisation: Some(caller.actor.organisation),
        action: action.to_owned(),
        target_kind: target.map(|(kind, _)| kind.to_owned()),
        target_id: target.map(|(_, id)| id),
        rule: rule.map(str::to_owned),
        code: code.to_owned(),
        ip: caller.ip.clone(),
        request_id: None,
    };
    if let Err(error) = house.store.security_event(&event).await {
        tracing::error!(%error, "a denied attempt could not be written down");
    }
}
