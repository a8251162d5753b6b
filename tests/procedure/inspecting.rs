//! What people wish around an inspection.

use crate::{cast::*, story::Story, wishes::words};
use corridor::domain::Instant;
use corridor::workflow::action::*;
use jiff::SignedDuration;

pub fn inspect() -> Action {
    Action::DecideInspection(DecideInspection {
        needed: true,
        reason: None,
    })
}

pub fn waive() -> Action {
    Action::DecideInspection(DecideInspection {
        needed: false,
        reason: Some(words("Seen last month.")),
    })
}

/// Three slots, from three days from now on.
pub fn propose(story: &Story) -> Action {
    propose_at(
        [72, 96, 97]
            .map(|hours| story.now + SignedDuration::from_hours(hours))
            .to_vec(),
    )
}

pub fn propose_at(slots: Vec<Instant>) -> Action {
    Action::ProposeInspection(ProposeInspection {
        slots,
        sites: vec!["RUNVS".to_owned()],
        checklist: vec![item("silo", true), item("scale", false)],
        interpreters: vec![],
        link_policy: words("To those named."),
    })
}

fn item(id: &str, mandatory: bool) -> ChecklistItem {
    ChecklistItem {
        id: id.to_owned(),
        criterion: "C1".to_owned(),
        text: words("Show it."),
        mandatory,
    }
}

/// The first slot that was offered.
pub fn confirm(story: &Story) -> Action {
    confirm_slot(story.case.inspection.slots.first().copied().unwrap_or_default())
}

pub fn confirm_slot(slot: Instant) -> Action {
    Action::ConfirmInspection(ConfirmInspection {
        slot,
        identities: vec![words("A. Person")],
        technical_check_done: true,
    })
}

pub fn postpone() -> Action {
    Action::PostponeInspection(PostponeInspection {
        reason: words("A storm."),
    })
}

pub fn join() -> Action {
    Action::JoinInspection(JoinInspection {
        identity_checked_by: Some(Officer.id()),
    })
}

pub fn leave() -> Action {
    Action::LeaveInspection(Nothing {})
}

pub fn open() -> Action {
    Action::OpenInspection(Nothing {})
}

pub fn observe(item: &str) -> Action {
    Action::RecordObservation(RecordObservation {
        item: item.to_owned(),
        answer: ObservationAnswer::Satisfactory,
        note: words("As described."),
        capture: None,
        device_time: None,
        location: None,
    })
}

pub fn abort() -> Action {
    Action::AbortInspection(Reasoned {
        reason: words("The picture froze."),
    })
}

pub fn close() -> Action {
    Action::CloseInspection(Nothing {})
}

pub fn report(result: InspectionResult) -> Action {
    Action::DraftReport(DraftReport {
        result,
        text: words("We saw the silo."),
        summary_for_host: words("The silo was seen."),
    })
}

pub fn sign_report() -> Action {
    Action::SignReport(SignReport { reservation: None })
}

pub fn refuse_signature() -> Action {
    Action::RefuseSignature(Reasoned {
        reason: words("I saw something else."),
    })
}

pub fn refuse_inspection() -> Action {
    Action::RefuseInspection(Reasoned {
        reason: words("Nobody may enter."),
    })
}
