//! Screening for the authorities: who was looked for in which lists, each hit beside the subject, and what two persons
//! of different delegations make of it.

mod compare;
mod hit;
pub mod reasons;

use super::{
    act::{self, Acted},
    form::{Fault, Form, Sent},
    table::Table,
    visit::{SignedIn, Visit, encoded, query_value, see_other},
};
use crate::{
    domain::id::CaseId,
    process::Seen,
    store::checks::JobKind,
    web::{
        api::{cases, checks, screening as api},
        problem::Problem,
    },
    workflow::{
        action::ScreeningHit,
        case::{Hit, Screening},
        screened,
        screening::{asked_by, repeat_from, standing, unscreened},
    },
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::StatusCode,
    post,
    web::{Path, ServiceConfig},
};
use serde_json::{Value, json};

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(overview)
        .service(twin)
        .service(history_twin)
        .service(again)
        .service(one_hit)
        .service(hit_twin)
        .service(judge);
}

/// The case, for those who may see its screening.
async fn seen(me: &SignedIn, id: CaseId) -> Result<Seen, Problem> {
    let seen = cases::visible(&me.visit.house, &me.caller(), id).await?;
    api::official(&seen.case, &me.caller())?;
    Ok(seen)
}

#[get("/cases/{id}/screening")]
async fn overview(me: SignedIn, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let seen = seen(&me, *id).await?;
    let (visit, case) = (&me.visit, &seen.case);
    let index = visit.house.screener.lists.in_force().await?.index;
    let subjects = screened::live(case);
    let mut checked = Vec::new();
    for (key, screening) in &case.screening {
        let hits = screening.hits.iter().map(|found| {
            let mut shown = hit::shown(visit, *id, &index, subjects.get(key), found);
            shown["to"] = json!(hit_path(*id, key, &found.found.entry));
            shown
        });
        let hits: Vec<Value> = hits.collect();
        let mut shown = check(visit, key, screening, subjects.get(key), &case.policy().tz);
        shown["hits"] = json!(hits);
        checked.push(shown);
    }
    // What needs a person's eye stands first.
    checked.sort_by_key(|shown| match shown["result"].as_str() {
        Some("hits") => 0,
        Some("failed") => 1,
        _ => 2,
    });
    let job = visit.house.store.check_of(JobKind::Case, id.0).await?;
    let missing = unscreened(case).into_iter().map(|key| {
        let what = kind_of(&key).to_owned();
        json!({ "what": what, "title": title(&key, subjects.get(&key)) })
    });
    visit.page(
        "screening/case.html",
        json!({
            "id": case.id, "reference": case.reference, "version": case.version, "checked": checked,
            "missing": missing.collect::<Vec<_>>(), "standing": stands(visit, &seen),
            "waits": job.is_some_and(|job| json!(job)["state"] != "done"),
            "engine": visit.house.screener.engine.as_ref().map(|engine| engine.name()),
            "may_check": api::may_check(case, &me.caller()),
        }),
    )
}

/// How the screening stands, until when, and what asks for the next.
fn stands(visit: &Visit, seen: &Seen) -> Value {
    let (case, now) = (&seen.case, seen.now);
    let until = repeat_from(case);
    json!({
        "word": standing(case, now), "old": until.is_some_and(|until| until <= now),
        "until": until.map(|until| visit.when(until, &case.policy().tz)),
        "asked_by": asked_by(case).map(|(act, rule)| json!({ "act": act, "rule": rule })),
    })
}

/// The word before the colon: what kind of thing a subject is.
fn kind_of(key: &str) -> &str {
    match key {
        "applicant:signatory" => "signatory",
        _ => key.split(':').next().unwrap_or(key),
    }
}

fn hit_path(id: CaseId, subject: &str, entry: &str) -> String {
    format!(
        "/cases/{id}/screening/hit?subject={}&entry={}",
        encoded(subject),
        encoded(entry)
    )
}

