//! Screening by the service's own engine: bound to subject and entry, never quietly undone, loud when it matters.

use crate::{cast::*, setting::*, story::Story, wishes::*};
use corridor::{
    domain::id::{CaseId, PersonId},
    workflow::{
        action::*,
        around::EntryNow,
        happening::{AlarmReason, Happening},
        screened,
        screening::{self, Standing},
        state::HitState,
    },
};

/// What the engine found about the vessel: this hit, or nothing.
fn engine(hit: Option<ScreeningHit>) -> impl Fn(&Story) -> Action {
    move |story| {
        let mut action = screen_all(&story.case, ScreeningOutcome::Clear, story.now);
        if let Action::RecordScreening(body) = &mut action {
            let subjects = screened::live(&story.case);
            for result in &mut body.results {
                result.fingerprint = subjects
                    .get(&result.subject)
                    .map(screened::ScreenedSubject::fingerprint);
                if result.subject == VESSEL && hit.is_some() {
                    result.result = ScreeningOutcome::Hits;
                    result.hits = hit.iter().cloned().collect();
                }
            }
            body.check = Some(ScreeningCheck {
                engine: "built_in".to_owned(),
                algorithm: "1".to_owned(),
                settings: "00".to_owned(),
                trigger: ScreeningTrigger::OnDemand,
                lists: vec![],
                started_at: story.now,
                finished_at: story.now,
                answer_sha256: None,
                failure: None,
            });
        }
        action
    }
}

fn listed(fingerprint: &str, band: HitBand) -> ScreeningHit {
    ScreeningHit {
        fingerprint: Some(fingerprint.to_owned()),
        band: Some(band),
        score: Some(900),
        ..hit()
    }
}

fn strong() -> ScreeningHit {
    listed("f1", HitBand::Strong)
}

fn state(story: &Story) -> Option<HitState> {
    story.case.screening[VESSEL].hits.first().map(|hit| hit.state)
}

fn cleared(story: Story) -> Story {
    story
        .when(Us(Reviewer), propose_verdict(Verdict::FalsePositive, None))
        .when(Ru(Reviewer), confirm_verdict(true))
}

#[test]
fn an_officials_record_does_not_make_the_engines_hit_disappear() {
    let story = Story::new()
        .constituted()
        .when(System, engine(Some(strong())))
        .when(Officer, screen);
    assert_eq!(state(&story), Some(HitState::Open));
    let story = story.when(System, engine(None));
    assert_eq!(state(&story), None);
    let story = story.when(Officer, screen_with_hit).when(System, engine(None));
    assert_eq!(state(&story), Some(HitState::Open));
}

#[test]
fn a_failed_check_forgets_nothing() {
    let story = cleared(Story::new().constituted().when(System, engine(Some(strong()))));
    let story = story.when(Officer, screen_failed);
    assert_eq!(state(&story), Some(HitState::FalsePositive));
    assert!(!screening::all_decided(&story.case, story.now));
}

#[test]
fn a_decision_holds_until_the_entry_changes() {
    let story = cleared(Story::new().constituted().when(System, engine(Some(strong()))));
    let story = story.when(System, engine(Some(strong())));
    assert_eq!(state(&story), Some(HitState::FalsePositive));
    let changed = listed("f2", HitBand::Strong);
    let story = story.when(System, engine(Some(changed)));
    assert_eq!(state(&story), Some(HitState::Open));
}

#[test]
fn a_decision_may_hold_for_some_days_only() {
    let until = |day: &str| {
        let mut proposal = propose_verdict(Verdict::FalsePositive, None);
        if let Action::ProposeDisposition(body) = &mut proposal {
            body.holds_until = Some(date(day));
        }
        proposal
    };
    let story = Story::new()
        .constituted()
        .when(System, engine(Some(strong())))
        .when(Us(Reviewer), until("2025-10-02"))
        .when(Ru(Reviewer), confirm_verdict(true));
    assert!(screening::all_pass(&story.case, story.now));
    let story = story.on("2025-10-03 08:00").when(System, engine(Some(strong())));
    assert!(!screening::all_pass(&story.case, story.now));
}

