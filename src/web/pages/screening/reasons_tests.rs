use super::*;
use crate::{
    domain::text::Language,
    engine::built_in::search,
    screening::{Identifier, Index, Kind, ListedEntry, Thresholds},
    workflow::screened::{ScreenedSubject, SubjectKind},
};
use std::{collections::BTreeSet, sync::Arc};

fn listed(id: &str, kind: Kind, names: &[(&str, NameKind)], numbers: &[(&str, &str)], country: &str) -> ListedEntry {
    let mut entry = ListedEntry {
        list: "TEST".into(),
        id: id.into(),
        kind,
        countries: vec![country.into()],
        identifiers: numbers
            .iter()
            .map(|(scheme, value)| Identifier::new(scheme, value))
            .collect(),
        ..ListedEntry::default()
    };
    names.iter().for_each(|(name, kind)| entry.add_name(name, *kind));
    entry
}

fn index() -> Index {
    use NameKind::{Aka, Fka, Primary, Weak};
    let entries = [
        listed(
            "ship",
            Kind::Vessel,
            &[("GRAVELINES TRADER", Primary), ("OLD HARBOUR", Fka)],
            &[("IMO", "9999010")],
            "KP",
        ),
        listed("fund", Kind::Organisation, &[("Meridian Fund XV", Primary)], &[], "IR"),
        listed(
            "works",
            Kind::Organisation,
            &[("Muster Werkzeuge Aktiengesellschaft", Primary)],
            &[("REGISTRATION", "1027700000008")],
            "DE",
        ),
        listed(
            "man",
            Kind::Person,
            &[
                ("MUHAMMAD BIN SALMAN AL KARIMI", Primary),
                ("ABU TURAB", Weak),
                ("Muhamad Kharimi", Aka),
            ],
            &[],
            "IQ",
        ),
        listed(
            "owner",
            Kind::Organisation,
            &[("Severnaya Zvezda Shipping", Primary)],
            &[],
            "RU",
        ),
    ];
    Index::build(entries.map(Arc::new))
}

fn subject(kind: SubjectKind, name: &str, number: Option<(&str, &str)>, country: &str) -> ScreenedSubject {
    ScreenedSubject {
        key: "party:p1".into(),
        kind,
        names: [name.to_owned()].into(),
        identifiers: number
            .map(|(scheme, value)| (scheme.to_owned(), value.to_owned()))
            .into_iter()
            .collect(),
        countries: [country.to_owned()].into(),
    }
}

/// Questions that between them bring out every reason and nearly every fact.
fn hits() -> Vec<ScreeningHit> {
    use SubjectKind::{Organisation, Person, Unknown, Vessel};
    let asked = [
        subject(Vessel, "HOPE", Some(("IMO", "9999010")), "FR"),
        subject(Vessel, "Old Harbor", Some(("IMO", "9074729")), "FR"),
        subject(Vessel, "Gravelines Trader 7", None, "KP"),
        subject(Organisation, "Meridian Fund 15 Ltd", None, "IR"),
        subject(Organisation, "Meridian Fund XVI", None, "IR"),
        subject(
            Organisation,
            "Muster Werkzeuge AG",
            Some(("RU-OGRN", "1027700000008")),
            "FR",
        ),
        subject(Person, "M. Salman Mohamed Alkarimi", None, "IQ"),
        subject(Person, "Salman bin Muhammad al Karimi", None, "IQ"),
        subject(Person, "Abu Turab", None, "IQ"),
        subject(Person, "Muhamed Kharimi", None, "DE"),
        subject(Unknown, "SEVERNAYAZVEZDA SHIPING", None, "RU"),
        subject(Vessel, "Severnaya Zvezda Shipping", None, "RU"),
    ];
    let loose = Thresholds {
        strong: 0.84,
        possible: 0.3,
        most: 20,
    };
    let index = index();
    asked
        .iter()
        .flat_map(|asked| search(&index, asked, &loose).unwrap())
        .collect()
}

fn english(found: &ScreeningHit) -> Vec<String> {
    recorded(found).unwrap().words
}

#[test]
fn the_english_page_says_what_the_interface_says() {
    let texts = Texts::read(Language::En);
    let hits = hits();
    assert!(hits.len() >= 10, "{}", hits.len());
    for found in &hits {
        assert_eq!(sentences(&texts, found), english(found));
    }
}

#[test]
fn the_russian_page_says_all_of_it_in_russian() {
    let texts = Texts::read(Language::Ru);
    let mut said = BTreeSet::new();
    for found in &hits() {
        let sentences = sentences(&texts, found);
        assert_eq!(sentences.len(), english(found).len());
        for sentence in sentences {
            assert!(!sentence.contains('⟦'), "{sentence}");
            let first = sentence.chars().next().unwrap();
            assert!(('А'..='я').contains(&first), "{sentence}");
            said.insert(sentence.split([':', '«', '(']).next().unwrap().to_owned());
        }
    }
    assert!(said.len() >= 14, "the questions bring out too little: {said:#?}");
}

#[test]
fn what_another_engine_said_is_quoted_and_not_taken_for_ours() {
    let hit =
        serde_json::json!({ "entry": "1", "explanation": { "$private": { "engine": "name_literal_match: 1.0" } } });
    let found: ScreeningHit = serde_json::from_value(hit).unwrap();
    assert_eq!(sentences(&Texts::read(Language::Ru), &found), Vec::<String>::new());
    assert_eq!(foreign(&found).as_deref(), Some("name_literal_match: 1.0"));
}
