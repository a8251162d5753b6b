//! Reading what a request brings: JSON bodies and query parameters, strictly.

use super::{
    problem::Problem,
    scan::{Flaw, scan},
};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev::Payload, http::header, web};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use std::{
    collections::HashSet,
    future::{Future, Ready, ready},
    pin::Pin,
    time::Duration,
};

/// How large a JSON body may be and how long it may take; app data of the server.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimits {
    pub json_bytes: usize,
    pub within: Duration,
}

impl Default for BodyLimits {
    fn default() -> Self {
        Self {
            json_bytes: 1024 * 1024,
            within: Duration::from_secs(20),
        }
    }
}

/// A JSON body, read strictly: the right media type, UTF-8, no key twice, no deep nesting, no U+0000, no field
/// that `T` does not know (with `deny_unknown_fields` on `T`).
#[derive(Debug)]
pub struct StrictJson<T> {
    pub value: T,
    /// The bytes as they came, for the comparison of repeated requests.
    pub bytes: Bytes,
}

impl<T: DeserializeOwned + 'static> FromRequest for StrictJson<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let limits = request.app_data::<BodyLimits>().copied().unwrap_or_default();
        let headers = check_headers(request, limits);
        let payload = payload.take();
        Box::pin(async move {
            headers?;
            let bytes = tokio::time::timeout(limits.within, collect(payload, limits.json_bytes))
                .await
                .map_err(|_| Problem::of("body_too_slow"))??;
            let value = read(&bytes)?;
            Ok(Self { value, bytes })
        })
    }
}

fn check_headers(request: &HttpRequest, limits: BodyLimits) -> Result<(), Problem> {
    if !request.content_type().eq_ignore_ascii_case("application/json") {
        return Err(Problem::of("unsupported_media_type").detail("Send the body as application/json."));
    }
    if matches!(request.encoding(), Ok(encoding) if encoding.name() != "UTF-8") || request.encoding().is_err() {
        return Err(Problem::of("unsupported_media_type").detail("JSON is sent in UTF-8."));
    }
    if let Some(coding) = request.headers().get(header::CONTENT_ENCODING)
        && coding != "identity"
    {
        return Err(Problem::of("unsupported_media_type").detail("Send the body without compression."));
    }
    let length = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    match length {
        Some(length) if length > limits.json_bytes as u64 => Err(too_large(limits.json_bytes)),
        _ => Ok(()),
    }
}

async fn collect(mut payload: Payload, most: usize) -> Result<Bytes, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| Problem::of("body_cut_short").because(error.to_string()))?;
        if bytes.len() + chunk.len() > most {
            return Err(too_large(most));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

fn too_large(most: usize) -> Problem {
    Problem::of("too_large").detail(format!("A JSON body may have {most} bytes."))
}

/// Reads one value from a JSON text as strictly as [`StrictJson`].
///
/// # Errors
/// 400 for text that is not JSON (with line and column), 422 for content of the wrong shape (with the path).
pub fn read<T: DeserializeOwned>(text: &[u8]) -> Result<T, Problem> {
    scan(text).map_err(|flaw| of_flaw(&flaw))?;
    let mut reader = serde_json::Deserializer::from_slice(text);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        of_shape(if path == "." { "" } else { &path }, error.inner())
    })
}

fn of_flaw(flaw: &Flaw) -> Problem {
    let place = format!("Line {}, column {}.", flaw.line, flaw.column);
    let problem = Problem::of(flaw.code).detail(&place);
    if flaw.path.is_empty() {
        problem
    } else {
        problem.field(&flaw.path, flaw.code, place)
    }
}

/// What serde says, as a code and a sentence without the value.
fn of_shape(path: &str, error: &serde_json::Error) -> Problem {
    let said = error.to_string();
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
    let expected = said
        .split_once(", expected ")
        .map(|(_, expected)| format!("Expected {expected}."));
    let starts = |with: &str| said.starts_with(with);
    let (code, sentence) = if starts("unknown field") {
        ("unknown_field", "This field is not known.".to_owned())
    } else if starts("missing field") {
        (
            "missing_field",
            format!("The field {} is missing.", said.trim_start_matches("missing field ")),
        )
    } else if starts("invalid type") {
        (
            "wrong_type",
            expected.unwrap_or_else(|| "The type is wrong.".to_owned()),
        )
    } else if starts("unknown variant") || starts("invalid value") || starts("invalid length") {
        (
            "bad_value",
            expected.unwrap_or_else(|| "The value cannot be used.".to_owned()),
        )
    } else {
        ("bad_value", said.to_owned())
    };
    let at = if path.is_empty() { "the body" } else { path };
    Problem::of(code)
        .detail(format!("{at}: {sentence}"))
        .field(path, code, sentence)
}

/// Query parameters, read strictly: none twice, none unknown (with `deny_unknown_fields` on `T`).
#[derive(Debug)]
pub struct StrictQuery<T>(pub T);

impl<T: DeserializeOwned> FromRequest for StrictQuery<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read_query(request.query_string()).map(Self))
    }
}

/// Reads query parameters as strictly as [`StrictQuery`].
///
/// # Errors
/// 400 for a parameter given twice or text that is not a query, 422 for one that is unknown or unusable.
pub fn read_query<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let malformed = || Problem::of("bad_request").detail("The query string cannot be read.");
    let pairs = web::Query::<Vec<(String, String)>>::from_query(query).map_err(|_| malformed())?;
    let mut seen = HashSet::new();
    for (name, value) in pairs.iter() {
        if !seen.insert(name) {
            return Err(Problem::of("duplicate_parameter").field(name, "duplicate_parameter", "Given more than once."));
        }
        if name.contains('\0') || value.contains('\0') {
            return Err(Problem::of("nul_character").field(name, "nul_character", "Contains U+0000."));
        }
    }
    web::Query::<T>::from_query(query)
        .map(web::Query::into_inner)
        .map_err(|error| {
            let said = error.to_string();
            let said = said.trim_start_matches("Query deserialize error: ");
            let known = ["unknown field", "missing field", "unknown variant"]
                .iter()
                .any(|start| said.starts_with(start));
            Problem::of("bad_parameter").detail(if known {
                said
            } else {
                "A parameter has a value that cannot be used."
            })
        })
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
