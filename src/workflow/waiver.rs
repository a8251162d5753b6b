//! The waiver, its shipments and its ledger: what follows from each step, and how history folds.

use super::{
    action::*,
    case::Case,
    conditions::{self, Imposed},
    event::Event,
    happening::*,
    ledger::{Account, Ledger},
    outcome,
    refusal::Refusal,
    screening,
    state::*,
    step::Ask,
    watch::Overdue,
};
use crate::domain::{Date, Instant, dossier::PartyRole, id::PersonId, quantity::Quantity};
use std::collections::{BTreeMap, BTreeSet};

/// Calendar days after close-out has begun in which the holder files the final report (K-01).
const FINAL_REPORT_DAYS: i64 = 30;

/// A waiver, folded.
#[derive(Clone, Debug)]
pub struct Waiver {
    pub state: WaiverState,
    pub certificate: Option<WaiverIssued>,
    pub issued_at: Option<Instant>,
    pub shipments: BTreeMap<u32, Shipment>,
    pub ledger: Ledger,
    /// The conditions of the decision.
    pub conditions: Vec<Imposed>,
    /// When close-out began, while the holder's final report is wanted.
    pub report_wanted_since: Option<Instant>,
    pub final_report: Option<FileFinalReport>,
    /// Days before the end already reminded of.
    pub reminded: Vec<u32>,
}

impl Default for Waiver {
    fn default() -> Self {
        Self {
            state: WaiverState::None,
            certificate: None,
            issued_at: None,
            shipments: BTreeMap::new(),
            ledger: Ledger::default(),
            conditions: Vec::new(),
            report_wanted_since: None,
            final_report: None,
            reminded: Vec::new(),
        }
    }
}

/// A shipment, folded. Quantities in thousandths of the base unit.
#[derive(Clone, Debug)]
pub struct Shipment {
    pub number: u32,
    pub state: ShipmentState,
    pub notice: NotifyShipment,
    pub notified_milli: i64,
    pub reserved_milli: i64,
    pub loaded_on: Option<Date>,
    pub delivered_milli: i64,
    pub delivered_on: Option<Date>,
    pub delivered_at: Option<String>,
    /// When the last report of it was there.
    pub heard_at: Option<Instant>,
    pub discharged_on: Option<Date>,
    /// What it waits for beyond its time.
    pub overdue: BTreeSet<Overdue>,
    pub positions: Vec<ReportPosition>,
    pub correction: Option<(i64, PersonId)>,
}

