//! The desk of whoever works on cases: the queue, one's own dossiers, and the page of one case, with what can be done
//! there: every act has its sheet (see [`super::sheet`]).

use super::{
    committee::{grid::grid, history},
    figures, records,
    table::Table,
    view,
    visit::{SignedIn, Visit, query_value},
};
use crate::{
    domain::{id::CaseId, people::Role, quantity::Quantity, text::Language},
    process::{Seen, keeping},
    store::lists::CaseRow,
    web::{
        api::{
            cases,
            papers::{self, PaperKind, PaperLanguage},
            views::CaseView,
        },
        problem::Problem,
    },
    workflow::{action::ActionKind, ledger::Account},
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Path, ServiceConfig},
};
use serde_json::{Value, json};

/// Working on cases, for the authority.
const AUTHORITY: &[Role] = &[
    Role::Secretariat,
    Role::SecretariatLead,
    Role::Reviewer,
    Role::Head,
    Role::Alternate,
    Role::Inspector,
    Role::CoChair,
    Role::Monitor,
    Role::Auditor,
];
/// Cases on one page.
const PAGE: u32 = 100;

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(queue)
        .service(queue_twin)
        .service(dossiers)
        .service(dossiers_twin)
        .service(case)
        .service(paper);
}

#[get("/queue")]
async fn queue(me: SignedIn, request: HttpRequest) -> Result<HttpResponse, Problem> {
    me.needs(AUTHORITY)?;
    list(&me, &request, "queue").await
}

#[get("/queue.{ending}")]
async fn queue_twin(me: SignedIn, request: HttpRequest, ending: Path<String>) -> Result<HttpResponse, Problem> {
    me.needs(AUTHORITY)?;
    twin(&me, &request, "queue", &ending).await
}

#[get("/dossiers")]
async fn dossiers(me: SignedIn, request: HttpRequest) -> Result<HttpResponse, Problem> {
    me.needs(Role::SUBMITTER)?;
    list(&me, &request, "dossiers").await
}

#[get("/dossiers.{ending}")]
async fn dossiers_twin(me: SignedIn, request: HttpRequest, ending: Path<String>) -> Result<HttpResponse, Problem> {
    me.needs(Role::SUBMITTER)?;
    twin(&me, &request, "dossiers", &ending).await
}

async fn rows(me: &SignedIn, request: &HttpRequest) -> Result<(Vec<CaseRow>, bool), Problem> {
    let asked = |name: &str| query_value(request.query_string(), name);
    let state = asked("state").filter(|state| STATES.contains(&state.as_str()));
    let mine = asked("mine").is_some();
    cases::current_cases(&me.visit.house, &me.caller(), state, asked("q"), mine, PAGE).await
}

/// The states that can be asked for.
const STATES: [&str; 10] = [
    "draft",
    "submitted",
    "completeness",
    "returned",
    "under_review",
    "deliberation",
    "decided",
    "withdrawn",
    "lapsed",
    "inadmissible",
];

async fn list(me: &SignedIn, request: &HttpRequest, which: &str) -> Result<HttpResponse, Problem> {
    let (mut rows, more) = rows(me, request).await?;
    rows.sort_by_key(|row| (row.due.is_none(), row.due, std::cmp::Reverse(row.updated_at)));
    let mut groups: Vec<(&str, Vec<Value>)> = GROUPS.iter().map(|name| (*name, Vec::new())).collect();
    for row in &rows {
        let group = group_of(&me.visit, row);
        if let Some((_, shown)) = groups.iter_mut().find(|(name, _)| *name == group) {
            shown.push(shown_row(&me.visit, row));
        }
    }
    groups.retain(|(_, shown)| !shown.is_empty());
    let asked = |name: &str| query_value(request.query_string(), name).unwrap_or_default();
    me.visit.page(
        "desk/list.html",
        json!({
            "which": which, "groups": groups, "total": rows.len(), "more": more, "states": STATES,
            "state": asked("state"), "q": asked("q"), "mine": !asked("mine").is_empty(),
            "query": Some(request.query_string()).filter(|query| !query.is_empty()).map(|query| format!("?{query}")).unwrap_or_default(),
        }),
    )
}

/// The groups of a list, the most urgent first.
const GROUPS: [&str; 7] = ["overdue", "soon", "later", "paused", "waiting", "shipping", "settled"];

fn group_of(visit: &Visit, row: &CaseRow) -> &'static str {
    match (row.clock.as_str(), row.lapses_at) {
        ("running", Some(lapses)) if lapses <= visit.now => "overdue",
        ("running", Some(_)) if row.soon_at.is_some_and(|soon| soon <= visit.now) => "soon",
        ("running", Some(_)) => "later",
        ("stopped", _) => "paused",
        _ if row.waiver_state.as_deref() == Some("active") => "shipping",
        _ if matches!(row.state.as_str(), "draft" | "submitted" | "completeness" | "returned") => "waiting",
        _ => "settled",
    }
}

fn shown_row(visit: &Visit, row: &CaseRow) -> Value {
    let left = row.lapses_at.filter(|_| row.clock == "running");
    let left = left.map(|lapses| lapses.duration_since(visit.now).as_hours().div_euclid(24));
    json!({
        "id": row.id, "reference": row.reference, "notice": row.notice_number, "applicant": row.applicant,
        "state": row.state, "outcome": row.outcome, "clock": row.clock, "due": row.due.map(|due| due.to_string()),
        "left": left, "soon": group_of(visit, row) == "soon", "waiver": row.waiver_number, "waiver_state": row.waiver_state,
        "updated": visit.when(row.updated_at, "UTC"),
    })
}

