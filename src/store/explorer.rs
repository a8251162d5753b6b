//! The auditors' look at all histories at once: newest first, filtered, page by page.

use super::{
    Store, StoreError,
    commit::{Stream, StreamKind},
    rows::instant,
};
use crate::domain::{Instant, id::PersonId};
use migration::said;
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};
use std::collections::BTreeSet;
use uuid::Uuid;

/// How many entries are read at once while looking for some that fit.
const CHUNK: usize = 500;
/// How many are looked at for one page; then the reader is told where to go on.
const FARTHEST: usize = 20_000;

/// Which entries.
#[derive(Clone, Debug, Default)]
pub struct EntryFilter {
    pub kind: Option<StreamKind>,
    pub stream: Option<Uuid>,
    /// Recorded at or after.
    pub from: Option<Instant>,
    /// Recorded before.
    pub to: Option<Instant>,
    /// Any of these people.
    pub people: Option<BTreeSet<PersonId>>,
    /// The role acted in, by its word.
    pub role: Option<String>,
    /// The kind of event, by its name in history.
    pub what: Option<String>,
    pub rule: Option<String>,
    /// Only what was recorded before this entry.
    pub before: Option<Position>,
    pub limit: usize,
}

/// Where an entry stands among all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Microseconds.
    pub recorded_at: i64,
    pub event: Uuid,
}

/// So many people are looked up one after another, each by the index; more of them are found soon in any order.
const PEOPLE: usize = 20;

/// One entry, as it was hashed.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: Uuid,
    pub stream: Stream,
    pub seq: u32,
    pub recorded_at: Instant,
    /// The leaf: what the hash is of. Private values are commitments here.
    pub leaf: serde_json::Value,
    /// Hexadecimal.
    pub hash: String,
}

impl Entry {
    /// A text of the leaf, for example `/by/role`.
    #[must_use]
    pub fn text(&self, pointer: &str) -> &str {
        self.leaf
            .pointer(pointer)
            .and_then(serde_json::Value::as_str)
            .unwrap_or("")
    }

    /// Who did it.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        self.text("/by/person").parse().ok()
    }

    fn position(&self) -> Position {
        Position {
            recorded_at: self.recorded_at.as_microsecond(),
            event: self.id,
        }
    }
}

/// A page, and where the next one begins.
#[derive(Clone, Debug, Default)]
pub struct Entries {
    pub entries: Vec<Entry>,
    pub next: Option<Position>,
}

impl EntryFilter {
    fn fits(&self, entry: &Entry) -> bool {
        let is =
            |wanted: &Option<String>, pointer: &str| wanted.as_ref().is_none_or(|wanted| entry.text(pointer) == wanted);
        is(&self.role, "/by/role")
            && is(&self.what, "/type")
            && is(&self.rule, "/rule")
            && self
                .people
                .as_ref()
                .is_none_or(|people| entry.person().is_some_and(|person| people.contains(&person)))
    }

    /// Whether the database knows everything that is asked for.
    fn is_all_in_sql(&self) -> bool {
        self.rule.is_none() && self.people.as_ref().is_none_or(|people| people.len() <= PEOPLE)
    }

    /// How many entries to read at once: a few more than wanted, or many to find some among them.
    fn chunk(&self) -> usize {
        if self.is_all_in_sql() {
            CHUNK.min(self.limit + 1)
        } else {
            CHUNK
        }
    }

