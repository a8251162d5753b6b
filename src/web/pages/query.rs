//! What a request says in its address and headers.

use crate::domain::text::Language;
use actix_web::{HttpRequest, http::header};

pub(super) fn language(tag: &str) -> Option<Language> {
    Language::ALL.into_iter().find(|language| language.tag() == tag)
}

/// The first of `Accept-Language` that we speak.
pub(super) fn preferred(request: &HttpRequest) -> Language {
    let header = request.headers().get(header::ACCEPT_LANGUAGE);
    let text = header.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let quality = |part: &str| {
        let (tag, rest) = part.split_once(';').unwrap_or((part, ""));
        let quality = rest
            .trim()
            .strip_prefix("q=")
            .and_then(|q| q.parse::<f32>().ok())
            .unwrap_or(1.0);
        Some((
            language(tag.trim().split('-').next()?.to_ascii_lowercase().as_str())?,
            quality,
        ))
    };
    let best = text
        .split(',')
        .filter_map(quality)
        .reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.map(|(language, _)| language).unwrap_or_default()
}

/// The parameters of a query or the fields of a form, in order.
#[must_use]
pub fn pairs(text: &str) -> Vec<(String, String)> {
    actix_web::web::Query::<Vec<(String, String)>>::from_query(text)
        .map(|pairs| pairs.into_inner())
        .unwrap_or_default()
}

/// The first value of a parameter, unless it is blank.
#[must_use]
pub fn query_value(query: &str, name: &str) -> Option<String> {
    let found = pairs(query).into_iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value).filter(|value| !value.trim().is_empty())
}

/// For a query: everything but letters, digits and `-_.~` by its bytes.
#[must_use]
pub fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
