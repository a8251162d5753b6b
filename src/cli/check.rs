//! `corridor check`: does a dossier hold? For submitters before they file, and for officials at their desk.

use crate::domain::{
    case_fixture,
    check::{Advice, Around, Code, Finding, Report, Severity, check, check_alone},
    dossier::{DossierFile, FileError, read_file},
    notice::NoticeContent,
};
use anyhow::Context;
use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
};

/// The longest file that is read.
const MAX_BYTES: u64 = 20 * 1024 * 1024;

/// The dossier could be submitted and would not be returned.
pub const HOLDS: i32 = 0;
/// It could not be submitted, or would be returned for correction.
pub const RETURNED: i32 = 1;
/// The file is not a dossier.
pub const UNREADABLE: i32 = 2;

/// Check a dossier: completeness, identifiers, units, codes, criteria.
///
/// Exit code 0: it could be submitted and would not be returned. 1: it could not be submitted, or would be returned.
/// 2: the file is not a dossier.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Example: corridor check docs/examples/dossier.json\nThe format is described in docs/dossier-format.md."
)]
pub struct CheckArgs {
    /// A dossier in JSON, bare or with its notice; `-` reads standard input.
    #[arg(required_unless_present = "codes", value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The notice the dossier answers, in JSON (instead of the one in FILE).
    #[arg(long, value_name = "FILE")]
    pub notice: Option<PathBuf>,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
    /// List every code a finding may have, as a table.
    #[arg(long, conflicts_with_all = ["file", "notice", "json"])]
    pub codes: bool,
}

/// Runs the command; the answer is the exit code.
///
/// # Errors
/// When a file cannot be read from disk or the output cannot be written.
pub fn run(args: &CheckArgs, out: &mut impl Write) -> anyhow::Result<i32> {
    let Some(path) = args.file.as_deref().filter(|_| !args.codes) else {
        out.write_all(code_table().as_bytes())?;
        return Ok(HOLDS);
    };
    let file = match read(path, args.notice.as_deref())? {
        Ok(file) => file,
        Err(refused) => {
            unreadable(out, args.json, &refused)?;
            return Ok(UNREADABLE);
        }
    };
    let report = match &file.notice {
        Some(notice) => check(&file.dossier, notice, &Around::UNKNOWN),
        None => check_alone(&file.dossier),
    };
    if args.json {
        serde_json::to_writer_pretty(&mut *out, &report)?;
        writeln!(out)?;
    } else {
        print(out, &report, file.notice.as_ref())?;
    }
    let holds = report.can_be_submitted() && !report.would_be_returned();
    Ok(if holds { HOLDS } else { RETURNED })
}

/// The dossier and its notice, or where one of the files goes wrong.
fn read(path: &Path, notice: Option<&Path>) -> anyhow::Result<Result<DossierFile, FileError>> {
    let bytes = bytes(path)?;
    let mut file = match parse(&bytes) {
        Ok(file) => file,
        Err(refused) => return Ok(Err(in_file(path, refused))),
    };
    if let Some(path) = notice {
        match crate::domain::dossier::read_json::<NoticeContent>(&self::bytes(path)?) {
            Ok(notice) => file.notice = Some(notice),
            Err(refused) => return Ok(Err(in_file(path, refused))),
        }
    }
    Ok(Ok(file))
}

/// Our own format, or a public case in the neutral shape.
fn parse(bytes: &[u8]) -> Result<DossierFile, FileError> {
    if !case_fixture::is_case(bytes) {
        return read_file(bytes);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| FileError {
        path: ".".to_owned(),
        message: error.to_string(),
    })?;
    let case = case_fixture::read(text)?;
    Ok(DossierFile::new(case.example(), Some(case.notice)))
}

fn in_file(path: &Path, refused: FileError) -> FileError {
    FileError {
        message: format!("{} (in {})", refused.message, path.display()),
        ..refused
    }
}

fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let named = || format!("cannot read {}", path.display());
    if path == Path::new("-") {
        std::io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    } else {
        let file = std::fs::File::open(path).with_context(named)?;
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).with_context(named)?;
    }
    anyhow::ensure!(
        bytes.len() as u64 <= MAX_BYTES,
        "{} is longer than {} megabytes",
        path.display(),
        MAX_BYTES / 1024 / 1024
    );
    Ok(bytes)
}

fn unreadable(out: &mut impl Write, json: bool, refused: &FileError) -> anyhow::Result<()> {
    if json {
        let answer = serde_json::json!({"unreadable": {"path": refused.path, "message": refused.message}});
        writeln!(out, "{answer:#}")?;
    } else {
        writeln!(out, "This is not a dossier in the documented format.")?;
        writeln!(out, "  {}: {}", visible(&refused.path), visible(&refused.message))?;
        writeln!(out, "The format is described in docs/dossier-format.md.")?;
    }
    Ok(())
}

