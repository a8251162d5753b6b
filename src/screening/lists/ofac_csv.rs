//! OFAC's delimited files: SDN or CONS_PRIM, with ALT, ADD and COMMENTS beside it.
//!
//! No header; a missing value is `-0- `; the file may end with 0x1A. Which file is which is told by its columns.

use super::{
    Complaint, FileRead, Loaded, Oddity, Refusal, RefusalCode, fields, remarks,
    source::{ListFile, Source},
};
use crate::screening::entry::{Kind, ListedEntry, NameKind};
use csv::StringRecord;
use std::collections::HashMap;

/// Rows of other files may name entries we do not have; of more than this share the files do not belong together.
const STRAY_PERCENT: usize = 1;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Table {
    Primary,
    Names,
    Addresses,
    Comments,
}

impl Table {
    fn of(columns: usize) -> Option<Self> {
        Some(match columns {
            12 => Self::Primary,
            5 => Self::Names,
            6 => Self::Addresses,
            2 => Self::Comments,
            _ => return None,
        })
    }

    fn columns(self) -> usize {
        match self {
            Self::Primary => 12,
            Self::Names => 5,
            Self::Addresses => 6,
            Self::Comments => 2,
        }
    }
}

/// A row of another file, kept until its entry is known.
struct Row {
    line: u64,
    file: usize,
    record: StringRecord,
}

#[derive(Default)]
struct Tables {
    primary: Vec<ListedEntry>,
    place: HashMap<String, usize>,
    primary_file: String,
    others: HashMap<Table, Vec<Row>>,
    files: Vec<FileRead>,
    complaints: Vec<Complaint>,
}

/// Reads the set, in whatever order its files come.
pub(super) fn read(list: &str, files: Vec<ListFile<'_>>) -> Result<Loaded, Refusal> {
    let mut tables = Tables::default();
    for file in files {
        read_file(list, file, &mut tables)?;
    }
    if tables.primary_file.is_empty() {
        return Err(super::source::refusal(
            RefusalCode::UnknownFormat,
            "the set",
            0,
            "there is no file with the primary names (12 columns: SDN.CSV or CONS_PRIM.CSV)",
        ));
    }
    for (table, about) in [
        (Table::Names, Oddity::NoAliases),
        (Table::Addresses, Oddity::NoAddresses),
    ] {
        if !tables.others.contains_key(&table) {
            let file = tables.primary_file.clone();
            tables.complaints.push(Complaint::new(file, 0, String::new(), about));
        }
    }
    join(&mut tables)?;
    Ok(finish(list, tables))
}

fn finish(list: &str, mut tables: Tables) -> Loaded {
    for entry in &mut tables.primary {
        remarks::read(entry);
    }
    tables.files.sort_by_key(|file| file.name != tables.primary_file);
    Loaded {
        list: list.to_owned(),
        files: tables.files,
        entries: tables.primary,
        complaints: tables.complaints,
        ..Loaded::default()
    }
}

fn read_file(list: &str, file: ListFile<'_>, tables: &mut Tables) -> Result<(), Refusal> {
    let mut source = Source::new(file, b'\n');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        // With the reader's own rule for CRLF its lines are counted one short.
        .terminator(csv::Terminator::Any(b'\n'))
        .from_reader(&mut source);
    let mut record = csv::ByteRecord::new();
    let mut table = None;
    let mut ended = false;
    let outcome = loop {
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break Ok(()),
            Err(error) => break Err((reader.position().line(), unreadable(error))),
        }
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() == 1 && matches!(record.get(0), Some(b"\x1a" | b"" | b"\r")) {
            ended |= record.get(0) == Some(b"\x1a");
            continue;
        }
        if ended {
            break Err((
                line,
                (RefusalCode::Malformed, "there are rows after the end mark 0x1A".into()),
            ));
        }
        match take_row(list, &record, line, &mut table, tables) {
            Ok(()) => {}
            Err(reason) => break Err((line, (RefusalCode::Malformed, reason))),
        }
    };
    drop(reader);
    let name = source.name.clone();
    outcome.map_err(|(line, (code, reason))| super::source::refusal(code, &name, line, reason))?;
    match table {
        None => return Err(super::source::refusal(RefusalCode::Empty, &name, 0, "it has no rows")),
        Some(Table::Primary) => tables.primary_file = name,
        Some(_) => {}
    }
    tables.files.push(source.finish()?);
    Ok(())
}

fn unreadable(error: csv::Error) -> (RefusalCode, String) {
    match error.into_kind() {
        csv::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::FileTooLarge => {
            (RefusalCode::TooLarge, error.to_string())
        }
        csv::ErrorKind::Io(error) => (RefusalCode::Unreadable, error.to_string()),
        other => (RefusalCode::Malformed, format!("{other:?}")),
    }
}

