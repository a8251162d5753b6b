//! The inspection: what follows from each step, and how history folds.

use super::{
    action::*,
    case::Case,
    dossier::{resume, stop},
    event::Event,
    happening::*,
    refusal::Refusal,
    state::*,
    step::Ask,
};
use crate::domain::{
    Instant,
    id::{DocumentId, PersonId},
    notice::MachineCheck,
    people::{Delegation, Role},
    text::Words,
};
use jiff::SignedDuration;
use std::collections::{BTreeMap, BTreeSet};

/// Minutes without quorum after which an inspection is broken off (I-07).
const LOST_AFTER_MINUTES: i64 = 15;

/// An inspection, folded.
#[derive(Clone, Debug)]
pub struct Inspection {
    pub state: InspectionState,
    pub waivers: BTreeSet<Delegation>,
    pub slots: Vec<Instant>,
    pub sites: Vec<String>,
    pub checklist: Vec<ChecklistItem>,
    pub resumes: bool,
    /// Who confirmed which slot; the host is `None`.
    pub confirmed: BTreeMap<Option<Delegation>, Instant>,
    pub slot: Option<Instant>,
    pub postponements: u32,
    /// Who is in the room now; the host's people have no delegation.
    pub present: BTreeMap<PersonId, (Role, Option<Delegation>)>,
    pub attendance: Vec<Attendance>,
    pub quorum_lost_at: Option<Instant>,
    pub observations: Vec<Observation>,
    pub close_consents: BTreeSet<Delegation>,
    pub result: Option<InspectionResult>,
    pub report: Option<Words>,
    pub summary_for_host: Option<Words>,
    pub drafted_at: Option<Instant>,
    pub signed: BTreeMap<Delegation, Option<Words>>,
    pub refused: BTreeSet<Delegation>,
    /// Delegations without whose signature the report counts as signed.
    pub without: BTreeSet<Delegation>,
}

impl Default for Inspection {
    fn default() -> Self {
        Self {
            state: InspectionState::None,
            waivers: BTreeSet::new(),
            slots: Vec::new(),
            sites: Vec::new(),
            checklist: Vec::new(),
            resumes: false,
            confirmed: BTreeMap::new(),
            slot: None,
            postponements: 0,
            present: BTreeMap::new(),
            attendance: Vec::new(),
            quorum_lost_at: None,
            observations: Vec::new(),
            close_consents: BTreeSet::new(),
            result: None,
            report: None,
            summary_for_host: None,
            drafted_at: None,
            signed: BTreeMap::new(),
            refused: BTreeSet::new(),
            without: BTreeSet::new(),
        }
    }
}

/// One line of the attendance log.
#[derive(Clone, Debug)]
pub struct Attendance {
    pub person: PersonId,
    pub joined: bool,
    pub at: Instant,
    pub identity_checked_by: Option<PersonId>,
}

#[derive(Clone, Debug)]
pub struct Observation {
    pub item: String,
    pub answer: ObservationAnswer,
    pub note: Words,
    pub capture: Option<(DocumentId, String)>,
    pub by: PersonId,
    pub at: Instant,
}

pub(super) fn effects(ask: &Ask<'_, Case>, action: &Action) -> Result<Vec<Happening>, Refusal> {
    use Happening as H;
    let nothing = Nothing {};
    Ok(vec![match action {
        Action::DecideInspection(body) => decided(ask, body)?,
        Action::ProposeInspection(body) => H::InspectionProposed(body.clone()),
        Action::ConfirmInspection(body) => return Ok(confirmed(ask, body)),
        Action::PostponeInspection(body) => H::InspectionPostponed(InspectionPostponed {
            by_host: Role::SUBMITTER.contains(&ask.role),
            reason: body.reason.clone(),
        }),
        Action::JoinInspection(body) => H::InspectionJoined(body.clone()),
        Action::LeaveInspection(_) => H::InspectionLeft(nothing),
        Action::OpenInspection(_) => H::InspectionOpened(nothing),
        Action::RecordObservation(body) => {
            let capture = body.capture.and_then(|id| ask.around.documents.get(&id));
            let capture_sha256 = capture.map(|file| file.sha256.clone());
            H::ObservationRecorded(ObservationRecorded {
                observation: body.clone(),
                capture_sha256,
            })
        }
        Action::AbortInspection(body) => H::InspectionAborted(body.clone()),
        Action::CloseInspection(_) => return closed(ask),
        Action::DraftReport(body) => H::ReportDrafted(body.clone()),
        Action::SignReport(body) => return signed(ask, body),
        Action::RefuseSignature(body) => {
            let delegation = super::own_delegation(ask)?;
            H::SignatureRefused(SignatureRefused {
                delegation,
                reason: body.reason.clone(),
            })
        }
        Action::DeemReportSigned(_) => {
            let signed = &ask.subject.inspection.signed;
            let without = ask
                .subject
                .delegations()
                .filter(|d| !signed.contains_key(d))
                .cloned()
                .collect();
            H::ReportCompleted(ReportCompleted { without })
        }
        Action::RefuseInspection(body) => H::InspectionRefused(body.clone()),
        _ => return Ok(Vec::new()),
    }])
}

