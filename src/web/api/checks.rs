//! The history of a case's screening as rows: every check, and every word of a person on a hit.

use crate::{
    domain::text::is_formula,
    workflow::{
        action::{FoundIn, RecordScreening, ScreeningHit},
        event::Event,
        happening::Happening,
    },
};
use serde_json::{Value, json};

pub const COLUMNS: [&str; 22] = [
    "seq",
    "at",
    "what",
    "by",
    "trigger",
    "engine",
    "algorithm",
    "settings",
    "failure",
    "subject",
    "subject_fingerprint",
    "result",
    "list",
    "list_version",
    "entry",
    "entry_fingerprint",
    "score",
    "verdict",
    "covered_as",
    "covered_by",
    "holds_until",
    "reason",
];

/// One row for each subject and hit of each recorded check, and one for each word on a hit.
pub fn rows(events: &[Event<Happening>]) -> Vec<Value> {
    let mut rows = Vec::new();
    for event in events {
        match &event.happened {
            Happening::ScreeningRecorded(recorded) => checks(event, recorded, &mut rows),
            Happening::DispositionProposed(first) => {
                let mut row = word(
                    event,
                    "proposed",
                    (&first.subject, &first.entry),
                    first.found_in.as_ref(),
                );
                row["verdict"] = json!(first.verdict);
                row["covered_as"] = json!(first.covered_as);
                row["covered_by"] = json!(first.covered_by);
                row["holds_until"] = json!(first.holds_until);
                row["reason"] = json!(first.reason.as_str());
                rows.push(row);
            }
            Happening::DispositionConfirmed(second) => {
                let what = if second.agree { "agreed" } else { "disagreed" };
                let pair = (second.subject.as_str(), second.entry.as_str());
                let mut row = word(event, what, pair, second.found_in.as_ref());
                row["reason"] = json!(second.reason.as_str());
                rows.push(row);
            }
            _ => {}
        }
    }
    rows
}

fn word(event: &Event<Happening>, what: &str, (subject, entry): (&str, &str), found_in: Option<&FoundIn>) -> Value {
    json!({
        "seq": event.seq, "at": event.effective_at, "what": what, "by": event.by.person,
        "subject": subject, "entry": entry,
        "list": found_in.map(|found| &found.list), "list_version": found_in.map(|found| &found.list_version),
        "entry_fingerprint": found_in.and_then(|found| found.fingerprint.as_ref()),
    })
}

fn checks(event: &Event<Happening>, recorded: &RecordScreening, rows: &mut Vec<Value>) {
    let check = recorded.check.as_ref();
    for result in &recorded.results {
        let version = |hit: Option<&ScreeningHit>| {
            let list = hit.and_then(|hit| hit.list.as_ref())?;
            let used = check?.lists.iter().find(|used| used.source == *list)?;
            Some(&used.version)
        };
        let row = |hit: Option<&ScreeningHit>| {
            json!({
                "seq": event.seq, "at": event.effective_at, "what": "check",
                "by": if check.is_some() { "engine".to_owned() } else { event.by.person.to_string() },
                "trigger": check.map(|check| check.trigger),
                "engine": check.map(|check| check.engine.as_str()).or(recorded.tool.as_deref()),
                "algorithm": check.map(|check| &check.algorithm), "settings": check.map(|check| &check.settings),
                "failure": check.and_then(|check| check.failure.as_ref()),
                "subject": result.subject, "subject_fingerprint": result.fingerprint, "result": result.result,
                "list": hit.and_then(|hit| hit.list.as_ref()).unwrap_or(&result.list),
                "list_version": version(hit).unwrap_or(&result.list_version), "entry": hit.map(|hit| &hit.entry),
                "entry_fingerprint": hit.and_then(|hit| hit.fingerprint.as_ref()),
                "score": hit.and_then(|hit| hit.score),
            })
        };
        if result.hits.is_empty() {
            rows.push(row(None));
        } else {
            rows.extend(result.hits.iter().map(|hit| row(Some(hit))));
        }
    }
}

/// The rows with their columns, as a spreadsheet takes them.
pub fn table(rows: &[Value]) -> Result<Vec<u8>, csv::Error> {
    let mut table = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    table.write_record(COLUMNS)?;
    for row in rows {
        let cell = |column: &&str| match row.get(*column) {
            Some(Value::String(text)) if is_formula(text) => format!("'{text}"),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        };
        table.write_record(COLUMNS.iter().map(cell))?;
    }
    table.into_inner().map_err(|error| error.into_error().into())
}
