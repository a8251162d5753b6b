//! What OFAC writes only in the remarks: weak aliases, numbers, dates of birth, nationalities.

use super::fields;
use crate::screening::{
    entry::{Kind, ListedEntry, NameKind},
    identifier::scheme,
};

/// Words before a number, and the scheme they mean; the first that fits counts.
const NUMBERS: &[(&str, &str)] = &[
    ("Vessel Registration Identification", scheme::IMO),
    ("Passport", scheme::PASSPORT),
    ("Diplomatic Passport", scheme::PASSPORT),
    ("Stateless Person Passport", scheme::PASSPORT),
    ("SWIFT/BIC", scheme::BIC),
    ("MMSI", scheme::MMSI),
    ("Legal Entity Number", scheme::LEI),
    ("LEI", scheme::LEI),
    ("Tax ID No.", scheme::TAX),
    ("V.A.T. Number", scheme::TAX),
    ("Registration Number", scheme::REGISTRATION),
    ("Registration ID", scheme::REGISTRATION),
    ("Business Registration Number", scheme::REGISTRATION),
    ("Business Number", scheme::REGISTRATION),
    ("Company Number", scheme::REGISTRATION),
    ("Commercial Registry Number", scheme::REGISTRATION),
    ("Unified Social Credit Code (USCC)", scheme::REGISTRATION),
    ("C.R. No.", scheme::REGISTRATION),
    ("Trade License No.", scheme::REGISTRATION),
    ("Folio Mercantil No.", scheme::REGISTRATION),
    ("Matricula Mercantil No", scheme::REGISTRATION),
    ("Government Gazette Number", "GAZETTE"),
    ("NIT #", scheme::TAX),
    ("RUC #", scheme::TAX),
    ("RIF #", scheme::TAX),
    ("RTN", scheme::TAX),
    ("R.F.C.", scheme::TAX),
    ("RFC", scheme::TAX),
    ("C.U.I.T.", scheme::TAX),
    ("C.U.R.P.", scheme::NATIONAL_ID),
    ("CURP", scheme::NATIONAL_ID),
    ("National ID No.", scheme::NATIONAL_ID),
    ("National Foreign ID Number", scheme::NATIONAL_ID),
    ("Cedula No.", scheme::NATIONAL_ID),
    ("Cedula de Ciudadania", scheme::NATIONAL_ID),
    ("D.N.I.", scheme::NATIONAL_ID),
    ("SSN", scheme::NATIONAL_ID),
    ("Personal ID Card", scheme::NATIONAL_ID),
    ("Identification Number", scheme::NATIONAL_ID),
    ("Birth Certificate Number", scheme::OTHER),
    ("Residency Number", scheme::OTHER),
    ("D-U-N-S Number", scheme::OTHER),
    ("Aircraft Tail Number", "AIRCRAFT-TAIL"),
    ("Aircraft Manufacturer's Serial Number (MSN)", "AIRCRAFT-MSN"),
    ("Identification", scheme::OTHER),
];

/// Takes out of the remarks what has a place of its own.
pub(super) fn read(entry: &mut ListedEntry) {
    let remarks = std::mem::take(&mut entry.remarks);
    for item in remarks.split(';') {
        let item = item.trim().trim_end_matches('.');
        let item = item.strip_prefix("alt. ").unwrap_or(item);
        read_item(entry, item);
    }
    entry.remarks = remarks;
}

fn read_item(entry: &mut ListedEntry, item: &str) {
    for (mark, kind) in [
        ("a.k.a. '", NameKind::Weak),
        ("f.k.a. '", NameKind::Fka),
        ("n.k.a. '", NameKind::Aka),
    ] {
        if let Some(name) = item.strip_prefix(mark) {
            let end = name.rfind('\'').unwrap_or(name.len());
            return entry.add_name(&name[..end], kind);
        }
    }
    if let Some(date) = item.strip_prefix("DOB ") {
        if let Some(date) = fields::date(date) {
            fields::add(&mut entry.dates_of_birth, &date);
        }
        return;
    }
    for mark in ["nationality ", "citizen ", "Nationality of Registration "] {
        if let Some(country) = item.strip_prefix(mark) {
            return fields::add_country(&mut entry.countries, country);
        }
    }
    let known = NUMBERS
        .iter()
        .find_map(|(words, scheme)| Some((*scheme, item.strip_prefix(words)?.strip_prefix(' ')?)));
    if let Some((scheme, rest)) = known {
        add_number(entry, scheme, rest);
    }
}

