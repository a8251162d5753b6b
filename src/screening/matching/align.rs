//! Two names word against word: which words belong together, what is left over, and what that is worth.

use super::{
    legal,
    sound::skeleton,
    vocabulary::{Like, Written, similarity},
    words::Class,
};
use crate::screening::explanation::{Pair, QualifierField, Reason};
use std::collections::HashMap;

/// Words of a name that are looked at.
pub(super) const MOST_WORDS: usize = 32;
/// What a word of the question costs that the listed name does not have.
const LEFT_ASKED: f32 = 1.0;
/// What a word of the listed name costs that was not asked for: people leave names out.
const LEFT_LISTED_PERSON: f32 = 0.45;
const LEFT_LISTED_OTHER: f32 = 0.6;
/// Names whose numerals differ are two funds, two ships.
const NUMERALS_DIFFER: f32 = 0.6;
/// Where only one name has a numeral.
const NUMERAL_MISSING: f32 = 0.93;
/// A letter for a name: it may be another name with this letter.
const INITIAL: f32 = 0.72;
/// A son is not his father.
const FATHER_AND_SON: f32 = 0.6;

/// A word of the question.
#[derive(Debug)]
pub(in crate::screening) struct Asked {
    pub text: String,
    pub class: Class,
    pub weight: f32,
    /// Does it stand in several listed names as it is written?
    pub common: bool,
    pub like: HashMap<u32, (f32, Reason)>,
    pub order: Vec<Like>,
}

/// A word of a listed name.
#[derive(Clone, Copy, Debug)]
pub(in crate::screening) struct Listed<'a> {
    pub word: u32,
    pub text: &'a str,
    pub class: Class,
    pub weight: f32,
    pub common: bool,
}

/// What came of it, as places of words.
#[derive(Clone, Debug)]
pub(in crate::screening) struct Alignment {
    pub score: f32,
    links: Vec<Link>,
    used_asked: u64,
    used_listed: u64,
    /// What bounds the score, and to what.
    pub cap: Option<(QualifierField, f32)>,
}

/// The same in words.
#[derive(Clone, Debug, Default)]
pub(in crate::screening) struct Detail {
    pub pairs: Vec<Pair>,
    pub left_asked: Vec<String>,
    pub left_listed: Vec<String>,
}

/// Words (bits) of the question and of the listed name that may belong together.
#[derive(Clone, Copy, Debug)]
struct Link {
    asked: u64,
    listed: u64,
    similarity: f32,
    weight: f32,
    reason: Reason,
}

