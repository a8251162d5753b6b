//! The dossier as it was submitted, version by version, and what one version says differently from another.

use super::{nodes, said, shape};
use crate::{
    domain::{dossier::Dossier, id::CaseId},
    web::{
        api::{cases, views::CaseView},
        pages::{SignedIn, Visit, site::key, table::Table, view, visit::query_value},
        problem::Problem,
    },
    workflow::case::{Case, Frozen},
};
use actix_web::{HttpRequest, HttpResponse, get, web::Path};
use serde_json::{Value, json};
use shape::{Item, Kind, Shape};

/// For those who may read the dossier: a submitted version, beside the one before it or another that is asked for.
#[get("/cases/{id}/dossier")]
pub async fn show(me: SignedIn, request: HttpRequest, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let seen = cases::visible(&me.visit.house, &me.caller(), *id).await?;
    let shown = CaseView::of(&seen, &me.actor).ok_or_else(|| Problem::of("not_found"))?;
    let (visit, case) = (&me.visit, &seen.case);
    let frozen: &[Frozen] = if shown.dossier.is_some() { &case.frozen } else { &[] };
    let asked = |name: &str| query_value(request.query_string(), name).and_then(|n| n.parse::<u32>().ok());
    let of = |version: u32| frozen.iter().find(|frozen| frozen.version == version);
    let chosen = match asked("version") {
        Some(version) => Some(of(version).ok_or_else(|| Problem::of("not_found"))?),
        None => frozen.last(),
    };
    let against = match (asked("against"), chosen) {
        (Some(0), _) | (_, None) => None,
        (Some(version), _) => Some(of(version).ok_or_else(|| Problem::of("not_found"))?),
        (None, Some(chosen)) => frozen.iter().rev().find(|other| other.version < chosen.version),
    };
    let line = |frozen: &Frozen| json!({ "version": frozen.version, "digest": frozen.digest, "at": visit.when(frozen.at, &case.policy().tz) });
    let changes = chosen
        .zip(against)
        .map(|(new, old)| compare(visit, case, &old.dossier, &new.dossier));
    let context = json!({
        "id": case.id, "title": case.reference, "versions": frozen.iter().rev().map(line).collect::<Vec<_>>(),
        "chosen": chosen.map(line), "against": against.map(|frozen| frozen.version), "changes": changes,
        "language": chosen.map(|frozen| frozen.dossier.language.tag()),
        "sections": chosen.map(|frozen| sections(visit, case, &frozen.dossier)),
        "documents": chosen.map(|frozen| &frozen.dossier.documents),
    });
    visit.page("submitter/versions.html", context)
}

/// The submitted versions.
#[get("/cases/{id}/dossier.{ending:csv|json}")]
pub async fn twin(me: SignedIn, place: Path<(CaseId, String)>) -> Result<HttpResponse, Problem> {
    let (id, ending) = place.into_inner();
    let seen = cases::visible(&me.visit.house, &me.caller(), id).await?;
    let shown = CaseView::of(&seen, &me.actor).ok_or_else(|| Problem::of("not_found"))?;
    let mut table = Table::new(&["version", "submitted_at", "sha256"]);
    for frozen in seen.case.frozen.iter().filter(|_| shown.dossier.is_some()) {
        table.row([json!(frozen.version), json!(frozen.at), json!(frozen.digest)]);
    }
    table.answer(&me.visit, "versions", &ending)
}

/// A dossier as labels and values, section by section.
fn sections(visit: &Visit, case: &Case, dossier: &Dossier) -> Vec<Value> {
    let whole = json!(dossier);
    let section = |(name, _, shape): &(&str, &str, Shape)| {
        let nodes = nodes::Nodes::of(visit, dossier, &case.terms, name, *shape, &whole[*name]);
        let groups = said::groups(nodes::lines(&nodes));
        json!({ "name": name, "title": visit.t(&key("dossier-section", name)), "groups": groups })
    };
    shape::SECTIONS.iter().map(section).collect()
}

/// Sections in which the two differ: rows that came and went, and each field that says something else.
fn compare(visit: &Visit, case: &Case, old: &Dossier, new: &Dossier) -> Vec<Value> {
    let (before, after) = (json!(old), json!(new));
    let mut found = Vec::new();
    for (name, _, shape) in shape::SECTIONS {
        let lines = |dossier: &Dossier, content: &Value| {
            let nodes = nodes::Nodes::of(visit, dossier, &case.terms, name, *shape, content);
            nodes::lines(&nodes)
        };
        let mut changes = Vec::new();
        for (row, was, is) in pairs(*shape, &before[*name], &after[*name]) {
            let was = was.map(|content| lines(old, &content));
            let is = is.map(|content| lines(new, &content));
            changes.extend(changed(&row, was, is));
        }
        if !changes.is_empty() {
            found.push(json!({ "title": visit.t(&key("dossier-section", name)), "changes": changes }));
        }
    }
    let files = documents(old, new);
    if !files.is_empty() {
        found.push(json!({ "title": visit.t("dossier-section-documents"), "changes": files }));
    }
    found
}

