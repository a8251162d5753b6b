//! Reference lists compiled into the program: places, goods, countries, currencies.
//!
//! Their sources stand in `reference/data/README.md`. Each list is read once, when it is first asked.

use std::{collections::BTreeMap, sync::OnceLock};

/// A place of UN/LOCODE (release 2023-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Five characters, for example `RUNVS`.
    pub code: &'static str,
    /// Digits of the functions it has; see [`Place::has`].
    pub functions: &'static str,
    /// May be empty for places with a road terminal only.
    pub name: &'static str,
}

impl Place {
    /// Has it this function: `1` port, `2` rail, `3` road, `4` airport, `5` post, `6` inland depot, `7` pipeline, `B` border crossing?
    #[must_use]
    pub fn has(&self, function: char) -> bool {
        self.functions.contains(function)
    }

    /// What it has, in words.
    #[must_use]
    pub fn functions_in_words(&self) -> String {
        let words: Vec<&str> = self.functions.chars().filter_map(function_name).collect();
        if words.is_empty() {
            "no known function".to_owned()
        } else {
            words.join(", ")
        }
    }
}

fn function_name(function: char) -> Option<&'static str> {
    Some(match function {
        '1' => "port",
        '2' => "rail terminal",
        '3' => "road terminal",
        '4' => "airport",
        '5' => "postal exchange office",
        '6' => "inland depot",
        '7' => "fixed transport",
        'B' => "border crossing",
        _ => return None,
    })
}

/// The place with this UN/LOCODE, exact: `RUNVS`.
#[must_use]
pub fn place(code: &str) -> Option<Place> {
    static LINES: OnceLock<Vec<&'static str>> = OnceLock::new();
    let lines = LINES.get_or_init(|| include_str!("reference/data/locodes.txt").lines().collect());
    let at = lines
        .binary_search_by(|line| line.split(';').next().unwrap_or_default().cmp(code))
        .ok()?;
    let mut parts = lines.get(at)?.splitn(3, ';');
    Some(Place {
        code: parts.next()?,
        functions: parts.next()?,
        name: parts.next()?,
    })
}

/// What the service can say of a six-digit code of the Harmonized System 2022.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HsStanding {
    /// It is a code of HS 2022.
    Known,
    /// It is none: its heading is listed completely without it, HS 2022 dropped it, or there is no such chapter.
    Unknown,
    /// The heading is not in the extract, or only in part: nothing can be said.
    NotInExtract,
    /// Not six digits.
    NotACode,
}

struct Heading {
    complete: bool,
    codes: Vec<&'static str>,
    dropped: Vec<&'static str>,
}

/// Where does this code stand?
#[must_use]
pub fn hs(code: &str) -> HsStanding {
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return HsStanding::NotACode;
    }
    let (heading, rest) = code.split_at(4);
    let chapter: u8 = code[..2].parse().unwrap_or(0);
    // Chapter 77 is reserved; 98 and 99 are national.
    if chapter == 0 || chapter > 97 || chapter == 77 || heading.ends_with("00") {
        return HsStanding::Unknown;
    }
    match headings().get(heading) {
        Some(known) if known.codes.contains(&rest) => HsStanding::Known,
        Some(known) if known.complete || known.dropped.contains(&rest) => HsStanding::Unknown,
        _ => HsStanding::NotInExtract,
    }
}

fn headings() -> &'static BTreeMap<&'static str, Heading> {
    static HEADINGS: OnceLock<BTreeMap<&'static str, Heading>> = OnceLock::new();
    HEADINGS.get_or_init(|| {
        let mut headings = BTreeMap::new();
        for line in include_str!("reference/data/hs2022.txt").lines() {
            let Some((mark, rest)) = line.split_at_checked(1) else {
                continue;
            };
            let mut words = rest.split_whitespace();
            let (Some(number), false) = (words.next(), mark == "#") else {
                continue;
            };
            let heading = headings.entry(number).or_insert_with(|| Heading {
                complete: false,
                codes: Vec::new(),
                dropped: Vec::new(),
            });
            heading.complete |= mark == "=";
            match mark {
                "!" => heading.dropped.extend(words),
                _ => heading.codes.extend(words),
            }
        }
        headings
    })
}

/// Chapters whose goods need an exemption to enter the Democratic People's Republic of Korea
/// (Security Council resolution 2397 (2017), paragraph 7).
pub const RESTRICTED_TO_DPRK: &str = "72-89";

/// Common high-priority items: codes that export-control authorities watch most closely (tier 1 and 2, as in the public list).
pub const HIGH_PRIORITY: &[&str] = &[
    "854231", "854232", "854233", "854239", "851762", "852691", "853221", "853224",
];

/// Does this code fall under a prefix (`1001`) or a range of chapters (`72-83`)?
#[must_use]
pub fn hs_falls_under(code: &str, prefix: &str) -> bool {
    let Some((from, to)) = prefix.split_once('-') else {
        return !prefix.is_empty() && code.starts_with(prefix);
    };
    let chapter = code.get(..2);
    let bounds = (
        from.trim().parse::<u8>(),
        to.trim().parse::<u8>(),
        chapter.map(str::parse::<u8>),
    );
    matches!(bounds, (Ok(from), Ok(to), Some(Ok(chapter))) if (from..=to).contains(&chapter))
}

fn table(text: &'static str) -> BTreeMap<&'static str, &'static str> {
    text.lines().filter_map(|line| line.split_once(';')).collect()
}

