//! People and organisations: who is there, who is invited, who may do what.

use super::WHO;
use crate::{
    domain::{
        id::{OrganisationId, PersonId},
        people::Role,
    },
    process::{ActError, people as directory},
    store::{commit::PersonRow, people::OrganisationListed},
    web::{
        api::cases::read_action,
        pages::{
            Fault, Form, Sent, SignedIn, Visit,
            act::{missing, proved},
            auditor::grid,
            table::Table,
            visit::query_value,
        },
        problem::Problem,
    },
    workflow::{
        people::{Person, PersonAction, RegisterOrganisation},
        step::is_binding,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode, post, web::Path};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const MOST: u32 = 2_000;

async fn listed(visit: &Visit, query: &str) -> Result<Vec<PersonRow>, Problem> {
    let (text, role) = (
        query_value(query, "q").unwrap_or_default().to_lowercase(),
        query_value(query, "role"),
    );
    let people = visit.house.store.people_list(None, None, MOST).await?;
    let fits = |person: &PersonRow| {
        let found = person.name.to_lowercase().contains(&text) || person.email.to_lowercase().contains(&text);
        let role = role
            .as_ref()
            .is_none_or(|role| person.roles.iter().any(|own| word(*own) == *role));
        found && role
    };
    Ok(people.into_iter().filter(fits).collect())
}

fn word(role: Role) -> String {
    json!(role).as_str().unwrap_or_default().to_owned()
}

async fn organisations_by_id(visit: &Visit) -> Result<BTreeMap<OrganisationId, OrganisationListed>, Problem> {
    let all = visit.house.store.organisations(None, MOST).await?;
    Ok(all
        .into_iter()
        .map(|organisation| (organisation.id, organisation))
        .collect())
}

#[get("/admin/people")]
pub async fn people_page(me: SignedIn, request: HttpRequest) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let (visit, query) = (&me.visit, request.query_string());
    let organisations = organisations_by_id(visit).await?;
    let row = |person: &PersonRow| {
        let of = organisations
            .get(&person.organisation)
            .map(|organisation| organisation.name.clone())
            .unwrap_or_default();
        let (state, kind) = if person.active {
            ("people-active", "ok")
        } else {
            ("people-inactive", "")
        };
        json!([
            grid::link(&person.name, &format!("/admin/people/{}", person.id)),
            grid::text(&person.email),
            { "text": of, "more": person.delegation.as_ref().map(|own| own.0.clone()).unwrap_or_default() },
            { "roles": person.roles },
            grid::tag(&visit.t(state), kind),
        ])
    };
    let rows: Vec<Value> = listed(visit, query).await?.iter().map(row).collect();
    let tail = if query.is_empty() {
        String::new()
    } else {
        format!("?{query}")
    };
    visit.page(
        "admin/people.html",
        json!({
            "rows": rows, "query": tail, "q": query_value(query, "q").unwrap_or_default(),
            "role": query_value(query, "role").unwrap_or_default(), "roles": grantable(),
        }),
    )
}

#[get("/admin/people.{ending:csv|json}")]
pub async fn people_twin(me: SignedIn, request: HttpRequest, ending: Path<String>) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let mut table = Table::new(&[
        "person",
        "name",
        "email",
        "organisation",
        "delegation",
        "roles",
        "active",
    ]);
    for person in listed(&me.visit, request.query_string()).await? {
        let roles: Vec<String> = person.roles.iter().map(|role| word(*role)).collect();
        table.row([
            json!(person.id),
            json!(person.name),
            json!(person.email),
            json!(person.organisation),
            json!(person.delegation),
            json!(roles.join(" ")),
            json!(person.active),
        ]);
    }
    table.answer(&me.visit, "people", &ending)
}

fn grantable() -> Vec<Role> {
    Role::ALL
        .iter()
        .copied()
        .filter(|role| !matches!(role, Role::Public | Role::System))
        .collect()
}

#[get("/admin/people/invite")]
pub async fn invite_form(me: SignedIn) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    show_invite(&me, StatusCode::OK, Sent::default()).await
}

async fn show_invite(me: &SignedIn, status: StatusCode, form: Sent) -> Result<HttpResponse, Problem> {
    let organisations: Vec<_> = organisations_by_id(&me.visit)
        .await?
        .into_values()
        .map(|o| json!([o.id, o.name]))
        .collect();
    let context = json!({ "form": form, "organisations": organisations, "roles": grantable() });
    me.visit.page_as(status, "admin/invite.html", context)
}

#[post("/admin/people/invite")]
pub async fn invite(form: Form) -> Result<HttpResponse, Problem> {
    form.me.needs(WHO)?;
    let id = PersonId::fresh();
    match put(&form, id, "invite_person").await? {
        None => Ok(form.visit().done(&format!("/admin/people/{id}"), "person-invited")),
        Some(sent) => show_invite(&form.me, StatusCode::UNPROCESSABLE_ENTITY, sent).await,
    }
}

