//! The sheet of a screening: whoever is on no list is ticked, and the list is named once for all of them; only a hit, or
//! somebody who could not be looked for, needs a row of their own. Nobody is ticked beforehand: it is the official's word.

use super::{
    lines::Line,
    offer::{Offer, Options},
};
use crate::web::pages::{form::Sent, texts::Texts};
use std::collections::BTreeSet;

type Fields = Vec<(String, String)>;

pub const ACTION: &str = "record_screening";
/// The ticked subjects.
const TICKED: &str = "clear.subjects:list";
/// What is said of each of them: the field of the sheet and of a result.
const SAID: [&str; 3] = ["list", "list_version", "list_date"];

/// The block that stands before the rows.
pub fn lines(texts: &Texts, offer: &Offer, sent: &Sent) -> Vec<Line> {
    let subjects: Options = offer.options.get("subject").cloned().unwrap_or_default();
    let said = |name: &str, otherwise: &str| match sent.values.get(name) {
        Some(value) => value.clone(),
        None if sent.values.is_empty() => otherwise.to_owned(),
        None => String::new(),
    };
    let ticked = said(TICKED, "");
    let group = |kind, label| Line {
        kind,
        name: "clear".to_owned(),
        label,
        required: true,
        ..Line::default()
    };
    let checks = Line {
        kind: "checks",
        name: TICKED.to_owned(),
        label: texts.plain("screening-clear-subjects"),
        values: ticked
            .lines()
            .filter(|key| !key.is_empty())
            .map(str::to_owned)
            .collect(),
        hint: texts.plain("screening-clear-hint"),
        options: subjects,
        ..Line::default()
    };
    let today = offer.known["list_date"].as_str().unwrap_or_default();
    let field = |name: &str| {
        let place = format!("clear.{name}");
        let dated = name == "list_date";
        Line {
            kind: if dated { "date" } else { "text" },
            value: said(&place, if dated { today } else { "" }),
            name: place,
            label: texts.plain(&super::super::site::key("field", name)),
            required: true,
            inside: vec!["clear.subjects".to_owned()],
            ..Line::default()
        }
    };
    let mut all = vec![group("open", texts.plain("screening-clear")), checks];
    all.extend(SAID.map(field));
    all.push(group("close", String::new()));
    all
}

/// The fields with a result for everybody who is ticked and has no row of their own.
#[must_use]
pub fn spread(fields: &[(String, String)]) -> Fields {
    let said = |name: &str| {
        fields
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    };
    let own_row = |name: &str| name.starts_with("results[") && name.ends_with("].subject");
    let own: BTreeSet<&str> = fields
        .iter()
        .filter(|(name, _)| own_row(name))
        .map(|(_, value)| value.as_str())
        .collect();
    let ticked = fields
        .iter()
        .filter(|(name, value)| name == TICKED && !value.is_empty());
    let ticked = ticked.filter(|(_, subject)| !own.contains(subject.as_str()));
    let mut all: Fields = fields
        .iter()
        .filter(|(name, _)| !name.starts_with("clear."))
        .cloned()
        .collect();
    for (n, (_, subject)) in ticked.enumerate() {
        let mut put =
            |field: &str, value: &str| all.push((format!("results[{}].{field}", own.len() + n), value.to_owned()));
        put("subject", subject);
        put("result", "clear");
        for field in SAID {
            put(field, said(&format!("clear.{field}")).unwrap_or_default());
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_ones_own_goes_before_the_tick() {
        let typed = [
            (TICKED, ""),
            (TICKED, "party:p1"),
            (TICKED, "party:p2"),
            ("clear.list", "UN-SC"),
            ("clear.list_version", "7"),
            ("clear.list_date", "2025-10-16"),
            ("results:list", ""),
            ("results[0].subject", "party:p1"),
            ("results[0].result", "failed"),
        ];
        let typed: Fields = typed.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let wanted = [
            ("results:list", ""),
            ("results[0].subject", "party:p1"),
            ("results[0].result", "failed"),
            ("results[1].subject", "party:p2"),
            ("results[1].result", "clear"),
            ("results[1].list", "UN-SC"),
            ("results[1].list_version", "7"),
            ("results[1].list_date", "2025-10-16"),
        ];
        assert_eq!(
            spread(&typed),
            wanted.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }
}
