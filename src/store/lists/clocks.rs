//! What the statutory clocks of all cases come to: added up by the database, without a history.

use super::{CaseRow, Store, StoreError, case_row, date};
use crate::domain::Date;

/// All cases whose clock has started, by days allowed and by the day on which they were decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockFigures {
    pub allowed: u32,
    /// None: not decided.
    pub decided_on: Option<u32>,
    pub count: u64,
}

/// What the stops for one reason cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    pub reason: String,
    pub days: i64,
    /// Stops that last: since which day of which zone, and how many.
    pub open: Vec<(Date, String, i64)>,
}

impl Store {
    /// Decisions by days taken; errors are the database's trouble.
    pub async fn clock_figures(&self) -> Result<Vec<ClockFigures>, StoreError> {
        let sql = "SELECT clock_days, decided_on_day, COUNT(*) AS cases FROM case_listing WHERE clock_days > 0 \
                   GROUP BY clock_days, decided_on_day";
        let rows = self.select(sql, Vec::new()).await?;
        rows.iter()
            .map(|row| {
                Ok(ClockFigures {
                    allowed: row.try_get::<i32>("", "clock_days")? as u32,
                    decided_on: row.try_get::<Option<i32>>("", "decided_on_day")?.map(|day| day as u32),
                    count: row.try_get::<i64>("", "cases")? as u64,
                })
            })
            .collect()
    }

    /// Days stopped by reason; errors are the database's trouble.
    pub async fn stopped_days(&self) -> Result<Vec<Stopped>, StoreError> {
        let sql = "SELECT reason, CAST(SUM(days) AS BIGINT) AS days FROM case_stop GROUP BY reason ORDER BY reason";
        let mut reasons = Vec::new();
        for row in self.select(sql, Vec::new()).await? {
            reasons.push(Stopped {
                reason: row.try_get("", "reason")?,
                days: row.try_get::<Option<i64>>("", "days")?.unwrap_or_default(),
                open: Vec::new(),
            });
        }
        let sql = "SELECT reason, since, zone, COUNT(*) AS stops FROM case_stop WHERE days IS NULL \
                   GROUP BY reason, since, zone";
        for row in self.select(sql, Vec::new()).await? {
            let reason: String = row.try_get("", "reason")?;
            let (zone, count): (String, i64) = (row.try_get("", "zone")?, row.try_get("", "stops")?);
            let since = date(row.try_get("", "since")?)?;
            if let Some(sum) = reasons.iter_mut().find(|sum| sum.reason == reason) {
                sum.open.extend(since.map(|since| (since, zone, count)));
            }
        }
        Ok(reasons)
    }

    /// What is overdue, the longest first; errors are the database's trouble.
    pub async fn overdue(&self, limit: u32) -> Result<Vec<CaseRow>, StoreError> {
        let sql = format!("SELECT * FROM case_listing WHERE overdue = 1 ORDER BY due, id LIMIT {limit}");
        let rows = self.select(&sql, Vec::new()).await?;
        rows.iter().map(case_row).collect()
    }
}
