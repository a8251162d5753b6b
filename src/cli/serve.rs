//! `corridor serve`: its arguments, and the beginning of the log.

use crate::config::{ConfigError, LogFormat, Settings};
use std::{io, net::SocketAddr, path::PathBuf};
use tracing_subscriber::{EnvFilter, util::SubscriberInitExt as _};

/// Run the service until it is told to stop (SIGINT or SIGTERM).
#[derive(Clone, Debug, Default, clap::Args)]
#[command(after_help = "\
Settings come, later ones winning, from the built-in values, config/default.toml (if the working folder has one), \
the file given with --config, the environment (CORRIDOR__SECTION__KEY, for example CORRIDOR__SERVER__LISTEN), and \
the options of this command.

Examples:
  corridor serve                                             on http://127.0.0.1:8080, everything kept in ./data
  corridor serve --config /etc/corridor/production.toml
  corridor serve --listen 127.0.0.1:9000 --data /tmp/trial")]
pub struct ServeArgs {
    /// Settings file (TOML); config/default.toml explains every key.
    #[arg(long, value_name = "FILE", env = "CORRIDOR_CONFIG")]
    pub config: Option<PathBuf>,
    /// Address and port to listen on; port 0 takes any free one.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// Folder of the database file, documents, letters and keys; made when missing.
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
}

impl ServeArgs {
    /// The settings that apply, options included.
    ///
    /// # Errors
    /// When a source cannot be used, or the settings are unsafe: then with every complaint, one a line.
    pub fn settings(&self) -> Result<Settings, ConfigError> {
        let mut settings = Settings::load(self.config.as_deref())?;
        self.apply(&mut settings);
        match settings.complaints().as_slice() {
            [] => Ok(settings),
            complaints => {
                let lines = complaints.join("\n  ");
                Err(ConfigError::Unusable(format!(
                    "these settings must be changed first:\n  {lines}"
                )))
            }
        }
    }

    /// Puts the options over the settings.
    pub fn apply(&self, settings: &mut Settings) {
        if let Some(listen) = self.listen {
            // The built-in base address follows the port; one that an operator chose does not.
            if settings.server.base_url == Settings::default().server.base_url && listen.ip().is_loopback() {
                settings.server.base_url = format!("http://{listen}");
            }
            settings.server.listen = listen;
        }
        if let Some(data) = &self.data {
            settings.data.folder.clone_from(data);
        }
    }
}

/// Begins the log, on standard error. A second call changes nothing.
pub fn begin_log(settings: &Settings) {
    let filter = EnvFilter::try_new(&settings.log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    // An error means that a log has begun already, which tests and embedding programs do.
    let _ = match settings.log.format {
        LogFormat::Json => log.json().flatten_event(true).finish().try_init(),
        LogFormat::Text => log.finish().try_init(),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{CommandFactory as _, Parser};

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        args: ServeArgs,
    }

    #[test]
    fn options_win_and_the_base_address_follows_the_port() {
        Command::command().debug_assert();
        let command = Command::parse_from(["serve", "--listen", "127.0.0.1:9000", "--data", "/tmp/trial"]);
        let mut settings = Settings::default();
        command.args.apply(&mut settings);
        assert_eq!(settings.server.base_url, "http://127.0.0.1:9000");
        assert_eq!(settings.data.folder, PathBuf::from("/tmp/trial"));
        let mut chosen = Settings::default();
        chosen.server.base_url = "https://waivers.example.org".to_owned();
        command.args.apply(&mut chosen);
        assert_eq!(chosen.server.base_url, "https://waivers.example.org");
    }

    #[test]
    fn unsafe_settings_are_refused_with_every_complaint() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bad.toml");
        std::fs::write(
            &file,
            "[server]\nbase_url = \"http://example.org\"\n[limits]\npage = 0\n",
        )
        .unwrap();
        let args = ServeArgs {
            config: Some(file),
            ..ServeArgs::default()
        };
        let said = args.settings().unwrap_err().to_string();
        assert!(said.contains("only https") && said.contains("limits.page"), "{said}");
    }
}
