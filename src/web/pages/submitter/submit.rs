//! Check your answers, sign the declaration, submit, and the receipt (D-04, D-09).

use super::{detail, fault, nodes, own, report, said, section, shape, tasks};
use crate::{
    domain::id::CaseId,
    process::Seen,
    web::{
        api::papers::{self, PaperKind, PaperLanguage},
        pages::{
            Form, Sent, SignedIn,
            act::{self, Acted},
            site::key,
        },
        problem::Problem,
    },
    workflow::{
        self,
        action::{ActionKind, DECLARATION},
        state::DossierState::Returned,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode, post, web::Path};
use serde_json::{Value, json};

#[get("/dossiers/{id}/check")]
pub async fn show(me: SignedIn, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let seen = own(&me, *id).await?;
    page(&me, &seen, Sent::default(), StatusCode::OK)
}

#[post("/dossiers/{id}/check")]
pub async fn submit(form: Form, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let seen = own(&form.me, *id).await?;
    let again = |sent| page(&form.me, &seen, sent, StatusCode::UNPROCESSABLE_ENTITY);
    if form.value("declaration").is_empty() {
        let missing = fault(
            "declaration",
            "declaration_version",
            form.visit().t("dossier-declare-needed"),
        );
        return again(form.sent(vec![missing]));
    }
    let action = if seen.case.state == Returned {
        "resubmit_dossier"
    } else {
        "submit_dossier"
    };
    match act::on_case(&form, *id, action, form.json()).await? {
        Acted::Done(_) => Ok(form
            .visit()
            .done(&format!("/dossiers/{id}/receipt"), "dossier-submitted")),
        Acted::Refused(mut sent) => {
            for error in &mut sent.errors {
                if !form.fields.iter().any(|(name, _)| *name == error.field) {
                    error.field.clear();
                }
            }
            again(sent)
        }
    }
}

fn page(me: &SignedIn, seen: &Seen, sent: Sent, status: StatusCode) -> Result<HttpResponse, Problem> {
    let (visit, case) = (&me.visit, &seen.case);
    let report = report(seen);
    let allowed = workflow::allowed(case, &me.actor, &seen.around, seen.now);
    let may = [ActionKind::SubmitDossier, ActionKind::ResubmitDossier]
        .iter()
        .any(|kind| allowed.contains(kind));
    let criteria = report
        .criteria
        .iter()
        .zip(&case.terms.criteria)
        .map(|(advice, criterion)| {
            json!({
                "id": advice.criterion, "advice": advice.advice, "looked_at": detail::detail(&visit.site.texts, &advice.looked_at),
                "text": criterion.text.in_language(visit.language()),
            })
        });
    let returned = case.intake.returned.as_ref().filter(|_| case.state == Returned);
    let deficiencies = returned.map(|returned| &returned.deficiencies);
    let context = json!({
        "id": case.id, "version": case.version, "reference": case.reference, "notice": case.terms.number,
        "sections": sections(me, seen), "documents": case.dossier.documents, "language": case.dossier.language.tag(),
        "missing": tasks::missing(visit, seen, &report), "criteria": criteria.collect::<Vec<_>>(), "form": sent,
        "can": report.can_be_submitted(), "may": may, "declaration": DECLARATION, "deficiencies": deficiencies,
    });
    visit.page_as(status, "submitter/check.html", context)
}

/// The whole dossier as labels and values.
fn sections(me: &SignedIn, seen: &Seen) -> Vec<Value> {
    let visit = &me.visit;
    let of = |(name, _, shape): &(&str, &str, shape::Shape)| {
        let content = section::kept(seen, name);
        let all = nodes::Nodes::of(visit, &seen.case.dossier, &seen.case.terms, name, *shape, &content);
        let groups = said::groups(nodes::lines(&all));
        json!({ "name": name, "title": visit.t(&key("dossier-section", name)), "groups": groups })
    };
    shape::SECTIONS.iter().map(of).collect()
}

#[get("/dossiers/{id}/receipt")]
pub async fn receipt(me: SignedIn, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let seen = own(&me, *id).await?;
    let (visit, case) = (&me.visit, &seen.case);
    let newest = case.frozen.last().ok_or_else(|| Problem::of("not_found"))?;
    let context = json!({
        "id": case.id, "reference": case.reference, "notice": case.terms.number, "version": newest.version,
        "digest": newest.digest, "at": visit.when(newest.at, &case.policy().tz), "state": case.state.word(),
    });
    visit.page("submitter/receipt.html", context)
}

#[get("/dossiers/{id}/receipt.pdf")]
pub async fn receipt_pdf(me: SignedIn, request: HttpRequest, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    own(&me, *id).await?;
    let house = &me.visit.house;
    papers::hand_out(
        house,
        &me.caller(),
        &request,
        *id,
        PaperKind::Receipt,
        PaperLanguage::default(),
    )
    .await
}
