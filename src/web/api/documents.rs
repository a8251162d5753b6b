//! Documents of a case: bytes in, bytes out, only for those who may.

use super::{Caller, TheHouse, cases::visible, write_down};
use crate::{
    documents::MediaKind,
    domain::{
        id::{CaseId, DocumentId},
        people::Role,
    },
    process::Seen,
    store::documents::{DocumentRow, DocumentState},
    web::{body::StrictQuery, problem::Problem, transfer},
    workflow::visibility::roles_on,
};
use actix_web::{HttpRequest, HttpResponse, get, http::header, post, web};
use serde::Deserialize;
use serde_json::json;

/// The file's name.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct UploadQuery {
    file_name: String,
}

/// Uploads a file to a case: the request's body is the file, as it is. It can be attached, cited or reported once clean.
#[utoipa::path(tag = "documents", params(("id" = String, Path), UploadQuery), request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, description = "Received", body = DocumentRow), (status = 404, description = "Not there for you", body = Problem), (status = 413, description = "Too large", body = Problem), (status = 422, description = "Not accepted", body = Problem)))]
#[post("/cases/{id}/documents")]
pub async fn upload_document(
    house: TheHouse,
    caller: Caller,
    request: HttpRequest,
    id: web::Path<CaseId>,
    query: StrictQuery<UploadQuery>,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let seen = visible(&house, &caller, *id).await?;
    let roles = roles_on(&seen.case, &caller.actor);
    if roles
        .iter()
        .all(|role| matches!(role, Role::Auditor | Role::OrganisationReader))
    {
        write_down(
            &house,
            &caller,
            "upload_document",
            Some(("case", id.0)),
            "wrong_role",
            Some("D-02"),
        )
        .await;
        return Err(Problem::of("forbidden").rule("D-02"));
    }
    transfer::check_length(&request, house.settings.documents.max_bytes)?;
    let declared = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let document = DocumentId::fresh();
    let receiving = house.documents.begin(document, &query.0.file_name, declared).await?;
    let received = transfer::receive(payload, receiving).await?;
    let row = filed(&house, &caller, *id, document, received).await?;
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/documents/{document}/content")))
        .json(row))
}

/// Notes a file that was received, and asks whether it is clean.
///
/// # Errors
/// `malware_found`.
pub async fn filed(
    house: &TheHouse,
    caller: &Caller,
    case: CaseId,
    document: DocumentId,
    received: crate::documents::Received,
) -> Result<DocumentRow, Problem> {
    let (state, reason) = house.examine(document).await?;
    let row = DocumentRow {
        id: document,
        case,
        uploaded_by: caller.actor.person,
        file_name: received.name.clone(),
        sha256: hex::encode(received.sha256),
        bytes: received.bytes,
        media_type: received.kind.media_type().to_owned(),
        state,
        reason,
        uploaded_at: house.clock.now(),
    };
    house.store.document_received(&row).await?;
    if state == DocumentState::Rejected {
        write_down(
            house,
            caller,
            "upload_document",
            Some(("document", document.0)),
            "malware_found",
            None,
        )
        .await;
        return Err(Problem::of("malware_found"));
    }
    Ok(row)
}

/// The files of a case.
#[utoipa::path(tag = "documents", params(("id" = String, Path)), responses((status = 200, description = "Every file with its state"), (status = 404, description = "Not there for you", body = Problem)))]
#[get("/cases/{id}/documents")]
pub async fn list_documents(house: TheHouse, caller: Caller, id: web::Path<CaseId>) -> Result<HttpResponse, Problem> {
    let seen = visible(&house, &caller, *id).await?;
    let mut rows = house.store.documents_of(*id).await?;
    rows.retain(|row| may_read(&seen.case, &caller, row));
    Ok(HttpResponse::Ok().json(json!({ "items": rows })))
}

/// Submitters read their own file; the committee what was submitted, after declaring; inspectors' captures stay inside.
pub fn may_read(case: &crate::workflow::case::Case, caller: &Caller, row: &DocumentRow) -> bool {
    let roles = roles_on(case, &caller.actor);
    let submitter = roles.iter().any(|role| Role::SUBMITTER.contains(role));
    let declared = case
        .member(&caller.actor)
        .is_some_and(|member| member.interest == Some(false));
    let office = [Role::Secretariat, Role::SecretariatLead, Role::Auditor]
        .iter()
        .any(|role| roles.contains(role));
    let theirs = case.hands.contains(&row.uploaded_by) || case.document(row.id).is_some();
    row.uploaded_by == caller.actor.person || submitter && theirs || office || declared
}

/// A file's bytes, to be saved. Nothing leaves quarantine.
#[utoipa::path(tag = "documents", params(("id" = String, Path)), responses((status = 200, description = "The bytes"), (status = 404, description = "Not there for you", body = Problem), (status = 409, description = "Still in quarantine", body = Problem)))]
#[get("/documents/{id}/content")]
pub async fn document_content(
    house: TheHouse,
    caller: Caller,
    id: web::Path<DocumentId>,
) -> Result<HttpResponse, Problem> {
    hand_out(&house, &caller, *id, Purpose::Save).await
}

/// A file and its case, for somebody who may read it.
///
/// # Errors
/// 404.
pub async fn readable(house: &TheHouse, caller: &Caller, id: DocumentId) -> Result<(DocumentRow, Seen), Problem> {
    let row = house
        .store
        .document(id)
        .await?
        .ok_or_else(|| Problem::of("not_found"))?;
    let seen = visible(house, caller, row.case).await?;
    if !may_read(&seen.case, caller, &row) {
        write_down(
            house,
            caller,
            "read_document",
            Some(("document", id.0)),
            "not_found",
            None,
        )
        .await;
        return Err(Problem::of("not_found"));
    }
    Ok((row, seen))
}

/// A file's bytes, for somebody who may read it: to save, or to look at inside a page. What is confidential is not
/// read without a note of it.
///
/// # Errors
/// 404, also for what a browser cannot show safely; 409 in quarantine.
pub async fn hand_out(
    house: &TheHouse,
    caller: &Caller,
    id: DocumentId,
    purpose: Purpose,
) -> Result<HttpResponse, Problem> {
    let (row, seen) = readable(house, caller, id).await?;
    if row.state != DocumentState::Clean {
        return Err(Problem::of("conflict").detail("The file is in quarantine or was rejected."));
    }
    let kind = MediaKind::announced(&row.file_name, Some(&row.media_type))?;
    let shown = transfer::shown_as(kind);
    if purpose == Purpose::Look && shown.is_none() {
        return Err(Problem::of("not_found"));
    }
    if seen.case.document(row.id).is_some_and(|document| document.confidential) {
        write_down(
            house,
            caller,
            "read_confidential_document",
            Some(("document", id.0)),
            "allowed",
            None,
        )
        .await;
        crate::process::record_read(house, &caller.actor, row.case, id).await?;
    }
    let (bytes, stream) = house.documents.read(row.id).await?;
    let sha256 = hex::decode(&row.sha256)
        .ok()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let sha256 = sha256.ok_or_else(|| Problem::internal("a document's hash cannot be read"))?;
    Ok(match shown.filter(|_| purpose == Purpose::Look) {
        Some(media_type) => transfer::show(media_type, bytes, stream),
        None => transfer::hand_out(&row.file_name, kind, bytes, &sha256, stream),
    })
}

/// What somebody wants a file for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Save,
    Look,
}
