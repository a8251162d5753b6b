//! Signing in and out.

use super::{Caller, TheHouse, address};
use crate::{
    auth::session::Tokens,
    domain::people::Actor,
    process,
    web::{body::StrictJson, problem::Problem},
    workflow::{action::Nothing, people::PersonAction},
};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    pub email: String,
    pub password: String,
}

/// Signs in. Wrong, unknown, locked and disabled look the same.
#[utoipa::path(tag = "sessions", request_body = SignIn, security(()), responses((status = 200, description = "Tokens", body = Tokens), (status = 401, description = "Not right", body = Problem), (status = 429, description = "Too many attempts", body = Problem)))]
#[post("/sessions")]
pub async fn sign_in(house: TheHouse, request: HttpRequest, body: StrictJson<SignIn>) -> Result<HttpResponse, Problem> {
    let SignIn { email, password } = body.value;
    let tokens = house
        .door
        .sign_in(&email, &password, address(&request).as_deref())
        .await?;
    Ok(HttpResponse::Ok().json(tokens))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshToken {
    pub refresh_token: String,
}

/// Renews the access token. A refresh token is good once.
#[utoipa::path(tag = "sessions", request_body = RefreshToken, security(()), responses((status = 200, description = "New tokens", body = Tokens), (status = 401, description = "Not valid, expired or used before", body = Problem)))]
#[post("/sessions/refresh")]
pub async fn refresh(house: TheHouse, body: StrictJson<RefreshToken>) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(house.door.refresh(&body.value.refresh_token).await?))
}

/// Ends the sign-in and every token of it.
#[utoipa::path(tag = "sessions", request_body = RefreshToken, security(()), responses((status = 204, description = "Signed out"), (status = 401, description = "Not valid", body = Problem)))]
#[post("/sessions/end")]
pub async fn sign_out(house: TheHouse, body: StrictJson<RefreshToken>) -> Result<HttpResponse, Problem> {
    house.door.sign_out(&body.value.refresh_token).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// From the letter's link.
    pub invitation: String,
    /// The address that the letter went to.
    pub email: String,
    /// 15 to 128 characters.
    pub password: String,
}

/// Accepts an invitation: sets the password, once (U-03).
#[utoipa::path(tag = "sessions", request_body = AcceptInvitation, security(()), responses((status = 200, description = "Tokens", body = Tokens), (status = 410, description = "Used or expired", body = Problem), (status = 422, description = "Weak password", body = Problem)))]
#[post("/invitations/accept")]
pub async fn accept_invitation(
    house: TheHouse,
    request: HttpRequest,
    body: StrictJson<AcceptInvitation>,
) -> Result<HttpResponse, Problem> {
    let AcceptInvitation {
        invitation,
        email,
        password,
    } = body.value;
    let known = house.store.person_by_email(&email).await?;
    let gone = || Problem::from(crate::auth::AuthError::InvitationGone);
    let known = known.ok_or_else(gone)?;
    let person = house.door.accept(&invitation, &password, &email).await?;
    if person != known.id {
        return Err(gone());
    }
    let joined = PersonAction::JoinService(Nothing {});
    process::people::act_on_person(&house, person, &joined, &Actor::system(), false).await?;
    let tokens = house
        .door
        .sign_in(&email, &password, address(&request).as_deref())
        .await?;
    Ok(HttpResponse::Ok().json(tokens))
}

/// Who you are and which roles you hold.
#[utoipa::path(tag = "sessions", responses((status = 200, description = "You"), (status = 401, description = "Not signed in", body = Problem)))]
#[get("/me")]
pub async fn who_am_i(caller: Caller) -> HttpResponse {
    let actor = caller.actor;
    HttpResponse::Ok().json(json!({
        "person": actor.person, "organisation": actor.organisation, "unit": actor.unit, "delegation": actor.delegation,
        "roles": actor.roles, "mandates": actor.mandates,
    }))
}
