//! Is this waiver genuine, and is it in force? By number and code, from a QR code, or by the certificate's file.

use super::{Visit, auditor::upload, visit::query_value};
use crate::{
    paper::certificate,
    process::{self, Seen},
    store::lists::CaseKey,
    web::{
        api::papers::{Recognised, recognised},
        problem::Problem,
    },
    workflow::{ledger::Account, outcome::amount, state::WaiverState},
};
use actix_multipart::Multipart;
use actix_web::{HttpRequest, HttpResponse, get, post, web::ServiceConfig};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The largest certificate that is looked at.
const MOST: usize = 4 << 20;

pub fn routes(config: &mut ServiceConfig) {
    config.service(verify).service(verify_file);
}

#[get("/verify")]
async fn verify(visit: Visit, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let asked = |name: &str| {
        query_value(request.query_string(), name)
            .map(|text| text.trim().to_owned())
            .unwrap_or_default()
    };
    let (number, code) = (asked("number"), asked("code"));
    let result = if number.is_empty() {
        None
    } else {
        Some(by_number(&visit, &number, &code).await?)
    };
    show(&visit, &number, &code, result)
}

/// A file: is it one of our certificates, byte for byte?
#[post("/verify")]
async fn verify_file(visit: Visit, request: HttpRequest, form: Multipart) -> Result<HttpResponse, Problem> {
    let (name, bytes) = upload::file(&visit, &request, form, MOST).await?;
    let sha256 = hex::encode(Sha256::digest(&bytes));
    let mut result = json!({ "verdict": if bytes.is_empty() { "no_file" } else { "foreign_file" } });
    if let Some(seen) = named_in(&visit, &bytes).await? {
        let found = recognised(&visit.house, &seen, &bytes).await?;
        result = state(&visit, &seen, true);
        match found {
            Some(Recognised { entry, as_of, newest }) => {
                let event = seen.events.iter().find(|event| event.seq == entry);
                if let Some(event) = event {
                    result["checkpoint"] = json!(checkpoint(&visit, event.id.0).await?);
                }
                result["entry"] = json!(entry);
                result["as_of"] = visit.when(as_of, &seen.case.policy().tz);
                result["verdict"] = json!(if newest { "file_genuine" } else { "file_older" });
            }
            // Whoever made this file learns nothing but that it is not ours.
            None => result = json!({ "verdict": "file_changed" }),
        }
    }
    result["file"] = json!({ "name": name, "sha256": sha256 });
    show(&visit, "", "", Some(result))
}

fn show(visit: &Visit, number: &str, code: &str, result: Option<Value>) -> Result<HttpResponse, Problem> {
    visit.page(
        "public/verify.html",
        json!({ "number": number, "code": code, "result": result }),
    )
}

async fn by_number(visit: &Visit, number: &str, code: &str) -> Result<Value, Problem> {
    let Some(seen) = find(visit, number).await? else {
        return Ok(json!({ "verdict": "unknown" }));
    };
    let issued = seen.case.waiver.certificate.as_ref();
    let right = issued.is_some_and(|issued| issued.verify_code.eq_ignore_ascii_case(code));
    if !code.is_empty() && !right {
        return Ok(json!({ "verdict": "code_wrong" }));
    }
    let mut told = state(visit, &seen, right);
    if let Some(event) = seen.events.iter().rev().find(|event| certificate::changes(event)) {
        told["checkpoint"] = json!(checkpoint(visit, event.id.0).await?);
    }
    Ok(told)
}

/// The first checkpoint of the log that covers this event, cosignatures included: whoever keeps it is a witness.
async fn checkpoint(visit: &Visit, event: Uuid) -> Result<Option<String>, Problem> {
    let store = &visit.house.store;
    Ok(match store.first_checkpoint(event).await? {
        Some(kept) => Some(store.cosigned_note(&kept).await?),
        None => None,
    })
}

/// By the waiver's number, or by the code alone.
async fn find(visit: &Visit, text: &str) -> Result<Option<Seen>, Problem> {
    let (number, code) = (text.to_uppercase(), text.to_lowercase());
    for (key, value) in [(CaseKey::WaiverNumber, number), (CaseKey::VerifyCode, code)] {
        if let Some(row) = visit.house.store.case_by(key, &value).await? {
            let seen = process::view_case(&visit.house, row.id).await?;
            return Ok(Some(seen).filter(|seen| seen.case.waiver.certificate.is_some()));
        }
    }
    Ok(None)
}

/// What is told: without the code only that it exists and its state.
fn state(visit: &Visit, seen: &Seen, with_code: bool) -> Value {
    let case = &seen.case;
    let Some(issued) = &case.waiver.certificate else {
        return json!({ "verdict": "unknown" });
    };
    let unit = &issued.authorised.unit;
    let words = |milli: i64| super::figures::quantity(&visit.site.texts, &amount(milli, unit), unit);
    let in_force = case.waiver.state == WaiverState::Active;
    let mut told = json!({
        "verdict": if in_force { "genuine" } else { "not_in_force" },
        "state": certificate::state_in_words(visit.language(), case.waiver.state.word()),
        "number": issued.number, "valid_from": issued.valid_from, "valid_to": issued.valid_to,
        "as_of": visit.when(seen.now, &case.policy().tz), "with_code": with_code,
        "outcome": (case.waiver.state == WaiverState::Closed).then(|| format!("/api/v1/waivers/{}/outcome.pdf", issued.number)),
    });
    if with_code {
        told["authorised"] = json!(words(issued.authorised_milli));
        told["available"] = json!(words(case.waiver.ledger.balance(Account::Available)));
        told["notice"] = json!(case.terms.number);
        told["pdf"] = json!(format!(
            "/api/v1/waivers/{}/certificate.pdf?code={}",
            issued.number, issued.verify_code
        ));
    }
    told
}

/// The waiver whose certificate this file says it is: its number stands in the file's description.
async fn named_in(visit: &Visit, file: &[u8]) -> Result<Option<Seen>, Problem> {
    let at = file
        .windows(3)
        .enumerate()
        .filter(|(_, bytes)| bytes == b"WV-")
        .map(|(at, _)| at);
    for at in at.take(16) {
        let number = file
            .iter()
            .skip(at)
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-')
            .take(40);
        let number: String = number.map(|byte| char::from(*byte)).collect();
        if let Some(seen) = find(visit, &number).await? {
            return Ok(Some(seen));
        }
    }
    Ok(None)
}
