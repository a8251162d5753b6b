//! What a sheet asks for: the body of an action, as the description of the API has it, as lines of a form.

use super::{
    offer::Offer,
    schema::{body_of, is, resolved},
};
use crate::web::pages::{figures, form::Sent, site::key, texts::Texts};
use serde::Serialize;
use serde_json::Value;

/// Fields that only a program can fill in.
const NOT_BY_HAND: [&str; 7] = [
    "sha256",
    "closed",
    "fingerprint",
    "score",
    "band",
    "entry_fingerprint",
    "device_time",
];
/// Groups whose optional fields have usual values, by law.
const USUAL: [&str; 2] = ["policy", "clock"];
/// Most rows of a table of fields.
const MOST_ROWS: usize = 60;

/// One line of a sheet.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Line {
    /// `open` and `close` of a group, `fold` and `unfold` of one that stays shut until it is needed; `text`, `area`, `number`, `date`, `moment`, `select`, `checks`, `fixed`;
    /// `more`: a button for another row; `mark`: an empty list.
    pub kind: &'static str,
    pub name: String,
    pub label: String,
    pub required: bool,
    pub value: String,
    pub values: Vec<String>,
    pub options: Vec<(String, String)>,
    pub hint: String,
    /// Groups around it that may be left out whole.
    pub inside: Vec<String>,
}

/// What the lines are made from.
pub struct Maker<'a> {
    pub texts: &'a Texts,
    pub offer: &'a Offer,
    pub sent: &'a Sent,
    pub action: &'a str,
    /// The table that is to have more rows.
    pub more: Option<&'a str>,
    pub lines: Vec<Line>,
}

/// Where in the body we are.
#[derive(Clone, Default)]
pub(super) struct Place<'v> {
    pub(super) path: String,
    pub(super) field: String,
    pub(super) label: String,
    pub(super) required: bool,
    pub(super) inside: Vec<String>,
    pub(super) known: Option<&'v Value>,
    pub(super) in_row: bool,
}

impl Place<'_> {
    /// The place of this part of it.
    pub(super) fn part(&self, field: &str, label: String) -> Self {
        Self {
            path: format!("{}.{field}", self.path),
            field: field.to_owned(),
            label,
            known: self.known.and_then(|known| known.get(field)),
            ..self.clone()
        }
    }
}

/// The lines of this action; None: there is no such action.
#[must_use]
pub fn lines(mut maker: Maker<'_>) -> Option<Vec<Line>> {
    let body = body_of(maker.action)?;
    let offer = maker.offer;
    let place = Place {
        required: true,
        known: Some(&offer.known),
        ..Place::default()
    };
    maker.group(&resolved(body).0, &place);
    Some(maker.lines)
}

