//! Access tokens: short-lived, signed with Ed25519, naming a sign-in that can be ended.

use super::{AuthError, keys::KeyRing};
use crate::domain::{Instant, id::PersonId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    pub sub: PersonId,
    /// The sign-in it belongs to.
    pub sid: Uuid,
    pub jti: Uuid,
    pub iat: i64,
    pub exp: i64,
    /// When the password was given: renewing a token proves nothing anew.
    pub auth_time: i64,
}

/// The only type of token that opens the API.
const TYPE: &str = "at+jwt";

/// Signs.
///
/// # Errors
/// `Unavailable` without a signing key.
pub fn sign(claims: &Claims, keys: &KeyRing, now: Instant) -> Result<String, AuthError> {
    let (id, key) = keys.current(now).ok_or(AuthError::Unavailable)?;
    let key = EncodingKey::from_ed_der(&key.to_bytes());
    jsonwebtoken::encode(&header(&id), claims, &key).map_err(|_| AuthError::Unavailable)
}

/// The only header that our tokens have under this key.
fn header(id: &str) -> Header {
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(TYPE.to_owned());
    header.kid = Some(id.to_owned());
    header
}

/// Verifies header, signature, issuer, audience and time. The header only chooses among our own keys: one that says
/// anything else than ours do (another algorithm or type, a key or its address, something critical) is not ours.
///
/// # Errors
/// `TokenExpired` or `TokenInvalid`.
pub fn verify(token: &str, keys: &KeyRing, issuer: &str, audience: &str, now: Instant) -> Result<Claims, AuthError> {
    let given = jsonwebtoken::decode_header(token).map_err(|_| AuthError::TokenInvalid)?;
    let id = given.kid.as_deref().unwrap_or_default();
    let key = keys
        .get(id, now)
        .filter(|_| given == header(id))
        .ok_or(AuthError::TokenInvalid)?;
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // Time is judged by our own clock, below.
    validation.validate_exp = false;
    let key = DecodingKey::from_ed_der(key.verifying_key().as_bytes());
    let decoded = jsonwebtoken::decode::<Claims>(token, &key, &validation).map_err(|_| AuthError::TokenInvalid)?;
    let claims = decoded.claims;
    if now.as_second() >= claims.exp {
        return Err(AuthError::TokenExpired);
    }
    // A token from the future was not made by us now.
    if claims.iat > now.as_second() + 5 {
        return Err(AuthError::TokenInvalid);
    }
    Ok(claims)
}