fn take_row(
    list: &str,
    record: &csv::ByteRecord,
    line: u64,
    table: &mut Option<Table>,
    tables: &mut Tables,
) -> Result<(), String> {
    let record = text_of(record);
    if record.iter().any(|field| field.contains('\n')) {
        return Err("a quotation mark is not closed; the file may be cut short".into());
    }
    let expected = match *table {
        Some(table) => table,
        None => *table.insert(Table::of(record.len()).ok_or_else(|| {
            format!(
                "a row of {} columns belongs to none of OFAC's files (12, 5, 6 or 2 columns)",
                record.len()
            )
        })?),
    };
    if record.len() != expected.columns() {
        return Err(format!(
            "it has {} columns instead of {}; the file may be cut short",
            record.len(),
            expected.columns()
        ));
    }
    let id = value(&record, 0);
    if id.is_empty() || !id.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("its first column is not a number: {:?}", shortened(id)));
    }
    if expected != Table::Primary {
        let file = tables.files.len();
        tables
            .others
            .entry(expected)
            .or_default()
            .push(Row { line, file, record });
        return Ok(());
    }
    let entry = primary(list, &record)?;
    if tables.place.insert(entry.id.clone(), tables.primary.len()).is_some() {
        return Err(format!("the number {} stands twice", entry.id));
    }
    tables.primary.push(entry);
    Ok(())
}

/// Text as UTF-8; what is not UTF-8 is taken for Latin-1, which OFAC used before.
pub(super) fn text_of(record: &csv::ByteRecord) -> StringRecord {
    record
        .iter()
        .map(|field| field.strip_suffix(b"\r").unwrap_or(field))
        .map(|field| match std::str::from_utf8(field) {
            Ok(text) => text.to_owned(),
            Err(_) => field.iter().map(|byte| char::from(*byte)).collect(),
        })
        .collect()
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

/// A column's text; `-0- ` is none.
fn value(record: &StringRecord, column: usize) -> &str {
    match record.get(column).map_or("", str::trim) {
        "-0-" => "",
        text => text,
    }
}

fn primary(list: &str, record: &StringRecord) -> Result<ListedEntry, String> {
    let mut entry = ListedEntry {
        list: list.to_owned(),
        id: value(record, 0).to_owned(),
        kind: match value(record, 2) {
            "" => Kind::Organisation,
            "individual" => Kind::Person,
            "vessel" => Kind::Vessel,
            "aircraft" => Kind::Aircraft,
            other => return Err(format!("its kind is unknown: {:?}", shortened(other))),
        },
        programmes: value(record, 3).split("] [").map(clean_programme).collect(),
        // With the blank at its end, which a continuation in COMMENTS may need.
        remarks: match record.get(11) {
            Some(text) if text.trim() != "-0-" => text.to_owned(),
            _ => String::new(),
        },
        ..ListedEntry::default()
    };
    entry.add_name(value(record, 1), NameKind::Primary);
    if entry.names.is_empty() {
        return Err("it has no name".into());
    }
    fields::add_country(&mut entry.countries, value(record, 9));
    Ok(entry)
}

fn clean_programme(text: &str) -> String {
    text.trim_matches([' ', '[', ']']).to_owned()
}

/// Aliases, addresses and the rest of long remarks go to their entries.
fn join(tables: &mut Tables) -> Result<(), Refusal> {
    for (table, rows) in std::mem::take(&mut tables.others) {
        let mut stray = 0;
        let total = rows.len();
        for row in rows {
            let id = value(&row.record, 0);
            let Some(entry) = tables.place.get(id).and_then(|at| tables.primary.get_mut(*at)) else {
                stray += 1;
                let file = tables
                    .files
                    .get(row.file)
                    .map_or("", |file| file.name.as_str())
                    .to_owned();
                let about = Oddity::Stray {
                    entry: id.to_owned(),
                    primary: tables.primary_file.clone(),
                };
                if stray * 100 > total * STRAY_PERCENT {
                    let reason = about.to_string();
                    return Err(super::source::refusal(RefusalCode::Truncated, &file, row.line, reason));
                }
                let complaint = Complaint::new(file, row.line, id.to_owned(), about);
                tables.complaints.push(complaint);
                continue;
            };
            join_row(table, &row.record, entry);
        }
    }
    Ok(())
}

fn join_row(table: Table, record: &StringRecord, entry: &mut ListedEntry) {
    match table {
        Table::Names => {
            let kind = match value(record, 2) {
                "fka" => NameKind::Fka,
                _ => NameKind::Aka,
            };
            entry.add_name(value(record, 3), kind);
        }
        Table::Addresses => {
            let parts = [value(record, 2), value(record, 3), value(record, 4)];
            let address: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            fields::add(&mut entry.addresses, &address.join(", "));
            fields::add_country(&mut entry.countries, value(record, 4));
        }
        Table::Comments => entry.remarks.push_str(record.get(1).unwrap_or_default()),
        Table::Primary => {}
    }
}
