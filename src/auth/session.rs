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
/// Wrong passwords before an account, an account from one address, an address has to wait.
const FREE_AT_ACCOUNT: u32 = 5;
const FREE_AT_PAIR: u32 = 3;
const FREE_AT_ADDRESS: u32 = 30;

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
pub fn hashed(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

pub(super) fn later(now: Instant, by: SignedDuration) -> Instant {
    now.checked_add(by).unwrap_or(Instant::MAX)
}

/// What failures are counted for. By hash: an address may be longer than a key, and is nobody's business there.
struct Counted {
    account: String,
    pair: Option<String>,
    address: Option<String>,
}

impl Counted {
    fn of(email: &str, ip: Option<&str>) -> Self {
        let account = account(email);
        Self {
            pair: ip.map(|ip| format!("pair:{}", hashed(&format!("{account} {ip}")))),
            address: ip.map(|ip| format!("address:{ip}")),
            account,
        }
    }

    fn all(&self) -> impl Iterator<Item = &String> {
        [Some(&self.account), self.pair.as_ref(), self.address.as_ref()]
            .into_iter()
            .flatten()
    }
}

/// Under which failures at this e-mail address are counted.
#[must_use]
pub fn account(email: &str) -> String {
    format!("account:{}", hashed(&email.trim().to_lowercase()))
}

impl Doorkeeper {
    /// Signs in with e-mail address and password.
    ///
    /// # Errors
    /// `BadCredentials`, whatever the cause; `Throttled` after failures.
    pub async fn sign_in(&self, email: &str, password: &str, ip: Option<&str>) -> Result<Tokens, AuthError> {
        let person = self.recognise(email, password, ip).await?;
        let family = Uuid::from_bytes(half(crate::chance::bytes_32()));
        let now = self.clock.now();
        self.issue(person.id, family, now, now).await
    }

    /// Whose e-mail address and password these are. Every way of signing in asks here, so all are slowed down together.
    ///
    /// # Errors
    /// `BadCredentials`, whatever the cause; `Throttled` after failures.
    pub async fn recognise(&self, email: &str, password: &str, ip: Option<&str>) -> Result<PersonRow, AuthError> {
        let now = self.clock.now();
        let counted = Counted::of(email, ip);
        self.take_turn(&counted, now).await?;
        let known = self.store.person_by_email(email.trim()).await?;
        let person = known.filter(|person| person.active);
        let stored = match &person {
            Some(person) => self.store.credential(person.id).await?,
            None => None,
        };
        let right = self.passwords.check(password, stored.clone()).await?;
        let Some(person) = person.filter(|_| right) else {
            if let Some(address) = &counted.address {
                self.store.throttle_shared(address, FREE_AT_ADDRESS, now).await?;
            }
            self.denied("sign_in", "bad_credentials", None, ip).await?;
            return Err(AuthError::BadCredentials);
        };
        for subject in [Some(&counted.account), counted.pair.as_ref()].into_iter().flatten() {
            self.store.throttle_cleared(subject).await?;
        }
        if stored.is_some_and(|stored| self.passwords.outdated(&stored)) {
            // The cost was raised since; whoever could not choose this password today keeps the old hash.
            if let Ok(phc) = self.passwords.hash(password, &person.email).await {
                self.store.set_credential(person.id, &phc, now).await?;
            }
        }
        Ok(person)
    }

    /// An attempt, if nobody has to wait: counted before the password is looked at.
    async fn take_turn(&self, counted: &Counted, now: Instant) -> Result<(), AuthError> {
        let mut until = now;
        for subject in counted.all() {
            until = until.max(self.store.throttle(subject).await?.1);
        }
        if until > now {
            return Err(AuthError::Throttled(
                until.duration_since(now).unsigned_abs().max(Duration::from_secs(1)),
            ));
        }
        let account = self
            .store
            .throttle_taken(&counted.account, FREE_AT_ACCOUNT, now)
            .await?;
        let pair = match &counted.pair {
            Some(pair) if account => self.store.throttle_taken(pair, FREE_AT_PAIR, now).await?,
            _ => account,
        };
        if pair {
            Ok(())
        } else {
            Err(AuthError::Throttled(Duration::from_secs(1)))
        }
    }

    async fn issue(
        &self,
        person: PersonId,
        family: Uuid,
        proved_at: Instant,
        now: Instant,
    ) -> Result<Tokens, AuthError> {
        let secret = crate::chance::hex_256();
        let expires_at = later(now, self.refresh);
        let row = RefreshRow {
            secret_hash: hashed(&secret),
            family,
            person,
            expires_at,
            proved_at,
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
            auth_time: proved_at.as_second(),
        };
        let access_token = token::sign(&claims, &self.keys, now)?;
        Ok(Tokens {
            access_token,
            refresh_token: secret,
            expires_at: until,
            person,
        })
    }

    /// Renews. A refresh token is good once; after a second use the caller ends the whole sign-in.
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
        // Whoever loses the race for the first use came within the grace.
        let first = row.used_at.is_none();
        if first {
            self.store.refresh_used(&row.secret_hash, now).await?;
        } else if !in_grace {
            return Err(AuthError::Reused(row.person, row.family));
        }
        self.issue(row.person, row.family, row.proved_at, now).await
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
        Ok(self.session(access_token).await?.0)
    }

    /// Whoever holds this access token, and the sign-in it belongs to.
    ///
    /// # Errors
    /// As [`Self::actor`].
    pub async fn session(&self, access_token: &str) -> Result<(Actor, Uuid), AuthError> {
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
        let person = person.ok_or(AuthError::TokenInvalid)?;
        let proved_at = Instant::from_second(claims.auth_time).unwrap_or(Instant::UNIX_EPOCH);
        Ok((person.actor(Authentication::Password, proved_at, now), claims.sid))
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
        // Whoever has the link and not the address uses nothing up.
        let invited = self.store.person_by_email(email.trim()).await?;
        let invited = invited.ok_or(AuthError::InvitationGone)?;
        let person = self
            .store
            .invitation_used(&hashed(secret), invited.id, now)
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
