//! The settings of the log.

use super::Settings;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The one log over all histories, and who signs for it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Audit {
    /// The name of the log, for example `waivers.example.org/log`; absent: the host of `server.base_url`. Fixed once
    /// the log has begun.
    pub origin: Option<String>,
    /// The file of the key that signs for the log; absent: `log.secret` in the folder of keys.
    pub key_file: Option<PathBuf>,
    /// The file of the keys that private values are encrypted with; absent: `private.secret` in the folder of keys.
    pub private_key_file: Option<PathBuf>,
    /// Years after its end that a record is kept; 0: for ever.
    pub keep_years: u32,
    /// Where this instance remembers the newest checkpoint; absent: `log/newest-checkpoint` in the data folder.
    pub memory_file: Option<PathBuf>,
    /// Who is asked to vouch for the log, and how many must (C2SP tlog-policy); absent: nobody.
    pub policy_file: Option<PathBuf>,
}

impl Default for Audit {
    fn default() -> Self {
        Self {
            origin: None,
            key_file: None,
            private_key_file: None,
            keep_years: 10,
            memory_file: None,
            policy_file: None,
        }
    }
}

impl Settings {
    /// The name of the log's first generation.
    #[must_use]
    pub fn log_origin(&self) -> String {
        let host = || {
            let address = self.server.base_url.split_once("://").map_or("", |(_, rest)| rest);
            let host = address.split(['/', ':']).next().unwrap_or_default();
            format!("{}/log", if host.is_empty() { "localhost" } else { host })
        };
        format!("{}/1", self.audit.origin.clone().unwrap_or_else(host))
    }

    /// The file of the key that signs for the log.
    #[must_use]
    pub fn log_key_file(&self) -> PathBuf {
        let key = || self.key_folder().join("log.secret");
        self.audit.key_file.clone().unwrap_or_else(key)
    }

    /// The file of the keys that private values are encrypted with.
    #[must_use]
    pub fn private_key_file(&self) -> PathBuf {
        let keys = || self.key_folder().join("private.secret");
        self.audit.private_key_file.clone().unwrap_or_else(keys)
    }

    /// Where this instance remembers the newest checkpoint.
    #[must_use]
    pub fn log_memory_file(&self) -> PathBuf {
        let memory = || self.data.folder.join("log").join("newest-checkpoint");
        self.audit.memory_file.clone().unwrap_or_else(memory)
    }
}
