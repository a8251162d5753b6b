//! The rows that are written in the same commit as history.

use super::{
    StoreError,
    commit::{Commit, KeyedAnswer, LetterOwed, Listing, OrganisationRow, PersonRow},
    log::places,
};
use crate::{
    domain::{Instant, text::Language},
    workflow::listing::{CaseListing, ListedStop, NoticeListing},
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement, Value};
use serde::{Serialize, de::DeserializeOwned};

/// An enum's public word.
pub(super) fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// The enum of a public word.
pub(super) fn read_word<T: DeserializeOwned>(word: &str) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(word.to_owned()))
        .map_err(|_| StoreError::Corrupt(format!("“{word}” is not a word of the law")))
}

pub(super) fn instant(microseconds: i64) -> Instant {
    Instant::from_microsecond(microseconds).unwrap_or_default()
}

fn micro(instant: Option<Instant>) -> Value {
    instant.map(Instant::as_microsecond).into()
}

async fn run(db: &DatabaseTransaction, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.execute_raw(statement).await?.rows_affected())
}

/// `INSERT … ON CONFLICT (id) DO UPDATE`: the row becomes what history says.
async fn upsert(db: &DatabaseTransaction, table: &str, cells: Vec<(&str, Value)>) -> Result<(), StoreError> {
    let names: Vec<&str> = cells.iter().map(|(name, _)| *name).collect();
    let updates: Vec<String> = names
        .iter()
        .skip(1)
        .map(|name| format!("{name} = excluded.{name}"))
        .collect();
    let sql = format!(
        "INSERT INTO {table} ({}) VALUES {} ON CONFLICT ({}) DO UPDATE SET {}",
        names.join(", "),
        places(db.get_database_backend(), 1, names.len()),
        names.first().copied().unwrap_or("id"),
        updates.join(", ")
    );
    run(db, &sql, cells.into_iter().map(|(_, value)| value).collect())
        .await
        .map(|_| ())
}

pub(super) async fn write(db: &DatabaseTransaction, commit: &Commit) -> Result<(), StoreError> {
    // First: the rows that are written afterwards stay.
    if let Some(what) = &commit.destroys {
        super::keeping::destroy(db, what).await?;
    }
    for listing in &commit.listings {
        match listing {
            Listing::Case(case) => case_listing(db, case).await?,
            Listing::Notice(notice) => notice_listing(db, notice).await?,
            Listing::Person(person) => person_row(db, person).await?,
            Listing::Organisation(organisation) => organisation_row(db, organisation).await?,
            Listing::List(list) => super::screening::write_list(db, list).await?,
            Listing::Record(kept) => super::keeping::write_row(db, kept.of, kept.id, &kept.keeping, kept.at).await?,
            Listing::DecidedPair(pair) => super::screening::write_decision(db, pair).await?,
        }
    }
    for check in &commit.checks {
        super::checks::write_job(db, check).await?;
    }
    if !commit.letters.is_empty() {
        letters(db, &commit.letters).await?;
    }
    for change in &commit.access {
        super::access::write(db, change).await?;
    }
    if let Some(answer) = &commit.answer {
        keyed_answer(db, answer).await?;
    }
    Ok(())
}

