//! `corridor bench pages`: how long the main pages take when there are very many cases.

use crate::{
    cli::{demo, serve},
    clock::Clock,
    config::{Settings, screening::EngineKind},
    jobs::deadline_clerk,
    store::lists::{CaseFilter, CaseRow, Scope},
};
use anyhow::{Context as _, bail};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, COOKIE, SET_COOKIE};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::Write,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// Copies the cases of a finished demonstration until there are this many, and asks for pages as a browser does.
#[derive(Clone, Debug, clap::Args)]
pub struct PagesBenchArgs {
    /// A folder that `corridor demo --exit` made; it is not changed.
    #[arg(long, value_name = "FOLDER", default_value = "./data/demo")]
    data: PathBuf,
    /// Where the copy goes; made anew.
    #[arg(long, value_name = "FOLDER")]
    into: PathBuf,
    #[arg(long, default_value_t = 100_000)]
    cases: u32,
    /// How often each page is asked for.
    #[arg(long, default_value_t = 200)]
    requests: usize,
    /// The same figures as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Who asks (by demonstration address; nobody: the public) for what; `{case}` and `{reference}` are filled in.
const PAGES: [(&str, &str); 24] = [
    ("", "/help"),
    ("", "/"),
    ("", "/notices"),
    ("", "/register"),
    ("", "/register?outcome=approved"),
    ("", "/register?country=ET"),
    ("", "/register.csv"),
    ("", "/register/{reference}"),
    ("", "/process"),
    ("officer@sec.example", "/queue"),
    ("officer@sec.example", "/queue?state=under_review"),
    ("officer@sec.example", "/queue?q={reference}"),
    ("officer@sec.example", "/queue.csv"),
    ("officer@sec.example", "/cases/{case}"),
    ("officer@sec.example", "/cases/{case}/history"),
    ("officer@sec.example", "/cases/{case}/inspection"),
    ("officer@sec.example", "/cases/{case}/documents"),
    ("officer@sec.example", "/cases/{case}/dossier"),
    ("chair@us.example", "/queue"),
    ("chair@us.example", "/queue?mine=1"),
    ("auditor@aud.example", "/audit"),
    ("auditor@aud.example", "/audit?role=co_chair"),
    ("auditor@aud.example", "/audit/access"),
    ("auditor@aud.example", "/queue"),
];

/// Runs the command.
///
/// # Errors
/// If the folder cannot be copied and opened, or a page is not answered with 200.
pub async fn run(args: &PagesBenchArgs, out: &mut impl Write) -> anyhow::Result<i32> {
    copy(&args.data, &args.into)?;
    let house = serve::open_house(settings(&args.into), Clock::Wall).await?;
    deadline_clerk::tick(&house).await.context("letting time act")?;
    let one = example(&house.store).await?;
    let begun = Instant::now();
    house.store.fill_with_copies(args.cases).await?;
    writeln!(
        out,
        "{} cases more in {:.1} s",
        args.cases,
        begun.elapsed().as_secs_f64()
    )?;
    let running = serve::start(&house, false)?;
    let root = format!("http://{}", running.address().context("the service listens nowhere")?);
    let mut browsers = BTreeMap::new();
    let mut lines = Vec::new();
    for (who, path) in PAGES {
        if !browsers.contains_key(who) {
            browsers.insert(who, Browser::of(&root, who).await?);
        }
        let Some(browser) = browsers.get(who) else { continue };
        let reference = one.reference.clone().unwrap_or_default();
        let path = path
            .replace("{case}", &one.id.to_string())
            .replace("{reference}", &reference);
        lines.push(measured(browser, who, &path, args.requests).await?);
        if let Some(line) = lines.last() {
            print(out, line)?;
        }
    }
    running.stop().await?;
    if let Some(file) = &args.json {
        let whole = json!({ "cases": args.cases, "requests": args.requests, "pages": lines });
        std::fs::write(file, serde_json::to_vec_pretty(&whole)?)?;
    }
    Ok(0)
}

fn print(out: &mut impl Write, line: &Value) -> anyhow::Result<()> {
    let figure = |name: &str| line[name].as_f64().unwrap_or_default();
    writeln!(
        out,
        "{:>8.1} ms p50 {:>8.1} ms p95 {:>7.1} KB  {} {}",
        figure("p50_ms"),
        figure("p95_ms"),
        figure("bytes") / 1000.0,
        line["path"].as_str().unwrap_or_default(),
        line["who"].as_str().unwrap_or_default(),
    )?;
    Ok(())
}

fn settings(folder: &Path) -> Settings {
    let mut settings = Settings::default();
    settings.data.folder = folder.to_owned();
    settings.mail.folder = Some(folder.join("letters"));
    settings.server.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    settings.log.level = "warn".to_owned();
    settings.limits.requests_per_second = 0;
    settings.jobs.enabled = false;
    settings.screening.engine = EngineKind::None;
    settings
}

/// The folder with everything in it.
fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    if to.exists() {
        bail!("{} is there already", to.display());
    }
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// A case with a waiver and a long history.
async fn example(store: &crate::store::Store) -> anyhow::Result<CaseRow> {
    let filter = CaseFilter {
        scope: Scope::Decided,
        with_waiver: true,
        limit: 100,
        ..CaseFilter::default()
    };
    let rows = store.cases(&filter).await?;
    let longest = rows.into_iter().max_by_key(|row| row.version);
    longest.context("the folder has no decided case: is the demonstration finished?")
}

async fn measured(browser: &Browser, who: &str, path: &str, requests: usize) -> anyhow::Result<Value> {
    let mut times = Vec::with_capacity(requests);
    let mut bytes = 0;
    for n in 0..requests + 5 {
        let begun = Instant::now();
        bytes = browser.read(path).await?;
        if n >= 5 {
            times.push(begun.elapsed());
        }
    }
    times.sort();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    let milli = |time: Duration| (time.as_secs_f64() * 10_000.0).round() / 10.0;
    Ok(json!({ "who": who, "path": path, "p50_ms": milli(at(50)), "p95_ms": milli(at(95)), "bytes": bytes }))
}

/// Somebody with cookies.
struct Browser {
    root: String,
    client: reqwest::Client,
    cookies: String,
}

impl Browser {
    /// Signed in, if there is an address.
    async fn of(root: &str, email: &str) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let mut browser = Self {
            root: root.to_owned(),
            client,
            cookies: String::new(),
        };
        if email.is_empty() {
            return Ok(browser);
        }
        let page = browser
            .client
            .get(format!("{root}/login"))
            .header(ACCEPT, "text/html")
            .send()
            .await?;
        browser.keep(&page);
        let html = page.text().await?;
        let token = html
            .split("name=\"csrf\" value=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let token = token.context("the sign-in page has no token")?.to_owned();
        let fields = [("csrf", token.as_str()), ("email", email), ("password", demo::PASSWORD)];
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let request = browser
            .client
            .post(format!("{root}/login"))
            .header(COOKIE, &browser.cookies);
        let request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        let reply = request.header(ACCEPT, "text/html").body(body.join("&")).send().await?;
        if reply.status() != 303 {
            bail!("{email} cannot sign in: {}", reply.status());
        }
        browser.keep(&reply);
        Ok(browser)
    }

    fn keep(&mut self, reply: &reqwest::Response) {
        for set in reply.headers().get_all(SET_COOKIE) {
            let pair = set.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
            self.cookies.push_str(&format!("{pair}; "));
        }
    }

    /// The page's size on the wire.
    async fn read(&self, path: &str) -> anyhow::Result<usize> {
        let request = self.client.get(format!("{}{path}", self.root));
        let request = request
            .header(ACCEPT, "text/html")
            .header(ACCEPT_ENCODING, "gzip")
            .header(COOKIE, &self.cookies);
        let reply = request.send().await?;
        let status = reply.status();
        if status != 200 {
            bail!("{path} is answered with {status}");
        }
        Ok(reply.bytes().await?.len())
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
