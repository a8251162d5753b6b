//! What pages entrust to the browser and want back unread and unchanged: form tokens and kept forms.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Seals under keys that come from the house's own secret.
pub struct Seal([u8; 32]);

impl Seal {
    #[must_use]
    pub fn of(secret: &[u8; 32]) -> Self {
        Self(*secret)
    }

    fn mac(&self, purpose: &str, about: &str) -> Hmac<Sha256> {
        // A key of a whole block; HMAC itself would fill it up with zeros.
        let mut key = [0; 64];
        key[..32].copy_from_slice(&self.0);
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new(&key.into());
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(about.as_bytes());
        mac
    }

    fn derived(&self, purpose: &str, about: &str) -> [u8; 32] {
        self.mac(purpose, about).finalize().into_bytes().into()
    }

    /// The token that forms of this session carry: a fresh mask, and the token under it. Two pages never show the same
    /// one, so the length of a packed page tells nothing about it.
    #[must_use]
    pub fn token(&self, session: &str) -> String {
        let mask = crate::chance::bytes_32();
        let token = self.derived("form token", session);
        BASE64_URL_SAFE_NO_PAD.encode([mask, laid_over(&mask, &token)].concat())
    }

    /// Is it the token of this session? Compared in constant time.
    #[must_use]
    pub fn is_token(&self, session: &str, given: &str) -> bool {
        let given = BASE64_URL_SAFE_NO_PAD.decode(given).unwrap_or_default();
        let Some((mask, masked)) = given.split_first_chunk::<32>() else {
            return false;
        };
        let Ok(masked) = <[u8; 32]>::try_from(masked) else {
            return false;
        };
        let token = laid_over(mask, &masked);
        self.mac("form token", session).verify_slice(&token).is_ok()
    }

    /// Closes a text so that only this house opens it, for this purpose only.
    #[must_use]
    pub fn close(&self, purpose: &str, text: &[u8]) -> String {
        let random = crate::chance::bytes_32();
        let nonce = XNonce::from_slice(&random[..24]);
        let payload = Payload {
            msg: text,
            aad: purpose.as_bytes(),
        };
        let closed = self.cipher().encrypt(nonce, payload).unwrap_or_default();
        BASE64_URL_SAFE_NO_PAD.encode([&random[..24], &closed].concat())
    }

    /// Opens what [`Seal::close`] closed.
    #[must_use]
    pub fn open(&self, purpose: &str, closed: &str) -> Option<Vec<u8>> {
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(closed)
            .ok()
            .filter(|bytes| bytes.len() > 24)?;
        let (nonce, closed) = bytes.split_at(24);
        let payload = Payload {
            msg: closed,
            aad: purpose.as_bytes(),
        };
        self.cipher().decrypt(XNonce::from_slice(nonce), payload).ok()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.derived("kept forms", "").into())
    }
}

fn laid_over(mask: &[u8; 32], bytes: &[u8; 32]) -> [u8; 32] {
    std::array::from_fn(|at| mask[at] ^ bytes[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_session_only() {
        let seal = Seal::of(&[7; 32]);
        let token = seal.token("one");
        assert!(seal.is_token("one", &token));
        assert_ne!(seal.token("one"), token, "a page must not repeat it");
        for (session, token) in [("two", token.as_str()), ("one", ""), ("one", "AAAA"), ("one", "%")] {
            assert!(!seal.is_token(session, token));
        }
        assert!(!Seal::of(&[8; 32]).is_token("one", &token));
    }

    #[test]
    fn a_kept_text_opens_for_its_purpose_only_and_unchanged() {
        let seal = Seal::of(&[7; 32]);
        let closed = seal.close("anna", b"what she wrote");
        assert_eq!(seal.open("anna", &closed).unwrap(), b"what she wrote");
        assert_eq!(seal.open("boris", &closed), None);
        assert_eq!(seal.open("anna", &closed[..closed.len() - 4]), None);
        assert_eq!(seal.open("anna", "AAAA"), None);
    }
}
