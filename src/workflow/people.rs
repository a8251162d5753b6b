//! Organisations and people: the same kind of law as for cases. Roles have legal effect, so granting one is an event.

use super::{
    action::{Nothing, Reasoned, actions},
    event::Event,
    refusal::Refusal,
    state::{DossierState, State},
    step::{Ask, Condition, Step, Subject, step},
};
use crate::domain::{
    Instant,
    id::{OrganisationId, PersonId},
    notice::PartyType,
    people::{Actor, Delegation, Role},
    text::{Language, Private},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What an organisation is to the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrganisationKind {
    /// Issues notices, keeps the secretariat, sends a delegation.
    Authority,
    /// Files dossiers.
    Submitter,
    /// Files for its entities or endorses them, for example a ministry of foreign affairs.
    Sponsor,
    /// Attests deliveries.
    Monitor,
}

/// An organisation, as registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterOrganisation {
    pub name: String,
    pub kind: OrganisationKind,
    /// What it is as an applicant.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub type_: Option<PartyType>,
    /// The unit that files; conflicts of interest are tested at this level.
    #[serde(default)]
    pub unit: String,
    /// The delegation of its own state, if that sits on the committee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub affiliation: Option<Delegation>,
}

/// U-02.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitePerson {
    pub name: String,
    pub email: String,
    #[serde(default)]
    pub language: Language,
    pub organisation: OrganisationId,
    #[serde(default)]
    pub unit: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegation: Option<Delegation>,
    pub roles: BTreeSet<Role>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleOf {
    pub role: Role,
}

/// U-08: an agent may act for this organisation until then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantMandate {
    pub organisation: OrganisationId,
    #[schema(value_type = String, format = DateTime)]
    pub until: Instant,
}

actions! {
    /// A wish about a person's access.
    PersonAction / PersonActionKind {
        InvitePerson(InvitePerson) = "invite_person",
        JoinService(Nothing) = "join_service",
        GrantRole(RoleOf) = "grant_role",
        RevokeRole(RoleOf) = "revoke_role",
        GrantMandate(GrantMandate) = "grant_mandate",
        DisablePerson(Reasoned) = "disable_person",
        EnablePerson(Nothing) = "enable_person",
    }
}

/// What happened to a person's access.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub enum PersonHappening {
    PersonInvited(Invited),
    PersonJoined(Nothing),
    RoleGranted(RoleOf),
    RoleRevoked(RoleOf),
    MandateGranted(GrantMandate),
    PersonDisabled(Reasoned),
    PersonEnabled(Nothing),
}

/// Names and addresses are private: history only commits to them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invited {
    pub who: Private<InvitePerson>,
    pub organisation: OrganisationId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegation: Option<Delegation>,
    pub roles: BTreeSet<Role>,
}

/// An organisation's only event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub enum OrganisationHappening {
    OrganisationRegistered(Private<RegisterOrganisation>),
}

/// A person, folded.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: PersonId,
    pub version: u32,
    pub who: Option<InvitePerson>,
    pub organisation: OrganisationId,
    pub delegation: Option<Delegation>,
    pub roles: BTreeSet<Role>,
    pub mandates: BTreeMap<OrganisationId, Instant>,
    pub joined: bool,
    pub disabled: bool,
}

impl Person {
    #[must_use]
    pub fn unborn(id: PersonId) -> Self {
        Self {
            id,
            version: 0,
            who: None,
            organisation: OrganisationId(uuid::Uuid::nil()),
            delegation: None,
            roles: BTreeSet::new(),
            mandates: BTreeMap::new(),
            joined: false,
            disabled: false,
        }
    }
}

/// What the law must know of the person's organisation: is it an authority?
pub struct AroundPerson {
    pub kind: Option<OrganisationKind>,
}

