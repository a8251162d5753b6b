//! Histories of people and organisations that tell every kind of event, for the kept examples.

use crate::{cast::*, door, setting::*};
use corridor::{
    domain::{
        id::{OrganisationId, PersonId},
        notice::PartyType,
        people::{Actor, Delegation, Role},
        text::{Language, Private},
    },
    workflow::{action::Nothing, event::Event, people::*},
};
use std::collections::BTreeSet;
use uuid::Uuid;

const AGENCY: OrganisationId = OrganisationId(Uuid::from_u128(0xA4));

fn invited(organisation: OrganisationId, delegation: Option<Delegation>, role: Role) -> InvitePerson {
    InvitePerson {
        name: "Ana Example".to_owned(),
        email: "ana@people.example".to_owned(),
        language: Language::Ru,
        organisation,
        unit: "Office".to_owned(),
        delegation,
        roles: BTreeSet::from([role]),
    }
}

fn second_administrator() -> Actor {
    Actor {
        person: PersonId(Uuid::from_u128(99)),
        ..Administrator.actor()
    }
}

/// One person's history.
fn lived(kind: OrganisationKind, wishes: &[(Actor, PersonAction)]) -> Vec<Event<PersonHappening>> {
    let mut person = Person::unborn(PersonId(Uuid::from_u128(0xB1)));
    let around = AroundPerson { kind: Some(kind) };
    let mut events = Vec::new();
    for (who, action) in wishes {
        let (recorded, refusal) = door::act(&mut person, &around, who, action, at("2025-10-01 10:00"));
        assert!(refusal.is_none(), "{action:?}: {refusal:?}");
        events.extend(recorded.into_iter().flat_map(|(_, events)| events));
    }
    events
}

/// Two people: one of a delegation, whose roles take two administrators, and an agent.
pub fn people() -> Vec<Event<PersonHappening>> {
    use PersonAction as P;
    let (one, two, system) = (Administrator.actor(), second_administrator(), Actor::system());
    let (nothing, role) = (Nothing {}, |role| RoleOf { role });
    let disable =
        serde_json::from_value(serde_json::json!({ "action": "disable_person", "body": { "reason": "Left." } }));
    let chair = invited(Officer.actor().organisation, Some(us()), Role::CoChair);
    let mut told = lived(
        OrganisationKind::Authority,
        &[
            (one.clone(), P::InvitePerson(chair)),
            (two.clone(), P::ConfirmInvitation(nothing.clone())),
            (system.clone(), P::JoinService(nothing.clone())),
            (one.clone(), P::GrantRole(role(Role::Head))),
            (two.clone(), P::ConfirmRole(role(Role::Head))),
            (one.clone(), P::RevokeRole(role(Role::Head))),
            (one.clone(), disable.expect("a wish")),
            (one.clone(), P::EnablePerson(nothing.clone())),
            (system.clone(), P::ChangePassword(nothing.clone())),
            (system.clone(), P::AskPasswordReset(nothing.clone())),
            (system.clone(), P::ResetPassword(nothing.clone())),
            (system.clone(), P::EndReusedSignIn(nothing)),
        ],
    );
    let mandate = GrantMandate {
        organisation: MINISTRY,
        until: at("2026-10-01 10:00"),
    };
    told.extend(lived(
        OrganisationKind::Submitter,
        &[
            (one, P::InvitePerson(invited(AGENCY, None, Role::Agent))),
            (Signatory.actor(), P::GrantMandate(mandate)),
        ],
    ));
    told
}

/// An organisation's only event, as the console writes it.
pub fn organisation() -> Event<OrganisationHappening> {
    let like = people().swap_remove(0);
    let facts = RegisterOrganisation {
        name: "Ministry of Economy".to_owned(),
        kind: OrganisationKind::Submitter,
        type_: Some(PartyType::Government),
        unit: FILING_UNIT.to_owned(),
        affiliation: Some(us()),
    };
    Event {
        id: like.id,
        seq: 1,
        rule: "U-01".to_owned(),
        by: like.by,
        effective_at: like.effective_at,
        recorded_at: like.recorded_at,
        to: Vec::new(),
        clock: None,
        tells: Vec::new(),
        happened: OrganisationHappening::OrganisationRegistered(Private::Known(facts)),
    }
}

#[test]
fn the_names_of_kinds_are_those_that_are_written() {
    for event in people() {
        let written = serde_json::to_value(&event).expect("JSON");
        let name = written["type"].as_str().expect("a name");
        assert!(PersonHappening::NAMES.contains(&name), "{name} is missing from NAMES");
    }
}
