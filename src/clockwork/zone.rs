//! Local dates and the instants at which they begin and end.

use super::{ClockError, Given, YEARS};
use crate::domain::{Date, Instant};
use jiff::{
    civil::{DateTime, Time},
    tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase},
};
use std::sync::LazyLock;

/// The zones compiled in: the same on every machine.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A place's time.
#[derive(Clone, Debug)]
pub(super) struct Zone(TimeZone);

impl Zone {
    /// The zone of this IANA name.
    pub(super) fn named(name: &str) -> Result<Self, ClockError> {
        ZONES
            .get(name)
            .map(Self)
            .map_err(|_| ClockError::UnknownZone(name.to_owned()))
    }

    /// The date on the wall at this instant.
    pub(super) fn date_at(&self, at: Instant) -> Date {
        self.wall_at(at).date()
    }

    /// Date and time on the wall at this instant.
    fn wall_at(&self, at: Instant) -> DateTime {
        self.0.to_datetime(at)
    }

    /// The time of day on the wall at this instant.
    pub(super) fn time_at(&self, at: Instant) -> Time {
        self.wall_at(at).time()
    }

    /// The first instant of a local date. Where its midnight occurs twice, the earlier; where it does not exist,
    /// the instant the clocks jump over it (so a date that is left out altogether begins when the next one does).
    pub(super) fn begins(&self, date: Date) -> Result<Instant, ClockError> {
        let outside = |_| ClockError::NotInRange(Given::Date);
        let midnight = self.0.to_ambiguous_timestamp(date.at(0, 0, 0, 0));
        let AmbiguousOffset::Gap { after, .. } = midnight.offset() else {
            return midnight.earlier().map_err(outside);
        };
        // Read with the later offset, a midnight in a gap lies before the jump, and no other change between them.
        let before_jump = after.to_timestamp(date.at(0, 0, 0, 0)).map_err(outside)?;
        let jump = self.0.following(before_jump).next().map(|change| change.timestamp());
        jump.ok_or(ClockError::NotInRange(Given::Date))
    }

    /// The instant a local date ends: the first instant of the next local date.
    pub(super) fn ends(&self, date: Date) -> Result<Instant, ClockError> {
        self.begins(next(date)?)
    }
}

/// The next date, if the clock knows its year.
pub(super) fn next(date: Date) -> Result<Date, ClockError> {
    match date.tomorrow() {
        Ok(next) if next.year() <= *YEARS.end() + 1 => Ok(next),
        _ => Err(ClockError::Endless),
    }
}

/// Is this instant within the years the clock reckons with?
pub(super) fn within(at: Instant, given: Given) -> Result<Instant, ClockError> {
    let year = TimeZone::UTC.to_datetime(at).year();
    if YEARS.contains(&year) {
        Ok(at)
    } else {
        Err(ClockError::NotInRange(given))
    }
}

/// The instant at which a date ends in this zone: the first instant of the next local date.
///
/// # Errors
/// An unknown zone; a date outside [`YEARS`].
pub fn end_of_day(tz: &str, date: Date) -> Result<Instant, ClockError> {
    in_years(date)?;
    Zone::named(tz)?.ends(date)
}

/// The first instant of a date in this zone.
///
/// # Errors
/// An unknown zone; a date outside [`YEARS`].
pub fn start_of_day(tz: &str, date: Date) -> Result<Instant, ClockError> {
    in_years(date)?;
    Zone::named(tz)?.begins(date)
}

/// The date on the wall in this zone at this instant.
///
/// # Errors
/// An unknown zone.
pub fn local_date(tz: &str, at: Instant) -> Result<Date, ClockError> {
    Ok(Zone::named(tz)?.date_at(at))
}

/// Date and time on the wall in this zone at this instant.
///
/// # Errors
/// An unknown zone.
pub fn local_time(tz: &str, at: Instant) -> Result<DateTime, ClockError> {
    Ok(Zone::named(tz)?.wall_at(at))
}

fn in_years(date: Date) -> Result<(), ClockError> {
    if YEARS.contains(&date.year()) {
        Ok(())
    } else {
        Err(ClockError::NotInRange(Given::Date))
    }
}
