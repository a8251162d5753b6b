//! The European Union's consolidated list of financial sanctions (FSF, XML 1.1).

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
    let read = xml::records(file, &["sanctionEntity"], &mut |node, _line| {
        match node.name.as_str() {
            "sanctionEntity" => loaded.entries.push(entry(list, &node)?),
            "export" => loaded.published = fields::date(node.attribute("generationDate")),
            other => return Err(format!("<{other}> is not the Union's list")),
        }
        Ok(())
    })?;
    loaded.files.push(read);
    Ok(loaded)
}

fn entry(list: &str, node: &Node) -> Result<ListedEntry, String> {
    let subject = node.child("subjectType");
    let of_subject = |name: &str| subject.map_or("", |kind| kind.attribute(name));
    let mut entry = ListedEntry {
        list: list.to_owned(),
        id: match node.attribute("euReferenceNumber") {
            "" => node.attribute("logicalId"),
            number => number,
        }
        .to_owned(),
        kind: match (of_subject("classificationCode"), of_subject("code")) {
            ("P", _) | (_, "person") => Kind::Person,
            ("E", _) | (_, "enterprise") => Kind::Organisation,
            _ => Kind::Unknown,
        },
        remarks: node.of("remark").to_owned(),
        ..ListedEntry::default()
    };
    for alias in node.all("nameAlias") {
        let parts = ["firstName", "middleName", "lastName"].map(|part| alias.attribute(part));
        let name = match alias.attribute("wholeName") {
            "" => parts.join(" "),
            whole => whole.to_owned(),
        };
        let kind = match alias.attribute("strong") {
            "false" => NameKind::Weak,
            _ if entry.names.is_empty() => NameKind::Primary,
            _ => NameKind::Aka,
        };
        entry.add_name(&name, kind);
    }
    if entry.id.is_empty() || entry.names.is_empty() {
        return Err("an entry has no number or no name".into());
    }
    for regulation in node.all("regulation") {
        fields::add(&mut entry.programmes, regulation.attribute("programme"));
    }
    details(&mut entry, node);
    Ok(entry)
}

fn details(entry: &mut ListedEntry, node: &Node) {
    for birth in node.all("birthdate") {
        let date = [birth.attribute("birthdate"), birth.attribute("year")];
        let date = date.into_iter().find_map(fields::date);
        let span = format!(
            "{} to {}",
            birth.attribute("yearRangeFrom"),
            birth.attribute("yearRangeTo")
        );
        fields::add(
            &mut entry.dates_of_birth,
            &date.or_else(|| fields::date(&span)).unwrap_or_default(),
        );
    }
    for citizenship in node.all("citizenship") {
        add_known_country(entry, citizenship.attribute("countryIso2Code"));
    }
    for address in node.all("address") {
        let parts = ["street", "poBox", "zipCode", "city", "region", "countryDescription"];
        let parts: Vec<&str> = parts
            .into_iter()
            .map(|part| address.attribute(part))
            .filter(|part| !part.is_empty() && *part != "UNKNOWN")
            .collect();
        fields::add(&mut entry.addresses, &parts.join(", "));
        add_known_country(entry, address.attribute("countryIso2Code"));
    }
    for number in node.all("identification") {
        let country = fields::country(number.attribute("countryIso2Code"));
        let scheme = scheme_of(number.attribute("identificationTypeCode"));
        let (scheme, value) = remarks::sharpen(scheme, number.attribute("number"), &country);
        entry.add_identifier(scheme, value);
    }
}

/// The scheme of a number by the list's own code for it.
pub(super) fn scheme_of(code: &str) -> &'static str {
    match code {
        "passport" | "diplopassport" => scheme::PASSPORT,
        "swiftbic" => scheme::BIC,
        "imo" => scheme::IMO,
        "fiscalcode" | "tin" | "tax" => scheme::TAX,
        "regnumber" => scheme::REGISTRATION,
        "lei" => scheme::LEI,
        "id" | "ssn" => scheme::NATIONAL_ID,
        _ => scheme::OTHER,
    }
}

/// `00` stands for a country that is not known.
pub(super) fn add_known_country(entry: &mut ListedEntry, code: &str) {
    if code != "00" {
        fields::add_country(&mut entry.countries, code);
    }
}
