//! Checkpoints in the formats of C2SP: signed-note, tlog-checkpoint and tlog-cosignature.
//!
//! ```text
//! waivers.example.org/log/1                     origin: this log and no other
//! 4711                                          how many leaves
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=  the root above them
//!
//! — waivers.example.org/log/1 Az3grl…           the log's signature
//! — witness.example.net jWbPPw…                 a witness: it never saw another history
//! ```

use super::tree::{Hash, MOST_LEAVES};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

/// The longest note that is read.
pub const LONGEST_NOTE: usize = 64 << 10;
/// The most signatures that a note may bear.
const MOST_SIGNATURES: usize = 100;

/// What a signature says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyKind {
    /// Of the log: this is my root.
    Log,
    /// Of a witness: at this time, the largest tree that I saw had this root, and it continued all before.
    Witness,
}

impl KeyKind {
    fn byte(self) -> u8 {
        match self {
            Self::Log => 1,
            Self::Witness => 4,
        }
    }
}

/// Why something is no note, no checkpoint or no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotNote {
    #[error("it is not a signed note")]
    Note,
    #[error("it is not a checkpoint: its three lines are origin, size and root")]
    Checkpoint,
    #[error("it is not a verifier key (name+id+key)")]
    Key,
}

/// A public key with the name it signs under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    pub name: String,
    pub kind: KeyKind,
    id: [u8; 4],
    key: VerifyingKey,
}

impl Verifier {
    /// The public half of a key under a name.
    #[must_use]
    pub fn new(name: &str, kind: KeyKind, key: VerifyingKey) -> Self {
        let mut sum = Sha256::new();
        sum.update(name);
        sum.update([b'\n', kind.byte()]);
        sum.update(key.as_bytes());
        let sum = sum.finalize();
        Self {
            name: name.to_owned(),
            kind,
            id: [sum[0], sum[1], sum[2], sum[3]],
            key,
        }
    }

    /// Reads `name+id+key`.
    ///
    /// # Errors
    /// When it is malformed, the id is not that of the key, or the key is weak.
    pub fn parse(vkey: &str) -> Result<Self, NotNote> {
        let mut parts = vkey.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NotNote::Key);
        };
        let key = STANDARD.decode(key).map_err(|_| NotNote::Key)?;
        let (kind, key) = match key.split_first() {
            Some((1, key)) => (KeyKind::Log, key),
            Some((4, key)) => (KeyKind::Witness, key),
            _ => return Err(NotNote::Key),
        };
        let key: [u8; 32] = key.try_into().map_err(|_| NotNote::Key)?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| NotNote::Key)?;
        let verifier = Self::new(name, kind, key);
        if !is_name(name) || key.is_weak() || hex::encode(verifier.id) != id {
            return Err(NotNote::Key);
        }
        Ok(verifier)
    }

    /// `name+id+key`, as it is given to those who verify.
    #[must_use]
    pub fn vkey(&self) -> String {
        let key = [&[self.kind.byte()][..], self.key.as_bytes()].concat();
        format!("{}+{}+{}", self.name, hex::encode(self.id), STANDARD.encode(key))
    }

    /// The signature of this key on the note, if it is there and genuine; of a witness, the time it gives.
    #[must_use]
    pub fn signature_on(&self, note: &Note) -> Option<u64> {
        let own = |line: &&SignatureLine| line.name == self.name && line.id == self.id;
        note.signatures
            .iter()
            .filter(own)
            .find_map(|line| self.check(&note.text, &line.bytes))
    }

    fn check(&self, text: &str, signature: &[u8]) -> Option<u64> {
        let (time, message, signature) = match self.kind {
            KeyKind::Log => (0, text.to_owned(), signature),
            KeyKind::Witness => {
                let (time, signature) = signature.split_first_chunk::<8>()?;
                let time = u64::from_be_bytes(*time);
                (time, cosigned(text, time), signature)
            }
        };
        let signature = Signature::from_slice(signature).ok()?;
        let genuine = self.key.verify_strict(message.as_bytes(), &signature).is_ok();
        (genuine && i64::try_from(time).is_ok()).then_some(time)
    }
}

/// A private key with the name it signs under.
pub struct Signer {
    verifier: Verifier,
    key: SigningKey,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Signer").field(&self.verifier.vkey()).finish()
    }
}

impl Signer {
    /// A key from its 32 secret bytes; none if the name cannot be one.
    #[must_use]
    pub fn new(name: &str, kind: KeyKind, secret: &[u8; 32]) -> Option<Self> {
        let key = SigningKey::from_bytes(secret);
        let verifier = Verifier::new(name, kind, key.verifying_key());
        is_name(name).then_some(Self { verifier, key })
    }

