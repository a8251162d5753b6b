//! Private values lie encrypted: each history has a key of its own, and those keys are encrypted with one that is not
//! in the database. Whoever destroys a history's key destroys its values, in every copy of the database too once the
//! outer key has changed.

use super::StoreError;
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use sha2::{Digest, Sha256};
use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
};
use uuid::Uuid;

const NONCE: usize = 24;

/// The outer keys: the first encrypts, the others only decrypt until everything is encrypted anew.
#[derive(Clone)]
pub struct Ring(pub Vec<[u8; 32]>);

/// Reads the ring again: another instance may have changed it.
pub type Reread = dyn Fn() -> Result<Ring, String> + Send + Sync;

/// Opens and closes private values.
#[derive(Clone)]
pub struct Vault {
    ring: Arc<RwLock<Ring>>,
    reread: Arc<Reread>,
}

/// The key of one history's private values.
#[derive(Clone)]
pub(super) struct SubjectKey {
    pub id: Uuid,
    secret: [u8; 32],
}

/// A [`SubjectKey`] as it lies in the database.
#[derive(Clone, Debug)]
pub(super) struct Wrapped {
    pub id: Uuid,
    /// Which outer key opens it.
    pub ring: String,
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}

impl fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SubjectKey({})", self.id)
    }
}

/// By what an outer key is known; says nothing about it.
fn name_of(key: &[u8; 32]) -> String {
    let hash = Sha256::new()
        .chain_update(b"corridor/private-ring/v1\0")
        .chain_update(key);
    hex::encode(&hash.finalize()[..8])
}

fn close(key: &[u8; 32], context: &[u8], plain: &[u8]) -> Result<Vec<u8>, StoreError> {
    let random = crate::chance::bytes_32();
    let nonce = &random[..NONCE];
    let payload = Payload {
        msg: plain,
        aad: context,
    };
    let closed = XChaCha20Poly1305::new(key.into()).encrypt(XNonce::from_slice(nonce), payload);
    let closed = closed.map_err(|_| StoreError::Corrupt("a value is too long to be encrypted".to_owned()))?;
    Ok([nonce, &closed].concat())
}

fn open(key: &[u8; 32], context: &[u8], closed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, closed) = closed.split_at_checked(NONCE)?;
    let payload = Payload {
        msg: closed,
        aad: context,
    };
    XChaCha20Poly1305::new(key.into())
        .decrypt(XNonce::from_slice(nonce), payload)
        .ok()
}

impl Vault {
    /// With these outer keys; `reread` is asked when one is met that is not among them.
    ///
    /// # Errors
    /// When there are none.
    pub fn new(reread: Arc<Reread>) -> Result<Self, String> {
        let ring = reread()?;
        if ring.0.is_empty() {
            return Err("there is no key for private values".to_owned());
        }
        let ring = Arc::new(RwLock::new(ring));
        Ok(Self { ring, reread })
    }

    fn keys(&self) -> Vec<[u8; 32]> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    /// Takes up a ring that was changed.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn refresh(&self) -> Result<(), StoreError> {
        let fresh = (self.reread)().map_err(StoreError::Unavailable)?;
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// By what the outer key that encrypts is known.
    pub(super) fn current(&self) -> String {
        self.keys().first().map(name_of).unwrap_or_default()
    }

    pub(super) fn fresh_key(&self) -> Result<(SubjectKey, Wrapped), StoreError> {
        let key = SubjectKey {
            id: crate::domain::id::EventId::fresh().0,
            secret: crate::chance::bytes_32(),
        };
        let wrapped = self.wrap(&key)?;
        Ok((key, wrapped))
    }

    pub(super) fn wrap(&self, key: &SubjectKey) -> Result<Wrapped, StoreError> {
        let keys = self.keys();
        let outer = keys
            .first()
            .ok_or_else(|| StoreError::Unavailable("there is no key for private values".to_owned()))?;
        Ok(Wrapped {
            id: key.id,
            ring: name_of(outer),
            bytes: close(outer, key.id.as_bytes(), &key.secret)?,
        })
    }

