//! A subject beside the listed entry it may be: field by field, what agrees and what differs.

use crate::{
    screening::{
        Kind, ListedEntry, NameKind,
        identifier::{Family, key},
    },
    workflow::{
        action::ScreeningHit,
        screened::{ScreenedSubject, SubjectKind},
    },
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// How two sides of a field stand to each other; the page says it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Same,
    Similar,
    Differs,
    /// One side says nothing.
    Open,
}

impl Mark {
    fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Similar => "similar",
            Self::Differs => "differs",
            Self::Open => "open",
        }
    }

    fn of(agree: bool, ours: bool, theirs: bool) -> Self {
        match (agree, ours && theirs) {
            (true, _) => Self::Same,
            (false, true) => Self::Differs,
            (false, false) => Self::Open,
        }
    }
}

/// The fields of a hit: what the dossier says, what the list says, and how that agrees.
pub fn rows(ours: Option<&ScreenedSubject>, listed: Option<&ListedEntry>, found: &ScreeningHit) -> Vec<Value> {
    let row = |field: &str, ours: Vec<String>, theirs: Vec<String>, mark: Option<Mark>| json!({ "field": field, "ours": ours, "theirs": theirs, "mark": mark.map(Mark::word) });
    let names = ours
        .map(|ours| ours.names.iter().cloned().collect())
        .unwrap_or_default();
    let (theirs, kinds) = listed_names(listed, found);
    let mut first = row("name", names, theirs, Some(name_mark(ours, listed, found)));
    first["kinds"] = json!(kinds);
    let mut rows = vec![first];
    let kind = listed.map(|listed| listed.kind).unwrap_or_default();
    let said = |known: bool, word: &str| known.then(|| word.to_owned()).into_iter().collect::<Vec<_>>();
    let our_kind = ours.map_or(Kind::Unknown, |ours| kind_of(ours.kind));
    let known = (our_kind != Kind::Unknown, kind != Kind::Unknown);
    let mark = Mark::of(known.0 && our_kind == kind, known.0, known.1);
    rows.push(row(
        "kind",
        said(known.0, our_kind.word()),
        said(known.1, kind.word()),
        Some(mark),
    ));
    let (mine, theirs) = (numbers_of(ours), listed_numbers(listed));
    let mark = number_mark(&mine, &theirs);
    let written = |numbers: &[(String, String)]| {
        numbers
            .iter()
            .map(|(scheme, value)| format!("{scheme} {value}"))
            .collect()
    };
    rows.push(row("number", written(&mine), written(&theirs), Some(mark)));
    let mine: BTreeSet<String> = ours.map(|ours| ours.countries.clone()).unwrap_or_default();
    let theirs = listed.map(|listed| listed.countries.clone()).unwrap_or_default();
    let agree = theirs.iter().any(|country| mine.contains(&country.to_uppercase()));
    let mark = Mark::of(agree, !mine.is_empty(), !theirs.is_empty());
    rows.push(row("country", mine.into_iter().collect(), theirs, Some(mark)));
    let Some(listed) = listed else { return rows };
    // What a dossier does not say of anybody: to be read, not to be compared.
    let rest = [
        ("born", listed.dates_of_birth.clone()),
        ("address", listed.addresses.clone()),
        ("programme", listed.programmes.clone()),
        (
            "remarks",
            Some(listed.remarks.clone())
                .filter(|text| !text.is_empty())
                .into_iter()
                .collect(),
        ),
    ];
    let told = rest.into_iter().filter(|(_, theirs)| !theirs.is_empty());
    rows.extend(told.map(|(field, theirs)| row(field, Vec::new(), theirs, None)));
    rows
}

fn kind_of(kind: SubjectKind) -> Kind {
    match kind {
        SubjectKind::Person => Kind::Person,
        SubjectKind::Organisation => Kind::Organisation,
        SubjectKind::Vessel => Kind::Vessel,
        SubjectKind::Unknown => Kind::Unknown,
    }
}

/// The names, and what each is to the party.
fn listed_names(listed: Option<&ListedEntry>, found: &ScreeningHit) -> (Vec<String>, Vec<NameKind>) {
    match listed {
        Some(listed) => listed.names.iter().map(|name| (name.text.clone(), name.kind)).unzip(),
        None => (found.name.iter().cloned().collect(), Vec::new()),
    }
}

