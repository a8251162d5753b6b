//! What screening must find, and what it must leave alone.

use super::*;
use super::{entry::ListedEntry, explanation::MatchedOn};
use proptest::prelude::*;
use std::sync::Arc;

fn listed(id: &str, kind: Kind, names: &[&str]) -> ListedEntry {
    let mut entry = ListedEntry {
        list: "TEST".into(),
        id: id.into(),
        kind,
        ..ListedEntry::default()
    };
    for name in names {
        let first = entry.names.is_empty();
        entry.add_name(name, if first { NameKind::Primary } else { NameKind::Aka });
    }
    entry
}

/// The excerpt of the real list, with some more names beside it.
fn index() -> Index {
    let folder = format!("{}/tests/fixtures/lists/ofac_csv", env!("CARGO_MANIFEST_DIR"));
    let files = ["sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"].map(|name| {
        let content = std::fs::read(format!("{folder}/{name}")).unwrap();
        lists::ListFile::new(name, std::io::Cursor::new(content))
    });
    let loaded = lists::read("OFAC-SDN", lists::Format::OfacCsv, files.into()).unwrap();
    let more = [
        listed("son", Kind::Person, &["SALMAN BIN MUHAMMAD"]),
        listed("chief", Kind::Person, &["CHAHINE, Rustum Yusuf", "رستم يوسف شاهين"]),
        listed("kim", Kind::Person, &["KIM, Chol Sam"]),
        listed("sister", Kind::Vessel, &["YU PHYONG 5"]),
        listed("fund", Kind::Organisation, &["Meridian Fund XV"]),
        listed("agro", Kind::Organisation, &["Agro Exports Ltd"]),
        listed("ag", Kind::Organisation, &["Muster Werkzeuge AG"]),
        listed("gmbh", Kind::Organisation, &["Muster Handel GmbH"]),
        listed("grain", Kind::Organisation, &["SIBERIAN GRAIN TRADING HOUSE OOO"]),
    ];
    let entries = loaded.entries.into_iter().chain(more);
    Index::build(entries.map(Arc::new))
}

fn best(index: &Index, kind: Kind, name: &str) -> Option<(String, f64)> {
    let hits = index.search(&Query::name(kind, name), &Thresholds::default()).unwrap();
    hits.first().map(|hit| (hit.entry.clone(), hit.score))
}

fn finds(index: &Index, kind: Kind, name: &str, id: &str) {
    let found = best(index, kind, name);
    assert!(found.as_ref().is_some_and(|found| found.0 == id), "{name}: {found:?}");
}

#[test]
fn a_listed_ship_is_found_by_name_and_number() {
    let query = Query {
        kind: Kind::Vessel,
        names: vec!["ENISEY".into()],
        identifiers: vec![Identifier::new("imo", "IMO 9079169")],
        countries: vec!["RU".into()],
        ..Query::default()
    };
    let hits = index().search(&query, &Thresholds::default()).unwrap();
    let first = &hits[0];
    assert_eq!(
        (first.entry.as_str(), first.score, first.band),
        ("37063", 1.0, Band::Strong)
    );
    assert!(matches!(first.explanation.matched_on[0], MatchedOn::Number { .. }));
    assert!(matches!(first.explanation.matched_on[1], MatchedOn::Name { .. }));
}

#[test]
fn its_owner_is_found_in_russian_by_tax_number_and_by_company_number() {
    let index = index();
    finds(
        &index,
        Kind::Organisation,
        "ООО «Норд Проект» Транспортная компания",
        "37062",
    );
    for (scheme, value) in [
        ("RU-INN", "2901201732"),
        ("IMO-COMPANY", "5825809"),
        ("TAX", "2901 201 732"),
    ] {
        let query = Query {
            kind: Kind::Organisation,
            names: vec!["Northern Supply Partners".into()],
            identifiers: vec![Identifier::new(scheme, value)],
            ..Query::default()
        };
        let hits = index.search(&query, &Thresholds::default()).unwrap();
        assert_eq!(hits[0].entry, "37062", "{scheme}");
        assert!(hits[0].score >= 0.95 && hits[0].band == Band::Strong);
    }
}

