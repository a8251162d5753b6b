//! How records are kept: holds, erasure by two persons, what is gone.

use super::{
    Form, Sent, SignedIn,
    act::{missing, proved},
    auditor::grid,
    table::Table,
    visit::see_other,
};
use crate::{
    domain::people::Role,
    process::{
        ActError,
        keeping::{Kept, act_on_record, record_named, view_record},
    },
    store::keeping::RecordRow,
    web::{
        api::{cases::read_action, write_down},
        pages::visit::query_value,
        problem::Problem,
    },
    workflow::{
        keeping::{Gone, Keeping, KeepingAction, KeepingActionKind, RecordKind},
        step::is_binding,
    },
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::StatusCode,
    post,
    web::{Path, ServiceConfig},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Who keeps records.
pub const WHO: &[Role] = &[
    Role::Administrator,
    Role::SecretariatLead,
    Role::Secretariat,
    Role::Auditor,
];
const MOST: u32 = 500;

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(records)
        .service(records_twin)
        .service(record_page)
        .service(history_twin)
        .service(put);
}

#[get("/records")]
async fn records(me: SignedIn, request: HttpRequest) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let visit = &me.visit;
    let named = query_value(request.query_string(), "named").unwrap_or_default();
    if !named.trim().is_empty()
        && let Some(id) = record_named(&visit.house, &named).await?
    {
        return Ok(see_other(&format!("/records/{id}")));
    }
    let mut rows = Vec::new();
    for row in visit.house.store.records(MOST).await? {
        rows.push(line(&me, &row).await?);
    }
    let context = json!({ "rows": rows, "named": named, "unknown": !named.trim().is_empty() });
    visit.page("desk/records.html", context)
}

#[get("/records.{ending:csv|json}")]
async fn records_twin(me: SignedIn, ending: Path<String>) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let mut table = Table::new(&["id", "kind", "name", "state", "holds", "erasure_asked", "updated_at"]);
    for row in me.visit.house.store.records(MOST).await? {
        let kept = view_record(&me.visit.house, row.id).await?;
        let (state, _) = state(row.gone, row.holds > 0, row.erasure_asked);
        table.row([
            json!(row.id),
            json!(row.kind),
            json!(kept.name),
            json!(state.trim_start_matches("record-")),
            json!(row.holds),
            json!(row.erasure_asked),
            json!(row.updated_at),
        ]);
    }
    table.answer(&me.visit, "records", &ending)
}

/// What was decided about keeping this record.
#[get("/records/{id}/history.{ending:csv|json}")]
async fn history_twin(me: SignedIn, place: Path<(Uuid, String)>) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let (id, ending) = place.into_inner();
    let kept = view_record(&me.visit.house, id).await?;
    let people: BTreeSet<_> = kept.events.iter().map(|event| event.by.person).collect();
    let names = grid::names(&me.visit, people).await?;
    let mut table = Table::new(&["recorded_at", "what", "who", "reason"]);
    for event in &kept.events {
        let happened = json!(event.happened);
        table.row([
            json!(event.recorded_at),
            happened["type"].clone(),
            json!(names.get(&event.by.person)),
            happened["data"]["reason"]["$private"].clone(),
        ]);
    }
    table.answer(&me.visit, "record", &ending)
}

async fn line(me: &SignedIn, row: &RecordRow) -> Result<Value, Problem> {
    let visit = &me.visit;
    let kept = view_record(&visit.house, row.id).await?;
    let (state, kind) = state(row.gone, row.holds > 0, row.erasure_asked);
    let kind_key = match row.kind {
        RecordKind::Case => "record-kind-case",
        RecordKind::Person => "record-kind-person",
    };
    Ok(json!([
        grid::link(&kept.name, &format!("/records/{}", row.id)),
        grid::text(&visit.t(kind_key)),
        grid::tag(&visit.t(state), kind),
        { "when": visit.when(row.updated_at, "UTC") },
    ]))
}

fn state(gone: Option<Gone>, held: bool, asked: bool) -> (&'static str, &'static str) {
    match gone {
        Some(Gone::Erased) => ("record-erased", ""),
        Some(Gone::Disposed) => ("record-disposed", ""),
        None if held => ("record-held", "warn"),
        None if asked => ("record-asked", "warn"),
        None => ("record-kept", "ok"),
    }
}

#[get("/records/{id}")]
async fn record_page(me: SignedIn, id: Path<Uuid>) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let kept = view_record(&me.visit.house, *id).await?;
    show(&me, &kept, StatusCode::OK, Sent::default()).await
}

