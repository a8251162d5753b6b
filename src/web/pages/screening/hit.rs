//! One hit: as the page shows it, what was said about it, and who may speak next.

use super::{compare, reasons};
use crate::{
    domain::{id::CaseId, people::Role, text::Private},
    process::Seen,
    screening::Index,
    store::people::PeopleFilter,
    web::{
        pages::{Visit, figures, table::Table},
        problem::Problem,
    },
    workflow::{
        self,
        action::{ActionKind, ScreeningHit},
        case::Hit,
        event::Event,
        happening::Happening,
        screened::ScreenedSubject,
        state::HitState,
        visibility::roles_on,
    },
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A hit beside its subject, with the entry as the list in force has it.
pub fn shown(visit: &Visit, id: CaseId, index: &Index, ours: Option<&ScreenedSubject>, hit: &Hit) -> Value {
    let found = &hit.found;
    let list = found.list.as_deref().unwrap_or_default();
    let number = found.entry.strip_prefix(&format!("{list}/")).unwrap_or(&found.entry);
    let listed = index.entry(list, number);
    let known = found.fingerprint.as_ref();
    let why = found.explanation.as_ref().and_then(Private::known);
    json!({
        "entry": found.entry, "list": list, "number": number, "fingerprint": found.fingerprint, "state": hit.state,
        "name": listed.as_ref().map(|listed| listed.primary_name().to_owned()).or_else(|| found.name.clone()),
        "score": found.score.map(|score| figures::number(visit.language(), &format!("{}.{:03}", score / 1000, score % 1000))),
        "band": found.band,
        "by_engine": hit.by_engine, "matched_on": found.matched_on, "rows": compare::rows(ours, listed.map(AsRef::as_ref), found),
        "listed": listed.is_some(), "why": why, "sentences": reasons::sentences(&visit.site.texts, found),
        "foreign": reasons::foreign(found),
        "changed": listed.zip(known).is_some_and(|(listed, then)| listed.fingerprint() != **then),
        "verdict": hit.proposed.as_ref().map(|first| first.verdict),
        "covered_by": hit.proposed.as_ref().and_then(|first| first.covered_by.clone()),
        "decided_in": hit.decided_in, "precedent": precedent(visit, id, found),
    })
}

/// The two tables of the page as one: the fields, then the words.
pub fn table(shown: &Value) -> Table {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let said = |value: &Value| {
        let all: Vec<_> = list(value)
            .iter()
            .filter_map(|one| one.as_str().map(str::to_owned))
            .collect();
        json!(all.join("; "))
    };
    let mut table = Table::new(&["field", "ours", "theirs", "mark"]);
    for row in list(&shown["rows"]) {
        table.row([
            row["field"].clone(),
            said(&row["ours"]),
            said(&row["theirs"]),
            row["mark"].clone(),
        ]);
    }
    let why = &shown["why"];
    for pair in list(&why["pairs"]) {
        let [ours, theirs, reason] = ["asked", "listed", "reason"].map(|name| pair[name].clone());
        table.row([json!("word"), ours, theirs, reason]);
    }
    for one in list(&why["unmatched_asked"]) {
        table.row([json!("word"), one, Value::Null, json!("only_ours")]);
    }
    for one in list(&why["unmatched_listed"]) {
        table.row([json!("word"), Value::Null, one, json!("only_theirs")]);
    }
    table
}

/// What two persons decided about the same pair in another case.
fn precedent(visit: &Visit, id: CaseId, found: &ScreeningHit) -> Option<Value> {
    // What was decided in this case stands among what was said in it.
    let known = found.precedent.as_ref().filter(|known| known.case != id)?;
    Some(json!({
        "case": known.case, "verdict": known.verdict, "delegation": known.delegation,
        "at": visit.when(known.decided_at, "UTC"), "holds_until": known.holds_until,
    }))
}

/// What was said about this pair in this case, the newest first.
pub async fn earlier(visit: &Visit, seen: &Seen, subject: &str, entry: &str) -> Result<Vec<Value>, Problem> {
    let told = seen
        .events
        .iter()
        .rev()
        .filter_map(|event| said(event, subject, entry).map(|said| (event, said)));
    let told: Vec<_> = told.collect();
    let filter = PeopleFilter {
        ids: told.iter().map(|(event, _)| event.by.person).collect(),
        ..PeopleFilter::default()
    };
    let people = if filter.ids.is_empty() {
        Vec::new()
    } else {
        visit.house.store.people(&filter).await?
    };
    let names: BTreeMap<_, _> = people.into_iter().map(|person| (person.id, person.name)).collect();
    let zone = &seen.case.policy().tz;
    let line = |(event, mut said): (&Event<Happening>, Value)| {
        said["who"] = json!(names.get(&event.by.person));
        said["role"] = json!(event.by.role);
        said["delegation"] = json!(event.by.delegation);
        said["at"] = visit.when(event.effective_at, zone);
        said["seq"] = json!(event.seq);
        said
    };
    Ok(told.into_iter().map(line).collect())
}

fn said(event: &Event<Happening>, subject: &str, entry: &str) -> Option<Value> {
    match &event.happened {
        Happening::DispositionProposed(first) if first.subject == subject && first.entry == entry => Some(json!({
            "what": "proposed", "verdict": first.verdict, "reason": first.reason.as_str(),
            "covered_by": first.covered_by, "covered_as": first.covered_as, "holds_until": first.holds_until,
            "found_in": first.found_in,
        })),
        Happening::DispositionConfirmed(second) if second.subject == subject && second.entry == entry => Some(json!({
            "what": if second.agree { "agreed" } else { "disagreed" }, "verdict": null, "reason": second.reason.as_str(),
            "covered_by": null, "covered_as": null, "holds_until": null, "found_in": second.found_in,
        })),
        _ => None,
    }
}

/// Whose turn it is, for this reader: `first`, `second`, or why not.
pub fn may(seen: &Seen, actor: &crate::domain::people::Actor, hit: &Hit) -> &'static str {
    let allowed = workflow::allowed(&seen.case, actor, &seen.around, seen.now);
    let roles = roles_on(&seen.case, actor);
    let higher = roles.contains(&Role::SecretariatLead) || roles.contains(&Role::Head);
    let other = hit
        .proposed
        .as_ref()
        .is_none_or(|first| first.by != actor.person && first.delegation != actor.delegation);
    match hit.state {
        HitState::Proposed if !allowed.contains(&ActionKind::ConfirmDisposition) => "not_now",
        HitState::Proposed if !other => "other_delegation",
        HitState::Proposed => "second",
        _ if !allowed.contains(&ActionKind::ProposeDisposition) => "not_now",
        HitState::Open => "first",
        _ if higher => "first",
        _ => "higher",
    }
}
