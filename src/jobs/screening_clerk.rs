//! Makes the checks that wait: of single cases, and of everything that is live after a list has changed.

use crate::{
    domain::{Instant, id::CaseId, people::Actor},
    engine::lists::{difference, entries_of},
    house::House,
    process::{
        ActError,
        checks::{Changed, check, concerned},
        lists::act_on_list,
    },
    store::checks::{Job, JobKind},
    workflow::{
        action::ScreeningTrigger,
        list::{ListAction, Rescreening},
    },
};
use jiff::SignedDuration;

/// How long nobody else takes a check that one clerk has taken.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// Cases after which progress is noted.
const STRIDE: usize = 20;
/// Minutes until a check that failed is made again, and how often.
const AGAIN_MINUTES: i64 = 5;
const TRIES: i64 = 12;

fn later(now: Instant, wait: SignedDuration) -> Instant {
    now.checked_add(wait).unwrap_or(Instant::MAX)
}

/// One round; how many checks were made.
///
/// # Errors
/// When the store does not answer.
pub async fn tick(house: &House) -> anyhow::Result<usize> {
    if house.screener.engine.is_none() {
        return Ok(0);
    }
    let now = house.clock.now();
    let jobs = house.store.claim_checks(now, later(now, LEASE), 10).await?;
    for job in &jobs {
        let (mut job, now) = (job.clone(), house.clock.now());
        let ended = match job.kind {
            JobKind::Case => of_case(house, &mut job).await,
            JobKind::List => of_list(house, &mut job).await,
        };
        let again = match &ended {
            Ok(None) => None,
            Ok(Some(failure)) => Some(failure.clone()),
            Err(error) => Some(error.to_string()),
        };
        let again = again.as_deref().filter(|_| job.attempts < TRIES);
        let again = again.map(|why| (later(now, SignedDuration::from_mins(AGAIN_MINUTES)), why));
        house.store.check_ended(&job, now, again).await?;
    }
    Ok(jobs.len())
}

/// One case; why it failed, if it did.
async fn of_case(house: &House, job: &mut Job) -> Result<Option<String>, ActError> {
    job.total = 1;
    let quiet = job.attempts > 1;
    match check(house, CaseId(job.about), job.trigger, None, None, quiet).await {
        Ok(checked) => {
            job.done = 1;
            Ok(checked.and_then(|checked| checked.failure))
        }
        // The case has ended meanwhile: there is nothing left to screen.
        Err(ActError::Refused(_) | ActError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Everything that is live, against what a version changed.
async fn of_list(house: &House, job: &mut Job) -> Result<Option<String>, ActError> {
    let Some(version) = house.store.list_version(job.about).await? else {
        return Ok(None);
    };
    let before = match version.previous {
        Some(previous) => entries_of(&house.store, previous).await?,
        None => Vec::new(),
    };
    let after = entries_of(&house.store, job.about).await?;
    let differs = difference(&before, &after);
    let changed = Changed {
        source: &version.facts.source,
        fresh: differs.fresh.iter().map(|entry| entry.id.clone()).collect(),
        gone: differs.gone.into_iter().collect(),
    };
    let cases = house.store.live_cases().await?;
    let (mut subjects, mut failure) = (0, None);
    (job.total, job.done, job.found) = (cases.len() as i64, 0, 0);
    house.store.check_goes_on(job, later(house.clock.now(), LEASE)).await?;
    for stride in cases.chunks(STRIDE) {
        for case in stride {
            match of_live(house, *case, &changed).await {
                Ok(seen) => {
                    subjects += seen.subjects;
                    job.found += i64::from(seen.concerned);
                    failure = failure.or(seen.failure);
                }
                Err(ActError::Refused(_) | ActError::NotFound) => {}
                Err(error) => return Err(error),
            }
            job.done += 1;
        }
        house.store.check_goes_on(job, later(house.clock.now(), LEASE)).await?;
    }
    if failure.is_none() {
        let done = Rescreening {
            version: job.about,
            cases: cases.len() as u64,
            subjects,
            concerned: u64::try_from(job.found).unwrap_or(0),
        };
        act_on_list(
            house,
            changed.source,
            &ListAction::FinishRescreening(done),
            &Actor::system(),
        )
        .await?;
    }
    Ok(failure)
}

struct Live {
    subjects: u64,
    concerned: bool,
    failure: Option<String>,
}

async fn of_live(house: &House, case: CaseId, changed: &Changed<'_>) -> Result<Live, ActError> {
    let (subjects, touched) = concerned(house, case, changed).await?;
    let checked = if touched.is_empty() {
        None
    } else {
        check(house, case, ScreeningTrigger::ListChange, None, Some(&touched), false).await?
    };
    Ok(Live {
        subjects: subjects as u64,
        concerned: !touched.is_empty(),
        failure: checked.and_then(|checked| checked.failure),
    })
}
