//! Who may give access to whom, row by row.

use super::{OrganisationKind, Person, PersonAction, PersonActionKind};
use crate::{
    domain::people::{Actor, Authentication, Delegation, Role},
    workflow::step::{Condition, Step, step},
};
use std::collections::BTreeSet;

pub(super) const STEPS: &[Step<Person>] = &[
    step(
        "U-02",
        PersonActionKind::InvitePerson,
        &[Role::Administrator, Role::OrganisationAdministrator],
    )
    .binding()
    .when(&[UNBORN, ADDRESS_USABLE, ROLES_FIT, OWN_ORGANISATION]),
    step("U-03", PersonActionKind::JoinService, &[Role::System]).when(&[INVITED, CONFIRMED]),
    step("U-09", PersonActionKind::ConfirmInvitation, &[Role::Administrator])
        .binding()
        .when(&[INVITED, NOT_ONESELF, SECOND]),
    step("U-10", PersonActionKind::ConfirmRole, &[Role::Administrator])
        .binding()
        .when(&[INVITED, NOT_ONESELF, SECOND, ROLES_FIT]),
    step("U-11", PersonActionKind::ChangePassword, &[Role::System]).when(&[INVITED]),
    step("U-12", PersonActionKind::AskPasswordReset, &[Role::System]).when(&[INVITED]),
    step("U-12", PersonActionKind::ResetPassword, &[Role::System]).when(&[INVITED]),
    step("U-13", PersonActionKind::EndReusedSignIn, &[Role::System]).when(&[INVITED]),
    step(
        "U-04",
        PersonActionKind::GrantRole,
        &[Role::Administrator, Role::OrganisationAdministrator],
    )
    .binding()
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
            !body.name.trim().is_empty()
                && body.name.chars().count() <= 300
                && !body.name.chars().any(char::is_control)
                && crate::domain::identifier::email_fault(&body.email).is_none()
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
        Some(PersonAction::GrantRole(body) | PersonAction::ConfirmRole(body)) => {
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

const CONFIRMED: Fact = Condition {
    code: "not_confirmed_yet",
    cites: "U-09",
    says: "A second administrator has to confirm this invitation first.",
    holds: |ask| ask.subject.unconfirmed.is_none(),
};
const SECOND: Fact = Condition {
    code: "second_administrator_needed",
    cites: "U-10",
    says: "A second administrator confirms what another proposed, and only that.",
    holds: |ask| {
        let proposer = match ask.action {
            Some(PersonAction::ConfirmInvitation(_)) => ask.subject.unconfirmed,
            Some(PersonAction::ConfirmRole(body)) => ask.subject.proposed.get(&body.role).copied(),
            _ => return true,
        };
        proposer.is_some_and(|proposer| proposer != ask.actor.person)
    },
};

/// Higher roles are given by two administrators. The console alone may: somebody has to be the first.
pub(super) fn needs_two(actor: &Actor, roles: &BTreeSet<Role>) -> bool {
    actor.authentication != Authentication::Console && roles.iter().any(|role| Role::HIGHER.contains(role))
}

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
