//! The words that occur in listed names, each once: how rare it is, and which words are like a given one.

use super::{families, sound::skeleton};
use crate::screening::explanation::Reason;
use rapidfuzz::distance::osa;
use std::collections::HashMap;

/// Below this two words have nothing to do with each other.
const LEAST: f32 = 0.6;
const STRICT: f32 = 0.25;
/// What words with the same consonants are worth at least.
const SOUND: f32 = 0.74;
/// Ships and companies whose names share fewer letters do not sound alike, whatever their consonants.
const HALF: f32 = 0.51;
/// Another spelling of the same name.
const VARIANT: f32 = 0.96;

/// How a word came to be written.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::screening) struct Written {
    /// Of a person: put into Latin letters by whoever wrote the paper.
    pub person: bool,
    /// Without its short vowels, as in Arabic.
    pub vowelless: bool,
}

#[derive(Debug, Default)]
pub(in crate::screening) struct Vocabulary {
    words: Vec<Known>,
    by_text: HashMap<Box<str>, u32>,
    by_trigram: HashMap<[u8; 3], Vec<u32>>,
    by_skeleton: HashMap<Box<str>, Vec<u32>>,
    /// The words that are one name, and the names that any of them stands in.
    families: Vec<Members>,
    by_family: HashMap<Box<str>, u32>,
}

#[derive(Debug, Default)]
struct Members {
    words: Vec<u32>,
    names: u32,
}

#[derive(Debug)]
struct Known {
    text: Box<str>,
    skeleton: Box<str>,
    /// Names it stands in.
    names: u32,
    family: Option<u32>,
}

/// A word like the one asked for.
#[derive(Clone, Copy, Debug)]
pub(in crate::screening) struct Like {
    pub word: u32,
    pub similarity: f32,
    pub reason: Reason,
}

impl Vocabulary {
    /// The number of a word, which is taken in if it is new.
    pub fn take(&mut self, text: &str) -> u32 {
        if let Some(known) = self.by_text.get(text) {
            return *known;
        }
        let number = self.words.len() as u32;
        let skeleton: Box<str> = skeleton(text).into();
        for trigram in trigrams(text) {
            let place = self.by_trigram.entry(trigram).or_default();
            if place.last() != Some(&number) {
                place.push(number);
            }
        }
        self.by_skeleton.entry(skeleton.clone()).or_default().push(number);
        self.by_text.insert(text.into(), number);
        let family = families::of(text).map(|family| self.family(family, number));
        self.words.push(Known {
            text: text.into(),
            skeleton,
            names: 0,
            family,
        });
        number
    }

    /// The number of a family, to which this word belongs.
    fn family(&mut self, family: String, word: u32) -> u32 {
        let next = self.families.len() as u32;
        let number = *self.by_family.entry(family.into()).or_insert(next);
        if number == next {
            self.families.push(Members::default());
        }
        if let Some(members) = self.families.get_mut(number as usize) {
            members.words.push(word);
        }
        number
    }

    /// The family of a word, known or not.
    fn family_of(&self, text: &str) -> Option<&Members> {
        let number = self.by_family.get(families::of(text)?.as_str())?;
        self.families.get(*number as usize)
    }

    /// Counts one more name with this word.
    pub fn count(&mut self, word: u32) {
        if let Some(known) = self.words.get_mut(word as usize) {
            known.names += 1;
            let family = known.family.and_then(|family| self.families.get_mut(family as usize));
            if let Some(members) = family {
                members.names += 1;
            }
        }
    }

    pub fn len(&self) -> usize {
        self.words.len()
    }

    pub fn text(&self, word: u32) -> &str {
        self.words.get(word as usize).map_or("", |known| &known.text)
    }

    /// The names a word stands in.
    pub fn names(&self, word: u32) -> u32 {
        self.words.get(word as usize).map_or(0, |known| known.names)
    }

    /// The number of a word, and the names it stands in.
    pub fn find(&self, text: &str) -> Option<(u32, u32)> {
        let number = *self.by_text.get(text)?;
        Some((number, self.words.get(number as usize)?.names))
    }

    pub fn shrink(&mut self) {
        for places in self.by_trigram.values_mut().chain(self.by_skeleton.values_mut()) {
            places.shrink_to_fit();
        }
    }

    /// Rarity from near 0 to 1: 1 for what stands in one name or none.
    ///
    /// A name counts with all its spellings.
    pub fn rarity(&self, word: u32, names: usize) -> f32 {
        let known = self.words.get(word as usize);
        let family = known.and_then(|known| self.families.get(known.family? as usize));
        let alone = known.map_or(1, |known| known.names);
        Self::rare(family.map_or(alone, |family| family.names), names)
    }

    /// The same of a word that may stand in no name.
    pub fn rarity_of(&self, text: &str, names: usize) -> f32 {
        match self.find(text) {
            Some((word, _)) => self.rarity(word, names),
            None => Self::rare(self.family_of(text).map_or(1, |family| family.names), names),
        }
    }

    fn rare(count: u32, names: usize) -> f32 {
        let count = count.max(1);
        let all = names.max(2) as f32;
        (1.0 - (count as f32).ln() / all.ln()).clamp(0.12, 1.0)
    }

