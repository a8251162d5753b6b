//! Sequences and signs for what was recorded, soon after it was; any instance may.

use crate::house::House;
use std::time::Duration;
use tokio::time::Instant;

/// The longest that the notary sleeps: events of other instances come without a nudge.
const LONGEST: Duration = Duration::from_millis(200);
/// The shortest: so that events gather and share a batch.
const SHORTEST: Duration = Duration::from_millis(20);
/// How long the log may stand still before nothing is decided any more.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Works until it is aborted, or until the log does not fit: then nothing more is written here, and somebody must look.
pub async fn work(house: &House, patience: Duration) {
    let nudge = house.store.nudge();
    let mut well = Instant::now();
    while house.store.halted().is_none() {
        // A turn that never comes (another instance was stopped while it had it) must be noticed too.
        match tokio::time::timeout(patience, house.log_now()).await {
            Ok(Ok(())) => well = Instant::now(),
            Ok(Err(error)) => tracing::error!(%error, "the notary could not work"),
            Err(_) => tracing::error!("the notary waits for its turn"),
        }
        house.store.set_behind(well.elapsed() >= patience);
        let _ = tokio::time::timeout(LONGEST, nudge.notified()).await;
        tokio::time::sleep(SHORTEST).await;
    }
}
