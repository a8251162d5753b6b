//! What the waivers under a notice make of its ceiling.

use super::{
    Store, StoreError,
    commit::{Stream, StreamKind},
    rows::instant,
};
use crate::domain::{Instant, id::NoticeId};

impl Store {
    /// Everything authorised under a notice, in thousandths of the base unit, and when the last waiver was issued.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn authorised_total(&self, notice: NoticeId) -> Result<(i64, Option<Instant>), StoreError> {
        let sql = "SELECT CAST(coalesce(sum(authorised_milli), 0) AS BIGINT) AS total, \
                   max(waiver_issued_at) AS issued_at FROM case_listing WHERE notice = $1";
        let rows = self.select(sql, vec![notice.0.into()]).await?;
        let Some(row) = rows.first() else { return Ok((0, None)) };
        let issued_at: Option<i64> = row.try_get("", "issued_at")?;
        Ok((row.try_get("", "total")?, issued_at.map(instant)))
    }

    /// Published notices whose ceiling is used up.
    pub(super) async fn used_up_notices(&self, limit: u32) -> Result<Vec<Stream>, StoreError> {
        let sql = format!(
            "SELECT n.id FROM notice_listing n WHERE n.state = 'published' AND n.ceiling_milli <= \
             (SELECT sum(c.authorised_milli) FROM case_listing c WHERE c.notice = n.id) LIMIT {limit}"
        );
        let rows = self.select(&sql, Vec::new()).await?;
        let stream = |row: &sea_orm::QueryResult| -> Result<Stream, StoreError> {
            Ok(Stream {
                kind: StreamKind::Notice,
                id: row.try_get("", "id")?,
            })
        };
        rows.iter().map(stream).collect()
    }
}
