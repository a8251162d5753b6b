//! Working days and months, on civil dates alone.

use crate::domain::Date;
use jiff::{Span, civil::Weekday};
use std::collections::BTreeSet;

/// Is this a working day: neither Saturday nor Sunday, nor a holiday of any calendar that was united into the set?
///
/// A Saturday on which one country works in exchange for a free weekday stays a day off here: a day is a working
/// day only if it is one for every delegation.
#[must_use]
pub fn is_working_day(holidays: &BTreeSet<Date>, date: Date) -> bool {
    !is_weekend(date) && !holidays.contains(&date)
}

pub(super) fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// The date `n` working days after `from`, which is day 0 whether it is a working day or not; `n` = 0 is `from`.
/// The time given ends with that day ([`super::end_of_day`]). Saturates at the end of the calendar.
#[must_use]
pub fn working_day_after(holidays: &BTreeSet<Date>, from: Date, n: u32) -> Date {
    walk(holidays, from, n, |date| date.tomorrow().ok())
}

/// The date `n` working days before `from`, for reminders; `n` = 0 is `from`. Saturates at the calendar's beginning.
#[must_use]
pub fn working_day_before(holidays: &BTreeSet<Date>, from: Date, n: u32) -> Date {
    walk(holidays, from, n, |date| date.yesterday().ok())
}

fn walk(holidays: &BTreeSet<Date>, from: Date, n: u32, step: impl Fn(Date) -> Option<Date>) -> Date {
    let mut date = from;
    let mut left = n;
    while left > 0 {
        let Some(reached) = step(date) else { break };
        date = reached;
        left -= u32::from(is_working_day(holidays, date));
    }
    date
}

/// The same day `months` later, or the last day of that month where it is shorter: 7 November + 6 months is 7 May,
/// 31 August + 6 months is 28 or 29 February. That day belongs to the time given. Saturates at the calendar's end.
#[must_use]
pub fn add_months_inclusive(from: Date, months: u32) -> Date {
    Span::new()
        .try_months(months)
        .ok()
        .and_then(|span| from.checked_add(span).ok())
        .unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn v16_fifteen_working_days_to_answer_end_on_friday_three_weeks_later() {
        let none = BTreeSet::new();
        assert_eq!(working_day_after(&none, date(2025, 10, 10), 15), date(2025, 10, 31));
    }

    #[test]
    fn reminders_count_working_days_backwards() {
        let holidays = BTreeSet::from([date(2025, 10, 27)]);
        let due = date(2025, 10, 31);
        assert_eq!(working_day_before(&holidays, due, 1), date(2025, 10, 30));
        assert_eq!(working_day_before(&holidays, due, 5), date(2025, 10, 23));
    }

    #[test]
    fn no_working_days_later_is_the_same_day_even_on_a_sunday() {
        let sunday = date(2025, 10, 12);
        assert_eq!(working_day_after(&BTreeSet::new(), sunday, 0), sunday);
        assert_eq!(working_day_after(&BTreeSet::new(), sunday, 1), date(2025, 10, 13));
    }

    #[test]
    fn going_forward_and_back_returns_to_a_working_day() {
        let holidays = BTreeSet::from([date(2026, 1, 1), date(2026, 1, 2)]);
        for n in 0..60 {
            let from = date(2025, 12, 15);
            assert_eq!(
                working_day_before(&holidays, working_day_after(&holidays, from, n), n),
                from
            );
        }
    }

    #[test]
    fn months_end_on_the_same_day_or_the_last_of_a_shorter_month() {
        assert_eq!(add_months_inclusive(date(2025, 11, 7), 6), date(2026, 5, 7));
        assert_eq!(add_months_inclusive(date(2025, 8, 31), 6), date(2026, 2, 28));
        assert_eq!(add_months_inclusive(date(2027, 8, 31), 6), date(2028, 2, 29));
        assert_eq!(add_months_inclusive(date(2025, 8, 31), 0), date(2025, 8, 31));
    }

    #[test]
    fn absurd_lengths_stop_at_the_ends_of_the_calendar() {
        let all = BTreeSet::new();
        assert_eq!(add_months_inclusive(date(2025, 1, 1), u32::MAX), Date::MAX);
        assert_eq!(working_day_after(&all, date(9999, 12, 1), u32::MAX), Date::MAX);
        assert_eq!(working_day_before(&all, date(-9999, 2, 1), u32::MAX), Date::MIN);
    }
}
