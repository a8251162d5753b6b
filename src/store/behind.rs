//! Rows of cases that were written before the lists had all their columns.

use super::{Store, StoreError, db, rows};
use crate::{domain::id::CaseId, workflow::listing::CaseListing};
use sea_orm::{ConnectionTrait, Statement, TransactionTrait, Value};
use uuid::Uuid;

const BEHIND: &str = "(zone IS NULL OR clock_days IS NULL OR (lapses_at IS NOT NULL AND soon_at IS NULL))";

impl Store {
    /// The next cases whose rows lack columns: every row that is written whole has the official zone, says how long
    /// its clock may take (0: there is none yet), and from when on a running clock is urgent.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn cases_behind(&self, after: Option<CaseId>, limit: u32) -> Result<Vec<CaseId>, StoreError> {
        let sql = format!("SELECT id FROM case_listing WHERE {BEHIND} AND id > $1 ORDER BY id LIMIT {limit}");
        let after = after.map_or(Uuid::nil(), |id| id.0);
        let rows = self.select(&sql, vec![after.into()]).await?;
        rows.iter().map(|row| Ok(CaseId(row.try_get("", "id")?))).collect()
    }

    /// Fills these rows; one that somebody has written since stays as it is. How many were filled.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn fill_case_rows(&self, listings: &[CaseListing]) -> Result<usize, StoreError> {
        let work = self.db().begin_with_options(db::writing()).await?;
        let mut filled = 0;
        for listing in listings {
            let sql = format!("UPDATE case_listing SET zone = $1 WHERE id = $2 AND version = $3 AND {BEHIND}");
            let values: [Value; 3] = [
                listing.zone.clone().into(),
                listing.id.0.into(),
                i64::from(listing.version).into(),
            ];
            let statement = Statement::from_sql_and_values(work.get_database_backend(), sql, values);
            if work.execute_raw(statement).await?.rows_affected() == 1 {
                rows::case_listing(&work, listing).await?;
                filled += 1;
            }
        }
        work.commit().await?;
        Ok(filled)
    }
}