pub(super) fn effects(ask: &Ask<'_, Case>, action: &Action) -> Result<Vec<Happening>, Refusal> {
    use Happening as H;
    let case = ask.subject;
    let nothing = Nothing {};
    let milli = |quantity: &Quantity| milli_of(case, quantity).unwrap_or(0);
    Ok(vec![match action {
        Action::IssueWaiver(_) => issued(ask)?,
        Action::RemindOfExpiry(body) => H::ExpiryReminded(body.clone()),
        Action::ExhaustWaiver(_) => H::WaiverExhausted(nothing),
        Action::ExpireWaiver(_) => H::WaiverExpired(nothing),
        Action::NotifyShipment(body) => H::ShipmentNotified(ShipmentNotified {
            number: case.waiver.shipments.len() as u32 + 1,
            base_milli: milli(&body.quantity),
            notice: body.clone(),
        }),
        Action::ReportLoading(body) => H::LoadingReported(LoadingReported {
            base_milli: milli(&body.quantity),
            report: body.clone(),
        }),
        Action::ReportPosition(body) => H::PositionReported(PositionReported { report: body.clone() }),
        Action::AttestDelivery(body) => H::DeliveryAttested(DeliveryAttested {
            base_milli: milli(&body.quantity),
            report: body.clone(),
        }),
        Action::RemindOfSilence(body) => H::ShipmentSilent(body.clone()),
        Action::RemindToAttest(body) => H::AttestationOverdue(body.clone()),
        Action::RemindToVerify(body) => H::VerificationOverdue(body.clone()),
        Action::VerifyDelivery(body) if body.verified => H::DeliveryVerified(body.clone()),
        Action::VerifyDelivery(body) => H::DeliveryDisputed(body.clone()),
        Action::ReportLoss(body) => H::LossReported(LossReported {
            shipment: body.shipment,
            what: body.what,
            reason: body.reason.clone(),
            evidence: body.evidence.clone(),
            released_milli: case
                .waiver
                .shipments
                .get(&body.shipment)
                .map_or(0, |shipment| shipment.reserved_milli),
        }),
        Action::ProposeCorrection(body) => H::CorrectionProposed(CorrectionProposed {
            shipment: body.shipment,
            base_milli: milli(&body.delivered),
            delivered: body.delivered.clone(),
            reason: body.reason.clone(),
        }),
        Action::ConfirmCorrection(body) => H::CorrectionConfirmed(CorrectionConfirmed {
            shipment: body.shipment,
            agreed: body.agree,
        }),
        Action::StartCloseOut(_) => H::CloseOutStarted(nothing),
        Action::FileFinalReport(body) => H::FinalReportFiled(body.clone()),
        Action::RemindOfFinalReport(_) => H::FinalReportOverdue(nothing),
        Action::ProposeOutcome(body) => {
            let statement = outcome::statement(case, body.remarks.clone());
            H::OutcomeProposed(OutcomeProposed {
                digest: super::digest(&statement),
                statement,
            })
        }
        Action::SignOutcome(_) => return outcome_signed(ask),
        _ => return Ok(Vec::new()),
    }])
}

fn issued(ask: &Ask<'_, Case>) -> Result<Happening, Refusal> {
    certificate(ask.subject, ask.now, &ask.around.verify_code).map(Happening::WaiverIssued)
}

/// The certificate that the draft on the table leads to, were it issued now.
///
/// # Errors
/// When no quantity can be authorised.
pub fn certificate(case: &Case, now: Instant, verify_code: &str) -> Result<WaiverIssued, Refusal> {
    let nothing_asked = || {
        Refusal::condition(
            "W-01",
            "quantity_not_usable",
            "The dossier's quantity cannot be added up.",
        )
    };
    let draft = case.ballot.draft.as_ref().filter(|draft| draft.outcome.approves());
    let authorised = draft
        .and_then(|draft| draft.authorised.clone())
        .or_else(|| super::decision::requested(case));
    let authorised = authorised.ok_or_else(nothing_asked)?;
    let authorised_milli = authorised.base_milli().map_err(|_| nothing_asked())?;
    let asked = case.submitted_dossier().validity.as_ref();
    let today = case.local_date(now);
    let valid_from = draft
        .and_then(|d| d.valid_from)
        .or(asked.map(|asked| asked.from))
        .unwrap_or(today)
        .max(today);
    let months = draft
        .and_then(|d| d.validity_months)
        .or(asked.map(|asked| asked.months))
        .unwrap_or(1);
    let valid_to =
        crate::clockwork::add_months_inclusive(valid_from, months.min(case.terms.max_validity_months).max(1));
    Ok(WaiverIssued {
        number: super::reference("WV", case.id.0, valid_from.year()),
        verify_code: verify_code.to_owned(),
        authorised,
        authorised_milli,
        valid_from,
        valid_to,
        ends_at: case.end_of(valid_to),
    })
}

fn outcome_signed(ask: &Ask<'_, Case>) -> Result<Vec<Happening>, Refusal> {
    let delegation = super::own_delegation(ask)?;
    let mut signatures = ask.subject.outcome_signatures.clone();
    signatures.insert(delegation.clone());
    let mut happenings = vec![Happening::OutcomeSigned(ByDelegation { delegation })];
    if ask
        .subject
        .delegations()
        .all(|delegation| signatures.contains(delegation))
    {
        happenings.push(Happening::CaseClosed(Nothing {}));
    }
    Ok(happenings)
}

