//! The cast: invented organisations and people, at least one for every role of every delegation.

use crate::{
    domain::{
        id::{OrganisationId, PersonId},
        notice::PartyType,
        people::{Delegation, Role},
        text::Language,
    },
    workflow::people::{InvitePerson, OrganisationKind, RegisterOrganisation},
};
use std::collections::BTreeMap;

/// Everybody of the demonstration signs in with it.
pub const PASSWORD: &str = "corridor-demo-2025-grain";

/// An organisation of the cast.
pub struct Body {
    pub key: &'static str,
    pub name: &'static str,
    kind: OrganisationKind,
    pub type_: Option<PartyType>,
    unit: &'static str,
    affiliation: Option<&'static str>,
}

impl Body {
    pub fn registration(&self) -> RegisterOrganisation {
        RegisterOrganisation {
            name: self.name.to_owned(),
            kind: self.kind,
            type_: self.type_,
            unit: self.unit.to_owned(),
            affiliation: self.affiliation.map(Delegation::new),
        }
    }
}

const fn authority(key: &'static str, name: &'static str, unit: &'static str) -> Body {
    Body {
        key,
        name,
        kind: OrganisationKind::Authority,
        type_: None,
        unit,
        affiliation: None,
    }
}

const fn submitter(key: &'static str, name: &'static str, type_: PartyType) -> Body {
    Body {
        key,
        name,
        kind: OrganisationKind::Submitter,
        type_: Some(type_),
        unit: "Filing desk",
        affiliation: None,
    }
}

/// Every organisation. Real bodies stand for the role that the public cases give them; the people are invented.
pub const BODIES: &[Body] = &[
    authority(
        "us",
        "US Treasury (delegation, example)",
        "Office of Foreign Assets Control",
    ),
    authority("sec", "Joint Secretariat (example)", "Intake"),
    authority(
        "ru",
        "Inter-agency delegation of the Russian Federation (example)",
        "Joint committee",
    ),
    Body {
        key: "mfa",
        name: "Министерство иностранных дел Российской Федерации",
        kind: OrganisationKind::Sponsor,
        type_: Some(PartyType::Government),
        unit: "Humanitarian desk",
        affiliation: Some("RU"),
    },
    submitter("wfp", "World Food Programme", PartyType::InternationalOrganisation),
    submitter(
        "unicef",
        "United Nations Children’s Fund",
        PartyType::InternationalOrganisation,
    ),
    submitter("cfk", "Christian Friends of Korea", PartyType::Ngo),
    submitter("relief", "Relief Grain NGO (synthetic)", PartyType::Ngo),
    authority("un", "Security Council Committee 1718 (example office)", "Committee"),
    authority(
        "jcc",
        "Joint Coordination Centre, Istanbul (example office)",
        "Inspection",
    ),
    Body {
        key: "mon",
        name: "Field Monitors (example)",
        kind: OrganisationKind::Monitor,
        type_: None,
        unit: "Ports and warehouses",
        affiliation: None,
    },
    authority("aud", "Board of Auditors (example)", "Audit"),
];

/// A person of the cast; the key begins with that of the organisation.
pub struct Part {
    pub key: &'static str,
    pub name: &'static str,
    pub language: Language,
    pub delegation: Option<&'static str>,
    pub roles: &'static [Role],
}

const fn official(key: &'static str, name: &'static str, roles: &'static [Role]) -> Part {
    Part {
        key,
        name,
        language: Language::En,
        delegation: None,
        roles,
    }
}

const fn member(key: &'static str, name: &'static str, delegation: &'static str, roles: &'static [Role]) -> Part {
    Part {
        key,
        name,
        language: Language::En,
        delegation: Some(delegation),
        roles,
    }
}

impl Part {
    const fn in_russian(self) -> Self {
        Self {
            language: Language::Ru,
            ..self
        }
    }

    pub fn body(&self) -> &'static str {
        self.key.split('.').next().unwrap_or_default()
    }

    pub fn email(&self) -> String {
        let local = self.key.split('.').nth(1).unwrap_or_default();
        format!("{local}@{}.example", self.body())
    }

    /// As the account shows the person.
    pub fn shown(&self) -> String {
        let roles: Vec<&str> = self.roles.iter().map(|role| title(*role)).collect();
        let side = self.delegation.map(|code| format!(" {code}")).unwrap_or_default();
        format!("{} ({}{side})", self.name, roles.join(", "))
    }

    pub fn invitation(&self, organisation: OrganisationId, unit: &str) -> InvitePerson {
        InvitePerson {
            name: self.name.to_owned(),
            email: self.email(),
            language: self.language,
            organisation,
            unit: unit.to_owned(),
            delegation: self.delegation.map(Delegation::new),
            roles: self.roles.iter().copied().collect(),
        }
    }
}

/// A role in words.
pub fn title(role: Role) -> &'static str {
    match role {
        Role::Drafter => "drafter",
        Role::Signatory => "signatory",
        Role::Secretariat => "secretariat",
        Role::SecretariatLead => "secretariat lead",
        Role::Reviewer => "reviewer",
        Role::Head => "head of delegation",
        Role::Alternate => "alternate",
        Role::Inspector => "inspector",
        Role::CoChair => "co-chair",
        Role::Monitor => "monitor",
        Role::Auditor => "auditor",
        Role::Administrator => "administrator",
        other => other.code(),
    }
}

