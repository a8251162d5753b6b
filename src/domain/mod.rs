//! The words of the law, pure: parsed once, valid ever after.

pub mod activity;
pub mod case_fixture;
pub mod check;
pub mod deeds;
pub mod dossier;
pub mod id;
pub mod identifier;
pub mod notice;
pub mod people;
pub mod quantity;
pub mod reference;
pub mod strict;
pub mod text;
pub mod wording;

/// An instant, in UTC, to the microsecond (PostgreSQL keeps no more).
pub type Instant = jiff::Timestamp;
/// A civil date. Dates of the law are dates, never instants.
pub type Date = jiff::civil::Date;
