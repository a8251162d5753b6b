//! Which cases a list has: the filters of its readers, and what they may see at all, as conditions for the rows.

use crate::domain::id::{NoticeId, OrganisationId, PersonId};
use sea_orm::Value;
use uuid::Uuid;

/// Which cases.
#[derive(Clone, Debug, Default)]
pub struct CaseFilter {
    pub states: Vec<String>,
    pub notice: Option<NoticeId>,
    pub outcome: Option<String>,
    pub clock: Option<String>,
    pub country: Option<String>,
    /// All of these words.
    pub text: Option<String>,
    pub member: Option<PersonId>,
    /// The reader works on few cases: best looked up by themselves. Else the newest of all are gone through, until
    /// there are enough. (The store finds out.)
    pub few: bool,
    pub with_waiver: bool,
    /// Only cases whose clock has started.
    pub with_clock: bool,
    /// Who may see what: None sees everything submitted.
    pub scope: Scope,
    /// Continue after this (updated_at, id).
    pub after: Option<(i64, Uuid)>,
    pub limit: u32,
}

/// What the reader may see at all.
#[derive(Clone, Debug, Default)]
pub enum Scope {
    /// Nothing.
    #[default]
    Nothing,
    /// Every case that was submitted.
    Submitted,
    /// Cases of these organisations, drafts included.
    Organisations(Vec<OrganisationId>),
    /// Cases on whose panel the person sits.
    Panels(PersonId),
    /// What somebody of the authority may see who is not kept from it.
    Authority(Box<Sight>),
    /// Everything that ended in a decision: the public register.
    Decided,
}

/// Somebody of the authority, as far as it matters for what they see: the law is
/// [`crate::workflow::visibility::roles_on`], and this is the same as a question to the rows.
#[derive(Clone, Debug)]
pub struct Sight {
    pub person: PersonId,
    pub organisation: OrganisationId,
    pub unit: String,
    /// Sees what the own organisation filed, as a submitter.
    pub submits: bool,
    pub secretariat: bool,
    pub monitor: bool,
    /// A co-chair sees what has no panel yet.
    pub chairs: Option<String>,
}

/// A WHERE clause that grows with its values.
#[derive(Default)]
pub(super) struct Where {
    pub(super) parts: Vec<String>,
    pub(super) values: Vec<Value>,
}

impl CaseFilter {
    /// Something else than a word has an index that finds these cases, the newest first.
    pub(super) fn is_narrow(&self) -> bool {
        let own = matches!(self.scope, Scope::Organisations(_));
        let few = self.few && self.worker().is_some();
        own || few || !self.states.is_empty() || self.notice.is_some() || self.outcome.is_some() || self.clock.is_some()
    }

    /// The person whose own cases are asked for, if any.
    pub(super) fn worker(&self) -> Option<PersonId> {
        match &self.scope {
            Scope::Panels(person) => Some(*person),
            Scope::Authority(sight) if !sight.secretariat => Some(sight.person),
            _ => self.member,
        }
    }
}

impl Where {
    /// `?` in the condition stands for the value.
    fn and(&mut self, condition: &str, value: impl Into<Value>) {
        self.values.push(value.into());
        self.parts
            .push(condition.replacen('?', &format!("${}", self.values.len()), 1));
    }

    pub(super) fn and_any(&mut self, column: &str, values: Vec<Value>) {
        if values.is_empty() {
            self.parts.push("1 = 0".to_owned());
            return;
        }
        let places: Vec<String> = (1..=values.len())
            .map(|n| format!("${}", self.values.len() + n))
            .collect();
        self.parts.push(format!("{column} IN ({})", places.join(", ")));
        self.values.extend(values);
    }

    pub(super) fn after(&mut self, after: Option<(i64, Uuid)>) {
        self.after_in("updated_at, id", after);
    }

    fn after_in(&mut self, columns: &str, after: Option<(i64, Uuid)>) {
        if let Some((at, id)) = after {
            let n = self.values.len();
            self.parts.push(format!("({columns}) < (${}, ${})", n + 1, n + 2));
            self.values.extend([at.into(), id.into()]);
        }
    }

    pub(super) fn clause(&self) -> String {
        if self.parts.is_empty() {
            String::new()
        } else {
            format!(" WHERE {}", self.parts.join(" AND "))
        }
    }
}

/// How the words of a search are looked for. Each way finds the same; they differ in what is gone through.
pub(super) struct Words {
    /// The rarest first, if that is known.
    words: Vec<String>,
    by: By,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// The few cases with all of them, sorted afterwards.
    Few,
    /// The cases that another condition finds, the newest first, until there are enough.
    Others,
    /// The cases with the rarest word, the newest first, until there are enough.
    Word,
}

impl Words {
    pub(super) fn new(words: Vec<String>, filter: &CaseFilter) -> Self {
        let others = words.is_empty() || filter.is_narrow();
        let by = if others { By::Others } else { By::Word };
        Self { words, by }
    }

    pub(super) fn on_few(mut self) -> Self {
        if !self.words.is_empty() {
            self.by = By::Few;
        }
        self
    }

    /// Cases with all the words, so many at most.
    pub(super) fn together(&self, limit: usize) -> (String, Vec<Value>) {
        let values = self.words.iter().map(|word| word.clone().into()).collect();
        let sql = format!(
            "SELECT case_id FROM case_word w WHERE {} ORDER BY case_id LIMIT {limit}",
            self.all(0)
        );
        (sql, values)
    }

