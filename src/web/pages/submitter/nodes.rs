//! A section as a flat list of what its form shows, one after another: fields, beginnings and ends of rows, buttons.

use super::{
    content::{ROOT, at},
    said,
    shape::{Item, Kind, Need, Shape},
};
use crate::{
    domain::{dossier::Dossier, notice::NoticeContent},
    web::pages::{
        Fault, Visit,
        site::{document_kind, key},
    },
};
use serde_json::{Value, json};

/// Makes the list.
pub struct Nodes<'v> {
    visit: &'v Visit,
    dossier: &'v Dossier,
    terms: &'v NoticeContent,
    list: Vec<Value>,
}

impl<'v> Nodes<'v> {
    /// The form of a section with this content.
    #[must_use]
    pub fn of(
        visit: &'v Visit,
        dossier: &'v Dossier,
        terms: &'v NoticeContent,
        section: &str,
        shape: Shape,
        content: &Value,
    ) -> Vec<Value> {
        let list = Vec::new();
        let mut nodes = Self {
            visit,
            dossier,
            terms,
            list,
        };
        match shape {
            Shape::One(item) => nodes.row(section, &[item], content, ROOT),
            Shape::Fields(items) => nodes.row(section, items, content, ROOT),
            Shape::Rows(items, ready) => nodes.rows(section, items, ready, content, ROOT),
        }
        nodes.list
    }

    fn rows(&mut self, list: &str, items: &[Item], ready: usize, content: &Value, name: &str) {
        self.list.push(json!({ "t": "list", "name": name }));
        let rows = content.as_array().map(Vec::as_slice).unwrap_or_default();
        let fixed = items
            .iter()
            .any(|item| matches!(item, Item::Field(_, Kind::Criterion, _)));
        let nothing = json!({});
        let shown = if fixed {
            rows.len()
        } else {
            rows.len().max(if rows.is_empty() { ready } else { 0 })
        };
        for n in 0..shown {
            let row = rows.get(n).unwrap_or(&nothing);
            let legend = self.legend(list, items, row, n);
            let name = format!("{name}[{n}]");
            self.list.push(json!({
                "t": "row", "name": name, "legend": legend, "level": name.matches('[').count(),
                "remove": (!fixed).then(|| self.visit.site.texts.say_of("dossier-remove", &[("what", &legend)])),
            }));
            self.row(list, items, row, &name);
            self.list.push(json!({ "t": "end" }));
        }
        if !fixed {
            let label = self.visit.t(&key("dossier-add", list));
            self.list.push(json!({ "t": "add", "name": name, "label": label }));
        }
    }

    fn legend(&self, list: &str, items: &[Item], row: &Value, n: usize) -> String {
        if items
            .iter()
            .any(|item| matches!(item, Item::Field(_, Kind::Criterion, _)))
        {
            let id = row["criterion"].as_str().unwrap_or_default();
            let criterion = self.terms.criteria.iter().find(|criterion| criterion.id == id);
            let text = criterion.map_or("", |criterion| criterion.text.in_language(self.visit.language()));
            return format!("{id}. {text}");
        }
        self.visit
            .site
            .texts
            .say_of(&key("dossier-row", list), &[("n", &(n + 1).to_string())])
    }

    fn row(&mut self, list: &str, items: &[Item], content: &Value, name: &str) {
        for item in items {
            match *item {
                Item::Rows(inner, items, ready) => {
                    let place = format!("{name}.{inner}");
                    self.rows(inner, items, ready, &content[inner], &place);
                }
                Item::Field(path, kind, need) => {
                    let place = if path.is_empty() {
                        name.to_owned()
                    } else {
                        format!("{name}.{path}")
                    };
                    let value = if path.is_empty() { content } else { at(content, path) };
                    self.field(list, path, kind, need, &place, value);
                }
            }
        }
    }