pub(super) async fn case_listing(db: &DatabaseTransaction, case: &CaseListing) -> Result<(), StoreError> {
    let cells = vec![
        ("id", case.id.0.into()),
        ("reference", case.reference.clone().into()),
        ("notice", case.notice.0.into()),
        ("notice_number", case.notice_number.clone().into()),
        ("organisation", case.organisation.0.into()),
        ("applicant", case.applicant.clone().into()),
        ("state", case.state.clone().into()),
        ("outcome", case.outcome.clone().into()),
        ("clock", case.clock.clone().into()),
        ("due", case.due.map(|due| due.to_string()).into()),
        ("lapses_at", micro(case.lapses_at)),
        ("soon_at", micro(case.soon_at)),
        ("next_timer_at", micro(case.next_timer_at)),
        ("waiver_number", case.waiver_number.clone().into()),
        ("waiver_state", case.waiver_state.clone().into()),
        ("verify_code", case.verify_code.clone().into()),
        ("authorised_milli", case.authorised_milli.into()),
        ("available_milli", case.available_milli.into()),
        ("waiver_issued_at", micro(case.waiver_issued_at)),
        ("unit", case.unit.clone().into()),
        ("decided_at", micro(case.decided_at)),
        ("decided_on_day", case.decided_on_day.map(|day| day as i32).into()),
        ("zone", case.zone.clone().into()),
        ("delivered_milli", case.delivered_milli.into()),
        ("reserved_milli", case.reserved_milli.into()),
        ("valid_from", case.validity.map(|(from, _)| from.to_string()).into()),
        ("valid_to", case.validity.map(|(_, to)| to.to_string()).into()),
        ("submitting_unit", case.submitting_unit.clone().into()),
        ("clock_days", (case.clock_days as i32).into()),
        ("stopped_days", (case.stopped_days as i32).into()),
        ("overdue", i32::from(case.overdue).into()),
        ("submitted_at", micro(case.submitted_at)),
        ("updated_at", micro(Some(case.updated_at))),
        ("version", i64::from(case.version).into()),
    ];
    upsert(db, "case_listing", cells).await?;
    let members = case
        .members
        .iter()
        .map(|(person, role)| vec![person.0.into(), word(role).into()])
        .collect();
    parts(db, "case_member", &["person", "role"], case, members).await?;
    let countries = case
        .countries
        .iter()
        .map(|country| vec![country.clone().into()])
        .collect();
    parts(db, "case_country", &["country"], case, countries).await?;
    let sight = case.sight.iter();
    let sight = sight
        .map(|(kind, who)| vec![kind.word().into(), who.clone().into()])
        .collect();
    parts(db, "case_sight", &["kind", "who"], case, sight).await?;
    parts(
        db,
        "case_stop",
        &["number", "reason", "since", "zone", "days"],
        case,
        stops(case),
    )
    .await?;
    let found_by = search_words(&[
        &case.applicant,
        case.reference.as_deref().unwrap_or(""),
        &case.notice_number,
    ]);
    parts(
        db,
        "case_word",
        &["word", "changed_at"],
        case,
        found_by
            .into_iter()
            .map(|word| vec![word.into(), micro(Some(case.updated_at))])
            .collect(),
    )
    .await
}

fn stops(case: &CaseListing) -> Vec<Vec<Value>> {
    let row = |(number, stop): (usize, &ListedStop)| {
        vec![
            (number as i32).into(),
            stop.reason.into(),
            stop.since.to_string().into(),
            case.zone.clone().into(),
            stop.days.into(),
        ]
    };
    case.stops.iter().enumerate().map(row).collect()
}

/// The words a case is found by, in lower case.
pub(super) fn search_words(texts: &[&str]) -> std::collections::BTreeSet<String> {
    let words = texts
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '-'));
    words
        .filter(|word| !word.is_empty())
        .map(|word| word.to_lowercase().chars().take(64).collect())
        .collect()
}

async fn parts(
    db: &DatabaseTransaction,
    table: &str,
    columns: &[&str],
    case: &CaseListing,
    rows: Vec<Vec<Value>>,
) -> Result<(), StoreError> {
    run(
        db,
        &format!("DELETE FROM {table} WHERE case_id = $1"),
        vec![case.id.0.into()],
    )
    .await?;
    if rows.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO {table} (case_id, {}) VALUES {} ON CONFLICT DO NOTHING",
        columns.join(", "),
        places(db.get_database_backend(), rows.len(), columns.len() + 1)
    );
    let values = rows
        .into_iter()
        .flat_map(|row| std::iter::once(Value::from(case.id.0)).chain(row))
        .collect();
    run(db, &sql, values).await.map(|_| ())
}

async fn notice_listing(db: &DatabaseTransaction, notice: &NoticeListing) -> Result<(), StoreError> {
    let cells = vec![
        ("id", notice.id.0.into()),
        ("number", notice.number.clone().into()),
        ("authority", notice.authority.clone().into()),
        ("state", notice.state.clone().into()),
        ("edition", i64::from(notice.edition).into()),
        ("published_at", micro(notice.published_at)),
        ("closes", notice.closes.map(|date| date.to_string()).into()),
        ("next_timer_at", micro(notice.next_timer_at)),
        ("ceiling_milli", notice.ceiling_milli.into()),
        ("updated_at", micro(Some(notice.updated_at))),
        ("version", i64::from(notice.version).into()),
    ];
    upsert(db, "notice_listing", cells).await
}

