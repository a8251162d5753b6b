//! The schema, and nothing else. Append-only; the same on SQLite and PostgreSQL.
