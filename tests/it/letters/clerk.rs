//! The mail clerk against a real conversation with a mail server.

use super::{
    outbox::{InMemory, Status},
    samples::{at, full, letterhead, owed},
};
use crate::smtp::{MailServer, Mode};
use corridor::{
    domain::{Instant, text::Language},
    jobs::mail_clerk::{LEASE, TickReport, tick},
    notify::mailer::{Mailer, Security, SmtpSettings},
    store::commit::LetterOwed,
    workflow::event::Audience,
};
use jiff::SignedDuration;
use serde_json::json;
use std::{sync::atomic::Ordering, time::Duration};

fn settings(port: u16) -> SmtpSettings {
    SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::None,
        credentials: None,
        extra_root: None,
        timeout: Duration::from_secs(5),
        connections: 2,
    }
}

fn mailer(server: &MailServer) -> Mailer {
    Mailer::smtp(&settings(server.port)).unwrap()
}

fn receipt(number: u128) -> LetterOwed {
    owed(
        "dossier_submitted",
        Audience::Contacts,
        Language::Ru,
        number,
        json!(full()),
    )
}

fn start() -> Instant {
    at("2025-10-10T13:00:10Z")
}

async fn go(outbox: &InMemory, mailer: &Mailer, now: Instant) -> TickReport {
    tick(outbox, mailer, now, &letterhead()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_reaches_its_recipient_in_words_and_as_a_page() {
    let (server, outbox) = (MailServer::start(), InMemory::default());
    outbox.owe(owed(
        "inspection_scheduled",
        Audience::Inspectors,
        Language::Ru,
        3,
        json!(full()),
    ));
    let report = go(&outbox, &mailer(&server), start()).await;
    assert_eq!(
        report,
        TickReport {
            claimed: 1,
            sent: 1,
            ..TickReport::default()
        }
    );
    let received = server.received();
    assert_eq!(received.len(), 1);
    assert!(
        received[0].from.contains("letters@corridor.example.org"),
        "{}",
        received[0].from
    );
    assert!(received[0].to.contains("person3@example.org"));
    let id = "<01930000-0000-7000-8000-000000000003@corridor.example.org>";
    assert_eq!(received[0].header("Message-ID").unwrap(), id);
    assert_eq!(
        outbox.statuses(),
        [Status::Sent {
            message_id: id.to_owned()
        }]
    );
    for part in [
        "multipart/mixed",
        "text/plain",
        "text/html",
        "text/calendar; charset=utf-8; method=REQUEST",
    ] {
        assert!(received[0].message.contains(part), "{part}");
    }
    assert_eq!(go(&outbox, &mailer(&server), start() + LEASE * 2).await.claimed, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_two_hours_without_a_mail_server_each_letter_arrives_once() {
    let (server, outbox) = (MailServer::start(), InMemory::default());
    let mailer = mailer(&server);
    for number in 0..7 {
        let mut letter = receipt(number);
        letter.event = corridor::domain::id::EventId::fresh();
        outbox.owe(letter);
    }
    server.set(Mode::Down);
    let mut tries = 0;
    for minute in 0..120 {
        tries += go(&outbox, &mailer, start() + SignedDuration::from_mins(minute))
            .await
            .claimed;
    }
    assert!(server.received().is_empty());
    assert_eq!(tries, 7 * 5, "at 0, 1, 6, 21 and 81 minutes");
    server.set(Mode::Working);
    for minute in 120..600 {
        go(&outbox, &mailer, start() + SignedDuration::from_mins(minute)).await;
    }
    let mut recipients: Vec<_> = server.received().into_iter().map(|received| received.to).collect();
    recipients.sort();
    recipients.dedup();
    assert_eq!((recipients.len(), server.received().len()), (7, 7));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_clerks_send_one_letter_for_each_event_and_recipient() {
    let (server, outbox) = (MailServer::start(), InMemory::default());
    let (one, two) = (mailer(&server), mailer(&server));
    for number in 0..60 {
        outbox.owe(receipt(number));
        outbox.owe(receipt(number));
    }
    for second in 0..4 {
        let now = start() + SignedDuration::from_secs(second);
        tokio::join!(go(&outbox, &one, now), go(&outbox, &two, now));
    }
    assert_eq!(server.received().len(), 60);
    assert!(outbox.rows.lock().unwrap().iter().all(|row| row.marked_sent == 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_killed_after_sending_causes_a_repetition_that_can_be_recognised() {
    let (server, outbox) = (MailServer::start(), InMemory::default());
    outbox.owe(receipt(1));
    outbox.deaf.store(true, Ordering::SeqCst);
    assert_eq!(go(&outbox, &mailer(&server), start()).await.unmarked, 1);
    outbox.deaf.store(false, Ordering::SeqCst);
    let during_lease = go(
        &outbox,
        &mailer(&server),
        start() + LEASE - SignedDuration::from_secs(1),
    )
    .await;
    assert_eq!(during_lease.claimed, 0);
    assert_eq!(go(&outbox, &mailer(&server), start() + LEASE).await.sent, 1);
    let received = server.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].message, received[1].message);
    assert!(received[0].header("Message-ID").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_letter_holds_up_no_other() {
    let (server, outbox) = (MailServer::start(), InMemory::default());
    let mut nowhere = receipt(1);
    nowhere.address = "nowhere".to_owned();
    let mut blank = receipt(2);
    blank.facts = json!({});
    outbox.owe(nowhere);
    outbox.owe(blank);
    outbox.owe(receipt(3));
    let report = go(&outbox, &mailer(&server), start()).await;
    assert_eq!((report.sent, report.failed), (1, 2));
    assert!(matches!(&outbox.statuses()[0], Status::Failed { reason } if reason.contains("address")));
    assert!(matches!(&outbox.statuses()[1], Status::Failed { .. }));
    assert_eq!(server.received().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_for_good_ends_it_and_a_refusal_for_now_does_not() {
    for (code, good) in [
        (450, false),
        (451, false),
        (421, false),
        (550, true),
        (553, true),
        (503, false),
    ] {
        let (server, outbox) = (MailServer::start(), InMemory::default());
        server.set(Mode::Answering(code));
        outbox.owe(receipt(1));
        let report = go(&outbox, &mailer(&server), start()).await;
        assert_eq!(
            (report.failed, report.postponed),
            (usize::from(good), usize::from(!good)),
            "{code}"
        );
        if let Status::Failed { reason } = &outbox.statuses()[0] {
            assert!(reason.contains(&code.to_string()), "{reason}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_credentials_are_the_operators_fault_and_lose_no_letter() {
    let (server, outbox) = (MailServer::start(), InMemory::default());
    let credentials = Some(("clerk".to_owned(), "secret".into()));
    let mailer = Mailer::smtp(&SmtpSettings {
        credentials,
        ..settings(server.port)
    })
    .unwrap();
    outbox.owe(receipt(1));
    server.set(Mode::UnknownUser);
    assert_eq!(go(&outbox, &mailer, start()).await.postponed, 1);
    server.set(Mode::Working);
    assert_eq!(
        go(&outbox, &mailer, start() + SignedDuration::from_mins(1)).await.sent,
        1
    );
    assert_eq!(server.logins().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_in_the_clear_to_a_server_without_starttls() {
    let (server, outbox) = (MailServer::start(), InMemory::default());
    let credentials = Some(("clerk".to_owned(), "secret".into()));
    let protected = SmtpSettings {
        security: Security::StartTls,
        credentials,
        ..settings(server.port)
    };
    outbox.owe(receipt(1));
    assert_eq!(
        go(&outbox, &Mailer::smtp(&protected).unwrap(), start()).await.postponed,
        1
    );
    assert!(server.received().is_empty() && server.logins().is_empty() && server.connections() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_holds_each_letter_once_and_whole() {
    let (folder, outbox) = (tempfile::tempdir().unwrap(), InMemory::default());
    let mailer = Mailer::Folder(folder.path().join("letters"));
    outbox.owe(owed(
        "inspection_scheduled",
        Audience::Contacts,
        Language::En,
        5,
        json!(full()),
    ));
    outbox.deaf.store(true, Ordering::SeqCst);
    go(&outbox, &mailer, start()).await;
    let place = folder.path().join("letters/01930000-0000-7000-8000-000000000005");
    let before = std::fs::read(place.join("letter.eml")).unwrap();
    outbox.deaf.store(false, Ordering::SeqCst);
    assert_eq!(go(&outbox, &mailer, start() + LEASE).await.sent, 1);
    let mut names: Vec<_> = std::fs::read_dir(&place)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(
        names,
        ["body.html", "body.txt", "inspection.ics", "letter.eml", "subject.txt"]
    );
    assert_eq!(std::fs::read_dir(folder.path().join("letters")).unwrap().count(), 1);
    assert_eq!(std::fs::read(place.join("letter.eml")).unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_clerks_at_one_folder_leave_no_rubbish() {
    let (folder, letter) = (tempfile::tempdir().unwrap(), receipt(1));
    let written = corridor::notify::render::render(&letter, &letterhead()).unwrap();
    let mailer = Mailer::Folder(folder.path().to_owned());
    let head = letterhead();
    let sends = (0..16).map(|_| mailer.send(&letter, &written, &head));
    assert!(futures_util::future::join_all(sends).await.iter().all(Result::is_ok));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_three_days_a_letter_is_given_up_and_said_to_be() {
    let (server, outbox) = (MailServer::start(), InMemory::default());
    server.set(Mode::Answering(451));
    outbox.owe(receipt(1));
    let mailer = mailer(&server);
    let mut report = TickReport::default();
    for half_hour in 0..160 {
        let this = go(&outbox, &mailer, start() + SignedDuration::from_mins(30 * half_hour)).await;
        report.failed += this.failed;
        report.postponed += this.postponed;
    }
    assert_eq!(report.failed, 1);
    assert!(report.postponed >= 10, "{report:?}");
    assert!(matches!(&outbox.statuses()[0], Status::Failed { reason } if reason.contains("451")));
}