const HEAD: &[Role] = &[Role::Head];
const ALTERNATE: &[Role] = &[Role::Alternate];
const REVIEWER: &[Role] = &[Role::Reviewer];
const INSPECTOR: &[Role] = &[Role::Inspector];
const CHAIR: &[Role] = &[Role::CoChair];
const DRAFTER: &[Role] = &[Role::Drafter];
const SIGNATORY: &[Role] = &[Role::Signatory];

/// Everybody.
pub const PARTS: &[Part] = &[
    official("sec.admin", "Ada Keller", &[Role::Administrator]),
    official("sec.officer", "Omar Diallo", &[Role::Secretariat]),
    official("sec.lead", "Lena Brandt", &[Role::SecretariatLead]),
    member("us.chair", "Carol Whitfield", "US", CHAIR),
    member("us.head", "Henry Marsh", "US", HEAD),
    member("us.alternate", "Alice Monroe", "US", ALTERNATE),
    member("us.reviewer1", "Rita Solano", "US", REVIEWER),
    member("us.reviewer2", "Ralph Jensen", "US", REVIEWER),
    member("us.inspector", "Ian Foster", "US", INSPECTOR),
    member("ru.chair", "Сергей Павлов", "RU", CHAIR).in_russian(),
    member("ru.head", "Глеб Орлов", "RU", HEAD).in_russian(),
    member("ru.alternate", "Анна Белова", "RU", ALTERNATE).in_russian(),
    member("ru.reviewer1", "Раиса Зимина", "RU", REVIEWER).in_russian(),
    member("ru.reviewer2", "Роман Крылов", "RU", REVIEWER).in_russian(),
    member("ru.inspector", "Игорь Седов", "RU", INSPECTOR).in_russian(),
    official("mfa.drafter", "Дарья Лебедева", DRAFTER).in_russian(),
    official("mfa.signatory", "Степан Волков", SIGNATORY).in_russian(),
    official("wfp.drafter", "Dina Castelli", DRAFTER),
    official("wfp.signatory", "Samuel Okoro", SIGNATORY),
    official("unicef.drafter", "Daniel Iversen", DRAFTER),
    official("unicef.signatory", "Sofia Marchetti", SIGNATORY),
    official("cfk.drafter", "Dora Miller", DRAFTER),
    official("cfk.signatory", "Simon Reed", SIGNATORY),
    official("relief.drafter", "Delphine Roy", DRAFTER),
    official("relief.signatory", "Sandro Meier", SIGNATORY),
    member("un.chair", "Clara Nyberg", "UN", CHAIR),
    member("un.head", "Hugo Santos", "UN", HEAD),
    member("un.alternate", "Amara Diop", "UN", ALTERNATE),
    member("un.reviewer1", "Rosa Lindqvist", "UN", REVIEWER),
    member("un.reviewer2", "Rami Haddad", "UN", REVIEWER),
    member("un.inspector", "Ines Duarte", "UN", INSPECTOR),
    member("jcc.chair", "Cem Aydin", "JCC", CHAIR),
    member("jcc.head", "Hana Yilmaz", "JCC", HEAD),
    member("jcc.alternate", "Arda Kaya", "JCC", ALTERNATE),
    member("jcc.reviewer1", "Rana Demir", "JCC", REVIEWER),
    member("jcc.reviewer2", "Recep Aslan", "JCC", REVIEWER),
    member("jcc.inspector", "Ipek Sahin", "JCC", INSPECTOR),
    official("mon.monitor", "Miriam Tesfaye", &[Role::Monitor]),
    official("aud.auditor", "Arthur Lang", &[Role::Auditor]),
];

/// The person of this key.
pub fn part(key: &str) -> Option<&'static Part> {
    PARTS.iter().find(|part| part.key == key)
}

/// The ids that the instance gave them.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    pub organisations: BTreeMap<&'static str, OrganisationId>,
    pub people: BTreeMap<&'static str, PersonId>,
}

/// The unit in which the people of an organisation work.
pub fn unit_of(body: &str) -> &'static str {
    BODIES
        .iter()
        .find(|known| known.key == body)
        .map_or("", |known| known.unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn everybody_belongs_to_an_organisation_and_has_an_address_of_their_own() {
        let addresses: BTreeSet<String> = PARTS.iter().map(Part::email).collect();
        assert_eq!(addresses.len(), PARTS.len());
        assert!(
            PARTS
                .iter()
                .all(|part| BODIES.iter().any(|body| body.key == part.body()))
        );
        assert!(addresses.iter().all(|address| address.ends_with(".example")));
        assert!(PASSWORD.chars().count() >= 15);
    }

    #[test]
    fn every_delegation_can_fill_every_seat() {
        for delegation in ["US", "RU", "UN", "JCC"] {
            for role in Role::COMMITTEE {
                let seated = PARTS
                    .iter()
                    .any(|p| p.delegation == Some(delegation) && p.roles.contains(role));
                assert!(seated, "{delegation} {role:?}");
            }
        }
    }
}
