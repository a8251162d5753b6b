//! The course of one clock: which dates count, one after the other.

use super::{
    ClockError, Given, Why,
    stops::{Open, Stop, Union},
    working::{is_weekend, is_working_day},
    zone::{Zone, next, within},
};
use crate::domain::{
    Date, Instant,
    notice::{ClockPolicy, DayUnit},
};
use jiff::civil::Time;
use std::collections::BTreeSet;

/// A clock set going: everything that decides whether a date counts.
pub(super) struct Course<'a> {
    pub(super) zone: Zone,
    pub(super) day_zero: Date,
    unit: DayUnit,
    holidays: &'a BTreeSet<Date>,
    stops: Union,
}

impl<'a> Course<'a> {
    pub(super) fn begin(
        policy: &ClockPolicy,
        holidays: &'a BTreeSet<Date>,
        start: Instant,
        stops: &[Stop],
        open: Open,
    ) -> Result<Self, ClockError> {
        let zone = Zone::named(&policy.tz)?;
        let start = within(start, Given::Start)?;
        if let Open::Until(resumed) = open {
            within(resumed, Given::AsOf)?;
        }
        Ok(Self {
            day_zero: day_zero(&zone, policy, holidays, start)?,
            unit: policy.unit,
            stops: Union::of(stops, open)?,
            zone,
            holidays,
        })
    }

    /// Every date after day 0 in order, and what becomes of it. Ends with an error where the known years end.
    pub(super) fn dates(&self) -> impl Iterator<Item = Result<(Date, Why), ClockError>> {
        let mut date = self.day_zero;
        std::iter::from_fn(move || {
            Some(next(date).and_then(|reached| {
                date = reached;
                Ok((date, self.why(date)?))
            }))
        })
    }

    /// Does this date count in full, and why (not)? The stop is asked first, as in the law.
    pub(super) fn why(&self, date: Date) -> Result<Why, ClockError> {
        let end = self.zone.ends(date)?;
        if self.zone.begins(date)? == end {
            return Ok(Why::NoSuchDate);
        }
        Ok(if self.stops.crosses(end) {
            Why::Stopped
        } else {
            self.if_running(date)
        })
    }

    /// Does the date count if the clock runs?
    fn if_running(&self, date: Date) -> Why {
        match self.unit {
            DayUnit::Calendar => Why::Counted,
            DayUnit::Working if is_working_day(self.holidays, date) => Why::Counted,
            DayUnit::Working if is_weekend(date) => Why::Weekend,
            DayUnit::Working => Why::Holiday,
        }
    }

    /// Does the date of this instant count as far as it has gone?
    pub(super) fn counts_at(&self, at: Instant) -> bool {
        !self.stops.stands_at(at) && self.if_running(self.zone.date_at(at)) == Why::Counted
    }

    /// The first working day from this date on, the date itself included.
    pub(super) fn roll(&self, from: Date) -> Result<Date, ClockError> {
        first_working_day(self.holidays, from)
    }
}

/// Rule 1: the local date of the start, or the next working day after a start that came too late or on a day off.
/// Without a cut-off it is simply the local date.
pub(super) fn day_zero(
    zone: &Zone,
    policy: &ClockPolicy,
    holidays: &BTreeSet<Date>,
    start: Instant,
) -> Result<Date, ClockError> {
    let date = zone.date_at(start);
    let Some(cutoff) = &policy.cutoff else { return Ok(date) };
    let late = zone.time_at(start) > time_of_day(cutoff)?;
    first_working_day(holidays, if late { next(date)? } else { date })
}

fn first_working_day(holidays: &BTreeSet<Date>, from: Date) -> Result<Date, ClockError> {
    let mut date = from;
    while !is_working_day(holidays, date) {
        date = next(date)?;
    }
    Ok(date)
}

/// `HH:MM`, two digits each.
fn time_of_day(text: &str) -> Result<Time, ClockError> {
    let bad = || ClockError::BadCutoff(text.to_owned());
    let number = |digits: &str| match digits.as_bytes() {
        [b'0'..=b'9', b'0'..=b'9'] => digits.parse::<i8>().ok(),
        _ => None,
    };
    let (hour, minute) = text.split_once(':').ok_or_else(bad)?;
    let (hour, minute) = number(hour).zip(number(minute)).ok_or_else(bad)?;
    Time::new(hour, minute, 0, 0).map_err(|_| bad())
}
