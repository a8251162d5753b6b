//! FollowTheMoney: one entity a line, as JSON; the form in which OpenSanctions is exported.

use super::{
    Loaded, Refusal, RefusalCode, fields, remarks,
    source::{ListFile, Source},
};
use crate::screening::{
    entry::{Kind, ListedEntry, NameKind},
    identifier::scheme,
};
use serde::Deserialize;
use std::{collections::HashMap, io::BufRead};

#[derive(Deserialize)]
struct Entity {
    id: String,
    schema: String,
    #[serde(default)]
    caption: String,
    #[serde(default)]
    properties: HashMap<String, Vec<Value>>,
    #[serde(default)]
    datasets: Vec<String>,
}

/// A text, or an entity within the entity, which is passed over.
#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Other(serde::de::IgnoredAny),
}

const NAMES: &[(&str, NameKind)] = &[
    ("name", NameKind::Primary),
    ("alias", NameKind::Aka),
    ("previousName", NameKind::Fka),
    ("weakAlias", NameKind::Weak),
];

const NUMBERS: &[(&str, &str)] = &[
    ("imoNumber", scheme::IMO),
    ("mmsi", scheme::MMSI),
    ("leiCode", scheme::LEI),
    ("swiftBic", scheme::BIC),
    ("bikCode", scheme::OTHER),
    ("innCode", scheme::RU_INN),
    ("ogrnCode", scheme::RU_OGRN),
    ("taxNumber", scheme::TAX),
    ("vatCode", scheme::TAX),
    ("registrationNumber", scheme::REGISTRATION),
    ("uscCode", scheme::REGISTRATION),
    ("passportNumber", scheme::PASSPORT),
    ("idNumber", scheme::NATIONAL_ID),
];

const COUNTRIES: &[&str] = &[
    "country",
    "nationality",
    "citizenship",
    "jurisdiction",
    "flag",
    "mainCountry",
];

/// Reads the list. Lines of other things than parties (addresses, ownerships) are passed over.
pub(super) fn read(list: &str, file: ListFile<'_>) -> Result<Loaded, Refusal> {
    let mut source = Source::new(file, b'\n');
    let mut loaded = Loaded {
        list: list.to_owned(),
        ..Loaded::default()
    };
    let mut line = Vec::new();
    loop {
        line.clear();
        let number = source.line();
        let read = read_line(&mut source, &mut line).map_err(|error| source.unreadable(&error))?;
        if read == 0 {
            break;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let entity: Entity = serde_json::from_slice(&line).map_err(|error| {
            let code = if error.is_eof() {
                RefusalCode::Truncated
            } else {
                RefusalCode::Malformed
            };
            super::source::refusal(code, &source.name, number, format!("not an entity: {error}"))
        })?;
        loaded.entries.extend(entry(list, &entity));
    }
    loaded.files.push(source.finish()?);
    Ok(loaded)
}

/// One line, piece by piece, so that the bound on a line is met before it is held.
fn read_line(source: &mut Source<'_>, line: &mut Vec<u8>) -> std::io::Result<usize> {
    loop {
        let buffer = source.fill_buf()?;
        if buffer.is_empty() {
            return Ok(line.len());
        }
        let end = buffer.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
        let taken = end.unwrap_or(buffer.len());
        line.extend_from_slice(&buffer[..taken]);
        source.consume(taken);
        if end.is_some() {
            return Ok(line.len());
        }
    }
}

fn kind_of(schema: &str) -> Option<Kind> {
    Some(match schema {
        "Person" => Kind::Person,
        "Organization" | "Company" | "PublicBody" | "Asset" => Kind::Organisation,
        "LegalEntity" => Kind::Unknown,
        "Vessel" => Kind::Vessel,
        "Airplane" => Kind::Aircraft,
        _ => return None,
    })
}

fn entry(list: &str, entity: &Entity) -> Option<ListedEntry> {
    let texts = |property: &str| {
        let values = entity.properties.get(property).into_iter().flatten();
        values.filter_map(|value| match value {
            Value::Text(text) => Some(text.as_str()),
            Value::Other(_) => None,
        })
    };
    let mut entry = ListedEntry {
        list: list.to_owned(),
        id: entity.id.clone(),
        kind: kind_of(&entity.schema)?,
        programmes: entity.datasets.clone(),
        remarks: texts("notes").collect::<Vec<_>>().join(" "),
        ..ListedEntry::default()
    };
    entry.add_name(&entity.caption, NameKind::Primary);
    for (property, kind) in NAMES {
        for name in texts(property) {
            let kind = if *kind == NameKind::Primary && !entry.names.is_empty() {
                NameKind::Aka
            } else {
                *kind
            };
            entry.add_name(name, kind);
        }
    }
    for (property, scheme) in NUMBERS {
        for value in texts(property) {
            let (scheme, value) = remarks::sharpen(scheme, value.trim_start_matches("IMO"), "");
            entry.add_identifier(scheme, value);
        }
    }
    for country in COUNTRIES.iter().flat_map(|property| texts(property)) {
        fields::add_country(&mut entry.countries, country);
    }
    for date in texts("birthDate").filter_map(fields::date) {
        fields::add(&mut entry.dates_of_birth, &date);
    }
    for programme in texts("programId").chain(texts("program")) {
        fields::add(&mut entry.programmes, programme);
    }
    for address in texts("address") {
        fields::add(&mut entry.addresses, address);
    }
    (!entry.names.is_empty()).then_some(entry)
}
