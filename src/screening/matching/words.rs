//! A name as words: what each is, and how much it can tell.

use super::{
    legal,
    lexicon::{FATHERS, GENERIC, PARTICLES, PATRONYMICS, PLACED, SHIP_PREFIXES, SHORT, TITLES},
    script,
};

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::screening) enum Class {
    Plain,
    Legal,
    /// Articles and the like: al, de, of.
    Particle,
    /// bin, ibn, bint: between a name and the father's.
    Patronymic,
    Title,
    /// A father's name in the Slavic form, often left out: Petrovich, Petrovna.
    Fathers,
    /// One letter for a name.
    Initial,
    /// What a party is or where it sits rather than what it is called: office, branch, carrier.
    Generic,
    /// mv, mt before a ship's name.
    ShipPrefix,
    Number,
}

impl Class {
    /// By how much its rarity is taken down.
    pub fn factor(self) -> f32 {
        match self {
            Self::Plain => 1.0,
            Self::Fathers => 0.6,
            Self::Initial => 0.35,
            Self::Generic => 0.25,
            Self::Number => 0.9,
            Self::Legal => 0.12,
            Self::Particle => 0.15,
            Self::Patronymic => 0.2,
            Self::Title => 0.2,
            Self::ShipPrefix => 0.08,
        }
    }
}

/// A word of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::screening) struct Word {
    pub text: String,
    pub class: Class,
}

/// The same words as they might be read otherwise, one for one; none if there is no other way.
pub(in crate::screening) fn second(text: &str, person: bool) -> Option<Vec<Word>> {
    script::second(&in_order(text, person)).map(|text| words(&text, person))
}

/// The words of a name. Persons have initials, titles and fathers; others have legal forms and numerals.
pub(in crate::screening) fn words(text: &str, person: bool) -> Vec<Word> {
    let latin = script::latin(&in_order(text, person));
    let mut pieces = pieces(&latin, person);
    if person {
        canonical_abd(&mut pieces);
        return pieces.into_iter().map(person_word).collect();
    }
    for piece in &mut pieces {
        if let Some((_, long)) = SHORT.iter().find(|(short, _)| short == piece) {
            *piece = (*long).to_owned();
        } else if let Some(form) = legal::mended(piece) {
            *piece = form.to_owned();
        }
    }
    others(&pieces)
}

/// `LAST, First` of a person as `First LAST`.
fn in_order(text: &str, person: bool) -> String {
    match text.split_once(',') {
        Some((last, first)) if person && !first.contains(',') && !first.trim().is_empty() => format!("{first} {last}"),
        _ => text.to_owned(),
    }
}

/// The text at its spaces and marks; dotted abbreviations of others than persons stay together, and letters part from digits.
fn pieces(latin: &str, person: bool) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut current = String::new();
    // Single letters that a dot or stroke held together so far.
    let mut dotted = false;
    for c in latin.chars().chain([' ']) {
        if c.is_ascii_alphanumeric() {
            let turns = current
                .chars()
                .next_back()
                .is_some_and(|last| last.is_ascii_digit() != c.is_ascii_digit());
            if turns && !person {
                close(&mut pieces, &mut current, &mut dotted, false);
            }
            current.push(c);
        } else if matches!(c, '\'' | '`' | '"') && !current.is_empty() && c != '"' {
            // Sa'ad is one word.
        } else {
            let holds = matches!(c, '.' | '/') && !person;
            close(&mut pieces, &mut current, &mut dotted, holds);
        }
    }
    pieces
}

/// Ends a piece; a single letter joins the single letters before it.
fn close(pieces: &mut Vec<String>, current: &mut String, dotted: &mut bool, holds: bool) {
    if current.is_empty() {
        // A space after the dot parts them; a second mark does not.
        *dotted &= holds;
        return;
    }
    let letter = current.len() == 1 && current.bytes().all(|b| b.is_ascii_alphabetic());
    let piece = std::mem::take(current);
    match pieces.last_mut() {
        Some(last) if *dotted && letter => last.push_str(&piece),
        _ => pieces.push(piece),
    }
    *dotted = holds && letter;
}

/// `abdul rahman`, `abd el rahman`, `abdel-rahman`: `abd` and the name after it.
fn canonical_abd(pieces: &mut [String]) {
    const ABD: &[&str] = &[
        "abdul", "abdel", "abdal", "abdol", "abdoul", "abdur", "abdus", "abdu", "abdi",
    ];
    for at in 0..pieces.len().saturating_sub(1) {
        if pieces.get(at).is_some_and(|piece| ABD.contains(&piece.as_str())) {
            pieces[at] = "abd".to_owned();
        }
    }
}

fn person_word(text: String) -> Word {
    let class = match text.as_str() {
        word if PATRONYMICS.contains(&word) => Class::Patronymic,
        // One letter is an initial, never a particle.
        word if word.len() > 1 && PARTICLES.contains(&word) => Class::Particle,
        word if TITLES.contains(&word) => Class::Title,
        word if word.len() == 1 => Class::Initial,
        word if word.len() > 6 && FATHERS.iter().any(|end| word.ends_with(end)) => Class::Fathers,
        _ => Class::Plain,
    };
    Word { text, class }
}

