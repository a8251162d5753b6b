//! The walk: every case that can be reached, every row from every state, every condition that bites.

use crate::{
    cast::*,
    door,
    explore::{Met, Walk, cell},
    moves::{self, Moves},
    promises, setting,
    story::Story,
    tries,
};
use corridor::domain::{Instant, notice::NoticeContent, people::Actor};
use corridor::workflow::{
    action::{Action, ActionKind as K},
    case::Case,
    notice::Notice,
    state::*,
    step::{Subject, every_row},
};
use std::collections::BTreeSet;

/// A part of the law that is walked through: where it begins and what people do there.
struct Part {
    name: &'static str,
    /// The notice today.
    notice: fn() -> Notice,
    begins: fn() -> Vec<Story>,
    moves: fn(&Case, Instant) -> Moves,
}

fn usual() -> Notice {
    Story::new().notice.clone()
}

fn small(notice: &mut NoticeContent) {
    notice.max_shipments = Some(1);
    notice.policy.clock.stop_cap_days = 40;
}

fn parts() -> Vec<Part> {
    vec![
        Part {
            name: "from draft to review",
            notice: usual,
            begins: || vec![Story::under(small).drafted()],
            moves: |case, now| {
                without(
                    moves::intake(case, now),
                    &[K::SendMessage, K::AttachDocument, K::DetachDocument],
                )
            },
        },
        Part {
            name: "drafting",
            notice: tries::amended_notice,
            begins: || {
                use crate::wishes::{ask, give_back, issue};
                let asked = Story::under(small)
                    .constituted()
                    .when(Officer, ask())
                    .when(Lead, issue());
                vec![
                    Story::under(small).drafted(),
                    Story::under(small).taken().when(Officer, give_back()),
                    asked,
                ]
            },
            moves: |case, now| {
                let kinds = [
                    K::SaveSection,
                    K::AttachDocument,
                    K::DetachDocument,
                    K::MigrateDossier,
                    K::DiscardDossier,
                ];
                moves::only(moves::intake(case, now), &kinds)
            },
        },
        Part {
            name: "a favourable edition",
            notice: tries::amended_notice,
            begins: || {
                use crate::wishes::give_back;
                vec![
                    Story::under(small).submitted(),
                    Story::under(small).taken(),
                    Story::under(small).taken().when(Officer, give_back()),
                    Story::under(small).accepted(),
                ]
            },
            moves: |case, now| moves::only(moves::intake(case, now), &[K::AdoptEdition]),
        },
        Part {
            name: "conditions",
            notice: usual,
            begins: || {
                [true, false]
                    .map(|first| Story::new().approved_with_condition(first))
                    .into()
            },
            moves: |case, now| {
                let mut moves = moves::conditions();
                moves.push((
                    Officer,
                    crate::wishes::screen_all(case, corridor::workflow::action::ScreeningOutcome::Clear, now),
                ));
                moves
            },
        },
        Part {
            name: "a notice that was withdrawn",
            notice: tries::withdrawn_notice,
            begins: || vec![Story::under(small).drafted()],
            moves: |_, _| vec![],
        },
        Part {
            name: "special places",
            notice: usual,
            begins: tries::special_places,
            moves: |_, _| vec![],
        },
        Part {
            name: "short patience",
            notice: usual,
            begins: || {
                vec![
                    Story::under(no_stops).drafted(),
                    Story::under(no_time).drafted(),
                    Story::under(no_stops).ballot(),
                ]
            },
            moves: |case, now| {
                let kinds = [
                    K::SubmitDossier,
                    K::TakeCase,
                    K::PauseClock,
                    K::ResumeClock,
                    K::SendMessage,
                ];
                moves::only(moves::intake(case, now), &kinds)
            },
        },
        Part {
            name: "a pause before the ballot",
            notice: usual,
            begins: || {
                vec![
                    Story::under(no_stops)
                        .reviewed()
                        .ready_to_vote()
                        .when(Signatory, crate::wishes::pause(12)),
                ]
            },
            moves: |case, now| {
                let mut moves = moves::only(moves::decision(case), &[K::OpenBallot]);
                moves.extend(moves::only(moves::intake(case, now), &[K::ResumeClock, K::SendMessage]));
                moves
            },
        },
        Part {
            name: "questions",
            notice: usual,
            begins: || vec![Story::under(small).constituted()],
            moves: |case, _| moves::questions(case),
        },
        Part {
            name: "screening",
            notice: usual,
            begins: || vec![Story::under(small).submitted(), Story::under(small).constituted()],
            moves: |case, now| {
                let mut moves = moves::screening(case, now);
                moves.extend(moves::only(moves::intake(case, now), &[K::TakeCase]));
                moves
            },
        },
        Part {
            name: "panel and findings",
            notice: usual,
            begins: || {
                let constituted = Story::under(small).accepted().when(Lead, crate::wishes::constitute);
                vec![
                    Story::under(small).accepted(),
                    constituted,
                    Story::under(small).constituted(),
                ]
            },
            moves: |case, _| moves::committee(case),
        },
        Part {
            name: "inspection",
            notice: usual,
            begins: || vec![Story::under(small).constituted()],
            moves: moves::inspection,
        },
        Part {
            name: "ballot",
            notice: usual,
            begins: ballots,
            moves: |case, _| moves::decision(case),
        },
        Part {
            name: "the panel during a ballot",
            notice: usual,
            begins: || vec![Story::under(small).ballot()],
            moves: |case, _| {
                let mut moves = moves::replacing_a_head();
                moves.extend(moves::reconfirming());
                moves.extend(moves::only(moves::decision(case), &[K::CastVote]));
                moves.extend(moves::only(moves::questions(case), &[K::ConsentToLateQuestions]));
                moves
            },
        },
        Part {
            name: "screening of a waiver in force",
            notice: usual,
            begins: || {
                let approved = Story::under(small).approved().on("2025-11-07 10:00");
                vec![approved.when(Officer, crate::wishes::screen)]
            },
            moves: moves::screening,
        },
        Part {
            name: "waiver and shipments",
            notice: usual,
            begins: || {
                let approved = Story::under(small).approved().on("2025-11-07 10:00");
                vec![approved.when(Officer, crate::wishes::screen)]
            },
            moves: moves::waiver,
        },
    ]
}

