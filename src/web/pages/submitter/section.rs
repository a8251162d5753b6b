//! One section of a dossier: its form, and the one way of saving it (D-02).

use super::{
    content::{self, ROOT},
    fault, nodes, own,
    paste::{self, Pasted},
    report, said, section_of, shape,
    shape::Shape,
    tasks::returned,
};
use crate::{
    domain::{check, dossier::Section, id::CaseId, text::Language},
    process::Seen,
    web::{
        body,
        pages::{
            Fault, Form, Sent, SignedIn,
            act::{self, Acted},
            site::key,
        },
        problem::Problem,
    },
    workflow::{self, action::ActionKind},
};
use actix_web::{HttpResponse, get, http::StatusCode, post, web::Path};
use serde_json::{Value, json};

/// What is on the page besides the section as it was kept.
#[derive(Default)]
struct Shown {
    /// What was typed and is not kept yet.
    typed: Option<Value>,
    errors: Vec<Fault>,
    /// Somebody else saved the section meanwhile.
    overtaken: bool,
    pasted: Option<Pasted>,
}

#[get("/dossiers/{id}/{section}")]
pub async fn show(me: SignedIn, place: Path<(CaseId, String)>) -> Result<HttpResponse, Problem> {
    let (id, section) = place.into_inner();
    let seen = own(&me, id).await?;
    page(&me, &seen, &section, Shown::default(), StatusCode::OK)
}

#[post("/dossiers/{id}/{section}")]
pub async fn save(form: Form, place: Path<(CaseId, String)>) -> Result<HttpResponse, Problem> {
    let (id, section) = place.into_inner();
    let seen = own(&form.me, id).await?;
    let shape = shape::of(&section).ok_or_else(|| Problem::of("not_found"))?;
    let mut typed = form.json()["save"]["content"].take();
    let wish = form.value("do").to_owned();
    let mut shown = Shown::default();
    match wish.split_once(':').unwrap_or((&wish, "")) {
        ("add", list) => content::change(&mut typed, list, true),
        ("remove", row) => content::change(&mut typed, row, false),
        ("preview", _) => shown.pasted = paste::read(&section, form.value("paste")),
        ("take", _) => {
            let pasted = paste::read(&section, form.value("paste"));
            typed = paste::joined(content::tidy(shape, &typed), pasted);
        }
        (how, _) => return keep(&form, &seen, &section, shape, &typed, how).await,
    }
    shown.typed = Some(typed);
    page(&form.me, &seen, &section, shown, StatusCode::OK)
}

