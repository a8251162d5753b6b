//! A house for one test: its own folder, its own database, people of every role, a clock that stands still.
//!
//! When a test is over, every letter is delivered, every row must agree with its history, and every chain must hold.

use crate::postgres;
use corridor::{
    cli::{person, serve},
    clock::Clock,
    config::Settings,
    domain::{
        Instant,
        id::{OrganisationId, PersonId},
        notice::PartyType,
        people::{Delegation, Role},
        text::Language,
    },
    jobs::{deadline_clerk, mail_clerk},
    process::doctor,
    store::lists::CaseKey,
    workflow::people::{InvitePerson, OrganisationKind, RegisterOrganisation},
};
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

/// Everybody has the same password here.
pub const PASSWORD: &str = "seven grey herons by the river";
/// Monday, 6 October 2025, 10:00 in Zurich.
pub const BEGINS: &str = "2025-10-06T08:00:00Z";

/// The name somebody has in tests, and the organisation, delegation and roles that go with it.
const PEOPLE: &[(&str, &str, Option<&str>, &[Role])] = &[
    ("drafter", "ministry", None, &[Role::Drafter]),
    ("signatory", "ministry", None, &[Role::Signatory]),
    ("org_admin", "ministry", None, &[Role::OrganisationAdministrator]),
    ("reader", "ministry", None, &[Role::OrganisationReader]),
    ("rival", "rival", None, &[Role::Drafter, Role::Signatory]),
    ("monitor", "monitors", None, &[Role::Monitor]),
    ("officer", "authority", None, &[Role::Secretariat]),
    ("lead", "authority", None, &[Role::SecretariatLead]),
    ("auditor", "authority", None, &[Role::Auditor]),
    ("administrator", "authority", None, &[Role::Administrator]),
    ("us_head", "authority", Some("US"), &[Role::Head]),
    ("us_alternate", "authority", Some("US"), &[Role::Alternate, Role::Head]),
    ("us_reviewer", "authority", Some("US"), &[Role::Reviewer]),
    ("us_second", "authority", Some("US"), &[Role::Reviewer]),
    ("us_inspector", "authority", Some("US"), &[Role::Inspector]),
    ("us_chair", "authority", Some("US"), &[Role::CoChair]),
    ("ru_head", "delegation", Some("RU"), &[Role::Head]),
    ("ru_alternate", "delegation", Some("RU"), &[Role::Alternate, Role::Head]),
    ("ru_reviewer", "delegation", Some("RU"), &[Role::Reviewer]),
    ("ru_second", "delegation", Some("RU"), &[Role::Reviewer]),
    ("ru_inspector", "delegation", Some("RU"), &[Role::Inspector]),
    ("ru_chair", "delegation", Some("RU"), &[Role::CoChair]),
];

/// Everybody's name in tests.
pub fn everybody() -> impl Iterator<Item = &'static str> {
    PEOPLE.iter().map(|(name, ..)| *name)
}

/// The roles somebody has in tests.
pub fn roles_of(who: &str) -> &'static [Role] {
    PEOPLE
        .iter()
        .find(|(name, ..)| *name == who)
        .map_or(&[], |(.., roles)| roles)
}

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A running service with its people.
pub struct House {
    pub inside: Arc<corridor::house::House>,
    pub clock: Clock,
    pub base: String,
    pub client: reqwest::Client,
    pub organisations: BTreeMap<&'static str, OrganisationId>,
    pub people: BTreeMap<&'static str, PersonId>,
    pub rows: DatabaseConnection,
    serving: serve::Serving,
    tokens: Mutex<BTreeMap<String, String>>,
    _folder: tempfile::TempDir,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    pub fn header(&self, name: &str) -> String {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// It is a problem document with this status; its code.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text);
        assert!(
            self.header("content-type").starts_with("application/problem+json"),
            "{self:?}"
        );
        assert_eq!(self.json()["status"], status, "{}", self.text);
        assert!(!self.code().is_empty(), "{}", self.text);
        self.code()
    }
}

