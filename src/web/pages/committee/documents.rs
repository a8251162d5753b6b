//! The documents of a case, and one of them to look at: beside what is known of it, inside a frame that runs nothing.

use crate::{
    documents::MediaKind,
    domain::{
        dossier::DocumentRef,
        id::{CaseId, DocumentId, PersonId},
        people::Role,
    },
    process::Seen,
    store::documents::DocumentRow,
    web::{
        api::{
            cases,
            documents::{self, Purpose},
        },
        pages::{site::document_kind, table::Table, visit::SignedIn},
        problem::Problem,
        transfer,
    },
    workflow::{case::Case, visibility::roles_on},
};
use actix_web::{
    HttpResponse, get,
    web::{Path, ServiceConfig},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Readers that are named beside a confidential document.
const READERS: u32 = 50;

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(listed)
        .service(listed_twin)
        .service(look)
        .service(save)
        .service(viewer);
}

/// The files of a case that this person may read, oldest first.
async fn rows(me: &SignedIn, id: CaseId) -> Result<(Seen, Vec<DocumentRow>), Problem> {
    let caller = me.caller();
    let seen = cases::visible(&me.visit.house, &caller, id).await?;
    let mut rows = me.visit.house.store.documents_of(id).await?;
    rows.retain(|row| documents::may_read(&seen.case, &caller, row));
    Ok((seen, rows))
}

/// The numbers of the submitted versions that have it.
fn versions(case: &Case, id: DocumentId) -> Vec<u32> {
    let has = |dossier: &crate::domain::dossier::Dossier| dossier.documents.iter().any(|one| one.id == id);
    let with = case.frozen.iter().filter(|frozen| has(&frozen.dossier));
    with.map(|frozen| frozen.version).collect()
}

fn line(me: &SignedIn, case: &Case, row: &DocumentRow) -> Value {
    let cited = case.document(row.id);
    json!({
        "id": row.id, "name": row.file_name, "lang": cited.map(|document| document.language.tag()),
        "class": cited.map(|document| document_kind(&me.visit.site.texts, &document.class)), "code": cited.map(|document| &document.class),
        "confidential": cited.is_some_and(|document| document.confidential), "sha256": row.sha256,
        "bytes": row.bytes, "media_type": row.media_type, "state": row.state, "versions": versions(case, row.id),
        "at": me.visit.when(row.uploaded_at, &case.policy().tz),
    })
}

#[get("/cases/{id}/documents")]
async fn listed(me: SignedIn, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let (seen, rows) = rows(&me, *id).await?;
    let rows: Vec<_> = rows.iter().map(|row| line(&me, &seen.case, row)).collect();
    let context = json!({ "id": *id, "title": seen.case.reference, "rows": rows });
    me.visit.page("committee/documents.html", context)
}

#[get("/cases/{id}/documents.{ending:csv|json}")]
async fn listed_twin(me: SignedIn, place: Path<(CaseId, String)>) -> Result<HttpResponse, Problem> {
    let (id, ending) = place.into_inner();
    let (seen, rows) = rows(&me, id).await?;
    let mut table = Table::new(&[
        "id",
        "file_name",
        "class",
        "confidential",
        "state",
        "sha256",
        "bytes",
        "media_type",
        "versions",
        "uploaded_at",
    ]);
    for row in &rows {
        let cited = seen.case.document(row.id);
        let versions: Vec<_> = versions(&seen.case, row.id).iter().map(u32::to_string).collect();
        table.row([
            json!(row.id),
            json!(row.file_name),
            json!(cited.map(|document| &document.class)),
            json!(cited.is_some_and(|document| document.confidential)),
            json!(row.state),
            json!(row.sha256),
            json!(row.bytes),
            json!(row.media_type),
            json!(versions.join(" ")),
            json!(row.uploaded_at),
        ]);
    }
    table.answer(&me.visit, "documents", &ending)
}

