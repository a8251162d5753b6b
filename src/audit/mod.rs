//! The promise to auditors: this is the whole history, in this order, unedited; this is what was withheld.
//!
//! An event is stored as a *leaf*: the exact bytes of its canonical JSON, chained to the event before it in its
//! stream. Free text, names and file names are not in the leaf; a salted commitment is. An export carries the leaves
//! and the openings of the commitments, and [`verify`] checks it without a database, a network or a configuration.

mod ahead;
mod asked;
mod belt;
pub mod bundle;
pub mod canonical;
pub mod chain;
mod check;
pub mod checkpoint;
pub mod derived;
mod digits;
mod earlier;
mod entries;
mod erasure;
pub mod export;
mod heads;
pub mod inspect;
mod keys;
pub mod leaf;
mod members;
pub mod policy;
pub mod print;
pub mod proof;
pub mod renewal;
pub mod scan;
pub mod seal;
mod sound;
pub mod tiles;
pub mod tree;
pub mod trust;
pub mod verify;
pub mod witness;

#[cfg(test)]
#[path = "fuzz_tests.rs"]
mod fuzz;
