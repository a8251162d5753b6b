//! The command line.

pub mod check;
pub mod clock;
pub mod serve;
