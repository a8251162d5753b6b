//! Cases: everything that can be done with one goes through one endpoint.

use super::{
    Caller, TheHouse, answered,
    views::{CaseView, ClockView},
    wish, write_down,
};
use crate::{
    domain::{
        check,
        dossier::{DossierFile, read_file},
        id::{CaseId, NoticeId},
        people::Role,
    },
    process::{self, Seen},
    store::{
        commit::{Stream, StreamKind},
        lists::{CaseFilter, CaseRow, Scope, Sight},
    },
    web::{
        body::{StrictJson, StrictQuery},
        conditional,
        paging::{self, Cursors, Page},
        problem::Problem,
    },
    workflow::{
        action::{Action, StartDossier},
        case::Case,
        listing::CaseListing,
        state::DossierState,
        visibility::roles_on,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode, post, web::Path};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use uuid::Uuid;

/// A wish put to a case.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// Name of the action, for example `submit_dossier`.
    pub action: String,
    /// What it needs; see the schema Action.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub body: Option<Value>,
    /// The version you have seen; the same as `If-Match`.
    #[serde(default)]
    pub expected_version: Option<u32>,
    /// Only tell whether it would be granted.
    #[serde(default)]
    pub dry_run: bool,
}

/// The action of this name with this body; what is wrong is named with its path.
pub fn read_action<A: DeserializeOwned>(action: &str, body: Option<Value>) -> Result<A, Problem> {
    let whole = json!({ "action": action, "body": body.unwrap_or_else(|| json!({})) });
    let text = serde_json::to_vec(&whole).map_err(Problem::internal)?;
    crate::web::body::read(&text)
}

/// The position in a list that a cursor seals.
pub fn opened(cursors: &Cursors, scope: &str, cursor: &str) -> Result<(i64, Uuid), Problem> {
    let text = cursors.open(scope, cursor)?;
    let parsed = text
        .split_once(':')
        .and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)));
    parsed.ok_or_else(|| Problem::of("bad_cursor"))
}

fn rendered(seen: &Case, caller: &Caller, house: &crate::house::House) -> Value {
    let around = empty_around(house);
    let seen = Seen {
        case: seen.clone(),
        around,
        events: Vec::new(),
        now: house.clock.now(),
    };
    json!(CaseView::of(&seen, &caller.actor))
}

/// Enough to show a case; conditions that ask for more answer for themselves when the act comes.
fn empty_around(house: &crate::house::House) -> crate::workflow::around::Around {
    crate::workflow::around::Around {
        notice: None,
        programme_left: None,
        organisations: Default::default(),
        people: Default::default(),
        documents: Default::default(),
        verify_code: String::new(),
        ballot_box: house.ballot_box.clone(),
        screens: house.screener.engine.is_some(),
        entry_now: Default::default(),
    }
}

/// Starts a dossier under a notice (D-01).
#[utoipa::path(tag = "cases", request_body = StartDossier, params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, description = "The case", body = CaseView), (status = 403, description = "Not for you", body = Problem), (status = 422, description = "Something is missing", body = Problem)))]
#[post("/cases")]
pub async fn start_case(
    house: TheHouse,
    caller: Caller,
    request: HttpRequest,
    body: StrictJson<StartDossier>,
) -> Result<HttpResponse, Problem> {
    begin(&house, &caller, &request, body.value, &body.bytes).await
}

async fn begin(
    house: &TheHouse,
    caller: &Caller,
    request: &HttpRequest,
    start: StartDossier,
    bytes: &[u8],
) -> Result<HttpResponse, Problem> {
    if let Some(dossier) = &start.dossier {
        refuse_bad_text(check::lint_text(dossier))?;
    }
    let id = CaseId::fresh();
    let wish = wish(request, &caller.actor, bytes, None)?;
    let render = |case: &Case| serde_json::to_vec(&rendered(case, caller, house)).unwrap_or_default();
    let done = process::act_on_case(house, id, &Action::StartDossier(start), &wish, &render).await;
    answered(house, caller, "start_dossier", ("case", id.0), done, |case| {
        HttpResponse::Created()
            .insert_header(("Location", format!("/api/v1/cases/{id}")))
            .insert_header(("ETag", conditional::etag(case.version)))
            .json(rendered(&case, caller, house))
    })
    .await
}

