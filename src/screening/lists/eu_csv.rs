//! The European Union's consolidated list as a delimited file (FSF, CSV 1.1 and 1.0).
//!
//! A line with the names of the columns, parted by semicolons, then a row for each name, address, date of birth, number
//! and citizenship of a party; a row fills the columns of one of them.

use super::{
    Loaded, Refusal, RefusalCode,
    columns::{self, Begun, Columns, Form},
    eu, fields, remarks,
    source::{ListFile, refusal},
};
use crate::screening::entry::{Kind, ListedEntry, NameKind};
use csv::StringRecord;

/// What the first line of the list has, in lower case.
pub(super) const MARK: &str = "entity_logicalid";
const ID: &[&str] = &["entity_eu_referencenumber"];
const NUMBER: &[&str] = &["entity_logicalid"];

const FORM: Form = Form {
    delimiter: b';',
    before: 0,
    heading: |columns, _, _| columns.has(NUMBER) && columns.has(&["namealias_wholename"]),
    lacks: "the first line does not name the columns of the Union's list (Entity_LogicalId, NameAlias_WholeName)",
    row: take,
};

/// Reads the list.
pub(super) fn read(list: &str, file: ListFile<'_>) -> Result<Loaded, Refusal> {
    let loaded = columns::read(list, file, &FORM)?;
    if let Some(entry) = loaded.entries.iter().find(|entry| entry.names.is_empty()) {
        let name = loaded.files.first().map_or("", |file| file.name.as_str());
        let reason = format!("{} has no name", entry.id);
        return Err(refusal(RefusalCode::Malformed, name, 0, reason));
    }
    Ok(loaded)
}

fn take(columns: &Columns, record: &StringRecord, begun: &mut Begun) -> Result<(), String> {
    let of = |name: &str| columns.of(record, &[name]);
    let number = columns.of(record, NUMBER);
    if number.is_empty() {
        return Err("a row has no Entity_LogicalId".into());
    }
    if begun.loaded.published.is_none() {
        begun.loaded.published = fields::date(of("filegenerationdate"));
    }
    let entry = begun.entry(number, || ListedEntry {
        id: Some(columns.of(record, ID))
            .filter(|id| !id.is_empty())
            .unwrap_or(number)
            .to_owned(),
        kind: kind([of("entity_subjecttype"), of("entity_subjecttype_classificationcode")]),
        remarks: of("entity_remark").to_owned(),
        ..ListedEntry::default()
    })?;
    let parts = ["namealias_firstname", "namealias_middlename", "namealias_lastname"].map(of);
    let whole = match of("namealias_wholename") {
        "" => parts.join(" "),
        whole => whole.to_owned(),
    };
    let strength = match of("namealias_strong") {
        "false" => NameKind::Weak,
        _ if entry.names.is_empty() => NameKind::Primary,
        _ => NameKind::Aka,
    };
    entry.add_name(&whole, strength);
    fields::add(&mut entry.programmes, of("entity_regulation_programme"));
    details(&of, entry);
    Ok(())
}

/// The letter and the word have changed places between versions.
fn kind(codes: [&str; 2]) -> Kind {
    let says = |letter: &str, word: &str| {
        codes
            .iter()
            .any(|code| *code == letter || code.eq_ignore_ascii_case(word))
    };
    if says("P", "person") {
        Kind::Person
    } else if says("E", "enterprise") {
        Kind::Organisation
    } else {
        Kind::Unknown
    }
}

fn details<'r>(of: &impl Fn(&str) -> &'r str, entry: &mut ListedEntry) {
    let born = [of("birthdate_birthdate"), of("birthdate_year")];
    let span = format!("{} to {}", of("birthdate_yearrangefrom"), of("birthdate_yearrangeto"));
    let born = born.into_iter().find_map(fields::date).or_else(|| fields::date(&span));
    fields::add(&mut entry.dates_of_birth, &born.unwrap_or_default());
    eu::add_known_country(entry, of("citizenship_countryiso2code"));
    let parts = [
        "address_street",
        "address_pobox",
        "address_zipcode",
        "address_city",
        "address_region",
        "address_countrydescription",
    ];
    let parts = parts
        .map(of)
        .into_iter()
        .filter(|part| !part.is_empty() && *part != "UNKNOWN");
    fields::add(&mut entry.addresses, &parts.collect::<Vec<_>>().join(", "));
    eu::add_known_country(entry, of("address_countryiso2code"));
    let country = fields::country(of("identification_countryiso2code"));
    let scheme = eu::scheme_of(of("identification_typecode"));
    let number = [of("identification_number"), of("identification_latinnumber")];
    let number = number.into_iter().find(|number| !number.is_empty()).unwrap_or_default();
    let (scheme, value) = remarks::sharpen(scheme, number, &country);
    entry.add_identifier(scheme, value);
}
