//! The evidence of a dossier: upload, list, removal (D-02).

use super::{fault, own};
use crate::{
    domain::{
        id::{CaseId, DocumentId},
        notice::Criterion,
    },
    process::Seen,
    web::{
        api::documents as files,
        pages::{
            Form, Sent, SignedIn,
            act::{self, Acted},
            form::{check_token, same_origin},
        },
        problem::Problem,
        transfer,
    },
    workflow::{self, action::ActionKind},
};
use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode, post, web::Path};
use futures_util::{StreamExt as _, TryStreamExt as _};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The most bytes of a field that is no file.
const MOST_TEXT: usize = 100_000;

#[get("/dossiers/{id}/documents")]
pub async fn show(me: SignedIn, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let seen = own(&me, *id).await?;
    page(&me, &seen, Sent::default(), StatusCode::OK)
}

#[get("/dossiers/{id}/documents/{document}")]
pub async fn content(me: SignedIn, place: Path<(CaseId, DocumentId)>) -> Result<HttpResponse, Problem> {
    let (id, document) = place.into_inner();
    own(&me, id).await?;
    files::hand_out(&me.visit.house, &me.caller(), document, files::Purpose::Save).await
}

#[post("/dossiers/{id}/documents/{document}/remove")]
pub async fn remove(form: Form, place: Path<(CaseId, DocumentId)>) -> Result<HttpResponse, Problem> {
    let (id, document) = place.into_inner();
    let seen = own(&form.me, id).await?;
    match act::on_case(&form, id, "detach_document", json!({ "document": document })).await? {
        Acted::Done(_) => Ok(form
            .visit()
            .done(&format!("/dossiers/{id}/documents"), "dossier-removed")),
        Acted::Refused(sent) => page(&form.me, &seen, sent, StatusCode::UNPROCESSABLE_ENTITY),
    }
}

#[post("/dossiers/{id}/documents")]
pub async fn upload(
    me: SignedIn,
    request: HttpRequest,
    id: Path<CaseId>,
    parts: Multipart,
) -> Result<HttpResponse, Problem> {
    same_origin(&request)?;
    let seen = own(&me, *id).await?;
    transfer::check_length(&request, me.visit.house.settings.documents.max_bytes + (1 << 20))?;
    if !may(&me, &seen) {
        return Err(Problem::of("forbidden").rule("D-02"));
    }
    let form = match received(&me, *id, parts).await? {
        Ok(form) => form,
        Err(sent) => return page(&me, &seen, sent, StatusCode::UNPROCESSABLE_ENTITY),
    };
    match act::on_case(&form, *id, "attach_document", form.json()).await? {
        Acted::Done(_) => Ok(me.visit.done(&format!("/dossiers/{id}/documents"), "dossier-attached")),
        Acted::Refused(sent) => page(&me, &seen, sent, StatusCode::UNPROCESSABLE_ENTITY),
    }
}

/// The fields before the file, then the file itself, straight into the store; what is wrong with the form otherwise.
async fn received(me: &SignedIn, case: CaseId, mut parts: Multipart) -> Result<Result<Form, Sent>, Problem> {
    let mut form = Form {
        me: me.clone(),
        fields: Vec::new(),
    };
    let mut trusted = false;
    while let Some(field) = parts.try_next().await.map_err(unreadable)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            if !trusted {
                return Err(Problem::of("foreign_form"));
            }
            return filed(me, case, form, field).await;
        }
        let value = text(field).await?;
        if name == "csrf" {
            check_token(&me.visit, &value)?;
            trusted = true;
        }
        form.fields.push((name, value));
    }
    Err(Problem::of("foreign_form"))
}

async fn filed(me: &SignedIn, case: CaseId, mut form: Form, field: Field) -> Result<Result<Form, Sent>, Problem> {
    let name = field
        .content_disposition()
        .and_then(|sent| sent.get_filename())
        .unwrap_or_default();
    let name = name.to_owned();
    let mut errors = Vec::new();
    if form.value("class").is_empty() {
        errors.push(fault("class", "field_missing", me.visit.t("dossier-fill-in")));
    }
    if name.is_empty() {
        errors.push(fault("file", "field_missing", me.visit.t("dossier-choose-file")));
    }
    if !errors.is_empty() {
        return Ok(Err(form.sent(errors)));
    }
    let house = &me.visit.house;
    let declared = field.content_type().map(ToString::to_string);
    let document = DocumentId::fresh();
    let taken = async {
        let receiving = house.documents.begin(document, &name, declared.as_deref()).await?;
        let bytes = field.map(|chunk| chunk.map_err(|_| ()));
        let received = receiving.take_all(Box::pin(bytes)).await?;
        files::filed(house, &me.caller(), case, document, received).await
    };
    match taken.await {
        Ok(_) => {
            form.fields.push(("document".to_owned(), document.to_string()));
            Ok(Ok(form))
        }
        Err(problem) if actix_web::ResponseError::status_code(&problem).is_client_error() => {
            let mut wrong = fault("file", problem.code(), problem.sentence().to_owned());
            wrong.lang = Some("en");
            Ok(Err(form.sent(vec![wrong])))
        }
        Err(problem) => Err(problem),
    }
}

async fn text(mut field: Field) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.try_next().await.map_err(unreadable)? {
        if bytes.len() + chunk.len() > MOST_TEXT {
            return Err(Problem::of("too_large"));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Problem::of("bad_request"))
}

fn unreadable(error: MultipartError) -> Problem {
    Problem::of("bad_request").because(error.to_string())
}

fn may(me: &SignedIn, seen: &Seen) -> bool {
    let allowed = workflow::allowed(&seen.case, &me.actor, &seen.around, seen.now);
    allowed.contains(&ActionKind::AttachDocument) && seen.case.section_open("documents")
}

fn page(me: &SignedIn, seen: &Seen, sent: Sent, status: StatusCode) -> Result<HttpResponse, Problem> {
    let (visit, case) = (&me.visit, &seen.case);
    let documents = &case.dossier.documents;
    let there: BTreeSet<&str> = documents.iter().map(|document| document.class.as_str()).collect();
    let asked = asked(&case.terms.required_documents, &case.terms.criteria);
    let twins: Vec<Value> = std::iter::once(json!(["", visit.t("dossier-no-twin")]))
        .chain(
            documents
                .iter()
                .filter(|document| !document.confidential)
                .map(|document| json!([document.id, document.file_name])),
        )
        .collect();
    let languages: Vec<Value> = super::shape::LANGUAGES
        .iter()
        .map(|code| json!([code, visit.t(&format!("language-{code}"))]))
        .collect();
    let context = json!({
        "id": case.id, "reference": case.reference, "notice": case.terms.number, "documents": documents, "form": sent,
        "may_edit": may(me, seen), "twins": twins, "languages": languages, "language": case.dossier.language.tag(),
        "asked": asked.iter().map(|class| json!([class, there.contains(class)])).collect::<Vec<_>>(),
        "returned": super::tasks::returned(seen, "documents"),
    });
    visit.page_as(status, "submitter/documents.html", context)
}

/// The classes of document that the notice asks for, and those that evidence a criterion.
fn asked<'n>(required: &'n BTreeSet<String>, criteria: &'n [Criterion]) -> BTreeSet<&'n str> {
    let evidence = criteria.iter().flat_map(|criterion| &criterion.evidence);
    required.iter().chain(evidence).map(String::as_str).collect()
}
