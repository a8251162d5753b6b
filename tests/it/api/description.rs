//! The API's description agrees with the API, and is kept as docs/openapi.json (`UPDATE=1` rewrites it).

use crate::house::both_databases;
use corridor::web::api::description::description;
use reqwest::Method;
use serde_json::Value;
use std::{collections::BTreeSet, fs};

/// What anybody may ask for without signing in.
const PUBLIC: &[&str] = &[
    "post /sessions",
    "post /sessions/refresh",
    "post /sessions/end",
    "post /invitations/accept",
    "post /password-resets",
    "post /password-resets/use",
    "get /notices",
    "get /notices/{id}",
    "get /register",
    "get /verify",
    "get /waivers/{number}/certificate.pdf",
    "get /waivers/{number}/outcome.pdf",
];

fn operations(description: &Value) -> Vec<(String, Value)> {
    let paths = description["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &Value)| {
        let methods = item.as_object().unwrap().iter();
        let methods =
            methods.filter(|(method, _)| ["get", "post", "put", "patch", "delete"].contains(&method.as_str()));
        methods
            .map(|(method, operation)| (format!("{method} {path}"), operation.clone()))
            .collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

/// Every route as the source declares it, and how many are mounted.
fn routes() -> (BTreeSet<String>, usize) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/api");
    let attribute = regex_lite::Regex::new(r#"(?m)^#\[(get|post|put|patch|delete)\("([^"]+)"\)\]"#).unwrap();
    let mount = regex_lite::Regex::new(r"\.service\([a-z]+::[a-z_]+\)").unwrap();
    let (mut routes, mut mounted) = (BTreeSet::new(), 0);
    for file in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        routes.extend(
            attribute
                .captures_iter(&text)
                .map(|found| format!("{} {}", &found[1], found[2].replace(":.*}", "}"))),
        );
        mounted += mount.find_iter(&text).count();
    }
    (routes, mounted)
}

#[test]
fn the_description_is_the_one_that_is_kept() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json");
    let mut now = serde_json::to_string_pretty(&description()).unwrap();
    now.push('\n');
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, &now).unwrap();
    }
    let kept = fs::read_to_string(path).unwrap_or_default();
    assert!(kept == now, "docs/openapi.json is not up to date; UPDATE=1 rewrites it");
}

#[test]
fn the_description_has_every_route_and_explains_every_answer() {
    let description = serde_json::to_value(description()).unwrap();
    let operations = operations(&description);
    let (routes, mounted) = routes();
    let described: BTreeSet<String> = operations.iter().map(|(operation, _)| operation.clone()).collect();
    assert_eq!(described, routes);
    assert_eq!(mounted, routes.len(), "every route is mounted once");
    let mut ids = BTreeSet::new();
    for (name, operation) in &operations {
        assert!(
            ids.insert(operation["operationId"].as_str().unwrap().to_owned()),
            "{name}: its id is not unique"
        );
        let said = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
        assert!(
            said(&operation["summary"]) || said(&operation["description"]),
            "{name} says nothing"
        );
        for (status, response) in operation["responses"].as_object().unwrap() {
            assert!(said(&response["description"]), "{name} {status} says nothing");
        }
        let open = PUBLIC.contains(&name.as_str());
        assert_eq!(
            operation.get("security").is_some(),
            open,
            "{name}: who may call it is described wrongly"
        );
    }
}

both_databases! {
    /// Everything but a short list asks who is there.
    async fn strangers_are_refused_everywhere_but_at_the_public_desk(house) {
        let description = serde_json::to_value(description()).unwrap();
        let before = house.row_counts().await;
        for (name, _) in operations(&description) {
            let (method, path) = name.split_once(' ').unwrap();
            let path = path.replace("{id}", "01930000-0000-7000-8000-000000000001");
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let mut request = house.request(method.clone(), &path);
            if method == Method::POST {
                request = request.json(&serde_json::json!({}));
            }
            let reply = house.send(request).await;
            if PUBLIC.contains(&name.as_str()) {
                assert!(reply.status < 500 && reply.status != 401, "{name}: {}", reply.text);
            } else {
                assert_eq!(reply.problem(401), "not_signed_in", "{name}");
            }
        }
        assert_eq!(house.row_counts().await, before);
    }
}
