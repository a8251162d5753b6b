//! Sanctions lists: which versions are in force, new files, and a person's word on a version that was held.

mod said;

use super::WHO;
use crate::{
    engine::{
        files::{Incoming, read_files},
        lists::{difference, entries_of},
    },
    jobs::list_keeper::Work,
    process::{
        ActError,
        lists::{Offered, act_on_list, list_refusal, offer_files, view_list},
    },
    screening::lists::Format,
    store::{checks::JobKind, screening::ListVersionRow},
    web::{
        api::{lists as api, write_down},
        pages::{Form, SignedIn, Visit, form, table::Table, visit::encoded},
        problem::Problem,
    },
    workflow::list::{JudgeList, ListAction, ListVersion, stream_of},
};
use actix_multipart::Multipart;
use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode, post, web::Path};
use futures_util::TryStreamExt as _;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tokio::io::AsyncWriteExt as _;

/// Files that one list may consist of.
const MOST_FILES: usize = 10;
/// Bytes of a field that is no file.
const MOST_TEXT: usize = 1_000;

fn shown(version: &ListVersion) -> Value {
    let mut shown = json!(version);
    shown["label"] = json!(version.label());
    shown
}

async fn page(visit: &Visit, status: StatusCode, said: Value) -> Result<HttpResponse, Problem> {
    let mut lists = Vec::new();
    for state in visit.house.store.list_states().await? {
        let (list, _) = view_list(&visit.house, &state.source).await?;
        let versions = visit.house.store.list_versions(&state.source).await?;
        let loaded = versions.iter().find(|row| row.state == "current");
        let check = match &list.current {
            Some(current) => visit.house.store.check_of(JobKind::List, current.id).await?,
            None => None,
        };
        let row = |row: &ListVersionRow| json!({ "state": row.state, "facts": shown(&row.facts), "loaded": visit.when(row.loaded_at, "UTC") });
        lists.push(json!({
            "source": state.source, "judge": format!("/admin/lists/{}/judge", encoded(&state.source)), "current": list.current.as_ref().map(shown), "held": list.held.as_ref().map(shown),
            "loaded": loaded.map(|row| visit.when(row.loaded_at, "UTC")),
            "checked": state.checked_at.map(|at| visit.when(at, "UTC")), "trouble": state.trouble, "check": check,
            "refused": list.refused.as_ref().map(|why| said::refused(visit, why)), "versions": versions.iter().map(row).collect::<Vec<_>>(),
        }));
    }
    let formats: Vec<&str> = Format::ALL.iter().map(|format| format.word()).collect();
    let context =
        json!({ "lists": lists, "formats": formats, "said": said, "health": api::health(&visit.house).await });
    visit.page_as(status, "admin/lists.html", context)
}

#[get("/admin/lists")]
pub async fn lists_page(me: SignedIn) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    page(&me.visit, StatusCode::OK, Value::Null).await
}

#[get("/admin/lists.{ending:csv|json}")]
pub async fn lists_twin(me: SignedIn, ending: Path<String>) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let columns = [
        "source",
        "state",
        "version",
        "published",
        "loaded_at",
        "entries",
        "names",
        "identifiers",
        "complaints",
        "added",
        "removed",
        "changed",
        "sha256",
    ];
    let mut table = Table::new(&columns);
    let store = &me.visit.house.store;
    for state in store.list_states().await? {
        for row in store.list_versions(&state.source).await? {
            let facts = &row.facts;
            let hashes: Vec<&str> = facts.files.iter().map(|file| file.sha256.as_str()).collect();
            table.row([
                json!(facts.source),
                json!(row.state),
                json!(facts.label()),
                json!(facts.published),
                json!(row.loaded_at),
                json!(facts.entries),
                json!(facts.names),
                json!(facts.identifiers),
                json!(facts.complaints),
                json!(facts.added),
                json!(facts.removed),
                json!(facts.changed),
                json!(hashes.join(" ")),
            ]);
        }
    }
    table.answer(&me.visit, "lists", &ending)
}

