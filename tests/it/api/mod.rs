//! The API, as clients meet it: every test on SQLite and on PostgreSQL.

mod clock;
mod committee;
mod course;
mod races;
mod sealed;
mod story;
mod wall;