/// The stops are used up in no time.
fn no_stops(notice: &mut NoticeContent) {
    small(notice);
    notice.policy.clock.stop_cap_days = 1;
}

/// Time is over before anybody has looked.
fn no_time(notice: &mut NoticeContent) {
    small(notice);
    notice.policy.clock.days = 3;
}

/// Reviewed, under each policy of silence, before and after the draft has ripened.
fn ballots() -> Vec<Story> {
    use corridor::domain::notice::OnLapse;
    let under = |on_lapse, no_objection| {
        Story::under(|notice| {
            small(notice);
            notice.policy.clock.on_lapse = on_lapse;
            notice.policy.no_objection = no_objection;
        })
        .reviewed()
    };
    vec![
        under(OnLapse::Escalate, false).ready_to_vote(),
        under(OnLapse::DeemedRefused, true).ready_to_vote(),
        under(OnLapse::DeemedApproved, false),
    ]
}

fn without(moves: Moves, kinds: &[K]) -> Moves {
    moves
        .into_iter()
        .filter(|(_, action)| !kinds.contains(&action.kind()))
        .collect()
}

/// The state of its own machine that a wish is about: of the finding, hit or shipment it names, or the only one.
fn about(case: &Case, actor: &Actor, action: &Action) -> Option<State> {
    let row = every_row::<Case>().find(|step| step.action == action.kind() && !step.from.is_empty())?;
    let criterion = match action {
        Action::ProposeFinding(body) => Some(&body.criterion),
        Action::CountersignFinding(body) => Some(&body.criterion),
        _ => None,
    };
    match (criterion, &actor.delegation) {
        (Some(criterion), Some(own)) => {
            let finding = case.findings.get(&(criterion.clone(), own.clone()));
            Some(State::Finding(
                finding.map_or(FindingState::Open, |finding| finding.state),
            ))
        }
        _ => case.standing(row, Some(action)).first().copied(),
    }
}

/// From a settled case nothing leads out, but revival of a lapsed one.
fn one_way(before: &Case, after: &Case, done: &door::Recorded<Case>) {
    let (step, events) = done;
    promises::of_the_row(step, events);
    if !before.state.is_settled() {
        return;
    }
    let kind = step.action;
    let still = match before.state {
        DossierState::Lapsed if kind == K::ReviveDossier => after.state == DossierState::Returned,
        // One may still write to one another.
        DossierState::Lapsed | DossierState::Withdrawn | DossierState::Inadmissible => {
            kind == K::SendMessage && after.state == before.state
        }
        DossierState::Decided => after.state == DossierState::Decided && before.outcome == after.outcome,
        _ => false,
    };
    assert!(still, "{kind:?} leads from {:?} to {:?}", before.state, after.state);
}

