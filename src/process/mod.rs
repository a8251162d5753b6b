//! *** THE ONE DOOR *** Nothing changes a case or a notice except through it: pages, API, command line, the clock.
//!
//! `act`: read the history and fold it, let time take effect, decide (pure), append in one commit
//! {events, list row, letters, keyed answer}; if somebody was faster, decide again.
//! `view`: the same without the wish and without writing: what time has done is shown even before it is written down.

pub mod access;
mod around;
pub mod catch_up;
pub mod checks;
pub mod doctor;
mod exports;
pub mod keeping;
mod letters;
pub mod lists;
pub mod log_keys;
mod logged;
mod notices;
mod own_log;
pub mod people;
mod recipients;
mod seals;

pub use exports::{record_export, record_read};
pub use logged::{view_case, view_logged_case};
pub use notices::{act_on_notice, let_time_act_on_notice, view_notice};
pub use seals::{seal_daily, seal_for, seal_log};

use crate::{
    domain::{
        Instant,
        id::{CaseId, EventId, PersonId},
        people::Actor,
    },
    house::House,
    store::{
        StoreError,
        commit::{Append, Commit, Head, KeyedAnswer, Listing, Stream, StreamKind},
    },
    workflow::{
        self, action::Action, around::Around, case::Case, event::Event, happening::Happening, listing::CaseListing,
        refusal::Refusal, step::Subject, subject,
    },
};

/// How often a loser of a race decides again before giving up.
const TRIES: u32 = 40;

/// Why nothing happened.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// There is no such thing, or none for this person.
    #[error("not found")]
    NotFound,
    #[error("{0}")]
    Refused(Refusal),
    /// Somebody acted first: the version seen is no longer the newest.
    #[error("changed meanwhile: now at version {0}")]
    ActedFirst(u32),
    /// The same key came with another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The request was answered before; here is that answer.
    #[error("answered before")]
    Answered(Box<KeyedAnswer>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Refusal> for ActError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The key under which a request may be repeated without happening twice.
#[derive(Clone, Debug)]
pub struct RequestKey {
    pub key: String,
    /// SHA-256 of method, path and body.
    pub request: [u8; 32],
}

/// Who wishes, having seen what.
#[derive(Clone, Debug)]
pub struct Wish<'a> {
    pub actor: &'a Actor,
    /// The version the person saw; None: whatever is newest.
    pub seen: Option<u32>,
    pub key: Option<RequestKey>,
    /// Only tell whether it would be granted.
    pub dry_run: bool,
}

impl<'a> Wish<'a> {
    /// A plain wish of this person.
    #[must_use]
    pub fn of(actor: &'a Actor) -> Self {
        Self {
            actor,
            seen: None,
            key: None,
            dry_run: false,
        }
    }
}

/// A case as it stands, with what is needed to judge wishes about it.
pub struct Seen {
    pub case: Case,
    pub around: Around,
    pub events: Vec<Event<Happening>>,
    pub now: Instant,
}

/// Renders the answer that is kept for repeated requests.
pub type Answer<'a, S> = &'a (dyn Fn(&S) -> Vec<u8> + Sync);

/// What is read before a decision.
struct Loaded<S: Subject> {
    subject: S,
    head: Head,
    /// Events that time alone has brought and nobody has written down yet.
    pending: Vec<Event<S::Happening>>,
}

/// Lets time take effect: every timer that is due, in order, each at its own instant.
fn take_time<S: Subject>(
    subject: &mut S,
    around: &S::Around,
    now: Instant,
) -> Result<Vec<Event<S::Happening>>, Refusal> {
    let system = Actor::system();
    let mut events = Vec::new();
    while let Some((at, action)) = subject.due(around).filter(|(at, _)| *at <= now) {
        let granted = workflow::decide(subject, &system, &action, around, at)?;
        events.extend(workflow::record(
            subject,
            granted,
            &system,
            at,
            now,
            &mut EventId::fresh,
        ));
        if events.len() > 5_000 {
            // A table that never comes to rest is a mistake of ours; say so instead of turning for ever.
            return Err(Refusal::condition(
                "G3",
                "time_does_not_rest",
                "Too many timers follow one another.",
            ));
        }
    }
    Ok(events)
}