    /// The words like this one, the most alike first.
    pub fn like(&self, text: &str, written: Written) -> Vec<Like> {
        let sound = skeleton(text);
        let mut shared = vec![0_u8; self.words.len()];
        let mut words: Vec<u32> = Vec::new();
        let least = if text.len() > 5 { 2 } else { 1 };
        for trigram in trigrams(text) {
            for word in self.by_trigram.get(&trigram).into_iter().flatten() {
                let count = &mut shared[*word as usize];
                *count = count.saturating_add(1);
                if *count == least {
                    words.push(*word);
                }
            }
        }
        let same_sound = self.by_skeleton.get(sound.as_str()).into_iter().flatten().copied();
        words.extend(same_sound);
        let members = self.family_of(text).map_or(&[][..], |family| family.words.as_slice());
        words.extend(members);
        words.sort_unstable();
        words.dedup();
        let mut found: Vec<Like> = words
            .into_iter()
            .filter_map(|word| {
                let known = self.words.get(word as usize)?;
                let alike = similarity(text, &sound, &known.text, &known.skeleton, written);
                let of_family = members.contains(&word).then_some((VARIANT, Reason::Variant));
                let (similarity, reason) = match (alike, of_family) {
                    (Some(alike), Some(variant)) if alike.0 < variant.0 => variant,
                    (Some(alike), _) => alike,
                    (None, variant) => variant?,
                };
                Some(Like {
                    word,
                    similarity,
                    reason,
                })
            })
            .collect();
        found.sort_unstable_by(|a, b| b.similarity.total_cmp(&a.similarity).then(a.word.cmp(&b.word)));
        found
    }
}

fn trigrams(text: &str) -> impl Iterator<Item = [u8; 3]> {
    let bytes = text.as_bytes();
    let at = move |place: usize| -> u8 {
        match place {
            0 => b'^',
            _ => bytes.get(place - 1).copied().unwrap_or(b'$'),
        }
    };
    (0..bytes.len()).map(move |begin| [at(begin), at(begin + 1), at(begin + 2)])
}

/// How alike two words are and why; none if they are not.
pub(in crate::screening) fn similarity(
    one: &str,
    one_sound: &str,
    other: &str,
    other_sound: &str,
    written: Written,
) -> Option<(f32, Reason)> {
    if one == other {
        return Some((1.0, Reason::Exact));
    }
    let longest = one.len().max(other.len()) as f32;
    if one.bytes().chain(other.bytes()).any(|b| b.is_ascii_digit()) {
        // Numbers are equal or they are not.
        return None;
    }
    let letters = 1.0 - osa::distance(one.bytes(), other.bytes()) as f32 / longest;
    // One letter in eight is a slip, one in three another word.
    let spelling = letters - (1.0 - letters) * STRICT;
    let sound = if one_sound == other_sound && !one_sound.is_empty() {
        by_sound(one_sound, letters, written)
    } else {
        0.0
    };
    if sound > spelling && sound >= LEAST {
        Some((sound, Reason::Sound))
    } else if spelling >= LEAST {
        Some((spelling, Reason::Spelling))
    } else {
        None
    }
}

/// The more consonants agree, the less do the vowels matter.
fn by_sound(sound: &str, letters: f32, written: Written) -> f32 {
    if written.person {
        let base = match sound.len() {
            1 => 0.40,
            2 => 0.55,
            3 => 0.66,
            _ => SOUND,
        };
        return if written.vowelless && sound.len() > 1 {
            base + 0.2
        } else {
            base + (0.97 - base) * letters
        };
    }
    // Names of ships and companies are mostly written as registered; the vowel at the beginning is no consonant.
    let base = match sound.strip_prefix('a').unwrap_or(sound).len() {
        0 | 1 => 0.40,
        2 => 0.50,
        3 => 0.60,
        _ => SOUND,
    };
    if written.vowelless {
        base + 0.2
    } else if letters < HALF {
        0.0
    } else {
        base + (0.97 - base) * letters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERSON: Written = Written {
        person: true,
        vowelless: false,
    };

    fn alike(one: &str, other: &str) -> f32 {
        similarity(one, &skeleton(one), other, &skeleton(other), PERSON).map_or(0.0, |found| found.0)
    }

    #[test]
    fn alike_by_letters_or_by_sound() {
        assert!(alike("muhammad", "mohamed") > 0.8);
        assert!(alike("boskovski", "boskowski") > 0.8);
        assert_eq!(alike("muhammad", "ivan"), 0.0);
        assert_eq!(alike("15", "16"), 0.0);
    }

    #[test]
    fn the_vocabulary_finds_what_is_like() {
        let mut vocabulary = Vocabulary::default();
        for word in ["muhammad", "mohamed", "ivan", "li"] {
            let number = vocabulary.take(word);
            vocabulary.count(number);
        }
        let found = vocabulary.like("mohammed", PERSON);
        assert_eq!(found.len(), 2);
        assert_eq!(vocabulary.text(found[0].word), "mohamed");
    }
}
