//! Russian public holidays: Article 112 of the Labour Code, and the Government's yearly transfers.

use super::day;
use crate::{
    clockwork::{calendar::Calendar, working::is_weekend},
    domain::Date,
};
use std::{collections::BTreeSet, ops::RangeInclusive};

const YEARS: RangeInclusive<i16> = 2024..=2028;

/// The holidays outside the New Year ones, as month and day. One that falls on a weekend gives the next working day
/// off, unless that year's decree moves it elsewhere.
const STATUTORY: [(i8, i8); 6] = [
    (2, 23), // Defender of the Fatherland Day
    (3, 8),  // International Women's Day
    (5, 1),  // Spring and Labour Day
    (5, 9),  // Victory Day
    (6, 12), // Russia Day
    (11, 4), // National Unity Day
];

/// A day off moved from one date to another, as month and day.
type Moved = ((i8, i8), (i8, i8));

/// What the Government moved, year by year: 2024 Decree No. 1314 of 10 August 2023, 2025 Decree No. 1335 of 4 October
/// 2024, 2026 Decree No. 1466 of 24 September 2025. A Saturday moved without being a holiday becomes a working day in
/// Russia; it stays a day off here, for it is one in every other calendar.
#[rustfmt::skip]
const MOVED: [(i16, &[Moved]); 3] = [
    (2024, &[((1, 6), (5, 10)), ((1, 7), (12, 31)), ((4, 27), (4, 29)), ((11, 2), (4, 30)), ((12, 28), (12, 30))]),
    (2025, &[((1, 4), (5, 2)), ((1, 5), (12, 31)), ((2, 23), (5, 8)), ((3, 8), (6, 13)), ((11, 1), (11, 3))]),
    (2026, &[((1, 3), (1, 9)), ((1, 4), (12, 31))]),
];

pub(in crate::clockwork) fn version_1() -> Calendar {
    Calendar {
        id: "ru-public@1",
        name: "Russia: public holidays with the Government's transfers",
        source: "Labour Code of the Russian Federation, Article 112. Transfers: Government Decrees No. 1314 of 10 August \
                 2023 (for 2024), No. 1335 of 4 October 2024 (for 2025), No. 1466 of 24 September 2025 (for 2026). 2027 \
                 and 2028 follow the statute alone: their decrees were not known when this version was made. Left out: \
                 regional holidays, and Saturdays made working days (they stay days off).",
        years: Some(YEARS),
        holidays: YEARS.flat_map(holidays_of).collect(),
    }
}

/// All days off of one year besides ordinary weekends.
fn holidays_of(year: i16) -> BTreeSet<Date> {
    let moved = MOVED
        .iter()
        .find(|(of, _)| *of == year)
        .map_or(&[][..], |(_, moved)| *moved);
    let mut days: BTreeSet<Date> = (1..=8).map(|date| day(year, 1, date)).collect();
    days.extend(STATUTORY.map(|(month, date)| day(year, month, date)));
    days.extend(moved.iter().map(|(_, (month, date))| day(year, *month, *date)));
    for (month, date) in STATUTORY {
        let holiday = day(year, month, date);
        if is_weekend(holiday) && !moved.iter().any(|(from, _)| *from == (month, date)) {
            days.extend(next_working_day(&days, holiday));
        }
    }
    days
}

fn next_working_day(days_off: &BTreeSet<Date>, after: Date) -> Option<Date> {
    let mut date = after.tomorrow().ok()?;
    while is_weekend(date) || days_off.contains(&date) {
        date = date.tomorrow().ok()?;
    }
    Some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days off on Monday to Friday, as the official calendars of working time list them.
    #[rustfmt::skip]
    const LISTED: [(i16, &[(i8, i8)]); 3] = [
        (2024, &[(1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (1, 8), (2, 23), (3, 8), (4, 29), (4, 30), (5, 1), (5, 9), (5, 10),
                 (6, 12), (11, 4), (12, 30), (12, 31)]),
        (2025, &[(1, 1), (1, 2), (1, 3), (1, 6), (1, 7), (1, 8), (5, 1), (5, 2), (5, 8), (5, 9), (6, 12), (6, 13), (11, 3),
                 (11, 4), (12, 31)]),
        (2026, &[(1, 1), (1, 2), (1, 5), (1, 6), (1, 7), (1, 8), (1, 9), (2, 23), (3, 9), (5, 1), (5, 11), (6, 12), (11, 4),
                 (12, 31)]),
    ];

    /// By the statute alone.
    #[rustfmt::skip]
    const BY_STATUTE: [(i16, &[(i8, i8)]); 2] = [
        (2027, &[(1, 1), (1, 4), (1, 5), (1, 6), (1, 7), (1, 8), (2, 23), (3, 8), (5, 3), (5, 10), (6, 14), (11, 4)]),
        (2028, &[(1, 3), (1, 4), (1, 5), (1, 6), (1, 7), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 6)]),
    ];

    #[test]
    fn statute_and_decrees_give_the_official_days_off() {
        for (year, listed) in LISTED.into_iter().chain(BY_STATUTE) {
            let listed: Vec<_> = listed.iter().map(|(month, date)| day(year, *month, *date)).collect();
            let ruled: Vec<_> = holidays_of(year)
                .into_iter()
                .filter(|date| !is_weekend(*date))
                .collect();
            assert_eq!(ruled, listed, "{year}");
        }
    }

    #[test]
    fn the_first_eight_days_of_january_are_off_every_year() {
        let holidays = version_1().holidays;
        for year in YEARS {
            assert!((1..=8).all(|date| holidays.contains(&day(year, 1, date))), "{year}");
        }
    }

    #[test]
    fn a_weekend_holiday_that_a_decree_moved_gives_no_monday_off_as_well() {
        let holidays = version_1().holidays;
        assert!(!holidays.contains(&day(2025, 2, 24)), "moved to 8 May");
        assert!(!holidays.contains(&day(2025, 3, 10)), "moved to 13 June");
        assert!(holidays.contains(&day(2026, 3, 9)), "not moved: the Monday after");
    }

    #[test]
    fn every_moved_day_was_a_weekend_and_becomes_a_weekday() {
        for (year, moved) in MOVED {
            for ((from_month, from), (to_month, to)) in moved {
                assert!(is_weekend(day(year, *from_month, *from)), "{year}-{from_month}-{from}");
                assert!(!is_weekend(day(year, *to_month, *to)), "{year}-{to_month}-{to}");
            }
        }
    }
}
