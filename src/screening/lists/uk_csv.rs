//! The United Kingdom's lists as delimited files: OFSI's ConList.csv and the UK Sanctions List.
//!
//! A first line with a date, a line with the names of the columns, then one row for each name of a party.

use super::{
    Loaded, Refusal, RefusalCode, fields,
    source::{ListFile, Source, refusal},
};
use crate::screening::{
    entry::{Kind, ListedEntry, NameKind},
    identifier::scheme,
};
use csv::StringRecord;
use std::collections::HashMap;

/// Columns by the name they have in either list, in lower case.
pub(super) struct Columns(HashMap<String, usize>);

impl Columns {
    /// By the line that names them.
    pub fn named(record: &StringRecord) -> Self {
        let names = record
            .iter()
            .enumerate()
            .map(|(at, name)| (name.trim().trim_start_matches('\u{feff}').to_lowercase(), at));
        Self(names.collect())
    }

    pub fn of<'r>(&self, record: &'r StringRecord, names: &[&str]) -> &'r str {
        let found = names
            .iter()
            .filter_map(|name| record.get(*self.0.get(*name)?))
            .map(str::trim)
            .find(|text| !text.is_empty());
        found.unwrap_or("")
    }

    pub fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.0.contains_key(*name))
    }
}

const ID: &[&str] = &["unique id", "group id"];
const TYPE: &[&str] = &["group type", "designation type", "individual, entity, ship"];

/// Reads the list.
pub(super) fn read(list: &str, file: ListFile<'_>) -> Result<Loaded, Refusal> {
    let mut loaded = Loaded {
        list: list.to_owned(),
        ..Loaded::default()
    };
    let mut place: HashMap<String, usize> = HashMap::new();
    let mut source = Source::new(file, b'\n');
    let name = source.name.clone();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .terminator(csv::Terminator::Any(b'\n'))
        .from_reader(&mut source);
    let mut columns: Option<(Columns, usize)> = None;
    let mut line = 0;
    for record in reader.byte_records() {
        let record = record.map_err(|error| refusal(RefusalCode::Malformed, &name, line, error.to_string()))?;
        line = record.position().map_or(line, csv::Position::line);
        let record = super::ofac_csv::text_of(&record);
        let Some((columns, count)) = &columns else {
            columns = header(&record, &mut loaded.published);
            if columns.is_none() && line > 5 {
                break;
            }
            continue;
        };
        if record.len() != *count {
            let reason = format!(
                "it has {} columns instead of {count}; the file may be cut short",
                record.len()
            );
            return Err(refusal(RefusalCode::Malformed, &name, line, reason));
        }
        take(columns, &record, &mut loaded, &mut place)
            .map_err(|reason| refusal(RefusalCode::Malformed, &name, line, reason))?;
    }
    drop(reader);
    if columns.is_none() {
        let reason = "no line names the columns of a United Kingdom list (Group ID or Unique ID, Name 6)";
        return Err(refusal(RefusalCode::UnknownFormat, &name, 0, reason));
    }
    loaded.files.push(source.finish()?);
    Ok(loaded)
}

/// The columns, if this is the line that names them; before it stands the date.
fn header(record: &StringRecord, published: &mut Option<String>) -> Option<(Columns, usize)> {
    let columns = Columns::named(record);
    if columns.has(ID) && columns.has(&["name 6"]) {
        return Some((columns, record.len()));
    }
    *published = record
        .iter()
        .flat_map(|field| [Some(field), field.split_once(':').map(|(_, date)| date)])
        .flatten()
        .find_map(fields::date)
        .or(published.take());
    None
}

fn take(
    columns: &Columns,
    record: &StringRecord,
    loaded: &mut Loaded,
    place: &mut HashMap<String, usize>,
) -> Result<(), String> {
    let id = columns.of(record, ID);
    let parts = ["name 1", "name 2", "name 3", "name 4", "name 5", "name 6"];
    let name = parts.map(|part| columns.of(record, &[part])).join(" ");
    let other_script = columns.of(record, &["name non-latin script"]);
    if id.is_empty() || (name.trim().is_empty() && other_script.is_empty()) {
        return Err("a row has no identification or no name".into());
    }
    let at = *place.entry(id.to_owned()).or_insert_with(|| {
        loaded.entries.push(ListedEntry {
            list: loaded.list.clone(),
            id: id.to_owned(),
            ..ListedEntry::default()
        });
        loaded.entries.len() - 1
    });
    let Some(entry) = loaded.entries.get_mut(at) else {
        return Err("a row belongs to no entry".into());
    };
    let kind = name_kind(
        columns.of(record, &["alias type", "name type"]),
        columns.of(record, &["alias quality", "alias strength"]),
    );
    if kind == NameKind::Primary && !name.trim().is_empty() {
        entry.names.retain(|known| known.text != name.trim());
        entry.add_name(&name, kind);
        entry.names.rotate_right(1);
    } else {
        entry.add_name(&name, kind);
    }
    entry.add_name(other_script, NameKind::Aka);
    details(columns, record, entry);
    Ok(())
}

/// The words of both lists and of the XML.
pub(super) fn name_kind(kind: &str, quality: &str) -> NameKind {
    let (kind, quality) = (kind.to_lowercase(), quality.to_lowercase());
    if quality.contains("low") || quality.contains("weak") {
        NameKind::Weak
    } else if kind == "primary name" {
        NameKind::Primary
    } else if kind.contains("fka") || kind.contains("former") {
        NameKind::Fka
    } else {
        NameKind::Aka
    }
}

pub(super) fn party_kind(text: &str) -> Kind {
    match text.to_lowercase().as_str() {
        "individual" => Kind::Person,
        "entity" => Kind::Organisation,
        "ship" => Kind::Vessel,
        _ => Kind::Unknown,
    }
}

fn details(columns: &Columns, record: &StringRecord, entry: &mut ListedEntry) {
    let of = |names: &[&str]| columns.of(record, names);
    if entry.kind == Kind::Unknown {
        entry.kind = party_kind(of(TYPE));
    }
    fields::add(&mut entry.programmes, of(&["regime", "regime name"]));
    fields::add(
        &mut entry.dates_of_birth,
        &fields::date(of(&["dob", "d.o.b"])).unwrap_or_default(),
    );
    for column in [
        "nationality",
        "nationality(/ies)",
        "country",
        "address country",
        "current believed flag of ship",
    ] {
        fields::add_country(&mut entry.countries, of(&[column]));
    }
    let lines = ["1", "2", "3", "4", "5", "6"].map(|line| {
        let (ofsi, uk) = (format!("address {line}"), format!("address line {line}"));
        of(&[&ofsi, &uk])
    });
    let ends = [
        of(&["post/zip code", "address postal code"]),
        of(&["country", "address country"]),
    ];
    let address: Vec<&str> = lines.into_iter().chain(ends).filter(|part| !part.is_empty()).collect();
    fields::add(&mut entry.addresses, &address.join(", "));
    for (names, scheme) in [
        (&["passport number"][..], scheme::PASSPORT),
        (
            &["national identification number", "national identifier number"],
            scheme::NATIONAL_ID,
        ),
        (&["imo number"], scheme::IMO),
        (
            &["business registration number (s)", "business registration number"],
            scheme::REGISTRATION,
        ),
    ] {
        entry.add_identifier(scheme, of(names));
    }
    let remarks = of(&["other information"]);
    if !entry.remarks.contains(remarks) {
        entry.remarks = format!("{} {remarks}", entry.remarks).trim().to_owned();
    }
}
