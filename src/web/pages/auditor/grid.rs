//! Cells of tables, and names for the ids in them.

use crate::{
    domain::id::{CaseId, PersonId},
    store::{commit::StreamKind, explorer::Entry, lists::CaseKey, people::PeopleFilter},
    web::{pages::Visit, problem::Problem},
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

#[must_use]
pub fn text(text: &str) -> Value {
    json!({ "text": text })
}

#[must_use]
pub fn link(text: &str, to: &str) -> Value {
    json!({ "text": text, "to": to })
}

#[must_use]
pub fn hash(hash: &str) -> Value {
    json!({ "hash": hash.get(..12).unwrap_or(hash) })
}

#[must_use]
pub fn number(figure: &str) -> Value {
    json!({ "number": figure })
}

#[must_use]
pub fn tag(text: &str, kind: &str) -> Value {
    json!({ "tag": text, "kind": kind })
}

/// The names of these people.
///
/// # Errors
/// The database's trouble.
pub async fn names(visit: &Visit, ids: BTreeSet<PersonId>) -> Result<BTreeMap<PersonId, String>, Problem> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let people = visit
        .house
        .store
        .people(&PeopleFilter {
            ids,
            ..PeopleFilter::default()
        })
        .await?;
    Ok(people.into_iter().map(|person| (person.id, person.name)).collect())
}

/// What a stream is called, and where its page is.
#[derive(Clone, Debug)]
pub struct Subject {
    pub name: String,
    pub to: Option<String>,
}

/// The names of the streams of these entries.
///
/// # Errors
/// The database's trouble.
pub async fn subjects(visit: &Visit, entries: &[Entry]) -> Result<BTreeMap<Uuid, Subject>, Problem> {
    let mut found = BTreeMap::new();
    for entry in entries {
        let id = entry.stream.id;
        if found.contains_key(&id) {
            continue;
        }
        found.insert(id, subject(visit, entry.stream.kind, id).await?);
    }
    Ok(found)
}

async fn subject(visit: &Visit, kind: StreamKind, id: Uuid) -> Result<Subject, Problem> {
    let store = &visit.house.store;
    Ok(match kind {
        StreamKind::Case => {
            let row = store.case_by(CaseKey::Id, &id.to_string()).await?;
            let reference = row.and_then(|row| row.reference);
            let to = reference.as_ref().map(|_| format!("/cases/{id}"));
            Subject {
                name: reference.unwrap_or_else(|| visit.t("audit-draft")),
                to,
            }
        }
        StreamKind::Notice => {
            let row = store.notice_row(crate::domain::id::NoticeId(id)).await?;
            let name = row.map_or_else(|| id.to_string(), |row| row.number);
            Subject {
                name,
                to: Some(format!("/notices/{id}")),
            }
        }
        StreamKind::Organisation => {
            let row = store.organisation(crate::domain::id::OrganisationId(id)).await?;
            Subject {
                name: row.map_or_else(|| id.to_string(), |row| row.name),
                to: None,
            }
        }
        StreamKind::Keeping => Subject {
            name: visit.t("audit-keeping"),
            to: Some(format!("/records/{id}")),
        },
        StreamKind::List => Subject {
            name: visit.t("audit-list"),
            to: None,
        },
        StreamKind::Log => Subject {
            name: visit.t("audit-log"),
            to: None,
        },
        StreamKind::Person | StreamKind::Office => {
            let names = names(visit, BTreeSet::from([PersonId(id)])).await?;
            Subject {
                name: names.into_values().next().unwrap_or_else(|| id.to_string()),
                to: None,
            }
        }
    })
}

/// The case that somebody means by a reference, a waiver's number or an id.
///
/// # Errors
/// The database's trouble.
pub async fn case_named(visit: &Visit, named: &str) -> Result<Option<CaseId>, Problem> {
    let named = named.trim();
    for key in [CaseKey::Reference, CaseKey::WaiverNumber] {
        if let Some(row) = visit.house.store.case_by(key, &named.to_uppercase()).await? {
            return Ok(Some(row.id));
        }
    }
    let Ok(id) = named.parse::<Uuid>() else { return Ok(None) };
    Ok(visit
        .house
        .store
        .case_by(CaseKey::Id, &id.to_string())
        .await?
        .map(|row| row.id))
}
