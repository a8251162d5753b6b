//! `corridor bench core`: how fast the core is, measured against what the same machine's database can do at all.
//!
//! Reference and service take turns, several rounds long; what is printed and written are medians, ratios and spreads.

use super::{
    load::{Ask, Measured, Service},
    postgres::Cluster,
    raw::Raw,
    seed,
};
use crate::{cli::serve, clock::Clock, config::Settings, domain::id::CaseId};
use anyhow::{Context as _, bail};
use sea_orm::{ConnectionTrait as _, Database};
use serde_json::{Value, json};
use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::{Child, Command},
    time::Duration,
};

/// Transitions, reads, lists and sign-ins, on SQLite or on a throw-away PostgreSQL.
#[derive(Clone, Debug, clap::Args)]
pub struct CoreBenchArgs {
    /// Measure on PostgreSQL (initdb, pg_ctl and pgbench must be there) instead of SQLite.
    #[arg(long)]
    postgres: bool,
    /// Cases to begin with.
    #[arg(long, default_value_t = 1000)]
    cases: usize,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Rounds; each measures everything once.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How many ask at once.
    #[arg(long, value_delimiter = ',', default_value = "8,32")]
    clients: Vec<usize>,
    /// An empty or missing folder to work in; removed afterwards.
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Where the figures go, as JSON.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The service, running by itself; stopped when it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        if let Err(error) = self.0.kill().and_then(|()| self.0.wait()) {
            tracing::warn!(%error, "the measured service was not stopped");
        }
    }
}

impl Running {
    /// What it holds in memory, in MB.
    fn memory(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
        kib.unwrap_or_default() / 1024.0
    }
}

/// What the service is compared with.
enum Reference {
    Sqlite(Box<Raw>),
    Postgres(Box<Cluster>),
}

struct Bench {
    args: CoreBenchArgs,
    service: Service,
    reference: Reference,
    cases: Vec<CaseId>,
    token: String,
    running: Running,
}

/// Runs the command.
///
/// # Errors
/// When something cannot be started, or a request fails.
pub async fn run(args: &CoreBenchArgs, out: &mut impl Write) -> anyhow::Result<i32> {
    let usual = || std::env::temp_dir().join(format!("corridor-bench-{}", std::process::id()));
    let folder = args.folder.clone().unwrap_or_else(usual);
    if fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("{} is not empty", folder.display());
    }
    fs::create_dir_all(&folder)?;
    let done = measured(args, &folder, out).await;
    fs::remove_dir_all(&folder).context("the folder could not be removed")?;
    let report = done?;
    if let Some(file) = &args.output {
        fs::write(file, format!("{report:#}\n")).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(0)
}

async fn measured(args: &CoreBenchArgs, folder: &std::path::Path, out: &mut impl Write) -> anyhow::Result<Value> {
    writeln!(out, "{} cases are begun", args.cases)?;
    let mut bench = open(args, folder).await?;
    let idle = bench.running.memory();
    let mut rows = Vec::new();
    writeln!(
        out,
        "{:24} {:>7} {:>10} {:>8} {:>8} {:>10} {:>6} {:>7}",
        "", "clients", "service/s", "p50 ms", "p99 ms", "limit/s", "ratio", "spread"
    )?;
    for clients in args.clients.clone() {
        for what in ["transition", "read a case", "list 50", "sign in"] {
            let row = bench.compare(what, clients).await?;
            print(out, &row)?;
            rows.push(row);
        }
    }
    let busy = bench.running.memory();
    writeln!(out, "memory: {idle:.0} MB at the beginning, {busy:.0} MB at the end")?;
    Ok(json!({
        "engine": if args.postgres { "postgresql" } else { "sqlite" }, "cases": args.cases, "seconds": args.seconds,
        "rounds": args.rounds, "debug_build": cfg!(debug_assertions), "cores": std::thread::available_parallelism()?.get(),
        "load": fs::read_to_string("/proc/loadavg").unwrap_or_default().trim(),
        "memory_mb": { "idle": idle, "after": busy }, "figures": rows,
    }))
}

fn print(out: &mut impl Write, row: &Value) -> anyhow::Result<()> {
    let number = |path: &str| row.pointer(path).and_then(Value::as_f64);
    let shown = |path: &str, digits: usize| number(path).map_or("–".to_owned(), |n| format!("{n:.digits$}"));
    writeln!(
        out,
        "{:24} {:>7} {:>10} {:>8} {:>8} {:>10} {:>6} {:>7}",
        row["what"].as_str().unwrap_or_default(),
        row["clients"],
        shown("/service/per_second", 0),
        shown("/service/p50_ms", 1),
        shown("/service/p99_ms", 1),
        shown("/reference/per_second", 0),
        shown("/ratio", 2),
        shown("/spread", 2),
    )?;
    Ok(())
}

