//! Where every history stands, as the log has it.

use super::{
    Store, StoreError,
    commit::{Stream, StreamKind},
    log::fixed,
    plan::with_keeping,
};
use crate::{
    audit::{
        checkpoint::write_hash,
        leaf::open,
        seal::{Last, Lasts, SealFile},
    },
    workflow::log::{LogHappening, LogSeal, stream_of},
};
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};

/// A seal in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSeal {
    pub seal: LogSeal,
    /// Its place in the log.
    pub index: u64,
    pub recorded_at: crate::domain::Instant,
    body: Vec<u8>,
}

impl Store {
    /// The last event of every history, among the first `size` leaves.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn lasts(&self, generation: u32, size: u64) -> Result<Lasts, StoreError> {
        let sql = "SELECT e.stream_kind, e.stream_id, e.seq, e.hash FROM event e JOIN ( \
                   SELECT s.stream_kind, s.stream_id, max(s.seq) AS seq FROM log_leaf l JOIN event s ON s.id = l.event_id \
                   WHERE l.generation = $1 AND l.idx < $2 GROUP BY s.stream_kind, s.stream_id) AS newest \
                   ON newest.stream_kind = e.stream_kind AND newest.stream_id = e.stream_id AND newest.seq = e.seq";
        let values: Vec<Value> = vec![i64::from(generation).into(), (size as i64).into()];
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        let mut lasts = Vec::new();
        for row in self.db().query_all_raw(statement).await? {
            lasts.push(Last {
                kind: row.try_get("", "stream_kind")?,
                stream: row.try_get("", "stream_id")?,
                seq: row.try_get::<i64>("", "seq")? as u32,
                hash: fixed(&row.try_get::<Vec<u8>>("", "hash")?)?,
            });
        }
        Ok(Lasts::new(lasts))
    }

    /// The newest seal among the first `size` leaves.
    ///
    /// # Errors
    /// The database's trouble, or a seal that cannot be read.
    pub async fn newest_seal(&self, generation: u32, origin: &str, size: u64) -> Result<Option<KeptSeal>, StoreError> {
        let sql = "SELECT e.body, e.recorded_at, l.idx FROM event e JOIN log_leaf l ON l.event_id = e.id \
                   WHERE e.stream_kind = $1 AND e.stream_id = $2 AND l.generation = $3 AND l.idx < $4 \
                   ORDER BY e.seq DESC LIMIT 16";
        let values: Vec<Value> = vec![
            StreamKind::Log.word().into(),
            stream_of(origin).into(),
            i64::from(generation).into(),
            (size as i64).into(),
        ];
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        // Besides its seals that history has few other events: its beginning, and changes of the key.
        for row in self.db().query_all_raw(statement).await? {
            if let Some(kept) = kept_seal(&row)? {
                return Ok(Some(kept));
            }
        }
        Ok(None)
    }

    /// How many of these histories' events the log has at or after this place.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn logged_since(&self, generation: u32, index: u64, streams: &[Stream]) -> Result<u64, StoreError> {
        let mut values: Vec<Value> = vec![i64::from(generation).into(), (index as i64).into()];
        let mut pairs = vec!["1 = 0".to_owned()];
        for stream in &with_keeping(streams) {
            let n = values.len();
            pairs.push(format!("(e.stream_kind = ${} AND e.stream_id = ${})", n + 1, n + 2));
            values.extend([stream.kind.word().into(), stream.id.into()]);
        }
        let sql = format!(
            "SELECT count(*) AS n FROM log_leaf l JOIN event e ON e.id = l.event_id \
             WHERE l.generation = $1 AND l.idx >= $2 AND ({})",
            pairs.join(" OR ")
        );
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        let row = self.db().query_one_raw(statement).await?;
        Ok(row.map_or(Ok(0), |row| row.try_get::<i64>("", "n"))?.unsigned_abs())
    }

    /// What a bundle of these histories says of the newest seal.
    ///
    /// # Errors
    /// The database's trouble.
    pub(super) async fn seal_file(
        &self,
        (generation, origin, size): (u32, &str, u64),
        streams: &[Stream],
    ) -> Result<Option<SealFile>, StoreError> {
        let Some(kept) = self.newest_seal(generation, origin, size).await? else {
            return Ok(None);
        };
        let lasts = self.lasts(generation, kept.seal.size).await?;
        let lines = streams
            .iter()
            .filter_map(|stream| lasts.line(stream.kind.word(), stream.id));
        let hashes = self.inclusion_proof(generation, kept.index, size).await?;
        Ok(Some(SealFile {
            body: String::from_utf8(kept.body).map_err(|error| StoreError::Corrupt(error.to_string()))?,
            hashes: hashes.iter().map(write_hash).collect(),
            index: kept.index,
            lines: lines.collect(),
        }))
    }
}

/// The seal in this row, if it is one.
fn kept_seal(row: &QueryResult) -> Result<Option<KeptSeal>, StoreError> {
    let body: Vec<u8> = row.try_get("", "body")?;
    let corrupt = |error: &dyn std::fmt::Display| StoreError::Corrupt(format!("the seal of the log: {error}"));
    let opened = open(&body, &[]).map_err(|error| corrupt(&error))?;
    let happened: LogHappening = serde_json::from_value(opened.event).map_err(|error| corrupt(&error))?;
    let LogHappening::LogSealed(seal) = happened else {
        return Ok(None);
    };
    Ok(Some(KeptSeal {
        seal,
        index: row.try_get::<i64>("", "idx")?.unsigned_abs(),
        recorded_at: super::rows::instant(row.try_get("", "recorded_at")?),
        body,
    }))
}
