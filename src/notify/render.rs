//! Writes a letter: the words of its directory, the facts of its event, the recipient's language.

use super::{
    calendar, compiled,
    facts::Facts,
    table::{LetterChoice, letter_for, submitter_side},
    typeset, words,
};
use crate::{
    domain::{Date, Instant},
    store::commit::{LetterOwed, Stream, StreamKind},
};
use jiff::{ToSpan, tz::TimeZone};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, value::Serde};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// Days in which reconsideration can be asked for (section 10 of the law).
const RECONSIDERATION_DAYS: i64 = 28;
/// The most characters of a subject line.
const LONGEST_SUBJECT: usize = 180;
/// The most characters of a recipient's name.
const LONGEST_NAME: usize = 120;

/// Whose letters these are and where the service is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letterhead {
    /// Where people reach the service, for example `https://corridor.example.org`.
    pub base_url: String,
    /// The sender's name, for example `Corridor`.
    pub from_name: String,
    /// The sender's address. Its host names the letters (`Message-ID`).
    pub from_address: String,
}

impl Letterhead {
    /// The host in which letters have their names.
    #[must_use]
    pub fn host(&self) -> &str {
        self.from_address.rsplit_once('@').map_or("localhost", |(_, host)| host)
    }
}

/// A letter, written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    pub text: String,
    /// A whole document that asks for nothing from anywhere.
    pub html: String,
    pub attachments: Vec<Attachment>,
}

/// A file that goes with a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    pub media_type: String,
    pub content: Vec<u8>,
}

/// Why a letter could not be written.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    #[error("{event} owes {audience:?} no letter: {choice:?}")]
    NoLetter {
        event: String,
        audience: crate::workflow::event::Audience,
        choice: LetterChoice,
    },
    #[error("the letter's facts cannot be read: {0}")]
    Facts(#[from] serde_json::Error),
    #[error("the letter's words cannot be filled in: {0:#}")]
    Words(#[from] minijinja::Error),
    #[error("the letter's words are broken: {0}")]
    Templates(&'static str),
    #[error("“{0}” is not an address that a letter may point to")]
    Link(String),
    #[error("the letter's dates are out of range: {0}")]
    Dates(#[from] jiff::Error),
    #[error("the letter would have no subject")]
    NoSubject,
}

static WORDS: LazyLock<Result<Environment<'static>, String>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|name| {
        if name.ends_with(".html") {
            AutoEscape::Html
        } else {
            AutoEscape::None
        }
    });
    words::teach(&mut environment);
    for (name, source) in compiled::templates() {
        environment
            .add_template(name, source)
            .map_err(|error| format!("{error:#}"))?;
    }
    Ok(environment)
});

/// Writes the letter that is owed.
///
/// # Errors
/// When the event owes this audience no letter, or a fact that the letter needs is missing or absurd. None of these
/// mends itself by waiting.
pub fn render(owed: &LetterOwed, letterhead: &Letterhead) -> Result<Rendered, RenderError> {
    let letter = match letter_for(&owed.letter, owed.audience) {
        LetterChoice::Letter(letter) => letter,
        choice => {
            return Err(RenderError::NoLetter {
                event: owed.letter.clone(),
                audience: owed.audience,
                choice,
            });
        }
    };
    let facts: Facts = serde_json::from_value(owed.facts.clone())?;
    let mut context = context(owed, &facts, letterhead)?;
    let subject = shortened(
        &typeset::one_line(&fill(letter, owed, "subject.txt", &context)?),
        LONGEST_SUBJECT,
    );
    if subject.is_empty() {
        return Err(RenderError::NoSubject);
    }
    context.insert("subject".to_owned(), json!(subject));
    let text = typeset::paragraphs(&fill(letter, owed, "body.txt", &context)?);
    let html = fill(letter, owed, "body.html", &context)?;
    let attachments = calendar::entry(owed, &facts, &context_link(&context), &subject, letterhead);
    Ok(Rendered {
        subject,
        text,
        html,
        attachments: attachments.into_iter().collect(),
    })
}

