//! The lists in memory, made for looking up.

use super::{
    entry::{Identifier, ListedEntry},
    explanation::{Explanation, MatchedOn},
    identifier::{Family, key},
    query::{Hit, Query, Thresholds, Unusable},
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// What a hit by number scores at least.
const BY_NUMBER: f64 = 0.95;

/// Any number of lists, ready to be searched. It does not change; a new version of a list is a new index.
#[derive(Debug, Default)]
pub struct Index {
    entries: Vec<Arc<ListedEntry>>,
    by_place: HashMap<(String, String), usize>,
    numbers: HashMap<String, Vec<(usize, usize)>>,
}

impl Index {
    /// An index of these entries, of one or more lists.
    #[must_use]
    pub fn build(entries: impl IntoIterator<Item = Arc<ListedEntry>>) -> Self {
        let mut index = Self::default();
        for entry in entries {
            let at = index.entries.len();
            for (which, number) in entry.identifiers.iter().enumerate() {
                if let Some(key) = key(Family::of(&number.scheme), &number.value) {
                    index.numbers.entry(key).or_default().push((at, which));
                }
            }
            index.by_place.insert((entry.list.clone(), entry.id.clone()), at);
            index.entries.push(entry);
        }
        index
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
        self.entries.get(*at)
    }

    /// The listed parties that may be the one asked for, the best first.
    ///
    /// # Errors
    /// If the question cannot be answered; that is never "nothing found".
    pub fn search(&self, query: &Query, thresholds: &Thresholds) -> Result<Vec<Hit>, Unusable> {
        query.check()?;
        let mut found: BTreeMap<usize, Vec<MatchedOn>> = BTreeMap::new();
        for asked in &query.identifiers {
            for (at, number) in self.by_number(asked) {
                found.entry(at).or_default().push(MatchedOn::Number {
                    scheme: asked.scheme.clone(),
                    value: asked.value.clone(),
                    listed_scheme: number.scheme.clone(),
                });
            }
        }
        let mut hits: Vec<Hit> = found
            .into_iter()
            .filter_map(|(at, matched_on)| self.hit(at, matched_on, thresholds))
            .collect();
        hits.truncate(thresholds.most);
        Ok(hits)
    }

    fn by_number(&self, asked: &Identifier) -> impl Iterator<Item = (usize, &Identifier)> {
        let family = Family::of(&asked.scheme);
        let places = key(family, &asked.value).and_then(|key| self.numbers.get(&key));
        places.into_iter().flatten().filter_map(move |(at, which)| {
            let number = self.entries.get(*at)?.identifiers.get(*which)?;
            Some((*at, number))
        })
    }

    fn hit(&self, at: usize, matched_on: Vec<MatchedOn>, thresholds: &Thresholds) -> Option<Hit> {
        let entry = self.entries.get(at)?;
        let name = entry.names.first()?;
        Some(Hit {
            list: entry.list.clone(),
            entry: entry.id.clone(),
            fingerprint: entry.fingerprint(),
            score: BY_NUMBER,
            band: thresholds.band(BY_NUMBER)?,
            matched_name: name.text.clone(),
            matched_kind: name.kind,
            explanation: Explanation {
                matched_on,
                listed_primary_name: entry.primary_name().to_owned(),
                pairs: Vec::new(),
                unmatched_asked: Vec::new(),
                unmatched_listed: Vec::new(),
                qualifiers: Vec::new(),
                name_score: 0.0,
                ofac_style: 0,
                words: Vec::new(),
            },
        })
    }
}
