//! What is wrong with settings that can be read: in words that say what to change.

use super::{
    MailTls, ScannerKind, Settings, StoreKind, Transport,
    load::{host_of, is_loopback_host},
};
use secrecy::ExposeSecret as _;
use std::path::Path;

impl Settings {
    /// Everything that makes it unsafe or impossible to start; empty: start. No sentence contains a secret.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.about_server(&mut found);
        self.about_database(&mut found);
        self.about_documents(&mut found);
        self.about_mail(&mut found);
        self.about_tokens(&mut found);
        self.about_limits(&mut found);
        self.screening.complaints(&mut found);
        self.about_secret_files(&mut found);
        found
    }

    fn about_server(&self, found: &mut Vec<String>) {
        let url = &self.server.base_url;
        match (url.split_once("://"), host_of(url)) {
            (Some(("https", _)), Some(_)) => {}
            (Some(("http", _)), Some(host)) if is_loopback_host(host) => {}
            (Some(("http", _)), Some(_)) => found.push(format!(
                "server.base_url is {url}: outside this machine only https is allowed; put a TLS proxy in front and name its https address"
            )),
            _ => found.push(format!("server.base_url is {url:?}: it must look like https://waivers.example.org")),
        }
        if url.ends_with('/') || url.contains(['?', '#', ' ']) {
            found.push(
                "server.base_url must not end with a slash nor contain a query, a fragment or a space".to_owned(),
            );
        }
        if !(1..=600).contains(&self.server.slow_client_seconds) {
            found.push("server.slow_client_seconds must lie between 1 and 600".to_owned());
        }
    }

    fn about_database(&self, found: &mut Vec<String>) {
        if self.database.url.is_some() && self.database.url_file.is_some() {
            found.push("database.url and database.url_file are both set: keep one".to_owned());
        }
        if self.database.max_connections == 0 {
            found.push("database.max_connections must be at least 1".to_owned());
        }
        let url = match self.database_url() {
            Ok(url) => url,
            Err(error) => return found.push(error.to_string()),
        };
        let url = url.expose_secret();
        if url.starts_with("sqlite:") {
            return;
        }
        if !(url.starts_with("postgres://") || url.starts_with("postgresql://")) {
            return found.push("database.url must begin with sqlite:, postgres:// or postgresql://".to_owned());
        }
        let near = host_of(url).is_none_or(is_loopback_host);
        if self.database.require_tls && !near && !url.contains("sslmode=verify-full") {
            found.push(
                "the database is on another machine: add sslmode=verify-full to its address (and sslrootcert=… for your own authority), or set database.require_tls = false on a network that you trust"
                    .to_owned(),
            );
        }
    }

    fn about_documents(&self, found: &mut Vec<String>) {
        let documents = &self.documents;
        if documents.max_bytes == 0 {
            found.push("documents.max_bytes must be at least 1".to_owned());
        }
        if documents.scanner == ScannerKind::Clamd && documents.clamd_address.is_empty() {
            found.push("documents.scanner is clamd: name it with documents.clamd_address".to_owned());
        }
        if documents.store == StoreKind::S3 {
            if cfg!(not(feature = "s3")) {
                found.push("documents.store is s3, but this program was built without the feature s3".to_owned());
            }
            for (key, value) in [("bucket", &documents.s3.bucket), ("region", &documents.s3.region)] {
                if value.is_empty() {
                    found.push(format!("documents.store is s3: set documents.s3.{key}"));
                }
            }
            if let Err(error) = documents.s3.secret() {
                found.push(error.to_string());
            }
        }
    }

    fn about_mail(&self, found: &mut Vec<String>) {
        let mail = &self.mail;
        if !mail.from.contains('@') || mail.from.contains(['\r', '\n']) {
            found.push("mail.from must be one address, for example: Waivers <waivers@example.org>".to_owned());
        }
        if mail.transport != Transport::Smtp {
            return;
        }
        if mail.smtp.host.is_empty() {
            found.push("mail.transport is smtp: name the server with mail.smtp.host".to_owned());
        }
        let password = match mail.smtp.secret() {
            Ok(password) => password,
            Err(error) => return found.push(error.to_string()),
        };
        if mail.smtp.user.is_empty() == password.is_some() {
            found.push("mail.smtp.user and its password belong together: set both or neither".to_owned());
        }
        if password.is_some() && mail.smtp.tls == MailTls::None && !is_loopback_host(&mail.smtp.host) {
            found.push(
                "mail.smtp.tls is none: a password would cross the network in the clear; use starttls or tls"
                    .to_owned(),
            );
        }
    }

    fn about_tokens(&self, found: &mut Vec<String>) {
        if !(1..=60).contains(&self.tokens.access_minutes) {
            found.push("tokens.access_minutes must lie between 1 and 60".to_owned());
        }
        if self.tokens.refresh_hours == 0 {
            found.push("tokens.refresh_hours must be at least 1".to_owned());
        }
        if self.tokens.audience.is_empty() {
            found.push("tokens.audience must not be empty".to_owned());
        }
        // The least that OWASP recommends for Argon2id with two passes: 19 MiB.
        if self.passwords.memory_kib < 19 * 1024 || self.passwords.iterations < 2 || self.passwords.parallelism == 0 {
            found.push(
                "passwords are hashed too cheaply: at least memory_kib = 19456, iterations = 2, parallelism = 1"
                    .to_owned(),
            );
        }
    }

    fn about_limits(&self, found: &mut Vec<String>) {
        if self.limits.json_bytes < 1024 {
            found.push("limits.json_bytes must be at least 1024".to_owned());
        }
        if self.limits.exports == 0 {
            found.push("limits.exports must be at least 1".to_owned());
        }
        if !(1..=1000).contains(&self.limits.page) {
            found.push("limits.page must lie between 1 and 1000".to_owned());
        }
        if self.limits.requests_per_second > 0 && self.limits.burst == 0 {
            found.push("limits.burst must be at least 1".to_owned());
        }
        if self.jobs.enabled && self.jobs.tick_ms < 10 {
            found.push("jobs.tick_ms must be at least 10".to_owned());
        }
        if tracing_subscriber::EnvFilter::try_new(&self.log.level).is_err() {
            found.push(format!(
                "log.level is {:?}: use error, warn, info, debug or trace",
                self.log.level
            ));
        }
    }

    fn about_secret_files(&self, found: &mut Vec<String>) {
        let files = [
            &self.database.url_file,
            &self.mail.smtp.password_file,
            &self.documents.s3.secret_access_key_file,
        ];
        found.extend(files.into_iter().flatten().filter_map(|path| readable_by_others(path)));
        let Ok(entries) = std::fs::read_dir(self.key_folder()) else {
            return;
        };
        let mut keys: Vec<_> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.is_file())
            .collect();
        keys.sort();
        found.extend(
            keys.iter()
                .filter(|path| !is_public(path))
                .filter_map(|path| readable_by_others(path)),
        );
    }
}

/// Public halves of keys (`*.pub`, `*.pub.pem`, `jwks.json`) may be read by anybody.
fn is_public(path: &Path) -> bool {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    name.ends_with(".pub") || name.ends_with(".pub.pem") || name == "jwks.json"
}

#[cfg(unix)]
fn readable_by_others(path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path).ok()?.permissions().mode();
    (mode & 0o077 != 0).then(|| {
        format!(
            "{} can be read by others (mode {:o}): chmod 600 {}",
            path.display(),
            mode & 0o777,
            path.display()
        )
    })
}

#[cfg(not(unix))]
fn readable_by_others(_path: &Path) -> Option<String> {
    None
}
