//! The room of the inspection: when, where, who is there, what was to be seen and what was, and the protocol. Before,
//! during and after; everybody reads what the page of the case would show them too.

use crate::{
    domain::{
        id::{CaseId, PersonId},
        people::Role,
        reference,
    },
    process::Seen,
    web::{
        api::{cases, views::CaseView},
        pages::{table::Table, view, visit::SignedIn},
        problem::Problem,
    },
    workflow::{action::ActionKind, case::Case, happening::Happening},
};
use actix_web::{
    HttpResponse, get,
    http::header,
    web::{Path, ServiceConfig},
};
use icalendar::{Calendar, Component as _, Event, Property};
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How long an inspection takes when nobody said.
const USUAL_HOURS: i64 = 2;
/// Where the numbering of a calendar entry's versions begins, as in letters: 2020-01-01, in seconds.
const NUMBERED_SINCE: i64 = 1_577_836_800;

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(show)
        .service(calendar_file)
        .service(room_twin)
        .service(attendance_twin);
}

/// Acts of the inspection: their sheets are linked from the room.
const ACTS: [ActionKind; 14] = [
    ActionKind::DecideInspection,
    ActionKind::ProposeInspection,
    ActionKind::ConfirmInspection,
    ActionKind::JoinInspection,
    ActionKind::OpenInspection,
    ActionKind::RecordObservation,
    ActionKind::CloseInspection,
    ActionKind::DraftReport,
    ActionKind::SignReport,
    ActionKind::RefuseSignature,
    ActionKind::LeaveInspection,
    ActionKind::PostponeInspection,
    ActionKind::AbortInspection,
    ActionKind::RefuseInspection,
];

/// The case and how this person sees it.
async fn seen(me: &SignedIn, id: CaseId) -> Result<(Seen, CaseView), Problem> {
    let seen = cases::visible(&me.visit.house, &me.caller(), id).await?;
    let shown = CaseView::of(&seen, &me.actor).ok_or_else(|| Problem::of("not_found"))?;
    Ok((seen, shown))
}

#[get("/cases/{id}/inspection")]
async fn show(me: SignedIn, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let (seen, shown) = seen(&me, *id).await?;
    let (case, inspection) = (&seen.case, &shown.inspection);
    let names = names(&me, inspection).await?;
    let acts = ACTS.iter().filter(|kind| shown.allowed_actions.contains(kind));
    let acts: Vec<_> = acts.map(|kind| kind.word()).collect();
    let state = inspection["state"].as_str().unwrap_or_default();
    let context = json!({
        "id": shown.id, "title": shown.reference, "state": state, "stage": stage(state), "acts": acts,
        "reads": inspection.get("slots").is_some(), "names": view::sides(&me.visit, &seen.case), "inside": names.is_some(),
        "records": shown.allowed_actions.contains(&ActionKind::RecordObservation),
        "uploads": !shown.your_roles.iter().all(|role| matches!(role, Role::Auditor | Role::OrganisationReader)),
        "schedule": schedule(&me, case, inspection), "sites": sites(inspection), "postponements": inspection["postponements"],
        "attendance": attendance(&me, case, inspection, names.as_ref()),
        "checklist": checklist(&me, case, inspection, names.as_ref()),
        "protocol": protocol(&me, case, inspection),
    });
    me.visit.page("committee/room.html", context)
}

/// Where it is: places by name, and what is no place of the list as it was written.
fn sites(inspection: &Value) -> Vec<String> {
    let sites = inspection["sites"].as_array().into_iter().flatten();
    let named = |site: &str| match reference::place(site) {
        Some(place) if !place.name.is_empty() => format!("{} ({site})", place.name),
        _ => site.to_owned(),
    };
    sites.filter_map(Value::as_str).map(named).collect()
}

/// Before, during, after, or none at all.
fn stage(state: &str) -> &'static str {
    match state {
        "in_session" => "during",
        "held" | "report_draft" | "report_signed" => "after",
        "waived" | "refused_by_host" => "none",
        _ => "before",
    }
}

/// The people who are named, if the reader may know who was there.
async fn names(me: &SignedIn, inspection: &Value) -> Result<Option<BTreeMap<String, String>>, Problem> {
    // Those outside the authority read no attendance at all; an empty one is read by anybody who may.
    let lines = ["attendance", "observations"].map(|list| inspection[list].as_array().cloned().unwrap_or_default());
    let named = lines
        .iter()
        .flatten()
        .flat_map(|line| ["person", "by", "identity_checked_by"].map(|key| line[key].clone()));
    let ids: BTreeSet<PersonId> = named.filter_map(|id| serde_json::from_value(id).ok()).collect();
    if ids.is_empty() {
        return Ok(None);
    }
    let filter = crate::store::people::PeopleFilter {
        ids,
        ..Default::default()
    };
    let people = me.visit.house.store.people(&filter).await?;
    Ok(Some(
        people
            .into_iter()
            .map(|person| (person.id.to_string(), person.name))
            .collect(),
    ))
}

