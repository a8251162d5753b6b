//! The encoding of one event: its exact bytes, its hash, and the private values that it only commits to.
//!
//! ```text
//! body       = canonical JSON of the event with "v":1, "kind", "stream", "prev" added and every
//!              {"$private": x} replaced by {"$commit": hex}
//! commitment = HMAC-SHA-256(salt, "corridor/commit/v1\0" ‖ field ‖ 0x00 ‖ canonical JSON of x)
//! hash       = SHA-256(0x00 ‖ body)                       (the leaf hash of RFC 6962)
//! ```
//! `field` is the JSON pointer (RFC 6901) of the value in the event; `prev` is the hash of the event before it in
//! its stream, 64 zeros for the first. The encoding is for ever; a different one gets another `v`.

use super::canonical::{NotCanonical, Nulls, canonical};
pub use super::digits::read_hash;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The longest body of a leaf, in bytes.
pub const LONGEST_BODY: usize = 65_535;
/// The version of this encoding.
pub const VERSION: u64 = 1;
/// What a first event has as its predecessor's hash.
pub const NO_PREDECESSOR: [u8; 32] = [0; 32];

const CONTEXT: &[u8] = b"corridor/commit/v1\0";
const ENVELOPE: [&str; 4] = ["kind", "prev", "stream", "v"];
const REQUIRED: [&str; 7] = ["by", "effective_at", "id", "recorded_at", "rule", "seq", "type"];
const OPTIONAL: [&str; 4] = ["clock", "data", "tells", "to"];

/// Where an event stands: its stream and the event before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// For example `case`.
    pub kind: &'a str,
    pub stream: Uuid,
    /// The hash of the event before it, [`NO_PREDECESSOR`] for the first.
    pub prev: [u8; 32],
}

/// One event as it is kept and exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    pub body: Vec<u8>,
    pub hash: [u8; 32],
    pub private: Vec<PrivateValue>,
}

/// A value that stands beside the leaf and can be withheld or erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivateValue {
    /// JSON pointer of its place in the event, for example `/data/reason`.
    pub field: String,
    pub salt: [u8; 32],
    /// Canonical JSON.
    pub value: Vec<u8>,
}

/// A leaf, read back.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// The event; a withheld value stands in it as `{}`.
    pub event: Value,
    pub id: Uuid,
    pub seq: u32,
    pub kind: String,
    pub stream: Uuid,
    pub prev: [u8; 32],
    /// How many private values are here and match their commitment.
    pub known: u32,
    /// How many were withheld or erased.
    pub withheld: u32,
}

