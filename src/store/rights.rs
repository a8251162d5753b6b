//! What else fences the evidence in PostgreSQL: unique keys, references, and the rights of the service's own role.

use super::StoreError;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use std::collections::BTreeSet;

/// What must be there, by table: keys with their columns, and what is referred to.
const KEYS: [&str; 10] = [
    "event PRIMARY KEY (id)",
    "event UNIQUE (stream_kind, stream_id, seq)",
    "event_private PRIMARY KEY (event_id, field)",
    "log_checkpoint PRIMARY KEY (generation, size)",
    "log_cosignature PRIMARY KEY (generation, size, witness)",
    "log_head PRIMARY KEY (generation)",
    "log_leaf FOREIGN KEY (event_id) REFERENCES event(id)",
    "log_leaf PRIMARY KEY (generation, idx)",
    "log_leaf UNIQUE (event_id, generation)",
    "log_tile PRIMARY KEY (generation, level, n)",
];

/// What a role that does not own the tables may not do.
const NEVER: [(&str, &str); 9] = [
    ("event", "UPDATE, DELETE, TRUNCATE, TRIGGER"),
    ("event_private", "UPDATE, TRUNCATE, TRIGGER"),
    ("security_event", "UPDATE, DELETE, TRUNCATE, TRIGGER"),
    ("log_leaf", "UPDATE, DELETE, TRUNCATE, TRIGGER"),
    ("log_tile", "UPDATE, DELETE, TRUNCATE, TRIGGER"),
    ("log_checkpoint", "UPDATE, DELETE, TRUNCATE, TRIGGER"),
    ("log_cosignature", "UPDATE, DELETE, TRUNCATE, TRIGGER"),
    ("log_head", "DELETE, TRUNCATE, TRIGGER"),
    ("unsequenced", "UPDATE, TRUNCATE, TRIGGER"),
];

/// Valid unique indexes and validated references of the tables of this schema, in one spelling.
const FOUND: &str = "
SELECT c.relname || CASE WHEN i.indisprimary THEN ' PRIMARY KEY (' ELSE ' UNIQUE (' END || (
    SELECT string_agg(a.attname, ', ' ORDER BY k.n) FROM unnest(i.indkey::int[]) WITH ORDINALITY AS k(attnum, n)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum) || ')' AS says
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE i.indisunique AND i.indisvalid AND i.indisready AND i.indpred IS NULL AND i.indexprs IS NULL
  AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
UNION ALL
SELECT c.relname || ' FOREIGN KEY (' || (
    SELECT string_agg(a.attname, ', ' ORDER BY k.n) FROM unnest(f.conkey) WITH ORDINALITY AS k(attnum, n)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum) || ') REFERENCES ' || r.relname || '(' || (
    SELECT string_agg(a.attname, ', ' ORDER BY k.n) FROM unnest(f.confkey) WITH ORDINALITY AS k(attnum, n)
    JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = k.attnum) || ')' AS says
FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_class r ON r.oid = f.confrelid
WHERE f.contype = 'f' AND f.convalidated
  AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())";

/// Does the service's own role own the table (or command its owner)? Then rights cannot hold it back, and triggers are
/// all there is.
const OWNS: &str = "SELECT pg_has_role(current_user, c.relowner, 'USAGE') AS owns FROM pg_class c \
                    WHERE c.oid = $1::text::regclass";

/// What is missing, or allowed though it must not be, in words.
pub(super) async fn faults(db: &DatabaseConnection) -> Result<Vec<String>, StoreError> {
    let rows = db
        .query_all_raw(Statement::from_string(DbBackend::Postgres, FOUND))
        .await?;
    let found: Result<BTreeSet<String>, _> = rows.iter().map(|row| row.try_get("", "says")).collect();
    let found = found?;
    let missing = KEYS.iter().filter(|key| !found.contains(**key));
    let mut faults: Vec<String> = missing
        .map(|key| format!("the key or reference is missing: {key}"))
        .collect();
    for (table, never) in NEVER {
        let owns = Statement::from_sql_and_values(DbBackend::Postgres, OWNS, [table.into()]);
        let owns: Option<bool> = db
            .query_one_raw(owns)
            .await?
            .map(|row| row.try_get("", "owns"))
            .transpose()?;
        if owns == Some(true) {
            continue;
        }
        for right in never.split(", ") {
            let sql = "SELECT has_table_privilege(current_user, $1::text, $2::text) AS may";
            let may = Statement::from_sql_and_values(DbBackend::Postgres, sql, [table.into(), right.into()]);
            let may: Option<bool> = db
                .query_one_raw(may)
                .await?
                .map(|row| row.try_get("", "may"))
                .transpose()?;
            if may != Some(false) {
                faults.push(format!("the role of the service may {right} {table}"));
            }
        }
    }
    Ok(faults)
}
