//! What time reminds of while shipments are under way: silence, missing attestation, missing verification.

use super::{action::*, case::Case, waiver::Shipment};
use crate::domain::{Date, Instant};
use serde::Serialize;

/// Working days from discharge within which the delivery is attested (H-04).
const ATTEST_WITHIN: u32 = 15;
/// Working days from delivery within which it is verified or disputed (H-05).
const VERIFY_WITHIN: u32 = 10;

/// What a shipment waits for beyond its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Overdue {
    /// Nobody has reported of it for longer than the notice allows.
    Report,
    Attestation,
    Verification,
}

/// The next reminder of any shipment.
pub(super) fn due(case: &Case) -> Option<(Instant, Action)> {
    let reminders = case
        .waiver
        .shipments
        .values()
        .filter_map(|shipment| next(case, shipment));
    reminders.min_by_key(|(at, _)| *at)
}

fn next(case: &Case, shipment: &Shipment) -> Option<(Instant, Action)> {
    use super::state::ShipmentState::{Delivered, Discharged, InTransit, Loaded};
    let about = AboutShipment {
        shipment: shipment.number,
    };
    // A report may come late: nobody is reminded at an instant before it was there.
    let heard = shipment.heard_at?;
    let (what, at, action) = match shipment.state {
        Loaded | InTransit => (
            Overdue::Report,
            silent_until(case, heard),
            Action::RemindOfSilence(about),
        ),
        Discharged => (
            Overdue::Attestation,
            working_days_after(case, shipment.discharged_on?, ATTEST_WITHIN),
            Action::RemindToAttest(about),
        ),
        Delivered => (
            Overdue::Verification,
            working_days_after(case, shipment.delivered_on?, VERIFY_WITHIN),
            Action::RemindToVerify(about),
        ),
        _ => return None,
    };
    (!shipment.overdue.contains(&what)).then_some((at.max(heard), action))
}

/// The end of the last day of the silence that the notice allows.
fn silent_until(case: &Case, heard: Instant) -> Instant {
    let days = jiff::Span::new().days(i64::from(case.terms.policy.silence_days));
    let day = case.local_date(heard);
    case.end_of(day.checked_add(days).unwrap_or(day))
}

fn working_days_after(case: &Case, date: Date, days: u32) -> Instant {
    case.end_of(crate::clockwork::working_day_after(&case.holidays, date, days))
}
