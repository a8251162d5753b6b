//! Sealing the log: where every history stands becomes part of history.

use super::{ActError, TRIES, own_log};
use crate::{
    house::House,
    store::{StoreError, history::Selection},
    workflow::log::{LogHappening, LogSeal},
};

/// Seals everything that is in the log now.
///
/// # Errors
/// The store's trouble, or that there is no log.
pub async fn seal_log(house: &House) -> anyhow::Result<LogSeal> {
    house.log_now().await?;
    let seal = sealed(house).await?;
    house.log_now().await?;
    Ok(seal)
}

async fn sealed(house: &House) -> Result<LogSeal, ActError> {
    for _ in 0..TRIES {
        let head = house.store.log_head().await?;
        let head = head.ok_or_else(|| StoreError::Unavailable("there is no log".to_owned()))?;
        let lasts = house.store.lasts(head.generation, head.tree.size()).await?;
        let seal = LogSeal {
            size: head.tree.size(),
            histories: lasts.count(),
            root: hex::encode(lasts.root()),
        };
        match own_log::record(house, &head.origin, &LogHappening::LogSealed(seal.clone())).await {
            Err(ActError::Store(StoreError::Conflict)) => {}
            other => return other.map(|()| seal),
        }
    }
    Err(ActError::Store(StoreError::Conflict))
}

/// Before histories are taken away: a seal up to which they are complete. None is made where the newest one does.
///
/// # Errors
/// The store's trouble.
pub async fn seal_for(house: &House, selection: &Selection) -> anyhow::Result<()> {
    let Selection::Streams(streams) = selection else {
        return Ok(());
    };
    house.log_now().await?;
    let Some(head) = house.store.log_head().await? else {
        return Ok(());
    };
    let newest = house
        .store
        .newest_seal(head.generation, &head.origin, head.tree.size())
        .await?;
    let size = newest.map_or(0, |newest| newest.seal.size);
    if house.store.logged_since(head.generation, size, streams).await? > 0 {
        seal_log(house).await?;
    }
    Ok(())
}

/// Seals when the newest seal is a day old and the log has grown.
///
/// # Errors
/// The store's trouble.
pub async fn seal_daily(house: &House) -> anyhow::Result<Option<LogSeal>> {
    let Some(head) = house.store.log_head().await? else {
        return Ok(None);
    };
    let newest = house
        .store
        .newest_seal(head.generation, &head.origin, head.tree.size())
        .await?;
    let due = match &newest {
        Some(newest) => {
            let age = house.clock.now().duration_since(newest.recorded_at);
            age >= jiff::SignedDuration::from_hours(24) && head.tree.size() > newest.index + 1
        }
        None => head.tree.size() > 0,
    };
    Ok(if due { Some(seal_log(house).await?) } else { None })
}
