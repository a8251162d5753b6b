//! Histories read stream by stream, for exports and for checking.

use super::{
    Store, StoreError,
    commit::{Stream, StreamKind},
    log::fixed,
    private::Opener,
};
use crate::{
    audit::{
        chain::Chain,
        export::{ExportHeader, ExportKind, Lines, Manifest},
        leaf::PrivateValue,
    },
    domain::{Instant, text::is_formula},
};
use sea_orm::{ConnectionTrait, Statement, Value};
use std::io::Write;
use uuid::Uuid;

/// What an export is of.
#[derive(Clone, Debug)]
pub enum Selection {
    /// The whole history of these streams.
    Streams(Vec<Stream>),
    /// Everything recorded from one instant to before another.
    Period(Instant, Instant),
}

/// One event as it lies in the database.
pub(super) struct Stored {
    pub id: Uuid,
    pub seq: i64,
    pub recorded_at: i64,
    pub body: Vec<u8>,
    pub hash: [u8; 32],
    pub private: Vec<PrivateValue>,
}

fn corrupt(error: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

impl Store {
    pub(super) async fn stored(&self, stream: Stream) -> Result<Vec<Stored>, StoreError> {
        let backend = self.db().get_database_backend();
        let values: Vec<Value> = vec![stream.kind.word().into(), stream.id.into()];
        let mut private = Opener::new(self.vault()).history(self.db(), stream).await?;
        let sql =
            "SELECT id, seq, recorded_at, body, hash FROM event WHERE stream_kind = $1 AND stream_id = $2 ORDER BY seq";
        let rows = self
            .db()
            .query_all_raw(Statement::from_sql_and_values(backend, sql, values))
            .await?;
        let stored = rows.into_iter().map(|row| {
            let (id, hash): (Uuid, Vec<u8>) = (row.try_get("", "id")?, row.try_get("", "hash")?);
            let (body, recorded_at) = (row.try_get("", "body")?, row.try_get("", "recorded_at")?);
            let private = private.remove(&id).unwrap_or_default();
            Ok(Stored {
                id,
                seq: row.try_get("", "seq")?,
                recorded_at,
                body,
                hash: fixed(&hash)?,
                private,
            })
        });
        stored.collect()
    }

    /// Streams with something recorded in this period, by kind and id.
    async fn streams_within(&self, from: Instant, to: Instant) -> Result<Vec<Stream>, StoreError> {
        let sql = "SELECT DISTINCT stream_kind, stream_id FROM event WHERE recorded_at >= $1 AND recorded_at < $2 \
                   ORDER BY stream_kind, stream_id";
        let values: Vec<Value> = vec![from.as_microsecond().into(), to.as_microsecond().into()];
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        let rows = self.db().query_all_raw(statement).await?;
        let stream = |row: &sea_orm::QueryResult| {
            let kind: String = row.try_get("", "stream_kind")?;
            let kind = StreamKind::from_word(&kind).ok_or_else(|| corrupt(format!("a stream of kind “{kind}”")))?;
            Ok(Stream {
                kind,
                id: row.try_get("", "stream_id")?,
            })
        };
        rows.iter().map(stream).collect()
    }

    /// Writes an export that can be verified offline. Memory grows with the longest single history only.
    ///
    /// # Errors
    /// When the database is damaged or `out` does not take it.
    pub async fn export(
        &self,
        selection: &Selection,
        made: &ExportHeader,
        out: &mut (dyn Write + Send),
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Manifest, StoreError> {
        let (kind, mut streams, filter) = match selection {
            Selection::Streams(streams) => {
                let names: Vec<String> = streams.iter().map(|s| format!("{}:{}", s.kind.word(), s.id)).collect();
                (
                    ExportKind::Case,
                    streams.clone(),
                    serde_json::json!({ "streams": names }),
                )
            }
            Selection::Period(from, to) => {
                let filter = serde_json::json!({ "from": from.to_string(), "to": to.to_string() });
                (ExportKind::Period, self.streams_within(*from, *to).await?, filter)
            }
        };
        streams.sort_by_key(|stream| (stream.kind.word(), stream.id));
        streams.dedup();
        let mut buffer = Vec::new();
        let mut lines = Lines::begin(kind, &filter, made, &mut buffer).map_err(corrupt)?;
        let mut written = 0;
        for stream in streams {
            let mut chain = if kind == ExportKind::Case {
                Chain::of_whole_streams()
            } else {
                Chain::of_parts()
            };
            for event in self
                .stored(stream)
                .await?
                .into_iter()
                .filter(|event| selection.takes(event.recorded_at))
            {
                let known: &[PrivateValue] = if made.withhold { &[] } else { &event.private };
                let opened = chain.next(&event.body, &event.hash, known).map_err(corrupt)?;
                lines
                    .event(&event.body, &event.hash, known, opened.withheld, &mut buffer)
                    .map_err(corrupt)?;
                written += 1;
                progress(written);
            }
            if let Some(tail) = chain.tail() {
                lines.end_of_stream(tail, &mut buffer).map_err(corrupt)?;
            }
            out.write_all(&buffer).map_err(corrupt)?;
            buffer.clear();
        }
        let manifest = lines.finish(&mut buffer).map_err(corrupt)?;
        out.write_all(&buffer).map_err(corrupt)?;
        Ok(manifest)
    }

    /// The same as a table for spreadsheets. A cell that a spreadsheet would calculate is written as text.
    ///
    /// # Errors
    /// When the database is damaged or `out` does not take it.
    pub async fn export_csv(&self, selection: &Selection, out: &mut (dyn Write + Send)) -> Result<u64, StoreError> {
        let mut streams = match selection {
            Selection::Streams(streams) => streams.clone(),
            Selection::Period(from, to) => self.streams_within(*from, *to).await?,
        };
        streams.sort_by_key(|stream| (stream.kind.word(), stream.id));
        out.write_all("\u{feff}".as_bytes()).map_err(corrupt)?;
        let mut table = csv::Writer::from_writer(out);
        table.write_record(CSV_COLUMNS).map_err(corrupt)?;
        let mut rows = 0;
        for stream in streams {
            for event in self
                .stored(stream)
                .await?
                .into_iter()
                .filter(|event| selection.takes(event.recorded_at))
            {
                table.write_record(csv_cells(stream, &event)?).map_err(corrupt)?;
                rows += 1;
            }
        }
        table.flush().map_err(corrupt)?;
        Ok(rows)
    }
}

impl Selection {
    fn takes(&self, recorded_at: i64) -> bool {
        match self {
            Self::Streams(_) => true,
            Self::Period(from, to) => (from.as_microsecond()..to.as_microsecond()).contains(&recorded_at),
        }
    }
}

const CSV_COLUMNS: [&str; 14] = [
    "stream_kind",
    "stream",
    "seq",
    "event",
    "type",
    "rule",
    "effective_at",
    "recorded_at",
    "person",
    "role",
    "delegation",
    "to",
    "clock",
    "hash",
];

fn csv_cells(stream: Stream, event: &Stored) -> Result<Vec<String>, StoreError> {
    let body: serde_json::Value = serde_json::from_slice(&event.body).map_err(corrupt)?;
    let at = |pointer: &str| match body.pointer(pointer) {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(serde_json::Value::Array(items)) => items
            .iter()
            .filter_map(|item| item.as_str())
            .collect::<Vec<_>>()
            .join("; "),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let cells = [
        stream.kind.word().to_owned(),
        stream.id.to_string(),
        at("/seq"),
        event.id.to_string(),
        at("/type"),
        at("/rule"),
        at("/effective_at"),
        at("/recorded_at"),
        at("/by/person"),
        at("/by/role"),
        at("/by/delegation"),
        at("/to"),
        at("/clock"),
        hex::encode(event.hash),
    ];
    Ok(cells.into_iter().map(guarded).collect())
}

/// A spreadsheet must not take it for a formula.
fn guarded(cell: String) -> String {
    if is_formula(&cell) { format!("'{cell}") } else { cell }
}

impl Store {
    /// The hashes of a stream's events, in hexadecimal.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn hashes(&self, stream: Stream) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT hash FROM event WHERE stream_kind = $1 AND stream_id = $2 ORDER BY seq";
        let values: Vec<Value> = vec![stream.kind.word().into(), stream.id.into()];
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        let rows = self.db().query_all_raw(statement).await?;
        rows.iter()
            .map(|row| Ok(hex::encode(row.try_get::<Vec<u8>>("", "hash")?)))
            .collect()
    }
}