fn name_mark(ours: Option<&ScreenedSubject>, listed: Option<&ListedEntry>, found: &ScreeningHit) -> Mark {
    let mine: BTreeSet<String> = ours
        .iter()
        .flat_map(|ours| &ours.names)
        .map(|name| name.to_uppercase())
        .collect();
    let listed = listed.iter().flat_map(|listed| &listed.names).map(|name| &name.text);
    if listed
        .chain(&found.name)
        .any(|name| mine.contains(&name.to_uppercase()))
    {
        Mark::Same
    } else if found.matched_on.iter().any(|on| on == "name") {
        Mark::Similar
    } else {
        Mark::Differs
    }
}

fn numbers_of(ours: Option<&ScreenedSubject>) -> Vec<(String, String)> {
    ours.map(|ours| ours.identifiers.iter().cloned().collect())
        .unwrap_or_default()
}

fn listed_numbers(listed: Option<&ListedEntry>) -> Vec<(String, String)> {
    let numbers = listed.iter().flat_map(|listed| &listed.identifiers);
    numbers
        .map(|number| (number.scheme.clone(), number.value.clone()))
        .collect()
}

fn number_mark(mine: &[(String, String)], theirs: &[(String, String)]) -> Mark {
    let families = |numbers: &[(String, String)]| {
        numbers
            .iter()
            .map(|(scheme, _)| Family::of(scheme))
            .filter(|family| *family != Family::Other)
            .collect::<BTreeSet<_>>()
    };
    let keys = |numbers: &[(String, String)]| {
        let key =
            |(scheme, value): &(String, String)| key(Family::of(scheme), value).map(|key| (Family::of(scheme), key));
        numbers.iter().filter_map(key).collect::<BTreeSet<_>>()
    };
    let shared = families(mine).intersection(&families(theirs)).next().is_some();
    Mark::of(!keys(mine).is_disjoint(&keys(theirs)), shared, shared)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screening::Identifier;

    fn hit(name: &str, on: &str) -> ScreeningHit {
        serde_json::from_value(json!({ "entry": "1", "matched_on": [on], "name": name })).unwrap()
    }

    fn subject() -> ScreenedSubject {
        ScreenedSubject {
            key: "vessel:9079169".into(),
            kind: SubjectKind::Vessel,
            names: ["Hope".to_owned()].into(),
            identifiers: [("IMO".to_owned(), "9079169".to_owned())].into(),
            countries: ["FR".to_owned()].into(),
        }
    }

    fn marks(listed: &ListedEntry, found: &ScreeningHit) -> Vec<String> {
        let rows = rows(Some(&subject()), Some(listed), found);
        rows.iter()
            .filter_map(|row| Some(row["mark"].as_str()?.to_owned()))
            .collect()
    }

    #[test]
    fn each_field_says_whether_it_agrees() {
        let mut listed = ListedEntry {
            kind: Kind::Vessel,
            countries: vec!["RU".into()],
            ..ListedEntry::default()
        };
        listed.add_name("ENISEY", NameKind::Primary);
        assert_eq!(
            marks(&listed, &hit("ENISEY", "imo")),
            ["differs", "same", "open", "differs"]
        );
        listed.identifiers.push(Identifier::new("IMO", "IMO 9079169"));
        listed.countries.push("FR".into());
        listed.add_name("hope", NameKind::Fka);
        assert_eq!(marks(&listed, &hit("ENISEY", "imo")), ["same", "same", "same", "same"]);
        listed.identifiers[0].value = "9079170".into();
        listed.kind = Kind::Person;
        assert_eq!(
            marks(&listed, &hit("ENISEY", "name")),
            ["same", "differs", "differs", "same"]
        );
    }

    #[test]
    fn an_entry_that_is_not_in_memory_is_shown_by_the_name_that_matched() {
        let rows = rows(Some(&subject()), None, &hit("HOPPE", "name"));
        assert_eq!(
            (&rows[0]["theirs"], &rows[0]["mark"]),
            (&json!(["HOPPE"]), &json!("similar"))
        );
        assert_eq!(rows[3]["mark"], "open");
    }
}
