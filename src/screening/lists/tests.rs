//! Every format delivers the same kind of entry; whatever is not a whole list is refused with its place.

use super::*;
use crate::screening::entry::Identifier;

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/lists/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn read_bytes(name: &str, content: &[u8]) -> Result<Loaded, Refusal> {
    let mut file = ListFile::new(name, content);
    let format = Format::of(&mut file)?;
    read(format.usual_list(name), format, vec![file])
}

fn one(name: &str) -> Loaded {
    read_bytes(name, &fixture(name)).unwrap()
}

const OFAC: [&str; 4] = ["sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"];

fn ofac(change: impl Fn(&str, Vec<u8>) -> Vec<u8>) -> Result<Loaded, Refusal> {
    let contents: Vec<(&str, Vec<u8>)> = OFAC
        .iter()
        .map(|name| (*name, change(name, fixture(&format!("ofac_csv/{name}")))))
        .collect();
    let files = contents
        .iter()
        .map(|(name, bytes)| ListFile::new(*name, bytes.as_slice()));
    read("OFAC-SDN", Format::OfacCsv, files.collect())
}

fn entry<'a>(loaded: &'a Loaded, id: &str) -> &'a ListedEntry {
    loaded.entries.iter().find(|entry| entry.id == id).unwrap()
}

#[test]
fn ofac_delimited_files_are_joined() {
    let loaded = ofac(|_, bytes| bytes).unwrap();
    let ship = entry(&loaded, "37063");
    assert_eq!((ship.kind, ship.primary_name()), (Kind::Vessel, "ENISEY"));
    assert!(ship.identifiers.contains(&Identifier::new("IMO", "9079169")));
    assert_eq!(ship.countries, ["RU"]);
    let owner = entry(&loaded, "37062");
    assert!(owner.identifiers.contains(&Identifier::new("RU-INN", "2901201732")));
    assert!(owner.identifiers.contains(&Identifier::new("IMO-COMPANY", "5825809")));
    let bank = entry(&loaded, "306");
    let weak = bank.names.iter().find(|name| name.text == "BNC").unwrap();
    assert_eq!(weak.kind, NameKind::Weak);
    assert!(
        bank.names
            .iter()
            .any(|name| name.text == "NATIONAL BANK OF CUBA" && name.kind == NameKind::Aka)
    );
    assert_eq!(loaded.files.len(), 4);
    assert_eq!(loaded.counts.entries, loaded.entries.len());
    assert!(loaded.counts.weak_names > 0 && loaded.counts.vessels > 0);
}

#[test]
fn remarks_go_on_in_the_comments() {
    let loaded = ofac(|_, bytes| bytes).unwrap();
    let overflown = entry(&loaded, "28263");
    assert!(overflown.remarks.ends_with("Linked To: LAZARUS GROUP."));
    assert!(overflown.remarks.contains("hn'; Linked"));
}

#[test]
fn ofac_xml_is_read() {
    let loaded = one("ofac.xml");
    assert_eq!(loaded.published.as_deref(), Some("2021-07-06"));
    let person = entry(&loaded, "900001");
    assert_eq!(person.primary_name(), "BEISPIELOV, Ivan Petrovich");
    assert_eq!(person.names[1].text, "VANYA & CO");
    assert_eq!(
        (person.names[1].kind, person.names[2].kind),
        (NameKind::Weak, NameKind::Fka)
    );
    assert_eq!(person.identifiers, [Identifier::new("RU-INN", "500100732259")]);
    assert_eq!(person.dates_of_birth, ["1950-12-12"]);
    assert_eq!(
        entry(&loaded, "900002").identifiers,
        [Identifier::new("IMO", "9999010")]
    );
}

