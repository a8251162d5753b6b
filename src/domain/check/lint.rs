//! Texts and lists that no honest dossier contains: control characters, reversed writing, endless lists.

use super::{Code, Finding};
use crate::domain::dossier::{Dossier, Section};
use serde::Serialize;
use serde_json::Value;

/// The most entries of any list.
pub const MAX_ENTRIES: usize = 500;
/// The most characters of a short field (a name, a code).
pub const MAX_SHORT: usize = 500;
/// The most characters of a field that tells a story.
pub const MAX_LONG: usize = 20_000;

/// Fields that may be long and have several lines.
const LONG: &[&str] = &[
    "purpose",
    "reasons",
    "safeguards",
    "selection",
    "civilian_status",
    "specification",
    "description",
    "packaging",
    "statement",
    "route",
    "no_twin_reason",
];

/// Looks through every text and list of a dossier.
#[must_use]
pub fn lint_text(dossier: &Dossier) -> Vec<Finding> {
    lint(dossier)
}

/// Looks through every text and list of one section; paths start at the section's name.
#[must_use]
pub fn lint_section(section: &Section) -> Vec<Finding> {
    let Ok(Value::Object(mut tagged)) = serde_json::to_value(section) else {
        return Vec::new();
    };
    match (tagged.remove("section"), tagged.remove("content")) {
        (Some(Value::String(name)), Some(content)) => lint_value(&name, &content),
        _ => Vec::new(),
    }
}

fn lint(value: &impl Serialize) -> Vec<Finding> {
    serde_json::to_value(value).map_or_else(|_| Vec::new(), |value| lint_value("", &value))
}

/// Looks through any JSON; `path` is where it stands.
#[must_use]
pub fn lint_value(path: &str, value: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    walk(path, value, &mut findings);
    findings
}

fn walk(path: &str, value: &Value, findings: &mut Vec<Finding>) {
    match value {
        Value::String(text) => findings.extend(text_fault(path, text)),
        Value::Array(entries) if entries.len() > MAX_ENTRIES => findings.push(Finding::new(
            Code::LIST_TOO_LONG,
            path,
            format!("{} entries; at most {MAX_ENTRIES} are accepted", entries.len()),
        )),
        Value::Array(entries) => {
            for (at, entry) in entries.iter().enumerate() {
                walk(&format!("{path}[{at}]"), entry, findings);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                walk(&path, field, findings);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn text_fault(path: &str, text: &str) -> Option<Finding> {
    let field = path.rsplit('.').next().unwrap_or(path);
    let long = LONG.contains(&field);
    let most = if long { MAX_LONG } else { MAX_SHORT };
    let length = text.chars().count();
    if length > most {
        let message = format!("{length} characters; at most {most} are accepted here");
        return Some(Finding::new(Code::TEXT_TOO_LONG, path, message));
    }
    let control = |c: &char| c.is_control() && !(long && matches!(c, '\n' | '\r' | '\t'));
    if let Some(c) = text.chars().find(control) {
        let message = format!("contains the control character U+{:04X}; remove it", u32::from(c));
        return Some(Finding::new(Code::TEXT_CONTROL, path, message));
    }
    let c = text.chars().find(|c| deceives(*c))?;
    let message = format!(
        "contains the invisible character U+{:04X}, which changes how text is read; remove it",
        u32::from(c)
    );
    Some(Finding::new(Code::TEXT_BIDI, path, message))
}

/// Embedding, override and isolate marks, the zero-width no-break space, line and paragraph separators, tags, noncharacters.
/// The plain marks of Arabic and Hebrew writing (U+200E, U+200F, U+200C, U+200D) are ordinary text.
fn deceives(c: char) -> bool {
    matches!(
        c,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{FDD0}'..='\u{FDEF}' | '\u{E0000}'..='\u{E007F}'
    ) || u32::from(c) & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn codes(value: Value) -> Vec<(Code, String)> {
        lint_value("", &value).into_iter().map(|f| (f.code, f.path)).collect()
    }

    #[test]
    fn ordinary_writing_of_any_script_passes() {
        let texts = json!({"name": "المخزون\u{200f} الاستراتيجي", "other": "조선민주주의인민공화국 «Зерно» ’", "purpose": "one\ntwo\tthree"});
        assert_eq!(codes(texts), []);
    }

    #[test]
    fn control_and_reversing_characters_are_named_with_their_place() {
        let value = json!({"parties": [{"name": "a\0b"}, {"name": "abc\u{202e}def"}], "purpose": {"purpose": "a\u{1b}[31m"}, "route": "x", "file_name": "a\nb"});
        let mut found = codes(value);
        found.sort();
        let at = |code, path: &str| (code, path.to_owned());
        assert_eq!(
            found,
            [
                at(Code::TEXT_CONTROL, "file_name"),
                at(Code::TEXT_CONTROL, "parties[0].name"),
                at(Code::TEXT_CONTROL, "purpose.purpose"),
                at(Code::TEXT_BIDI, "parties[1].name"),
            ]
        );
    }

    #[test]
    fn limits_bite_at_one_more() {
        assert_eq!(
            codes(json!({"name": "я".repeat(MAX_SHORT), "safeguards": "я".repeat(MAX_LONG)})),
            []
        );
        assert_eq!(
            codes(json!({"name": "я".repeat(MAX_SHORT + 1)}))[0].0,
            Code::TEXT_TOO_LONG
        );
        assert_eq!(codes(json!({"goods": vec![1; MAX_ENTRIES]})), []);
        assert_eq!(
            codes(json!({"goods": vec![1; MAX_ENTRIES + 1]}))[0].0,
            Code::LIST_TOO_LONG
        );
    }

    #[test]
    fn one_section_is_looked_through_by_its_name() {
        let found = lint_section(&Section::Safeguards("a\0".to_owned()));
        assert_eq!(
            (found[0].code, found[0].path.as_str()),
            (Code::TEXT_CONTROL, "safeguards")
        );
    }
}
