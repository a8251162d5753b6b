//! A seal: where every history stood when the log had a certain size. With it a part of the log proves that it has
//! each of its histories to the end, and not only that what it has is genuine.
//!
//! ```text
//! line = kind ‖ " " ‖ stream ‖ " " ‖ number of its last event ‖ " " ‖ hash of its last event, in hexadecimal digits
//! root = RFC 6962 over the lines, sorted by kind and stream
//! ```
//! The root stands in a leaf of the log (`log_sealed`). A bundle has in `seal.json` that leaf with its proof, and for
//! each of its histories the line with its proof.

use super::{
    canonical::canonical_line,
    checkpoint::{self, Checkpoint, write_hash},
    entries::{Inspection, wrong},
    leaf::{self, leaf_hash, open_strictly},
    tree::{Hash, inclusion_parts, is_included, root_of},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// The last event of a history.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Last {
    pub kind: String,
    pub stream: Uuid,
    pub seq: u32,
    pub hash: Hash,
}

impl Last {
    fn leaf(&self) -> Hash {
        let Self {
            kind,
            stream,
            seq,
            hash,
        } = self;
        leaf_hash(format!("{kind} {stream} {seq} {}", hex::encode(hash)).as_bytes())
    }
}

/// Every history's last event, in order.
#[derive(Clone, Debug, Default)]
pub struct Lasts {
    lasts: Vec<Last>,
    leaves: Vec<Hash>,
}

impl Lasts {
    #[must_use]
    pub fn new(mut lasts: Vec<Last>) -> Self {
        lasts.sort();
        let leaves = lasts.iter().map(Last::leaf).collect();
        Self { lasts, leaves }
    }

    #[must_use]
    pub fn count(&self) -> u64 {
        self.leaves.len() as u64
    }

    #[must_use]
    pub fn root(&self) -> Hash {
        root_of(self.leaves.iter().copied())
    }

    /// The line of this history with its proof; none if it had not begun.
    #[must_use]
    pub fn line(&self, kind: &str, stream: Uuid) -> Option<Line> {
        let at = self
            .lasts
            .binary_search_by(|last| (last.kind.as_str(), last.stream).cmp(&(kind, stream)))
            .ok()?;
        let last = self.lasts.get(at)?;
        let parts = inclusion_parts(at as u64, self.count())?;
        let node = |node: super::tree::Node| {
            let (from, width) = ((node.index << node.level) as usize, 1_usize << node.level);
            Some(root_of(self.leaves.get(from..from + width)?.iter().copied()))
        };
        let hashes: Option<Vec<Hash>> = parts.iter().map(|part| part.hash(node)).collect();
        Some(Line {
            hash: hex::encode(last.hash),
            hashes: hashes?.iter().map(write_hash).collect(),
            index: at as u64,
            kind: kind.to_owned(),
            seq: last.seq,
            stream,
        })
    }
}

/// One history's last event under the seal, with its proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    hash: String,
    hashes: Vec<String>,
    index: u64,
    pub kind: String,
    seq: u32,
    pub stream: Uuid,
}

/// What `seal.json` has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealFile {
    /// The leaf with the root, its exact bytes.
    pub body: String,
    pub hashes: Vec<String>,
    pub index: u64,
    pub lines: Vec<Line>,
}

impl SealFile {
    /// As bytes.
    ///
    /// # Errors
    /// Never in practice.
    pub fn bytes(&self) -> std::io::Result<Vec<u8>> {
        let value = serde_json::to_value(self).map_err(std::io::Error::other)?;
        canonical_line(&value).map_err(std::io::Error::other)
    }
}

/// What the leaf of a seal says.
#[derive(Clone, Debug, Deserialize)]
struct Says {
    size: u64,
    histories: u64,
    root: String,
}

/// The seal that a bundle's histories are complete up to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sealed {
    /// Everything below this size of the log is here.
    pub size: u64,
    /// When it was sealed.
    pub at: String,
}

/// A seal that is in the log, being compared with the histories of a bundle.
pub(super) struct Sealing {
    sealed: Sealed,
    lines: HashMap<(String, Uuid), (u32, Hash)>,
    /// Histories of the bundle: the index of their first event and the number of their last.
    seen: HashMap<(String, Uuid), (u64, u32)>,
}