/// Saves what was typed, if it can be read.
async fn keep(
    form: &Form,
    seen: &Seen,
    section: &str,
    shape: Shape,
    typed: &Value,
    how: &str,
) -> Result<HttpResponse, Problem> {
    let mut wanted = content::tidy(shape, typed);
    in_order(seen, section, &mut wanted);
    let id = seen.case.id;
    let mut errors = unreadable(form, section, shape, &wanted);
    if errors.is_empty() {
        let seen_saved = form.value("seen").parse::<u32>().unwrap_or_default();
        let body = json!({ "seen": seen_saved, "save": { "section": section, "content": wanted } });
        match act::on_case(form, id, "save_section", body).await? {
            Acted::Done(case) if how == "auto" => {
                let at = form.visit().now.strftime("%H:%M UTC").to_string();
                let answer = json!({ "rev": case.saved.get(section), "at": at });
                return Ok(HttpResponse::Ok().json(answer));
            }
            Acted::Done(_) => return Ok(form.visit().done(&next(id, section, how), "dossier-saved")),
            Acted::Refused(sent) => errors = sent.errors,
        }
    }
    let overtaken = errors.iter().any(|error| error.code == "section_changed");
    let status = if overtaken {
        StatusCode::CONFLICT
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    // Read again: somebody else's version is shown beside this one.
    let seen = own(&form.me, id).await?;
    let typed = Some(wanted);
    let pasted = None;
    let shown = Shown {
        typed,
        errors,
        overtaken,
        pasted,
    };
    page(&form.me, &seen, section, shown, status)
}

/// Where to go after saving: to the next section, or to the list.
fn next(id: CaseId, section: &str, how: &str) -> String {
    let at = shape::SECTIONS.iter().position(|(name, ..)| *name == section);
    let following = at.and_then(|at| shape::SECTIONS.get(at + 1)).map(|(name, ..)| *name);
    match (how, following) {
        ("next", Some("statements")) => format!("/dossiers/{id}/documents"),
        ("next", Some(name)) => format!("/dossiers/{id}/{name}"),
        _ => format!("/dossiers/{id}"),
    }
}

/// Statements stand in the order of the notice's criteria.
fn in_order(seen: &Seen, section: &str, content: &mut Value) {
    if section != "statements" {
        return;
    }
    let criteria = &seen.case.terms.criteria;
    let place = |row: &Value| {
        criteria
            .iter()
            .position(|criterion| Some(criterion.id.as_str()) == row["criterion"].as_str())
    };
    if let Some(rows) = content.as_array_mut() {
        rows.sort_by_key(place);
    }
}

/// What stands in the way of reading this as the section.
fn unreadable(form: &Form, section: &str, shape: Shape, content: &Value) -> Vec<Fault> {
    let visit = form.visit();
    let lacking = content::lacking(shape, content);
    if !lacking.is_empty() {
        let missing = |name: &String| fault(name, "field_missing", visit.t("dossier-fill-in"));
        return lacking.iter().map(missing).collect();
    }
    // In this order the reader knows which section it is when it comes to the content, and can name the place.
    let text = format!("{{\"section\":{},\"content\":{content}}}", json!(section));
    let own = visit.language() == Language::En;
    match body::read::<Section>(text.as_bytes()) {
        Ok(read) => check::lint_section(&read)
            .iter()
            .map(|found| {
                let path = format!("{ROOT}{}", found.path.strip_prefix(section).unwrap_or_default());
                fault(
                    &path,
                    found.code.as_str(),
                    visit.t(&key("found", &found.code.as_str().to_lowercase())),
                )
            })
            .collect(),
        Err(problem) => problem
            .fields()
            .iter()
            .map(|field| {
                let text = if own {
                    field.message.clone()
                } else {
                    visit.t("dossier-unreadable")
                };
                fault(&format!("save.{}", field.path), &field.code, text)
            })
            .collect(),
    }
}

/// The section as it is kept, for the form. Every criterion has its place among the statements.
pub fn kept(seen: &Seen, section: &str) -> Value {
    let mut dossier = serde_json::to_value(&seen.case.dossier).unwrap_or_default();
    with_criteria(seen, section, dossier[section].take())
}

fn with_criteria(seen: &Seen, section: &str, mut content: Value) -> Value {
    if section == "statements" {
        if !content.is_array() {
            content = json!([]);
        }
        if let Some(rows) = content.as_array_mut() {
            for criterion in &seen.case.terms.criteria {
                if rows.iter().all(|row| row["criterion"] != json!(criterion.id)) {
                    rows.push(json!({ "criterion": criterion.id }));
                }
            }
        }
    }
    content
}

fn page(me: &SignedIn, seen: &Seen, section: &str, shown: Shown, status: StatusCode) -> Result<HttpResponse, Problem> {
    let shape = shape::of(section).ok_or_else(|| Problem::of("not_found"))?;
    let (visit, case) = (&me.visit, &seen.case);
    let form_of = |content: &Value| nodes::Nodes::of(visit, &case.dossier, &case.terms, section, shape, content);
    let unsaved = shown.typed.is_some();
    let saved = kept(seen, section);
    let content = shown
        .typed
        .map_or_else(|| saved.clone(), |typed| with_criteria(seen, section, typed));
    let fields = form_of(&content);
    let mut errors = shown.errors;
    nodes::settle(&mut errors, &fields);
    let may = workflow::allowed(case, &me.actor, &seen.around, seen.now).contains(&ActionKind::SaveSection);
    let found = if unsaved {
        Vec::new()
    } else {
        findings(me, seen, section, &fields)
    };
    let differences = shown.overtaken.then(|| nodes::differences(&form_of(&saved), &fields));
    let context = json!({
        "id": case.id, "section": section, "title": visit.t(&key("dossier-section", section)),
        "about": visit.t(&key("dossier-about", section)), "notice": case.terms.number, "reference": case.reference,
        "nodes": fields, "seen": case.saved.get(section).copied().unwrap_or(0), "unsaved": unsaved, "found": found,
        "may_edit": may && case.section_open(section), "returned": returned(seen, section),
        "form": Sent { errors, ..Sent::default() }, "differences": differences, "language": case.dossier.language.tag(),
        "pasting": paste::columns(section), "pasted": shown.pasted,
    });
    visit.page_as(status, "submitter/section.html", context)
}

/// What the completeness check finds in this section, with the fields it is about.
fn findings(me: &SignedIn, seen: &Seen, section: &str, fields: &[Value]) -> Vec<Value> {
    let report = report(seen);
    let here = report.findings.iter().filter(|found| section_of(found) == section);
    here.filter(|found| seen.case.saved.contains_key(section) || found.missing.is_none())
        .map(|found| {
            let path = format!("{ROOT}{}", found.path.strip_prefix(section).unwrap_or_default());
            let mut item = said(&me.visit, found);
            item["field"] = json!(nodes::nearest(fields, &path));
            item
        })
        .collect()
}