fn others(pieces: &[String]) -> Vec<Word> {
    let text = format!(" {} ", pieces.join(" "));
    let mut words = Vec::new();
    let mut from = 0;
    for (begin, end, form) in legal::find(&text) {
        plain(&text[from..begin.max(from)], &mut words);
        words.push(Word {
            text: form.to_owned(),
            class: Class::Legal,
        });
        from = end;
    }
    plain(&text[from.min(text.len())..], &mut words);
    let count = words.len();
    if let Some(last) = words.last_mut().filter(|_| count > 1) {
        // `ANA I`, `CANREACH V`: at the end one letter is a numeral.
        if let Some(number) = single_roman(&last.text) {
            *last = numeral(number);
        }
    }
    for at in 1..words.len() {
        let placed = words.get(at).is_some_and(|word| PLACED.contains(&word.text.as_str()));
        if let Some(word) = words
            .get_mut(at - 1)
            .filter(|word| placed && at > 1 && word.class == Class::Plain)
        {
            word.class = Class::Generic;
        }
    }
    // A name of nothing but a legal form is a name.
    let tells = |word: &Word| !matches!(word.class, Class::Legal | Class::Particle | Class::Generic);
    if !words.iter().any(tells) {
        for word in &mut words {
            word.class = Class::Plain;
        }
    }
    words
}

fn numeral(number: u32) -> Word {
    Word {
        text: number.to_string(),
        class: Class::Number,
    }
}

fn plain(text: &str, words: &mut Vec<Word>) {
    for text in text.split_whitespace() {
        if text.bytes().all(|b| b.is_ascii_digit()) {
            let trimmed = text.trim_start_matches('0');
            words.push(Word {
                text: if trimmed.is_empty() { "0" } else { trimmed }.to_owned(),
                class: Class::Number,
            });
            continue;
        }
        if let Some(number) = roman(text) {
            words.push(numeral(number));
            continue;
        }
        let class = if words.is_empty() && SHIP_PREFIXES.contains(&text) {
            Class::ShipPrefix
        } else if PARTICLES.contains(&text) {
            Class::Particle
        } else if GENERIC.contains(&text) {
            Class::Generic
        } else {
            Class::Plain
        };
        // 7th
        let ordinal = matches!(text, "st" | "nd" | "rd" | "th");
        if ordinal && words.last().is_some_and(|last| last.class == Class::Number) {
            continue;
        }
        words.push(Word {
            text: text.to_owned(),
            class,
        });
    }
}

fn single_roman(text: &str) -> Option<u32> {
    match text {
        "i" => Some(1),
        "v" => Some(5),
        "x" => Some(10),
        _ => None,
    }
}

/// Roman numerals from II to XXXIX, but not words such as `mix`.
fn roman(text: &str) -> Option<u32> {
    if text.len() < 2 || text.len() > 7 || !text.bytes().all(|b| matches!(b, b'i' | b'v' | b'x')) {
        return None;
    }
    let tens = text.bytes().take_while(|b| *b == b'x').count();
    let ones = match &text[tens..] {
        "" => 0,
        "i" => 1,
        "ii" => 2,
        "iii" => 3,
        "iv" => 4,
        "v" => 5,
        "vi" => 6,
        "vii" => 7,
        "viii" => 8,
        "ix" => 9,
        _ => return None,
    };
    (tens <= 3).then_some(tens as u32 * 10 + ones)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, person: bool) -> String {
        let words = words(text, person).into_iter().map(|word| word.text);
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn names_of_persons() {
        for (name, expected) in [
            ("LEBEDEV, Dmitri Alekseevich", "dmitri alekseevich lebedev"),
            ("J.R. Smith", "j r smith"),
            ("Sa'ad Mohammad", "saad mohammad"),
            ("Abdul-Rahman", "abd rahman"),
            ("AL-RAWI, Marwan", "marwan al rawi"),
        ] {
            assert_eq!(texts(name, true), expected);
        }
    }

    #[test]
    fn names_of_others() {
        for (name, expected) in [
            ("CECOEX, S.A.", "cecoex sa"),
            ("M/V YU PHYONG 5", "mv yu phyong 5"),
            ("SHAYAN1", "shayan 1"),
            ("Fund XV", "fund 15"),
            ("Agro Aktiengesellschaft", "agro ag"),
            ("ANA I", "ana 1"),
            ("COMMERCIAL PARS OIL CO.", "commercial pars oil co"),
            (
                "ООО «Норд Проект» Транспортная компания",
                "ooo nord project transport co",
            ),
            ("Intl Trdg Corp", "international trading inc"),
        ] {
            assert_eq!(texts(name, false), expected, "{name}");
        }
    }

    #[test]
    fn roman_numerals_are_numbers_and_words_are_not() {
        assert_eq!((roman("xv"), roman("xx"), roman("iv")), (Some(15), Some(20), Some(4)));
        assert_eq!((roman("mix"), roman("vix"), roman("i")), (None, None, None));
    }
}