/// The short English name of an ISO 3166-1 alpha-2 country.
#[must_use]
pub fn country(code: &str) -> Option<&'static str> {
    country_table().get(code).copied()
}

/// Every country: its code and its name.
pub fn countries() -> impl Iterator<Item = (&'static str, &'static str)> {
    country_table().iter().map(|(code, name)| (*code, *name))
}

fn country_table() -> &'static BTreeMap<&'static str, &'static str> {
    static COUNTRIES: OnceLock<BTreeMap<&'static str, &'static str>> = OnceLock::new();
    COUNTRIES.get_or_init(|| table(include_str!("reference/data/countries.txt")))
}

/// The short name of a country in this language.
#[must_use]
pub fn country_in(code: &str, language: super::text::Language) -> Option<&'static str> {
    static RUSSIAN: OnceLock<BTreeMap<&'static str, &'static str>> = OnceLock::new();
    match language {
        super::text::Language::En => country(code),
        super::text::Language::Ru => RUSSIAN
            .get_or_init(|| table(include_str!("reference/data/countries_ru.txt")))
            .get(code)
            .copied(),
    }
}

/// An ISO 4217 currency that money can be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency {
    pub code: &'static str,
    /// Digits after the point; none where ISO 4217 defines none (precious metals, units of account).
    pub places: Option<u32>,
}

/// The currency with this code. `XXX` (no currency) and `XTS` (testing) are none.
#[must_use]
pub fn currency(code: &str) -> Option<Currency> {
    static CURRENCIES: OnceLock<BTreeMap<&'static str, &'static str>> = OnceLock::new();
    if matches!(code, "XXX" | "XTS") {
        return None;
    }
    let currencies = CURRENCIES.get_or_init(|| table(include_str!("reference/data/currencies.txt")));
    let (code, places) = currencies.get_key_value(code)?;
    Some(Currency {
        code,
        places: places.parse().ok(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_a_name_in_every_language() {
        for code in table(include_str!("reference/data/countries.txt")).keys() {
            let russian = country_in(code, crate::domain::text::Language::Ru);
            assert!(
                russian.is_some_and(|name| name.chars().any(|c| ('А'..='я').contains(&c))),
                "{code}"
            );
        }
    }

    #[test]
    fn the_places_of_the_public_cases_are_known_with_their_functions() {
        let named = |code| place(code).map(|place| (place.functions, place.name));
        assert_eq!(named("RUNVS"), Some(("1236", "Novorossiysk")));
        assert_eq!(named("DJJIB"), Some(("145", "Djibouti")));
        assert_eq!(named("ETMDP"), Some(("6", "Mojo Dry Port")));
        assert_eq!(named("CNDLC").map(|place| place.0), Some("4"));
        assert_eq!(named("KPSII").map(|place| place.0), Some("23"));
        assert!(!place("UASVP").unwrap().has('1'));
        for unknown in ["", "RU", "RUXXX9", "runvs", "RUNVS;", "ZZZZZ"] {
            assert_eq!(place(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn the_list_of_places_is_sorted_and_well_formed() {
        let lines: Vec<&str> = include_str!("reference/data/locodes.txt").lines().collect();
        assert!(lines.len() > 100_000);
        for pair in lines.windows(2) {
            assert!(pair[0][..5] < pair[1][..5], "{pair:?}");
        }
        for line in lines {
            let parts: Vec<&str> = line.split(';').collect();
            assert_eq!(parts.len(), 3, "{line}");
            assert!(parts[1].chars().all(|c| "01234567B".contains(c)), "{line}");
            assert!(country(&line[..2]).is_some() || &line[..2] == "XZ", "{line}");
        }
    }

    #[test]
    fn goods_are_known_unknown_or_beyond_the_extract() {
        for known in ["100199", "330499", "821420", "870332", "940690", "110100", "851762"] {
            assert_eq!(hs(known), HsStanding::Known, "{known}");
        }
        for unknown in ["940510", "100120", "770100", "000000", "990000", "100000"] {
            assert_eq!(hs(unknown), HsStanding::Unknown, "{unknown}");
        }
        assert_eq!(hs("300490"), HsStanding::NotInExtract);
        assert_eq!(hs("940511"), HsStanding::NotInExtract);
        for form in ["1001", "10019900", "1001.99", "", "10019O", "١٠٠١٩٩"] {
            assert_eq!(hs(form), HsStanding::NotACode, "{form}");
        }
    }

    #[test]
    fn prefixes_and_ranges_of_chapters() {
        assert!(hs_falls_under("100199", "1001"));
        assert!(!hs_falls_under("100199", "1003"));
        assert!(hs_falls_under("870332", "86-89") && hs_falls_under("840110", "84"));
        assert!(!hs_falls_under("900110", "72-89"));
        assert!(!hs_falls_under("100199", "") && !hs_falls_under("", "72-89"));
    }

    #[test]
    fn countries_and_currencies() {
        assert_eq!(country("ET"), Some("Ethiopia"));
        assert_eq!((country("XX"), country("et"), country("")), (None, None, None));
        assert_eq!(currency("USD").unwrap().places, Some(2));
        assert_eq!(currency("JPY").unwrap().places, Some(0));
        assert_eq!(currency("XAU").unwrap().places, None);
        for none in ["XXX", "XTS", "usd", "DEM", ""] {
            assert_eq!(currency(none), None, "{none}");
        }
    }
}
