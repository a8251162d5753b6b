//! The same door for organisations and people.

use super::{ActError, TRIES, parsed, values};
use crate::{
    domain::{
        Instant,
        id::{EventId, LetterId, OrganisationId, PersonId},
        people::{Actor, Role},
        text::Private,
    },
    house::House,
    store::{
        StoreError,
        access::AccessChange,
        commit::{Append, Commit, Head, LetterOwed, Listing, OrganisationRow, PersonRow, Stream, StreamKind},
    },
    workflow::{
        self,
        event::{Audience, By, Event},
        people::{AroundPerson, OrganisationHappening, Person, PersonAction, PersonHappening, RegisterOrganisation},
        refusal::{Refusal, RefusalKind},
        step::Subject,
    },
};

/// U-01: registers an organisation.
///
/// # Errors
/// See [`ActError`].
pub async fn register_organisation(
    house: &House,
    actor: &Actor,
    body: RegisterOrganisation,
) -> Result<OrganisationId, ActError> {
    if !actor.is(Role::Administrator) {
        let sentence = "“register_organisation” is for: ADM.".to_owned();
        let (code, rule) = ("wrong_role", "U-01");
        let refusal = Refusal {
            kind: RefusalKind::WrongRole,
            code,
            sentence,
            rule,
            field: None,
            details: vec![],
        };
        return Err(refusal.into());
    }
    if body.name.trim().is_empty() || body.name.len() > 300 {
        return Err(
            Refusal::condition("U-01", "name_missing", "Give the organisation's name.")
                .at("name")
                .into(),
        );
    }
    let (id, now) = (OrganisationId::fresh(), house.clock.now());
    let event = Event {
        id: EventId::fresh(),
        seq: 1,
        rule: "U-01".to_owned(),
        by: By::actor(actor, Role::Administrator),
        effective_at: now,
        recorded_at: now,
        to: Vec::new(),
        clock: None,
        tells: Vec::new(),
        happened: OrganisationHappening::OrganisationRegistered(Private::Known(body.clone())),
    };
    let stream = Stream {
        kind: StreamKind::Organisation,
        id: id.0,
    };
    let append = Append {
        stream,
        after: Head::default(),
        events: values(&[event])?,
    };
    let listing = Listing::Organisation(Box::new(OrganisationRow {
        id,
        facts: body,
        version: 1,
    }));
    house
        .store
        .commit(Commit {
            appends: vec![append],
            listings: vec![listing],
            ..Commit::default()
        })
        .await?;
    Ok(id)
}

/// What goes into the same commit as an event about a person.
#[derive(Default)]
pub(super) struct Besides {
    /// The facts of the letter that the event owes to the person it concerns.
    pub facts: Option<serde_json::Value>,
    pub access: Vec<AccessChange>,
}

/// Puts a wish about a person's access. An invitation brings a letter with its link, once it needs no confirmation.
///
/// # Errors
/// See [`ActError`].
pub async fn act_on_person(
    house: &House,
    id: PersonId,
    action: &PersonAction,
    actor: &Actor,
    send_letter: bool,
) -> Result<Person, ActError> {
    if let PersonAction::InvitePerson(body) = action
        && house.store.person_by_email(&body.email).await?.is_some()
    {
        let sentence = "Somebody with this e-mail address is in the directory already.";
        return Err(Refusal::condition("U-02", "address_taken", sentence)
            .at("body.email")
            .into());
    }
    let invited = |person: &Person| {
        let link = matches!(
            action,
            PersonAction::InvitePerson(_) | PersonAction::ConfirmInvitation(_)
        );
        link && send_letter && person.unconfirmed.is_none()
    };
    transact(house, id, action, actor, async |person: &Person| {
        if !invited(person) {
            return Ok(Besides::default());
        }
        let secret = house.door.invite(id).await.map_err(|_| super::unavailable())?;
        let organisation = house.store.organisation(person.organisation).await?;
        let now = house.clock.now();
        let expires = now.checked_add(jiff::SignedDuration::from_hours(72)).unwrap_or(now);
        let facts = serde_json::json!({
            "link": format!("/invite/{secret}"),
            "organisation": organisation.map(|organisation| organisation.name).unwrap_or_default(),
            "event_at": now,
            "expires_at": expires,
        });
        Ok(Besides {
            facts: Some(facts),
            access: Vec::new(),
        })
    })
    .await
}

/// One wish about one person, decided again when somebody was faster.
pub(super) async fn transact(
    house: &House,
    id: PersonId,
    action: &PersonAction,
    actor: &Actor,
    besides: impl AsyncFn(&Person) -> Result<Besides, ActError>,
) -> Result<Person, ActError> {
    for _ in 0..TRIES {
        match attempt(house, id, action, actor, &besides).await {
            Err(ActError::Store(StoreError::Conflict)) => {}
            other => return other,
        }
    }
    Err(ActError::Store(StoreError::Conflict))
}

async fn attempt(
    house: &House,
    id: PersonId,
    action: &PersonAction,
    actor: &Actor,
    besides: &impl AsyncFn(&Person) -> Result<Besides, ActError>,
) -> Result<Person, ActError> {
    let stream = Stream {
        kind: StreamKind::Person,
        id: id.0,
    };
    let (stored, head) = house.store.load(stream).await?;
    let mut person = Person::unborn(id);
    for event in parsed::<PersonHappening>(stored)? {
        person.apply(&event);
    }
    let organisation = match action {
        PersonAction::InvitePerson(body) => body.organisation,
        _ if person.version == 0 => return Err(ActError::NotFound),
        _ => person.organisation,
    };
    let kind = house.store.organisation(organisation).await?.map(|listed| listed.kind);
    let now = house.clock.now();
    let granted = workflow::decide(&person, actor, action, &AroundPerson { kind }, now)?;
    let events = workflow::record(&mut person, granted, actor, now, now, &mut EventId::fresh);
    let Besides { facts, access } = besides(&person).await?;
    let values = values(&events)?;
    let letters = facts
        .zip(values.first())
        .and_then(|(facts, event)| letter(&person, stream, event, facts, now));
    let listing = row(&person).map(|row| Listing::Person(Box::new(row)));
    let append = Append {
        stream,
        after: head,
        events: values,
    };
    let commit = Commit {
        appends: vec![append],
        listings: listing.into_iter().collect(),
        letters: letters.into_iter().collect(),
        access,
        ..Commit::default()
    };
    house.store.commit(commit).await?;
    Ok(person)
}

/// The letter that an event about a person owes to that person.
fn letter(
    person: &Person,
    about: Stream,
    event: &serde_json::Value,
    facts: serde_json::Value,
    now: Instant,
) -> Option<LetterOwed> {
    let who = person.who.as_ref()?;
    Some(LetterOwed {
        id: LetterId::fresh(),
        event: serde_json::from_value(event.get("id")?.clone()).ok()?,
        about,
        letter: event.get("type")?.as_str()?.to_owned(),
        audience: Audience::Concerned,
        person: Some(person.id),
        name: who.name.clone(),
        address: who.email.clone(),
        language: who.language,
        facts,
        owed_since: now,
    })
}

/// The row of a person, as history tells it.
#[must_use]
pub fn row(person: &Person) -> Option<PersonRow> {
    let who = person.who.as_ref()?;
    Some(PersonRow {
        id: person.id,
        name: who.name.clone(),
        email: who.email.to_lowercase(),
        language: who.language,
        organisation: person.organisation,
        unit: who.unit.clone(),
        delegation: person.delegation.clone(),
        roles: person.roles.clone(),
        mandates: person.mandates.clone(),
        active: person.joined && !person.disabled,
        version: person.version,
    })
}
