//! Leased work that goes on beside requests. Each only makes earlier what would happen anyway.

pub mod mail_clerk;
