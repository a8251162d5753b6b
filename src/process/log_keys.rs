//! A planned change of the log's key: what becomes of it stands in the log itself.

use super::{ActError, TRIES, own_log};
use crate::{
    domain::Instant,
    house::House,
    store::StoreError,
    workflow::{
        event::Event,
        log::{LogHappening, LogKey},
    },
};
use anyhow::{Context as _, ensure};
use std::path::PathBuf;

/// How long both keys sign before the old one retires, in hours: whoever verifies must have time to learn the new one.
pub const OVERLAP: i64 = 30 * 24;

/// A change of keys that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyChange {
    pub old: String,
    pub new: String,
    /// Since when both sign.
    pub since: Instant,
    /// When the old one may retire.
    pub until: Instant,
}

/// Adds the next key, unless that was done: both sign from now on, and the log says so.
///
/// # Errors
/// The store's trouble, or that a key cannot be made.
pub async fn add_log_key(house: &House) -> anyhow::Result<KeyChange> {
    house.log_now().await?;
    let origin = origin(house).await?;
    let (old, new) = house.notary.prepare_key(&origin)?;
    let key = LogKey {
        key: new.vkey(),
        beside: old.vkey(),
    };
    if added(house, &origin, &key).await?.is_none() {
        append(house, &origin, &LogHappening::LogKeyAdded(key.clone())).await?;
    }
    house.log_now().await?;
    let since = added(house, &origin, &key).await?;
    change(key, since.context("the new key did not come into the log")?)
}

/// Retires the old key. `at_once`: although the time in which both sign is not over.
///
/// # Errors
/// When no key was added or the time is not over; the store's trouble.
pub async fn retire_log_key(house: &House, at_once: bool) -> anyhow::Result<(KeyChange, PathBuf)> {
    house.log_now().await?;
    let origin = origin(house).await?;
    ensure!(
        house.notary.verifiers(&origin)?.len() == 2,
        "there is no next key: begin with `corridor log rotate`"
    );
    let (old, new) = house.notary.prepare_key(&origin)?;
    let key = LogKey {
        key: new.vkey(),
        beside: old.vkey(),
    };
    let since = added(house, &origin, &key).await?;
    let change = change(
        key,
        since.context("the log does not know the next key yet: `corridor log rotate`")?,
    )?;
    ensure!(
        at_once || house.clock.now() >= change.until,
        "both keys sign until {}: those who verify need time to learn the new one",
        change.until
    );
    let retired = LogKey {
        key: change.old.clone(),
        beside: change.new.clone(),
    };
    let happened = LogHappening::LogKeyRetired(retired);
    if !happenings(house, &origin)
        .await?
        .iter()
        .any(|event| event.happened == happened)
    {
        append(house, &origin, &happened).await?;
    }
    // Signed by both once more: whoever knows only the old key still believes that it retires.
    house.log_now().await?;
    let aside = house.notary.retire_key(&origin)?;
    Ok((change, aside))
}

fn change(key: LogKey, since: Instant) -> anyhow::Result<KeyChange> {
    Ok(KeyChange {
        old: key.beside,
        new: key.key,
        since,
        until: since.checked_add(jiff::SignedDuration::from_hours(OVERLAP))?,
    })
}

async fn origin(house: &House) -> anyhow::Result<String> {
    Ok(house.store.log_head().await?.context("there is no log")?.origin)
}

async fn happenings(house: &House, origin: &str) -> anyhow::Result<Vec<Event<LogHappening>>> {
    let (stored, _) = house.store.load(own_log::stream(origin)).await?;
    Ok(super::parsed(stored)?)
}

/// Since when the log knows this key.
async fn added(house: &House, origin: &str, key: &LogKey) -> anyhow::Result<Option<Instant>> {
    let wanted = LogHappening::LogKeyAdded(key.clone());
    let events = happenings(house, origin).await?;
    let found = events.iter().find(|event| event.happened == wanted);
    Ok(found.map(|event| event.recorded_at))
}

async fn append(house: &House, origin: &str, happened: &LogHappening) -> Result<(), ActError> {
    for _ in 0..TRIES {
        match own_log::record(house, origin, happened).await {
            Err(ActError::Store(StoreError::Conflict)) => {}
            other => return other,
        }
    }
    Err(ActError::Store(StoreError::Conflict))
}
