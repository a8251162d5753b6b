//! Which keys may sign for a log: those the auditor trusts, and those that a leaf under a trusted signature announced.
//!
//! A change of keys is planned: `log_key_added` is logged, then both keys sign every checkpoint, then `log_key_retired`
//! is logged and the old key signs no more. Whoever trusts only the old key follows to the new one through a checkpoint
//! of the time between. What only a retired key signs is worth nothing, whoever holds that key.

use super::{
    checkpoint::{Checkpoint, KeyKind, Note, Verifier},
    entries::{Inspection, wrong},
    leaf::Opened,
};
use serde_json::Value;

/// The names of the leaves that announce and retire a key.
const ADDED: &str = "log_key_added";
const RETIRED: &str = "log_key_retired";

#[derive(Debug)]
pub(super) struct Keys {
    trusted: Vec<Verifier>,
    /// Announced in leaves that no trusted signature covers yet.
    announced: Vec<Verifier>,
    retired: Vec<Verifier>,
    /// Every key that a leaf names: one that signed earlier, or signs now.
    named: Vec<Verifier>,
    /// Keys that were followed to.
    followed: u64,
}

impl Keys {
    pub(super) fn new(trusted: Vec<Verifier>) -> Self {
        Self {
            trusted,
            announced: Vec::new(),
            retired: Vec::new(),
            named: Vec::new(),
            followed: 0,
        }
    }

    /// Takes a leaf of the log's own history. Does it speak of a key?
    pub(super) fn leaf(&mut self, opened: &Opened, origin: &str) -> Result<bool, Inspection> {
        let kind = opened.event.get("type").and_then(Value::as_str);
        let (Some(ADDED | RETIRED), "log") = (kind, opened.kind.as_str()) else {
            return Ok(false);
        };
        let malformed = || wrong("key", "the leaf that adds or retires a key is malformed");
        let read = |place: &str| {
            let key = opened.event.pointer(place).and_then(Value::as_str);
            let key = key.and_then(|key| Verifier::parse(key).ok());
            key.filter(|key| key.name == origin && key.kind == KeyKind::Log)
                .ok_or_else(malformed)
        };
        let (key, beside) = (read("/data/key")?, read("/data/beside")?);
        self.named.extend([key.clone(), beside]);
        if kind == Some(ADDED) {
            self.announced.push(key);
        } else {
            self.retired.push(key);
        }
        Ok(true)
    }

    /// Takes a checkpoint that the leaves so far agree with: where a trusted key vouches for it, the keys that they
    /// announced are trusted from here on.
    pub(super) fn agreed(&mut self, note: &Note) {
        if self.signer(note).is_none() {
            return;
        }
        for key in self.announced.drain(..) {
            if !self.trusted.contains(&key) {
                self.trusted.push(key);
                self.followed += 1;
            }
        }
    }

    /// A trusted key that is not retired and signed this.
    fn signer(&self, note: &Note) -> Option<&Verifier> {
        let current = self.trusted.iter().filter(|key| !self.retired.contains(key));
        current.into_iter().find(|key| key.signature_on(note).is_some())
    }

    /// Was this signed with a key that the log had at any time?
    pub(super) fn ever_signed(&self, note: &Note) -> bool {
        signed(note, &self.trusted) || signed(note, &self.named)
    }

    /// At the end: is the bundle's own checkpoint signed as it must be? How many keys were followed to.
    pub(super) fn finish(mut self, note: &Note) -> Result<u64, Inspection> {
        self.agreed(note);
        if self.signer(note).is_some() {
            return Ok(self.followed);
        }
        Err(if signed(note, &self.trusted) {
            wrong(
                "retired_key",
                "the checkpoint is signed only with a key that the log itself retired before",
            )
        } else {
            not_signed()
        })
    }
}

pub(super) fn not_signed() -> Inspection {
    wrong("signature", "the checkpoint is not signed by this log")
}

/// Did one of these keys sign it?
pub(super) fn signed(note: &Note, keys: &[Verifier]) -> bool {
    keys.iter().any(|key| key.signature_on(note).is_some())
}

/// The checkpoint of a note that one of these keys signed; none if it is no checkpoint, or of another log.
pub(super) fn signed_by(note: &str, keys: &[Verifier]) -> Option<Checkpoint> {
    keys.iter()
        .find_map(|key| Checkpoint::signed_by(note, key).ok().flatten())
}
