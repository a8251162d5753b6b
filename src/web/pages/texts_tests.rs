//! The same keys with the same arguments in every language, and every key that a template names.

use super::*;
use regex_lite::Regex;
use std::collections::{BTreeMap, BTreeSet};

/// Key to the arguments it takes; a key that occurs twice is a mistake.
fn keys(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let begin = Regex::new(r"^([a-z][A-Za-z0-9_-]*) =").unwrap();
    let argument = Regex::new(r"\{ ?\$([a-z_]+)|\$([a-z_]+) ->").unwrap();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, text) in sources(language) {
        let mut key = String::new();
        for line in text.lines() {
            if let Some(name) = begin.captures(line) {
                key = name[1].to_owned();
                assert!(!found.contains_key(&key), "{file}: {key} is there twice");
                found.insert(key.clone(), BTreeSet::new());
            }
            for captures in argument.captures_iter(line) {
                let name = captures.get(1).or_else(|| captures.get(2)).unwrap();
                found.get_mut(&key).unwrap().insert(name.as_str().to_owned());
            }
        }
    }
    found
}

#[test]
fn every_language_has_the_same_texts_with_the_same_arguments() {
    let (english, mut russian) = (keys(Language::En), keys(Language::Ru));
    // Conditions of the law are English in the law itself.
    russian.retain(|key, _| !key.starts_with("refusal-"));
    assert!(english.len() > 50);
    for (key, arguments) in &english {
        let other = russian.get(key);
        assert!(other.is_some(), "{key} is not there in Russian");
        assert_eq!(Some(arguments), other, "{key}");
    }
    for key in russian.keys() {
        assert!(english.contains_key(key), "{key} is not there in English");
    }
}

#[test]
fn every_file_is_fluent() {
    for language in Language::ALL {
        for (file, text) in sources(language) {
            assert!(FluentResource::try_new(text).is_ok(), "{file}");
        }
    }
}

#[test]
fn every_key_that_a_template_names_is_there() {
    let named = Regex::new(r#"\bt\("([a-z][A-Za-z0-9_-]*)"\s*[,)]"#).unwrap();
    let known = keys(Language::En);
    for (file, text) in super::super::site::template_sources() {
        for captures in named.captures_iter(&text) {
            assert!(known.contains_key(&captures[1]), "{file} names {}", &captures[1]);
        }
    }
}

#[test]
fn dates_are_said_in_each_language() {
    let day = "2025-10-31".parse().unwrap();
    assert_eq!(Texts::read(Language::En).date(day), "31\u{a0}October 2025");
    assert_eq!(Texts::read(Language::Ru).date(day), "31\u{a0}октября 2025\u{a0}г.");
}

#[test]
fn every_condition_of_the_law_is_said_in_russian_too() {
    use crate::workflow::{case::Case, notice::Notice, step::every_row};
    let texts = Texts::read(Language::Ru);
    let of_cases = every_row::<Case>()
        .flat_map(|row| row.conditions)
        .map(|one| (one.cites, one.code));
    let of_notices = every_row::<Notice>()
        .flat_map(|row| row.conditions)
        .map(|one| (one.cites, one.code));
    let all: BTreeSet<_> = of_cases.chain(of_notices).collect();
    let missing: Vec<_> = all
        .into_iter()
        .filter(|(rule, code)| super::super::site::refusal_text(&texts, rule, code).is_none())
        .collect();
    assert_eq!(missing, []);
}
