//! Stops of the clock, and their union.

use super::{ClockError, Given, zone::within};
use crate::domain::Instant;
use serde::{Deserialize, Serialize};

/// One stop of the clock. Why it stopped is the caller's to know; to the count all stops are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    #[schema(value_type = String, format = DateTime)]
    pub from: Instant,
    /// None: still stopped.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub to: Option<Instant>,
}

/// Until when a stop that is still open is taken to last.
#[derive(Clone, Copy, Debug)]
pub(super) enum Open {
    /// Resumed at this instant ("if answered now").
    Until(Instant),
    /// For ever: nothing after the stop has counted yet.
    Forever,
    /// There must be none.
    Refused,
}

/// All stops as one: sorted, apart from each other, none empty.
#[derive(Clone, Debug, Default)]
pub(super) struct Union(Vec<(Instant, Instant)>);

impl Union {
    pub(super) fn of(stops: &[Stop], open: Open) -> Result<Self, ClockError> {
        let mut spans = Vec::with_capacity(stops.len());
        for (index, stop) in stops.iter().enumerate() {
            spans.push(closed(index, stop, open)?);
        }
        spans.retain(|(from, to)| from < to);
        spans.sort_unstable();
        let mut union: Vec<(Instant, Instant)> = Vec::with_capacity(spans.len());
        for (from, to) in spans {
            match union.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => union.push((from, to)),
            }
        }
        Ok(Self(union))
    }

    /// Was the midnight at which a date ends crossed while stopped? The stop must have begun before it and last to
    /// it or beyond: so a stop of midnight to noon crosses none, and one of noon to the next midnight crosses one.
    pub(super) fn crosses(&self, midnight: Instant) -> bool {
        let begun = self.0.partition_point(|(from, _)| *from < midnight);
        begun.checked_sub(1).is_some_and(|last| midnight <= self.0[last].1)
    }

    /// Does the clock stand still at this instant? It stops at a stop's first instant and runs again at its last.
    pub(super) fn stands_at(&self, at: Instant) -> bool {
        let begun = self.0.partition_point(|(from, _)| *from <= at);
        begun.checked_sub(1).is_some_and(|last| at < self.0[last].1)
    }
}

fn closed(index: usize, stop: &Stop, open: Open) -> Result<(Instant, Instant), ClockError> {
    let from = within(stop.from, Given::StopFrom(index))?;
    let to = match (stop.to, open) {
        (Some(to), _) if to < from => return Err(ClockError::StopBackwards { stop: index }),
        (Some(to), _) => within(to, Given::StopTo(index))?,
        // Ahead of that instant it has not begun: the span is empty and falls away.
        (None, Open::Until(resumed)) => resumed,
        (None, Open::Forever) => Instant::MAX,
        (None, Open::Refused) => return Err(ClockError::StillStopped { stop: index }),
    };
    Ok((from, to))
}
