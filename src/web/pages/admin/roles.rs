//! Who may do what: read from the same table that enforces it.

use super::WHO;
use crate::{
    domain::people::Role,
    web::{
        pages::{
            SignedIn,
            public::process::{named, state_in_words},
            table::Table,
        },
        problem::Problem,
    },
    workflow::{
        case::Case,
        notice::Notice,
        step::{Step, Subject, every_row},
    },
};
use actix_web::{HttpResponse, get, web::Path};
use serde_json::{Value, json};

/// One row of the law.
struct Row {
    subject: &'static str,
    rule: &'static str,
    action: String,
    roles: Vec<Role>,
    states: Vec<String>,
}

fn row<S: Subject>(subject: &'static str, step: &Step<S>) -> Row {
    let mut states: Vec<String> = step.during.iter().map(ToString::to_string).collect();
    states.extend(step.from.iter().map(ToString::to_string));
    Row {
        subject,
        rule: step.rule,
        action: S::word(step.action).to_owned(),
        roles: step.roles.to_vec(),
        states,
    }
}

fn rows() -> Vec<Row> {
    let notices = every_row::<Notice>().map(|step| row("notice", step));
    notices
        .chain(every_row::<Case>().map(|step| row("case", step)))
        .collect()
}

/// Roles that the table names.
fn columns(rows: &[Row]) -> Vec<Role> {
    Role::ALL
        .iter()
        .copied()
        .filter(|role| rows.iter().any(|row| row.roles.contains(role)))
        .collect()
}

#[get("/admin/roles")]
pub async fn roles_page(me: SignedIn) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let rows = rows();
    let columns = columns(&rows);
    let texts = &me.visit.site.texts;
    let shown = |row: &Row| {
        let marks: Vec<bool> = columns.iter().map(|role| row.roles.contains(role)).collect();
        let states: Vec<String> = row.states.iter().map(|state| state_in_words(texts, state)).collect();
        json!({ "subject": row.subject, "rule": row.rule, "action": named(texts, "action", &row.action), "marks": marks, "states": states })
    };
    let codes: Vec<Value> = columns
        .iter()
        .map(|role| json!({ "code": role.code(), "role": role }))
        .collect();
    me.visit.page(
        "admin/roles.html",
        json!({ "rows": rows.iter().map(shown).collect::<Vec<_>>(), "columns": codes }),
    )
}

#[get("/admin/roles.{ending:csv|json}")]
pub async fn roles_twin(me: SignedIn, ending: Path<String>) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let mut table = Table::new(&["subject", "rule", "action", "roles", "states"]);
    for row in rows() {
        let roles: Vec<&str> = row.roles.iter().map(|role| role.code()).collect();
        table.row([
            json!(row.subject),
            json!(row.rule),
            json!(row.action),
            json!(roles.join(" ")),
            json!(row.states.join(" ")),
        ]);
    }
    table.answer(&me.visit, "roles", &ending)
}
