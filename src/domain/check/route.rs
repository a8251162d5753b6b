//! Shipments: places, means of transport, dates.

use super::{Code, Finding, goods, party::country};
use crate::domain::{
    dossier::{Dossier, Leg, Mode, PlannedShipment},
    reference::{self, Place},
};
use std::collections::BTreeSet;

pub(super) fn all(dossier: &Dossier) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut numbers = BTreeSet::new();
    for (at, one) in dossier.shipments.iter().enumerate() {
        let path = format!("shipments[{at}]");
        if !numbers.insert(one.no) {
            let message = format!("another shipment has the number {}; give each its own", one.no);
            findings.push(Finding::new(Code::DUPLICATE_SHIPMENT, format!("{path}.no"), message));
        }
        findings.extend(shipment(&path, one));
    }
    findings.extend(goods::planned_against_goods(dossier));
    findings
}

fn shipment(path: &str, shipment: &PlannedShipment) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(country(&format!("{path}.final_country"), &shipment.final_country));
    findings.extend(goods::positive(&format!("{path}.quantity"), &shipment.quantity));
    if shipment.legs.is_empty() {
        let message = "describe the route: at least one leg";
        findings.push(Finding::new(Code::FIELD_EMPTY, format!("{path}.legs"), message));
    }
    for (at, leg) in shipment.legs.iter().enumerate() {
        findings.extend(ends(&format!("{path}.legs[{at}]"), leg));
    }
    for (at, pair) in shipment.legs.windows(2).enumerate() {
        if let [before, after] = pair {
            findings.extend(joint(&format!("{path}.legs[{}]", at + 1), before, after));
        }
    }
    findings
}

fn ends(path: &str, leg: &Leg) -> Vec<Finding> {
    let mut findings: Vec<Finding> = [("from", &leg.from), ("to", &leg.to)]
        .into_iter()
        .filter_map(|(end, code)| place(&format!("{path}.{end}"), leg.mode, code))
        .collect();
    if let (Some(etd), Some(eta)) = (leg.etd, leg.eta)
        && eta < etd
    {
        let message = format!("it arrives on {eta}, before it departs on {etd}; correct the dates");
        findings.push(Finding::new(Code::DATE_ORDER, format!("{path}.eta"), message));
    }
    findings
}

/// Has the place what the means of transport needs? Any known place can be reached by road.
fn place(path: &str, mode: Mode, code: &str) -> Option<Finding> {
    let Some(place) = reference::place(code) else {
        let shown: String = code.chars().take(20).collect();
        let message = format!("\"{shown}\" is not a place of UN/LOCODE; look up its five-character code");
        return Some(Finding::new(Code::LOCODE_UNKNOWN, path, message));
    };
    let (code, fits, wants) = match mode {
        Mode::Sea => (Code::LOCODE_NOT_PORT, place.has('1'), "a sea leg needs a port"),
        Mode::Air => (Code::LOCODE_NOT_AIRPORT, place.has('4'), "an air leg needs an airport"),
        Mode::Rail => (
            Code::LOCODE_NOT_RAIL,
            place.has('2') || place.has('6'),
            "a rail leg needs a rail terminal or an inland depot",
        ),
        Mode::InlandWaterway => (
            Code::LOCODE_NOT_INLAND_PORT,
            place.has('1'),
            "a leg by inland waterway needs a port",
        ),
        Mode::Road => return None,
    };
    (!fits).then(|| Finding::new(code, path, misfit(&place, wants)))
}

fn misfit(place: &Place, wants: &str) -> String {
    let name = if place.name.is_empty() {
        String::new()
    } else {
        format!(" ({})", place.name)
    };
    let has = place.functions_in_words();
    format!(
        "{}{name} has in UN/LOCODE: {has}; {wants}, so name the right place or means of transport",
        place.code
    )
}

/// Do two legs meet, in place and time?
fn joint(path: &str, before: &Leg, after: &Leg) -> Vec<Finding> {
    let mut findings = Vec::new();
    if before.to != after.from {
        let message = format!("it starts at {}, the leg before ends at {}", after.from, before.to);
        findings.push(Finding::new(Code::ROUTE_BROKEN, format!("{path}.from"), message));
    }
    if let (Some(arrives), Some(leaves)) = (before.eta, after.etd)
        && leaves < arrives
    {
        let message = format!("it departs on {leaves}, before the leg before arrives on {arrives}; correct the dates");
        findings.push(Finding::new(Code::DATE_ORDER, format!("{path}.etd"), message));
    }
    findings
}
