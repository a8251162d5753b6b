//! Lists by keyset: newest change first, every filter on an index.

mod clocks;
mod filter;

pub use clocks::{ClockFigures, Stopped};
pub use filter::{CaseFilter, Scope, Sight};

use super::{
    Store, StoreError,
    commit::{Stream, StreamKind},
    rows::{instant, search_words},
};
use crate::{
    domain::{
        Date, Instant,
        id::{CaseId, NoticeId, OrganisationId, PersonId},
    },
    workflow::listing::CaseListing,
};
use filter::{Where, Words, conditions};
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};
use serde::Serialize;
use uuid::Uuid;

/// So many cases of one person are sorted faster than found among all.
const FEW: usize = 2_000;
/// And so many with a word, where another condition may leave none of them.
const MANY: usize = 20_000;

/// A row of a list of cases.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CaseRow {
    pub id: CaseId,
    pub reference: Option<String>,
    pub notice: NoticeId,
    pub notice_number: String,
    pub organisation: OrganisationId,
    pub applicant: String,
    pub state: String,
    pub outcome: Option<String>,
    pub clock: String,
    #[schema(value_type = Option<String>, format = Date)]
    pub due: Option<Date>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub lapses_at: Option<Instant>,
    #[serde(skip)]
    pub soon_at: Option<Instant>,
    #[serde(skip)]
    pub next_timer_at: Option<Instant>,
    pub waiver_number: Option<String>,
    pub waiver_state: Option<String>,
    pub authorised_milli: i64,
    pub available_milli: i64,
    pub unit: Option<String>,
    #[serde(skip)]
    pub decided_at: Option<Instant>,
    #[serde(skip)]
    pub decided_on_day: Option<u32>,
    #[serde(skip)]
    pub zone: String,
    #[serde(skip)]
    pub delivered_milli: i64,
    #[serde(skip)]
    pub reserved_milli: i64,
    #[serde(skip)]
    pub validity: Option<(Date, Date)>,
    #[serde(skip)]
    pub clock_days: u32,
    #[serde(skip)]
    pub stopped_days: u32,
    #[serde(skip)]
    pub overdue: bool,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Instant,
    pub version: u32,
}

impl From<CaseListing> for CaseRow {
    fn from(listing: CaseListing) -> Self {
        Self {
            id: listing.id,
            reference: listing.reference,
            notice: listing.notice,
            notice_number: listing.notice_number,
            organisation: listing.organisation,
            applicant: listing.applicant,
            state: listing.state,
            outcome: listing.outcome,
            clock: listing.clock,
            due: listing.due,
            lapses_at: listing.lapses_at,
            soon_at: listing.soon_at,
            next_timer_at: listing.next_timer_at,
            waiver_number: listing.waiver_number,
            waiver_state: listing.waiver_state,
            authorised_milli: listing.authorised_milli,
            available_milli: listing.available_milli,
            unit: listing.unit,
            decided_at: listing.decided_at,
            decided_on_day: listing.decided_on_day,
            zone: listing.zone,
            delivered_milli: listing.delivered_milli,
            reserved_milli: listing.reserved_milli,
            validity: listing.validity,
            clock_days: listing.clock_days,
            stopped_days: listing.stopped_days,
            overdue: listing.overdue,
            updated_at: listing.updated_at,
            version: listing.version,
        }
    }
}

/// A row of a list of notices.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct NoticeRow {
    pub id: NoticeId,
    pub number: String,
    pub authority: String,
    pub state: String,
    pub edition: u32,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_at: Option<Instant>,
    #[schema(value_type = Option<String>, format = Date)]
    pub closes: Option<Date>,
    #[serde(skip)]
    pub next_timer_at: Option<Instant>,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Instant,
    pub version: u32,
}

impl Store {
    pub(super) async fn select(&self, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, StoreError> {
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        Ok(self.db().query_all_raw(statement).await?)
    }

    /// Cases, newest change first.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn cases(&self, filter: &CaseFilter) -> Result<Vec<CaseRow>, StoreError> {
        let few = match filter.worker() {
            Some(person) => self.works_on_few(person).await?,
            None => false,
        };
        let filter = &CaseFilter { few, ..filter.clone() };
        let words = self.words(filter).await?;
        let conditions = conditions(filter, &words);
        let (from, order) = words.walk();
        let sql = format!(
            "SELECT case_listing.* FROM {from}{} ORDER BY {order} LIMIT {}",
            conditions.clause(),
            filter.limit
        );
        self.select(&sql, conditions.values)
            .await?
            .iter()
            .map(case_row)
            .collect()
    }

