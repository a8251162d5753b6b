//! What is played: every public case as steps with their instants, put into one order of time.

mod cases;
mod chapters;
pub mod desk;
mod grain;
mod inspection;
mod notices;
mod shipments;
pub mod verdict;

pub use cases::{Fixtures, everything};

use super::people::Directory;
use crate::domain::{
    Instant,
    case_fixture::CaseDocument,
    dossier::{DocumentRef, Dossier},
    notice::NoticeContent,
};
use anyhow::{Context as _, anyhow};
use serde_json::Value;
use std::collections::BTreeMap;

/// The name under which the account knows a notice or a case, for example `P-01`.
pub type Tag = &'static str;

/// What a step knows when its turn comes.
pub struct Scene<'a> {
    /// The case or notice as the acting person sees it now.
    pub view: &'a Value,
    pub directory: &'a Directory,
    /// Papers uploaded to this case, by the name that the script gave them.
    pub papers: &'a BTreeMap<String, DocumentRef>,
    /// What was read before on behalf of this case, by name.
    pub kept: &'a BTreeMap<&'static str, Value>,
}

impl Scene<'_> {
    /// The id of a person of the cast.
    pub fn person(&self, key: &str) -> anyhow::Result<Value> {
        let id = self
            .directory
            .people
            .get(key)
            .with_context(|| format!("nobody is called {key}"))?;
        Ok(serde_json::to_value(id)?)
    }

    /// The text at this place of the view.
    pub fn text(&self, pointer: &str) -> anyhow::Result<String> {
        let found = self.view.pointer(pointer).and_then(Value::as_str);
        found
            .map(str::to_owned)
            .ok_or_else(|| anyhow!("the answer has no text at {pointer}"))
    }

    /// A paper by its name.
    pub fn paper(&self, name: &str) -> anyhow::Result<&DocumentRef> {
        self.papers
            .get(name)
            .with_context(|| format!("no paper {name} was uploaded"))
    }
}

/// Makes the body of an action when its turn comes.
pub type Words = Box<dyn Fn(&Scene<'_>) -> anyhow::Result<Value>>;

/// What a step does.
pub enum Doing {
    CreateNotice(Box<NoticeContent>),
    ActOnNotice(&'static str, Words),
    /// Starts a dossier under the notice of this tag.
    StartCase(Tag, Box<Dossier>),
    /// Uploads a paper; it is remembered under its class, and attached to the dossier if the flag is set.
    Upload(CaseDocument, bool),
    ActOnCase(&'static str, Words),
    /// Reads `GET /cases/{id}{suffix}` and keeps the answer under the name.
    Read(&'static str, &'static str),
}

/// One step.
pub struct Step {
    pub at: Instant,
    pub tag: Tag,
    /// Key of the person who acts.
    pub who: String,
    pub doing: Doing,
    /// The sentence of the account; empty: not told on its own.
    pub says: String,
}

/// Collects the steps of one tag in the order in which they are written down.
pub struct Script {
    pub tag: Tag,
    steps: Vec<Step>,
    mistakes: Vec<String>,
}

impl Script {
    pub fn new(tag: Tag) -> Self {
        Self {
            tag,
            steps: Vec::new(),
            mistakes: Vec::new(),
        }
    }

    /// Adds a step at an instant such as `2025-10-13T09:00Z`.
    pub fn step(&mut self, at: &str, who: &str, doing: Doing, says: impl Into<String>) {
        match instant(at) {
            Ok(at) => self.steps.push(Step {
                at,
                tag: self.tag,
                who: who.to_owned(),
                doing,
                says: says.into(),
            }),
            Err(error) => self.mistakes.push(format!("{}: {at}: {error}", self.tag)),
        }
    }

    /// An action of the case whose body is known beforehand.
    pub fn act(&mut self, at: &str, who: &str, action: &'static str, body: Value, says: impl Into<String>) {
        self.then(at, who, action, says, move |_| Ok(body.clone()));
    }

    /// An action of the case whose body depends on what the person sees.
    pub fn then(
        &mut self,
        at: &str,
        who: &str,
        action: &'static str,
        says: impl Into<String>,
        body: impl Fn(&Scene<'_>) -> anyhow::Result<Value> + 'static,
    ) {
        self.step(at, who, Doing::ActOnCase(action, Box::new(body)), says);
    }

    /// The steps, or what is wrong with the script.
    pub fn finish(self) -> anyhow::Result<Vec<Step>> {
        if let Some(first) = self.mistakes.first() {
            return Err(anyhow!("the script has a wrong time: {first}"));
        }
        Ok(self.steps)
    }
}

/// Puts the scripts into one order of time; steps of the same instant keep the order in which they were written.
pub fn in_order(scripts: Vec<Script>) -> anyhow::Result<Vec<Step>> {
    let mut steps = Vec::new();
    for script in scripts {
        steps.extend(script.finish()?);
    }
    steps.sort_by_key(|step| step.at);
    Ok(steps)
}

/// An instant written `2025-10-13T09:00Z`.
pub fn instant(text: &str) -> Result<Instant, jiff::Error> {
    text.parse()
}
