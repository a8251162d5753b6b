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
}

/// The only type of token that opens the API.
const TYPE: &str = "at+jwt";

/// Signs.
///
/// # Errors
/// `Unavailable` without a signing key.
pub fn sign(claims: &Claims, keys: &KeyRing, now: Instant) -> Result<String, AuthError> {
    let (id, key) = keys.current(now).ok_or(AuthError::Unavailable)?;
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(TYPE.to_owned());
    header.kid = Some(id);
    let key = EncodingKey::from_ed_der(&key.to_bytes());
    jsonwebtoken::encode(&header, claims, &key).map_err(|_| AuthError::Unavailable)
}

/// Verifies signature, type, key, issuer, audience and time. Keys and algorithms named by the token count for nothing
/// beyond choosing among our own keys.
///
/// # Errors
/// `TokenExpired` or `TokenInvalid`.
pub fn verify(token: &str, keys: &KeyRing, issuer: &str, audience: &str, now: Instant) -> Result<Claims, AuthError> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| AuthError::TokenInvalid)?;
    let plain = header.alg == Algorithm::EdDSA && header.typ.as_deref() == Some(TYPE);
    let foreign = header.jku.is_some() || header.jwk.is_some() || header.x5u.is_some() || header.x5c.is_some();
    let key = header
        .kid
        .as_deref()
        .and_then(|id| keys.get(id, now))
        .filter(|_| plain && !foreign);
    let key = key.ok_or(AuthError::TokenInvalid)?;
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
