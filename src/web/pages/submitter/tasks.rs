//! The task list of a dossier: every section, how far it is, and what is missing.

use super::{content::ROOT, nodes, own, report, said, section_of, shape};
use crate::{
    domain::{
        check::{Blocks, Finding, Report},
        id::CaseId,
    },
    process::Seen,
    web::{
        pages::{SignedIn, Visit, site::key, view},
        problem::Problem,
    },
    workflow::{
        self,
        action::ActionKind,
        state::DossierState::{Draft, Returned},
    },
};
use actix_web::{HttpResponse, get, web::Path};
use serde_json::{Value, json};

/// The groups of the task list, in the order of the work.
const GROUPS: [&str; 5] = ["who", "what", "how", "evidence", "criteria"];

#[get("/dossiers/{id}")]
pub async fn show(me: SignedIn, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let seen = own(&me, *id).await?;
    let (visit, case) = (&me.visit, &seen.case);
    let report = report(&seen);
    let tasks = tasks(visit, &seen, &report);
    let done = tasks.iter().filter(|task| task["status"] == "complete").count();
    let groups: Vec<Value> = GROUPS
        .iter()
        .map(|group| {
            json!([
                group,
                tasks.iter().filter(|task| task["group"] == *group).collect::<Vec<_>>()
            ])
        })
        .collect();
    let last = seen
        .events
        .last()
        .map(|event| visit.when(event.effective_at, &case.policy().tz));
    let allowed = workflow::allowed(case, &me.actor, &seen.around, seen.now);
    let context = json!({
        "id": case.id, "reference": case.reference, "state": case.state.word(), "notice": case.terms.number,
        "programme": case.terms.programme.in_language(visit.language()), "groups": groups, "done": done, "all": tasks.len(),
        "missing": missing(visit, &seen, &report), "last": last, "clock": view::clock(visit, case), "stages": view::stages(case),
        "applicant": case.dossier.applicant.as_ref().map(|applicant| &applicant.name), "language": case.dossier.language.tag(),
        "may_submit": report.can_be_submitted(), "may_edit": allowed.contains(&ActionKind::SaveSection),
        "open": matches!(case.state, Draft | Returned), "frozen": !case.frozen.is_empty(),
    });
    visit.page("submitter/tasks.html", context)
}

fn tasks(visit: &Visit, seen: &Seen, report: &Report) -> Vec<Value> {
    let sections = shape::SECTIONS.iter().map(|(name, group, _)| (*name, *group));
    let all = sections.chain([("documents", "evidence")]);
    all.map(|(name, group)| {
        let status = status(seen, report, name);
        json!({
            "name": name, "group": group, "status": status, "title": visit.t(&key("dossier-section", name)),
            "returned": returned(seen, name), "hint": visit.t(&key("dossier-about", name)),
        })
    })
    .collect()
}

/// What the secretariat asked to mend in this section.
pub fn returned(seen: &Seen, section: &str) -> Vec<String> {
    let returned = seen
        .case
        .intake
        .returned
        .as_ref()
        .filter(|_| seen.case.state == Returned);
    let items = returned.into_iter().flat_map(|returned| &returned.deficiencies);
    items
        .filter(|item| item.section == section)
        .map(|item| item.text.as_str().to_owned())
        .collect()
}

/// How far a section is, as the completeness check sees it.
fn status(seen: &Seen, report: &Report, section: &str) -> &'static str {
    let here: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|found| section_of(found) == section)
        .collect();
    let blocked = |what: Blocks| here.iter().any(|found| found.blocks == what);
    let empty = is_empty(seen, section);
    if !returned(seen, section).is_empty() {
        "correct"
    } else if empty
        && (!here.is_empty() || matches!(section, "payments" | "documents"))
        && !seen.case.saved.contains_key(section)
    {
        "new"
    } else if blocked(Blocks::Submission) {
        "begun"
    } else if blocked(Blocks::Return) {
        "correct"
    } else {
        "complete"
    }
}

fn is_empty(seen: &Seen, section: &str) -> bool {
    let dossier = serde_json::to_value(&seen.case.dossier).unwrap_or_default();
    match &dossier[section] {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// Every finding that stands in the way, with the link to where it is mended.
pub fn missing(visit: &Visit, seen: &Seen, report: &Report) -> Vec<Value> {
    let found = report.findings.iter().filter(|found| found.blocks != Blocks::Nothing);
    found
        .map(|found| {
            let mut item = said(visit, found);
            item["link"] = json!(link(visit, seen, found));
            item["section"] = json!(visit.t(&key("dossier-section", section_of(found))));
            item
        })
        .collect()
}

fn link(visit: &Visit, seen: &Seen, found: &Finding) -> String {
    let (section, id) = (section_of(found), seen.case.id);
    let Some(shape) = shape::of(section) else {
        return format!("/dossiers/{id}/documents");
    };
    let content = super::section::kept(seen, section);
    let all = nodes::Nodes::of(visit, &seen.case.dossier, &seen.case.terms, section, shape, &content);
    let path = format!("{ROOT}{}", found.path.strip_prefix(section).unwrap_or_default());
    let name = nodes::nearest(&all, &path);
    let slug: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    format!("/dossiers/{id}/{section}#{slug}")
}
