//! Sanctions lists: how they stand, their versions, new files, and a person's word on what was held.

use super::{
    Caller, TheHouse, answered,
    cases::{Command, read_action},
    write_down,
};
use crate::{
    domain::people::Role,
    engine::files::Incoming,
    jobs::list_keeper::Work,
    process::lists::{Offered, act_on_list, offer_files, view_list},
    screening::lists::Format,
    store::screening::ListVersionRow,
    web::{
        body::{StrictJson, StrictQuery},
        problem::Problem,
    },
    workflow::list::{ListAction, stream_of},
};
use actix_multipart::Multipart;
use actix_web::{HttpResponse, get, http::StatusCode, post, web::Path};
use futures_util::StreamExt as _;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

/// Files that one list may consist of.
const MOST_FILES: usize = 10;

/// People of the authorities: administrators keep lists, the others rely on them.
fn reader(caller: &Caller) -> Result<(), Problem> {
    let inside = [
        Role::Administrator,
        Role::Auditor,
        Role::Secretariat,
        Role::SecretariatLead,
    ];
    let one = |roles: &[Role]| roles.iter().any(|role| caller.actor.is(*role));
    if one(&inside) || one(Role::COMMITTEE) {
        return Ok(());
    }
    Err(Problem::of("forbidden")
        .detail("Lists are shown to the authorities.")
        .rule("S-03"))
}

async fn administrator(house: &TheHouse, caller: &Caller, action: &str, source: &str) -> Result<(), Problem> {
    if caller.actor.is(Role::Administrator) {
        return Ok(());
    }
    write_down(
        house,
        caller,
        action,
        Some(("list", stream_of(source))),
        "wrong_role",
        Some("S-03"),
    )
    .await;
    Err(Problem::of("forbidden")
        .detail("Lists are kept by administrators.")
        .rule("S-03"))
}

/// Every list: the version in force, what waits for a word, when it was last known to be the newest, and what went wrong.
#[utoipa::path(tag = "screening", responses((status = 200, description = "Every list, the engine's health, and checks under way"), (status = 403, description = "Not for you", body = Problem)))]
#[get("/lists")]
pub async fn list_lists(house: TheHouse, caller: Caller) -> Result<HttpResponse, Problem> {
    reader(&caller)?;
    let mut items = Vec::new();
    for state in house.store.list_states().await? {
        let (list, _) = view_list(&house, &state.source).await?;
        items.push(json!({
            "source": state.source, "current": list.current, "held": list.held, "checked_at": state.checked_at,
            "trouble": state.trouble, "refused": list.refused, "version": list.version,
        }));
    }
    Ok(HttpResponse::Ok().json(
        json!({ "items": items, "engine": health(&house).await, "checks": house.store.checks_under_way().await? }),
    ))
}

/// Can anything be screened now, and against what?
pub async fn health(house: &TheHouse) -> Value {
    let Some(engine) = &house.screener.engine else {
        return json!({ "engine": "none", "ok": true, "lists": [] });
    };
    match engine.health(house.clock.now()).await {
        Ok(lists) => {
            json!({ "engine": engine.name(), "algorithm": engine.algorithm(), "settings": house.screener.settings_sha256, "ok": true, "lists": lists })
        }
        Err(why) => {
            json!({ "engine": engine.name(), "algorithm": engine.algorithm(), "settings": house.screener.settings_sha256, "ok": false, "code": why.code })
        }
    }
}

/// The versions of a list, newest first, and its history.
#[utoipa::path(tag = "screening", params(("source" = String, Path)), responses((status = 200, description = "Versions and events"), (status = 403, description = "Not for you", body = Problem), (status = 404, description = "No such list", body = Problem)))]
#[get("/lists/{source}/versions")]
pub async fn list_versions(house: TheHouse, caller: Caller, source: Path<String>) -> Result<HttpResponse, Problem> {
    reader(&caller)?;
    let items: Vec<ListVersionRow> = house.store.list_versions(&source).await?;
    let (list, events) = view_list(&house, &source).await?;
    if list.version == 0 {
        return Err(Problem::of("not_found"));
    }
    Ok(HttpResponse::Ok().json(json!({ "items": items, "history": events })))
}

/// In which format, if it is not to be recognised.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct LoadQuery {
    /// `ofac_csv`, `ofac_xml`, `ofac_advanced_xml`, `un_xml`, `uk_csv`, `uk_xml`, `eu_xml`, `eu_csv` or `follow_the_money`.
    format: Option<String>,
}

