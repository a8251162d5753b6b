//! A new dossier under an open notice (D-01).

use crate::{
    domain::{
        id::{CaseId, NoticeId},
        people::Role,
    },
    web::{
        pages::{
            Form, Sent, SignedIn, Visit,
            act::{self, Acted},
            nav::BEGINNERS,
            public::notices,
            visit::query_value,
        },
        problem::Problem,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode, post};
use serde_json::{Value, json};

#[get("/dossiers/new")]
pub async fn choose(me: SignedIn, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let notice = query_value(request.query_string(), "notice").unwrap_or_default();
    show(&me, &notice, Sent::default(), StatusCode::OK).await
}

#[post("/dossiers/new")]
pub async fn begin(form: Form) -> Result<HttpResponse, Problem> {
    form.me.needs(BEGINNERS)?;
    let id = CaseId::fresh();
    match act::on_case(&form, id, "start_dossier", form.json()).await? {
        Acted::Done(case) => Ok(form.visit().done(&format!("/dossiers/{}", case.id), "dossier-begun")),
        Acted::Refused(sent) => show(&form.me, form.value("notice"), sent, StatusCode::UNPROCESSABLE_ENTITY).await,
    }
}

/// The notices that take dossiers; `wanted` is the number or the id of the one that was come from.
async fn show(me: &SignedIn, wanted: &str, sent: Sent, status: StatusCode) -> Result<HttpResponse, Problem> {
    me.needs(BEGINNERS)?;
    let visit = &me.visit;
    let (listed, _) = notices::rows(visit, &["published"], None, visit.house.settings.limits.page).await?;
    let is_wanted = |id: NoticeId, number: &str| number == wanted || id.to_string() == wanted;
    let chosen = listed
        .iter()
        .find(|listed| is_wanted(listed.row.id, &listed.row.number));
    let options: Vec<Value> = listed
        .iter()
        .map(|listed| {
            json!([
                listed.row.id,
                format!("{} – {}", listed.row.number, text(&listed.view["programme"])),
                ""
            ])
        })
        .collect();
    let sponsor = me.actor.is(Role::Sponsor);
    let context = json!({
        "options": options, "chosen": chosen.map(|listed| listed.row.id.to_string()).unwrap_or_default(),
        "organisations": organisations(visit, me, sponsor).await?, "form": sent,
    });
    visit.page_as(status, "submitter/new.html", context)
}

/// For whom agents (under a mandate) and sponsors file besides their own organisation.
async fn organisations(visit: &Visit, me: &SignedIn, sponsor: bool) -> Result<Vec<Value>, Problem> {
    if me.actor.mandates.is_empty() && !sponsor {
        return Ok(Vec::new());
    }
    let known = visit.house.store.organisations(None, 1000).await?;
    let may = known
        .iter()
        .filter(|one| sponsor || me.actor.mandates.contains(&one.id) || one.id == me.actor.organisation);
    let blank = json!(["", visit.t("dossier-own-organisation")]);
    Ok(std::iter::once(blank)
        .chain(may.map(|one| json!([one.id, one.name])))
        .collect())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
