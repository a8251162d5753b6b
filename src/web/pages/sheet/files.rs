//! Files for a case that belong to no section of the dossier: bills of lading, weighings, captures, reports. What was
//! uploaded here can be named on a sheet.

use crate::{
    domain::{
        id::{CaseId, DocumentId},
        people::Role,
    },
    process::Seen,
    web::{
        api::{cases, documents},
        pages::{
            form::{check_token, same_origin},
            table::Table,
            visit::SignedIn,
        },
        problem::Problem,
        transfer,
    },
    workflow::visibility::roles_on,
};
use actix_multipart::{Multipart, MultipartError};
use actix_web::{HttpRequest, HttpResponse, get, post, web::Path};
use futures_util::{StreamExt as _, TryStreamExt as _};
use serde_json::{Value, json};

/// The most bytes of a field that is no file.
const MOST_TEXT: usize = 1000;

async fn seen(me: &SignedIn, id: CaseId) -> Result<Seen, Problem> {
    let seen = cases::visible(&me.visit.house, &me.caller(), id).await?;
    let only_reads = |role: &Role| matches!(role, Role::Auditor | Role::OrganisationReader);
    if roles_on(&seen.case, &me.actor).iter().all(only_reads) {
        return Err(Problem::of("forbidden").rule("D-02"));
    }
    Ok(seen)
}

/// One's own files of this case, and a form for another.
#[get("/cases/{id}/files")]
pub async fn show(me: SignedIn, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let seen = seen(&me, *id).await?;
    let rows = me.visit.house.store.documents_of(*id).await?;
    let own = rows.iter().filter(|row| row.uploaded_by == me.actor.person);
    let own: Vec<Value> = own
        .map(|row| json!({ "name": row.file_name, "sha256": row.sha256, "at": me.visit.when(row.uploaded_at, "UTC") }))
        .collect();
    let context = json!({
        "id": id.to_string(), "rows": own, "title": seen.case.reference.clone().unwrap_or_else(|| me.visit.t("desk-draft")),
    });
    me.visit.page("desk/files.html", context)
}

/// One's own files.
#[get("/cases/{id}/files.{ending:csv|json}")]
pub async fn twin(me: SignedIn, place: Path<(CaseId, String)>) -> Result<HttpResponse, Problem> {
    let (id, ending) = place.into_inner();
    seen(&me, id).await?;
    let mut table = Table::new(&["id", "file_name", "sha256", "uploaded_at"]);
    for row in me.visit.house.store.documents_of(id).await? {
        if row.uploaded_by == me.actor.person {
            table.row([
                json!(row.id),
                json!(row.file_name),
                json!(row.sha256),
                json!(row.uploaded_at),
            ]);
        }
    }
    table.answer(&me.visit, "files", &ending)
}

#[post("/cases/{id}/files")]
pub async fn upload(
    me: SignedIn,
    request: HttpRequest,
    id: Path<CaseId>,
    mut parts: Multipart,
) -> Result<HttpResponse, Problem> {
    same_origin(&request)?;
    seen(&me, *id).await?;
    let house = &me.visit.house;
    transfer::check_length(&request, house.settings.documents.max_bytes + (1 << 20))?;
    let unreadable = |error: MultipartError| Problem::of("bad_request").because(error.to_string());
    let mut trusted = false;
    while let Some(mut field) = parts.try_next().await.map_err(unreadable)? {
        let file = field.name() == Some("file");
        if !file {
            let mut token = Vec::new();
            while let Some(chunk) = field.try_next().await.map_err(unreadable)? {
                if token.len() + chunk.len() > MOST_TEXT {
                    return Err(Problem::of("too_large"));
                }
                token.extend_from_slice(&chunk);
            }
            if field.name() == Some("csrf") {
                check_token(&me.visit, std::str::from_utf8(&token).unwrap_or_default())?;
                trusted = true;
            }
            continue;
        }
        if !trusted {
            break;
        }
        let disposition = field.content_disposition();
        let name = disposition
            .and_then(|sent| sent.get_filename())
            .unwrap_or_default()
            .to_owned();
        let declared = field.content_type().map(ToString::to_string);
        let document = DocumentId::fresh();
        let receiving = house.documents.begin(document, &name, declared.as_deref()).await?;
        let bytes = field.map(|chunk| chunk.map_err(|_| ()));
        let received = receiving.take_all(Box::pin(bytes)).await?;
        documents::filed(house, &me.caller(), *id, document, received).await?;
        return Ok(me.visit.done(&format!("/cases/{}/files", *id), "file"));
    }
    Err(Problem::of("foreign_form"))
}
