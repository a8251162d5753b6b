//! Shipments and the drawdown of the waiver's quantity (section 9 of the law).

use super::dossier::REASONS_GIVEN;
use crate::{
    domain::{identifier, people::Role::*},
    workflow::{
        action::{Action, ActionKind::*, LossKind},
        case::Case,
        event::Audience::*,
        state::{DossierState::Decided, ShipmentState::*, State, WaiverState},
        step::{Condition, Step, step},
        waiver,
    },
};

type Fact = Condition<Case>;

const fn at(state: crate::workflow::state::ShipmentState) -> State {
    State::Shipment(state)
}

pub const STEPS: &[Step<Case>] = &[
    step("H-01", NotifyShipment, &[Drafter, Signatory, Agent])
        .during(&[Decided])
        .from(&[State::Waiver(WaiverState::Active)])
        .to(&[at(Notified)])
        .tells(&[Monitors, Secretariats])
        .when(&[
            SHIPMENTS_LEFT,
            PARTIES_ALLOWED,
            VESSEL_NUMBERED,
            PARTIES_SCREENED,
            QUANTITY_GIVEN,
            BALANCE_SUFFICES,
        ]),
    step("H-02", ReportLoading, &[Drafter, Signatory, Agent])
        .during(&[Decided])
        .from(&[at(Notified)])
        .to(&[at(Loaded)])
        .tells(&[Monitors])
        .when(&[
            NOT_BEFORE_VALIDITY,
            NOT_AFTER_EXPIRY,
            NOT_IN_FUTURE,
            QUANTITY_GIVEN,
            BALANCE_SUFFICES,
            FILES_CLEAN,
        ]),
    step("H-03", ReportPosition, &[Drafter, Signatory, Agent])
        .during(&[Decided])
        .from(&[at(Loaded), at(InTransit), at(Discharged)])
        .to(&[at(InTransit), at(Discharged)])
        .tells(&[Monitors])
        .when(&[NOT_IN_FUTURE, AFTER_LOADING, IN_ORDER]),
    step("H-03", RemindOfSilence, &[System])
        .during(&[Decided])
        .from(&[at(Loaded), at(InTransit)])
        .tells(&[Secretariats]),
    step("H-04", AttestDelivery, &[Monitor])
        .during(&[Decided])
        .from(&[at(Discharged)])
        .to(&[at(Delivered)])
        .tells(&[Contacts, Secretariats])
        .when(&[
            NOT_IN_FUTURE,
            AFTER_LOADING,
            QUANTITY_GIVEN,
            BALANCE_SUFFICES,
            FILES_CLEAN,
        ]),
    step("H-04", RemindToAttest, &[System])
        .during(&[Decided])
        .from(&[at(Discharged)])
        .tells(&[Monitors, Contacts, Secretariats]),
    step("H-05", VerifyDelivery, &[Secretariat, Reviewer, Head])
        .binding()
        .during(&[Decided])
        .from(&[at(Delivered), at(Disputed)])
        .to(&[at(Verified), at(Disputed)])
        .tells(&[Contacts])
        .when(&[REASONS_GIVEN]),
    step("H-05", RemindToVerify, &[System])
        .during(&[Decided])
        .from(&[at(Delivered)])
        .tells(&[Secretariats, Heads]),
    step("H-06", ReportLoss, &[Drafter, Signatory, Agent, Monitor])
        .during(&[Decided])
        .from(&[at(Notified), at(Loaded), at(InTransit), at(Discharged)])
        .to(&[at(Cancelled), at(Lost), at(Diverted)])
        .tells(&[Heads, Secretariats])
        .when(&[REASONS_GIVEN, CANCELLED_BEFORE_SAILING, LOSS_EVIDENCED, FILES_CLEAN]),
    step("H-07", ProposeCorrection, &[Secretariat])
        .during(&[Decided])
        .from(&[at(Delivered), at(Verified), at(Disputed)])
        .tells(&[Contacts])
        .when(&[REASONS_GIVEN, OUTCOME_OPEN, QUANTITY_GIVEN, BALANCE_SUFFICES]),
    step("H-07", ConfirmCorrection, &[Signatory])
        .binding()
        .during(&[Decided])
        .from(&[at(Delivered), at(Verified), at(Disputed)])
        .tells(&[Secretariats, Monitors])
        .when(&[CORRECTION_PENDING, BALANCE_SUFFICES]),
];

