//! What anybody could wish of a case as it stands, chapter by chapter: a small set, with the usual contents.

use crate::{cast::*, inspecting, setting::*, story::NOTICE, wishes::*};
use corridor::domain::{Instant, dossier::Section, people::Role};
use corridor::workflow::{
    action::{ActionKind as K, *},
    case::Case,
    state::*,
};

pub type Moves = Vec<(Who, Action)>;

/// Every wish of every chapter.
pub fn all(case: &Case, now: Instant) -> Moves {
    let mut moves = intake(case, now);
    moves.extend(questions(case));
    moves.extend(screening(case, now));
    moves.extend(committee(case));
    moves.extend(inspection(case, now));
    moves.extend(decision(case));
    moves.extend(waiver(case, now));
    moves.extend(conditions());
    moves
}

pub fn intake(case: &Case, now: Instant) -> Moves {
    let items = case
        .intake
        .returned
        .as_ref()
        .map_or(1, |returned| returned.deficiencies.len());
    let resubmit = Action::ResubmitDossier(ResubmitDossier {
        answers: vec![words("Mended."); items],
        declaration: DECLARATION.to_owned(),
    });
    let edition = case.edition + 1;
    vec![
        (Drafter, safeguards()),
        (Drafter, attach(PAPER, "X")),
        (Drafter, Action::DetachDocument(DetachDocument { document: PAPER })),
        (Signatory, Action::MigrateDossier(MigrateDossier { edition })),
        (Signatory, submit()),
        (Signatory, adopt(edition)),
        (Drafter, Action::DiscardDossier(Nothing {})),
        (Officer, take()),
        (Officer, screen_all(case, ScreeningOutcome::Clear, now)),
        (Officer, accept()),
        (Lead, countersign()),
        (Officer, give_back()),
        (Signatory, resubmit),
        (Us(CoChair), revive()),
        (Lead, reject()),
        (Lead, no_waiver()),
        (Us(CoChair), consent_no_waiver()),
        (Ru(CoChair), consent_no_waiver()),
        (Signatory, withdraw()),
        (Signatory, pause(12)),
        (Signatory, resume()),
        (
            Drafter,
            Action::SendMessage(SendMessage {
                text: words("Good morning."),
            }),
        ),
    ]
}

pub fn questions(case: &Case) -> Moves {
    let mut moves = vec![
        (Signatory, consent_to_questions()),
        (Lead, issue()),
        (Drafter, save(Section::Goods(case.dossier.goods.clone()))),
        (Signatory, answer_in(case)),
        (Officer, insufficient(1)),
        (Lead, cancel(1)),
    ];
    if case.questions.is_empty() || case.rounds.len() == 1 && case.questions.len() < 2 {
        moves.push((Officer, if case.questions.is_empty() { ask() } else { ask_after(1) }));
    }
    moves
}

pub fn screening(case: &Case, now: Instant) -> Moves {
    vec![
        (Officer, screen_all(case, ScreeningOutcome::Clear, now)),
        (Officer, screen_all(case, ScreeningOutcome::Hits, now)),
        (Officer, screen_all(case, ScreeningOutcome::Failed, now)),
        (System, screen_all(case, ScreeningOutcome::Hits, now)),
        (Lead, propose_verdict(Verdict::FalsePositive, None)),
        (Officer, propose_verdict(Verdict::FalsePositive, None)),
        (Us(Reviewer), propose_verdict(Verdict::TrueMatch, None)),
        (Officer, propose_verdict(Verdict::TrueMatch, None)),
        (SecondedOfficer, confirm_verdict(true)),
        (SecondedOfficer, confirm_verdict(false)),
        (Ru(Head), confirm_verdict(true)),
        (Ru(Head), confirm_verdict(false)),
    ]
}

pub fn committee(case: &Case) -> Moves {
    let mut moves = vec![(Lead, constitute_in(case))];
    for side in [Us as fn(Seat) -> Who, Ru] {
        let author = if case.members().any(|member| member.person == side(Reviewer).id()) {
            side(Reviewer)
        } else {
            side(SecondReviewer)
        };
        moves.extend([
            (side(Head), assign("C1", author)),
            (author, find("C1", FindingValue::Met)),
            (side(Head), countersign_finding("C1", author)),
        ]);
    }
    moves.extend([
        (Us(Reviewer), no_interest()),
        (Us(Reviewer), interest()),
        (Us(Head), no_interest()),
        (Us(Reviewer), recuse()),
        (Us(Head), recuse()),
        (Us(CoChair), substitute(Us(Reviewer), Us(Spare), Role::Reviewer)),
    ]);
    moves
}

/// A reviewer leaves during the ballot; another confirms what was found.
pub fn reconfirming() -> Moves {
    vec![
        (Us(Reviewer), recuse()),
        (Us(Head), assign("C1", Us(SecondReviewer))),
        (Us(SecondReviewer), find("C1", FindingValue::Met)),
        (Us(Head), countersign_finding("C1", Us(SecondReviewer))),
    ]
}