fn fill(letter: &str, owed: &LetterOwed, part: &str, context: &Map<String, Value>) -> Result<String, RenderError> {
    let environment = WORDS.as_ref().map_err(|error| RenderError::Templates(error))?;
    let template = environment.get_template(&format!("{letter}/{}/{part}", owed.language.tag()))?;
    Ok(template.render(Serde(context))?)
}

/// Everything the words can refer to.
fn context(owed: &LetterOwed, facts: &Facts, letterhead: &Letterhead) -> Result<Map<String, Value>, RenderError> {
    let mut context = Map::new();
    if let Value::Object(known) = serde_json::to_value(facts)? {
        context.extend(known.into_iter().map(|(key, value)| (key, harmless(value))));
    }
    if let Some(programme) = &facts.programme {
        context.insert(
            "programme".to_owned(),
            json!(typeset::one_line(programme.in_language(owed.language))),
        );
    }
    let event_at = facts.event_at.unwrap_or(owed.owed_since);
    let zone = facts.zone.clone().unwrap_or_else(|| "UTC".to_owned());
    let until = facts
        .reconsideration_by
        .map_or_else(|| reconsideration_by(event_at, &zone), Ok)?;
    let link = facts.link.clone().unwrap_or_else(|| page_of(owed.about));
    if let Some(verify) = &facts.verify_link {
        context.insert("verify_link".to_owned(), json!(address(letterhead, verify)?));
    }
    context.extend([
        ("link".to_owned(), json!(address(letterhead, &link)?)),
        ("event_at".to_owned(), json!(event_at)),
        ("zone".to_owned(), json!(zone)),
        ("reconsideration_by".to_owned(), json!(until)),
        ("name".to_owned(), json!(recipient_name(owed))),
        ("language".to_owned(), json!(owed.language.tag())),
        ("audience".to_owned(), json!(owed.audience)),
        ("to_submitter".to_owned(), json!(submitter_side(owed.audience))),
    ]);
    Ok(context)
}

fn context_link(context: &Map<String, Value>) -> String {
    context
        .get("link")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// The recipient's name, fit for a header and a greeting; the address where there is no name.
pub fn recipient_name(owed: &LetterOwed) -> String {
    let name = shortened(&typeset::one_line(&owed.name), LONGEST_NAME);
    if name.is_empty() {
        typeset::one_line(&owed.address)
    } else {
        name
    }
}

/// Day 0 is the local date of service (V15).
fn reconsideration_by(served: Instant, zone: &str) -> Result<Date, jiff::Error> {
    served
        .to_zoned_datetime(TimeZone::get(zone)?)
        .date()
        .checked_add(RECONSIDERATION_DAYS.days())
}

fn page_of(about: Stream) -> String {
    match about.kind {
        StreamKind::Case => format!("/cases/{}", about.id),
        StreamKind::Notice => format!("/notices/{}", about.id),
        StreamKind::Person
        | StreamKind::Organisation
        | StreamKind::Office
        | StreamKind::List
        | StreamKind::Log
        | StreamKind::Keeping => "/".to_owned(),
    }
}

/// A whole address: letters point to this service, or to another by a web address, and to nothing else.
fn address(letterhead: &Letterhead, link: &str) -> Result<String, RenderError> {
    let whole = match link.strip_prefix('/') {
        Some(path) if !path.starts_with('/') => format!("{}/{path}", letterhead.base_url.trim_end_matches('/')),
        _ => link.to_owned(),
    };
    let web = whole.starts_with("https://") || whole.starts_with("http://");
    let clean = !whole
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\'));
    if web && clean {
        Ok(whole)
    } else {
        Err(RenderError::Link(link.to_owned()))
    }
}

/// The same value, with every text on one harmless line.
fn harmless(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(typeset::one_line(&text)),
        Value::Array(values) => Value::Array(values.into_iter().map(harmless).collect()),
        Value::Object(map) => Value::Object(map.into_iter().map(|(key, value)| (key, harmless(value))).collect()),
        other => other,
    }
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most - 1).collect();
    short.push('…');
    short
}
