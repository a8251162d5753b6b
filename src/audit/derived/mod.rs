//! The history in the formats of other trades: XES (IEEE 1849) and OCEL 2.0 for process mining, CSV for spreadsheets.
//!
//! Made from the bodies of the leaves alone, so that they say nothing that is withheld, and that whoever has a bundle
//! makes the same bytes again. Each event is remembered in some hundred bytes; what repeats is remembered once.

mod csv;
mod ocel;
mod xes;

use super::leaf::Opened;
use crate::domain::{Instant, activity::activity};
use serde_json::Value;
use std::{
    collections::HashMap,
    io::{self, Write},
    rc::Rc,
};
use uuid::Uuid;

/// Of more events than this a bundle has no derived formats: they are remembered until the end, and a verifier must
/// not need more memory for a longer log. `corridor export --format` makes them of any number.
pub const MOST_DERIVED: u64 = 50_000;

/// A format, by the name of its entry in a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Xes,
    Ocel,
    Csv,
}

impl Format {
    /// Every format, in the order of the bundle.
    pub const ALL: [Self; 3] = [Self::Xes, Self::Ocel, Self::Csv];

    /// Its entry in a bundle.
    #[must_use]
    pub const fn entry(self) -> &'static str {
        match self {
            Self::Xes => "derived/log.xes",
            Self::Ocel => "derived/ocel.json",
            Self::Csv => "derived/events.csv",
        }
    }
}

/// What these formats need to know of one event.
#[derive(Clone, Debug)]
struct Gist {
    kind: Rc<str>,
    stream: Uuid,
    seq: u32,
    id: Uuid,
    /// What happened, for example `dossier_submitted`.
    what: Rc<str>,
    rule: Rc<str>,
    activity: Rc<str>,
    /// Every state it led to, parted by spaces.
    to: Rc<str>,
    clock: Rc<str>,
    role: Rc<str>,
    person: Uuid,
    organisation: Uuid,
    effective_at: Instant,
    recorded_at: Instant,
}

/// The events so far, in the order of the log.
#[derive(Clone, Debug, Default)]
pub struct Gists {
    events: Vec<Gist>,
    words: HashMap<String, Rc<str>>,
}

impl Gists {
    /// Adds the event of a leaf; false if it lacks what every event has.
    #[must_use]
    pub fn add(&mut self, leaf: &Opened) -> bool {
        self.gist(leaf).map(|gist| self.events.push(gist)).is_some()
    }

    /// Writes the events in this format.
    ///
    /// # Errors
    /// When `out` does not take it.
    pub fn write(&self, format: Format, out: &mut impl Write) -> io::Result<()> {
        match format {
            Format::Xes => xes::write(&self.events, out),
            Format::Ocel => ocel::write(&self.events, out),
            Format::Csv => csv::write(&self.events, out),
        }
    }

    fn gist(&mut self, leaf: &Opened) -> Option<Gist> {
        let event = &leaf.event;
        let text = |name: &str| event.get(name)?.as_str();
        let id = |value: &Value, name: &str| Uuid::try_parse(value.get(name)?.as_str()?).ok();
        let by = event.get("by")?;
        let to = event.get("to").and_then(Value::as_array).into_iter().flatten();
        let to: Vec<&str> = to.filter_map(Value::as_str).collect();
        let rule = text("rule")?;
        Some(Gist {
            kind: self.word(&leaf.kind),
            stream: leaf.stream,
            seq: leaf.seq,
            id: leaf.id,
            what: self.word(text("type")?),
            rule: self.word(rule),
            activity: self.word(&activity(rule, to.iter().copied())),
            to: self.word(&to.join(" ")),
            clock: self.word(text("clock").unwrap_or_default()),
            role: self.word(by.get("role")?.as_str()?),
            person: id(by, "person")?,
            organisation: id(by, "organisation")?,
            effective_at: text("effective_at")?.parse().ok()?,
            recorded_at: text("recorded_at")?.parse().ok()?,
        })
    }

    fn word(&mut self, text: &str) -> Rc<str> {
        if let Some(known) = self.words.get(text) {
            return Rc::clone(known);
        }
        let word: Rc<str> = text.into();
        self.words.insert(text.to_owned(), Rc::clone(&word));
        word
    }
}

/// The histories of one kind or of all, in the order of their first event, each with its events.
fn histories<'a>(events: &'a [Gist], kind: &str) -> Vec<Vec<&'a Gist>> {
    let (mut places, mut found) = (HashMap::new(), Vec::<Vec<&Gist>>::new());
    for event in events.iter().filter(|event| &*event.kind == kind) {
        let place = *places.entry(event.stream).or_insert(found.len());
        if place == found.len() {
            found.push(Vec::new());
        }
        found[place].push(event);
    }
    found
}
