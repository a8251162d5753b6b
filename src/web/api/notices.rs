//! Notices: public to read, changed through one door.

use super::{Anybody, Caller, TheHouse, answered, views::NoticeView, wish};
use crate::{
    domain::id::NoticeId,
    process,
    store::lists::NoticeRow,
    web::{
        body::{StrictJson, StrictQuery},
        conditional,
        paging::{self, Cursors, Page},
        problem::Problem,
    },
    workflow::action::notice::{NoticeAction, WriteNotice},
};
use actix_web::{HttpRequest, HttpResponse, get, post, web::Path};
use serde::Deserialize;
use serde_json::json;

/// Creates a draft of a notice (N-01).
#[utoipa::path(tag = "notices", request_body = WriteNotice, params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, description = "The draft", body = NoticeView), (status = 403, description = "Not for you", body = Problem), (status = 422, description = "Not usable", body = Problem)))]
#[post("/notices")]
pub async fn create_notice(
    house: TheHouse,
    caller: Caller,
    request: HttpRequest,
    body: StrictJson<WriteNotice>,
) -> Result<HttpResponse, Problem> {
    let (id, now) = (NoticeId::fresh(), house.clock.now());
    let action = NoticeAction::CreateNotice(body.value);
    let wish = wish(&request, &caller.actor, &body.bytes, None)?;
    let render = |notice: &_| serde_json::to_vec(&NoticeView::of(notice, Some(&caller.actor), now)).unwrap_or_default();
    let done = process::act_on_notice(&house, id, &action, &wish, &render).await;
    answered(&house, &caller, "create_notice", ("notice", id.0), done, |notice| {
        HttpResponse::Created()
            .insert_header(("Location", format!("/api/v1/notices/{id}")))
            .json(NoticeView::of(&notice, Some(&caller.actor), now))
    })
    .await
}

/// Which notices.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct NoticeQuery {
    /// `published`, `closed`, `withdrawn`; drafts for those who write them.
    state: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

/// Notices, newest change first. Public; drafts are listed for officials only.
#[utoipa::path(tag = "notices", params(NoticeQuery), security(()), responses((status = 200, description = "A page of notices", body = Page<NoticeRow>), (status = 422, description = "Not usable", body = Problem)))]
#[get("/notices")]
pub async fn list_notices(
    house: TheHouse,
    anybody: Anybody,
    query: StrictQuery<NoticeQuery>,
) -> Result<HttpResponse, Problem> {
    let query = query.0;
    let limit = paging::limit(query.limit.as_deref(), house.settings.limits.page)?;
    let cursors = Cursors::new(&house.cursor_key);
    let after = query
        .cursor
        .as_deref()
        .map(|cursor| super::cases::opened(&cursors, "notices", cursor))
        .transpose()?;
    let official = anybody.0.as_ref().is_some_and(|caller| {
        use crate::domain::people::Role::{Auditor, CoChair, Secretariat, SecretariatLead};
        [Auditor, CoChair, Secretariat, SecretariatLead]
            .iter()
            .any(|role| caller.actor.is(*role))
    });
    let public = ["published", "closed", "withdrawn"];
    let states: Vec<&str> = match query.state.as_deref() {
        Some(state) if official || public.contains(&state) => vec![state],
        Some(_) => vec!["none"],
        None if official => Vec::new(),
        None => public.to_vec(),
    };
    let mut rows = house.store.notices(&states, after, limit + 1).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next_cursor = rows
        .last()
        .filter(|_| more)
        .map(|row| cursors.seal("notices", &format!("{}:{}", row.updated_at.as_microsecond(), row.id)));
    Ok(HttpResponse::Ok().json(Page {
        items: rows,
        next_cursor,
    }))
}

/// One notice with its editions. Public once published.
#[utoipa::path(tag = "notices", security(()), params(("id" = String, Path)), responses((status = 200, description = "The notice", body = NoticeView), (status = 304, description = "Unchanged"), (status = 404, description = "Not there", body = Problem)))]
#[get("/notices/{id}")]
pub async fn show_notice(
    house: TheHouse,
    anybody: Anybody,
    request: HttpRequest,
    id: Path<NoticeId>,
) -> Result<HttpResponse, Problem> {
    let (notice, _) = process::view_notice(&house, *id).await?;
    let actor = anybody.0.as_ref().map(|caller| &caller.actor);
    let view = NoticeView::of(&notice, actor, house.clock.now()).ok_or_else(|| Problem::of("not_found"))?;
    let tag = conditional::etag(view.version);
    if conditional::is_known(&request, &tag) {
        return Ok(HttpResponse::NotModified().insert_header(("ETag", tag)).finish());
    }
    Ok(HttpResponse::Ok().insert_header(("ETag", tag)).json(view))
}

/// A wish put to a notice.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeCommand {
    /// Name of the action, for example `propose_notice`.
    pub action: String,
    #[serde(default)]
    #[schema(value_type = Object)]
    pub body: Option<serde_json::Value>,
    /// The version you have seen; the same as `If-Match`.
    #[serde(default)]
    pub expected_version: Option<u32>,
    /// Only tell whether it would be granted.
    #[serde(default)]
    pub dry_run: bool,
}

/// Does something with a notice: every action of chapter N through this one endpoint.
#[utoipa::path(tag = "notices", request_body(content = NoticeCommand, description = "`body` depends on `action`: see the schema NoticeAction"), params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, description = "The notice afterwards", body = NoticeView), (status = 403, description = "Not for you", body = Problem), (status = 404, description = "Not there", body = Problem), (status = 409, description = "Not now", body = Problem), (status = 422, description = "Something is missing", body = Problem)))]
#[post("/notices/{id}/actions")]
pub async fn act_on_notice(
    house: TheHouse,
    caller: Caller,
    request: HttpRequest,
    id: Path<NoticeId>,
    command: StrictJson<NoticeCommand>,
) -> Result<HttpResponse, Problem> {
    let StrictJson { value: command, bytes } = command;
    let now = house.clock.now();
    let action: NoticeAction = super::cases::read_action(&command.action, command.body)?;
    let mut wish = wish(&request, &caller.actor, &bytes, command.expected_version)?;
    wish.dry_run = command.dry_run;
    let view = |notice: &_| NoticeView::of(notice, Some(&caller.actor), now);
    let render = |notice: &_| serde_json::to_vec(&json!(view(notice))).unwrap_or_default();
    let done = process::act_on_notice(&house, *id, &action, &wish, &render).await;
    answered(&house, &caller, &command.action, ("notice", id.0), done, |notice| {
        HttpResponse::Ok()
            .insert_header(("ETag", conditional::etag(notice.version)))
            .json(view(&notice))
    })
    .await
}

/// The history of a notice, for officials and auditors.
#[utoipa::path(tag = "notices", params(("id" = String, Path)), responses((status = 200, description = "Every event"), (status = 404, description = "Not there", body = Problem)))]
#[get("/notices/{id}/history")]
pub async fn notice_history(house: TheHouse, caller: Caller, id: Path<NoticeId>) -> Result<HttpResponse, Problem> {
    let (notice, events) = process::view_notice(&house, *id).await?;
    use crate::{domain::people::Role, workflow::step::Subject};
    if notice
        .roles_of(&caller.actor, &crate::workflow::around::NoticeAround::default())
        .is_empty()
        && !caller.actor.is(Role::Auditor)
    {
        return Err(Problem::of("not_found"));
    }
    Ok(HttpResponse::Ok().json(json!({ "items": events })))
}
