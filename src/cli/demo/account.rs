//! The account of the play: one line for each step, then the table of what was expected and what came.

use super::{
    people,
    script::{Step, verdict::Line},
};
use serde_json::Value;
use std::fmt::Write as _;

/// Tells the story while it is played and keeps it.
pub struct Account {
    lines: Vec<String>,
    /// Also print each line at once.
    aloud: bool,
    last_day: String,
}

impl Account {
    pub fn new(aloud: bool) -> Self {
        Self {
            lines: Vec::new(),
            aloud,
            last_day: String::new(),
        }
    }

    /// Everything told so far.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    pub fn say(&mut self, line: impl Into<String>) {
        let line = line.into();
        if self.aloud {
            println!("{line}");
        }
        self.lines.push(line);
    }

    /// One step with its day, the day of the clock, who did what and what became of it.
    pub fn tell(&mut self, step: &Step, view: &Value) {
        let day = step.at.strftime("%Y-%m-%d").to_string();
        let shown = if day == self.last_day {
            " ".repeat(10)
        } else {
            day.clone()
        };
        self.last_day = day;
        let who = people::part(&step.who).map_or(step.who.clone(), people::Part::shown);
        let standing = standing(view);
        let arrow = if standing.is_empty() {
            String::new()
        } else {
            format!("  → {standing}")
        };
        let line = format!(
            "{shown}  {:<12} {:<9}  {who}: {}{arrow}",
            step.tag,
            clock_day(view),
            step.says
        );
        self.say(line);
    }
}

/// `day 22/30` while a clock runs or has run.
fn clock_day(view: &Value) -> String {
    let started = view.pointer("/clock/start").is_some_and(Value::is_string);
    let figure = |pointer: &str| view.pointer(pointer).and_then(Value::as_u64);
    match (started, figure("/clock/day"), figure("/clock/days_total")) {
        (true, Some(day), Some(total)) => format!("day {day}/{total}"),
        _ => String::new(),
    }
}

/// Where the case or notice stands now, in few words.
fn standing(view: &Value) -> String {
    let text = |pointer: &str| view.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let mut words: Vec<String> = Vec::new();
    let state = text("/state").unwrap_or_default();
    if view.get("clock").is_none() {
        return state;
    }
    words.push(match text("/outcome") {
        Some(outcome) => outcome,
        None => state,
    });
    if let Some(stopped) = text("/clock/state").filter(|clock| clock.starts_with("stopped")) {
        words.push(format!("clock {stopped}"));
    }
    if let Some((number, state)) = text("/waiver/number").zip(text("/waiver/state")) {
        let available = text("/waiver/available").unwrap_or_default();
        words.push(format!(
            "waiver {number} {state}, {available} {} left",
            text("/waiver/unit").unwrap_or_default()
        ));
    }
    words.join("; ")
}

/// The table of expectations.
pub fn table(lines: &[Line]) -> String {
    let mut text = String::from("\nExpected by the cases, and what came:\n");
    for line in lines {
        let mark = if line.agrees() { "ok      " } else { "DIFFERS " };
        let _ = write!(text, "  {mark} {:<7} {:<38} {}", line.tag, line.what, line.expected);
        if !line.agrees() {
            let _ = write!(text, "\n{:19}{:<38} {}", "", "got", line.got);
        }
        text.push('\n');
    }
    let differing = lines.iter().filter(|line| !line.agrees()).count();
    let _ = match differing {
        0 => writeln!(text, "All {} comparisons agree.", lines.len()),
        _ => writeln!(text, "{differing} of {} comparisons differ.", lines.len()),
    };
    text
}

/// Who can sign in.
pub fn sign_ins() -> String {
    let mut text = format!(
        "\nSign in with any of these; the password of all is {}\n",
        people::PASSWORD
    );
    for part in people::PARTS {
        let roles: Vec<&str> = part.roles.iter().map(|role| people::title(*role)).collect();
        let side = part.delegation.unwrap_or("");
        let _ = writeln!(
            text,
            "  {:<30} {:<4} {:<20} {}",
            part.email(),
            side,
            roles.join(", "),
            part.name
        );
    }
    text
}
