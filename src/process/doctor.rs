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
        happening::Happening,
        list::{ListHappening, SanctionsList, stream_of},
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
    for stream in house.store.streams(StreamKind::List).await? {
        found.extend(list_drift(house, stream).await?);
    }
    found.extend(decision_drift(house).await?);
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
        && row.available_milli == wanted.available_milli
        && (row.decided_at, row.decided_on_day) == (wanted.decided_at, wanted.decided_on_day)
        && (row.delivered_milli, row.reserved_milli) == (wanted.delivered_milli, wanted.reserved_milli)
        && row.soon_at == wanted.soon_at
        && (row.clock_days, row.stopped_days) == (wanted.clock_days, wanted.stopped_days)
        && row.overdue == wanted.overdue
        && (row.zone, row.validity) == (wanted.zone, wanted.validity);
    Ok(match (same, ledger) {
        (true, 0) => None,
        (false, _) => Some(format!("case {id}: its row is not what its history says")),
        (_, sum) => Some(format!("case {id}: the ledger's sum is {sum}, not zero")),
    })
}

/// A list's row names the versions that its history names, and they are stored as what they are.
async fn list_drift(house: &House, stream: Stream) -> Result<Option<String>, ActError> {
    let (stored, _) = house.store.load(stream).await?;
    let mut list = SanctionsList::default();
    for event in parsed::<ListHappening>(stored)? {
        list.apply(&event);
    }
    let states = house.store.list_states().await?;
    let Some(row) = states.into_iter().find(|state| stream_of(&state.source) == stream.id) else {
        return Ok(Some(format!("list {}: it is not listed", stream.id)));
    };
    let (current, held) = (
        list.current.map(|version| version.id),
        list.held.map(|version| version.id),
    );
    let mut same = row.current == current && row.held == held;
    for (version, word) in [(current, "current"), (held, "held")] {
        if let Some(id) = version {
            let stored = house.store.list_version(id).await?;
            same &= stored.is_some_and(|version| version.state == word);
        }
    }
    Ok((!same).then(|| format!("list {}: its row is not what its history says", row.source)))
}

/// What is remembered about a pair was decided by the person, in the case, that it names.
async fn decision_drift(house: &House) -> Result<Vec<String>, ActError> {
    let mut found = Vec::new();
    for decision in house.store.decisions().await? {
        let (kind, id) = (StreamKind::Case, decision.case.0);
        let (stored, _) = house.store.load(Stream { kind, id }).await?;
        let confirmed = parsed::<Happening>(stored)?.into_iter().any(|event| {
            let agreed = matches!(&event.happened, Happening::DispositionConfirmed(word) if word.agree);
            agreed && event.by.person == decision.confirmed_by
        });
        if !confirmed {
            found.push(format!(
                "case {id}: its history does not know a decision that is remembered"
            ));
        }
    }
    Ok(found)
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
