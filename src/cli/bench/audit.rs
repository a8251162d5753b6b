//! `corridor bench audit`: what the log costs, and how fast a bundle is made and verified, each beside its limit.
//!
//! Everything is measured in a folder of its own that is removed afterwards. Limits that depend on the machine (SHA-256)
//! are measured in the same run, so that a slow machine neither hides nor fakes anything.

mod made;
mod watched;

use crate::{
    audit::{leaf::leaf_hash, proof::Proof, tree::Frontier},
    cli::serve::open_house,
    clock::Clock,
    config::Settings,
    domain::id::EventId,
    house::House,
    jobs::notary,
    store::commit::{Append, Commit, Head, Stream, StreamKind},
};
use anyhow::Context as _;
use serde_json::{Value, json};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use uuid::Uuid;
use watched::{Companion, cpu_of, watched};

/// Events of one history.
const HISTORY: u64 = 40;
/// Histories written at the same time.
const AT_ONCE: usize = 32;

#[derive(Clone, Debug, clap::Args)]
pub struct AuditBenchArgs {
    /// How many events the log gets.
    #[arg(long, default_value_t = 100_000)]
    events: u64,
    /// Where to work: a folder on the disk to be measured. Without: the folder of temporary files.
    #[arg(long, value_name = "FOLDER")]
    within: Option<PathBuf>,
    /// An empty PostgreSQL database instead of an SQLite file.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Then verify a bundle of so many events, made without a database, of 40 events a history.
    #[arg(long, default_value_t = 0)]
    large: u64,
    /// Also write the figures to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// One figure beside its limit or target.
struct Figure {
    what: &'static str,
    value: f64,
    unit: &'static str,
    target: Option<(f64, bool)>,
}

impl Figure {
    fn at_least(what: &'static str, value: f64, unit: &'static str, target: f64) -> Self {
        let target = Some((target, true));
        Self {
            what,
            value,
            unit,
            target,
        }
    }

    fn at_most(what: &'static str, value: f64, unit: &'static str, target: f64) -> Self {
        let target = Some((target, false));
        Self {
            what,
            value,
            unit,
            target,
        }
    }

    fn plain(what: &'static str, value: f64, unit: &'static str) -> Self {
        let target = None;
        Self {
            what,
            value,
            unit,
            target,
        }
    }

