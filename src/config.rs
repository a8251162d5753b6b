//! The settings of an instance. Every key stands, with its meaning, in `config/default.toml`, whose values equal
//! the built-in ones (a test proves it).
//!
//! Later sources win: built-in values, `config/default.toml` (if there is one), the file named by `--config` or
//! `CORRIDOR_CONFIG`, and the environment (`CORRIDOR__SECTION__KEY`). Secrets come from files that only the owner
//! can read, or from the environment; a settings file that contains one is refused.

mod audit;
mod complaints;
mod load;
pub mod screening;

pub use audit::Audit;
pub use load::{ConfigError, is_loopback_host};

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::PathBuf,
};

/// Everything that an operator can choose.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    pub server: Server,
    pub data: Data,
    pub database: Database,
    pub documents: Documents,
    pub mail: Mail,
    pub tokens: Tokens,
    pub passwords: Passwords,
    pub screening: screening::Screening,
    pub limits: Limits,
    pub jobs: Jobs,
    pub log: Log,
    pub audit: Audit,
}

/// Where the service listens and how it is known from outside.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Address and port to listen on; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The address under which people reach the service; links in letters begin with it.
    pub base_url: String,
    /// Worker threads; 0: one for each core.
    pub workers: usize,
    /// Proxies whose `X-Forwarded-For` is believed. From anybody else it is ignored.
    #[serde(deserialize_with = "load::addresses")]
    pub trusted_proxies: Vec<IpAddr>,
    /// Who may read `/metrics`.
    #[serde(deserialize_with = "load::addresses")]
    pub metrics_readers: Vec<IpAddr>,
    /// Seconds a client may take to send its headers, or to send a JSON body.
    pub slow_client_seconds: u64,
    /// Seconds that running requests get to end after a stop signal.
    pub shutdown_seconds: u64,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            base_url: "http://127.0.0.1:8080".to_owned(),
            workers: 0,
            trusted_proxies: Vec::new(),
            metrics_readers: vec![IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)],
            slow_client_seconds: 20,
            shutdown_seconds: 30,
        }
    }
}

/// The folder of everything that is kept in files.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Data {
    /// The data folder; made when missing.
    pub folder: PathBuf,
}

impl Default for Data {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("./data"),
        }
    }
}

/// The database.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `sqlite:` or `postgres:` address without a password; absent: a SQLite file in the data folder.
    pub url: Option<String>,
    /// A file that contains the address, password included.
    pub url_file: Option<PathBuf>,
    /// Most connections held at a time.
    pub max_connections: u32,
    /// Seconds to wait for a free connection.
    pub acquire_seconds: u64,
    /// Seconds after which PostgreSQL gives up a statement.
    pub statement_seconds: u64,
    /// Refuse PostgreSQL on another machine unless `sslmode=verify-full`.
    pub require_tls: bool,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: None,
            url_file: None,
            max_connections: 16,
            acquire_seconds: 10,
            statement_seconds: 30,
            require_tls: true,
        }
    }
}

/// Where document bytes are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StoreKind {
    /// The folder `documents` of the data folder.
    #[default]
    Folder,
    /// An S3-compatible store (builds with the feature `s3`).
    S3,
}

/// Who looks for malware.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ScannerKind {
    /// Nobody: only the checks of form and content apply.
    #[default]
    None,
    /// A ClamAV daemon.
    Clamd,
}

/// Documents: evidence, letters of authority, reports.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Documents {
    pub store: StoreKind,
    /// Largest document, in bytes.
    pub max_bytes: u64,
    pub scanner: ScannerKind,
    /// `host:port` or the absolute path of a Unix socket of clamd.
    pub clamd_address: String,
    /// Seconds that clamd may take for one document; afterwards the document stays in quarantine.
    pub clamd_seconds: u64,
    pub s3: S3,
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            store: StoreKind::Folder,
            max_bytes: 100 * 1024 * 1024,
            scanner: ScannerKind::None,
            clamd_address: "127.0.0.1:3310".to_owned(),
            clamd_seconds: 60,
            s3: S3::default(),
        }
    }
}

