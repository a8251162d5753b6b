//! From files and the environment to [`Settings`], and from settings to what they imply.

use super::{Settings, Smtp, Transport};
use config::{Config, Environment, File, FileFormat};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize as _, de::Error as _};
use std::{
    collections::HashMap,
    net::IpAddr,
    path::{Path, PathBuf},
};

/// The file that is read, when present, before the operator's own.
const DEFAULT_FILE: &str = "config/default.toml";

/// Keys that no settings file may contain.
const SECRET_KEYS: [&str; 2] = ["mail.smtp.password", "documents.s3.secret_access_key"];

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A source is missing, malformed, or has a key or a value that means nothing.
    #[error("{0}")]
    Unusable(String),
    /// A settings file contains a secret.
    #[error("{file} contains {key}: a secret belongs in a file of its own (`…_file`) or in the environment")]
    SecretInFile { file: String, key: &'static str },
    /// A secret's file cannot be read.
    #[error("cannot read {path}: {source}")]
    SecretFile { path: String, source: std::io::Error },
}

impl Settings {
    /// Reads `config/default.toml` if the working folder has one, then `file`, then the process's environment.
    ///
    /// # Errors
    /// [`ConfigError`] when a source is missing or malformed, or a settings file contains a secret.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let environment = std::env::vars_os()
            .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self::load_from(Path::new(DEFAULT_FILE), file, environment)
    }

    /// The same from given sources; `default` may be absent, `file` must exist when named.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn load_from(
        default: &Path,
        file: Option<&Path>,
        environment: HashMap<String, String>,
    ) -> Result<Self, ConfigError> {
        let mut builder = Config::builder();
        let default = default.is_file().then_some(default);
        for path in default.into_iter().chain(file) {
            let source = File::from(path).format(FileFormat::Toml).required(true);
            let alone = Config::builder().add_source(source.clone()).build().map_err(unusable)?;
            refuse_secrets(path, &alone)?;
            builder = builder.add_source(source);
        }
        let variables = Environment::with_prefix("CORRIDOR")
            .prefix_separator("__")
            .separator("__")
            .source(Some(environment));
        let merged = builder.add_source(variables).build().map_err(unusable)?;
        merged.try_deserialize().map_err(unusable)
    }

    /// The database's address with its password: from `url_file`, from `url`, or a SQLite file in the data folder.
    ///
    /// # Errors
    /// [`ConfigError::SecretFile`] when `url_file` cannot be read.
    pub fn database_url(&self) -> Result<SecretString, ConfigError> {
        if let Some(path) = &self.database.url_file {
            return read_secret(path);
        }
        Ok(match &self.database.url {
            Some(url) => url.clone().into(),
            None => format!("sqlite:{}?mode=rwc", self.data.folder.join("corridor.sqlite").display()).into(),
        })
    }

    /// The folder of document bytes (for `documents.store = "folder"`).
    #[must_use]
    pub fn documents_folder(&self) -> PathBuf {
        self.data.folder.join("documents")
    }

    /// The folder that letters are put in (for `mail.transport = "folder"`).
    #[must_use]
    pub fn letters_folder(&self) -> PathBuf {
        self.mail
            .folder
            .clone()
            .unwrap_or_else(|| self.data.folder.join("letters"))
    }

    /// Where letters stay that are not sent; none: they are sent.
    #[must_use]
    pub fn kept_letters_folder(&self) -> Option<PathBuf> {
        (self.mail.transport == Transport::Folder).then(|| self.letters_folder())
    }

    /// The folder of signing keys.
    #[must_use]
    pub fn key_folder(&self) -> PathBuf {
        self.tokens
            .key_dir
            .clone()
            .unwrap_or_else(|| self.data.folder.join("keys"))
    }

    /// `iss` of access tokens.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.tokens.issuer.as_deref().unwrap_or(&self.server.base_url)
    }
}

impl Smtp {
    /// The mail server's password, if there is to be one.
    ///
    /// # Errors
    /// [`ConfigError::SecretFile`] when its file cannot be read.
    pub fn secret(&self) -> Result<Option<SecretString>, ConfigError> {
        secret(self.password_file.as_deref(), self.password.as_ref())
    }
}

impl super::S3 {
    /// The secret key, if there is to be one.
    ///
    /// # Errors
    /// [`ConfigError::SecretFile`] when its file cannot be read.
    pub fn secret(&self) -> Result<Option<SecretString>, ConfigError> {
        secret(self.secret_access_key_file.as_deref(), self.secret_access_key.as_ref())
    }
}

fn secret(file: Option<&Path>, value: Option<&SecretString>) -> Result<Option<SecretString>, ConfigError> {
    match file {
        Some(path) => read_secret(path).map(Some),
        None => Ok(value.filter(|value| !value.expose_secret().is_empty()).cloned()),
    }
}

fn read_secret(path: &Path) -> Result<SecretString, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::SecretFile {
        path: path.display().to_string(),
        source,
    })?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned().into())
}

fn refuse_secrets(path: &Path, alone: &Config) -> Result<(), ConfigError> {
    let refuse = |key| {
        Err(ConfigError::SecretInFile {
            file: path.display().to_string(),
            key,
        })
    };
    if let Some(key) = SECRET_KEYS.into_iter().find(|key| alone.get_string(key).is_ok()) {
        return refuse(key);
    }
    match alone.get_string("database.url") {
        Ok(url) if has_password(&url) => refuse("database.url"),
        _ => Ok(()),
    }
}

/// Whether `scheme://user:password@host/…` names a password.
pub(super) fn has_password(url: &str) -> bool {
    authority(url).is_some_and(|authority| {
        authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':')) || url.contains("password=")
    })
}

fn authority(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    Some(rest.split(['/', '?', '#']).next().unwrap_or(rest))
}

/// The host of an address such as `https://user@host:8443/path`, without port and brackets.
pub(super) fn host_of(url: &str) -> Option<&str> {
    let authority = authority(url)?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None => host.split(':').next()?,
    };
    (!host.is_empty()).then_some(host)
}

/// Whether a host name or address means this very machine.
#[must_use]
pub fn is_loopback_host(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// A list of addresses: a list in a file, or words between commas in the environment.
pub(super) fn addresses<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<IpAddr>, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Written {
        List(Vec<String>),
        Words(String),
    }
    let words = match Written::deserialize(deserializer)? {
        Written::List(words) => words,
        Written::Words(line) => line.split(',').map(|word| word.trim().to_owned()).collect(),
    };
    let words = words.into_iter().filter(|word| !word.is_empty());
    let parse = |word: String| {
        word.parse()
            .map_err(|_| D::Error::custom(format!("{word:?} is not an address")))
    };
    words.map(parse).collect()
}

fn unusable(error: config::ConfigError) -> ConfigError {
    ConfigError::Unusable(format!("the settings cannot be used: {error}"))
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
