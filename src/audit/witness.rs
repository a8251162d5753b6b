//! What a witness is asked and how it decides: C2SP tlog-witness, without the network.
//!
//! A witness vouches for one thing: that it never saw another history of this log. It remembers the newest checkpoint
//! it cosigned, and cosigns a newer one only with a proof that it continues that one.

use super::{
    checkpoint::{Checkpoint, LONGEST_NOTE, Verifier, read_hash, write_hash},
    tree::{Hash, empty_root, is_consistent},
};

/// The longest request: proof and note.
pub const LONGEST_REQUEST: usize = LONGEST_NOTE + (8 << 10);
/// No proof is longer.
const MOST_HASHES: usize = 63;

/// A checkpoint for a witness, with the proof that it continues what the witness cosigned last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The size that the witness cosigned last, as the log believes; 0: none.
    pub old: u64,
    pub proof: Vec<Hash>,
    /// The signed note.
    pub note: String,
}

impl Request {
    /// As it is sent.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("old {}\n", self.old);
        for hash in &self.proof {
            text.push_str(&write_hash(hash));
            text.push('\n');
        }
        format!("{text}\n{}", self.note)
    }

    /// Reads a request; none if it is not in its only spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (head, note) = text.split_once("\n\n")?;
        let mut lines = head.split('\n');
        let old = lines.next()?.strip_prefix("old ")?.parse().ok()?;
        let proof: Vec<Hash> = lines.map(read_hash).collect::<Option<_>>()?;
        let read = Self {
            old,
            proof,
            note: note.to_owned(),
        };
        (read.proof.len() <= MOST_HASHES && read.text() == text).then_some(read)
    }
}

/// Why a witness does not cosign.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Declined {
    #[error("the request is malformed")]
    Malformed,
    #[error("this witness does not know the log")]
    UnknownLog,
    #[error("the checkpoint is not signed by the log")]
    NotSigned,
    /// Try again from this size.
    #[error("the newest size that was cosigned is {0}")]
    OtherSize(u64),
    #[error("the log was FORKED: there is another root for this size")]
    OtherRoot(u64),
    #[error("the proof does not show that the log continues what was cosigned")]
    NotConsistent,
}

impl Declined {
    /// The status that the protocol gives it.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::UnknownLog => 404,
            Self::NotSigned => 403,
            Self::OtherSize(_) | Self::OtherRoot(_) => 409,
            Self::NotConsistent => 422,
        }
    }
}

/// The log that a note speaks of.
///
/// # Errors
/// `Malformed`, or `UnknownLog` if it is none of these.
pub fn log_of<'a>(note: &str, logs: &'a [Verifier]) -> Result<&'a Verifier, Declined> {
    let origin = note.lines().next().ok_or(Declined::Malformed)?;
    // While its key changes a log has two: the one that signed this.
    let mut own = logs.iter().filter(|log| log.name == origin);
    let first = own.clone().next().ok_or(Declined::UnknownLog)?;
    let signed = |log: &&Verifier| Checkpoint::signed_by(note, log).is_ok_and(|signed| signed.is_some());
    Ok(own.find(signed).unwrap_or(first))
}

/// May this be cosigned, after `cosigned` was?
///
/// # Errors
/// Why not.
pub fn judge(request: &Request, log: &Verifier, cosigned: Option<&Checkpoint>) -> Result<Checkpoint, Declined> {
    let signed = Checkpoint::signed_by(&request.note, log).map_err(|_| Declined::Malformed)?;
    let signed = signed.ok_or(Declined::NotSigned)?;
    if request.old > signed.size {
        return Err(Declined::Malformed);
    }
    let (size, root) = cosigned.map_or((0, empty_root()), |known| (known.size, known.root));
    if request.old != size {
        return Err(Declined::OtherSize(size));
    }
    if signed.size == size && size > 0 && signed.root != root {
        return Err(Declined::OtherRoot(size));
    }
    if is_consistent((size, &root), (signed.size, &signed.root), &request.proof) {
        Ok(signed)
    } else {
        Err(Declined::NotConsistent)
    }
}
