//! The public register, and the answer to: is this waiver genuine?

use super::{TheHouse, cases::opened};
use crate::{
    process::{self, ActError},
    store::lists::{CaseFilter, CaseKey, Scope},
    web::{
        body::StrictQuery,
        paging::{self, Cursors, Page},
        problem::Problem,
    },
    workflow::{ledger::Account, outcome::amount},
};
use actix_web::{HttpResponse, get};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct RegisterQuery {
    /// For example `approved`.
    outcome: Option<String>,
    country: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

/// Decisions and waivers, newest change first. Public; names of parties are not part of it.
#[utoipa::path(tag = "register", security(()), params(RegisterQuery), responses((status = 200, description = "A page of the register"), (status = 422, description = "Not usable", body = Problem)))]
#[get("/register")]
pub async fn list_register(house: TheHouse, query: StrictQuery<RegisterQuery>) -> Result<HttpResponse, Problem> {
    let query = query.0;
    let limit = paging::limit(query.limit.as_deref(), house.settings.limits.page)?;
    let cursors = Cursors::new(&house.cursor_key);
    let after = query
        .cursor
        .as_deref()
        .map(|cursor| opened(&cursors, "register", cursor))
        .transpose()?;
    let (outcome, country) = (query.outcome, query.country);
    let filter = CaseFilter {
        outcome,
        country,
        scope: Scope::Decided,
        after,
        limit: limit + 1,
        ..CaseFilter::default()
    };
    let mut rows = house.store.cases(&filter).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next_cursor = rows
        .last()
        .filter(|_| more)
        .map(|row| cursors.seal("register", &format!("{}:{}", row.updated_at.as_microsecond(), row.id)));
    let mut items: Vec<Value> = Vec::with_capacity(rows.len());
    for row in rows {
        match process::view_logged_case(&house, row.id).await {
            Ok(seen) if seen.case.outcome.is_some() => items.push(entry(&seen.case)),
            // Decided, but not yet in the log: told when it is.
            Ok(_) | Err(ActError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(HttpResponse::Ok().json(Page { items, next_cursor }))
}

fn entry(case: &crate::workflow::case::Case) -> Value {
    let votes = case.ballot.closed.as_ref().map(|closed| {
        closed
            .votes
            .iter()
            .map(|(delegation, vote)| (delegation.0.clone(), vote.choice))
            .collect::<std::collections::BTreeMap<_, _>>()
    });
    let certificate = case.waiver.certificate.as_ref().map(|certificate| {
        json!({
            "number": certificate.number, "state": case.waiver.state, "authorised": certificate.authorised,
            "valid_from": certificate.valid_from, "valid_to": certificate.valid_to,
            "delivered": amount(case.waiver.ledger.balance(Account::Delivered), &certificate.authorised.unit),
        })
    });
    let signed = case.waiver.state == crate::workflow::state::WaiverState::Closed;
    json!({
        "reference": case.reference, "notice_number": case.terms.number, "outcome": case.outcome,
        "decided_at": case.decided_at, "on_day": case.decided_on_day, "votes": votes,
        "affiliated_delegation": case.affiliation, "waiver": certificate,
        "outcome_statement": case.outcome_statement.as_ref().filter(|_| signed).map(|(_, statement)| statement),
    })
}

/// What is on the certificate.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct VerifyQuery {
    /// The waiver's number.
    number: String,
    /// The code on the certificate.
    code: Option<String>,
}

/// Is this waiver genuine, and is it in force? Public. Without the certificate's code only existence and state are told.
#[utoipa::path(tag = "register", security(()), params(VerifyQuery), responses((status = 200, description = "`genuine`, `unknown` or `code_wrong`, with the state now")))]
#[get("/verify")]
pub async fn verify_waiver(house: TheHouse, query: StrictQuery<VerifyQuery>) -> Result<HttpResponse, Problem> {
    let VerifyQuery { number, code } = query.0;
    let unknown = || HttpResponse::Ok().json(json!({ "verdict": "unknown", "number": number }));
    let Some(row) = house.store.case_by(CaseKey::WaiverNumber, number.trim()).await? else {
        return Ok(unknown());
    };
    let seen = match process::view_logged_case(&house, row.id).await {
        Err(ActError::NotFound) => return Ok(unknown()),
        other => other?,
    };
    let Some(certificate) = &seen.case.waiver.certificate else {
        return Ok(unknown());
    };
    if code
        .as_ref()
        .is_some_and(|code| !code.trim().eq_ignore_ascii_case(&certificate.verify_code))
    {
        return Ok(HttpResponse::Ok().json(json!({ "verdict": "code_wrong", "number": number })));
    }
    let mut answer = json!({
        "verdict": "genuine", "number": certificate.number, "state": seen.case.waiver.state,
        "valid_from": certificate.valid_from, "valid_to": certificate.valid_to, "as_of": seen.now,
    });
    if code.is_some() {
        let unit = &certificate.authorised.unit;
        answer["authorised"] = json!(certificate.authorised);
        answer["available"] = json!(amount(seen.case.waiver.ledger.balance(Account::Available), unit));
        answer["notice_number"] = json!(seen.case.terms.number);
    }
    Ok(HttpResponse::Ok().json(answer))
}
