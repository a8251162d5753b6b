//! The bundle that an auditor gets: one ZIP that can be verified offline, the same bytes for the same content.
//!
//! | entry | content |
//! |---|---|
//! | `README.txt` | what this is and how to check it |
//! | `checkpoint` | the log's signed checkpoint, with cosignatures |
//! | `anchors/N.checkpoint` | earlier checkpoints of the log, at size N; in a part of a log with `anchors/N.consistency` |
//! | `policy.txt` | the policy of the log as its operator publishes it: to be read, not to be trusted |
//! | `events.ndjson` | the exact bytes of every leaf, one a line, in the order of the log |
//! | `proofs.txt` | for each line its proof of inclusion (C2SP tlog-proof, without the checkpoint); not in a full bundle |
//! | `seal.json` | that each history is here to the end, as of a seal of the log (see `seal`); in a bundle of cases |
//! | `openings.ndjson` | the private values that are not withheld, in the order of the events |
//! | `history.html` | the same to be read and printed; in bundles of cases |
//! | `derived/…` | the same history as XES, OCEL and CSV, and the procedure as a net in PNML |
//! | `verify.py` | a second verifier, written independently |
//! | `manifest.json` | kind, origin, size, counts, and the SHA-256 of every entry above |
//!
//! What is signed is the checkpoint; everything else must fit it.

use super::{
    canonical::{NotCanonical, Nulls, canonical, canonical_line},
    derived::{Format, Gists},
    leaf::{PrivateValue, read_hash},
    sound::Sound,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    io::{self, Seek, Write},
};
use uuid::Uuid;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// The format's name; a different format gets another number.
pub const FORMAT: &str = "corridor-bundle/1";
/// Every name that an entry may have, in order.
pub const ENTRIES: [&str; 14] = [
    "README.txt",
    "checkpoint",
    POLICY,
    "events.ndjson",
    "proofs.txt",
    SEAL,
    "openings.ndjson",
    PRINT,
    "derived/log.xes",
    "derived/ocel.json",
    "derived/events.csv",
    WORKFLOW,
    "verify.py",
    "manifest.json",
];
/// The entry with the operator's policy.
pub const POLICY: &str = "policy.txt";
/// The entry with the net of the procedure.
pub const WORKFLOW: &str = "derived/workflow.pnml";
/// The entry for reading and printing; in bundles of cases only.
pub const PRINT: &str = "history.html";
/// The entry with the seal.
pub const SEAL: &str = "seal.json";
/// What the reader of a bundle finds first.
pub const README: &str = include_str!("bundle/README.txt");
/// The independent verifier.
pub const VERIFY_PY: &str = include_str!("bundle/verify.py");

/// The entries of an earlier checkpoint: the note, and the proof that the log continues it.
#[must_use]
pub fn anchor_entries(size: u64) -> (String, String) {
    (
        format!("anchors/{size}.checkpoint"),
        format!("anchors/{size}.consistency"),
    )
}

/// The size of which this is an entry of an earlier checkpoint.
#[must_use]
pub fn anchor_size(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("anchors/")?.split_once('.')?.0;
    let size: u64 = digits.parse().ok()?;
    let (note, proof) = anchor_entries(size);
    (name == note || name == proof).then_some(size)
}

/// May an entry have this name?
#[must_use]
pub fn is_entry(name: &str) -> bool {
    ENTRIES.contains(&name) || anchor_size(name).is_some()
}

/// How much of the log is in a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BundleKind {
    /// Every leaf: the root itself is recomputed.
    Full,
    /// The whole history of certain streams, each leaf with its proof.
    Case,
    /// What was recorded in a period, each leaf with its proof.
    Period,
}

/// An entry as the manifest knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub bytes: u64,
    pub sha256: String,
}

/// What a bundle says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleManifest {
    pub events: u64,
    pub files: BTreeMap<String, Entry>,
    pub filter: Value,
    pub format: String,
    pub kind: BundleKind,
    /// Private values that are in the bundle.
    pub opened: u64,
    pub origin: String,
    pub size: u64,
    /// Values were left out on purpose. Where they were not, a missing one must have been erased.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withhold: bool,
}

