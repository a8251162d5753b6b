//! The service on the wire: what every endpoint stands on.

pub mod api;
pub mod body;
pub mod caller;
pub mod conditional;
pub mod disposition;
pub mod health;
pub mod layers;
pub mod metrics;
pub mod openapi;
pub mod outflow;
pub mod pages;
pub mod paging;
pub mod problem;
pub mod ranges;
pub mod scan;
pub mod server;
pub mod transfer;

#[cfg(test)]
mod testing;
