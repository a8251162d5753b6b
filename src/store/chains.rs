//! Every chain of the database, recomputed.

use super::{
    Store, StoreError,
    commit::{Stream, StreamKind},
};
use crate::audit::chain::Chain;
use sea_orm::{ConnectionTrait as _, Statement};

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
        // Counted first: a service that is at work only adds.
        let recorded = self.recorded().await?;
        for kind in StreamKind::ALL {
            for stream in self.streams(kind).await? {
                let mut chain = Chain::of_whole_streams();
                let gone = self.gone_through(kind, stream.id).await?;
                for event in self.stored(stream).await? {
                    match chain.next(&event.body, &event.hash, &event.private) {
                        Ok(opened) => {
                            report.withheld += u64::from(opened.withheld);
                            let place = (event.id, event.seq, kind.word(), stream.id);
                            if place != (opened.id, i64::from(opened.seq), opened.kind.as_str(), opened.stream) {
                                report.faults.push(format!(
                                    "{} {}, event {}: its row says another place than the event itself",
                                    kind.word(),
                                    stream.id,
                                    event.id
                                ));
                            }
                            if opened.withheld > 0 && opened.seq > gone {
                                report.faults.push(format!(
                                    "{} {}, event {}: private values are missing, and no erasure says so",
                                    kind.word(),
                                    stream.id,
                                    event.id
                                ));
                            }
                        }
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
        if report.events < recorded && report.faults.is_empty() {
            let lost = recorded - report.events;
            report
                .faults
                .push(format!("{lost} events belong to no history: it has no first event"));
        }
        Ok(report)
    }

    /// How many events there are, whichever history they belong to.
    async fn recorded(&self) -> Result<u64, StoreError> {
        let statement = Statement::from_string(self.db().get_database_backend(), "SELECT count(*) AS n FROM event");
        let row = self.db().query_one_raw(statement).await?;
        Ok(row.map_or(Ok(0), |row| row.try_get::<i64>("", "n"))?.unsigned_abs())
    }

    /// Up to which event of this history values were lawfully erased or disposed of, as the history of its keeping
    /// says; 0: none were.
    async fn gone_through(&self, kind: StreamKind, id: uuid::Uuid) -> Result<u32, StoreError> {
        if !matches!(kind, StreamKind::Case | StreamKind::Person) {
            return Ok(0);
        }
        let keeping = Stream {
            kind: StreamKind::Keeping,
            id,
        };
        let mut through = 0;
        for event in self.load(keeping).await?.0 {
            let kind = event["type"].as_str().unwrap_or_default();
            if matches!(kind, "record_erased" | "record_disposed") {
                let said = event["data"]["through"].as_u64().and_then(|said| said.try_into().ok());
                through = through.max(said.unwrap_or(0));
            }
        }
        Ok(through)
    }
}
