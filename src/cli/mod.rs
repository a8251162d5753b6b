//! The command line.

pub mod clock;
pub mod serve;
