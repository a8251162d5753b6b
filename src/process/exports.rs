//! That somebody takes histories away is itself history.

use super::{ActError, TRIES};
use crate::{
    domain::{id::EventId, people::Actor},
    house::House,
    store::{
        StoreError,
        commit::{Append, Commit, Stream, StreamKind},
    },
    workflow,
};

/// Writes down that somebody exports histories: which, and why, in the person's own stream.
///
/// # Errors
/// The store's trouble.
pub async fn record_export(
    house: &House,
    actor: &Actor,
    selection: &crate::store::history::Selection,
    format: &str,
    purpose: Option<&str>,
) -> Result<(), ActError> {
    use crate::store::history::Selection;
    let streams = match selection {
        Selection::Streams(streams) => streams.clone(),
        Selection::Period(..) => Vec::new(),
    };
    let names: Vec<String> = streams.iter().map(|stream| stream.id.to_string()).collect();
    let period = match selection {
        Selection::Period(from, to) => Some([from.to_string(), to.to_string()]),
        Selection::Streams(_) => None,
    };
    let stream = Stream {
        kind: StreamKind::Office,
        id: actor.person.0,
    };
    for _ in 0..TRIES {
        let (_, head) = house.store.load(stream).await?;
        let now = house.clock.now();
        let mut data = serde_json::json!({ "format": format });
        if let Some(purpose) = purpose.map(str::trim).filter(|purpose| !purpose.is_empty()) {
            // Free text: history only commits to it.
            data["purpose"] = serde_json::json!({ "$private": purpose });
        }
        match &period {
            Some(period) => data["period"] = serde_json::json!(period),
            None => data["cases"] = serde_json::json!(names),
        }
        let event = serde_json::json!({
            "id": EventId::fresh(), "seq": head.seq + 1, "rule": "12",
            "by": workflow::event::By::actor(actor, crate::domain::people::Role::Auditor),
            "effective_at": now, "recorded_at": now, "type": "export_created", "data": data,
        });
        let append = Append {
            stream,
            after: head,
            events: vec![event],
        };
        match house
            .store
            .commit(Commit {
                appends: vec![append],
                ..Commit::default()
            })
            .await
        {
            Err(StoreError::Conflict) => {}
            other => return Ok(other?),
        }
    }
    Err(ActError::Store(StoreError::Conflict))
}
