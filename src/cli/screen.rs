//! `corridor screen`: is this name on a list? Works on list files alone, without a database.

use super::serve::{ServeArgs, open_house};
use crate::clock::Clock;
use crate::engine::{ScreeningEngine as _, built_in};
use crate::screening::{
    Band, Hit, Identifier, Index, Kind, ListedEntry, Query, Thresholds,
    lists::{Format, ListFile, Loaded, read},
};
use anyhow::Context;
use std::{
    fs::File,
    io::{BufReader, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

/// No list names such a party.
pub const CLEAR: i32 = 0;
/// There are hits.
pub const HITS: i32 = 1;
/// The question or a list cannot be used: nothing was screened.
pub const UNUSABLE: i32 = 2;

/// Screen a party, vessel or bank against the service's lists, or against list files.
///
/// Exit code 0: no hit. 1: hits. 2: the question or a list cannot be used, nothing was screened.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  corridor screen \"ENISEY\" --kind vessel --number IMO=9079169 --list lists/sdn\n  \
    corridor screen \"Норд Проект\" --country RU --list lists/sdn --list un.xml\n  \
    corridor screen \"Норд Проект\" --country RU --json          against the lists in force of this service\n\
    How names are compared is described in docs/screening.md."
)]
pub struct ScreenArgs {
    /// The name; other names of the same party (in other scripts) may follow.
    #[arg(value_name = "NAME", required_unless_present = "number")]
    pub names: Vec<String>,
    /// person, organisation, vessel, aircraft or any.
    #[arg(long, default_value = "any")]
    pub kind: String,
    /// ISO 3166 code of a country of the party; may be repeated.
    #[arg(long, value_name = "CODE")]
    pub country: Vec<String>,
    /// A number with its scheme, for example IMO=9079169, RU-INN=2901201732, BIC=…; may be repeated.
    #[arg(long, value_name = "SCHEME=NUMBER")]
    pub number: Vec<String>,
    /// Date of birth: 1971, 1971-05 or 1971-05-12.
    #[arg(long, value_name = "DATE")]
    pub born: Option<String>,
    /// A list: a file, or a folder with the files of one list (SDN, ALT, ADD, COMMENTS); may be repeated. Without: the lists in force of this service.
    #[arg(long, value_name = "PATH")]
    pub list: Vec<PathBuf>,
    /// Score from which a hit is strong. Without: the service's setting, or 0.84.
    #[arg(long)]
    pub strong: Option<f64>,
    /// Score from which a hit is possible. Without: the service's setting, or 0.67.
    #[arg(long)]
    pub possible: Option<f64>,
    /// Print the answer as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub service: ServeArgs,
}

/// Runs the command; the answer is the exit code.
///
/// # Errors
/// When the output cannot be written.
pub async fn run(args: &ScreenArgs, out: &mut impl Write) -> anyhow::Result<i32> {
    let answer = match answer(args).await {
        Ok(answer) => answer,
        Err(reason) => {
            unusable(out, args.json, &format!("{reason:#}"))?;
            return Ok(UNUSABLE);
        }
    };
    if args.json {
        let lists: Vec<_> = answer.lists.iter().map(|list| &list.facts).collect();
        let facts = serde_json::json!({
            "result": if answer.hits.is_empty() { "clear" } else { "hits" },
            "query": answer.query, "lists": lists, "hits": answer.hits,
            "thresholds": { "strong": answer.thresholds.strong, "possible": answer.thresholds.possible },
        });
        serde_json::to_writer_pretty(&mut *out, &facts)?;
        writeln!(out)?;
    } else {
        print(out, &answer)?;
    }
    Ok(if answer.hits.is_empty() { CLEAR } else { HITS })
}

struct Answer {
    query: Query,
    lists: Vec<Against>,
    hits: Vec<Hit>,
    index: Arc<Index>,
    thresholds: Thresholds,
}

/// A list that was searched: its facts, and the same in one line.
struct Against {
    facts: serde_json::Value,
    line: String,
}

