//! The statutory clock: days, stops, extensions, the roll to a working day, and the calendars they need. Pure.
//!
//! Section 2 of the law, in five sentences:
//! 1. Day 0 is the local date of the start; where the notice sets a cut-off, a start after it or on a day off
//!    moves to the next working day.
//! 2. A later local date counts if the clock runs at the instant that date ends and, in working days, if it is a
//!    working day; so a stop costs the midnights it crosses, and overlapping stops cost each midnight once.
//! 3. The N-th counted day is the raw due day; the due day is that day or, if it is a day off, the next working day.
//! 4. Time is over at the end of the due day, local time.
//! 5. Only the raw day takes part in arithmetic; the roll is applied once, at the end.
//!
//! Time zones come from the database compiled in, so that every instance of one version gives the same answer.

mod calendar;
mod calendars;
mod course;
mod error;
mod reckon;
mod stops;
mod working;
mod zone;

#[cfg(test)]
mod midnights;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod vectors;

pub use calendar::{Calendar, UnknownCalendar, calendar, ids, union};
pub use error::{ClockError, Given};
pub use reckon::{
    Day, Reckoning, Why, day_number, day_zero, in_last_counted_days, reckon, start_of_counted_day, stop_cap_passes_at,
};
pub use stops::Stop;
pub use working::{add_months_inclusive, is_working_day, working_day_after, working_day_before};
pub use zone::{end_of_day, local_date, local_time, start_of_day};

/// The first and the last year the clock reckons with. Outside them zones and calendars mean nothing.
pub const YEARS: std::ops::RangeInclusive<i16> = 1970..=2199;

/// The most counted days a clock may have, extension included: ten years.
pub const MOST_DAYS: u32 = 3_660;