/// Starts a dossier from a file in the exchange format (`corridor-dossier/1`); documents are uploaded afterwards.
#[utoipa::path(tag = "cases", request_body(content = DossierFile, description = "As exported, or as docs/dossier-format.md says"), params(("notice" = String, Query)),
    responses((status = 201, description = "The case", body = CaseView), (status = 422, description = "Not in the format", body = Problem)))]
#[post("/cases/import")]
pub async fn import_case(
    house: TheHouse,
    caller: Caller,
    request: HttpRequest,
    query: StrictQuery<ImportQuery>,
    body: StrictJson<Value>,
) -> Result<HttpResponse, Problem> {
    let file = read_file(&body.bytes).map_err(|error| {
        Problem::refused(StatusCode::UNPROCESSABLE_ENTITY, "not_a_dossier", &error.message).field(
            &error.path,
            "not_a_dossier",
            &error.message,
        )
    })?;
    let start = StartDossier {
        notice: query.0.notice,
        on_behalf_of: None,
        dossier: Some(Box::new(file.dossier)),
    };
    begin(&house, &caller, &request, start, &body.bytes).await
}

/// Under which notice.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportQuery {
    notice: NoticeId,
}

fn refuse_bad_text(findings: Vec<check::Finding>) -> Result<(), Problem> {
    let Some(first) = findings.first() else { return Ok(()) };
    let mut problem =
        Problem::refused(StatusCode::UNPROCESSABLE_ENTITY, "text_not_usable", &first.message).rule("D-02");
    for finding in &findings {
        problem = problem.field(&finding.path, finding.code.as_str(), &finding.message);
    }
    Err(problem)
}

/// Which cases.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct CaseQuery {
    /// The dossier's state, for example `under_review`.
    state: Option<String>,
    notice: Option<NoticeId>,
    outcome: Option<String>,
    /// `running`, `stopped`, `ended` or `not_started`.
    clock: Option<String>,
    /// Country of destination.
    country: Option<String>,
    /// Words of the applicant's name or of the reference.
    q: Option<String>,
    /// `true`: only those on whose panel you sit.
    mine: Option<bool>,
    limit: Option<String>,
    cursor: Option<String>,
}

fn scope(caller: &Caller) -> Scope {
    use Role::{Administrator, Auditor, CoChair, Monitor, Secretariat, SecretariatLead};
    let actor = &caller.actor;
    if actor.is(Administrator) {
        return Scope::Nothing;
    }
    if actor.is(Auditor) {
        return Scope::Submitted;
    }
    let secretariat = actor.is(Secretariat) || actor.is(SecretariatLead);
    let member = Role::COMMITTEE.iter().any(|role| actor.is(*role));
    if member && !secretariat && !actor.is(CoChair) {
        return Scope::Panels(actor.person);
    }
    if secretariat || actor.is(CoChair) || actor.is(Monitor) {
        return Scope::Authority(Box::new(Sight {
            person: actor.person,
            organisation: actor.organisation,
            unit: actor.unit.clone(),
            submits: Role::SUBMITTER.iter().any(|role| actor.is(*role)),
            secretariat,
            monitor: actor.is(Monitor),
            chairs: actor
                .delegation
                .as_ref()
                .filter(|_| actor.is(CoChair))
                .map(ToString::to_string),
        }));
    }
    let mut own: Vec<_> = actor.mandates.iter().copied().collect();
    own.push(actor.organisation);
    Scope::Organisations(own)
}

