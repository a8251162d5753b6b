//! Who is this? Passwords, sign-ins, access tokens.

pub mod ballot_box;
pub mod browser;
pub mod keys;
pub mod password;
mod provider;
pub mod session;
pub mod token;

pub use provider::install;

use std::time::Duration;

/// Why somebody is not let in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// Unknown, wrong, disabled: all the same from outside.
    #[error("the e-mail address or the password is not right")]
    BadCredentials,
    #[error("too many attempts; wait")]
    Throttled(Duration),
    #[error("the token has expired")]
    TokenExpired,
    #[error("the token is not valid")]
    TokenInvalid,
    /// A refresh token came a second time: the whole sign-in is ended.
    #[error("the refresh token was used before")]
    Reused(crate::domain::id::PersonId, uuid::Uuid),
    #[error("the invitation was used, has expired or never was")]
    InvitationGone,
    #[error("the link was used, has expired or never was")]
    ResetGone,
    #[error("{0}")]
    WeakPassword(&'static str),
    #[error("signing in is not possible at the moment")]
    Unavailable,
}

impl From<crate::store::StoreError> for AuthError {
    fn from(error: crate::store::StoreError) -> Self {
        tracing::error!(%error, "the directory cannot be read");
        Self::Unavailable
    }
}
