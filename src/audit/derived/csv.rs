//! Comma-separated values (RFC 4180): one event a line, in the order of the log.

use super::Gist;
use crate::domain::text::is_formula;
use std::io::{self, Write};

const COLUMNS: [&str; 14] = [
    "history",
    "history_id",
    "seq",
    "event_id",
    "recorded_at",
    "effective_at",
    "rule",
    "event",
    "activity",
    "to",
    "clock",
    "role",
    "person",
    "organisation",
];

pub(super) fn write(events: &[Gist], out: &mut impl Write) -> io::Result<()> {
    let mut table = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    table.write_record(COLUMNS)?;
    for event in events {
        table.write_record([
            harmless(&event.kind),
            event.stream.to_string(),
            event.seq.to_string(),
            event.id.to_string(),
            event.recorded_at.to_string(),
            event.effective_at.to_string(),
            harmless(&event.rule),
            harmless(&event.what),
            harmless(&event.activity),
            harmless(&event.to),
            harmless(&event.clock),
            harmless(&event.role),
            event.person.to_string(),
            event.organisation.to_string(),
        ])?;
    }
    table.flush()
}

/// Nothing that a spreadsheet would take for a formula.
fn harmless(text: &str) -> String {
    if is_formula(text) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
