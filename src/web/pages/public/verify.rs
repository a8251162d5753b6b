//! Is this waiver genuine, and is it in force? By its number, and the code on the certificate.

use super::{
    super::visit::{Visit, query_value},
    register,
};
use crate::{process, store::lists::CaseKey, web::problem::Problem};
use actix_web::{HttpRequest, HttpResponse, get, web::ServiceConfig};
use serde_json::{Value, json};

pub fn routes(config: &mut ServiceConfig) {
    config.service(show);
}

#[get("/verify")]
async fn show(visit: Visit, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let asked = |name: &str| {
        query_value(request.query_string(), name)
            .map(|text| text.trim().to_owned())
            .unwrap_or_default()
    };
    let (number, code) = (asked("number"), asked("code"));
    let verdict = if number.is_empty() {
        Value::Null
    } else {
        verdict(&visit, &number, &code).await?
    };
    visit.page(
        "public/verify.html",
        json!({ "number": number, "code": code, "verdict": verdict }),
    )
}

/// Without the certificate's code only existence and state are told.
async fn verdict(visit: &Visit, number: &str, code: &str) -> Result<Value, Problem> {
    let unknown = || json!({ "word": "unknown", "kind": "bad" });
    let Some(row) = visit.house.store.case_by(CaseKey::WaiverNumber, number).await? else {
        return Ok(unknown());
    };
    let case = process::view_case(&visit.house, row.id).await?.case;
    let Some(certificate) = &case.waiver.certificate else {
        return Ok(unknown());
    };
    if !code.is_empty() && !code.eq_ignore_ascii_case(&certificate.verify_code) {
        return Ok(json!({ "word": "code-wrong", "kind": "bad" }));
    }
    let active = case.waiver.state.word() == "active";
    let entry = register::entry(visit, &case);
    Ok(json!({
        "word": if active { "genuine" } else { "not-in-force" }, "kind": if active { "" } else { "warn" },
        "proved": !code.is_empty(), "entry": entry,
    }))
}
