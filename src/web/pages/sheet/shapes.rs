//! Objects that a sheet asks for in a way of their own: words in both languages, checks by machine, quantities.

use super::lines::{Line, Maker, Place};
use crate::{
    domain::quantity,
    web::pages::{figures, site::key},
};
use serde_json::{Value, json};

impl Maker<'_> {
    /// The same words in both languages.
    pub(super) fn localised(&mut self, place: &Place<'_>) {
        self.open(place);
        for language in ["en", "ru"] {
            let label = self.texts.plain(&key("option", language));
            let inner = Place {
                field: "text".to_owned(),
                ..place.part(language, label)
            };
            self.put("area", "", inner, Vec::new());
        }
        self.close();
    }

    /// A check that the service makes itself: which, and by what.
    pub(super) fn machine_check(&mut self, schema: &Value, place: &Place<'_>) {
        let variants = schema["oneOf"].as_array().into_iter().flatten();
        let words = variants.filter_map(|variant| variant["properties"]["check"]["enum"][0].as_str());
        let words = words
            .map(|word| (word.to_owned(), self.texts.plain(&key("option", word))))
            .collect();
        let opened = self.lines.len();
        self.open(place);
        let mut inside = place.inside.clone();
        inside.push(place.path.clone());
        let inner = |field: &str, label: String| Place {
            inside: inside.clone(),
            ..place.part(field, label)
        };
        let (check, values) = (self.texts.plain("field-check"), self.texts.plain("field-values"));
        self.put("select", "", inner("check", check), words);
        self.put(
            "area",
            ":lines",
            Place {
                required: false,
                ..inner("values", values)
            },
            Vec::new(),
        );
        self.close();
        if place.in_row && !place.required {
            self.fold_if_empty(opened);
        }
    }

    /// An amount with its unit, and what it says in words.
    pub(super) fn quantity(&mut self, place: &Place<'_>) {
        self.open(place);
        let mut inside = place.inside.clone();
        if !place.required {
            inside.push(place.path.clone());
        }
        let inner = |field: &str, label: String| Place {
            inside: inside.clone(),
            required: true,
            in_row: false,
            ..place.part(field, label)
        };
        let labels = ["field-amount", "field-unit"].map(|key| self.texts.plain(key));
        let [amount, unit] = labels;
        self.put("text", "", inner("amount", amount), Vec::new());
        let said = |code: &str| {
            figures::quantity(self.texts, "5", code)
                .split_once('\u{a0}')
                .map(|(_, unit)| unit.to_owned())
        };
        let units = quantity::UNITS
            .iter()
            .map(|unit| (unit.code.to_owned(), said(unit.code).unwrap_or_default()))
            .collect();
        let usual = json!(self.offer.unit);
        let mut place = inner("unit", unit);
        place.known = place.known.or(Some(&usual));
        self.put("select", "", place, units);
        let [.., amount, unit] = self.lines.as_mut_slice() else {
            return;
        };
        if super::typed::amount(&amount.value, self.texts.language())
            .parse::<f64>()
            .is_ok()
        {
            let plain = super::typed::amount(&amount.value, self.texts.language());
            amount.hint = format!("= {}", figures::quantity(self.texts, &plain, &unit.value));
        }
        self.close();
    }

    /// The group that began here stays shut if nothing was typed in it and nothing in it is wrong.
    pub(super) fn fold_if_empty(&mut self, opened: usize) {
        let inside = self.lines.get(opened + 1..).unwrap_or_default();
        let wrong = |line: &Line| {
            let mut errors = self.sent.errors.iter();
            errors.any(|error| !error.field.is_empty() && line.name.starts_with(&error.field))
        };
        if !inside.iter().any(|line| !line.value.is_empty() || wrong(line)) {
            self.fold(opened);
        }
    }

    /// The group that began here and has just ended stays shut.
    pub(super) fn fold(&mut self, opened: usize) {
        if let Some(first) = self.lines.get_mut(opened) {
            first.kind = "fold";
        }
        if let Some(last) = self.lines.last_mut() {
            last.kind = "unfold";
        }
    }
}
