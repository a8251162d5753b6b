//! A throw-away PostgreSQL cluster, and pgbench on it.

use super::load::Measured;
use anyhow::{Context as _, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A running cluster in a folder of its own; stopped when it is dropped.
pub struct Cluster {
    folder: PathBuf,
    pub port: u16,
    as_postgres: bool,
}

impl Cluster {
    /// Makes and starts one, with its usual durability.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start.
    pub fn start(folder: &Path, port: u16) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)?;
        let id = Command::new("id").arg("-u").output().context("who am I?")?;
        let as_postgres = id.stdout.trim_ascii() == b"0";
        if as_postgres {
            // PostgreSQL does not run as root.
            run(Command::new("chown").arg("-R").arg("postgres").arg(folder))?;
        }
        let cluster = Self {
            folder: folder.to_owned(),
            port,
            as_postgres,
        };
        let data = folder.join("data");
        run(cluster
            .command("initdb")
            .args(["-U", "corridor", "-A", "trust", "-E", "UTF8", "--locale=C", "-D"])
            .arg(&data))?;
        let options = format!("-p {port} -k {} -c listen_addresses=127.0.0.1", folder.display());
        run(cluster
            .command("pg_ctl")
            .args(["-w", "-l", "server.log", "-o", &options, "-D"])
            .arg(&data)
            .arg("start"))?;
        Ok(cluster)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = if self.as_postgres {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", program]);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(&self.folder).env("LC_ALL", "C");
        command
    }

    /// Runs this SQL.
    ///
    /// # Errors
    /// When it cannot be run.
    pub fn sql(&self, database: &str, sql: &str) -> anyhow::Result<()> {
        let port = self.port.to_string();
        run(self.command("psql").args([
            "-h",
            "127.0.0.1",
            "-p",
            &port,
            "-U",
            "corridor",
            "-d",
            database,
            "-v",
            "ON_ERROR_STOP=1",
            "-qc",
            sql,
        ]))
        .map(drop)
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://corridor@127.0.0.1:{}/{database}", self.port)
    }

    /// Runs this script with pgbench: so many clients for so many seconds.
    ///
    /// # Errors
    /// When pgbench is not installed or the script fails.
    pub fn pgbench(&self, script: &str, clients: usize, seconds: u64) -> anyhow::Result<Measured> {
        let file = self.folder.join("script.sql");
        fs::write(&file, script)?;
        fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
        let (port, clients, seconds) = (self.port.to_string(), clients.to_string(), seconds.to_string());
        let done = run(self
            .command("pgbench")
            .args([
                "-h",
                "127.0.0.1",
                "-p",
                &port,
                "-U",
                "corridor",
                "-n",
                "-j",
                "2",
                "-c",
                &clients,
                "-T",
                &seconds,
            ])
            .arg("-f")
            .arg(&file)
            .arg("reference"))?;
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        let number = |before: &str| {
            let rest = said.split_once(before).map(|(_, rest)| rest.trim_start());
            rest.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok())
        };
        let per_second = number("tps =").with_context(|| format!("pgbench said: {said}"))?;
        // pgbench tells an average, no distribution.
        let average = number("latency average =").unwrap_or_default();
        Ok(Measured {
            per_second,
            p50_ms: average,
            p99_ms: average,
        })
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.folder.join("data");
        let stopped = self
            .command("pg_ctl")
            .args(["-w", "-m", "immediate", "-D"])
            .arg(&data)
            .arg("stop")
            .output();
        if let Err(error) = stopped {
            tracing::warn!(%error, "the throw-away PostgreSQL was not stopped");
        }
    }
}

fn run(command: &mut Command) -> anyhow::Result<Output> {
    let done = command.output().with_context(|| format!("cannot run {command:?}"))?;
    ensure!(
        done.status.success(),
        "{command:?} failed: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    Ok(done)
}