const STEPS: &[Step<Person>] = &[
    step(
        "U-02",
        PersonActionKind::InvitePerson,
        &[Role::Administrator, Role::OrganisationAdministrator],
    )
    .when(&[UNBORN, ADDRESS_USABLE, ROLES_FIT, OWN_ORGANISATION]),
    step("U-03", PersonActionKind::JoinService, &[Role::System]).when(&[INVITED]),
    step(
        "U-04",
        PersonActionKind::GrantRole,
        &[Role::Administrator, Role::OrganisationAdministrator],
    )
    .when(&[INVITED, NOT_ONESELF, ROLES_FIT, OWN_ORGANISATION]),
    step(
        "U-05",
        PersonActionKind::RevokeRole,
        &[Role::Administrator, Role::OrganisationAdministrator],
    )
    .when(&[INVITED, NOT_ONESELF, OWN_ORGANISATION]),
    step("U-06", PersonActionKind::DisablePerson, &[Role::Administrator]).when(&[INVITED, NOT_ONESELF, REASONS_GIVEN]),
    step("U-07", PersonActionKind::EnablePerson, &[Role::Administrator]).when(&[INVITED, NOT_ONESELF]),
    step(
        "U-08",
        PersonActionKind::GrantMandate,
        &[Role::OrganisationAdministrator, Role::Signatory],
    )
    .when(&[INVITED, OWN_MANDATE]),
];

type Fact = Condition<Person>;

const UNBORN: Fact = Condition {
    code: "new_person_only",
    cites: "U-02",
    says: "A person is invited once.",
    holds: |ask| ask.subject.version == 0,
};
const INVITED: Fact = Condition {
    code: "person_unknown",
    cites: "U-02",
    says: "Invite the person first.",
    holds: |ask| ask.subject.version > 0,
};
const NOT_ONESELF: Fact = Condition {
    code: "not_for_oneself",
    cites: "U-04",
    says: "Nobody changes the own access.",
    holds: |ask| ask.subject.id != ask.actor.person,
};
const REASONS_GIVEN: Fact = Condition {
    code: "reasons_missing",
    cites: "G8",
    says: "Give the reasons in words.",
    holds: |ask| match ask.action {
        Some(PersonAction::DisablePerson(body)) => !body.reason.is_blank(),
        _ => true,
    },
};
const ADDRESS_USABLE: Fact = Condition {
    code: "address_not_usable",
    cites: "U-02",
    says: "Give a name and one plain e-mail address.",
    holds: |ask| match ask.action {
        Some(PersonAction::InvitePerson(body)) => {
            let name = !body.name.trim().is_empty() && !body.name.chars().any(char::is_control);
            name && crate::domain::identifier::email_fault(&body.email).is_none()
        }
        _ => true,
    },
};
const ROLES_FIT: Fact = Condition {
    code: "roles_incompatible",
    cites: "1",
    says: "These roles do not go together, or not with this organisation: auditors and administrators hold no case role, committee roles need a delegation, submitters' roles a submitting organisation.",
    holds: |ask| match ask.action {
        Some(PersonAction::InvitePerson(body)) => fit(&body.roles, body.delegation.as_ref(), ask.around.kind),
        Some(PersonAction::GrantRole(body)) => {
            let mut roles = ask.subject.roles.clone();
            roles.insert(body.role);
            fit(&roles, ask.subject.delegation.as_ref(), ask.around.kind)
        }
        _ => true,
    },
};
const OWN_ORGANISATION: Fact = Condition {
    code: "not_your_organisation",
    cites: "U-02",
    says: "An organisation's administrator gives submitters' roles in the own organisation only.",
    holds: |ask| {
        let (organisation, roles) = match ask.action {
            Some(PersonAction::InvitePerson(body)) => (body.organisation, body.roles.clone()),
            Some(PersonAction::GrantRole(body) | PersonAction::RevokeRole(body)) => {
                (ask.subject.organisation, BTreeSet::from([body.role]))
            }
            _ => return true,
        };
        let own = organisation == ask.actor.organisation && roles.iter().all(|role| Role::SUBMITTER.contains(role));
        ask.role == Role::Administrator || own
    },
};
const OWN_MANDATE: Fact = Condition {
    code: "not_your_mandate",
    cites: "U-08",
    says: "An organisation mandates agents for itself, with a date in the future.",
    holds: |ask| match ask.action {
        Some(PersonAction::GrantMandate(body)) => {
            body.organisation == ask.actor.organisation
                && body.until > ask.now
                && ask.subject.roles.contains(&Role::Agent)
        }
        _ => true,
    },
};