    /// How the words are looked for, the rarest first. They are counted only as far as it matters.
    async fn words(&self, filter: &CaseFilter) -> Result<Words, StoreError> {
        let most = if filter.is_narrow() { MANY } else { FEW };
        let mut counted = Vec::new();
        for word in filter.text.iter().flat_map(|text| search_words(&[text])) {
            let sql = format!("SELECT 1 FROM case_word WHERE word = $1 LIMIT {}", most + 1);
            counted.push((self.select(&sql, vec![word.clone().into()]).await?.len(), word));
        }
        counted.sort();
        let rarest = counted.first().map_or(0, |(count, _)| *count);
        let words = Words::new(counted.into_iter().map(|(_, word)| word).collect(), filter);
        if rarest <= most {
            return Ok(words.on_few());
        }
        let (sql, values) = words.together(most + 1);
        let together = self.select(&sql, values).await?.len() <= most;
        Ok(if together { words.on_few() } else { words })
    }

    async fn works_on_few(&self, person: PersonId) -> Result<bool, StoreError> {
        let sql = format!("SELECT 1 FROM case_member WHERE person = $1 LIMIT {}", FEW + 1);
        Ok(self.select(&sql, vec![person.0.into()]).await?.len() <= FEW)
    }

    /// The case with this waiver number or certificate code.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn case_by(&self, column: CaseKey, value: &str) -> Result<Option<CaseRow>, StoreError> {
        let sql = format!("SELECT * FROM case_listing WHERE {} = $1", column.column());
        let value = match (column, value.parse::<Uuid>()) {
            (CaseKey::Id, Ok(id)) => id.into(),
            _ => value.into(),
        };
        self.select(&sql, vec![value]).await?.first().map(case_row).transpose()
    }

    /// Notices in these states, newest change first.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn notices(
        &self,
        states: &[&str],
        after: Option<(i64, Uuid)>,
        limit: u32,
    ) -> Result<Vec<NoticeRow>, StoreError> {
        let mut conditions = Where::default();
        if !states.is_empty() {
            conditions.and_any("state", states.iter().map(|state| (*state).into()).collect());
        }
        conditions.after(after);
        let sql = format!(
            "SELECT * FROM notice_listing{} ORDER BY updated_at DESC, id DESC LIMIT {limit}",
            conditions.clause()
        );
        self.select(&sql, conditions.values)
            .await?
            .iter()
            .map(notice_row)
            .collect()
    }

    /// One notice's row.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn notice_row(&self, id: NoticeId) -> Result<Option<NoticeRow>, StoreError> {
        let sql = "SELECT * FROM notice_listing WHERE id = $1";
        let rows = self.select(sql, vec![id.0.into()]).await?;
        rows.first().map(notice_row).transpose()
    }

    /// The newest notice with this number; errors are the database's trouble.
    pub async fn notice_by_number(&self, number: &str) -> Result<Option<NoticeRow>, StoreError> {
        let sql = "SELECT * FROM notice_listing WHERE number = $1 ORDER BY updated_at DESC LIMIT 1";
        let rows = self.select(sql, vec![number.into()]).await?;
        rows.first().map(notice_row).transpose()
    }

    /// Streams for which time has something to do.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn due_streams(&self, now: Instant, limit: u32) -> Result<Vec<Stream>, StoreError> {
        let mut streams = Vec::new();
        for (table, kind) in [
            ("notice_listing", StreamKind::Notice),
            ("case_listing", StreamKind::Case),
        ] {
            let sql = format!("SELECT id FROM {table} WHERE next_timer_at <= $1 ORDER BY next_timer_at LIMIT {limit}");
            for row in self.select(&sql, vec![now.as_microsecond().into()]).await? {
                streams.push(Stream {
                    kind,
                    id: row.try_get("", "id")?,
                });
            }
        }
        streams.extend(self.used_up_notices(limit).await?);
        // Dossiers that ended with their notice.
        let sql = format!(
            "SELECT c.id FROM case_listing c JOIN notice_listing n ON n.id = c.notice WHERE n.state = 'withdrawn' \
             AND c.state IN ('draft', 'submitted', 'completeness', 'returned', 'under_review', 'deliberation') LIMIT {limit}"
        );
        for row in self.select(&sql, Vec::new()).await? {
            streams.push(Stream {
                kind: StreamKind::Case,
                id: row.try_get("", "id")?,
            });
        }
        Ok(streams)
    }

    /// Organisations with a case under this notice, for letters to its submitters.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn organisations_under(&self, notice: NoticeId) -> Result<Vec<OrganisationId>, StoreError> {
        let sql = "SELECT DISTINCT organisation FROM case_listing WHERE notice = $1";
        let rows = self.select(sql, vec![notice.0.into()]).await?;
        rows.iter()
            .map(|row| Ok(OrganisationId(row.try_get("", "organisation")?)))
            .collect()
    }

    /// Every stream of this kind.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn streams(&self, kind: StreamKind) -> Result<Vec<Stream>, StoreError> {
        let sql = "SELECT stream_id FROM event WHERE stream_kind = $1 AND seq = 1 ORDER BY recorded_at, stream_id";
        let rows = self.select(sql, vec![kind.word().into()]).await?;
        rows.iter()
            .map(|row| {
                Ok(Stream {
                    kind,
                    id: row.try_get("", "stream_id")?,
                })
            })
            .collect()
    }
}

