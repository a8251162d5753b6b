//! The API, as clients meet it: every test on SQLite and on PostgreSQL.

mod access;
mod bad_input;
mod bodies;
mod clock;
mod committee;
pub(crate) mod course;
mod description;
pub(crate) mod doors;
mod hostile;
mod inspection;
mod letters;
mod matrix;
mod matrix_notices;
pub(crate) mod papers;
mod programme;
mod proof;
mod races;
mod sealed;
mod story;
mod tokens;
mod wall;
mod ways;
mod wire;
