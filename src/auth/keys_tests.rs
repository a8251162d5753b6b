//! Keys over time.

use super::*;

fn at(hour: i64) -> Instant {
    Instant::UNIX_EPOCH
        .checked_add(SignedDuration::from_hours(hour))
        .unwrap()
}

#[test]
fn a_prepared_key_verifies_on_every_instance_a_day_before_it_signs() {
    let folder = tempfile::tempdir().unwrap();
    let here = KeyRing::open(folder.path(), at(0)).unwrap();
    let there = KeyRing::open(folder.path(), at(0)).unwrap();
    let (first, _) = here.current(at(0)).unwrap();
    assert!(
        here.rotate(at(1), false)
            .unwrap_err()
            .to_string()
            .contains("no key is prepared")
    );
    let next = here.prepare(at(1)).unwrap();
    assert!(here.prepare(at(1)).is_err());
    assert!(there.get(&next.id, at(1)).is_some());
    assert!(
        here.rotate(at(20), false)
            .unwrap_err()
            .to_string()
            .contains("19 hours ago")
    );
    here.rotate(at(25), false).unwrap();
    assert_eq!(there.current(at(25)).unwrap().0, next.id);
    assert!(there.get(&first, at(25)).is_some());
}

#[test]
fn the_key_before_is_retired_when_its_tokens_are_over() {
    let folder = tempfile::tempdir().unwrap();
    let ring = KeyRing::open(folder.path(), at(0)).unwrap();
    let (first, _) = ring.current(at(0)).unwrap();
    let life = SignedDuration::from_mins(10);
    ring.rotate(at(1), true).unwrap();
    assert!(ring.retire(at(1), life, false).is_err());
    assert_eq!(ring.retire(at(2), life, false).unwrap(), std::slice::from_ref(&first));
    assert!(ring.get(&first, at(2)).is_none());
    assert!(ring.current(at(2)).is_some());
}
