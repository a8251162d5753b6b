//! Checks an export with nothing but the file: no database, no network, no configuration.

use super::{
    canonical::{Nulls, canonical, canonical_line},
    chain::Chain,
    export::{FORMAT, Manifest, stream_line, total_line},
    leaf::{PrivateValue, read_hash},
};
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::io::{self, BufRead};

/// The longest line that is read, in bytes.
const LONGEST_LINE: u64 = 64 << 20;
/// How many faults are reported one by one.
const MOST_FAULTS: usize = 100;

/// What the check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    pub valid: bool,
    /// The first line of the file: what it claims to be, for whom it was made.
    pub header: Value,
    pub events: u64,
    pub streams: u64,
    /// Private values that are in the file and match their commitment.
    pub known: u64,
    /// Private values that are not in the file.
    pub withheld: u64,
    pub lines: u64,
    pub bytes: u64,
    /// SHA-256 of the whole file, in hexadecimal digits.
    pub sha256: String,
    /// How many things are wrong, also those beyond the first hundred that are listed.
    pub faults: u64,
    pub found: Vec<Found>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// From 1.
    pub line: u64,
    /// For example `case 0190…`, where the line could be read.
    pub stream: Option<String>,
    pub seq: Option<u64>,
    pub event: Option<String>,
    /// Stable.
    pub code: &'static str,
    /// In words.
    pub says: String,
}

/// Why no verdict is possible.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    #[error("the file cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    #[error("this is not a history exported by Corridor (its first line does not say {FORMAT})")]
    Foreign,
    #[error("line {0} is longer than 64 MiB")]
    LongLine(u64),
}

/// Reads an export to its end and says whether it is whole and unedited. Memory does not grow with the file.
/// `progress` is told the number of bytes read so far.
///
/// # Errors
/// When the file cannot be read or is something else.
pub fn verify(mut input: impl BufRead, mut progress: impl FnMut(u64)) -> Result<Verdict, Unusable> {
    let mut line = Vec::new();
    read_line(&mut input, &mut line, 1)?;
    let mut check = Check::begin(&line)?;
    while read_line(&mut input, &mut line, check.verdict.lines + 1)? {
        check.line(&line);
        progress(check.verdict.bytes);
    }
    Ok(check.finish())
}

fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>, number: u64) -> Result<bool, Unusable> {
    line.clear();
    let read = io::Read::take(input, LONGEST_LINE).read_until(b'\n', line)?;
    if read as u64 == LONGEST_LINE {
        return Err(Unusable::LongLine(number));
    }
    Ok(read > 0)
}

/// Which line may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// An event, or the totals.
    StreamOrTotal,
    /// Another event of the stream, or the end of it.
    EventOrStreamEnd,
    End,
    Nothing,
}

struct Check {
    verdict: Verdict,
    chain: Chain,
    sum: Sha256,
    next: Next,
}

impl Check {
    fn begin(line: &[u8]) -> Result<Self, Unusable> {
        let header: Value = serde_json::from_slice(line).map_err(|_| Unusable::Foreign)?;
        if header.get("format").and_then(Value::as_str) != Some(FORMAT) {
            return Err(Unusable::Foreign);
        }
        let whole = header.get("kind").and_then(Value::as_str) == Some("case");
        let mut check = Self {
            verdict: Verdict {
                valid: false,
                header,
                events: 0,
                streams: 0,
                known: 0,
                withheld: 0,
                lines: 0,
                bytes: 0,
                sha256: String::new(),
                faults: 0,
                found: Vec::new(),
            },
            chain: if whole {
                Chain::of_whole_streams()
            } else {
                Chain::of_parts()
            },
            sum: Sha256::new(),
            next: Next::StreamOrTotal,
        };
        check.take(line);
        if let Err(says) = check_header(&check.verdict.header) {
            check.fault("header", says);
        }
        if read_canonical(line).is_none() {
            check.fault("spelling", "the line is not in its canonical spelling".into());
        }
        Ok(check)
    }

    fn line(&mut self, line: &[u8]) {
        let before = self.sum.clone();
        self.take(line);
        let Some(value) = read_canonical(line) else {
            return self.fault("spelling", "the line is not JSON in its canonical spelling".into());
        };
        let sole = |name: &str| value.get(name).filter(|_| value.len() == 1);
        if self.next == Next::Nothing {
            self.fault("after_end", "there is something after the last line".into());
        } else if value.contains_key("leaf") {
            self.event(&value);
        } else if let Some(stream) = sole("stream") {
            self.end_of_stream(stream);
        } else if let Some(total) = sole("total") {
            self.total(total);
        } else if let Some(end) = sole("end") {
            self.end(end, before);
        } else {
            self.fault("line", "the line is neither an event nor an end".into());
        }
    }

