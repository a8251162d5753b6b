//! The machines as state diagrams (Mermaid), drawn from the rows.

use crate::workflow::{
    case::Case,
    notice::Notice,
    state::{DossierState, State},
    step::{Step, Subject, every_row},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    mem::{Discriminant, discriminant},
};

const PREFACE: &str = "
## The machines

An arrow carries the rules under which the step is taken. An arrow from the black dot is a step that is not tied to a
state of that machine. Not drawn is what follows by itself: when a case settles, its committee closes and its open round
of questions ends; a member's leaving and a replaced document send findings back to “proposed”.
";

type Arrows = BTreeMap<(Option<State>, State), BTreeSet<&'static str>>;

/// Every machine of the procedure as a Mermaid diagram.
#[must_use]
pub fn diagrams() -> String {
    let mut machines: Vec<(&str, Discriminant<State>)> = Vec::new();
    let mut arrows = Arrows::new();
    arrows_of::<Notice>(&mut arrows);
    arrows_of::<Case>(&mut arrows);
    for (_, to) in arrows.keys() {
        if !machines.iter().any(|(_, machine)| *machine == discriminant(to)) {
            machines.push((name(to), discriminant(to)));
        }
    }
    machines.sort_by_key(|(name, _)| *name);
    let mut out = PREFACE.to_owned();
    for (name, machine) in machines {
        let of_machine = arrows.iter().filter(|((_, to), _)| discriminant(to) == machine);
        let _ = write!(
            out,
            "\n### The {name}\n\n```mermaid\nstateDiagram-v2\n{}```\n",
            drawn(of_machine)
        );
    }
    out
}

fn drawn<'a>(arrows: impl Iterator<Item = (&'a (Option<State>, State), &'a BTreeSet<&'static str>)>) -> String {
    let mut out = String::new();
    for ((from, to), rules) in arrows {
        let rules: Vec<&str> = rules.iter().copied().collect();
        let from = from.map_or_else(|| "[*]".to_owned(), word);
        let _ = writeln!(out, "    {from} --> {} : {}", word(*to), rules.join(", "));
    }
    out
}

fn arrows_of<S: Subject>(arrows: &mut Arrows) {
    for step in every_row::<S>() {
        for to in step.to {
            for from in sources(step, to) {
                arrows.entry((from, *to)).or_default().insert(step.rule);
            }
        }
    }
}

/// The states of the same machine from which the row leads there.
fn sources<S: Subject>(step: &Step<S>, to: &State) -> Vec<Option<State>> {
    let during = step.during.iter().map(|state: &DossierState| State::Dossier(*state));
    let known: Vec<Option<State>> = step
        .from
        .iter()
        .copied()
        .chain(during)
        .filter(|from| discriminant(from) == discriminant(to))
        .map(Some)
        .collect();
    if known.is_empty() { vec![None] } else { known }
}

fn name(state: &State) -> &'static str {
    match state {
        State::Notice(_) => "notice",
        State::Dossier(_) => "dossier",
        State::Round(_) => "round of questions",
        State::Phase(_) => "committee",
        State::Inspection(_) => "inspection",
        State::Finding(_) => "finding",
        State::Hit(_) => "hit of a screening",
        State::Waiver(_) => "waiver",
        State::Shipment(_) => "shipment",
    }
}

fn word(state: State) -> String {
    let whole = state.to_string();
    whole
        .split_once(':')
        .map_or(whole.clone(), |(_, state)| state.to_owned())
}