async fn show(me: &SignedIn, kept: &Kept, status: StatusCode, form: Sent) -> Result<HttpResponse, Problem> {
    let visit = &me.visit;
    let keeping = &kept.keeping;
    let mut people: BTreeSet<_> = kept.events.iter().map(|event| event.by.person).collect();
    people.extend(keeping.holds.values().map(|hold| hold.by));
    let names = grid::names(visit, people).await?;
    let name = |id| names.get(&id).cloned().unwrap_or_else(|| visit.t("record-service"));
    let holds: Vec<Value> = keeping
        .holds
        .values()
        .map(|hold| {
            json!({ "number": hold.number, "by": name(hold.by), "at": visit.when(hold.at, "UTC"), "reason": hold.reason.as_str() })
        })
        .collect();
    let asked = keeping.asked.as_ref().map(|asked| {
        json!({
            "by": name(asked.by), "at": visit.when(asked.at, "UTC"), "reason": asked.reason.as_str(),
            "ground": json!(asked.ground),
        })
    });
    let history: Vec<Value> = kept
        .events
        .iter()
        .map(|event| {
            let happened = json!(event.happened);
            json!([
                { "when": visit.when(event.recorded_at, "UTC") },
                grid::text(&visit.t(&format!("record-event-{}", happened["type"].as_str().unwrap_or_default().replace('_', "-")))),
                grid::text(&name(event.by.person)),
                grid::text(happened["data"]["reason"]["$private"].as_str().unwrap_or_default()),
            ])
        })
        .collect();
    let (state, kind) = state(
        keeping.gone.map(|(gone, ..)| gone),
        !keeping.holds.is_empty(),
        keeping.asked.is_some(),
    );
    // Who may not see the page is not led to it.
    let administers = me.actor.is(Role::Administrator);
    let reads = WHO
        .iter()
        .any(|role| *role != Role::Administrator && me.actor.is(*role));
    let here = match kept.around.of {
        RecordKind::Case => reads.then(|| format!("/cases/{}", kept.around.record)),
        RecordKind::Person => administers.then(|| format!("/admin/people/{}", kept.around.record)),
    };
    let context = json!({
        "id": kept.around.record, "name": kept.name, "person": kept.around.of == RecordKind::Person, "here": here,
        "state": visit.t(state), "kind": kind, "holds": holds, "asked": asked, "history": history, "form": form,
        "ended": kept.around.ended_at.map(|at| visit.when(at, "UTC")),
        "until": kept.around.kept_until.map(|at| visit.when(at, "UTC")),
        "gone": keeping.gone.map(|(_, at, through)| json!({ "at": visit.when(at, "UTC"), "through": through })),
        "allowed": kept.allowed(&me.actor, visit.now),
        "grounds": ["request", "unlawful", "order", "no_longer_needed"],
    });
    visit.page_as(status, "desk/record.html", context)
}

/// Holds, lifts, asks, confirms, declines. What destroys asks for the password again.
#[post("/records/{id}")]
async fn put(form: Form, id: Path<Uuid>) -> Result<HttpResponse, Problem> {
    form.me.needs(WHO)?;
    let action = form.value("action").to_owned();
    let mut body = form.json();
    if let Value::Object(fields) = &mut body {
        ["action", "password"]
            .iter()
            .for_each(|name| drop(fields.remove(*name)));
        if let Some(number) = fields
            .get("hold")
            .and_then(Value::as_str)
            .and_then(|text| text.parse::<u32>().ok())
        {
            fields.insert("hold".to_owned(), number.into());
        }
    }
    let wanted: KeepingAction = read_action(&action, Some(body))?;
    if wanted.kind() == KeepingActionKind::DisposeRecord {
        return Err(Problem::of("bad_request"));
    }
    let house = &form.visit().house;
    let actor = match proved(&form, is_binding::<Keeping>(&action)).await? {
        Ok(actor) => actor,
        Err(sent) => {
            let kept = view_record(house, *id).await?;
            return show(&form.me, &kept, StatusCode::UNPROCESSABLE_ENTITY, sent).await;
        }
    };
    match act_on_record(house, *id, &wanted, &actor).await {
        Ok(_) => Ok(form.visit().done(&format!("/records/{id}"), "record")),
        Err(ActError::Refused(refusal)) => {
            let target = Some(("record", *id));
            let caller = form.me.caller();
            write_down(house, &caller, &action, target, refusal.code, Some(refusal.rule)).await;
            let kept = view_record(house, *id).await?;
            let sent = missing(&form, &refusal);
            show(&form.me, &kept, StatusCode::UNPROCESSABLE_ENTITY, sent).await
        }
        Err(error) => Err(error.into()),
    }
}
