//! The shipments of a case: as planned, or as its voyages and vessels suggest.

use super::{
    dossier::{quantity, vessel},
    neutral,
};
use crate::domain::{
    dossier::{FileError, Leg, Mode, PlannedShipment, Vessel},
    quantity::Quantity,
};
use rust_decimal::Decimal;

type Result<T> = std::result::Result<T, FileError>;

/// The shipments as planned; where the case plans none, those of its voyages or of the vessels it wants tested.
pub(super) fn shipments(submission: &neutral::Submission) -> Result<Vec<PlannedShipment>> {
    if !submission.shipments.is_empty() {
        let numbered = submission.shipments.iter().enumerate();
        return numbered
            .map(|(i, shipment)| {
                Ok(PlannedShipment {
                    no: shipment.no,
                    final_country: shipment.final_country.clone(),
                    quantity: quantity(
                        &format!("submission.shipments[{i}]"),
                        &shipment.planned_quantity,
                        &shipment.unit,
                    )?,
                    legs: shipment.legs.iter().map(neutral::NeutralLeg::leg).collect(),
                })
            })
            .collect();
    }
    if submission.actuals.is_empty() {
        for_vessels(submission)
    } else {
        of_voyages(submission)
    }
}

fn of_voyages(submission: &neutral::Submission) -> Result<Vec<PlannedShipment>> {
    let numbered = (1u32..).zip(&submission.actuals);
    numbered
        .map(|(no, voyage)| {
            let path = format!("submission.actuals[{}]", no - 1);
            let vessel = Vessel {
                name: voyage.vessel.clone(),
                imo: voyage.imo.clone(),
                flag: None,
            };
            let mut legs = route(&voyage.from, &voyage.final_country, vessel);
            if let Some(first) = legs.first_mut() {
                first.etd = voyage.departure_date;
            }
            Ok(PlannedShipment {
                no,
                final_country: voyage.final_country.clone(),
                quantity: quantity(&path, &voyage.quantity, &voyage.unit)?,
                legs,
            })
        })
        .collect()
}

/// One shipment from Novorossiysk to Ethiopia for every vessel, sharing the first line of goods among them.
fn for_vessels(submission: &neutral::Submission) -> Result<Vec<PlannedShipment>> {
    let vessels = &submission.vessels_to_validate;
    let (Some(line), false) = (submission.goods.first(), vessels.is_empty()) else {
        return Ok(Vec::new());
    };
    let whole = quantity("submission.goods[0]", &line.quantity, &line.unit)?.amount;
    let count = Decimal::from(vessels.len());
    let share = (whole / count).floor();
    let numbered = (1u32..).zip(vessels);
    let planned = numbered.map(|(no, one)| {
        let last = no as usize == vessels.len();
        PlannedShipment {
            no,
            final_country: "ET".to_owned(),
            quantity: Quantity {
                amount: if last {
                    whole - share * (count - Decimal::ONE)
                } else {
                    share
                },
                unit: line.unit.clone(),
            },
            legs: route("RUNVS", "ET", vessel(one)),
        }
    });
    Ok(planned.collect())
}

/// How grain reaches the countries of the public cases.
fn route(from: &str, final_country: &str, vessel: Vessel) -> Vec<Leg> {
    let leg = |mode, from: &str, to: &str, vessel| Leg {
        mode,
        from: from.to_owned(),
        to: to.to_owned(),
        vessel,
        etd: None,
        eta: None,
    };
    match final_country {
        "ET" => vec![
            leg(Mode::Sea, from, "DJJIB", Some(vessel)),
            leg(Mode::Road, "DJJIB", "ETMDP", None),
        ],
        "SD" => vec![leg(Mode::Sea, from, "SDPZU", Some(vessel))],
        _ => Vec::new(),
    }
}