/// The holder reports a condition as fulfilled, its owner answers.
pub fn conditions() -> Moves {
    vec![
        (Drafter, report_condition("K1")),
        (Us(Head), confirm_condition("K1", true)),
        (Us(CoChair), confirm_condition("K1", false)),
    ]
}

/// A head leaves, a spare takes the seat and declares.
pub fn replacing_a_head() -> Moves {
    vec![
        (Us(Head), recuse()),
        (Us(CoChair), substitute(Us(Head), Us(Spare), Role::Head)),
        (Us(Spare), no_interest()),
        (Us(Spare), interest()),
    ]
}

pub fn inspection(case: &Case, now: Instant) -> Moves {
    let hour = |hours| now + jiff::SignedDuration::from_hours(hours);
    let slots = if case.inspection.resumes {
        vec![hour(50)]
    } else {
        vec![hour(50), hour(51), hour(52)]
    };
    let slot = case.inspection.slots.first().copied().unwrap_or(now);
    let mut moves = vec![
        (Us(CoChair), inspecting::waive()),
        (Us(CoChair), inspecting::inspect()),
        (Ru(CoChair), inspecting::waive()),
        (Officer, inspecting::propose_at(slots)),
        (Us(Inspector), inspecting::confirm_slot(slot)),
        (Ru(Inspector), inspecting::confirm_slot(slot)),
        (Signatory, inspecting::confirm_slot(slot)),
        (Signatory, inspecting::postpone()),
        (Us(Inspector), inspecting::join()),
        (Ru(Inspector), inspecting::join()),
        (Us(Inspector), inspecting::open()),
        (Us(Inspector), inspecting::close()),
        (Ru(Inspector), inspecting::close()),
        (Us(Inspector), inspecting::report(InspectionResult::Passed)),
        (Us(Inspector), inspecting::sign_report()),
        (Ru(Inspector), inspecting::sign_report()),
        (Ru(Inspector), inspecting::refuse_signature()),
        (Drafter, inspecting::refuse_inspection()),
        (Ru(Inspector), inspecting::leave()),
    ];
    if case.inspection.observations.is_empty() {
        moves.push((Us(Inspector), inspecting::observe("silo")));
    }
    moves
}

pub fn decision(case: &Case) -> Moves {
    let digest = || case.ballot.digest.clone().unwrap_or_default();
    let mut moves = vec![
        (Us(CoChair), Action::OpenBallot(OpenBallot { draft: digest() })),
        (Us(Head), vote_in(case, Choice::Approve)),
        (Us(Head), vote_in(case, Choice::Refuse)),
        (Us(Alternate), vote_in(case, Choice::Approve)),
        (Ru(Head), vote_in(case, Choice::Approve)),
        (Us(CoChair), close_ballot()),
        (Us(CoChair), Action::SignDecision(SignDecision { draft: digest() })),
        (Ru(CoChair), Action::SignDecision(SignDecision { draft: digest() })),
        (Signatory, withdraw()),
    ];
    if case.ballot.draft.is_none() {
        moves.push((Us(CoChair), draft_in(case, Outcome::Approved)));
        moves.push((Us(CoChair), draft_in(case, Outcome::Refused)));
    }
    moves
}

/// One shipment, of everything or of a part.
pub fn waiver(case: &Case, now: Instant) -> Moves {
    let whole = || tonnes("1000");
    let mut moves = vec![
        (Drafter, ship("1000")),
        (Drafter, ship("400")),
        (Drafter, load_in(case, 1, tonnes("400"), now)),
        (Drafter, load_in(case, 1, whole(), now)),
        (Monitor, attest_in(case, 1, tonnes("400"), now)),
        (Monitor, attest_in(case, 1, whole(), now)),
        (Officer, verify(1, true)),
        (Us(Head), verify(1, false)),
        (Monitor, lose(1, LossKind::Cancelled)),
        (Drafter, lose(1, LossKind::Lost)),
        (Drafter, lose(1, LossKind::Diverted)),
        (Signatory, confirm_correction(1, true)),
        (Signatory, confirm_correction(1, false)),
        (Signatory, final_report()),
        (Officer, outcome()),
        (Us(CoChair), sign_outcome_in(case)),
        (Ru(CoChair), sign_outcome_in(case)),
    ];
    for where_ in [Position::Departed, Position::UnderWay, Position::Discharged] {
        moves.push((Drafter, position_in(case, 1, where_, now)));
    }
    let corrected = case
        .waiver
        .shipments
        .get(&1)
        .is_some_and(|shipment| shipment.correction.is_some());
    if !corrected {
        moves.push((Officer, correct(1, "300")));
    }
    moves
}

