//! Parties, vessels and banks: who they are and whether their numbers can be right.

use super::{Code, Finding};
use crate::domain::{
    dossier::{Dossier, Identifier, Party, Vessel},
    identifier::{self, Fault, Scheme},
    reference,
};
use std::collections::BTreeSet;

pub(super) fn all(dossier: &Dossier) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(applicant) = &dossier.applicant {
        findings.extend(country("applicant.country", &applicant.country));
        findings.extend(latin("applicant", &applicant.name, applicant.name_latin.as_deref()));
    }
    for (at, beneficiary) in dossier.beneficiaries.iter().enumerate() {
        findings.extend(country(&format!("beneficiaries[{at}].country"), &beneficiary.country));
    }
    let mut ids = BTreeSet::new();
    for (at, one) in dossier.parties.iter().enumerate() {
        let path = format!("parties[{at}]");
        if !ids.insert(&one.id) {
            let message = format!("another party has the id \"{}\"; give each its own", one.id);
            findings.push(Finding::new(Code::DUPLICATE_PARTY, format!("{path}.id"), message));
        }
        findings.extend(party(&path, one));
    }
    findings.extend(vessels(dossier));
    findings.extend(banks(dossier));
    findings
}

fn party(path: &str, party: &Party) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(country(&format!("{path}.country"), &party.country));
    findings.extend(latin(path, &party.name, party.name_latin.as_deref()));
    if party.civilian_status.trim().is_empty() {
        let message = format!("say why {} is strictly civilian", party.name);
        findings.push(Finding::new(
            Code::CIVILIAN_STATUS_MISSING,
            format!("{path}.civilian_status"),
            message,
        ));
    }
    for (at, identifier) in party.identifiers.iter().enumerate() {
        findings.extend(check_identifier(&format!("{path}.identifiers[{at}]"), identifier));
    }
    findings
}

fn vessels(dossier: &Dossier) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (shipment_at, shipment) in dossier.shipments.iter().enumerate() {
        for (leg_at, leg) in shipment.legs.iter().enumerate() {
            let path = format!("shipments[{shipment_at}].legs[{leg_at}].vessel");
            if let Some(vessel) = &leg.vessel {
                findings.extend(check_vessel(&path, vessel));
                if let Some(flag) = &vessel.flag {
                    findings.extend(country(&format!("{path}.flag"), flag));
                }
            }
        }
    }
    findings
}

fn banks(dossier: &Dossier) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (payment_at, payment) in dossier.payments.iter().enumerate() {
        for (bank_at, bank) in payment.banks.iter().enumerate() {
            let path = format!("payments[{payment_at}].banks[{bank_at}]");
            findings.extend(country(&format!("{path}.country"), &bank.country));
            if let Some(bic) = &bank.bic {
                findings.extend(number(&format!("{path}.bic"), Scheme::Bic, bic));
            }
        }
    }
    findings
}

/// Tests one vessel's IMO ship number; `path` is where the vessel stands.
#[must_use]
pub fn check_vessel(path: &str, vessel: &Vessel) -> Option<Finding> {
    number(&format!("{path}.imo"), Scheme::ImoShip, &vessel.imo)
}

/// Tests one number by its scheme; schemes without a rule here pass.
#[must_use]
pub fn check_identifier(path: &str, identifier: &Identifier) -> Option<Finding> {
    let scheme = Scheme::named(&identifier.scheme)?;
    number(&format!("{path}.value"), scheme, &identifier.value)
}

fn number(path: &str, scheme: Scheme, value: &str) -> Option<Finding> {
    let code = match scheme {
        Scheme::ImoShip => Code::IMO_CHECK_DIGIT,
        Scheme::ImoCompany => Code::IMO_COMPANY_CHECK_DIGIT,
        Scheme::Lei => Code::LEI_CHECK,
        Scheme::RuInn => Code::INN_CHECK,
        Scheme::RuOgrn => Code::OGRN_CHECK,
        Scheme::Bic => Code::BIC_SHAPE,
    };
    let label = scheme.label();
    let shown: String = value.chars().take(40).collect();
    Some(match identifier::fault(scheme, value)? {
        Fault::Shape(shape) => Finding::new(code, path, format!("\"{shown}\" is no {label}: {shape}; correct it")),
        Fault::CheckDigit { expected } => {
            let message =
                format!("{label} {shown} should end in {expected}: compare it with the original and correct it");
            Finding::new(code, path, message).expecting(expected)
        }
    })
}

/// Is this a country?
pub(super) fn country(path: &str, code: &str) -> Option<Finding> {
    if reference::country(code).is_some() {
        return None;
    }
    let shown: String = code.chars().take(20).collect();
    let message = format!("\"{shown}\" is not a country code of ISO 3166-1: write two capital letters, for example ET");
    Some(Finding::new(Code::COUNTRY_UNKNOWN, path, message))
}

fn latin(path: &str, name: &str, latin: Option<&str>) -> Option<Finding> {
    let other_script = name.chars().any(|c| c.is_alphabetic() && c > '\u{24F}');
    let given = latin.is_some_and(|latin| !latin.trim().is_empty());
    (other_script && !given).then(|| {
        let message = "the name is written in another script; add its Latin form";
        Finding::new(Code::NAME_LATIN_MISSING, format!("{path}.name_latin"), message)
    })
}
