use super::*;
use clap::{CommandFactory as _, Parser};
use serde_json::{Value, json};

const EXAMPLE: &str = include_str!("../../../docs/examples/clock.json");

#[derive(Debug, Parser)]
struct Tool {
    #[command(flatten)]
    args: ClockArgs,
}

fn now() -> Instant {
    "2025-10-20T07:00:00Z".parse().unwrap()
}

/// The question of V1, to be changed by the tests.
fn v1() -> Value {
    json!({
        "policy": {"unit": "calendar", "days": 30, "tz": "Europe/Zurich", "cutoff": "17:00", "roll": "next_working"},
        "holidays": [],
        "start": "2025-10-01T10:00:00+02:00",
        "stops": [],
        "extension_days": 0
    })
}

fn with(path: &str, value: Value) -> Value {
    let mut question = v1();
    let (parent, key) = path.rsplit_once('/').unwrap();
    question.pointer_mut(parent).unwrap()[key] = value;
    question
}

fn answered(question: &Value) -> Value {
    let json = answer(question.to_string().as_bytes(), true, now()).unwrap();
    serde_json::from_str(&json).unwrap()
}

fn told(question: &Value) -> String {
    answer(question.to_string().as_bytes(), false, now()).unwrap()
}

fn refused(question: &Value) -> String {
    answer(question.to_string().as_bytes(), true, now())
        .unwrap_err()
        .to_string()
}

/// Runs the tool as a stranger would: a file, arguments, an exit code.
fn run_on(question: &str, more: &[&str]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("question.json");
    std::fs::write(&file, question).unwrap();
    let words = ["clock"]
        .into_iter()
        .chain(more.iter().copied())
        .chain([file.to_str().unwrap()]);
    let tool = Tool::try_parse_from(words).unwrap();
    let mut out = Vec::new();
    let code = run(&tool.args, &mut out).unwrap();
    (code, String::from_utf8(out).unwrap())
}

#[test]
fn v1_is_answered_in_json_field_by_field() {
    let (code, out) = run_on(&v1().to_string(), &["--json"]);
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(code, 0);
    assert_eq!(answer["day_zero"], "2025-10-01");
    assert_eq!(answer["raw_due"], "2025-10-31");
    assert_eq!(answer["due"], "2025-10-31");
    assert_eq!(answer["lapses_at"], "2025-10-31T23:00:00Z");
    assert_eq!(answer["counted"], 30);
    assert_eq!(answer["stopped_days"], 0);
    assert_eq!(answer["days"].as_array().unwrap().len(), 31);
    assert_eq!(
        answer["days"][0],
        json!({"date": "2025-10-01", "counts": false, "why": "day_zero"})
    );
    assert_eq!(
        answer["days"][30],
        json!({"date": "2025-10-31", "counts": true, "why": "counted"})
    );
    assert_eq!(answer.as_object().unwrap().len(), 7, "no further fields");
}

#[test]
fn v2_to_v5_are_answered_as_the_law_says() {
    let question = json!({"from": "2025-10-10T15:00:00+02:00", "to": "2025-10-20T09:00:00+02:00"});
    let second = json!({"from": "2025-10-15T12:00:00+02:00", "to": "2025-10-25T12:00:00+02:00"});
    let same_day = json!({"from": "2025-10-10T09:00:00+02:00", "to": "2025-10-10T16:00:00+02:00"});
    for (asked, day_zero, raw_due, due, stopped) in [
        (
            with("/start", json!("2025-10-01T17:05:00+02:00")),
            "2025-10-02",
            "2025-11-01",
            "2025-11-03",
            0,
        ),
        (
            with("/stops", json!([question])),
            "2025-10-01",
            "2025-11-10",
            "2025-11-10",
            10,
        ),
        (
            with("/stops", json!([question, second])),
            "2025-10-01",
            "2025-11-15",
            "2025-11-17",
            15,
        ),
        (
            with("/stops", json!([same_day])),
            "2025-10-01",
            "2025-10-31",
            "2025-10-31",
            0,
        ),
    ] {
        let found = answered(&asked);
        assert_eq!(found["day_zero"], day_zero);
        assert_eq!(found["raw_due"], raw_due);
        assert_eq!(found["due"], due);
        assert_eq!(found["stopped_days"], stopped);
    }
}

#[test]
fn the_text_says_what_when_and_why() {
    let text = told(&with(
        "/stops",
        json!([{"from": "2025-10-30T15:00:00+01:00", "to": "2025-10-31T09:00:00+01:00"}]),
    ));
    for line in [
        "Clock       30 calendar days in Europe/Zurich; all times below are local there",
        "Start       Wed 2025-10-01 10:00",
        "Day 0       Wed 2025-10-01",
        "Stop 1      Thu 2025-10-30 15:00 to Fri 2025-10-31 09:00",
        "Stopped     1 day: every day that ended while the clock stood still",
        "Raw due     Sat 2025-11-01, the last of 30 counted days",
        "Due         Mon 2025-11-03: the raw due day is a day off, so the next working day",
        "Time is up  Tue 2025-11-04 00:00, that is 2025-11-03T23:00:00Z",
        "Note        stop 1 begins in the last 3 counted days: no question is asked then unless the applicant consents",
        "Wed 2025-10-01     0  day 0: the count starts with the next day",
        "Thu 2025-10-30     -  not counted: the clock stood still when this day ended (stop 1)",
        "Fri 2025-10-31    29  counted",
        "Sat 2025-11-01    30  counted (raw due)",
        "Mon 2025-11-03     -  not counted: all days are used; the due day moves to a working day (due)",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line:?} is missing in:\n{text}"
        );
    }
}