#[test]
fn ofac_advanced_xml_is_read() {
    let loaded = one("ofac_advanced.xml");
    assert_eq!(loaded.published.as_deref(), Some("2026-02-05"));
    assert_eq!(loaded.list, "OFAC-SDN");
    let person = entry(&loaded, "900001");
    assert_eq!(person.kind, Kind::Person);
    let names: Vec<(&str, NameKind)> = person
        .names
        .iter()
        .map(|name| (name.text.as_str(), name.kind))
        .collect();
    assert_eq!(
        names,
        [
            ("BEISPIELOV, Ivan Petrovich", NameKind::Primary),
            ("VANYA", NameKind::Weak),
            ("БЕЙСПИЛОВ, Иван Петрович", NameKind::Aka),
        ]
    );
    assert_eq!(person.identifiers, [Identifier::new("RU-INN", "500100732259")]);
    assert_eq!(person.dates_of_birth, ["1950-12-12", "1951/1953"]);
    assert_eq!(
        (&person.countries[..], &person.addresses[..]),
        (&["RU".to_owned()][..], &["Moscow, Russia".to_owned()][..])
    );
    assert_eq!(person.programmes, ["EXAMPLE"]);
    let ship = entry(&loaded, "900002");
    assert_eq!((ship.kind, &ship.countries[..]), (Kind::Vessel, &["PA".to_owned()][..]));
    assert_eq!(ship.names[1].kind, NameKind::Fka);
    assert_eq!(ship.identifiers, [Identifier::new("IMO", "9999010")]);
    let bank = entry(&loaded, "900003");
    assert_eq!(
        (bank.kind, &bank.identifiers[..]),
        (Kind::Organisation, &[Identifier::new("BIC", "EXAMRUMM")][..])
    );
}

/// A party of the advanced file is as large as the largest published; the file is larger than what may be held.
#[test]
fn an_advanced_file_is_read_party_by_party() {
    let text = String::from_utf8(fixture("ofac_advanced.xml")).unwrap();
    let begin = text.find("    <DistinctParty FixedRef=\"900002\"").unwrap();
    let end = begin + text[begin..].find("</DistinctParty>").unwrap() + "</DistinctParty>".len();
    let party = &text[begin..end];
    let more: String = (1_000_000..1_004_000)
        .map(|id| party.replace("900002", &id.to_string()))
        .collect();
    let large = format!("{}{more}{}", &text[..begin], &text[end..]);
    let loaded = read_bytes("SDN_ADVANCED.XML", large.as_bytes()).unwrap();
    assert_eq!(loaded.entries.len(), 4_002);
    assert_eq!(loaded.files[0].bytes, large.len() as u64);
}

#[test]
fn the_lists_of_the_united_nations_kingdom_and_union_are_read() {
    let un = one("un.xml");
    assert_eq!(un.published.as_deref(), Some("2026-02-27"));
    assert_eq!(un.counts.entries, 8);
    assert!(
        un.entries
            .iter()
            .any(|entry| entry.dates_of_birth.iter().any(|date| date.contains('/')))
    );
    for (name, id) in [
        ("uk.xml", "EXA0001"),
        ("uk_ofsi.csv", "99001"),
        ("uk_list.csv", "EXA0001"),
        ("eu.xml", "EU.9001.1"),
        ("ftm.jsonl", "exa-1"),
    ] {
        let loaded = one(name);
        let person = entry(&loaded, id);
        assert_eq!(person.kind, Kind::Person, "{name}");
        assert!(person.primary_name().to_lowercase().contains("beispielov"), "{name}");
        assert_eq!(person.names[0].kind, NameKind::Primary, "{name}");
        assert!(person.names.iter().any(|name| name.kind == NameKind::Weak), "{name}");
        assert!(
            person
                .names
                .iter()
                .any(|name| name.text.to_lowercase().contains("иван")),
            "{name}"
        );
        assert_eq!(person.dates_of_birth, ["1950-12-12"], "{name}");
        assert_eq!(person.countries, ["RU"], "{name}");
    }
    assert_eq!(one("uk.xml").published.as_deref(), Some("2023-02-24"));
    assert_eq!(one("uk_ofsi.csv").published.as_deref(), Some("2023-02-24"));
    let uk = one("uk_list.csv");
    assert_eq!(uk.published.as_deref(), Some("2026-02-13"));
    let ship = entry(&uk, "EXA0002");
    assert_eq!(
        (ship.kind, &ship.identifiers[..]),
        (Kind::Vessel, &[Identifier::new("IMO", "9999010")][..])
    );
    assert_eq!(one("eu.xml").published.as_deref(), Some("2024-02-01"));
    assert_eq!(
        entry(&one("eu.xml"), "EU.9002.1").identifiers,
        [Identifier::new("BIC", "EXAMRUMM")]
    );
    assert_eq!(one("ftm.jsonl").counts.entries, 3);
}