/// What is known of a subject, and how it was looked for.
fn check(
    visit: &Visit,
    key: &str,
    screening: &Screening,
    subject: Option<&screened::ScreenedSubject>,
    zone: &str,
) -> Value {
    let made = screening.check.as_deref();
    let list = |used: &crate::workflow::action::ListUsed| json!({ "source": used.source, "version": used.version, "published": used.published, "entries": used.entries, "checked_at": used.checked_at.map(|at| visit.when(at, zone)) });
    let own = || {
        vec![
            json!({ "source": screening.list, "version": screening.list_version, "published": screening.list_date, "entries": null, "checked_at": null }),
        ]
    };
    let changed = subject.zip(screening.fingerprint.as_ref());
    json!({
        "key": key, "title": title(key, subject), "what": kind_of(key), "subject": subject.map(|subject| json!(subject)),
        "result": screening.result, "at": visit.when(screening.at, zone), "by_engine": made.is_some(),
        "engine": made.map(|made| made.algorithm.clone()), "tool": screening.tool,
        "trigger": made.map(|made| made.trigger), "failure": made.and_then(|made| made.failure.clone()),
        "lists": made.map_or_else(own, |made| made.lists.iter().map(list).collect()),
        "changed": changed.is_some_and(|(now, then)| now.fingerprint() != *then),
    })
}

fn title(key: &str, subject: Option<&screened::ScreenedSubject>) -> String {
    let names: Vec<&str> = subject
        .iter()
        .flat_map(|subject| &subject.names)
        .map(String::as_str)
        .collect();
    if names.is_empty() {
        key.to_owned()
    } else {
        names.join(" · ")
    }
}

#[get("/cases/{id}/screening.{ending:csv|json}")]
async fn twin(me: SignedIn, place: Path<(CaseId, String)>) -> Result<HttpResponse, Problem> {
    let (id, ending) = place.into_inner();
    let seen = seen(&me, id).await?;
    let subjects = screened::live(&seen.case);
    let mut table = Table::new(&[
        "subject",
        "names",
        "result",
        "list",
        "list_version",
        "list_date",
        "checked_at",
        "engine",
        "entry",
        "listed_name",
        "matched_on",
        "score",
        "band",
        "state",
        "verdict",
        "covered_by",
        "holds_until",
        "why",
    ]);
    for (key, screening) in &seen.case.screening {
        let names = subjects
            .get(key)
            .map(|subject| subject.names.iter().cloned().collect::<Vec<_>>().join("; "));
        let head = [
            json!(key),
            json!(names),
            json!(screening.result),
            json!(screening.list),
            json!(screening.list_version),
            json!(screening.list_date),
            json!(screening.at),
            json!(
                screening
                    .check
                    .as_ref()
                    .map(|check| &check.algorithm)
                    .or(screening.tool.as_ref())
            ),
        ];
        if screening.hits.is_empty() {
            table.row(head.iter().cloned().chain(std::iter::repeat_n(Value::Null, 10)));
        }
        for hit in &screening.hits {
            table.row(head.iter().cloned().chain(cells(&me.visit, hit)));
        }
    }
    table.answer(&me.visit, "screening", &ending)
}

fn cells(visit: &Visit, hit: &Hit) -> [Value; 10] {
    let (found, first) = (&hit.found, hit.proposed.as_ref());
    [
        json!(found.entry),
        json!(found.name),
        json!(found.matched_on.join("; ")),
        json!(found.score),
        json!(found.band),
        json!(hit.state),
        json!(first.map(|first| first.verdict)),
        json!(first.and_then(|first| first.covered_by.clone())),
        json!(first.and_then(|first| first.holds_until)),
        json!(why(visit, found)),
    ]
}

/// Every check that was ever made, and every word on a hit.
#[get("/cases/{id}/screening/history.{ending:csv|json}")]
async fn history_twin(me: SignedIn, place: Path<(CaseId, String)>) -> Result<HttpResponse, Problem> {
    let (id, ending) = place.into_inner();
    let seen = seen(&me, id).await?;
    let mut table = Table::new(&checks::COLUMNS);
    for row in checks::rows(&seen.events) {
        table.row(checks::COLUMNS.iter().map(|column| row[*column].clone()));
    }
    table.answer(&me.visit, "screening-history", &ending)
}

/// Why it was found, in one cell.
fn why(visit: &Visit, found: &ScreeningHit) -> String {
    let said = reasons::sentences(&visit.site.texts, found).join(" ");
    reasons::foreign(found).unwrap_or(said)
}

