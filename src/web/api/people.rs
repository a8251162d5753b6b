//! Organisations, people and their roles; for administrators, and for organisations among themselves.

use super::{Caller, TheHouse, cases::read_action, write_down};
use crate::{
    domain::{id::PersonId, people::Role},
    process::{ActError, people as directory},
    store::commit::PersonRow,
    web::{
        body::{StrictJson, StrictQuery},
        paging::{self, Cursors, Page},
        problem::Problem,
    },
    workflow::people::{InvitePerson, PersonAction, RegisterOrganisation},
};
use actix_web::{HttpResponse, get, post, web::Path};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

async fn noted<T>(house: &TheHouse, caller: &Caller, action: &str, done: Result<T, ActError>) -> Result<T, Problem> {
    if let Err(ActError::Refused(refusal)) = &done {
        write_down(house, caller, action, None, refusal.code, Some(refusal.rule)).await;
    }
    Ok(done?)
}

/// Registers an organisation (U-01).
#[utoipa::path(tag = "people", request_body = RegisterOrganisation, responses((status = 201, description = "Its id"), (status = 403, description = "Not for you", body = Problem), (status = 422, description = "Not usable", body = Problem)))]
#[post("/organisations")]
pub async fn register_organisation(
    house: TheHouse,
    caller: Caller,
    body: StrictJson<RegisterOrganisation>,
) -> Result<HttpResponse, Problem> {
    let done = directory::register_organisation(&house, &caller.actor, body.value).await;
    let id = noted(&house, &caller, "register_organisation", done).await?;
    Ok(HttpResponse::Created().json(json!({ "id": id })))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct DirectoryQuery {
    limit: Option<String>,
    cursor: Option<String>,
}

fn position(house: &TheHouse, place: &str, cursor: Option<&str>) -> Result<Option<Uuid>, Problem> {
    let cursors = Cursors::new(&house.cursor_key);
    let opened = cursor.map(|cursor| cursors.open(place, cursor)).transpose()?;
    opened
        .map(|text| text.parse().map_err(|_| Problem::of("bad_cursor")))
        .transpose()
}

fn page<T>(house: &TheHouse, place: &str, mut items: Vec<T>, limit: u32, id: impl Fn(&T) -> Uuid) -> Page<T> {
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let cursors = Cursors::new(&house.cursor_key);
    let next_cursor = items
        .last()
        .filter(|_| more)
        .map(|last| cursors.seal(place, &id(last).to_string()));
    Page { items, next_cursor }
}

/// Registered organisations.
#[utoipa::path(tag = "people", params(DirectoryQuery), responses((status = 200, description = "A page of organisations"), (status = 403, description = "Not for you", body = Problem)))]
#[get("/organisations")]
pub async fn list_organisations(
    house: TheHouse,
    caller: Caller,
    query: StrictQuery<DirectoryQuery>,
) -> Result<HttpResponse, Problem> {
    if ![
        Role::Administrator,
        Role::Secretariat,
        Role::SecretariatLead,
        Role::Auditor,
    ]
    .iter()
    .any(|role| caller.actor.is(*role))
    {
        write_down(&house, &caller, "read_organisations", None, "wrong_role", Some("11")).await;
        return Err(Problem::of("forbidden").rule("11"));
    }
    let limit = paging::limit(query.0.limit.as_deref(), house.settings.limits.page)?;
    let after = position(&house, "organisations", query.0.cursor.as_deref())?;
    let items = house.store.organisations(after, limit + 1).await?;
    Ok(
        HttpResponse::Ok().json(page(&house, "organisations", items, limit, |organisation| {
            organisation.id.0
        })),
    )
}

/// Invites a person: a letter brings the link (U-02).
#[utoipa::path(tag = "people", request_body = InvitePerson, responses((status = 201, description = "The person's id"), (status = 403, description = "Not for you", body = Problem), (status = 422, description = "Not usable", body = Problem)))]
#[post("/people")]
pub async fn invite_person(
    house: TheHouse,
    caller: Caller,
    body: StrictJson<InvitePerson>,
) -> Result<HttpResponse, Problem> {
    let (id, action) = (PersonId::fresh(), PersonAction::InvitePerson(body.value));
    let done = directory::act_on_person(&house, id, &action, &caller.actor, true).await;
    noted(&house, &caller, "invite_person", done).await?;
    Ok(HttpResponse::Created().json(json!({ "id": id })))
}

fn shown(person: &PersonRow) -> Value {
    json!({
        "id": person.id, "name": person.name, "email": person.email, "language": person.language,
        "organisation": person.organisation, "unit": person.unit, "delegation": person.delegation,
        "roles": person.roles, "active": person.active, "version": person.version,
    })
}

/// People: all of them for administrators, secretariat and auditors; one's own organisation for its administrators.
#[utoipa::path(tag = "people", params(DirectoryQuery), responses((status = 200, description = "A page of people"), (status = 403, description = "Not for you", body = Problem)))]
#[get("/people")]
pub async fn list_people(
    house: TheHouse,
    caller: Caller,
    query: StrictQuery<DirectoryQuery>,
) -> Result<HttpResponse, Problem> {
    let all = [
        Role::Administrator,
        Role::Secretariat,
        Role::SecretariatLead,
        Role::Auditor,
    ];
    let all = all.iter().any(|role| caller.actor.is(*role));
    if !all && !caller.actor.is(Role::OrganisationAdministrator) {
        write_down(&house, &caller, "read_people", None, "wrong_role", Some("11")).await;
        return Err(Problem::of("forbidden").rule("11"));
    }
    let limit = paging::limit(query.0.limit.as_deref(), house.settings.limits.page)?;
    let after = position(&house, "people", query.0.cursor.as_deref())?;
    let organisation = (!all).then_some(caller.actor.organisation);
    let items = house.store.people_list(organisation, after, limit + 1).await?;
    let page = page(&house, "people", items, limit, |person| person.id.0);
    let items: Vec<Value> = page.items.iter().map(shown).collect();
    Ok(HttpResponse::Ok().json(Page {
        items,
        next_cursor: page.next_cursor,
    }))
}

/// A wish about a person's access.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonCommand {
    /// `confirm_invitation`, `grant_role`, `confirm_role`, `revoke_role`, `grant_mandate`, `disable_person` or `enable_person`.
    pub action: String,
    #[serde(default)]
    #[schema(value_type = Object)]
    pub body: Option<Value>,
}

/// Changes a person's access (U-04 to U-10). What needs a second administrator waits in `unconfirmed` and `proposed_roles`.
#[utoipa::path(tag = "people", request_body = PersonCommand, params(("id" = String, Path)), responses((status = 200, description = "The person afterwards"), (status = 403, description = "Not for you", body = Problem), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Not usable", body = Problem)))]
#[post("/people/{id}/actions")]
pub async fn act_on_person(
    house: TheHouse,
    caller: Caller,
    id: Path<PersonId>,
    command: StrictJson<PersonCommand>,
) -> Result<HttpResponse, Problem> {
    let command = command.value;
    let action: PersonAction = read_action(&command.action, command.body)?;
    let done = directory::act_on_person(&house, *id, &action, &caller.actor, true).await;
    let person = noted(&house, &caller, &command.action, done).await?;
    let answer = directory::row(&person).as_ref().map(shown).map(|mut answer| {
        answer["unconfirmed"] = json!(person.unconfirmed.is_some());
        answer["proposed_roles"] = json!(person.proposed.keys().collect::<Vec<_>>());
        answer
    });
    Ok(HttpResponse::Ok().json(answer))
}