/// The times that were offered and who agreed to which; the agreed time.
fn schedule(me: &SignedIn, case: &Case, inspection: &Value) -> Value {
    let zone = &case.policy().tz;
    let agreed = case.inspection.slot;
    let confirmed = inspection["confirmed_by"].as_array().cloned().unwrap_or_default();
    let host = me.visit.t("room-host");
    let slots = case.inspection.slots.iter().map(|slot| {
        let sides = confirmed.iter().filter(|line| line["slot"] == json!(slot));
        let sides = sides.map(|line| line["delegation"].as_str().unwrap_or(&host).to_owned());
        json!({ "at": me.visit.when(*slot, zone), "sides": sides.collect::<Vec<_>>(), "agreed": agreed == Some(*slot) })
    });
    json!({ "agreed": agreed.map(|slot| me.visit.when(slot, zone)), "slots": slots.collect::<Vec<_>>() })
}

fn said(names: Option<&BTreeMap<String, String>>, id: &Value) -> Value {
    let name = id.as_str().and_then(|id| names?.get(id));
    json!(name)
}

/// Who came, when, whose identity was checked by whom, and when they left.
fn attendance(me: &SignedIn, case: &Case, inspection: &Value, names: Option<&BTreeMap<String, String>>) -> Vec<Value> {
    let mut stays: Vec<Value> = Vec::new();
    for line in inspection["attendance"].as_array().into_iter().flatten() {
        let at = line["at"].as_str().and_then(|at| at.parse().ok());
        let at = at.map(|at| me.visit.when(at, &case.policy().tz));
        if line["joined"] == true {
            let member = case
                .panel
                .members
                .iter()
                .find(|member| json!(member.person) == line["person"]);
            stays.push(json!({
                "person": line["person"], "name": said(names, &line["person"]), "checked_by": said(names, &line["identity_checked_by"]),
                "side": member.map(|member| &member.delegation), "joined": at, "left": null,
            }));
        } else if let Some(stay) = stays.iter_mut().rev().find(|stay| stay["person"] == line["person"]) {
            stay["left"] = json!(at);
        }
    }
    let present = inspection["present"].as_array().cloned().unwrap_or_default();
    for stay in &mut stays {
        stay["present"] = json!(stay["left"].is_null() && present.contains(&stay["person"]));
    }
    stays
}

/// What was to be seen, and what was seen.
fn checklist(me: &SignedIn, case: &Case, inspection: &Value, names: Option<&BTreeMap<String, String>>) -> Vec<Value> {
    let items = inspection["checklist"].as_array().into_iter().flatten();
    let item = |item: &Value| {
        let answers = inspection["observations"].as_array().into_iter().flatten();
        let answers = answers.filter(|answer| answer["item"] == item["id"]).map(|answer| {
            let at = answer["at"].as_str().and_then(|at| at.parse().ok());
            json!({
                "answer": answer["answer"], "note": answer["note"], "by": said(names, &answer["by"]), "capture": answer["capture"],
                "sha256": answer["capture_sha256"], "at": at.map(|at| me.visit.when(at, &case.policy().tz)),
            })
        });
        json!({ "id": item["id"], "criterion": item["criterion"], "text": item["text"], "mandatory": item["mandatory"], "answers": answers.collect::<Vec<_>>() })
    };
    items.map(item).collect()
}

/// The report, and how each delegation stands to it.
fn protocol(me: &SignedIn, case: &Case, inspection: &Value) -> Value {
    let Some(drafted) = case
        .inspection
        .drafted_at
        .filter(|_| !inspection["summary_for_host"].is_null())
    else {
        return Value::Null;
    };
    let has = |list: &str, side: &str| {
        inspection[list]
            .as_array()
            .is_some_and(|sides| sides.iter().any(|one| one == side))
    };
    let side = |delegation: &crate::domain::people::Delegation| {
        let side = delegation.to_string();
        let word = if has("signed_by", &side) {
            "signed"
        } else if has("refused_by", &side) {
            "refused"
        } else if has("signed_without", &side) {
            "without"
        } else {
            "awaited"
        };
        json!({ "delegation": side, "word": word, "reservation": inspection["reservations"].get(&side) })
    };
    let signed = inspection["state"] == "report_signed";
    let until = (!signed).then(|| {
        me.visit
            .deadline(case.working_days_after(drafted, 3), &case.policy().tz)
    });
    json!({
        "result": inspection["result"], "text": inspection["report"], "summary": inspection["summary_for_host"],
        "drafted": me.visit.when(drafted, &case.policy().tz), "until": until,
        "sides": case.delegations().map(side).collect::<Vec<_>>(),
    })
}