async fn twin(me: &SignedIn, request: &HttpRequest, name: &str, ending: &str) -> Result<HttpResponse, Problem> {
    let (rows, _) = rows(me, request).await?;
    let columns = [
        "reference",
        "notice",
        "applicant",
        "state",
        "outcome",
        "clock",
        "due",
        "waiver",
        "waiver_state",
        "updated_at",
    ];
    let mut table = Table::new(&columns);
    for row in rows {
        table.row([
            json!(row.reference),
            json!(row.notice_number),
            json!(row.applicant),
            json!(row.state),
            json!(row.outcome),
            json!(row.clock),
            json!(row.due),
            json!(row.waiver_number),
            json!(row.waiver_state),
            json!(row.updated_at),
        ]);
    }
    table.answer(&me.visit, name, ending)
}

#[get("/cases/{id}")]
async fn case(me: SignedIn, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    show(&me, *id).await
}

/// The decision, the certificate, the outcome statement or the history on paper: in the language that is asked for, or
/// the reader's own.
#[get("/cases/{id}/papers/{paper}.pdf")]
async fn paper(me: SignedIn, request: HttpRequest, place: Path<(CaseId, PaperKind)>) -> Result<HttpResponse, Problem> {
    let (id, kind) = place.into_inner();
    let asked = query_value(request.query_string(), "language");
    let language = match (asked.as_deref(), me.visit.language()) {
        (Some("en"), _) => PaperLanguage::En,
        (Some("ru"), _) => PaperLanguage::Ru,
        (_, Language::En) => PaperLanguage::En,
        (_, Language::Ru) => PaperLanguage::Ru,
    };
    papers::hand_out(&me.visit.house, &me.caller(), &request, id, kind, language).await
}

/// Acts that do not move the case on: they stand after those that do.
fn beside(kind: ActionKind) -> bool {
    use ActionKind::*;
    matches!(
        kind,
        WithdrawDossier
            | DiscardDossier
            | SendMessage
            | PauseClock
            | Recuse
            | ExcludeConflicted
            | SubstituteMember
            | RejectDossier
            | ProposeNoWaiver
            | RefuseInspection
            | RefuseSignature
            | PostponeInspection
            | AbortInspection
            | LeaveInspection
            | CancelQuestion
            | MarkInsufficient
            | ReportLoss
            | ProposeCorrection
            | AskQuestion
    )
}

async fn show(me: &SignedIn, id: CaseId) -> Result<HttpResponse, Problem> {
    let (visit, caller) = (&me.visit, me.caller());
    let seen = cases::visible(&visit.house, &caller, id).await?;
    let shown = CaseView::of(&seen, &me.actor).ok_or_else(|| Problem::of("not_found"))?;
    let (after, first): (Vec<ActionKind>, Vec<ActionKind>) =
        shown.allowed_actions.iter().partition(|kind| beside(**kind));
    let words = |kinds: Vec<ActionKind>| kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>();
    let names = people_of(visit, &seen).await?;
    let zone = &seen.case.policy().tz;
    let submitter = shown.your_roles.iter().any(|role| Role::SUBMITTER.contains(role));
    let context = json!({
        "case": shown, "clock": view::clock(visit, &seen.case), "stages": view::stages(&seen.case),
        "first": words(first), "beside": words(after),
        "history": history::entries(visit, &seen, None, history::NEWEST).await?, "total": seen.events.len(), "names": names, "sides": view::sides(visit, &seen.case), "submitter": submitter,
        "goods": goods(visit, &seen), "drawn": drawn(visit, &seen), "grid": grid(visit, &seen.case, &shown),
        "archived": keeping::case_ended(&seen.case).map(|at| visit.when(at, zone)), "keeps": records::WHO.iter().any(|role| me.actor.is(*role)),
        "lapses": shown.clock.lapses_at.map(|at| visit.when(at, zone)),
        "slot": seen.case.inspection.slot.map(|at| visit.when(at, zone)),
    });
    visit.page("desk/case.html", context)
}

/// How much of the waiver was delivered.
fn drawn(visit: &Visit, seen: &Seen) -> Option<Value> {
    let certificate = seen.case.waiver.certificate.as_ref()?;
    let (whole, delivered) = (
        certificate.authorised_milli,
        seen.case.waiver.ledger.balance(Account::Delivered),
    );
    let said = |milli| {
        let quantity = Quantity::from_base_milli(milli, &certificate.authorised.unit).ok()?;
        Some(figures::quantity_view(&visit.site.texts, &quantity)["text"].clone())
    };
    Some(json!({
        "a": said(delivered)?, "b": said(whole)?, "share": figures::share(delivered, whole)?,
        "value": delivered, "max": whole,
    }))
}

/// What is asked for, in words.
fn goods(visit: &Visit, seen: &Seen) -> Vec<Value> {
    let dossier = seen.case.submitted_dossier();
    let texts = &visit.site.texts;
    let line = |goods: &crate::domain::dossier::Goods| json!({ "hs": goods.hs, "description": goods.description, "quantity": figures::quantity_view(texts, &goods.quantity) });
    dossier.goods.iter().map(line).collect()
}

/// The names of the people on the panel.
async fn people_of(visit: &Visit, seen: &Seen) -> Result<Value, Problem> {
    let filter = crate::store::people::PeopleFilter {
        ids: seen.case.panel.members.iter().map(|member| member.person).collect(),
        ..Default::default()
    };
    if filter.ids.is_empty() {
        return Ok(json!({}));
    }
    let people = visit.house.store.people(&filter).await?;
    Ok(people
        .into_iter()
        .map(|person| (person.id.to_string(), Value::String(person.name)))
        .collect())
}
