//! Every kind of event ever shipped is kept as an example in `tests/fixtures/events/v1/` and must be readable for ever.
//!
//! `UPDATE=1` writes an example for a kind that has none; it never touches one that is there. If an example no longer
//! parses, the code is wrong, not the example.

use crate::{cast::*, inspecting, notices, setting::*, story::Story, wishes::*};
use corridor::domain::notice::OnLapse;
use corridor::workflow::{
    action::{
        Action, Choice, DetachDocument, InspectionResult, LossKind, MigrateDossier, Nothing, SendMessage, Verdict,
    },
    event::Event,
    happening::Happening,
    keeping::KeepingHappening,
    list::ListHappening,
    log::LogHappening,
    notice::NoticeHappening,
    people::{OrganisationHappening, PersonHappening},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{collections::BTreeMap, fmt::Debug, path::PathBuf};

fn file(name: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join("tests/fixtures/events/v1").join(format!("{name}.json"))
}

/// The example of this kind, as it was shipped, still says what it said.
fn kept<H>(name: &str, fresh: impl Fn() -> Option<String>)
where
    Event<H>: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let path = file(name);
    if !path.exists() && std::env::var_os("UPDATE").is_some() {
        let fresh = fresh().unwrap_or_else(|| panic!("no story tells of {name}: add one to tests/procedure/kept.rs"));
        std::fs::write(&path, fresh).expect("an example can be written");
    }
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|_| panic!("{name} has no example; run `UPDATE=1 cargo test --test procedure` and commit it"));
    let event: Event<H> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let before: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(before["type"], name);
    assert_eq!(
        serde_json::to_value(&event).expect("JSON"),
        before,
        "{name} is written differently now"
    );
}

fn pretty<H>(event: &Event<H>) -> String
where
    Event<H>: Serialize,
{
    serde_json::to_string_pretty(event).expect("JSON") + "\n"
}

#[test]
fn every_kind_of_event_of_a_case_has_an_example_that_can_still_be_read() {
    let examples = std::sync::OnceLock::new();
    let of = |name: &str| {
        let told = examples.get_or_init(|| {
            let mut told = BTreeMap::new();
            for story in stories() {
                for event in &story.events {
                    told.entry(event.happened.word()).or_insert_with(|| pretty(event));
                }
            }
            told
        });
        told.get(name).cloned()
    };
    for name in Happening::NAMES {
        kept::<Happening>(name, || of(name));
    }
}

#[test]
fn every_kind_of_event_of_a_notice_has_an_example_that_can_still_be_read() {
    let of = |name: &str| {
        let stories = notices::histories();
        let mut events = stories.iter().flat_map(|story| story.notice_events.iter());
        events
            .find(|event| serde_json::to_value(&event.happened).expect("JSON")["type"] == name)
            .map(pretty)
    };
    for name in NoticeHappening::NAMES {
        kept::<NoticeHappening>(name, || of(name));
    }
}

#[test]
fn every_kind_of_event_of_a_list_has_an_example_that_can_still_be_read() {
    let told: Vec<Event<ListHappening>> = crate::listing::history();
    for name in ListHappening::NAMES {
        kept::<ListHappening>(name, || {
            let mut told = told.iter();
            told.find(|event| serde_json::to_value(&event.happened).expect("JSON")["type"] == *name)
                .map(pretty)
        });
    }
}

#[test]
fn every_kind_of_event_of_keeping_has_an_example_that_can_still_be_read() {
    let told = crate::keeping::history();
    for name in KeepingHappening::NAMES {
        kept::<KeepingHappening>(name, || {
            let mut told = told.iter();
            told.find(|event| serde_json::to_value(&event.happened).expect("JSON")["type"] == *name)
                .map(pretty)
        });
    }
}

#[test]
fn every_kind_of_event_of_the_log_has_an_example_that_can_still_be_read() {
    let told = crate::kept_log::log();
    for name in LogHappening::NAMES {
        kept::<LogHappening>(name, || {
            let mut told = told.iter();
            told.find(|event| serde_json::to_value(&event.happened).expect("JSON")["type"] == *name)
                .map(pretty)
        });
    }
}

#[test]
fn every_kind_of_event_of_people_and_organisations_has_an_example_that_can_still_be_read() {
    let told = crate::kept_people::people();
    for name in PersonHappening::NAMES {
        kept::<PersonHappening>(name, || {
            let mut told = told.iter();
            told.find(|event| serde_json::to_value(&event.happened).expect("JSON")["type"] == *name)
                .map(pretty)
        });
    }
    for name in OrganisationHappening::NAMES {
        kept::<OrganisationHappening>(name, || Some(pretty(&crate::kept_people::organisation())));
    }
}

#[test]
fn every_example_is_of_a_kind_that_the_law_still_knows() {
    for entry in std::fs::read_dir(file("x").parent().expect("a folder")).expect("the examples") {
        let path = entry.expect("a file").path();
        let name = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .expect("a name")
            .to_owned();
        let known = Happening::NAMES.contains(&name.as_str())
            || NoticeHappening::NAMES.contains(&name.as_str())
            || LogHappening::NAMES.contains(&name.as_str())
            || KeepingHappening::NAMES.contains(&name.as_str())
            || ListHappening::NAMES.contains(&name.as_str())
            || PersonHappening::NAMES.contains(&name.as_str())
            || OrganisationHappening::NAMES.contains(&name.as_str());
        assert!(known, "{name} was shipped and is no longer read");
    }
}

