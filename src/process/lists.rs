//! The door of sanctions lists: a version comes into force, waits for a person's word, or is refused.

use super::{ActError, TRIES, parsed, values};
use crate::{
    domain::{Date, id::EventId, people::Actor},
    engine::{
        files::{Incoming, read_files},
        lists::{difference, entries_of, packed},
    },
    house::House,
    screening::lists::{Format, Loaded, Refusal as FileRefusal},
    store::{
        StoreError,
        checks::{JobKind, JobWish},
        commit::{Append, Commit, Head, Listing, Stream, StreamKind},
        screening::ListRow,
    },
    workflow::{
        self,
        action::ScreeningTrigger,
        event::Event,
        list::{
            AroundList, ListAction, ListFileFacts, ListHappening, ListRefusal, ListVersion, SanctionsList, stream_of,
        },
        refusal::Refusal,
        step::Subject,
    },
};

/// Changes whenever the readers may read the same file otherwise.
pub const PARSER: u32 = 1;

/// What came of a list that was offered.
#[derive(Clone, Debug)]
pub enum Offered {
    /// The same files are in force already; noted that they still are the newest.
    Unchanged(ListVersion),
    InForce(ListVersion),
    /// Too much is gone: it waits for a person's word.
    Held(ListVersion),
}

async fn load(house: &House, source: &str) -> Result<(SanctionsList, Head), ActError> {
    let (stored, head) = house.store.load(stream(source)).await?;
    let mut list = SanctionsList::default();
    for event in parsed::<ListHappening>(stored)? {
        list.apply(&event);
    }
    Ok((list, head))
}

fn stream(source: &str) -> Stream {
    let (kind, id) = (StreamKind::List, stream_of(source));
    Stream { kind, id }
}

/// A list as its history tells it.
///
/// # Errors
/// When the history cannot be read.
pub async fn view_list(house: &House, source: &str) -> Result<(SanctionsList, Vec<Event<ListHappening>>), ActError> {
    let (stored, _) = house.store.load(stream(source)).await?;
    let events = parsed::<ListHappening>(stored)?;
    let mut list = SanctionsList::default();
    events.iter().for_each(|event| list.apply(event));
    Ok((list, events))
}

/// Offers a list that was read: it comes into force unless it is older, or has lost too much.
///
/// # Errors
/// When it is refused, or the store does not answer.
pub async fn offer(house: &House, actor: &Actor, format: &str, loaded: &Loaded) -> Result<Offered, ActError> {
    for _ in 0..TRIES {
        match try_offer(house, actor, format, loaded).await {
            Err(ActError::Store(StoreError::Conflict)) => {}
            other => return other,
        }
    }
    Err(ActError::Store(StoreError::Conflict))
}

async fn try_offer(house: &House, actor: &Actor, format: &str, loaded: &Loaded) -> Result<Offered, ActError> {
    let (list, head) = load(house, &loaded.list).await?;
    let mut version = facts(format, loaded);
    if let Some(current) = list.current.as_ref().filter(|current| current.same_files(&version)) {
        let now = Some(house.clock.now());
        house.store.list_looked_at(&loaded.list, now, None, None).await?;
        return Ok(Offered::Unchanged(current.clone()));
    }
    if let Some(held) = list.held.as_ref().filter(|held| held.same_files(&version)) {
        return Ok(Offered::Held(held.clone()));
    }
    let before = match &list.current {
        Some(current) => entries_of(&house.store, current.id).await?,
        None => Vec::new(),
    };
    let differs = difference(&before, &loaded.entries);
    (version.added, version.removed, version.changed) = (differs.added, differs.removed, differs.changed);
    let content = packed(&loaded.entries)?;
    let action = ListAction::OfferList(version.clone());
    let after = decided(house, actor, &action, (list, head), Some((version.clone(), content))).await?;
    let in_force = after.current.is_some_and(|current| current.id == version.id);
    Ok(if in_force {
        Offered::InForce(version)
    } else {
        Offered::Held(version)
    })
}

/// Another wish: a person's word on a version that was held, a file that is no list.
///
/// # Errors
/// When it is refused, or the store does not answer.
pub async fn act_on_list(
    house: &House,
    source: &str,
    action: &ListAction,
    actor: &Actor,
) -> Result<SanctionsList, ActError> {
    for _ in 0..TRIES {
        let loaded = load(house, source).await?;
        match decided(house, actor, action, loaded, None).await {
            Err(ActError::Store(StoreError::Conflict)) => {}
            other => return other,
        }
    }
    Err(ActError::Store(StoreError::Conflict))
}

/// Why a file is no list, as history keeps it.
#[must_use]
pub fn list_refusal(source: &str, why: &FileRefusal) -> ListRefusal {
    let code = serde_json::to_value(why.code).ok();
    ListRefusal {
        source: source.to_owned(),
        file: why.file.clone(),
        line: why.line,
        code: code
            .and_then(|code| code.as_str().map(str::to_owned))
            .unwrap_or_default(),
        reason: why.reason.chars().take(500).collect(),
    }
}