#[test]
fn a_renamed_ship_is_found_by_its_number_alone() {
    let query = Query {
        kind: Kind::Vessel,
        names: vec!["HOPE OF THE SEA".into()],
        identifiers: vec![Identifier::new("IMO", "9079169")],
        countries: vec!["PA".into()],
        ..Query::default()
    };
    let hits = index().search(&query, &Thresholds::default()).unwrap();
    assert_eq!((hits.len(), hits[0].entry.as_str()), (1, "37063"));
    assert!(hits[0].explanation.words[0].contains("9079169"));
}

/// Many ships share a name: another number is another ship, a number with a slip in it is not.
#[test]
fn a_ship_of_the_same_name_with_another_sound_number_is_another_ship() {
    let index = index();
    let found = |number: &str, flag: &str| {
        let query = Query {
            kind: Kind::Vessel,
            names: vec!["ENISEY".into()],
            identifiers: vec![Identifier::new("IMO", number)],
            countries: vec![flag.into()],
            ..Query::default()
        };
        index.search(&query, &Thresholds::default()).unwrap()
    };
    assert_eq!(found("9074729", "MT"), [], "another ship under another flag");
    let slip = found("9079168", "RU");
    assert_eq!(
        (slip[0].entry.as_str(), slip[0].band),
        ("37063", Band::Strong),
        "a wrong check digit clears nobody"
    );
    let same_flag = found("9074729", "RU");
    assert_eq!(
        (same_flag[0].entry.as_str(), same_flag[0].band),
        ("37063", Band::Possible)
    );
    assert!(
        same_flag[0]
            .explanation
            .words
            .iter()
            .any(|words| words.contains("IMO number differs"))
    );
}

/// A ship under another flag is not a company of nearly its name; a company of its very name and flag may own it.
#[test]
fn a_ship_is_not_a_company_of_nearly_its_name() {
    let mut entry = listed("1", Kind::Organisation, &["OCEANOS JSC"]);
    entry.countries = vec!["RU".into()];
    let index = Index::build([Arc::new(entry)]);
    let found = |name: &str, flag: &str| {
        let query = Query {
            countries: vec![flag.into()],
            ..Query::name(Kind::Vessel, name)
        };
        index.search(&query, &Thresholds::default()).unwrap().len()
    };
    assert_eq!((found("OCEAN S", "MH"), found("OCEANOS", "RU")), (0, 1));
}

#[test]
fn civil_traders_and_ships_are_left_alone() {
    let index = index();
    for (kind, name) in [
        (Kind::Organisation, "Bunge SA"),
        (Kind::Organisation, "Louis Dreyfus Company Suisse S.A."),
        (Kind::Organisation, "Ethiopian Trading Businesses Corporation"),
        (Kind::Organisation, "World Food Programme"),
        (Kind::Organisation, "Novorossiysk Grain Terminal OOO"),
        (Kind::Organisation, "Strategic Grain Reserve"),
        (Kind::Vessel, "STAR HELENA"),
        (Kind::Vessel, "GOLDEN HARVEST"),
        (Kind::Vessel, "NAVIOS AMITIE"),
        (Kind::Vessel, "BRAVE COMMANDER"),
        (Kind::Person, "Anna Schmidt"),
        (Kind::Person, "Tesfaye Bekele"),
    ] {
        assert_eq!(best(&index, kind, name), None, "{name}");
    }
}

