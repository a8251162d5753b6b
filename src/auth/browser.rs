//! Sessions of browsers: a secret in a cookie, its hash in a row. They and the tokens of programs know nothing of
//! each other: stealing one does not give the other.

use super::{
    AuthError,
    session::{Doorkeeper, hashed, later},
};
use crate::{
    domain::{
        Instant,
        id::PersonId,
        people::{Actor, Authentication},
    },
    store::{browser::BrowserRow, commit::PersonRow, people::PeopleFilter},
};
use jiff::SignedDuration;
use std::collections::BTreeSet;

/// A session nobody uses for so long is over.
pub const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// No session lasts longer, used or not.
pub const ABSOLUTE: SignedDuration = SignedDuration::from_hours(12);
/// Use is written down this often.
const NOTED: SignedDuration = SignedDuration::from_mins(1);

/// A session with its person.
#[derive(Clone, Debug)]
pub struct Browser {
    pub row: BrowserRow,
    pub person: PersonRow,
}

/// What a cookie stands for.
#[derive(Clone, Debug)]
pub enum Known {
    Session(Box<Browser>),
    /// It was a session, and is over; whose it was.
    Over(BrowserRow),
    Nothing,
}

impl Browser {
    /// The person as someone who acts.
    #[must_use]
    pub fn actor(&self, now: Instant) -> Actor {
        self.person.actor(Authentication::Password, self.row.proved_at, now)
    }

    /// When it ends if it is not used, and when it ends in any case.
    #[must_use]
    pub fn ends(&self, now: Instant) -> (Instant, Instant) {
        (later(now, IDLE), later(self.row.began_at, ABSOLUTE))
    }

    /// Did the person give the password a short while ago?
    #[must_use]
    pub fn proved(&self, now: Instant) -> bool {
        self.actor(now).proved(now)
    }
}

impl Doorkeeper {
    /// A session for this person, whose password was right; the secret for the cookie.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn open_browser(&self, person: PersonId, began: Option<Instant>) -> Result<String, AuthError> {
        let (secret, now) = (crate::chance::hex_256(), self.clock.now());
        let row = BrowserRow {
            secret_hash: hashed(&secret),
            person,
            began_at: began.unwrap_or(now),
            seen_at: now,
            proved_at: now,
            ended_at: None,
        };
        self.store.browser_began(&row).await?;
        Ok(secret)
    }

    /// What this secret stands for now.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn browser(&self, secret: &str) -> Result<Known, AuthError> {
        let now = self.clock.now();
        let Some(row) = self.store.browser_session(&hashed(secret)).await? else {
            return Ok(Known::Nothing);
        };
        let over = row.ended_at.is_some() || now > later(row.seen_at, IDLE) || now > later(row.began_at, ABSOLUTE);
        let filter = PeopleFilter {
            ids: BTreeSet::from([row.person]),
            ..PeopleFilter::default()
        };
        let people = if over {
            Vec::new()
        } else {
            self.store.people(&filter).await?
        };
        let Some(person) = people.into_iter().find(|person| person.active) else {
            return Ok(Known::Over(row));
        };
        if now > later(row.seen_at, NOTED) {
            self.store.browser_seen(&row.secret_hash, now).await?;
        }
        Ok(Known::Session(Box::new(Browser { row, person })))
    }

    /// The password again: a fresh secret for the same session; the old one is worth nothing.
    ///
    /// # Errors
    /// As [`Doorkeeper::recognise`].
    pub async fn prove_again(&self, browser: &Browser, password: &str, ip: Option<&str>) -> Result<String, AuthError> {
        self.recognise(&browser.person.email, password, ip).await?;
        let secret = self.open_browser(browser.person.id, Some(browser.row.began_at)).await?;
        self.close_browser(&browser.row).await?;
        Ok(secret)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn close_browser(&self, row: &BrowserRow) -> Result<(), AuthError> {
        Ok(self.store.browser_ended(&row.secret_hash, self.clock.now()).await?)
    }

    /// Ends every session of a person, in every browser.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn close_browsers(&self, person: PersonId) -> Result<(), AuthError> {
        Ok(self.store.browsers_ended(person, self.clock.now()).await?)
    }
}
