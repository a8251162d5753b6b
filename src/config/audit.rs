//! The settings of the log.

use super::Settings;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The one log over all histories, and who signs for it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Audit {
    /// The name of the log, for example `waivers.example.org/log`; absent: the host of `server.base_url`. Fixed once
    /// the log has begun.
    pub origin: Option<String>,
    /// The file of the key that signs for the log; absent: `log.secret` in the folder of keys.
    pub key_file: Option<PathBuf>,
    /// Where this instance remembers the newest checkpoint; absent: `log/newest-checkpoint` in the data folder.
    pub memory_file: Option<PathBuf>,
    /// Who is asked to vouch for the log, and how many must (C2SP tlog-policy); absent: nobody.
    pub policy_file: Option<PathBuf>,
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

    /// Where this instance remembers the newest checkpoint.
    #[must_use]
    pub fn log_memory_file(&self) -> PathBuf {
        let memory = || self.data.folder.join("log").join("newest-checkpoint");
        self.audit.memory_file.clone().unwrap_or_else(memory)
    }
}