/// By what a single case is looked up.
#[derive(Clone, Copy, Debug)]
pub enum CaseKey {
    Reference,
    WaiverNumber,
    VerifyCode,
    Id,
}

impl CaseKey {
    fn column(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::WaiverNumber => "waiver_number",
            Self::VerifyCode => "verify_code",
            Self::Id => "id",
        }
    }
}

fn date(text: Option<String>) -> Result<Option<Date>, StoreError> {
    let corrupt = |_| StoreError::Corrupt("a date cannot be read".to_owned());
    text.map(|text| text.parse().map_err(corrupt)).transpose()
}

fn case_row(row: &QueryResult) -> Result<CaseRow, StoreError> {
    let at =
        |name: &str| -> Result<Option<Instant>, StoreError> { Ok(row.try_get::<Option<i64>>("", name)?.map(instant)) };
    Ok(CaseRow {
        id: CaseId(row.try_get("", "id")?),
        reference: row.try_get("", "reference")?,
        notice: NoticeId(row.try_get("", "notice")?),
        notice_number: row.try_get("", "notice_number")?,
        organisation: OrganisationId(row.try_get("", "organisation")?),
        applicant: row.try_get("", "applicant")?,
        state: row.try_get("", "state")?,
        outcome: row.try_get("", "outcome")?,
        clock: row.try_get("", "clock")?,
        due: date(row.try_get("", "due")?)?,
        lapses_at: at("lapses_at")?,
        soon_at: at("soon_at")?,
        next_timer_at: at("next_timer_at")?,
        waiver_number: row.try_get("", "waiver_number")?,
        waiver_state: row.try_get("", "waiver_state")?,
        authorised_milli: row.try_get("", "authorised_milli")?,
        available_milli: row.try_get("", "available_milli")?,
        unit: row.try_get("", "unit")?,
        decided_at: at("decided_at")?,
        decided_on_day: row.try_get::<Option<i32>>("", "decided_on_day")?.map(|day| day as u32),
        zone: row
            .try_get::<Option<String>>("", "zone")?
            .unwrap_or_else(|| "UTC".to_owned()),
        delivered_milli: row.try_get("", "delivered_milli")?,
        reserved_milli: row.try_get("", "reserved_milli")?,
        validity: date(row.try_get("", "valid_from")?)?.zip(date(row.try_get("", "valid_to")?)?),
        clock_days: row.try_get::<Option<i32>>("", "clock_days")?.unwrap_or_default() as u32,
        stopped_days: row.try_get::<i32>("", "stopped_days")? as u32,
        overdue: row.try_get::<i32>("", "overdue")? != 0,
        updated_at: instant(row.try_get("", "updated_at")?),
        version: row.try_get::<i64>("", "version")? as u32,
    })
}

fn notice_row(row: &QueryResult) -> Result<NoticeRow, StoreError> {
    let published: Option<i64> = row.try_get("", "published_at")?;
    Ok(NoticeRow {
        id: NoticeId(row.try_get("", "id")?),
        number: row.try_get("", "number")?,
        authority: row.try_get("", "authority")?,
        state: row.try_get("", "state")?,
        edition: row.try_get::<i64>("", "edition")? as u32,
        published_at: published.map(instant),
        closes: date(row.try_get("", "closes")?)?,
        next_timer_at: row.try_get::<Option<i64>>("", "next_timer_at")?.map(instant),
        updated_at: instant(row.try_get("", "updated_at")?),
        version: row.try_get::<i64>("", "version")? as u32,
    })
}