#[test]
fn a_file_cut_short_is_refused_wherever_it_is_cut() {
    for name in ["ofac.xml", "ofac_advanced.xml", "un.xml", "uk.xml", "eu.xml"] {
        let whole = fixture(name);
        let text = String::from_utf8(whole.clone()).unwrap();
        let end = text.trim_end().len();
        for cut in (60..end).step_by(97) {
            assert!(read_bytes(name, &whole[..cut]).is_err(), "{name} cut at {cut}");
        }
    }
    let json = fixture("ftm.jsonl");
    let refusal = read_bytes("ftm.jsonl", &json[..json.len() - 9]).unwrap_err();
    assert_eq!((refusal.code, refusal.line), (RefusalCode::Truncated, 4));
}

#[test]
fn a_short_primary_file_does_not_fit_its_aliases() {
    let refusal = ofac(|name, bytes| match name {
        "sdn.csv" => bytes
            .split_inclusive(|byte| *byte == b'\n')
            .take(8)
            .flatten()
            .copied()
            .collect(),
        _ => bytes,
    })
    .unwrap_err();
    assert_eq!(refusal.code, RefusalCode::Truncated);
    assert!(
        refusal.line > 0 && refusal.reason.contains("which sdn.csv does not have"),
        "{refusal}"
    );
}

#[test]
fn delimited_lists_that_name_their_columns_are_cut_at_no_row_and_in_no_row() {
    for (name, mark) in [("eu.csv", ';'), ("uk_list.csv", ','), ("uk_ofsi.csv", ',')] {
        let text = String::from_utf8(fixture(name)).unwrap();
        let rows: Vec<&str> = text.trim_end().lines().collect();
        let (last, before) = rows.split_last().unwrap();
        let cut = format!("{}\n{}", before.join("\n"), last.rsplit_once(mark).unwrap().0);
        let refusal = read_bytes(name, cut.as_bytes()).unwrap_err();
        assert_eq!(
            (refusal.code, refusal.line),
            (RefusalCode::Malformed, rows.len() as u64),
            "{refusal}"
        );
        assert!(refusal.reason.contains("the file may be cut short"), "{refusal}");
        let heading = rows.iter().position(|row| row.to_lowercase().contains("nam")).unwrap();
        let format = Format::of(&mut ListFile::new(name, text.as_bytes())).unwrap();
        let headless = format!("{}\n", rows[heading + 1..].join("\n"));
        let file = ListFile::new(name, headless.as_bytes());
        let refusal = read("TEST", format, vec![file]).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::UnknownFormat, "{refusal}");
    }
}

#[test]
fn a_row_that_is_none_is_refused_with_its_line() {
    for (row, reason) in [
        ("||||\r\n", "1 columns instead of 12"),
        ("5,\"A\",-0- ,\"CUBA\"\r\n", "4 columns instead of 12"),
        (
            "x,\"A\",-0- ,\"C\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n",
            "not a number",
        ),
        (
            "5,\"A\",\"robot\",\"C\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n",
            "kind is unknown",
        ),
        (
            "36,\"A\",-0- ,\"C\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n",
            "stands twice",
        ),
        (
            "5,\"A\",-0- ,\"C\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"DOB 1950\r\n",
            "not closed",
        ),
    ] {
        let refusal = ofac(|name, bytes| match name {
            "sdn.csv" => {
                let first = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
                [&bytes[..first], row.as_bytes(), &bytes[first..]].concat()
            }
            _ => bytes,
        })
        .unwrap_err();
        assert!(refusal.reason.contains(reason), "{row}: {refusal}");
        assert_eq!((refusal.file.as_str(), refusal.line), ("sdn.csv", 2), "{refusal}");
    }
}