fn decided(ask: &Ask<'_, Case>, body: &DecideInspection) -> Result<Happening, Refusal> {
    let delegation = super::own_delegation(ask)?;
    let mut waivers = ask.subject.inspection.waivers.clone();
    waivers.insert(delegation.clone());
    let leads_to = if body.needed {
        InspectionState::Required
    } else if ask.subject.delegations().all(|delegation| waivers.contains(delegation)) {
        InspectionState::Waived
    } else {
        InspectionState::None
    };
    let (needed, reason) = (body.needed, body.reason.clone());
    Ok(Happening::InspectionDecided(InspectionDecided {
        delegation,
        needed,
        reason,
        leads_to,
    }))
}

/// Whose confirmation this is: a delegation's, or the host's.
fn side(role: Role, delegation: Option<&Delegation>) -> Option<Delegation> {
    if Role::SUBMITTER.contains(&role) {
        None
    } else {
        delegation.cloned()
    }
}

fn confirmed(ask: &Ask<'_, Case>, body: &ConfirmInspection) -> Vec<Happening> {
    let mut sides: BTreeSet<_> = ask.subject.inspection.confirmed.keys().cloned().collect();
    sides.insert(side(ask.role, ask.actor.delegation.as_ref()));
    let mut happenings = vec![Happening::InspectionConfirmed(body.clone())];
    let everybody = ask.subject.delegations().cloned().map(Some).chain([None]);
    if everybody.into_iter().all(|needed| sides.contains(&needed)) {
        happenings.push(Happening::InspectionScheduled(InspectionScheduled { slot: body.slot }));
    }
    happenings
}

fn closed(ask: &Ask<'_, Case>) -> Result<Vec<Happening>, Refusal> {
    let delegation = super::own_delegation(ask)?;
    let mut consents = ask.subject.inspection.close_consents.clone();
    consents.insert(delegation.clone());
    let mut happenings = vec![Happening::InspectionCloseConsented(ByDelegation { delegation })];
    if ask
        .subject
        .delegations()
        .all(|delegation| consents.contains(delegation))
    {
        happenings.push(Happening::InspectionClosed(Nothing {}));
    }
    Ok(happenings)
}

fn signed(ask: &Ask<'_, Case>, body: &SignReport) -> Result<Vec<Happening>, Refusal> {
    let delegation = super::own_delegation(ask)?;
    let mut signed: BTreeSet<_> = ask.subject.inspection.signed.keys().cloned().collect();
    signed.insert(delegation.clone());
    let reservation = body.reservation.clone();
    let mut happenings = vec![Happening::ReportSigned(ReportSigned {
        delegation,
        reservation,
    })];
    if ask.subject.delegations().all(|delegation| signed.contains(delegation)) {
        happenings.push(Happening::ReportCompleted(ReportCompleted {
            without: BTreeSet::new(),
        }));
    }
    Ok(happenings)
}

pub(super) fn slots_ok(ask: &Ask<'_, Case>, body: &ProposeInspection) -> bool {
    let case = ask.subject;
    let resumes = case.inspection.state == InspectionState::Aborted || case.inspection.resumes;
    let (least, within) = if resumes { (1, 3) } else { (3, 10) };
    let limit = case.working_days_after(ask.now, within);
    let distinct: BTreeSet<_> = body.slots.iter().collect();
    distinct.len() >= least && distinct.iter().all(|slot| **slot > ask.now && **slot < limit)
}

