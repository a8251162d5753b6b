//! Conditions of a decision: whence they come, who owns them, and whether they are fulfilled (W-02).
//!
//! A condition precedent must be fulfilled before the certificate is issued (W-01): the holder reports it with
//! evidence, the delegation that owns it confirms.

use super::{action::*, case::Case, event::Event, happening::*, refusal::Refusal, state::FindingState, step::Ask};
use crate::domain::{Instant, id::DocumentId, people::Delegation, text::Words};
use std::collections::BTreeSet;

/// A condition of the decision, folded.
#[derive(Clone, Debug)]
pub struct Imposed {
    pub condition: Condition,
    /// What the holder reported last, until the owner has answered.
    pub report: Option<Report>,
    pub fulfilled_at: Option<Instant>,
}

/// What the holder reports.
#[derive(Clone, Debug)]
pub struct Report {
    pub at: Instant,
    pub text: Words,
    pub evidence: Vec<DocumentId>,
}

/// The name of the condition that a finding “met with condition” creates: `C1-US`.
#[must_use]
pub fn id_of(criterion: &str, delegation: &Delegation) -> String {
    format!("{criterion}-{delegation}")
}

/// The conditions that the committee's countersigned findings ask for, each owned by its delegation.
#[must_use]
pub fn of_findings(case: &Case) -> Vec<Condition> {
    let with_condition = case.findings.iter().filter(|(_, finding)| {
        finding.state == FindingState::Countersigned && finding.value == FindingValue::MetWithCondition
    });
    let condition = |((criterion, delegation), finding): (&(String, Delegation), &super::case::Finding)| {
        Some(Condition {
            id: id_of(criterion, delegation),
            text: finding.condition.clone()?,
            owner: Some(delegation.clone()),
            precedent: false,
        })
    };
    with_condition.filter_map(condition).collect()
}

/// A draft with the conditions of the findings, and an owner for each of its own: whoever circulates it.
pub(super) fn completed(case: &Case, draft: &CirculateDraft, circulated_by: Option<&Delegation>) -> CirculateDraft {
    let mut draft = draft.clone();
    if !draft.outcome.approves() {
        return draft;
    }
    for asked in of_findings(case) {
        match draft.conditions.iter_mut().find(|condition| condition.id == asked.id) {
            // It may be worded anew or made a condition precedent; its owner stays.
            Some(condition) => condition.owner = asked.owner,
            None => draft.conditions.push(asked),
        }
    }
    for condition in &mut draft.conditions {
        condition.owner = condition.owner.take().or_else(|| circulated_by.cloned());
    }
    draft
}

/// Has each condition its own name, words, and a delegation of this notice as owner?
pub(super) fn sound(case: &Case, draft: &CirculateDraft) -> bool {
    let ids: BTreeSet<_> = draft.conditions.iter().map(|condition| &condition.id).collect();
    let owned = |condition: &Condition| case.delegations().any(|known| Some(known) == condition.owner.as_ref());
    let said = |condition: &Condition| !condition.id.trim().is_empty() && !condition.text.is_blank();
    let fits = match draft.outcome {
        Outcome::ApprovedWithConditions => !draft.conditions.is_empty(),
        Outcome::ApprovedInPart => true,
        _ => draft.conditions.is_empty(),
    };
    fits && ids.len() == draft.conditions.len() && draft.conditions.iter().all(|one| owned(one) && said(one))
}

/// Does the draft on the table, if it approves, contain every condition that the findings ask for?
pub(super) fn complete(case: &Case) -> bool {
    case.ballot.draft.as_ref().is_none_or(|draft| {
        let has = |asked: &Condition| draft.conditions.iter().any(|condition| condition.id == asked.id);
        !draft.outcome.approves() || of_findings(case).iter().all(has)
    })
}

/// Are all conditions precedent fulfilled?
#[must_use]
pub fn precedent_met(case: &Case) -> bool {
    let met = |imposed: &Imposed| !imposed.condition.precedent || imposed.fulfilled_at.is_some();
    case.waiver.conditions.iter().all(met)
}

/// The condition of this name.
#[must_use]
pub fn imposed<'a>(case: &'a Case, id: &str) -> Option<&'a Imposed> {
    case.waiver.conditions.iter().find(|imposed| imposed.condition.id == id)
}

pub(super) fn effects(_ask: &Ask<'_, Case>, action: &Action) -> Result<Vec<Happening>, Refusal> {
    Ok(vec![match action {
        Action::ReportCondition(body) => Happening::ConditionReported(body.clone()),
        Action::ConfirmCondition(body) if body.fulfilled => Happening::ConditionConfirmed(body.clone()),
        Action::ConfirmCondition(body) => Happening::ConditionDeclined(body.clone()),
        _ => return Ok(Vec::new()),
    }])
}

pub(super) fn apply(case: &mut Case, event: &Event<Happening>) {
    let at = event.effective_at;
    match &event.happened {
        Happening::WaiverPending(_) => case.waiver.conditions = of_decision(case),
        Happening::ConditionReported(report) => change(case, &report.condition, |imposed| {
            imposed.report = Some(Report {
                at,
                text: report.text.clone(),
                evidence: report.evidence.clone(),
            });
        }),
        Happening::ConditionConfirmed(answer) => {
            change(case, &answer.condition, |imposed| imposed.fulfilled_at = Some(at));
        }
        // It may be reported again.
        Happening::ConditionDeclined(answer) => change(case, &answer.condition, |imposed| imposed.report = None),
        _ => {}
    }
}

fn change(case: &mut Case, id: &str, change: impl FnOnce(&mut Imposed)) {
    if let Some(imposed) = case.waiver.conditions.iter_mut().find(|one| one.condition.id == id) {
        change(imposed);
    }
}

/// Those of the draft that was voted on; a decision by lapse of time has none.
fn of_decision(case: &Case) -> Vec<Imposed> {
    let decided = case
        .ballot
        .draft
        .as_ref()
        .filter(|draft| case.outcome == Some(draft.outcome));
    let imposed = |condition: &Condition| Imposed {
        condition: condition.clone(),
        report: None,
        fulfilled_at: None,
    };
    decided.map_or_else(Vec::new, |draft| draft.conditions.iter().map(imposed).collect())
}
