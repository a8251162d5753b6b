//! From what was typed on a sheet to the body of the action.

use super::{lines::Line, offer::Offer};
use crate::{
    domain::{Instant, text::Language},
    web::pages::form::{Fault, json_of},
};
use jiff::tz::TimeZone;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

type Fields = Vec<(String, String)>;

/// An amount as the process reads it: thousands may be parted by spaces; in Russian the decimal mark is a comma.
#[must_use]
pub fn amount(typed: &str, language: Language) -> String {
    let plain: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{202f}')
        .collect();
    if language == Language::Ru {
        plain.replace(',', ".")
    } else {
        plain
    }
}

/// An instant as a field for local time shows it.
#[must_use]
pub fn local(instant: &str, zone: &str) -> String {
    let Ok(at) = instant.parse::<Instant>() else {
        return instant.to_owned();
    };
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    at.to_zoned_datetime(zone).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// The instant that a local time in this zone is.
fn instant(typed: &str, zone: &str) -> Option<String> {
    let local: jiff::civil::DateTime = typed.parse().ok()?;
    let at = TimeZone::get(zone).ok()?.to_timestamp(local).ok()?;
    Some(at.to_string())
}

/// A unit, or an empty list, says nothing by itself.
fn says_something(name: &str, value: &str) -> bool {
    !value.trim().is_empty() && !name.ends_with(".unit")
}

/// The fields with the empty rows left out, the rest counted anew; buttons are no fields.
#[must_use]
pub fn without_gaps(fields: &[(String, String)]) -> Fields {
    let mut used: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (name, _) in fields.iter().filter(|(name, value)| says_something(name, value)) {
        for (at, _) in name.match_indices('[') {
            if let Some(index) = index_at(name, at) {
                used.entry(name[..at].to_owned()).or_default().insert(index);
            }
        }
    }
    let renamed = |(name, value): &(String, String)| Some((renumbered(name, &used)?, value.clone()));
    let kept = fields.iter().filter(|(name, _)| name != "more");
    kept.filter_map(renamed).collect()
}

fn index_at(name: &str, at: usize) -> Option<usize> {
    name.get(at + 1..)?.split(']').next()?.parse().ok()
}

/// The name with each row's new number; None: the row is empty.
fn renumbered(name: &str, used: &BTreeMap<String, BTreeSet<usize>>) -> Option<String> {
    let mut new = String::new();
    let mut rest = 0;
    for (at, _) in name.match_indices('[') {
        let Some(index) = index_at(name, at) else { continue };
        let rows = used.get(&name[..at])?;
        let number = rows.iter().position(|row| *row == index)?;
        new.push_str(name.get(rest..at)?);
        new.push_str(&format!("[{number}]"));
        rest = at + name.get(at..)?.find(']')? + 1;
    }
    new.push_str(name.get(rest..)?);
    Some(new)
}

/// The body: local times are instants, amounts plain, documents named with their hashes.
#[must_use]
pub fn body(fields: &[(String, String)], lines: &[Line], offer: &Offer, language: Language) -> Value {
    let moments: BTreeSet<&str> = lines
        .iter()
        .filter(|line| line.kind == "moment")
        .map(|line| line.name.as_str())
        .collect();
    let typed = |name: &str| {
        fields
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.trim())
    };
    let mut out = Fields::new();
    for (name, value) in fields {
        if moments.contains(name.as_str()) {
            let at = instant(value.trim(), &offer.zone);
            out.push((name.clone(), at.unwrap_or_else(|| value.clone())));
        } else if name.ends_with(".amount") {
            out.push((name.clone(), amount(value, language)));
        } else if let Some(path) = name.strip_suffix(".unit") {
            let amount = typed(&format!("{path}.amount"));
            if amount.is_none_or(|amount| !amount.is_empty()) {
                out.push((name.clone(), value.clone()));
            }
        } else if let Some(path) = name.strip_suffix(".check.values:lines") {
            values_of_check(path, typed(&format!("{path}.check.check")), value, &mut out);
        } else if let (Some(path), Some(sha256)) = (name.strip_suffix("].document"), offer.hashes.get(value)) {
            out.push((name.clone(), value.clone()));
            out.push((format!("{path}].sha256"), sha256.clone()));
        } else {
            out.push((name.clone(), value.clone()));
        }
    }
    json_of(&out)
}

/// What a machine check compares with: nothing, an amount, or a list.
fn values_of_check(path: &str, check: Option<&str>, value: &str, out: &mut Fields) {
    let path = format!("{path}.check.values");
    match check {
        Some("hs_prefix_in" | "hs_prefix_not_in" | "final_country_in" | "applicant_type_in" | "document_present")
        | Some("locode_function" | "restricted_hs_declared") => out.push((format!("{path}:lines"), value.to_owned())),
        Some("quantity_at_most") => {
            let (amount, unit) = value.trim().rsplit_once(char::is_whitespace).unwrap_or((value, ""));
            out.push((format!("{path}.amount"), amount.to_owned()));
            out.push((format!("{path}.unit"), unit.to_owned()));
        }
        _ => {}
    }
}

/// What is required and was left blank. A group that may be left out asks only when something in it was typed.
#[must_use]
pub fn blanks(fields: &[(String, String)], lines: &[Line], text: &str) -> Vec<Fault> {
    let filled = |name: &str| {
        fields
            .iter()
            .any(|(known, value)| known == name && !value.trim().is_empty())
    };
    let begun = |group: &String| {
        let within = |name: &str| {
            name.strip_prefix(group)
                .is_some_and(|rest| rest.starts_with(['.', '[', ':']))
        };
        fields
            .iter()
            .any(|(name, value)| within(name) && says_something(name, value))
    };
    let asked = |line: &&Line| {
        let asks = !["open", "close", "fold", "unfold", "more", "mark", "checks", "fixed"].contains(&line.kind);
        asks && line.required && line.inside.iter().all(begun) && !line.name.ends_with(":lines") && !filled(&line.name)
    };
    let fault = |line: &Line| Fault {
        field: line.name.clone(),
        code: "missing".to_owned(),
        text: format!("{text}: {}", line.label),
        lang: None,
        rule: None,
    };
    lines.iter().filter(asked).map(fault).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn empty_rows_are_left_out_and_the_rest_counted_anew() {
        let typed = fields(&[
            ("a:list", ""),
            ("a[0].x", ""),
            ("a[0].q.unit", "TNE"),
            ("a[2].x", "two"),
            ("a[2].b[1].y", "deep"),
            ("a[2].b[0].y", " "),
            ("more", "a"),
        ]);
        assert_eq!(
            without_gaps(&typed),
            fields(&[("a:list", ""), ("a[0].x", "two"), ("a[0].b[0].y", "deep")])
        );
    }

    #[test]
    fn times_are_local_and_amounts_as_people_write_them() {
        assert_eq!(
            instant("2025-10-09T10:00", "Europe/Zurich").unwrap(),
            "2025-10-09T08:00:00Z"
        );
        assert_eq!(local("2025-10-09T08:00:00Z", "Europe/Zurich"), "2025-10-09T10:00");
        assert_eq!(amount("25\u{a0}000,5", Language::Ru), "25000.5");
        assert_eq!(
            amount("25,000", Language::En),
            "25,000",
            "ambiguous: the process refuses it"
        );
    }
}
