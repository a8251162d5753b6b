//! The house: everything a request, a job or a command needs, in one place.

use crate::{
    auth::session::Doorkeeper,
    clock::Clock,
    config::Settings,
    documents::{DocumentError, DocumentStore, Examination},
    domain::id::{DocumentId, PersonId},
    engine::Screener,
    notary::Notary,
    store::{Store, documents::DocumentState},
    workflow::around::BallotBox,
};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::Semaphore;

/// One instance of the service.
pub struct House {
    pub settings: Settings,
    pub clock: Clock,
    pub store: Store,
    pub notary: Notary,
    pub documents: DocumentStore,
    pub ballot_box: Arc<dyn BallotBox>,
    pub screener: Screener,
    pub door: Doorkeeper,
    /// The exports that may be made at the same time.
    pub exports: Arc<Semaphore>,
    /// Signs the cursors of lists.
    pub cursor_key: [u8; 32],
    /// Who is being sent an export.
    pub exporting: Arc<Mutex<BTreeSet<PersonId>>>,
}

/// The one export that a person may be sent at a time; over when it is dropped.
pub struct ExportTurn(Arc<Mutex<BTreeSet<PersonId>>>, PersonId);

impl Drop for ExportTurn {
    fn drop(&mut self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

impl House {
    /// A person's turn to export; none while another export of theirs is still being sent.
    #[must_use]
    pub fn export_turn(&self, person: PersonId) -> Option<ExportTurn> {
        let mut exporting = self.exporting.lock().unwrap_or_else(PoisonError::into_inner);
        exporting
            .insert(person)
            .then(|| ExportTurn(Arc::clone(&self.exporting), person))
    }

    /// Sees to it that everything recorded so far is in the log and signed for.
    ///
    /// # Errors
    /// When the log does not fit or the store does not answer.
    pub async fn log_now(&self) -> anyhow::Result<()> {
        self.notary.tick(&self.store, self.clock.now()).await.map(drop)
    }

    /// Asks the witnesses of the policy for the newest checkpoint; those that have cosigned it are not asked again.
    ///
    /// # Errors
    /// When the policy or the store cannot be read. A witness that declines is no error.
    pub async fn witness_now(&self) -> anyhow::Result<Vec<crate::notary::Asked>> {
        self.notary.ask_witnesses(&self.store, self.clock.now()).await
    }

    /// Has the scanner look at a file: the state it gets, and why if it was rejected.
    ///
    /// # Errors
    /// When the file's bytes cannot be read.
    pub async fn examine(&self, document: DocumentId) -> Result<(DocumentState, Option<String>), DocumentError> {
        Ok(match self.documents.examine(document).await? {
            Examination::Clean => (DocumentState::Clean, None),
            Examination::Rejected { signature } => (DocumentState::Rejected, Some(signature)),
            Examination::Waiting { why } => {
                tracing::warn!(%document, why, "the scanner could not tell; the file stays in quarantine");
                (DocumentState::Quarantined, None)
            }
        })
    }
}
