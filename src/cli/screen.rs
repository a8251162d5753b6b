//! `corridor screen`: is this name on a list? Works on list files alone, without a database.

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

/// Screen a party, vessel or bank against list files.
///
/// Exit code 0: no hit. 1: hits. 2: the question or a list cannot be used, nothing was screened.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  corridor screen \"ENISEY\" --kind vessel --number IMO=9079169 --list lists/sdn\n  \
    corridor screen \"Норд Проект\" --country RU --list lists/sdn --list un.xml\n\
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
    /// A list: a file, or a folder with the files of one list (SDN, ALT, ADD, COMMENTS); may be repeated.
    #[arg(long, value_name = "PATH", required = true)]
    pub list: Vec<PathBuf>,
    /// Score from which a hit is strong.
    #[arg(long, default_value_t = Thresholds::default().strong)]
    pub strong: f64,
    /// Score from which a hit is possible.
    #[arg(long, default_value_t = Thresholds::default().possible)]
    pub possible: f64,
    /// Print the answer as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Runs the command; the answer is the exit code.
///
/// # Errors
/// When the output cannot be written.
pub fn run(args: &ScreenArgs, out: &mut impl Write) -> anyhow::Result<i32> {
    let answered = answer(args);
    let (query, lists, hits, index) = match answered {
        Ok(answered) => answered,
        Err(reason) => {
            unusable(out, args.json, &format!("{reason:#}"))?;
            return Ok(UNUSABLE);
        }
    };
    if args.json {
        let lists: Vec<_> = lists.iter().map(list_json).collect();
        let answer = serde_json::json!({
            "result": if hits.is_empty() { "clear" } else { "hits" },
            "query": query, "lists": lists, "hits": hits,
            "thresholds": { "strong": args.strong, "possible": args.possible },
        });
        serde_json::to_writer_pretty(&mut *out, &answer)?;
        writeln!(out)?;
    } else {
        print(out, &query, &lists, &hits, &index)?;
    }
    Ok(if hits.is_empty() { CLEAR } else { HITS })
}

type Answer = (Query, Vec<Loaded>, Vec<Hit>, Index);

fn answer(args: &ScreenArgs) -> anyhow::Result<Answer> {
    let query = query(args)?;
    query.check()?;
    let thresholds = Thresholds {
        strong: args.strong,
        possible: args.possible,
        ..Thresholds::default()
    };
    let sound = (0.0..=1.0).contains(&args.possible) && (args.possible..=1.0).contains(&args.strong);
    anyhow::ensure!(sound, "thresholds run from 0 to 1, and strong is not below possible");
    let (lists, index) = load(&args.list)?;
    let hits = index.search(&query, &thresholds)?;
    Ok((query, lists, hits, index))
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

fn list_json(list: &Loaded) -> serde_json::Value {
    serde_json::json!({
        "list": list.list, "published": list.published, "files": list.files,
        "counts": list.counts, "complaints": list.complaints.len(),
    })
}

fn print(out: &mut impl Write, query: &Query, lists: &[Loaded], hits: &[Hit], index: &Index) -> anyhow::Result<()> {
    writeln!(out, "Screened: {}", subject(query))?;
    for list in lists {
        let published = list
            .published
            .as_ref()
            .map_or(String::new(), |date| format!(", published {date}"));
        let hash = list
            .files
            .first()
            .map_or("", |file| file.sha256.get(..12).unwrap_or_default());
        writeln!(
            out,
            "Against:  {}: {} parties, {} names{published} ({} file(s), SHA-256 {hash}…)",
            list.list,
            list.counts.entries,
            list.counts.names,
            list.files.len()
        )?;
    }
    writeln!(out)?;
    if hits.is_empty() {
        writeln!(out, "CLEAR: no listed party reaches the thresholds.")?;
        return Ok(());
    }
    let strong = hits.iter().filter(|hit| hit.band == Band::Strong).count();
    writeln!(out, "{} hit(s), {strong} of them strong", hits.len())?;
    for (number, hit) in (1..).zip(hits) {
        print_hit(out, number, hit, index)?;
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
mod tests {
    use super::*;

    fn screened(change: impl FnOnce(&mut ScreenArgs)) -> (i32, String) {
        let mut args = ScreenArgs {
            names: Vec::new(),
            kind: "any".into(),
            country: Vec::new(),
            number: Vec::new(),
            born: None,
            list: vec![format!("{}/tests/fixtures/lists/ofac_csv", env!("CARGO_MANIFEST_DIR")).into()],
            strong: Thresholds::default().strong,
            possible: Thresholds::default().possible,
            json: false,
        };
        change(&mut args);
        let mut out = Vec::new();
        let code = run(&args, &mut out).unwrap();
        (code, String::from_utf8(out).unwrap())
    }

    #[test]
    fn a_listed_ship_is_a_hit_with_its_reasons() {
        let (code, text) = screened(|args| {
            args.names = vec!["Hope of the Sea".into()];
            args.number = vec!["IMO=9079169".into()];
        });
        assert_eq!(code, HITS);
        assert!(text.contains("STRONG 0.95  ENISEY  [OFAC-SDN 37063]"), "{text}");
        assert!(text.contains("same number"), "{text}");
        assert!(text.contains("OFAC-SDN: 42 parties"), "{text}");
    }

    #[test]
    fn nobody_listed_is_clear() {
        let (code, text) = screened(|args| args.names = vec!["World Food Programme".into()]);
        assert_eq!(code, CLEAR);
        assert!(text.contains("CLEAR"), "{text}");
    }

    #[test]
    fn what_cannot_be_screened_is_never_clear() {
        let changes: [fn(&mut ScreenArgs); 7] = [
            |args| args.list = vec!["/nowhere/list.csv".into()],
            |args| args.list = vec![format!("{}/Cargo.toml", env!("CARGO_MANIFEST_DIR")).into()],
            |args| args.names = vec!["x".repeat(10_000)],
            |args| args.names = vec!["...".into()],
            |args| args.kind = "planet".into(),
            |args| args.number = vec!["9079169".into()],
            |args| args.possible = f64::NAN,
        ];
        for change in changes {
            for json in [false, true] {
                let (code, text) = screened(|args| {
                    args.names = vec!["ENISEY".into()];
                    args.json = json;
                    change(args);
                });
                assert_eq!(code, UNUSABLE, "{text}");
                assert!(text.contains(if json { "unusable" } else { "NOT SCREENED" }), "{text}");
            }
        }
    }

    #[test]
    fn the_answer_as_json_names_the_lists_and_the_hits() {
        let (code, text) = screened(|args| {
            args.names = vec!["Енисей".into()];
            args.json = true;
        });
        let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!((code, &answer["result"]), (HITS, &serde_json::json!("hits")));
        assert_eq!(answer["hits"][0]["entry"], "37063");
        assert_eq!(answer["lists"][0]["files"].as_array().unwrap().len(), 4);
    }
}
