//! The same door for organisations and people.

use super::{ActError, parsed, values};
use crate::{
    domain::{
        id::{EventId, LetterId, OrganisationId, PersonId},
        people::{Actor, Role},
        text::Private,
    },
    house::House,
    store::commit::{Append, Commit, Head, LetterOwed, Listing, OrganisationRow, PersonRow, Stream, StreamKind},
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

/// Puts a wish about a person's access. An invitation brings a letter with its link.
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
    if let PersonAction::InvitePerson(body) = action
        && house.store.person_by_email(&body.email).await?.is_some()
    {
        let sentence = "Somebody with this e-mail address is in the directory already.";
        return Err(Refusal::condition("U-02", "address_taken", sentence)
            .at("body.email")
            .into());
    }
    let listed = house.store.organisation(organisation).await?;
    let around = AroundPerson {
        kind: listed.as_ref().map(|organisation| organisation.kind),
    };
    let now = house.clock.now();
    let granted = workflow::decide(&person, actor, action, &around, now)?;
    let events = workflow::record(&mut person, granted, actor, now, now, &mut EventId::fresh);
    let mut letters = Vec::new();
    if let (PersonAction::InvitePerson(body), Some(event)) = (action, events.first().filter(|_| send_letter)) {
        let secret = house.door.invite(id).await.map_err(|_| super::unavailable())?;
        let expires = now.checked_add(jiff::SignedDuration::from_hours(72)).unwrap_or(now);
        letters.push(LetterOwed {
            id: LetterId::fresh(),
            event: event.id,
            about: stream,
            letter: "person_invited".to_owned(),
            audience: Audience::Concerned,
            person: Some(id),
            name: body.name.clone(),
            address: body.email.clone(),
            language: body.language,
            facts: serde_json::json!({
                "link": format!("/invitation/{secret}"),
                "organisation": listed.map(|organisation| organisation.name).unwrap_or_default(),
                "event_at": now,
                "expires_at": expires,
            }),
            owed_since: now,
        });
    }
    let listings = row(&person)
        .map(|row| Listing::Person(Box::new(row)))
        .into_iter()
        .collect();
    let append = Append {
        stream,
        after: head,
        events: values(&events)?,
    };
    house
        .store
        .commit(Commit {
            appends: vec![append],
            listings,
            letters,
            checks: Vec::new(),
            answer: None,
        })
        .await?;
    Ok(person)
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