#[test]
fn whoever_decides_has_seen_the_entry_as_it_is_listed_now() {
    let seen = |fingerprint: &str| {
        let mut proposal = propose_verdict(Verdict::FalsePositive, None);
        if let Action::ProposeDisposition(body) = &mut proposal {
            body.entry_fingerprint = Some(fingerprint.to_owned());
        }
        proposal
    };
    let mut story = Story::new().constituted().when(System, engine(Some(strong()))).refused(
        "stale_list_version",
        Us(Reviewer),
        seen("f0"),
    );
    for now in [EntryNow::Is("f2".to_owned()), EntryNow::Gone] {
        story.around.entry_now = now;
        story = story.refused("stale_list_version", Us(Reviewer), seen("f1"));
    }
    story.around.entry_now = EntryNow::Is("f1".to_owned());
    story
        .when(Us(Reviewer), seen("f1"))
        .when(Ru(Reviewer), confirm_verdict(true));
}

#[test]
fn what_was_decided_in_another_case_is_taken_over_but_never_its_licence() {
    let precedent = |verdict| Precedent {
        case: CaseId(uuid::Uuid::from_u128(7)),
        verdict,
        by: PersonId(uuid::Uuid::from_u128(8)),
        delegation: Some(us()),
        confirmed_by: PersonId(uuid::Uuid::from_u128(9)),
        decided_at: at("2025-09-01 10:00"),
        holds_until: None,
    };
    let known = |verdict| ScreeningHit {
        precedent: Some(precedent(verdict)),
        ..strong()
    };
    let story = Story::new()
        .constituted()
        .when(System, engine(Some(known(Verdict::FalsePositive))));
    assert!(screening::all_pass(&story.case, story.now));
    let story = Story::new()
        .constituted()
        .when(System, engine(Some(known(Verdict::TrueMatch))));
    assert_eq!(state(&story), Some(HitState::TrueMatch));
    assert!(screening::uncovered_match(&story.case));
    let covered = story
        .when(Us(Head), propose_verdict(Verdict::TrueMatch, Some("GL 6C")))
        .when(Ru(Reviewer), confirm_verdict(true));
    assert!(screening::all_pass(&covered.case, covered.now));
}

#[test]
fn only_the_service_records_how_it_checked() {
    Story::new()
        .constituted()
        .refused("engine_results_by_engine_only", Officer, engine(None));
    let explained = |story: &Story| {
        let mut action = screen_with_hit(story);
        if let Action::RecordScreening(body) = &mut action {
            let hits = body.results.iter_mut().flat_map(|result| &mut result.hits);
            hits.for_each(|hit| hit.explanation = Some(serde_json::json!({}).into()));
        }
        action
    };
    Story::new()
        .constituted()
        .refused("engine_results_by_engine_only", Officer, explained);
}

#[test]
fn a_ground_has_a_legal_reference_and_covers_only_a_true_match() {
    let ground = |verdict, reference: Option<&str>| {
        let mut proposal = propose_verdict(verdict, reference);
        if let Action::ProposeDisposition(body) = &mut proposal {
            body.covered_as = Some(CoverGround::GeneralLicence);
        }
        proposal
    };
    let story = Story::new().constituted().when(System, engine(Some(strong())));
    story
        .refused(
            "legal_reference_missing",
            Us(Reviewer),
            ground(Verdict::TrueMatch, None),
        )
        .refused(
            "legal_reference_missing",
            Us(Reviewer),
            ground(Verdict::TrueMatch, Some(" ")),
        )
        .refused(
            "legal_reference_missing",
            Us(Reviewer),
            ground(Verdict::FalsePositive, Some("GL 6C")),
        )
        .when(Us(Reviewer), ground(Verdict::TrueMatch, Some("GL 6C")));
}