#[test]
fn a_start_too_late_or_on_a_day_off_is_explained() {
    let late = told(&with("/start", json!("2025-10-01T17:05:00+02:00")));
    assert!(
        late.contains("Day 0       Thu 2025-10-02: the start came after the cut-off\n"),
        "{late}"
    );
    let saturday = told(&with("/start", json!("2025-10-04T11:00:00+02:00")));
    assert!(
        saturday.contains("Day 0       Mon 2025-10-06: the start came on a day off\n"),
        "{saturday}"
    );
}

#[test]
fn every_uncounted_day_names_its_stops_or_its_calendar() {
    let mut question: Value = serde_json::from_str(EXAMPLE).unwrap();
    question["policy"]["unit"] = json!("working");
    let text = told(&question);
    for line in [
        "Tue 2025-10-14     -  not counted: the clock stood still when this day ended (stop 1)",
        "Sat 2025-10-18     -  not counted: the clock stood still when this day ended (stops 1 and 2)",
        "Mon 2025-10-20     -  not counted: the clock stood still when this day ended (stop 2)",
        "Sun 2025-10-26     -  not counted: weekend",
        "Mon 2025-11-03     -  not counted: holiday (ru-public@1)",
        "Tue 2025-11-11     -  not counted: holiday (us-federal@1)",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line:?} is missing in:\n{text}"
        );
    }
    question["holidays"] = json!(["2025-10-02", "2025-11-11"]);
    let text = told(&question);
    assert!(
        text.contains("Thu 2025-10-02     -  not counted: holiday (given)\n"),
        "{text}"
    );
    assert!(
        text.contains("Tue 2025-11-11     -  not counted: holiday (us-federal@1 and given)\n"),
        "{text}"
    );
}

#[test]
fn an_open_stop_is_taken_to_end_now_or_when_the_question_says() {
    let open = json!([{"from": "2025-10-10T15:00:00+02:00", "to": null}]);
    let mut question = with("/stops", open);
    let found = answered(&question);
    assert_eq!(
        (&found["due"], &found["as_of"]),
        (&json!("2025-11-10"), &json!("2025-10-20T07:00:00Z"))
    );
    question["as_of"] = json!("2025-10-12T12:00:00Z");
    let found = answered(&question);
    assert_eq!(
        (&found["raw_due"], &found["stopped_days"]),
        (&json!("2025-11-02"), &json!(2))
    );
    assert!(
        told(&question).contains("Fri 2025-10-10 15:00, still open; reckoned as if it ended Sun 2025-10-12 14:00\n")
    );
    question["as_of"] = json!("2025-10-09T12:00:00Z");
    assert!(refused(&question).starts_with("stops[0].to: this stop is open and begins after"));
}

#[test]
fn calendars_add_days_off_and_are_refused_outside_their_years() {
    let mut question = with("/calendars", json!(["us-federal@1", "ru-public@1"]));
    question["start"] = json!("2025-10-02T10:00:00+02:00");
    let found = answered(&question);
    assert_eq!(
        (&found["raw_due"], &found["due"]),
        (&json!("2025-11-01"), &json!("2025-11-05")),
        "3 and 4 November"
    );
    question["calendars"] = json!(["none@1", "mars@1"]);
    assert!(refused(&question).starts_with("calendars[1]: no calendar is called \"mars@1\"; there are none@1,"));
    question["calendars"] = json!(["us-federal@1"]);
    question["start"] = json!("2028-12-20T10:00:00+01:00");
    assert!(refused(&question).starts_with("calendars[0]: us-federal@1 knows the holidays of 2024 to 2028 only"));
}

#[test]
fn a_whole_policy_block_is_understood_and_what_it_forbids_is_noted() {
    let mut question = v1();
    question["policy"] = json!({
        "unit": "calendar", "days": 30, "tz": "Europe/Zurich", "cutoff": null, "start": "acceptance", "roll": "none",
        "extension": {"max": 5, "times": 1}, "on_lapse": "deemed_refused", "escalation_days": 10, "stop_cap_days": 3
    });
    question["extension_days"] = json!(6);
    question["stops"] = json!([{"from": "2025-10-10T15:00:00+02:00", "to": "2025-10-14T09:00:00+02:00"}]);
    let text = told(&question);
    assert!(
        text.contains("Note        the policy allows an extension of at most 5 days\n"),
        "{text}"
    );
    assert!(
        text.contains("Note        the policy allows at most 3 days of stops in all\n"),
        "{text}"
    );
    assert!(
        text.contains("Due         Mon 2025-11-10: a due day is not moved under this policy\n"),
        "{text}"
    );
}

