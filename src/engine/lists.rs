//! The lists in force, in memory: loaded once, swapped whole when another version comes into force on any instance.

use crate::{
    domain::Instant,
    screening::{Index, ListedEntry},
    store::{Store, StoreError, screening::ListState},
    workflow::{action::ListUsed, list::ListVersion},
};
use std::{
    collections::BTreeMap,
    io::{Read, Write},
    sync::{Arc, PoisonError, RwLock},
};
use uuid::Uuid;

/// The entries of a list as they are stored.
///
/// # Errors
/// When they cannot be written.
pub fn packed(entries: &[ListedEntry]) -> Result<Vec<u8>, StoreError> {
    let corrupt = |error: &dyn std::fmt::Display| StoreError::Corrupt(error.to_string());
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive
        .start_file("entries.json", options)
        .map_err(|error| corrupt(&error))?;
    let bytes = serde_json::to_vec(entries).map_err(|error| corrupt(&error))?;
    archive.write_all(&bytes).map_err(|error| corrupt(&error))?;
    Ok(archive.finish().map_err(|error| corrupt(&error))?.into_inner())
}

fn unpacked(bytes: Vec<u8>) -> Result<Vec<ListedEntry>, StoreError> {
    let corrupt = |error: &dyn std::fmt::Display| StoreError::Corrupt(format!("a stored list: {error}"));
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(|error| corrupt(&error))?;
    let mut file = archive.by_index(0).map_err(|error| corrupt(&error))?;
    let mut text = Vec::new();
    file.read_to_end(&mut text).map_err(|error| corrupt(&error))?;
    serde_json::from_slice(&text).map_err(|error| corrupt(&error))
}

/// The entries of a stored version.
///
/// # Errors
/// When it is damaged or the store does not answer.
pub async fn entries_of(store: &Store, version: Uuid) -> Result<Vec<ListedEntry>, StoreError> {
    let content = store.list_content(version).await?;
    let unpack = tokio::task::spawn_blocking(|| unpacked(content));
    unpack
        .await
        .map_err(|error| StoreError::Unavailable(error.to_string()))?
}

/// What differs between two versions of a list.
#[derive(Clone, Debug, Default)]
pub struct Difference {
    pub added: u64,
    pub removed: u64,
    pub changed: u64,
    /// Entries that are new or not what they were.
    pub fresh: Vec<Arc<ListedEntry>>,
    /// Numbers of entries that are no longer what they were: changed or removed.
    pub gone: Vec<String>,
}

/// Compares two versions by the fingerprints of their entries.
#[must_use]
pub fn difference(before: &[ListedEntry], after: &[ListedEntry]) -> Difference {
    let mut known: BTreeMap<&str, &ListedEntry> = before.iter().map(|entry| (entry.id.as_str(), entry)).collect();
    let mut difference = Difference::default();
    for entry in after {
        match known.remove(entry.id.as_str()) {
            Some(old) if old == entry || old.fingerprint() == entry.fingerprint() => continue,
            Some(_) => {
                difference.changed += 1;
                difference.gone.push(entry.id.clone());
            }
            None => difference.added += 1,
        }
        difference.fresh.push(Arc::new(entry.clone()));
    }
    difference.removed = known.len() as u64;
    difference.gone.extend(known.into_keys().map(str::to_owned));
    difference
}

/// What is in memory.
#[derive(Debug, Default)]
struct Held {
    versions: BTreeMap<Uuid, ListVersion>,
    entries: BTreeMap<Uuid, Vec<Arc<ListedEntry>>>,
    index: Arc<Index>,
}

/// The lists in force at one moment.
#[derive(Clone, Debug)]
pub struct InForce {
    pub index: Arc<Index>,
    /// Each with when it was last known to be the newest.
    pub lists: Vec<(ListVersion, Option<Instant>)>,
}

impl InForce {
    /// As a check records them.
    #[must_use]
    pub fn used(&self) -> Vec<ListUsed> {
        let used = |(version, checked_at): &(ListVersion, Option<Instant>)| ListUsed {
            source: version.source.clone(),
            version: version.label(),
            published: version.published,
            checked_at: *checked_at,
            entries: Some(version.entries),
        };
        self.lists.iter().map(used).collect()
    }
}

/// Keeps the lists in force.
#[derive(Debug)]
pub struct Lists {
    store: Store,
    held: RwLock<Arc<Held>>,
    loading: tokio::sync::Mutex<()>,
}

impl Lists {
    /// Nothing is loaded until somebody asks.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self {
            store,
            held: RwLock::default(),
            loading: tokio::sync::Mutex::new(()),
        }
    }

    fn now_held(&self) -> Arc<Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The lists in force now. What another instance has put in force is loaded first.
    ///
    /// # Errors
    /// When the store does not answer or a stored list is damaged.
    pub async fn in_force(&self) -> Result<InForce, StoreError> {
        let states = self.store.list_states().await?;
        if !holds(&self.now_held(), &states) {
            let _one_at_a_time = self.loading.lock().await;
            let held = self.now_held();
            if !holds(&held, &states) {
                let new = Arc::new(self.load(&held, &states).await?);
                *self.held.write().unwrap_or_else(PoisonError::into_inner) = new;
            }
        }
        let held = self.now_held();
        let list = |state: &ListState| Some((held.versions.get(&state.current?)?.clone(), state.checked_at));
        Ok(InForce {
            index: held.index.clone(),
            lists: states.iter().filter_map(list).collect(),
        })
    }

    async fn load(&self, before: &Held, states: &[ListState]) -> Result<Held, StoreError> {
        let mut new = Held::default();
        for id in states.iter().filter_map(|state| state.current) {
            let missing = || StoreError::Corrupt(format!("the version {id} of a list is missing"));
            let row = self.store.list_version(id).await?.ok_or_else(missing)?;
            let entries = match before.entries.get(&id) {
                Some(entries) => entries.clone(),
                None => entries_of(&self.store, id).await?.into_iter().map(Arc::new).collect(),
            };
            new.versions.insert(id, row.facts);
            new.entries.insert(id, entries);
        }
        let all: Vec<Arc<ListedEntry>> = new.entries.values().flatten().cloned().collect();
        let build = tokio::task::spawn_blocking(|| Index::build(all));
        let index = build
            .await
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        new.index = Arc::new(index);
        Ok(new)
    }
}

fn holds(held: &Held, states: &[ListState]) -> bool {
    let current: Vec<Uuid> = states.iter().filter_map(|state| state.current).collect();
    held.versions.len() == current.len() && current.iter().all(|id| held.versions.contains_key(id))
}
