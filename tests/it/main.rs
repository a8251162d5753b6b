//! Everything that needs a running part of the service.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail where it stands"
)]

mod api;
mod house;
mod letters;
mod postgres;
mod smtp;