/// Rows of a table in the fixtures, without the line that names the columns.
fn table(name: &str) -> Vec<Vec<String>> {
    let path = format!("{}/tests/fixtures/screening/{name}", env!("CARGO_MANIFEST_DIR"));
    let rows = csv::Reader::from_path(&path).unwrap().into_records();
    rows.map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

/// The ships on a real list.
fn listed_ships() -> Index {
    let entries = table("listed_ships.csv").into_iter().map(|row| {
        let mut entry = listed(&row[0], Kind::Vessel, &[row[1].as_str()]);
        entry.add_identifier("IMO", &row[2]);
        Arc::new(entry)
    });
    Index::build(entries)
}

/// Of 310 ships on no list so many raise an alert, and so many a strong one.
fn alerts(index: &Index, with_number: bool) -> (usize, usize) {
    let ships = table("civil_ships.csv");
    assert_eq!(ships.len(), 310);
    let bands = ships.iter().filter_map(|row| {
        let mut query = Query::name(Kind::Vessel, &row[1]);
        if with_number {
            query.identifiers.push(Identifier::new("IMO", &row[0]));
        }
        index
            .search(&query, &Thresholds::default())
            .unwrap()
            .first()
            .map(|hit| hit.band)
    });
    let bands: Vec<Band> = bands.collect();
    (bands.len(), bands.iter().filter(|band| **band == Band::Strong).count())
}

#[test]
fn real_ships_that_are_on_no_list_raise_few_alerts() {
    let index = listed_ships();
    let (all, strong) = alerts(&index, false);
    assert!(all <= 20 && strong <= 4, "by name alone: {all} alerts, {strong} strong");
    let (all, strong) = alerts(&index, true);
    assert!(
        all == 0 && strong == 0,
        "with their number: {all} alerts, {strong} strong"
    );
}

#[test]
fn every_listed_ship_is_found_by_its_number_under_any_name() {
    let index = listed_ships();
    let numbered: Vec<_> = table("listed_ships.csv")
        .into_iter()
        .filter(|row| !row[2].is_empty())
        .collect();
    assert!(numbered.len() > 300, "{}", numbered.len());
    for row in numbered {
        let query = Query {
            identifiers: vec![Identifier::new("IMO", &row[2])],
            countries: vec!["PA".into()],
            ..Query::name(Kind::Vessel, "NORTHERN HARVEST")
        };
        let hits = index.search(&query, &Thresholds::default()).unwrap();
        let same = hits.iter().find(|hit| hit.entry == row[0]);
        assert!(same.is_some_and(|hit| hit.band == Band::Strong), "{row:?}");
    }
}

#[test]
fn names_in_other_scripts_and_romanisations_are_found() {
    let index = Index::build(
        [
            listed("jong", Kind::Person, &["KIM, Jong Un"]),
            listed("ryong", Kind::Person, &["CHOE, Ryong Hae"]),
            listed("pak", Kind::Person, &["PAK, Yong Sik"]),
            listed("yuri", Kind::Person, &["KOVALCHUK, Yuri Valentinovich"]),
            listed("omar", Kind::Person, &["FADAVI, Ali"]),
            listed("ocean", Kind::Vessel, &["CHONG CHON GANG"]),
            listed("hua", Kind::Organisation, &["HUAXIN SHIPPING HONGKONG LTD"]),
        ]
        .map(Arc::new),
    );
    for (kind, name, id) in [
        (Kind::Person, "김정은", "jong"),
        (Kind::Person, "Kim Jeong-eun", "jong"),
        (Kind::Person, "Kim Chong-un", "jong"),
        (Kind::Person, "Choi Ryong-hae", "ryong"),
        (Kind::Person, "Park Yeong-sik", "pak"),
        (Kind::Person, "Jurij Kovalčuk", "yuri"),
        (Kind::Person, "Iurii Kovalchuk", "yuri"),
        (Kind::Person, "Jurij Kowaltschuk", "yuri"),
        (Kind::Person, "علی فدوى", "omar"),
        (Kind::Vessel, "청천강", "ocean"),
        (Kind::Organisation, "華信船務(香港)有限公司", "hua"),
    ] {
        finds(&index, kind, name, id);
    }
    for name in ["Kim Yo Jong", "Choe Song Chol", "Kovalenko Yuri"] {
        assert!(
            best(&index, Kind::Person, name).is_none_or(|found| found.1 < 0.84),
            "{name}"
        );
    }
}

#[test]
fn siblings_are_not_the_same() {
    let index = index();
    for (kind, name, id) in [
        (Kind::Person, "MUHAMMAD BIN SALMAN", "son"),
        (Kind::Vessel, "YU PHYONG 6", "sister"),
        (Kind::Organisation, "Meridian Fund XX", "fund"),
        (Kind::Organisation, "Meridian Fund No 8", "fund"),
    ] {
        let found = best(&index, kind, name);
        assert!(found.as_ref().is_none_or(|found| found.0 != id), "{name}: {found:?}");
    }
    let imports = best(&index, Kind::Organisation, "Agro Imports Ltd");
    assert!(imports.as_ref().is_none_or(|found| found.1 < 0.84), "{imports:?}");
}

#[test]
fn the_same_party_written_otherwise_is_found() {
    let index = index();
    for (kind, name, id) in [
        (Kind::Person, "Salman bin Mohammed", "son"),
        (Kind::Person, "Rostom Youssef Chahin", "chief"),
        (Kind::Person, "RustumYusuf Chahine", "chief"),
        (Kind::Person, "CHAHINERustum Yusuf", "chief"),
        (Kind::Person, "R Y CHAHINE", "chief"),
        (Kind::Person, "R.Y. Chahine", "chief"),
        (Kind::Person, "رستم یوسف شاهین", "chief"),
        (Kind::Person, "김철삼", "kim"),
        (Kind::Vessel, "M/V YU PHYONG-5", "sister"),
        (Kind::Vessel, "ЕНИСЕЙ", "37063"),
        (Kind::Organisation, "Meridian Fund 15", "fund"),
        (Kind::Organisation, "Muster Werkzeuge Aktiengesellschaft", "ag"),
        (
            Kind::Organisation,
            "Muster Handel Gesellschaft mit beschränkter Haftung",
            "gmbh",
        ),
        (
            Kind::Organisation,
            "Siberian Grain TradingHouse, Moscow branch",
            "grain",
        ),
        (Kind::Organisation, "IMO 5825809", "37062"),
    ] {
        finds(&index, kind, name, id);
    }
}

#[test]
fn facts_beside_the_name_lower_the_score_but_do_not_hide_it() {
    let mut entry = listed("1", Kind::Person, &["IVANOV, Ivan"]);
    entry.dates_of_birth = vec!["1950-12-12".into()];
    entry.countries = vec!["RU".into()];
    let index = Index::build([Arc::new(entry)]);
    let mut query = Query::name(Kind::Person, "Ivan Ivanov");
    let score = |query: &Query| index.search(query, &Thresholds::default()).unwrap()[0].score;
    assert_eq!(score(&query), 1.0);
    query.date_of_birth = Some("1950-12-12".into());
    query.countries = vec!["RU".into()];
    assert_eq!(score(&query), 1.0);
    query.date_of_birth = Some("1980-01-01".into());
    assert_eq!(score(&query), 0.75);
    query.countries = vec!["DE".into()];
    assert_eq!(score(&query), 0.67);
    let hit = &index.search(&query, &Thresholds::default()).unwrap()[0];
    assert!(
        hit.explanation
            .words
            .iter()
            .any(|words| words.contains("date of birth differs"))
    );
}

#[test]
fn every_hit_says_why() {
    let index = index();
    for name in ["ENISEI", "BANCO NATIONAL DE CUBA", "Norde Project LLC"] {
        for hit in index
            .search(&Query::name(Kind::Unknown, name), &Thresholds::default())
            .unwrap()
        {
            let why = &hit.explanation;
            assert!(!why.matched_on.is_empty() && why.words.len() > 1, "{name}");
            assert!(why.ofac_style <= 100 && hit.fingerprint.len() == 64);
            assert_eq!(
                serde_json::from_value::<Hit>(serde_json::to_value(&hit).unwrap()).unwrap(),
                hit
            );
        }
    }
}

#[test]
fn an_empty_index_finds_nothing_and_says_that_it_is_empty() {
    let index = Index::default();
    assert!(index.is_empty() && best(&index, Kind::Unknown, "x1").is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_brings_it_down(name in "\\PC{0,80}", number in "\\PC{0,20}", birth in "\\PC{0,12}") {
        let index = Index::build([Arc::new(listed("1", Kind::Unknown, &[&name, "ALPHA BIN BETA"]))]);
        let query = Query {
            names: vec![name],
            identifiers: vec![Identifier::new("IMO", &number)],
            date_of_birth: Some(birth),
            ..Query::default()
        };
        let _ = index.search(&query, &Thresholds { possible: 0.0, ..Thresholds::default() });
    }

    #[test]
    fn the_listed_name_itself_is_certain(words in proptest::collection::vec("[A-Z]{3,9}", 1..5), person: bool) {
        let name = words.join(" ");
        let kind = if person { Kind::Person } else { Kind::Organisation };
        let index = Index::build([Arc::new(listed("1", kind, &[&name]))]);
        prop_assert_eq!(best(&index, kind, &name), Some(("1".to_owned(), 1.0)));
    }

    #[test]
    fn the_order_of_words_does_not_matter(words in proptest::collection::vec("[A-Z]{4,9}", 2..5)) {
        let index = Index::build([Arc::new(listed("1", Kind::Person, &[&words.join(" ")]))]);
        let reversed: Vec<&str> = words.iter().rev().map(String::as_str).collect();
        let found = best(&index, Kind::Person, &reversed.join(" "));
        prop_assert!(found.is_some_and(|found| found.1 >= 0.999), "{:?}", words);
    }
}
