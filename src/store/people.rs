//! The directory: organisations and people, as their histories list them.

use super::{
    Store, StoreError,
    commit::PersonRow,
    rows::{instant, read_word},
};
use crate::{
    domain::{
        Instant,
        id::{OrganisationId, PersonId},
        notice::PartyType,
        people::{Actor, Authentication, Delegation, Role},
    },
    workflow::{around::OrganisationFacts, people::OrganisationKind},
};
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Which people.
#[derive(Clone, Debug, Default)]
pub struct PeopleFilter {
    pub ids: BTreeSet<PersonId>,
    pub roles: BTreeSet<Role>,
    pub organisations: BTreeSet<OrganisationId>,
}

/// An organisation of the directory.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub struct OrganisationListed {
    pub id: OrganisationId,
    pub name: String,
    pub kind: OrganisationKind,
    #[serde(rename = "type")]
    pub type_: Option<PartyType>,
    pub unit: String,
    pub affiliation: Option<Delegation>,
}

impl PersonRow {
    /// The person as someone who acts.
    #[must_use]
    pub fn actor(&self, authentication: Authentication, proved_at: Instant, now: Instant) -> Actor {
        Actor {
            person: self.id,
            organisation: self.organisation,
            unit: self.unit.clone(),
            delegation: self.delegation.clone(),
            roles: self.roles.clone(),
            mandates: self
                .mandates
                .iter()
                .filter(|(_, until)| **until > now)
                .map(|(id, _)| *id)
                .collect(),
            authentication,
            proved_at,
        }
    }
}

fn numbered(count: usize, from: usize) -> String {
    (from + 1..=from + count)
        .map(|n| format!("${n}"))
        .collect::<Vec<_>>()
        .join(", ")
}

impl Store {
    async fn rows(&self, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, StoreError> {
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        Ok(self.db().query_all_raw(statement).await?)
    }

    /// People who are named, or hold one of the roles, or belong to one of the organisations. Three questions, always.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn people(&self, filter: &PeopleFilter) -> Result<Vec<PersonRow>, StoreError> {
        let (mut parts, mut values): (Vec<String>, Vec<Value>) = (Vec::new(), Vec::new());
        let mut any = |column: &str, wanted: Vec<Value>| {
            if !wanted.is_empty() {
                parts.push(column.replace('?', &numbered(wanted.len(), values.len())));
                values.extend(wanted);
            }
        };
        any("id IN (?)", filter.ids.iter().map(|id| id.0.into()).collect());
        any(
            "organisation IN (?)",
            filter.organisations.iter().map(|id| id.0.into()).collect(),
        );
        let roles = filter.roles.iter().map(|role| super::rows::word(role).into()).collect();
        any("id IN (SELECT person FROM role_grant WHERE role IN (?))", roles);
        if parts.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!("SELECT * FROM person WHERE {} ORDER BY id", parts.join(" OR "));
        self.people_by(&sql, values).await
    }

