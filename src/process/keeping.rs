//! The door of what is kept: holds, erasure by two persons, disposal when the time is over.

use super::{ActError, TRIES, around, parsed, values};
use crate::{
    domain::{
        Instant,
        id::{CaseId, EventId, PersonId},
        people::{Actor, Role},
    },
    house::House,
    store::{
        StoreError,
        commit::{Append, Commit, Head, Listing, RecordKept, Stream, StreamKind},
        keeping::stream_of,
        lists::CaseKey,
    },
    workflow::{
        self,
        action::Nothing,
        case::Case,
        event::Event,
        happening::Happening,
        keeping::{AroundKeeping, Keeping, KeepingAction, KeepingActionKind, KeepingHappening, RecordKind},
        listing::CaseListing,
        people::{Person, PersonHappening},
        state::WaiverState,
        step::Subject,
        subject,
    },
};
use jiff::ToSpan as _;
use uuid::Uuid;

/// How a record is kept.
pub struct Kept {
    pub keeping: Keeping,
    pub around: AroundKeeping,
    pub events: Vec<Event<KeepingHappening>>,
    /// How it is called: a case's reference, a person's name; its id where it has none (any more).
    pub name: String,
}

impl Kept {
    /// What this person may do about it.
    #[must_use]
    pub fn allowed(&self, actor: &Actor, now: Instant) -> Vec<KeepingActionKind> {
        workflow::allowed(&self.keeping, actor, &self.around, now)
    }
}

/// Those who may see how records are kept.
#[must_use]
pub fn may_see(actor: &Actor) -> bool {
    [
        Role::Administrator,
        Role::SecretariatLead,
        Role::Secretariat,
        Role::Auditor,
    ]
    .iter()
    .any(|role| actor.is(*role))
}

fn stream(record: Uuid) -> Stream {
    Stream {
        kind: StreamKind::Keeping,
        id: record,
    }
}

/// Which kind of record this is, if there is one.
///
/// # Errors
/// When the store does not answer.
pub async fn kind_of(house: &House, record: Uuid) -> Result<Option<RecordKind>, ActError> {
    for of in [RecordKind::Case, RecordKind::Person] {
        if house.store.head_of(stream_of(of, record)).await?.seq > 0 {
            return Ok(Some(of));
        }
    }
    Ok(None)
}

/// The record that somebody means by a case's reference, a waiver's number, a person's address or an id.
///
/// # Errors
/// When the store does not answer.
pub async fn record_named(house: &House, named: &str) -> Result<Option<Uuid>, ActError> {
    let named = named.trim();
    if let Ok(id) = named.parse() {
        return Ok(Some(id));
    }
    for key in [CaseKey::Reference, CaseKey::WaiverNumber] {
        if let Some(row) = house.store.case_by(key, &named.to_uppercase()).await? {
            return Ok(Some(row.id.0));
        }
    }
    Ok(house.store.person_by_email(named).await?.map(|person| person.id.0))
}

/// How a record is kept, as its history tells it.
///
/// # Errors
/// `NotFound`, or when a history cannot be read.
pub async fn view_record(house: &House, record: Uuid) -> Result<Kept, ActError> {
    Ok(load(house, record).await?.0)
}

async fn load(house: &House, record: Uuid) -> Result<(Kept, Head), ActError> {
    let of = kind_of(house, record).await?.ok_or(ActError::NotFound)?;
    let (stored, head) = house.store.load(stream(record)).await?;
    let events = parsed::<KeepingHappening>(stored)?;
    let mut keeping = Keeping::default();
    events.iter().for_each(|event| keeping.apply(event));
    let (around, name) = around_of(house, of, record).await?;
    let kept = Kept {
        keeping,
        around,
        events,
        name,
    };
    Ok((kept, head))
}

async fn around_of(house: &House, of: RecordKind, record: Uuid) -> Result<(AroundKeeping, String), ActError> {
    let (stored, head) = house.store.load(stream_of(of, record)).await?;
    let (ended_at, name) = match of {
        RecordKind::Case => {
            let case = subject::fold(CaseId(record), &parsed::<Happening>(stored)?).ok_or(ActError::NotFound)?;
            (
                case_ended(&case),
                case.reference.clone().unwrap_or_else(|| record.to_string()),
            )
        }
        RecordKind::Person => {
            let mut person = Person::unborn(PersonId(record));
            let events = parsed::<PersonHappening>(stored)?;
            events.iter().for_each(|event| person.apply(event));
            let last = events.last().map(|event| event.effective_at);
            let name = person
                .who
                .as_ref()
                .map_or_else(|| record.to_string(), |who| who.name.clone());
            (last.filter(|_| person.disabled), name)
        }
    };
    let around = AroundKeeping {
        of,
        record,
        through: head.seq,
        hash: hex::encode(head.hash),
        ended_at,
        kept_until: ended_at.and_then(|ended| kept_until(house, ended)),
    };
    Ok((around, name))
}

/// A case has ended when nothing of it goes on, neither the dossier nor the waiver: when.
#[must_use]
pub fn case_ended(case: &Case) -> Option<Instant> {
    let over = matches!(case.waiver.state, WaiverState::None | WaiverState::Closed);
    (case.state.is_settled() && over).then_some(case.updated_at)
}

fn kept_until(house: &House, ended: Instant) -> Option<Instant> {
    let years = i32::try_from(house.settings.audit.keep_years)
        .ok()
        .filter(|years| *years > 0)?;
    let zone = jiff::tz::TimeZone::UTC;
    let until = ended.to_zoned_datetime(zone).checked_add(years.years()).ok()?;
    Some(until.timestamp())
}

