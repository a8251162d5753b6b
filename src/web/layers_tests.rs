use super::request_id;
use crate::web::testing::{House, StatusAndBody, ask, raw};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::json;

fn given(id: &str) -> String {
    let mut headers = HeaderMap::new();
    headers.insert(
        HeaderName::from_static("x-request-id"),
        HeaderValue::from_bytes(id.as_bytes()).unwrap(),
    );
    request_id(&headers)
}

#[test]
fn a_well_formed_request_id_is_kept_and_any_other_replaced() {
    assert_eq!(given("abc-123"), "abc-123");
    assert_eq!(given(&"a".repeat(64)).len(), 64);
    for bad in ["", "a b", "é", "a\"b", &"a".repeat(65)] {
        let fresh = given(bad);
        assert_ne!(fresh, bad);
        assert_eq!(fresh.len(), 36);
    }
}

#[tokio::test]
async fn every_answer_wears_the_security_headers_and_its_request_id() {
    let house = House::open(|_| ()).await;
    for path in [
        "/fine",
        "/health/live",
        "/nothing",
        "/refused",
        "/fault",
        "/panic",
        "/layer",
        "/number/x",
        "/teapot",
    ] {
        let answer = house.get(path).header("x-request-id", "r-1").send().await.unwrap();
        let headers = answer.headers().clone();
        let text = |name: &str| {
            headers
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
                .unwrap_or_default()
        };
        assert_eq!(text("x-request-id"), "r-1", "{path}");
        assert_eq!(text("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(text("cache-control"), "no-store", "{path}");
        assert_eq!(text("referrer-policy"), "no-referrer", "{path}");
        assert!(
            text("content-security-policy").contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert_eq!(headers.get_all("content-type").iter().count(), 1, "{path}");
        if answer.status().as_u16() >= 400 {
            assert_eq!(text("content-type"), "application/problem+json", "{path}");
            let body: serde_json::Value = answer.json().await.unwrap();
            assert_eq!(body["instance"], "r-1", "{path}");
        }
    }
    house.close().await;
}

#[tokio::test]
async fn whatever_goes_wrong_is_a_problem_that_tells_no_secret() {
    let house = House::open(|_| ()).await;
    for (path, status, code) in [
        ("/nothing", 404, "not_found"),
        ("/refused", 409, "conflict"),
        ("/fault", 500, "internal"),
        ("/panic", 500, "internal"),
        ("/layer", 503, "unavailable"),
        ("/number/x", 404, "not_found"),
        ("/teapot", 418, "bad_request"),
        ("/query?n=x", 400, "bad_request"),
    ] {
        let (got, body) = ask(house.get(path)).await;
        assert_eq!((got, body["code"].as_str()), (status, Some(code)), "{path}: {body}");
        assert!(!body.to_string().contains("hunter22"), "{body}");
    }
    let climbing = "GET /number/%2e%2e/fine HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert!(raw(&house, climbing).await.starts_with("HTTP/1.1 404 "));
    assert_eq!(ask(house.get("/fine")).await.0, 200, "the service lives after a panic");
    house.close().await;
}

#[tokio::test]
async fn odd_methods_are_refused_and_overrides_ignored() {
    let house = House::open(|_| ()).await;
    for method in ["TRACE", "TRACK", "DELETE"] {
        let answer = raw(
            &house,
            &format!("{method} /fine HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
        )
        .await;
        assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
        assert!(answer.contains("method_not_allowed"), "{answer}");
    }
    let request = house.get("/fine").header("x-http-method-override", "DELETE");
    assert_eq!(ask(request).await, (200, json!("fine")));
    let head = raw(
        &house,
        "HEAD /fine HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert!(
        head.starts_with("HTTP/1.1 200 ") && head.contains("content-length: 6"),
        "{head}"
    );
    assert!(head.ends_with("\r\n\r\n"), "{head}");
    house.close().await;
}

#[tokio::test]
async fn only_the_hosts_of_the_base_address_are_served() {
    let house = House::open(|_| ()).await;
    for (host, status) in [
        ("Host: localhost:1\r\n", 200),
        ("Host: 127.0.0.1\r\n", 200),
        ("Host: evil.example\r\n", 421),
        ("", 400),
        ("Host: localhost\r\nHost: localhost\r\n", 400),
    ] {
        let answer = raw(
            &house,
            &format!("GET /fine HTTP/1.1\r\n{host}Connection: close\r\n\r\n"),
        )
        .await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{host}: {answer}");
    }
    let absolute = "GET http://evil.example/fine HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert!(raw(&house, absolute).await.starts_with("HTTP/1.1 421 "));
    let probe = "GET /health/live HTTP/1.1\r\nHost: 10.1.2.3\r\nConnection: close\r\n\r\n";
    assert!(raw(&house, probe).await.starts_with("HTTP/1.1 200 "));
    house.close().await;
}

#[tokio::test]
async fn two_lengths_and_huge_headers_are_refused() {
    let house = House::open(|_| ()).await;
    let both = "POST /fine HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n";
    assert!(raw(&house, both).await.starts_with("HTTP/1.1 400 "));
    let (status, body) = ask(house.get("/fine").header("x-long", "x".repeat(17 * 1024))).await;
    assert_eq!((status, body["code"].as_str()), (431, Some("headers_too_large")));
    house.close().await;
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let house = House::open(|settings| {
        settings.limits.requests_per_second = 1;
        settings.limits.burst = 3;
    })
    .await;
    let mut statuses = Vec::new();
    for _ in 0..5 {
        let answer = house.get("/fine").send().await.unwrap();
        if answer.status() == 429 {
            let wait: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
            assert!((1..=2).contains(&wait));
        }
        statuses.push(answer.status().as_u16());
    }
    assert_eq!(statuses[..3], [200, 200, 200]);
    assert!(statuses[3..].contains(&429), "{statuses:?}");
    assert_eq!(ask(house.get("/health/live")).await.0, 200, "probes are never limited");
    house.close().await;
}

async fn address_seen(house: &House, forwarded: &[&str]) -> StatusAndBody {
    let request = forwarded.iter().fold(house.get("/address"), |request, line| {
        request.header("x-forwarded-for", *line)
    });
    ask(request).await
}

#[tokio::test]
async fn a_forwarded_address_is_believed_of_trusted_proxies_alone() {
    let house = House::open(|_| ()).await;
    assert_eq!(address_seen(&house, &["1.2.3.4"]).await, (200, json!("127.0.0.1")));
    house.close().await;
    let house = House::open(|settings| {
        settings.server.trusted_proxies = vec!["127.0.0.1".parse().unwrap(), "10.0.0.5".parse().unwrap()];
    })
    .await;
    for (lines, seen) in [
        (&["1.2.3.4"][..], "1.2.3.4"),
        (&["6.6.6.6, 1.2.3.4, 10.0.0.5"], "1.2.3.4"),
        (&["6.6.6.6", "2001:db8::7"], "2001:db8::7"),
        (&["6.6.6.6, nonsense"], "127.0.0.1"),
        (&[], "127.0.0.1"),
    ] {
        assert_eq!(address_seen(&house, lines).await, (200, json!(seen)), "{lines:?}");
    }
    house.close().await;
}

#[tokio::test]
async fn strict_transport_is_demanded_when_the_base_address_is_https() {
    let house = House::open(|settings| settings.server.base_url = "https://localhost".to_owned()).await;
    let answer = house.get("/fine").send().await.unwrap();
    assert!(answer.headers().contains_key("strict-transport-security"));
    house.close().await;
}
