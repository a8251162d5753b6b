//! A figure from 0 to 100, computed the way Treasury describes its own search (FAQ 249): the better of
//! Jaro-Winkler over the whole text and, word by word, of Jaro-Winkler with Soundex. For information only.

use rapidfuzz::distance::jaro_winkler;

/// The figure for two names of plain words.
pub(in crate::screening) fn figure(asked: &[&str], listed: &[&str]) -> u8 {
    let (whole_asked, whole_listed) = (asked.join(" "), listed.join(" "));
    let same_first = whole_asked.chars().next() == whole_listed.chars().next();
    let whole = if same_first {
        similarity(&whole_asked, &whole_listed)
    } else {
        0.0
    };
    let best = |word: &&str| {
        let all = listed.iter().map(|other| {
            if soundex(word) == soundex(other) {
                similarity(word, other).max(0.9)
            } else {
                similarity(word, other)
            }
        });
        all.fold(0.0, f64::max)
    };
    let by_word = if asked.is_empty() || listed.is_empty() {
        0.0
    } else {
        asked.iter().map(best).sum::<f64>() / asked.len().max(listed.len()) as f64
    };
    (whole.max(by_word) * 100.0).round().clamp(0.0, 100.0) as u8
}

fn similarity(one: &str, other: &str) -> f64 {
    jaro_winkler::similarity(one.bytes(), other.bytes())
}

/// The first letter and three digits for the consonants after it.
fn soundex(word: &str) -> String {
    let code = |c: char| match c {
        'b' | 'f' | 'p' | 'v' => '1',
        'c' | 'g' | 'j' | 'k' | 'q' | 's' | 'x' | 'z' => '2',
        'd' | 't' => '3',
        'l' => '4',
        'm' | 'n' => '5',
        'r' => '6',
        _ => '0',
    };
    let mut out = String::new();
    let mut last = '0';
    for c in word.chars() {
        let digit = code(c);
        if out.is_empty() {
            out.push(c);
        } else if digit != '0' && digit != last {
            out.push(digit);
        }
        // h and w do not part equal sounds.
        if !matches!(c, 'h' | 'w') {
            last = digit;
        }
    }
    out.truncate(4);
    format!("{out:0<4}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soundex_as_it_is_known() {
        for (word, code) in [
            ("robert", "r163"),
            ("rupert", "r163"),
            ("ashcraft", "a261"),
            ("tymczak", "t522"),
        ] {
            assert_eq!(soundex(word), code);
        }
    }

    #[test]
    fn the_figure_runs_from_0_to_100() {
        assert_eq!(figure(&["enisey"], &["enisey"]), 100);
        assert_eq!(figure(&[], &["enisey"]), 0);
        assert!(figure(&["yenisei"], &["enisey"]) < 100);
    }
}
