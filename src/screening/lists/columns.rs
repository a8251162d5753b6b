//! Delimited lists whose columns are told by name, with one row for each name, address or number of a party.

use super::{
    FileRead, Loaded, Refusal, RefusalCode, ofac_csv,
    source::{ListFile, Source, refusal},
};
use crate::screening::entry::ListedEntry;
use csv::StringRecord;
use std::collections::HashMap;

/// Columns by their name, in lower case.
pub(super) struct Columns {
    places: HashMap<String, usize>,
    count: usize,
}

impl Columns {
    /// By the line that names them.
    fn named(record: &StringRecord) -> Self {
        let names = record
            .iter()
            .enumerate()
            .map(|(at, name)| (name.trim().trim_start_matches('\u{feff}').to_lowercase(), at));
        Self {
            places: names.collect(),
            count: record.len(),
        }
    }

    /// What the row says in the first of these columns that says anything.
    pub fn of<'r>(&self, record: &'r StringRecord, names: &[&str]) -> &'r str {
        let found = names
            .iter()
            .filter_map(|name| record.get(*self.places.get(*name)?))
            .map(str::trim)
            .find(|text| !text.is_empty());
        found.unwrap_or("")
    }

    pub fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.places.contains_key(*name))
    }
}

/// A list that is being read, and where each party stands in it.
pub(super) struct Begun {
    pub loaded: Loaded,
    place: HashMap<String, usize>,
}

impl Begun {
    /// The party that a row is about; a new one if the row is the first that names it.
    pub fn entry(&mut self, key: &str, first: impl FnOnce() -> ListedEntry) -> Result<&mut ListedEntry, String> {
        let (entries, list) = (&mut self.loaded.entries, &self.loaded.list);
        let at = *self.place.entry(key.to_owned()).or_insert_with(|| {
            let list = list.clone();
            entries.push(ListedEntry { list, ..first() });
            entries.len() - 1
        });
        entries.get_mut(at).ok_or_else(|| "a row belongs to no entry".into())
    }
}

/// What one publisher's file is like.
pub(super) struct Form {
    pub delimiter: u8,
    /// Lines that may stand before the one that names the columns.
    pub before: u64,
    /// Does this line name the columns? If not, it may say when the list was published.
    pub heading: fn(&Columns, &StringRecord, &mut Begun) -> bool,
    /// What is said where no line names them.
    pub lacks: &'static str,
    pub row: fn(&Columns, &StringRecord, &mut Begun) -> Result<(), String>,
}

/// Reads the list.
pub(super) fn read(list: &str, file: ListFile<'_>, form: &Form) -> Result<Loaded, Refusal> {
    let mut begun = Begun {
        loaded: Loaded {
            list: list.to_owned(),
            ..Loaded::default()
        },
        place: HashMap::new(),
    };
    let file = rows(file, form, &mut begun)?;
    begun.loaded.files.push(file);
    Ok(begun.loaded)
}

fn rows(file: ListFile<'_>, form: &Form, begun: &mut Begun) -> Result<FileRead, Refusal> {
    let mut source = Source::new(file, b'\n');
    let name = source.name.clone();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(form.delimiter)
        .terminator(csv::Terminator::Any(b'\n'))
        .from_reader(&mut source);
    let (mut columns, mut line) = (None, 0);
    for record in reader.byte_records() {
        let record = record.map_err(|error| refusal(RefusalCode::Malformed, &name, line, error.to_string()))?;
        line = record.position().map_or(line, csv::Position::line);
        let record = ofac_csv::text_of(&record);
        let Some(known) = &columns else {
            let named = Columns::named(&record);
            if (form.heading)(&named, &record, begun) {
                columns = Some(named);
            } else if line > form.before {
                break;
            }
            continue;
        };
        whole(known, &record)
            .and_then(|()| (form.row)(known, &record, begun))
            .map_err(|reason| refusal(RefusalCode::Malformed, &name, line, reason))?;
    }
    drop(reader);
    if columns.is_none() {
        return Err(refusal(RefusalCode::UnknownFormat, &name, line, form.lacks));
    }
    source.finish()
}

/// Has the row as many columns as were named?
fn whole(columns: &Columns, record: &StringRecord) -> Result<(), String> {
    if record.len() == columns.count {
        return Ok(());
    }
    let (has, count) = (record.len(), columns.count);
    Err(format!(
        "it has {has} columns instead of {count}; the file may be cut short"
    ))
}
