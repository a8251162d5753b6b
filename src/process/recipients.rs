//! Who is told: from audiences to people and addresses.

use super::ActError;
use crate::{
    domain::{
        id::{OrganisationId, PersonId},
        people::{Delegation, Role},
        text::Language,
    },
    house::House,
    store::{commit::PersonRow, people::PeopleFilter},
    workflow::{
        case::Case,
        event::{Audience, Event},
        happening::Happening,
    },
};
use std::collections::BTreeSet;

/// Somebody who gets a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recipient {
    pub person: Option<PersonId>,
    pub name: String,
    pub address: String,
    pub language: Language,
}

impl From<&PersonRow> for Recipient {
    fn from(row: &PersonRow) -> Self {
        let (name, address) = (row.name.clone(), row.email.clone());
        Self {
            person: Some(row.id),
            name,
            address,
            language: row.language,
        }
    }
}

/// The people whom these events may concern, asked for once.
pub(super) struct Directory(Vec<PersonRow>);

impl Directory {
    /// Everyone whom these audiences of this case may mean.
    pub(super) async fn of_case(house: &House, case: &Case, audiences: &BTreeSet<Audience>) -> Result<Self, ActError> {
        let mut filter = PeopleFilter {
            ids: case.members().map(|member| member.person).collect(),
            ..PeopleFilter::default()
        };
        filter
            .roles
            .extend(audiences.iter().flat_map(|audience| roles_of(*audience)));
        if audiences.contains(&Audience::Contacts) && case.submitted_dossier().contacts.is_empty() {
            filter.organisations.insert(case.organisation);
        }
        filter
            .organisations
            .extend(case.sponsor.filter(|_| audiences.contains(&Audience::SponsorAuthority)));
        Self::load(house, &filter).await
    }

    /// Everyone whom these audiences of a notice may mean.
    pub(super) async fn of_notice(
        house: &House,
        audiences: &BTreeSet<Audience>,
        submitters: BTreeSet<OrganisationId>,
    ) -> Result<Self, ActError> {
        let roles = audiences.iter().flat_map(|audience| roles_of(*audience)).collect();
        Self::load(
            house,
            &PeopleFilter {
                ids: BTreeSet::new(),
                roles,
                organisations: submitters,
            },
        )
        .await
    }

    async fn load(house: &House, filter: &PeopleFilter) -> Result<Self, ActError> {
        let people = house.store.people(filter).await?;
        Ok(Self(people.into_iter().filter(|person| person.active).collect()))
    }

    fn with(&self, role: Role) -> impl Iterator<Item = &PersonRow> {
        self.0.iter().filter(move |person| person.roles.contains(&role))
    }

    /// The recipients of a case's event in this audience.
    pub(super) fn of_event(&self, case: &Case, event: &Event<Happening>, audience: Audience) -> Vec<Recipient> {
        let from_submitter = Role::SUBMITTER.contains(&event.by.role);
        match audience {
            Audience::Contacts => self.contacts(case),
            Audience::OtherSide if from_submitter => self.of_role(Role::Secretariat),
            Audience::OtherSide => self.contacts(case),
            Audience::SponsorAuthority => {
                let sponsor = |person: &&PersonRow| Some(person.organisation) == case.sponsor;
                self.with(Role::Sponsor).filter(sponsor).map(Recipient::from).collect()
            }
            Audience::Panel => self.members(case, &[]),
            Audience::Reviewers => self.members(case, &[Role::Reviewer]),
            Audience::Inspectors => self.members(case, &[Role::Inspector]),
            Audience::Heads => self.seated_or_named(case, &[Role::Head, Role::Alternate]),
            Audience::CoChairs => self.seated_or_named(case, &[Role::CoChair]),
            Audience::Principals => self.seated_or_named(case, &[Role::Head, Role::CoChair]),
            Audience::Monitors => {
                let named = |person: &&PersonRow| case.terms.monitors.contains(&person.organisation);
                self.with(Role::Monitor).filter(named).map(Recipient::from).collect()
            }
            Audience::Concerned => match &event.happened {
                Happening::CriterionAssigned(assigned) => self.ids(&[assigned.reviewer]),
                _ => Vec::new(),
            },
            other => self.of_notice_event(other, &[]),
        }
    }

