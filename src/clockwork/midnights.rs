//! Midnights that do not exist, occur twice, or belong to no date; and input that makes no sense.

use super::{
    vectors::{at, policy, stop, zurich},
    zone::Zone,
    *,
};
use crate::domain::{
    Date, Instant,
    notice::{ClockPolicy, DayUnit, Roll},
};
use jiff::{SignedDuration, civil::date};
use std::collections::BTreeSet;

fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

#[test]
fn a_midnight_that_does_not_exist_is_the_instant_the_clocks_jump() {
    for (zone, day, end) in [
        ("America/Sao_Paulo", date(2018, 11, 3), "2018-11-04T03:00:00Z"),
        ("Africa/Cairo", date(2024, 4, 25), "2024-04-25T22:00:00Z"),
        ("Asia/Beirut", date(2024, 3, 30), "2024-03-30T22:00:00Z"),
        ("America/Havana", date(2024, 3, 9), "2024-03-10T05:00:00Z"),
    ] {
        let end = instant(end);
        assert_eq!(end_of_day(zone, day), Ok(end), "{zone}");
        let first = Zone::named(zone).unwrap().time_at(end);
        assert_eq!(first, jiff::civil::time(1, 0, 0, 0), "{zone} has no midnight that day");
    }
}

#[test]
fn of_two_midnights_the_earlier_ends_the_day() {
    for (zone, day, end) in [
        ("America/Havana", date(2024, 11, 2), "2024-11-03T04:00:00Z"),
        ("Atlantic/Azores", date(2024, 10, 26), "2024-10-27T00:00:00Z"),
        ("America/St_Johns", date(2006, 10, 28), "2006-10-29T02:30:00Z"),
    ] {
        assert_eq!(end_of_day(zone, day), Ok(instant(end)), "{zone}");
    }
}

#[test]
fn a_last_hour_that_is_lived_twice_belongs_to_its_day_both_times() {
    for (zone, day, end) in [
        ("America/Sao_Paulo", date(2018, 2, 17), "2018-02-18T03:00:00Z"),
        ("Africa/Cairo", date(2024, 10, 31), "2024-10-31T22:00:00Z"),
        ("Asia/Beirut", date(2024, 10, 26), "2024-10-26T22:00:00Z"),
    ] {
        assert_eq!(end_of_day(zone, day), Ok(instant(end)), "{zone}");
    }
}

#[test]
fn a_gap_around_midnight_ends_the_day_where_it_begins() {
    let toronto = Zone::named("America/Toronto").unwrap();
    assert_eq!(toronto.ends(date(1919, 3, 30)), Ok(instant("1919-03-31T04:30:00Z")));
}

#[test]
fn a_date_that_a_zone_left_out_does_not_count() {
    let apia = ClockPolicy {
        tz: "Pacific/Apia".to_owned(),
        days: 3,
        cutoff: None,
        roll: Roll::None,
        ..policy()
    };
    let start = at("Pacific/Apia", "2011-12-28 10:00");
    let reckoning = reckon(&apia, &BTreeSet::new(), start, &[], 0, None).unwrap();
    let days: Vec<_> = reckoning.days.iter().map(|day| (day.date.day(), day.why)).collect();
    let (zero, counted, skipped) = (Why::DayZero, Why::Counted, Why::NoSuchDate);
    assert_eq!(
        days,
        [(28, zero), (29, counted), (30, skipped), (31, counted), (1, counted)]
    );
    assert_eq!(
        end_of_day("Pacific/Apia", date(2011, 12, 29)),
        end_of_day("Pacific/Apia", date(2011, 12, 30))
    );
}

#[test]
fn a_clock_that_lapses_at_a_missing_midnight_lapses_at_the_jump() {
    let policy = ClockPolicy {
        tz: "America/Sao_Paulo".to_owned(),
        roll: Roll::None,
        days: 2,
        ..policy()
    };
    let start = at("America/Sao_Paulo", "2018-11-01 10:00");
    let reckoning = reckon(&policy, &BTreeSet::new(), start, &[], 0, None).unwrap();
    assert_eq!(
        (reckoning.due, reckoning.lapses_at),
        (date(2018, 11, 3), instant("2018-11-04T03:00:00Z"))
    );
}

#[test]
fn every_day_of_thirty_years_begins_where_the_day_before_ends() {
    for name in [
        "Europe/Zurich",
        "Europe/Moscow",
        "America/New_York",
        "America/Sao_Paulo",
        "America/Havana",
        "America/St_Johns",
        "Africa/Cairo",
        "Asia/Beirut",
        "Asia/Kathmandu",
        "Atlantic/Azores",
        "Australia/Lord_Howe",
    ] {
        let zone = Zone::named(name).unwrap();
        let mut day = date(2000, 1, 1);
        while day.year() < 2030 {
            let begins = zone.begins(day).unwrap();
            assert_eq!(zone.date_at(begins), day, "{name}");
            let just_before = begins - SignedDuration::from_micros(1);
            assert_eq!(zone.date_at(just_before), day.yesterday().unwrap(), "{name}");
            day = day.tomorrow().unwrap();
        }
    }
}

