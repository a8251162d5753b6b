//! How long records are kept: holds, erasure by two persons, disposal.

use super::{
    Caller, TheHouse, answered,
    cases::{Command, read_action},
    write_down,
};
use crate::{
    process::keeping::{Kept, act_on_record, may_see, view_record},
    store::keeping::RecordRow,
    web::{body::StrictJson, problem::Problem},
    workflow::keeping::{KeepingAction, KeepingActionKind},
};
use actix_web::{HttpResponse, get, post, web::Path};
use serde_json::{Value, json};
use uuid::Uuid;

async fn reader(house: &TheHouse, caller: &Caller, record: Option<Uuid>) -> Result<(), Problem> {
    if may_see(&caller.actor) {
        return Ok(());
    }
    let target = record.map(|id| ("record", id));
    write_down(house, caller, "read_record", target, "wrong_role", Some("P-01")).await;
    Err(Problem::of("forbidden")
        .detail("How records are kept is shown to administrators, secretariat and auditors.")
        .rule("P-01"))
}

fn shown(house: &TheHouse, caller: &Caller, kept: &Kept) -> Value {
    json!({
        "id": kept.around.record, "kind": kept.around.of, "name": kept.name, "version": kept.keeping.version,
        "ended_at": kept.around.ended_at, "kept_until": kept.around.kept_until,
        "holds": kept.keeping.holds.values().collect::<Vec<_>>(), "erasure_asked": kept.keeping.asked,
        "gone": kept.keeping.gone.map(|(how, at, through)| json!({ "how": how, "at": at, "through": through })),
        "allowed": kept.allowed(&caller.actor, house.clock.now()),
        "history": kept.events,
    })
}

/// The records that something was decided about: holds, erasures that wait, what is gone.
#[utoipa::path(tag = "records", responses((status = 200, description = "Newest first", body = Vec<RecordRow>), (status = 403, description = "Not for you", body = Problem)))]
#[get("/records")]
pub async fn list_records(house: TheHouse, caller: Caller) -> Result<HttpResponse, Problem> {
    reader(&house, &caller, None).await?;
    let items = house.store.records(1000).await?;
    Ok(HttpResponse::Ok().json(json!({ "items": items })))
}

/// How a record (the id of a case or a person) is kept, and what may be done about it.
#[utoipa::path(tag = "records", params(("id" = String, Path)), responses((status = 200, description = "Holds, erasure, disposal, and their history"), (status = 403, description = "Not for you", body = Problem), (status = 404, description = "No such record", body = Problem)))]
#[get("/records/{id}")]
pub async fn show_record(house: TheHouse, caller: Caller, id: Path<Uuid>) -> Result<HttpResponse, Problem> {
    reader(&house, &caller, Some(*id)).await?;
    let kept = view_record(&house, *id).await?;
    Ok(HttpResponse::Ok().json(shown(&house, &caller, &kept)))
}

/// Places or lifts a hold, asks for an erasure, confirms or declines it (P-01 to P-05).
#[utoipa::path(tag = "records", params(("id" = String, Path)), request_body(content = Command, description = "`place_hold` (`reason`), `lift_hold` (`hold`, `reason`), `ask_erasure` (`ground`: `request`, `unlawful`, `order` or `no_longer_needed`; `reason`), `confirm_erasure`, `decline_erasure` (`reason`)"),
    responses((status = 200, description = "The record afterwards"), (status = 403, description = "Not for you", body = Problem), (status = 404, description = "No such record", body = Problem), (status = 422, description = "Not now: a hold, no second person, still in use, or reasons are missing", body = Problem)))]
#[post("/records/{id}/actions")]
pub async fn act_on_kept_record(
    house: TheHouse,
    caller: Caller,
    id: Path<Uuid>,
    command: StrictJson<Command>,
) -> Result<HttpResponse, Problem> {
    let command = command.value;
    reader(&house, &caller, Some(*id)).await?;
    let action: KeepingAction = read_action(&command.action, command.body)?;
    if action.kind() == KeepingActionKind::DisposeRecord {
        let sentence = "Records are disposed of by the service itself, when their time is over.";
        return Err(Problem::of("bad_value").field("action", "bad_value", sentence));
    }
    let done = act_on_record(&house, *id, &action, &caller.actor).await;
    answered(&house, &caller, &command.action, ("record", *id), done, |kept| {
        HttpResponse::Ok().json(shown(&house, &caller, &kept))
    })
    .await
}
