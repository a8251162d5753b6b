//! When is a decision due? Day 0, the raw and the real due day, the lapse, and every day between.

use super::{
    ClockError, Given, MOST_DAYS,
    course::{self, Course},
    stops::{Open, Stop},
    zone::{Zone, next, within},
};
use crate::domain::{
    Date, Instant,
    notice::{ClockPolicy, Roll},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt};

/// A clock reckoned to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Reckoning {
    #[schema(value_type = String, format = Date)]
    pub day_zero: Date,
    /// The last counted day. The only one that takes part in arithmetic.
    #[schema(value_type = String, format = Date)]
    pub raw_due: Date,
    /// The raw due day, or the next working day where the notice rolls.
    #[schema(value_type = String, format = Date)]
    pub due: Date,
    /// The end of the due day, local time: at this instant it is too late.
    #[schema(value_type = String, format = DateTime)]
    pub lapses_at: Instant,
    /// How many days count up to the raw due day: the policy's days and the extension, always.
    /// How many have counted so far is [`day_number`].
    pub counted: u32,
    /// How many dates after day 0, up to the raw due day, ended while the clock stood still: the midnights the stops
    /// crossed, each once, weekends included in either unit.
    pub stopped_days: u32,
    /// Every date from day 0 to the due day.
    pub days: Vec<Day>,
}

/// One date and what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Day {
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    pub counts: bool,
    pub why: Why,
}

/// Why a date counts or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The day the count starts from.
    DayZero,
    Counted,
    /// The clock stood still when this date ended.
    Stopped,
    /// Saturday or Sunday, in a count of working days.
    Weekend,
    /// A holiday of one of the calendars, in a count of working days.
    Holiday,
    /// All days have counted; the due day is still to come because the raw one was a day off.
    Rolled,
    /// The zone left this date out (as Samoa did 30 December 2011).
    NoSuchDate,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DayZero => "day 0: the count starts with the next day",
            Self::Counted => "counted",
            Self::Stopped => "not counted: the clock stood still when this day ended",
            Self::Weekend => "not counted: weekend",
            Self::Holiday => "not counted: holiday",
            Self::Rolled => "not counted: all days are used; the due day moves to a working day",
            Self::NoSuchDate => "not counted: the time zone skipped this date",
        })
    }
}

impl Day {
    fn new(date: Date, why: Why) -> Self {
        let counts = why == Why::Counted;
        Self { date, counts, why }
    }
}

/// Reckons a clock to its end (law, section 2, rules 1 to 3).
///
/// An open stop is treated as if the clock resumed at `as_of` ("if answered today"), which must then be given.
/// Whether a stop or an extension is lawful is the caller's question; here it is only counted.
///
/// # Errors
/// What was given makes no sense: see [`ClockError`].
pub fn reckon(
    policy: &ClockPolicy,
    holidays: &BTreeSet<Date>,
    start: Instant,
    stops: &[Stop],
    extension_days: u32,
    as_of: Option<Instant>,
) -> Result<Reckoning, ClockError> {
    let all = all_days(policy, extension_days)?;
    let course = Course::begin(policy, holidays, start, stops, resumed(as_of))?;
    let mut days = vec![Day::new(course.day_zero, Why::DayZero)];
    let (mut counted, mut stopped_days) = (0, 0);
    for entry in course.dates() {
        let (date, why) = entry?;
        days.push(Day::new(date, why));
        counted += u32::from(why == Why::Counted);
        stopped_days += u32::from(why == Why::Stopped);
        if counted == all {
            break;
        }
    }
    let raw_due = days.last().map_or(course.day_zero, |day| day.date);
    let due = match policy.roll {
        Roll::NextWorking => course.roll(raw_due)?,
        Roll::None => raw_due,
    };
    let mut date = raw_due;
    while date < due {
        date = next(date)?;
        days.push(Day::new(date, Why::Rolled));
    }
    let lapses_at = course.zone.ends(due)?;
    let day_zero = course.day_zero;
    Ok(Reckoning {
        day_zero,
        raw_due,
        due,
        lapses_at,
        counted,
        stopped_days,
        days,
    })
}

/// Day 0 alone (rule 1).
///
/// # Errors
/// An unknown zone, a bad cut-off, a start out of range.
pub fn day_zero(policy: &ClockPolicy, holidays: &BTreeSet<Date>, start: Instant) -> Result<Date, ClockError> {
    let zone = Zone::named(&policy.tz)?;
    course::day_zero(&zone, policy, holidays, within(start, Given::Start)?)
}

