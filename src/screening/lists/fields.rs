//! Countries and dates, as the lists write them, in one form.

use super::Oddity;
use crate::domain::{identifier, reference};
use std::{collections::HashMap, sync::OnceLock};

/// Names the lists use beside those of ISO 3166.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("russia", "RU"),
    ("iran", "IR"),
    ("syria", "SY"),
    ("korea, north", "KP"),
    ("north korea", "KP"),
    ("democratic people's republic of korea", "KP"),
    ("dprk", "KP"),
    ("korea, south", "KR"),
    ("south korea", "KR"),
    ("republic of korea", "KR"),
    ("venezuela", "VE"),
    ("bolivia", "BO"),
    ("tanzania", "TZ"),
    ("moldova", "MD"),
    ("vietnam", "VN"),
    ("laos", "LA"),
    ("burma", "MM"),
    ("brunei", "BN"),
    ("czech republic", "CZ"),
    ("turkey", "TR"),
    ("taiwan", "TW"),
    ("hong kong", "HK"),
    ("macau", "MO"),
    ("palestinian", "PS"),
    ("west bank", "PS"),
    ("gaza", "PS"),
    ("region: gaza", "PS"),
    ("congo, democratic republic of the", "CD"),
    ("democratic republic of the congo", "CD"),
    ("congo, republic of the", "CG"),
    ("ivory coast", "CI"),
    ("cote d'ivoire", "CI"),
    ("cote d ivoire", "CI"),
    ("cape verde", "CV"),
    ("swaziland", "SZ"),
    ("macedonia", "MK"),
    ("the gambia", "GM"),
    ("bahamas, the", "BS"),
    ("gambia, the", "GM"),
    ("virgin islands, british", "VG"),
    ("british virgin islands", "VG"),
    ("united states", "US"),
    ("united states of america", "US"),
    ("usa", "US"),
    ("united kingdom", "GB"),
    ("great britain", "GB"),
    ("uk", "GB"),
    ("uae", "AE"),
    ("netherlands", "NL"),
    ("the netherlands", "NL"),
    ("netherlands antilles", "AN"),
    ("kosovo", "XK"),
    ("saint kitts and nevis", "KN"),
    ("st. vincent and the grenadines", "VC"),
    ("saint vincent and the grenadines", "VC"),
    ("region: crimea", "UA"),
    ("crimea", "UA"),
    ("islamic republic of iran", "IR"),
    ("iran (islamic republic of)", "IR"),
    ("syrian arab republic", "SY"),
    ("russian federation", "RU"),
    ("libya", "LY"),
    ("libyan arab jamahiriya", "LY"),
    ("united republic of tanzania", "TZ"),
    ("central african republic", "CF"),
];

/// The ISO 3166 code of a country, or the text as it stands.
pub(super) fn country(text: &str) -> String {
    static NAMES: OnceLock<HashMap<String, &'static str>> = OnceLock::new();
    let text = text.trim();
    if text.len() == 2 && text.is_ascii() {
        let code = text.to_ascii_uppercase();
        if reference::country(&code).is_some() {
            return code;
        }
    }
    let names = NAMES.get_or_init(|| {
        let iso = reference::countries().map(|(code, name)| (name.to_lowercase(), code));
        iso.chain(OTHER_NAMES.iter().map(|(name, code)| ((*name).to_owned(), *code)))
            .collect()
    });
    let key = text.to_lowercase();
    names
        .get(&key)
        .map_or_else(|| text.to_owned(), |code| (*code).to_owned())
}

/// Adds a country once.
pub(super) fn add_country(countries: &mut Vec<String>, text: &str) {
    add(countries, &country(text));
}

