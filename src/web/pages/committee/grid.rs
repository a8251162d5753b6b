//! Criteria against delegations: what the applicant says to each criterion, and what each delegation found.

use crate::{
    domain::notice::Criterion,
    web::{api::views::CaseView, pages::visit::Visit},
    workflow::{action::ActionKind, case::Case},
};
use serde_json::{Value, json};

/// The grid, for those who may read the file from inside; nothing for others.
#[must_use]
pub fn grid(visit: &Visit, case: &Case, shown: &CaseView) -> Value {
    let inside = shown.panel["members"]
        .as_array()
        .is_some_and(|members| !members.is_empty());
    if !inside || shown.dossier.is_none() {
        return Value::Null;
    }
    let language = visit.language();
    let sides: Vec<Value> = case
        .terms
        .delegations
        .iter()
        .map(|terms| json!({ "code": terms.code, "name": terms.name.in_language(language) }))
        .collect();
    let proposes = shown.allowed_actions.contains(&ActionKind::ProposeFinding);
    let row = |criterion: &Criterion| {
        let said = case
            .submitted_dossier()
            .statements
            .iter()
            .find(|one| one.criterion == criterion.id);
        let cells: Vec<Value> = sides
            .iter()
            .map(|side| cell(case, shown, &criterion.id, &side["code"]))
            .collect();
        json!({
            "id": criterion.id, "text": criterion.text.in_language(language), "mandatory": criterion.mandatory,
            "claim": said.map(|one| &one.statement), "cells": cells,
            "evidence": said.map(|one| files(case, one.evidence.iter().copied())),
        })
    };
    let rows: Vec<Value> = case.terms.criteria.iter().map(row).collect();
    let cells = || {
        rows.iter()
            .flat_map(|row| row["cells"].as_array().into_iter().flatten())
    };
    let found = cells().filter(|cell| cell["state"] == "countersigned").count();
    json!({
        "sides": sides, "rows": rows, "found": found, "total": cells().count(), "proposes": proposes,
        "language": case.submitted_dossier().language.tag(),
    })
}

fn cell(case: &Case, shown: &CaseView, criterion: &str, side: &Value) -> Value {
    let found = shown
        .findings
        .iter()
        .find(|finding| finding["criterion"] == criterion && finding["delegation"] == *side);
    let Some(finding) = found else { return Value::Null };
    let cited = finding["evidence"].as_array().into_iter().flatten();
    let ids = cited.filter_map(|one| one["document"].as_str().or(one["id"].as_str())?.parse().ok());
    json!({
        "state": finding["state"], "value": finding["value"], "reasons": finding["reasons"], "condition": finding["condition"],
        "evidence": files(case, ids),
    })
}

fn files(case: &Case, ids: impl Iterator<Item = crate::domain::id::DocumentId>) -> Vec<Value> {
    let named = ids.filter_map(|id| case.document(id));
    named
        .map(|document| json!({ "id": document.id, "name": document.file_name }))
        .collect()
}