async fn answer(args: &ScreenArgs) -> anyhow::Result<Answer> {
    let query = query(args)?;
    query.check()?;
    let (lists, index, usual) = if args.list.is_empty() {
        of_service(args).await?
    } else {
        let (lists, index) = load(&args.list)?;
        (
            lists.iter().map(against_file).collect(),
            Arc::new(index),
            Thresholds::default(),
        )
    };
    let thresholds = Thresholds {
        strong: args.strong.unwrap_or(usual.strong),
        possible: args.possible.unwrap_or(usual.possible),
        ..usual
    };
    let sound = (0.0..=1.0).contains(&thresholds.possible) && (thresholds.possible..=1.0).contains(&thresholds.strong);
    anyhow::ensure!(sound, "thresholds run from 0 to 1, and strong is not below possible");
    let hits = index.search(&query, &thresholds)?;
    Ok(Answer {
        query,
        lists,
        hits,
        index,
        thresholds,
    })
}

/// The lists in force of the service; as in the service, one that is missing or too old lets nothing be screened.
async fn of_service(args: &ScreenArgs) -> anyhow::Result<(Vec<Against>, Arc<Index>, Thresholds)> {
    let house = open_house(args.service.settings()?, Clock::Wall).await?;
    let engine = built_in::BuiltIn::new(&house.settings.screening, house.screener.lists.clone());
    engine.health(house.clock.now()).await?;
    let in_force = house.screener.lists.in_force().await?;
    let lists = in_force.lists.iter().map(|(version, checked_at)| Against {
        facts: serde_json::json!({
            "list": version.source, "version": version.label(), "published": version.published,
            "checked_at": checked_at, "files": version.files,
            "counts": { "entries": version.entries, "names": version.names, "identifiers": version.identifiers },
            "complaints": version.complaints,
        }),
        line: format!(
            "{} {}: {} parties, {} names",
            version.source,
            version.label(),
            version.entries,
            version.names
        ),
    });
    let thresholds = built_in::thresholds(&house.settings.screening);
    Ok((lists.collect(), in_force.index.clone(), thresholds))
}

fn query(args: &ScreenArgs) -> anyhow::Result<Query> {
    let kind = Kind::named(&args.kind).with_context(|| {
        format!(
            "--kind {}: it is person, organisation, vessel, aircraft or any",
            args.kind
        )
    })?;
    let number = |text: &String| {
        let (scheme, value) = text
            .split_once('=')
            .with_context(|| format!("--number {text}: write SCHEME=NUMBER, for example IMO=9079169"))?;
        Ok(Identifier::new(scheme, value))
    };
    Ok(Query {
        kind,
        names: args.names.clone(),
        identifiers: args.number.iter().map(number).collect::<anyhow::Result<_>>()?,
        countries: args.country.iter().map(|code| code.to_ascii_uppercase()).collect(),
        date_of_birth: args.born.clone(),
    })
}

/// All lists, each whole, and one index over them.
///
/// # Errors
/// If one of them cannot be read: then nothing is screened.
pub(super) fn load(paths: &[PathBuf]) -> anyhow::Result<(Vec<Loaded>, Index)> {
    let mut lists = Vec::new();
    let mut entries: Vec<Arc<ListedEntry>> = Vec::new();
    for path in paths {
        let mut loaded = load_one(path)?;
        entries.extend(std::mem::take(&mut loaded.entries).into_iter().map(Arc::new));
        lists.push(loaded);
    }
    Ok((lists, Index::build(entries)))
}

fn load_one(path: &Path) -> anyhow::Result<Loaded> {
    let paths = if path.is_dir() {
        files_in(path)?
    } else {
        vec![path.to_owned()]
    };
    let mut files = Vec::new();
    for path in &paths {
        let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        files.push(ListFile::new(name.unwrap_or_default(), BufReader::new(file)));
    }
    let Some(first) = files.first_mut() else {
        anyhow::bail!("{} holds no list files (csv, xml, json)", path.display());
    };
    let name = first.name.clone();
    let format = Format::of(first)?;
    Ok(read(format.usual_list(&name), format, files)?)
}

