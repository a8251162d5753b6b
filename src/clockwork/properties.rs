//! What holds for every clock, whatever its policy, stops and holidays.

use super::{vectors::policy, *};
use crate::domain::{
    Date, Instant,
    notice::{ClockPolicy, DayUnit, Roll},
};
use jiff::{SignedDuration, civil::date};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Everything `reckon` is given.
#[derive(Clone, Debug)]
struct Given {
    policy: ClockPolicy,
    holidays: BTreeSet<Date>,
    start: Instant,
    stops: Vec<Stop>,
    extension: u32,
}

impl Given {
    fn reckon(&self) -> Reckoning {
        self.with(&self.stops)
    }

    fn with(&self, stops: &[Stop]) -> Reckoning {
        reckon(&self.policy, &self.holidays, self.start, stops, self.extension, None).unwrap()
    }

    fn date_of(&self, at: Instant) -> Date {
        local_date(&self.policy.tz, at).unwrap()
    }
}

/// A minute of the years 2024 to 2026.
fn minute() -> impl Strategy<Value = Instant> {
    (0_i64..3 * 365 * 24 * 60).prop_map(|minute| Instant::from_second(1_704_067_200 + minute * 60).unwrap())
}

/// A stop that begins within 90 days of the start and lasts up to 20 days.
fn stop_after(start: Instant) -> impl Strategy<Value = Stop> {
    (0_i64..90 * 24 * 60, 0_i64..20 * 24 * 60).prop_map(move |(after, length)| {
        let from = start + SignedDuration::from_mins(after);
        Stop {
            from,
            to: Some(from + SignedDuration::from_mins(length)),
        }
    })
}

fn any_policy() -> impl Strategy<Value = ClockPolicy> {
    let zones = [
        "Europe/Zurich",
        "Europe/Moscow",
        "America/New_York",
        "Africa/Cairo",
        "Asia/Beirut",
        "Asia/Kathmandu",
    ];
    let unit = prop_oneof![Just(DayUnit::Calendar), Just(DayUnit::Working)];
    let roll = prop_oneof![Just(Roll::NextWorking), Just(Roll::None)];
    let cutoff = prop_oneof![Just(None), Just(Some("17:00".to_owned()))];
    (prop::sample::select(zones.to_vec()), unit, roll, cutoff, 1_u32..60).prop_map(
        |(zone, unit, roll, cutoff, days)| ClockPolicy {
            tz: zone.to_owned(),
            unit,
            roll,
            cutoff,
            days,
            ..policy()
        },
    )
}

fn given() -> impl Strategy<Value = Given> {
    let holidays = prop::collection::btree_set(0_i64..1200, 0..40).prop_map(|days| {
        days.into_iter()
            .map(|n| date(2024, 1, 1) + SignedDuration::from_hours(24 * n))
            .collect()
    });
    (any_policy(), holidays, minute(), 0_u32..20).prop_flat_map(|(policy, holidays, start, extension)| {
        prop::collection::vec(stop_after(start), 0..5).prop_map(move |stops| Given {
            policy: policy.clone(),
            holidays: BTreeSet::clone(&holidays),
            start,
            stops,
            extension,
        })
    })
}

