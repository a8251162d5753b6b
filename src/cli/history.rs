//! `corridor export`, `verify` and `doctor`: history out, and history checked.

use super::{
    serve::{ServeArgs, open_house},
    whole::Whole,
};
use crate::{
    audit::{
        derived::Format,
        export::ExportHeader,
        verify::{self, Verdict},
    },
    clock::Clock,
    domain::{
        Instant,
        id::{CaseId, PersonId},
    },
    house::House,
    process,
    store::{
        commit::{Stream, StreamKind},
        history::Selection,
        lists::CaseKey,
    },
    workflow::print::net,
};
use anyhow::{Context as _, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    fs::{self, File},
    io::{BufReader, Write},
    path::PathBuf,
};

/// Export the history of a case, or of a period, to a file that can be verified offline.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  corridor export --bundle --case CW-2025-7KQ4-MX2B-9DAA --output case.zip\n  corridor export --bundle --all --output everything.zip\n  corridor export --case CW-2025-7KQ4-MX2B-9DAA --output case.jsonl\n  corridor export --from 2025-01-01T00:00:00Z --to 2026-01-01T00:00:00Z --format csv --output 2025.csv"
)]
pub struct ExportArgs {
    #[command(flatten)]
    service: ServeArgs,
    /// The case: its reference or its id. Repeat it for several.
    #[arg(long = "case", value_name = "REFERENCE", conflicts_with_all = ["from", "to"])]
    cases: Vec<String>,
    /// Everything recorded from this instant …
    #[arg(long, requires = "to")]
    from: Option<Instant>,
    /// … to before this one.
    #[arg(long, requires = "from")]
    to: Option<Instant>,
    /// jsonl (verifiable), csv (for spreadsheets), xes or ocel (for process mining), pnml (the procedure as a net).
    #[arg(long, default_value = "jsonl", value_parser = ["jsonl", "csv", "xes", "ocel", "pnml"])]
    format: String,
    /// A ZIP with the log's proofs and a second verifier; the history can then be checked against checkpoints.
    #[arg(long, conflicts_with = "format")]
    bundle: bool,
    /// The whole log.
    #[arg(long, conflicts_with_all = ["cases", "from", "to"])]
    all: bool,
    /// Leave out names and texts; their commitments stay.
    #[arg(long)]
    withhold: bool,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

/// A line that tells how far something long has come; silent when nobody looks.
pub(super) fn progress(what: &str, length: Option<u64>) -> ProgressBar {
    let bar = length.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(5));
    let template = if length.is_some() {
        "{msg} {bar:30} {percent}% {per_sec}, {eta} left"
    } else {
        "{msg} {pos} ({per_sec})"
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    bar
}

async fn selection(house: &House, args: &ExportArgs) -> anyhow::Result<Selection> {
    if args.all {
        return Ok(Selection::Period(Instant::UNIX_EPOCH, house.clock.now()));
    }
    if let (Some(from), Some(to)) = (args.from, args.to) {
        return Ok(Selection::Period(from, to));
    }
    let mut streams = Vec::new();
    for named in &args.cases {
        let by_id: Option<CaseId> = named.parse().ok();
        let id = match by_id {
            Some(id) => id,
            None => {
                let row = house.store.case_by(CaseKey::Reference, named).await?;
                row.with_context(|| format!("there is no case {named}"))?.id
            }
        };
        streams.push(Stream {
            kind: StreamKind::Case,
            id: id.0,
        });
    }
    if streams.is_empty() {
        bail!("say what to export: --case, or --from and --to");
    }
    Ok(Selection::Streams(streams))
}

fn derived(format: &str) -> Option<Format> {
    match format {
        "xes" => Some(Format::Xes),
        "ocel" => Some(Format::Ocel),
        _ => None,
    }
}

/// `corridor export`. That it happened becomes part of the history.
///
/// # Errors
/// When there is no such case or the file cannot be written.
pub async fn export(args: &ExportArgs, out: &mut impl Write) -> anyhow::Result<i32> {
    if args.format == "pnml" {
        // The law is no secret, and needs no database.
        fs::write(&args.output, net::pnml()?).with_context(|| format!("cannot write {}", args.output.display()))?;
        writeln!(out, "the procedure written to {}", args.output.display())?;
        return Ok(0);
    }
    let house = open_house(args.service.settings()?, Clock::Wall).await?;
    let selection = selection(&house, args).await?;
    let console = crate::domain::people::Actor {
        authentication: crate::domain::people::Authentication::Console,
        ..crate::domain::people::Actor::system()
    };
    let format = if args.bundle { "bundle" } else { &args.format };
    process::record_export(&house, &console, Some(&selection).filter(|_| !args.all), format, None).await?;
    house.log_now().await?;
    if args.bundle {
        let selection = Some(&selection).filter(|_| !args.all);
        super::bundle::export(&house, selection, args.withhold, &args.output, out).await?;
        return Ok(0);
    }
    let (whole, mut file) = Whole::begin(&args.output)?;
    let told;
    if let Some(format) = derived(&args.format) {
        let selection = Some(&selection).filter(|_| !args.all);
        let events = house.store.derived(selection, format, &mut file).await?;
        told = format!("{events} events written to {}", args.output.display());
    } else if args.format == "csv" {
        let rows = house.store.export_csv(&selection, &mut file).await?;
        told = format!("{rows} events written to {}", args.output.display());
    } else {
        let bar = progress("events", None);
        let made = ExportHeader {
            made_at: house.clock.now(),
            made_by: PersonId(uuid::Uuid::nil()),
            withhold: args.withhold,
        };
        let manifest = house
            .store
            .export(&selection, &made, &mut file, &|n| bar.set_position(n))
            .await?;
        bar.finish_and_clear();
        let place = args.output.display();
        told = format!(
            "{} events of {} histories written to {place}\ncheck it with: corridor verify {place}",
            manifest.events, manifest.streams
        );
    }
    whole.finish(file)?;
    writeln!(out, "{told}")?;
    Ok(0)
}

/// Check an exported history, without any database: is it whole, in order and unedited?
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit code: 0 valid, 1 not valid (what is wrong is named), 2 the file cannot be used, 3 a bundle is valid, but nobody except the operator vouches for it (unwitnessed, unanchored or unsealed)."
)]
pub struct VerifyArgs {
    /// A file made by `corridor export` or by the API.
    file: PathBuf,
    /// The public key of the log, for a bundle; take it from the authority's publication, not from the bundle.
    ///
    /// Repeat it for the keys of the logs whose place this one took, if you have checkpoints of theirs.
    #[arg(long = "key", value_name = "NAME+ID+KEY")]
    keys: Vec<String>,
    /// A checkpoint from elsewhere, for example checkpoint.txt of a letter. Repeat it for several.
    #[arg(long = "anchor", value_name = "FILE")]
    anchors: Vec<PathBuf>,
    /// Who must have vouched for the log: a policy (C2SP tlog-policy) as the authority published it.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The verdict as JSON.
    #[arg(long)]
    json: bool,
}

