//! The procedure of a case as a workflow net in PNML (ISO/IEC 15909-2), for conformance checking.
//!
//! A place is a state of the dossier or, once it is decided, of its waiver; the one token is the case. A transition is
//! a row of the table taken from one place, named as [`activity`] names it in the history: with the state it leads
//! to, or the rule alone if the case stays where it is. What happens on the machines beside (committee, inspection,
//! questions, shipments) is allowed in every place where its row allows it.

use crate::{
    domain::activity::activity,
    workflow::{
        case::Case,
        state::{DossierState, State, WaiverState},
        step::{Step, every_row},
    },
};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};
use std::{collections::BTreeSet, io};

const BIRTH: State = State::Dossier(DossierState::Draft);
const DECIDED: State = State::Dossier(DossierState::Decided);
const START: &str = "start";
const END: &str = "end";

/// From, its name if it is visible, to.
pub type Arc = (String, Option<String>, String);

/// Every transition of the net, each with the one place before it and the one behind it.
#[must_use]
pub fn arcs() -> BTreeSet<Arc> {
    let mut arcs = BTreeSet::new();
    for step in every_row::<Case>() {
        if step.to.contains(&BIRTH) {
            arcs.insert((START.to_owned(), Some(step.rule.to_owned()), BIRTH.to_string()));
            continue;
        }
        for from in places(step) {
            arcs_of(step, from, &mut arcs);
        }
    }
    let settled = DossierState::ALL.iter().filter(|state| state.is_settled());
    let last = settled
        .map(|state| State::Dossier(*state))
        .chain([State::Waiver(WaiverState::Closed)]);
    arcs.extend(last.map(|state| (state.to_string(), None, END.to_owned())));
    arcs
}

fn arcs_of(step: &Step<Case>, from: State, arcs: &mut BTreeSet<Arc>) {
    let mut arc = |from: State, to: State, name: &[State]| {
        let name: Vec<String> = name.iter().map(ToString::to_string).collect();
        let name = activity(step.rule, name.iter().map(String::as_str));
        arcs.insert((from.to_string(), Some(name), to.to_string()));
    };
    let targets: Vec<State> = step.to.iter().copied().filter(is_main).collect();
    // One delegation's consent, and a row that leads nowhere else, leave the case where it is.
    if targets.is_empty() || step.joint {
        arc(from, from, &[]);
    }
    for target in &targets {
        match target {
            // A waiver begins where a dossier was decided.
            State::Waiver(_) if targets.contains(&DECIDED) => arc(DECIDED, *target, &[*target]),
            _ => arc(from, *target, &[*target]),
        }
    }
}

fn is_main(state: &State) -> bool {
    matches!(state, State::Dossier(_) | State::Waiver(_))
}

/// Where the case may stand when this row is taken.
fn places(step: &Step<Case>) -> Vec<State> {
    let named: Vec<State> = step.from.iter().copied().filter(is_main).collect();
    if !named.is_empty() {
        return named;
    }
    let during = if step.during.is_empty() {
        DossierState::ALL
    } else {
        step.during
    };
    let waivers = WaiverState::ALL.iter().filter(|state| **state != WaiverState::None);
    let decided = during.contains(&DossierState::Decided);
    let after = waivers.filter(|_| decided).map(|state| State::Waiver(*state));
    during.iter().map(|state| State::Dossier(*state)).chain(after).collect()
}

/// The net as PNML.
///
/// # Errors
/// Never in practice: it is written into memory.
pub fn pnml() -> io::Result<String> {
    let arcs = arcs();
    let places: BTreeSet<&str> = arcs.iter().flat_map(|(from, _, to)| [&**from, &**to]).collect();
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    open(
        &mut xml,
        "pnml",
        &[("xmlns", "http://www.pnml.org/version-2009/grammar/pnml")],
    )?;
    let kind = ("type", "http://www.pnml.org/version-2009/grammar/ptnet");
    open(&mut xml, "net", &[("id", "procedure"), kind])?;
    text(&mut xml, "name", "The procedure of a case")?;
    open(&mut xml, "page", &[("id", "page")])?;
    for place in places {
        open(&mut xml, "place", &[("id", place_id(place).as_str())])?;
        text(&mut xml, "name", place)?;
        if place == START {
            text(&mut xml, "initialMarking", "1")?;
        }
        close(&mut xml, "place")?;
    }
    for (number, (from, name, to)) in arcs.iter().enumerate() {
        transition(&mut xml, number, (&place_id(from), name.as_deref(), &place_id(to)))?;
    }
    close(&mut xml, "page")?;
    final_marking(&mut xml)?;
    close(&mut xml, "net")?;
    close(&mut xml, "pnml")?;
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    String::from_utf8(bytes).map_err(io::Error::other)
}

type Xml = Writer<Vec<u8>>;

fn transition(xml: &mut Xml, number: usize, (from, name, to): (&str, Option<&str>, &str)) -> io::Result<()> {
    let id = format!("t{number}");
    open(xml, "transition", &[("id", &id)])?;
    match name {
        Some(name) => text(xml, "name", name)?,
        None => {
            // How process mining tools mark what leaves no trace in the history.
            text(xml, "name", "end")?;
            let silent = [("tool", "ProM"), ("version", "6.4"), ("activity", "$invisible$")];
            xml.write_event(Event::Empty(BytesStart::new("toolspecific").with_attributes(silent)))?;
        }
    }
    close(xml, "transition")?;
    for (end, source, target) in [("in", from, id.as_str()), ("out", id.as_str(), to)] {
        let arc_id = format!("{id}-{end}");
        let members = [("id", arc_id.as_str()), ("source", source), ("target", target)];
        xml.write_event(Event::Empty(BytesStart::new("arc").with_attributes(members)))?;
    }
    Ok(())
}

fn final_marking(xml: &mut Xml) -> io::Result<()> {
    open(xml, "finalmarkings", &[])?;
    open(xml, "marking", &[])?;
    open(xml, "place", &[("idref", place_id(END).as_str())])?;
    xml.write_event(Event::Start(BytesStart::new("text")))?;
    xml.write_event(Event::Text(BytesText::new("1")))?;
    close(xml, "text")?;
    for name in ["place", "marking", "finalmarkings"] {
        close(xml, name)?;
    }
    Ok(())
}

/// An identifier of XML has no colon.
fn place_id(place: &str) -> String {
    place.replace(':', ".")
}

fn open(xml: &mut Xml, name: &str, members: &[(&str, &str)]) -> io::Result<()> {
    let start = BytesStart::new(name).with_attributes(members.iter().copied());
    xml.write_event(Event::Start(start))
}

fn close(xml: &mut Xml, name: &str) -> io::Result<()> {
    xml.write_event(Event::End(BytesEnd::new(name)))
}

/// `<name><text>content</text></name>`
fn text(xml: &mut Xml, name: &str, content: &str) -> io::Result<()> {
    open(xml, name, &[])?;
    open(xml, "text", &[])?;
    xml.write_event(Event::Text(BytesText::new(content)))?;
    close(xml, "text")?;
    close(xml, name)
}
