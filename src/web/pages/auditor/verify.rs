//! Is this export whole and unedited? The same check as `corridor verify`, which needs no service.

use super::{WHO, upload};
use crate::{
    audit::verify::{Verdict, verify},
    web::{
        pages::{Form, SignedIn},
        problem::Problem,
    },
};
use actix_multipart::Multipart;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde_json::{Value, json};

/// The largest file that is taken here; the command line has no limit.
const MOST: usize = 64 << 20;

#[get("/audit/verify")]
pub async fn verify_form(me: SignedIn) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    me.visit.page(
        "auditor/verify.html",
        json!({ "verdict": null, "unusable": null, "file": "", "database": null }),
    )
}

/// The verdict on a file.
#[post("/audit/verify")]
pub async fn verify_file(me: SignedIn, request: HttpRequest, form: Multipart) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let (name, bytes) = upload::file(&me.visit, &request, form, MOST).await?;
    let checked = web::block(move || verify(bytes.as_slice(), |_| {}))
        .await
        .map_err(Problem::internal)?;
    let (verdict, unusable) = match checked {
        Ok(verdict) => (Some(shown(&verdict)), None),
        Err(error) => (None, Some(error.to_string())),
    };
    let file = if name.is_empty() {
        "history.jsonl".to_owned()
    } else {
        name
    };
    let context = json!({ "verdict": verdict, "unusable": unusable, "file": file, "database": null });
    me.visit.page("auditor/verify.html", context)
}

fn shown(verdict: &Verdict) -> Value {
    let mut shown = json!(verdict);
    shown["made_at"] = verdict.header.get("made_at").cloned().unwrap_or(Value::Null);
    shown
}

/// The verdict on the histories of this database: every hash, every link.
#[post("/audit/check")]
pub async fn verify_database(form: Form) -> Result<HttpResponse, Problem> {
    form.me.needs(WHO)?;
    let visit = form.visit();
    let report = visit.house.store.check_chains(&|_| {}).await?;
    let faults: Vec<&String> = report.faults.iter().take(100).collect();
    let database = json!({
        "events": report.events, "streams": report.streams, "faults": faults, "at": visit.when(visit.now, "UTC"),
    });
    visit.page(
        "auditor/verify.html",
        json!({ "verdict": null, "unusable": null, "file": "", "database": database }),
    )
}