const SHIPMENTS_LEFT: Fact = Condition {
    code: "too_many_shipments",
    cites: "H-01",
    says: "The notice's number of shipments is used up.",
    holds: |ask| {
        let used = ask
            .subject
            .waiver
            .shipments
            .values()
            .filter(|shipment| shipment.state != Cancelled)
            .count();
        ask.subject.terms.max_shipments.is_none_or(|most| used < most as usize)
    },
};
const PARTIES_ALLOWED: Fact = Condition {
    code: "outside_the_waiver",
    cites: "H-01",
    says: "Consignee, country, bank and ports must be those of the dossier that was decided; a sea leg names its vessel.",
    holds: |ask| match ask.action {
        Some(Action::NotifyShipment(body)) => waiver::within_the_waiver(ask.subject, body),
        _ => true,
    },
};
const VESSEL_NUMBERED: Fact = Condition {
    code: "vessel_number_wrong",
    cites: "H-01",
    says: "The vessel's IMO ship number has seven digits, the last of which is its check digit. Correct it.",
    holds: |ask| match ask.action {
        Some(Action::NotifyShipment(body)) => {
            let vessel = body.vessel.as_ref();
            vessel.is_none_or(|vessel| identifier::fault(identifier::Scheme::ImoShip, &vessel.imo).is_none())
        }
        _ => true,
    },
};
const PARTIES_SCREENED: Fact = Condition {
    code: "screening_not_current",
    cites: "H-01",
    says: "Vessel, consignee and bank need a clear screening of the last 24 hours.",
    holds: |ask| match ask.action {
        Some(Action::NotifyShipment(body)) => waiver::screened(ask.subject, body, ask.now),
        _ => true,
    },
};
const QUANTITY_GIVEN: Fact = Condition {
    code: "quantity_not_usable",
    cites: "G7",
    says: "Give a positive, exact quantity in a unit of the same kind as the waiver's.",
    holds: |ask| waiver::quantity_of(ask).is_none_or(|quantity| waiver::milli_of(ask.subject, quantity).is_some()),
};
const BALANCE_SUFFICES: Fact = Condition {
    code: "balance_exceeded",
    cites: "H-01",
    says: "The waiver's available quantity does not suffice (beyond the notice's tolerance for loading differences).",
    holds: |ask| waiver::balance_suffices(ask),
};
const NOT_BEFORE_VALIDITY: Fact = Condition {
    code: "loaded_before_validity",
    cites: "W-01",
    says: "What was loaded before the waiver's first day is not covered by it.",
    holds: |ask| match (ask.action, &ask.subject.waiver.certificate) {
        (Some(Action::ReportLoading(body)), Some(certificate)) => body.loaded_on >= certificate.valid_from,
        _ => true,
    },
};
const NOT_AFTER_EXPIRY: Fact = Condition {
    code: "loaded_after_expiry",
    cites: "W-05",
    says: "Only what was loaded before the waiver's end may still be shipped.",
    holds: |ask| match (ask.action, &ask.subject.waiver.certificate) {
        (Some(Action::ReportLoading(body)), Some(certificate)) => body.loaded_on <= certificate.valid_to,
        _ => true,
    },
};
const NOT_IN_FUTURE: Fact = Condition {
    code: "date_in_future",
    cites: "H-03",
    says: "Report what has happened: the day lies in the future.",
    holds: |ask| {
        let today = ask.subject.local_date(ask.now);
        match ask.action {
            Some(Action::ReportLoading(body)) => body.loaded_on <= today,
            Some(Action::ReportPosition(body)) => body.on <= today,
            Some(Action::AttestDelivery(body)) => body.on <= today,
            _ => true,
        }
    },
};
const AFTER_LOADING: Fact = Condition {
    code: "before_loading",
    cites: "H-03",
    says: "The day lies before the day of loading.",
    holds: |ask| {
        let (shipment, on) = match ask.action {
            Some(Action::ReportPosition(body)) => (body.shipment, body.on),
            Some(Action::AttestDelivery(body)) => (body.shipment, body.on),
            _ => return true,
        };
        let loaded = ask
            .subject
            .waiver
            .shipments
            .get(&shipment)
            .and_then(|shipment| shipment.loaded_on);
        loaded.is_none_or(|loaded| loaded <= on)
    },
};
const IN_ORDER: Fact = Condition {
    code: "positions_out_of_order",
    cites: "H-03",
    says: "Late reports are welcome, but the days of departure, voyage and discharge must follow one another, and a shipment is discharged once.",
    holds: |ask| match ask.action {
        Some(Action::ReportPosition(body)) => waiver::in_order(ask.subject, body),
        _ => true,
    },
};
const CANCELLED_BEFORE_SAILING: Fact = Condition {
    code: "already_sailed",
    cites: "H-06",
    says: "Only a shipment that has not departed can be cancelled; one not yet loaded can be nothing else.",
    holds: |ask| match ask.action {
        Some(Action::ReportLoss(body)) => {
            let state = ask
                .subject
                .waiver
                .shipments
                .get(&body.shipment)
                .map(|shipment| shipment.state);
            let cancelled = body.what == LossKind::Cancelled;
            match state {
                Some(Notified) => cancelled,
                Some(Loaded) => true,
                _ => !cancelled,
            }
        }
        _ => true,
    },
};
const LOSS_EVIDENCED: Fact = Condition {
    code: "evidence_missing",
    cites: "H-06",
    says: "A loss or a diversion is written off on evidence: upload at least one document to this case and name it.",
    holds: |ask| match ask.action {
        Some(Action::ReportLoss(body)) => body.what == LossKind::Cancelled || !body.evidence.is_empty(),
        _ => true,
    },
};
const OUTCOME_OPEN: Fact = Condition {
    code: "outcome_proposed_already",
    cites: "H-07",
    says: "The outcome statement is signed; the ledger is closed.",
    holds: |ask| ask.subject.outcome_signatures.is_empty() && ask.subject.waiver.state != WaiverState::Closed,
};
const CORRECTION_PENDING: Fact = Condition {
    code: "no_correction_pending",
    cites: "H-07",
    says: "No correction of this shipment is pending.",
    holds: |ask| match ask.action {
        Some(Action::ConfirmCorrection(body)) => {
            let shipment = ask.subject.waiver.shipments.get(&body.shipment);
            shipment.is_some_and(|shipment| shipment.correction.is_some())
        }
        _ => ask
            .subject
            .waiver
            .shipments
            .values()
            .any(|shipment| shipment.correction.is_some()),
    },
};
const FILES_CLEAN: Fact = Condition {
    code: "document_in_quarantine",
    cites: "H-02",
    says: "Upload the papers to this case first and wait until they are clean; a delivery needs at least one.",
    holds: |ask| {
        let clean = |id| ask.around.documents.get(id).is_some_and(|file| file.clean);
        match ask.action {
            Some(Action::ReportLoading(body)) => clean(&body.bill_of_lading) && clean(&body.weight_note),
            Some(Action::AttestDelivery(body)) => !body.evidence.is_empty() && body.evidence.iter().all(clean),
            Some(Action::ReportLoss(body)) => body.evidence.iter().all(clean),
            _ => true,
        }
    },
};
