//! What a dossier says, for those who read it: fields in words, put together by the row they stand in.

use super::shape::Kind;
use crate::{
    domain::reference,
    web::pages::{figures, site::key, texts::Texts},
};
use serde_json::{Value, json};

/// The value of a field in words, where it is something else than what is typed.
#[must_use]
pub fn said(texts: &Texts, kind: Kind, path: &str, value: &Value, options: &Value) -> Option<String> {
    let text = value.as_str().unwrap_or_default();
    match kind {
        Kind::Documents => {
            let names = options.as_array().into_iter().flatten();
            let chosen = |option: &&Value| value.as_array().is_some_and(|ids| ids.contains(&option[0]));
            let names = names.filter(chosen).filter_map(|option| option[1].as_str());
            Some(names.collect::<Vec<_>>().join(", "))
        }
        Kind::Day => text.parse().ok().map(|day| texts.date(day)),
        Kind::Tick if value == &json!(true) => Some(texts.plain(&key("option", "true"))),
        Kind::Whole => value
            .as_i64()
            .map(|n| figures::number(texts.language(), &n.to_string())),
        Kind::Line(_) => match path.rsplit('.').next().unwrap_or(path) {
            "country" | "final_country" | "flag" | "origin" => {
                reference::country_in(&text.to_uppercase(), texts.language()).map(|name| format!("{name} ({text})"))
            }
            "unit" => figures::quantity(texts, "5", text)
                .split_once('\u{a0}')
                .map(|(_, unit)| unit.to_owned()),
            "amount" if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => {
                Some(figures::number(texts.language(), text))
            }
            _ => None,
        },
        _ => None,
    }
}

/// The lines of a section, from `nodes::lines`: what belongs to the same row stands under that row's name.
#[must_use]
pub fn groups(lines: Vec<(String, String, String)>) -> Vec<Value> {
    let mut groups: Vec<(String, Vec<Value>)> = Vec::new();
    let full = lines
        .into_iter()
        .filter(|(_, _, value)| !value.is_empty() && value != "[]");
    for (name, label, value) in full {
        // The name says whether there is a row; a text may have the mark between rows in it.
        let row = if name.contains('[') {
            label.split_once(ROW)
        } else {
            None
        };
        let (title, label) = row.unwrap_or(("", &label));
        let line = json!([label, value]);
        match groups.last_mut().filter(|(known, _)| known == title) {
            Some((_, lines)) => lines.push(line),
            None => groups.push((title.to_owned(), vec![line])),
        }
    }
    groups
        .into_iter()
        .map(|(title, lines)| json!({ "title": title, "lines": lines }))
        .collect()
}

/// What stands between a row and what is in it.
pub const ROW: &str = " · ";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::text::Language, web::pages::site::site};

    #[test]
    fn codes_days_and_documents_are_said_in_words() {
        let texts = |language| site(language).texts.clone();
        let (en, ru) = (texts(Language::En), texts(Language::Ru));
        let line = Kind::Line("w5");
        let none = json!([]);
        let country = |texts: &Texts| said(texts, line, "final_country", &json!("ET"), &none);
        assert_eq!(country(&en).unwrap(), "Ethiopia (ET)");
        assert_eq!(country(&ru).unwrap(), "Эфиопия (ET)");
        assert_eq!(said(&en, line, "name", &json!("ET"), &none), None);
        let day = said(&ru, Kind::Day, "from", &json!("2025-11-07"), &none).unwrap();
        assert_eq!(day, ru.date("2025-11-07".parse().unwrap()));
        let files = json!([["a", "list.pdf (List)"], ["b", "plan.pdf (Plan)"]]);
        let chosen = said(&en, Kind::Documents, "evidence", &json!(["b"]), &files).unwrap();
        assert_eq!(chosen, "plan.pdf (Plan)");
        assert_eq!(
            said(&ru, line, "quantity.amount", &json!("23300.5"), &none).unwrap(),
            "23\u{a0}300,5"
        );
    }

    #[test]
    fn lines_of_a_row_stand_together() {
        let line = |name: &str, label: &str, value: &str| (name.to_owned(), label.to_owned(), value.to_owned());
        let lines = vec![
            line("save[0].name", "Party 1 · Name", "Mill"),
            line("save[0].route", "Party 1 · Route", ""),
            line("save[0].identifiers[0].value", "Party 1 · Number 1 · Number", "7"),
            line("save[1].name", "Party 2 · Name", "Ship"),
        ];
        let wanted = json!([
            { "title": "Party 1", "lines": [["Name", "Mill"], ["Number 1 · Number", "7"]] },
            { "title": "Party 2", "lines": [["Name", "Ship"]] },
        ]);
        assert_eq!(json!(groups(lines)), wanted);
    }
}
