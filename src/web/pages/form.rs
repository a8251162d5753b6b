//! Forms: that they are ours, and what is in them.

use super::visit::{SignedIn, Visit, pairs};
use crate::{
    auth::browser::Known,
    web::{body::BodyLimits, problem::Problem},
};
use actix_web::{
    FromRequest, HttpMessage as _, HttpRequest,
    dev::Payload,
    http::{StatusCode, header},
};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, future::Future, pin::Pin};

/// Fields that belong to the frame of a form, not to its content.
const FRAME: [&str; 6] = ["csrf", "version", "key", "then", "password", "kept"];

/// A form that anybody may send (signing in); it carries the token of this browser.
pub struct OpenForm {
    pub visit: Visit,
    pub fields: Vec<(String, String)>,
}

/// A form of somebody who has signed in. If the session has ended meanwhile, what was typed is kept, sealed, and
/// given back after signing in.
pub struct Form {
    pub me: SignedIn,
    pub fields: Vec<(String, String)>,
}

/// What a template needs to show a form: what was typed, and what is wrong with it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Sent {
    pub values: BTreeMap<String, String>,
    pub errors: Vec<Fault>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, Serialize)]
pub struct Fault {
    /// The name of the field; empty: the form as a whole.
    pub field: String,
    pub code: String,
    pub text: String,
    /// Set when the text is not in the page's language.
    pub lang: Option<&'static str>,
    pub rule: Option<String>,
}

impl FromRequest for OpenForm {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let reading = reading(request, payload);
        Box::pin(async move {
            let (visit, fields, _) = reading.await?;
            Ok(Self { visit, fields })
        })
    }
}

impl FromRequest for Form {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let reading = reading(request, payload);
        Box::pin(async move {
            let (visit, fields, body) = reading.await?;
            if let Known::Over(row) = &visit.known {
                let purpose = format!("form of {}", row.person);
                let kept = json!({ "to": visit.path, "body": String::from_utf8_lossy(&body) }).to_string();
                visit.set_aside("kept", json!(visit.seal().close(&purpose, kept.as_bytes())));
            }
            Ok(Self {
                me: SignedIn::of(&visit)?,
                fields,
            })
        })
    }
}

type Read = Result<(Visit, Vec<(String, String)>, Bytes), Problem>;

fn reading(request: &HttpRequest, payload: &mut Payload) -> impl Future<Output = Read> + use<> {
    let visit = Visit::from_request(request, payload).into_inner();
    let limits = request.app_data::<BodyLimits>().copied().unwrap_or_default();
    let kind = request
        .content_type()
        .eq_ignore_ascii_case("application/x-www-form-urlencoded");
    let ours = same_origin(request);
    let payload = payload.take();
    async move {
        let visit = visit?;
        ours?;
        if !kind {
            return Err(
                Problem::of("unsupported_media_type").detail("Send the form as application/x-www-form-urlencoded.")
            );
        }
        let collected = tokio::time::timeout(limits.within, collect(payload, limits.json_bytes)).await;
        let body = collected.map_err(|_| Problem::of("body_too_slow"))??;
        let text =
            std::str::from_utf8(&body).map_err(|_| Problem::of("bad_request").detail("The form is not UTF-8."))?;
        let fields = pairs(text);
        if fields
            .iter()
            .any(|(name, value)| name.contains('\0') || value.contains('\0'))
        {
            return Err(Problem::of("nul_character"));
        }
        let token = fields
            .iter()
            .find(|(name, _)| name == "csrf")
            .map_or("", |(_, value)| value);
        check_token(&visit, token)?;
        Ok((visit, fields, body))
    }
}

async fn collect(mut payload: Payload, most: usize) -> Result<Bytes, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| Problem::of("body_cut_short").because(error.to_string()))?;
        if bytes.len() + chunk.len() > most {
            return Err(Problem::of("too_large"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// A form comes from one of our own pages, as far as the browser tells. For uploads, which are no [`Form`].
///
/// # Errors
/// `foreign_form`.
pub fn same_origin(request: &HttpRequest) -> Result<(), Problem> {
    let text = |name: header::HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    let site = text(header::HeaderName::from_static("sec-fetch-site"));
    let origin = text(header::ORIGIN)
        .and_then(|origin| origin.split_once("://"))
        .map(|(_, host)| host);
    let host = text(header::HOST);
    let same = match (site, text(header::ORIGIN)) {
        (Some(site), _) => site == "same-origin",
        (None, Some(_)) => origin.is_some() && origin == host,
        (None, None) => true,
    };
    if same { Ok(()) } else { Err(foreign()) }
}

/// The form carries the token of this session. For uploads, which are no [`Form`].
///
/// # Errors
/// `foreign_form`.
pub fn check_token(visit: &Visit, token: &str) -> Result<(), Problem> {
    if visit.seal().is_token(visit.bond(), token) {
        Ok(())
    } else {
        Err(foreign())
    }
}

fn foreign() -> Problem {
    Problem::refused(
        StatusCode::FORBIDDEN,
        "foreign_form",
        "This form did not come from a page of this service, or your session has changed.",
    )
    .what_next("Open the page again and repeat.")
}

/// The first value of a field, without surrounding space.
#[must_use]
pub fn value<'f>(fields: &'f [(String, String)], name: &str) -> &'f str {
    fields
        .iter()
        .find(|(known, _)| known == name)
        .map_or("", |(_, value)| value.trim())
}

impl OpenForm {
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        value(&self.fields, name)
    }
}

