//! Processes, and what they took.

use anyhow::Context as _;
use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// An instance of the service beside this one, with the same configuration, until it is dropped.
pub(super) struct Companion(Child);

impl Companion {
    /// Starts it and waits until it serves.
    pub(super) fn start(options: &[&str]) -> anyhow::Result<Self> {
        let child = Command::new(std::env::current_exe()?)
            .arg("serve")
            .args(options)
            .env("CORRIDOR__SERVER__LISTEN", "127.0.0.1:0")
            .env("CORRIDOR__LOG__LEVEL", "error,corridor::cli::serve=info")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut companion = Self(child);
        let said = companion.0.stderr.take().context("nothing to hear")?;
        let mut lines = BufReader::new(said).lines().map_while(Result::ok);
        anyhow::ensure!(
            lines.any(|line| line.contains("serving")),
            "a second instance does not start"
        );
        // Whoever does not listen any more stops the one who speaks.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(companion)
    }
}

impl Drop for Companion {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// CPU that this process has used, or its children that ended; the kernel counts it in hundredths of a second.
pub(super) fn cpu_of(children: bool) -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 = after
        .split_whitespace()
        .skip(if children { 13 } else { 11 })
        .take(2)
        .filter_map(|text| text.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}

/// What a run of this program took.
pub(super) struct Seen {
    pub(super) took: Duration,
    pub(super) cpu: Duration,
    /// The most it had, in MiB.
    pub(super) memory: f64,
    /// Without the pages of the program's own file.
    pub(super) own: f64,
}

/// Runs this program with these arguments.
pub(super) fn watched(arguments: &[&str], wanted: &[i32]) -> anyhow::Result<Seen> {
    let (begun, before) = (Instant::now(), cpu_of(true));
    let mut child = Command::new(std::env::current_exe()?)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let (mut memory, mut own) = (0.0_f64, 0.0_f64);
    let code = loop {
        if let Some(code) = child.try_wait()? {
            break code;
        }
        let text = fs::read_to_string(&status).unwrap_or_default();
        memory = memory.max(mebibytes(&text, "VmHWM:"));
        own = own.max(mebibytes(&text, "RssAnon:"));
        std::thread::sleep(Duration::from_millis(2));
    };
    let took = begun.elapsed();
    anyhow::ensure!(
        code.code().is_some_and(|code| wanted.contains(&code)),
        "`corridor {}` ended with {code}",
        arguments.join(" ")
    );
    Ok(Seen {
        took,
        cpu: cpu_of(true).saturating_sub(before),
        memory,
        own,
    })
}

/// A line of `/proc/…/status` that is in kB.
fn mebibytes(status: &str, name: &str) -> f64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}
