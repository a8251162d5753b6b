//! Only our own tokens open the API.

use crate::house::{House, PASSWORD, both_databases};
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

/// Signed with this shared secret.
fn shared(secret: &[u8], header: &Value, claims: &Value) -> String {
    let text = format!("{}.{}", part(header), part(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

/// Signed with a key of the forger's own.
fn foreign(header: &Value, claims: &Value) -> String {
    let text = format!("{}.{}", part(header), part(claims));
    let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    format!(
        "{text}.{}",
        URL_SAFE_NO_PAD.encode(key.sign(text.as_bytes()).to_bytes())
    )
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

/// What somebody can make who has a token and the public key, but not the private one.
fn forgeries(house: &House, token: &str) -> Vec<(String, String)> {
    let (header, claims) = (open(token, 0), open(token, 1));
    let [first, second, third] = token.split('.').collect::<Vec<_>>()[..] else {
        panic!("three parts")
    };
    let (_, key) = house.inside.door.keys.current(house.clock.now()).unwrap();
    let public = key.verifying_key().to_bytes();
    let hs256 = with(&header, "alg", json!("HS256"));
    let zeros = URL_SAFE_NO_PAD.encode([0; 64]);
    let mut forged: Vec<(String, String)> = Vec::new();
    let mut add = |what: &str, token: String| forged.push((what.to_owned(), token));
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        add(
            &format!("alg “{alg}”"),
            format!("{}.{second}.", part(&with(&header, "alg", json!(alg)))),
        );
    }
    let none = part(&with(&header, "alg", json!("none")));
    add("alg “none” with the old signature", format!("{none}.{second}.{third}"));
    add("the signature removed", format!("{first}.{second}."));
    add("a signature of zeros", format!("{first}.{second}.{zeros}"));
    add(
        "a signature cut short",
        format!("{first}.{second}.{}", &third[..third.len() - 4]),
    );
    add("HS256 with the public key", shared(&public, &hs256, &claims));
    add(
        "HS256 with the public key in hexadecimal",
        shared(hex::encode(public).as_bytes(), &hs256, &claims),
    );
    add("HS256 with an empty secret", shared(b"", &hs256, &claims));
    for kid in [
        "../../../../dev/null",
        "/dev/null",
        "x' UNION SELECT 'AAAA",
        "",
        "unknown",
        "\u{0}",
    ] {
        add(
            &format!("key id “{kid}”"),
            shared(b"", &with(&hs256, "kid", json!(kid)), &claims),
        );
    }
    let other = part(&with(&header, "kid", json!("another")));
    add(
        "the key id changed, the signature kept",
        format!("{other}.{second}.{third}"),
    );
    add("signed by another key under our key id", foreign(&header, &claims));
    let jwk = json!({ "kty": "oct", "k": URL_SAFE_NO_PAD.encode([b'a'; 32]) });
    add(
        "a shared key that it brings itself",
        shared(&[b'a'; 32], &with(&hs256, "jwk", jwk), &claims),
    );
    let point = ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key();
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(point.to_bytes()) });
    add(
        "a public key that it brings itself",
        foreign(&with(&header, "jwk", jwk), &claims),
    );
    for from in ["jku", "x5u"] {
        let header = with(&header, from, json!("http://127.0.0.1:9/keys.json"));
        add(&format!("keys from elsewhere by “{from}”"), foreign(&header, &claims));
    }
    let in_years = house.clock.now().as_second() + 100_000_000;
    for (claim, value) in [
        ("role", json!("administrator")),
        ("sub", json!(house.people["administrator"])),
        ("exp", json!(in_years)),
        ("aud", json!("another-api")),
        ("iss", json!("https://elsewhere.example")),
    ] {
        let changed = part(&with(&claims, claim, value));
        add(
            &format!("the claim “{claim}” changed"),
            format!("{first}.{changed}.{third}"),
        );
    }
    add("a part too many", format!("{token}.x"));
    add("a part too few", format!("{first}.{second}"));
    add("no token", "a.b.c".to_owned());
    add("padded", format!("{first}=.{second}=.{third}="));
    forged
}

both_databases! {
    /// Without the private key nothing opens the door, and every attempt is remembered.
    async fn no_forged_token_opens_the_api(house) {
        let token = house.token("drafter").await;
        assert_eq!(status(house, &token).await, "let in");
        let forged = forgeries(house, &token);
        assert!(forged.len() >= 26, "{}", forged.len());
        let before = house.row_counts().await;
        for (what, token) in forged {
            assert_eq!(status(house, &token).await, "not_signed_in", "{what}");
        }
        let claims = with(&open(&token, 1), "x", json!("a".repeat(16_000)));
        let large = foreign(&open(&token, 0), &claims);
        let reply = house.send(house.request(Method::GET, "/me").bearer_auth(large)).await;
        assert!([401, 431].contains(&reply.status), "16 KiB: {} {}", reply.status, reply.text);
        assert_eq!(house.row_counts().await, before);
    }

    /// Even under the right key: only what the service itself writes into a token, for this service, for now.
    async fn no_other_token_of_the_same_key_opens_the_api(house) {
        let token = house.token("drafter").await;
        let (header, claims) = (open(&token, 0), open(&token, 1));
        assert_eq!(status(house, &signed(house, &header, &claims)).await, "let in", "the test signs as the service does");
        let now = house.clock.now().as_second();
        let mut nameless = header.clone();
        nameless.as_object_mut().unwrap().remove("kid");
        let wrong = [
            ("another audience", signed(house, &header, &with(&claims, "aud", json!("another-api")))),
            ("another issuer", signed(house, &header, &with(&claims, "iss", json!("https://elsewhere.example")))),
            ("another type", signed(house, &with(&header, "typ", json!("JWT")), &claims)),
            ("a refresh token's type", signed(house, &with(&header, "typ", json!("rt+jwt")), &claims)),
            ("another key id", signed(house, &with(&header, "kid", json!("another")), &claims)),
            ("no key id", signed(house, &nameless, &claims)),
            ("something critical", signed(house, &with(&with(&header, "crit", json!(["exp2"])), "exp2", json!(1)), &claims)),
            ("an unknown claim", signed(house, &header, &with(&claims, "role", json!("administrator")))),
            ("from the future", signed(house, &header, &with(&claims, "iat", json!(now + 3600)))),
            ("an unknown person", signed(house, &header, &with(&claims, "sub", json!(uuid::Uuid::from_u128(7))))),
        ];
        let before = house.row_counts().await;
        for (what, token) in wrong {
            assert_eq!(status(house, &token).await, "not_signed_in", "{what}");
        }
        let expired = with(&claims, "exp", json!(now));
        assert_eq!(status(house, &signed(house, &header, &expired)).await, "token_expired");
        let body = json!({ "email": House::email("drafter"), "password": PASSWORD });
        let session = house.send(house.request(Method::POST, "/sessions").json(&body)).await.json();
        let refresh = session["refresh_token"].as_str().unwrap();
        assert_eq!(status(house, refresh).await, "not_signed_in", "a refresh token is no access token");
        assert_eq!(house.row_counts().await, before);
    }
}