pub(super) fn checklist_ok(case: &Case, body: &ProposeInspection) -> bool {
    let ids: BTreeSet<_> = body.checklist.iter().map(|item| &item.id).collect();
    let maps = |item: &ChecklistItem| {
        case.terms
            .criteria
            .iter()
            .any(|criterion| criterion.id == item.criterion)
    };
    !body.sites.is_empty()
        && !body.checklist.is_empty()
        && ids.len() == body.checklist.len()
        && body.checklist.iter().all(maps)
}

pub(super) fn slot_agreed(case: &Case, slot: Instant) -> bool {
    case.inspection.slots.contains(&slot) && case.inspection.confirmed.values().all(|agreed| *agreed == slot)
}

/// Far enough ahead; to resume after an abort there is no such wait.
pub(super) fn hours_ahead(ask: &Ask<'_, Case>, slot: Instant) -> bool {
    let hours = i64::from(ask.subject.terms.policy.inspection_notice_hours);
    ask.subject.inspection.resumes || slot.duration_since(ask.now) >= SignedDuration::from_hours(hours)
}

/// Is an inspector of each delegation in the room?
#[must_use]
pub fn quorate(case: &Case) -> bool {
    case.delegations().all(|delegation| {
        case.inspection
            .present
            .values()
            .any(|(role, own)| *role == Role::Inspector && own.as_ref() == Some(delegation))
    })
}

/// Mandatory items without an answer.
#[must_use]
pub fn open_items(case: &Case) -> Vec<&str> {
    let answered = |id: &str| {
        case.inspection
            .observations
            .iter()
            .any(|observation| observation.item == id)
    };
    let mandatory = case.inspection.checklist.iter().filter(|item| item.mandatory);
    mandatory
        .map(|item| item.id.as_str())
        .filter(|id| !answered(id))
        .collect()
}

/// Did it pass (or is none needed)? None: not known yet.
#[must_use]
pub fn passed(case: &Case) -> Option<bool> {
    match case.inspection.state {
        InspectionState::ReportSigned => case.inspection.result.map(|result| result == InspectionResult::Passed),
        InspectionState::RefusedByHost => Some(false),
        InspectionState::Waived => Some(true),
        _ => None,
    }
}

/// I-10: the criteria that a refused inspection would have shown. Their findings are `insufficient` by default.
#[must_use]
pub fn refused_criteria(case: &Case) -> BTreeSet<&str> {
    if case.inspection.state != InspectionState::RefusedByHost {
        return BTreeSet::new();
    }
    let checked = case.inspection.checklist.iter().map(|item| item.criterion.as_str());
    let tested = case
        .terms
        .criteria
        .iter()
        .filter(|criterion| criterion.check == Some(MachineCheck::InspectionPassed))
        .map(|criterion| criterion.id.as_str());
    checked.chain(tested).collect()
}

pub(super) fn due(case: &Case) -> Option<(Instant, Action)> {
    if case.state != DossierState::UnderReview {
        return None;
    }
    let inspection = &case.inspection;
    match inspection.state {
        InspectionState::InSession => {
            let lost = inspection.quorum_lost_at?;
            let at = lost.checked_add(SignedDuration::from_mins(LOST_AFTER_MINUTES)).ok()?;
            let reason = Words::new("The connection or the quorum was lost for more than 15 minutes.");
            Some((at, Action::AbortInspection(Reasoned { reason })))
        }
        InspectionState::ReportDraft => {
            let drafted = inspection.drafted_at?;
            Some((
                case.working_days_after(drafted, 3),
                Action::DeemReportSigned(Nothing {}),
            ))
        }
        _ => None,
    }
}