/// Why an event has no leaf, or why bytes are not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    #[error("the event is not canonical: {0}")]
    Canonical(#[from] NotCanonical),
    #[error("the event is {0} bytes long; at most {LONGEST_BODY} are allowed")]
    TooLong(usize),
    #[error("the leaf is not JSON")]
    NotJson,
    #[error("the leaf is not in its canonical spelling")]
    Spelling,
    #[error("the event has no proper member \"{0}\"")]
    Member(&'static str),
    #[error("the event has an unknown member \"{0}\"")]
    Unknown(String),
    #[error("the member name at {0} is reserved")]
    Reserved(String),
    #[error("the value at {0} is not the one that was committed to")]
    Commitment(String),
    #[error("there is a private value for {0}, where the event has none")]
    Stray(String),
    #[error("no randomness: {0}")]
    NoSalt(String),
}

/// Where salts come from: 32 unpredictable bytes at each call.
pub type Salts<'a> = dyn FnMut() -> Result<[u8; 32], String> + 'a;

/// The hash of a leaf's bytes.
#[must_use]
pub fn leaf_hash(body: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update([0]).chain_update(body).finalize().into()
}

/// What a leaf contains instead of a private value.
#[must_use]
pub fn commitment(salt: &[u8; 32], field: &str, value: &[u8]) -> [u8; 32] {
    // A key shorter than the block is padded with zeros by the definition of HMAC; so is this one.
    let mut key = [0; 64];
    key[..32].copy_from_slice(salt);
    Hmac::<Sha256>::new(&key.into())
        .chain_update(CONTEXT)
        .chain_update(field)
        .chain_update([0])
        .chain_update(value)
        .finalize()
        .into_bytes()
        .into()
}

/// Makes the leaf of an event, given as JSON with the members `id, seq, rule, by, effective_at, recorded_at, type` and
/// perhaps `to, tells, data`.
///
/// # Errors
/// When the event lacks a member, has an unknown one, is not canonical or is too long.
pub fn seal(event: &Value, place: &Place<'_>, salts: &mut Salts<'_>) -> Result<Leaf, LeafError> {
    let members = event.as_object().ok_or(LeafError::Member("type"))?;
    check_members(members, &[])?;
    let mut private = Vec::new();
    let mut sealed = Map::new();
    for (name, member) in members {
        let mut pointer = String::new();
        push_step(&mut pointer, name);
        sealed.insert(name.clone(), seal_value(member, &mut pointer, salts, &mut private)?);
    }
    sealed.insert("v".into(), VERSION.into());
    sealed.insert("kind".into(), place.kind.into());
    sealed.insert("stream".into(), place.stream.to_string().into());
    sealed.insert("prev".into(), hex::encode(place.prev).into());
    let body = canonical(&Value::Object(sealed), Nulls::Refused)?;
    if body.len() > LONGEST_BODY {
        return Err(LeafError::TooLong(body.len()));
    }
    Ok(Leaf {
        hash: leaf_hash(&body),
        body,
        private,
    })
}

/// Reads a leaf back, checking every private value that is given against its commitment.
///
/// # Errors
/// When the bytes are no leaf, or a private value is not the committed one or belongs nowhere.
pub fn open(body: &[u8], private: &[PrivateValue]) -> Result<Opened, LeafError> {
    let value: Value = serde_json::from_slice(body).map_err(|_| LeafError::NotJson)?;
    open_value(value, private)
}

/// As [`open`], and the bytes must be the canonical spelling: the check of an auditor.
///
/// # Errors
/// As [`open`], and when the bytes are spelt otherwise.
pub fn open_strictly(body: &[u8], private: &[PrivateValue]) -> Result<Opened, LeafError> {
    let value: Value = serde_json::from_slice(body).map_err(|_| LeafError::NotJson)?;
    if body.len() > LONGEST_BODY {
        return Err(LeafError::TooLong(body.len()));
    }
    if canonical(&value, Nulls::Refused)? != body {
        return Err(LeafError::Spelling);
    }
    open_value(value, private)
}

fn open_value(value: Value, private: &[PrivateValue]) -> Result<Opened, LeafError> {
    let Value::Object(mut members) = value else {
        return Err(LeafError::Member("type"));
    };
    check_members(&members, &ENVELOPE)?;
    if members.get("v").and_then(Value::as_u64) != Some(VERSION) {
        return Err(LeafError::Member("v"));
    }
    let mut opening = Opening {
        private,
        used: 0,
        withheld: 0,
    };
    let mut pointer = String::new();
    for (name, member) in &mut members {
        push_step(&mut pointer, name);
        opening.open(member, &mut pointer)?;
        pointer.clear();
    }
    opening.check_strays(&members)?;
    let opened = Opened {
        id: uuid(&members, "id")?,
        seq: seq(&members)?,
        kind: text(&members, "kind")?.to_owned(),
        stream: uuid(&members, "stream")?,
        prev: hash(&members, "prev")?,
        known: opening.used,
        withheld: opening.withheld,
        event: Value::Null,
    };
    for name in ENVELOPE {
        members.remove(name);
    }
    Ok(Opened {
        event: Value::Object(members),
        ..opened
    })
}

fn check_members(members: &Map<String, Value>, envelope: &[&'static str]) -> Result<(), LeafError> {
    for name in REQUIRED.iter().chain(envelope) {
        if !members.contains_key(*name) {
            return Err(LeafError::Member(name));
        }
    }
    let known = |name: &str| REQUIRED.contains(&name) || OPTIONAL.contains(&name) || envelope.contains(&name);
    match members.keys().find(|name| !known(name)) {
        Some(name) => Err(LeafError::Unknown(name.clone())),
        None => Ok(()),
    }
}

fn seal_value(
    value: &Value,
    pointer: &mut String,
    salts: &mut Salts<'_>,
    private: &mut Vec<PrivateValue>,
) -> Result<Value, LeafError> {
    match value {
        Value::Array(items) => {
            let mut sealed = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                let here = pointer.len();
                push_step(pointer, &index.to_string());
                sealed.push(seal_value(item, pointer, salts, private)?);
                pointer.truncate(here);
            }
            Ok(Value::Array(sealed))
        }
        Value::Object(members) => match members.get("$private") {
            Some(inner) if members.len() == 1 => {
                let value = canonical(inner, Nulls::Allowed)?;
                let salt = salts().map_err(LeafError::NoSalt)?;
                let commitment = hex::encode(commitment(&salt, pointer, &value));
                private.push(PrivateValue {
                    field: pointer.clone(),
                    salt,
                    value,
                });
                Ok(serde_json::json!({ "$commit": commitment }))
            }
            _ => {
                let mut sealed = Map::new();
                for (name, member) in members {
                    let here = pointer.len();
                    push_step(pointer, name);
                    if name.starts_with('$') {
                        return Err(LeafError::Reserved(pointer.clone()));
                    }
                    sealed.insert(name.clone(), seal_value(member, pointer, salts, private)?);
                    pointer.truncate(here);
                }
                Ok(Value::Object(sealed))
            }
        },
        plain => Ok(plain.clone()),
    }
}

struct Opening<'a> {
    private: &'a [PrivateValue],
    used: u32,
    withheld: u32,
}

