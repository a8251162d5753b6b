//! Whole instances of the service, killed while a mail server listens to them.

use crate::{
    house::{Engine, House, both_databases},
    smtp::{Hold, MailServer},
};
use std::{
    collections::BTreeMap,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// A process of its own, on the database and keys of a house; gone when the test is.
struct Instance(Child);

impl Instance {
    fn start(house: &House, server: &MailServer) -> Self {
        let settings = &house.inside.settings;
        let set = |key: &str| format!("CORRIDOR__{key}");
        let mut command = Command::new(env!("CARGO_BIN_EXE_corridor"));
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&settings.data.folder)
            .current_dir(&settings.data.folder)
            .env(set("DATABASE__URL"), settings.database.url.as_ref().unwrap())
            .env(set("MAIL__TRANSPORT"), "smtp")
            .env(set("MAIL__SMTP__HOST"), "127.0.0.1")
            .env(set("MAIL__SMTP__PORT"), server.port.to_string())
            .env(set("MAIL__SMTP__TLS"), "none")
            .env(set("JOBS__TICK_MS"), "50")
            .env(set("SCREENING__ENGINE"), "none")
            .env(set("LOG__LEVEL"), "error")
            .stdout(Stdio::null());
        Self(command.spawn().unwrap())
    }

    /// SIGKILL: nothing of it gets a last word.
    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what} did not come");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// How often each letter was transmitted whole, by recipient and `Message-ID`.
fn transmissions(server: &MailServer) -> BTreeMap<(String, String), usize> {
    let mut seen = BTreeMap::new();
    for received in server.received() {
        let id = received.header("Message-ID").unwrap();
        *seen.entry((received.to, id)).or_default() += 1;
    }
    seen
}

async fn unsent(house: &House) -> i64 {
    house.count("SELECT count(*) FROM letter WHERE status <> 'sent'").await
}

/// Five people are each owed one letter.
async fn owe(house: &House) -> usize {
    house.deliver_letters().await;
    let people = ["drafter", "signatory", "officer", "lead", "auditor"];
    for who in people {
        corridor::process::access::ask_reset(&house.inside, &House::email(who))
            .await
            .unwrap();
    }
    assert_eq!(unsent(house).await, 5);
    people.len()
}

/// The lease of whoever was killed, five minutes by the clock on the wall, runs out at once.
async fn lease_ends(house: &House) {
    use sea_orm::ConnectionTrait;
    let sql = "UPDATE letter SET next_attempt_at = 0 WHERE status = 'sending'";
    assert!(house.rows.execute_unprepared(sql).await.unwrap().rows_affected() > 0);
}

both_databases! {
    /// Killed before the message was handed over: the server has nothing, and each letter arrives exactly once.
    async fn killed_before_the_message_each_letter_comes_once(house) {
        let (server, owed) = (MailServer::start(), owe(house).await);
        server.hold(Hold::BeforeData);
        let killed = Instance::start(house, &server);
        until("the conversation", async || server.held() > 0).await;
        killed.kill();
        assert!(server.received().is_empty());
        server.hold(Hold::Nowhere);
        lease_ends(house).await;
        let _next = Instance::start(house, &server);
        until("the letters", async || unsent(house).await == 0).await;
        let seen = transmissions(&server);
        assert_eq!(seen.len(), owed);
        assert!(seen.values().all(|times| *times == 1), "{seen:?}");
    }

    /// Killed when the server had the whole message but the clerk had not its answer: those that were under way come
    /// again under the same name, which a mailbox can tell; nothing is lost, and nothing comes under a second name.
    async fn killed_after_the_message_it_comes_again_under_the_same_name(house) {
        let (server, owed) = (MailServer::start(), owe(house).await);
        server.hold(Hold::AfterData);
        let killed = Instance::start(house, &server);
        until("the message", async || !server.received().is_empty()).await;
        killed.kill();
        // What had reached this machine is still read.
        tokio::time::sleep(Duration::from_millis(500)).await;
        let under_way = transmissions(&server);
        server.hold(Hold::Nowhere);
        lease_ends(house).await;
        let _next = Instance::start(house, &server);
        until("the letters", async || unsent(house).await == 0).await;
        let seen = transmissions(&server);
        assert_eq!(seen.len(), owed, "one name for each event and recipient: {seen:?}");
        for (letter, times) in &seen {
            assert_eq!(*times, 1 + under_way.get(letter).copied().unwrap_or_default(), "{letter:?}");
        }
    }

    /// Two instances work; one is killed in the middle. The other one neither repeats what is in the dead one's hands
    /// before its lease ends, nor leaves it lying afterwards.
    async fn of_two_instances_one_is_killed(house) {
        let (server, owed) = (MailServer::start(), owe(house).await);
        server.hold(Hold::BeforeData);
        let killed = Instance::start(house, &server);
        until("the conversation", async || server.held() > 0).await;
        let _other = Instance::start(house, &server);
        killed.kill();
        server.hold(Hold::Nowhere);
        corridor::process::access::ask_reset(&house.inside, &House::email("reader"))
            .await
            .unwrap();
        until("the new letter", async || unsent(house).await == owed as i64).await;
        assert_eq!(server.received().len(), 1, "the others are under lease");
        lease_ends(house).await;
        until("the letters", async || unsent(house).await == 0).await;
        let seen = transmissions(&server);
        assert_eq!(seen.len(), owed + 1);
        assert!(seen.values().all(|times| *times == 1), "{seen:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_send_each_letter_once() {
    crate::house::run(Engine::Sqlite, async |house| {
        let (server, owed) = (MailServer::start(), owe(house).await);
        let _instances = [Instance::start(house, &server), Instance::start(house, &server)];
        until("the letters", async || unsent(house).await == 0).await;
        let seen = transmissions(&server);
        assert_eq!(seen.len(), owed);
        assert!(seen.values().all(|times| *times == 1), "{seen:?}");
    })
    .await;
}
