//! Who may do what in which state, by role and state alone: the permission matrix.

use super::list;
use crate::{
    domain::people::Role,
    workflow::{
        case::Case,
        notice::Notice,
        state::{DossierState, NoticeState, State},
        step::{Subject, every_row},
    },
};
use std::fmt::Write as _;

const PREFACE: &str = "\
Who may do what, by role and state alone
========================================
Printed from the tables in src/workflow/procedure/; do not edit. `UPDATE=1 cargo test --test procedure` prints it anew.
A cross: the table grants the action to this role in this state; the row's conditions (docs/procedure.md) come on top.
A dot: refused. An action that does not stand under a role is refused to it in every state.
Under “at” stands the state of the action's own machine that it needs as well; a dash: any.
“draft” includes the dossier not yet begun.
";

/// The permission matrix: role × state × action.
#[must_use]
pub fn authorisation() -> String {
    let mut out = PREFACE.to_owned();
    for role in Role::ALL {
        let _ = write!(out, "\n{} {role:?}\n", role.code());
        let (notices, cases) = (lines_of_notices(*role), lines_of_cases(*role));
        if notices.is_empty() && cases.is_empty() {
            out.push_str("  nothing\n");
        }
        put(
            &mut out,
            "notice",
            &list(NoticeState::ALL.iter().map(|state| state.word())),
            &notices,
        );
        put(
            &mut out,
            "case",
            &list(DossierState::ALL.iter().map(|state| state.word())),
            &cases,
        );
    }
    out
}

/// One line: rule, action, state of its own machine, one sign for each state of the main machine.
type Line = (&'static str, &'static str, String, String);

fn put(out: &mut String, what: &str, columns: &str, lines: &[Line]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "  {what}: the signs stand for {columns}");
    for (rule, action, at, signs) in lines {
        let _ = writeln!(out, "    {rule:<5} {action:<26} {at:<24} {signs}");
    }
}

fn sign(granted: bool) -> char {
    if granted { 'x' } else { '.' }
}

fn lines_of_notices(role: Role) -> Vec<Line> {
    let granted = every_row::<Notice>().filter(|step| step.roles.contains(&role));
    granted
        .map(|step| {
            let signs = NoticeState::ALL
                .iter()
                .map(|state| sign(step.from.is_empty() || step.from.contains(&State::Notice(*state))))
                .collect();
            (step.rule, Notice::word(step.action), "–".to_owned(), signs)
        })
        .collect()
}

fn lines_of_cases(role: Role) -> Vec<Line> {
    let mut lines = Vec::new();
    for step in every_row::<Case>().filter(|step| step.roles.contains(&role)) {
        let signs: String = DossierState::ALL
            .iter()
            .map(|state| sign(step.during.is_empty() || step.during.contains(state)))
            .collect();
        let places = step.from.iter().map(ToString::to_string);
        let any = step.from.is_empty().then(|| "–".to_owned());
        for at in places.chain(any) {
            lines.push((step.rule, Case::word(step.action), at, signs.clone()));
        }
    }
    lines
}