    /// The recipients of a notice's event in this audience.
    pub(super) fn of_notice_event(&self, audience: Audience, delegations: &[Delegation]) -> Vec<Recipient> {
        match audience {
            Audience::Secretariats => self.of_role(Role::Secretariat),
            Audience::SecretariatLeads => self.of_role(Role::SecretariatLead),
            Audience::Auditors => self.of_role(Role::Auditor),
            Audience::Administrators => self.of_role(Role::Administrator),
            Audience::CoChairs => {
                let named =
                    |person: &&PersonRow| person.delegation.as_ref().is_some_and(|own| delegations.contains(own));
                self.with(Role::CoChair).filter(named).map(Recipient::from).collect()
            }
            Audience::Subscribers | Audience::Submitters => {
                let mut all = self.of_role(Role::Signatory);
                all.extend(self.of_role(Role::Sponsor));
                all
            }
            _ => Vec::new(),
        }
    }

    fn of_role(&self, role: Role) -> Vec<Recipient> {
        self.with(role).map(Recipient::from).collect()
    }

    fn ids(&self, ids: &[PersonId]) -> Vec<Recipient> {
        self.0
            .iter()
            .filter(|person| ids.contains(&person.id))
            .map(Recipient::from)
            .collect()
    }

    /// The dossier's contacts; before there are any, the organisation's own people.
    fn contacts(&self, case: &Case) -> Vec<Recipient> {
        let contacts = &case.submitted_dossier().contacts;
        if contacts.is_empty() {
            let own = self.0.iter().filter(|person| person.organisation == case.organisation);
            return own.map(Recipient::from).collect();
        }
        let recipient = |contact: &crate::domain::dossier::Contact| Recipient {
            person: None,
            name: contact.name.clone(),
            address: contact.email.clone(),
            language: contact.language,
        };
        contacts.iter().map(recipient).collect()
    }

    /// Members of the panel who are still in, in one of these roles (in any, if none is named).
    fn members(&self, case: &Case, roles: &[Role]) -> Vec<Recipient> {
        let fits = |member: &&crate::workflow::case::Member| {
            roles.is_empty() || member.roles.iter().any(|role| roles.contains(role))
        };
        let ids: Vec<PersonId> = case.members().filter(fits).map(|member| member.person).collect();
        self.ids(&ids)
    }

    /// Before there is a panel: the people who hold the role in the notice's delegations.
    fn seated_or_named(&self, case: &Case, roles: &[Role]) -> Vec<Recipient> {
        let seated = self.members(case, roles);
        if !seated.is_empty() {
            return seated;
        }
        let ours = |person: &&PersonRow| {
            let delegation = person.delegation.as_ref();
            delegation.is_some_and(|own| case.delegations().any(|named| named == own))
                && person.roles.iter().any(|role| roles.contains(role))
        };
        self.0.iter().filter(ours).map(Recipient::from).collect()
    }
}

/// The roles whose holders an audience may mean.
fn roles_of(audience: Audience) -> Vec<Role> {
    match audience {
        Audience::Secretariats | Audience::OtherSide => vec![Role::Secretariat],
        Audience::SecretariatLeads => vec![Role::SecretariatLead],
        Audience::Heads => vec![Role::Head, Role::Alternate],
        Audience::CoChairs => vec![Role::CoChair],
        Audience::Principals => vec![Role::Head, Role::CoChair],
        Audience::Monitors => vec![Role::Monitor],
        Audience::Auditors => vec![Role::Auditor],
        Audience::Administrators => vec![Role::Administrator],
        Audience::Subscribers => vec![Role::Signatory, Role::Sponsor],
        _ => Vec::new(),
    }
}
