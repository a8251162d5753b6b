//! Letters on their way: a mail server that is down, and two clerks at the same pile.

use super::course::*;
use crate::{
    house::{Engine, House},
    smtp::{MailServer, Mode},
};
use corridor::{
    config::{MailTls, Transport},
    domain::Instant,
    jobs::mail_clerk::{self, TickReport},
};
use futures_util::future::join_all;
use jiff::SignedDuration;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A house that sends its letters to this server.
async fn house(engine: Engine, server: &MailServer) -> Option<House> {
    let port = server.port;
    House::open(engine, move |settings| {
        settings.mail.transport = Transport::Smtp;
        settings.mail.smtp.host = "127.0.0.1".to_owned();
        settings.mail.smtp.port = port;
        settings.mail.smtp.tls = MailTls::None;
        settings.mail.smtp.timeout_seconds = 5;
    })
    .await
}

async fn clerk(house: &House) -> TickReport {
    clerk_of(house, &house.inside).await
}

async fn clerk_of(house: &House, instance: &corridor::house::House) -> TickReport {
    let (mailer, letterhead) = mail_clerk::equipment(&instance.settings).unwrap();
    // Letters wait for the log.
    instance.log_now().await.unwrap();
    mail_clerk::tick(&instance.store, &mailer, house.clock.now(), &letterhead).await
}

async fn letters(house: &House, who: &str, case: &str) -> Vec<Value> {
    let letters = house.read(who, &format!("/cases/{case}/letters")).await;
    letters["items"].as_array().unwrap().clone()
}

/// Each letter arrived exactly once, at the address it was written to.
async fn each_arrived_once(house: &House, server: &MailServer) {
    let received = server.received();
    let ids: BTreeSet<String> = received
        .iter()
        .map(|letter| letter.header("Message-ID").unwrap())
        .collect();
    let owed = house.count("SELECT count(*) FROM letter").await;
    assert_eq!((received.len() as i64, ids.len() as i64), (owed, owed));
}

async fn down_for_two_hours(engine: Engine) {
    let server = MailServer::start();
    let Some(house) = house(engine, &server).await else {
        return;
    };
    let case = drafted(&house).await;
    while clerk(&house).await.claimed > 0 {}
    server.set(Mode::Down);
    submit(&house, &case).await;
    let began = house.clock.now();
    let mut tried: BTreeMap<u64, BTreeSet<i64>> = BTreeMap::new();
    for minute in 0..120 {
        house.move_to(began + SignedDuration::from_mins(minute));
        clerk(&house).await;
        for letter in letters(&house, "officer", &case).await {
            tried
                .entry(letter["attempts"].as_u64().unwrap())
                .or_default()
                .insert(minute);
        }
    }
    let first: Vec<i64> = tried.values().filter_map(|minutes| minutes.first().copied()).collect();
    assert_eq!(first, [0, 1, 6, 21, 81], "the waits grow: {tried:?}");
    waiting_is_visible(&house, &case, began).await;
    server.set(Mode::Working);
    for _ in 0..5 {
        house.hours_later(1);
        clerk(&house).await;
    }
    for letter in letters(&house, "officer", &case).await {
        assert_eq!(
            (&letter["status"], &letter["last_error"]),
            (&"sent".into(), &Value::Null),
            "{letter}"
        );
        assert_eq!(
            (&letter["attempts"], &letter["next_attempt_at"]),
            (&6.into(), &Value::Null),
            "{letter}"
        );
    }
    each_arrived_once(&house, &server).await;
    house.close().await;
}

/// The secretariat sees what hangs, why, and when it is tried again; the submitter sees its own letters.
async fn waiting_is_visible(house: &House, case: &str, began: Instant) {
    let next = (began + SignedDuration::from_mins(81 + 120)).to_string();
    let all = letters(house, "officer", case).await;
    assert!(all.len() > 1, "{all:#?}");
    for letter in &all {
        assert_eq!(
            (&letter["status"], &letter["attempts"]),
            (&"pending".into(), &5.into()),
            "{letter}"
        );
        assert!(
            letter["last_error"].as_str().is_some_and(|error| !error.is_empty()),
            "{letter}"
        );
        assert_eq!(
            letter["next_attempt_at"].as_str().unwrap()[..16],
            next[..16],
            "{letter}"
        );
    }
    let own = letters(house, "drafter", case).await;
    assert!(!own.is_empty() && own.len() < all.len());
    assert!(own.iter().all(|letter| letter["audience"] == "contacts"), "{own:#?}");
}

async fn two_clerks(engine: Engine) {
    let server = MailServer::start();
    let Some(house) = house(engine, &server).await else {
        return;
    };
    under_review(&house).await;
    assert!(
        house
            .count("SELECT count(*) FROM letter WHERE status = 'pending'")
            .await
            > 20
    );
    let instances = join_all((0..2).map(|_| house.another_instance())).await;
    loop {
        let reports = join_all(instances.iter().map(|instance| clerk_of(&house, instance))).await;
        assert!(
            reports
                .iter()
                .all(|report| report.claimed == report.sent && !report.outbox_down),
            "{reports:?}"
        );
        if reports.iter().all(|report| report.claimed == 0) {
            break;
        }
    }
    each_arrived_once(&house, &server).await;
    house.close().await;
}

mod after_two_hours_without_a_mail_server_each_letter_arrives_once {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn on_sqlite() {
        down_for_two_hours(Engine::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn on_postgres() {
        down_for_two_hours(Engine::Postgres).await;
    }
}

mod two_clerks_at_one_pile_send_each_letter_once {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn on_sqlite() {
        two_clerks(Engine::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn on_postgres() {
        two_clerks(Engine::Postgres).await;
    }
}