/// Runs a test on this database; what must always hold is checked at its end.
pub async fn run(engine: Engine, test: impl AsyncFnOnce(&House)) {
    let Some(house) = House::open(engine, |_| {}).await else {
        return;
    };
    test(&house).await;
    house.close().await;
}

/// One test for SQLite and PostgreSQL.
macro_rules! both_databases {
    ($($(#[doc = $doc:literal])* async fn $name:ident($house:ident) $body:block)*) => { $(
        mod $name {
            use super::*;

            $(#[doc = $doc])*
            async fn test($house: &crate::house::House) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                crate::house::run(crate::house::Engine::Sqlite, test).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                crate::house::run(crate::house::Engine::Postgres, test).await;
            }
        }
    )* };
}
pub(crate) use both_databases;

fn settings(folder: &std::path::Path, database: &str) -> Settings {
    let mut settings = Settings::default();
    settings.server.listen = "127.0.0.1:0".parse().unwrap();
    settings.server.workers = 1;
    settings.server.shutdown_seconds = 1;
    settings.data.folder = folder.to_owned();
    settings.database.url = Some(database.to_owned());
    settings.passwords.memory_kib = 8;
    settings.passwords.iterations = 1;
    settings.limits.requests_per_second = 0;
    settings.jobs.enabled = false;
    settings.log.level = "error".to_owned();
    // Tests of screening make their own; in all others officials record what their own tool found.
    settings.screening.engine = corridor::config::screening::EngineKind::None;
    // A test moves the clock by weeks; those that are about tokens make their own.
    settings.tokens.access_minutes = 60 * 24 * 400;
    settings
}

impl House {
    /// A new house; none if its database is not installed.
    pub async fn open(engine: Engine, change: impl FnOnce(&mut Settings)) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let database = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("corridor.sqlite").display()),
            Engine::Postgres => postgres::fresh_database()?,
        };
        let mut settings = settings(folder.path(), &database);
        change(&mut settings);
        serve::begin_log(&settings);
        let clock = Clock::standing_at(BEGINS.parse().unwrap());
        let inside = serve::open_house(settings, clock.clone()).await.unwrap();
        let organisations = register(&inside).await;
        let people = create(&inside, &organisations).await;
        let serving = serve::start(&inside, false).unwrap();
        let base = format!("http://{}/api/v1", serving.address().unwrap());
        let rows = Database::connect(&database).await.unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Some(Self {
            inside,
            clock,
            base,
            client,
            organisations,
            people,
            rows,
            serving,
            tokens: Mutex::default(),
            _folder: folder,
        })
    }

    /// Another instance of the service on the same database and keys.
    pub async fn another_instance(&self) -> Arc<corridor::house::House> {
        let opened = serve::open_house(self.inside.settings.clone(), self.clock.clone());
        opened.await.unwrap()
    }

    /// Delivers every letter, then tests what must hold after everything.
    pub async fn close(self) {
        self.deliver_letters().await;
        let owed = self.count("SELECT count(*) FROM letter WHERE status <> 'sent'").await;
        assert_eq!(owed, 0, "letters that were not sent");
        let led = self
            .count("SELECT count(*) FROM letter WHERE facts LIKE '%/api/v1/%'")
            .await;
        assert_eq!(led, 0, "letters that lead to no page");
        let recorded = self.count("SELECT count(*) FROM event").await;
        let published = self.inside.store.newest_checkpoint().await.unwrap().unwrap();
        assert_eq!(published.size, recorded as u64, "events that were not logged");
        self.inside.notary.check(&self.inside.store).await.unwrap();
        let drift = doctor::drift(&self.inside).await.unwrap();
        assert!(drift.is_empty(), "{drift:#?}");
        let chains = self.inside.store.check_chains(&|_| {}).await.unwrap();
        assert!(chains.faults.is_empty() && chains.events > 0, "{chains:#?}");
        self.serving.stop().await.unwrap();
    }

    /// What the mail clerk does, until nothing is left.
    pub async fn deliver_letters(&self) {
        let (mailer, letterhead) = mail_clerk::equipment(&self.inside.settings).unwrap();
        self.inside.log_now().await.unwrap();
        loop {
            let report = mail_clerk::tick(&self.inside.store, &mailer, self.clock.now(), &letterhead).await;
            assert_eq!(report.claimed, report.sent, "{report:?}");
            if report.claimed == 0 {
                return;
            }
        }
    }

    /// What the deadline clerk does.
    pub async fn tick(&self) {
        deadline_clerk::tick(&self.inside).await.unwrap();
    }

    /// Moves the clock to this instant, RFC 3339.
    pub fn at(&self, instant: &str) {
        self.clock.move_to(instant.parse().unwrap());
    }

    pub fn move_to(&self, instant: Instant) {
        self.clock.move_to(instant);
    }

    pub fn hours_later(&self, hours: i64) {
        self.clock
            .move_to(self.clock.now() + jiff::SignedDuration::from_hours(hours));
    }

    /// The first column of the first row.
    pub async fn count(&self, sql: &str) -> i64 {
        let statement = Statement::from_string(self.rows.get_database_backend(), sql);
        let row = self.rows.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    /// How many rows every table has; those that a denied attempt or a sign-in adds to are left out.
    pub async fn row_counts(&self) -> BTreeMap<&'static str, i64> {
        let tables = [
            "event",
            "event_private",
            "notice_listing",
            "case_listing",
            "case_member",
            "case_country",
            "case_word",
            "letter",
            "keyed_answer",
            "document",
            "organisation",
            "person",
            "role_grant",
            "mandate",
            "credential",
            "invitation",
        ];
        let mut counts = BTreeMap::new();
        for table in tables {
            counts.insert(table, self.count(&format!("SELECT count(*) FROM {table}")).await);
        }
        counts
    }

    pub async fn security_events(&self) -> i64 {
        self.count("SELECT count(*) FROM security_event").await
    }

    pub fn email(who: &str) -> String {
        format!("{who}@people.example")
    }

    /// An access token of this person.
    pub async fn token(&self, who: &str) -> String {
        if let Some(token) = self.tokens.lock().unwrap().get(who) {
            return token.clone();
        }
        let body = json!({ "email": Self::email(who), "password": PASSWORD });
        let reply = self.send(self.request(Method::POST, "/sessions").json(&body)).await;
        assert_eq!(reply.status, 200, "{who}: {}", reply.text);
        let token = reply.json()["access_token"].as_str().unwrap().to_owned();
        self.tokens.lock().unwrap().insert(who.to_owned(), token.clone());
        token
    }

    /// Everybody has to sign in again, as after a long time.
    pub fn forget_tokens(&self) {
        self.tokens.lock().unwrap().clear();
    }

    /// A request that nobody has signed.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    /// Sends it. The public learns only what is in the log, therefore the notary works before the public asks.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        let (client, request) = request.build_split();
        let request = request.unwrap();
        if ["/register", "/verify", "/waivers/"]
            .iter()
            .any(|path| request.url().path().contains(path))
        {
            self.inside.log_now().await.unwrap();
        }
        let response = client.execute(request).await.unwrap();
        Reply {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned(),
        }
    }

    /// Reads as this person.
    pub async fn get(&self, who: &str, path: &str) -> Reply {
        let token = self.token(who).await;
        self.send(self.request(Method::GET, path).bearer_auth(token)).await
    }

    /// Reads something that must be there.
    pub async fn read(&self, who: &str, path: &str) -> Value {
        let reply = self.get(who, path).await;
        assert_eq!(reply.status, StatusCode::OK, "{who} GET {path}: {}", reply.text);
        reply.json()
    }

    /// Acts as this person; who has to prove again who they are, signs in again, as every client does.
    pub async fn post(&self, who: &str, path: &str, body: &Value) -> Reply {
        let reply = self.post_with(&self.token(who).await, path, body).await;
        if reply.code() != "fresh_sign_in_needed" {
            return reply;
        }
        self.post_with(&self.fresh_token(who).await, path, body).await
    }

    /// The token of a sign-in of this moment.
    pub async fn fresh_token(&self, who: &str) -> String {
        self.tokens.lock().unwrap().remove(who);
        self.token(who).await
    }

    /// The same with this token, as it is.
    pub async fn post_with(&self, token: &str, path: &str, body: &Value) -> Reply {
        self.send(self.request(Method::POST, path).bearer_auth(token).json(body))
            .await
    }

    /// Puts a wish to a case.
    pub async fn act(&self, who: &str, case: &str, action: &str, body: Value) -> Reply {
        let path = format!("/cases/{case}/actions");
        self.post(who, &path, &json!({ "action": action, "body": body })).await
    }

    /// A wish that must be granted; the case afterwards, as this person sees it.
    pub async fn must(&self, who: &str, case: &str, action: &str, body: Value) -> Value {
        let reply = self.act(who, case, action, body).await;
        assert_eq!(reply.status, 200, "{who} {action}: {}", reply.text);
        reply.json()
    }

    /// A wish that must be refused with this status and code.
    pub async fn refused(&self, who: &str, case: &str, action: &str, body: Value, status: u16, code: &str) {
        let reply = self.act(who, case, action, body).await;
        assert_eq!(reply.problem(status), code, "{who} {action}: {}", reply.text);
    }

    pub async fn case(&self, who: &str, case: &str) -> Value {
        self.read(who, &format!("/cases/{case}")).await
    }

    pub async fn history(&self, case: &str) -> Vec<Value> {
        let history = self.read("auditor", &format!("/cases/{case}/history")).await;
        history["items"].as_array().unwrap().clone()
    }

    /// Events of this word in the history of a case.
    pub async fn happened(&self, case: &str, word: &str) -> Vec<Value> {
        let mut history = self.history(case).await;
        history.retain(|event| event["type"] == word);
        history
    }

    pub async fn lapses_at(&self, case: &str) -> Instant {
        let row = self.inside.store.case_by(CaseKey::Id, case).await.unwrap().unwrap();
        row.lapses_at.unwrap()
    }
}

