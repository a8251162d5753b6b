//! The names of one part of the lists (persons, or all others), made for looking up.

use super::{
    align::{self, Alignment, Asked, Detail, Listed},
    script,
    sound::skeleton,
    vocabulary::{Like, Vocabulary, Written},
    words::{Class, Word, words},
};
use crate::screening::entry::NameKind;
use std::{
    collections::{HashMap, HashSet, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
};

/// Names that are laid side by side with the one asked for.
const CANDIDATES: usize = 200;
/// What a word counts that stands in the name a second time.
const REPEATED: f32 = 0.4;
/// A word in so many names is a word of its own.
const COMMON: u32 = 3;

#[derive(Debug)]
pub(in crate::screening) struct Part {
    person: bool,
    vocabulary: Vocabulary,
    names: Vec<Row>,
    /// The words of all names, one after the other.
    tokens: Vec<(u32, Class)>,
    by_word: Vec<Vec<u32>>,
    /// Two neighbouring words written together, by their letters and by their sound.
    by_join: HashMap<u64, Vec<u32>>,
}

/// One listed name.
#[derive(Clone, Copy, Debug)]
pub(in crate::screening) struct Row {
    /// Which entry it belongs to, and which of its names it is.
    pub entry: u32,
    pub name: u16,
    pub kind: NameKind,
    begin: u32,
    count: u16,
}

/// A name and how well it agrees.
#[derive(Clone, Debug)]
pub(in crate::screening) struct Found {
    pub row: Row,
    pub alignment: Alignment,
}

impl Part {
    pub fn new(person: bool) -> Self {
        Self {
            person,
            vocabulary: Vocabulary::default(),
            names: Vec::new(),
            tokens: Vec::new(),
            by_word: Vec::new(),
            by_join: HashMap::new(),
        }
    }

    /// Takes a name in.
    pub fn add(&mut self, entry: u32, name: u16, kind: NameKind, text: &str) {
        let mut words = words(text, self.person);
        words.truncate(align::MOST_WORDS);
        let row = self.names.len() as u32;
        let begin = self.tokens.len() as u32;
        let mut seen = HashSet::new();
        for word in &words {
            let number = self.vocabulary.take(&word.text);
            self.by_word.resize_with(self.vocabulary.len(), Vec::new);
            if seen.insert(number) {
                self.vocabulary.count(number);
                if let Some(place) = self.by_word.get_mut(number as usize) {
                    place.push(row);
                }
            }
            self.tokens.push((number, word.class));
        }
        for joined in joins(&words, self.person) {
            for key in join_keys(&joined) {
                let place = self.by_join.entry(key).or_default();
                if place.last() != Some(&row) {
                    place.push(row);
                }
            }
        }
        self.names.push(Row {
            entry,
            name,
            kind,
            begin,
            count: words.len() as u16,
        });
    }

    /// No more names are to come.
    pub fn finish(&mut self) {
        self.vocabulary.shrink();
        self.tokens.shrink_to_fit();
        self.names.shrink_to_fit();
        for places in self.by_word.iter_mut().chain(self.by_join.values_mut()) {
            places.shrink_to_fit();
        }
    }

    /// The words of a question, prepared for this part.
    pub fn prepare(&self, text: &str) -> Vec<Asked> {
        let written = Written {
            person: self.person,
            vowelless: text.chars().any(script::is_arabic),
        };
        let mut words = words(text, self.person);
        words.truncate(align::MOST_WORDS);
        let mut asked: Vec<Asked> = words.into_iter().map(|word| self.asked(word, written)).collect();
        // Said twice, it does not count twice.
        for at in 1..asked.len() {
            let (before, rest) = asked.split_at_mut(at);
            if let Some(word) = rest
                .first_mut()
                .filter(|word| before.iter().any(|said| said.text == word.text))
            {
                word.weight *= REPEATED;
            }
        }
        asked
    }

    /// How a name agrees, in words.
    pub fn detail(&self, text: &str, found: &Found) -> Detail {
        found.alignment.detail(&self.prepare(text), &self.listed(found.row))
    }

    /// The listed names that agree with this one at least so well, in no order.
    pub fn search(&self, text: &str, least: f32) -> Vec<Found> {
        let asked = self.prepare(text);
        let candidates = self.candidates(&asked);
        let found = candidates.into_iter().filter_map(|row| {
            let row = *self.names.get(row as usize)?;
            let alignment = align::align(&asked, &self.listed(row), self.person);
            (alignment.score >= least).then_some(Found { row, alignment })
        });
        found.collect()
    }

    fn asked(&self, word: Word, written: Written) -> Asked {
        let known = self.vocabulary.find(&word.text);
        let like: Vec<Like> = match word.class {
            Class::Plain | Class::Title | Class::Patronymic | Class::Fathers | Class::Generic
                if word.text.len() > 1 =>
            {
                self.vocabulary.like(&word.text, written)
            }
            _ => known
                .map(|(word, _)| Like {
                    word,
                    similarity: 1.0,
                    reason: crate::screening::explanation::Reason::Exact,
                })
                .into_iter()
                .collect(),
        };
        let weight = self.vocabulary.rarity_of(&word.text, self.names.len()) * word.class.factor();
        Asked {
            text: word.text,
            class: word.class,
            weight,
            common: known.is_some_and(|(_, names)| names >= COMMON),
            like: like
                .iter()
                .map(|like| (like.word, (like.similarity, like.reason)))
                .collect(),
            order: like,
        }
    }

    fn listed(&self, row: Row) -> Vec<Listed<'_>> {
        let tokens = self
            .tokens
            .get(row.begin as usize..row.begin as usize + row.count as usize);
        let listed = tokens.unwrap_or_default().iter().map(|(word, class)| Listed {
            word: *word,
            text: self.vocabulary.text(*word),
            class: *class,
            weight: self.vocabulary.rarity(*word, self.names.len()) * class.factor(),
            common: self.vocabulary.names(*word) >= COMMON,
        });
        listed.collect()
    }

    /// The names most worth a closer look: those that share the rarest words, or words like them.
    fn candidates(&self, asked: &[Asked]) -> Vec<u32> {
        let mut score = vec![0.0_f32; self.names.len()];
        let mut last = vec![u16::MAX; self.names.len()];
        let mut touched: Vec<u32> = Vec::new();
        let mut give = |rows: &[u32], which: u16, worth: f32| {
            for row in rows {
                let at = *row as usize;
                // The best of a word's likes comes first; the others do not add to it.
                if last[at] != which {
                    if last[at] == u16::MAX {
                        touched.push(*row);
                    }
                    last[at] = which;
                    score[at] += worth;
                }
            }
        };
        for (which, word) in asked.iter().enumerate() {
            for like in &word.order {
                let rows = self.by_word.get(like.word as usize).map_or(&[][..], Vec::as_slice);
                give(rows, which as u16, like.similarity * word.weight);
            }
            for key in join_keys(&word.text).into_iter().filter(|_| word.text.len() > 5) {
                let rows = self.by_join.get(&key).map_or(&[][..], Vec::as_slice);
                give(rows, which as u16, word.weight);
            }
        }
        let written = Written {
            person: self.person,
            vowelless: false,
        };
        for (number, pair) in asked.windows(2).enumerate() {
            let joined = format!("{}{}", pair[0].text, pair[1].text);
            if joined.len() > 4 {
                for like in self.vocabulary.like(&joined, written).into_iter().take(20) {
                    let rows = self.by_word.get(like.word as usize).map_or(&[][..], Vec::as_slice);
                    let worth = like.similarity * (pair[0].weight + pair[1].weight);
                    give(rows, 1000 + number as u16, worth);
                }
            }
        }
        self.best(touched, &score, asked)
    }

    fn best(&self, mut touched: Vec<u32>, score: &[f32], asked: &[Asked]) -> Vec<u32> {
        let whole: f32 = asked.iter().map(|word| word.weight).sum();
        let worth = |row: &u32| -> f32 {
            let reached = score[*row as usize];
            let length = self.names.get(*row as usize).map_or(0, |row| row.count);
            reached / (whole + 0.06 * f32::from(length))
        };
        if touched.len() > CANDIDATES {
            touched.select_nth_unstable_by(CANDIDATES, |a, b| worth(b).total_cmp(&worth(a)).then(a.cmp(b)));
            touched.truncate(CANDIDATES);
        }
        touched
    }
}

/// Every two neighbouring words written together.
fn joins(words: &[Word], person: bool) -> Vec<String> {
    let pairs = align::neighbours(words.len(), person).map(|(first, second)| [&words[first], &words[second]]);
    let pairs = pairs.filter(|pair| pair.iter().all(|word| word.class != Class::ShipPrefix));
    pairs
        .map(|[first, second]| format!("{}{}", first.text, second.text))
        .filter(|joined| joined.len() > 4)
        .collect()
}

fn join_keys(joined: &str) -> Vec<u64> {
    let hash = |text: &str, salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, text).hash(&mut hasher);
        hasher.finish()
    };
    let sound = skeleton(joined);
    let mut keys = vec![hash(joined, 0)];
    if sound.len() > 3 {
        keys.push(hash(&sound, 1));
    }
    keys
}
