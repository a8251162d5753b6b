//! `corridor bench`: the speed of the core (`core`), of the pages and of the log (`audit`); for
//! screening, how well and how fast names are found, on a labelled file.

mod audit;
mod core;
mod load;
mod pages;
mod postgres;
mod raw;
mod seed;

use super::screen;
use crate::screening::{Identifier, Index, Kind, Query, Thresholds};
use anyhow::Context;
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// Measure parts of the service.
#[derive(Clone, Debug, clap::Args)]
pub struct BenchArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum What {
    /// Recall, false alerts, time and memory of screening.
    Screening(ScreeningBenchArgs),
    Core(core::CoreBenchArgs),
    /// Time of the main pages with many cases.
    Pages(pages::PagesBenchArgs),
    /// What the log costs; bundles made and verified.
    Audit(audit::AuditBenchArgs),
}

/// Columns of the labelled file: party_type, query, expected_ent_nums (several parted by `|`; none if nobody is to be found), kind;
/// and, if they are there, numbers (`IMO=9079169`) and country.
#[derive(Clone, Debug, clap::Args)]
struct ScreeningBenchArgs {
    /// The list: a file, or a folder with the files of one list.
    #[arg(long, value_name = "PATH", required = true)]
    list: Vec<PathBuf>,
    /// The labelled questions, in CSV.
    #[arg(long, value_name = "FILE")]
    labelled: PathBuf,
    /// Print the figures as JSON, too.
    #[arg(long)]
    json: bool,
}

#[derive(Deserialize)]
struct Row {
    party_type: String,
    query: String,
    expected_ent_nums: String,
    kind: String,
    #[serde(default)]
    numbers: String,
    #[serde(default)]
    country: String,
}

/// What came of the questions of one kind.
#[derive(Clone, Copy, Default)]
struct Tally {
    asked: usize,
    first: usize,
    five: usize,
    possible: usize,
    strong: usize,
}

/// Runs the command.
///
/// # Errors
/// If a file cannot be read.
pub async fn run(args: &BenchArgs, out: &mut impl Write) -> anyhow::Result<i32> {
    match &args.what {
        What::Screening(args) => screening(args, out),
        What::Core(args) => core::run(args, out).await,
        What::Pages(args) => pages::run(args, out).await,
        What::Audit(args) => audit::run(args, out).await,
    }
}

fn screening(args: &ScreeningBenchArgs, out: &mut impl Write) -> anyhow::Result<i32> {
    let begun = Instant::now();
    let (lists, index) = screen::load(&args.list)?;
    let loading = begun.elapsed();
    let names: usize = lists.iter().map(|list| list.counts.names).sum();
    writeln!(
        out,
        "{} parties, {names} names: read and indexed in {} ms",
        index.len(),
        loading.as_millis()
    )?;
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let mut times = Vec::new();
    let mut highest = Vec::new();
    let mut right = Vec::new();
    for row in rows(&args.labelled)? {
        let measured = measure(&index, &row)?;
        times.push(measured.time);
        let tally = tallies.entry(row.kind.clone()).or_default();
        tally.add(&measured);
        if measured.nobody {
            highest.push(measured.score);
        } else if counts(&row.kind) {
            right.push(measured.score);
        }
    }
    print_kinds(out, &tallies)?;
    let rates = print_rates(out, &mut highest, &right)?;
    let question = print_times(out, &mut times)?;
    if args.json {
        let kinds = tallies.iter().map(|(kind, tally)| (kind.clone(), tally.json()));
        let kinds: serde_json::Map<String, serde_json::Value> = kinds.collect();
        let figures = serde_json::json!({
            "parties": index.len(), "names": names, "load_ms": loading.as_millis() as u64, "kinds": kinds,
            "names_found": sum(&tallies, &counts).json(), "found_at_false_alerts": rates, "question": question,
        });
        writeln!(out, "{figures}")?;
    }
    Ok(0)
}

/// Aliases that share nothing with a listed name, and bare numbers, are reported and not counted among the names.
fn counts(kind: &str) -> bool {
    let by_number = kind.starts_with("id_") || kind == "renamed_imo" || kind == "supplier_tax";
    kind != "alias_unrelated" && !by_number && !kind.starts_with("neg_")
}

