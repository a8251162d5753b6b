//! Document bytes over HTTP, in and out.

use super::{disposition::attachment, problem::Problem};
use crate::documents::{Bytestream, DocumentError, MediaKind, Received, Receiving};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{self, Bytes},
};
use futures_util::StreamExt as _;
use std::time::Duration;

/// Longest silence of a sender in the middle of a document.
const SILENCE: Duration = Duration::from_secs(30);

impl From<DocumentError> for Problem {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::TooLarge { .. } => Problem::of("too_large").detail(error.to_string()),
            DocumentError::Refused { code, sentence } => Problem::of(code).detail(sentence),
            DocumentError::CutShort => Problem::of("body_cut_short"),
            DocumentError::StorageFull(_) => Problem::of("storage_full").because(error),
            DocumentError::NotFound => Problem::of("not_found"),
            DocumentError::Unavailable(_) => Problem::of("unavailable").because(error),
        }
    }
}

/// Refuses a request whose announced length is beyond the limit, before anything is written.
///
/// # Errors
/// `too_large`.
pub fn check_length(request: &HttpRequest, most: u64) -> Result<(), Problem> {
    let length = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: u64| length > most) {
        Err(DocumentError::TooLarge { most }.into())
    } else {
        Ok(())
    }
}

/// Takes the body of a request, as it is, as the document.
///
/// # Errors
/// What [`Receiving::take_all`] refuses; `body_too_slow` after 30 seconds of silence. Nothing of it remains.
pub async fn receive(payload: web::Payload, receiving: Receiving) -> Result<Received, Problem> {
    let patient = patiently(payload);
    Ok(receiving.take_all(Box::pin(patient)).await?)
}

fn patiently(payload: web::Payload) -> impl futures_util::Stream<Item = Result<Bytes, ()>> {
    futures_util::stream::unfold(Some(payload), |payload| async {
        let mut payload = payload?;
        match tokio::time::timeout(SILENCE, payload.next()).await {
            Ok(None) => None,
            Ok(Some(Ok(chunk))) => Some((Ok(chunk), Some(payload))),
            Ok(Some(Err(_))) | Err(_) => Some((Err(()), None)),
        }
    })
}

/// Hands a document out: to be saved, never to be shown or run by a browser.
#[must_use]
pub fn hand_out(name: &str, kind: MediaKind, bytes: u64, sha256: &[u8; 32], content: Bytestream) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind.media_type())
        .insert_header((header::CONTENT_DISPOSITION, attachment(name)))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::ETAG, format!("\"{}\"", hex::encode(sha256))))
        .body(actix_web::body::SizedStream::new(
            bytes,
            content.map(|chunk| chunk.map_err(Problem::from)),
        ))
}

/// As what a browser may show a document of this kind inside a page; None: it is only saved.
#[must_use]
pub fn shown_as(kind: MediaKind) -> Option<&'static str> {
    match kind {
        MediaKind::Pdf | MediaKind::Png | MediaKind::Jpeg => Some(kind.media_type()),
        // Never as what a program would open: as plain text.
        MediaKind::Text | MediaKind::Csv | MediaKind::Json => Some("text/plain; charset=utf-8"),
        MediaKind::Docx | MediaKind::Xlsx | MediaKind::Odt | MediaKind::Signature => None,
    }
}

/// Of no origin, without scripts, forms or links out, and only inside a page of ours.
pub const SANDBOX: &str = "sandbox; default-src 'none'; img-src 'self'; frame-ancestors 'self'; form-action 'none'";

/// A document to look at, inside a page of ours and nowhere else.
#[must_use]
pub fn show(media_type: &str, bytes: u64, content: Bytestream) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CONTENT_DISPOSITION, "inline"))
        .insert_header((header::CONTENT_SECURITY_POLICY, SANDBOX))
        .body(actix_web::body::SizedStream::new(
            bytes,
            content.map(|chunk| chunk.map_err(Problem::from)),
        ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        documents::{DocumentStore, Scanner},
        domain::id::DocumentId,
    };
    use actix_web::{App, test, web::Data};

    async fn upload(
        store: Data<DocumentStore>,
        name: web::Path<String>,
        request: HttpRequest,
        payload: web::Payload,
    ) -> Result<HttpResponse, Problem> {
        check_length(&request, 1000)?;
        let declared = request
            .headers()
            .get("content-type")
            .and_then(|value| value.to_str().ok());
        let receiving = store.begin(DocumentId::fresh(), &name, declared).await?;
        let received = receive(payload, receiving).await?;
        let (bytes, content) = store.read(received.id).await?;
        Ok(hand_out(
            &received.name,
            received.kind,
            bytes,
            &received.sha256,
            content,
        ))
    }

    async fn sent(name: &str, body: Vec<u8>) -> (u16, actix_web::http::header::HeaderMap, Bytes) {
        let folder = tempfile::tempdir().unwrap();
        let store = DocumentStore::in_folder(folder.path(), 1000, Scanner::None).unwrap();
        let app = App::new()
            .app_data(Data::new(store))
            .route("/{name}", web::put().to(upload));
        let app = test::init_service(app).await;
        let request = test::TestRequest::put()
            .uri(&format!("/{name}"))
            .set_payload(body)
            .to_request();
        let answer = test::call_service(&app, request).await;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        (status, headers, test::read_body(answer).await)
    }

    #[actix_web::test]
    async fn a_document_goes_in_and_comes_out_as_something_to_save() {
        let (status, headers, body) = sent("%D0%B0.txt", b"grain".to_vec()).await;
        assert_eq!((status, &body[..]), (200, &b"grain"[..]));
        assert_eq!(headers.get("content-type").unwrap(), "text/plain");
        assert_eq!(
            headers.get("content-disposition").unwrap(),
            "attachment; filename=\"_.txt\"; filename*=UTF-8''%D0%B0.txt"
        );
        assert_eq!(
            headers.get("content-security-policy").unwrap(),
            "default-src 'none'; sandbox"
        );
    }

    #[actix_web::test]
    async fn what_is_not_accepted_is_a_problem() {
        for (name, body, status, code) in [
            ("a.txt", vec![b'x'; 1001], 413, "too_large"),
            ("a.pdf", b"grain".to_vec(), 422, "media_type_mismatch"),
            ("a.exe", b"MZ".to_vec(), 422, "media_type_not_accepted"),
            ("a.txt", Vec::new(), 422, "empty_document"),
        ] {
            let (got, _, body) = sent(name, body).await;
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert_eq!((got, body["code"].as_str()), (status, Some(code)), "{name}");
        }
    }

    #[::core::prelude::v1::test]
    fn faults_of_the_store_tell_nothing() {
        let full = Problem::from(DocumentError::StorageFull("disk at /secret".into()));
        assert_eq!(actix_web::ResponseError::status_code(&full), 507);
        assert!(full.causes().unwrap().contains("/secret") && !full.to_string().contains("/secret"));
    }
}
