//! Passwords and sign-ins, as far as they are history: changed, forgotten, used by somebody else.

use super::{
    ActError,
    people::{Besides, transact},
};
use crate::{
    auth::{
        AuthError,
        session::{Tokens, account, hashed},
    },
    domain::{
        id::{EventId, PersonId},
        people::Actor,
    },
    house::House,
    store::{StoreError, access::AccessChange, commit::Commit, people::PeopleFilter, security::SecurityEvent},
    workflow::{action::Nothing, people::PersonAction},
};
use jiff::SignedDuration;
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Minutes that a link to set a new password is good for.
const RESET_MINUTES: i64 = 15;
/// Letters with such a link that one address gets within an hour.
const RESETS_AN_HOUR: i64 = 3;

/// Why access was not given or changed.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    #[error(transparent)]
    Auth(#[from] AuthError),
    #[error(transparent)]
    Act(#[from] ActError),
}

/// The current password is asked for again; every other sign-in ends, and a letter says so.
///
/// # Errors
/// `BadCredentials` or `Throttled` for the current password, `WeakPassword` for the new one.
pub async fn change_password(
    house: &House,
    person: PersonId,
    sign_in: Option<Uuid>,
    (current, new): (&str, &str),
    ip: Option<&str>,
) -> Result<(), AccessError> {
    let email = email_of(house, person).await?;
    house.door.recognise(&email, current, ip).await?;
    let phc = house.door.passwords.hash(new, &email).await?;
    let at = house.clock.now();
    let access = vec![
        AccessChange::Credential { person, phc, at },
        AccessChange::SignInsEnd {
            person,
            but: sign_in,
            at,
        },
        noted(house, "change_password", "allowed", person, ip),
    ];
    let action = PersonAction::ChangePassword(Nothing {});
    told(
        house,
        person,
        &action,
        json!({ "event_at": at, "link": "/login" }),
        access,
    )
    .await
}

/// Sends a link to set a new password, if somebody active has this address; whoever asks learns nothing.
///
/// # Errors
/// The store's trouble.
pub async fn ask_reset(house: &House, email: &str) -> Result<(), AccessError> {
    let secret = crate::chance::hex_256();
    let at = house.clock.now();
    let until = at.checked_add(SignedDuration::from_mins(RESET_MINUTES)).unwrap_or(at);
    let known = house
        .store
        .person_by_email(email.trim())
        .await
        .map_err(ActError::from)?;
    let person = known.filter(|person| person.active).map(|person| person.id);
    let asked = AccessChange::ResetAsked {
        secret_hash: hashed(&secret),
        account: hashed(&account(email)),
        person,
        at,
        until,
        most: RESETS_AN_HOUR,
    };
    let done = match person {
        Some(person) => {
            let action = PersonAction::AskPasswordReset(Nothing {});
            let facts = json!({ "event_at": at, "expires_at": until, "link": format!("/reset/{secret}") });
            told(house, person, &action, facts, vec![asked]).await
        }
        // The same work for nobody.
        None => {
            let commit = Commit {
                access: vec![asked],
                ..Commit::default()
            };
            let written = house.store.commit(commit).await;
            written.map_err(|error| AccessError::Act(error.into()))
        }
    };
    match done {
        Err(AccessError::Act(ActError::Store(StoreError::Gone))) => Ok(()),
        other => other,
    }
}

/// Sets a new password by the link: once, and every sign-in ends.
///
/// # Errors
/// `ResetGone`, or `WeakPassword`, which does not use the link up.
pub async fn reset_password(house: &House, secret: &str, new: &str, ip: Option<&str>) -> Result<(), AccessError> {
    let (at, secret_hash) = (house.clock.now(), hashed(secret));
    let person = house.store.reset_of(&secret_hash, at).await.map_err(ActError::from)?;
    let person = person.ok_or(AuthError::ResetGone)?;
    let email = email_of(house, person).await?;
    let phc = house.door.passwords.hash(new, &email).await?;
    let access = vec![
        AccessChange::ResetUsed { secret_hash, at },
        AccessChange::Credential { person, phc, at },
        AccessChange::SignInsEnd { person, but: None, at },
        AccessChange::Forgiven(account(&email)),
        noted(house, "reset_password", "allowed", person, ip),
    ];
    let action = PersonAction::ResetPassword(Nothing {});
    match told(
        house,
        person,
        &action,
        json!({ "event_at": at, "link": "/login" }),
        access,
    )
    .await
    {
        Err(AccessError::Act(ActError::Store(StoreError::Gone))) => Err(AuthError::ResetGone.into()),
        other => other,
    }
}

/// Renews a sign-in. A refresh token that comes again later ends the whole sign-in: in one commit with the event,
/// the note for the auditors and the letter to the person.
///
/// # Errors
/// See [`crate::auth::session::Doorkeeper::refresh`].
pub async fn refresh(house: &House, secret: &str, ip: Option<&str>) -> Result<Tokens, AccessError> {
    let refreshed = house.door.refresh(secret).await;
    if let Err(AuthError::Reused(person, family)) = &refreshed {
        let at = house.clock.now();
        let access = vec![
            AccessChange::FamilyEnds { family: *family, at },
            noted(house, "refresh", "refresh_reused", *person, ip),
        ];
        let action = PersonAction::EndReusedSignIn(Nothing {});
        told(
            house,
            *person,
            &action,
            json!({ "event_at": at, "link": "/login" }),
            access,
        )
        .await?;
    }
    Ok(refreshed?)
}

async fn email_of(house: &House, person: PersonId) -> Result<String, AccessError> {
    let filter = PeopleFilter {
        ids: BTreeSet::from([person]),
        ..PeopleFilter::default()
    };
    let found = house.store.people(&filter).await.map_err(ActError::from)?;
    let active = found.into_iter().find(|person| person.active);
    Ok(active.ok_or(ActError::NotFound)?.email)
}

async fn told(
    house: &House,
    person: PersonId,
    action: &PersonAction,
    facts: serde_json::Value,
    access: Vec<AccessChange>,
) -> Result<(), AccessError> {
    let besides = async |_: &_| {
        Ok(Besides {
            facts: Some(facts.clone()),
            access: access.clone(),
        })
    };
    transact(house, person, action, &Actor::system(), besides).await?;
    Ok(())
}

fn noted(house: &House, action: &str, code: &str, person: PersonId, ip: Option<&str>) -> AccessChange {
    AccessChange::Noted(Box::new(SecurityEvent {
        id: EventId::fresh().0,
        at: house.clock.now(),
        person: Some(person),
        organisation: None,
        action: action.to_owned(),
        target_kind: None,
        target_id: None,
        rule: None,
        code: code.to_owned(),
        ip: ip.map(str::to_owned),
        request_id: None,
    }))
}