    fn met(&self) -> Option<bool> {
        self.target.map(|(target, least)| {
            if least {
                self.value >= target
            } else {
                self.value <= target
            }
        })
    }
}

/// Runs the command; needs a runtime.
///
/// # Errors
/// When something cannot be made, written or verified.
pub async fn run(args: &AuditBenchArgs, out: &mut impl Write) -> anyhow::Result<i32> {
    let folder = args.within.clone().unwrap_or_else(std::env::temp_dir);
    let folder = folder.join(format!("corridor-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let figures = measure(args, &folder).await;
    fs::remove_dir_all(&folder)?;
    let figures = figures?;
    for figure in &figures {
        let (met, target) = match (figure.met(), figure.target) {
            (Some(met), Some((target, least))) => (
                if met { "met" } else { "MISSED" },
                format!("{} {target}", if least { "≥" } else { "≤" }),
            ),
            _ => ("", String::new()),
        };
        writeln!(
            out,
            "{:<58} {:>14.1} {:<10} {target:<12} {met}",
            figure.what, figure.value, figure.unit
        )?;
    }
    if let Some(file) = &args.json {
        let figures: Vec<Value> = figures
            .iter()
            .map(|figure| {
                json!({ "what": figure.what, "value": figure.value, "unit": figure.unit,
                    "target": figure.target.map(|(target, _)| target), "met": figure.met() })
            })
            .collect();
        fs::write(file, serde_json::to_string_pretty(&figures)?)?;
    }
    Ok(0)
}

async fn measure(args: &AuditBenchArgs, folder: &Path) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    let mut settings = Settings::default();
    settings.data.folder = folder.join("data");
    settings.database.url.clone_from(&args.database);
    settings.jobs.enabled = false;
    let config = folder.join("bench.toml");
    let database = args
        .database
        .as_ref()
        .map(|url| format!("[database]\nurl = \"{url}\"\n"));
    fs::write(&config, database.unwrap_or_default())?;
    let house = open_house(settings.clone(), Clock::Wall).await?;
    fill(&house, args.events, &mut figures).await?;
    let data = folder.join("data");
    let (config, data) = (config.display().to_string(), data.display().to_string());
    let service = ["--config", &config, "--data", &data];
    let others = if is_postgres(&house) { 2 } else { 0 };
    let companions: Vec<_> = (0..others)
        .map(|_| Companion::start(&service))
        .collect::<anyhow::Result<_>>()?;
    soon(&house, companions.len(), &mut figures).await?;
    drop(companions);
    let head = house.store.log_head().await?.context("there is no log")?;
    let vkey = house.notary.verifier(&head.origin)?.vkey();
    let size = head.tree.size();
    let proof = Proof {
        index: size / 3,
        hashes: house.store.inclusion_proof(head.generation, size / 3, size).await?,
        checkpoint: String::new(),
    };
    figures.push(Figure::at_most(
        "inclusion proof",
        proof.text().len() as f64,
        "bytes",
        1024.0,
    ));
    drop(house);
    let bundle = folder.join("bundle.zip");
    let path = bundle.display().to_string();
    let export = [
        &["export"],
        &service[..],
        &["--bundle", "--all", "--withhold", "--output", &path],
    ]
    .concat();
    let made = watched(&export, &[0])?;
    let rate = size as f64 / made.took.as_secs_f64();
    figures.push(Figure::at_least("export", rate, "events/s", 300_000.0));
    figures.push(Figure::at_most("export, memory of its own", made.own, "MiB", 16.0));
    figures.push(Figure::plain("with the pages of the program", made.memory, "MiB"));
    let bytes = fs::metadata(&bundle)?.len() as f64 / size as f64;
    figures.push(Figure::at_most("bundle", bytes, "bytes/event", 150.0));
    verified(&bundle, &vkey, &mut figures)?;
    if args.large > 0 {
        let key = made::large(&bundle, args.large)?;
        verified(&bundle, &key, &mut figures)?;
    }
    Ok(figures)
}

/// Verifies a bundle in a process of its own, beside what hashing its events alone would take.
fn verified(bundle: &Path, vkey: &str, figures: &mut Vec<Figure>) -> anyhow::Result<()> {
    let (events, usual) = made::contents(bundle)?;
    let limit = hash_limit(usual);
    figures.push(Figure::plain("events of the bundle", events, "events"));
    figures.push(Figure::plain("their usual length", usual as f64, "bytes"));
    figures.push(Figure::plain("limit: leaf hash and tree, one core", limit, "events/s"));
    let (unpacking, format) = (made::unpacked(bundle, false)?, made::unpacked(bundle, true)?);
    let what = "limit of the format: unpack, hash the file, leaves and tree";
    figures.push(Figure::plain(what, format, "events/s"));
    let path = bundle.display().to_string();
    let seen = watched(&["verify", &path, "--key", vkey], &[0, 3])?;
    let (wall, core) = (
        events / seen.took.as_secs_f64(),
        events / seen.cpu.as_secs_f64().max(0.01),
    );
    figures.push(Figure::at_least("strict verification", wall, "events/s", 1_000_000.0));
    figures.push(Figure::plain("strict verification, of one core", core, "events/s"));
    // The limit of hashing knows nothing of a file that must be unpacked and hashed itself.
    let check = 1.0 / (1.0 / core - 1.0 / unpacking).max(f64::EPSILON);
    let share = |rate: f64, of: f64| 100.0 * rate / of;
    let what = "share of the limit: the check, its file unpacked";
    figures.push(Figure::at_least(what, share(check, limit), "%", 50.0));
    figures.push(Figure::plain("share of the limit: everything", share(core, limit), "%"));
    let what = "share of the limit of the format: everything";
    figures.push(Figure::plain(what, share(core, format), "%"));
    let what = "memory, with the pages of the program";
    figures.push(Figure::at_most(what, seen.memory, "MiB", 64.0));
    Ok(())
}

fn is_postgres(house: &House) -> bool {
    let url = house.settings.database.url.as_ref();
    url.is_some_and(|url| url.starts_with("postgres"))
}

/// How many events a core could hash in a second if it did nothing else.
fn hash_limit(length: usize) -> f64 {
    let body = vec![b'x'; length];
    let (begun, mut tree, mut done) = (Instant::now(), Frontier::default(), 0_u64);
    while begun.elapsed() < Duration::from_millis(1500) {
        for _ in 0..1000 {
            tree.push(leaf_hash(&body));
        }
        done += 1000;
    }
    done as f64 / begun.elapsed().as_secs_f64()
}

/// An event as long as a usual one.
fn event(seq: u32, person: Uuid, now: crate::domain::Instant) -> Value {
    json!({
        "id": EventId::fresh(), "seq": seq, "rule": "D-02", "type": "section_saved", "effective_at": now, "recorded_at": now,
        "by": { "person": person, "role": "drafter", "organisation": person, "authentication": "password" },
        "data": { "name": "goods", "saved": seq, "section": { "$private": { "text": "One thousand tonnes of wheat." } } },
    })
}

async fn write(house: &House, stream: Stream, after: Head, first: u32, count: u32) -> anyhow::Result<()> {
    let (person, now) = (Uuid::from_u128(7), house.clock.now());
    let events = (first..first + count).map(|seq| event(seq, person, now)).collect();
    let append = Append { stream, after, events };
    house
        .store
        .commit(Commit {
            appends: vec![append],
            ..Commit::default()
        })
        .await?;
    Ok(())
}

fn fresh() -> Stream {
    Stream {
        kind: StreamKind::Office,
        id: EventId::fresh().0,
    }
}

/// Writes the histories, then puts them into the log and signs, and says what each cost.
async fn fill(house: &Arc<House>, events: u64, figures: &mut Vec<Figure>) -> anyhow::Result<()> {
    let begun = Instant::now();
    let histories = events.div_ceil(HISTORY);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..histories {
        if tasks.len() >= AT_ONCE
            && let Some(done) = tasks.join_next().await
        {
            done??;
        }
        let house = house.clone();
        tasks.spawn(async move { write(&house, fresh(), Head::default(), 1, HISTORY as u32).await });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    let count = (histories * HISTORY) as f64;
    figures.push(Figure::plain(
        "recorded",
        count / begun.elapsed().as_secs_f64(),
        "events/s",
    ));
    let (begun, before) = (Instant::now(), cpu_of(false));
    house.log_now().await?;
    let took = begun.elapsed();
    figures.push(Figure::at_least(
        "sequenced and signed",
        count / took.as_secs_f64(),
        "events/s",
        20_000.0,
    ));
    let cost = cpu_of(false).saturating_sub(before).as_secs_f64() * 1e6 / count;
    figures.push(Figure::at_most("CPU that the log adds to an event", cost, "µs", 25.0));
    Ok(())
}

/// From the answer to a signed checkpoint, with the notary at work, here and in so many other processes.
async fn soon(house: &Arc<House>, others: usize, figures: &mut Vec<Figure>) -> anyhow::Result<()> {
    let here = Arc::clone(house);
    let notary = tokio::spawn(async move { notary::work(&here, notary::PATIENCE).await });
    let mut waits = Vec::new();
    for _ in 0..300 {
        let stream = fresh();
        write(house, stream, Head::default(), 1, 1).await?;
        let begun = Instant::now();
        while house.store.logged_until(stream).await? < 1 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        waits.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    notary.abort();
    // Aborted: that is how it ends.
    let _ = notary.await;
    waits.sort_by(f64::total_cmp);
    let at = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize];
    figures.push(Figure::plain("recorded to logged, median", at(0.5), "ms"));
    figures.push(Figure::plain(
        "instances at work, each a process",
        (others + 1) as f64,
        "",
    ));
    let target = if others > 0 { 1000.0 } else { 250.0 };
    figures.push(Figure::at_most("recorded to logged, 99 of 100", at(0.99), "ms", target));
    Ok(())
}
