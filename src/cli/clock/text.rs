//! The answer in words, for people.

use super::Answer;
use crate::{
    clockwork::{Day, Stop, Why, calendar, end_of_day, in_last_counted_days, is_working_day, local_date, local_time},
    domain::{
        Date, Instant,
        notice::{DayUnit, Roll},
    },
};
use std::fmt::{self, Formatter};

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.policy(f)?;
        self.start(f)?;
        self.stops(f)?;
        self.end(f)?;
        self.notes(f)?;
        self.days(f)
    }
}

impl Answer {
    fn policy(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let policy = &self.question.policy;
        let unit = match policy.unit {
            DayUnit::Calendar => "calendar",
            DayUnit::Working => "working",
        };
        let days = count(policy.days, &format!("{unit} day"));
        line(
            f,
            "Clock",
            format_args!("{days} in {}; all times below are local there", policy.tz),
        )?;
        match &policy.cutoff {
            Some(cutoff) => line(f, "Cut-off", format_args!("{cutoff}"))?,
            None => line(f, "Cut-off", format_args!("none"))?,
        }
        let mut off = vec!["Saturdays and Sundays".to_owned()];
        off.extend(self.question.calendars.iter().cloned());
        match self.question.holidays.len() {
            0 => {}
            1 => off.push("1 date given".to_owned()),
            dates => off.push(format!("{dates} dates given")),
        }
        line(f, "Days off", format_args!("{}", off.join(", ")))
    }

    fn start(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let start = self.question.start;
        let day_zero = self.reckoning.day_zero;
        line(f, "Start", format_args!("{}", self.moment(start)))?;
        let date = local_date(&self.question.policy.tz, start).unwrap_or(day_zero);
        let why = if date == day_zero {
            ""
        } else if is_working_day(&self.holidays, date) {
            ": the start came after the cut-off"
        } else {
            ": the start came on a day off"
        };
        line(f, "Day 0", format_args!("{}{why}", weekday(day_zero)))
    }

    fn stops(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (number, stop) in (1..).zip(&self.question.stops) {
            let until = match (stop.to, self.as_of) {
                (Some(to), _) => format!(" to {}", self.moment(to)),
                (None, Some(as_of)) => format!(", still open; reckoned as if it ended {}", self.moment(as_of)),
                (None, None) => ", still open".to_owned(),
            };
            line(
                f,
                &format!("Stop {number}"),
                format_args!("{}{until}", self.moment(stop.from)),
            )?;
        }
        if !self.question.stops.is_empty() {
            let stopped = count(self.reckoning.stopped_days, "day");
            let union = if self.question.stops.len() > 1 {
                "; where stops overlap, once"
            } else {
                ""
            };
            line(
                f,
                "Stopped",
                format_args!("{stopped}: every day that ended while the clock stood still{union}"),
            )?;
        }
        Ok(())
    }

    fn end(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let found = &self.reckoning;
        if self.question.extension_days > 0 {
            line(
                f,
                "Extended",
                format_args!("by {}", count(self.question.extension_days, "day")),
            )?;
        }
        line(
            f,
            "Raw due",
            format_args!(
                "{}, the last of {}",
                weekday(found.raw_due),
                count(found.counted, "counted day")
            ),
        )?;
        let rolled = if found.due > found.raw_due {
            ": the raw due day is a day off, so the next working day"
        } else if self.question.policy.roll == Roll::None {
            ": a due day is not moved under this policy"
        } else {
            ""
        };
        line(f, "Due", format_args!("{}{rolled}", weekday(found.due)))?;
        line(
            f,
            "Time is up",
            format_args!("{}, that is {}", self.moment(found.lapses_at), found.lapses_at),
        )
    }

