//! Keys in files that only the owner can read: signing keys of access tokens, and the key of the ballot box.

use crate::domain::Instant;
use anyhow::{Context, Result, bail, ensure};
use ed25519_dalek::SigningKey;
use jiff::SignedDuration;
use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{PoisonError, RwLock},
};

/// Seconds after which the folder is read again for a key that is not known, and after which it is read anyway.
const UNKNOWN_SECONDS: i64 = 5;
const READ_SECONDS: i64 = 60;
/// Hours for which a prepared key is known to every instance before it signs.
const PREPARED_HOURS: i64 = 24;

/// The signing keys in a folder that all instances share: one signs, all verify. A key's id is the beginning of the
/// hash of its public half.
///
/// A rotation takes three steps: `prepare` makes the next key, which verifies and does not sign; a day later, when
/// every instance has read it, `rotate` lets it sign; when the tokens of the key before are over, `retire` removes it.
pub struct KeyRing {
    folder: PathBuf,
    ring: RwLock<Ring>,
}

struct Ring {
    current: Named,
    next: Option<Named>,
    keys: BTreeMap<String, SigningKey>,
    read_at: Instant,
}

/// A key that has a part, since then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub id: String,
    pub since: Instant,
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyRing")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

impl KeyRing {
    /// Reads the folder; makes a first key when there is none.
    ///
    /// # Errors
    /// When the folder or a key cannot be read.
    pub fn open(folder: &Path, now: Instant) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        if read_keys(folder)?.is_empty() {
            let id = make(folder)?;
            name(folder, "current", &Named { id, since: now })?;
        }
        let ring = RwLock::new(read(folder, now)?);
        Ok(Self {
            folder: folder.to_owned(),
            ring,
        })
    }

    /// Makes the next key: from now on it verifies.
    ///
    /// # Errors
    /// When there is one already, or the folder cannot be written.
    pub fn prepare(&self, now: Instant) -> Result<Named> {
        if let Some(next) = self.reread(now)?.next {
            bail!("the next key is prepared already: {} since {}", next.id, next.since);
        }
        let named = Named {
            id: make(&self.folder)?,
            since: now,
        };
        name(&self.folder, "next", &named)?;
        self.reread(now)?;
        Ok(named)
    }

    /// Lets the prepared key sign. The key before goes on verifying.
    ///
    /// # Errors
    /// When none is prepared, or it was prepared less than a day ago (unless `at_once`, after a theft).
    pub fn rotate(&self, now: Instant, at_once: bool) -> Result<Named> {
        let next = match self.reread(now)?.next {
            Some(next) => next,
            None if at_once => self.prepare(now)?,
            None => bail!("no key is prepared: run `corridor keys prepare` a day before"),
        };
        let hours = now.duration_since(next.since).as_hours();
        ensure!(
            at_once || hours >= PREPARED_HOURS,
            "the key {} was prepared {hours} hours ago; instances get {PREPARED_HOURS} hours to learn of it",
            next.id
        );
        let current = Named {
            id: next.id,
            since: now,
        };
        name(&self.folder, "current", &current)?;
        fs::remove_file(self.folder.join("next"))?;
        self.reread(now)?;
        Ok(current)
    }

    /// Removes the keys that neither sign nor are prepared; what they signed verifies no more. Their ids.
    ///
    /// # Errors
    /// When the present key has signed for less than the life of an access token (unless `at_once`, after a theft).
    pub fn retire(&self, now: Instant, life: SignedDuration, at_once: bool) -> Result<Vec<String>> {
        let parts = self.reread(now)?;
        let over = now.duration_since(parts.current.since) > life;
        ensure!(
            at_once || over,
            "tokens of the key before may still be in use: wait until {life:#} after the rotation"
        );
        let kept = |id: &String| *id == parts.current.id || parts.next.as_ref().is_some_and(|next| next.id == *id);
        let gone: Vec<String> = parts.ids.into_iter().filter(|id| !kept(id)).collect();
        for id in &gone {
            fs::remove_file(self.folder.join(format!("{id}.key")))?;
        }
        self.reread(now)?;
        Ok(gone)
    }

    /// The key that signs, and its id.
    #[must_use]
    pub fn current(&self, now: Instant) -> Option<(String, SigningKey)> {
        self.refresh(now, READ_SECONDS);
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        let key = ring.keys.get(&ring.current.id)?;
        Some((ring.current.id.clone(), key.clone()))
    }

    /// The key with this id.
    #[must_use]
    pub fn get(&self, id: &str, now: Instant) -> Option<SigningKey> {
        self.refresh(now, READ_SECONDS);
        let known = self.known(id);
        if known.is_some() {
            return known;
        }
        self.refresh(now, UNKNOWN_SECONDS);
        self.known(id)
    }

    fn known(&self, id: &str) -> Option<SigningKey> {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        ring.keys.get(id).cloned()
    }

    /// Reads the folder again if that was not done for so long. What cannot be read stays as it was known.
    fn refresh(&self, now: Instant, seconds: i64) {
        let read_at = self.ring.read().unwrap_or_else(PoisonError::into_inner).read_at;
        if now.duration_since(read_at).as_secs().abs() < seconds {
            return;
        }
        if let Err(error) = self.reread(now) {
            tracing::error!(%error, "the signing keys cannot be read");
            self.ring.write().unwrap_or_else(PoisonError::into_inner).read_at = now;
        }
    }

    /// Reads the folder again: who has which part.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn reread(&self, now: Instant) -> Result<Parts> {
        let ring = read(&self.folder, now)?;
        let parts = Parts {
            current: ring.current.clone(),
            next: ring.next.clone(),
            ids: ring.keys.keys().cloned().collect(),
        };
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = ring;
        Ok(parts)
    }
}