#[test]
fn whatever_is_wrong_is_named_by_its_path() {
    let stop = |from: &str, to: &str| json!([{"from": from, "to": to}]);
    for (question, path) in [
        (
            with("/policy/tz", json!("Mars/Olympus")),
            "policy.tz: no time zone is called \"Mars/Olympus\"",
        ),
        (
            with("/policy/cutoff", json!("5pm")),
            "policy.cutoff: \"5pm\" is not a local time of day",
        ),
        (
            with("/policy/days", json!(0)),
            "policy.days: a clock needs at least one day",
        ),
        (
            with("/policy/days", json!(1_000_000_000)),
            "policy.days: 1000000000 days are more than a clock may have",
        ),
        (
            with("/policy/days", json!(-1)),
            "policy.days: invalid value: integer `-1`",
        ),
        (
            with("/policy/days", json!(2.5)),
            "policy.days: invalid type: floating point",
        ),
        (
            with("/policy/unit", json!("lunar")),
            "policy.unit: unknown variant `lunar`",
        ),
        (with("/policy/dayz", json!(1)), "policy.dayz: unknown field `dayz`"),
        (with("/holiday", json!([])), "holiday: unknown field `holiday`"),
        (
            with("/holidays", json!(["2025-12-25", "25.12.2025"])),
            "holidays[1]: \"25.12.2025\" is not a date",
        ),
        (
            with("/holidays", json!(["2025-12-25T00:00"])),
            "holidays[0]: \"2025-12-25T00:00\" is not a date",
        ),
        (
            with("/holidays", json!(["2025-02-29"])),
            "holidays[0]: \"2025-02-29\" is not a date",
        ),
        (
            with("/start", json!("2025-10-01T10:00")),
            "start: \"2025-10-01T10:00\" is not an instant",
        ),
        (
            with("/start", json!("9999-10-01T10:00:00Z")),
            "start: start is outside the years 1970 to 2199",
        ),
        (with("/start", json!(0)), "start: invalid type: integer `0`"),
        (
            with("/stops", stop("2025-10-02T10:00:00Z", "2025-10-01T10:00:00Z")),
            "stops[0].to: stop 1 ends before",
        ),
        (
            with("/stops", json!([{"from": "2025-10-02T10:00:00Z"}])),
            "stops[0]: missing field `to`",
        ),
        (
            with("/stops", json!([{"from": "x", "to": null}])),
            "stops[0].from: \"x\" is not an instant",
        ),
        (with("/extension_days", json!(-3)), "extension_days: invalid value"),
        (json!({}), "missing field `policy`"),
        (json!([]), "this is not a JSON object"),
    ] {
        let message = refused(&question);
        assert!(message.starts_with(path), "{message:?} does not start with {path:?}");
    }
}

#[test]
fn what_is_not_json_or_too_much_of_it_ends_with_code_2_and_no_answer() {
    let twice = format!("{}{}", v1(), v1());
    for question in ["", "{", "\u{0}", twice.as_str(), "[[[[[[", "null", &"[".repeat(100_000)] {
        assert_eq!(run_on(question, &["--json"]), (2, String::new()), "{question:.40}");
    }
    assert_eq!(
        answer(b"{\"policy\": \"\xff\"}", true, now())
            .unwrap_err()
            .path
            .as_deref(),
        Some("policy")
    );
    let args = ClockArgs {
        file: "no/such/file.json".into(),
        json: true,
    };
    assert_eq!(run(&args, &mut Vec::new()).unwrap(), 2);
}

#[test]
fn a_byte_order_mark_is_no_obstacle() {
    let question = format!("\u{feff}{}", v1());
    assert_eq!(run_on(&question, &[]).0, 0);
}

#[test]
fn the_example_of_the_help_is_answered() {
    let found = answered(&serde_json::from_str(EXAMPLE).unwrap());
    assert_eq!(
        (&found["raw_due"], &found["due"]),
        (&json!("2025-11-15"), &json!("2025-11-17"))
    );
    let help = Tool::command().render_long_help().to_string();
    assert!(
        help.contains("\"tz\": \"Europe/Zurich\"") && help.contains("corridor clock --json -"),
        "{help}"
    );
    for id in crate::clockwork::ids() {
        assert!(help.contains(id), "the help does not name {id}");
    }
}

#[test]
fn what_is_no_question_at_all_is_said_without_the_programs_own_words() {
    let said = |bytes: &[u8]| answer(bytes, true, now()).unwrap_err().to_string();
    for bytes in [&b""[..], b"[]", b"7", b"\xFF\xFE{}", &[b'['; 100_000]] {
        assert!(said(bytes).contains("not a JSON object"), "{}", said(bytes));
    }
    assert!(
        said(b"{\"policy\": ").contains("ends in the middle"),
        "{}",
        said(b"{\"policy\": ")
    );
    let mut question: Value = serde_json::from_str(EXAMPLE).unwrap();
    question["policy"]["days"] = json!(-3);
    assert!(
        refused(&question).contains("a whole number, 0 or more"),
        "{}",
        refused(&question)
    );
}
