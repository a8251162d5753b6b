//! Every chain of the database, recomputed.

use super::{Store, StoreError, commit::StreamKind};
use crate::audit::chain::Chain;

/// What the recomputation found.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct ChainReport {
    pub streams: u64,
    pub events: u64,
    pub withheld: u64,
    /// In words, with the stream and the event.
    pub faults: Vec<String>,
}

impl Store {
    /// Recomputes every hash, every link and every commitment.
    ///
    /// # Errors
    /// When the database cannot be read at all.
    pub async fn check_chains(&self, progress: &(dyn Fn(u64) + Sync)) -> Result<ChainReport, StoreError> {
        let mut report = ChainReport::default();
        for kind in StreamKind::ALL {
            for stream in self.streams(kind).await? {
                let mut chain = Chain::of_whole_streams();
                for event in self.stored(stream).await? {
                    match chain.next(&event.body, &event.hash, &event.private) {
                        Ok(opened) => report.withheld += u64::from(opened.withheld),
                        Err(fault) => {
                            report
                                .faults
                                .push(format!("{} {}, event {}: {fault}", kind.word(), stream.id, event.id));
                            break;
                        }
                    }
                    report.events += 1;
                }
                report.streams += 1;
                progress(report.events);
            }
        }
        Ok(report)
    }
}
