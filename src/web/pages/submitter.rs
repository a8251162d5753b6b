//! Pages of submitting organisations: a dossier from its beginning under a notice to the receipt.

mod begin;
mod content;
mod detail;
mod documents;
mod nodes;
mod paste;
mod said;
mod section;
mod shape;
mod submit;
mod tasks;
mod versions;

use super::{Fault, SignedIn, Visit, site::key};
use crate::{
    domain::{
        check::{self, Finding, Report},
        id::CaseId,
        people::Role,
    },
    process::Seen,
    web::{api::cases, problem::Problem},
    workflow::visibility::roles_on,
};
use actix_web::web::ServiceConfig;
use serde_json::{Value, json};

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(versions::show)
        .service(versions::twin)
        .service(begin::choose)
        .service(begin::begin)
        .service(documents::show)
        .service(documents::content)
        .service(documents::remove)
        .service(documents::upload)
        .service(submit::show)
        .service(submit::submit)
        .service(submit::receipt)
        .service(submit::receipt_pdf)
        .service(tasks::show)
        .service(section::show)
        .service(section::save);
}

/// A dossier of the reader's own organisation.
async fn own(me: &SignedIn, id: CaseId) -> Result<Seen, Problem> {
    me.needs(Role::SUBMITTER)?;
    let seen = cases::visible(&me.visit.house, &me.caller(), id).await?;
    let roles = roles_on(&seen.case, &me.actor);
    if roles.iter().any(|role| Role::SUBMITTER.contains(role)) {
        Ok(seen)
    } else {
        Err(Problem::of("not_found"))
    }
}

/// What the completeness check finds now: the same that stands before the submission.
fn report(seen: &Seen) -> Report {
    let case = &seen.case;
    let around = check::Around {
        inspection_passed: crate::workflow::inspection::passed(case),
        declaration_signed: (!case.frozen.is_empty()).then_some(true),
        programme_left: seen.around.programme_left.clone(),
        ..check::Around::UNKNOWN
    };
    check::check(&case.dossier, &case.terms, &around)
}

/// The section that a finding is about.
fn section_of(finding: &Finding) -> &str {
    finding.path.split(['.', '[']).next().unwrap_or_default()
}

/// A finding in words, with the rule that it stands under.
fn said(visit: &Visit, finding: &Finding) -> Value {
    let rule = match finding.blocks {
        check::Blocks::Submission => "D-04",
        check::Blocks::Return => "D-08",
        check::Blocks::Nothing => "",
    };
    json!({
        "code": finding.code, "severity": finding.severity, "blocks": finding.blocks, "path": finding.path, "rule": rule,
        "text": visit.t(&key("found", &finding.code.as_str().to_lowercase())), "detail": detail::detail(&visit.site.texts, &finding.message),
    })
}

/// A fault of a form.
fn fault(field: &str, code: &str, text: String) -> Fault {
    Fault {
        field: field.to_owned(),
        code: code.to_owned(),
        text,
        lang: None,
        rule: None,
    }
}
