//! What becomes of the service when a call to the operating system, the power, the connection to its database or the
//! service itself fails: at each place where it can, one after the other.
//!
//! A plain `cargo test` goes through a sample. `CORRIDOR_FAULTS=all` goes through everything, `CORRIDOR_FAULTS=7`
//! through every seventh place.

mod client;
mod controls;
mod crash;
mod database;
mod files;
mod flushes;
mod place;
mod power;
mod proxy;
mod shim;
mod start;
mod subject;
mod verdict;
mod world;
mod zombie;

/// The distance between two places that are tried: `few` of `total` without further ado. Coprime to the number of kinds
/// of faults, which take turns.
fn stride(total: usize, few: usize, kinds: usize) -> usize {
    let step = match std::env::var("CORRIDOR_FAULTS").as_deref() {
        Ok("all") => 1,
        Ok(number) => number.parse().expect("CORRIDOR_FAULTS is “all” or a number"),
        Err(_) => total.div_ceil(few).max(1),
    };
    let shared = |step: usize| (2..=kinds).any(|factor| step.is_multiple_of(factor) && kinds.is_multiple_of(factor));
    (step..).find(|step| !shared(*step)).unwrap_or(step)
}
