//! Everything that needs a running part of the service.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where something unexpected comes"
)]

mod api;
mod audit;
mod faults;
mod house;
mod letters;
mod pages;
mod postgres;
mod screening;
mod smtp;