pub(super) fn apply(case: &mut Case, event: &Event<Happening>) {
    use Happening as H;
    let at = event.effective_at;
    match &event.happened {
        H::InspectionDecided(decided) => {
            case.inspection.state = decided.leads_to;
            if !decided.needed {
                case.inspection.waivers.insert(decided.delegation.clone());
            }
        }
        H::InspectionProposed(proposal) => propose(case, proposal, at),
        H::InspectionConfirmed(confirmed) => {
            let side = side(event.by.role, event.by.delegation.as_ref());
            case.inspection.confirmed.insert(side, confirmed.slot);
        }
        H::InspectionScheduled(scheduled) => {
            case.inspection.state = InspectionState::Scheduled;
            case.inspection.slot = Some(scheduled.slot);
        }
        H::InspectionPostponed(postponed) => {
            case.inspection.state = InspectionState::Postponed;
            case.inspection.postponements += 1;
            case.inspection.present.clear();
            if postponed.by_host {
                stop(case, "inspection_host_delay", at);
            }
        }
        H::InspectionJoined(joined) => {
            case.inspection
                .present
                .insert(event.by.person, (event.by.role, event.by.delegation.clone()));
            attend(case, event.by.person, true, at, joined.identity_checked_by);
        }
        H::InspectionLeft(_) => go(case, event.by.person, at),
        // Who leaves the panel leaves the room.
        H::MemberExcluded(excluded) => go(case, excluded.person, at),
        H::MemberRecused(recused) => go(case, recused.person, at),
        H::InspectionOpened(_) => case.inspection.state = InspectionState::InSession,
        H::ObservationRecorded(recorded) => observe(case, recorded, event.by.person, at),
        H::InspectionAborted(_) => {
            case.inspection.state = InspectionState::Aborted;
            case.inspection.present.clear();
            case.inspection.quorum_lost_at = None;
            case.inspection.close_consents.clear();
            case.inspection.resumes = true;
        }
        H::InspectionCloseConsented(by) => {
            case.inspection.close_consents.insert(by.delegation.clone());
        }
        H::InspectionClosed(_) => {
            case.inspection.state = InspectionState::Held;
            case.inspection.present.clear();
        }
        H::ReportDrafted(report) => {
            let inspection = &mut case.inspection;
            inspection.state = InspectionState::ReportDraft;
            inspection.result = Some(report.result);
            inspection.report = Some(report.text.clone());
            inspection.summary_for_host = Some(report.summary_for_host.clone());
            inspection.drafted_at = inspection.drafted_at.or(Some(at));
            inspection.refused.clear();
        }
        H::ReportSigned(signed) => {
            case.inspection
                .signed
                .insert(signed.delegation.clone(), signed.reservation.clone());
        }
        H::SignatureRefused(refused) => {
            case.inspection.refused.insert(refused.delegation.clone());
        }
        H::ReportCompleted(completed) => {
            case.inspection.state = InspectionState::ReportSigned;
            case.inspection.without = completed.without.clone();
        }
        H::InspectionRefused(_) => {
            case.inspection.state = InspectionState::RefusedByHost;
            resume(case, "inspection_host_delay", at);
        }
        _ => {}
    }
}

fn propose(case: &mut Case, proposal: &ProposeInspection, at: Instant) {
    let inspection = &mut case.inspection;
    inspection.state = InspectionState::Proposed;
    inspection.slots = proposal.slots.clone();
    inspection.sites = proposal.sites.clone();
    inspection.checklist = proposal.checklist.clone();
    inspection.confirmed.clear();
    inspection.slot = None;
    // The host offered new times: the delay it caused is over.
    resume(case, "inspection_host_delay", at);
}

fn go(case: &mut Case, person: PersonId, at: Instant) {
    if case.inspection.present.remove(&person).is_some() {
        attend(case, person, false, at, None);
    }
}

fn attend(case: &mut Case, person: PersonId, joined: bool, at: Instant, checked: Option<PersonId>) {
    case.inspection.attendance.push(Attendance {
        person,
        joined,
        at,
        identity_checked_by: checked,
    });
    let lost = case.inspection.state == InspectionState::InSession && !quorate(case);
    case.inspection.quorum_lost_at = lost.then(|| case.inspection.quorum_lost_at.unwrap_or(at));
}

fn observe(case: &mut Case, recorded: &ObservationRecorded, by: PersonId, at: Instant) {
    let observation = &recorded.observation;
    case.inspection.observations.push(Observation {
        item: observation.item.clone(),
        answer: observation.answer,
        note: observation.note.clone(),
        capture: observation.capture.zip(recorded.capture_sha256.clone()),
        by,
        at,
    });
}