async fn register(inside: &corridor::house::House) -> BTreeMap<&'static str, OrganisationId> {
    let mut organisations = BTreeMap::new();
    let rows = [
        ("authority", OrganisationKind::Authority, None, "", None),
        ("delegation", OrganisationKind::Authority, None, "", None),
        (
            "ministry",
            OrganisationKind::Submitter,
            Some(PartyType::Government),
            "Economic Department",
            Some("RU"),
        ),
        (
            "rival",
            OrganisationKind::Submitter,
            Some(PartyType::Ngo),
            "Office",
            None,
        ),
        ("monitors", OrganisationKind::Monitor, None, "", None),
    ];
    for (name, kind, type_, unit, affiliation) in rows {
        let body = RegisterOrganisation {
            name: format!("The {name}"),
            kind,
            type_,
            unit: unit.to_owned(),
            affiliation: affiliation.map(Delegation::new),
        };
        let id = person::register_organisation(inside, body).await.unwrap();
        organisations.insert(name, id);
    }
    organisations
}

async fn create(
    inside: &corridor::house::House,
    organisations: &BTreeMap<&'static str, OrganisationId>,
) -> BTreeMap<&'static str, PersonId> {
    let created = PEOPLE.iter().map(|(name, organisation, delegation, roles)| {
        let body = InvitePerson {
            name: format!("Person {name}"),
            email: House::email(name),
            language: if name.starts_with("ru_") {
                Language::Ru
            } else {
                Language::En
            },
            organisation: organisations[organisation],
            unit: if *organisation == "ministry" {
                "Economic Department"
            } else {
                "Office"
            }
            .to_owned(),
            delegation: delegation.map(Delegation::new),
            roles: BTreeSet::from_iter(roles.iter().copied()),
        };
        async move { (*name, person::create(inside, body, PASSWORD).await.unwrap()) }
    });
    join_all(created).await.into_iter().collect()
}
