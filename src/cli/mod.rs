//! (in the making)

pub mod clock;
