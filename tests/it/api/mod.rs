//! The API, as clients meet it: every test on SQLite and on PostgreSQL.

mod course;
mod story;
