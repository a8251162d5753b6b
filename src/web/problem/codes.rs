//! The table of codes.

use super::Problem;
use actix_web::web::{Json, Path};
use serde::Serialize;
use utoipa::ToSchema;

/// What the edge of the service can answer by itself: code, status, title. Codes are never reused.
pub const PROBLEMS: &[(&str, u16, &str)] = &[
    ("bad_request", 400, "The request cannot be understood"),
    ("bad_utf8", 400, "The body is not UTF-8 text"),
    ("malformed_json", 400, "The body is not JSON"),
    ("duplicate_key", 400, "An object names the same key twice"),
    ("too_deep", 400, "The body is nested too deeply"),
    ("duplicate_parameter", 400, "A query parameter is given more than once"),
    ("bad_cursor", 400, "The cursor does not belong to this list"),
    (
        "bad_precondition",
        400,
        "If-Match or If-None-Match cannot be understood",
    ),
    ("bad_idempotency_key", 400, "The Idempotency-Key cannot be used"),
    ("idempotency_key_required", 400, "An Idempotency-Key is required"),
    ("body_cut_short", 400, "The body ended before it was complete"),
    ("not_signed_in", 401, "A valid access token is required"),
    ("forbidden", 403, "You may not do this"),
    ("not_found", 404, "There is nothing here for you"),
    ("method_not_allowed", 405, "This method does not apply here"),
    ("not_acceptable", 406, "No representation that you accept"),
    ("body_too_slow", 408, "The body took too long to arrive"),
    ("conflict", 409, "The state does not allow this"),
    ("acted_first", 409, "Somebody acted first: read again and decide again"),
    ("gone", 410, "This can no longer be used"),
    (
        "precondition_required",
        428,
        "Name the version that you have seen with If-Match",
    ),
    ("too_large", 413, "The body is too large"),
    ("range_not_satisfiable", 416, "The file ends before this range"),
    ("unsupported_media_type", 415, "The media type is not accepted"),
    ("wrong_host", 421, "This host name is not served here"),
    ("invalid", 422, "The content does not satisfy the rules"),
    ("unknown_field", 422, "A field is not known"),
    ("missing_field", 422, "A field is missing"),
    ("wrong_type", 422, "A value has the wrong type"),
    ("bad_value", 422, "A value cannot be used"),
    ("nul_character", 422, "Text contains the character U+0000"),
    ("number_out_of_range", 422, "A number is out of range"),
    ("bad_parameter", 422, "A query parameter cannot be used"),
    ("key_reused", 422, "The Idempotency-Key belongs to another request"),
    ("empty_document", 422, "The document is empty"),
    ("media_type_not_accepted", 422, "This kind of document is not accepted"),
    (
        "media_type_mismatch",
        422,
        "Name, declared type and content of the document disagree",
    ),
    (
        "unsafe_content",
        422,
        "The document contains something that can act by itself",
    ),
    ("archive_refused", 422, "The document's inner archive is not acceptable"),
    ("malware_found", 422, "The scanner found malware in the document"),
    ("too_many_requests", 429, "Too many requests"),
    ("too_many_exports", 429, "Too many exports are being made at once"),
    ("headers_too_large", 431, "The request line and headers are too large"),
    ("internal", 500, "Something went wrong on our side"),
    ("unavailable", 503, "The service cannot answer at the moment"),
    ("storage_full", 507, "There is no room to store this"),
];

/// Codes that stand for their whole status.
pub(super) const GENERAL: &[&str] = &[
    "bad_request",
    "not_signed_in",
    "forbidden",
    "not_found",
    "method_not_allowed",
    "not_acceptable",
    "body_too_slow",
    "conflict",
    "gone",
    "too_large",
    "unsupported_media_type",
    "wrong_host",
    "invalid",
    "precondition_required",
    "too_many_requests",
    "headers_too_large",
    "internal",
    "unavailable",
    "storage_full",
];

/// What `/problems/{code}` answers about a code.
#[derive(Debug, Serialize, ToSchema)]
pub struct Explanation {
    pub code: String,
    pub status: u16,
    pub title: String,
}

/// `GET /problems/{code}`: what a code means. Codes of the process itself are explained with the rule they cite.
///
/// # Errors
/// `not_found` for a code that the edge does not answer with.
pub async fn explain(code: Path<String>) -> Result<Json<Explanation>, Problem> {
    let known = PROBLEMS.iter().find(|(known, ..)| *known == code.as_str());
    let (code, status, title) = known.ok_or_else(|| Problem::of("not_found"))?;
    Ok(Json(Explanation {
        code: (*code).to_owned(),
        status: *status,
        title: (*title).to_owned(),
    }))
}