/// Which day of the clock is it at this instant? The number of counted dates after day 0 and before the local date of
/// `at`, and that date too if the clock runs at `at` (and, in working days, if it is a working day).
///
/// Day 0 is 0; after the raw due day the number goes on growing. An open stop lasts.
/// It may fall by one overnight: a day on which the clock is stopped later counts until then only.
///
/// # Errors
/// What was given makes no sense: see [`ClockError`].
pub fn day_number(
    policy: &ClockPolicy,
    holidays: &BTreeSet<Date>,
    start: Instant,
    stops: &[Stop],
    at: Instant,
) -> Result<u32, ClockError> {
    let course = Course::begin(policy, holidays, start, stops, Open::Forever)?;
    let today = course.zone.date_at(within(at, Given::At)?);
    if today <= course.day_zero {
        return Ok(0);
    }
    let mut number = u32::from(course.counts_at(at));
    for entry in course.dates() {
        let (date, why) = entry?;
        if date >= today {
            break;
        }
        number += u32::from(why == Why::Counted);
    }
    Ok(number)
}

/// The local midnight at which the `n`-th counted day begins, for warnings; `n` = 0 is the first instant of day 0.
/// `n` may lie beyond the policy's days (an extension). An open stop is treated as in [`reckon`].
///
/// # Errors
/// What was given makes no sense: see [`ClockError`].
pub fn start_of_counted_day(
    policy: &ClockPolicy,
    holidays: &BTreeSet<Date>,
    start: Instant,
    stops: &[Stop],
    n: u32,
    as_of: Option<Instant>,
) -> Result<Instant, ClockError> {
    if n > MOST_DAYS {
        return Err(ClockError::TooManyDays(n.into()));
    }
    let course = Course::begin(policy, holidays, start, stops, resumed(as_of))?;
    if n == 0 {
        return course.zone.begins(course.day_zero);
    }
    let mut counted = 0;
    for entry in course.dates() {
        let (date, why) = entry?;
        counted += u32::from(why == Why::Counted);
        if counted == n {
            return course.zone.begins(date);
        }
    }
    Err(ClockError::Endless)
}

/// Is `at` within the last `last` counted days, or later still? (Rule 5: no question is asked then, so that nobody
/// stops the clock at the last midnight.) The days are those of the clock as it stands at `at`, extension included;
/// an open stop is treated as if it ended at `at`. Of the last 0 days it is never one.
///
/// # Errors
/// What was given makes no sense: see [`ClockError`].
pub fn in_last_counted_days(
    policy: &ClockPolicy,
    holidays: &BTreeSet<Date>,
    start: Instant,
    stops: &[Stop],
    extension_days: u32,
    at: Instant,
    last: u32,
) -> Result<bool, ClockError> {
    let all = all_days(policy, extension_days)?;
    let at = within(at, Given::At)?;
    if last == 0 {
        return Ok(false);
    }
    let first = all.saturating_sub(last) + 1;
    Ok(at >= start_of_counted_day(policy, holidays, start, stops, first, Some(at))?)
}

/// The local midnight at which the stops together pass the policy's cap (rule 6: more than `stop_cap_days` midnights
/// crossed while stopped), an open stop lasting. None: as things stand they never do.
///
/// # Errors
/// What was given makes no sense: see [`ClockError`].
pub fn stop_cap_passes_at(
    policy: &ClockPolicy,
    holidays: &BTreeSet<Date>,
    start: Instant,
    stops: &[Stop],
) -> Result<Option<Instant>, ClockError> {
    let course = Course::begin(policy, holidays, start, stops, Open::Forever)?;
    let open = stops.iter().any(|stop| stop.to.is_none());
    let last = stops
        .iter()
        .filter_map(|stop| stop.to)
        .max()
        .map(|to| course.zone.date_at(to));
    let mut stopped = 0;
    for entry in course.dates() {
        let (date, why) = entry?;
        if !open && last.is_none_or(|last| last < date) {
            return Ok(None);
        }
        stopped += u32::from(why == Why::Stopped);
        if stopped > policy.stop_cap_days {
            return course.zone.ends(date).map(Some);
        }
    }
    Ok(None)
}

/// The policy's days and the extension, if they are a sensible number.
fn all_days(policy: &ClockPolicy, extension_days: u32) -> Result<u32, ClockError> {
    match policy.days.checked_add(extension_days) {
        Some(0) => Err(ClockError::NoDays),
        Some(all) if all <= MOST_DAYS => Ok(all),
        _ => Err(ClockError::TooManyDays(
            u64::from(policy.days) + u64::from(extension_days),
        )),
    }
}

fn resumed(as_of: Option<Instant>) -> Open {
    as_of.map_or(Open::Refused, Open::Until)
}