/// The state of the shipment that is meant, or of all of them.
pub(super) fn shipment_states(case: &Case, action: Option<&Action>) -> Vec<State> {
    match action.and_then(target) {
        Some(number) => {
            let shipment = case.waiver.shipments.get(&number);
            vec![State::Shipment(
                shipment.map_or(ShipmentState::None, |shipment| shipment.state),
            )]
        }
        None => case
            .waiver
            .shipments
            .values()
            .map(|shipment| State::Shipment(shipment.state))
            .collect(),
    }
}

fn target(action: &Action) -> Option<u32> {
    match action {
        Action::ReportLoading(body) => Some(body.shipment),
        Action::ReportPosition(body) => Some(body.shipment),
        Action::AttestDelivery(body) => Some(body.shipment),
        Action::RemindOfSilence(body) | Action::RemindToAttest(body) | Action::RemindToVerify(body) => {
            Some(body.shipment)
        }
        Action::VerifyDelivery(body) => Some(body.shipment),
        Action::ReportLoss(body) => Some(body.shipment),
        Action::ProposeCorrection(body) => Some(body.shipment),
        Action::ConfirmCorrection(body) => Some(body.shipment),
        _ => None,
    }
}

/// The quantity that an action speaks of.
pub(super) fn quantity_of<'a>(ask: &Ask<'a, Case>) -> Option<&'a Quantity> {
    match ask.action? {
        Action::NotifyShipment(body) => Some(&body.quantity),
        Action::ReportLoading(body) => Some(&body.quantity),
        Action::AttestDelivery(body) => Some(&body.quantity),
        Action::ProposeCorrection(body) => Some(&body.delivered),
        _ => None,
    }
}

/// A positive quantity of the waiver's own kind, in thousandths of the base unit.
pub(super) fn milli_of(case: &Case, quantity: &Quantity) -> Option<i64> {
    let certificate = case.waiver.certificate.as_ref()?;
    quantity.compare(&certificate.authorised).ok()?;
    quantity.base_milli().ok().filter(|milli| *milli > 0)
}

/// Would the ledger still balance?
pub(super) fn balance_suffices(ask: &Ask<'_, Case>) -> bool {
    let case = ask.subject;
    let (Some(action), ledger) = (ask.action, &case.waiver.ledger) else {
        return true;
    };
    let milli = quantity_of(ask)
        .and_then(|quantity| milli_of(case, quantity))
        .unwrap_or(0);
    let shipment = target(action).and_then(|number| case.waiver.shipments.get(&number));
    match (action, shipment) {
        (Action::NotifyShipment(_), _) => milli <= ledger.balance(Account::Available),
        (Action::ReportLoading(_) | Action::AttestDelivery(_), Some(shipment)) => ledger.can_exceed(
            milli - shipment.reserved_milli,
            tolerance(case, shipment.notified_milli),
        ),
        (Action::ProposeCorrection(_), Some(shipment)) => {
            milli - shipment.delivered_milli <= ledger.balance(Account::Available)
        }
        (Action::ConfirmCorrection(body), Some(shipment)) => {
            let right = shipment.correction.map_or(0, |(milli, _)| milli);
            !body.agree || right - shipment.delivered_milli <= ledger.balance(Account::Available)
        }
        _ => true,
    }
}

/// How far a loading may differ from what was notified.
fn tolerance(case: &Case, milli: i64) -> i64 {
    let parts = i128::from(milli) * i128::from(case.terms.policy.tolerance_bp) / 10_000;
    i64::try_from(parts).unwrap_or(0)
}

