//! One file of a form that anybody may send; nothing of it is kept.

use crate::web::{
    pages::{Visit, form::check_token, form::same_origin},
    problem::Problem,
};
use actix_multipart::Multipart;
use actix_web::HttpRequest;
use futures_util::TryStreamExt as _;
use std::time::Duration;

/// How long the sender may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// The file of the field `file`; its name and its bytes. The token of the form must come first.
///
/// # Errors
/// `foreign_form`, `too_large`, `bad_request`, `body_too_slow`.
pub async fn file(
    visit: &Visit,
    request: &HttpRequest,
    form: Multipart,
    most: usize,
) -> Result<(String, Vec<u8>), Problem> {
    same_origin(request)?;
    let read = tokio::time::timeout(PATIENCE, read(visit, form, most)).await;
    read.map_err(|_| Problem::of("body_too_slow"))?
}

async fn read(visit: &Visit, mut form: Multipart, most: usize) -> Result<(String, Vec<u8>), Problem> {
    let unreadable = |error: actix_multipart::MultipartError| Problem::of("bad_request").because(error.to_string());
    let (mut trusted, mut found) = (false, (String::new(), Vec::new()));
    while let Some(mut field) = form.try_next().await.map_err(unreadable)? {
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field
            .content_disposition()
            .and_then(|disposition| disposition.get_filename())
            .map(str::to_owned);
        let mut bytes = Vec::new();
        while let Some(chunk) = field.try_next().await.map_err(unreadable)? {
            if bytes.len() + chunk.len() > most {
                return Err(Problem::of("too_large"));
            }
            bytes.extend_from_slice(&chunk);
        }
        match name.as_str() {
            "csrf" => {
                check_token(visit, std::str::from_utf8(&bytes).unwrap_or_default())?;
                trusted = true;
            }
            "file" if trusted => found = (file_name.unwrap_or_default(), bytes),
            _ => {}
        }
    }
    if trusted {
        Ok(found)
    } else {
        Err(Problem::of("foreign_form"))
    }
}
