//! Signing in and out.

use super::{Caller, TheHouse, address};
use crate::{
    auth::session::Tokens,
    domain::people::Actor,
    process::{self, access},
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
pub async fn refresh(
    house: TheHouse,
    request: HttpRequest,
    body: StrictJson<RefreshToken>,
) -> Result<HttpResponse, Problem> {
    let ip = address(&request);
    let tokens = access::refresh(&house, &body.value.refresh_token, ip.as_deref()).await?;
    Ok(HttpResponse::Ok().json(tokens))
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

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    pub current_password: String,
    /// 15 to 128 characters.
    pub new_password: String,
}

/// Changes your password. Every other sign-in of yours ends, and a letter tells you.
#[utoipa::path(tag = "sessions", request_body = ChangePassword, responses((status = 204, description = "Changed"), (status = 401, description = "Not signed in, or not the current password", body = Problem), (status = 422, description = "Weak password", body = Problem), (status = 429, description = "Too many attempts", body = Problem)))]
#[post("/me/password")]
pub async fn change_password(
    house: TheHouse,
    caller: Caller,
    body: StrictJson<ChangePassword>,
) -> Result<HttpResponse, Problem> {
    let words = (body.value.current_password.as_str(), body.value.new_password.as_str());
    let (person, ip) = (caller.actor.person, caller.ip.as_deref());
    access::change_password(&house, person, Some(caller.sign_in), words, ip).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskReset {
    pub email: String,
}

/// Asks for a link to set a new password. The answer is the same whether or not anybody has this address.
#[utoipa::path(tag = "sessions", request_body = AskReset, security(()), responses((status = 202, description = "If somebody has this address, a letter is on its way")))]
#[post("/password-resets")]
pub async fn ask_reset(house: TheHouse, body: StrictJson<AskReset>) -> Result<HttpResponse, Problem> {
    access::ask_reset(&house, &body.value.email).await?;
    Ok(HttpResponse::Accepted().finish())
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// From the letter's link.
    pub reset: String,
    /// 15 to 128 characters.
    pub password: String,
}

/// Sets a new password by the link, once; every sign-in ends.
#[utoipa::path(tag = "sessions", request_body = ResetPassword, security(()), responses((status = 204, description = "Set; sign in with it"), (status = 410, description = "Used or expired", body = Problem), (status = 422, description = "Weak password", body = Problem)))]
#[post("/password-resets/use")]
pub async fn reset_password(
    house: TheHouse,
    request: HttpRequest,
    body: StrictJson<ResetPassword>,
) -> Result<HttpResponse, Problem> {
    let ResetPassword { reset, password } = body.value;
    access::reset_password(&house, &reset, &password, address(&request).as_deref()).await?;
    Ok(HttpResponse::NoContent().finish())
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