    fn field(&mut self, list: &str, path: &str, kind: Kind, need: Need, name: &str, value: &Value) {
        let (shown, options, width) = match kind {
            Kind::Own(_) | Kind::Criterion => ("hidden", json!([]), ""),
            Kind::Line(width) => ("line", json!([]), width),
            Kind::Whole => ("whole", json!([]), "w10"),
            Kind::Day => ("day", json!([]), "w10"),
            Kind::Long => ("long", json!([]), ""),
            Kind::Tick => ("tick", json!([]), ""),
            Kind::One(prefix, codes) => ("one", self.options(prefix, codes), ""),
            Kind::Documents => ("documents", self.documents(), ""),
        };
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        };
        let said = said::said(&self.visit.site.texts, kind, path, value, &options);
        let name = if kind == Kind::Documents {
            format!("{name}:list")
        } else {
            name.to_owned()
        };
        self.list.push(json!({
            "t": "field", "kind": shown, "name": name,
            "label": if shown == "hidden" { String::new() } else { label(self.visit, list, path) }, "hint": self.hint(list, path),
            "value": if kind == Kind::Documents { if value.is_array() { value.clone() } else { json!([]) } } else { json!(text) },
            "said": said, "ticked": value == &json!(true) || text == "true", "options": options, "width": width,
            "optional": need == Need::May && kind != Kind::Tick,
        }));
    }

    fn options(&self, prefix: &str, codes: &[&str]) -> Value {
        let word = |code: &&str| json!([code, self.visit.t(&key(prefix, code))]);
        let blank = json!(["", self.visit.t("dossier-choose")]);
        std::iter::once(blank).chain(codes.iter().map(word)).collect()
    }

    fn documents(&self) -> Value {
        let documents = self.dossier.documents.iter();
        documents
            .map(|document| {
                let kind = document_kind(&self.visit.site.texts, &document.class);
                json!([document.id, format!("{} ({kind})", document.file_name)])
            })
            .collect()
    }

    fn hint(&self, list: &str, path: &str) -> String {
        let keys = [
            format!("{}-hint", key(&key("dossier", list), path).trim_end_matches('-')),
            format!("{}-hint", key("dossier-field", path)),
        ];
        let known = keys.iter().find(|key| self.visit.site.texts.has(key));
        known.map_or_else(String::new, |key| self.visit.t(key))
    }
}

/// The label of a field: its own in this section, or the one that it has everywhere.
#[must_use]
pub fn label(visit: &Visit, list: &str, path: &str) -> String {
    let own = key(&key("dossier", list), path).trim_end_matches('-').to_owned();
    if visit.site.texts.has(&own) {
        visit.t(&own)
    } else {
        visit.t(&key("dossier-field", path))
    }
}

/// The field of the form that is nearest to a path: itself, the first within it, or one that it lies in.
#[must_use]
pub fn nearest(nodes: &[Value], path: &str) -> String {
    let names: Vec<&str> = nodes
        .iter()
        .filter(|node| node["t"] == "field" && node["kind"] != "hidden")
        .filter_map(|node| node["name"].as_str())
        .collect();
    let bare = |name: &str| name.split(':').next().unwrap_or(name).to_owned();
    let mut wanted = path;
    loop {
        let found = names.iter().find(|name| {
            let name = bare(name);
            name == wanted
                || name
                    .strip_prefix(wanted)
                    .is_some_and(|rest| rest.starts_with(['.', '[']))
        });
        if let Some(found) = found {
            return (*found).to_owned();
        }
        match wanted.rfind(['.', '[']) {
            Some(cut) if cut > "save".len() => wanted = &wanted[..cut],
            _ => return String::new(),
        }
    }
}

/// Faults at fields that the form has.
pub fn settle(faults: &mut [Fault], nodes: &[Value]) {
    for fault in faults.iter_mut().filter(|fault| !fault.field.is_empty()) {
        fault.field = nearest(nodes, &fault.field);
    }
}

/// Where two versions of a section differ: in which row, which field, theirs and yours.
#[must_use]
pub fn differences(theirs: &[Value], yours: &[Value]) -> Vec<Value> {
    let (theirs, yours) = (lines(theirs), lines(yours));
    let mut names: Vec<&String> = theirs.iter().map(|(name, ..)| name).collect();
    names.extend(yours.iter().map(|(name, ..)| name));
    let mut found: Vec<Value> = Vec::new();
    for name in names {
        let value = |lines: &[(String, String, String)]| {
            let line = lines.iter().find(|(known, ..)| known == name);
            line.map(|(_, label, value)| (label.clone(), value.clone()))
        };
        let (mine, other) = (value(&yours), value(&theirs));
        let label = other.as_ref().or(mine.as_ref()).map(|(label, _)| label.clone());
        let (mine, other) = (mine.map(|(_, value)| value), other.map(|(_, value)| value));
        if mine != other && found.iter().all(|known| known["name"] != **name) {
            found.push(json!({ "name": name, "label": label, "yours": mine, "theirs": other }));
        }
    }
    found
}

/// Name, label with its rows, and value of every field.
pub fn lines(nodes: &[Value]) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut rows: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for node in nodes {
        match node["t"].as_str() {
            Some("row") => rows.push(text(&node["legend"])),
            Some("end") => {
                rows.pop();
            }
            Some("field") if node["kind"] != "hidden" => {
                let said = node["said"].as_str().map(str::to_owned);
                let options = node["options"].as_array().into_iter().flatten();
                let chosen = |option: &&Value| option[0] == node["value"] && node["value"] != "";
                let value = options.clone().find(chosen).map(|option| text(&option[1]));
                let value = said.or(value).unwrap_or_else(|| match &node["value"] {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                });
                let label = rows.iter().cloned().chain([text(&node["label"])]);
                found.push((text(&node["name"]), label.collect::<Vec<_>>().join(said::ROW), value));
            }
            _ => {}
        }
    }
    found
}
