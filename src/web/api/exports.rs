//! What auditors take away: histories that can be verified offline, and the record of denied attempts.

use super::{Caller, TheHouse, cases::opened, wish, write_down};
use crate::{
    audit::export::ExportHeader,
    domain::{Instant, id::CaseId, people::Role},
    house::House,
    process,
    store::{
        commit::{Stream, StreamKind},
        history::Selection,
        security::SecurityEvent,
    },
    web::{
        body::{StrictJson, StrictQuery},
        outflow::outflow,
        paging::{self, Cursors, Page},
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode, post};
use serde::Deserialize;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;

/// What to export: certain cases, or a period. Either, not both.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportRequest {
    #[serde(default)]
    pub cases: Vec<CaseId>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Instant>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub to: Option<Instant>,
    /// `jsonl` (can be verified) or `csv` (for spreadsheets).
    #[serde(default = "jsonl")]
    pub format: String,
    /// Leave out names and texts; their commitments stay.
    #[serde(default)]
    pub withhold: bool,
    /// What it is for; kept with the record of the export.
    #[serde(default)]
    pub purpose: Option<crate::domain::text::Words>,
}

impl ExportRequest {
    pub(super) fn of(cases: Vec<CaseId>, from: Option<Instant>, to: Option<Instant>) -> Self {
        Self {
            cases,
            from,
            to,
            format: jsonl(),
            withhold: false,
            purpose: None,
        }
    }
}

/// One of the exports that may be made at the same time.
pub struct Slot {
    _permit: OwnedSemaphorePermit,
}

impl Slot {
    /// Takes one, if one is free.
    ///
    /// # Errors
    /// `too_many_exports`.
    pub fn take(house: &House) -> Result<Self, Problem> {
        let permit = house.exports.clone().try_acquire_owned();
        let none = |_| Problem::of("too_many_exports").retry_after(Duration::from_secs(5));
        permit.map(|permit| Self { _permit: permit }).map_err(none)
    }
}

fn jsonl() -> String {
    "jsonl".to_owned()
}

/// Exports histories. The export is itself an event, and every denied one is written down.
#[utoipa::path(tag = "audit", request_body = ExportRequest, responses((status = 200, description = "The file"), (status = 403, description = "Not for you", body = Problem), (status = 404, description = "No such case", body = Problem), (status = 422, description = "Not usable", body = Problem), (status = 429, description = "Another export of yours is still being sent", body = Problem)))]
#[post("/exports")]
pub async fn create_export(
    house: TheHouse,
    caller: Caller,
    request: HttpRequest,
    body: StrictJson<ExportRequest>,
) -> Result<HttpResponse, Problem> {
    let wanted = body.value;
    if !caller.actor.is(Role::Auditor) {
        write_down(&house, &caller, "export", None, "wrong_role", Some("12")).await;
        return Err(Problem::of("forbidden").detail("Exports are for auditors.").rule("12"));
    }
    let _ = wish(&request, &caller.actor, &body.bytes, None)?;
    let selection = selection(&wanted)?;
    if let Selection::Streams(streams) = &selection {
        for stream in streams {
            super::cases::visible(&house, &caller, CaseId(stream.id)).await?;
        }
    }
    exported(&house, &caller, &wanted, &selection).await
}

/// Writes the export down, then makes it.
///
/// # Errors
/// The store's trouble.
pub async fn exported(
    house: &TheHouse,
    caller: &Caller,
    wanted: &ExportRequest,
    selection: &Selection,
) -> Result<HttpResponse, Problem> {
    let Some(turn) = house.export_turn(caller.actor.person) else {
        return Err(Problem::of("too_many_requests")
            .detail("Another export of yours is still being sent.")
            .what_next("Wait until it has arrived, then ask again.")
            .retry_after(std::time::Duration::from_secs(5)));
    };
    let slot = Slot::take(house)?;
    let purpose = wanted.purpose.as_ref().map(crate::domain::text::Words::as_str);
    process::record_export(house, &caller.actor, Some(selection), &wanted.format, purpose).await?;
    let (store, selection, csv) = (house.store.clone(), selection.clone(), wanted.format == "csv");
    let made = ExportHeader {
        made_at: house.clock.now(),
        made_by: caller.actor.person,
        withhold: wanted.withhold,
    };
    let file = outflow(move |mut outlet| async move {
        let written = if csv {
            store.export_csv(&selection, &mut outlet).await.map(|_| ())
        } else {
            store.export(&selection, &made, &mut outlet, &|_| {}).await.map(|_| ())
        };
        drop((turn, slot));
        (outlet, written)
    });
    let media = if csv {
        "text/csv; charset=utf-8"
    } else {
        "application/jsonl"
    };
    Ok(HttpResponse::Ok()
        .content_type(media)
        .insert_header((
            "Content-Disposition",
            format!("attachment; filename=\"history.{}\"", wanted.format),
        ))
        .streaming(file))
}

/// What is asked for.
///
/// # Errors
/// `export_selection`.
pub fn selection(wanted: &ExportRequest) -> Result<Selection, Problem> {
    let unusable = |path: &str, says: &str| {
        Problem::refused(StatusCode::UNPROCESSABLE_ENTITY, "export_selection", says).field(
            path,
            "export_selection",
            says,
        )
    };
    if !["jsonl", "csv"].contains(&wanted.format.as_str()) {
        return Err(unusable("format", "The format is “jsonl” or “csv”."));
    }
    match (wanted.cases.is_empty(), wanted.from, wanted.to) {
        (false, None, None) if wanted.cases.len() <= 1000 => {
            let stream = |id: &CaseId| Stream {
                kind: StreamKind::Case,
                id: id.0,
            };
            Ok(Selection::Streams(wanted.cases.iter().map(stream).collect()))
        }
        (true, Some(from), Some(to)) if from < to => Ok(Selection::Period(from, to)),
        _ => Err(unusable(
            "cases",
            "Name up to 1,000 cases, or a period with “from” before “to”.",
        )),
    }
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct SecurityQuery {
    limit: Option<String>,
    cursor: Option<String>,
}

/// Denied attempts and reads of confidential files, newest first; for auditors.
#[utoipa::path(tag = "audit", params(SecurityQuery), responses((status = 200, description = "A page", body = Page<SecurityEvent>), (status = 403, description = "Not for you", body = Problem)))]
#[get("/security-events")]
pub async fn list_security_events(
    house: TheHouse,
    caller: Caller,
    query: StrictQuery<SecurityQuery>,
) -> Result<HttpResponse, Problem> {
    if !caller.actor.is(Role::Auditor) {
        write_down(&house, &caller, "read_security_events", None, "wrong_role", Some("11")).await;
        return Err(Problem::of("forbidden").rule("11"));
    }
    let limit = paging::limit(query.0.limit.as_deref(), house.settings.limits.page)?;
    let cursors = Cursors::new(&house.cursor_key);
    let before = query
        .0
        .cursor
        .as_deref()
        .map(|cursor| opened(&cursors, "security", cursor))
        .transpose()?;
    let mut items = house.store.security_events(before, limit + 1).await?;
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let position = |event: &SecurityEvent| format!("{}:{}", event.at.as_microsecond(), event.id);
    let next_cursor = items
        .last()
        .filter(|_| more)
        .map(|last| cursors.seal("security", &position(last)));
    Ok(HttpResponse::Ok().json(Page { items, next_cursor }))
}