/// Loads a new version of a list from its files (`multipart/form-data`, each part a file). It comes into force, or waits for a word if too much is gone; a file that is no whole list changes nothing.
#[utoipa::path(tag = "screening", params(("source" = String, Path), LoadQuery), request_body(content = Vec<u8>, content_type = "multipart/form-data"),
    responses((status = 201, description = "In force"), (status = 200, description = "The same files as before"), (status = 202, description = "Held until somebody confirms it"), (status = 400, description = "Not multipart", body = Problem), (status = 403, description = "Not for you", body = Problem), (status = 413, description = "Too large", body = Problem), (status = 422, description = "No list, or older than the one in force", body = Problem)))]
#[post("/lists/{source}/versions")]
pub async fn load_list(
    house: TheHouse,
    caller: Caller,
    source: Path<String>,
    query: StrictQuery<LoadQuery>,
    form: Multipart,
) -> Result<HttpResponse, Problem> {
    administrator(&house, &caller, "offer_list", &source).await?;
    let format = match query.0.format.as_deref() {
        None => None,
        Some(word) => Some(Format::named(word).ok_or_else(|| {
            let known = Format::ALL.map(Format::word).join(", ");
            Problem::of("bad_parameter").field("format", "bad_parameter", format!("One of: {known}."))
        })?),
    };
    let work = Work::begin(&house).map_err(Problem::internal)?;
    let files = received(&house, &work, form).await?;
    let done = offer_files(&house, &caller.actor, &source, format, files).await;
    answered(
        &house,
        &caller,
        "offer_list",
        ("list", stream_of(&source)),
        done,
        |offered| {
            let (status, word, version) = match offered {
                Offered::Unchanged(version) => (StatusCode::OK, "unchanged", version),
                Offered::InForce(version) => (StatusCode::CREATED, "in_force", version),
                Offered::Held(version) => (StatusCode::ACCEPTED, "held", version),
            };
            HttpResponse::build(status).json(json!({ "result": word, "version": version }))
        },
    )
    .await
}

async fn received(house: &TheHouse, work: &Work, mut form: Multipart) -> Result<Vec<Incoming>, Problem> {
    let most = house.settings.screening.max_list_bytes;
    let broken = |why: String| Problem::of("bad_request").because(why);
    let (mut files, mut bytes): (Vec<Incoming>, u64) = (Vec::new(), 0);
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|error| broken(error.to_string()))?;
        let name = field
            .content_disposition()
            .and_then(|part| part.get_filename())
            .map(str::to_owned);
        let name = name
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| format!("file-{}", files.len() + 1));
        if files.len() == MOST_FILES {
            return Err(Problem::of("too_large").detail(format!("A list has at most {MOST_FILES} files.")));
        }
        let path = work.folder.join(files.len().to_string());
        let mut file = tokio::fs::File::create(&path).await.map_err(Problem::internal)?;
        while let Some(chunk) = field.next().await {
            let chunk = chunk.map_err(|error| broken(error.to_string()))?;
            bytes += chunk.len() as u64;
            if bytes > most {
                return Err(Problem::of("too_large").detail(format!("A list has at most {most} bytes.")));
            }
            file.write_all(&chunk).await.map_err(Problem::internal)?;
        }
        file.flush().await.map_err(Problem::internal)?;
        files.push(Incoming { name, path });
    }
    Ok(files)
}

/// A person's word on a version that was held: `confirm_list` or `discard_list`, with `version` and `reason`.
#[utoipa::path(tag = "screening", params(("source" = String, Path)), request_body(content = Command, description = "`confirm_list` or `discard_list`; body: `version`, `reason`"),
    responses((status = 200, description = "The list afterwards"), (status = 403, description = "Not for you", body = Problem), (status = 404, description = "No such list", body = Problem), (status = 422, description = "Nothing is held, or reasons are missing", body = Problem)))]
#[post("/lists/{source}/actions")]
pub async fn act_on_list_version(
    house: TheHouse,
    caller: Caller,
    source: Path<String>,
    command: StrictJson<Command>,
) -> Result<HttpResponse, Problem> {
    let command = command.value;
    administrator(&house, &caller, &command.action, &source).await?;
    if !["confirm_list", "discard_list"].contains(&command.action.as_str()) {
        let sentence = "Here a version is confirmed (confirm_list) or discarded (discard_list).";
        return Err(Problem::of("bad_value").field("action", "bad_value", sentence));
    }
    let action: ListAction = read_action(&command.action, command.body)?;
    let done = act_on_list(&house, &source, &action, &caller.actor).await;
    answered(
        &house,
        &caller,
        &command.action,
        ("list", stream_of(&source)),
        done,
        |list| HttpResponse::Ok().json(json!({ "current": list.current, "held": list.held })),
    )
    .await
}