/// `corridor verify`.
///
/// # Errors
/// When nothing can be printed.
pub fn verify(args: &VerifyArgs, out: &mut impl Write) -> anyhow::Result<i32> {
    if !args.keys.is_empty() || !args.anchors.is_empty() || args.policy.is_some() {
        let given = super::bundle::Given {
            keys: &args.keys,
            anchors: &args.anchors,
            policy: args.policy.as_ref(),
        };
        return super::bundle::verify(&args.file, given, args.json, out);
    }
    let opened = File::open(&args.file).and_then(|file| Ok((file.metadata()?.len(), file)));
    let (length, file) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            writeln!(out, "cannot read {}: {error}", args.file.display())?;
            return Ok(2);
        }
    };
    let bar = progress("checking", Some(length));
    let verdict = verify::verify(BufReader::new(file), |bytes| bar.set_position(bytes));
    bar.finish_and_clear();
    match verdict {
        Err(unusable) => {
            writeln!(out, "{}: {unusable}", args.file.display())?;
            Ok(2)
        }
        Ok(verdict) => {
            if args.json {
                writeln!(out, "{}", serde_json::to_string_pretty(&verdict)?)?;
            } else {
                say(&verdict, out)?;
            }
            Ok(i32::from(!verdict.valid))
        }
    }
}

fn say(verdict: &Verdict, out: &mut impl Write) -> anyhow::Result<()> {
    for fault in &verdict.found {
        let place = fault.stream.as_deref().unwrap_or("the file");
        let seq = fault.seq.map_or(String::new(), |seq| format!(", event {seq}"));
        writeln!(
            out,
            "line {}: {place}{seq}: {} ({})",
            fault.line, fault.says, fault.code
        )?;
    }
    let word = if verdict.valid { "VALID" } else { "NOT VALID" };
    writeln!(
        out,
        "{word}: {} events of {} histories, {} faults",
        verdict.events, verdict.streams, verdict.faults
    )?;
    writeln!(
        out,
        "{} private values match their commitments, {} are withheld",
        verdict.known, verdict.withheld
    )?;
    writeln!(out, "SHA-256 of the file: {}", verdict.sha256)?;
    Ok(())
}

/// Refold every history, compare it with what is listed, check every hash and every fence of the database.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Mends nothing. It brings the database up to date, as every command does that opens it, and then reads; it may run beside
a running service, for example every night. Settings are those of `corridor serve`.

Examples:
  corridor doctor
  corridor doctor --json --config /etc/corridor/production.toml

Exit code: 0 all is well; 1 something is wrong (each finding is named); 2 the database cannot be used.")]
pub struct DoctorArgs {
    #[command(flatten)]
    service: ServeArgs,
    /// Findings as JSON.
    #[arg(long)]
    json: bool,
}

/// `corridor doctor`: exit code 1 if anything is wrong.
///
/// # Errors
/// When the store cannot be read at all.
pub async fn doctor(args: &DoctorArgs, out: &mut impl Write) -> anyhow::Result<i32> {
    let house = open_house(args.service.settings()?, Clock::Wall).await?;
    let bar = progress("events", None);
    let chains = house.store.check_chains(&|n| bar.set_position(n)).await?;
    bar.finish_and_clear();
    let drift = process::doctor::drift(&house).await?;
    let fences = house.store.fences().await?;
    let (waiting, failed) = house.store.letters_waiting().await?;
    let well = chains.faults.is_empty() && drift.is_empty() && fences.is_empty();
    if args.json {
        let report = serde_json::json!({
            "well": well, "chains": chains, "drift": drift, "fences": fences,
            "letters_waiting": waiting, "letters_failed": failed,
        });
        writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
    } else {
        writeln!(
            out,
            "{} events in {} histories: hashes, links and commitments recomputed",
            chains.events, chains.streams
        )?;
        for fault in chains.faults.iter().chain(&drift).chain(&fences) {
            writeln!(out, "WRONG: {fault}")?;
        }
        writeln!(out, "letters waiting: {waiting}, given up: {failed}")?;
        writeln!(
            out,
            "{}",
            if well {
                "everything agrees"
            } else {
                "something is wrong"
            }
        )?;
    }
    Ok(i32::from(!well))
}
