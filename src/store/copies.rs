//! Many copies of the cases that are there, for measurements: rows of lists and the first event of each, no history.

use super::{Store, StoreError};
use sea_orm::{ConnectionTrait, DbBackend, Statement, TransactionTrait};

/// Which copy is of what; the copies follow each other by a minute, the newest first.
const WHICH: &str = "
CREATE TEMP TABLE copy AS
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1),
  source AS (SELECT id, row_number() OVER (ORDER BY reference) - 1 AS k, count(*) OVER () AS total
             FROM case_listing WHERE submitted_at IS NOT NULL)
SELECT randomblob(16) AS id, source.id AS source, n.i AS n FROM n JOIN source ON source.k = n.i % source.total";

const ROWS: [&str; 7] = [
    "INSERT INTO case_listing (id, reference, notice, notice_number, organisation, applicant, state, outcome, clock, due, \
     lapses_at, next_timer_at, waiver_number, waiver_state, verify_code, authorised_milli, available_milli, unit, \
     submitted_at, updated_at, version, decided_at, decided_on_day, zone, delivered_milli, reserved_milli, valid_from, \
     valid_to, submitting_unit, soon_at, clock_days, stopped_days, overdue) \
     SELECT copy.id, 'X-' || n, notice, notice_number, organisation, applicant, state, outcome, clock, due, lapses_at, \
     NULL, CASE WHEN waiver_number IS NULL THEN NULL ELSE 'XW-' || n END, waiver_state, \
     CASE WHEN verify_code IS NULL THEN NULL ELSE 'XV-' || n END, authorised_milli, available_milli, unit, submitted_at, \
     updated_at - n * 60000000, version, decided_at, decided_on_day, zone, delivered_milli, reserved_milli, valid_from, \
     valid_to, submitting_unit, soon_at, clock_days, stopped_days, overdue FROM copy JOIN case_listing c ON c.id = copy.source",
    "INSERT INTO case_member (case_id, person, role) \
     SELECT copy.id, person, role FROM copy JOIN case_member m ON m.case_id = copy.source",
    "INSERT INTO case_country (case_id, country) \
     SELECT copy.id, country FROM copy JOIN case_country m ON m.case_id = copy.source",
    "INSERT INTO case_word (case_id, word, changed_at) SELECT copy.id, word, changed_at - n * 60000000 \
     FROM copy JOIN case_word m ON m.case_id = copy.source",
    "INSERT INTO case_stop (case_id, number, reason, since, zone, days) SELECT copy.id, number, reason, since, zone, days \
     FROM copy JOIN case_stop m ON m.case_id = copy.source",
    "INSERT INTO case_sight (case_id, kind, who) \
     SELECT copy.id, kind, who FROM copy JOIN case_sight m ON m.case_id = copy.source",
    "INSERT INTO event (id, stream_kind, stream_id, seq, body, hash, recorded_at) \
     SELECT randomblob(16), stream_kind, copy.id, 1, body, hash, recorded_at - n * 1000 \
     FROM copy JOIN event e ON e.stream_kind = 'case' AND e.stream_id = copy.source AND e.seq = 1",
];

impl Store {
    /// Fills the lists with this many copies. For a database that is thrown away.
    ///
    /// # Errors
    /// The database's trouble; `Corrupt` on anything but SQLite.
    pub async fn fill_with_copies(&self, count: u32) -> Result<(), StoreError> {
        if self.db().get_database_backend() != DbBackend::Sqlite {
            return Err(StoreError::Corrupt("copies are made in SQLite only".to_owned()));
        }
        let work = self.db().begin().await?;
        work.execute_raw(Statement::from_sql_and_values(
            DbBackend::Sqlite,
            WHICH,
            [i64::from(count).into()],
        ))
        .await?;
        for sql in ROWS {
            work.execute_raw(Statement::from_string(DbBackend::Sqlite, sql)).await?;
        }
        Ok(work.commit().await?)
    }
}
