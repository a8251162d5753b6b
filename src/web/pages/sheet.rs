//! Sheets: every act on a case or a notice as a form, made from the description of the action's body.

mod files;
pub mod lines;
mod notices;
mod offer;
mod schema;
mod screening;
mod shapes;
mod typed;

use super::{
    act::{self, Acted},
    form::{Form, Sent, value},
    visit::SignedIn,
};
use crate::{
    domain::{id::CaseId, people::Role},
    web::{
        api::{cases, views::CaseView},
        problem::Problem,
    },
    workflow::{
        case::Case,
        step::{Step, Subject, is_binding},
    },
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::StatusCode,
    post,
    web::{Path, ServiceConfig},
};
use lines::{Line, Maker};
use offer::Offer;
use serde_json::{Value, json};

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(of_case)
        .service(act_on_case)
        .service(files::show)
        .service(files::twin)
        .service(files::upload)
        .configure(notices::routes);
}

/// One sheet: whose it is, and what stands on it.
struct Sheet<'s> {
    me: &'s SignedIn,
    action: &'s str,
    offer: Offer,
    /// The address of the form, where it belongs and what that is called.
    path: String,
    back: String,
    title: String,
    version: Option<u32>,
    /// It cannot be taken back, and asks for the password again.
    binding: bool,
}

impl Sheet<'_> {
    fn lines(&self, sent: &Sent, more: Option<&str>) -> Result<Vec<Line>, Problem> {
        let maker = Maker {
            texts: &self.me.visit.site.texts,
            offer: &self.offer,
            sent,
            action: self.action,
            more,
            lines: Vec::new(),
        };
        let mut lines = lines::lines(maker).ok_or_else(|| Problem::of("not_found"))?;
        if self.action == screening::ACTION {
            lines.splice(0..0, screening::lines(&self.me.visit.site.texts, &self.offer, sent));
        }
        Ok(lines)
    }

    /// Where a file can be uploaded first, if the sheet asks for one.
    fn files(&self, lines: &[Line]) -> Option<String> {
        let offered = self.offer.options.get("document");
        let names = [
            "evidence",
            "document",
            "documents",
            "bill_of_lading",
            "weight_note",
            "capture",
        ];
        let ends = |line: &Line| {
            names
                .iter()
                .any(|name| line.name.split(':').next().unwrap_or_default().ends_with(name))
        };
        (offered.is_some() && lines.iter().any(ends)).then(|| format!("{}/files", self.back))
    }

    fn show(&self, sent: Sent, more: Option<&str>, status: StatusCode) -> Result<HttpResponse, Problem> {
        let context = self.context(sent, more)?;
        self.me.visit.page_as(status, "desk/sheet.html", context)
    }

    /// With what is wrong in it.
    fn again(&self, sent: Sent) -> Result<HttpResponse, Problem> {
        self.show(sent, None, StatusCode::UNPROCESSABLE_ENTITY)
    }

    fn context(&self, mut sent: Sent, more: Option<&str>) -> Result<Value, Problem> {
        let lines = self.lines(&sent, more)?;
        for fault in &mut sent.errors {
            let there =
                |name: &str| name == "password" || lines.iter().any(|line| line.kind != "mark" && line.name == name);
            if !there(&fault.field) {
                let bare = fault.field.split(':').next().filter(|bare| there(bare));
                fault.field = bare.unwrap_or_default().to_owned();
            }
        }
        let hint = super::site::key("hint", self.action);
        Ok(json!({
            "form": sent, "lines": lines, "action": self.action, "path": self.path, "back": self.back, "title": self.title,
            "files": self.files(&lines), "version": self.version, "final": self.binding,
            "hint": Some(hint).filter(|hint| self.me.visit.site.texts.has(hint)),
        }))
    }
}

/// What came of a form: the body to act with, or the sheet again.
async fn ready(form: Form, sheet: &Sheet<'_>) -> Result<Result<(Form, Value), HttpResponse>, Problem> {
    let more = value(&form.fields, "more").to_owned();
    if !more.is_empty() {
        let mut sent = form.sent(Vec::new());
        sent.values.remove("more");
        return sheet.show(sent, Some(&more), StatusCode::OK).map(Err);
    }
    let form = Form {
        fields: typed::without_gaps(&form.fields),
        me: form.me,
    };
    let lines = sheet.lines(&form.sent(Vec::new()), None)?;
    let faults = typed::blanks(&form.fields, &lines, &form.visit().t("sheet-blank"));
    if !faults.is_empty() {
        return sheet.again(form.sent(faults)).map(Err);
    }
    let fields = screening::spread(&form.fields);
    let body = typed::body(&fields, &lines, &sheet.offer, form.visit().language());
    Ok(Ok((form, body)))
}