    /// The part of the filter that the database knows, after its position.
    fn sql(&self, before: Position, backend: DbBackend) -> (String, Vec<Value>) {
        let mut values: Vec<Value> = vec![before.recorded_at.into(), before.event.into()];
        let mut sql = "SELECT id, stream_kind, stream_id, seq, recorded_at, body, hash FROM event \
                       WHERE (recorded_at, id) < ($1, $2)"
            .to_owned();
        let mut also = |condition: &str, value: Value| {
            values.push(value);
            sql.push_str(&format!(" AND {condition} ${}", values.len()));
        };
        if let Some(kind) = self.kind {
            also("stream_kind =", kind.word().into());
        }
        if let Some(stream) = self.stream {
            also("stream_id =", stream.into());
        }
        if let Some(from) = self.from {
            also("recorded_at >=", from.as_microsecond().into());
        }
        if let Some(to) = self.to {
            also("recorded_at <", to.as_microsecond().into());
        }
        for (path, wanted) in [("by.role", &self.role), ("type", &self.what)] {
            if let Some(wanted) = wanted {
                also(&format!("{} =", said(backend, path)), wanted.clone().into());
            }
        }
        let newest = format!(" ORDER BY recorded_at DESC, id DESC LIMIT {}", self.chunk());
        let people = self.people.iter().filter(|people| people.len() <= PEOPLE).flatten();
        let mut each = Vec::new();
        for person in people {
            values.push(person.to_string().into());
            let by = said(backend, "by.person");
            each.push(format!(
                "SELECT * FROM ({sql} AND {by} = ${}{newest}) one{}",
                values.len(),
                each.len()
            ));
        }
        if !each.is_empty() {
            sql = format!("SELECT * FROM ({}) everybody", each.join(" UNION ALL "));
        }
        (sql + &newest, values)
    }
}

impl Store {
    /// Entries of all histories, the newest first.
    ///
    /// # Errors
    /// The database's trouble; `Corrupt` if a body cannot be read.
    pub async fn entries(&self, filter: &EntryFilter) -> Result<Entries, StoreError> {
        let newest = Position {
            recorded_at: i64::MAX,
            event: Uuid::max(),
        };
        let mut at = filter.before.unwrap_or(newest);
        let (mut found, mut looked_at) = (Vec::new(), 0);
        loop {
            let backend = self.db().get_database_backend();
            let (sql, values) = filter.sql(at, backend);
            let rows = self
                .db()
                .query_all_raw(Statement::from_sql_and_values(backend, sql, values))
                .await?;
            let exhausted = rows.len() < filter.chunk();
            for row in &rows {
                let entry = entry(row)?;
                if filter.fits(&entry) {
                    if found.len() == filter.limit {
                        return Ok(Entries {
                            entries: found,
                            next: Some(at),
                        });
                    }
                    at = entry.position();
                    found.push(entry);
                } else {
                    at = entry.position();
                }
            }
            looked_at += rows.len();
            if exhausted || looked_at >= FARTHEST {
                return Ok(Entries {
                    entries: found,
                    next: (!exhausted).then_some(at),
                });
            }
        }
    }

    /// One entry.
    ///
    /// # Errors
    /// As [`Store::entries`].
    pub async fn entry(&self, event: Uuid) -> Result<Option<Entry>, StoreError> {
        let sql = "SELECT id, stream_kind, stream_id, seq, recorded_at, body, hash FROM event WHERE id = $1";
        let backend = self.db().get_database_backend();
        let row = self
            .db()
            .query_one_raw(Statement::from_sql_and_values(backend, sql, [Value::from(event)]))
            .await?;
        row.as_ref().map(entry).transpose()
    }
}

fn entry(row: &QueryResult) -> Result<Entry, StoreError> {
    let (id, kind): (Uuid, String) = (row.try_get("", "id")?, row.try_get("", "stream_kind")?);
    let (body, hash): (Vec<u8>, Vec<u8>) = (row.try_get("", "body")?, row.try_get("", "hash")?);
    let kind = StreamKind::from_word(&kind);
    let kind = kind.ok_or_else(|| StoreError::Corrupt(format!("event {id} is of no known kind of stream")))?;
    let leaf = serde_json::from_slice(&body);
    Ok(Entry {
        id,
        stream: Stream {
            kind,
            id: row.try_get("", "stream_id")?,
        },
        seq: u32::try_from(row.try_get::<i64>("", "seq")?).unwrap_or(u32::MAX),
        recorded_at: instant(row.try_get("", "recorded_at")?),
        leaf: leaf.map_err(|error| StoreError::Corrupt(format!("event {id}: {error}")))?,
        hash: hex::encode(hash),
    })
}