#[test]
fn a_strong_hit_or_a_true_match_on_a_waiver_in_force_raises_the_alarm_once() {
    let waiver = || Story::new().approved().on("2025-11-07 10:00").when(Officer, screen);
    let alarms = |story: &Story| -> Vec<AlarmReason> {
        let raised = story.events.iter().filter_map(|event| match &event.happened {
            Happening::ScreeningAlarmRaised(alarm) => Some(alarm.hits.iter().map(|hit| hit.reason)),
            _ => None,
        });
        raised.flatten().collect()
    };
    let weak = waiver()
        .when(System, engine(Some(listed("f1", HitBand::Possible))))
        .looked_at();
    assert_eq!(alarms(&weak), []);
    let story = waiver().when(System, engine(Some(strong()))).looked_at();
    let story = story.when(System, engine(Some(strong()))).looked_at();
    assert_eq!(alarms(&story), [AlarmReason::StrongHit]);
    let story = story
        .when(Us(Reviewer), propose_verdict(Verdict::TrueMatch, None))
        .when(Ru(Reviewer), confirm_verdict(true))
        .looked_at();
    assert_eq!(alarms(&story), [AlarmReason::StrongHit, AlarmReason::TrueMatch]);
    assert_eq!(story.case.waiver.state, corridor::workflow::state::WaiverState::Active);
}

/// The dossier with another vessel, answering what was found to be missing.
fn another_vessel(story: &Story) -> Action {
    let mut shipments = story.case.dossier.shipments.clone();
    let vessels = shipments.iter_mut().flat_map(|shipment| &mut shipment.legs);
    for vessel in vessels.filter_map(|leg| leg.vessel.as_mut()) {
        "9074729".clone_into(&mut vessel.imo);
        "Another".clone_into(&mut vessel.name);
    }
    save(corridor::domain::dossier::Section::Shipments(shipments))
}

#[test]
fn a_listed_vessel_that_was_replaced_stands_in_nobodys_way() {
    let shipments = Action::IssueRound(IssueRound {
        sections: vec!["shipments".to_owned()],
        answer_by: None,
    });
    let story = Story::new()
        .constituted()
        .when(System, engine(Some(strong())))
        .when(Us(Reviewer), propose_verdict(Verdict::TrueMatch, None))
        .when(Ru(Reviewer), confirm_verdict(true));
    assert!(screening::uncovered_match(&story.case));
    assert_eq!(screening::standing(&story.case, story.now), Standing::Uncovered);
    let story = story
        .when(Officer, ask())
        .when(Lead, shipments)
        .when(Drafter, another_vessel)
        .when(Signatory, answer);
    assert_eq!(screening::standing(&story.case, story.now), Standing::Missing);
    let story = story.when(System, engine(None));
    assert!(!screening::uncovered_match(&story.case));
    assert!(screening::nothing_undecided(&story.case, story.now));
    assert_eq!(screening::standing(&story.case, story.now), Standing::Clear);
    assert_eq!(
        state(&story),
        Some(HitState::TrueMatch),
        "history keeps what was decided"
    );
}

#[test]
fn how_a_screening_stands_is_said_in_one_word() {
    let stands = |story: &Story| screening::standing(&story.case, story.now);
    let story = Story::new().taken();
    assert_eq!(stands(&story), Standing::Missing);
    assert_eq!(screening::repeat_from(&story.case), None);
    assert_eq!(screening::asked_by(&story.case), Some(("ballot", "B-01")));
    let story = story.when(Officer, screen_failed);
    assert_eq!(stands(&story), Standing::Failed);
    let story = story.when(Officer, screen);
    assert_eq!(stands(&story), Standing::Clear);
    let until = screening::repeat_from(&story.case).unwrap();
    assert_eq!(
        until,
        story.now.checked_add(jiff::SignedDuration::from_hours(24)).unwrap()
    );
    let story = Story::new().constituted().when(System, engine(Some(strong())));
    assert_eq!(stands(&story), Standing::Undecided);
    let story = cleared(story);
    assert_eq!(stands(&story), Standing::Decided);
    let story = story.hours_later(25);
    assert!(
        screening::repeat_from(&story.case).unwrap() <= story.now,
        "decided, but too old"
    );
    let story = Story::new().approved();
    assert_eq!(screening::asked_by(&story.case), Some(("shipment", "H-01")));
}
