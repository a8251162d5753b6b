//! Processes, and what they took.

use std::{
    fs,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

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
