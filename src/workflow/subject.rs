//! A case as something with a procedure: dispatch to the chapters.

use super::{
    action::{Action, ActionKind},
    adoption,
    around::Around,
    case::Case,
    committee, conditions, decision, dossier,
    event::Event,
    happening::Happening,
    inspection, intake, procedure, questions,
    refusal::Refusal,
    screening,
    state::*,
    step::{Ask, Step, Subject},
    waiver,
};
use crate::domain::{
    Instant,
    people::{Actor, Role},
};
use std::collections::BTreeSet;

impl Subject for Case {
    type Kind = ActionKind;
    type Action = Action;
    type Happening = Happening;
    type Around = Around;

    fn chapters() -> &'static [&'static [Step<Self>]] {
        procedure::CASE
    }

    fn kind(action: &Action) -> ActionKind {
        action.kind()
    }

    fn word(kind: ActionKind) -> &'static str {
        kind.word()
    }

    fn roles_of(&self, actor: &Actor, _around: &Around) -> BTreeSet<Role> {
        super::visibility::roles_on(self, actor)
    }

    fn standing(&self, step: &Step<Self>, action: Option<&Action>) -> Vec<State> {
        let Some(first) = step.from.first() else {
            return Vec::new();
        };
        match first {
            State::Notice(_) => Vec::new(),
            State::Dossier(_) => vec![State::Dossier(self.state)],
            State::Round(_) => vec![State::Round(self.round_state())],
            State::Phase(_) => vec![State::Phase(self.panel.phase)],
            State::Inspection(_) => vec![State::Inspection(self.inspection.state)],
            State::Finding(_) => committee::finding_states(self, action),
            State::Hit(_) => screening::hit_states(self, action),
            State::Waiver(_) => vec![State::Waiver(self.waiver.state)],
            State::Shipment(_) => waiver::shipment_states(self, action),
        }
    }

    fn dossier_state(&self) -> Option<DossierState> {
        Some(self.state)
    }

    fn states(&self) -> Vec<State> {
        let mut states = vec![
            State::Dossier(self.state),
            State::Round(self.round_state()),
            State::Phase(self.panel.phase),
            State::Inspection(self.inspection.state),
            State::Waiver(self.waiver.state),
        ];
        states.extend(self.findings.values().map(|finding| State::Finding(finding.state)));
        states.extend(
            self.screening
                .values()
                .flat_map(|s| s.hits.iter().map(|hit| State::Hit(hit.state))),
        );
        states.extend(
            self.waiver
                .shipments
                .values()
                .map(|shipment| State::Shipment(shipment.state)),
        );
        states
    }

    fn clock_word(&self) -> String {
        let clock = &self.clock;
        let open: Vec<&str> = clock
            .stops
            .iter()
            .filter(|stop| stop.to.is_none())
            .map(|stop| stop.reason)
            .collect();
        match (clock.start, clock.ended) {
            (_, Some(_)) => "ended".to_owned(),
            (None, None) if open.is_empty() => "not_started".to_owned(),
            _ if open.is_empty() => "running".to_owned(),
            _ => format!("stopped: {}", open.join(", ")),
        }
    }

    fn effects(ask: &Ask<'_, Self>, action: &Action) -> Result<Vec<Happening>, Refusal> {
        use ActionKind::*;
        match action.kind() {
            AskQuestion
            | ConsentToLateQuestions
            | IssueRound
            | RemindToAnswer
            | AnswerRound
            | MarkInsufficient
            | ExpireRound
            | CancelQuestion => questions::effects(ask, action),
            ReportCondition | ConfirmCondition => conditions::effects(ask, action),
            AdoptEdition => adoption::effects(ask, action),
            RecordScreening | ProposeDisposition | ConfirmDisposition | RaiseScreeningAlarm => {
                screening::effects(ask, action)
            }
            ConstitutePanel | DeclareInterest | ExcludeConflicted | Recuse | SubstituteMember | AssignCriterion
            | ProposeFinding | CountersignFinding => committee::effects(ask, action),
            DecideInspection | ProposeInspection | ConfirmInspection | PostponeInspection | JoinInspection
            | LeaveInspection | OpenInspection | RecordObservation | AbortInspection | CloseInspection
            | DraftReport | SignReport | RefuseSignature | DeemReportSigned | RefuseInspection => {
                inspection::effects(ask, action)
            }
            CirculateDraft | OpenBallot | CastVote | CloseBallot | SignDecision | WarnOfDeadline | Lapse => {
                decision::effects(ask, action)
            }
            IssueWaiver | RemindOfExpiry | ExhaustWaiver | ExpireWaiver | NotifyShipment | ReportLoading
            | ReportPosition | RemindOfSilence | AttestDelivery | RemindToAttest | VerifyDelivery | RemindToVerify
            | ReportLoss | ProposeCorrection | ConfirmCorrection | StartCloseOut | FileFinalReport
            | RemindOfFinalReport | ProposeOutcome | SignOutcome => waiver::effects(ask, action),
            _ => dossier::effects(ask, action),
        }
    }

    fn due(&self, around: &Around) -> Option<(Instant, Action)> {
        [
            intake::due(self, around),
            questions::due(self),
            screening::due(self),
            committee::due(self),
            inspection::due(self),
            decision::due(self),
            waiver::due(self),
            super::watch::due(self),
        ]
        .into_iter()
        .flatten()
        .min_by_key(|(at, _)| *at)
    }

    fn takes_effect(happening: &Happening) -> Option<Instant> {
        match happening {
            Happening::CaseDecided(decided) => Some(decided.as_of),
            _ => None,
        }
    }

    fn apply(&mut self, event: &Event<Happening>) {
        self.version = event.seq;
        self.updated_at = self.updated_at.max(event.effective_at);
        // Each chapter folds what it knows and leaves the rest: stored facts are never refused.
        dossier::apply(self, event);
        adoption::apply(self, event);
        questions::apply(self, event);
        screening::apply(self, event);
        committee::apply(self, event);
        inspection::apply(self, event);
        decision::apply(self, event);
        waiver::apply(self, event);
        conditions::apply(self, event);
    }

    fn version(&self) -> u32 {
        self.version
    }
}

/// A case from its whole history; None if there is none.
#[must_use]
pub fn fold(id: crate::domain::id::CaseId, events: &[Event<Happening>]) -> Option<Case> {
    let first = events.first()?;
    let Happening::DossierStarted(started) = &first.happened else {
        return None;
    };
    let mut case = Case::unborn(id, &started.terms, started.notice, first.effective_at);
    for event in events {
        case.apply(event);
    }
    Some(case)
}