#[test]
fn the_cut_off_itself_is_still_in_time() {
    let zero = |local| day_zero(&policy(), &BTreeSet::new(), zurich(local)).unwrap();
    assert_eq!(zero("2025-10-01 17:00:00"), date(2025, 10, 1));
    assert_eq!(zero("2025-10-01 17:00:00.000001"), date(2025, 10, 2));
    assert_eq!(
        zero("2025-10-03 17:00:01"),
        date(2025, 10, 6),
        "Friday evening counts for Monday"
    );
}

#[test]
fn without_a_cut_off_day_zero_is_the_local_date_even_on_a_sunday() {
    let policy = ClockPolicy {
        cutoff: None,
        ..policy()
    };
    let start = zurich("2025-10-05 23:59");
    assert_eq!(day_zero(&policy, &BTreeSet::new(), start), Ok(date(2025, 10, 5)));
}

#[test]
fn a_holiday_moves_day_zero_and_the_due_day() {
    let holidays = BTreeSet::from([date(2025, 10, 1), date(2025, 11, 3)]);
    let reckoning = reckon(&policy(), &holidays, zurich("2025-10-01 10:00"), &[], 0, None).unwrap();
    assert_eq!(reckoning.day_zero, date(2025, 10, 2));
    assert_eq!(
        (reckoning.raw_due, reckoning.due),
        (date(2025, 11, 1), date(2025, 11, 4))
    );
}

#[test]
fn without_the_roll_the_due_day_is_the_raw_one() {
    let policy = ClockPolicy {
        roll: Roll::None,
        ..policy()
    };
    let reckoning = reckon(&policy, &BTreeSet::new(), zurich("2025-10-01 17:05"), &[], 0, None).unwrap();
    assert_eq!(
        (reckoning.raw_due, reckoning.due),
        (date(2025, 11, 1), date(2025, 11, 1))
    );
}

#[test]
fn a_decision_on_the_seventh_of_november_falls_on_day_22_of_30() {
    let number = |stops: &[Stop], local: &str| {
        day_number(
            &policy(),
            &BTreeSet::new(),
            zurich("2025-10-16 09:00"),
            stops,
            zurich(local),
        )
        .unwrap()
    };
    assert_eq!(number(&[], "2025-11-07 11:00"), 22);
    assert_eq!(number(&[], "2025-10-16 23:59"), 0);
    assert_eq!(number(&[], "2025-10-17 00:00"), 1);
    assert_eq!(number(&[], "2025-10-01 00:00"), 0);
    assert_eq!(number(&[], "2025-11-30 12:00"), 45, "an overdue clock goes on");
    let open = [Stop {
        from: zurich("2025-10-20 15:00"),
        to: None,
    }];
    assert_eq!(number(&open, "2025-10-20 14:59"), 4);
    assert_eq!(number(&open, "2025-10-20 15:00"), 3);
    assert_eq!(number(&open, "2025-11-07 11:00"), 3);
    let answered = [stop("2025-10-20 15:00", "2025-10-24 09:00")];
    assert_eq!(number(&answered, "2025-10-24 08:59"), 3);
    assert_eq!(number(&answered, "2025-10-24 09:00"), 4);
}

#[test]
fn warnings_fall_at_the_midnight_their_day_begins() {
    let begins = |stops: &[Stop], n| {
        start_of_counted_day(&policy(), &BTreeSet::new(), zurich("2025-10-16 09:00"), stops, n, None).unwrap()
    };
    assert_eq!(begins(&[], 0), zurich("2025-10-16 00:00"));
    assert_eq!(begins(&[], 1), zurich("2025-10-17 00:00"));
    assert_eq!(begins(&[], 20), zurich("2025-11-05 00:00"));
    assert_eq!(
        begins(&[stop("2025-10-20 15:00", "2025-10-24 09:00")], 20),
        zurich("2025-11-09 00:00")
    );
}

#[test]
fn questions_end_three_counted_days_before_the_last() {
    let start = zurich("2025-10-01 10:00");
    let last_three = |stops: &[Stop], extension, local| {
        in_last_counted_days(&policy(), &BTreeSet::new(), start, stops, extension, zurich(local), 3).unwrap()
    };
    assert!(!last_three(&[], 0, "2025-10-28 23:59:59"));
    assert!(last_three(&[], 0, "2025-10-29 00:00"));
    assert!(last_three(&[], 0, "2025-11-05 00:00"), "later still");
    assert!(!last_three(&[], 15, "2025-10-29 00:00"), "an extension moves them");
    let open = [Stop {
        from: zurich("2025-10-10 15:00"),
        to: None,
    }];
    assert!(!last_three(&open, 0, "2025-10-29 00:00"), "a stop moves them");
    let none = in_last_counted_days(
        &policy(),
        &BTreeSet::new(),
        start,
        &[],
        0,
        zurich("2025-10-31 12:00"),
        0,
    );
    assert_eq!(none, Ok(false));
}

