//! Signing in, going on, signing out.

use super::{
    AuthError,
    keys::KeyRing,
    password::Passwords,
    token::{self, Claims},
};
use crate::{
    clock::Clock,
    domain::{
        Instant,
        id::PersonId,
        people::{Actor, Authentication},
    },
    store::{Store, commit::PersonRow, people::PeopleFilter, security::SecurityEvent, sessions::RefreshRow},
};
use jiff::SignedDuration;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use uuid::Uuid;

/// Seconds in which the same refresh token may come again: an answer that was lost on the way.
const GRACE_SECONDS: i64 = 10;
const INVITATION_HOURS: i64 = 72;
/// Consecutive failures after which an account rests for a day.
const MOST_FAILURES: u32 = 100;

/// The doorkeeper.
pub struct Doorkeeper {
    pub store: Store,
    pub clock: Clock,
    pub keys: Arc<KeyRing>,
    pub passwords: Passwords,
    pub issuer: String,
    pub audience: String,
    pub access: SignedDuration,
    pub refresh: SignedDuration,
}

/// What a sign-in gives.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Tokens {
    /// For `Authorization: Bearer …`.
    pub access_token: String,
    /// Good for one renewal.
    pub refresh_token: String,
    /// When the access token ends.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Instant,
    pub person: PersonId,
}

