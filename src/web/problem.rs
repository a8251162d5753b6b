//! Every answer that is not a success: one shape (RFC 9457), one table of codes.

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use serde::Serialize;
use std::{borrow::Cow, fmt, time::Duration};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

mod codes;

pub use codes::{Explanation, PROBLEMS, explain};

use codes::GENERAL;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Longest detail sentence sent, in characters.
const LONGEST_DETAIL: usize = 400;

/// One field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Where, for example `goods[0].quantity.amount`.
    #[schema(example = "goods[0].quantity.amount")]
    pub path: String,
    /// What is wrong, stable.
    #[schema(example = "wrong_type")]
    pub code: String,
    /// What is wrong, in a sentence.
    pub message: String,
}

/// The body of every answer with status 400 and above (RFC 9457), `application/problem+json`.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Problem(Box<Content>);

impl PartialSchema for Problem {
    fn schema() -> RefOr<Schema> {
        Content::schema()
    }
}

impl ToSchema for Problem {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Problem")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((FieldError::name().into_owned(), FieldError::schema()));
    }
}

/// The body of every answer with status 400 and above (RFC 9457), `application/problem+json`.
#[derive(Debug, Serialize, ToSchema)]
struct Content {
    /// A page that explains the code.
    #[serde(rename = "type")]
    #[schema(example = "/problems/duplicate_key")]
    kind: String,
    title: Cow<'static, str>,
    /// The HTTP status, repeated.
    #[schema(example = 400)]
    status: u16,
    /// What happened to this very request.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// Stable, for programs.
    #[schema(example = "duplicate_key")]
    code: Cow<'static, str>,
    /// The rule of the process that refused, for example `D-04`.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<Cow<'static, str>>,
    /// Fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    what_next: Option<String>,
    /// The request's id, as in the `X-Request-Id` header and the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    /// Seconds to wait, sent as `Retry-After`.
    #[serde(skip)]
    retry_after: Option<u64>,
    /// What really happened; logged, never sent.
    #[serde(skip)]
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Problem {
    /// A problem of the table; a code that is not in it becomes `internal`.
    #[must_use]
    pub fn of(code: &'static str) -> Self {
        match PROBLEMS.iter().find(|(known, ..)| *known == code) {
            Some((code, status, title)) => Self::with(*status, *code, title),
            None => Self::of("internal").because(format!("no problem is named {code}")),
        }
    }

    /// A refusal by the law of the process: its own code, sentence and rule.
    #[must_use]
    pub fn refused(status: StatusCode, code: impl Into<Cow<'static, str>>, sentence: &str) -> Self {
        let title = PROBLEMS
            .iter()
            .find(|(known, known_status, _)| *known_status == status.as_u16() && GENERAL.contains(known))
            .map_or("Refused", |(.., title)| *title);
        Self::with(status.as_u16(), code, title).detail(sentence)
    }

    fn with(status: u16, code: impl Into<Cow<'static, str>>, title: &'static str) -> Self {
        let code = code.into();
        Self(Box::new(Content {
            kind: format!("/problems/{code}"),
            title: Cow::Borrowed(title),
            status,
            detail: None,
            code,
            rule: None,
            errors: Vec::new(),
            what_next: None,
            instance: None,
            retry_after: None,
            cause: None,
        }))
    }

    /// Something failed on our side: 500, the cause only in the log.
    #[must_use]
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::of("internal").because(cause)
    }

    /// What happened to this very request, in a sentence; cut at 400 characters, control characters replaced.
    #[must_use]
    pub fn detail(mut self, sentence: impl AsRef<str>) -> Self {
        self.0.detail = Some(printable(sentence.as_ref(), LONGEST_DETAIL));
        self
    }

    /// The rule of the process that refused.
    #[must_use]
    pub fn rule(mut self, id: impl Into<Cow<'static, str>>) -> Self {
        self.0.rule = Some(id.into());
        self
    }

    /// One more field that is wrong. `message` must not repeat the value.
    #[must_use]
    pub fn field(mut self, path: impl AsRef<str>, code: &str, message: impl AsRef<str>) -> Self {
        self.0.errors.push(FieldError {
            path: printable(path.as_ref(), 200),
            code: code.to_owned(),
            message: printable(message.as_ref(), LONGEST_DETAIL),
        });
        self
    }

    /// What to do next.
    #[must_use]
    pub fn what_next(mut self, sentence: impl Into<String>) -> Self {
        self.0.what_next = Some(sentence.into());
        self
    }