pub(super) fn within_the_waiver(case: &Case, body: &NotifyShipment) -> bool {
    let dossier = case.submitted_dossier();
    let receives = |role| {
        matches!(
            role,
            PartyRole::Consignee | PartyRole::EndUser | PartyRole::ImplementingPartner
        )
    };
    let consignee = dossier
        .parties
        .iter()
        .any(|party| party.id == body.consignee && receives(party.role));
    let country = dossier
        .shipments
        .iter()
        .any(|planned| planned.final_country == body.final_country);
    let legs = || dossier.shipments.iter().flat_map(|planned| &planned.legs);
    let route = legs().any(|leg| leg.from == body.from) && legs().any(|leg| leg.to == body.to);
    let by_sea = legs().any(|leg| leg.mode == crate::domain::dossier::Mode::Sea && leg.from == body.from);
    let named = |bank: &crate::domain::dossier::Bank| {
        bank.bic.as_ref().unwrap_or(&bank.name) == body.bank.as_ref().unwrap_or(&bank.name)
    };
    let banks = || dossier.payments.iter().flat_map(|payment| &payment.banks);
    let bank = body.bank.is_none() || banks().any(named);
    consignee && country && route && bank && (body.vessel.is_some() || !by_sea)
}

/// Does this report fit the others by the days of the events themselves, whenever the reports came?
pub(super) fn in_order(case: &Case, body: &ReportPosition) -> bool {
    let rank = |position: Position| match position {
        Position::Departed => 0,
        Position::UnderWay => 1,
        Position::Discharged => 2,
    };
    let fits = |other: &ReportPosition| match rank(other.position).cmp(&rank(body.position)) {
        std::cmp::Ordering::Less => other.on <= body.on,
        std::cmp::Ordering::Equal => body.position != Position::Discharged,
        std::cmp::Ordering::Greater => body.on <= other.on,
    };
    let shipment = case.waiver.shipments.get(&body.shipment);
    shipment.is_none_or(|shipment| shipment.positions.iter().all(fits))
}

/// Whom this shipment needs screened.
pub(super) fn screened(case: &Case, body: &NotifyShipment, now: Instant) -> bool {
    screening::nomination_passes(case, body, now)
}

/// Is every shipment verified, cancelled or written off?
#[must_use]
pub fn settled(case: &Case) -> bool {
    use ShipmentState::{Cancelled, Diverted, Lost, Verified};
    let done = |shipment: &Shipment| {
        matches!(shipment.state, Verified | Cancelled | Lost | Diverted) && shipment.correction.is_none()
    };
    case.waiver.shipments.values().all(done) && case.waiver.ledger.balance(Account::Reserved) == 0
}

/// What time and the ledger do next.
pub(super) fn due(case: &Case) -> Option<(Instant, Action)> {
    let nothing = Nothing {};
    let waiver = &case.waiver;
    match waiver.state {
        // As soon as the gate is open: with the screening that opened it.
        WaiverState::PendingIssue => {
            let open = screening::all_pass(case, case.updated_at) && conditions::precedent_met(case);
            open.then_some((case.updated_at, Action::IssueWaiver(nothing)))
        }
        WaiverState::Active => active_due(case),
        WaiverState::Exhausted => {
            let open = waiver.shipments.values().any(|shipment| shipment.state.is_open());
            (!open).then_some((case.updated_at, Action::StartCloseOut(nothing)))
        }
        WaiverState::Expired => {
            let certificate = waiver.certificate.as_ref()?;
            let open = waiver.shipments.values().any(|shipment| shipment.state.is_open());
            let days = jiff::Span::new().days(i64::from(case.terms.policy.wind_down_days));
            let last = certificate.valid_to.checked_add(days).unwrap_or(certificate.valid_to);
            let at = if open { case.end_of(last) } else { case.updated_at };
            Some((at, Action::StartCloseOut(nothing)))
        }
        WaiverState::Closing => {
            let day = case.local_date(waiver.report_wanted_since?);
            let last = day.checked_add(jiff::Span::new().days(FINAL_REPORT_DAYS)).ok()?;
            Some((case.end_of(last), Action::RemindOfFinalReport(nothing)))
        }
        _ => None,
    }
}

