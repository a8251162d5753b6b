//! How dates, instants, numbers and quantities are said, in each language. No-break spaces keep together what belongs
//! together.

use super::{Date, Instant, quantity::Quantity, text::Language};
use jiff::{ZonedDateTime, tz::TimeZone};

const MONTHS: [[&str; 12]; 2] = [
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ],
];

/// Units of UNECE Recommendation 20 in words: English one and many; Russian one, few and many.
const UNITS: &[(&str, [&str; 2], [&str; 3])] = &[
    ("TNE", ["tonne", "tonnes"], ["тонна", "тонны", "тонн"]),
    (
        "KGM",
        ["kilogram", "kilograms"],
        ["килограмм", "килограмма", "килограммов"],
    ),
    ("DTN", ["quintal", "quintals"], ["центнер", "центнера", "центнеров"]),
    (
        "LTN",
        ["long ton", "long tons"],
        ["длинная тонна", "длинные тонны", "длинных тонн"],
    ),
    (
        "STN",
        ["short ton", "short tons"],
        ["короткая тонна", "короткие тонны", "коротких тонн"],
    ),
    ("LBR", ["pound", "pounds"], ["фунт", "фунта", "фунтов"]),
    ("H87", ["piece", "pieces"], ["штука", "штуки", "штук"]),
];

/// `31 October 2025`, `31 октября 2025 г.`, with no-break spaces.
#[must_use]
pub fn date(language: Language, day: Date) -> String {
    let month = usize::from(day.month().unsigned_abs()).saturating_sub(1);
    match language {
        Language::En => format!("{}\u{a0}{}\u{a0}{}", day.day(), MONTHS[0][month], day.year()),
        Language::Ru => format!("{}\u{a0}{}\u{a0}{}\u{a0}г.", day.day(), MONTHS[1][month], day.year()),
    }
}

/// `January 2026`, `январь 2026 г.`
#[must_use]
pub fn month(language: Language, day: Date) -> String {
    const RUSSIAN: [&str; 12] = [
        "январь",
        "февраль",
        "март",
        "апрель",
        "май",
        "июнь",
        "июль",
        "август",
        "сентябрь",
        "октябрь",
        "ноябрь",
        "декабрь",
    ];
    let month = usize::from(day.month().unsigned_abs()).saturating_sub(1);
    match language {
        Language::En => format!("{}\u{a0}{}", MONTHS[0][month], day.year()),
        Language::Ru => format!("{}\u{a0}{}\u{a0}г.", RUSSIAN[month], day.year()),
    }
}

/// A local time with its zone and in UTC.
#[must_use]
pub fn moment(language: Language, at: Instant, zone: &TimeZone) -> String {
    let local = at.to_zoned_datetime(zone.clone());
    let day = date(language, local.date());
    let clock = clock(&local);
    if local.offset().is_zero() && zone.iana_name().is_none_or(|name| name == "UTC") {
        return format!("{day}, {clock}\u{a0}UTC");
    }
    let utc = in_utc(language, at, local.date());
    match language {
        Language::En => format!("{day}, {clock} {} ({utc})", name(zone)),
        Language::Ru => format!("{day}, {clock} по\u{a0}времени {} ({utc})", name(zone)),
    }
}

/// A deadline that is an instant: the end of a local day, where it is one.
#[must_use]
pub fn deadline(language: Language, at: Instant, zone: &TimeZone) -> String {
    let local = at.to_zoned_datetime(zone.clone());
    let day_begins = local.start_of_day().is_ok_and(|start| start == local);
    match local.date().yesterday() {
        Ok(last_day) if day_begins => end_of(language, last_day, zone),
        _ => moment(language, at, zone),
    }
}

/// The end of a local day, with its zone and in UTC. A midnight that does not exist or occurs twice is the first
/// instant of the next day.
#[must_use]
pub fn end_of(language: Language, day: Date, zone: &TimeZone) -> String {
    let end = day
        .tomorrow()
        .and_then(|next| next.to_zoned_datetime(zone.clone()))
        .and_then(|next| next.start_of_day());
    let end = end.map_or(Instant::MAX, |end| end.timestamp());
    let (written, utc) = (date(language, day), in_utc(language, end, day));
    match language {
        Language::En => format!("the end of {written}, {} time ({utc})", name(zone)),
        Language::Ru => format!("конца дня {written} по\u{a0}времени {} ({utc})", name(zone)),
    }
}

fn in_utc(language: Language, at: Instant, local_date: Date) -> String {
    let utc = at.to_zoned_datetime(TimeZone::UTC);
    let clock = clock(&utc);
    if utc.date() == local_date {
        return format!("{clock}\u{a0}UTC");
    }
    let day = date(language, utc.date());
    match language {
        Language::En => format!("{clock}\u{a0}UTC on {day}"),
        Language::Ru => format!("{clock}\u{a0}UTC {day}"),
    }
}

fn clock(at: &ZonedDateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

fn name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}

/// The form of a word that goes with this number.
#[must_use]
pub fn plural<'a>(language: Language, n: u64, one: &'a str, few: &'a str, many: &'a str) -> &'a str {
    match (language, n % 10, n % 100) {
        (Language::En, ..) if n == 1 => one,
        (Language::En, ..) => many,
        (Language::Ru, _, 11..=14) => many,
        (Language::Ru, 1, _) => one,
        (Language::Ru, 2..=4, _) => few,
        (Language::Ru, ..) => many,
    }
}

