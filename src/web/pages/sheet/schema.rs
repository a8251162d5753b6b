//! The bodies of the actions, as the description of the API has them.

use crate::web::api::description::description;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::LazyLock};

/// Every action's body, by its word; and what the bodies refer to.
static DESCRIBED: LazyLock<Value> = LazyLock::new(|| json!(description())["components"]["schemas"].take());
static BODIES: LazyLock<BTreeMap<String, Value>> = LazyLock::new(|| {
    let variants = ["Action", "NoticeAction"].map(|name| DESCRIBED[name]["oneOf"].as_array().cloned());
    let body = |variant: Value| {
        let word = variant["properties"]["action"]["enum"][0].as_str()?.to_owned();
        Some((word, variant["properties"]["body"].clone()))
    };
    variants.into_iter().flatten().flatten().filter_map(body).collect()
});

/// The body of this action; None: there is no such action.
#[must_use]
pub fn body_of(action: &str) -> Option<&'static Value> {
    BODIES.get(action)
}

/// What a schema refers to, and the name of that; of “this or null”: this.
#[must_use]
pub fn resolved(schema: &Value) -> (Value, String) {
    let mut name = String::new();
    let mut schema = schema;
    loop {
        if let Some(reference) = schema["$ref"].as_str() {
            name = reference.rsplit('/').next().unwrap_or_default().to_owned();
            schema = &DESCRIBED[name.as_str()];
            continue;
        }
        let either = schema["oneOf"].as_array().or_else(|| schema["allOf"].as_array());
        let either = either.map(|all| all.iter().filter(|one| one["type"] != "null").collect::<Vec<_>>());
        match either.as_deref() {
            Some([one]) => schema = one,
            _ => return (schema.clone(), name),
        }
    }
}

/// Is it of this type, perhaps among others?
#[must_use]
pub fn is(schema: &Value, kind: &str) -> bool {
    schema["type"] == kind
        || schema["type"]
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one == kind))
}
