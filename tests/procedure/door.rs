//! The door of the tests: lets time take effect, decides, records, exactly as the product's one door does.

use corridor::domain::{Instant, id::EventId, people::Actor};
use corridor::workflow::{
    decide,
    event::Event,
    record,
    refusal::Refusal,
    step::{Step, Subject},
};

/// What was recorded, and under which row.
pub type Recorded<S> = (&'static Step<S>, Vec<Event<<S as Subject>::Happening>>);

/// Event ids that follow from their place in the story.
pub fn numbered(version: u32) -> impl FnMut() -> EventId {
    let mut number = u128::from(version);
    move || {
        number += 1;
        EventId(uuid::Uuid::from_u128(0xE000_0000 + number))
    }
}

/// Every timer that is due, in order, each at its own instant.
pub fn take_time<S: Subject>(subject: &mut S, around: &S::Around, now: Instant) -> Vec<Recorded<S>> {
    let mut taken = Vec::new();
    while let Some((at, action)) = subject.due(around).filter(|(at, _)| *at <= now) {
        let all = put(subject, around, &Actor::system(), &action, at, now);
        taken.push(all.unwrap_or_else(|refusal| panic!("the law refuses its own timer {action:?} at {at}: {refusal}")));
        assert!(taken.len() < 200, "time does not come to rest: {action:?} at {at}");
    }
    taken
}

/// One wish, without letting time take effect first.
pub fn put<S: Subject>(
    subject: &mut S,
    around: &S::Around,
    actor: &Actor,
    action: &S::Action,
    effective_at: Instant,
    recorded_at: Instant,
) -> Result<Recorded<S>, Refusal> {
    let granted = decide(subject, actor, action, around, effective_at)?;
    let step = granted.step;
    let mut ids = numbered(subject.version());
    Ok((
        step,
        record(subject, granted, actor, effective_at, recorded_at, &mut ids),
    ))
}

/// Time, the wish, and what follows at once.
pub fn act<S: Subject>(
    subject: &mut S,
    around: &S::Around,
    actor: &Actor,
    action: &S::Action,
    now: Instant,
) -> (Vec<Recorded<S>>, Option<Refusal>) {
    let mut taken = take_time(subject, around, now);
    match put(subject, around, actor, action, now, now) {
        Ok(done) => {
            taken.push(done);
            taken.extend(take_time(subject, around, now));
            (taken, None)
        }
        Err(refusal) => (taken, Some(refusal)),
    }
}
