//! Organisations and people: the same kind of law as for cases. Roles have legal effect, so granting one is an event.

mod law;

use super::{
    action::{Nothing, Reasoned, actions},
    event::Event,
    refusal::Refusal,
    state::{DossierState, State},
    step::{Ask, Step, Subject},
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
        ConfirmInvitation(Nothing) = "confirm_invitation",
        JoinService(Nothing) = "join_service",
        GrantRole(RoleOf) = "grant_role",
        ConfirmRole(RoleOf) = "confirm_role",
        RevokeRole(RoleOf) = "revoke_role",
        GrantMandate(GrantMandate) = "grant_mandate",
        DisablePerson(Reasoned) = "disable_person",
        EnablePerson(Nothing) = "enable_person",
        ChangePassword(Nothing) = "change_password",
        AskPasswordReset(Nothing) = "ask_password_reset",
        ResetPassword(Nothing) = "reset_password",
        EndReusedSignIn(Nothing) = "end_reused_sign_in",
    }
}

/// What happened to a person's access.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub enum PersonHappening {
    PersonInvited(Invited),
    InvitationConfirmed(Nothing),
    PersonJoined(Nothing),
    RoleProposed(RoleOf),
    RoleGranted(RoleOf),
    RoleRevoked(RoleOf),
    MandateGranted(GrantMandate),
    PersonDisabled(Reasoned),
    PersonEnabled(Nothing),
    PasswordChanged(Nothing),
    PasswordResetAsked(Nothing),
    PasswordReset(Nothing),
    RefreshReused(Nothing),
}

impl PersonHappening {
    /// Every kind, by its name in history.
    pub const NAMES: &[&str] = &[
        "person_invited",
        "invitation_confirmed",
        "person_joined",
        "role_proposed",
        "role_granted",
        "role_revoked",
        "mandate_granted",
        "person_disabled",
        "person_enabled",
        "password_changed",
        "password_reset_asked",
        "password_reset",
        "refresh_reused",
    ];
}

/// Names and addresses are private: history only commits to them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invited {
    pub who: Private<InvitePerson>,
    pub organisation: OrganisationId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegation: Option<Delegation>,
    pub roles: BTreeSet<Role>,
    /// A second administrator has to confirm before the link is sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unconfirmed: bool,
}

/// An organisation's only event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub enum OrganisationHappening {
    OrganisationRegistered(Private<RegisterOrganisation>),
}

impl OrganisationHappening {
    /// Every kind, by its name in history.
    pub const NAMES: &[&str] = &["organisation_registered"];
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
    /// Who invited somebody whose invitation still waits for a second administrator.
    pub unconfirmed: Option<PersonId>,
    /// Higher roles that wait for a second administrator, and who proposed them.
    pub proposed: BTreeMap<Role, PersonId>,
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
            unconfirmed: None,
            proposed: BTreeMap::new(),
            joined: false,
            disabled: false,
        }
    }
}

/// What the law must know of the person's organisation: is it an authority?
pub struct AroundPerson {
    pub kind: Option<OrganisationKind>,
}

impl Subject for Person {
    type Kind = PersonActionKind;
    type Action = PersonAction;
    type Happening = PersonHappening;
    type Around = AroundPerson;

    fn chapters() -> &'static [&'static [Step<Self>]] {
        &[law::STEPS]
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

    fn effects(ask: &Ask<'_, Self>, action: &PersonAction) -> Result<Vec<PersonHappening>, Refusal> {
        use PersonHappening as H;
        Ok(vec![match action {
            PersonAction::InvitePerson(body) => H::PersonInvited(Invited {
                who: Private::Known(body.clone()),
                organisation: body.organisation,
                delegation: body.delegation.clone(),
                roles: body.roles.clone(),
                unconfirmed: law::needs_two(ask.actor, &body.roles),
            }),
            PersonAction::ConfirmInvitation(body) => H::InvitationConfirmed(body.clone()),
            PersonAction::JoinService(body) => H::PersonJoined(body.clone()),
            PersonAction::GrantRole(body) if law::needs_two(ask.actor, &BTreeSet::from([body.role])) => {
                H::RoleProposed(body.clone())
            }
            PersonAction::GrantRole(body) | PersonAction::ConfirmRole(body) => H::RoleGranted(body.clone()),
            PersonAction::RevokeRole(body) => H::RoleRevoked(body.clone()),
            PersonAction::GrantMandate(body) => H::MandateGranted(body.clone()),
            PersonAction::DisablePerson(body) => H::PersonDisabled(body.clone()),
            PersonAction::EnablePerson(body) => H::PersonEnabled(body.clone()),
            PersonAction::ChangePassword(body) => H::PasswordChanged(body.clone()),
            PersonAction::AskPasswordReset(body) => H::PasswordResetAsked(body.clone()),
            PersonAction::ResetPassword(body) => H::PasswordReset(body.clone()),
            PersonAction::EndReusedSignIn(body) => H::RefreshReused(body.clone()),
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
                self.unconfirmed = invited.unconfirmed.then_some(event.by.person);
            }
            H::InvitationConfirmed(_) => self.unconfirmed = None,
            H::PersonJoined(_) => self.joined = true,
            H::RoleProposed(proposed) => {
                self.proposed.insert(proposed.role, event.by.person);
            }
            H::RoleGranted(granted) => {
                self.proposed.remove(&granted.role);
                self.roles.insert(granted.role);
            }
            H::RoleRevoked(revoked) => {
                self.proposed.remove(&revoked.role);
                self.roles.remove(&revoked.role);
            }
            H::MandateGranted(granted) => {
                self.mandates.insert(granted.organisation, granted.until);
            }
            H::PersonDisabled(_) => self.disabled = true,
            H::PersonEnabled(_) => self.disabled = false,
            H::PasswordChanged(_) | H::PasswordResetAsked(_) | H::PasswordReset(_) | H::RefreshReused(_) => {}
        }
    }

    fn version(&self) -> u32 {
        self.version
    }
}