/// Seeds the database, copies it for the reference, and starts the service on it.
async fn open(args: &CoreBenchArgs, folder: &std::path::Path) -> anyhow::Result<Bench> {
    let data = folder.join("data");
    let cluster = args
        .postgres
        .then(|| Cluster::start(&folder.join("cluster"), free_port()?))
        .transpose()?;
    let mut settings = Settings::default();
    settings.data.folder.clone_from(&data);
    settings.jobs.enabled = false;
    settings.log.level = "error".to_owned();
    if let Some(cluster) = &cluster {
        cluster.sql("postgres", "CREATE DATABASE service")?;
        settings.database.url = Some(cluster.url("service"));
    }
    serve::begin_log(&settings);
    let url = settings.database.url.clone();
    let house = serve::open_house(settings, Clock::Wall).await?;
    seed::readers(&house).await?;
    let cases = seed::cases(&house, args.cases).await?;
    house.log_now().await?;
    drop(house);
    let port = free_port()?;
    let reference = match cluster {
        Some(cluster) => {
            // Whoever seeded has to leave before the database can be copied.
            tokio::time::sleep(Duration::from_secs(1)).await;
            cluster.sql("postgres", "CREATE DATABASE reference TEMPLATE service")?;
            cluster.sql("reference", BENCH_TABLE)?;
            Reference::Postgres(Box::new(cluster))
        }
        None => Reference::Sqlite(Box::new(Raw::open(&copied(&data).await?).await?)),
    };
    let running = Running(start(&data, port, url.as_deref())?);
    let service = Service {
        client: reqwest::Client::builder().no_proxy().build()?,
        base: format!("http://127.0.0.1:{port}"),
    };
    wait(&service).await?;
    let token = service.ask(&sign_in(seed::EMAIL)).await?;
    let token: Value = serde_json::from_slice(&token)?;
    let token = token["access_token"].as_str().context("no token")?.to_owned();
    Ok(Bench {
        args: args.clone(),
        service,
        reference,
        cases,
        token,
        running,
    })
}

fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// A copy of the SQLite database beside it. The database makes it: whoever seeded may not have left yet, and a file copied
/// while its journal is folded into it is torn.
async fn copied(data: &std::path::Path) -> anyhow::Result<PathBuf> {
    let copy = data.with_file_name("reference.sqlite");
    let db = Database::connect(format!("sqlite://{}", data.join("corridor.sqlite").display())).await?;
    db.execute_unprepared(&format!("VACUUM INTO '{}'", copy.display()))
        .await?;
    db.close().await?;
    Ok(copy)
}

fn start(data: &std::path::Path, port: u16, url: Option<&str>) -> anyhow::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data"])
        .arg(data)
        .env("CORRIDOR__LIMITS__REQUESTS_PER_SECOND", "0")
        .env("CORRIDOR__TOKENS__ACCESS_MINUTES", "60")
        .env("CORRIDOR__LOG__LEVEL", "error");
    if let Some(url) = url {
        command.env("CORRIDOR__DATABASE__URL", url);
    }
    command.spawn().context("the service does not start")
}