    /// The person with this address.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn person_by_email(&self, email: &str) -> Result<Option<PersonRow>, StoreError> {
        let rows = self
            .people_by(
                "SELECT * FROM person WHERE email = $1",
                vec![email.to_lowercase().into()],
            )
            .await?;
        Ok(rows.into_iter().next())
    }

    /// People by id, after this one.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn people_list(
        &self,
        organisation: Option<OrganisationId>,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<PersonRow>, StoreError> {
        let after = after.unwrap_or(Uuid::nil());
        let (clause, mut values): (&str, Vec<Value>) = match organisation {
            Some(own) => (" AND organisation = $2", vec![after.into(), own.0.into()]),
            None => ("", vec![after.into()]),
        };
        values.truncate(2);
        self.people_by(
            &format!("SELECT * FROM person WHERE id > $1{clause} ORDER BY id LIMIT {limit}"),
            values,
        )
        .await
    }

    async fn people_by(&self, sql: &str, values: Vec<Value>) -> Result<Vec<PersonRow>, StoreError> {
        let mut people: BTreeMap<Uuid, PersonRow> = BTreeMap::new();
        for row in self.rows(sql, values).await? {
            let person = person_row(&row)?;
            people.insert(person.id.0, person);
        }
        if people.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Value> = people.keys().map(|id| (*id).into()).collect();
        let places = numbered(ids.len(), 0);
        let sql = format!("SELECT person, role FROM role_grant WHERE person IN ({places})");
        for row in self.rows(&sql, ids.clone()).await? {
            if let Some(person) = people.get_mut(&row.try_get::<Uuid>("", "person")?) {
                person.roles.insert(read_word(&row.try_get::<String>("", "role")?)?);
            }
        }
        let sql = format!("SELECT person, organisation, until FROM mandate WHERE person IN ({places})");
        for row in self.rows(&sql, ids).await? {
            if let Some(person) = people.get_mut(&row.try_get::<Uuid>("", "person")?) {
                let organisation = OrganisationId(row.try_get("", "organisation")?);
                person.mandates.insert(organisation, instant(row.try_get("", "until")?));
            }
        }
        Ok(people.into_values().collect())
    }

    /// These people as actors; those who are not active are left out.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn actors(&self, ids: &BTreeSet<PersonId>) -> Result<BTreeMap<PersonId, Actor>, StoreError> {
        let filter = PeopleFilter {
            ids: ids.clone(),
            ..PeopleFilter::default()
        };
        let people = self.people(&filter).await?;
        let active = people.into_iter().filter(|person| person.active);
        Ok(active
            .map(|p| {
                (
                    p.id,
                    p.actor(Authentication::Password, Instant::UNIX_EPOCH, Instant::UNIX_EPOCH),
                )
            })
            .collect())
    }

    /// One organisation of the directory.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn organisation(&self, id: OrganisationId) -> Result<Option<OrganisationListed>, StoreError> {
        let rows = self
            .rows("SELECT * FROM organisation WHERE id = $1", vec![id.0.into()])
            .await?;
        rows.first().map(organisation_row).transpose()
    }

    /// Organisations by id, after this one.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn organisations(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<OrganisationListed>, StoreError> {
        let sql = format!("SELECT * FROM organisation WHERE id > $1 ORDER BY id LIMIT {limit}");
        let rows = self.rows(&sql, vec![after.unwrap_or(Uuid::nil()).into()]).await?;
        rows.iter().map(organisation_row).collect()
    }

    /// What the law must know of an organisation.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn organisation_facts(
        &self,
        id: OrganisationId,
    ) -> Result<BTreeMap<OrganisationId, OrganisationFacts>, StoreError> {
        let facts = self.organisation(id).await?.map(|organisation| OrganisationFacts {
            unit: organisation.unit,
            affiliation: organisation.affiliation,
            type_: organisation.type_,
            is_sponsor: organisation.kind == OrganisationKind::Sponsor,
        });
        Ok(facts.map(|facts| (id, facts)).into_iter().collect())
    }
}

fn person_row(row: &QueryResult) -> Result<PersonRow, StoreError> {
    Ok(PersonRow {
        id: PersonId(row.try_get("", "id")?),
        name: row.try_get("", "name")?,
        email: row.try_get("", "email")?,
        language: read_word(&row.try_get::<String>("", "language")?)?,
        organisation: OrganisationId(row.try_get("", "organisation")?),
        unit: row.try_get("", "unit")?,
        delegation: row.try_get::<Option<String>>("", "delegation")?.map(Delegation),
        roles: BTreeSet::new(),
        mandates: BTreeMap::new(),
        active: row.try_get("", "active")?,
        version: row.try_get::<i64>("", "version")? as u32,
    })
}

fn organisation_row(row: &QueryResult) -> Result<OrganisationListed, StoreError> {
    let type_: Option<String> = row.try_get("", "party_type")?;
    Ok(OrganisationListed {
        id: OrganisationId(row.try_get("", "id")?),
        name: row.try_get("", "name")?,
        kind: read_word(&row.try_get::<String>("", "kind")?)?,
        type_: type_.as_deref().map(read_word).transpose()?,
        unit: row.try_get("", "unit")?,
        affiliation: row.try_get::<Option<String>>("", "affiliation")?.map(Delegation),
    })
}