/// Puts a wish to a case. `StartDossier` with a fresh id begins one.
///
/// # Errors
/// See [`ActError`].
pub async fn act_on_case(
    house: &House,
    id: CaseId,
    action: &Action,
    wish: &Wish<'_>,
    answer: Answer<'_, Case>,
) -> Result<Case, ActError> {
    answered_before(house, wish).await?;
    let mut wish = wish.clone();
    checks::before(house, id, action, &mut wish).await?;
    put(house, id, action, &wish, answer).await
}

/// Decides, and decides again while others are faster.
async fn put(
    house: &House,
    id: CaseId,
    action: &Action,
    wish: &Wish<'_>,
    answer: Answer<'_, Case>,
) -> Result<Case, ActError> {
    for _ in 0..TRIES {
        match try_case(house, id, Some(action), wish, answer).await {
            Err(ActError::Store(StoreError::Conflict)) => {}
            Err(ActError::Store(StoreError::KeyTaken)) => answered_before(house, wish).await?,
            other => return other,
        }
    }
    Err(ActError::Store(StoreError::Unavailable(
        "too many others act on this case at once".to_owned(),
    )))
}

/// Writes down what time has done to a case; used by the deadline clerk.
///
/// # Errors
/// See [`ActError`].
pub async fn let_time_act_on_case(house: &House, id: CaseId) -> Result<(), ActError> {
    let system = Actor::system();
    match try_case(house, id, None, &Wish::of(&system), &|_| Vec::new()).await {
        // Another instance wrote it down: so much the better.
        Ok(_) | Err(ActError::Store(StoreError::Conflict)) => Ok(()),
        Err(other) => Err(other),
    }
}

async fn try_case(
    house: &House,
    id: CaseId,
    action: Option<&Action>,
    wish: &Wish<'_>,
    answer: Answer<'_, Case>,
) -> Result<Case, ActError> {
    let now = house.clock.now();
    let (loaded, around) = load_case(house, id, action, wish.actor, now).await?;
    let Loaded {
        mut subject,
        head,
        pending: mut events,
    } = loaded;
    let born = subject.version > 0;
    if born && action.is_some() && workflow::visibility::roles_on(&subject, wish.actor).is_empty() {
        return Err(ActError::NotFound);
    }
    if wish.seen.is_some_and(|seen| seen != subject.version) {
        return Err(ActError::ActedFirst(subject.version));
    }
    if let Some(action) = action {
        let granted = workflow::decide(&subject, wish.actor, action, &around, now)?;
        if !born {
            subject = begin(id, &granted.happenings, now).ok_or(ActError::NotFound)?;
        }
        events.extend(workflow::record(
            &mut subject,
            granted,
            wish.actor,
            now,
            now,
            &mut EventId::fresh,
        ));
        events.extend(take_time(&mut subject, &around, now)?);
    }
    if events.is_empty() || wish.dry_run {
        return Ok(subject);
    }
    logged::may_take_effect(house, &events)?;
    let letters = letters::of_case(house, &subject, &events).await?;
    let mut listings = vec![Listing::Case(Box::new(CaseListing::of(&subject, &around)))];
    let pairs = checks::decided_pairs(&subject, &events).into_iter();
    listings.extend(pairs.map(|pair| Listing::DecidedPair(Box::new(pair))));
    let stream = stream_of(id);
    let keyed = keyed(wish, answer(&subject), now);
    let append = Append {
        stream,
        after: head,
        events: values(&events)?,
    };
    house
        .store
        .commit(Commit {
            appends: vec![append],
            listings,
            letters,
            checks: checks::wished(house, &subject, &events),
            answer: keyed,
            ..Commit::default()
        })
        .await?;
    Ok(subject)
}

fn stream_of(id: CaseId) -> Stream {
    let (kind, id) = (StreamKind::Case, id.0);
    Stream { kind, id }
}

