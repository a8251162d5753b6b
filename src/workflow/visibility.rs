//! Who sees what (section 11), and in which capacity somebody can act on a case.

use super::case::Case;
use crate::domain::people::{Actor, Role};
use std::collections::BTreeSet;

/// The capacities in which this person can act on this case. Nobody: the case does not exist for them.
#[must_use]
pub fn roles_on(case: &Case, actor: &Actor) -> BTreeSet<Role> {
    let mut roles = BTreeSet::new();
    if actor.is(Role::System) {
        roles.insert(Role::System);
        return roles;
    }
    submitter_roles(case, actor, &mut roles);
    let conflicted = !roles.is_empty() || case.hands.contains(&actor.person) || same_unit(case, actor);
    if case.frozen.is_empty() {
        return roles;
    }
    if !conflicted {
        authority_roles(case, actor, &mut roles);
    }
    if actor.is(Role::Auditor) {
        roles.insert(Role::Auditor);
    }
    roles
}

fn submitter_roles(case: &Case, actor: &Actor, roles: &mut BTreeSet<Role>) {
    use Role::*;
    if actor.organisation == case.organisation {
        roles.extend(
            [Drafter, Signatory, OrganisationAdministrator, OrganisationReader]
                .iter()
                .filter(|r| actor.is(**r)),
        );
    }
    if actor.is(Agent) && actor.mandates.contains(&case.organisation) {
        roles.insert(Agent);
    }
    if actor.is(Sponsor) && (case.sponsor == Some(actor.organisation) || actor.organisation == case.organisation) {
        roles.insert(Sponsor);
    }
}

fn authority_roles(case: &Case, actor: &Actor, roles: &mut BTreeSet<Role>) {
    roles.extend(
        [Role::Secretariat, Role::SecretariatLead]
            .iter()
            .filter(|role| actor.is(**role)),
    );
    if actor.is(Role::Monitor) && case.terms.monitors.contains(&actor.organisation) {
        roles.insert(Role::Monitor);
    }
    match case
        .panel
        .members
        .iter()
        .rev()
        .find(|member| member.person == actor.person)
    {
        // A recused member has nothing more to read or to vote on.
        Some(member) if member.out => {}
        Some(member) => roles.extend(member.roles.iter().filter(|role| actor.is(**role))),
        None => {
            let of_the_notice = actor
                .delegation
                .as_ref()
                .is_some_and(|own| case.delegations().any(|d| d == own));
            if of_the_notice && actor.is(Role::CoChair) && case.panel.members.is_empty() {
                roles.insert(Role::CoChair);
            }
        }
    }
}

/// Does the person work in the unit that filed the dossier?
#[must_use]
pub fn same_unit(case: &Case, actor: &Actor) -> bool {
    actor.organisation == case.organisation && (case.unit.is_empty() || actor.unit == case.unit)
}
