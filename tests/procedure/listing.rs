//! Sanctions lists: what comes into force, and what waits for a person's word.

use crate::{cast::*, door, setting::*, wishes::words};
use corridor::{
    domain::people::{Actor, Role},
    workflow::{event::Event, list::*},
};
use std::collections::BTreeSet;
use uuid::Uuid;

const AROUND: AroundList = AroundList { shrink_percent: 10 };

fn administrator() -> Actor {
    Actor {
        roles: BTreeSet::from([Role::Administrator]),
        ..Officer.actor()
    }
}

fn version(number: u128, published: &str, entries: u64, removed: u64) -> ListVersion {
    ListVersion {
        id: Uuid::from_u128(number),
        source: "OFAC-SDN".to_owned(),
        format: "ofac_csv".to_owned(),
        files: vec![ListFileFacts {
            name: "sdn.csv".to_owned(),
            bytes: 1000,
            sha256: format!("{number:064x}"),
        }],
        published: Some(date(published)),
        parser: 1,
        entries,
        names: entries,
        identifiers: 0,
        complaints: 0,
        added: 0,
        removed,
        changed: 0,
    }
}

fn word(number: u128, reason: &str) -> JudgeList {
    JudgeList {
        version: Uuid::from_u128(number),
        reason: words(reason),
    }
}

/// What a wish leads to: the events, or the code of the refusal.
fn wish(
    list: &mut SanctionsList,
    actor: &Actor,
    action: &ListAction,
) -> Result<Vec<Event<ListHappening>>, &'static str> {
    let (recorded, refusal) = door::act(list, &AROUND, actor, action, at("2025-10-01 10:00"));
    match refusal {
        Some(refusal) => Err(refusal.code),
        None => Ok(recorded.into_iter().flat_map(|(_, events)| events).collect()),
    }
}

/// A history with every kind of event.
pub fn history() -> Vec<Event<ListHappening>> {
    let (mut list, system) = (SanctionsList::default(), Actor::system());
    let refusal = ListRefusal {
        source: "OFAC-SDN".to_owned(),
        file: "sdn.csv".to_owned(),
        line: 7,
        code: "malformed".to_owned(),
        reason: "the row has three fields".to_owned(),
    };
    let finished = Rescreening {
        version: Uuid::from_u128(1),
        cases: 3,
        subjects: 12,
        concerned: 1,
    };
    let wishes = [
        (&system, ListAction::OfferList(version(1, "2025-09-01", 100, 0))),
        (&system, ListAction::FinishRescreening(finished)),
        (&system, ListAction::RefuseFile(refusal)),
        (&system, ListAction::OfferList(version(2, "2025-09-02", 80, 20))),
        (
            &administrator(),
            ListAction::DiscardList(word(2, "Cut short by the publisher.")),
        ),
        (&system, ListAction::OfferList(version(3, "2025-09-03", 80, 20))),
        (
            &administrator(),
            ListAction::ConfirmList(word(3, "A programme has ended.")),
        ),
    ];
    let events = wishes
        .iter()
        .map(|(who, action)| wish(&mut list, who, action).expect("granted"));
    events.flatten().collect()
}

#[test]
fn a_list_that_loses_more_than_usual_waits_and_the_good_one_stays() {
    let (mut list, system) = (SanctionsList::default(), Actor::system());
    let mut offer = |version| wish(&mut list, &system, &ListAction::OfferList(version)).map(|_| list.clone());
    assert!(offer(version(1, "2025-09-02", 100, 0)).is_ok());
    let tenth = offer(version(2, "2025-09-03", 90, 10)).unwrap();
    assert_eq!(
        (tenth.current.unwrap().id, tenth.held.is_none()),
        (Uuid::from_u128(2), true)
    );
    let more = offer(version(3, "2025-09-04", 80, 10)).unwrap();
    assert_eq!(
        (more.current.unwrap().id, more.held.unwrap().id),
        (Uuid::from_u128(2), Uuid::from_u128(3))
    );
    assert_eq!(
        offer(version(4, "2025-09-01", 90, 0)).unwrap_err(),
        "older_than_current"
    );
}

#[test]
fn only_an_administrator_confirms_and_says_why() {
    let (mut list, system) = (SanctionsList::default(), Actor::system());
    for offered in [version(1, "2025-09-02", 100, 0), version(2, "2025-09-03", 50, 50)] {
        wish(&mut list, &system, &ListAction::OfferList(offered)).unwrap();
    }
    let confirm = |number, reason| ListAction::ConfirmList(word(number, reason));
    assert_eq!(wish(&mut list, &system, &confirm(2, "Yes.")).unwrap_err(), "wrong_role");
    assert_eq!(
        wish(&mut list, &Officer.actor(), &confirm(2, "Yes.")).unwrap_err(),
        "wrong_role"
    );
    assert_eq!(
        wish(&mut list, &administrator(), &confirm(2, " ")).unwrap_err(),
        "reasons_missing"
    );
    assert_eq!(
        wish(&mut list, &administrator(), &confirm(1, "Yes.")).unwrap_err(),
        "version_not_held"
    );
    assert!(wish(&mut list, &administrator(), &confirm(2, "Compared.")).is_ok());
    assert_eq!(list.current.as_ref().map(|current| current.entries), Some(50));
}