#[test]
fn entities_are_refused_before_they_can_do_harm() {
    let bomb = br#"<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><sdnList>&b;</sdnList>"#;
    assert_eq!(read_bytes("x.xml", bomb).unwrap_err().code, RefusalCode::Entities);
    let own = b"<CONSOLIDATED_LIST><INDIVIDUALS>&file;</INDIVIDUALS></CONSOLIDATED_LIST>";
    assert_eq!(read_bytes("x.xml", own).unwrap_err().code, RefusalCode::Entities);
    let deep = format!("<export>{}", "<a>".repeat(100_000));
    assert_eq!(
        read_bytes("x.xml", deep.as_bytes()).unwrap_err().code,
        RefusalCode::TooLarge
    );
}

#[test]
fn a_promise_of_more_entries_is_held_against_the_file() {
    let text = String::from_utf8(fixture("ofac.xml")).unwrap();
    let more = text.replace("<Record_Count>2<", "<Record_Count>3<");
    let refusal = read_bytes("ofac.xml", more.as_bytes()).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::Truncated);
}

#[test]
fn a_wrong_check_digit_is_a_complaint_and_the_entry_is_loaded() {
    let text = String::from_utf8(fixture("ofac.xml")).unwrap();
    let wrong = text.replace("IMO 9999010", "IMO 9999011");
    let loaded = read_bytes("ofac.xml", wrong.as_bytes()).unwrap();
    assert_eq!(
        entry(&loaded, "900002").identifiers,
        [Identifier::new("IMO", "9999011")]
    );
    assert!(loaded.complaints.iter().any(|complaint| complaint.entry == "900002"));
}

#[test]
fn what_is_no_list_is_refused() {
    for content in [
        &b""[..],
        b"hello",
        b"<html></html>",
        b"\x00\x01\x02",
        b"<export/>",
        b"{}\n",
        b"[1]",
    ] {
        assert!(read_bytes("x", content).is_err(), "{content:?}");
    }
}

#[test]
fn the_unions_delimited_file_joins_the_rows_of_a_party() {
    let loaded = one("eu.csv");
    assert_eq!(
        (loaded.list.as_str(), loaded.published.as_deref()),
        ("EU-FSF", Some("2024-02-01"))
    );
    let person = entry(&loaded, "EU.9001.1");
    let names: Vec<&str> = person.names.iter().map(|name| name.text.as_str()).collect();
    assert_eq!(names, ["Ivan Beispielov", "Иван Бейспилов", "Iwan Beispieloff"]);
    assert_eq!((person.kind, person.names[0].kind), (Kind::Person, NameKind::Primary));
    assert_eq!(
        (person.dates_of_birth.as_slice(), person.countries.as_slice()),
        (&["1950-12-12".to_owned()][..], &["RU".to_owned()][..])
    );
    assert_eq!(person.identifiers, entry(&one("eu.xml"), "EU.9001.1").identifiers);
    let bank = entry(&loaded, "EU.9002.1");
    assert_eq!(
        (bank.kind, bank.primary_name()),
        (Kind::Organisation, "Example Bank \"Nord\"; Tehran branch")
    );
    assert_eq!(bank.identifiers, [Identifier::new("BIC", "EXAMRUMM")]);
    assert_eq!(bank.countries, ["RU"]);
}

#[test]
fn the_unions_delimited_file_is_whole_or_refused() {
    let whole = String::from_utf8(fixture("eu.csv")).unwrap();
    let cut = &whole[..whole.trim_end().rfind(';').unwrap() - 3];
    assert_eq!(
        read_bytes("eu.csv", cut.as_bytes()).unwrap_err().code,
        RefusalCode::Malformed
    );
    let nameless = whole.replace("NameAlias_WholeName", "NameAlias_Other");
    assert_eq!(
        read_bytes("eu.csv", nameless.as_bytes()).unwrap_err().code,
        RefusalCode::UnknownFormat
    );
    let no_number = whole.replace(";9002;", ";;");
    let refused = read_bytes("eu.csv", no_number.as_bytes()).unwrap_err();
    assert_eq!((refused.code, refused.line), (RefusalCode::Malformed, 8));
}
