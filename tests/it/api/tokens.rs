//! Only our own tokens open the API.

use crate::house::{House, both_databases};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::Signer as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn open(token: &str, n: usize) -> Value {
    let part = token.split('.').nth(n).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// Signed with the service's own key.
fn signed(house: &House, header: &Value, claims: &Value) -> String {
    let (_, key) = house.inside.door.keys.current(house.clock.now()).unwrap();
    let text = format!("{}.{}", part(header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(text.as_bytes()).to_bytes());
    format!("{text}.{signature}")
}

/// Signed with the public key as if it were a shared secret.
fn confused(house: &House, header: &Value, claims: &Value) -> String {
    let (_, key) = house.inside.door.keys.current(house.clock.now()).unwrap();
    let text = format!("{}.{}", part(header), part(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(key.verifying_key().as_bytes()).unwrap();
    mac.update(text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn with(value: &Value, member: &str, other: Value) -> Value {
    let mut changed = value.clone();
    changed[member] = other;
    changed
}

async fn status(house: &House, token: &str) -> String {
    let reply = house.send(house.request(Method::GET, "/me").bearer_auth(token)).await;
    if reply.status == 200 {
        "let in".to_owned()
    } else {
        reply.problem(401)
    }
}

both_databases! {
    /// Expired, altered, unsigned, signed otherwise, for somebody else, of another kind.
    async fn no_forged_token_opens_the_api(house) {
        let token = house.token("drafter").await;
        let (header, claims) = (open(&token, 0), open(&token, 1));
        assert_eq!(status(house, &signed(house, &header, &claims)).await, "let in", "the test signs as the service does");
        let somebody = with(&claims, "sub", json!(house.people["administrator"]));
        let [first, _, third] = token.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
        let none = format!("{}.{}.", part(&with(&header, "alg", json!("none"))), part(&claims));
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
        let forged = [
            ("altered", format!("{first}.{}.{third}", part(&somebody))),
            ("not a token", "abc".to_owned()),
            ("unsigned", none.clone()),
            ("unsigned, with the old signature", format!("{none}{third}")),
            ("HS256 with the public key", confused(house, &with(&header, "alg", json!("HS256")), &claims)),
            ("another audience", signed(house, &header, &with(&claims, "aud", json!("another-api")))),
            ("another issuer", signed(house, &header, &with(&claims, "iss", json!("https://elsewhere.example")))),
            ("another type", signed(house, &with(&header, "typ", json!("JWT")), &claims)),
            ("another key id", signed(house, &with(&header, "kid", json!("another")), &claims)),
            ("a key that it brings itself", signed(house, &with(&header, "jwk", jwk), &claims)),
            ("an unknown claim", signed(house, &header, &with(&claims, "role", json!("administrator")))),
            ("from the future", signed(house, &header, &with(&claims, "iat", json!(house.clock.now().as_second() + 3600)))),
            ("an unknown person", signed(house, &header, &with(&claims, "sub", json!(uuid::Uuid::from_u128(7))))),
        ];
        let before = house.row_counts().await;
        for (what, token) in forged {
            assert_eq!(status(house, &token).await, "not_signed_in", "{what}");
        }
        let expired = with(&claims, "exp", json!(house.clock.now().as_second()));
        assert_eq!(status(house, &signed(house, &header, &expired)).await, "token_expired");
        assert_eq!(house.row_counts().await, before);
    }
}
