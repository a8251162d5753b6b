//! That somebody takes histories away, or reads what is confidential, is itself history.

use super::{ActError, TRIES};
use crate::{
    domain::{
        id::{CaseId, DocumentId, EventId},
        people::{Actor, Role},
    },
    house::House,
    store::{
        StoreError,
        commit::{Append, Commit, Stream, StreamKind},
        history::Selection,
    },
    workflow::event::By,
};
use serde_json::{Value, json};

/// Writes down that somebody exports histories: which, and why, in the person's own stream.
///
/// # Errors
/// The store's trouble.
pub async fn record_export(
    house: &House,
    actor: &Actor,
    selection: Option<&Selection>,
    format: &str,
    purpose: Option<&str>,
) -> Result<EventId, ActError> {
    let mut data = json!({ "format": format });
    if let Some(purpose) = purpose.map(str::trim).filter(|purpose| !purpose.is_empty()) {
        // Free text: history only commits to it.
        data["purpose"] = json!({ "$private": purpose });
    }
    match selection {
        Some(Selection::Period(from, to)) => data["period"] = json!([from.to_string(), to.to_string()]),
        Some(Selection::Streams(streams)) => {
            let names: Vec<String> = streams.iter().map(|stream| stream.id.to_string()).collect();
            data["cases"] = json!(names);
        }
        None => data["whole"] = json!(true),
    }
    record(house, actor, Role::Auditor, "export_created", data).await
}

/// Writes down that somebody reads a confidential file, in the person's own stream.
///
/// # Errors
/// The store's trouble: then the file is not handed out.
pub async fn record_read(house: &House, actor: &Actor, case: CaseId, document: DocumentId) -> Result<(), ActError> {
    let role = actor.roles.iter().next().copied().unwrap_or(Role::Public);
    let data = json!({ "case": case, "document": document });
    record(house, actor, role, "evidence_read", data).await.map(drop)
}

async fn record(house: &House, actor: &Actor, role: Role, kind: &str, data: Value) -> Result<EventId, ActError> {
    let stream = Stream {
        kind: StreamKind::Office,
        id: actor.person.0,
    };
    for _ in 0..TRIES {
        let head = house.store.head_of(stream).await?;
        let (id, now) = (EventId::fresh(), house.clock.now());
        let event = json!({
            "id": id, "seq": head.seq + 1, "rule": "12", "by": By::actor(actor, role),
            "effective_at": now, "recorded_at": now, "type": kind, "data": data,
        });
        let append = Append {
            stream,
            after: head,
            events: vec![event],
        };
        let commit = Commit {
            appends: vec![append],
            ..Commit::default()
        };
        match house.store.commit(commit).await {
            Err(StoreError::Conflict) => {}
            Err(other) => return Err(other.into()),
            Ok(()) => return Ok(id),
        }
    }
    Err(ActError::Store(StoreError::Conflict))
}