    /// That a row has the first word, and its case the others; the first value stands after so many.
    fn all(&self, values: usize) -> String {
        let also = |n: usize| {
            let n = n + values;
            format!(" AND EXISTS (SELECT 1 FROM case_word v WHERE v.word = ${n} AND v.case_id = w.case_id)")
        };
        let others: String = (2..=self.words.len()).map(also).collect();
        format!("w.word = ${}{others}", values + 1)
    }

    /// The tables, and the order of the newest first.
    pub(super) fn walk(&self) -> (&'static str, &'static str) {
        match self.by {
            By::Word => (
                "case_word w CROSS JOIN case_listing",
                "w.changed_at DESC, w.case_id DESC",
            ),
            By::Few | By::Others => ("case_listing", "updated_at DESC, id DESC"),
        }
    }

    fn conditions(&self, conditions: &mut Where, after: Option<(i64, Uuid)>) {
        if self.words.is_empty() {
            return;
        }
        let all = self.all(conditions.values.len());
        let words = self.words.iter().map(|word| word.clone().into());
        conditions.values.extend(words);
        let condition = match self.by {
            By::Few => format!("id IN (SELECT w.case_id FROM case_word w WHERE {all})"),
            By::Word => format!("w.case_id = id AND {all}"),
            By::Others => format!("EXISTS (SELECT 1 FROM case_word w WHERE w.case_id = id AND {all})"),
        };
        conditions.parts.push(condition);
        if self.by == By::Word {
            conditions.after_in("w.changed_at, w.case_id", after);
        }
    }
}

pub(super) fn conditions(filter: &CaseFilter, words: &Words) -> Where {
    let mut conditions = Where::default();
    match &filter.scope {
        Scope::Nothing => conditions.parts.push("1 = 0".to_owned()),
        Scope::Submitted => conditions.parts.push("submitted_at IS NOT NULL".to_owned()),
        Scope::Organisations(own) => conditions.and_any("organisation", own.iter().map(|id| id.0.into()).collect()),
        Scope::Panels(person) => conditions.and(member(filter.few), person.0),
        Scope::Authority(sight) => authority(&mut conditions, sight, filter.few),
        Scope::Decided => conditions.parts.push("state = 'decided'".to_owned()),
    }
    if !filter.states.is_empty() {
        conditions.and_any(
            "state",
            filter.states.iter().map(|state| state.clone().into()).collect(),
        );
    }
    if let Some(notice) = filter.notice {
        conditions.and("notice = ?", notice.0);
    }
    if let Some(outcome) = &filter.outcome {
        conditions.and("outcome = ?", outcome.clone());
    }
    if let Some(clock) = &filter.clock {
        conditions.and("clock = ?", clock.clone());
    }
    if let Some(country) = &filter.country {
        conditions.and(
            "id IN (SELECT case_id FROM case_country WHERE country = ?)",
            country.clone(),
        );
    }
    if let Some(person) = filter.member {
        conditions.and(member(filter.few), person.0);
    }
    words.conditions(&mut conditions, filter.after);
    if filter.with_clock {
        conditions.parts.push("clock_days > 0".to_owned());
    }
    if filter.with_waiver {
        conditions.parts.push("waiver_number IS NOT NULL".to_owned());
    }
    conditions.after(filter.after);
    conditions
}

/// Somebody works on the case.
fn member(few: bool) -> &'static str {
    if few {
        "id IN (SELECT case_id FROM case_member WHERE person = ?)"
    } else {
        "EXISTS (SELECT 1 FROM case_member m WHERE m.person = ? AND m.case_id = case_listing.id)"
    }
}

/// Submitted, and not kept from this person: nobody sees from the authority's side what the own hands or the own unit
/// filed.
fn authority(conditions: &mut Where, sight: &Sight, few: bool) {
    let mut place = |value: Value| {
        conditions.values.push(value);
        format!("${}", conditions.values.len())
    };
    let named = |kind: &str, who: &str| {
        format!(
            "EXISTS (SELECT 1 FROM case_sight s WHERE s.who = {who} AND s.kind = '{kind}' AND s.case_id = case_listing.id)"
        )
    };
    let hand = named("hand", &place(sight.person.to_string().into()));
    let organisation = place(sight.organisation.0.into());
    let unit = place(sight.unit.clone().into());
    let mut grounds = Vec::new();
    if sight.secretariat {
        grounds.push("1 = 1".to_owned());
    } else {
        let person = place(sight.person.0.into());
        grounds.push(member(few).replacen('?', &person, 1));
    }
    if sight.monitor {
        grounds.push(named("monitor", &place(sight.organisation.to_string().into())));
    }
    if let Some(delegation) = &sight.chairs {
        grounds.push(named("delegation", &place(delegation.clone().into())));
    }
    let own = if sight.submits {
        format!("organisation = {organisation} OR ")
    } else {
        String::new()
    };
    conditions.parts.push(format!(
        "submitted_at IS NOT NULL AND ({own}(NOT (organisation = {organisation} AND (submitting_unit = '' OR \
         submitting_unit = {unit})) AND ({}) AND NOT {hand}))",
        grounds.join(" OR ")
    ));
}
