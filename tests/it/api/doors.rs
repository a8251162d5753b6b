//! Coming in and being shown out: passwords, throttling, refresh tokens, invitations.

use crate::house::{House, PASSWORD, Reply, both_databases};
use reqwest::Method;
use serde_json::{Value, json};

pub async fn sign_in(house: &House, email: &str, password: &str) -> Reply {
    let body = json!({ "email": email, "password": password });
    house.send(house.request(Method::POST, "/sessions").json(&body)).await
}

pub async fn refresh(house: &House, token: &Value) -> Reply {
    let body = json!({ "refresh_token": token });
    house
        .send(house.request(Method::POST, "/sessions/refresh").json(&body))
        .await
}

pub async fn me(house: &House, access: &Value) -> Reply {
    house
        .send(house.request(Method::GET, "/me").bearer_auth(access.as_str().unwrap()))
        .await
}

pub fn comparable(reply: &Reply) -> Value {
    let mut body = reply.json();
    body.as_object_mut().unwrap().remove("instance");
    body
}

/// The secret in the link of the invitation that was delivered to this address.
fn invitation(house: &House, email: &str) -> String {
    letter_link(house, email, "/invite/")
}

/// The secret of the link, after this path, in the letter that was delivered to this address.
pub fn letter_link(house: &House, email: &str, path: &str) -> String {
    let folder = house.inside.settings.letters_folder();
    let letters = walk(&folder)
        .into_iter()
        .filter_map(|path| std::fs::read_to_string(path).ok());
    let letter = letters
        .into_iter()
        .find(|letter| letter.contains(email) && letter.contains(path))
        .unwrap();
    let letter = letter.replace("=\r\n", "");
    let (_, after) = letter.split_once(path).unwrap();
    after.chars().take_while(char::is_ascii_alphanumeric).collect()
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    entries
        .flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] })
        .collect()
}

both_databases! {
    /// Who asks cannot learn who is in the directory.
    async fn a_wrong_password_and_an_unknown_person_look_the_same(house) {
        let wrong = sign_in(house, &House::email("drafter"), "eight grey herons by the river").await;
        let unknown = sign_in(house, "nobody@people.example", PASSWORD).await;
        assert_eq!(wrong.problem(401), "bad_credentials");
        assert_eq!(unknown.problem(401), "bad_credentials");
        assert_eq!(comparable(&wrong), comparable(&unknown));
        assert_eq!(sign_in(house, &House::email("drafter"), PASSWORD).await.status, 200);
    }

    /// The wait grows; the right password has to wait as well.
    async fn guessing_is_slowed_down(house) {
        let email = House::email("drafter");
        let mut slowed = None;
        for n in 0..6 {
            let reply = sign_in(house, &email, &format!("guess number {n} of very many")).await;
            if reply.status == 429 {
                slowed = Some(reply);
                break;
            }
            assert_eq!(reply.problem(401), "bad_credentials");
        }
        let slowed = slowed.unwrap();
        assert_eq!(slowed.problem(429), "too_many_requests");
        let wait: u64 = slowed.header("retry-after").parse().unwrap();
        assert!((1..=300).contains(&wait), "{wait}");
        assert_eq!(sign_in(house, &email, PASSWORD).await.problem(429), "too_many_requests");
        assert_eq!(sign_in(house, &House::email("officer"), PASSWORD).await.status, 200, "others are not slowed down");
        house.hours_later(1);
        assert_eq!(sign_in(house, &email, PASSWORD).await.status, 200);
    }

    /// A refresh token is good once; whoever uses it again ends the whole sign-in.
    async fn a_stolen_refresh_token_ends_the_sign_in(house) {
        let first = sign_in(house, &House::email("drafter"), PASSWORD).await.json();
        let second = refresh(house, &first["refresh_token"]).await;
        assert_eq!(second.status, 200, "{}", second.text);
        let second = second.json();
        assert_ne!(second["refresh_token"], first["refresh_token"]);
        assert_eq!(me(house, &second["access_token"]).await.status, 200);
        house.hours_later(1);
        assert_eq!(refresh(house, &first["refresh_token"]).await.problem(401), "refresh_reused");
        assert_eq!(refresh(house, &second["refresh_token"]).await.problem(401), "not_signed_in");
        for tokens in [&first, &second] {
            assert_eq!(me(house, &tokens["access_token"]).await.problem(401), "not_signed_in");
        }
        let other = sign_in(house, &House::email("drafter"), PASSWORD).await.json();
        assert_eq!(me(house, &other["access_token"]).await.status, 200, "another sign-in is untouched");
        let body = json!({ "refresh_token": other["refresh_token"] });
        let ended = house.send(house.request(Method::POST, "/sessions/end").json(&body)).await;
        assert_eq!(ended.status, 204, "{}", ended.text);
        assert_eq!(me(house, &other["access_token"]).await.problem(401), "not_signed_in");
        assert_eq!(refresh(house, &json!("0".repeat(64))).await.problem(401), "not_signed_in");
    }

    /// From this moment on, not from the next sign-in on.
    async fn a_disabled_person_is_out_at_once(house) {
        let tokens = sign_in(house, &House::email("drafter"), PASSWORD).await.json();
        let path = format!("/people/{}/actions", house.people["drafter"]);
        let disable = json!({ "action": "disable_person", "body": { "reason": "Left the ministry." } });
        assert_eq!(house.post("officer", &path, &disable).await.problem(403), "wrong_role");
        assert_eq!(house.post("administrator", &path, &disable).await.status, 200);
        assert_eq!(me(house, &tokens["access_token"]).await.problem(401), "not_signed_in");
        assert_eq!(sign_in(house, &House::email("drafter"), PASSWORD).await.problem(401), "bad_credentials");
        assert_eq!(house.post("administrator", &path, &json!({ "action": "enable_person" })).await.status, 200);
        assert_eq!(sign_in(house, &House::email("drafter"), PASSWORD).await.status, 200);
    }

    /// By the link of the letter, once.
    async fn an_invitation_is_accepted_once(house) {
        let email = "newcomer@people.example";
        let body = json!({
            "name": "New Comer", "email": email, "organisation": house.organisations["ministry"], "roles": ["drafter"],
        });
        let invited = house.post("administrator", "/people", &body).await;
        assert_eq!(invited.status, 201, "{}", invited.text);
        assert_eq!(house.post("administrator", "/people", &body).await.problem(422), "address_taken");
        assert_eq!(sign_in(house, email, PASSWORD).await.problem(401), "bad_credentials");
        house.deliver_letters().await;
        let secret = invitation(house, email);
        let accept = |password: &str| {
            let body = json!({ "invitation": secret, "email": email, "password": password });
            house.send(house.request(Method::POST, "/invitations/accept").json(&body))
        };
        assert_eq!(accept("short").await.problem(422), "weak_password");
        let other = json!({ "invitation": secret, "email": House::email("reader"), "password": "nine grey herons by the river" });
        let other = house.send(house.request(Method::POST, "/invitations/accept").json(&other)).await;
        assert_eq!(other.problem(410), "invitation_gone");
        assert_eq!(sign_in(house, &House::email("reader"), PASSWORD).await.status, 200, "nobody's password has changed");
        let accepted = accept(PASSWORD).await;
        assert_eq!(accepted.status, 200, "{}", accepted.text);
        assert_eq!(me(house, &accepted.json()["access_token"]).await.json()["person"], invited.json()["id"]);
        assert_eq!(accept("nine grey herons by the river").await.problem(410), "invitation_gone");
        assert_eq!(sign_in(house, email, PASSWORD).await.status, 200);
    }
}
