//! Legal forms: however long they are written, one word each.

use aho_corasick::{AhoCorasick, MatchKind};
use rapidfuzz::distance::osa;
use std::sync::OnceLock;

/// The word that stands for a form, and how the form is written (after transliteration, marks gone, dots joined).
const FORMS: &[(&str, &[&str])] = &[
    (
        "ltd",
        &[
            "limited liability company",
            "limited liability co",
            "limited liability partnership",
            "private limited company",
            "company limited",
            "co limited",
            "co ltd",
            "pte ltd",
            "pte limited",
            "pvt ltd",
            "pvt limited",
            "private limited",
            "private ltd",
            "limited",
            "ltd",
            "ltda",
            "limitada",
            "lda",
            "llc",
            "llp",
            "l l c",
            "ltd sti",
            "limited sirketi",
            "sdn bhd",
            "ltd co",
            "fze",
            "fzc",
            "fzco",
            "fz llc",
            "free zone company",
            "free zone establishment",
            "wll",
            "pty ltd",
            "pty",
        ],
    ),
    (
        "gmbh",
        &[
            "gesellschaft mit beschrankter haftung",
            "gesellschaft mbh",
            "ges mbh",
            "gesmbh",
            "gmbh co kg",
            "gmbh",
            "g m b h",
        ],
    ),
    ("ag", &["aktiengesellschaft", "ag"]),
    ("kg", &["kommanditgesellschaft", "kg"]),
    (
        "ooo",
        &[
            "obshchestvo s ogranichennoi otvetstvennostyu",
            "obshchestvo s ogranichennoy otvetstvennostyu",
            "obschestvo s ogranichennoy otvetstvennostyu",
            "tovarystvo z obmezhenoyu vidpovidalnistyu",
            "tov",
            "too",
            "ooo",
        ],
    ),
    (
        "oao",
        &[
            "otkrytoe aktsionernoe obshchestvo",
            "otkrytoye aktsionernoye obshchestvo",
            "publichnoe aktsionernoe obshchestvo",
            "publichnoye aktsionernoye obshchestvo",
            "zakrytoe aktsionernoe obshchestvo",
            "zakrytoye aktsionernoye obshchestvo",
            "aktsionernoe obshchestvo",
            "aktsionernoye obshchestvo",
            "open joint stock company",
            "public joint stock company",
            "closed joint stock company",
            "private joint stock company",
            "joint stock company",
            "joint stock co",
            "jsc",
            "ojsc",
            "pjsc",
            "cjsc",
            "oao",
            "pao",
            "zao",
            "ao",
            "prjsc",
            "pat",
            "private jsc",
            "public jsc",
        ],
    ),
    (
        "sa",
        &[
            "sociedad anonima de capital variable",
            "sociedad anonima",
            "societe anonyme",
            "sociedade anonima",
            "sa de cv",
            "s a de c v",
            "sa",
            "s a",
            "sab de cv",
            "saa",
            "sapi de cv",
            "spa",
            "societa per azioni",
            "saic",
        ],
    ),
    (
        "srl",
        &[
            "sociedad de responsabilidad limitada de capital variable",
            "sociedad de responsabilidad limitada",
            "societe a responsabilite limitee",
            "societa a responsabilita limitata",
            "s de rl de cv",
            "s de rl",
            "srl",
            "sarl",
            "sprl",
            "eurl",
        ],
    ),
    (
        "sas",
        &[
            "sociedad por acciones simplificada",
            "societe par actions simplifiee",
            "sas",
            "s a s",
        ],
    ),
    (
        "scs",
        &[
            "sociedad en comandita simple",
            "sociedad en comandita",
            "s en c",
            "scs",
            "sca",
            "s c s",
            "s en c s",
        ],
    ),
    ("bv", &["besloten vennootschap", "bv", "b v"]),
    ("nv", &["naamloze vennootschap", "nv", "n v"]),
    (
        "inc",
        &[
            "incorporated",
            "inc",
            "corporation",
            "corp",
            "plc",
            "public limited company",
        ],
    ),
    (
        "co",
        &[
            "company",
            "co",
            "compania",
            "compagnie",
            "companhia",
            "kompaniya",
            "kompania",
            "kompaniia",
            "cia",
            "y cia",
            "e cia",
            "sherkat",
            "sharikat",
            "and co",
        ],
    ),
    ("doo", &["doo", "d o o", "drustvo s ogranicenom odgovornoscu", "dooel"]),
    ("ad", &["aktsionerno druzhestvo", "akcionarsko drustvo"]),
    (
        "spzoo",
        &["sp z oo", "sp zoo", "spolka z ograniczona odpowiedzialnoscia"],
    ),
    ("as", &["anonim sirketi", "a s", "aksjeselskap", "aktieselskab"]),
    ("ab", &["aktiebolag"]),
    ("oy", &["osakeyhtio", "oyj"]),
    ("eood", &["eood", "ood", "ead"]),
    ("sro", &["sro", "s r o", "spol sro"]),
    ("kft", &["kft", "korlatolt felelossegu tarsasag"]),
    ("ca", &["compania anonima", "ca"]),
    (
        "fgup",
        &[
            "federalnoe gosudarstvennoe unitarnoe predpriyatie",
            "federal state unitary enterprise",
            "fgup",
            "fsue",
        ],
    ),
];