async fn wait(service: &Service) -> anyhow::Result<()> {
    let ready = Ask {
        path: "/health/ready".to_owned(),
        token: None,
        body: None,
    };
    for _ in 0..100 {
        if service.ask(&ready).await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    service.ask(&ready).await.map(drop)
}

fn sign_in(email: &str) -> Ask {
    Ask {
        path: "/api/v1/sessions".to_owned(),
        token: None,
        body: Some(json!({ "email": email, "password": seed::PASSWORD })),
    }
}

impl Bench {
    /// Reference and service in turns; the medians of both.
    async fn compare(&mut self, what: &str, clients: usize) -> anyhow::Result<Value> {
        let length = Duration::from_secs(self.args.seconds);
        let (mut service, mut reference) = (Vec::new(), Vec::new());
        for _ in 0..self.args.rounds.max(1) {
            reference.extend(self.limit(what, clients, length).await?);
            service.push(self.asked(what, clients, length).await?);
        }
        let spread = spread(&service);
        let (service, reference) = (median(service), median(reference));
        let ratio = match (&service, &reference) {
            (Some(service), Some(reference)) => Some(service.per_second / reference.per_second),
            _ => None,
        };
        Ok(json!({
            "what": what, "clients": clients, "service": service, "reference": reference, "ratio": ratio, "spread": spread,
        }))
    }

    async fn asked(&self, what: &str, clients: usize, length: Duration) -> anyhow::Result<Measured> {
        let (cases, token, what) = (self.cases.clone(), self.token.clone(), what.to_owned());
        let make = move |n: usize| {
            let case = cases
                .get(n % cases.len().max(1))
                .map_or(String::new(), ToString::to_string);
            let (path, body) = match what.as_str() {
                "transition" => {
                    let save =
                        json!({ "section": "safeguards", "content": format!("Seals and scales, checked {n} times.") });
                    let wish = json!({ "action": "save_section", "body": { "save": save } });
                    (format!("/api/v1/cases/{case}/actions"), Some(wish))
                }
                "read a case" => (format!("/api/v1/cases/{case}"), None),
                "list 50" => ("/api/v1/cases?limit=50".to_owned(), None),
                _ => return sign_in(&seed::reader(n)),
            };
            let token = Some(token.clone());
            Ask { path, token, body }
        };
        self.service.load(clients, length, make).await
    }

    /// What the database alone does with the same; nothing to compare a sign-in with.
    async fn limit(&mut self, what: &str, clients: usize, length: Duration) -> anyhow::Result<Option<Measured>> {
        match &mut self.reference {
            Reference::Sqlite(raw) if what == "transition" => raw.load(clients, length).await.map(Some),
            Reference::Sqlite(_) => Ok(None),
            Reference::Postgres(cluster) => {
                let script = match what {
                    "transition" => TRANSITION,
                    "read a case" => READ,
                    "list 50" => LIST,
                    _ => return Ok(None),
                };
                let script = format!("\\set n random(1, {})\n{script}", self.cases.len());
                cluster.pgbench(&script, clients, length.as_secs()).map(Some)
            }
        }
    }
}

const BENCH_TABLE: &str = "CREATE TABLE bench AS SELECT row_number() OVER () AS n, stream_id AS id, max(seq) AS seq \
    FROM event WHERE stream_kind = 'case' GROUP BY stream_id; ALTER TABLE bench ADD PRIMARY KEY (n)";
const READ: &str = "\
SELECT id AS id FROM bench WHERE n = :n \\gset
SELECT p.event_id, p.field, p.salt, p.value FROM event_private p JOIN event e ON e.id = p.event_id WHERE e.stream_kind = 'case' AND e.stream_id = ':id';
SELECT id, recorded_at, body, hash FROM event WHERE stream_kind = 'case' AND stream_id = ':id' ORDER BY seq;
";
const LIST: &str = "SELECT * FROM case_listing ORDER BY updated_at DESC, id DESC LIMIT 50;\n";
const TRANSITION: &str = "\
BEGIN;
SELECT id AS id, seq + 1 AS next FROM bench WHERE n = :n FOR UPDATE \\gset
SELECT p.event_id, p.field, p.salt, p.value FROM event_private p JOIN event e ON e.id = p.event_id WHERE e.stream_kind = 'case' AND e.stream_id = ':id';
SELECT id, recorded_at, body, hash FROM event WHERE stream_kind = 'case' AND stream_id = ':id' ORDER BY seq;
WITH e AS (INSERT INTO event (id, stream_kind, stream_id, seq, body, hash, recorded_at) VALUES (gen_random_uuid(), 'case', ':id', :next, decode(repeat('7b', 700), 'hex'), decode(repeat('00', 32), 'hex'), 0) RETURNING id)
INSERT INTO event_private (event_id, field, salt, value) SELECT id, 'text', decode(repeat('00', 32), 'hex'), decode(repeat('7b', 60), 'hex') FROM e;
UPDATE case_listing SET version = :next, updated_at = updated_at + 1 WHERE id = ':id';
UPDATE bench SET seq = :next WHERE n = :n;
COMMIT;
";

fn median(mut runs: Vec<Measured>) -> Option<Measured> {
    runs.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    let middle = runs.len() / 2;
    runs.into_iter().nth(middle)
}

/// How far the fastest and the slowest round are apart, as a share of the median.
fn spread(runs: &[Measured]) -> f64 {
    let rates = || runs.iter().map(|run| run.per_second);
    let (most, least) = (rates().fold(0.0, f64::max), rates().fold(f64::MAX, f64::min));
    let middle = median(runs.to_vec()).map_or(1.0, |run| run.per_second);
    (most - least) / middle
}
