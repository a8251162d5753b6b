//! The tables in print: every column of every row, the machines as diagrams, and who may do what in which state.
//!
//! Pure text from the same tables that are enforced, so that what is read is what is done. The printed documents are
//! kept in `docs/` and compared with these functions by `tests/procedure.rs`.

mod diagram;
mod matrix;
pub mod net;

pub use diagram::diagrams;
pub use matrix::authorisation;

use super::{
    case::Case,
    notice::Notice,
    step::{ClockEffect, Step, Subject},
};
use std::fmt::Write as _;

const PREFACE: &str = "\
# The procedure

Printed from the tables in `src/workflow/procedure/`; do not edit. `UPDATE=1 cargo test --test procedure` prints it anew.

How to read a row. *Who*: any of these roles (their letters are explained below); “each” means that every delegation does
it once, and that it takes effect with the last one; “password” that it cannot be taken back, and that the password was
given within the last ten minutes. *During*: the states of the dossier in which it may happen; *from*:
the states of its own machine; a dash stands for any. *To*: where it may lead. *Clock*: what it does to the statutory
clock. *Tells*: who gets a letter. *If*: the conditions, by their codes; their sentences stand below each table. Whatever
no row grants is refused.
";

/// The whole procedure as a document: roles, every row with every column, the sentences of the conditions, diagrams.
#[must_use]
pub fn procedure() -> String {
    let mut out = PREFACE.to_owned();
    out.push_str(&roles());
    section::<Notice>(&mut out, &["The notice"]);
    section::<Case>(
        &mut out,
        &[
            "The dossier",
            "When the notice changes",
            "Questions",
            "Screening",
            "The committee",
            "The inspection",
            "Ballot and decision",
            "The waiver",
            "Shipments",
        ],
    );
    out.push_str(&diagrams());
    out
}

fn roles() -> String {
    use crate::domain::people::Role;
    let mut out = "\n## Roles\n\n| letters | role |\n|---|---|\n".to_owned();
    for role in Role::ALL {
        let _ = writeln!(out, "| {} | {} |", role.code(), words(&format!("{role:?}")));
    }
    out
}

fn section<S: Subject>(out: &mut String, titles: &[&str]) {
    for (number, chapter) in S::chapters().iter().enumerate() {
        let title = titles.get(number).copied().unwrap_or("A further chapter");
        let _ = write!(out, "\n## {title}\n\n{}\n{}", table(chapter), conditions(chapter));
    }
}

/// One chapter as a table, every column printed.
#[must_use]
pub fn table<S: Subject>(chapter: &[Step<S>]) -> String {
    let mut out = "\
| rule | action | who | during | from | to | clock | tells | if |
|---|---|---|---|---|---|---|---|---|
"
    .to_owned();
    for step in chapter {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            step.rule,
            S::word(step.action),
            who(step),
            list(step.during),
            list(step.from),
            list(step.to),
            clock(step.clock),
            list(step.tells.iter().map(|audience| words(&format!("{audience:?}")))),
            list(step.conditions.iter().map(|condition| condition.code)),
        );
    }
    out
}

/// The conditions of a chapter: code, the rule it comes from, and what a person is told when it does not hold.
#[must_use]
pub fn conditions<S: Subject>(chapter: &[Step<S>]) -> String {
    let mut lines: Vec<String> = chapter
        .iter()
        .flat_map(|step| step.conditions)
        .map(|condition| format!("- `{}` ({}): {}\n", condition.code, condition.cites, condition.says))
        .collect();
    lines.sort();
    lines.dedup();
    lines.concat()
}

fn who<S: Subject>(step: &Step<S>) -> String {
    let roles = list(step.roles.iter().map(|role| role.code()));
    let who = if step.joint { format!("each {roles}") } else { roles };
    if step.binding { format!("{who}; password") } else { who }
}

fn clock(effect: ClockEffect) -> String {
    match effect {
        ClockEffect::Untouched => "–".to_owned(),
        ClockEffect::Starts => "starts".to_owned(),
        ClockEffect::Stops(reason) => format!("stops: {reason}"),
        ClockEffect::Resumes => "resumes".to_owned(),
        ClockEffect::Ends => "ends".to_owned(),
    }
}

fn list<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let words: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    if words.is_empty() {
        "–".to_owned()
    } else {
        words.join(", ")
    }
}

/// `CoChairs` in words: `co chairs`.
fn words(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push(' ');
        }
        out.extend(letter.to_lowercase());
    }
    out
}