/// Adds a text once, unless it is empty.
pub(super) fn add(list: &mut Vec<String>, text: &str) {
    let text = text.trim();
    if !text.is_empty() && !list.iter().any(|known| known == text) {
        list.push(text.to_owned());
    }
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// `12 Dec 1950`, `Dec 1950`, `circa 1951`, `1950 to 1955`, `12/12/1950`, `00/00/1950`, `1950-12-12` as `1950-12-12`, `1950-12`, `1951`, `1950/1955`.
pub(super) fn date(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('.');
    let text = text.strip_prefix("circa").unwrap_or(text).trim();
    if let Some((from, to)) = text.split_once(" to ").or_else(|| text.split_once(" and ")) {
        let (from, to) = (date(from)?, date(to)?);
        return Some(format!("{}/{}", from.get(..4)?, to.get(..4)?));
    }
    let text = text.split('T').next().unwrap_or(text);
    let parts: Vec<&str> = text
        .split([' ', '-', '/', '.'])
        .filter(|part| !part.is_empty())
        .collect();
    // `dd/mm/1950`: the day and the month are not known.
    let number = |text: &str| match text {
        "dd" | "mm" => Some(0),
        text => text.parse::<u16>().ok(),
    };
    let month = |text: &str| match number(text) {
        Some(month) => (month <= 12).then_some(month),
        None => {
            let begin = text.get(..3)?.to_ascii_lowercase();
            Some(MONTHS.iter().position(|known| *known == begin)? as u16 + 1)
        }
    };
    let (year, month, day) = match parts[..] {
        [year] => (number(year)?, 0, 0),
        [first, second] if first.len() == 4 && number(first).is_some() => (number(first)?, month(second)?, 0),
        [first, second] => (number(second)?, month(first)?, 0),
        [first, second, third] if first.len() == 4 => (number(first)?, month(second)?, number(third)?),
        [first, second, third] => (number(third)?, month(second)?, number(first)?),
        _ => return None,
    };
    if !(1000..=2999).contains(&year) || day > 31 {
        return None;
    }
    Some(match (month, day) {
        (0, _) => format!("{year:04}"),
        (_, 0) => format!("{year:04}-{month:02}"),
        _ => format!("{year:04}-{month:02}-{day:02}"),
    })
}

/// What is wrong with a number, in words, if its scheme has a rule.
pub(super) fn number_fault(scheme: &str, value: &str) -> Option<Oddity> {
    let known = identifier::Scheme::named(scheme)?;
    let (label, value) = (known.label().to_owned(), value.to_owned());
    Some(match identifier::fault(known, &value)? {
        identifier::Fault::Shape(shape) => Oddity::Shape {
            label,
            value,
            shape: shape.to_owned(),
        },
        identifier::Fault::CheckDigit { expected } => Oddity::CheckDigit { label, value, expected },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_however_they_are_written() {
        for (written, expected) in [
            ("10 Dec 1948", "1948-12-10"),
            ("Dec 1948", "1948-12"),
            ("1936", "1936"),
            ("circa 1951", "1951"),
            ("1950 to 1955", "1950/1955"),
            ("01 Jan 1950 to 31 Dec 1955", "1950/1955"),
            ("12/03/1950", "1950-03-12"),
            ("00/00/1950", "1950"),
            ("dd/mm/1950", "1950"),
            ("dd/07/1950", "1950-07"),
            ("1950-12-12", "1950-12-12"),
            ("1967-05", "1967-05"),
            ("2026-02-27T00:00:09.554Z", "2026-02-27"),
        ] {
            assert_eq!(date(written).as_deref(), Some(expected), "{written}");
        }
        for nothing in ["", "unknown", "99 Xyz 1950", "1", "12345", "ä", "日本 1950"] {
            assert_eq!(date(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn countries_by_name_or_code() {
        for (written, code) in [
            ("Russia", "RU"),
            ("Korea, North", "KP"),
            ("ru", "RU"),
            ("Egypt", "EG"),
            ("undetermined", "undetermined"),
        ] {
            assert_eq!(country(written), code);
        }
    }

    #[test]
    fn a_wrong_check_digit_is_told() {
        assert!(number_fault("IMO", "9079169").is_none());
        assert!(number_fault("IMO", "9079160").is_some_and(|odd| odd.to_string().contains("should be 9")));
        assert!(number_fault("PASSPORT", "x").is_none());
    }
}
