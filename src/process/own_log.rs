//! What the log says of itself, as events of a history of its own.

use super::ActError;
use crate::{
    domain::{
        id::EventId,
        people::{Actor, Role},
    },
    house::House,
    store::commit::{Append, Commit, Stream, StreamKind},
    workflow::{
        event::{By, Event},
        log::{LogHappening, stream_of},
    },
};

/// The log's own history.
pub(super) fn stream(origin: &str) -> Stream {
    Stream {
        kind: StreamKind::Log,
        id: stream_of(origin),
    }
}

/// Records what happened to the log.
///
/// # Errors
/// `Conflict` if somebody else was faster; the store's trouble.
pub(super) async fn record(house: &House, origin: &str, happened: &LogHappening) -> Result<(), ActError> {
    let stream = stream(origin);
    let (_, after) = house.store.load(stream).await?;
    let now = house.clock.now();
    let event = Event {
        id: EventId::fresh(),
        seq: after.seq + 1,
        rule: "12".to_owned(),
        by: By::actor(&Actor::system(), Role::System),
        effective_at: now,
        recorded_at: now,
        to: Vec::new(),
        clock: None,
        tells: Vec::new(),
        happened: happened.clone(),
    };
    let append = Append {
        stream,
        after,
        events: super::values(&[event])?,
    };
    let commit = Commit {
        appends: vec![append],
        ..Commit::default()
    };
    Ok(house.store.commit(commit).await?)
}
