//! The content of a section between the form and the process: what was typed becomes JSON of the dossier, and JSON
//! becomes fields. Pure.

use super::shape::{Item, Kind, Need, Shape};
use serde_json::{Map, Value, json};

/// Where the content stands in the form, which is the body of `save_section`.
pub const ROOT: &str = "save.content";

/// What was typed as the process wants it: numbers as numbers, blank rows left out, own names given.
#[must_use]
pub fn tidy(shape: Shape, typed: &Value) -> Value {
    match shape {
        Shape::One(_) => json!(typed.as_str().unwrap_or_default()),
        Shape::Fields(items) => row(items, typed),
        Shape::Rows(items, _) => rows(items, typed),
    }
}

fn rows(items: &[Item], typed: &Value) -> Value {
    let typed = typed.as_array().map(Vec::as_slice).unwrap_or_default();
    let kept = typed.iter().filter(|typed| !blank(items, typed));
    let mut tidied: Vec<Value> = kept.map(|typed| row(items, typed)).collect();
    name_rows(items, &mut tidied);
    Value::Array(tidied)
}

fn row(items: &[Item], typed: &Value) -> Value {
    let mut whole = Value::Object(Map::new());
    for item in items {
        match *item {
            Item::Rows(name, inner, _) => whole[name] = rows(inner, &typed[name]),
            Item::Field(path, kind, need) => {
                if let Some(value) = read(kind, need, at(typed, path)) {
                    put(&mut whole, path, as_amount(path, value));
                }
            }
        }
    }
    whole
}

fn read(kind: Kind, need: Need, typed: &Value) -> Option<Value> {
    let text = typed.as_str().unwrap_or_default().trim();
    match kind {
        Kind::Tick => Some(json!(typed == &json!(true) || text == "true")),
        Kind::Documents => Some(if typed.is_array() { typed.clone() } else { json!([]) }),
        _ if typed.is_number() => Some(typed.clone()),
        _ if text.is_empty() => (need == Need::Later).then(|| json!("")),
        Kind::Whole | Kind::Own("") => Some(text.parse::<u64>().map_or_else(|_| json!(text), |n| json!(n))),
        _ => Some(json!(text)),
    }
}

/// An amount may be typed as people write it; what could mean two things stays as it is, and is refused.
fn as_amount(path: &str, value: Value) -> Value {
    let is_amount = path.ends_with(".amount") || path == "unit_value";
    let plain = value.as_str().filter(|_| is_amount).and_then(|text| amount(text).ok());
    plain.map_or(value, Value::String)
}

/// An amount as the process reads it, digits with a point: spaces part thousands; a comma is the point, unless it could part thousands.
///
/// # Errors
/// When a comma could part thousands as well as decimals.
pub fn amount(cell: &str) -> Result<String, &'static str> {
    let digits: String = cell.chars().filter(|c| !c.is_whitespace()).collect();
    match digits.split_once(',') {
        None => Ok(digits),
        Some((_, decimals)) if digits.contains('.') || decimals.contains(',') || decimals.len() == 3 => Err("comma"),
        Some((whole, decimals)) => Ok(format!("{whole}.{decimals}")),
    }
}

/// Is there nothing in this row that somebody typed?
fn blank(items: &[Item], typed: &Value) -> bool {
    items.iter().all(|item| match *item {
        Item::Rows(name, inner, _) => {
            let rows = typed[name].as_array();
            rows.is_none_or(|rows| rows.iter().all(|row| blank(inner, row)))
        }
        Item::Field(_, Kind::Own(_) | Kind::Criterion, _) | Item::Field(_, Kind::One("language", _), _) => true,
        Item::Field(path, ..) => match at(typed, path) {
            Value::String(text) => text.trim().is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Null | Value::Bool(false) => true,
            _ => false,
        },
    })
}