/// Writes the entries of a bundle, in order.
pub struct BundleWriter<W: Write + Seek> {
    zip: ZipWriter<Sound<W>>,
    files: BTreeMap<String, Entry>,
    name: String,
    sum: Sha256,
    bytes: u64,
}

/// The present entry of a bundle.
#[derive(Debug)]
pub struct Present<'a, W: Write + Seek>(&'a mut BundleWriter<W>);

impl<W: Write + Seek> Write for Present<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write + Seek> std::fmt::Debug for BundleWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BundleWriter")
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

impl<W: Write + Seek> BundleWriter<W> {
    /// Begins a bundle.
    pub fn new(out: W) -> Self {
        Self {
            zip: ZipWriter::new(Sound::new(out)),
            files: BTreeMap::new(),
            name: String::new(),
            sum: Sha256::new(),
            bytes: 0,
        }
    }

    /// Ends the present entry and begins the next.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn begin(&mut self, name: &str) -> io::Result<()> {
        self.end();
        name.clone_into(&mut self.name);
        // No time but the format's own zero: the same content gives the same bytes.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(2))
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(0o644)
            .large_file(true);
        Ok(self.zip.start_file(name, options)?)
    }

    /// Adds to the present entry.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum.update(bytes);
        self.bytes += bytes.len() as u64;
        self.zip.write_all(bytes)
    }

    /// What is written here is added to the present entry.
    pub fn present(&mut self) -> io::BufWriter<Present<'_, W>> {
        io::BufWriter::with_capacity(64 << 10, Present(self))
    }

    /// One format of the history, as an entry of its own.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn derived(&mut self, gists: &Gists, format: Format) -> io::Result<()> {
        self.begin(format.entry())?;
        let mut buffered = self.present();
        gists.write(format, &mut buffered)?;
        buffered.flush()
    }

    fn end(&mut self) {
        let sum = std::mem::take(&mut self.sum);
        let bytes = std::mem::take(&mut self.bytes);
        let name = std::mem::take(&mut self.name);
        if !name.is_empty() {
            let sha256 = hex::encode(sum.finalize());
            self.files.insert(name, Entry { bytes, sha256 });
        }
    }

    /// Ends the bundle with its manifest, which is filled with the entries; the file, and the manifest's hash.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(mut self, mut manifest: BundleManifest) -> io::Result<(W, String)> {
        self.end();
        manifest.files = std::mem::take(&mut self.files);
        let value = serde_json::to_value(&manifest).map_err(io::Error::other)?;
        let bytes = canonical(&value, Nulls::Refused).map_err(io::Error::other)?;
        self.begin("manifest.json")?;
        self.write(&bytes)?;
        Ok((self.zip.finish()?.into_inner(), hex::encode(Sha256::digest(&bytes))))
    }
}

/// One line of `openings.ndjson`.
///
/// # Errors
/// When the value is not canonical JSON (the database is corrupt).
pub fn opening_line(event: Uuid, private: &PrivateValue) -> Result<Vec<u8>, NotCanonical> {
    let value: Value = serde_json::from_slice(&private.value).map_err(|_| NotCanonical::Depth)?;
    let line = json!({
        "event": event.to_string(), "field": private.field, "salt": hex::encode(private.salt), "value": value,
    });
    let mut line = canonical_line(&line)?;
    line.push(b'\n');
    Ok(line)
}

/// Reads a line of `openings.ndjson`, without its newline; none unless it is in its canonical spelling.
#[must_use]
pub fn read_opening(line: &[u8]) -> Option<(Uuid, PrivateValue)> {
    let value: Value = serde_json::from_slice(line).ok()?;
    let members = value.as_object().filter(|members| members.len() == 4)?;
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let private = PrivateValue {
        field: text("field")?.to_owned(),
        salt: read_hash(text("salt")?)?,
        value: canonical(members.get("value")?, Nulls::Allowed).ok()?,
    };
    let name = text("event")?;
    // In its only spelling: the two verifiers must not disagree about capital letters.
    let event = Uuid::try_parse(name).ok().filter(|event| event.to_string() == name)?;
    (canonical_line(&value).ok()? == line).then_some((event, private))
}
