//! The outcome statement: the sum of the verified ledger lines, nothing else.

use super::{
    case::Case,
    happening::{OutcomeLine, OutcomeStatement},
    ledger::Account,
    state::ShipmentState,
};
use crate::domain::{quantity::Quantity, text::Words};
use std::collections::BTreeMap;

/// What was achieved under this waiver, by destination and month of delivery.
#[must_use]
pub fn statement(case: &Case, remarks: Option<Words>) -> OutcomeStatement {
    let unit = case
        .waiver
        .certificate
        .as_ref()
        .map_or("KGM", |certificate| certificate.authorised.unit.as_str());
    let words = |milli: i64| amount(milli, unit);
    let mut by_line: BTreeMap<(String, String), (i64, u32)> = BTreeMap::new();
    let mut by_country: BTreeMap<String, i64> = BTreeMap::new();
    let mut total = 0;
    let verified = case
        .waiver
        .shipments
        .values()
        .filter(|shipment| shipment.state == ShipmentState::Verified);
    let mut shipments = 0;
    for shipment in verified {
        let country = shipment.notice.final_country.clone();
        let period = shipment
            .delivered_on
            .map_or(String::new(), |on| on.strftime("%Y-%m").to_string());
        let line = by_line.entry((country.clone(), period)).or_default();
        *line = (line.0 + shipment.delivered_milli, line.1 + 1);
        *by_country.entry(country).or_default() += shipment.delivered_milli;
        total += shipment.delivered_milli;
        shipments += 1;
    }
    let line = |((country, period), (milli, shipments)): ((String, String), (i64, u32))| OutcomeLine {
        country,
        period,
        quantity: words(milli),
        shipments,
    };
    OutcomeStatement {
        lines: by_line.into_iter().map(line).collect(),
        by_country: by_country
            .into_iter()
            .map(|(country, milli)| (country, words(milli)))
            .collect(),
        verified_total: words(total),
        unused: words(case.waiver.ledger.balance(Account::Available)),
        written_off: words(case.waiver.ledger.balance(Account::WrittenOff)),
        unit: unit.to_owned(),
        shipments,
        remarks,
    }
}

/// An amount in this unit, as text.
#[must_use]
pub fn amount(milli: i64, unit: &str) -> String {
    Quantity::from_base_milli(milli, unit).map_or_else(|_| milli.to_string(), |quantity| quantity.amount.to_string())
}