fn given_and_one_more_stop() -> impl Strategy<Value = (Given, Stop)> {
    given().prop_flat_map(|given| {
        let stop = stop_after(given.start);
        (Just(given), stop)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn the_due_day_never_comes_before_the_raw_one_and_the_lapse_ends_it(given in given()) {
        let found = given.reckon();
        prop_assert!(found.day_zero >= given.date_of(given.start));
        prop_assert!(found.day_zero < found.raw_due && found.raw_due <= found.due);
        prop_assert_eq!(given.date_of(found.lapses_at - SignedDuration::from_micros(1)), found.due);
        prop_assert_eq!(given.date_of(found.lapses_at), found.due.tomorrow().unwrap());
        if given.policy.roll == Roll::NextWorking {
            prop_assert!(is_working_day(&given.holidays, found.due));
        }
    }

    #[test]
    fn counted_and_uncounted_days_are_every_date_once(given in given()) {
        let found = given.reckon();
        let dates: Vec<_> = found.days.iter().map(|day| day.date).collect();
        let every: Vec<_> = found.day_zero.series(jiff::ToSpan::day(1)).take_while(|date| *date <= found.due).collect();
        prop_assert_eq!(dates, every);
        let counting = found.days.iter().filter(|day| day.counts).count();
        prop_assert_eq!(counting, found.counted as usize);
        prop_assert_eq!(found.counted, given.policy.days + given.extension);
        let stopped = found.days.iter().filter(|day| day.why == Why::Stopped).count();
        prop_assert_eq!(stopped, found.stopped_days as usize);
        prop_assert!(found.days.iter().all(|day| day.counts == (day.why == Why::Counted)));
    }

    /// The law in other words: a date is lost iff a stop began on it or earlier and ended on a later date.
    #[test]
    fn a_stop_costs_the_dates_from_its_first_to_the_one_before_its_last(given in given()) {
        for day in &given.reckon().days[1..] {
            let lost = given.stops.iter().any(|stop| {
                given.date_of(stop.from) <= day.date && day.date < given.date_of(stop.to.unwrap())
            });
            match day.why {
                Why::Stopped => prop_assert!(lost, "{}", day.date),
                Why::Rolled => {}
                _ => prop_assert!(!lost, "{}", day.date),
            }
        }
    }

    #[test]
    fn one_more_stop_never_brings_the_due_day_forward((given, stop) in given_and_one_more_stop()) {
        let fewer = given.reckon();
        let more = given.with(&[&given.stops[..], &[stop]].concat());
        prop_assert!(more.raw_due >= fewer.raw_due && more.due >= fewer.due && more.lapses_at >= fewer.lapses_at);
    }

    #[test]
    fn a_longer_stop_or_extension_never_brings_the_due_day_forward(given in given(), more in 1_u32..20) {
        let mut longer = given.clone();
        longer.extension += more;
        prop_assert!(longer.reckon().raw_due > given.reckon().raw_due);
        prop_assert!(longer.reckon().due >= given.reckon().due);
        let mut longer = given.clone();
        for stop in &mut longer.stops {
            stop.to = stop.to.map(|to| to + SignedDuration::from_hours(i64::from(more)));
        }
        prop_assert!(longer.reckon().due >= given.reckon().due);
    }

    #[test]
    fn stops_are_a_set_whose_order_and_repetition_do_not_matter(given in given(), turn in 0_usize..5) {
        let mut shuffled = given.stops.clone();
        shuffled.reverse();
        let turn = turn % shuffled.len().max(1);
        shuffled.rotate_left(turn);
        shuffled.extend(given.stops.first());
        prop_assert_eq!(given.with(&shuffled), given.reckon());
    }

    #[test]
    fn cutting_a_stop_in_two_costs_the_same(given in given(), cut in 0_i64..20 * 24 * 60) {
        let mut pieces = Vec::new();
        for stop in &given.stops {
            let to = stop.to.unwrap();
            let middle = (stop.from + SignedDuration::from_mins(cut)).min(to);
            pieces.extend([Stop { from: middle, to: Some(to) }, Stop { from: stop.from, to: Some(middle) }]);
        }
        prop_assert_eq!(given.with(&pieces), given.reckon());
    }

    #[test]
    fn a_stop_that_begins_and_ends_on_one_date_costs_nothing(given in given(), day in 0_i64..60, minutes in prop::array::uniform2(0_i64..1440)) {
        let date = given.date_of(given.start) + SignedDuration::from_hours(24 * day);
        let morning = start_of_day(&given.policy.tz, date).unwrap();
        let last = end_of_day(&given.policy.tz, date).unwrap() - SignedDuration::from_micros(1);
        let [from, to] = minutes.map(|minute| (morning + SignedDuration::from_mins(minute)).min(last));
        let short = Stop { from: from.min(to), to: Some(from.max(to)) };
        prop_assert_eq!(given.with(&[&given.stops[..], &[short]].concat()), given.reckon());
    }

    #[test]
    fn the_day_number_of_the_last_instant_is_the_number_of_days(given in given()) {
        let found = given.reckon();
        let last_instant = end_of_day(&given.policy.tz, found.raw_due).unwrap() - SignedDuration::from_micros(1);
        let number = |at| day_number(&given.policy, &given.holidays, given.start, &given.stops, at).unwrap();
        // A clock that stood still at the last instant of a date would have crossed its midnight.
        prop_assert_eq!(number(last_instant), found.counted);
        for day in found.days.iter().take_while(|day| day.date <= found.raw_due).filter(|day| day.counts) {
            let end = end_of_day(&given.policy.tz, day.date).unwrap() - SignedDuration::from_micros(1);
            let up_to = found.days.iter().filter(|other| other.counts && other.date <= day.date).count();
            prop_assert_eq!(number(end) as usize, up_to);
        }
    }

    #[test]
    fn the_nth_counted_day_begins_on_the_nth_counted_date(given in given()) {
        let found = given.reckon();
        for (n, day) in (1_u32..).zip(found.days.iter().filter(|day| day.counts)) {
            let begins =
                start_of_counted_day(&given.policy, &given.holidays, given.start, &given.stops, n, None).unwrap();
            prop_assert_eq!(given.date_of(begins), day.date);
            prop_assert_eq!(begins, start_of_day(&given.policy.tz, day.date).unwrap());
        }
    }

    #[test]
    fn whatever_is_given_the_answer_is_an_answer_or_a_refusal(
        days in any::<u32>(), extension in any::<u32>(), start in any::<i64>(), stops in prop::collection::vec(any::<[i64; 2]>(), 0..4),
        zone in ".{0,12}", cutoff in prop::option::of(".{0,6}"), real in any::<bool>(),
    ) {
        let instant = |any: i64| Instant::from_microsecond(any / 40).unwrap_or(Instant::MAX);
        let tz = if real { "Europe/Zurich".to_owned() } else { zone };
        let policy = ClockPolicy { days: days % 5_000, tz, cutoff, ..policy() };
        let stops: Vec<_> = stops.iter().map(|[from, to]| Stop { from: instant(*from), to: Some(instant(*to)) }).collect();
        let answer = reckon(&policy, &BTreeSet::new(), instant(start), &stops, extension % 500, None);
        if let Ok(found) = answer {
            prop_assert!(found.due >= found.raw_due);
        }
    }
}
