//! The office's side of notices: drafting one, and every act on one.

use super::{Offer, Sheet, known, offer, ready};
use crate::{
    clockwork,
    domain::{id::NoticeId, people::Role},
    process,
    web::{
        api::views::NoticeView,
        pages::{
            act::{self, Acted},
            form::{Form, Sent},
            site::key,
            table::Table,
            visit::SignedIn,
        },
        problem::Problem,
    },
    workflow::{notice::Notice, people::OrganisationKind, step::is_binding},
};
use actix_web::{
    HttpResponse, get,
    http::StatusCode,
    post,
    web::{Path, ServiceConfig},
};
use serde_json::json;

/// Who drafts notices.
const DRAFTERS: &[Role] = &[Role::Secretariat, Role::SecretariatLead];
/// Who works on notices: those who draft, those who approve, those who look on.
const OFFICE: &[Role] = &[Role::Secretariat, Role::SecretariatLead, Role::CoChair, Role::Auditor];

/// Notices on one page.
const MOST: u32 = 200;

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(new)
        .service(create)
        .service(desk)
        .service(desk_twin)
        .service(one)
        .service(of_notice)
        .service(act_on_notice);
}

/// What every notice can name: countries, monitors, calendars.
async fn offered(me: &SignedIn) -> Result<Offer, Problem> {
    let mut options = offer::general(me);
    let all = me.visit.house.store.organisations(None, 1000).await?;
    let monitors = all.into_iter().filter(|body| body.kind == OrganisationKind::Monitor);
    options.insert(
        "monitors",
        monitors.map(|body| (body.id.to_string(), body.name)).collect(),
    );
    let word = |id: &str| {
        let name = id.split('@').next().unwrap_or(id);
        (id.to_owned(), format!("{} · {id}", me.visit.t(&key("holidays", name))))
    };
    options.insert("calendar", clockwork::ids().map(word).collect());
    Ok(Offer {
        options,
        ..Offer::default()
    })
}

async fn new_sheet(me: &SignedIn) -> Result<Sheet<'_>, Problem> {
    me.needs(DRAFTERS)?;
    let mut offer = offered(me).await?;
    let zone = "Europe/Zurich";
    offer.known = json!({ "content": { "policy": { "clock": { "days": 30, "tz": zone, "unit": "calendar" } } } });
    Ok(Sheet {
        me,
        action: "create_notice",
        offer,
        path: "/notices/new".to_owned(),
        back: "/office/notices".to_owned(),
        title: me.visit.t("sheet-notices"),
        version: None,
        binding: false,
    })
}

#[get("/notices/new")]
async fn new(me: SignedIn) -> Result<HttpResponse, Problem> {
    new_sheet(&me).await?.show(Sent::default(), None, StatusCode::OK)
}

#[post("/notices/new")]
async fn create(form: Form) -> Result<HttpResponse, Problem> {
    let me = form.me.clone();
    let sheet = new_sheet(&me).await?;
    let (form, body) = match ready(form, &sheet).await? {
        Ok(ready) => ready,
        Err(page) => return Ok(page),
    };
    match act::on_notice(&form, NoticeId::fresh(), sheet.action, body).await? {
        Acted::Done(notice) => Ok(form.visit().done(&format!("/office/notices/{}", notice.id), "desk")),
        Acted::Refused(sent) => sheet.again(sent),
    }
}

/// Every notice, drafts too.
#[get("/office/notices")]
async fn desk(me: SignedIn) -> Result<HttpResponse, Problem> {
    me.needs(OFFICE)?;
    let rows = me.visit.house.store.notices(&[], None, MOST).await?;
    let row = |row: &crate::store::lists::NoticeRow| json!({ "id": row.id, "number": row.number, "state": row.state });
    let drafts = DRAFTERS.iter().any(|role| me.actor.is(*role));
    let context = json!({ "rows": rows.iter().map(row).collect::<Vec<_>>(), "drafts": drafts });
    me.visit.page("desk/notices.html", context)
}

#[get("/office/notices.{ending:csv|json}")]
async fn desk_twin(me: SignedIn, ending: Path<String>) -> Result<HttpResponse, Problem> {
    me.needs(OFFICE)?;
    let mut table = Table::new(&["id", "number", "state", "edition", "closes", "updated_at"]);
    for row in me.visit.house.store.notices(&[], None, MOST).await? {
        table.row([
            json!(row.id),
            json!(row.number),
            json!(row.state),
            json!(row.edition),
            json!(row.closes),
            json!(row.updated_at),
        ]);
    }
    table.answer(&me.visit, "notices", &ending)
}

async fn shown(me: &SignedIn, id: NoticeId) -> Result<NoticeView, Problem> {
    let (notice, _) = process::view_notice(&me.visit.house, id).await?;
    let view = NoticeView::of(&notice, Some(&me.actor), me.visit.now);
    view.ok_or_else(|| Problem::of("not_found"))
}

/// One notice as the office sees it: the text that is to be published, its hash, and what can be done.
#[get("/office/notices/{id}")]
async fn one(me: SignedIn, id: Path<NoticeId>) -> Result<HttpResponse, Problem> {
    me.needs(OFFICE)?;
    let view = shown(&me, *id).await?;
    let acts: Vec<_> = view.allowed_actions.iter().map(|kind| kind.word()).collect();
    let text = json!(view.content);
    let lines = super::facts(&me, &text);
    me.visit.page(
        "desk/notice.html",
        json!({ "notice": view, "acts": acts, "lines": lines }),
    )
}

async fn notice_sheet<'s>(me: &'s SignedIn, id: NoticeId, action: &'s str) -> Result<Sheet<'s>, Problem> {
    me.needs(OFFICE)?;
    let view = shown(me, id).await?;
    let mut offer = offered(me).await?;
    offer.zone = view.content.policy.clock.tz.clone();
    match action {
        "revise_notice" | "propose_amendment" => offer.known = json!({ "content": view.content }),
        "approve_notice" => offer.fix("digest", &json!(view.digest)),
        "approve_amendment" => {
            let digest = view.amendment.as_ref().map(|amendment| amendment["digest"].clone());
            offer.fix("digest", &json!(digest));
        }
        _ => {}
    }
    Ok(Sheet {
        me,
        action,
        offer,
        path: format!("/notices/{id}/acts/{action}"),
        back: format!("/office/notices/{id}"),
        title: view.content.number.clone(),
        version: Some(view.version),
        binding: is_binding::<Notice>(action),
    })
}

#[get("/notices/{id}/acts/{action}")]
async fn of_notice(me: SignedIn, place: Path<(NoticeId, String)>) -> Result<HttpResponse, Problem> {
    let (id, action) = place.into_inner();
    let sheet = notice_sheet(&me, id, known::<Notice>(&action)?).await?;
    sheet.show(Sent::default(), None, StatusCode::OK)
}

#[post("/notices/{id}/acts/{action}")]
async fn act_on_notice(form: Form, place: Path<(NoticeId, String)>) -> Result<HttpResponse, Problem> {
    let (id, action) = place.into_inner();
    let (action, me) = (known::<Notice>(&action)?, form.me.clone());
    let sheet = notice_sheet(&me, id, action).await?;
    let (form, body) = match ready(form, &sheet).await? {
        Ok(ready) => ready,
        Err(page) => return Ok(page),
    };
    match act::on_notice(&form, id, action, body).await? {
        Acted::Done(_) => Ok(form.visit().done(&format!("/office/notices/{id}"), "desk")),
        Acted::Refused(sent) => sheet.again(sent),
    }
}