fn active_due(case: &Case) -> Option<(Instant, Action)> {
    let waiver = &case.waiver;
    let certificate = waiver.certificate.as_ref()?;
    let used = waiver.ledger.balance(Account::Available) == 0 && waiver.ledger.balance(Account::Reserved) == 0;
    if used {
        return Some((case.updated_at, Action::ExhaustWaiver(Nothing {})));
    }
    for days_left in [60, 30, 7] {
        let day = certificate
            .valid_to
            .checked_sub(jiff::Span::new().days(i64::from(days_left)))
            .ok()?;
        let at = case.end_of(day.yesterday().ok()?);
        let in_time = waiver.issued_at.is_some_and(|issued| at > issued);
        if in_time && !waiver.reminded.contains(&days_left) {
            return Some((at, Action::RemindOfExpiry(RemindOfExpiry { days_left })));
        }
    }
    Some((certificate.ends_at, Action::ExpireWaiver(Nothing {})))
}

pub(super) fn apply(case: &mut Case, event: &Event<Happening>) {
    use Happening as H;
    let waiver = &mut case.waiver;
    match &event.happened {
        H::WaiverPending(_) => waiver.state = WaiverState::PendingIssue,
        H::WaiverIssued(issued) => {
            waiver.state = WaiverState::Active;
            waiver.issued_at = Some(event.effective_at);
            let tolerance = i128::from(issued.authorised_milli) * i128::from(case.terms.policy.tolerance_bp) / 10_000;
            waiver.ledger = Ledger::opened(issued.authorised_milli, i64::try_from(tolerance).unwrap_or(0));
            waiver.certificate = Some(issued.clone());
        }
        H::ExpiryReminded(reminded) => waiver.reminded.push(reminded.days_left),
        H::WaiverExhausted(_) => waiver.state = WaiverState::Exhausted,
        H::WaiverExpired(_) => waiver.state = WaiverState::Expired,
        H::CloseOutStarted(_) => {
            waiver.state = WaiverState::Closing;
            waiver.report_wanted_since = Some(event.effective_at);
        }
        H::FinalReportFiled(report) => {
            waiver.report_wanted_since = None;
            waiver.final_report = Some(report.clone());
        }
        H::FinalReportOverdue(_) => waiver.report_wanted_since = None,
        H::CaseClosed(_) => waiver.state = WaiverState::Closed,
        H::OutcomeProposed(proposed) => {
            case.outcome_statement = Some((proposed.digest.clone(), proposed.statement.clone()));
            case.outcome_signatures.clear();
        }
        H::OutcomeSigned(signed) => {
            case.outcome_signatures.insert(signed.delegation.clone());
        }
        H::ShipmentNotified(notified) => notify(waiver, notified),
        other => move_shipment(case, other, event.by.person, event.effective_at),
    }
}

fn notify(waiver: &mut Waiver, notified: &ShipmentNotified) {
    waiver.ledger.transfer(
        Account::Available,
        Account::Reserved,
        notified.base_milli,
        notified.number,
        "reserve",
    );
    waiver.shipments.insert(
        notified.number,
        Shipment {
            number: notified.number,
            state: ShipmentState::Notified,
            notice: notified.notice.clone(),
            notified_milli: notified.base_milli,
            reserved_milli: notified.base_milli,
            loaded_on: None,
            delivered_milli: 0,
            delivered_on: None,
            delivered_at: None,
            heard_at: None,
            discharged_on: None,
            overdue: BTreeSet::new(),
            positions: Vec::new(),
            correction: None,
        },
    );
}

