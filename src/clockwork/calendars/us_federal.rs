//! United States federal holidays, by rule: 5 U.S.C. 6103.

use super::day;
use crate::{clockwork::calendar::Calendar, domain::Date};
use jiff::civil::Weekday::{self, Monday, Saturday, Sunday, Thursday};
use std::{collections::BTreeSet, ops::RangeInclusive};

const YEARS: RangeInclusive<i16> = 2024..=2028;

pub(in crate::clockwork) fn version_1() -> Calendar {
    Calendar {
        id: "us-federal@1",
        name: "United States: federal holidays as observed",
        source: "5 U.S.C. 6103(a) and, for days off on a weekend, 6103(b) (Saturday: the Friday before) and Executive \
                 Order 11582 (Sunday: the Monday after), for offices that work Monday to Friday. Left out: Inauguration \
                 Day (the Washington area only) and days on which single executive orders closed offices.",
        years: Some(YEARS),
        // New Year's Day of the year after may be observed on the last day of the last year.
        holidays: (*YEARS.start()..=*YEARS.end() + 1)
            .flat_map(holidays_of)
            .map(observed)
            .filter(|holiday| YEARS.contains(&holiday.year()))
            .collect::<BTreeSet<_>>(),
    }
}

/// The eleven holidays of one year, on their own days.
fn holidays_of(year: i16) -> [Date; 11] {
    [
        day(year, 1, 1),            // New Year's Day
        nth(year, 1, 3, Monday),    // Birthday of Martin Luther King, Jr.
        nth(year, 2, 3, Monday),    // Washington's Birthday
        last(year, 5, Monday),      // Memorial Day
        day(year, 6, 19),           // Juneteenth National Independence Day
        day(year, 7, 4),            // Independence Day
        nth(year, 9, 1, Monday),    // Labor Day
        nth(year, 10, 2, Monday),   // Columbus Day
        day(year, 11, 11),          // Veterans Day
        nth(year, 11, 4, Thursday), // Thanksgiving Day
        day(year, 12, 25),          // Christmas Day
    ]
}

/// The n-th such weekday of a month.
fn nth(year: i16, month: i8, n: i8, weekday: Weekday) -> Date {
    let first = day(year, month, 1);
    day(year, month, 1 + first.weekday().until(weekday) + 7 * (n - 1))
}

/// The last such weekday of a month.
fn last(year: i16, month: i8, weekday: Weekday) -> Date {
    let end = day(year, month, 1).last_of_month();
    day(year, month, end.day() - end.weekday().since(weekday))
}

/// The working day on which a holiday is kept.
fn observed(holiday: Date) -> Date {
    let kept = match holiday.weekday() {
        Saturday => holiday.yesterday(),
        Sunday => holiday.tomorrow(),
        _ => Ok(holiday),
    };
    kept.unwrap_or(holiday)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the Office of Personnel Management lists them, year by year.
    #[rustfmt::skip]
    const LISTED: [(i16, &[(i8, i8)]); 5] = [
        (2024, &[(1, 1), (1, 15), (2, 19), (5, 27), (6, 19), (7, 4), (9, 2), (10, 14), (11, 11), (11, 28), (12, 25)]),
        (2025, &[(1, 1), (1, 20), (2, 17), (5, 26), (6, 19), (7, 4), (9, 1), (10, 13), (11, 11), (11, 27), (12, 25)]),
        (2026, &[(1, 1), (1, 19), (2, 16), (5, 25), (6, 19), (7, 3), (9, 7), (10, 12), (11, 11), (11, 26), (12, 25)]),
        (2027, &[(1, 1), (1, 18), (2, 15), (5, 31), (6, 18), (7, 5), (9, 6), (10, 11), (11, 11), (11, 25), (12, 24),
                 (12, 31)]),
        (2028, &[(1, 17), (2, 21), (5, 29), (6, 19), (7, 4), (9, 4), (10, 9), (11, 10), (11, 23), (12, 25)]),
    ];

    #[test]
    fn the_rule_gives_the_days_the_government_lists() {
        for (year, listed) in LISTED {
            let listed: Vec<_> = listed.iter().map(|(month, date)| day(year, *month, *date)).collect();
            let ruled: Vec<_> = version_1()
                .holidays
                .into_iter()
                .filter(|date| date.year() == year)
                .collect();
            assert_eq!(ruled, listed, "{year}");
        }
    }

    #[test]
    fn a_new_years_day_on_a_saturday_is_kept_in_the_old_year() {
        let holidays = version_1().holidays;
        assert!(holidays.contains(&day(2027, 12, 31)));
        assert!(
            !holidays
                .iter()
                .any(|date| date.year() == 2028 && date.month() == 1 && date.day() < 10)
        );
    }

    #[test]
    fn no_observed_holiday_is_on_a_weekend() {
        let holidays = version_1().holidays;
        assert!(holidays.iter().all(|date| !matches!(date.weekday(), Saturday | Sunday)));
        assert_eq!(holidays.len(), 55);
    }
}
