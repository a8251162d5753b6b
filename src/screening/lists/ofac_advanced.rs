//! OFAC's SDN_ADVANCED.XML and CONS_ADVANCED.XML (`Sanctions`).
//!
//! Parties point at what stands before them (kinds, countries, places, papers), and programmes stand after them. One
//! party is held at a time, and of the rest only what parties point at.

use super::{
    Loaded, Refusal, fields, remarks,
    source::ListFile,
    xml::{self, Node},
};
use crate::screening::entry::{Kind, ListedEntry, NameKind};
use std::collections::HashMap;

/// Elements that are read; the outermost of them is a record.
const RECORDS: &[&str] = &[
    "DateOfIssue",
    "AliasType",
    "Country",
    "FeatureType",
    "IDRegDocType",
    "PartySubType",
    "Location",
    "IDRegDocument",
    "DistinctParty",
    "SanctionsEntry",
];

/// A number on a paper: its kind, itself, the country that gave it.
struct Paper {
    kind: String,
    number: String,
    country: String,
}

/// An address in one line, and the country that it names.
struct Place {
    address: String,
    country: String,
}

/// What parties point at, by the numbers they use.
#[derive(Default)]
struct Known {
    aliases: HashMap<String, String>,
    countries: HashMap<String, String>,
    features: HashMap<String, String>,
    papers: HashMap<String, String>,
    kinds: HashMap<String, Kind>,
    places: HashMap<String, Place>,
    /// By the identity that they belong to.
    held: HashMap<String, Vec<Paper>>,
}

fn found<'k>(names: &'k HashMap<String, String>, id: &str) -> &'k str {
    names.get(id).map_or("", String::as_str)
}

/// Reads the list.
pub(super) fn read(list: &str, file: ListFile<'_>) -> Result<Loaded, Refusal> {
    let mut known = Known::default();
    let mut place: HashMap<String, usize> = HashMap::new();
    let mut loaded = Loaded {
        list: list.to_owned(),
        ..Loaded::default()
    };
    let read = xml::records(file, RECORDS, &mut |node, _line| {
        match node.name.as_str() {
            "Sanctions" => {}
            "DateOfIssue" => loaded.published = day(&node),
            "DistinctParty" => {
                for profile in node.all("Profile") {
                    let id = node.attribute("FixedRef");
                    place.insert(profile.attribute("ID").to_owned(), loaded.entries.len());
                    loaded.entries.push(known.entry(list, id, profile)?);
                }
            }
            "SanctionsEntry" => {
                let entry = place.get(node.attribute("ProfileID"));
                if let Some(entry) = entry.and_then(|at| loaded.entries.get_mut(*at)) {
                    for measure in node.all("SanctionsMeasure") {
                        fields::add(&mut entry.programmes, measure.of("Comment"));
                    }
                }
            }
            _ => known.learn(&node)?,
        }
        Ok(())
    })?;
    loaded.files.push(read);
    Ok(loaded)
}

/// `Year`, `Month` and `Day` as `2026-05-21`.
fn day(node: &Node) -> Option<String> {
    fields::date(&[node.of("Year"), node.of("Month"), node.of("Day")].join("-"))
}

impl Known {
    fn learn(&mut self, node: &Node) -> Result<(), String> {
        let (id, text) = (node.attribute("ID").to_owned(), node.text().to_owned());
        match node.name.as_str() {
            "AliasType" => self.aliases.insert(id, text).is_some(),
            "Country" => self.countries.insert(id, text).is_some(),
            "FeatureType" => self.features.insert(id, text).is_some(),
            "IDRegDocType" => self.papers.insert(id, text).is_some(),
            "PartySubType" => self
                .kinds
                .insert(id, kind(&text, node.attribute("PartyTypeID")))
                .is_some(),
            "Location" => self.places.insert(id, self.place(node)).is_some(),
            "IDRegDocument" => {
                let paper = Paper {
                    kind: found(&self.papers, node.attribute("IDRegDocTypeID")).to_owned(),
                    number: node.of("IDRegistrationNo").to_owned(),
                    country: found(&self.countries, node.attribute("IssuedBy-CountryID")).to_owned(),
                };
                let identity = node.attribute("IdentityID").to_owned();
                self.held.entry(identity).or_default().push(paper);
                false
            }
            other => return Err(format!("<{other}> is not OFAC's advanced list")),
        };
        Ok(())
    }

    fn place(&self, node: &Node) -> Place {
        let country = node.child("LocationCountry");
        let country = country.map_or("", |country| found(&self.countries, country.attribute("CountryID")));
        let mut parts: Vec<&str> = node.texts("Value");
        // Some places are nothing but a country, written as a text.
        let only = if parts.len() == 1 && country.is_empty() {
            parts[0]
        } else {
            country
        };
        if !country.is_empty() {
            parts.push(country);
        }
        Place {
            address: parts.join(", "),
            country: only.to_owned(),
        }
    }