/// Secrets are kept by their hash only.
pub(super) fn hashed(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

pub(super) fn later(now: Instant, by: SignedDuration) -> Instant {
    now.checked_add(by).unwrap_or(Instant::MAX)
}

impl Doorkeeper {
    /// Signs in with e-mail address and password.
    ///
    /// # Errors
    /// `BadCredentials`, whatever the cause; `Throttled` after failures.
    pub async fn sign_in(&self, email: &str, password: &str, ip: Option<&str>) -> Result<Tokens, AuthError> {
        let person = self.recognise(email, password, ip).await?;
        let family = Uuid::from_bytes(half(crate::chance::bytes_32()));
        self.issue(person.id, family, self.clock.now()).await
    }

    /// Whose e-mail address and password these are. Every way of signing in asks here, so all are slowed down together.
    ///
    /// # Errors
    /// `BadCredentials`, whatever the cause; `Throttled` after failures.
    pub async fn recognise(&self, email: &str, password: &str, ip: Option<&str>) -> Result<PersonRow, AuthError> {
        let now = self.clock.now();
        let account = format!("account:{}", email.trim().to_lowercase());
        let subjects: Vec<String> = std::iter::once(account)
            .chain(ip.map(|ip| format!("address:{ip}")))
            .collect();
        for subject in &subjects {
            let (_, until) = self.store.throttle(subject).await?;
            if until > now {
                let wait = until.duration_since(now).unsigned_abs();
                return Err(AuthError::Throttled(wait.max(Duration::from_secs(1))));
            }
        }
        let person = self
            .store
            .person_by_email(email.trim())
            .await?
            .filter(|person| person.active);
        let stored = match &person {
            Some(person) => self.store.credential(person.id).await?,
            None => None,
        };
        let right = self.passwords.check(password, stored).await?;
        let Some(person) = person.filter(|_| right) else {
            self.failed(&subjects, now).await?;
            self.denied("sign_in", "bad_credentials", None, ip).await?;
            return Err(AuthError::BadCredentials);
        };
        self.store.throttle_cleared(&subjects[0]).await?;
        Ok(person)
    }

    /// Failures make everybody wait longer: at the account soon, at an address (which many may share) late.
    async fn failed(&self, subjects: &[String], now: Instant) -> Result<(), AuthError> {
        for (n, subject) in subjects.iter().enumerate() {
            let failures = self.store.throttle_failed(subject, now).await?;
            let free = if n == 0 { 3 } else { 30 };
            if failures >= MOST_FAILURES && n == 0 {
                self.store
                    .throttle_until(subject, later(now, SignedDuration::from_hours(24)))
                    .await?;
            } else if failures >= free {
                let seconds = 1_i64 << (failures - free).min(9);
                self.store
                    .throttle_until(subject, later(now, SignedDuration::from_secs(seconds.min(300))))
                    .await?;
            }
        }
        Ok(())
    }

    async fn issue(&self, person: PersonId, family: Uuid, now: Instant) -> Result<Tokens, AuthError> {
        let secret = crate::chance::hex_256();
        let expires_at = later(now, self.refresh);
        let row = RefreshRow {
            secret_hash: hashed(&secret),
            family,
            person,
            expires_at,
            used_at: None,
            revoked_at: None,
        };
        self.store.refresh_issued(&row, now).await?;
        let until = later(now, self.access);
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: person,
            sid: family,
            jti: Uuid::from_bytes(half(crate::chance::bytes_32())),
            iat: now.as_second(),
            exp: until.as_second(),
        };
        let access_token = token::sign(&claims, &self.keys, now)?;
        Ok(Tokens {
            access_token,
            refresh_token: secret,
            expires_at: until,
            person,
        })
    }

    /// Renews. A refresh token is good once; a second use ends the whole sign-in.
    ///
    /// # Errors
    /// `TokenInvalid`, `TokenExpired` or `Reused`.
    pub async fn refresh(&self, secret: &str) -> Result<Tokens, AuthError> {
        let now = self.clock.now();
        let row = self
            .store
            .refresh_token(&hashed(secret))
            .await?
            .ok_or(AuthError::TokenInvalid)?;
        if row.revoked_at.is_some() || !self.store.family_stands(row.family).await? {
            return Err(AuthError::TokenInvalid);
        }
        if row.expires_at <= now {
            return Err(AuthError::TokenExpired);
        }
        let in_grace = row
            .used_at
            .is_some_and(|used| now.duration_since(used).as_secs() <= GRACE_SECONDS);
        let first = row.used_at.is_none() && self.store.refresh_used(&row.secret_hash, now).await?;
        if !first && !in_grace && row.used_at.is_some() {
            self.store.family_revoked(row.family, now).await?;
            self.denied("refresh", "refresh_reused", Some(row.person), None).await?;
            return Err(AuthError::Reused);
        }
        self.issue(row.person, row.family, now).await
    }

    /// Ends the sign-in that this refresh token belongs to.
    ///
    /// # Errors
    /// `TokenInvalid`.
    pub async fn sign_out(&self, secret: &str) -> Result<(), AuthError> {
        let row = self
            .store
            .refresh_token(&hashed(secret))
            .await?
            .ok_or(AuthError::TokenInvalid)?;
        Ok(self.store.family_revoked(row.family, self.clock.now()).await?)
    }

    /// Whoever holds this access token.
    ///
    /// # Errors
    /// `TokenInvalid` (also when the sign-in was ended or the person disabled) or `TokenExpired`.
    pub async fn actor(&self, access_token: &str) -> Result<Actor, AuthError> {
        let now = self.clock.now();
        let claims = token::verify(access_token, &self.keys, &self.issuer, &self.audience, now)?;
        if !self.store.family_stands(claims.sid).await? {
            return Err(AuthError::TokenInvalid);
        }
        let filter = PeopleFilter {
            ids: BTreeSet::from([claims.sub]),
            ..PeopleFilter::default()
        };
        let person = self
            .store
            .people(&filter)
            .await?
            .into_iter()
            .find(|person| person.active);
        Ok(person
            .ok_or(AuthError::TokenInvalid)?
            .actor(Authentication::Password, now))
    }

    /// Makes the secret of an invitation.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn invite(&self, person: PersonId) -> Result<String, AuthError> {
        let secret = crate::chance::hex_256();
        let until = later(self.clock.now(), SignedDuration::from_hours(INVITATION_HOURS));
        self.store.invitation_made(&hashed(&secret), person, until).await?;
        Ok(secret)
    }

    /// Uses an invitation: sets the password. The caller records that the person joined.
    ///
    /// # Errors
    /// `InvitationGone` or `WeakPassword`; a weak password does not use the invitation up.
    pub async fn accept(&self, secret: &str, password: &str, email: &str) -> Result<PersonId, AuthError> {
        let now = self.clock.now();
        let phc = self.passwords.hash(password, email).await?;
        let person = self
            .store
            .invitation_used(&hashed(secret), now)
            .await?
            .ok_or(AuthError::InvitationGone)?;
        self.store.set_credential(person, &phc, now).await?;
        Ok(person)
    }

    /// Sets a password at the console.
    ///
    /// # Errors
    /// `WeakPassword`.
    pub async fn set_password(&self, person: PersonId, email: &str, password: &str) -> Result<(), AuthError> {
        let phc = self.passwords.hash(password, email).await?;
        Ok(self.store.set_credential(person, &phc, self.clock.now()).await?)
    }

    async fn denied(
        &self,
        action: &str,
        code: &str,
        person: Option<PersonId>,
        ip: Option<&str>,
    ) -> Result<(), AuthError> {
        let event = SecurityEvent {
            id: crate::domain::id::EventId::fresh().0,
            at: self.clock.now(),
            person,
            organisation: None,
            action: action.to_owned(),
            target_kind: None,
            target_id: None,
            rule: None,
            code: code.to_owned(),
            ip: ip.map(str::to_owned),
            request_id: None,
        };
        Ok(self.store.security_event(&event).await?)
    }
}

fn half(bytes: [u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&bytes[..16]);
    half
}
