//! Words of other scripts that have a fixed translation in listed names, and second ways to read a text.

use super::script::is_arabic;

/// Chinese and Korean words that lists translate, the longest first.
const TRANSLATED: &[(&str, &str)] = &[
    ("有限责任公司", "ltd"),
    ("有限責任公司", "ltd"),
    ("股份有限公司", "ltd"),
    ("有限公司", "ltd"),
    ("进出口", "import export"),
    ("進出口", "import export"),
    ("公司", "company"),
    ("集团", "group"),
    ("集團", "group"),
    ("银行", "bank"),
    ("銀行", "bank"),
    ("贸易", "trading"),
    ("貿易", "trading"),
    ("海运", "shipping"),
    ("海運", "shipping"),
    ("航运", "shipping"),
    ("航運", "shipping"),
    ("船务", "shipping"),
    ("船務", "shipping"),
    ("海连", "shipping"),
    ("油轮", "tanker"),
    ("油輪", "tanker"),
    ("物流", "logistics"),
    ("科技", "technology"),
    ("技术", "technology"),
    ("技術", "technology"),
    ("机械", "machinery"),
    ("機械", "machinery"),
    ("工业", "industry"),
    ("工業", "industry"),
    ("实业", "industrial"),
    ("實業", "industrial"),
    ("发展", "development"),
    ("發展", "development"),
    ("开发", "development"),
    ("開發", "development"),
    ("矿业", "mining"),
    ("礦業", "mining"),
    ("国际", "international"),
    ("國際", "international"),
    ("投资", "investment"),
    ("投資", "investment"),
    ("石油", "petroleum"),
    ("化工", "chemical"),
    ("电子", "electronics"),
    ("電子", "electronics"),
    ("能源", "energy"),
    ("粮食", "grain"),
    ("香港", "hongkong"),
    ("朝鲜", "korea"),
    ("朝鮮", "korea"),
    ("주식회사", "ltd"),
    ("총회사", "general corporation"),
    ("회사", "corporation"),
    ("은행", "bank"),
    ("무역", "trading"),
    ("해운", "shipping"),
    ("선박", "shipping"),
    ("광업", "mining"),
    ("개발", "development"),
    ("건설", "construction"),
    ("기계", "machinery"),
    ("석탄", "coal"),
    ("대외", "foreign"),
    ("인민군", "people army"),
    ("조선", "korea"),
];

/// With the words that lists translate in Latin letters.
pub(super) fn translated(text: &str) -> String {
    let mut text = text.to_owned();
    for (word, latin) in TRANSLATED {
        if text.contains(word) {
            text = text.replace(word, &format!(" {latin} "));
        }
    }
    text
}

/// The text as somebody else would read it: Arabic letters that are consonants here and vowels there, or other sounds
/// in Persian; Latin letters of the scholars' and the German ways to write Russian.
pub(super) fn second(text: &str) -> Option<String> {
    if text.chars().any(is_arabic) {
        return Some(consonants(text));
    }
    let caron = text
        .chars()
        .any(|c| matches!(c, 'č' | 'š' | 'ž' | 'ć' | 'Č' | 'Š' | 'Ž' | 'Ć' | 'đ' | 'ё'));
    let lower = text.to_lowercase();
    let slavic = ["ij", "ej", "aj", "yj"]
        .iter()
        .any(|end| lower.split_whitespace().any(|word| word.ends_with(end)));
    let german = ["schtsch", "tsch", "jew", "iew"]
        .iter()
        .any(|group| lower.contains(group))
        || lower
            .split_whitespace()
            .any(|word| word.ends_with("ow") || word.ends_with("ew"));
    (caron || slavic || german).then(|| scholars(&lower))
}

fn consonants(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    for (at, c) in letters.iter().enumerate() {
        let inside = at > 0 && letters.get(at - 1).is_some_and(|before| before.is_alphanumeric());
        match c {
            'و' if inside => out.push('v'),
            'ض' | 'ذ' | 'ظ' => out.push('z'),
            'ث' => out.push('s'),
            'ى' | 'ﻯ' | 'ﻰ' => out.push('ی'),
            'ي' | 'ی' if inside => out.push('y'),
            _ => out.push(*c),
        }
    }
    out
}

fn scholars(text: &str) -> String {
    const LETTERS: &[(&str, &str)] = &[
        ("schtsch", "shch"),
        ("tsch", "ch"),
        ("sch", "sh"),
        ("šč", "shch"),
        ("č", "ch"),
        ("ć", "ch"),
        ("š", "sh"),
        ("ž", "zh"),
        ("đ", "dj"),
        ("ij", "iy"),
        ("ej", "ey"),
        ("aj", "ay"),
        ("oj", "oy"),
        ("yj", "yy"),
        ("ja", "ya"),
        ("je", "ye"),
        ("ju", "yu"),
        ("jo", "yo"),
        ("w", "v"),
    ];
    LETTERS
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::{second, translated};

    #[test]
    fn a_second_reading_where_there_is_one() {
        for (text, expected) in [
            ("Jurij Kovalčuk", Some("yuriy kovalchuk")),
            ("Jewgenij Prigoschin", Some("yevgeniy prigoshin")),
            ("Ramsan Kadyrow", Some("ramsan kadyrov")),
            ("Jamal Jones", None),
            ("CARGILL", None),
        ] {
            assert_eq!(second(text).as_deref(), expected, "{text}");
        }
        assert_eq!(second("فدوى").as_deref(), Some("فدvی"));
    }

    #[test]
    fn words_that_lists_translate() {
        let words = translated("珠海振戎有限公司");
        assert_eq!(words.trim(), "珠海振戎 ltd");
    }
}
