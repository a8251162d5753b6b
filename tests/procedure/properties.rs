//! Whatever people do, in whatever order and at whatever time (section 13 of the law).

use crate::{cast::*, door, moves, story::Story, tries};
use corridor::domain::{Instant, notice::OnLapse};
use corridor::workflow::{case::Case, decide, event::Event, happening::Happening, step::Subject};
use jiff::SignedDuration;
use proptest::prelude::*;

/// Where a random story begins.
fn beginning(which: usize) -> Story {
    let policies = [OnLapse::Escalate, OnLapse::DeemedRefused, OnLapse::DeemedApproved];
    let stretches: [fn(Story) -> Story; 7] = [
        Story::drafted,
        Story::submitted,
        Story::accepted,
        Story::constituted,
        |story| story.reviewed().ready_to_vote(),
        Story::ballot,
        |story| {
            story
                .approved()
                .on("2025-11-07 10:00")
                .when(Officer, crate::wishes::screen)
        },
    ];
    let begun = Story::under(|notice| {
        notice.policy.clock.on_lapse = policies[which % 3];
        notice.policy.no_objection = which.is_multiple_of(2);
    });
    stretches[which % stretches.len()](begun)
}

/// One turn of a random story: how long to wait, and which of the possible wishes to put.
type Turn = (u8, u16);

fn waited(turn: Turn) -> SignedDuration {
    match turn.0 % 8 {
        0..=3 => SignedDuration::ZERO,
        4 => SignedDuration::from_mins(20),
        5 => SignedDuration::from_hours(25),
        6 => SignedDuration::from_hours(24 * 4),
        _ => SignedDuration::from_hours(24 * 12 + 5),
    }
}

fn facts(events: &[Event<Happening>]) -> Vec<(u32, Instant, Happening, Vec<String>)> {
    let fact = |event: &Event<Happening>| (event.seq, event.effective_at, event.happened.clone(), event.to.clone());
    events.iter().map(fact).collect()
}

/// Time materialised late, in one go, is time materialised step by step.
fn watched_or_not(case: &Case, story: &Story, from: Instant, to: Instant, looks: i32) {
    let all = |taken: Vec<door::Recorded<Case>>| taken.into_iter().flat_map(|(_, events)| events).collect::<Vec<_>>();
    let mut asleep = case.clone();
    let late = all(door::take_time(&mut asleep, &story.around, to));
    let mut awake = case.clone();
    let mut in_time = Vec::new();
    for look in 1..=looks {
        let now = from + (to - from) * look / looks;
        in_time.extend(all(door::take_time(&mut awake, &story.around, now)));
    }
    assert_eq!(facts(&late), facts(&in_time));
    assert_eq!(format!("{asleep:?}"), format!("{awake:?}"));
}

/// The due day never moves back while the clock is alive.
fn due(case: &Case, now: Instant) -> Option<corridor::domain::Date> {
    case.reckoning(now)
        .filter(|_| case.clock_alive())
        .map(|reckoning| reckoning.due)
}

fn told(which: usize, turns: Vec<Turn>) {
    let mut story = beginning(which);
    let mut latest = due(&story.case, story.now);
    for turn in turns {
        let later = story.now + waited(turn);
        watched_or_not(&story.case, &story, story.now, later, 7);
        story = story.at_instant(later).looked_at();
        let mut wishes = moves::all(&story.case, story.now);
        wishes.extend(tries::all(&story.case, story.now));
        let granted: Vec<_> = wishes
            .into_iter()
            .filter(|(who, action)| decide(&story.case, &who.actor(), action, &story.around, story.now).is_ok())
            .collect();
        if let Some((who, action)) = granted.get(usize::from(turn.1) % granted.len().max(1)) {
            assert_eq!(story.attempt(*who, action), None);
        }
        let now_due = due(&story.case, story.now);
        if let (Some(before), Some(after)) = (latest, now_due) {
            assert!(before <= after, "the due day moved back from {before} to {after}");
        }
        latest = now_due.or(latest);
        assert!(
            story.case.due(&story.around).is_none_or(|(at, _)| at > story.now),
            "a timer was left behind"
        );
    }
    // Dropping the story replays its history.
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_story_keeps_every_promise(which in 0usize..42, turns in prop::collection::vec(any::<Turn>(), 1..36)) {
        told(which, turns);
    }
}
