//! The law's reference vectors V1 to V16, each one a test.

use super::*;
use crate::domain::{
    Date, Instant,
    notice::{ClockPolicy, DayUnit, Roll},
};
use std::collections::BTreeSet;

/// Europe/Zurich, cut-off 17:00, 30 calendar days, roll to the next working day.
pub(super) fn policy() -> ClockPolicy {
    ClockPolicy {
        unit: DayUnit::Calendar,
        days: 30,
        tz: "Europe/Zurich".to_owned(),
        cutoff: Some("17:00".to_owned()),
        start: Default::default(),
        roll: Roll::NextWorking,
        extension: Default::default(),
        on_lapse: Default::default(),
        escalation_days: 10,
        stop_cap_days: 90,
    }
}

/// A local time of a zone, such as `2025-10-01 10:00`.
pub(super) fn at(zone: &str, local: &str) -> Instant {
    let local: jiff::civil::DateTime = local.parse().unwrap();
    local.in_tz(zone).unwrap().timestamp()
}

pub(super) fn zurich(local: &str) -> Instant {
    at("Europe/Zurich", local)
}

pub(super) fn stop(from: &str, to: &str) -> Stop {
    Stop {
        from: zurich(from),
        to: Some(zurich(to)),
    }
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn reckoned(start: &str, stops: &[Stop]) -> Reckoning {
    reckon(&policy(), &BTreeSet::new(), zurich(start), stops, 0, None).unwrap()
}

#[track_caller]
fn expect(reckoning: &Reckoning, day_zero: &str, raw_due: &str, due: &str) {
    let found = (reckoning.day_zero, reckoning.raw_due, reckoning.due);
    assert_eq!(found, (day(day_zero), day(raw_due), day(due)));
}

#[track_caller]
fn lapses(reckoning: &Reckoning, at: &str) {
    assert_eq!(reckoning.lapses_at, at.parse().unwrap());
}

fn question() -> Stop {
    stop("2025-10-10 15:00", "2025-10-20 09:00")
}

#[test]
fn v1_thirty_days_from_a_submission_in_office_hours_end_after_the_change_of_hour() {
    let reckoning = reckoned("2025-10-01 10:00", &[]);
    expect(&reckoning, "2025-10-01", "2025-10-31", "2025-10-31");
    lapses(&reckoning, "2025-10-31T23:00:00Z");
    assert_eq!(
        (reckoning.counted, reckoning.stopped_days, reckoning.days.len()),
        (30, 0, 31)
    );
}

#[test]
fn v2_a_submission_after_the_cut_off_counts_from_the_next_day() {
    let reckoning = reckoned("2025-10-01 17:05", &[]);
    expect(&reckoning, "2025-10-02", "2025-11-01", "2025-11-03");
    lapses(&reckoning, "2025-11-03T23:00:00Z");
    let tail: Vec<_> = reckoning
        .days
        .iter()
        .rev()
        .take(3)
        .map(|day| (day.counts, day.why))
        .collect();
    assert_eq!(tail, [(false, Why::Rolled), (false, Why::Rolled), (true, Why::Counted)]);
}

#[test]
fn v3_a_question_costs_the_midnights_until_its_answer() {
    let reckoning = reckoned("2025-10-01 10:00", &[question()]);
    expect(&reckoning, "2025-10-01", "2025-11-10", "2025-11-10");
    assert_eq!((reckoning.counted, reckoning.stopped_days), (30, 10));
}

#[test]
fn v4_overlapping_stops_are_a_union_never_a_sum() {
    let reckoning = reckoned(
        "2025-10-01 10:00",
        &[question(), stop("2025-10-15 12:00", "2025-10-25 12:00")],
    );
    expect(&reckoning, "2025-10-01", "2025-11-15", "2025-11-17");
    assert_eq!(reckoning.stopped_days, 15);
}

#[test]
fn v5_a_stop_that_ends_the_same_day_costs_nothing() {
    let reckoning = reckoned("2025-10-01 10:00", &[stop("2025-10-10 09:00", "2025-10-10 16:00")]);
    expect(&reckoning, "2025-10-01", "2025-10-31", "2025-10-31");
    assert_eq!(reckoning.stopped_days, 0);
}

#[test]
fn v6_a_stop_over_the_last_midnight_is_counted_here_and_blocked_by_rule_5() {
    let start = zurich("2025-10-01 10:00");
    let asked = zurich("2025-10-31 23:30");
    let blocked = in_last_counted_days(&policy(), &BTreeSet::new(), start, &[], 0, asked, 3);
    assert_eq!(blocked, Ok(true));
    let reckoning = reckoned("2025-10-01 10:00", &[stop("2025-10-31 23:30", "2025-11-01 00:10")]);
    expect(&reckoning, "2025-10-01", "2025-11-01", "2025-11-03");
}

#[test]
fn v7_an_extension_adds_counted_days() {
    let start = zurich("2025-10-01 10:00");
    let reckoning = reckon(&policy(), &BTreeSet::new(), start, &[question()], 15, None).unwrap();
    expect(&reckoning, "2025-10-01", "2025-11-25", "2025-11-25");
    assert_eq!(reckoning.counted, 45);
}

#[test]
fn v8_the_roll_to_a_working_day_does_not_enter_the_arithmetic() {
    for (from, to) in [
        ("2025-10-06 09:00", "2025-10-11 09:00"),
        ("2025-10-06 00:00", "2025-10-11 00:00"),
        ("2025-10-06 23:59", "2025-10-11 00:01"),
    ] {
        let reckoning = reckoned("2025-10-02 10:00", &[stop(from, to)]);
        expect(&reckoning, "2025-10-02", "2025-11-06", "2025-11-06");
        assert_eq!(reckoning.stopped_days, 5);
    }
}

#[test]
fn v9_a_leap_day_is_a_day() {
    expect(
        &reckoned("2028-02-10 10:00", &[]),
        "2028-02-10",
        "2028-03-11",
        "2028-03-13",
    );
}

#[test]
fn v10_a_month_of_stop_over_the_turn_of_the_year() {
    for time in ["00:00", "10:00", "23:59"] {
        let month = stop(&format!("2025-01-05 {time}"), &format!("2025-02-05 {time}"));
        expect(
            &reckoned("2024-12-20 10:00", &[month]),
            "2024-12-20",
            "2025-02-19",
            "2025-02-19",
        );
    }
}

fn working_days(stops: &[Stop]) -> Reckoning {
    let policy = ClockPolicy {
        unit: DayUnit::Working,
        days: 20,
        ..policy()
    };
    let holidays = ["2025-12-25", "2025-12-26", "2026-01-01", "2026-01-02"]
        .into_iter()
        .chain(["2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08"])
        .map(day)
        .collect();
    reckon(&policy, &holidays, zurich("2025-12-15 10:00"), stops, 0, None).unwrap()
}

#[test]
fn v11_working_days_pass_over_weekends_and_holidays() {
    let reckoning = working_days(&[]);
    expect(&reckoning, "2025-12-15", "2026-01-22", "2026-01-22");
    let count = |why| reckoning.days.iter().filter(|day| day.why == why).count();
    assert_eq!(
        (count(Why::Counted), count(Why::Holiday), count(Why::Weekend)),
        (20, 8, 10)
    );
}

#[test]
fn v12_a_question_over_a_weekend_costs_one_working_day() {
    let reckoning = working_days(&[stop("2025-12-19 16:00", "2025-12-22 10:00")]);
    expect(&reckoning, "2025-12-15", "2026-01-23", "2026-01-23");
    assert_eq!(reckoning.stopped_days, 3, "three midnights were crossed");
}

#[test]
fn v13_the_zone_is_part_of_the_policy() {
    let start = "2025-10-01T22:30:00Z".parse().unwrap();
    let in_zone = |zone: &str| {
        let policy = ClockPolicy {
            tz: zone.to_owned(),
            cutoff: None,
            ..policy()
        };
        reckon(&policy, &BTreeSet::new(), start, &[], 0, None).unwrap()
    };
    expect(&in_zone("America/New_York"), "2025-10-01", "2025-10-31", "2025-10-31");
    expect(&in_zone("Europe/Zurich"), "2025-10-02", "2025-11-01", "2025-11-03");
}

#[test]
fn v14_a_submission_on_a_saturday_counts_from_monday() {
    expect(
        &reckoned("2025-10-04 11:00", &[]),
        "2025-10-06",
        "2025-11-05",
        "2025-11-05",
    );
}

#[test]
fn v15_twenty_eight_days_to_ask_for_reconsideration_have_no_cut_off() {
    let window = ClockPolicy {
        days: 28,
        cutoff: None,
        ..policy()
    };
    let reckoning = reckon(&window, &BTreeSet::new(), zurich("2025-11-10 18:30"), &[], 0, None).unwrap();
    expect(&reckoning, "2025-11-10", "2025-12-08", "2025-12-08");
    lapses(&reckoning, "2025-12-08T23:00:00Z");
}

#[test]
fn v16_fifteen_working_days_to_answer_a_question() {
    let from = local_date("Europe/Zurich", zurich("2025-10-10 15:00")).unwrap();
    let due = working_day_after(&BTreeSet::new(), from, 15);
    assert_eq!((from, due), (day("2025-10-10"), day("2025-10-31")));
    assert_eq!(
        end_of_day("Europe/Zurich", due).unwrap(),
        "2025-10-31T23:00:00Z".parse().unwrap()
    );
}