/// A case whose notice is withdrawn ends, unless it is settled.
fn ends_with_the_notice(case: &Case, now: Instant, met: &mut Met) {
    let mut story = Story::new().at_instant(now);
    for who in [Us(CoChair), Ru(CoChair)] {
        story.on_notice(who, &crate::notices::termination());
    }
    let mut after = case.clone();
    let taken = door::take_time(&mut after, &story.around, now);
    for (step, _) in taken.iter().filter(|(step, _)| step.action == K::EndWithNotice) {
        met.cells
            .insert(cell(step.rule, "end_with_notice", case.dossier_state(), None));
    }
    let ended = if case.state.is_settled() {
        case.state
    } else {
        DossierState::Withdrawn
    };
    assert_eq!(after.state, ended, "a withdrawn notice ends {:?}", case.state);
}

fn walked() -> Met {
    let walk = |part: Part| {
        let walk = Walk::<Case> {
            around: &setting::around(&(part.notice)()),
            moves: &part.moves,
            tries: &|case, now| {
                let mut all = moves::all(case, now);
                all.extend(tries::all(case, now));
                all.push((Drafter, moves::start_again()));
                all
            },
            waits: &moves::waits,
            signature: &moves::signature,
            about: &about,
            place: &|case, _| promises::of_the_case(case),
            step: &one_way,
            most: 2_000,
            tried: if part.name == "special places" { u32::MAX } else { 3 },
        };
        let begins = (part.begins)()
            .iter()
            .map(|story| (story.case.clone(), story.now))
            .collect();
        let met = walk.from(begins);
        eprintln!(
            "{}: {} cases, {} attempts, {} cut",
            part.name, met.nodes, met.attempts, met.cut
        );
        met
    };
    let mut met = Met::default();
    std::thread::scope(|scope| {
        let threads: Vec<_> = parts().into_iter().map(|part| scope.spawn(|| walk(part))).collect();
        for thread in threads {
            met.join(thread.join().expect("a walk"));
        }
    });
    met
}

#[test]
fn every_row_fires_from_every_state_and_every_condition_bites() {
    let mut met = walked();
    met.cells
        .insert(cell("D-01", "start_dossier", Some(DossierState::Draft), None));
    for stretch in [
        Story::drafted as fn(Story) -> Story,
        Story::submitted,
        Story::taken,
        Story::constituted,
        Story::ballot,
        Story::approved,
    ] {
        let story = stretch(Story::new());
        ends_with_the_notice(&story.case, story.now, &mut met);
    }
    let returned = Story::new().taken().when(Officer, crate::wishes::give_back());
    ends_with_the_notice(&returned.case, returned.now, &mut met);

    let missing: Vec<_> = cells().difference(&met.cells).cloned().collect();
    assert!(
        missing.is_empty(),
        "{} cells of the table never fire:\n  {}",
        missing.len(),
        missing.join("\n  ")
    );
    let silent: Vec<_> = conditions().difference(&met.refusals).cloned().collect();
    assert!(
        silent.is_empty(),
        "{} conditions never refuse: {silent:#?}",
        silent.len()
    );
    let unseen: Vec<_> = states().difference(&met.states).cloned().collect();
    assert!(unseen.is_empty(), "states nobody reaches: {unseen:?}");
}

/// Every row × each state of the dossier × each state of its own machine.
fn cells() -> BTreeSet<String> {
    let mut cells = BTreeSet::new();
    for step in every_row::<Case>() {
        let during: Vec<_> = step.during.iter().copied().map(Some).collect();
        let from: Vec<_> = step.from.iter().copied().map(Some).collect();
        for during in if during.is_empty() { vec![None] } else { during } {
            for from in if from.is_empty() { vec![None] } else { from.clone() } {
                cells.insert(cell(step.rule, Case::word(step.action), during, from));
            }
        }
    }
    cells
}

fn conditions() -> BTreeSet<(String, String)> {
    every_row::<Case>()
        .flat_map(|step| {
            step.conditions
                .iter()
                .map(|condition| (Case::word(step.action).to_owned(), condition.code.to_owned()))
        })
        .collect()
}

fn states() -> BTreeSet<String> {
    fn all<T: Copy>(states: &[T], of: fn(T) -> State) -> Vec<String> {
        states.iter().map(|state| of(*state).to_string()).collect()
    }
    [
        all(DossierState::ALL, State::Dossier),
        all(RoundState::ALL, State::Round),
        all(Phase::ALL, State::Phase),
        all(InspectionState::ALL, State::Inspection),
        // A finding and a shipment begin with their first event: before it there is none to be in `open` or `none`.
        all(&[FindingState::Proposed, FindingState::Countersigned], State::Finding),
        all(HitState::ALL, State::Hit),
        all(WaiverState::ALL, State::Waiver),
        all(&ShipmentState::ALL[1..], State::Shipment),
    ]
    .concat()
    .into_iter()
    .collect()
}
