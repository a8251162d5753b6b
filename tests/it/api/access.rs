//! Passwords that change or are forgotten, guessing on several instances, keys that rotate, roles that take two.

use super::doors::{comparable, letter_link, me, refresh, sign_in};
use crate::house::{House, PASSWORD, Reply, both_databases};
use corridor::auth::AuthError;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

const ANOTHER: &str = "nine white storks on the barn";

async fn ask_reset(house: &House, email: &str) -> Reply {
    let body = json!({ "email": email });
    house
        .send(house.request(Method::POST, "/password-resets").json(&body))
        .await
}

async fn use_reset(house: &House, secret: &str, password: &str) -> Reply {
    let body = json!({ "reset": secret, "password": password });
    house
        .send(house.request(Method::POST, "/password-resets/use").json(&body))
        .await
}

async fn letters(house: &House, letter: &str) -> i64 {
    house
        .count(&format!("SELECT count(*) FROM letter WHERE letter = '{letter}'"))
        .await
}

async fn change(house: &House, who: &str, action: &str, person: &str, body: Value) -> Reply {
    house
        .post(
            who,
            &format!("/people/{person}/actions"),
            &json!({ "action": action, "body": body }),
        )
        .await
}

async fn administrator(house: &House, who: &str) -> String {
    use corridor::{cli::person, workflow::people::InvitePerson};
    let body: InvitePerson = serde_json::from_value(json!({
        "name": who, "email": House::email(who), "organisation": house.organisations["authority"], "roles": ["administrator"],
    }))
    .unwrap();
    person::create(&house.inside, body, PASSWORD).await.unwrap().to_string()
}