/// An S3-compatible store.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct S3 {
    pub bucket: String,
    pub region: String,
    /// Address of the store; empty: Amazon's for the region.
    pub endpoint: String,
    /// Prefix of every key in the bucket.
    pub prefix: String,
    pub access_key_id: String,
    /// A file that contains the secret key.
    pub secret_access_key_file: Option<PathBuf>,
    /// From the environment only.
    #[serde(skip_serializing)]
    pub secret_access_key: Option<SecretString>,
}

/// How letters leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// Files in a folder; nothing is sent.
    #[default]
    Folder,
    Smtp,
}

/// Protection of the connection to the mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    None,
    /// Begins in the clear and must become TLS before anything is said.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
}

/// Letters.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    pub transport: Transport,
    /// Sender of every letter, `Name <address>`.
    pub from: String,
    /// Where letters are put with `transport = "folder"`; absent: the folder `letters` of the data folder.
    pub folder: Option<PathBuf>,
    pub smtp: Smtp,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            transport: Transport::Folder,
            from: "Corridor <corridor@localhost>".to_owned(),
            folder: None,
            smtp: Smtp::default(),
        }
    }
}

/// The mail server.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub tls: MailTls,
    /// Empty: no authentication.
    pub user: String,
    /// A file that contains the password.
    pub password_file: Option<PathBuf>,
    /// From the environment only.
    #[serde(skip_serializing)]
    pub password: Option<SecretString>,
    /// Seconds until a silent server is given up.
    pub timeout_seconds: u64,
}

impl Default for Smtp {
    fn default() -> Self {
        Self {
            host: "localhost".to_owned(),
            port: 587,
            tls: MailTls::Starttls,
            user: String::new(),
            password_file: None,
            password: None,
            timeout_seconds: 30,
        }
    }
}

/// Access and refresh tokens.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tokens {
    /// `iss` of every access token; absent: `server.base_url`.
    pub issuer: Option<String>,
    /// `aud` of every access token.
    pub audience: String,
    /// Minutes that an access token lives.
    pub access_minutes: u32,
    /// Hours that a refresh token lives.
    pub refresh_hours: u32,
    /// The folder of signing keys; absent: `keys` in the data folder.
    pub key_dir: Option<PathBuf>,
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            issuer: None,
            audience: "corridor-api".to_owned(),
            access_minutes: 10,
            refresh_hours: 12,
            key_dir: None,
        }
    }
}

/// The cost of Argon2id.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Passwords {
    /// Memory for one hash, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Lanes.
    pub parallelism: u32,
    /// Hashes worked on at the same time; 0: one for each core.
    pub at_once: usize,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            memory_kib: 64 * 1024,
            iterations: 3,
            parallelism: 1,
            at_once: 0,
        }
    }
}

/// How much one client may ask for.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Largest JSON body, in bytes.
    pub json_bytes: usize,
    /// Requests per second that one client address may keep up; 0: no limit.
    pub requests_per_second: u32,
    /// Requests that may come at once before the rate applies.
    pub burst: u32,
    /// Most items on one page of a list.
    pub page: u32,
    /// Exports that one instance makes at the same time.
    pub exports: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            json_bytes: 1024 * 1024,
            requests_per_second: 50,
            burst: 200,
            page: 100,
            exports: 2,
        }
    }
}

/// Work that is done without being asked.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Jobs {
    /// Whether this instance does any. Deadlines hold without: they take effect when a case is next touched.
    pub enabled: bool,
    /// Milliseconds between two looks for work.
    pub tick_ms: u64,
}

impl Default for Jobs {
    fn default() -> Self {
        Self {
            enabled: true,
            tick_ms: 1000,
        }
    }
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    #[default]
    Text,
}

/// The log, written to standard error.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    pub format: LogFormat,
    /// `error`, `warn`, `info`, `debug`, `trace`, or directives such as `info,corridor=debug`.
    pub level: String,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            level: "info".to_owned(),
        }
    }
}
