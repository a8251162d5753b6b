//! Other scripts in Latin letters. `any_ascii` does the bulk; Arabic and Hangul need to be prepared for it.

use super::{families, readings};
use any_ascii::any_ascii_char;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower-case ASCII, with spaces where other scripts write words together; marks that only direct or decorate are gone.
pub(super) fn latin(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // A silent `h` before the mark that parts the ending from it (Persian).
    let text = text.replace("ه\u{200c}", "ا");
    let composed: String = text.nfkc().filter(|c| !is_invisible(*c)).collect();
    let composed = readings::translated(&composed);
    let mut out = String::with_capacity(composed.len() + 8);
    for word in composed.split_inclusive(char::is_whitespace) {
        if word.chars().any(is_arabic) {
            arabic_word(word, &mut out);
        } else {
            other_word(word, &mut out);
        }
    }
    out.make_ascii_lowercase();
    out.replace("abd allah", "abdallah")
}

/// The same as it might be read otherwise.
pub(super) fn second(text: &str) -> Option<String> {
    if text.is_ascii() && !text.bytes().any(|b| matches!(b, b'j' | b'J' | b'w' | b'W')) {
        return None;
    }
    let composed: String = text.nfkc().filter(|c| !is_invisible(*c)).collect();
    readings::second(&composed)
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{640}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || (is_combining_mark(c) && !('\u{1100}'..='\u{11ff}').contains(&c))
}

pub(super) fn is_arabic(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}')
}

fn other_word(word: &str, out: &mut String) {
    for c in word.chars() {
        match c {
            '\u{ac00}'..='\u{d7a3}' => {
                out.push(' ');
                hangul(c, out);
            }
            // Apostrophes are not letters, and soft and hard signs are not heard.
            '‘' | '’' | 'ʼ' | 'ʻ' | 'ʾ' | 'ʿ' | '`' | '´' | 'ь' | 'ъ' | 'Ь' | 'Ъ' => out.push('\''),
            _ if c.is_alphanumeric() => {
                // A Han character is a syllable.
                if ('\u{3400}'..='\u{9fff}').contains(&c) {
                    out.push(' ');
                }
                out.push_str(any_ascii_char(c));
            }
            _ if c.is_ascii() => out.push(c),
            _ => out.push(' '),
        }
    }
}

/// Words with the article written on to them are taken apart: `السلام` is `al salam`, `عبدالله` is `abdallah`.
fn arabic_word(word: &str, out: &mut String) {
    let known = ARABIC_WORDS.iter().find(|(arabic, _)| *arabic == word.trim());
    if let Some(latin) = known.map(|(_, latin)| *latin).or_else(|| families::arabic(word.trim())) {
        out.push_str(latin);
        out.extend(word.chars().filter(|c| c.is_whitespace()));
        return;
    }
    let letters: Vec<char> = word.chars().collect();
    let begins = |prefix: &str| {
        let count = prefix.chars().count();
        letters.len() > count + 1 && letters.iter().copied().zip(prefix.chars()).all(|(a, b)| a == b)
    };
    let mut rest = letters.as_slice();
    if begins("عبد") && !begins("عبدو") && letters.len() > 5 {
        out.push_str("abd ");
        rest = &letters[3..];
    }
    let god = |rest: &[char]| rest.starts_with(&['ا', 'ل', 'ل', 'ه']) || rest.starts_with(&['ا', 'ل', 'ل', 'ہ']);
    if god(rest) {
        out.push_str("allah");
        rest = &rest[4..];
    } else if rest.len() > 3 && rest.starts_with(&['ا', 'ل']) {
        out.push_str("al ");
        rest = &rest[2..];
    }
    let name: String = rest.iter().filter(|c| !c.is_whitespace()).collect();
    if let Some(latin) = families::arabic(&name) {
        out.push_str(latin);
        out.extend(rest.iter().filter(|c| c.is_whitespace()));
        return;
    }
    for (at, c) in rest.iter().enumerate() {
        let beside = [at.checked_sub(1).and_then(|before| rest.get(before)), rest.get(at + 1)];
        let vowel = |c: Option<&char>| matches!(c, Some('ا' | 'أ' | 'آ'));
        arabic_letter(*c, at == 0 || beside.into_iter().any(vowel), out);
    }
}

