//! A case as it stands, and what the public is told of it: only what is in a signed checkpoint of the log, so that nothing told can later be denied.

use super::{ActError, Seen, around, parsed, stream_of, take_time};
use crate::{
    domain::id::CaseId,
    house::House,
    store::StoreError,
    workflow::{event::Event, happening::Happening, subject},
};

/// While the log does not advance nothing gets legal effect: nobody could prove later that it was then. Drafting goes
/// on.
///
/// # Errors
/// `Unavailable` in that case.
pub(super) fn may_take_effect<H>(house: &House, events: &[Event<H>]) -> Result<(), StoreError> {
    let drafts = |state: &String| state == "dossier:draft" || state == "notice:draft";
    let effective = events.iter().any(|event| !event.to.iter().all(drafts));
    if effective && house.store.is_behind() {
        let says = "the log does not advance; what has legal effect waits until it does";
        return Err(StoreError::Unavailable(says.to_owned()));
    }
    Ok(())
}

/// A case as it stands now, whoever asks; visibility is the caller's next question.
///
/// # Errors
/// `NotFound` if there is no such case.
pub async fn view_case(house: &House, id: CaseId) -> Result<Seen, ActError> {
    let now = house.clock.now();
    let (stored, _) = house.store.load(stream_of(id)).await?;
    let mut events: Vec<Event<Happening>> = parsed(stored)?;
    let mut case = subject::fold(id, &events).ok_or(ActError::NotFound)?;
    let around = around::of_case(house, id, case.notice, Some(&case), None).await?;
    events.extend(take_time(&mut case, &around, now)?);
    Ok(Seen {
        case,
        around,
        events,
        now,
    })
}

/// A case as far as the log has it, and what time has done since.
///
/// # Errors
/// `NotFound` if there is no such case, or none in the log yet.
pub async fn view_logged_case(house: &House, id: CaseId) -> Result<Seen, ActError> {
    let now = house.clock.now();
    let stream = stream_of(id);
    // Asked first: what is appended between the two reads is left out, not let in.
    let until = house.store.logged_until(stream).await?;
    let (stored, _) = house.store.load(stream).await?;
    let mut events: Vec<Event<Happening>> = parsed(stored)?;
    events.retain(|event| event.seq <= until);
    let mut case = subject::fold(id, &events).ok_or(ActError::NotFound)?;
    let around = around::of_case(house, id, case.notice, Some(&case), None).await?;
    events.extend(take_time(&mut case, &around, now)?);
    Ok(Seen {
        case,
        around,
        events,
        now,
    })
}