async fn case_sheet<'s>(me: &'s SignedIn, id: CaseId, action: &'s str) -> Result<Sheet<'s>, Problem> {
    let seen = cases::visible(&me.visit.house, &me.caller(), id).await?;
    let shown = CaseView::of(&seen, &me.actor).ok_or_else(|| Problem::of("not_found"))?;
    let offer = offer::of_case(me, &seen, &shown, action).await?;
    Ok(Sheet {
        me,
        action,
        offer,
        path: format!("/cases/{id}/acts/{action}"),
        back: format!("/cases/{id}"),
        title: shown.reference.clone().unwrap_or_else(|| me.visit.t("desk-draft")),
        version: Some(shown.version),
        binding: is_binding::<Case>(action),
    })
}

/// What a link to a sheet can choose beforehand.
const ABOUT: [&str; 2] = ["item", "criterion"];

/// Acts that have pages of their own.
const ELSEWHERE: [&str; 2] = ["start_dossier", "save_section"];

/// The act of this word, if people do it: the rest is done by time or by the law itself.
fn known<S: Subject>(action: &str) -> Result<&'static str, Problem> {
    let rows = S::chapters().iter().flat_map(|chapter| chapter.iter());
    let by_people = |row: &&Step<S>| row.roles.iter().any(|role| *role != Role::System);
    let mut words = rows.filter(by_people).map(|row| S::word(row.action));
    let word = words
        .find(|word| *word == action)
        .filter(|word| !ELSEWHERE.contains(word));
    word.ok_or_else(|| Problem::of("not_found"))
}

/// Everybody who may see the case may see what an act would ask for; whether it is granted is the process's word.
#[get("/cases/{id}/acts/{action}")]
async fn of_case(me: SignedIn, request: HttpRequest, place: Path<(CaseId, String)>) -> Result<HttpResponse, Problem> {
    let (id, action) = place.into_inner();
    let sheet = case_sheet(&me, id, known::<Case>(&action)?).await?;
    // A link from elsewhere can say what the act is about.
    let about = super::visit::pairs(request.query_string()).into_iter();
    let sent = Sent {
        values: about.filter(|(name, _)| ABOUT.contains(&name.as_str())).collect(),
        errors: Vec::new(),
    };
    sheet.show(sent, None, StatusCode::OK)
}

#[post("/cases/{id}/acts/{action}")]
async fn act_on_case(form: Form, place: Path<(CaseId, String)>) -> Result<HttpResponse, Problem> {
    let (id, action) = place.into_inner();
    let (action, me) = (known::<Case>(&action)?, form.me.clone());
    let sheet = case_sheet(&me, id, action).await?;
    let (form, body) = match ready(form, &sheet).await? {
        Ok(ready) => ready,
        Err(page) => return Ok(page),
    };
    match act::on_case(&form, id, action, body).await? {
        Acted::Done(_) => Ok(form.visit().done(&format!("/cases/{id}"), "desk")),
        Acted::Refused(sent) => sheet.again(sent),
    }
}

/// A body as facts to read: the label of each thing that is said, and what it says.
fn facts(me: &SignedIn, whole: &Value) -> Vec<(String, String)> {
    let label = |name: &str| me.visit.t(&super::site::key("field", name));
    let mut lines = Vec::new();
    let mut todo = vec![(Vec::<String>::new(), whole)];
    while let Some((path, value)) = todo.pop() {
        match value {
            Value::Object(parts) => todo.extend(parts.iter().rev().map(|(name, part)| {
                let name = if ["en", "ru"].contains(&name.as_str()) {
                    name.to_uppercase()
                } else {
                    label(name)
                };
                ([path.as_slice(), &[name]].concat(), part)
            })),
            Value::Array(items) if items.iter().any(Value::is_object) => {
                todo.extend(
                    items
                        .iter()
                        .enumerate()
                        .rev()
                        .map(|(n, item)| ([path.as_slice(), &[(n + 1).to_string()]].concat(), item)),
                );
            }
            Value::Array(items) => {
                let items: Vec<_> = items
                    .iter()
                    .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
                    .collect();
                lines.push((path.join(" · "), items.join(", ")));
            }
            Value::Null => {}
            Value::String(text) => lines.push((path.join(" · "), text.clone())),
            other => lines.push((path.join(" · "), other.to_string())),
        }
    }
    lines
}