/// Looks at files without loading them, or loads them.
#[post("/admin/lists")]
pub async fn upload(me: SignedIn, request: HttpRequest, sent: Multipart) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    form::same_origin(&request)?;
    let (visit, house) = (&me.visit, &me.visit.house);
    let work = Work::begin(house).map_err(Problem::internal)?;
    let (fields, files) = received(visit, &work, sent).await?;
    let field = |name: &str| fields.get(name).map(|text| text.trim()).unwrap_or_default();
    let (source, format) = (field("source"), Format::named(field("format")));
    if field("do") == "look" {
        let said = look(visit, source, format, files).await?;
        return page(visit, StatusCode::OK, said).await;
    }
    match offer_files(house, &me.actor, source, format, files).await {
        Ok(Offered::InForce(_)) => Ok(visit.done("/admin/lists", "list_in_force")),
        Ok(Offered::Unchanged(_)) => Ok(visit.done("/admin/lists", "list_unchanged")),
        Ok(Offered::Held(_)) => Ok(visit.done("/admin/lists", "list_held")),
        Err(ActError::Refused(refusal)) => {
            let target = Some(("list", stream_of(source)));
            write_down(
                house,
                &me.caller(),
                "offer_list",
                target,
                refusal.code,
                Some(refusal.rule),
            )
            .await;
            let said = said::no(visit, &refusal, view_list(house, source).await?.0.refused.as_ref());
            page(visit, StatusCode::UNPROCESSABLE_ENTITY, said).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What loading these files would do; nothing is kept of them.
async fn look(visit: &Visit, source: &str, format: Option<Format>, files: Vec<Incoming>) -> Result<Value, Problem> {
    let (format, loaded) = match read_files(source.to_owned(), format, files).await {
        Ok(read) => read,
        Err(why) => {
            let (sentence, why) = (visit.t("lists-unreadable"), list_refusal(source, &why));
            return Ok(json!({ "kind": "unreadable", "sentence": sentence, "why": said::refused(visit, &why) }));
        }
    };
    let house = &visit.house;
    let before = match view_list(house, source).await?.0.current {
        Some(current) => entries_of(&house.store, current.id).await?,
        None => Vec::new(),
    };
    let change = difference(&before, &loaded.entries);
    let complaints: Vec<Value> = loaded
        .complaints
        .iter()
        .take(50)
        .map(|complaint| said::odd(visit, complaint))
        .collect();
    Ok(json!({
        "kind": "looked", "source": source, "format": format.word(), "published": loaded.published,
        "entries": loaded.counts.entries, "names": loaded.counts.names, "identifiers": loaded.counts.identifiers,
        "added": change.added, "removed": change.removed, "changed": change.changed,
        "complaints": loaded.complaints.len(), "first": complaints,
        "held": change.removed * 100 > before.len() as u64 * u64::from(house.settings.screening.shrink_percent),
        "files": loaded.files.iter().map(|file| json!({ "name": file.name, "sha256": file.sha256 })).collect::<Vec<_>>(),
    }))
}

type Received = (BTreeMap<String, String>, Vec<Incoming>);

/// The fields and the files of the form; the token comes first.
async fn received(visit: &Visit, work: &Work, mut sent: Multipart) -> Result<Received, Problem> {
    let broken = |error: actix_multipart::MultipartError| Problem::of("bad_request").because(error.to_string());
    let most = visit.house.settings.screening.max_list_bytes;
    let (mut fields, mut files, mut bytes, mut trusted) = (BTreeMap::new(), Vec::new(), 0_u64, false);
    while let Some(mut field) = sent.try_next().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        let file = field
            .content_disposition()
            .and_then(|part| part.get_filename())
            .map(str::to_owned);
        if let Some(file) = file.filter(|_| trusted) {
            let path = work.folder.join(files.len().to_string());
            let mut kept = tokio::fs::File::create(&path).await.map_err(Problem::internal)?;
            while let Some(chunk) = field.try_next().await.map_err(broken)? {
                bytes += chunk.len() as u64;
                if bytes > most || files.len() == MOST_FILES {
                    return Err(Problem::of("too_large"));
                }
                kept.write_all(&chunk).await.map_err(Problem::internal)?;
            }
            kept.flush().await.map_err(Problem::internal)?;
            // A browser sends an empty part where no file was chosen.
            if !file.is_empty() {
                files.push(Incoming { name: file, path });
            }
            continue;
        }
        let mut text = Vec::new();
        while let Some(chunk) = field.try_next().await.map_err(broken)? {
            if text.len() + chunk.len() > MOST_TEXT {
                return Err(Problem::of("too_large"));
            }
            text.extend_from_slice(&chunk);
        }
        let text = String::from_utf8(text).map_err(|_| Problem::of("bad_request"))?;
        if name == "csrf" {
            form::check_token(visit, &text)?;
            trusted = true;
        }
        fields.insert(name, text);
    }
    if trusted {
        Ok((fields, files))
    } else {
        Err(Problem::of("foreign_form"))
    }
}

/// A person's word on a version that was held.
#[post("/admin/lists/{source}/judge")]
pub async fn judge(form: Form, source: Path<String>) -> Result<HttpResponse, Problem> {
    form.me.needs(WHO)?;
    let body = json!({ "version": form.value("held"), "reason": form.value("reason") });
    let word: JudgeList =
        serde_json::from_value(body).map_err(|error| Problem::of("bad_request").because(error.to_string()))?;
    let action = match form.value("do") {
        "confirm" => ListAction::ConfirmList(word),
        _ => ListAction::DiscardList(word),
    };
    match act_on_list(&form.visit().house, &source, &action, &form.me.actor).await {
        Ok(_) => Ok(form.visit().done("/admin/lists", "list_judged")),
        Err(ActError::Refused(refusal)) => {
            let said = said::no(form.visit(), &refusal, None);
            page(form.visit(), StatusCode::UNPROCESSABLE_ENTITY, said).await
        }
        Err(error) => Err(error.into()),
    }
}