fn print(out: &mut impl Write, report: &Report, notice: Option<&NoticeContent>) -> anyhow::Result<()> {
    match notice {
        Some(notice) => writeln!(out, "Checked against notice {}.", visible(&notice.number))?,
        None => writeln!(
            out,
            "Checked without a notice: what a notice asks for was not looked at."
        )?,
    }
    for (severity, title) in [
        (Severity::Error, "Errors"),
        (Severity::Warning, "Warnings"),
        (Severity::Info, "Remarks"),
    ] {
        let group: Vec<&Finding> = report.findings.iter().filter(|one| one.severity == severity).collect();
        if !group.is_empty() {
            writeln!(out, "\n{title} ({})", group.len())?;
            for finding in group {
                let path = if finding.path.is_empty() {
                    "the dossier"
                } else {
                    &finding.path
                };
                writeln!(out, "  {}  {}", finding.code, visible(path))?;
                writeln!(out, "      {}", visible(&finding.message))?;
            }
        }
    }
    if !report.criteria.is_empty() {
        writeln!(out, "\nCriteria (advice of the machine; people find)")?;
        for one in &report.criteria {
            let advice = match one.advice {
                Advice::Met => "met",
                Advice::NotMet => "not met",
                Advice::CannotTell => "cannot tell",
            };
            writeln!(
                out,
                "  {:<6} {advice:<12} {}",
                visible(&one.criterion),
                visible(&one.looked_at)
            )?;
        }
    }
    if !report.missing.is_empty() {
        writeln!(out, "\nMissing: {}", visible(&report.missing.join(", ")))?;
    }
    writeln!(out, "\n{}", verdict(report))?;
    Ok(())
}

fn verdict(report: &Report) -> &'static str {
    if !report.can_be_submitted() {
        "Result: it cannot be submitted yet."
    } else if report.would_be_returned() {
        "Result: it can be submitted, but would be returned for correction."
    } else {
        "Result: it can be submitted and would not be returned."
    }
}

/// What a dossier says must not steer the reader's terminal.
fn visible(text: &str) -> String {
    let strange = |c: char| c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if strange(c) { '\u{FFFD}' } else { c }).collect()
}