impl Opening<'_> {
    fn open(&mut self, value: &mut Value, pointer: &mut String) -> Result<(), LeafError> {
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    let here = pointer.len();
                    push_step(pointer, &index.to_string());
                    self.open(item, pointer)?;
                    pointer.truncate(here);
                }
            }
            Value::Object(members) => {
                if let Some(commitment) = members.get("$commit") {
                    let commitment = commitment.as_str().filter(|_| members.len() == 1);
                    let commitment = commitment.ok_or_else(|| LeafError::Reserved(pointer.clone()))?;
                    *value = self.reveal(commitment, pointer)?;
                    return Ok(());
                }
                for (name, member) in members {
                    let here = pointer.len();
                    push_step(pointer, name);
                    if name.starts_with('$') {
                        return Err(LeafError::Reserved(pointer.clone()));
                    }
                    self.open(member, pointer)?;
                    pointer.truncate(here);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn reveal(&mut self, committed: &str, pointer: &str) -> Result<Value, LeafError> {
        let Some(known) = self.private.iter().find(|private| private.field == pointer) else {
            self.withheld += 1;
            return Ok(Value::Object(Map::new()));
        };
        if hex::encode(commitment(&known.salt, pointer, &known.value)) != committed {
            return Err(LeafError::Commitment(pointer.to_owned()));
        }
        let value: Value =
            serde_json::from_slice(&known.value).map_err(|_| LeafError::Commitment(pointer.to_owned()))?;
        self.used += 1;
        Ok(Value::Object(Map::from_iter([("$private".to_owned(), value)])))
    }

    /// Every private value that was given must have been used, and only once.
    fn check_strays(&self, members: &Map<String, Value>) -> Result<(), LeafError> {
        if self.private.len() == self.used as usize {
            return Ok(());
        }
        let event = Value::Object(members.clone());
        let used = |field: &str| event.pointer(field).is_some_and(|at| at.get("$private").is_some());
        let stray = self.private.iter().enumerate().find(|(index, private)| {
            !used(&private.field) || self.private[..*index].iter().any(|other| other.field == private.field)
        });
        Err(LeafError::Stray(
            stray.map_or_else(String::new, |(_, private)| private.field.clone()),
        ))
    }
}

/// Appends one reference token to a JSON pointer.
fn push_step(pointer: &mut String, name: &str) {
    pointer.push('/');
    for character in name.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            plain => pointer.push(plain),
        }
    }
}

fn text<'a>(members: &'a Map<String, Value>, name: &'static str) -> Result<&'a str, LeafError> {
    members.get(name).and_then(Value::as_str).ok_or(LeafError::Member(name))
}

fn uuid(members: &Map<String, Value>, name: &'static str) -> Result<Uuid, LeafError> {
    let text = text(members, name)?;
    let uuid = Uuid::try_parse(text).map_err(|_| LeafError::Member(name))?;
    if uuid.to_string() == text {
        Ok(uuid)
    } else {
        Err(LeafError::Member(name))
    }
}

fn seq(members: &Map<String, Value>) -> Result<u32, LeafError> {
    let seq = members.get("seq").and_then(Value::as_u64);
    seq.and_then(|seq| u32::try_from(seq).ok())
        .filter(|seq| *seq > 0)
        .ok_or(LeafError::Member("seq"))
}

fn hash(members: &Map<String, Value>, name: &'static str) -> Result<[u8; 32], LeafError> {
    read_hash(text(members, name)?).ok_or(LeafError::Member(name))
}

#[cfg(test)]
#[path = "leaf_tests.rs"]
mod tests;
