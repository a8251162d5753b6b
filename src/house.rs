//! The house: everything a request, a job or a command needs, in one place.

use crate::{
    auth::session::Doorkeeper, clock::Clock, config::Settings, documents::DocumentStore, store::Store,
    workflow::around::BallotBox,
};
use std::sync::Arc;

/// One instance of the service.
pub struct House {
    pub settings: Settings,
    pub clock: Clock,
    pub store: Store,
    pub documents: DocumentStore,
    pub ballot_box: Arc<dyn BallotBox>,
    pub door: Doorkeeper,
    /// Signs the cursors of lists.
    pub cursor_key: [u8; 32],
}
