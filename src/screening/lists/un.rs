//! The Security Council's consolidated list (XML).

use super::{
    Loaded, Refusal, fields, remarks,
    source::ListFile,
    xml::{self, Node},
};
use crate::screening::{
    entry::{Kind, ListedEntry, NameKind},
    identifier::scheme,
};

/// Reads the list.
pub(super) fn read(list: &str, file: ListFile<'_>) -> Result<Loaded, Refusal> {
    let mut loaded = Loaded {
        list: list.to_owned(),
        ..Loaded::default()
    };
    let read = xml::records(file, &["INDIVIDUAL", "ENTITY"], &mut |node, _line| {
        match node.name.as_str() {
            "INDIVIDUAL" => loaded.entries.push(entry(list, &node, Kind::Person, "INDIVIDUAL")?),
            "ENTITY" => loaded.entries.push(entry(list, &node, Kind::Organisation, "ENTITY")?),
            "CONSOLIDATED_LIST" => loaded.published = fields::date(node.attribute("dateGenerated")),
            other => return Err(format!("<{other}> is not the Security Council's list")),
        }
        Ok(())
    })?;
    loaded.files.push(read);
    Ok(loaded)
}

fn entry(list: &str, node: &Node, kind: Kind, prefix: &str) -> Result<ListedEntry, String> {
    let parts = ["FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"].map(|part| node.of(part));
    let mut entry = ListedEntry {
        list: list.to_owned(),
        id: match node.of("REFERENCE_NUMBER") {
            "" => node.of("DATAID"),
            number => number,
        }
        .to_owned(),
        kind,
        programmes: vec![node.of("UN_LIST_TYPE").to_owned()],
        remarks: node.of("COMMENTS1").to_owned(),
        ..ListedEntry::default()
    };
    entry.add_name(&parts.join(" "), NameKind::Primary);
    entry.add_name(node.of("NAME_ORIGINAL_SCRIPT"), NameKind::Aka);
    for alias in node.all(&format!("{prefix}_ALIAS")) {
        let kind = match alias.of("QUALITY").to_ascii_lowercase().as_str() {
            "low" => NameKind::Weak,
            "f.k.a." => NameKind::Fka,
            _ => NameKind::Aka,
        };
        entry.add_name(alias.of("ALIAS_NAME"), kind);
    }
    if entry.id.is_empty() || entry.names.is_empty() {
        return Err("an entry has no number or no name".into());
    }
    details(&mut entry, node, prefix);
    Ok(entry)
}

fn details(entry: &mut ListedEntry, node: &Node, prefix: &str) {
    for birth in node.all("INDIVIDUAL_DATE_OF_BIRTH") {
        let date = match (birth.of("FROM_YEAR"), birth.of("TO_YEAR")) {
            ("", _) | (_, "") => fields::date(birth.of("DATE")).or_else(|| fields::date(birth.of("YEAR"))),
            (from, to) => fields::date(&format!("{from} to {to}")),
        };
        fields::add(&mut entry.dates_of_birth, &date.unwrap_or_default());
    }
    for nationality in node.all("NATIONALITY").flat_map(|node| node.all("VALUE")) {
        fields::add_country(&mut entry.countries, nationality.text());
    }
    for address in node.all(&format!("{prefix}_ADDRESS")) {
        fields::add_country(&mut entry.countries, address.of("COUNTRY"));
        let parts = ["STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY"].map(|part| address.of(part));
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        fields::add(&mut entry.addresses, &parts.join(", "));
    }
    for document in node.all("INDIVIDUAL_DOCUMENT") {
        let kind = format!(
            "{} {}",
            document.of("TYPE_OF_DOCUMENT"),
            document.of("TYPE_OF_DOCUMENT2")
        );
        let scheme = if kind.to_ascii_lowercase().contains("passport") {
            scheme::PASSPORT
        } else {
            scheme::NATIONAL_ID
        };
        entry.add_identifier(scheme, document.of("NUMBER"));
    }
    imo_numbers(entry);
}

/// Ships are listed as organisations; their number stands in the comments.
fn imo_numbers(entry: &mut ListedEntry) {
    let text = entry.remarks.clone();
    let mut found = Vec::new();
    for (at, _) in text.match_indices("IMO") {
        let rest = text[at + 3..].trim_start_matches([' ', ':', '.', 'n', 'N', 'o', 'u', 'm', 'b', 'e', 'r']);
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        if digits.len() == 7 {
            found.push(format!("IMO {digits}"));
        }
    }
    for number in found {
        let (scheme, number) = remarks::sharpen(scheme::IMO, &number, "");
        entry.add_identifier(scheme, number);
    }
}
