//! Letters: their words, their way, and that each arrives once.

mod clerk;
mod golden;
mod killed;
mod outbox;
mod rules;
mod samples;