/// Cases that you may see, newest change first.
#[utoipa::path(tag = "cases", params(CaseQuery), responses((status = 200, description = "A page of cases", body = Page<CaseRow>), (status = 422, description = "Not usable", body = Problem)))]
#[get("/cases")]
pub async fn list_cases(
    house: TheHouse,
    caller: Caller,
    query: StrictQuery<CaseQuery>,
) -> Result<HttpResponse, Problem> {
    let query = query.0;
    let known = |state: &String| DossierState::ALL.iter().any(|known| known.word() == state);
    if query.state.as_ref().is_some_and(|state| !known(state)) {
        let sentence = "A state of the procedure, for example under_review.";
        return Err(Problem::of("bad_parameter").field("state", "bad_parameter", sentence));
    }
    let limit = paging::limit(query.limit.as_deref(), house.settings.limits.page)?;
    let cursors = Cursors::new(&house.cursor_key);
    let place = format!("cases:{}", caller.actor.person);
    let after = query
        .cursor
        .as_deref()
        .map(|cursor| opened(&cursors, &place, cursor))
        .transpose()?;
    let filter = CaseFilter {
        states: query.state.into_iter().collect(),
        notice: query.notice,
        outcome: query.outcome,
        clock: query.clock,
        country: query.country,
        text: query.q,
        member: query.mine.unwrap_or(false).then_some(caller.actor.person),
        with_waiver: false,
        with_clock: false,
        scope: scope(&caller),
        after,
        limit: limit + 1,
        few: false,
    };
    let mut rows = house.store.cases(&filter).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next_cursor = rows
        .last()
        .filter(|_| more)
        .map(|row| cursors.seal(&place, &format!("{}:{}", row.updated_at.as_microsecond(), row.id)));
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.extend(current(&house, &caller, row).await?);
    }
    Ok(HttpResponse::Ok().json(Page { items, next_cursor }))
}

/// The newest cases that this person may see, for a page; and whether there are more.
///
/// # Errors
/// When they cannot be read.
pub async fn current_cases(
    house: &TheHouse,
    caller: &Caller,
    state: Option<String>,
    text: Option<String>,
    mine: bool,
    limit: u32,
) -> Result<(Vec<CaseRow>, bool), Problem> {
    let filter = CaseFilter {
        states: state.into_iter().collect(),
        text,
        member: mine.then_some(caller.actor.person),
        scope: scope(caller),
        limit: limit + 1,
        ..CaseFilter::default()
    };
    let mut rows = house.store.cases(&filter).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.extend(current(house, caller, row).await?);
    }
    Ok((items, more))
}

/// The row as it stands now, even if time has done something that nobody wrote down yet; none that may not be seen.
async fn current(house: &TheHouse, caller: &Caller, row: CaseRow) -> Result<Option<CaseRow>, Problem> {
    let late = row.next_timer_at.is_some_and(|at| at <= house.clock.now());
    if !late {
        return Ok(Some(row));
    }
    let seen = process::view_case(house, row.id).await?;
    if roles_on(&seen.case, &caller.actor).is_empty() {
        return Ok(None);
    }
    Ok(Some(CaseRow::from(CaseListing::of(&seen.case, &seen.around))))
}

/// The case for somebody who may see it; else there is none, and the attempt is written down.
pub async fn visible(house: &TheHouse, caller: &Caller, id: CaseId) -> Result<Seen, Problem> {
    let seen = match process::view_case(house, id).await {
        Ok(seen) => Some(seen).filter(|seen| !roles_on(&seen.case, &caller.actor).is_empty()),
        Err(process::ActError::NotFound) => None,
        Err(error) => return Err(error.into()),
    };
    if seen.is_none() {
        write_down(house, caller, "read_case", Some(("case", id.0)), "not_found", None).await;
    }
    seen.ok_or_else(|| Problem::of("not_found"))
}

/// One case, as you may see it, with what you may do now.
#[utoipa::path(tag = "cases", params(("id" = String, Path)), responses((status = 200, description = "The case", body = CaseView), (status = 304, description = "Unchanged"), (status = 404, description = "Not there for you", body = Problem)))]
#[get("/cases/{id}")]
pub async fn show_case(
    house: TheHouse,
    caller: Caller,
    request: HttpRequest,
    id: Path<CaseId>,
) -> Result<HttpResponse, Problem> {
    let seen = visible(&house, &caller, *id).await?;
    let tag = conditional::etag(seen.case.version);
    if conditional::is_known(&request, &tag) {
        return Ok(HttpResponse::NotModified().insert_header(("ETag", tag)).finish());
    }
    Ok(HttpResponse::Ok()
        .insert_header(("ETag", tag))
        .json(CaseView::of(&seen, &caller.actor)))
}

