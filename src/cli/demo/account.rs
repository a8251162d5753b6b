//! The account of the play: one line for each step, then the table of what was expected and what came.

use super::{
    people,
    script::{Step, Tag, verdict::Line},
};
use serde_json::Value;
use std::{collections::BTreeMap, fmt::Write as _};

/// Tells the story while it is played and keeps it.
pub struct Account {
    lines: Vec<String>,
    /// Also print each line at once.
    aloud: bool,
    /// How each case stood when it was last told of.
    standing: BTreeMap<Tag, String>,
}

impl Account {
    pub fn new(aloud: bool) -> Self {
        Self {
            lines: Vec::new(),
            aloud,
            standing: BTreeMap::new(),
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

    /// One step with its day, the day of the clock, who did what, and where that led if it led anywhere.
    pub fn tell(&mut self, step: &Step, view: &Value) {
        let day = step.at.strftime("%Y-%m-%d").to_string();
        let who = people::part(&step.who).map_or(step.who.clone(), people::Part::shown);
        let now = standing(view);
        // What was read beside the case itself says nothing about where it stands.
        let moved = !now.is_empty() && self.standing.insert(step.tag, now.clone()).as_ref() != Some(&now);
        let arrow = if moved { format!("  → {now}") } else { String::new() };
        let clock = clock_day(view, &day);
        self.say(format!(
            "{day}  {:<12} {clock:<9}  {who}: {}{arrow}",
            step.tag,
            filled(&step.says, view)
        ));
    }
}

/// The sentence with each `{/pointer}` replaced by what stands there in the answer.
fn filled(says: &str, view: &Value) -> String {
    let mut text = String::new();
    let mut rest = says;
    while let Some((before, (pointer, after))) = rest.split_once('{').and_then(|(b, r)| Some((b, r.split_once('}')?))) {
        text.push_str(before);
        text.push_str(&match view.pointer(pointer) {
            Some(Value::String(words)) => words.clone(),
            Some(other) => other.to_string(),
            None => "–".to_owned(),
        });
        rest = after;
    }
    text + rest
}

/// `day 22/30` while the clock lives, and on the day of the decision.
fn clock_day(view: &Value, today: &str) -> String {
    let text = |pointer: &str| view.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let started = !text("/clock/start").is_empty();
    let over = text("/clock/state") == "ended" && !text("/ballot/decided_at").starts_with(today);
    let figure = |pointer: &str| view.pointer(pointer).and_then(Value::as_u64);
    match (started && !over, figure("/clock/day"), figure("/clock/days_total")) {
        (true, Some(day), Some(total)) => format!("day {day}/{total}"),
        _ => String::new(),
    }
}

/// Where the case or notice stands now, in few words.
fn standing(view: &Value) -> String {
    let text = |pointer: &str| view.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let mut words = vec![text("/outcome").or(text("/state")).unwrap_or_default()];
    if let Some(stopped) = text("/clock/state").filter(|clock| clock.starts_with("stopped")) {
        words.push(format!("clock {stopped}"));
    }
    if let Some((number, state)) = text("/waiver/number").zip(text("/waiver/state")) {
        let available = text("/waiver/available").unwrap_or_default();
        let unit = text("/waiver/unit").unwrap_or_default();
        words = vec![format!("waiver {number} {state}, {available} {unit} left")];
        if state == "active" && view.pointer("/waiver/shipments/0").is_none() {
            words.insert(0, text("/outcome").unwrap_or_default());
        }
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