/// Puts a wish about the keeping of a record.
///
/// # Errors
/// See [`ActError`].
pub async fn act_on_record(
    house: &House,
    record: Uuid,
    action: &KeepingAction,
    actor: &Actor,
) -> Result<Kept, ActError> {
    for _ in 0..TRIES {
        match attempt(house, record, action, actor).await {
            Err(ActError::Store(StoreError::Conflict)) => {}
            Ok(kept) => {
                if kept.keeping.gone.is_some() {
                    destroy_files(house).await;
                }
                return Ok(kept);
            }
            other => return other,
        }
    }
    Err(ActError::Store(StoreError::Conflict))
}

async fn attempt(house: &House, record: Uuid, action: &KeepingAction, actor: &Actor) -> Result<Kept, ActError> {
    let (mut kept, head) = load(house, record).await?;
    let (now, of) = (house.clock.now(), kept.around.of);
    let granted = workflow::decide(&kept.keeping, actor, action, &kept.around, now)?;
    let events = workflow::record(&mut kept.keeping, granted, actor, now, now, &mut EventId::fresh);
    let goes = events.iter().any(|event| {
        matches!(
            event.happened,
            KeepingHappening::RecordErased(_) | KeepingHappening::RecordDisposed(_)
        )
    });
    let mut listings = vec![Listing::Record(Box::new(RecordKept {
        of,
        id: record,
        keeping: kept.keeping.clone(),
        at: now,
    }))];
    let (mut destroys, mut letters) = (None, Vec::new());
    if goes {
        destroys = Some(house.store.destruction(of, record, kept.around.through).await?);
        letters = house.store.letters_of_record(of, record).await?;
        if of == RecordKind::Case {
            listings.push(Listing::Case(Box::new(bare_listing(house, CaseId(record)).await?)));
        }
    }
    let append = Append {
        stream: stream(record),
        after: head,
        events: values(&events)?,
    };
    let commit = Commit {
        appends: vec![append],
        listings,
        destroys,
        ..Commit::default()
    };
    house.store.commit(commit).await?;
    kept.events.extend(events);
    for letter in letters {
        forget_letter(house, letter).await;
    }
    Ok(kept)
}

/// How a case is listed once its private values are gone.
async fn bare_listing(house: &House, id: CaseId) -> Result<CaseListing, ActError> {
    let (mut stored, _) = house.store.load(stream_of(RecordKind::Case, id.0)).await?;
    for event in &mut stored {
        // The terms of the notice stay: they are published.
        let terms = event.pointer("/data/terms/content").cloned();
        withhold(event);
        if let (Some(terms), Some(place)) = (terms, event.pointer_mut("/data/terms/content")) {
            *place = terms;
        }
    }
    let case = subject::fold(id, &parsed::<Happening>(stored)?).ok_or(ActError::NotFound)?;
    let around = around::of_case(house, id, case.notice, Some(&case), None).await?;
    Ok(CaseListing::of(&case, &around))
}

fn withhold(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(members) if members.contains_key("$private") => members.clear(),
        serde_json::Value::Object(members) => members.values_mut().for_each(withhold),
        serde_json::Value::Array(items) => items.iter_mut().for_each(withhold),
        _ => {}
    }
}

/// Letters that were put into a folder instead of being sent.
async fn forget_letter(house: &House, letter: Uuid) {
    if let Some(folder) = house.settings.kept_letters_folder() {
        // Not there: it was never put there, or somebody took it away.
        let _ = tokio::fs::remove_dir_all(folder.join(letter.to_string())).await;
    }
}

/// Destroys the bytes of files of records that are gone. What fails is tried again by the keeper of records.
pub async fn destroy_files(house: &House) -> usize {
    let mut done = 0;
    for id in house.store.files_to_destroy().await.unwrap_or_default() {
        match house.documents.destroy(id).await {
            Ok(()) if house.store.file_destroyed(id).await.is_ok() => done += 1,
            Ok(()) => {}
            Err(error) => {
                tracing::warn!(%error, document = %id, "a file of an erased record could not be destroyed yet")
            }
        }
    }
    done
}

/// Records whose time is over and on which no hold lies: (kind, id, name, since when).
///
/// # Errors
/// When the store does not answer.
pub async fn due_for_disposal(house: &House) -> Result<Vec<(RecordKind, Uuid, String, Instant)>, ActError> {
    let now = house.clock.now();
    let years = i64::from(house.settings.audit.keep_years);
    let mut due = Vec::new();
    // Whatever is younger than this cannot be due; what is older is judged by its history.
    let Ok(before) = now.checked_sub(jiff::SignedDuration::from_hours(24 * 365 * years)) else {
        return Ok(due);
    };
    if years == 0 {
        return Ok(due);
    }
    for of in [RecordKind::Case, RecordKind::Person] {
        for record in house.store.records_untouched_since(of, before, 1000).await? {
            let kept = view_record(house, record).await?;
            if let Some((since, _)) = kept.keeping.due(&kept.around).filter(|(since, _)| *since <= now) {
                due.push((of, record, kept.name, since));
            }
        }
    }
    Ok(due)
}

/// Disposes of every record whose time is over; how many.
///
/// # Errors
/// When the store does not answer.
pub async fn dispose_due(house: &House) -> Result<usize, ActError> {
    let due = due_for_disposal(house).await?;
    for (_, record, ..) in &due {
        act_on_record(
            house,
            *record,
            &KeepingAction::DisposeRecord(Nothing {}),
            &Actor::system(),
        )
        .await?;
        tracing::info!(%record, "a record was disposed of: its time was over");
    }
    Ok(due.len())
}
