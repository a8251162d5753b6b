//! The usual course, and the public case it was made for.

use crate::{cast::*, story::Story, wishes::*};
use corridor::workflow::{action::*, state::*};

#[test]
fn a_dossier_becomes_a_waiver_and_a_public_outcome() {
    Story::new()
        .approved()
        .outcome(Outcome::Approved)
        .waiver(WaiverState::Active)
        .when(Drafter, ship("1000"))
        .delivered(1, "1000", "1000")
        .when(Officer, verify(1, true))
        .waiver(WaiverState::Closing)
        .closed()
        .waiver(WaiverState::Closed);
}