fn files_in(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let named = || format!("cannot read {}", folder.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(named)? {
        let path = entry.with_context(named)?.path();
        let known = path.extension().is_some_and(|end| {
            ["csv", "xml", "json", "jsonl"]
                .iter()
                .any(|known| end.eq_ignore_ascii_case(known))
        });
        if known && path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn unusable(out: &mut impl Write, json: bool, reason: &str) -> anyhow::Result<()> {
    if json {
        let answer = serde_json::json!({ "result": "unusable", "reason": reason });
        serde_json::to_writer_pretty(&mut *out, &answer)?;
        writeln!(out)?;
    } else {
        writeln!(out, "NOT SCREENED: {reason}")?;
        writeln!(out, "This is not a clear result.")?;
    }
    Ok(())
}

fn against_file(list: &Loaded) -> Against {
    let published = list.published.as_ref();
    let published = published.map_or(String::new(), |date| format!(", published {date}"));
    let first = list.files.first();
    let hash = first.map_or("", |file| file.sha256.get(..12).unwrap_or_default());
    Against {
        facts: serde_json::json!({
            "list": list.list, "published": list.published, "files": list.files,
            "counts": list.counts, "complaints": list.complaints.len(),
        }),
        line: format!(
            "{}: {} parties, {} names{published} ({} file(s), SHA-256 {hash}…)",
            list.list,
            list.counts.entries,
            list.counts.names,
            list.files.len()
        ),
    }
}

fn print(out: &mut impl Write, answer: &Answer) -> anyhow::Result<()> {
    writeln!(out, "Screened: {}", subject(&answer.query))?;
    for list in &answer.lists {
        writeln!(out, "Against:  {}", list.line)?;
    }
    writeln!(out)?;
    let hits = &answer.hits;
    if hits.is_empty() {
        writeln!(out, "CLEAR: no listed party reaches the thresholds.")?;
        return Ok(());
    }
    let strong = hits.iter().filter(|hit| hit.band == Band::Strong).count();
    writeln!(out, "{} hit(s), {strong} of them strong", hits.len())?;
    for (number, hit) in (1..).zip(hits) {
        print_hit(out, number, hit, &answer.index)?;
    }
    Ok(())
}

fn subject(query: &Query) -> String {
    let mut parts: Vec<String> = query.names.iter().map(|name| format!("\"{name}\"")).collect();
    parts.extend(query.identifiers.iter().map(|id| format!("{} {}", id.scheme, id.value)));
    if query.kind != Kind::Unknown {
        parts.push(query.kind.word().to_owned());
    }
    parts.extend(query.countries.iter().cloned());
    parts.extend(query.date_of_birth.iter().map(|date| format!("born {date}")));
    parts.join(", ")
}

fn print_hit(out: &mut impl Write, number: usize, hit: &Hit, index: &Index) -> anyhow::Result<()> {
    writeln!(out)?;
    writeln!(
        out,
        "{number}. {} {:.2}  {}  [{} {}]",
        hit.band.word().to_uppercase(),
        hit.score,
        hit.explanation.listed_primary_name,
        hit.list,
        hit.entry
    )?;
    if let Some(entry) = index.entry(&hit.list, &hit.entry) {
        let born: Vec<String> = entry.dates_of_birth.iter().map(|date| format!("born {date}")).collect();
        let facts = [
            entry.kind.word().to_owned(),
            entry.programmes.join(", "),
            entry.countries.join(", "),
            born.join(", "),
        ];
        let facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
        writeln!(out, "   {}", facts.join(" · "))?;
    }
    for words in &hit.explanation.words {
        writeln!(out, "   - {words}")?;
    }
    if hit.explanation.ofac_style > 0 {
        writeln!(
            out,
            "   (OFAC-style figure, for information: {})",
            hit.explanation.ofac_style
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