    pub(super) fn unwrap(&self, wrapped: &Wrapped) -> Result<SubjectKey, StoreError> {
        if !self.keys().iter().any(|key| name_of(key) == wrapped.ring) {
            self.refresh()?;
        }
        let keys = self.keys();
        let outer = keys.iter().find(|key| name_of(key) == wrapped.ring).ok_or_else(|| {
            StoreError::Unavailable(format!(
                "the key {} that private values are encrypted with is not in the file of such keys",
                wrapped.ring
            ))
        })?;
        let secret = open(outer, wrapped.id.as_bytes(), &wrapped.bytes).and_then(|bytes| bytes.try_into().ok());
        let secret = secret.ok_or_else(|| StoreError::Corrupt(format!("the key {} was changed", wrapped.id)))?;
        Ok(SubjectKey { id: wrapped.id, secret })
    }
}

impl SubjectKey {
    /// Encrypts a part (`salt` or `value`) of a private value; it opens in its own place only.
    pub fn close(&self, event: Uuid, field: &str, part: &str, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        close(&self.secret, &context(event, field, part), plain)
    }

    pub fn open(&self, event: Uuid, field: &str, part: &str, closed: &[u8]) -> Result<Vec<u8>, StoreError> {
        open(&self.secret, &context(event, field, part), closed)
            .ok_or_else(|| StoreError::Corrupt(format!("event {event}: the private value at {field} was changed")))
    }
}

fn context(event: Uuid, field: &str, part: &str) -> Vec<u8> {
    [event.as_bytes(), field.as_bytes(), b"\0", part.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::EventId;

    fn vault(ring: &Arc<RwLock<Ring>>) -> Vault {
        let ring = ring.clone();
        Vault::new(Arc::new(move || Ok(ring.read().unwrap().clone()))).unwrap()
    }

    #[test]
    fn a_value_opens_in_its_own_place_only_and_only_with_its_key() {
        let ring = Arc::new(RwLock::new(Ring(vec![[1; 32]])));
        let vault = vault(&ring);
        let (key, wrapped) = vault.fresh_key().unwrap();
        let event = EventId::fresh().0;
        let closed = key.close(event, "/data/reason", "value", b"\"Ada\"").unwrap();
        let again = vault.unwrap(&wrapped).unwrap();
        assert_eq!(again.open(event, "/data/reason", "value", &closed).unwrap(), b"\"Ada\"");
        assert!(again.open(event, "/data/reason", "salt", &closed).is_err());
        assert!(again.open(event, "/data/other", "value", &closed).is_err());
        assert!(
            again
                .open(EventId::fresh().0, "/data/reason", "value", &closed)
                .is_err()
        );
        let (other, _) = vault.fresh_key().unwrap();
        assert!(other.open(event, "/data/reason", "value", &closed).is_err());
    }

    #[test]
    fn a_ring_that_another_instance_changed_is_read_again_and_a_key_that_is_gone_opens_nothing() {
        let ring = Arc::new(RwLock::new(Ring(vec![[1; 32]])));
        let (here, there) = (vault(&ring), vault(&ring));
        let (_, old) = here.fresh_key().unwrap();
        *ring.write().unwrap() = Ring(vec![[2; 32], [1; 32]]);
        here.refresh().unwrap();
        let key = here.unwrap(&old).unwrap();
        let new = here.wrap(&key).unwrap();
        assert_ne!(old.ring, new.ring);
        assert!(there.unwrap(&new).is_ok(), "the other instance did not look again");
        *ring.write().unwrap() = Ring(vec![[2; 32]]);
        here.refresh().unwrap();
        assert!(here.unwrap(&new).is_ok());
        assert!(here.unwrap(&old).is_err(), "a backup's key still opens");
    }
}
