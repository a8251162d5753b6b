//! The UK Sanctions List as XML.

use super::{
    Loaded, Refusal, fields,
    source::ListFile,
    uk_csv::{name_kind, party_kind},
    xml::{self, Node},
};
use crate::screening::{
    entry::{ListedEntry, NameKind},
    identifier::scheme,
};

/// Elements whose text is a number, and its scheme.
const NUMBERS: &[(&str, &str)] = &[
    ("IMONumber", scheme::IMO),
    ("PassportNumber", scheme::PASSPORT),
    ("NationalIdentifierNumber", scheme::NATIONAL_ID),
    ("BusinessRegistrationNumber", scheme::REGISTRATION),
];

/// Reads the list.
pub(super) fn read(list: &str, file: ListFile<'_>) -> Result<Loaded, Refusal> {
    let mut loaded = Loaded {
        list: list.to_owned(),
        ..Loaded::default()
    };
    let read = xml::records(file, &["Designation", "DateGenerated"], &mut |node, _line| {
        match node.name.as_str() {
            "Designation" => loaded.entries.push(entry(list, &node)?),
            "DateGenerated" => loaded.published = fields::date(node.text()),
            "Designations" => {}
            other => return Err(format!("<{other}> is not the UK Sanctions List")),
        }
        Ok(())
    })?;
    loaded.files.push(read);
    Ok(loaded)
}

fn entry(list: &str, node: &Node) -> Result<ListedEntry, String> {
    let mut entry = ListedEntry {
        list: list.to_owned(),
        id: node.of("UniqueID").to_owned(),
        kind: party_kind(node.of("IndividualEntityShip")),
        remarks: node.of("OtherInformation").to_owned(),
        ..ListedEntry::default()
    };
    fields::add(&mut entry.programmes, node.of("RegimeName"));
    let names = node.child("Names").into_iter().flat_map(|names| names.all("Name"));
    for name in names {
        let parts = ["Name1", "Name2", "Name3", "Name4", "Name5", "Name6"].map(|part| name.of(part));
        let kind = name_kind(name.of("NameType"), name.of("AliasStrength"));
        entry.add_name(&parts.join(" "), kind);
    }
    for name in node.texts("NameNonLatinScript") {
        entry.add_name(name, NameKind::Aka);
    }
    entry.names.sort_by_key(|name| name.kind != NameKind::Primary);
    if entry.id.is_empty() || entry.names.is_empty() {
        return Err("an entry has no UniqueID or no name".into());
    }
    for date in node.texts("DOB") {
        fields::add(&mut entry.dates_of_birth, &fields::date(date).unwrap_or_default());
    }
    for name in ["Nationality", "AddressCountry", "CurrentBelievedFlagOfShip"] {
        for country in node.texts(name) {
            fields::add_country(&mut entry.countries, country);
        }
    }
    let mut addresses = Vec::new();
    node.below("Address", &mut addresses);
    for address in addresses {
        let parts: Vec<&str> = address
            .children
            .iter()
            .map(Node::text)
            .filter(|text| !text.is_empty())
            .collect();
        fields::add(&mut entry.addresses, &parts.join(", "));
    }
    for (name, scheme) in NUMBERS {
        for number in node.texts(name) {
            entry.add_identifier(scheme, number);
        }
    }
    Ok(entry)
}