/// `240 000 tonnes`, `1,5 тонны`: thousands set apart by no-break spaces.
#[must_use]
pub fn quantity(language: Language, what: &Quantity) -> String {
    let amount = what.amount.normalize().to_string();
    let (whole, fraction) = amount.split_once('.').unwrap_or((&amount, ""));
    let mut number = grouped(whole);
    if !fraction.is_empty() {
        number.push(if language == Language::Ru { ',' } else { '.' });
        number.push_str(fraction);
    }
    let unit = UNITS.iter().find(|(code, ..)| *code == what.unit);
    let word = unit.map_or(what.unit.as_str(), |(_, en, ru)| {
        let n = whole.trim_start_matches('-').parse().unwrap_or(u64::MAX);
        match language {
            Language::En if fraction.is_empty() => plural(language, n, en[0], en[1], en[1]),
            Language::En => en[1],
            Language::Ru if fraction.is_empty() => plural(language, n, ru[0], ru[1], ru[2]),
            Language::Ru => ru[1],
        }
    });
    format!("{number}\u{a0}{word}")
}

#[must_use]
pub fn grouped(digits: &str) -> String {
    let count = digits.chars().count();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (count - index).is_multiple_of(3) && !out.ends_with('-') {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{En, Ru};

    fn plain(text: &str) -> String {
        text.replace('\u{a0}', " ")
    }

    fn zurich() -> TimeZone {
        TimeZone::get("Europe/Zurich").unwrap()
    }

    #[test]
    fn a_deadline_names_the_day_the_zone_and_utc() {
        let day: Date = "2025-10-31".parse().unwrap();
        let en = end_of(En, day, &zurich());
        assert_eq!(plain(&en), "the end of 31 October 2025, Europe/Zurich time (23:00 UTC)");
        let ru = end_of(Ru, day, &zurich());
        assert_eq!(
            plain(&ru),
            "конца дня 31 октября 2025 г. по времени Europe/Zurich (23:00 UTC)"
        );
        let instant = deadline(En, "2025-10-31T23:00:00Z".parse().unwrap(), &zurich());
        assert_eq!(instant, en);
    }

    #[test]
    fn a_deadline_west_of_utc_says_which_utc_day_is_meant() {
        let new_york = TimeZone::get("America/New_York").unwrap();
        let en = end_of(En, "2025-10-31".parse().unwrap(), &new_york);
        assert_eq!(
            plain(&en),
            "the end of 31 October 2025, America/New_York time (04:00 UTC on 1 November 2025)"
        );
    }

    #[test]
    fn a_midnight_that_occurs_twice_or_never_is_the_first_instant_of_the_next_day() {
        let cairo = TimeZone::get("Africa/Cairo").unwrap();
        let en = end_of(En, "2024-04-25".parse().unwrap(), &cairo);
        assert!(plain(&en).ends_with("(22:00 UTC)"), "{en}");
    }

    #[test]
    fn a_moment_that_is_no_midnight_keeps_its_time() {
        let at = "2025-11-06T08:30:00Z".parse().unwrap();
        assert_eq!(
            plain(&moment(En, at, &zurich())),
            "6 November 2025, 09:30 Europe/Zurich (08:30 UTC)"
        );
        assert_eq!(
            plain(&deadline(Ru, at, &zurich())),
            "6 ноября 2025 г., 09:30 по времени Europe/Zurich (08:30 UTC)"
        );
        assert_eq!(plain(&moment(En, at, &TimeZone::UTC)), "6 November 2025, 08:30 UTC");
    }

    #[test]
    fn russian_counts_one_few_and_many() {
        let form = |n| plural(Ru, n, "пункт", "пункта", "пунктов");
        let expected = [
            (0, "пунктов"),
            (1, "пункт"),
            (2, "пункта"),
            (5, "пунктов"),
            (11, "пунктов"),
            (12, "пунктов"),
        ];
        for (n, word) in expected {
            assert_eq!(form(n), word, "{n}");
        }
        assert_eq!(
            (form(21), form(22), form(111), form(121)),
            ("пункт", "пункта", "пунктов", "пункт")
        );
        assert_eq!(plural(En, 21, "item", "items", "items"), "items");
    }

    #[test]
    fn quantities_are_said_in_words_with_thousands_apart() {
        let of = |amount: &str, unit: &str| Quantity {
            amount: amount.parse().unwrap(),
            unit: unit.to_owned(),
        };
        assert_eq!(quantity(En, &of("240000", "TNE")), "240\u{a0}000\u{a0}tonnes");
        assert_eq!(quantity(Ru, &of("233099", "TNE")), "233\u{a0}099\u{a0}тонн");
        assert_eq!(quantity(Ru, &of("1", "TNE")), "1\u{a0}тонна");
        assert_eq!(quantity(Ru, &of("1.50", "TNE")), "1,5\u{a0}тонны");
        assert_eq!(
            quantity(En, &of("1234567.25", "XYZ")),
            "1\u{a0}234\u{a0}567.25\u{a0}XYZ"
        );
    }
}
