//! The United Kingdom's lists as delimited files: OFSI's ConList.csv and the UK Sanctions List.
//!
//! A first line with a date, a line with the names of the columns, then one row for each name of a party.

use super::{
    Loaded, Refusal,
    columns::{self, Begun, Columns, Form},
    fields,
    source::ListFile,
};
use crate::screening::{
    entry::{Kind, ListedEntry, NameKind},
    identifier::scheme,
};
use csv::StringRecord;

const ID: &[&str] = &["unique id", "group id"];
const TYPE: &[&str] = &["group type", "designation type", "individual, entity, ship"];

const FORM: Form = Form {
    delimiter: b',',
    before: 5,
    heading,
    lacks: "no line names the columns of a United Kingdom list (Group ID or Unique ID, Name 6)",
    row: take,
};

/// Reads the list.
pub(super) fn read(list: &str, file: ListFile<'_>) -> Result<Loaded, Refusal> {
    columns::read(list, file, &FORM)
}

/// Is this the line that names the columns? Before it stands the date.
fn heading(columns: &Columns, record: &StringRecord, begun: &mut Begun) -> bool {
    if columns.has(ID) && columns.has(&["name 6"]) {
        return true;
    }
    let published = &mut begun.loaded.published;
    *published = record
        .iter()
        .flat_map(|field| [Some(field), field.split_once(':').map(|(_, date)| date)])
        .flatten()
        .find_map(fields::date)
        .or(published.take());
    false
}

fn take(columns: &Columns, record: &StringRecord, begun: &mut Begun) -> Result<(), String> {
    let id = columns.of(record, ID);
    let parts = ["name 1", "name 2", "name 3", "name 4", "name 5", "name 6"];
    let name = parts.map(|part| columns.of(record, &[part])).join(" ");
    let other_script = columns.of(record, &["name non-latin script"]);
    if id.is_empty() || (name.trim().is_empty() && other_script.is_empty()) {
        return Err("a row has no identification or no name".into());
    }
    let entry = begun.entry(id, || ListedEntry {
        id: id.to_owned(),
        ..ListedEntry::default()
    })?;
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
