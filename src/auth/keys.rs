//! Keys in files that only the owner can read: signing keys of access tokens, and the key of the ballot box.
//!
//! Among the signing keys the file `current` names the one that signs, `next` the one that will. What else is there
//! signed before, and goes on verifying as long as tokens of it may live.

use anyhow::{Context, Result};
use ed25519_dalek::SigningKey;
use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::RwLock,
    time::{Duration, Instant, SystemTime},
};

/// The signing keys: one signs, all verify. A key's id is the beginning of the hash of its public half.
///
/// The folder is looked at again every few seconds, so that all instances follow a rotation without a restart.
pub struct KeyRing {
    folder: PathBuf,
    ring: RwLock<(Instant, Ring)>,
}

#[derive(Clone)]
struct Ring {
    current: String,
    next: Option<String>,
    keys: BTreeMap<String, SigningKey>,
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Next,
    Current,
    Previous,
}

/// How long an instance may not know of a rotation.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// How long a key must be there before it signs, so that every instance, also one with a copy of the folder, knows it.
const NOTICE: Duration = Duration::from_secs(24 * 3600);

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyRing")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

impl KeyRing {
    /// Reads the folder; makes the first keys when there are none.
    ///
    /// # Errors
    /// When the folder or a key cannot be read.
    pub fn open(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        if Ring::read(folder)?.keys.is_empty() {
            let first = make(folder)?;
            name(folder, "current", &first)?;
        }
        let ring = Ring::read(folder)?;
        if ring.next.is_none() {
            let next = make(folder)?;
            name(folder, "next", &next)?;
        }
        let ring = RwLock::new((Instant::now(), Ring::read(folder)?));
        Ok(Self {
            folder: folder.to_owned(),
            ring,
        })
    }

    /// The next key begins to sign, and a new one is made for the next time. Keys whose tokens have all ended are
    /// removed. Returns the id of the key that signs now.
    ///
    /// # Errors
    /// When the next key is younger than a day and this is not `at_once`, or the folder cannot be written.
    pub fn rotate(folder: &Path, token_life: Duration, at_once: bool) -> Result<String> {
        let ring = Ring::read(folder)?;
        let since = |file: &str| -> Result<Duration> {
            let written = fs::metadata(folder.join(file))?.modified()?;
            Ok(SystemTime::now().duration_since(written).unwrap_or_default())
        };
        let next = ring
            .next
            .clone()
            .context("there is no next key; start the service once")?;
        anyhow::ensure!(
            at_once || since("next")? >= NOTICE,
            "the next key is not a day old: an instance with a copy of the keys may not know it yet. \
             If all instances read this folder, or the current key is no longer safe, add --now"
        );
        // The keys before the current one stopped signing when that began.
        if since("current").is_ok_and(|since| since > token_life) {
            for (id, _) in ring.parts().into_iter().filter(|(_, part)| *part == Part::Previous) {
                fs::remove_file(folder.join(format!("{id}.key")))?;
            }
        }
        name(folder, "current", &next)?;
        let made = make(folder)?;
        name(folder, "next", &made)?;
        Ok(next)
    }

    /// Every key's id and what it is for.
    #[must_use]
    pub fn parts(&self) -> Vec<(String, Part)> {
        self.ring(false).parts()
    }

    /// The key that signs, and its id.
    #[must_use]
    pub fn current(&self) -> Option<(String, SigningKey)> {
        let ring = self.ring(false);
        ring.keys
            .get(&ring.current)
            .map(|key| (ring.current.clone(), key.clone()))
    }

    /// The key with this id: one of our own, whatever a token says.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<SigningKey> {
        let known = self.ring(false).keys.get(id).cloned();
        known.or_else(|| self.ring(true).keys.get(id).cloned())
    }

    /// The ring as it was read a moment ago. What cannot be read now is not forgotten for that.
    fn ring(&self, soon: bool) -> Ring {
        let age = if soon { Duration::from_secs(1) } else { LOOK_AGAIN };
        let poisoned = std::sync::PoisonError::into_inner;
        {
            let known = self.ring.read().unwrap_or_else(poisoned);
            if known.0.elapsed() < age {
                return known.1.clone();
            }
        }
        let mut known = self.ring.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.0 = Instant::now();
        match Ring::read(&self.folder) {
            Ok(ring) if !ring.keys.is_empty() => known.1 = ring,
            Ok(_) => tracing::error!(folder = %self.folder.display(), "the signing keys are gone"),
            Err(error) => tracing::error!(%error, "the signing keys cannot be read"),
        }
        known.1.clone()
    }
}