#[test]
fn an_open_stop_is_reckoned_as_if_answered_at_the_given_instant() {
    let start = zurich("2025-10-01 10:00");
    let open = [Stop {
        from: zurich("2025-10-10 15:00"),
        to: None,
    }];
    let closed = [stop("2025-10-10 15:00", "2025-10-20 09:00")];
    let none = BTreeSet::new();
    let answered = zurich("2025-10-20 09:00");
    assert_eq!(reckon(&policy(), &none, start, &open, 0, Some(answered)), {
        reckon(&policy(), &none, start, &closed, 0, None)
    });
    let refused = reckon(&policy(), &none, start, &open, 0, None);
    assert_eq!(refused, Err(ClockError::StillStopped { stop: 0 }));
}

#[test]
fn the_cap_on_stops_is_passed_at_the_first_midnight_too_many() {
    let policy = ClockPolicy {
        stop_cap_days: 12,
        ..policy()
    };
    let passes =
        |stops: &[Stop]| stop_cap_passes_at(&policy, &BTreeSet::new(), zurich("2025-10-01 10:00"), stops).unwrap();
    let ten = stop("2025-10-10 15:00", "2025-10-20 09:00");
    assert_eq!(passes(&[]), None);
    assert_eq!(passes(&[ten]), None);
    assert_eq!(
        passes(&[ten, stop("2025-11-01 09:00", "2025-11-03 09:00")]),
        None,
        "twelve are allowed"
    );
    let three = stop("2025-11-01 09:00", "2025-11-04 00:00");
    assert_eq!(passes(&[ten, three]), Some(zurich("2025-11-04 00:00")));
    let open = Stop {
        from: zurich("2025-10-15 09:00"),
        to: None,
    };
    assert_eq!(
        passes(&[ten, open]),
        Some(zurich("2025-10-23 00:00")),
        "an open stop lasts; overlaps cost once"
    );
}

#[test]
fn what_makes_no_sense_is_refused_in_words() {
    let good = || (policy(), zurich("2025-10-01 10:00"), Vec::new(), 0, None);
    let of = |(policy, start, stops, extension, as_of): (ClockPolicy, Instant, Vec<Stop>, u32, Option<Instant>)| {
        reckon(&policy, &BTreeSet::new(), start, &stops, extension, as_of).unwrap_err()
    };
    let mut bad = good();
    bad.0.tz = "Europe/Zürich".to_owned();
    assert_eq!(of(bad), ClockError::UnknownZone("Europe/Zürich".to_owned()));
    for cutoff in [
        "",
        "17",
        "5pm",
        "24:00",
        "17:60",
        "-1:00",
        "+7:00",
        "017:00",
        "17:00:00",
        "１７:00",
    ] {
        let mut bad = good();
        bad.0.cutoff = Some(cutoff.to_owned());
        assert_eq!(of(bad), ClockError::BadCutoff(cutoff.to_owned()));
    }
    let mut bad = good();
    bad.0.days = 0;
    assert_eq!(of(bad), ClockError::NoDays);
    let mut bad = good();
    (bad.0.days, bad.3) = (u32::MAX, u32::MAX);
    assert_eq!(of(bad), ClockError::TooManyDays(8_589_934_590));
    let mut bad = good();
    bad.1 = Instant::MAX;
    assert_eq!(of(bad), ClockError::NotInRange(Given::Start));
    let mut bad = good();
    bad.2 = vec![stop("2025-10-10 09:00", "2025-10-10 08:59")];
    assert_eq!(of(bad), ClockError::StopBackwards { stop: 0 });
    let mut bad = good();
    bad.2 = vec![stop("2025-10-10 09:00", "9999-01-01 00:00")];
    assert_eq!(of(bad), ClockError::NotInRange(Given::StopTo(0)));
    let mut bad = good();
    bad.4 = Some(Instant::MIN);
    assert_eq!(of(bad), ClockError::NotInRange(Given::AsOf));
}

#[test]
fn a_count_that_never_ends_is_refused() {
    let mut all: BTreeSet<Date> = BTreeSet::new();
    let mut day = date(2199, 1, 1);
    while day.year() <= 2200 {
        all.insert(day);
        day = day.tomorrow().unwrap();
    }
    let policy = ClockPolicy {
        unit: DayUnit::Working,
        ..policy()
    };
    let start = zurich("2198-12-31 10:00");
    assert_eq!(reckon(&policy, &all, start, &[], 0, None), Err(ClockError::Endless));
    let forever = [Stop {
        from: zurich("2025-10-10 09:00"),
        to: None,
    }];
    let start = zurich("2025-10-01 10:00");
    let late = Some(instant("2199-12-31T12:00:00Z"));
    assert_eq!(
        reckon(&policy, &BTreeSet::new(), start, &forever, 3_000, late),
        Err(ClockError::Endless)
    );
    assert_eq!(
        end_of_day("Europe/Zurich", date(9999, 12, 31)),
        Err(ClockError::NotInRange(Given::Date))
    );
    let beyond = day_number(&policy, &BTreeSet::new(), start, &[], Instant::MAX);
    assert_eq!(beyond, Err(ClockError::NotInRange(Given::At)));
}