/// `2901201732 (Russia) issued …`: the number, with the country that makes a tax number an INN.
fn add_number(entry: &mut ListedEntry, scheme: &str, text: &str) {
    let end = [" (", " issued ", " expires ", " Issued "]
        .iter()
        .filter_map(|mark| text.find(mark))
        .min()
        .unwrap_or(text.len());
    let (value, rest) = text.split_at(end);
    let country = rest
        .trim_start()
        .strip_prefix('(')
        .and_then(|rest| rest.split(')').next())
        .unwrap_or_default();
    let (scheme, value) = sharpen(scheme, value.trim(), &fields::country(country));
    // A company is listed with the same words as a ship, but its number is of the other kind.
    let company = scheme == scheme::IMO && entry.kind == Kind::Organisation;
    entry.add_identifier(if company { scheme::IMO_COMPANY } else { scheme }, value);
}

/// A number whose kind and country stand beside it.
pub(super) fn typed_number(entry: &mut ListedEntry, kind: &str, value: &str, country: &str) {
    let known = NUMBERS.iter().find(|(words, _)| kind.starts_with(words));
    if let Some((_, scheme)) = known {
        let (scheme, value) = sharpen(scheme, value, &fields::country(country));
        entry.add_identifier(scheme, value);
    }
}

/// The exact scheme, where the country and the shape of the number tell it.
pub(super) fn sharpen<'a>(scheme: &'a str, value: &'a str, country: &str) -> (&'a str, &'a str) {
    let digits = value.chars().all(|c| c.is_ascii_digit());
    if let Some(number) = value.strip_prefix("IMO ") {
        let company = scheme != scheme::IMO;
        return (if company { scheme::IMO_COMPANY } else { scheme::IMO }, number.trim());
    }
    match (scheme, country, value.len()) {
        (scheme::TAX, "RU", 10 | 12) if digits => (scheme::RU_INN, value),
        (scheme::REGISTRATION, "RU", 13 | 15) if digits => (scheme::RU_OGRN, value),
        _ => (scheme, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_from(remarks: &str) -> ListedEntry {
        let mut entry = ListedEntry {
            remarks: remarks.into(),
            ..ListedEntry::default()
        };
        read(&mut entry);
        entry
    }

    fn numbers(remarks: &str) -> Vec<(String, String)> {
        let numbers = read_from(remarks).identifiers.into_iter();
        numbers.map(|number| (number.scheme, number.value)).collect()
    }

    #[test]
    fn every_number_has_its_scheme() {
        for (remarks, scheme, value) in [
            (
                "Vessel Registration Identification IMO 9079169; MMSI 273",
                "IMO",
                "9079169",
            ),
            ("Tax ID No. 2901201732 (Russia)", "RU-INN", "2901201732"),
            ("Tax ID No. 100036386 (Serbia).", "TAX", "100036386"),
            ("Registration Number 1027700342890 (Russia)", "RU-OGRN", "1027700342890"),
            ("Identification Number IMO 5825809.", "IMO-COMPANY", "5825809"),
            ("SWIFT/BIC MINNRUMM", "BIC", "MINNRUMM"),
            (
                "alt. Passport A 123456 (Iran) expires 30 Oct 2012",
                "PASSPORT",
                "A 123456",
            ),
            (
                "Legal Entity Number 253400WSS48YWMBUA688",
                "LEI",
                "253400WSS48YWMBUA688",
            ),
            ("Passport 1084010 issued 1990 (Egypt)", "PASSPORT", "1084010"),
        ] {
            assert_eq!(numbers(remarks)[0], (scheme.to_owned(), value.to_owned()), "{remarks}");
        }
    }

    #[test]
    fn weak_aliases_dates_and_nationalities_are_found() {
        let entry = read_from("DOB 10 Dec 1948; alt. DOB circa 1949; nationality Korea, North; a.k.a. 'ABU 'ALI'.");
        assert_eq!(entry.dates_of_birth, ["1948-12-10", "1949"]);
        assert_eq!(entry.countries, ["KP"]);
        assert_eq!(entry.names[0].text, "ABU 'ALI");
        assert_eq!(entry.names[0].kind, NameKind::Weak);
    }

    #[test]
    fn remarks_that_say_nothing_say_nothing() {
        for remarks in [
            "",
            ";;;",
            "Linked To: MAHAN AIR.",
            "a.k.a. '",
            "DOB ",
            "Passport ",
            "alt. ",
        ] {
            let entry = read_from(remarks);
            assert!(entry.identifiers.is_empty() && entry.names.is_empty(), "{remarks}");
        }
    }
}
