//! A proof that fits in a letter: C2SP tlog-proof. With the leaf and the log's key it can be checked anywhere.

use super::{
    checkpoint::{Checkpoint, LONGEST_NOTE, NotNote, Verifier, read_hash, write_hash},
    tree::{Hash, is_included},
};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
/// No proof is longer.
const MOST_HASHES: usize = 64;

/// That a leaf is in the log, as of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// From 0.
    pub index: u64,
    pub hashes: Vec<Hash>,
    /// The signed note.
    pub checkpoint: String,
}

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoProof {
    #[error("it is not a proof of inclusion (c2sp.org/tlog-proof@v1)")]
    Malformed,
    #[error(transparent)]
    Checkpoint(#[from] NotNote),
    #[error("the checkpoint is not signed by this log")]
    NotSigned,
    #[error("the leaf is not where the proof says")]
    NotIncluded,
}

impl Proof {
    /// Everything before the checkpoint: also what a bundle has for each leaf.
    #[must_use]
    pub fn body(&self) -> String {
        let mut text = format!("{FIRST_LINE}\nindex {}\n", self.index);
        for hash in &self.hashes {
            text.push_str(&write_hash(hash));
            text.push('\n');
        }
        text
    }

    /// The whole proof.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}", self.body(), self.checkpoint)
    }

    /// Reads a proof.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, NoProof> {
        let (body, checkpoint) = text.split_once("\n\n").ok_or(NoProof::Malformed)?;
        if checkpoint.len() > LONGEST_NOTE {
            return Err(NoProof::Malformed);
        }
        let (index, hashes) = parse_body(body).ok_or(NoProof::Malformed)?;
        Ok(Self {
            index,
            hashes,
            checkpoint: checkpoint.to_owned(),
        })
    }

    /// Checks it for this leaf (its hash), trusting this log; the checkpoint it is proven by.
    ///
    /// # Errors
    /// What is wrong.
    pub fn verify(&self, leaf: &Hash, log: &Verifier) -> Result<Checkpoint, NoProof> {
        let signed = Checkpoint::signed_by(&self.checkpoint, log)?.ok_or(NoProof::NotSigned)?;
        if is_included(leaf, self.index, signed.size, &self.hashes, &signed.root) {
            Ok(signed)
        } else {
            Err(NoProof::NotIncluded)
        }
    }
}

/// Reads the part before the checkpoint, without its last newline: the leaf's index and the hashes.
#[must_use]
pub fn parse_body(body: &str) -> Option<(u64, Vec<Hash>)> {
    let mut lines = body.split('\n');
    if lines.next()? != FIRST_LINE {
        return None;
    }
    let mut line = lines.next()?;
    if line.starts_with("extra ") {
        line = lines.next()?;
    }
    let digits = line.strip_prefix("index ")?;
    let index: u64 = digits.parse().ok()?;
    if index.to_string() != digits {
        return None;
    }
    let hashes: Option<Vec<Hash>> = lines.map(read_hash).collect();
    hashes
        .filter(|hashes| hashes.len() <= MOST_HASHES)
        .map(|hashes| (index, hashes))
}
