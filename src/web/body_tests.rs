use super::*;
use actix_web::{App, HttpResponse, http::StatusCode, test};
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by serde")]
struct Dossier {
    purpose: String,
    goods: Vec<Goods>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by serde")]
struct Goods {
    tonnes: u32,
    unit: Unit,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Unit {
    Tne,
}

async fn post(content_type: &str, body: impl Into<Bytes>) -> (StatusCode, Value) {
    let limits = BodyLimits {
        json_bytes: 2000,
        within: Duration::from_secs(5),
    };
    let echo = |body: StrictJson<Dossier>| async move { HttpResponse::Ok().json(body.bytes.len()) };
    let app = test::init_service(App::new().app_data(limits).route("/", web::post().to(echo))).await;
    let request = test::TestRequest::post()
        .uri("/")
        .insert_header(("content-type", content_type));
    let answer = test::call_service(&app, request.set_payload(body).to_request()).await;
    let status = answer.status();
    (status, test::read_body_json(answer).await)
}

async fn refused(body: impl Into<Bytes>) -> (u16, String, String) {
    let (status, answer) = post("application/json", body).await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (
        status.as_u16(),
        text(&answer["code"]),
        text(&answer["errors"][0]["path"]),
    )
}

fn said(status: u16, code: &str, path: &str) -> (u16, String, String) {
    (status, code.to_owned(), path.to_owned())
}

const GOOD: &str = r#"{"purpose":"grain","goods":[{"tonnes":1,"unit":"TNE"}]}"#;

#[actix_web::test]
async fn a_good_body_is_read() {
    for content_type in [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON",
    ] {
        assert_eq!(post(content_type, GOOD).await.0, 200, "{content_type}");
    }
}

#[actix_web::test]
async fn only_json_in_utf_8_is_accepted() {
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "",
        "application/json; charset=koi8-r",
        "text/json",
    ] {
        let (status, answer) = post(content_type, GOOD).await;
        assert_eq!(
            (status.as_u16(), answer["code"].as_str()),
            (415, Some("unsupported_media_type")),
            "{content_type}"
        );
    }
}

#[actix_web::test]
async fn what_is_wrong_is_named_with_its_place() {
    assert_eq!(refused("{\n  nope").await, said(400, "malformed_json", ""));
    assert_eq!(refused(&b"{\"purpose\":\"\xff\"}"[..]).await, said(400, "bad_utf8", ""));
    assert_eq!(
        refused(r#"{"purpose":"a","purpose":"b","goods":[]}"#).await,
        said(400, "duplicate_key", "purpose")
    );
    assert_eq!(refused("[".repeat(1000)).await.1, "too_deep");
    assert_eq!(refused("x".repeat(2001)).await, said(413, "too_large", ""));
    assert_eq!(
        refused(GOOD.replace("grain", r"gr\u0000ain")).await,
        said(422, "nul_character", "purpose")
    );
    assert_eq!(
        refused(GOOD.replace(":1,", ":1e400,")).await,
        said(422, "number_out_of_range", "goods[0].tonnes")
    );
    assert_eq!(
        refused(GOOD.replace(":1,", ":-1,")).await,
        said(422, "bad_value", "goods[0].tonnes")
    );
    assert_eq!(
        refused(GOOD.replace(":1,", ":\"1\",")).await,
        said(422, "wrong_type", "goods[0].tonnes")
    );
    assert_eq!(
        refused(GOOD.replace("TNE", "LOT")).await,
        said(422, "bad_value", "goods[0].unit")
    );
    assert_eq!(
        refused(GOOD.replace("unit", "unt")).await,
        said(422, "unknown_field", "goods[0].unt")
    );
    assert_eq!(refused(r#"{"purpose":"a"}"#).await, said(422, "missing_field", ""));
    assert_eq!(refused("[]").await.0, 422);
    assert_eq!(refused("").await, said(400, "malformed_json", ""));
}

#[actix_web::test]
async fn the_value_is_not_repeated() {
    let secret = "hunter22".repeat(20);
    for body in [
        GOOD.replace(":1,", &format!(":\"{secret}\",")),
        GOOD.replace("TNE", &secret),
    ] {
        let (status, answer) = post("application/json", body).await;
        assert_eq!(status, 422);
        assert!(!answer.to_string().contains("hunter22"), "{answer}");
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by serde")]
struct Filter {
    state: Option<String>,
    limit: Option<u32>,
}

fn query(text: &str) -> Result<Filter, (u16, String)> {
    read_query::<Filter>(text).map_err(|problem| {
        (
            actix_web::ResponseError::status_code(&problem).as_u16(),
            problem.code().to_owned(),
        )
    })
}

#[actix_web::test]
async fn query_parameters_are_read_strictly() {
    assert!(query("").is_ok() && query("state=draft&limit=5").is_ok());
    assert_eq!(
        query("state=a&st%61te=b").unwrap_err(),
        (400, "duplicate_parameter".to_owned())
    );
    assert_eq!(query("sort=asc").unwrap_err(), (422, "bad_parameter".to_owned()));
    assert_eq!(query("limit=-1").unwrap_err(), (422, "bad_parameter".to_owned()));
    assert_eq!(query("state=%00").unwrap_err(), (422, "nul_character".to_owned()));
}
