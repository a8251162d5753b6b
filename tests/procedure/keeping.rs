//! How long a record is kept: holds, erasure by two persons, disposal when its time is over.

use crate::{cast::*, door, setting::*, wishes::words};
use corridor::{
    domain::{
        id::PersonId,
        people::{Actor, Role},
    },
    workflow::{action::Nothing, event::Event, keeping::*},
};
use std::collections::BTreeSet;
use uuid::Uuid;

fn somebody(number: u128, role: Role) -> Actor {
    Actor {
        person: PersonId(Uuid::from_u128(number)),
        roles: BTreeSet::from([role]),
        ..Officer.actor()
    }
}

fn around(ended: bool) -> AroundKeeping {
    AroundKeeping {
        of: RecordKind::Case,
        record: Uuid::from_u128(0xCA5E),
        through: 7,
        hash: "ab".repeat(32),
        ended_at: ended.then(|| at("2015-10-01 10:00")),
        kept_until: ended.then(|| at("2025-10-01 09:00")),
    }
}

fn wish(
    keeping: &mut Keeping,
    around: &AroundKeeping,
    actor: &Actor,
    action: KeepingAction,
) -> Result<Vec<Event<KeepingHappening>>, &'static str> {
    let now = at("2025-10-01 10:00");
    match door::put(keeping, around, actor, &action, now, now) {
        Ok((_, events)) => Ok(events),
        Err(refusal) => Err(refusal.code),
    }
}

fn place(reason: &str) -> KeepingAction {
    KeepingAction::PlaceHold(Because { reason: words(reason) })
}

fn lift(hold: u32) -> KeepingAction {
    let reason = words("The lawsuit is over.");
    KeepingAction::LiftHold(LiftHold { hold, reason })
}

fn ask() -> KeepingAction {
    let (ground, reason) = (ErasureGround::Request, words("Letter of 3 March."));
    KeepingAction::AskErasure(AskErasure { ground, reason })
}

fn confirm() -> KeepingAction {
    KeepingAction::ConfirmErasure(Nothing {})
}

/// Histories with every kind of event.
pub fn history() -> Vec<Event<KeepingHappening>> {
    let (one, two) = (somebody(1, Role::Administrator), somebody(2, Role::SecretariatLead));
    let decline = KeepingAction::DeclineErasure(Because {
        reason: words("No ground."),
    });
    let (mut keeping, around) = (Keeping::default(), around(true));
    let mut told = Vec::new();
    for (who, action) in [
        (&one, place("A lawsuit.")),
        (&two, lift(1)),
        (&one, ask()),
        (&two, decline),
        (&one, ask()),
        (&two, confirm()),
    ] {
        told.extend(wish(&mut keeping, &around, who, action).expect("granted"));
    }
    let dispose = KeepingAction::DisposeRecord(Nothing {});
    told.extend(wish(&mut Keeping::default(), &around, &Actor::system(), dispose).expect("granted"));
    told
}

#[test]
fn nobody_erases_alone_nor_the_own_record_nor_what_is_in_use_or_on_hold() {
    let (one, two) = (somebody(1, Role::Administrator), somebody(2, Role::SecretariatLead));
    let (mut keeping, ended) = (Keeping::default(), around(true));
    assert_eq!(
        wish(&mut keeping, &around(false), &one, ask()).unwrap_err(),
        "record_in_use"
    );
    assert_eq!(
        wish(&mut keeping, &ended, &somebody(3, Role::Secretariat), ask()).unwrap_err(),
        "wrong_role"
    );
    let own = somebody(0xCA5E, Role::Administrator);
    assert_eq!(wish(&mut keeping, &ended, &own, ask()).unwrap_err(), "not_for_oneself");
    assert_eq!(
        wish(&mut keeping, &ended, &two, confirm()).unwrap_err(),
        "erasure_not_asked"
    );
    assert_eq!(
        wish(&mut keeping, &ended, &one, place(" ")).unwrap_err(),
        "reasons_missing"
    );
    wish(&mut keeping, &ended, &somebody(4, Role::Auditor), place("A lawsuit.")).unwrap();
    assert_eq!(wish(&mut keeping, &ended, &one, ask()).unwrap_err(), "record_on_hold");
    assert_eq!(wish(&mut keeping, &ended, &one, lift(9)).unwrap_err(), "hold_unknown");
    wish(&mut keeping, &ended, &one, lift(1)).unwrap();
    wish(&mut keeping, &ended, &one, ask()).unwrap();
    assert_eq!(
        wish(&mut keeping, &ended, &one, ask()).unwrap_err(),
        "erasure_asked_before"
    );
    assert_eq!(
        wish(&mut keeping, &ended, &one, confirm()).unwrap_err(),
        "second_person_needed"
    );
    // A hold that comes between asking and confirming holds.
    wish(&mut keeping, &ended, &two, place("Another lawsuit.")).unwrap();
    assert_eq!(
        wish(&mut keeping, &ended, &two, confirm()).unwrap_err(),
        "record_on_hold"
    );
    assert_eq!(
        wish(&mut keeping, &ended, &two, lift(2)).unwrap_err(),
        "second_person_needed"
    );
    wish(&mut keeping, &ended, &one, lift(2)).unwrap();
    wish(&mut keeping, &ended, &two, confirm()).unwrap();
    assert_eq!(wish(&mut keeping, &ended, &one, ask()).unwrap_err(), "record_is_gone");
}

#[test]
fn only_the_service_disposes_only_in_time_and_never_under_a_hold() {
    let dispose = || KeepingAction::DisposeRecord(Nothing {});
    let (mut keeping, mut ended) = (Keeping::default(), around(true));
    let one = somebody(1, Role::Administrator);
    assert_eq!(wish(&mut keeping, &ended, &one, dispose()).unwrap_err(), "wrong_role");
    ended.kept_until = Some(at("2025-10-01 10:01"));
    assert_eq!(
        wish(&mut keeping, &ended, &Actor::system(), dispose()).unwrap_err(),
        "still_to_be_kept"
    );
    ended.kept_until = None;
    assert_eq!(
        wish(&mut keeping, &ended, &Actor::system(), dispose()).unwrap_err(),
        "still_to_be_kept"
    );
    ended.kept_until = Some(at("2025-10-01 10:00"));
    wish(&mut keeping, &ended, &one, place("A lawsuit.")).unwrap();
    assert_eq!(
        wish(&mut keeping, &ended, &Actor::system(), dispose()).unwrap_err(),
        "record_on_hold"
    );
    wish(&mut keeping, &ended, &somebody(2, Role::SecretariatLead), lift(1)).unwrap();
    let events = wish(&mut keeping, &ended, &Actor::system(), dispose()).unwrap();
    let KeepingHappening::RecordDisposed(gone) = &events[0].happened else {
        panic!("{events:?}");
    };
    assert_eq!((gone.through, gone.ground), (7, None));
}
