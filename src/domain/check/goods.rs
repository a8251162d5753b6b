//! Goods: codes, units, kits, values.

use super::{Code, Finding, party::country};
use crate::domain::{
    dossier::{Component, Dossier, Goods, Money},
    notice::{MachineCheck, NoticeContent},
    quantity::{Dimension, Quantity, QuantityError},
    reference::{self, HsStanding},
};
use rust_decimal::Decimal;
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

pub(super) fn all(dossier: &Dossier) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut lines = BTreeSet::new();
    for (at, one) in dossier.goods.iter().enumerate() {
        let path = format!("goods[{at}]");
        if !lines.insert(one.line) {
            let message = format!("another line has the number {}; give each its own", one.line);
            findings.push(Finding::new(
                Code::DUPLICATE_GOODS_LINE,
                format!("{path}.line"),
                message,
            ));
        }
        findings.extend(line(&path, one));
    }
    for (at, payment) in dossier.payments.iter().enumerate() {
        findings.extend(money(&format!("payments[{at}].amount"), &payment.amount));
    }
    findings
}

fn line(path: &str, goods: &Goods) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(hs(path, &goods.hs));
    findings.extend(described(path, &goods.description));
    findings.extend(unit(&format!("{path}.unit"), &goods.quantity));
    findings.extend(positive(&format!("{path}.quantity"), &goods.quantity));
    if let Some(origin) = &goods.origin {
        findings.extend(country(&format!("{path}.origin"), origin));
    }
    if let Some(value) = &goods.value {
        findings.extend(money(&format!("{path}.value"), value));
    }
    findings.extend(unit_value(path, goods));
    if goods.kit && goods.components.is_empty() {
        let message = "a kit must be broken down: list every component with its HS code and quantity";
        findings.push(Finding::new(
            Code::KIT_NOT_DECOMPOSED,
            format!("{path}.components"),
            message,
        ));
    }
    for (at, one) in goods.components.iter().enumerate() {
        findings.extend(component(&format!("{path}.components[{at}]"), one));
    }
    findings
}

fn component(path: &str, component: &Component) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(hs(path, &component.hs));
    findings.extend(described(path, &component.description));
    findings.extend(unit(&format!("{path}.unit"), &component.quantity));
    findings.extend(positive(&format!("{path}.quantity"), &component.quantity));
    findings
}

fn described(path: &str, description: &str) -> Option<Finding> {
    description.trim().is_empty().then(|| {
        let message = "describe the goods";
        Finding::new(Code::FIELD_EMPTY, format!("{path}.description"), message)
    })
}

fn hs(path: &str, code: &str) -> Vec<Finding> {
    let path = format!("{path}.hs");
    let shown: String = code.chars().take(20).collect();
    let mut findings = Vec::new();
    match reference::hs(code) {
        HsStanding::Known => {}
        HsStanding::NotACode => {
            let message = format!(
                "\"{shown}\" is not six digits; write the six-digit code of the Harmonized System without points"
            );
            findings.push(Finding::new(Code::HS_FORM, &path, message));
        }
        HsStanding::Unknown => {
            let message = format!("{shown} is not a code of the Harmonized System 2022; look up the code in force");
            findings.push(Finding::new(Code::HS_UNKNOWN, &path, message));
        }
        HsStanding::NotInExtract => {
            let message =
                format!("{shown} is not in the extract kept here, so it could not be verified; look it up in HS 2022");
            findings.push(Finding::new(Code::HS_NOT_IN_EXTRACT, &path, message));
        }
    }
    if reference::HIGH_PRIORITY.contains(&code) {
        let message = format!("{shown} is on the common high-priority list: expect questions about the end use");
        findings.push(Finding::new(Code::HS_HIGH_PRIORITY, path, message));
    }
    findings
}

/// Is the unit one? Its path is that of the line's unit: `goods[0].unit`.
fn unit(path: &str, quantity: &Quantity) -> Option<Finding> {
    let refused = quantity.known_unit().err()?;
    let remedy = match refused {
        QuantityError::PackageCode(_) => {
            "state pieces (H87), sets (SET) or a mass (KGM), and the packages under packaging"
        }
        _ => "use a code such as TNE, KGM, H87 or LTR",
    };
    Some(Finding::new(Code::UNIT_UNKNOWN, path, format!("{refused}; {remedy}")))
}

/// Is the quantity more than nothing, and can it be counted exactly?
pub(super) fn positive(path: &str, quantity: &Quantity) -> Option<Finding> {
    if quantity.is_zero() {
        return Some(Finding::new(
            Code::QUANTITY_NOT_POSITIVE,
            path,
            "the quantity is zero; state how much",
        ));
    }
    match quantity.base_milli() {
        Err(refused @ (QuantityError::Inexact(..) | QuantityError::TooLarge(_) | QuantityError::Amount(_))) => {
            let message = format!("{refused}; state it in another unit, for example KGM");
            Some(Finding::new(Code::QUANTITY_TOO_FINE, path, message))
        }
        _ => None,
    }
}

