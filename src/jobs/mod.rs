//! Work that nobody waits for. Deadlines hold without it: it only writes earlier what is so already.

pub mod deadline_clerk;
pub mod list_keeper;
pub mod mail_clerk;
pub mod notary;
pub mod quarantine_clerk;
pub mod record_keeper;
pub mod screening_clerk;

use crate::{house::House, process};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinHandle;

/// Starts the clerks of this instance; they end when the handles are aborted.
///
/// # Errors
/// When the settings of mail cannot be used.
pub fn start(house: &Arc<House>) -> anyhow::Result<Vec<JoinHandle<()>>> {
    if !house.settings.jobs.enabled {
        return Ok(Vec::new());
    }
    let (mailer, letterhead) = mail_clerk::equipment(&house.settings)?;
    let mail = house.clone();
    let tick = Duration::from_millis(house.settings.jobs.tick_ms.max(10));
    let (deadlines, quarantine, log) = (house.clone(), house.clone(), house.clone());
    let (screening, lists, records) = (house.clone(), house.clone(), house.clone());
    let (seals, witnesses) = (house.clone(), house.clone());
    let look = Duration::from_secs(60 * u64::from(house.settings.screening.look_minutes));
    Ok(vec![
        tokio::spawn(async move { notary::work(&log, notary::PATIENCE).await }),
        tokio::spawn(async move {
            loop {
                if let Err(error) = witnesses.witness_now().await {
                    tracing::warn!(%error, "no witness could be asked");
                }
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
        }),
        tokio::spawn(async move {
            while seals.store.halted().is_none() {
                if let Err(error) = process::seal_daily(&seals).await {
                    tracing::warn!(%error, "the log could not be sealed");
                }
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
        }),
        tokio::spawn(async move {
            loop {
                mail_clerk::tick(&mail.store, &mailer, mail.clock.now(), &letterhead).await;
                tokio::time::sleep(tick).await;
            }
        }),
        tokio::spawn(async move {
            loop {
                if let Err(error) = deadline_clerk::tick(&deadlines).await {
                    tracing::warn!(%error, "the deadline clerk could not work");
                }
                tokio::time::sleep(tick).await;
            }
        }),
        tokio::spawn(async move {
            loop {
                if let Err(error) = quarantine_clerk::tick(&quarantine).await {
                    tracing::warn!(%error, "the quarantine clerk could not work");
                }
                tokio::time::sleep(Duration::from_secs(30)).await;
            }
        }),
        tokio::spawn(async move {
            loop {
                if let Err(error) = screening_clerk::tick(&screening).await {
                    tracing::warn!(%error, "the screening clerk could not work");
                }
                tokio::time::sleep(tick).await;
            }
        }),
        tokio::spawn(async move {
            loop {
                record_keeper::tick(&records).await;
                tokio::time::sleep(Duration::from_secs(3600)).await;
            }
        }),
        tokio::spawn(async move {
            loop {
                list_keeper::look(&lists).await;
                tokio::time::sleep(look).await;
            }
        }),
    ])
}