/// Rows without a name of their own get the next one.
fn name_rows(items: &[Item], rows: &mut [Value]) {
    let own = items.iter().find_map(|item| match *item {
        Item::Field(path, Kind::Own(prefix), _) => Some((path, prefix)),
        _ => None,
    });
    let Some((path, prefix)) = own else { return };
    let number = |row: &Value| match &row[path] {
        Value::String(text) => text.strip_prefix(prefix)?.parse::<u64>().ok(),
        other => other.as_u64(),
    };
    let mut last = rows.iter().filter_map(number).max().unwrap_or(0);
    for row in rows.iter_mut().filter(|row| row[path].is_null()) {
        last += 1;
        row[path] = if prefix.is_empty() {
            json!(last)
        } else {
            json!(format!("{prefix}{last}"))
        };
    }
}

/// The value at a path of names.
pub fn at<'v>(value: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(value, |value, name| &value[name])
}

fn put(whole: &mut Value, path: &str, value: Value) {
    let mut place = whole;
    for name in path.split('.') {
        place = &mut place[name];
    }
    *place = value;
}

/// Fields that must say something and do not: their names in the form.
#[must_use]
pub fn lacking(shape: Shape, content: &Value) -> Vec<String> {
    let mut found = Vec::new();
    match shape {
        Shape::One(Item::Field(_, _, Need::Must)) if content.as_str().is_none_or(str::is_empty) => {
            found.push(ROOT.to_owned());
        }
        Shape::One(_) => {}
        Shape::Fields(items) => lacking_row(items, content, ROOT, &mut found),
        Shape::Rows(items, _) => lacking_rows(items, content, ROOT, &mut found),
    }
    found
}

fn lacking_rows(items: &[Item], content: &Value, name: &str, found: &mut Vec<String>) {
    for (n, row) in content.as_array().into_iter().flatten().enumerate() {
        lacking_row(items, row, &format!("{name}[{n}]"), found);
    }
}

fn lacking_row(items: &[Item], row: &Value, name: &str, found: &mut Vec<String>) {
    for item in items {
        match *item {
            Item::Rows(list, inner, _) => lacking_rows(inner, &row[list], &format!("{name}.{list}"), found),
            Item::Field(path, _, need) => {
                let missing = at(row, path).is_null();
                // Half of a pair: an amount without its currency, a vessel without its number.
                let half = path.split_once('.').is_some_and(|(pair, last)| {
                    last != "flag" && row[pair].as_object().is_some_and(|pair| !pair.is_empty())
                });
                if missing && (need == Need::Must || half) {
                    found.push(format!("{name}.{path}"));
                }
            }
        }
    }
}

/// Adds an empty row to the list of this name, or takes away the row of this name.
pub fn change(content: &mut Value, name: &str, add: bool) {
    let Some(path) = name.strip_prefix(ROOT) else { return };
    let pointer = path.replace(['.', '['], "/").replace(']', "");
    if add {
        if content.pointer(&pointer).is_none_or(Value::is_null) {
            let Some((holder, list)) = pointer.rsplit_once('/') else {
                *content = json!([{}]);
                return;
            };
            if let Some(holder) = content.pointer_mut(holder).filter(|holder| holder.is_object()) {
                holder[list] = json!([]);
            }
        }
        if let Some(rows) = content.pointer_mut(&pointer).and_then(Value::as_array_mut) {
            rows.push(json!({}));
        }
    } else if let Some((list, row)) = pointer.rsplit_once('/')
        && let Some(rows) = content.pointer_mut(list).and_then(Value::as_array_mut)
        && let Ok(n) = row.parse::<usize>()
        && n < rows.len()
    {
        rows.remove(n);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let goods = super::super::shape::of("goods").unwrap();
        let read = |typed: &str| {
            let row = json!([{ "description": "Wheat", "quantity": { "amount": typed, "unit": "TNE" } }]);
            tidy(goods, &row)[0]["quantity"]["amount"].clone()
        };
        assert_eq!(read("240 000"), "240000");
        assert_eq!(read("240\u{a0}000,5"), "240000.5");
        assert_eq!(read("25,000"), "25,000", "two readings: the process refuses it");
    }
}