type Lines = Vec<(String, String, String)>;

/// What became of one row (or of a section that is no list).
fn changed(row: &str, was: Option<Lines>, is: Option<Lines>) -> Vec<Value> {
    let said = |lines: &Lines| {
        let full = lines.iter().filter(|(_, _, value)| !value.is_empty() && value != "[]");
        full.map(|(_, label, value)| json!([label, value])).collect::<Vec<_>>()
    };
    match (was, is) {
        (None, Some(is)) => vec![json!({ "kind": "added", "row": row, "lines": said(&is) })],
        (Some(was), None) => vec![json!({ "kind": "removed", "row": row, "lines": said(&was) })],
        (Some(was), Some(is)) => fields(row, &was, &is),
        (None, None) => Vec::new(),
    }
}

fn fields(row: &str, was: &Lines, is: &Lines) -> Vec<Value> {
    let value = |lines: &Lines, name: &str| {
        let line = lines.iter().find(|(known, ..)| known == name);
        line.map_or_else(String::new, |(_, _, value)| value.clone())
    };
    let gone = was
        .iter()
        .filter(|(name, ..)| is.iter().all(|(known, ..)| known != name));
    let all = is.iter().chain(gone);
    let differing = all.filter(|(name, ..)| value(was, name) != value(is, name));
    differing
        .map(|(name, label, _)| {
            let (old, new) = (value(was, name), value(is, name));
            json!({ "kind": "changed", "row": row, "label": label, "old": old, "new": new, "pieces": view::difference(&old, &new) })
        })
        .collect()
}

/// Rows of the two versions that are the same row: by their own name, or by what they begin with. A section that is no
/// list is one row. Each is content as the section's form takes it.
fn pairs(shape: Shape, before: &Value, after: &Value) -> Vec<(String, Option<Value>, Option<Value>)> {
    let Shape::Rows(items, _) = shape else {
        return vec![(String::new(), Some(before.clone()), Some(after.clone()))];
    };
    let (before, after) = (named(items, before), named(items, after));
    let of = |rows: &[(String, Value)], name: &str| {
        let row = rows.iter().find(|(known, _)| known == name);
        row.map(|(_, content)| json!([content]))
    };
    let gone = before
        .iter()
        .filter(|(name, _)| after.iter().all(|(known, _)| known != name));
    let all = after.iter().chain(gone).map(|(name, _)| name);
    all.map(|name| (name.clone(), of(&before, name), of(&after, name)))
        .collect()
}

fn named(items: &[Item], content: &Value) -> Vec<(String, Value)> {
    let own = |item: &&Item| matches!(item, Item::Field(_, Kind::Own(_) | Kind::Criterion, _));
    let path = items.iter().find(own).or_else(|| items.first());
    let path = match path {
        Some(Item::Field(path, ..)) => *path,
        _ => "",
    };
    let mut rows: Vec<(String, Value)> = Vec::new();
    for row in content.as_array().into_iter().flatten() {
        let value = super::content::at(row, path);
        let name = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        // Two rows that begin alike are told apart by their order.
        let twins = rows
            .iter()
            .filter(|(known, _)| *known == name || known.starts_with(&format!("{name} (")))
            .count();
        let name = if twins == 0 {
            name
        } else {
            format!("{name} ({})", twins + 1)
        };
        rows.push((name, row.clone()));
    }
    rows
}

/// Files that came and went, by their identity and hash.
fn documents(old: &Dossier, new: &Dossier) -> Vec<Value> {
    let line = |kind: &str, document: &crate::domain::dossier::DocumentRef| json!({ "kind": kind, "row": document.file_name, "lines": [["SHA-256", document.sha256]] });
    let has = |dossier: &Dossier, id| dossier.documents.iter().any(|one| one.id == id);
    let came = new
        .documents
        .iter()
        .filter(|one| !has(old, one.id))
        .map(|one| line("added", one));
    let went = old
        .documents
        .iter()
        .filter(|one| !has(new, one.id))
        .map(|one| line("removed", one));
    came.chain(went).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_matched_by_name_and_not_by_place() {
        let shape = shape::of("parties").unwrap();
        let row = |id: &str, name: &str| json!({ "id": id, "name": name });
        let before = json!([row("p1", "Mill"), row("p2", "Carrier")]);
        let after = json!([row("p2", "Carrier Ltd"), row("p3", "Bank")]);
        let found = pairs(shape, &before, &after);
        let names: Vec<_> = found
            .iter()
            .map(|(name, was, is)| (name.as_str(), was.is_some(), is.is_some()))
            .collect();
        assert_eq!(names, [("p2", true, true), ("p3", false, true), ("p1", true, false)]);
    }

    #[test]
    fn rows_without_a_name_that_begin_alike_are_told_apart() {
        let shape = shape::of("beneficiaries").unwrap();
        let rows = json!([{ "country": "ET", "persons": 1 }, { "country": "ET", "persons": 2 }]);
        let names: Vec<_> = pairs(shape, &rows, &rows).into_iter().map(|(name, ..)| name).collect();
        assert_eq!(names, ["ET", "ET (2)"]);
    }
}
