//! Versions on the wire: entity tags, preconditions, idempotency keys.

use super::problem::Problem;
use actix_web::{
    HttpRequest,
    http::header::{self, HeaderName, HeaderValue},
};

/// Longest idempotency key, in characters.
const LONGEST_KEY: usize = 128;

/// The entity tag of a version: `"v12"`.
#[must_use]
pub fn etag(version: u32) -> String {
    format!("\"v{version}\"")
}

/// What `If-Match` demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// `*`: whatever is there.
    Any,
    /// Exactly this version.
    Version(u32),
}

impl Expected {
    /// The version, if one is named.
    #[must_use]
    pub fn version(self) -> Option<u32> {
        match self {
            Self::Any => None,
            Self::Version(version) => Some(version),
        }
    }
}

/// What the request demands of the version by `If-Match`; `None` without that header.
///
/// # Errors
/// `bad_precondition` unless it is `*` or exactly one tag such as `"v12"`.
pub fn if_match(request: &HttpRequest) -> Result<Option<Expected>, Problem> {
    let bad = || Problem::of("bad_precondition").detail("If-Match names exactly one version, for example \"v12\".");
    let Some(value) = one(request, &header::IF_MATCH, bad)? else {
        return Ok(None);
    };
    let text = value.to_str().map_err(|_| bad())?.trim();
    if text == "*" {
        return Ok(Some(Expected::Any));
    }
    version_of(text)
        .map(|version| Some(Expected::Version(version)))
        .ok_or_else(bad)
}

/// The same, for acts that must name the version they were decided on.
///
/// # Errors
/// `precondition_required` without the header or with `*`; `bad_precondition` as [`if_match`].
pub fn seen_version(request: &HttpRequest) -> Result<u32, Problem> {
    if_match(request)?
        .and_then(Expected::version)
        .ok_or_else(|| Problem::of("precondition_required"))
}

fn version_of(tag: &str) -> Option<u32> {
    let digits = tag.strip_prefix("\"v")?.strip_suffix('"')?;
    let canonical = digits == "0" || !digits.starts_with('0');
    (canonical && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())?
}

/// Whether `If-None-Match` says that the client already has this tag (answer 304). Compared weakly, as for reads.
#[must_use]
pub fn is_known(request: &HttpRequest, tag: &str) -> bool {
    request
        .headers()
        .get_all(header::IF_NONE_MATCH)
        .filter_map(|value| value.to_str().ok())
        .any(|line| {
            line.split(',')
                .map(str::trim)
                .any(|candidate| candidate == "*" || candidate.trim_start_matches("W/") == tag)
        })
}

/// The header of a repeatable request.
pub static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The request's `Idempotency-Key`: 1 to 128 visible ASCII characters.
///
/// # Errors
/// `bad_idempotency_key` when it is sent twice, empty, too long or has other characters.
pub fn idempotency_key(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let bad = || Problem::of("bad_idempotency_key").detail("One key of 1 to 128 visible ASCII characters.");
    let Some(value) = one(request, &IDEMPOTENCY_KEY, bad)? else {
        return Ok(None);
    };
    let bytes = value.as_bytes();
    let fine = (1..=LONGEST_KEY).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic);
    if fine {
        Ok(Some(String::from_utf8_lossy(bytes).into_owned()))
    } else {
        Err(bad())
    }
}

/// The same, for requests that must be repeatable.
///
/// # Errors
/// `idempotency_key_required` without the header; `bad_idempotency_key` as [`idempotency_key`].
pub fn required_key(request: &HttpRequest) -> Result<String, Problem> {
    idempotency_key(request)?.ok_or_else(|| {
        Problem::of("idempotency_key_required").what_next("Send a fresh random key, and the same one when you repeat.")
    })
}

fn one<'r>(
    request: &'r HttpRequest,
    name: &HeaderName,
    bad: impl Fn() -> Problem,
) -> Result<Option<&'r HeaderValue>, Problem> {
    let mut values = request.headers().get_all(name);
    let first = values.next();
    if values.next().is_some() { Err(bad()) } else { Ok(first) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn with(name: &'static str, values: &[&str]) -> HttpRequest {
        values
            .iter()
            .fold(TestRequest::default(), |request, value| {
                request.append_header((name, *value))
            })
            .to_http_request()
    }

    #[test]
    fn a_version_survives_its_tag() {
        for version in [0, 1, 12, u32::MAX] {
            let request = with("if-match", &[&etag(version)]);
            assert_eq!(if_match(&request).unwrap(), Some(Expected::Version(version)));
            assert_eq!(seen_version(&request).unwrap(), version);
        }
        assert_eq!(if_match(&with("if-match", &["*"])).unwrap(), Some(Expected::Any));
        assert_eq!(if_match(&with("x", &[])).unwrap(), None);
        assert_eq!(
            seen_version(&with("x", &[])).unwrap_err().code(),
            "precondition_required"
        );
    }

    #[test]
    fn other_preconditions_are_refused() {
        for bad in [
            "v12",
            "\"12\"",
            "W/\"v12\"",
            "\"v012\"",
            "\"v-1\"",
            "\"v4294967296\"",
            "\"v1\", \"v2\"",
            "",
            "\"v+1\"",
        ] {
            assert_eq!(
                if_match(&with("if-match", &[bad])).unwrap_err().code(),
                "bad_precondition",
                "{bad}"
            );
        }
        assert!(if_match(&with("if-match", &["\"v1\"", "\"v1\""])).is_err());
    }

    #[test]
    fn what_the_client_has_need_not_be_sent() {
        for known in ["\"v3\"", "W/\"v3\"", "\"v1\", \"v3\"", "*"] {
            assert!(is_known(&with("if-none-match", &[known]), &etag(3)), "{known}");
        }
        assert!(!is_known(&with("if-none-match", &["\"v31\""]), &etag(3)));
        assert!(!is_known(&with("x", &[]), &etag(3)));
    }

    #[test]
    fn keys_are_visible_ascii_of_bounded_length() {
        assert_eq!(
            idempotency_key(&with("idempotency-key", &["a-1"])).unwrap().as_deref(),
            Some("a-1")
        );
        assert!(idempotency_key(&with("idempotency-key", &[&"k".repeat(128)])).is_ok());
        for bad in ["", " ", "a b", "ключ", &"k".repeat(129)] {
            assert_eq!(
                idempotency_key(&with("idempotency-key", &[bad])).unwrap_err().code(),
                "bad_idempotency_key"
            );
        }
        assert!(idempotency_key(&with("idempotency-key", &["a", "b"])).is_err());
        assert_eq!(
            required_key(&with("x", &[])).unwrap_err().code(),
            "idempotency_key_required"
        );
    }
}