/// Does something with a case: every action of the procedure through this one endpoint.
#[utoipa::path(tag = "cases", request_body(content = Command, description = "`body` depends on `action`: see the schema Action"), params(("id" = String, Path), ("If-Match" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, description = "The case afterwards", body = CaseView), (status = 403, description = "Not for you", body = Problem), (status = 404, description = "Not there for you", body = Problem), (status = 409, description = "Not now, or somebody acted first", body = Problem), (status = 422, description = "Something is missing", body = Problem)))]
#[post("/cases/{id}/actions")]
pub async fn act_on_case(
    house: TheHouse,
    caller: Caller,
    request: HttpRequest,
    id: Path<CaseId>,
    command: StrictJson<Command>,
) -> Result<HttpResponse, Problem> {
    let StrictJson { value: command, bytes } = command;
    let action: Action = read_action(&command.action, command.body)?;
    if let Action::SaveSection(save) = &action {
        refuse_bad_text(check::lint_section(&save.save))?;
    }
    let mut wish = wish(&request, &caller.actor, &bytes, command.expected_version)?;
    wish.dry_run = command.dry_run;
    let render = |case: &Case| serde_json::to_vec(&rendered(case, &caller, &house)).unwrap_or_default();
    let done = process::act_on_case(&house, *id, &action, &wish, &render).await;
    answered(&house, &caller, &command.action, ("case", id.0), done, |case| {
        HttpResponse::Ok()
            .insert_header(("ETag", conditional::etag(case.version)))
            .json(rendered(&case, &caller, &house))
    })
    .await
}

/// The whole history of a case: every act of every side; internal content is masked for submitters, its hash is not.
#[utoipa::path(tag = "cases", params(("id" = String, Path)), responses((status = 200, description = "Every event, oldest first"), (status = 404, description = "Not there for you", body = Problem)))]
#[get("/cases/{id}/history")]
pub async fn case_history(house: TheHouse, caller: Caller, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let seen = visible(&house, &caller, *id).await?;
    let hashes = house
        .store
        .hashes(Stream {
            kind: StreamKind::Case,
            id: id.0,
        })
        .await?;
    let roles = roles_on(&seen.case, &caller.actor);
    let inside = roles
        .iter()
        .any(|role| !Role::SUBMITTER.contains(role) && *role != Role::Monitor);
    let item = |(n, event): (
        usize,
        &crate::workflow::event::Event<crate::workflow::happening::Happening>,
    )| {
        let mut value = json!(event);
        let own = Role::SUBMITTER.contains(&event.by.role);
        let sealed = matches!(event.happened, crate::workflow::happening::Happening::VoteCast(_));
        if let Value::Object(fields) = &mut value {
            if sealed || !(inside || own) {
                fields.remove("data");
            }
            match hashes.get(n) {
                Some(hash) => fields.insert("hash".to_owned(), json!(hash)),
                // Time has done it; the clerk will write it down.
                None => fields.insert("recorded".to_owned(), json!(false)),
            };
        }
        open_private(&mut value);
        value
    };
    let items: Vec<Value> = seen.events.iter().enumerate().map(item).collect();
    Ok(HttpResponse::Ok().json(json!({ "items": items })))
}

/// `{"$private": x}` is how history keeps x; readers get x.
pub fn open_private(value: &mut Value) {
    match value {
        Value::Object(fields) if fields.len() == 1 && fields.contains_key("$private") => {
            if let Some(inner) = fields.remove("$private") {
                *value = inner;
                open_private(value);
            }
        }
        Value::Object(fields) => fields.values_mut().for_each(open_private),
        Value::Array(items) => items.iter_mut().for_each(open_private),
        _ => {}
    }
}

/// Why this date: the clock's derivation, day by day.
#[utoipa::path(tag = "cases", params(("id" = String, Path)), responses((status = 200, description = "Every day from day 0 to the due day"), (status = 404, description = "Not there for you", body = Problem)))]
#[get("/cases/{id}/clock")]
pub async fn case_clock(house: TheHouse, caller: Caller, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let seen = visible(&house, &caller, *id).await?;
    let until = seen.case.clock.ended.unwrap_or(seen.now);
    let derivation = seen.case.reckoning(until);
    Ok(HttpResponse::Ok().json(json!({
        "clock": ClockView::of(&seen.case, seen.now), "policy": seen.case.policy(), "holidays": seen.case.holidays,
        "derivation": derivation,
    })))
}