fn money(path: &str, money: &Money) -> Option<Finding> {
    let shown: String = money.currency.chars().take(20).collect();
    let Some(currency) = reference::currency(&money.currency) else {
        let message = format!("\"{shown}\" is not a currency of ISO 4217 that money can be in; write for example USD");
        return Some(Finding::new(
            Code::CURRENCY_UNKNOWN,
            format!("{path}.currency"),
            message,
        ));
    };
    let places = currency.places?;
    (money.amount.normalize().scale() > places).then(|| {
        let message = format!("{shown} has {places} digits after the point, {} has more", money.amount);
        Finding::new(Code::MONEY_PRECISION, format!("{path}.amount"), message)
    })
}

/// Quantity × unit value against value: exact, rounding (at most 0.01 a unit), or wrong.
fn unit_value(path: &str, goods: &Goods) -> Option<Finding> {
    let (value, each) = (goods.value.as_ref()?, goods.unit_value?);
    let units = goods.quantity.amount;
    let product = units.checked_mul(each)?;
    let difference = (product - value.amount).abs();
    if difference.is_zero() {
        return None;
    }
    let tolerance = units.checked_mul(Decimal::new(1, 2))?;
    let sum = format!("{} x {each} = {}", units.normalize(), product.normalize());
    Some(if difference <= tolerance {
        let message = format!(
            "{sum}, the value says {}: accepted, it differs by at most 0.01 a unit",
            value.amount
        );
        Finding::new(Code::UNIT_VALUE_ROUNDING, path, message)
    } else {
        let message = format!("{sum}, but the value says {}; correct one of them", value.amount);
        Finding::new(Code::VALUE_MISMATCH, path, message)
    })
}

/// Sums by dimension, in the first unit seen. Quantities in unknown units are left to their own finding.
fn sums<'a>(quantities: impl Iterator<Item = &'a Quantity>) -> BTreeMap<Dimension, Quantity> {
    let mut sums: BTreeMap<Dimension, Quantity> = BTreeMap::new();
    for quantity in quantities {
        let Ok(unit) = quantity.known_unit() else { continue };
        let sum = match sums.get(&unit.dimension) {
            Some(sum) => sum.checked_add(quantity).ok(),
            None => Some(quantity.clone()),
        };
        sums.extend(sum.map(|sum| (unit.dimension, sum)));
    }
    sums
}

/// How much the goods are together, by dimension.
#[must_use]
pub(super) fn asked_for(dossier: &Dossier) -> BTreeMap<Dimension, Quantity> {
    sums(dossier.goods.iter().map(|goods| &goods.quantity))
}

/// The shipments may carry less than the goods, never more, and nothing else. Units of shipments are tested here too.
pub(super) fn planned_against_goods(dossier: &Dossier) -> Vec<Finding> {
    let asked = asked_for(dossier);
    let goods_units: BTreeSet<&str> = dossier.goods.iter().map(|goods| goods.quantity.unit.as_str()).collect();
    let mut findings = Vec::new();
    for (at, shipment) in dossier.shipments.iter().enumerate() {
        // A unit that the goods have too is said once, there.
        if !goods_units.contains(shipment.quantity.unit.as_str()) {
            findings.extend(unit(&format!("shipments[{at}].unit"), &shipment.quantity));
        }
    }
    let planned = sums(dossier.shipments.iter().map(|shipment| &shipment.quantity));
    let every_unit_known = dossier.goods.iter().all(|goods| goods.quantity.known_unit().is_ok());
    for (dimension, planned) in planned.iter().filter(|_| every_unit_known) {
        let message = match asked.get(dimension) {
            Some(asked) if planned.compare(asked).is_ok_and(Ordering::is_gt) => {
                format!("the shipments are {planned} together, the goods only {asked}; correct one of them")
            }
            None => format!("the shipments are {planned}, but no goods are measured by {dimension}"),
            Some(_) => continue,
        };
        findings.push(Finding::new(Code::QUANTITIES_DIFFER, "shipments", message));
    }
    findings
}

/// Every code of the dossier with its path: lines and components.
pub(super) fn hs_codes(dossier: &Dossier) -> Vec<(String, &str)> {
    let mut codes = Vec::new();
    for (at, goods) in dossier.goods.iter().enumerate() {
        codes.push((format!("goods[{at}].hs"), goods.hs.as_str()));
        for (part, component) in goods.components.iter().enumerate() {
            codes.push((format!("goods[{at}].components[{part}].hs"), component.hs.as_str()));
        }
    }
    codes
}

/// Goods of restricted chapters: those the notice names, or, for goods to the DPRK, those of resolution 2397.
pub(super) fn restricted(dossier: &Dossier, notice: &NoticeContent) -> Vec<Finding> {
    let mut chapters: BTreeSet<&str> = BTreeSet::new();
    for criterion in &notice.criteria {
        if let Some(MachineCheck::RestrictedHsDeclared(named)) = &criterion.check {
            chapters.extend(named.iter().map(String::as_str));
        }
    }
    if dossier.shipments.iter().any(|shipment| shipment.final_country == "KP") {
        chapters.insert(reference::RESTRICTED_TO_DPRK);
    }
    let restricted = |code: &str| chapters.iter().any(|chapter| reference::hs_falls_under(code, chapter));
    hs_codes(dossier)
        .into_iter()
        .filter(|(_, code)| restricted(code))
        .map(|(path, code)| {
            let chapter: String = code.chars().take(2).collect();
            let message = format!("chapter {chapter} is why an exemption is needed, not a ground for refusal");
            Finding::new(Code::HS_RESTRICTED_CHAPTER, path, message)
        })
        .collect()
}