async fn organisation_row(db: &DatabaseTransaction, row: &OrganisationRow) -> Result<(), StoreError> {
    let cells = vec![
        ("id", row.id.0.into()),
        ("name", row.facts.name.clone().into()),
        ("kind", word(&row.facts.kind).into()),
        ("party_type", row.facts.type_.as_ref().map(word).into()),
        ("unit", row.facts.unit.clone().into()),
        (
            "affiliation",
            row.facts.affiliation.as_ref().map(|own| own.0.clone()).into(),
        ),
        ("version", i64::from(row.version).into()),
    ];
    upsert(db, "organisation", cells).await
}

async fn person_row(db: &DatabaseTransaction, row: &PersonRow) -> Result<(), StoreError> {
    let cells = vec![
        ("id", row.id.0.into()),
        ("name", row.name.clone().into()),
        ("email", row.email.to_lowercase().into()),
        ("language", row.language.tag().into()),
        ("organisation", row.organisation.0.into()),
        ("unit", row.unit.clone().into()),
        ("delegation", row.delegation.as_ref().map(|own| own.0.clone()).into()),
        ("active", row.active.into()),
        ("version", i64::from(row.version).into()),
    ];
    upsert(db, "person", cells).await?;
    run(db, "DELETE FROM role_grant WHERE person = $1", vec![row.id.0.into()]).await?;
    run(db, "DELETE FROM mandate WHERE person = $1", vec![row.id.0.into()]).await?;
    for role in &row.roles {
        let sql = "INSERT INTO role_grant (person, role) VALUES ($1, $2)";
        run(db, sql, vec![row.id.0.into(), word(role).into()]).await?;
    }
    for (organisation, until) in &row.mandates {
        let sql = "INSERT INTO mandate (person, organisation, until) VALUES ($1, $2, $3)";
        run(
            db,
            sql,
            vec![row.id.0.into(), organisation.0.into(), until.as_microsecond().into()],
        )
        .await?;
    }
    Ok(())
}

async fn letters(db: &DatabaseTransaction, letters: &[LetterOwed]) -> Result<(), StoreError> {
    let mut values: Vec<Value> = Vec::with_capacity(letters.len() * 15);
    for letter in letters {
        let language: Language = letter.language;
        values.extend([
            letter.id.0.into(),
            letter.event.0.into(),
            letter.about.kind.word().into(),
            letter.about.id.into(),
            letter.letter.clone().into(),
            word(&letter.audience).into(),
            letter.person.map(|person| person.0).into(),
            letter.name.clone().into(),
            letter.address.to_lowercase().into(),
            language.tag().into(),
            letter.facts.to_string().into(),
            "pending".into(),
            0_i64.into(),
            letter.owed_since.as_microsecond().into(),
            letter.owed_since.as_microsecond().into(),
        ]);
    }
    let columns = "id, event_id, stream_kind, stream_id, letter, audience, person, name, address, language, facts, \
                   status, attempts, next_attempt_at, owed_since";
    // One letter for each (event, address), whoever else is told by the same event.
    let sql = format!(
        "INSERT INTO letter ({columns}) VALUES {} ON CONFLICT DO NOTHING",
        places(db.get_database_backend(), letters.len(), 15)
    );
    run(db, &sql, values).await.map(|_| ())
}

async fn keyed_answer(db: &DatabaseTransaction, answer: &KeyedAnswer) -> Result<(), StoreError> {
    let values = vec![
        answer.person.0.into(),
        answer.key.clone().into(),
        answer.request.to_vec().into(),
        i64::from(answer.status).into(),
        answer.body.clone().into(),
        answer.at.as_microsecond().into(),
    ];
    let sql = "INSERT INTO keyed_answer (person, key, request, status, body, at) VALUES ($1, $2, $3, $4, $5, $6)";
    run(db, sql, values).await.map(|_| ())
}