struct Forms {
    finder: AhoCorasick,
    canonical: Vec<&'static str>,
}

fn forms() -> Option<&'static Forms> {
    static FOUND: OnceLock<Option<Forms>> = OnceLock::new();
    FOUND
        .get_or_init(|| {
            let pairs = FORMS
                .iter()
                .flat_map(|(canonical, written)| written.iter().map(|form| (*canonical, format!(" {form} "))));
            let (canonical, patterns): (Vec<_>, Vec<_>) = pairs.unzip();
            let finder = AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .build(patterns)
                .ok()?;
            Some(Forms { finder, canonical })
        })
        .as_ref()
}

/// Where forms stand in a text of words (with a space before and after it): begin, end, and the word for it.
pub(super) fn find(text: &str) -> Vec<(usize, usize, &'static str)> {
    let Some(forms) = forms() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut from = 0;
    // One after the other: two forms side by side share the space between them.
    while let Some(hit) = forms.finder.find(aho_corasick::Input::new(text).span(from..text.len())) {
        let canonical = forms.canonical.get(hit.pattern().as_usize()).copied().unwrap_or("");
        found.push((hit.start() + 1, hit.end() - 1, canonical));
        from = hit.end() - 1;
    }
    found
}

/// Long words of forms that are worth mending.
const LONG: &[&str] = &[
    "company",
    "limited",
    "corporation",
    "incorporated",
    "aktiengesellschaft",
    "gesellschaft",
    "obshchestvo",
    "aktsionernoe",
    "sociedad",
    "limitada",
];

/// A long word of a form with one slip in it, as it should be.
pub(super) fn mended(word: &str) -> Option<&'static str> {
    let near = |long: &&&str| {
        let ends =
            word.as_bytes().first() == long.as_bytes().first() || word.as_bytes().last() == long.as_bytes().last();
        ends && word.len().abs_diff(long.len()) < 2 && osa::distance(word.bytes(), long.bytes()) == 1
    };
    LONG.iter().find(near).copied()
}

/// How alike two forms are: the same, or both a limited company, or both a joint-stock company.
pub(super) fn alike(one: &str, other: &str) -> f64 {
    const LIMITED: &[&str] = &["ltd", "gmbh", "ooo", "srl", "bv", "doo", "spzoo", "sro", "kft", "co"];
    const STOCK: &[&str] = &["ag", "oao", "sa", "nv", "inc", "ad", "as", "ab", "oy", "co", "sas"];
    if one == other {
        1.0
    } else if [LIMITED, STOCK]
        .iter()
        .any(|group| group.contains(&one) && group.contains(&other))
    {
        0.8
    } else {
        0.4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_in_a_long_word_is_mended() {
        assert_eq!(
            (mended("cormpany"), mended("lemited")),
            (Some("company"), Some("limited"))
        );
        assert_eq!(
            (mended("company"), mended("united"), mended("compania")),
            (None, None, None)
        );
    }

    #[test]
    fn long_and_short_forms_are_one() {
        for (text, expected) in [
            (" siemens aktiengesellschaft ", "ag"),
            (" muster gesellschaft mit beschrankter haftung ", "gmbh"),
            (" open joint stock company rosneft ", "oao"),
            (" rirfus sa de cv ", "sa"),
        ] {
            assert_eq!(find(text).first().map(|form| form.2), Some(expected), "{text}");
        }
        assert!(find(" sapphire agro ").is_empty());
        assert_eq!(find(" tehran co ltd inc ").len(), 2);
    }
}