    fn event(&mut self, value: &Map<String, Value>) {
        if !matches!(self.next, Next::StreamOrTotal | Next::EventOrStreamEnd) {
            self.fault("after_end", "there is an event after the totals".into());
        }
        self.verdict.events += 1;
        let leaf = &value["leaf"];
        if self.next == Next::EventOrStreamEnd
            && self
                .chain
                .tail()
                .is_some_and(|tail| !is_of(leaf, &tail.kind, &tail.stream))
        {
            self.fault_of("stream", "the stream before this event has no end".into(), leaf);
        }
        self.next = Next::EventOrStreamEnd;
        let parts = (|| {
            let known = |name: &String| ["hash", "leaf", "openings"].contains(&name.as_str());
            let hash = value.get("hash").and_then(Value::as_str).and_then(read_hash)?;
            let private = read_openings(value.get("openings"))?;
            let body = canonical(leaf, Nulls::Refused).ok()?;
            value.keys().all(known).then_some((hash, private, body))
        })();
        let Some((hash, private, body)) = parts else {
            return self.fault_of("line", "the line of the event is malformed".into(), leaf);
        };
        match self.chain.next(&body, &hash, &private) {
            Ok(opened) => {
                self.verdict.known += u64::from(opened.known);
                self.verdict.withheld += u64::from(opened.withheld);
            }
            Err(fault) => self.fault_of(fault.code(), fault.to_string(), leaf),
        }
    }

    fn end_of_stream(&mut self, stream: &Value) {
        let expected = self.chain.tail().map(stream_line);
        if self.next != Next::EventOrStreamEnd || expected.as_ref() != Some(stream) {
            self.fault("stream", "the end of the stream does not fit its events".into());
        }
        self.next = Next::StreamOrTotal;
        self.verdict.streams += 1;
    }

    fn total(&mut self, total: &Value) {
        let counted = Manifest {
            events: self.verdict.events,
            streams: self.verdict.streams,
            withheld: self.verdict.withheld,
            ..Manifest::default()
        };
        if self.next != Next::StreamOrTotal || *total != total_line(&counted) {
            self.fault("total", "the totals do not fit the events".into());
        }
        self.next = Next::End;
    }

    fn end(&mut self, end: &Value, before: Sha256) {
        if self.next != Next::End || end.as_str() != Some(hex::encode(before.finalize()).as_str()) {
            self.fault(
                "end",
                "the last line does not fit the file: a byte before it was changed".into(),
            );
        }
        self.next = Next::Nothing;
    }

    fn finish(mut self) -> Verdict {
        if self.next != Next::Nothing {
            self.fault("cut", "the file is cut: its last line is missing".into());
        }
        self.verdict.sha256 = hex::encode(self.sum.finalize());
        self.verdict.valid = self.verdict.faults == 0;
        self.verdict
    }

    fn take(&mut self, line: &[u8]) {
        self.sum.update(line);
        self.verdict.lines += 1;
        self.verdict.bytes += line.len() as u64;
    }

    fn fault(&mut self, code: &'static str, says: String) {
        self.fault_of(code, says, &Value::Null);
    }

    fn fault_of(&mut self, code: &'static str, says: String, leaf: &Value) {
        self.verdict.faults += 1;
        if self.verdict.found.len() == MOST_FAULTS {
            return;
        }
        let text = |name: &str| leaf.get(name).and_then(Value::as_str).map(str::to_owned);
        self.verdict.found.push(Found {
            line: self.verdict.lines,
            stream: text("kind")
                .zip(text("stream"))
                .map(|(kind, stream)| format!("{kind} {stream}")),
            seq: leaf.get("seq").and_then(Value::as_u64),
            event: text("id"),
            code,
            says,
        });
    }
}

/// The line's value, if the line is one JSON object in canonical spelling with its newline.
fn read_canonical(line: &[u8]) -> Option<Map<String, Value>> {
    let text = line.strip_suffix(b"\n")?;
    let value: Value = serde_json::from_slice(text).ok()?;
    match (canonical_line(&value), value) {
        (Ok(bytes), Value::Object(members)) if bytes == text => Some(members),
        _ => None,
    }
}

fn check_header(header: &Value) -> Result<(), String> {
    let members = header.as_object().ok_or("the first line is not an object")?;
    let known = ["filter", "format", "kind", "made_at", "made_by"];
    if !(members.len() == known.len() && known.iter().all(|name| members.contains_key(*name))) {
        return Err("the first line has a member too many or too few".into());
    }
    match header["kind"].as_str() {
        Some("case" | "period") => Ok(()),
        _ => Err("the first line does not say whether this is a case or a period".into()),
    }
}

fn is_of(leaf: &Value, kind: &str, stream: &uuid::Uuid) -> bool {
    leaf["kind"].as_str() == Some(kind) && leaf["stream"].as_str() == Some(stream.to_string().as_str())
}

fn read_openings(openings: Option<&Value>) -> Option<Vec<PrivateValue>> {
    let Some(openings) = openings else {
        return Some(Vec::new());
    };
    let read = |(field, opening): (&String, &Value)| {
        let opening = opening.as_object().filter(|opening| opening.len() == 2)?;
        Some(PrivateValue {
            field: field.clone(),
            salt: read_hash(opening.get("salt")?.as_str()?)?,
            value: canonical(opening.get("value")?, Nulls::Allowed).ok()?,
        })
    };
    openings.as_object()?.iter().map(read).collect()
}