/// The agreed time as a file for one's calendar: the same entry that the letter made.
#[get("/cases/{id}/inspection.ics")]
async fn calendar_file(me: SignedIn, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let (seen, shown) = seen(&me, *id).await?;
    let gone = || Problem::of("not_found");
    if shown.inspection.get("slots").is_none() {
        return Err(gone());
    }
    let slot = seen.case.inspection.slot.ok_or_else(gone)?;
    let agreed = seen
        .events
        .iter()
        .rev()
        .find(|event| matches!(event.happened, Happening::InspectionScheduled(_)));
    let agreed = agreed.map(|event| event.effective_at).ok_or_else(gone)?;
    let settings = &me.visit.house.settings;
    let host = settings
        .mail
        .from
        .trim_end_matches('>')
        .rsplit_once('@')
        .map_or("localhost", |(_, host)| host);
    let utc = |at: jiff::Timestamp| at.strftime("%Y%m%dT%H%M%SZ").to_string();
    let link = format!(
        "{}/cases/{}/inspection",
        settings.server.base_url.trim_end_matches('/'),
        shown.id
    );
    let mut event = Event::with_uid(&format!("inspection-{}@{host}", shown.id));
    event.summary(&format!(
        "{} {}",
        me.visit.t("room-h"),
        shown.reference.as_deref().unwrap_or_default()
    ));
    event.description(&link);
    event.add_property("URL", &link).add_property("STATUS", "CONFIRMED");
    event.add_property("DTSTAMP", utc(agreed));
    event.add_property("SEQUENCE", (agreed.as_second() - NUMBERED_SINCE).max(0).to_string());
    event.add_property("DTSTART", utc(slot));
    event.add_property(
        "DTEND",
        utc(slot
            .saturating_add(SignedDuration::from_hours(USUAL_HOURS))
            .unwrap_or(slot)),
    );
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", "-//Corridor//Inspections//EN"));
    calendar.append_property(Property::new("METHOD", "PUBLISH"));
    calendar.push(event.done());
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/calendar; charset=utf-8"))
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"inspection.ics\""))
        .body(calendar.to_string()))
}

#[get("/cases/{id}/inspection.{ending:csv|json}")]
async fn room_twin(me: SignedIn, place: Path<(CaseId, String)>) -> Result<HttpResponse, Problem> {
    let (id, ending) = place.into_inner();
    let (seen, shown) = seen(&me, id).await?;
    let names = names(&me, &shown.inspection).await?;
    let mut table = Table::new(&[
        "item",
        "criterion",
        "text",
        "mandatory",
        "answer",
        "note",
        "by",
        "at",
        "capture_sha256",
    ]);
    for item in checklist(&me, &seen.case, &shown.inspection, names.as_ref()) {
        let answers = item["answers"].as_array().cloned().unwrap_or_default();
        let blank = vec![json!({ "at": {} })];
        for answer in if answers.is_empty() { blank } else { answers } {
            let about = ["id", "criterion", "text", "mandatory"].map(|key| item[key].clone());
            let rest = ["answer", "note", "by"].map(|key| answer[key].clone());
            let last = [answer["at"]["iso"].clone(), answer["sha256"].clone()];
            table.row(about.into_iter().chain(rest).chain(last));
        }
    }
    table.answer(&me.visit, "inspection", &ending)
}

#[get("/cases/{id}/attendance.{ending:csv|json}")]
async fn attendance_twin(me: SignedIn, place: Path<(CaseId, String)>) -> Result<HttpResponse, Problem> {
    let (id, ending) = place.into_inner();
    let (seen, shown) = seen(&me, id).await?;
    let names = names(&me, &shown.inspection).await?;
    let mut table = Table::new(&["name", "delegation", "joined", "left", "identity_checked_by"]);
    for stay in attendance(&me, &seen.case, &shown.inspection, names.as_ref()) {
        let times = ["joined", "left"].map(|key| stay[key]["iso"].clone());
        table.row(
            [stay["name"].clone(), stay["side"].clone()]
                .into_iter()
                .chain(times)
                .chain([stay["checked_by"].clone()]),
        );
    }
    table.answer(&me.visit, "attendance", &ending)
}