impl Sealing {
    /// Reads `seal.json`: the seal must be in the log, and each line under the seal.
    pub(super) fn read(bytes: &[u8], signed: &Checkpoint) -> Result<Self, Inspection> {
        let malformed = || wrong("seal", "seal.json is malformed");
        let file: SealFile = serde_json::from_slice(bytes).map_err(|_| malformed())?;
        if file.bytes().ok().as_deref() != Some(bytes) {
            return Err(malformed());
        }
        let proof = |hashes: &[String]| -> Result<Vec<Hash>, Inspection> {
            hashes
                .iter()
                .map(|hash| checkpoint::read_hash(hash).ok_or_else(malformed))
                .collect()
        };
        let hash = leaf_hash(file.body.as_bytes());
        if !is_included(&hash, file.index, signed.size, &proof(&file.hashes)?, &signed.root) {
            return Err(wrong("seal", "the seal of seal.json is not in the log"));
        }
        let opened = open_strictly(file.body.as_bytes(), &[]).map_err(|error| wrong("seal", error.to_string()))?;
        let says = says(&opened).ok_or_else(malformed)?;
        let root = leaf::read_hash(&says.root).ok_or_else(malformed)?;
        if says.size > file.index {
            return Err(wrong("seal", "the seal speaks of events after it"));
        }
        let mut lines = HashMap::new();
        for line in &file.lines {
            let last = Last {
                kind: line.kind.clone(),
                stream: line.stream,
                seq: line.seq,
                hash: leaf::read_hash(&line.hash).ok_or_else(malformed)?,
            };
            if !is_included(&last.leaf(), line.index, says.histories, &proof(&line.hashes)?, &root) {
                return Err(wrong("seal", "a line of seal.json is not under the seal"));
            }
            lines.insert((last.kind, last.stream), (last.seq, last.hash));
        }
        let at = opened.event.get("recorded_at").and_then(|at| at.as_str());
        let (size, at) = (says.size, at.unwrap_or_default().to_owned());
        Ok(Self {
            sealed: Sealed { size, at },
            lines,
            seen: HashMap::new(),
        })
    }

    /// Takes an event of the bundle.
    pub(super) fn event(
        &mut self,
        stream: &(String, Uuid),
        seq: u32,
        hash: &Hash,
        index: u64,
    ) -> Result<(), Inspection> {
        self.seen.entry(stream.clone()).or_insert((index, 0)).1 = seq;
        match self.lines.get(stream) {
            Some((last, sealed)) if *last == seq && sealed != hash => {
                Err(wrong("seal", "the seal names another event in its place"))
            }
            _ => Ok(()),
        }
    }

    /// Is every history there up to the seal?
    pub(super) fn finish(self) -> Result<Sealed, Inspection> {
        for ((kind, stream), (last, _)) in &self.lines {
            let seen = self.seen.get(&(kind.clone(), *stream)).map_or(0, |(_, seen)| *seen);
            if seen < *last {
                let says =
                    format!("TRUNCATED: {kind} {stream} ends with event {seen}, but the seal names event {last}");
                return Err(wrong("truncated", says));
            }
        }
        for ((kind, stream), (first, _)) in &self.seen {
            if *first < self.sealed.size && !self.lines.contains_key(&(kind.clone(), *stream)) {
                let says = format!("{kind} {stream} is older than the seal, but seal.json does not name it");
                return Err(wrong("seal", says));
            }
        }
        Ok(self.sealed)
    }
}

fn says(opened: &leaf::Opened) -> Option<Says> {
    let kind = opened.event.get("type")?.as_str()?;
    let sealed = opened.kind == "log" && kind == "log_sealed";
    let data = opened.event.get("data").filter(|_| sealed)?;
    serde_json::from_value(data.clone()).ok()
}

/// In a whole log: does a seal that speaks of everything before it speak the truth? `None`: it is no such seal.
pub(super) fn is_true(opened: &leaf::Opened, lasts: impl FnOnce() -> Lasts, index: u64) -> Option<bool> {
    let says = says(opened).filter(|says| says.size == index)?;
    let lasts = lasts();
    Some((says.histories, says.root) == (lasts.count(), hex::encode(lasts.root())))
}
