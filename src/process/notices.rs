//! The door of notices.

use super::{ActError, Answer, TRIES, Wish, answered_before, around, keyed, letters, parsed, take_time, values};
use crate::{
    domain::{
        id::{EventId, NoticeId},
        people::Actor,
    },
    house::House,
    store::{
        StoreError,
        commit::{Append, Commit, Listing, Stream, StreamKind},
    },
    workflow::{
        self,
        action::notice::NoticeAction,
        event::Event,
        listing::NoticeListing,
        notice::{Notice, NoticeHappening},
        refusal::Refusal,
    },
};

/// Puts a wish to a notice. `CreateNotice` with a fresh id begins one.
///
/// # Errors
/// See [`ActError`].
pub async fn act_on_notice(
    house: &House,
    id: NoticeId,
    action: &NoticeAction,
    wish: &Wish<'_>,
    answer: Answer<'_, Notice>,
) -> Result<Notice, ActError> {
    answered_before(house, wish).await?;
    for _ in 0..TRIES {
        match try_notice(house, id, Some(action), wish, answer).await {
            Err(ActError::Store(StoreError::Conflict)) => {}
            Err(ActError::Store(StoreError::KeyTaken)) => answered_before(house, wish).await?,
            Err(ActError::Store(StoreError::NumberTaken)) => {
                let says = "Another notice has this number: give this one its own.";
                return Err(Refusal::condition("N-01", "number_taken", says)
                    .at("content.number")
                    .into());
            }
            other => return other,
        }
    }
    Err(ActError::Store(StoreError::Unavailable(
        "too many others act on this notice at once".to_owned(),
    )))
}

/// Writes down what time has done to a notice.
///
/// # Errors
/// See [`ActError`].
pub async fn let_time_act_on_notice(house: &House, id: NoticeId) -> Result<(), ActError> {
    let system = Actor::system();
    match try_notice(house, id, None, &Wish::of(&system), &|_| Vec::new()).await {
        Ok(_) | Err(ActError::Store(StoreError::Conflict)) => Ok(()),
        Err(other) => Err(other),
    }
}

async fn try_notice(
    house: &House,
    id: NoticeId,
    action: Option<&NoticeAction>,
    wish: &Wish<'_>,
    answer: Answer<'_, Notice>,
) -> Result<Notice, ActError> {
    let now = house.clock.now();
    let stream = Stream {
        kind: StreamKind::Notice,
        id: id.0,
    };
    let (stored, head) = house.store.load(stream).await?;
    let history: Vec<Event<NoticeHappening>> = parsed(stored)?;
    let creates = matches!(action, Some(NoticeAction::CreateNotice(_)));
    let mut notice = match Notice::fold(id, &history) {
        Some(notice) => notice,
        None if creates => Notice::unborn(id, now),
        None => return Err(ActError::NotFound),
    };
    let around = around::of_notice(house, &notice).await?;
    let mut events = take_time(&mut notice, &around, now)?;
    if wish.seen.is_some_and(|seen| seen != notice.version) {
        return Err(ActError::ActedFirst(notice.version));
    }
    if let Some(action) = action {
        let granted = workflow::decide(&notice, wish.actor, action, &around, now)?;
        events.extend(workflow::record(
            &mut notice,
            granted,
            wish.actor,
            now,
            now,
            &mut EventId::fresh,
        ));
        events.extend(take_time(&mut notice, &around, now)?);
    }
    if events.is_empty() || wish.dry_run {
        return Ok(notice);
    }
    super::logged::may_take_effect(house, &events)?;
    let letters = letters::of_notice(house, &notice, &events).await?;
    let listings = vec![Listing::Notice(Box::new(NoticeListing::of(&notice)))];
    let append = Append {
        stream,
        after: head,
        events: values(&events)?,
    };
    let answer = keyed(wish, answer(&notice), now);
    house
        .store
        .commit(Commit {
            appends: vec![append],
            listings,
            letters,
            checks: Vec::new(),
            answer,
            ..Commit::default()
        })
        .await?;
    Ok(notice)
}

/// A notice as it stands now.
///
/// # Errors
/// `NotFound` if there is no such notice.
pub async fn view_notice(house: &House, id: NoticeId) -> Result<(Notice, Vec<Event<NoticeHappening>>), ActError> {
    let (stored, _) = house
        .store
        .load(Stream {
            kind: StreamKind::Notice,
            id: id.0,
        })
        .await?;
    let mut events: Vec<Event<NoticeHappening>> = parsed(stored)?;
    let mut notice = Notice::fold(id, &events).ok_or(ActError::NotFound)?;
    let around = around::of_notice(house, &notice).await?;
    events.extend(take_time(&mut notice, &around, house.clock.now())?);
    Ok((notice, events))
}
