//! Bundles over HTTP: made once, fetched whole or in parts, by whom they were made for; and what is read in them.

use super::bundles::{check, trust};
use crate::{
    api::course,
    house::{House, both_databases},
};
use reqwest::{Method, header};
use serde_json::{Value, json};

async fn get(house: &House, who: &str, path: &str, headers: &[(&str, &str)]) -> (u16, header::HeaderMap, Vec<u8>) {
    let token = house.token(who).await;
    let mut request = house.request(Method::GET, path).bearer_auth(token);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    (status, headers, answer.bytes().await.unwrap().to_vec())
}

async fn made(house: &House, body: &Value) -> (Value, String) {
    let reply = house.post("auditor", "/bundles", body).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let location = reply.header("location");
    (reply.json(), location.strip_prefix("/api/v1").unwrap().to_owned())
}

fn text_of(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut entry = archive.by_name(name).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut entry, &mut text).unwrap();
    text
}

both_databases! {
    /// A download that breaks off goes on where it was; parts of another file are never mixed in.
    async fn a_bundle_is_fetched_in_parts(house) {
        let case = course::submitted(house).await;
        let (ready, path) = made(house, &json!({ "cases": [case], "purpose": "Audit." })).await;
        let (status, headers, whole) = get(house, "auditor", &path, &[]).await;
        assert_eq!((status, whole.len() as u64), (200, ready["bytes"].as_u64().unwrap()));
        let tag = headers[header::ETAG].to_str().unwrap().to_owned();
        assert_eq!(tag, format!("\"{}\"", ready["sha256"].as_str().unwrap()));
        assert_eq!(headers[header::ACCEPT_RANGES], "bytes");
        let (status, headers, first) = get(house, "auditor", &path, &[("range", "bytes=0-999")]).await;
        assert_eq!((status, first.len()), (206, 1000));
        assert_eq!(headers[header::CONTENT_RANGE].to_str().unwrap(), format!("bytes 0-999/{}", whole.len()));
        let rest = [("range", "bytes=1000-"), ("if-range", &tag)];
        let (status, _, rest) = get(house, "auditor", &path, &rest).await;
        assert_eq!(status, 206);
        assert!([first, rest].concat() == whole);
        let other = [("range", "bytes=1000-"), ("if-range", "\"another\"")];
        assert_eq!(get(house, "auditor", &path, &other).await.0, 200, "a part of another file");
        assert_eq!(get(house, "auditor", &path, &[("if-none-match", &tag)]).await.0, 304);
        let (status, headers, _) = get(house, "auditor", &path, &[("range", "bytes=99999999-")]).await;
        assert_eq!(status, 416);
        assert_eq!(headers[header::CONTENT_RANGE].to_str().unwrap(), format!("bytes */{}", whole.len()));
        let holds = check(&whole, &trust(house, &[]).await).unwrap();
        assert!(holds.known > 0 && holds.derived == 4, "{holds:?}");
        for who in ["administrator", "officer", "drafter"] {
            assert_eq!(get(house, who, &path, &[]).await.0, 404, "{who}");
        }
    }

    /// The whole log, a period, without names; what cannot be made is refused, and the export is in the log.
    async fn every_kind_of_bundle_can_be_made(house) {
        let case = course::submitted(house).await;
        for body in [
            json!({ "whole": true }), json!({ "whole": true, "withhold": true }), json!({ "cases": [case], "withhold": true }),
            json!({ "from": "2025-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z" }),
        ] {
            let (ready, path) = made(house, &body).await;
            let (_, _, bytes) = get(house, "auditor", &path, &[]).await;
            let holds = check(&bytes, &trust(house, &[]).await).unwrap();
            assert_eq!(json!(holds.known), ready["opened"], "{body}");
            assert_eq!(holds.known == 0, body["withhold"] == true, "{body}");
        }
        for (body, status) in [
            (json!({}), 422), (json!({ "whole": true, "cases": [case] }), 422), (json!({ "all": true }), 422),
            (json!({ "from": "2026-01-01T00:00:00Z", "to": "2025-01-01T00:00:00Z" }), 422),
        ] {
            assert_eq!(house.post("auditor", "/bundles", &body).await.status, status, "{body}");
        }
        assert_eq!(house.post("lead", "/bundles", &json!({ "whole": true })).await.status, 403);
        assert_eq!(house.count("SELECT count(*) FROM event WHERE stream_kind = 'office'").await, 4);
        let slots: Vec<_> = (0..2).map(|_| house.inside.exports.clone().try_acquire_owned().unwrap()).collect();
        let late = house.post("auditor", "/bundles", &json!({ "whole": true })).await;
        assert_eq!((late.problem(429).as_str(), late.header("retry-after").as_str()), ("too_many_exports", "5"));
        drop(slots);
    }

    /// The history to be read: in the bundle of a case, with the texts that may be seen, never as markup, made again by
    /// the verifier.
    async fn the_history_can_be_read_and_printed(house) {
        let case = course::submitted(house).await;
        house.must("signatory", &case, "send_message", json!({ "text": "<script>alert(1)</script> & \u{202e}evil" })).await;
        let (_, path) = made(house, &json!({ "cases": [case] })).await;
        let (_, _, open) = get(house, "auditor", &path, &[]).await;
        let print = text_of(&open, "history.html");
        assert!(print.contains("Dossier submitted") && print.contains("Досье подано"), "{print}");
        assert!(print.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; \u{fffd}evil"), "{print}");
        assert!(!print.contains("<script") && !print.contains('\u{202e}'));
        let (_, path) = made(house, &json!({ "cases": [case], "withhold": true })).await;
        let (_, _, closed) = get(house, "auditor", &path, &[]).await;
        let print = text_of(&closed, "history.html");
        assert!(print.contains("<i>withheld</i>") && !print.contains("alert(1)"));
        if let Ok(place) = std::env::var("CORRIDOR_KEEP_PRINT") {
            std::fs::write(place, text_of(&open, "history.html")).unwrap();
        }
    }
}