fn rows(path: &Path) -> anyhow::Result<Vec<Row>> {
    let mut reader = csv::Reader::from_path(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(reader.deserialize().collect::<Result<_, _>>()?)
}

/// The time is that of a question with the usual thresholds: of three tries the best, of more if it seems slow, for the
/// others waited for the machine.
const MOST_TRIES: usize = 15;
const SLOW: Duration = Duration::from_millis(3);

struct Measured {
    nobody: bool,
    rank: Option<usize>,
    /// Of the right party if it is among the first five; of the first hit if there is no right one.
    score: f64,
    time: Duration,
}

fn measure(index: &Index, row: &Row) -> anyhow::Result<Measured> {
    let kind = Kind::named(&row.party_type).unwrap_or_default();
    let numbers = row.numbers.split('|').filter_map(|number| number.split_once('='));
    let query = Query {
        identifiers: numbers.map(|(scheme, value)| Identifier::new(scheme, value)).collect(),
        countries: Some(row.country.clone())
            .filter(|country| !country.is_empty())
            .into_iter()
            .collect(),
        ..Query::name(kind, &row.query)
    };
    let all = Thresholds {
        possible: 0.001,
        ..Thresholds::default()
    };
    let hits = index.search(&query, &all)?;
    let mut time = Duration::MAX;
    for tries in 0..MOST_TRIES {
        if tries >= 3 && time < SLOW {
            break;
        }
        let begun = Instant::now();
        index.search(&query, &Thresholds::default())?;
        time = time.min(begun.elapsed());
    }
    let expected: Vec<&str> = row.expected_ent_nums.split('|').filter(|id| !id.is_empty()).collect();
    let rank = hits.iter().position(|hit| expected.contains(&hit.entry.as_str()));
    let counted = if expected.is_empty() {
        Some(0)
    } else {
        rank.filter(|rank| *rank < 5)
    };
    let score = counted.and_then(|rank| hits.get(rank)).map_or(0.0, |hit| hit.score);
    Ok(Measured {
        nobody: expected.is_empty(),
        rank,
        score,
        time,
    })
}

impl Tally {
    fn add(&mut self, measured: &Measured) {
        let thresholds = Thresholds::default();
        self.asked += 1;
        self.first += usize::from(measured.rank == Some(0));
        self.five += usize::from(measured.rank.is_some_and(|rank| rank < 5));
        self.possible += usize::from(measured.score >= thresholds.possible);
        self.strong += usize::from(measured.score >= thresholds.strong);
    }

    fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "asked": self.asked, "first": self.first, "among_five": self.five, "possible": self.possible,
            "strong": self.strong,
        })
    }

    fn plus(mut self, other: &Self) -> Self {
        self.asked += other.asked;
        self.first += other.first;
        self.five += other.five;
        self.possible += other.possible;
        self.strong += other.strong;
        self
    }
}

fn print_kinds(out: &mut impl Write, tallies: &BTreeMap<String, Tally>) -> anyhow::Result<()> {
    writeln!(
        out,
        "{:20} {:>6} {:>6} {:>6} {:>9} {:>7}",
        "kind", "asked", "r@1", "r@5", "possible+", "strong"
    )?;
    let mut line = |kind: &str, tally: &Tally| {
        let share = |count: usize| count as f64 / tally.asked.max(1) as f64;
        writeln!(
            out,
            "{kind:20} {:>6} {:>6.3} {:>6.3} {:>9.3} {:>7.3}",
            tally.asked,
            share(tally.first),
            share(tally.five),
            share(tally.possible),
            share(tally.strong)
        )
    };
    for (kind, tally) in tallies {
        line(kind, tally)?;
    }
    line("ALL NAMES", &sum(tallies, &counts))?;
    line("NOBODY LISTED", &sum(tallies, &|kind| kind.starts_with("neg_")))?;
    Ok(())
}

fn sum(tallies: &BTreeMap<String, Tally>, wanted: &dyn Fn(&str) -> bool) -> Tally {
    let tallies = tallies.iter().filter(|(kind, _)| wanted(kind));
    tallies.fold(Tally::default(), |sum, (_, tally)| sum.plus(tally))
}

/// What is found at the threshold at which so many of those who are not listed raise an alert.
fn print_rates(out: &mut impl Write, highest: &mut [f64], right: &[f64]) -> anyhow::Result<Vec<serde_json::Value>> {
    let mut rates = Vec::new();
    highest.sort_by(|a, b| b.total_cmp(a));
    for percent in [1.0, 2.5, 5.0, 10.0] {
        let allowed = (highest.len() as f64 * percent / 100.0) as usize;
        let threshold = highest.get(allowed).map_or(0.0, |score| score + 1e-9);
        let found = right.iter().filter(|score| **score >= threshold).count();
        let share = found as f64 / right.len().max(1) as f64;
        writeln!(
            out,
            "at {percent} % false alerts (threshold {threshold:.3}): {share:.3} found"
        )?;
        rates.push(serde_json::json!({ "percent": percent, "threshold": threshold, "found": share }));
    }
    Ok(rates)
}

fn print_times(out: &mut impl Write, times: &mut [Duration]) -> anyhow::Result<serde_json::Value> {
    times.sort_unstable();
    let at = |share: f64| {
        let place = (times.len() as f64 * share) as usize;
        times
            .get(place.min(times.len().saturating_sub(1)))
            .map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    };
    writeln!(
        out,
        "one question: p50 {:.2} ms, p95 {:.2} ms, p99 {:.2} ms",
        at(0.5),
        at(0.95),
        at(0.99)
    )?;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let memory = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let memory = memory.map(str::trim).unwrap_or_default();
    writeln!(out, "most memory held: {memory}")?;
    Ok(serde_json::json!({ "p50_ms": at(0.5), "p95_ms": at(0.95), "p99_ms": at(0.99), "memory": memory }))
}
