//! The only writer. History is appended in one commit with the rows that list it, the letters it owes and the
//! answer to a repeated request.

pub mod commit;
