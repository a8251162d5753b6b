use crate::web::testing::{House, ask, raw};
use serde_json::json;
use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

#[tokio::test]
async fn an_instance_says_whether_it_lives_and_whether_it_is_ready() {
    let house = House::open(|_| ()).await;
    assert_eq!(ask(house.get("/health/live")).await, (200, json!({"status": "alive"})));
    let ready = json!({"status": "ready", "checks": [{"name": "database", "ok": true}]});
    assert_eq!(ask(house.get("/health/ready")).await, (200, ready));
    house.broken.0.store(true, Ordering::Relaxed);
    let not_ready = json!({"status": "not_ready", "checks": [{"name": "database", "ok": false}]});
    assert_eq!(ask(house.get("/health/ready")).await, (503, not_ready));
    assert_eq!(ask(house.get("/health/live")).await.0, 200);
    house.close().await;
}

#[tokio::test]
async fn figures_count_by_route_and_are_not_for_everybody() {
    let house = House::open(|_| ()).await;
    let count = |text: &str| {
        let wanted = r#"corridor_http_requests_total{method="GET",route="/number/{n}",status="200"} "#;
        text.lines()
            .find_map(|line| line.strip_prefix(wanted)?.parse::<u64>().ok())
            .unwrap_or_default()
    };
    let before = count(&house.get("/metrics").send().await.unwrap().text().await.unwrap());
    for path in ["/number/1", "/number/2", "/number/x"] {
        house.get(path).send().await.unwrap();
    }
    let after = house.get("/metrics").send().await.unwrap().text().await.unwrap();
    assert_eq!(count(&after) - before, 2);
    assert!(after.contains(r#"corridor_http_request_seconds_bucket{method="GET",route="/number/{n}",le="0.005"}"#));
    house.close().await;
    let house = House::open(|settings| settings.server.metrics_readers = vec!["10.0.0.9".parse().unwrap()]).await;
    assert_eq!(ask(house.get("/metrics")).await.0, 404);
    house.close().await;
}

#[tokio::test]
async fn codes_are_explained() {
    let house = House::open(|_| ()).await;
    let (status, page) = ask(house.get("/problems/duplicate_key")).await;
    assert_eq!((status, page["status"].as_u64()), (200, Some(400)));
    assert_eq!(ask(house.get("/problems/nonsense")).await.0, 404);
    house.close().await;
}

#[tokio::test]
async fn the_api_can_be_browsed_without_any_other_host() {
    let house = House::open(|_| ()).await;
    let (status, description) = ask(house.get("/api/v1/openapi.json")).await;
    assert_eq!(status, 200);
    assert_eq!(description["openapi"], "3.1.0");
    assert_eq!(
        description["components"]["securitySchemes"]["bearer"]["scheme"],
        "bearer"
    );
    let page = house.get("/api/docs").send().await.unwrap();
    assert_eq!(page.url().path(), "/api/docs/");
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'self';"));
    let page = page.text().await.unwrap();
    assert!(page.contains("swagger-ui"));
    for outside in ["http://", "https://", "<script>"] {
        assert!(!page.contains(outside), "{page}");
    }
    for asset in ["swagger-initializer.js", "swagger-ui.css", "swagger-ui-bundle.js"] {
        assert_eq!(
            house.get(&format!("/api/docs/{asset}")).send().await.unwrap().status(),
            200,
            "{asset}"
        );
    }
    let begin = house
        .get("/api/docs/swagger-initializer.js")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(begin.contains("/api/v1/openapi.json"), "{begin}");
    house.close().await;
}

#[tokio::test]
async fn a_body_that_lies_about_its_length_or_ends_early_is_refused() {
    let house = House::open(|settings| settings.limits.json_bytes = 5000).await;
    let head = "POST /json HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n";
    let answer = raw(&house, &format!("{head}Content-Length: 6000\r\n\r\n[")).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let chunk = format!("1000\r\n{}\r\n", " ".repeat(4096));
    let answer = raw(
        &house,
        &format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunk}{chunk}"),
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let mut stream = house.connect().await;
    stream
        .write_all(format!("{head}Content-Length: 100\r\n\r\n[1,").as_bytes())
        .await
        .unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    assert!(
        !answer.starts_with("HTTP/1.1 2") && !answer.starts_with("HTTP/1.1 5"),
        "{answer}"
    );
    assert_eq!(ask(house.post("/json").json(&json!([1]))).await, (200, json!(3)));
    house.close().await;
}

#[tokio::test]
async fn slow_clients_are_let_go_while_others_are_served() {
    let house = House::open(|settings| settings.server.slow_client_seconds = 1).await;
    let began = Instant::now();
    let mut slow = Vec::new();
    for body in [false, true].repeat(5) {
        let mut stream = house.connect().await;
        let head = "POST /json HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
        let rest = if body { "Content-Length: 100\r\n\r\n[" } else { "" };
        stream.write_all(format!("{head}{rest}").as_bytes()).await.unwrap();
        slow.push((body, stream));
    }
    assert_eq!(ask(house.get("/fine")).await.0, 200);
    for (body, mut stream) in slow {
        let mut answer = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(15), stream.read_to_end(&mut answer)).await;
        assert!(read.is_ok(), "still open, body {body}");
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 408 "), "body {body}: {answer:?}");
    }
    assert!(began.elapsed() < Duration::from_secs(15));
    house.close().await;
}
