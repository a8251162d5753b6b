//! The lists in memory, made for looking up.

use super::{
    entry::{Identifier, Kind, ListedEntry},
    explain,
    explanation::MatchedOn,
    identifier::{Family, key},
    matching::{
        align::Detail,
        part::{Found, Part},
    },
    qualify,
    query::{Hit, Query, Thresholds, Unusable},
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// Any number of lists, ready to be searched. It does not change; a new version of a list is a new index.
#[derive(Debug)]
pub struct Index {
    entries: Vec<Arc<ListedEntry>>,
    by_place: HashMap<(String, String), u32>,
    /// Entry, and which of its numbers.
    numbers: HashMap<String, Vec<(u32, u32)>>,
    persons: Part,
    others: Part,
}

/// What speaks for one entry.
#[derive(Default)]
pub(super) struct Evidence {
    pub numbers: Vec<MatchedOn>,
    /// The best listed name, and the name that was asked for.
    pub name: Option<Name>,
}

/// A listed name that agrees with one asked for.
pub(super) struct Name {
    pub found: Found,
    pub asked: String,
    person: bool,
}

impl Name {
    /// What it counts.
    pub fn score(&self) -> f32 {
        self.found.alignment.score * qualify::weight_of_name(self.found.row.kind)
    }
}

impl Default for Index {
    fn default() -> Self {
        Self::build([])
    }
}

impl Index {
    /// An index of these entries, of one or more lists.
    #[must_use]
    pub fn build(entries: impl IntoIterator<Item = Arc<ListedEntry>>) -> Self {
        let mut index = Self {
            entries: Vec::new(),
            by_place: HashMap::new(),
            numbers: HashMap::new(),
            persons: Part::new(true),
            others: Part::new(false),
        };
        for entry in entries {
            index.add(entry);
        }
        index.persons.finish();
        index.others.finish();
        index
    }

    fn add(&mut self, entry: Arc<ListedEntry>) {
        let at = self.entries.len() as u32;
        for (which, number) in (0..).zip(&entry.identifiers) {
            if let Some(key) = key(Family::of(&number.scheme), &number.value) {
                self.numbers.entry(key).or_default().push((at, which));
            }
        }
        for (which, name) in (0..).zip(&entry.names) {
            if matches!(entry.kind, Kind::Person | Kind::Unknown) {
                self.persons.add(at, which, name.kind, &name.text);
            }
            if entry.kind != Kind::Person {
                self.others.add(at, which, name.kind, &name.text);
            }
        }
        self.by_place.insert((entry.list.clone(), entry.id.clone()), at);
        self.entries.push(entry);
    }

    /// Entries it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Does it hold none? Then nothing can be screened against it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The listed party behind a hit.
    #[must_use]
    pub fn entry(&self, list: &str, id: &str) -> Option<&Arc<ListedEntry>> {
        let at = self.by_place.get(&(list.to_owned(), id.to_owned()))?;
        self.entries.get(*at as usize)
    }

    /// The listed parties that may be the one asked for, the best first.
    ///
    /// # Errors
    /// If the question cannot be answered; that is never "nothing found".
    pub fn search(&self, query: &Query, thresholds: &Thresholds) -> Result<Vec<Hit>, Unusable> {
        query.check()?;
        let mut found: BTreeMap<u32, Evidence> = BTreeMap::new();
        self.by_numbers(query, &mut found);
        for name in &query.names {
            self.by_name(query.kind, name, thresholds, &mut found);
        }
        let mut judged: Vec<(qualify::Verdict, u32, Evidence)> = found
            .into_iter()
            .filter_map(|(at, evidence)| {
                let verdict = qualify::judge(query, self.entries.get(at as usize)?, &evidence, thresholds);
                thresholds.band(verdict.score).map(|_| (verdict, at, evidence))
            })
            .collect();
        judged.sort_by(|a, b| {
            let rank =
                |it: &(qualify::Verdict, u32, Evidence)| (it.2.name.as_ref().map(|name| name.found.row.kind), it.1);
            (b.0.score.total_cmp(&a.0.score))
                .then(b.0.name_score.total_cmp(&a.0.name_score))
                .then(rank(a).cmp(&rank(b)))
        });
        judged.truncate(thresholds.most);
        let hits = judged.into_iter().filter_map(|(verdict, at, evidence)| {
            let entry = self.entries.get(at as usize)?;
            let detail = evidence.name.as_ref().map_or_else(Detail::default, |name| {
                let part = if name.person { &self.persons } else { &self.others };
                part.detail(&name.asked, &name.found)
            });
            explain::hit(entry, verdict, evidence, detail, thresholds)
        });
        Ok(hits.collect())
    }

    fn by_name(&self, kind: Kind, name: &str, thresholds: &Thresholds, found: &mut BTreeMap<u32, Evidence>) {
        // Qualifiers only take away; what is below the threshold by name stays below it.
        let least = thresholds.possible.min(thresholds.strong) as f32;
        let parts = [
            (&self.persons, matches!(kind, Kind::Person | Kind::Unknown)),
            (&self.others, kind != Kind::Person),
        ];
        for (part, _) in parts.into_iter().filter(|(_, asked)| *asked) {
            for one in part.search(name, least) {
                let evidence = found.entry(one.row.entry).or_default();
                let one = Name {
                    found: one,
                    asked: name.to_owned(),
                    person: std::ptr::eq(part, &self.persons),
                };
                if evidence.name.as_ref().is_none_or(|best| one.score() > best.score()) {
                    evidence.name = Some(one);
                }
            }
        }
    }

    /// Numbers given as numbers, and names that are nothing but a number.
    fn by_numbers(&self, query: &Query, found: &mut BTreeMap<u32, Evidence>) {
        let in_names = query.names.iter().filter_map(|name| number_in(name));
        for asked in query.identifiers.iter().cloned().chain(in_names) {
            let family = Family::of(&asked.scheme);
            let places = key(family, &asked.value).and_then(|key| self.numbers.get(&key));
            for (at, which) in places.into_iter().flatten() {
                let number = (self.entries.get(*at as usize)).and_then(|entry| entry.identifiers.get(*which as usize));
                let Some(number) = number else {
                    continue;
                };
                let evidence = found.entry(*at).or_default();
                evidence.numbers.push(MatchedOn::Number {
                    scheme: asked.scheme.clone(),
                    value: asked.value.clone(),
                    listed_scheme: number.scheme.clone(),
                });
            }
        }
    }
}

/// A name that is a number: `IMO 9079169`, `7805719070`, `BKSORUMM`.
fn number_in(name: &str) -> Option<Identifier> {
    let name = name.trim();
    if let Some(rest) = name
        .get(..3)
        .filter(|begin| begin.eq_ignore_ascii_case("imo"))
        .map(|_| &name[3..])
    {
        return Some(Identifier::new("IMO", rest));
    }
    let compact: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    let digits = compact.chars().filter(char::is_ascii_digit).count();
    let few_words = name.split_whitespace().count() <= 3;
    if few_words && compact.is_ascii() && compact.len() <= 24 && digits >= 5 {
        return Some(Identifier::new("OTHER", name));
    }
    let code = matches!(name.len(), 8 | 11) && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    code.then(|| Identifier::new("BIC", name))
}