/// Puts a wish about a person; what is missing, if something is.
async fn put(form: &Form, id: PersonId, action: &str) -> Result<Option<Sent>, Problem> {
    let mut body = form.json();
    if let Value::Object(fields) = &mut body {
        fields.remove("action");
    }
    let unusable = |problem: &Problem| {
        let fault = |path: &str, code: &str, text: &str| Fault {
            field: path.strip_prefix("body.").unwrap_or(path).to_owned(),
            code: code.to_owned(),
            text: text.to_owned(),
            lang: Some("en"),
            rule: None,
        };
        let mut faults: Vec<Fault> = problem
            .fields()
            .iter()
            .map(|f| fault(&f.path, &f.code, &f.message))
            .collect();
        if faults.is_empty() {
            faults.push(fault("", problem.code(), problem.sentence()));
        }
        form.sent(faults)
    };
    let wanted: PersonAction = match read_action(action, Some(body)) {
        Ok(wanted) => wanted,
        Err(problem) => return Ok(Some(unusable(&problem))),
    };
    let actor = match proved(form, is_binding::<Person>(action)).await? {
        Ok(actor) => actor,
        Err(sent) => return Ok(Some(sent)),
    };
    match directory::act_on_person(&form.visit().house, id, &wanted, &actor, true).await {
        Ok(_) => Ok(None),
        Err(ActError::Refused(refusal)) => Ok(Some(missing(form, &refusal))),
        Err(error) => Err(error.into()),
    }
}

#[get("/admin/people/{id}")]
pub async fn person_page(me: SignedIn, id: Path<PersonId>) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    show_person(&me, *id, StatusCode::OK, Sent::default()).await
}

async fn show_person(me: &SignedIn, id: PersonId, status: StatusCode, form: Sent) -> Result<HttpResponse, Problem> {
    let visit = &me.visit;
    let filter = crate::store::people::PeopleFilter {
        ids: [id].into(),
        ..Default::default()
    };
    let person = visit
        .house
        .store
        .people(&filter)
        .await?
        .into_iter()
        .next()
        .ok_or_else(|| Problem::of("not_found"))?;
    let organisation = visit.house.store.organisation(person.organisation).await?;
    let open: Vec<Role> = grantable()
        .into_iter()
        .filter(|role| !person.roles.contains(role))
        .collect();
    let context = json!({
        "person": {
            "id": person.id, "name": person.name, "email": person.email, "active": person.active, "roles": person.roles,
            "organisation": organisation.map(|organisation| organisation.name), "unit": person.unit,
            "delegation": person.delegation, "language": person.language.tag(),
        },
        "form": form, "grantable": open, "own": person.id == me.actor.person,
    });
    visit.page_as(status, "admin/person.html", context)
}

/// Grants, revokes, closes and reopens.
#[post("/admin/people/{id}")]
pub async fn act(form: Form, id: Path<PersonId>) -> Result<HttpResponse, Problem> {
    form.me.needs(WHO)?;
    let action = form.value("action").to_owned();
    if !["grant_role", "revoke_role", "disable_person", "enable_person"].contains(&action.as_str()) {
        return Err(Problem::of("bad_request"));
    }
    match put(&form, *id, &action).await? {
        None => Ok(form.visit().done(&format!("/admin/people/{id}"), "person-changed")),
        Some(sent) => show_person(&form.me, *id, StatusCode::UNPROCESSABLE_ENTITY, sent).await,
    }
}

#[get("/admin/organisations")]
pub async fn organisations_page(me: SignedIn) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    show_organisations(&me, StatusCode::OK, Sent::default()).await
}

async fn show_organisations(me: &SignedIn, status: StatusCode, form: Sent) -> Result<HttpResponse, Problem> {
    let visit = &me.visit;
    let row = |organisation: &OrganisationListed| {
        let kind = json!(organisation.kind);
        let affiliation = organisation
            .affiliation
            .as_ref()
            .map(|own| own.0.clone())
            .unwrap_or_default();
        json!([
            grid::text(&organisation.name),
            { "organisation": kind },
            grid::text(&organisation.unit),
            grid::text(&affiliation),
        ])
    };
    let rows: Vec<Value> = organisations_by_id(visit).await?.values().map(row).collect();
    visit.page_as(
        status,
        "admin/organisations.html",
        json!({ "rows": rows, "form": form }),
    )
}

#[get("/admin/organisations.{ending:csv|json}")]
pub async fn organisations_twin(me: SignedIn, ending: Path<String>) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let mut table = Table::new(&["organisation", "name", "kind", "unit", "affiliation"]);
    for one in organisations_by_id(&me.visit).await?.values() {
        table.row([
            json!(one.id),
            json!(one.name),
            json!(one.kind),
            json!(one.unit),
            json!(one.affiliation),
        ]);
    }
    table.answer(&me.visit, "organisations", &ending)
}

#[post("/admin/organisations")]
pub async fn register(form: Form) -> Result<HttpResponse, Problem> {
    form.me.needs(WHO)?;
    let fault = |text: String| Fault {
        field: "name".to_owned(),
        code: "unusable".to_owned(),
        text,
        lang: Some("en"),
        rule: None,
    };
    let wanted: RegisterOrganisation = match serde_json::from_value(form.json()) {
        Ok(wanted) => wanted,
        Err(error) => {
            let sent = form.sent(vec![fault(error.to_string())]);
            return show_organisations(&form.me, StatusCode::UNPROCESSABLE_ENTITY, sent).await;
        }
    };
    match directory::register_organisation(&form.visit().house, &form.me.actor, wanted).await {
        Ok(_) => Ok(form.visit().done("/admin/organisations", "organisation-registered")),
        Err(ActError::Refused(refusal)) => {
            show_organisations(&form.me, StatusCode::UNPROCESSABLE_ENTITY, missing(&form, &refusal)).await
        }
        Err(error) => Err(error.into()),
    }
}
