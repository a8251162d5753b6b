//! Bad input: each time a problem document with a fitting status, never 5xx, and nothing written.

use super::course::*;
use crate::house::{House, Reply, both_databases};
use reqwest::Method;
use serde_json::{Value, json};

async fn raw(house: &House, who: &str, path: &str, body: impl Into<reqwest::Body>) -> Reply {
    let request = house
        .request(Method::POST, path)
        .bearer_auth(house.token(who).await)
        .header("content-type", "application/json")
        .body(body);
    house.send(request).await
}

/// The shipment with one member replaced.
fn shipment_with(member: &str, value: Value) -> Value {
    let mut body = shipment("100");
    body[member] = value;
    json!({ "action": "notify_shipment", "body": body })
}

fn amount(value: Value, unit: &str) -> Value {
    shipment_with("quantity", json!({ "amount": value, "unit": unit }))
}

fn loading(day: Value) -> Value {
    let paper = uuid::Uuid::nil();
    let body = json!({
        "shipment": 1, "quantity": shipment("1")["quantity"], "loaded_on": day, "bill_of_lading": paper,
        "weight_note": paper,
    });
    json!({ "action": "report_loading", "body": body })
}

/// What is wrong, what is sent, the status and the code.
fn texts() -> Vec<(&'static str, Vec<u8>, u16, &'static str)> {
    let message = |text: &str| format!(r#"{{"action":"send_message","body":{{"text":"{text}"}}}}"#).into_bytes();
    let mut broken = message("x");
    let place = broken.iter().position(|byte| *byte == b'x').unwrap();
    broken[place] = 0xff;
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    vec![
        ("nothing", b"".to_vec(), 400, "malformed_json"),
        ("cut short", br#"{"action":"#.to_vec(), 400, "malformed_json"),
        ("not JSON", b"action=take_case".to_vec(), 400, "malformed_json"),
        (
            "two values",
            br#"{"action":"take_case"} {}"#.to_vec(),
            400,
            "malformed_json",
        ),
        (
            "a key twice",
            br#"{"action":"take_case","action":"lapse"}"#.to_vec(),
            400,
            "duplicate_key",
        ),
        ("too deep", deep.into_bytes(), 400, "too_deep"),
        ("half a character", message("\\ud800"), 400, "malformed_json"),
        (
            "a number that no machine holds",
            br#"{"action":"take_case","expected_version":1e400}"#.to_vec(),
            422,
            "number_out_of_range",
        ),
        (
            "a million items",
            format!("[{}1]", "1,".repeat(999_999)).into_bytes(),
            413,
            "too_large",
        ),
        ("not UTF-8", broken, 400, "bad_utf8"),
        ("U+0000", message("a\\u0000b"), 422, "nul_character"),
        ("an array", b"[]".to_vec(), 422, ""),
        ("null", b"null".to_vec(), 422, ""),
        ("too large", message(&"a".repeat(1024 * 1024)), 413, "too_large"),
        ("too long a text", message(&"a".repeat(20_001)), 422, "bad_value"),
    ]
}

/// What is wrong, what is sent, the status and the code.
fn values() -> Vec<(&'static str, Value, u16, &'static str)> {
    vec![
        ("no action", json!({ "body": {} }), 422, "missing_field"),
        (
            "unknown action",
            json!({ "action": "set_status", "body": { "state": "approved" } }),
            422,
            "bad_value",
        ),
        (
            "unknown field",
            json!({ "action": "take_case", "state": "approved" }),
            422,
            "unknown_field",
        ),
        (
            "unknown field inside",
            json!({ "action": "take_case", "body": { "force": true } }),
            422,
            "unknown_field",
        ),
        ("wrong type", json!({ "action": 7 }), 422, "wrong_type"),
        (
            "a body that is a text",
            json!({ "action": "take_case", "body": "now" }),
            422,
            "",
        ),
        (
            "a version below zero",
            json!({ "action": "take_case", "expected_version": -1 }),
            422,
            "",
        ),
        ("a number as amount", amount(json!(100), "TNE"), 422, ""),
        ("a negative amount", amount(json!("-1"), "TNE"), 422, ""),
        ("nothing to ship", amount(json!("0"), "TNE"), 422, ""),
        (
            "what binary fractions make of 0.3",
            amount(json!("0.30000000000000004"), "TNE"),
            422,
            "",
        ),
        ("1e18 tonnes", amount(json!("1000000000000000000"), "TNE"), 422, ""),
        ("over-precise", amount(json!("0.0000001"), "TNE"), 422, ""),
        (
            "less than the ledger can tell apart",
            amount(json!("0.0001"), "KGM"),
            422,
            "",
        ),
        ("an exponent", amount(json!("1e3"), "TNE"), 422, ""),
        ("a separator", amount(json!("1,000"), "TNE"), 422, ""),
        ("too much", amount(json!("99999999999999999999999999"), "TNE"), 422, ""),
        ("not a number", amount(json!("NaN"), "TNE"), 422, ""),
        ("pieces for tonnes", amount(json!("100"), "H87"), 422, ""),
        ("a package for a unit", amount(json!("100"), "BX"), 422, ""),
        ("no unit at all", amount(json!("100"), ""), 422, ""),
        (
            "an unknown country",
            shipment_with("final_country", json!("XX")),
            422,
            "",
        ),
        (
            "an unknown consignee",
            shipment_with("consignee", json!("p99")),
            422,
            "",
        ),
        (
            "a wrong check digit",
            shipment_with("vessel", json!({ "name": "S", "imo": "9999011" })),
            422,
            "vessel_number_wrong",
        ),
        ("31 February", loading(json!("2025-02-31")), 422, ""),
        ("the year 99999", loading(json!("99999-01-01")), 422, ""),
        ("an instant for a date", loading(json!("2025-10-10T10:00:00Z")), 422, ""),
        ("a number for a date", loading(json!(20251010)), 422, ""),
        ("a shipment that is not there", loading(json!("2025-10-10")), 409, ""),
    ]
}

both_databases! {
    /// Put to a case whose waiver is in force, by somebody who may ship.
    async fn bad_bodies_are_explained_and_change_nothing(house) {
        let case = approved(house).await;
        let path = format!("/cases/{case}/actions");
        house.token("drafter").await;
        let before = house.row_counts().await;
        for (what, body, status, code) in texts() {
            let reply = raw(house, "drafter", &path, body).await;
            assert_eq!(reply.status, status, "{what}: {}", reply.text);
            let said = reply.problem(status);
            assert!(code.is_empty() || said == code, "{what}: {}", reply.text);
        }
        for (what, body, status, code) in values() {
            let reply = house.post("drafter", &path, &body).await;
            assert!(reply.status == status || reply.status == 422, "{what}: {} {}", reply.status, reply.text);
            let said = reply.problem(reply.status);
            assert!(code.is_empty() || said == code, "{what}: {}", reply.text);
            if said == "vessel_number_wrong" {
                assert_eq!(reply.json()["errors"][0]["path"], "vessel.imo", "{}", reply.text);
            }
        }
        assert_eq!(house.row_counts().await, before);
    }

    /// Everything around the body.
    async fn bad_requests_are_explained_and_change_nothing(house) {
        let case = submitted(house).await;
        let path = format!("/cases/{case}/actions");
        let token = house.token("officer").await;
        let take = json!({ "action": "take_case" });
        let before = house.row_counts().await;
        let post = || house.request(Method::POST, &path).bearer_auth(&token);
        let text = take.to_string();
        let wishes = [
            (post().header("content-type", "text/plain").body(text.clone()), 415),
            (post().header("content-type", "application/json").header("content-encoding", "gzip").body(text), 415),
            (post().json(&take).header("If-Match", "yesterday"), 400),
            (post().json(&take).header("Idempotency-Key", ""), 400),
            (post().json(&take).header("Idempotency-Key", "k".repeat(129)), 400),
            (house.request(Method::DELETE, &format!("/cases/{case}")).bearer_auth(&token), 404),
            (house.request(Method::GET, "/cases/not-an-id").bearer_auth(&token), 404),
            (house.request(Method::GET, "/cases?limit=0").bearer_auth(&token), 422),
            (house.request(Method::GET, "/cases?limit=1000000").bearer_auth(&token), 422),
            (house.request(Method::GET, "/cases?limit=-1").bearer_auth(&token), 422),
            (house.request(Method::GET, &format!("/cases?{}", "state=draft&".repeat(40))).bearer_auth(&token), 400),
            (house.request(Method::GET, "/notices/%2e%2e/%2e%2e/etc/passwd").bearer_auth(&token), 404),
            (house.request(Method::GET, "/cases/..%2f..%2fetc").bearer_auth(&token), 404),
            (house.request(Method::GET, "/cases?limit=2&limit=3").bearer_auth(&token), 400),
            (house.request(Method::GET, "/cases?everything=1").bearer_auth(&token), 422),
            (house.request(Method::GET, "/cases?cursor=abc").bearer_auth(&token), 400),
            (house.request(Method::GET, "/nowhere").bearer_auth(&token), 404),
        ];
        for (n, (wish, status)) in wishes.into_iter().enumerate() {
            let reply = house.send(wish).await;
            let other = status == 404 && reply.status == 405;
            assert!(reply.status == status || other, "request {n}: {} {}", reply.status, reply.text);
            reply.problem(reply.status);
        }
        assert_eq!(house.row_counts().await, before);
    }

    /// Numbers and texts that only look like JSON, and limits without measure.
    async fn bad_numbers_texts_and_limits_are_explained(house) {
        let case = submitted(house).await;
        let path = format!("/cases/{case}/actions");
        house.token("drafter").await;
        let before = house.row_counts().await;
        let version = |number: &str| format!(r#"{{"action":"send_message","expected_version":{number},"body":{{"text":"x"}}}}"#);
        let text = |text: &str| format!(r#"{{"action":"send_message","body":{{"text":"{text}"}}}}"#);
        for (what, body, statuses) in [
            ("1e400", version("1e400"), [400, 422]),
            ("a fraction", version("1.5"), [400, 422]),
            ("beyond 64 bits", version("99999999999999999999"), [400, 422]),
            ("not a number", version("NaN"), [400, 400]),
            ("a lone surrogate", text("\\ud800"), [400, 400]),
            ("a bare line end", text("a\nb"), [400, 400]),
            ("a key twice, deep inside", text(r#"a","text":"b"#), [400, 400]),
            ("a million items", format!("[{}0]", "0,".repeat(1_000_000)), [413, 413]),
        ] {
            let reply = raw(house, "drafter", &path, body).await;
            assert!(statuses.contains(&reply.status), "{what}: {} {}", reply.status, reply.text);
            reply.problem(reply.status);
        }
        for (query, status) in [
            ("limit=1000000", 422),
            ("limit=-1", 422),
            ("limit=1e3", 422),
            ("cursor=garbage", 400),
            ("cursor=%00", 422),
            ("state=%27%20OR%201%3D1--", 422),
            ("limit=1&".repeat(40).as_str(), 400),
        ] {
            let reply = house.get("drafter", &format!("/cases?{query}")).await;
            assert!(reply.status == status || reply.status == 400, "{query}: {} {}", reply.status, reply.text);
            reply.problem(reply.status);
        }
        assert_eq!(house.row_counts().await, before);
    }

    /// Addresses that would become something else in a letter, and people that nobody could be.
    async fn bad_people_are_refused(house) {
        house.token("administrator").await;
        let before = house.row_counts().await;
        let long = format!("{}@people.example", "a".repeat(400));
        for email in ["a@b.example\r\nBcc: all@b.example", "a@b, c@d", "<a@b.example>", "a@b@c", "no address", "", &long] {
            let body = json!({
                "name": "A. Person", "email": email, "organisation": house.organisations["ministry"], "roles": ["drafter"],
            });
            let reply = house.post("administrator", "/people", &body).await;
            assert_eq!(reply.status, 422, "{email}: {}", reply.text);
            reply.problem(422);
        }
        for (member, value) in [
            ("roles", json!([])), ("roles", json!(["system"])), ("roles", json!(["king"])), ("organisation", json!(uuid::Uuid::nil())),
            ("language", json!("xx")), ("active", json!(true)), ("name", json!(" ")), ("name", json!("n".repeat(5_000))),
        ] {
            let mut body = json!({
                "name": "A. Person", "email": "p@people.example", "organisation": house.organisations["ministry"], "roles": ["drafter"],
            });
            body[member] = value.clone();
            let reply = house.post("administrator", "/people", &body).await;
            assert!([400, 422].contains(&reply.status), "{member} {value}: {} {}", reply.status, reply.text);
            reply.problem(reply.status);
        }
        assert_eq!(house.row_counts().await, before);
    }

    /// What lies below the API: hosts, methods, paths, contradictory lengths.
    async fn bad_http_is_refused(house) {
        let address = house.base.trim_start_matches("http://").split('/').next().unwrap().to_owned();
        for (what, request, statuses) in [
            ("another host", "GET /api/v1/register HTTP/1.1\r\nHost: evil.example\r\n\r\n", [421, 421]),
            ("no host", "GET /api/v1/register HTTP/1.1\r\n\r\n", [400, 421]),
            ("TRACE", "TRACE /api/v1/register HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", [405, 404]),
            ("a path upwards", "GET /api/v1/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", [404, 400]),
            (
                "two lengths",
                "POST /api/v1/sessions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                [400, 400],
            ),
            (
                "another method in a header",
                "GET /api/v1/sessions HTTP/1.1\r\nHost: 127.0.0.1\r\nX-HTTP-Method-Override: POST\r\n\r\n",
                [404, 405],
            ),
        ] {
            let answer = spoken(&address, request).await;
            let status: u16 = answer.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
            assert!(statuses.contains(&status), "{what}: {answer}");
        }
    }
}

/// Says this to the server; the beginning of what it answers.
async fn spoken(address: &str, request: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = vec![0; 1024];
    let read = tokio::time::timeout(std::time::Duration::from_secs(20), stream.read(&mut answer));
    let length = read.await.unwrap().unwrap();
    String::from_utf8_lossy(&answer[..length]).into_owned()
}