/// Every code, as `docs/dossier-format.md` lists them.
#[must_use]
pub fn code_table() -> String {
    let word = |value: &dyn std::fmt::Debug| format!("{value:?}").to_lowercase();
    let rows = Code::ALL.iter().map(|code| {
        let (severity, blocks) = (word(&code.severity()), word(&code.blocks()));
        format!("| `{code}` | {severity} | {blocks} | {} |\n", code.meaning())
    });
    let rows: String = rows.collect();
    format!("| Code | Severity | Blocks | Meaning |\n|---|---|---|---|\n{rows}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = env!("CARGO_MANIFEST_DIR");

    fn checked(file: &Path, json: bool) -> (i32, String) {
        let args = CheckArgs {
            file: Some(file.to_owned()),
            notice: None,
            json,
            codes: false,
        };
        let mut out = Vec::new();
        let code = run(&args, &mut out).unwrap();
        (code, String::from_utf8(out).unwrap())
    }

    fn case(name: &str) -> PathBuf {
        Path::new(ROOT).join("tests/fixtures/cases").join(name)
    }

    fn written(content: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content.as_bytes()).unwrap();
        file
    }

    /// The grain case in its envelope: what `docs/examples/dossier.json` carries.
    fn example() -> String {
        let case = parse(&bytes(&case("P-01-seed-grain-ethiopia-sudan.json")).unwrap()).unwrap();
        serde_json::to_string_pretty(&case).unwrap() + "\n"
    }

    fn golden(path: &str, current: &str) {
        let path = Path::new(ROOT).join(path);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, current).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap();
        assert!(
            kept == current,
            "{} is stale; run `UPDATE=1 cargo test`",
            path.display()
        );
    }

    #[test]
    fn the_documented_example_is_current_and_holds() {
        golden("docs/examples/dossier.json", &example());
        let (code, said) = checked(&Path::new(ROOT).join("docs/examples/dossier.json"), false);
        assert_eq!(code, HOLDS, "{said}");
        assert!(
            said.ends_with("Result: it can be submitted and would not be returned.\n"),
            "{said}"
        );
        assert!(said.contains("C4     cannot tell  no screening was done yet"), "{said}");
    }

    #[test]
    fn an_absurd_year_is_named_with_its_place() {
        let file = written(&example().replace("2025-11-07", "99999-01-01"));
        let (code, said) = checked(file.path(), false);
        assert_eq!(code, UNREADABLE, "{said}");
        assert!(said.contains("dossier.validity.from"), "{said}");
        assert!(said.contains("write YYYY-MM-DD, of a year from 1990 to 2199"), "{said}");
    }

    #[test]
    fn the_documentation_lists_the_codes_as_they_are() {
        let page = std::fs::read_to_string(Path::new(ROOT).join("docs/dossier-format.md")).unwrap();
        let (start, end) = ("<!-- codes: generated -->\n", "<!-- /codes -->");
        let (before, rest) = page.split_once(start).unwrap();
        let (_, after) = rest.split_once(end).unwrap();
        let current = format!("{before}{start}{}{end}{after}", code_table());
        golden("docs/dossier-format.md", &current);
    }

    #[test]
    fn a_dossier_that_would_be_returned_exits_with_one() {
        let (code, said) = checked(&case("P-04-hygiene-kits-nail-clippers.json"), false);
        assert_eq!(code, RETURNED);
        for expected in [
            "UNIT_UNKNOWN  goods[0].unit",
            "KIT_NOT_DECOMPOSED  goods[0].components",
            "LOCODE_NOT_PORT  shipments[0].legs[0].from",
            "CNDLC (Dalian Zhoushuizi International Apt) has in UN/LOCODE: airport",
            "Missing: DISTRIBUTION_PLAN, DIVERSION_RISK_ASSESSMENT, PROJECT_OUTLINE",
            "would be returned for correction",
        ] {
            assert!(said.contains(expected), "{expected}\n{said}");
        }
    }

    #[test]
    fn the_report_as_json_is_read_back() {
        let (code, said) = checked(&case("P-05-imo-check-digit.json"), true);
        assert_eq!(code, RETURNED);
        let report: Report = serde_json::from_str(&said).unwrap();
        let digits: Vec<_> = report
            .findings
            .iter()
            .filter_map(|one| one.expected.as_deref())
            .collect();
        assert_eq!(digits, ["1", "4", "2"]);
    }

    #[test]
    fn what_is_no_dossier_exits_with_two_and_says_where() {
        for (content, expected) in [
            ("not json", ".: this is not a JSON object"),
            (r#"{"goods": {}}"#, "goods: invalid type: map, expected a sequence"),
            (r#"{"good": []}"#, "unknown field `good`"),
            (r#"{"format": "corridor-dossier/2"}"#, "format: unknown variant"),
            (
                r#"{"format": "corridor-dossier/1", "dossier": {"validity": {"from": "2025-02-30", "months": 1}}}"#,
                "dossier.validity.from: 2025-02-30 is not a day",
            ),
        ] {
            let file = written(content);
            let (code, said) = checked(file.path(), false);
            assert_eq!(code, UNREADABLE, "{said}");
            assert!(said.contains(expected), "{said}");
            let (code, said) = checked(file.path(), true);
            assert_eq!(code, UNREADABLE);
            let answer: serde_json::Value = serde_json::from_str(&said).unwrap();
            assert!(answer["unreadable"]["path"].is_string());
        }
    }

    #[test]
    fn a_bare_dossier_takes_its_notice_from_another_file() {
        let whole: DossierFile = serde_json::from_str(&example()).unwrap();
        let bare = written(&serde_json::to_string(&whole.dossier).unwrap());
        let notice = written(&serde_json::to_string(&whole.notice).unwrap());
        let (code, said) = checked(bare.path(), false);
        assert_eq!(code, HOLDS);
        assert!(said.contains("Checked without a notice"), "{said}");
        let args = CheckArgs {
            file: Some(bare.path().to_owned()),
            notice: Some(notice.path().to_owned()),
            json: false,
            codes: false,
        };
        let mut out = Vec::new();
        assert_eq!(run(&args, &mut out).unwrap(), HOLDS);
        assert!(
            String::from_utf8(out)
                .unwrap()
                .contains("Checked against notice HW-2025-01.")
        );
    }

    #[test]
    fn a_file_that_is_not_there_is_an_error_and_a_terminal_is_not_steered() {
        let args = CheckArgs {
            file: Some(PathBuf::from("/nowhere/dossier.json")),
            notice: None,
            json: false,
            codes: false,
        };
        assert!(run(&args, &mut Vec::new()).is_err());
        let file = written(
            r#"{"goods": [{"line": 1, "hs": "\u001b[31m", "description": "x", "quantity": {"amount": "1", "unit": "TNE"}}]}"#,
        );
        let (_, said) = checked(file.path(), false);
        assert!(!said.contains('\u{1b}'), "{said}");
    }
}
