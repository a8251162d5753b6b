//! `corridor serve`: its arguments, and the beginning of the log.

use crate::{
    auth::{
        ballot_box::SealedBox,
        keys::{KeyRing, private_ring, secret_file},
        password::Passwords,
        session::Doorkeeper,
    },
    clock::Clock,
    config::{ConfigError, LogFormat, Settings},
    documents::DocumentStore,
    engine::Screener,
    house::House,
    jobs,
    notary::Notary,
    process,
    store::{
        Limits, Store,
        vault::{Ring, Vault},
    },
    web::{
        api,
        health::{Check, Readiness},
        metrics::Figures,
        pages,
        server::{self, Edge},
    },
};
use actix_web::web;
use anyhow::Context as _;
use futures_util::future::BoxFuture;
use secrecy::ExposeSecret as _;
use std::{io, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};
use tracing_subscriber::{EnvFilter, util::SubscriberInitExt as _};

// Not a doc comment: clap would print it as the description of every command that has these options.
// The options of every command that works on the service's data.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct ServeArgs {
    /// Settings file (TOML); config/default.toml explains every key.
    #[arg(long, value_name = "FILE", env = "CORRIDOR_CONFIG", global = true)]
    pub config: Option<PathBuf>,
    /// Address and port to listen on (only `serve` listens); port 0 takes any free one. Without: 127.0.0.1:8080.
    #[arg(long, value_name = "ADDRESS:PORT", global = true)]
    pub listen: Option<SocketAddr>,
    /// Folder of the database file, documents, letters and keys; made when missing. Without: ./data.
    #[arg(long, value_name = "FOLDER", global = true)]
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

/// Opens the database, with the keys of its private values.
///
/// # Errors
/// When the database or the keys cannot be used.
pub async fn open_store(settings: &Settings) -> anyhow::Result<Store> {
    let ring_file = settings.private_key_file();
    let ring = move || private_ring(&ring_file).map(Ring).map_err(|error| format!("{error:#}"));
    let vault = Vault::new(Arc::new(ring)).map_err(anyhow::Error::msg)?;
    let database = &settings.database;
    let limits = Limits {
        connections: database.max_connections,
        acquire: Duration::from_secs(database.acquire_seconds),
        statement: Duration::from_secs(database.statement_seconds),
    };
    let store = Store::open(settings.database_url()?.expose_secret(), limits, vault).await;
    store.context("cannot open the database")
}

/// Opens everything that these settings name, and brings the database up to date.
///
/// # Errors
/// When the database, a folder or a key cannot be used; the message says which.
pub async fn open_house(settings: Settings, clock: Clock) -> anyhow::Result<Arc<House>> {
    crate::auth::install();
    std::fs::create_dir_all(&settings.data.folder)
        .with_context(|| format!("cannot make the data folder {}", settings.data.folder.display()))?;
    let store = open_store(&settings).await?;
    let notary = Notary::new(&settings);
    // Before the first write: a database that was rolled back must stay as it is.
    notary.check(&store).await?;
    store.migrate().await.context("cannot bring the database up to date")?;
    notary.begin(&store).await?;
    let keys = settings.key_folder();
    let passwords = Passwords::new(settings.passwords.memory_kib, settings.passwords.iterations)?;
    let door = Doorkeeper {
        store: store.clone(),
        clock: clock.clone(),
        keys: Arc::new(KeyRing::open(&keys, clock.now())?),
        passwords,
        issuer: settings.issuer().to_owned(),
        audience: settings.tokens.audience.clone(),
        access: jiff::SignedDuration::from_mins(i64::from(settings.tokens.access_minutes)),
        refresh: jiff::SignedDuration::from_hours(i64::from(settings.tokens.refresh_hours)),
    };
    let documents = DocumentStore::open(&settings).context("cannot open the document store")?;
    let ballot_box = Arc::new(SealedBox::new(&secret_file(&keys.join("ballot.secret"))?));
    let cursor_key = secret_file(&keys.join("cursor.secret"))?;
    let screener = Screener::open(&settings.screening, &store).context("cannot make screening ready")?;
    let exports = Arc::new(tokio::sync::Semaphore::new(settings.limits.exports as usize));
    let house = House {
        exports,
        screener,
        settings,
        clock,
        store,
        notary,
        documents,
        ballot_box,
        door,
        cursor_key,
        exporting: Arc::default(),
    };
    let filled = process::catch_up::catch_up(&house).await;
    filled.context("cannot bring the rows of lists up to date")?;
    Ok(Arc::new(house))
}

/// A serving instance with its clerks.
pub struct Serving {
    running: server::Running,
    clerks: Vec<tokio::task::JoinHandle<()>>,
}

impl Serving {
    /// Where it really listens.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.running.addresses.first().copied()
    }

    /// Until it is told to stop.
    ///
    /// # Errors
    /// When it could not go on.
    pub async fn wait(self) -> anyhow::Result<()> {
        let ended = self.running.wait().await;
        self.clerks.iter().for_each(tokio::task::JoinHandle::abort);
        Ok(ended?)
    }

    /// Lets running requests end, then stops.
    ///
    /// # Errors
    /// When it could not go on.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.clerks.iter().for_each(tokio::task::JoinHandle::abort);
        Ok(self.running.stop().await?)
    }
}

struct Ready(Arc<House>);

impl Readiness for Ready {
    fn checks(&self) -> BoxFuture<'_, Vec<Check>> {
        Box::pin(async {
            let database = self.0.store.ping().await.is_ok();
            let documents = self.0.documents.is_ready().await;
            let log = self.0.store.halted().is_none() && !self.0.store.is_behind();
            vec![
                Check::new("database", database),
                Check::new("documents", documents),
                Check::new("log", log),
            ]
        })
    }
}

/// Listens, serves and works.
///
/// # Errors
/// When the address cannot be used.
pub fn start(house: &Arc<House>, signals: bool) -> anyhow::Result<Serving> {
    let edge = Edge::new(
        &house.settings,
        Figures::of_process()?,
        Arc::new(Ready(house.clone())),
        Some(api::description::description()),
    );
    let data = web::Data::new(house.clone());
    let routes = move |config: &mut web::ServiceConfig| {
        config.app_data(data.clone());
        api::routes(config);
        pages::routes(config);
    };
    let running = server::start(&house.settings, edge, signals, routes)
        .with_context(|| format!("cannot listen on {}", house.settings.server.listen))?;
    Ok(Serving {
        running,
        clerks: jobs::start(house)?,
    })
}

/// Nothing is served from a database whose fences were taken away: who did it, did it for something.
///
/// # Errors
/// With everything that is not as it was made.
pub async fn fenced(house: &House) -> anyhow::Result<()> {
    let faults = house.store.fences().await?;
    anyhow::ensure!(
        faults.is_empty(),
        "the database is not fenced as it was made: {}. Find out who changed it and run `corridor doctor`; \
         the service starts when every fence is back",
        faults.join("; ")
    );
    Ok(())
}

/// `corridor serve`.
///
/// # Errors
/// When it cannot start or go on.
pub async fn run(args: &ServeArgs) -> anyhow::Result<i32> {
    let settings = args.settings()?;
    begin_log(&settings);
    let house = open_house(settings, Clock::Wall).await?;
    fenced(&house).await?;
    let serving = start(&house, true)?;
    if let Some(address) = serving.address() {
        tracing::info!(%address, base_url = %house.settings.server.base_url, "serving");
    }
    serving.wait().await?;
    Ok(0)
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