    #[must_use]
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// The signature line for this text; `time` (seconds since 1970) is stated by witnesses only.
    #[must_use]
    pub fn sign(&self, text: &str, time: u64) -> String {
        let bytes = match self.verifier.kind {
            KeyKind::Log => self.key.sign(text.as_bytes()).to_vec(),
            KeyKind::Witness => {
                let signature = self.key.sign(cosigned(text, time).as_bytes());
                [&time.to_be_bytes()[..], &signature.to_bytes()].concat()
            }
        };
        let bytes = [&self.verifier.id[..], &bytes].concat();
        format!("— {} {}\n", self.verifier.name, STANDARD.encode(bytes))
    }
}

fn cosigned(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// A name that keys may have: not empty, without blanks and plus signs.
#[must_use]
pub fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 255 && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct SignatureLine {
    name: String,
    id: [u8; 4],
    bytes: Vec<u8>,
}

/// A text with signatures below it. Reading it proves nothing; see [`Verifier::signature_on`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// With its last newline.
    pub text: String,
    signatures: Vec<SignatureLine>,
}

impl Note {
    /// Reads a note, strictly.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(note: &str) -> Result<Self, NotNote> {
        let wrong = |c: char| c.is_control() && c != '\n';
        let (text, signatures) = note.rsplit_once("\n\n").ok_or(NotNote::Note)?;
        if note.len() > LONGEST_NOTE || note.contains(wrong) || text.is_empty() {
            return Err(NotNote::Note);
        }
        let lines = signatures.strip_suffix('\n').ok_or(NotNote::Note)?.split('\n');
        let signatures: Vec<_> = lines
            .map(|line| signature_line(line).ok_or(NotNote::Note))
            .collect::<Result<_, _>>()?;
        if signatures.len() > MOST_SIGNATURES {
            return Err(NotNote::Note);
        }
        Ok(Self {
            text: format!("{text}\n"),
            signatures,
        })
    }
}

/// Reads one line of signature, without its newline.
fn signature_line(line: &str) -> Option<SignatureLine> {
    let (name, bytes) = line.strip_prefix("— ")?.split_once(' ')?;
    let bytes = STANDARD.decode(bytes).ok()?;
    let (id, bytes) = bytes.split_first_chunk::<4>()?;
    (is_name(name) && !bytes.is_empty()).then(|| SignatureLine {
        name: name.to_owned(),
        id: *id,
        bytes: bytes.to_vec(),
    })
}

/// How large the log is and which root it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    pub origin: String,
    pub size: u64,
    pub root: Hash,
}

impl Checkpoint {
    /// The three lines.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }

    /// Reads the three lines, strictly; further lines are refused.
    ///
    /// # Errors
    /// When they are not the spelling that [`Self::text`] gives.
    pub fn parse(text: &str) -> Result<Self, NotNote> {
        let mut lines = text.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(NotNote::Checkpoint);
        };
        let read = Self {
            origin: origin.to_owned(),
            size: size.parse().map_err(|_| NotNote::Checkpoint)?,
            root: read_hash(root).ok_or(NotNote::Checkpoint)?,
        };
        if !is_name(origin) || read.size > MOST_LEAVES || read.text() != text {
            return Err(NotNote::Checkpoint);
        }
        Ok(read)
    }

    /// Reads a signed checkpoint and the signature of this key on it.
    ///
    /// # Errors
    /// When it is none; `Ok(None)` if it is not genuine or of another log.
    pub fn signed_by(note: &str, log: &Verifier) -> Result<Option<Self>, NotNote> {
        let note = Note::parse(note)?;
        let read = Self::parse(&note.text)?;
        let genuine = log.kind == KeyKind::Log && read.origin == log.name && log.signature_on(&note).is_some();
        Ok(genuine.then_some(read))
    }

    /// The whole note, signed by the log.
    #[must_use]
    pub fn signed(&self, signer: &Signer) -> String {
        self.signed_by_all(std::slice::from_ref(signer))
    }

    /// The whole note, signed with each of these keys.
    #[must_use]
    pub fn signed_by_all(&self, signers: &[Signer]) -> String {
        let text = self.text();
        let lines: String = signers.iter().map(|signer| signer.sign(&text, 0)).collect();
        format!("{text}\n{lines}")
    }
}

/// A hash in base64, in its only spelling.
#[must_use]
pub fn read_hash(text: &str) -> Option<Hash> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// A hash in base64.
#[must_use]
pub fn write_hash(hash: &Hash) -> String {
    STANDARD.encode(hash)
}

#[cfg(test)]
#[path = "checkpoint_tests.rs"]
mod tests;
