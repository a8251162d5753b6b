//! What the clock cannot reckon with, and why.

use super::{MOST_DAYS, YEARS};
use std::fmt;

/// Why a clock could not be reckoned. Every one is the fault of what was given, none of the day it is asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    #[error("no time zone is called {0:?}; give an IANA name such as Europe/Zurich")]
    UnknownZone(String),
    #[error("{0:?} is not a local time of day; write it as HH:MM, such as 17:00")]
    BadCutoff(String),
    #[error("a clock needs at least one day")]
    NoDays,
    #[error("{0} days are more than a clock may have ({MOST_DAYS})")]
    TooManyDays(u64),
    #[error("{0} is outside the years {first} to {last}", first = YEARS.start(), last = YEARS.end())]
    NotInRange(Given),
    #[error("stop {number} ends before it begins", number = .stop + 1)]
    StopBackwards { stop: usize },
    #[error("stop {number} is still open: say as of when it is taken to end", number = .stop + 1)]
    StillStopped { stop: usize },
    #[error("the count does not end before the year {last} is over", last = YEARS.end())]
    Endless,
}

/// Which of the things given is meant. Prints as its place in the what-if tool's input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    Start,
    StopFrom(usize),
    StopTo(usize),
    AsOf,
    /// The instant asked about.
    At,
    /// The date asked about.
    Date,
}

impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("start"),
            Self::StopFrom(index) => write!(f, "stops[{index}].from"),
            Self::StopTo(index) => write!(f, "stops[{index}].to"),
            Self::AsOf => f.write_str("as_of"),
            Self::At => f.write_str("the instant asked about"),
            Self::Date => f.write_str("the date asked about"),
        }
    }
}