both_databases! {
    /// The current password is needed, other sign-ins end, this one goes on.
    async fn a_password_is_changed(house) {
        let email = House::email("drafter");
        let here = sign_in(house, &email, PASSWORD).await.json();
        let there = sign_in(house, &email, PASSWORD).await.json();
        let change = |current: &str, new: &str| {
            let body = json!({ "current_password": current, "new_password": new });
            let token = here["access_token"].as_str().unwrap();
            house.send(house.request(Method::POST, "/me/password").bearer_auth(token).json(&body))
        };
        assert_eq!(change("not at all the password", ANOTHER).await.problem(401), "bad_credentials");
        assert_eq!(change(PASSWORD, "too short").await.problem(422), "weak_password");
        assert_eq!(me(house, &there["access_token"]).await.status, 200, "nothing has changed yet");
        let changed = change(PASSWORD, ANOTHER).await;
        assert_eq!(changed.status, 204, "{}", changed.text);
        assert_eq!(me(house, &here["access_token"]).await.status, 200);
        assert_eq!(me(house, &there["access_token"]).await.problem(401), "not_signed_in");
        assert_eq!(refresh(house, &there["refresh_token"]).await.problem(401), "not_signed_in");
        assert_eq!(sign_in(house, &email, PASSWORD).await.problem(401), "bad_credentials");
        assert_eq!(sign_in(house, &email, ANOTHER).await.status, 200);
        assert_eq!(letters(house, "password_changed").await, 1);
    }

    /// By a link, once, for fifteen minutes; whoever asks learns nothing and cannot flood anybody.
    async fn a_forgotten_password_is_replaced(house) {
        let email = House::email("drafter");
        let before = sign_in(house, &email, PASSWORD).await.json();
        let known = ask_reset(house, &email).await;
        let unknown = ask_reset(house, "nobody@people.example").await;
        assert_eq!((known.status, &known.text), (202, &unknown.text));
        assert_eq!(unknown.status, 202);
        house.deliver_letters().await;
        let first = letter_link(house, &email, "/reset/");
        assert_eq!(use_reset(house, &first, "too short").await.problem(422), "weak_password");
        let set = use_reset(house, &first, ANOTHER).await;
        assert_eq!(set.status, 204, "{}", set.text);
        assert_eq!(use_reset(house, &first, PASSWORD).await.problem(410), "reset_gone");
        assert_eq!(use_reset(house, &"0".repeat(64), PASSWORD).await.problem(410), "reset_gone");
        assert_eq!(me(house, &before["access_token"]).await.problem(401), "not_signed_in", "every sign-in ends");
        assert_eq!(sign_in(house, &email, PASSWORD).await.problem(401), "bad_credentials");
        assert_eq!(sign_in(house, &email, ANOTHER).await.status, 200);
        let at_once = join_all((0..10).map(|_| ask_reset(house, &email))).await;
        assert!(at_once.iter().all(|reply| reply.status == 202), "{at_once:?}");
        assert_eq!(letters(house, "password_reset_asked").await, 3, "three letters an hour");
        let kept = house.count("SELECT count(*) FROM letter WHERE facts LIKE '%/reset/%' AND status = 'sent'").await;
        assert_eq!(kept, 0, "a secret that was sent is not kept");
        house.hours_later(1);
        assert_eq!(ask_reset(house, &email).await.status, 202);
        assert_eq!(letters(house, "password_reset_asked").await, 4);
        house.deliver_letters().await;
    }

    /// Unknown, wrong, disabled, however long the address: the same answer.
    async fn who_asks_learns_nothing(house) {
        let wrong = sign_in(house, &House::email("drafter"), ANOTHER).await;
        let path = format!("/people/{}/actions", house.people["reader"]);
        let disable = json!({ "action": "disable_person", "body": { "reason": "Left." } });
        assert_eq!(house.post("administrator", &path, &disable).await.status, 200);
        let disabled = sign_in(house, &House::email("reader"), PASSWORD).await;
        let long = sign_in(house, &format!("{}@people.example", "a".repeat(400)), PASSWORD).await;
        for other in [&disabled, &long] {
            assert_eq!(other.problem(401), "bad_credentials");
            assert_eq!(comparable(other), comparable(&wrong));
        }
    }

    /// Three instances, ten guesses on each in the same moment: no more are looked at than one after another.
    async fn guessing_on_several_instances_is_slowed_down_together(house) {
        let instances = join_all((0..3).map(|_| house.another_instance())).await;
        let email = House::email("drafter");
        let mut looked_at = 0;
        for second in 0..60 {
            let guesses = (0..30).map(|n| {
                let (instance, email) = (&instances[n % 3], &email);
                async move { instance.door.sign_in(email, ANOTHER, Some(&format!("192.0.2.{n}"))).await }
            });
            for guess in join_all(guesses).await {
                match guess {
                    Err(AuthError::BadCredentials) => looked_at += 1,
                    Err(AuthError::Throttled(_)) => {}
                    other => panic!("second {second}: {other:?}"),
                }
            }
            house.clock.move_to(house.clock.now() + jiff::SignedDuration::from_secs(1));
        }
        assert!((5..=10).contains(&looked_at), "{looked_at} guesses in a minute");
        assert_eq!(sign_in(house, &email, PASSWORD).await.problem(429), "too_many_requests");
        assert_eq!(sign_in(house, &House::email("officer"), PASSWORD).await.status, 200);
    }

    /// A refresh token that comes again later: event, note and letter, once each.
    async fn a_stolen_refresh_token_is_written_down_and_told(house) {
        let first = sign_in(house, &House::email("drafter"), PASSWORD).await.json();
        assert_eq!(refresh(house, &first["refresh_token"]).await.status, 200);
        assert_eq!(refresh(house, &first["refresh_token"]).await.status, 200, "an answer that was lost on the way");
        house.clock.move_to(house.clock.now() + jiff::SignedDuration::from_secs(11));
        let again = join_all((0..3).map(|_| refresh(house, &first["refresh_token"]))).await;
        assert!(again.iter().all(|reply| reply.status == 401), "{again:?}");
        assert!(letters(house, "refresh_reused").await >= 1);
        let noted = "SELECT count(*) FROM security_event WHERE code = 'refresh_reused'";
        assert_eq!(house.count(noted).await, letters(house, "refresh_reused").await);
        let standing = "SELECT count(*) FROM refresh_token WHERE revoked_at IS NULL";
        assert_eq!(house.count(standing).await, 0, "also what the same moment brought");
    }

    /// Nobody makes an administrator, an auditor, a head or a chair alone.
    async fn higher_roles_take_two_administrators(house) {
        administrator(house, "administrator_two").await;
        let email = "chair@people.example";
        let body = json!({
            "name": "New Chair", "email": email, "organisation": house.organisations["authority"], "delegation": "US",
            "roles": ["co_chair"],
        });
        let invited = house.post("administrator", "/people", &body).await;
        assert_eq!(invited.status, 201, "{}", invited.text);
        let id = invited.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(letters(house, "person_invited").await, 0, "no link before the second administrator");
        let alone = change(house, "administrator", "confirm_invitation", &id, json!({})).await;
        assert_eq!(alone.problem(422), "second_administrator_needed");
        assert_eq!(change(house, "lead", "confirm_invitation", &id, json!({})).await.problem(403), "wrong_role");
        let confirmed = change(house, "administrator_two", "confirm_invitation", &id, json!({})).await;
        assert_eq!(confirmed.status, 200, "{}", confirmed.text);
        house.deliver_letters().await;
        let secret = letter_link(house, email, "/invite/");
        let body = json!({ "invitation": secret, "email": email, "password": PASSWORD });
        let accepted = house.send(house.request(Method::POST, "/invitations/accept").json(&body)).await;
        assert_eq!(accepted.status, 200, "{}", accepted.text);

        let officer = house.people["officer"].to_string();
        let lead = json!({ "role": "secretariat_lead" });
        let proposed = change(house, "administrator", "grant_role", &officer, lead.clone()).await;
        assert_eq!(proposed.status, 200, "{}", proposed.text);
        assert_eq!(proposed.json()["roles"], json!(["secretariat"]), "not yet");
        assert_eq!(proposed.json()["proposed_roles"], json!(["secretariat_lead"]));
        for (who, role) in [("administrator", &lead), ("administrator_two", &json!({ "role": "auditor" }))] {
            let reply = change(house, who, "confirm_role", &officer, role.clone()).await;
            assert_eq!(reply.problem(422), "second_administrator_needed", "{who}");
        }
        let granted = change(house, "administrator_two", "confirm_role", &officer, lead).await;
        assert_eq!(granted.json()["roles"], json!(["secretariat", "secretariat_lead"]), "{}", granted.text);
        let drafter = house.people["reader"].to_string();
        let ordinary = change(house, "administrator", "grant_role", &drafter, json!({ "role": "drafter" })).await;
        assert_eq!(ordinary.json()["proposed_roles"], json!([]), "{}", ordinary.text);
    }
}
