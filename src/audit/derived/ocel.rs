//! OCEL 2.0 in JSON: histories, persons and organisations are objects; every event belongs to its history and to whoever did it.
//!
//! Written event by event; only the objects are collected first.

use super::Gist;
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    io::{self, Write},
};

const ATTRIBUTES: [&str; 5] = ["rule", "activity", "role", "to", "effective_at"];

pub(super) fn write(events: &[Gist], out: &mut impl Write) -> io::Result<()> {
    let (mut objects, mut types) = (BTreeSet::new(), BTreeSet::new());
    for event in events {
        objects.insert((&*event.kind, event.stream));
        objects.insert(("person", event.person));
        objects.insert(("organisation", event.organisation));
        types.insert(&*event.what);
    }
    let attributes = ATTRIBUTES.map(|name| json!({ "name": name, "type": attribute_type(name) }));
    let kinds: BTreeSet<&str> = objects.iter().map(|(kind, _)| *kind).collect();
    let kinds = kinds.into_iter().map(|kind| json!({ "name": kind, "attributes": [] }));
    let types = types
        .into_iter()
        .map(|name| json!({ "name": name, "attributes": attributes }));
    let objects = objects
        .iter()
        .map(|(kind, id)| json!({ "id": format!("{kind}:{id}"), "type": kind, "attributes": [], "relationships": [] }));
    out.write_all(b"{\n\"objectTypes\": ")?;
    list(kinds, out)?;
    out.write_all(b",\n\"eventTypes\": ")?;
    list(types, out)?;
    out.write_all(b",\n\"objects\": ")?;
    list(objects, out)?;
    out.write_all(b",\n\"events\": ")?;
    list(events.iter().map(event), out)?;
    out.write_all(b"\n}\n")
}

fn attribute_type(name: &str) -> &'static str {
    if name == "effective_at" { "time" } else { "string" }
}

fn event(event: &Gist) -> Value {
    let values = [
        event.rule.to_string(),
        event.activity.to_string(),
        event.role.to_string(),
        event.to.to_string(),
        event.effective_at.to_string(),
    ];
    let attributes: Vec<Value> = ATTRIBUTES
        .iter()
        .zip(values)
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    let object = |kind: &str, id: uuid::Uuid, qualifier: &str| json!({ "objectId": format!("{kind}:{id}"), "qualifier": qualifier });
    json!({
        "id": event.id.to_string(), "type": &*event.what, "time": event.recorded_at.to_string(),
        "attributes": attributes,
        "relationships": [
            object(&event.kind, event.stream, "history"),
            object("person", event.person, "done by"),
            object("organisation", event.organisation, "on behalf of"),
        ],
    })
}

fn list(items: impl Iterator<Item = Value>, out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"[")?;
    for (number, item) in items.enumerate() {
        out.write_all(if number == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &item)?;
    }
    out.write_all(b"\n]")
}