impl Form {
    #[must_use]
    pub fn visit(&self) -> &Visit {
        &self.me.visit
    }

    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        value(&self.fields, name)
    }

    /// Every value of a field that may come more than once (check boxes).
    pub fn values<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.fields
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.trim())
    }

    /// The version that the form was made from (the hidden field `version`).
    #[must_use]
    pub fn version(&self) -> Option<u32> {
        self.value("version").parse().ok()
    }

    /// The content as JSON, by the names of the fields: see [`json_of`].
    #[must_use]
    pub fn json(&self) -> Value {
        json_of(&self.fields)
    }

    /// What was typed, with what is wrong.
    #[must_use]
    pub fn sent(&self, errors: Vec<Fault>) -> Sent {
        Sent {
            values: typed(&self.fields),
            errors,
        }
    }
}

/// What was typed, for showing it again; never a password. Several values of one name are lines.
#[must_use]
pub fn typed(fields: &[(String, String)]) -> BTreeMap<String, String> {
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in fields.iter().filter(|(name, _)| !FRAME.contains(&name.as_str())) {
        values
            .entry(name.clone())
            .and_modify(|known| *known = format!("{known}\n{value}"))
            .or_insert_with(|| value.clone());
    }
    values
}

/// Fields as JSON. A name is a path, `goods[0].quantity.amount`; a mark after `:` says what the value is:
/// none = text, `:n` = whole number, `:b` = yes or no, `:list` = every value of this name, `:lines` = one item a line.
/// Blank fields are left out, unless they are lists.
#[must_use]
pub fn json_of(fields: &[(String, String)]) -> Value {
    let mut whole = Value::Object(Map::new());
    for (name, value) in fields.iter().filter(|(name, _)| !FRAME.contains(&name.as_str())) {
        let (path, mark) = name.split_once(':').unwrap_or((name, ""));
        let value = value.trim();
        let item = match mark {
            "n" => value
                .parse::<i64>()
                .map_or_else(|_| json!(value), |number| json!(number)),
            "b" => json!(matches!(value, "true" | "on" | "yes")),
            "lines" => value.lines().map(str::trim).filter(|line| !line.is_empty()).collect(),
            _ => json!(value),
        };
        if value.is_empty() && mark != "lines" && mark != "list" {
            continue;
        }
        let Some(place) = place(&mut whole, path) else { continue };
        match (mark, &mut *place) {
            ("list", Value::Array(items)) if !value.is_empty() => items.push(item),
            ("list", Value::Array(_)) => {}
            ("list", place) if value.is_empty() => *place = json!([]),
            ("list", place) => *place = json!([item]),
            (_, place) => *place = item,
        }
    }
    whole
}

/// The place in a value that a path names, made when missing.
fn place<'v>(mut value: &'v mut Value, path: &str) -> Option<&'v mut Value> {
    for step in path.split(['.', '[']) {
        value = match step.strip_suffix(']') {
            Some(index) => {
                let index: usize = index.parse().ok().filter(|index| *index < 500)?;
                if !value.is_array() {
                    *value = json!([]);
                }
                let items = value.as_array_mut()?;
                while items.len() <= index {
                    items.push(Value::Object(Map::new()));
                }
                items.get_mut(index)?
            }
            None => {
                if !value.is_object() {
                    *value = json!({});
                }
                value.as_object_mut()?.entry(step.to_owned()).or_insert(Value::Null)
            }
        };
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_paths_and_say_what_their_values_are() {
        let body = "csrf=x&goods[0].hs=1001&goods[0].quantity.amount=25000&goods[1].hs=1006&months:n=6&agreed:b=on\
                    &sites:lines=a%0D%0A%0Ab&because:list=C1&because:list=C2&blank=&none:list=&password=secret";
        let json = json_of(&pairs(body));
        let expected = json!({
            "goods": [{ "hs": "1001", "quantity": { "amount": "25000" } }, { "hs": "1006" }], "months": 6,
            "agreed": true, "sites": ["a", "b"], "because": ["C1", "C2"], "none": [],
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn absurd_paths_do_no_harm() {
        let json = json_of(&pairs("a[999999999].b=1&c[x]=2&d.=3&=4&e[0][1]=5"));
        assert!(json.to_string().len() < 200, "{json}");
    }

    #[test]
    fn what_was_typed_is_shown_again_but_no_secret() {
        let typed = typed(&pairs(
            "csrf=x&password=secret&text=hello&because:list=C1&because:list=C2",
        ));
        assert_eq!(typed.get("text").unwrap(), "hello");
        assert_eq!(typed.get("because:list").unwrap(), "C1\nC2");
        assert_eq!(typed.len(), 2);
    }
}