/// Arabic and Persian words that stand in many names and have a fixed form in Latin letters.
const ARABIC_WORDS: &[(&str, &str)] = &[
    ("ولد", "ould"),
    ("بن", "bin"),
    ("ابن", "ibn"),
    ("بنت", "bint"),
    ("ابو", "abu"),
    ("أبو", "abu"),
    ("ابي", "abi"),
    ("ام", "umm"),
    ("أم", "umm"),
    ("و", "and"),
    ("في", "fi"),
    ("من", "min"),
    ("شركة", "company"),
    ("شرکت", "company"),
    ("کمپنی", "company"),
    ("بنك", "bank"),
    ("بانک", "bank"),
    ("مصرف", "bank"),
    ("مجموعة", "group"),
    ("گروه", "group"),
    ("القابضة", "holding"),
    ("الدولية", "international"),
    ("للتجارة", "trading"),
    ("دمشق", "damascus"),
    ("العراق", "iraq"),
    ("اليمن", "yemen"),
    ("سوريا", "syria"),
    ("سورية", "syria"),
    ("ليبيا", "libya"),
    ("لبنان", "lebanon"),
    ("حاجی", "haji"),
    ("حاجي", "haji"),
];

/// Half-vowels are vowels between consonants, and consonants at the beginning and beside a vowel.
fn arabic_letter(c: char, first: bool, out: &mut String) {
    match c {
        'ا' | 'أ' | 'آ' | 'ٱ' | 'ى' | 'ة' | 'ع' => out.push('a'),
        'إ' | 'ئ' => out.push('i'),
        'ؤ' => out.push('u'),
        'ء' => {}
        'و' => out.push(if first { 'w' } else { 'u' }),
        'ي' | 'ی' | 'ې' => out.push(if first { 'y' } else { 'i' }),
        _ if c.is_alphanumeric() => out.push_str(any_ascii_char(c)),
        _ => out.push(' '),
    }
}

/// A Hangul syllable in the spelling used on the peninsula's north, which the lists follow.
fn hangul(c: char, out: &mut String) {
    const FIRST: [&str; 19] = [
        "k", "kk", "n", "t", "tt", "r", "m", "p", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h",
    ];
    const MIDDLE: [&str; 21] = [
        "a", "ae", "ya", "yae", "o", "e", "yo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "u",
        "ui", "i",
    ];
    const LAST: [&str; 28] = [
        "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng",
        "t", "t", "k", "t", "p", "t",
    ];
    let at = c as usize - 0xac00;
    let parts = [FIRST.get(at / 588), MIDDLE.get(at % 588 / 28), LAST.get(at % 28)];
    for part in parts.into_iter().flatten() {
        out.push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use super::latin;

    #[test]
    fn cyrillic_arabic_and_hangul_become_latin() {
        for (text, expected) in [
            ("ЕНИСЕЙ", "enisey"),
            ("Юрьевич", "yur'evich"),
            ("عبد الله", "abdallah"),
            ("عبدالله", "abdallah"),
            ("عبدالرحمن", "abd al rahman"),
            ("محمد بن سلمان", "muhammad bin slman"),
            ("خامنه\u{200c}ای", "khamnaay"),
            ("大连物流有限公司", " da lian logistics ltd "),
            ("السلام", "al slam"),
            ("محمود", "mahmud"),
            ("يوسف", "yusuf"),
            ("김정은", " kim jong un"),
            ("Müller", "muller"),
            ("Sa\u{2019}ad", "sa'ad"),
            ("ﷴ", "muhammad"),
            ("مـحـمـد", "muhammad"),
        ] {
            assert_eq!(
                latin(text).split_whitespace().collect::<Vec<_>>().join(" "),
                expected.trim(),
                "{text}"
            );
        }
    }
}
