//! Checks that wait to be made: of one case, or of everything that is live after a list has changed.

use super::{
    Store, StoreError,
    rows::{instant, read_word, word},
    screening::run,
};
use crate::{
    domain::{Instant, id::CaseId},
    workflow::action::ScreeningTrigger,
};
use sea_orm::{ConnectionTrait, QueryResult};
use serde::Serialize;
use uuid::Uuid;

/// What a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// One case.
    Case,
    /// Every live case, after this version of a list came into force.
    List,
}

/// A wish that something be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobWish {
    pub kind: JobKind,
    pub about: Uuid,
    pub trigger: ScreeningTrigger,
    pub at: Instant,
}

impl JobWish {
    /// A check of this case.
    #[must_use]
    pub fn of_case(case: CaseId, trigger: ScreeningTrigger, at: Instant) -> Self {
        let (kind, about) = (JobKind::Case, case.0);
        Self {
            kind,
            about,
            trigger,
            at,
        }
    }
}

/// A check that waits, runs or is done.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Job {
    pub kind: JobKind,
    /// The case, or the version of a list.
    #[schema(value_type = String)]
    pub about: Uuid,
    pub trigger: ScreeningTrigger,
    /// `queued`, `running` or `done`.
    pub state: String,
    #[serde(skip)]
    pub wanted: i64,
    pub attempts: i64,
    /// Cases that were looked at, of how many, and in how many something changed.
    pub done: i64,
    pub total: i64,
    pub found: i64,
    #[schema(value_type = String, format = DateTime)]
    pub queued_at: Instant,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Instant>,
    pub trouble: Option<String>,
}

pub(super) async fn write_job(db: &impl ConnectionTrait, job: &JobWish) -> Result<(), StoreError> {
    let sql = "INSERT INTO screening_job (kind, about, reason, state, wanted, due_at, attempts, done, total, found, queued_at) \
               VALUES ($1, $2, $3, 'queued', 1, $4, 0, 0, 0, 0, $4) ON CONFLICT (kind, about) DO UPDATE SET \
               reason = excluded.reason, state = 'queued', wanted = screening_job.wanted + 1, due_at = excluded.due_at, \
               attempts = 0, done = 0, total = 0, found = 0, queued_at = excluded.queued_at, finished_at = NULL, trouble = NULL";
    let at = job.at.as_microsecond();
    run(
        db,
        sql,
        vec![
            word(&job.kind).into(),
            job.about.into(),
            word(&job.trigger).into(),
            at.into(),
        ],
    )
    .await
    .map(|_| ())
}

impl Store {
    /// Wishes a check.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn want_check(&self, job: &JobWish) -> Result<(), StoreError> {
        write_job(self.db(), job).await
    }

    /// Takes the checks that are due; nobody else gets them before `lease`.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn claim_checks(&self, now: Instant, lease: Instant, limit: u32) -> Result<Vec<Job>, StoreError> {
        let sql = format!(
            "UPDATE screening_job SET state = 'running', due_at = $2, attempts = attempts + 1 WHERE (kind, about) IN \
             (SELECT kind, about FROM screening_job WHERE state <> 'done' AND due_at <= $1 ORDER BY due_at LIMIT {limit}) \
             AND state <> 'done' AND due_at <= $1 RETURNING *"
        );
        let rows = self
            .rows_of(&sql, vec![now.as_microsecond().into(), lease.as_microsecond().into()])
            .await?;
        rows.iter().map(job).collect()
    }

    /// How far a check has come; keeps it from being taken over.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn check_goes_on(&self, job: &Job, lease: Instant) -> Result<(), StoreError> {
        let sql = "UPDATE screening_job SET done = $3, total = $4, found = $5, due_at = $6 WHERE kind = $1 AND about = $2 AND wanted = $7";
        let values = vec![
            word(&job.kind).into(),
            job.about.into(),
            job.done.into(),
            job.total.into(),
            job.found.into(),
            lease.as_microsecond().into(),
            job.wanted.into(),
        ];
        run(self.db(), sql, values).await.map(|_| ())
    }

    /// It is made (or is to be tried again, and why). A wish that came meanwhile stays.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn check_ended(&self, job: &Job, now: Instant, again: Option<(Instant, &str)>) -> Result<(), StoreError> {
        let (state, due, finished) = match again {
            Some((at, _)) => ("queued", at, None),
            None => ("done", now, Some(now.as_microsecond())),
        };
        let sql = "UPDATE screening_job SET state = $3, due_at = $4, finished_at = $5, trouble = $6, done = $7, total = $8, found = $9 \
                   WHERE kind = $1 AND about = $2 AND wanted = $10";
        let values = vec![
            word(&job.kind).into(),
            job.about.into(),
            state.into(),
            due.as_microsecond().into(),
            finished.into(),
            again.map(|(_, why)| why.to_owned()).into(),
            job.done.into(),
            job.total.into(),
            job.found.into(),
            job.wanted.into(),
        ];
        run(self.db(), sql, values).await.map(|_| ())
    }

    /// The check of this case or list, if one was ever wished.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn check_of(&self, kind: JobKind, about: Uuid) -> Result<Option<Job>, StoreError> {
        let sql = "SELECT * FROM screening_job WHERE kind = $1 AND about = $2";
        let rows = self.rows_of(sql, vec![word(&kind).into(), about.into()]).await?;
        rows.first().map(job).transpose()
    }

    /// The newest checks: every list's, and those of cases that are not done.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn checks_under_way(&self) -> Result<Vec<Job>, StoreError> {
        let sql =
            "SELECT * FROM screening_job WHERE state <> 'done' OR kind = 'list' ORDER BY queued_at DESC LIMIT 100";
        self.rows_of(sql, Vec::new()).await?.iter().map(job).collect()
    }

    /// Cases that are alive: under way, or with a waiver that is not over.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn live_cases(&self) -> Result<Vec<CaseId>, StoreError> {
        let sql = "SELECT id FROM case_listing WHERE submitted_at IS NOT NULL AND (state IN ('submitted', 'completeness', \
                   'returned', 'under_review', 'deliberation') OR (state = 'decided' AND (waiver_state IN \
                   ('pending_issue', 'active', 'suspended', 'exhausted', 'expired') OR (waiver_state IS NULL AND \
                   outcome LIKE 'approved%') OR outcome = 'deemed_approved'))) ORDER BY submitted_at, id";
        let rows = self.rows_of(sql, Vec::new()).await?;
        rows.iter().map(|row| Ok(CaseId(row.try_get("", "id")?))).collect()
    }
}

fn job(row: &QueryResult) -> Result<Job, StoreError> {
    let (kind, trigger): (String, String) = (row.try_get("", "kind")?, row.try_get("", "reason")?);
    Ok(Job {
        kind: if kind == "list" { JobKind::List } else { JobKind::Case },
        about: row.try_get("", "about")?,
        trigger: read_word(&trigger)?,
        state: row.try_get("", "state")?,
        wanted: row.try_get("", "wanted")?,
        attempts: row.try_get("", "attempts")?,
        done: row.try_get("", "done")?,
        total: row.try_get("", "total")?,
        found: row.try_get("", "found")?,
        queued_at: instant(row.try_get("", "queued_at")?),
        finished_at: row.try_get::<Option<i64>>("", "finished_at")?.map(instant),
        trouble: row.try_get("", "trouble")?,
    })
}