/// Lays two names side by side.
pub(in crate::screening) fn align(asked: &[Asked], listed: &[Listed<'_>], person: bool) -> Alignment {
    let mut links = single_links(asked, listed, person);
    joined_links(asked, listed, person, &mut links);
    links.sort_unstable_by(|a, b| {
        let worth = |link: &Link| link.similarity * link.similarity * link.weight;
        worth(b)
            .total_cmp(&worth(a))
            .then(b.similarity.total_cmp(&a.similarity))
            .then((a.asked, a.listed).cmp(&(b.asked, b.listed)))
    });
    let (mut used_asked, mut used_listed) = (0_u64, 0_u64);
    let mut taken: Vec<Link> = Vec::with_capacity(asked.len());
    for link in links {
        if link.asked & used_asked == 0 && link.listed & used_listed == 0 {
            used_asked |= link.asked;
            used_listed |= link.listed;
            taken.push(link);
        }
    }
    let score = share(asked, listed, &taken, (used_asked, used_listed), person);
    let cap = cap(asked, listed, &taken, person);
    Alignment {
        score: cap.map_or(score, |(_, bound)| score.min(bound)),
        links: taken,
        used_asked,
        used_listed,
        cap,
    }
}

impl Alignment {
    /// With the words themselves.
    pub fn detail(&self, asked: &[Asked], listed: &[Listed<'_>]) -> Detail {
        Detail {
            pairs: self.links.iter().map(|link| pair(link, asked, listed)).collect(),
            left_asked: left(asked.iter().map(|word| word.text.as_str()), self.used_asked),
            left_listed: left(listed.iter().map(|word| word.text), self.used_listed),
        }
    }
}

fn bit(place: usize) -> u64 {
    1 << place.min(63)
}

fn left<'a>(words: impl Iterator<Item = &'a str>, used: u64) -> Vec<String> {
    let left = words.enumerate().filter(|(at, _)| used & bit(*at) == 0);
    left.map(|(_, word)| word.to_owned()).collect()
}

fn pair(link: &Link, asked: &[Asked], listed: &[Listed<'_>]) -> Pair {
    let chosen = |mask: u64, texts: Vec<&str>| {
        let texts = texts.into_iter().enumerate().filter(|(at, _)| mask & bit(*at) != 0);
        texts.map(|(_, text)| text).collect::<Vec<_>>().join(" ")
    };
    Pair {
        asked: chosen(link.asked, asked.iter().map(|word| word.text.as_str()).collect()),
        listed: chosen(link.listed, listed.iter().map(|word| word.text).collect()),
        similarity: rounded(link.similarity),
        reason: link.reason,
        weight: rounded(link.weight),
    }
}

/// Three decimals, as they are recorded.
pub(in crate::screening) fn rounded(value: f32) -> f64 {
    (f64::from(value) * 1000.0).round() / 1000.0
}

fn single_links(asked: &[Asked], listed: &[Listed<'_>], person: bool) -> Vec<Link> {
    let mut links = Vec::with_capacity(asked.len() * 2);
    for (a, word) in asked.iter().enumerate() {
        for (l, other) in listed.iter().enumerate() {
            if let Some((similarity, reason)) = single(word, other, person) {
                links.push(Link {
                    asked: bit(a),
                    listed: bit(l),
                    similarity,
                    weight: (word.weight + other.weight) / 2.0,
                    reason,
                });
            }
        }
    }
    links
}

fn single(asked: &Asked, listed: &Listed<'_>, person: bool) -> Option<(f32, Reason)> {
    if asked.class == Class::Legal && listed.class == Class::Legal {
        let alike = legal::alike(&asked.text, listed.text) as f32;
        return Some((alike, Reason::LegalForm));
    }
    if let Some((similarity, reason)) = asked.like.get(&listed.word) {
        let reason = if asked.class == Class::Number && *reason == Reason::Exact {
            Reason::Numeral
        } else {
            *reason
        };
        // Two words that are both well known and differ in letters are two words, not one misspelt.
        if reason == Reason::Spelling && asked.common && listed.common {
            let kept = similarity * if person { 0.9 } else { 0.8 };
            return (kept >= 0.6).then_some((kept, reason));
        }
        return Some((*similarity, reason));
    }
    let named = |class: Class| matches!(class, Class::Plain | Class::Fathers);
    let begins = |one: Class, letter: &str, other: Class, name: &str| {
        one == Class::Initial && named(other) && name.starts_with(letter)
    };
    if person
        && (begins(asked.class, &asked.text, listed.class, listed.text)
            || begins(listed.class, listed.text, asked.class, &asked.text))
    {
        return Some((INITIAL, Reason::Initial));
    }
    None
}

/// Two words here that are one word there.
fn joined_links(asked: &[Asked], listed: &[Listed<'_>], person: bool, links: &mut Vec<Link>) {
    for (a, next) in neighbours(asked.len(), person) {
        let joined = || format!("{}{}", asked[a].text, asked[next].text);
        for (l, other) in listed.iter().enumerate() {
            if let Some(similarity) = joins(asked[a].text.len() + asked[next].text.len(), joined, other.text, person) {
                links.push(Link {
                    asked: bit(a) | bit(next),
                    listed: bit(l),
                    similarity,
                    weight: other.weight.max(0.4),
                    reason: Reason::Joined,
                });
            }
        }
    }
    for (l, next) in neighbours(listed.len(), person) {
        let joined = || format!("{}{}", listed[l].text, listed[next].text);
        for (a, word) in asked.iter().enumerate() {
            if let Some(similarity) = joins(
                listed[l].text.len() + listed[next].text.len(),
                joined,
                &word.text,
                person,
            ) {
                links.push(Link {
                    asked: bit(a),
                    listed: bit(l) | bit(next),
                    similarity,
                    weight: word.weight.max(0.4),
                    reason: Reason::Joined,
                });
            }
        }
    }
}

/// Words that somebody may have written together: each with the next, and a person's last name with the first, for
/// that is how lists write them.
pub(super) fn neighbours(words: usize, person: bool) -> impl Iterator<Item = (usize, usize)> {
    let around = (person && words > 1).then(|| (words - 1, 0));
    (1..words).map(|next| (next - 1, next)).chain(around)
}

/// How well two words written together are the one word.
fn joins(length: usize, joined: impl FnOnce() -> String, one: &str, person: bool) -> Option<f32> {
    if one.len() < 5 || length.abs_diff(one.len()) > 2 {
        return None;
    }
    let joined = joined();
    if joined == one {
        return Some(1.0);
    }
    let written = Written {
        person,
        vowelless: false,
    };
    let found = similarity(&joined, &skeleton(&joined), one, &skeleton(one), written)?;
    (found.0 >= 0.84).then_some(found.0)
}

/// What agrees, as a share of all there is.
fn share(asked: &[Asked], listed: &[Listed<'_>], taken: &[Link], used: (u64, u64), person: bool) -> f32 {
    let agreed: f32 = taken.iter().map(|link| link.similarity * link.weight).sum();
    let paired: f32 = taken.iter().map(|link| link.weight).sum();
    let open = |mask: u64, at: usize| mask & bit(at) == 0;
    let left_asked: f32 = (asked.iter().enumerate())
        .filter(|(at, _)| open(used.0, *at))
        .map(|(_, word)| word.weight)
        .sum();
    let left_listed: f32 = (listed.iter().enumerate())
        .filter(|(at, _)| open(used.1, *at))
        .map(|(_, word)| word.weight)
        .sum();
    let cost = if person { LEFT_LISTED_PERSON } else { LEFT_LISTED_OTHER };
    let whole = paired + LEFT_ASKED * left_asked + cost * left_listed;
    let by_words = if whole > 0.0 { agreed / whole } else { 0.0 };
    by_words.max(written_together(asked, listed)).min(1.0)
}

/// The whole names without spaces, where they are nearly the same letters.
fn written_together(asked: &[Asked], listed: &[Listed<'_>]) -> f32 {
    let plain = |class: Class| !matches!(class, Class::ShipPrefix | Class::Legal);
    let length_asked: usize = asked.iter().filter(|w| plain(w.class)).map(|w| w.text.len()).sum();
    let length_listed: usize = listed.iter().filter(|w| plain(w.class)).map(|w| w.text.len()).sum();
    let longest = length_asked.max(length_listed);
    if longest < 7 || length_asked.abs_diff(length_listed) * 8 > longest {
        return 0.0;
    }
    let one: String = asked
        .iter()
        .filter(|w| plain(w.class))
        .map(|w| w.text.as_str())
        .collect();
    let other: String = listed.iter().filter(|w| plain(w.class)).map(|w| w.text).collect();
    let alike = 1.0 - rapidfuzz::distance::osa::distance(one.bytes(), other.bytes()) as f32 / longest as f32;
    if alike >= 0.88 { alike * 0.97 } else { 0.0 }
}

/// What makes two names two, however alike they are.
fn cap(asked: &[Asked], listed: &[Listed<'_>], taken: &[Link], person: bool) -> Option<(QualifierField, f32)> {
    if person {
        return swapped(asked, listed, taken).then_some((QualifierField::Patronymic, FATHER_AND_SON));
    }
    let mut numbers_asked = asked.iter().filter(|word| word.class == Class::Number).peekable();
    let mut numbers_listed = listed.iter().filter(|word| word.class == Class::Number).peekable();
    match (numbers_asked.peek().is_some(), numbers_listed.peek().is_some()) {
        (false, false) => None,
        (true, true) => {
            let listed: Vec<&str> = numbers_listed.map(|word| word.text).collect();
            let differ = !numbers_asked.any(|number| listed.contains(&number.text.as_str()));
            differ.then_some((QualifierField::Numerals, NUMERALS_DIFFER))
        }
        _ => Some((QualifierField::Numerals, NUMERAL_MISSING)),
    }
}

/// `Salman bin Muhammad` against `Muhammad bin Salman`: what stands before the word for son stands after it there.
fn swapped(asked: &[Asked], listed: &[Listed<'_>], taken: &[Link]) -> bool {
    let (Some(son_asked), Some(son_listed)) = (
        asked.iter().position(|word| word.class == Class::Patronymic),
        listed.iter().position(|word| word.class == Class::Patronymic),
    ) else {
        return false;
    };
    let crosses = |link: &Link, before_asked: bool| {
        let (a, l) = (
            link.asked.trailing_zeros() as usize,
            link.listed.trailing_zeros() as usize,
        );
        if before_asked {
            a < son_asked && l > son_listed
        } else {
            a > son_asked && l < son_listed
        }
    };
    taken.iter().any(|link| crosses(link, true)) && taken.iter().any(|link| crosses(link, false))
}