    /// What the law would say to stops and extension as they are given; the count itself does not ask.
    fn notes(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let policy = &self.question.policy;
        if self.question.extension_days > policy.extension.max {
            let most = count(policy.extension.max, "day");
            line(
                f,
                "Note",
                format_args!("the policy allows an extension of at most {most}"),
            )?;
        }
        if self.reckoning.stopped_days > policy.stop_cap_days {
            let most = count(policy.stop_cap_days, "day");
            line(
                f,
                "Note",
                format_args!("the policy allows at most {most} of stops in all"),
            )?;
        }
        for (number, _) in (1..)
            .zip(&self.question.stops)
            .filter(|(_, stop)| self.comes_late(stop))
        {
            let rule = "begins in the last 3 counted days: no question is asked then unless the applicant consents";
            line(f, "Note", format_args!("stop {number} {rule}"))?;
        }
        Ok(())
    }

    /// Rule 5: seen from its first instant, does a stop begin in the last three counted days?
    fn comes_late(&self, stop: &Stop) -> bool {
        let asked = &self.question;
        let earlier: Vec<_> = asked
            .stops
            .iter()
            .filter(|other| other.from < stop.from)
            .copied()
            .collect();
        let (start, extension) = (asked.start, asked.extension_days);
        in_last_counted_days(&asked.policy, &self.holidays, start, &earlier, extension, stop.from, 3).unwrap_or(false)
    }

    fn days(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{:<14}  {:>4}  What becomes of it", "Date", "Day")?;
        let mut number = 0;
        for day in &self.reckoning.days {
            number += u32::from(day.counts);
            let shown = match day.why {
                Why::DayZero => "0".to_owned(),
                Why::Counted => number.to_string(),
                _ => "-".to_owned(),
            };
            let date = weekday(day.date);
            writeln!(
                f,
                "{date:<14}  {shown:>4}  {}{}{}",
                day.why,
                self.cause(day),
                self.mark(day.date)
            )?;
        }
        Ok(())
    }

    /// Which stops or calendars took this day away?
    fn cause(&self, day: &Day) -> String {
        match day.why {
            Why::Stopped => {
                let stops = self.stops_over(day.date);
                let noun = if stops.len() == 1 { "stop" } else { "stops" };
                format!(" ({noun} {})", stops.join(" and "))
            }
            Why::Holiday => {
                let named = |id: &&String| calendar(id).is_some_and(|known| known.holidays.contains(&day.date));
                let mut causes: Vec<_> = self
                    .question
                    .calendars
                    .iter()
                    .filter(named)
                    .map(String::as_str)
                    .collect();
                causes.extend(self.question.holidays.contains(&day.date).then_some("given"));
                format!(" ({})", causes.join(" and "))
            }
            _ => String::new(),
        }
    }

    /// The numbers of the stops that last over the end of a date.
    fn stops_over(&self, date: Date) -> Vec<String> {
        let Ok(end) = end_of_day(&self.question.policy.tz, date) else {
            return Vec::new();
        };
        let over = |stop: &Stop| stop.from < end && stop.to.or(self.as_of).is_some_and(|to| end <= to);
        let numbered = (1..).zip(&self.question.stops).filter(|(_, stop)| over(stop));
        numbered.map(|(number, _): (usize, _)| number.to_string()).collect()
    }

    fn mark(&self, date: Date) -> &'static str {
        match (date == self.reckoning.raw_due, date == self.reckoning.due) {
            (true, true) => " (raw due, and due)",
            (true, false) => " (raw due)",
            (false, true) => " (due)",
            (false, false) => "",
        }
    }

    /// An instant as the clocks on the wall show it.
    fn moment(&self, at: Instant) -> String {
        match local_time(&self.question.policy.tz, at) {
            Ok(local) if local.second() == 0 && local.subsec_nanosecond() == 0 => {
                local.strftime("%a %Y-%m-%d %H:%M").to_string()
            }
            Ok(local) => local.strftime("%a %Y-%m-%d %H:%M:%S%.f").to_string(),
            Err(_) => at.to_string(),
        }
    }
}

fn weekday(date: Date) -> String {
    date.strftime("%a %Y-%m-%d").to_string()
}

fn line(f: &mut Formatter<'_>, label: &str, text: fmt::Arguments<'_>) -> fmt::Result {
    writeln!(f, "{label:<12}{text}")
}

fn count(n: u32, noun: &str) -> String {
    if n == 1 {
        format!("1 {noun}")
    } else {
        format!("{n} {noun}s")
    }
}