/// Only these kinds.
pub fn only(moves: Moves, kinds: &[K]) -> Moves {
    moves
        .into_iter()
        .filter(|(_, action)| kinds.contains(&action.kind()))
        .collect()
}

/// A wish to begin, for the case that was begun.
pub fn start_again() -> Action {
    Action::StartDossier(StartDossier {
        notice: NOTICE,
        on_behalf_of: Some(MINISTRY),
        dossier: None,
    })
}

/// Instants at which something opens that no timer announces.
pub fn waits(case: &Case, now: Instant) -> Vec<Instant> {
    let mut instants = Vec::new();
    if case.inspection.state == InspectionState::Scheduled {
        instants.extend(case.inspection.slot.filter(|slot| *slot > now));
    }
    if let Some(at) = case.ballot.circulated_at.filter(|_| case.ballot.opened_at.is_none()) {
        instants.push(case.working_days_after(at, 2));
    }
    if let Some(at) = case.ballot.opened_at.filter(|_| case.panel.phase == Phase::Ballot) {
        instants.push(case.working_days_after(at, 3));
    }
    instants.retain(|instant| *instant > now);
    instants
}

/// What tells one case from another, as far as the law looks.
pub fn signature(case: &Case, now: Instant) -> String {
    let intake = &case.intake;
    let returned = intake
        .returned
        .as_ref()
        .map(|r| (r.warned, r.reminded.len(), r.lapsed_at.is_some()));
    let rounds: Vec<_> = case
        .rounds
        .iter()
        .map(|round| (round.state, round.reminded.len()))
        .collect();
    let questions: Vec<_> = case
        .questions
        .iter()
        .map(|q| (q.round, q.insufficient, q.cancelled, q.answer.is_some()))
        .collect();
    let hits: Vec<_> = case
        .screening
        .values()
        .map(|s| {
            let hit =
                |hit: &corridor::workflow::case::Hit| (hit.state, hit.proposed.as_ref().map(|first| first.verdict));
            (s.result, s.hits.first().map(hit))
        })
        .collect();
    let members: Vec<_> = case.panel.members.iter().map(|m| (m.interest, m.out)).collect();
    let findings: Vec<_> = case.findings.values().map(|f| (f.state, f.must_renew)).collect();
    let i = &case.inspection;
    let inspection = (
        (
            i.state,
            (i.state == InspectionState::None).then_some(i.waivers.len()),
            i.confirmed.len(),
            i.postponements,
            i.present.len(),
            i.resumes,
        ),
        (
            i.quorum_lost_at.is_some(),
            i.observations.len(),
            i.close_consents.len(),
            i.signed.len(),
            &i.refused,
        ),
    );
    let b = &case.ballot;
    let slot = i.slot.map(|slot| slot <= now);
    let ripe = corridor::workflow::committee::quorate(case);
    let ballot = (
        b.draft.as_ref().map(|draft| draft.outcome),
        b.opened_at.is_some(),
        b.cast.values().map(|vote| &vote.sealed).collect::<Vec<_>>(),
        b.closed.as_ref().map(|closed| closed.result),
        b.signatures.len(),
        b.circulated_at.map(|at| now >= case.working_days_after(at, 2)),
        b.opened_at.map(|at| now >= case.working_days_after(at, 3)),
    );
    let shipments: Vec<_> = case
        .waiver
        .shipments
        .values()
        .map(|s| {
            let open = (s.correction.is_some(), &s.overdue);
            (s.state, s.reserved_milli, s.delivered_milli, open)
        })
        .collect();
    let ends = (
        case.outcome_statement.is_some(),
        case.outcome_signatures.len(),
        case.waiver.reminded.len(),
        case.waiver.report_wanted_since.is_some(),
        case.waiver.final_report.is_some(),
    );
    let conditions: Vec<_> = case
        .waiver
        .conditions
        .iter()
        .map(|one| (one.report.is_some(), one.fulfilled_at.is_some()))
        .collect();
    let consents = case.no_waiver.as_ref().map(|no| no.consents.len());
    let clock = case.policy();
    let policy = (
        clock.days,
        clock.stop_cap_days,
        clock.on_lapse,
        case.terms.policy.no_objection,
    );
    format!(
        "{policy:?}{:?}",
        (
            (
                case.state,
                case.outcome,
                case.frozen.is_empty(),
                case.dossier.documents.len(),
                intake.accepted_by.is_some(),
                returned
            ),
            (
                rounds,
                questions,
                case.late_questions_consented,
                case.pauses,
                case.pause.is_some(),
                consents
            ),
            (hits, members, &case.panel.assigned, case.panel.phase, findings, ripe),
            (inspection, slot),
            ballot,
            (
                case.waiver.state,
                shipments,
                (ends, conditions, case.edition),
                case.clock.escalated,
                &case.clock.warned
            ),
        )
    )
}