fn move_shipment(case: &mut Case, happened: &Happening, by: PersonId, at: Instant) {
    use Happening as H;
    let number = match happened {
        H::LoadingReported(loading) => loading.report.shipment,
        H::PositionReported(position) => position.report.shipment,
        H::DeliveryAttested(attested) => attested.report.shipment,
        H::ShipmentSilent(about) | H::AttestationOverdue(about) | H::VerificationOverdue(about) => about.shipment,
        H::DeliveryVerified(verified) | H::DeliveryDisputed(verified) => verified.shipment,
        H::LossReported(loss) => loss.shipment,
        H::CorrectionProposed(correction) => correction.shipment,
        H::CorrectionConfirmed(confirmed) => confirmed.shipment,
        _ => return,
    };
    let Waiver { ledger, shipments, .. } = &mut case.waiver;
    let Some(shipment) = shipments.get_mut(&number) else {
        return;
    };
    if matches!(
        happened,
        H::LoadingReported(_) | H::PositionReported(_) | H::DeliveryAttested(_)
    ) {
        shipment.heard_at = Some(at);
        shipment.overdue.clear();
    }
    match happened {
        H::LoadingReported(loading) => {
            shipment.state = ShipmentState::Loaded;
            shipment.loaded_on = Some(loading.report.loaded_on);
            ledger.adjust(shipment.reserved_milli, loading.base_milli, number);
            shipment.reserved_milli = loading.base_milli;
        }
        H::PositionReported(position) => {
            if position.report.position == Position::Discharged {
                shipment.state = ShipmentState::Discharged;
                shipment.discharged_on = Some(position.report.on);
            } else if shipment.state == ShipmentState::Loaded {
                shipment.state = ShipmentState::InTransit;
            }
            shipment.positions.push(position.report.clone());
        }
        H::DeliveryAttested(attested) => {
            shipment.state = ShipmentState::Delivered;
            shipment.delivered_milli = attested.base_milli;
            shipment.delivered_on = Some(attested.report.on);
            shipment.delivered_at = Some(attested.report.place.clone());
            // The rest is released, or an excess within the tolerance reserved, before all of it is delivered.
            ledger.adjust(shipment.reserved_milli, attested.base_milli, number);
            ledger.transfer(
                Account::Reserved,
                Account::Delivered,
                attested.base_milli,
                number,
                "deliver",
            );
            shipment.reserved_milli = 0;
        }
        H::ShipmentSilent(_) => drop(shipment.overdue.insert(Overdue::Report)),
        H::AttestationOverdue(_) => drop(shipment.overdue.insert(Overdue::Attestation)),
        H::VerificationOverdue(_) => drop(shipment.overdue.insert(Overdue::Verification)),
        H::DeliveryVerified(_) | H::DeliveryDisputed(_) => {
            shipment.overdue.clear();
            shipment.state = match happened {
                H::DeliveryVerified(_) => ShipmentState::Verified,
                _ => ShipmentState::Disputed,
            };
        }
        H::LossReported(loss) => {
            let (state, to, word) = match loss.what {
                LossKind::Cancelled => (ShipmentState::Cancelled, Account::Available, "release"),
                LossKind::Lost => (ShipmentState::Lost, Account::WrittenOff, "write_off"),
                LossKind::Diverted => (ShipmentState::Diverted, Account::WrittenOff, "write_off"),
            };
            shipment.state = state;
            shipment.overdue.clear();
            ledger.transfer(Account::Reserved, to, shipment.reserved_milli, number, word);
            shipment.reserved_milli = 0;
        }
        H::CorrectionProposed(correction) => shipment.correction = Some((correction.base_milli, by)),
        H::CorrectionConfirmed(confirmed) => {
            if let Some((right, _)) = shipment.correction.take().filter(|_| confirmed.agreed) {
                let wrong = shipment.delivered_milli;
                ledger.transfer(Account::Delivered, Account::Available, wrong, number, "reversal");
                ledger.transfer(Account::Available, Account::Delivered, right, number, "deliver");
                shipment.delivered_milli = right;
                // What was added up before is no longer right: it is proposed anew.
                case.outcome_statement = None;
            }
        }
        _ => {}
    }
}