impl Ring {
    fn read(folder: &Path) -> Result<Self> {
        let mut keys = BTreeMap::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "key") {
                let key = SigningKey::from_bytes(&secret(&path)?);
                keys.insert(id_of(&key), key);
            }
        }
        let named = |file: &str| {
            let text = fs::read_to_string(folder.join(file)).unwrap_or_default();
            Some(text.trim().to_owned()).filter(|id| keys.contains_key(id))
        };
        let next = named("next");
        let current = named("current").or_else(|| keys.keys().find(|id| Some(*id) != next.as_ref()).cloned());
        Ok(Self {
            current: current.unwrap_or_default(),
            next,
            keys,
        })
    }

    fn parts(&self) -> Vec<(String, Part)> {
        let part = |id: &String| match id {
            id if *id == self.current => Part::Current,
            id if Some(id) == self.next.as_ref() => Part::Next,
            _ => Part::Previous,
        };
        self.keys.keys().map(|id| (id.clone(), part(id))).collect()
    }
}

/// A new key in the folder; its id.
fn make(folder: &Path) -> Result<String> {
    let key = SigningKey::from_bytes(&crate::chance::bytes_32());
    let id = id_of(&key);
    keep(&folder.join(format!("{id}.key")), &key.to_bytes())?;
    Ok(id)
}

/// Lets this file name this key, in one step.
fn name(folder: &Path, file: &str, id: &str) -> Result<()> {
    let draft = folder.join(format!("{file}.new"));
    if draft.exists() {
        fs::remove_file(&draft)?;
    }
    write_private(&draft, id.as_bytes())?;
    Ok(fs::rename(draft, folder.join(file))?)
}

fn id_of(key: &SigningKey) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(&Sha256::digest(key.verifying_key().as_bytes())[..8])
}

/// The secret in this file, made when missing: 64 hexadecimal digits, readable by the owner only.
///
/// # Errors
/// When it cannot be read or made, or others can read it.
pub fn secret_file(path: &Path) -> Result<[u8; 32]> {
    if !path.exists() {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        keep(path, &crate::chance::bytes_32())?;
    }
    secret(path)
}

fn secret(path: &Path) -> Result<[u8; 32]> {
    private(path)?;
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let bytes = hex::decode(text.trim()).with_context(|| format!("{} is not a key", path.display()))?;
    bytes
        .try_into()
        .map_err(|_| anyhow::anyhow!("{} has not 32 bytes", path.display()))
}

#[cfg(unix)]
fn private(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path)?.permissions().mode();
    anyhow::ensure!(mode & 0o077 == 0, "others can read {}: chmod 600 it", path.display());
    Ok(())
}

#[cfg(not(unix))]
fn private(_path: &Path) -> Result<()> {
    Ok(())
}

fn keep(path: &Path, secret: &[u8; 32]) -> Result<()> {
    write_private(path, hex::encode(secret).as_bytes())
}

/// A new file that only the owner can read.
fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options
        .open(path)
        .with_context(|| format!("cannot make {}", path.display()))?;
    file.write_all(content)?;
    Ok(file.sync_all()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rotation_lets_the_next_key_sign_and_the_previous_verify() {
        let folder = tempfile::tempdir().unwrap();
        let ring = KeyRing::open(folder.path()).unwrap();
        let (first, _) = ring.current().unwrap();
        let next = ring
            .parts()
            .into_iter()
            .find(|(_, part)| *part == Part::Next)
            .unwrap()
            .0;
        let life = Duration::from_secs(600);
        assert!(KeyRing::rotate(folder.path(), life, false).is_err(), "not a day old");
        assert_eq!(KeyRing::rotate(folder.path(), life, true).unwrap(), next);
        let ring = KeyRing::open(folder.path()).unwrap();
        assert_eq!(ring.current().unwrap().0, next);
        assert!(ring.get(&first).is_some() && ring.parts().contains(&(first.clone(), Part::Previous)));
        // Once every token of the first has ended, it goes with the next rotation.
        KeyRing::rotate(folder.path(), Duration::ZERO, true).unwrap();
        let ring = KeyRing::open(folder.path()).unwrap();
        assert!(ring.get(&first).is_none() && ring.get(&next).is_some());
        assert_eq!(ring.parts().len(), 3);
        assert!(ring.get("../current").is_none());
    }
}
