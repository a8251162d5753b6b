//! Keys in files that only the owner can read: signing keys of access tokens, and the key of the ballot box.

use anyhow::{Context, Result};
use ed25519_dalek::SigningKey;
use std::{collections::BTreeMap, fs, io::Write, path::Path};

/// The signing keys: one signs, all verify. A key's id is the beginning of the hash of its public half.
pub struct KeyRing {
    current: String,
    keys: BTreeMap<String, SigningKey>,
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyRing")
            .field("current", &self.current)
            .finish_non_exhaustive()
    }
}

impl KeyRing {
    /// Reads the folder; makes a first key when there is none.
    ///
    /// # Errors
    /// When the folder or a key cannot be read.
    pub fn open(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let mut keys = BTreeMap::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "key") {
                let key = SigningKey::from_bytes(&secret(&path)?);
                keys.insert(id_of(&key), key);
            }
        }
        let named = fs::read_to_string(folder.join("current"))
            .unwrap_or_default()
            .trim()
            .to_owned();
        if keys.contains_key(&named) {
            return Ok(Self { current: named, keys });
        }
        match keys.keys().next().cloned() {
            Some(current) => Ok(Self { current, keys }),
            None => Self::rotate(folder),
        }
    }

    /// Makes a new key the one that signs. Older keys go on verifying until their files are removed.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn rotate(folder: &Path) -> Result<Self> {
        let key = SigningKey::from_bytes(&crate::chance::bytes_32());
        let id = id_of(&key);
        keep(&folder.join(format!("{id}.key")), &key.to_bytes())?;
        let (name, draft) = (folder.join("current"), folder.join("current.new"));
        if draft.exists() {
            fs::remove_file(&draft)?;
        }
        write_private(&draft, id.as_bytes())?;
        fs::rename(draft, name)?;
        Self::open(folder)
    }

    /// The key that signs, and its id.
    #[must_use]
    pub fn current(&self) -> Option<(&str, &SigningKey)> {
        self.keys.get(&self.current).map(|key| (self.current.as_str(), key))
    }

    /// The key with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&SigningKey> {
        self.keys.get(id)
    }
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
