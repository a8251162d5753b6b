//! Does what is listed agree with what happened?

use super::{ActError, around, parsed};
use crate::{
    domain::id::{CaseId, NoticeId, PersonId},
    house::House,
    store::{
        commit::{Stream, StreamKind},
        lists::CaseKey,
        people::PeopleFilter,
    },
    workflow::{
        listing::{CaseListing, NoticeListing},
        notice::Notice,
        people::{Person, PersonHappening},
        step::Subject,
        subject,
    },
};
use std::collections::BTreeSet;

/// Every disagreement between a history and its row, in words. Refolds everything.
///
/// # Errors
/// When the store cannot be read.
pub async fn drift(house: &House) -> Result<Vec<String>, ActError> {
    let mut found = Vec::new();
    for stream in house.store.streams(StreamKind::Case).await? {
        found.extend(case_drift(house, stream).await?);
    }
    for stream in house.store.streams(StreamKind::Notice).await? {
        let (stored, _) = house.store.load(stream).await?;
        let Some(notice) = Notice::fold(NoticeId(stream.id), &parsed(stored)?) else {
            continue;
        };
        let wanted = NoticeListing::of(&notice);
        match house.store.notice_row(notice.id).await? {
            Some(row)
                if row.version == wanted.version && row.state == wanted.state && row.edition == wanted.edition => {}
            _ => found.push(format!("notice {}: its row is not what its history says", notice.id)),
        }
    }
    for stream in house.store.streams(StreamKind::Person).await? {
        found.extend(person_drift(house, stream).await?);
    }
    Ok(found)
}

async fn case_drift(house: &House, stream: Stream) -> Result<Option<String>, ActError> {
    let (stored, _) = house.store.load(stream).await?;
    let id = CaseId(stream.id);
    let Some(case) = subject::fold(id, &parsed(stored)?) else {
        return Ok(Some(format!(
            "case {id}: its history does not begin with its beginning"
        )));
    };
    let around = around::of_case(house, id, case.notice, Some(&case), None).await?;
    let wanted = CaseListing::of(&case, &around);
    let Some(row) = house.store.case_by(CaseKey::Id, &id.to_string()).await? else {
        return Ok(Some(format!("case {id}: it is not listed")));
    };
    let ledger = case.waiver.ledger.sum();
    let same = row.version == wanted.version
        && row.state == wanted.state
        && row.reference == wanted.reference
        && row.outcome == wanted.outcome
        && row.clock == wanted.clock
        && row.due == wanted.due
        && row.lapses_at == wanted.lapses_at
        && row.applicant == wanted.applicant
        && row.waiver_state == wanted.waiver_state
        && row.waiver_number == wanted.waiver_number
        && row.authorised_milli == wanted.authorised_milli
        && row.available_milli == wanted.available_milli;
    Ok(match (same, ledger) {
        (true, 0) => None,
        (false, _) => Some(format!("case {id}: its row is not what its history says")),
        (_, sum) => Some(format!("case {id}: the ledger's sum is {sum}, not zero")),
    })
}

async fn person_drift(house: &House, stream: Stream) -> Result<Option<String>, ActError> {
    let (stored, _) = house.store.load(stream).await?;
    let mut person = Person::unborn(PersonId(stream.id));
    for event in parsed::<PersonHappening>(stored)? {
        person.apply(&event);
    }
    let filter = PeopleFilter {
        ids: BTreeSet::from([person.id]),
        ..PeopleFilter::default()
    };
    let row = house.store.people(&filter).await?.pop();
    let same = row == super::people::row(&person);
    Ok((!same).then(|| format!("person {}: the row is not what the history says", person.id)))
}