/// Has the service screen the case now.
#[post("/cases/{id}/screening")]
async fn again(form: Form, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    api::check_now(&form.visit().house, &form.me.caller(), *id).await?;
    Ok(form.visit().done(&format!("/cases/{id}/screening"), "screened"))
}

#[get("/cases/{id}/screening/hit")]
async fn one_hit(me: SignedIn, request: HttpRequest, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let asked = |name: &str| query_value(request.query_string(), name).unwrap_or_default();
    if asked("subject").is_empty() {
        return Ok(see_other(&format!("/cases/{id}/screening")));
    }
    show(
        &me,
        *id,
        (&asked("subject"), &asked("entry")),
        Sent::default(),
        StatusCode::OK,
    )
    .await
}

/// A hit beside its subject, field by field, and which words agree.
#[get("/cases/{id}/screening/hit.{ending:csv|json}")]
async fn hit_twin(me: SignedIn, request: HttpRequest, place: Path<(CaseId, String)>) -> Result<HttpResponse, Problem> {
    let (id, ending) = place.into_inner();
    let seen = seen(&me, id).await?;
    let asked = |name: &str| query_value(request.query_string(), name).unwrap_or_default();
    let (subject, entry) = (asked("subject"), asked("entry"));
    let screening = seen.case.screening.get(&subject);
    let found = screening.and_then(|screening| screening.hits.iter().find(|hit| hit.found.entry == entry));
    let found = found.ok_or_else(|| Problem::of("not_found"))?;
    let index = me.visit.house.screener.lists.in_force().await?.index;
    let subjects = screened::live(&seen.case);
    let shown = hit::shown(&me.visit, id, &index, subjects.get(&subject), found);
    hit::table(&shown).answer(&me.visit, "hit", &ending)
}

async fn show(
    me: &SignedIn,
    id: CaseId,
    (subject, entry): (&str, &str),
    form: Sent,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let seen = seen(me, id).await?;
    let (visit, case) = (&me.visit, &seen.case);
    let screening = case.screening.get(subject);
    let found = screening.and_then(|screening| screening.hits.iter().find(|hit| hit.found.entry == entry));
    let (screening, found) = screening.zip(found).ok_or_else(|| Problem::of("not_found"))?;
    let index = visit.house.screener.lists.in_force().await?.index;
    let subjects = screened::live(case);
    let ours = subjects.get(subject);
    visit.page_as(
        status,
        "screening/hit.html",
        json!({
            "id": id, "reference": case.reference, "version": case.version, "form": form,
            "check": check(visit, subject, screening, ours, &case.policy().tz), "hit": hit::shown(visit, id, &index, ours, found),
            "earlier": hit::earlier(visit, &seen, subject, entry).await?, "may": hit::may(&seen, &me.actor, found),
            "action": format!("/cases/{id}/screening/hit"),
        }),
    )
}

/// The first or the second word on a hit: which of them, the hit's state says.
#[post("/cases/{id}/screening/hit")]
async fn judge(form: Form, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let pair = (form.value("subject").to_owned(), form.value("entry").to_owned());
    let second = form.value("word") == "second";
    let answer = if second { "agree:b" } else { "verdict" };
    let refused = |sent: Sent| {
        show(
            &form.me,
            *id,
            (&pair.0, &pair.1),
            sent,
            StatusCode::UNPROCESSABLE_ENTITY,
        )
    };
    seen(&form.me, *id).await?;
    if form.value(answer).is_empty() {
        let (field, code) = (answer.to_owned(), "choice_missing".to_owned());
        let text = form.visit().t("scr-choose");
        return refused(form.sent(vec![Fault {
            field,
            code,
            text,
            lang: None,
            rule: Some("S-01".to_owned()),
        }]))
        .await;
    }
    let mut body = form.json();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("word");
        // Blank reasons are refused in the law's own words.
        fields.entry("reason").or_insert_with(|| json!(""));
    }
    let action = if second {
        "confirm_disposition"
    } else {
        "propose_disposition"
    };
    match act::on_case(&form, *id, action, body).await? {
        Acted::Done(_) => {
            let to = hit_path(*id, &pair.0, &pair.1);
            Ok(form.visit().done(&to, "disposition"))
        }
        Acted::Refused(sent) => refused(sent).await,
    }
}