/// Writes down that a file is no list; the last good one stays in force.
///
/// # Errors
/// When the store does not answer.
pub async fn refuse_file(house: &House, actor: &Actor, source: &str, why: &FileRefusal) -> Result<(), ActError> {
    let refusal = list_refusal(source, why);
    let (list, _) = load(house, source).await?;
    if list.refused.as_ref() == Some(&refusal) {
        // The same file lies there as before: history and letters have told of it.
        return Ok(());
    }
    tracing::warn!(list = source, file = %why.file, line = why.line, "a file of a list was refused; the last good list stays");
    act_on_list(house, source, &ListAction::RefuseFile(refusal), actor)
        .await
        .map(|_| ())
}

async fn decided(
    house: &House,
    actor: &Actor,
    action: &ListAction,
    (mut list, head): (SanctionsList, Head),
    loaded: Option<(ListVersion, Vec<u8>)>,
) -> Result<SanctionsList, ActError> {
    let now = house.clock.now();
    let around = AroundList {
        shrink_percent: house.settings.screening.shrink_percent,
    };
    let before = list.current.as_ref().map(|current| current.id);
    let source = source_of(action, &list).ok_or(ActError::NotFound)?;
    let granted = workflow::decide(&list, actor, action, &around, now)?;
    let events = workflow::record(&mut list, granted, actor, now, now, &mut EventId::fresh);
    let current = list.current.as_ref().map(|current| current.id);
    // Everything that is live is screened against what has changed.
    let checks = current.filter(|id| Some(*id) != before).map(|about| JobWish {
        kind: JobKind::List,
        about,
        trigger: ScreeningTrigger::ListChange,
        at: now,
    });
    let letters = super::letters::of_list(house, &source, &events).await?;
    let row = ListRow {
        source,
        list: list.clone(),
        // What comes into force now is the newest; a version that is held makes the one in force no newer.
        checked_at: checks.is_some().then_some(now),
        loaded,
        at: now,
    };
    let append = Append {
        stream: stream(&row.source),
        after: head,
        events: values(&events)?,
    };
    let commit = Commit {
        appends: vec![append],
        listings: vec![Listing::List(Box::new(row))],
        letters,
        checks: checks.filter(|_| house.screener.engine.is_some()).into_iter().collect(),
        ..Commit::default()
    };
    house.store.commit(commit).await?;
    Ok(list)
}

fn source_of(action: &ListAction, list: &SanctionsList) -> Option<String> {
    match action {
        ListAction::OfferList(version) => Some(version.source.clone()),
        ListAction::RefuseFile(refusal) => Some(refusal.source.clone()),
        _ => list
            .current
            .as_ref()
            .or(list.held.as_ref())
            .map(|version| version.source.clone()),
    }
}

fn facts(format: &str, loaded: &Loaded) -> ListVersion {
    let file = |file: &crate::screening::lists::FileRead| ListFileFacts {
        name: file.name.clone(),
        bytes: file.bytes,
        sha256: file.sha256.clone(),
    };
    ListVersion {
        id: EventId::fresh().0,
        source: loaded.list.clone(),
        format: format.to_owned(),
        files: loaded.files.iter().map(file).collect(),
        published: loaded.published.as_deref().and_then(date),
        parser: PARSER,
        entries: loaded.counts.entries as u64,
        names: loaded.counts.names as u64,
        identifiers: loaded.counts.identifiers as u64,
        complaints: loaded.complaints.len() as u64,
        added: 0,
        removed: 0,
        changed: 0,
    }
}

/// The day, however the list writes it.
fn date(text: &str) -> Option<Date> {
    let day = text.get(..10).and_then(|day| day.parse().ok());
    day.or_else(|| jiff::fmt::strtime::parse("%m/%d/%Y", text.trim()).ok()?.to_date().ok())
}

/// Offers a list as it lies in files. What cannot be read is written down, and the last good list stays in force.
///
/// # Errors
/// When it is no list, is refused, or the store does not answer.
pub async fn offer_files(
    house: &House,
    actor: &Actor,
    source: &str,
    format: Option<Format>,
    files: Vec<Incoming>,
) -> Result<Offered, ActError> {
    let named = !source.trim().is_empty() && source.len() <= 64 && source.chars().all(|c| c.is_ascii_graphic());
    if !named {
        let sentence = "Name the list with 1 to 64 letters, digits and marks, for example OFAC-SDN.";
        return Err(Refusal::condition("S-03", "list_name_unusable", sentence)
            .at("source")
            .into());
    }
    match read_files(source.to_owned(), format, files).await {
        Ok((format, loaded)) => offer(house, actor, format.word(), &loaded).await,
        Err(why) => {
            refuse_file(house, actor, source, &why).await?;
            let sentence = "This is not a whole list of a format that can be read; the list in force stays.";
            let place = if why.line > 0 {
                format!("{}, line {}", why.file, why.line)
            } else {
                why.file.clone()
            };
            let details = vec![(place, "list_refused".to_owned(), why.reason.clone())];
            Err(Refusal::condition("S-03", "list_refused", sentence)
                .because(details)
                .into())
        }
    }
}