    fn entry(&self, list: &str, id: &str, profile: &Node) -> Result<ListedEntry, String> {
        let subtype = profile.attribute("PartySubTypeID");
        let mut entry = ListedEntry {
            list: list.to_owned(),
            id: id.to_owned(),
            kind: self.kinds.get(subtype).copied().unwrap_or_default(),
            ..ListedEntry::default()
        };
        for identity in profile.all("Identity") {
            self.names(&mut entry, identity);
            for paper in self.held.get(identity.attribute("ID")).into_iter().flatten() {
                remarks::typed_number(&mut entry, &paper.kind, &paper.number, &paper.country);
            }
        }
        entry.names.sort_by_key(|name| name.kind != NameKind::Primary);
        if entry.id.is_empty() || entry.names.is_empty() {
            return Err("a party has no FixedRef or no name".into());
        }
        for feature in profile.all("Feature") {
            let kind = found(&self.features, feature.attribute("FeatureTypeID"));
            feature
                .all("FeatureVersion")
                .for_each(|version| self.feature(&mut entry, kind, version));
        }
        Ok(entry)
    }

    fn names(&self, entry: &mut ListedEntry, identity: &Node) {
        let mut groups = Vec::new();
        identity.below("NamePartGroup", &mut groups);
        let last_names: Vec<&str> = groups
            .iter()
            .filter(|group| group.attribute("NamePartTypeID") == LAST_NAME)
            .map(|group| group.attribute("ID"))
            .collect();
        for alias in identity.all("Alias") {
            let former = found(&self.aliases, alias.attribute("AliasTypeID")).starts_with("F.K.A.");
            for (place, name) in alias.all("DocumentedName").enumerate() {
                // Further spellings of one name are the same name in another script.
                let kind = match (alias.attribute("LowQuality"), alias.attribute("Primary")) {
                    ("true", _) => NameKind::Weak,
                    (_, "true") if place == 0 => NameKind::Primary,
                    _ if former => NameKind::Fka,
                    _ => NameKind::Aka,
                };
                entry.add_name(&written(name, &last_names), kind);
            }
        }
    }

    fn feature(&self, entry: &mut ListedEntry, kind: &str, version: &Node) {
        for period in version.all("DatePeriod").filter(|_| kind == "Birthdate") {
            fields::add(&mut entry.dates_of_birth, &born(period).unwrap_or_default());
        }
        for detail in version.texts("VersionDetail") {
            remarks::typed_number(entry, kind, detail, "");
        }
        let mut places = Vec::new();
        version.below("VersionLocation", &mut places);
        for place in places
            .iter()
            .filter_map(|at| self.places.get(at.attribute("LocationID")))
        {
            match kind {
                "Location" => {
                    fields::add(&mut entry.addresses, &place.address);
                    fields::add_country(&mut entry.countries, &place.country);
                }
                "Nationality Country" | "Citizenship Country" | "Vessel Flag" => {
                    fields::add_country(&mut entry.countries, &place.country);
                }
                _ => {}
            }
        }
    }
}

/// The kind of name part that is a family name.
const LAST_NAME: &str = "1520";

/// `LAST, First`, as the other files write it.
fn written(name: &Node, last_names: &[&str]) -> String {
    let mut parts = Vec::new();
    name.below("NamePartValue", &mut parts);
    let first_is_last = parts
        .first()
        .is_some_and(|part| last_names.contains(&part.attribute("NamePartGroupID")));
    let words: Vec<&str> = parts.into_iter().map(Node::text).collect();
    match words.split_first() {
        Some((last, rest)) if first_is_last && !rest.is_empty() => format!("{last}, {}", rest.join(" ")),
        _ => words.join(" "),
    }
}

/// A day, a month, a year or a span of years, by its first and its last day.
fn born(period: &Node) -> Option<String> {
    let at = |side: &str, end: &str| day(period.child(side)?.child(end)?);
    let (first, last) = (at("Start", "From")?, at("End", "To"));
    let last = last.unwrap_or_else(|| first.clone());
    let (from, to) = (first.get(..4)?, last.get(..4)?);
    Some(if first == last {
        first
    } else if from != to {
        format!("{from}/{to}")
    } else if first.get(..7) == last.get(..7) {
        first.get(..7)?.to_owned()
    } else {
        from.to_owned()
    })
}

/// Ships and aircraft are kinds of transport; of persons and organisations only the party's type tells.
fn kind(name: &str, party_type: &str) -> Kind {
    match (name, party_type) {
        ("Vessel", _) => Kind::Vessel,
        ("Aircraft", _) => Kind::Aircraft,
        (_, "1") => Kind::Person,
        (_, "2") => Kind::Organisation,
        _ => Kind::Unknown,
    }
}