    /// When to try again; sent as `Retry-After` in whole seconds, rounded up, at least 1.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some((wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1));
        self
    }

    /// What really happened; it is logged and never sent.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// The request that this is about.
    #[must_use]
    pub fn instance(mut self, request_id: &str) -> Self {
        self.0.instance = Some(request_id.to_owned());
        self
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// What happened, in a sentence: the detail, or the title.
    #[must_use]
    pub fn sentence(&self) -> &str {
        self.0.detail.as_deref().unwrap_or(&self.0.title)
    }

    /// What to do next, if that is known.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        self.0.what_next.as_deref()
    }

    /// The rule of the process that refused.
    #[must_use]
    pub fn cited(&self) -> Option<&str> {
        self.0.rule.as_deref()
    }

    /// The fields that are wrong.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// Seconds to wait.
    #[must_use]
    pub fn wait(&self) -> Option<u64> {
        self.0.retry_after
    }

    /// The most fitting problem for a bare status.
    #[must_use]
    pub fn for_status(status: StatusCode) -> Self {
        let wanted = status.as_u16();
        let general = |(code, known, _): &&(&'static str, u16, &str)| *known == wanted && GENERAL.contains(code);
        match PROBLEMS.iter().find(general) {
            Some((code, ..)) => Self::of(code),
            None if status.is_server_error() => Self::of("internal"),
            None => Self::with(wanted, "bad_request", "The request cannot be answered"),
        }
    }

    /// The chain of causes on one line, for the log.
    #[must_use]
    pub fn causes(&self) -> Option<String> {
        let mut next: Option<&dyn std::error::Error> = Some(self.0.cause.as_deref()?);
        let mut line = String::new();
        while let Some(error) = next {
            if !line.is_empty() {
                line.push_str(": ");
            }
            line.push_str(&error.to_string());
            next = error.source();
        }
        Some(line)
    }

    /// The answer, about the given request.
    #[must_use]
    pub fn response(&self, request_id: Option<&str>) -> HttpResponse {
        let mut body = serde_json::to_value(self).unwrap_or_default();
        if let (Some(id), Some(object)) = (request_id, body.as_object_mut()) {
            object.insert("instance".to_owned(), id.into());
        }
        let mut answer = HttpResponse::build(self.status_code());
        answer.insert_header((header::CONTENT_TYPE, MEDIA_TYPE));
        if let Some(seconds) = self.0.retry_after {
            answer.insert_header((header::RETRY_AFTER, seconds));
        }
        if self.0.status == 401 {
            // RFC 9470: the token is good, and not enough for this.
            let challenge = if self.0.code == "fresh_sign_in_needed" {
                "Bearer error=\"insufficient_user_authentication\", max_age=600"
            } else {
                "Bearer"
            };
            answer.insert_header((header::WWW_AUTHENTICATE, challenge));
        }
        answer.body(body.to_string())
    }
}

/// Text that may stand in an answer or a log line: no control characters, not longer than `most` characters.
pub(crate) fn printable(text: &str, most: usize) -> String {
    let mut out: String = text
        .chars()
        .take(most)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect();
    if text.chars().nth(most).is_some() {
        out.push('…');
    }
    out
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.status, self.0.code)?;
        self.0.detail.as_ref().map_or(Ok(()), |detail| write!(f, ": {detail}"))
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        self.response(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::body::to_bytes;
    use serde_json::Value;

    async fn body(problem: &Problem) -> Value {
        let answer = problem.response(Some("r-1"));
        assert_eq!(answer.headers().get("content-type").unwrap(), MEDIA_TYPE);
        serde_json::from_slice(&to_bytes(answer.into_body()).await.unwrap()).unwrap()
    }

    #[test]
    fn every_code_is_there_once_and_has_an_error_status() {
        for (index, (code, status, title)) in PROBLEMS.iter().enumerate() {
            assert!(
                (400..600).contains(status) && StatusCode::from_u16(*status).is_ok(),
                "{code}"
            );
            assert!(
                code.chars()
                    .all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit()),
                "{code}"
            );
            assert!(title.len() > 5, "{code}");
            assert!(
                PROBLEMS[..index].iter().all(|(earlier, ..)| earlier != code),
                "{code} twice"
            );
        }
        for general in GENERAL {
            assert!(PROBLEMS.iter().any(|(code, ..)| code == general), "{general}");
        }
    }

    #[actix_web::test]
    async fn a_problem_says_what_where_by_which_rule_and_what_next() {
        let problem = Problem::refused(
            StatusCode::UNPROCESSABLE_ENTITY,
            "two_contacts",
            "Two contacts are needed.",
        )
        .rule("D-04")
        .field("contacts", "too_few", "one contact")
        .what_next("Add a contact.");
        let expected = serde_json::json!({
            "type": "/problems/two_contacts", "title": "The content does not satisfy the rules", "status": 422,
            "detail": "Two contacts are needed.", "code": "two_contacts", "rule": "D-04",
            "errors": [{"path": "contacts", "code": "too_few", "message": "one contact"}],
            "what_next": "Add a contact.", "instance": "r-1",
        });
        assert_eq!(body(&problem).await, expected);
    }

    #[actix_web::test]
    async fn the_cause_is_for_the_log_alone() {
        let problem = Problem::internal("password=hunter22");
        assert!(!body(&problem).await.to_string().contains("hunter22"));
        assert!(!problem.to_string().contains("hunter22"));
        assert_eq!(problem.causes().unwrap(), "password=hunter22");
    }

    #[actix_web::test]
    async fn long_and_unprintable_text_is_cut_and_cleaned() {
        let problem = Problem::of("invalid").detail(format!("a\r\nb{}", "x".repeat(5000)));
        let detail = body(&problem).await["detail"].as_str().unwrap().to_owned();
        assert!(detail.chars().count() <= LONGEST_DETAIL + 1 && !detail.contains('\n'));
    }

    #[test]
    fn waiting_time_is_rounded_up_and_an_unknown_code_is_our_fault() {
        let answer = Problem::of("too_many_requests")
            .retry_after(Duration::from_millis(1200))
            .response(None);
        assert_eq!(answer.headers().get("retry-after").unwrap(), "2");
        assert_eq!(Problem::of("no_such_code").status_code(), 500);
        assert_eq!(
            Problem::for_status(StatusCode::METHOD_NOT_ALLOWED).code(),
            "method_not_allowed"
        );
        assert_eq!(Problem::for_status(StatusCode::IM_A_TEAPOT).status_code(), 418);
    }
}