/// How the letters about a case fare; for the secretariat and auditors.
#[utoipa::path(tag = "cases", params(("id" = String, Path)), responses((status = 200, description = "Every letter with its state"), (status = 404, description = "Not there for you", body = Problem)))]
#[get("/cases/{id}/letters")]
pub async fn case_letters(house: TheHouse, caller: Caller, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let seen = visible(&house, &caller, *id).await?;
    let roles = roles_on(&seen.case, &caller.actor);
    let all = [Role::Secretariat, Role::SecretariatLead, Role::Auditor]
        .iter()
        .any(|role| roles.contains(role));
    let submitter = roles.iter().any(|role| Role::SUBMITTER.contains(role));
    let mut letters = house
        .store
        .letters_about(Stream {
            kind: StreamKind::Case,
            id: id.0,
        })
        .await?;
    letters.retain(|letter| all || submitter && letter.audience == "contacts");
    Ok(HttpResponse::Ok().json(json!({ "items": letters })))
}

/// What the machine finds in the dossier as it now stands.
#[utoipa::path(tag = "cases", params(("id" = String, Path)), responses((status = 200, description = "Findings and advice", body = check::Report), (status = 404, description = "Not there for you", body = Problem)))]
#[get("/cases/{id}/check")]
pub async fn check_case(house: TheHouse, caller: Caller, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let seen = visible(&house, &caller, *id).await?;
    let case = &seen.case;
    let submitter = roles_on(case, &caller.actor)
        .iter()
        .any(|role| Role::SUBMITTER.contains(role));
    let dossier = if submitter {
        &case.dossier
    } else {
        case.submitted_dossier()
    };
    let screening = (!submitter).then(|| screened(case, seen.now)).flatten();
    let around = check::Around {
        screening,
        inspection_passed: crate::workflow::inspection::passed(case),
        declaration_signed: (!case.frozen.is_empty()).then_some(true),
        ..check::Around::UNKNOWN
    };
    Ok(HttpResponse::Ok().json(check::check(dossier, &case.terms, &around)))
}

fn screened(case: &Case, now: crate::domain::Instant) -> Option<check::Screening> {
    use crate::workflow::screening;
    if case.screening.is_empty() {
        return None;
    }
    let any_hit = case.screening.values().any(|screening| !screening.hits.is_empty());
    Some(match (screening::all_pass(case, now), any_hit) {
        (true, false) => check::Screening::Clear,
        (true, true) => check::Screening::Covered,
        (false, true) => check::Screening::Hits,
        (false, false) => check::Screening::Failed,
    })
}

/// The dossier in the exchange format.
#[utoipa::path(tag = "cases", params(("id" = String, Path)), responses((status = 200, description = "corridor-dossier/1", body = DossierFile), (status = 404, description = "Not there for you", body = Problem)))]
#[get("/cases/{id}/dossier")]
pub async fn export_dossier(house: TheHouse, caller: Caller, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let seen = visible(&house, &caller, *id).await?;
    let view = CaseView::of(&seen, &caller.actor);
    if view.is_none_or(|view| view.dossier.is_none()) {
        write_down(
            &house,
            &caller,
            "read_dossier",
            Some(("case", id.0)),
            "interest_not_declared",
            Some("C-02"),
        )
        .await;
        let sentence = "Declare your interest, or that you have none, before you open the file.";
        return Err(Problem::refused(StatusCode::FORBIDDEN, "interest_not_declared", sentence).rule("C-02"));
    }
    let submitter = roles_on(&seen.case, &caller.actor)
        .iter()
        .any(|role| Role::SUBMITTER.contains(role));
    let dossier = if submitter {
        seen.case.dossier.clone()
    } else {
        seen.case.submitted_dossier().clone()
    };
    Ok(HttpResponse::Ok().json(DossierFile::new(dossier, Some(seen.case.terms.clone()))))
}