/// A case before its first event, with the terms that its first event brings.
fn begin(id: CaseId, happenings: &[Happening], now: Instant) -> Option<Case> {
    match happenings.first()? {
        Happening::DossierStarted(started) => Some(Case::unborn(id, &started.terms, started.notice, now)),
        _ => None,
    }
}

async fn load_case(
    house: &House,
    id: CaseId,
    action: Option<&Action>,
    actor: &Actor,
    now: Instant,
) -> Result<(Loaded<Case>, Around), ActError> {
    let (stored, head) = house.store.load(stream_of(id)).await?;
    let events: Vec<Event<Happening>> = parsed(stored)?;
    let notice_id = match (subject::fold(id, &events), action) {
        (Some(case), _) => return finish_loading(house, case, head, action, actor, now).await,
        (None, Some(Action::StartDossier(start))) => start.notice,
        _ => return Err(ActError::NotFound),
    };
    // Not yet begun: judged by the notice alone.
    let around = around::of_case(house, id, notice_id, None, action.map(|action| (action, actor))).await?;
    let terms = around.notice.as_ref().and_then(|notice| notice.terms_at(now));
    let notice_open = || Refusal::condition("D-01", "notice_open", "The notice is not open for dossiers.");
    let terms = terms.ok_or_else(notice_open)?;
    let mut subject = Case::unborn(id, &terms, notice_id, now);
    subject.organisation = match action {
        Some(Action::StartDossier(start)) => start.on_behalf_of.unwrap_or(actor.organisation),
        _ => actor.organisation,
    };
    subject.sponsor = actor
        .is(crate::domain::people::Role::Sponsor)
        .then_some(actor.organisation);
    Ok((
        Loaded {
            subject,
            head,
            pending: Vec::new(),
        },
        around,
    ))
}

async fn finish_loading(
    house: &House,
    mut case: Case,
    head: Head,
    action: Option<&Action>,
    actor: &Actor,
    now: Instant,
) -> Result<(Loaded<Case>, Around), ActError> {
    let wish = action.map(|action| (action, actor));
    let mut around = around::of_case(house, case.id, case.notice, Some(&case), wish).await?;
    around.entry_now = around::entry_now(house, &case, action).await?;
    let pending = take_time(&mut case, &around, now)?;
    Ok((
        Loaded {
            subject: case,
            head,
            pending,
        },
        around,
    ))
}

async fn answered_before(house: &House, wish: &Wish<'_>) -> Result<(), ActError> {
    let Some(key) = &wish.key else { return Ok(()) };
    match house.store.keyed_answer(wish.actor.person, &key.key).await? {
        Some(answer) if answer.request == key.request => Err(ActError::Answered(Box::new(answer))),
        Some(_) => Err(ActError::KeyReused),
        None => Ok(()),
    }
}

fn keyed(wish: &Wish<'_>, body: Vec<u8>, at: Instant) -> Option<KeyedAnswer> {
    let person: PersonId = wish.actor.person;
    let RequestKey { key, request } = wish.key.clone()?;
    Some(KeyedAnswer {
        person,
        key,
        request,
        status: 200,
        body,
        at,
    })
}

fn unavailable() -> ActError {
    ActError::Store(StoreError::Unavailable("the directory cannot be written".to_owned()))
}

/// Stored events, read. What is stored and cannot be read is corrupt, never skipped.
pub(crate) fn parsed<H: serde::de::DeserializeOwned>(
    stored: Vec<serde_json::Value>,
) -> Result<Vec<Event<H>>, StoreError> {
    let corrupt = |error: serde_json::Error| StoreError::Corrupt(format!("an event cannot be read: {error}"));
    stored
        .into_iter()
        .map(|value| serde_json::from_value(value).map_err(corrupt))
        .collect()
}

fn values<H: serde::Serialize>(events: &[Event<H>]) -> Result<Vec<serde_json::Value>, StoreError> {
    let unwritable = |error: serde_json::Error| StoreError::Corrupt(format!("an event cannot be written: {error}"));
    events
        .iter()
        .map(|event| serde_json::to_value(event).map_err(unwritable))
        .collect()
}