/// Which keys there are, and what each is for.
#[derive(Clone, Debug)]
pub struct Parts {
    pub current: Named,
    pub next: Option<Named>,
    pub ids: Vec<String>,
}

fn read(folder: &Path, now: Instant) -> Result<Ring> {
    let keys = read_keys(folder)?;
    let named = named(folder, "current", now)?.filter(|named| keys.contains_key(&named.id));
    let first = keys.keys().next().cloned().map(|id| Named { id, since: now });
    let current = named.or(first);
    Ok(Ring {
        current: current.with_context(|| format!("{} holds no key", folder.display()))?,
        next: named_next(folder, now, &keys)?,
        keys,
        read_at: now,
    })
}

fn named_next(folder: &Path, now: Instant, keys: &BTreeMap<String, SigningKey>) -> Result<Option<Named>> {
    Ok(named(folder, "next", now)?.filter(|named| keys.contains_key(&named.id)))
}

fn read_keys(folder: &Path) -> Result<BTreeMap<String, SigningKey>> {
    let mut keys = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "key") {
            let key = SigningKey::from_bytes(&secret(&path)?);
            keys.insert(id_of(&key), key);
        }
    }
    Ok(keys)
}

/// Makes a key; its id.
fn make(folder: &Path) -> Result<String> {
    let key = SigningKey::from_bytes(&crate::chance::bytes_32());
    let id = id_of(&key);
    keep(&folder.join(format!("{id}.key")), &key.to_bytes())?;
    Ok(id)
}

/// Reads `id` and, on a second line, the instant since when (absent in folders of old: long ago).
fn named(folder: &Path, part: &str, now: Instant) -> Result<Option<Named>> {
    let Ok(text) = fs::read_to_string(folder.join(part)) else {
        return Ok(None);
    };
    let mut lines = text.lines();
    let id = lines.next().unwrap_or_default().trim().to_owned();
    let since = match lines.next() {
        Some(since) => since
            .trim()
            .parse()
            .with_context(|| format!("{part} of {}", folder.display()))?,
        None => now.checked_sub(SignedDuration::from_hours(24 * 365)).unwrap_or(now),
    };
    Ok(Some(Named { id, since }))
}

/// Writes who has a part: whole or not at all.
fn name(folder: &Path, part: &str, named: &Named) -> Result<()> {
    let (whole, draft) = (folder.join(part), folder.join(format!("{part}.new")));
    if draft.exists() {
        fs::remove_file(&draft)?;
    }
    write_private(&draft, format!("{}\n{}\n", named.id, named.since).as_bytes())?;
    fs::rename(draft, &whole)?;
    lasting(&whole)
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
    key_in(text.trim(), path)
}

fn key_in(text: &str, path: &Path) -> Result<[u8; 32]> {
    let bytes = hex::decode(text).with_context(|| format!("{} is not a key", path.display()))?;
    bytes
        .try_into()
        .map_err(|_| anyhow::anyhow!("{} has not 32 bytes", path.display()))
}

/// The keys of private values, one a line, made when missing. The first encrypts; the others are on their way out.
///
/// # Errors
/// As [`secret_file`].
pub fn private_ring(path: &Path) -> Result<Vec<[u8; 32]>> {
    if !path.exists() {
        secret_file(path)?;
    }
    private(path)?;
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    text.lines().map(|line| key_in(line.trim(), path)).collect()
}

/// Puts these keys in the place of those before, all at once.
///
/// # Errors
/// When the file cannot be written.
pub fn change_private_ring(path: &Path, keys: &[[u8; 32]]) -> Result<()> {
    let draft = path.with_extension("draft");
    if draft.exists() {
        fs::remove_file(&draft)?;
    }
    let lines: Vec<String> = keys.iter().map(hex::encode).collect();
    write_private(&draft, lines.join("\n").as_bytes())?;
    fs::rename(draft, path)?;
    lasting(path)
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

/// Written aside and then given its name: nobody ever finds a part of a key, whenever this process ends. If another
/// instance was first, its key stays.
fn keep(path: &Path, secret: &[u8; 32]) -> Result<()> {
    let turn = hex::encode(&crate::chance::bytes_32()[..8]);
    let aside = path.with_extension(format!("{turn}.draft"));
    write_private(&aside, hex::encode(secret).as_bytes())?;
    let named = match fs::hard_link(&aside, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        // A file system without links.
        Err(_) if !path.exists() => fs::rename(&aside, path),
        other => other,
    };
    if aside.exists() {
        fs::remove_file(&aside)?;
    }
    named.with_context(|| format!("cannot make {}", path.display()))?;
    lasting(path)
}

/// The name of this file survives the loss of power, and so do those of its folder and of the folder around it, which
/// may be as new.
fn lasting(path: &Path) -> Result<()> {
    for (above, folder) in path.ancestors().skip(1).take(3).enumerate() {
        let flushed = fs::File::open(folder).and_then(|folder| folder.sync_all());
        if above == 0 {
            flushed.with_context(|| format!("cannot flush {}", folder.display()))?;
        }
    }
    Ok(())
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
#[path = "keys_tests.rs"]
mod tests;