fn said(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl Maker<'_> {
    /// Every property of an object, the required ones first.
    fn group(&mut self, schema: &Value, place: &Place<'_>) {
        let Some(properties) = schema["properties"].as_object() else {
            return;
        };
        let required: Vec<&str> = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let rest = properties
            .keys()
            .map(String::as_str)
            .filter(|name| !required.contains(name));
        let rest: Vec<&str> = rest.collect();
        // What the law leaves at its usual value is rarely wanted.
        let aside = USUAL.contains(&place.field.as_str()).then_some(rest.first()).flatten();
        let mut opened = None;
        for name in required.iter().copied().chain(rest.iter().copied()) {
            if Some(&name) == aside {
                opened = Some(self.lines.len());
                self.open(&Place {
                    path: format!("{}.usual", place.path),
                    field: "usual".to_owned(),
                    label: self.texts.plain("sheet-usual"),
                    ..place.clone()
                });
            }
            if self.by_machine(name, &properties[name]) {
                continue;
            }
            let path = if place.path.is_empty() {
                name.to_owned()
            } else {
                format!("{}.{name}", place.path)
            };
            let inner = Place {
                path,
                field: name.to_owned(),
                label: self.label(name),
                required: required.contains(&name),
                inside: place.inside.clone(),
                known: place
                    .known
                    .and_then(|known| known.get(name))
                    .filter(|known| !known.is_null()),
                in_row: place.in_row,
            };
            self.field(&properties[name], inner);
        }
        if let Some(opened) = opened {
            self.close();
            self.fold_if_empty(opened);
        }
    }

    /// What a field is called; some acts have a word of their own for it.
    fn label(&self, name: &str) -> String {
        let own = key(&key("field", self.action), name);
        let known = if self.texts.has(&own) { own } else { key("field", name) };
        self.texts.plain(&known)
    }

    /// One row of a table of fields, counted.
    fn row_label(&self, place: &Place<'_>, n: usize) -> String {
        let own = key("row", &place.field);
        let called = if self.texts.has(&own) {
            self.texts.plain(&own)
        } else {
            place.label.clone()
        };
        format!("{called} {}", n + 1)
    }

    fn by_machine(&self, name: &str, schema: &Value) -> bool {
        let kind = resolved(schema).1;
        NOT_BY_HAND.contains(&name) || ["ScreeningCheck", "Precedent"].contains(&kind.as_str()) || {
            name == "explanation" && self.action == "record_screening"
        }
    }

    fn field(&mut self, schema: &Value, place: Place<'_>) {
        let (schema, kind) = resolved(schema);
        if let Some((value, shown)) = self.offer.fixed.get(&place.field) {
            let options = vec![(value.clone(), shown.clone())];
            self.put("fixed", "", place, options);
            return;
        }
        let options = self.offer.options(self.action, &place.field);
        match kind.as_str() {
            "Words" => self.put("area", "", place, Vec::new()),
            "Localised" => self.localised(&place),
            "MachineCheck" => self.machine_check(&schema, &place),
            "Quantity" => self.quantity(&place),
            _ if schema["enum"].is_array() => {
                let words = options.unwrap_or_else(|| self.words(&schema));
                self.put("select", "", place, words);
            }
            _ if is(&schema, "array") => self.array(&schema["items"], place, options),
            _ if is(&schema, "boolean") => {
                let words = ["true", "false"].map(|word| (word.to_owned(), self.texts.plain(&key("option", word))));
                self.put("select", ":b", place, words.into());
            }
            _ if schema["properties"].is_object() => self.object(&schema, place),
            _ => self.plain(&schema, place, options),
        }
    }

    fn plain(&mut self, schema: &Value, place: Place<'_>, options: Option<Vec<(String, String)>>) {
        let mark = if is(schema, "integer") { ":n" } else { "" };
        match (options, schema["format"].as_str()) {
            (Some(options), _) if !options.is_empty() => self.put("select", mark, place, options),
            (_, Some("date")) => self.put("date", "", place, Vec::new()),
            (_, Some("date-time")) => self.put("moment", "", place, Vec::new()),
            _ if mark == ":n" => self.put("number", mark, place, Vec::new()),
            _ if ["text", "reason", "reasons", "remarks"].contains(&place.field.as_str()) => {
                self.put("area", "", place, Vec::new());
            }
            _ => self.put("text", "", place, Vec::new()),
        }
    }

    fn object(&mut self, schema: &Value, mut place: Place<'_>) {
        self.open(&place);
        if !place.required {
            place.inside.push(place.path.clone());
        }
        self.group(schema, &place);
        self.close();
    }

    pub(super) fn open(&mut self, place: &Place<'_>) {
        self.lines.push(Line {
            kind: "open",
            name: place.path.clone(),
            label: place.label.clone(),
            hint: self.hint(&place.field),
            required: place.required,
            inside: place.inside.clone(),
            ..Line::default()
        });
    }

    pub(super) fn close(&mut self) {
        self.lines.push(Line {
            kind: "close",
            ..Line::default()
        });
    }

    fn array(&mut self, items: &Value, place: Place<'_>, options: Option<Vec<(String, String)>>) {
        let (items, kind) = resolved(items);
        let words = items["enum"].is_array().then(|| self.words(&items));
        let moments = place.field == "slots";
        if kind == "Words" || moments {
            return self.rows(None, if moments { "moment" } else { "area" }, place);
        }
        if items["properties"].is_object() {
            self.rows(Some(&items), "", place);
        } else if let Some(options) = options.or(words).filter(|options| !options.is_empty()) {
            self.put("checks", ":list", place, options);
        } else {
            self.put("area", ":lines", place, Vec::new());
        }
    }

    /// A table of fields, or of one field each: a few empty rows, and a button for another.
    fn rows(&mut self, items: Option<&Value>, single: &'static str, place: Place<'_>) {
        let opened = self.lines.len();
        self.open(&place);
        self.lines.push(Line {
            kind: "mark",
            name: format!("{}:list", place.path),
            ..Line::default()
        });
        let known = place.known.and_then(Value::as_array).map_or(0, Vec::len);
        let typed = self.typed_rows(&place.path);
        let least = match (place.in_row, place.field.as_str()) {
            (true, _) => 1,
            (false, "delegations") => 2,
            (false, _) => self.offer.many.max(3),
        };
        let mut count = if self.sent.values.is_empty() {
            if known > 0 { known } else { least }
        } else {
            typed.max(1)
        };
        if self.more == Some(place.path.as_str()) {
            count += least;
        }
        for n in 0..count.min(MOST_ROWS) {
            let mut row = Place {
                path: format!("{}[{n}]", place.path),
                label: self.row_label(&place, n),
                field: String::new(),
                required: false,
                known: place.known.and_then(|known| known.get(n)),
                inside: place.inside.clone(),
                in_row: true,
            };
            let Some(items) = items else {
                self.put(single, "", row, Vec::new());
                continue;
            };
            self.open(&row);
            row.inside.push(row.path.clone());
            self.group(items, &row);
            self.close();
        }
        self.lines.push(Line {
            kind: "more",
            name: place.path.clone(),
            label: place.label.clone(),
            ..Line::default()
        });
        self.close();
        // A table within a row is rarely wanted.
        if place.in_row && known + typed == 0 {
            self.fold(opened);
        }
    }

    fn typed_rows(&self, path: &str) -> usize {
        let rows = self.sent.values.keys().filter_map(|name| {
            let index = name.strip_prefix(path)?.strip_prefix('[')?.split(']').next()?;
            index.parse::<usize>().ok().map(|index| index + 1)
        });
        rows.max().unwrap_or_default()
    }

    fn words(&self, schema: &Value) -> Vec<(String, String)> {
        let words = schema["enum"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        words
            .map(|word| (word.to_owned(), self.texts.plain(&key("option", word))))
            .collect()
    }

    fn hint(&self, field: &str) -> String {
        let own = [format!("hint-{}-{field}", self.action), format!("hint-{field}")].map(|key| key.replace('_', "-"));
        own.iter()
            .find(|key| self.texts.has(key))
            .map(|key| self.texts.plain(key))
            .unwrap_or_default()
    }

    pub(super) fn put(&mut self, kind: &'static str, mark: &str, place: Place<'_>, mut options: Vec<(String, String)>) {
        let name = format!("{}{mark}", place.path);
        let known = match place.known {
            Some(Value::Array(items)) => items.iter().map(said).collect::<Vec<_>>().join("\n"),
            Some(Value::Object(parts)) => parts.values().map(said).collect::<Vec<_>>().join(" "),
            Some(value) => said(value),
            None => String::new(),
        };
        let known = if kind == "moment" {
            super::typed::local(&known, &self.offer.zone)
        } else {
            known
        };
        let value = if self.sent.values.is_empty() {
            known
        } else {
            self.sent.values.get(&name).cloned().unwrap_or_default()
        };
        if kind == "select" {
            options.insert(0, (String::new(), "–".to_owned()));
        }
        let values = value
            .lines()
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect();
        let mut hint = self.hint(&place.field);
        if kind == "moment" {
            hint = format!("{hint} {}", figures::zone_name(self.texts, &self.offer.zone))
                .trim()
                .to_owned();
        }
        self.lines.push(Line {
            kind,
            name,
            label: place.label,
            required: place.required,
            value,
            values,
            options,
            hint,
            inside: place.inside,
        });
    }
}
