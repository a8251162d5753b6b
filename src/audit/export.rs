//! The file that an auditor gets: JSON Lines, every line in canonical spelling.
//!
//! | line | content |
//! |---|---|
//! | first | `format`, `kind` (`case`, whole streams; `period`, parts of streams), `filter`, `made_at`, `made_by` |
//! | one per event | `leaf` (its canonical spelling is the hashed bytes), `hash`, `openings` {field: {salt, value}} |
//! | after each stream | `stream`: kind, id, first, last, hash of the last |
//! | last but one | `total`: events, streams, withheld |
//! | last | `end`: SHA-256 of every byte before this line |
//!
//! Events stand stream by stream, so that a chain is checked while remembering one event. The last line makes a cut
//! or changed file visible; what it cannot do is prove that the service held nothing more (that takes a checkpoint
//! from outside the file).

use super::{
    canonical::{NotCanonical, canonical_line},
    chain::Tail,
    leaf::PrivateValue,
};
use crate::domain::{Instant, id::PersonId};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// The format's name; a different format gets another number.
pub const FORMAT: &str = "corridor-history/1";

/// Whole streams or parts of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportKind {
    /// The whole history of certain streams.
    Case,
    /// What was recorded in a period.
    Period,
}

impl ExportKind {
    /// The word in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Period => "period",
        }
    }
}

/// Who made an export, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportHeader {
    pub made_at: Instant,
    pub made_by: PersonId,
    /// Leave out the private values (their commitments stay).
    pub withhold: bool,
}

/// What an export contains.
#[derive(Clone, Debug, PartialEq, Eq, Default, serde::Serialize)]
pub struct Manifest {
    pub events: u64,
    pub streams: u64,
    /// Private values whose commitment is in the file and which are not.
    pub withheld: u64,
    pub bytes: u64,
    /// SHA-256 of the whole file, in hexadecimal digits.
    pub sha256: String,
}

/// Makes the lines of an export, in order: header, then events and ends of streams, then `finish`.
#[derive(Clone, Debug)]
pub struct Lines {
    sum: Sha256,
    manifest: Manifest,
}

impl Lines {
    /// Begins a file; the first line is appended to `out`.
    ///
    /// # Errors
    /// When the filter is not canonical.
    pub fn begin(
        kind: ExportKind,
        filter: &Value,
        made: &ExportHeader,
        out: &mut Vec<u8>,
    ) -> Result<Self, NotCanonical> {
        let mut lines = Self {
            sum: Sha256::new(),
            manifest: Manifest::default(),
        };
        let header = json!({
            "format": FORMAT, "kind": kind.word(), "filter": filter,
            "made_at": made.made_at.to_string(), "made_by": made.made_by.to_string(),
        });
        lines.line(&header, out)?;
        Ok(lines)
    }

    /// One event.
    ///
    /// # Errors
    /// When the body or a private value is not canonical JSON (the database is corrupt).
    pub fn event(
        &mut self,
        body: &[u8],
        hash: &[u8; 32],
        private: &[PrivateValue],
        withheld: u32,
        out: &mut Vec<u8>,
    ) -> Result<(), serde_json::Error> {
        // The bytes are spliced, not parsed and written again: they are what was hashed.
        let start = out.len();
        out.extend_from_slice(b"{\"hash\":\"");
        out.extend_from_slice(hex::encode(hash).as_bytes());
        out.extend_from_slice(b"\",\"leaf\":");
        out.extend_from_slice(body);
        if !private.is_empty() {
            out.extend_from_slice(b",\"openings\":");
            out.extend_from_slice(&openings(private)?);
        }
        out.extend_from_slice(b"}\n");
        self.manifest.events += 1;
        self.manifest.withheld += u64::from(withheld);
        self.count(&out[start..]);
        Ok(())
    }

    /// The end of a stream.
    ///
    /// # Errors
    /// Never in practice.
    pub fn end_of_stream(&mut self, tail: &Tail, out: &mut Vec<u8>) -> Result<(), NotCanonical> {
        self.manifest.streams += 1;
        self.line(&json!({ "stream": stream_line(tail) }), out)
    }

    /// The last two lines, and what was written.
    ///
    /// # Errors
    /// Never in practice.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<Manifest, NotCanonical> {
        let total = total_line(&self.manifest);
        self.line(&json!({ "total": total }), out)?;
        let end = hex::encode(self.sum.clone().finalize());
        self.line(&json!({ "end": end }), out)?;
        self.manifest.sha256 = hex::encode(self.sum.finalize());
        Ok(self.manifest)
    }

    fn line(&mut self, value: &Value, out: &mut Vec<u8>) -> Result<(), NotCanonical> {
        let start = out.len();
        out.extend_from_slice(&canonical_line(value)?);
        out.push(b'\n');
        self.count(&out[start..]);
        Ok(())
    }

    fn count(&mut self, bytes: &[u8]) {
        self.sum.update(bytes);
        self.manifest.bytes += bytes.len() as u64;
    }
}

/// What the line at the end of a stream says.
pub(super) fn stream_line(tail: &Tail) -> Value {
    json!({
        "kind": tail.kind, "id": tail.stream.to_string(),
        "first": tail.first, "last": tail.last, "hash": hex::encode(tail.hash),
    })
}

/// What the line of totals says.
pub(super) fn total_line(manifest: &Manifest) -> Value {
    json!({"events": manifest.events, "streams": manifest.streams, "withheld": manifest.withheld})
}

fn openings(private: &[PrivateValue]) -> Result<Vec<u8>, serde_json::Error> {
    let mut members = Map::new();
    for opening in private {
        let value: Value = serde_json::from_slice(&opening.value)?;
        members.insert(
            opening.field.clone(),
            json!({"salt": hex::encode(opening.salt), "value": value}),
        );
    }
    canonical_line(&Value::Object(members)).map_err(serde::de::Error::custom)
}