/// Between them these tell of everything.
fn stories() -> Vec<Story> {
    let detach = Action::DetachDocument(DetachDocument { document: SECOND });
    let message = Action::SendMessage(SendMessage {
        text: words("Good morning."),
    });
    let migrate = Action::MigrateDossier(MigrateDossier { edition: 2 });
    let mut migrated = Story::new().drafted().when(Drafter, safeguards());
    migrated.on_notice(Officer, &notices::favourable("2025-10-01 10:00"));
    for who in [Us(CoChair), Ru(CoChair)] {
        let approve = notices::approve_amendment(&migrated);
        migrated.on_notice(who, &approve);
    }
    let mut ended = Story::new().submitted();
    for who in [Us(CoChair), Ru(CoChair)] {
        ended.on_notice(who, &notices::termination());
    }
    let mut adopted = Story::new().submitted();
    adopted.on_notice(Officer, &notices::favourable("2025-10-01 10:00"));
    for who in [Us(CoChair), Ru(CoChair)] {
        let approve = notices::approve_amendment(&adopted);
        adopted.on_notice(who, &approve);
    }
    let lapsed = Story::new()
        .taken()
        .when(Officer, give_back())
        .on("2025-11-20 10:00")
        .looked_at();
    let asked = || Story::new().constituted().when(Us(Reviewer), ask()).when(Lead, issue());
    let session = || {
        Story::new()
            .constituted()
            .scheduled()
            .in_session()
            .when(Us(Inspector), inspecting::observe("silo"))
    };
    let held = || {
        session()
            .held()
            .when(Us(Inspector), inspecting::report(InspectionResult::Passed))
    };
    let waiver = || Story::new().approved().on("2025-11-07 10:00").when(Officer, screen);
    vec![
        migrated
            .when(Drafter, detach)
            .when(Signatory, migrate)
            .when(Drafter, Action::DiscardDossier(Nothing {})),
        ended.hours_later(1).looked_at(),
        lapsed
            .when(Us(CoChair), revive())
            .when(Signatory, resubmit)
            .when(Drafter, message),
        Story::new()
            .submitted()
            .on("2025-10-10 10:00")
            .when(Signatory, pause(3))
            .when(Signatory, resume()),
        Story::new().taken().when(Lead, reject()),
        Story::new()
            .taken()
            .when(Lead, no_waiver())
            .when(Us(CoChair), consent_no_waiver())
            .when(Signatory, withdraw()),
        asked()
            .when(Signatory, answer)
            .when(Us(Reviewer), insufficient(1))
            .on("2025-10-30 10:00")
            .when(Signatory, consent_to_questions()),
        asked().when(Lead, cancel(1)),
        asked().on("2025-12-01 10:00").looked_at(),
        Story::new()
            .constituted()
            .found()
            .when(Officer, ask())
            .when(Lead, issue())
            .when(Drafter, replace_first())
            .when(Signatory, answer),
        Story::new()
            .constituted()
            .when(Officer, screen_with_hit)
            .when(Us(Reviewer), propose_verdict(Verdict::FalsePositive, None))
            .when(Ru(Reviewer), confirm_verdict(true))
            .when(Us(Reviewer), recuse())
            .when(
                Us(CoChair),
                substitute(Us(Reviewer), Us(Spare), corridor::domain::people::Role::Reviewer),
            )
            .when(Us(Spare), interest()),
        Story::new()
            .constituted()
            .scheduled()
            .when(Signatory, inspecting::postpone())
            .when(Signatory, inspecting::refuse_inspection()),
        session()
            .when(Ru(Inspector), inspecting::leave())
            .hours_later(1)
            .looked_at(),
        held()
            .when(Us(Inspector), inspecting::sign_report())
            .when(Ru(Inspector), inspecting::refuse_signature())
            .hours_later(24 * 9)
            .looked_at(),
        Story::under(|notice| notice.policy.clock.on_lapse = OnLapse::Escalate)
            .submitted()
            .on("2025-12-01 10:00")
            .looked_at(),
        Story::new().ballot().voted(Choice::Approve, Choice::Refuse).signed(),
        waiver()
            .when(Drafter, ship("1000"))
            .delivered(1, "1000", "1000")
            .when(Officer, verify(1, false))
            .when(Officer, verify(1, true))
            .closed(),
        adopted.when(Signatory, adopt(2)),
        Story::new()
            .approved_with_condition(true)
            .when(Drafter, report_condition("K1"))
            .when(Us(Head), confirm_condition("K1", false))
            .when(Drafter, report_condition("K1"))
            .when(Us(Head), confirm_condition("K1", true)),
        waiver()
            .when(Drafter, ship("1000"))
            .when(Drafter, load(1, "1000"))
            .on("2025-11-20 10:00")
            .when(Drafter, position(1, corridor::workflow::action::Position::Discharged))
            .on("2025-12-20 10:00")
            .when(Monitor, attest(1, "1000"))
            .on("2026-01-20 10:00")
            .when(Officer, verify(1, true))
            .on("2026-02-20 10:00")
            .when(Signatory, final_report()),
        waiver()
            .when(Drafter, ship("10"))
            .delivered(1, "10", "10")
            .when(Officer, correct(1, "9"))
            .when(Signatory, confirm_correction(1, true)),
        waiver().when(Officer, screen_with_hit).looked_at(),
        waiver()
            .when(Drafter, ship("10"))
            .when(Drafter, lose(1, LossKind::Cancelled))
            .on("2026-05-20 10:00")
            .looked_at(),
    ]
}
