//! Sequences and signs for what was recorded, soon after it was; any instance may.

use crate::house::House;
use std::time::Duration;

/// The longest that the notary sleeps: events of other instances come without a nudge.
const LONGEST: Duration = Duration::from_millis(200);
/// The shortest: so that events gather and share a batch.
const SHORTEST: Duration = Duration::from_millis(20);

/// Works until it is aborted, or until the log does not fit: then nothing more is written here, and somebody must look.
pub async fn work(house: &House) {
    let nudge = house.store.nudge();
    while house.store.halted().is_none() {
        if let Err(error) = house.notary.tick(&house.store, house.clock.now()).await {
            tracing::error!(%error, "the notary could not work");
        }
        let _ = tokio::time::timeout(LONGEST, nudge.notified()).await;
        tokio::time::sleep(SHORTEST).await;
    }
}