/// Do these roles go together, and with this organisation and delegation?
fn fit(roles: &BTreeSet<Role>, delegation: Option<&Delegation>, kind: Option<OrganisationKind>) -> bool {
    let compatible = roles
        .iter()
        .all(|one| roles.iter().all(|other| one.compatible_with(*other)));
    let seated = !roles.iter().any(|role| Role::COMMITTEE.contains(role)) || delegation.is_some();
    let given = !roles.iter().any(|role| matches!(role, Role::System | Role::Public)) && !roles.is_empty();
    let submits = roles.iter().any(|role| Role::SUBMITTER.contains(role));
    let authority = kind == Some(OrganisationKind::Authority);
    compatible && seated && given && kind.is_some() && !(submits && authority)
}

impl Subject for Person {
    type Kind = PersonActionKind;
    type Action = PersonAction;
    type Happening = PersonHappening;
    type Around = AroundPerson;

    fn chapters() -> &'static [&'static [Step<Self>]] {
        &[STEPS]
    }

    fn kind(action: &PersonAction) -> PersonActionKind {
        action.kind()
    }

    fn word(kind: PersonActionKind) -> &'static str {
        kind.word()
    }

    fn roles_of(&self, actor: &Actor, _around: &AroundPerson) -> BTreeSet<Role> {
        let mut roles = BTreeSet::new();
        let here = [
            Role::System,
            Role::Administrator,
            Role::Signatory,
            Role::OrganisationAdministrator,
        ];
        roles.extend(here.into_iter().filter(|role| actor.is(*role)));
        roles
    }

    fn standing(&self, _step: &Step<Self>, _action: Option<&PersonAction>) -> Vec<State> {
        Vec::new()
    }

    fn dossier_state(&self) -> Option<DossierState> {
        None
    }

    fn states(&self) -> Vec<State> {
        Vec::new()
    }

    fn clock_word(&self) -> String {
        String::new()
    }

    fn effects(_ask: &Ask<'_, Self>, action: &PersonAction) -> Result<Vec<PersonHappening>, Refusal> {
        use PersonHappening as H;
        Ok(vec![match action {
            PersonAction::InvitePerson(body) => H::PersonInvited(Invited {
                who: Private::Known(body.clone()),
                organisation: body.organisation,
                delegation: body.delegation.clone(),
                roles: body.roles.clone(),
            }),
            PersonAction::JoinService(body) => H::PersonJoined(body.clone()),
            PersonAction::GrantRole(body) => H::RoleGranted(body.clone()),
            PersonAction::RevokeRole(body) => H::RoleRevoked(body.clone()),
            PersonAction::GrantMandate(body) => H::MandateGranted(body.clone()),
            PersonAction::DisablePerson(body) => H::PersonDisabled(body.clone()),
            PersonAction::EnablePerson(body) => H::PersonEnabled(body.clone()),
        }])
    }

    fn due(&self, _around: &AroundPerson) -> Option<(Instant, PersonAction)> {
        None
    }

    fn apply(&mut self, event: &Event<PersonHappening>) {
        use PersonHappening as H;
        self.version = event.seq;
        match &event.happened {
            H::PersonInvited(invited) => {
                self.who = invited.who.known().cloned();
                self.organisation = invited.organisation;
                self.delegation = invited.delegation.clone();
                self.roles = invited.roles.clone();
            }
            H::PersonJoined(_) => self.joined = true,
            H::RoleGranted(granted) => {
                self.roles.insert(granted.role);
            }
            H::RoleRevoked(revoked) => {
                self.roles.remove(&revoked.role);
            }
            H::MandateGranted(granted) => {
                self.mandates.insert(granted.organisation, granted.until);
            }
            H::PersonDisabled(_) => self.disabled = true,
            H::PersonEnabled(_) => self.disabled = false,
        }
    }

    fn version(&self) -> u32 {
        self.version
    }
}