/// How the browser may show it: `pdf` (its own viewer, which a sandboxed frame would not start), `image`, `text`.
fn frame(row: &DocumentRow) -> Option<&'static str> {
    let kind = MediaKind::announced(&row.file_name, Some(&row.media_type)).ok()?;
    transfer::shown_as(kind)?;
    Some(match kind {
        MediaKind::Pdf => "pdf",
        MediaKind::Png | MediaKind::Jpeg => "image",
        _ => "text",
    })
}

#[get("/documents/{id}")]
async fn viewer(me: SignedIn, id: Path<DocumentId>) -> Result<HttpResponse, Problem> {
    let (row, _) = documents::readable(&me.visit.house, &me.caller(), *id).await?;
    let (seen, rows) = rows(&me, row.case).await?;
    let case = &seen.case;
    let here = rows.iter().position(|one| one.id == row.id).unwrap_or_default();
    let beside = |n: Option<usize>| {
        n.and_then(|n| rows.get(n))
            .map(|row| json!({ "id": row.id, "name": row.file_name }))
    };
    let cited = case.document(row.id);
    let other = |id: Option<DocumentId>| id.and_then(|id| case.document(id));
    let twin = other(cited.and_then(|one| one.public_twin));
    let replaces = other(cited.and_then(|one| one.replaces));
    let all = case
        .frozen
        .iter()
        .flat_map(|frozen| &frozen.dossier.documents)
        .chain(&case.dossier.documents);
    let replaced = all.into_iter().find(|one| one.replaces == Some(row.id));
    let link = |document: Option<&DocumentRef>| document.map(|one| json!({ "id": one.id, "name": one.file_name }));
    let (readers, uploader) = readers(&me, case, &row).await?;
    let context = json!({
        "case": row.case, "title": case.reference, "row": line(&me, case, &row), "frame": frame(&row).filter(|_| row.state == crate::store::documents::DocumentState::Clean),
        "before": beside(here.checked_sub(1)), "after": beside(Some(here + 1)), "n": here + 1, "total": rows.len(),
        "twin": link(twin), "replaces": link(replaces), "replaced": link(replaced),
        "no_twin_reason": cited.and_then(|one| one.no_twin_reason.clone()), "readers": readers, "uploader": uploader,
    });
    me.visit.page("committee/document.html", context)
}

/// Who read what is confidential (for those who keep the file), and who brought it.
async fn readers(me: &SignedIn, case: &Case, row: &DocumentRow) -> Result<(Value, Value), Problem> {
    let keepers = [Role::Secretariat, Role::SecretariatLead, Role::Auditor];
    let keeps = roles_on(case, &me.actor).iter().any(|role| keepers.contains(role));
    let confidential = case.document(row.id).is_some_and(|document| document.confidential);
    let store = &me.visit.house.store;
    let events = if keeps && confidential {
        store.readings_of(row.id.0, READERS).await?
    } else {
        Vec::new()
    };
    let ids = events
        .iter()
        .filter_map(|event| event.person)
        .chain([row.uploaded_by])
        .collect();
    let filter = crate::store::people::PeopleFilter {
        ids,
        ..Default::default()
    };
    let people = store.people(&filter).await?;
    let names: BTreeMap<PersonId, String> = people.into_iter().map(|person| (person.id, person.name)).collect();
    let reading = |event: &crate::store::security::SecurityEvent| json!({ "who": event.person.and_then(|id| names.get(&id)), "at": me.visit.when(event.at, &case.policy().tz) });
    let shown = (keeps && confidential).then(|| events.iter().map(reading).collect::<Vec<_>>());
    Ok((json!(shown), json!(names.get(&row.uploaded_by))))
}

/// The document itself, for the frame.
#[get("/documents/{id}/view")]
async fn look(me: SignedIn, id: Path<DocumentId>) -> Result<HttpResponse, Problem> {
    documents::hand_out(&me.visit.house, &me.caller(), *id, Purpose::Look).await
}

#[get("/documents/{id}/file")]
async fn save(me: SignedIn, id: Path<DocumentId>) -> Result<HttpResponse, Problem> {
    documents::hand_out(&me.visit.house, &me.caller(), *id, Purpose::Save).await
}
