//! What time is it? The only place that asks the machine.

use crate::domain::Instant;
use std::sync::{Arc, Mutex, PoisonError};

/// A clock: the machine's, or one that is moved by hand (demonstrations and tests).
#[derive(Clone, Debug)]
pub enum Clock {
    Wall,
    ByHand(Arc<Mutex<Instant>>),
}

impl Clock {
    /// A clock that stands still until it is moved.
    #[must_use]
    pub fn standing_at(instant: Instant) -> Self {
        Self::ByHand(Arc::new(Mutex::new(instant)))
    }

    /// Now, to the microsecond.
    #[must_use]
    pub fn now(&self) -> Instant {
        match self {
            Self::Wall => to_microsecond(wall()),
            Self::ByHand(instant) => *instant.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Moves a clock by hand; the machine's own clock stays as it is.
    pub fn move_to(&self, to: Instant) {
        if let Self::ByHand(instant) = self {
            *instant.lock().unwrap_or_else(PoisonError::into_inner) = to_microsecond(to);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
fn wall() -> Instant {
    Instant::now()
}

fn to_microsecond(instant: Instant) -> Instant {
    Instant::from_microsecond(instant.as_microsecond()).unwrap_or(instant)
}
