//! The ballot box: votes are sealed with a key that is not in the database, until the ballot closes.

use crate::workflow::{action::Vote, around::BallotBox};
use base64::{Engine, prelude::BASE64_STANDARD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};

/// XChaCha20-Poly1305 under the key in `ballot.key`.
pub struct SealedBox(XChaCha20Poly1305);

impl SealedBox {
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }
}

impl BallotBox for SealedBox {
    fn seal(&self, context: &str, vote: &Vote) -> String {
        let random = crate::chance::bytes_32();
        let nonce = XNonce::from_slice(&random[..24]);
        let mut plain = serde_json::to_vec(vote).unwrap_or_default();
        // All votes are equally long: the length must not tell what was voted.
        let length = plain.len().next_multiple_of(4096).max(4096);
        plain.resize(length, b' ');
        let payload = Payload {
            msg: &plain,
            aad: context.as_bytes(),
        };
        let sealed = self.0.encrypt(nonce, payload).unwrap_or_default();
        BASE64_STANDARD.encode([&random[..24], &sealed].concat())
    }

    fn open(&self, context: &str, sealed: &str) -> Option<Vote> {
        let bytes = BASE64_STANDARD.decode(sealed).ok().filter(|bytes| bytes.len() > 24)?;
        let (nonce, sealed) = bytes.split_at(24);
        let payload = Payload {
            msg: sealed,
            aad: context.as_bytes(),
        };
        let plain = self.0.decrypt(XNonce::from_slice(nonce), payload).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::action::Choice;

    #[test]
    fn a_vote_opens_only_in_its_own_ballot_and_unchanged() {
        let ballots = SealedBox::new(&[7; 32]);
        let vote = Vote {
            choice: Choice::Refuse,
            because: vec!["C1".to_owned()],
            reason: None,
        };
        let sealed = ballots.seal("case:US:draft", &vote);
        assert_eq!(ballots.open("case:US:draft", &sealed), Some(vote));
        assert_eq!(ballots.open("case:RU:draft", &sealed), None);
        assert_eq!(SealedBox::new(&[8; 32]).open("case:US:draft", &sealed), None);
        let short = Vote {
            choice: Choice::Abstain,
            because: vec![],
            reason: None,
        };
        assert_eq!(ballots.seal("case:US:draft", &short).len(), sealed.len());
    }
}
