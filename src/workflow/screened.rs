//! What is screened: every subject of a case with the names, numbers and countries it is looked for by.

use super::{action::NotifyShipment, case::Case, waiver::Shipment};
use crate::domain::{
    dossier::{Applicant, Bank, Dossier, Identifier, Party, Vessel},
    notice::PartyType,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a subject is, as far as lists tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    Person,
    Organisation,
    Vessel,
    /// The dossier does not say: looked for among all.
    Unknown,
}

/// Somebody or something that is looked for in the lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScreenedSubject {
    /// `party:p2`, `vessel:9079169`, `bank:DEUTDEFF`, `applicant:organisation`, `applicant:signatory`.
    #[serde(skip)]
    pub key: String,
    pub kind: SubjectKind,
    /// In the original script and in Latin.
    pub names: BTreeSet<String>,
    /// Scheme and value.
    pub identifiers: BTreeSet<(String, String)>,
    pub countries: BTreeSet<String>,
}

impl ScreenedSubject {
    fn new(key: String, kind: SubjectKind) -> Self {
        Self {
            key,
            kind,
            names: BTreeSet::new(),
            identifiers: BTreeSet::new(),
            countries: BTreeSet::new(),
        }
    }

    fn named<'a>(mut self, names: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let given = names
            .into_iter()
            .flatten()
            .map(str::trim)
            .filter(|name| !name.is_empty());
        self.names.extend(given.map(str::to_owned));
        self
    }

    fn in_country(mut self, country: &str) -> Self {
        if !country.is_empty() {
            self.countries.insert(country.to_uppercase());
        }
        self
    }

    fn numbered(mut self, scheme: &str, value: &str) -> Self {
        if !value.trim().is_empty() {
            self.identifiers
                .insert((scheme.to_uppercase(), value.trim().to_owned()));
        }
        self
    }

    /// SHA-256 of everything it is looked for by: the same subject in another case has the same.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        super::digest(self)
    }
}

/// `vessel:9079169`, whatever way the number was written.
#[must_use]
pub fn vessel_subject(imo: &str) -> String {
    format!("vessel:{}", digits(imo))
}

fn digits(imo: &str) -> String {
    imo.chars().filter(char::is_ascii_digit).collect()
}

fn of_party(party: &Party) -> ScreenedSubject {
    let kind = match party.type_ {
        Some(PartyType::Person) => SubjectKind::Person,
        Some(_) => SubjectKind::Organisation,
        None => SubjectKind::Unknown,
    };
    let subject = ScreenedSubject::new(format!("party:{}", party.id), kind)
        .named([Some(party.name.as_str()), party.name_latin.as_deref()])
        .in_country(&party.country);
    let number = |subject: ScreenedSubject, id: &Identifier| subject.numbered(&id.scheme, &id.value);
    party.identifiers.iter().fold(subject, number)
}

fn of_vessel(vessel: &Vessel) -> ScreenedSubject {
    ScreenedSubject::new(vessel_subject(&vessel.imo), SubjectKind::Vessel)
        .named([Some(vessel.name.as_str())])
        .numbered("IMO", &digits(&vessel.imo))
        .in_country(vessel.flag.as_deref().unwrap_or_default())
}

fn of_bank(bank: &Bank) -> ScreenedSubject {
    let key = bank.bic.as_deref().unwrap_or(&bank.name);
    ScreenedSubject::new(format!("bank:{key}"), SubjectKind::Organisation)
        .named([Some(bank.name.as_str())])
        .numbered("BIC", bank.bic.as_deref().unwrap_or_default())
        .in_country(&bank.country)
}

fn of_applicant(applicant: &Applicant, parties: &[Party]) -> Vec<ScreenedSubject> {
    let mut subjects = Vec::new();
    if !parties.iter().any(|party| party.name == applicant.name) {
        let kind = match applicant.type_ {
            PartyType::Person => SubjectKind::Person,
            _ => SubjectKind::Organisation,
        };
        let organisation = ScreenedSubject::new("applicant:organisation".to_owned(), kind);
        let names = [Some(applicant.name.as_str()), applicant.name_latin.as_deref()];
        subjects.push(organisation.named(names).in_country(&applicant.country));
    }
    if !applicant.signatory.trim().is_empty() {
        let signatory = ScreenedSubject::new("applicant:signatory".to_owned(), SubjectKind::Person);
        subjects.push(signatory.named([Some(applicant.signatory.as_str())]));
    }
    subjects
}

/// Two mentions of the same subject: everything that either says.
fn merge(into: &mut BTreeMap<String, ScreenedSubject>, subject: ScreenedSubject) {
    match into.get_mut(&subject.key) {
        Some(known) => {
            known.names.extend(subject.names);
            known.identifiers.extend(subject.identifiers);
            known.countries.extend(subject.countries);
        }
        None => {
            into.insert(subject.key.clone(), subject);
        }
    }
}

/// Everything that a dossier names, by its name.
#[must_use]
pub fn of_dossier(dossier: &Dossier) -> BTreeMap<String, ScreenedSubject> {
    let mut subjects = BTreeMap::new();
    let applicant = dossier
        .applicant
        .iter()
        .flat_map(|applicant| of_applicant(applicant, &dossier.parties));
    let legs = dossier.shipments.iter().flat_map(|shipment| &shipment.legs);
    let vessels = legs.filter_map(|leg| leg.vessel.as_ref()).map(of_vessel);
    let banks = dossier.payments.iter().flat_map(|payment| &payment.banks).map(of_bank);
    let all = dossier
        .parties
        .iter()
        .map(of_party)
        .chain(applicant)
        .chain(vessels)
        .chain(banks);
    for subject in all {
        merge(&mut subjects, subject);
    }
    subjects
}

/// Everything of the submitted dossier, by its name.
#[must_use]
pub fn of_case(case: &Case) -> BTreeMap<String, ScreenedSubject> {
    of_dossier(case.submitted_dossier())
}

/// The same, with the vessels of shipments that are under way.
#[must_use]
pub fn live(case: &Case) -> BTreeMap<String, ScreenedSubject> {
    with_vessels(case, |shipment| shipment.state.is_open())
}

/// The same, with the vessels of all its shipments.
#[must_use]
pub fn ever(case: &Case) -> BTreeMap<String, ScreenedSubject> {
    with_vessels(case, |_| true)
}

fn with_vessels(case: &Case, which: fn(&Shipment) -> bool) -> BTreeMap<String, ScreenedSubject> {
    let mut subjects = of_case(case);
    let shipments = case.waiver.shipments.values().filter(|shipment| which(shipment));
    for vessel in shipments.filter_map(|shipment| shipment.notice.vessel.as_ref()) {
        merge(&mut subjects, of_vessel(vessel));
    }
    subjects
}

/// The same, with what a nomination adds.
#[must_use]
pub fn with_nomination(case: &Case, nomination: &NotifyShipment) -> BTreeMap<String, ScreenedSubject> {
    let mut subjects = live(case);
    if let Some(vessel) = &nomination.vessel {
        merge(&mut subjects, of_vessel(vessel));
    }
    subjects
}

/// Whom a nomination needs screened: vessel, bank and consignee.
#[must_use]
pub fn of_nomination(nomination: &NotifyShipment) -> Vec<String> {
    let vessel = nomination.vessel.as_ref().map(|vessel| vessel_subject(&vessel.imo));
    let bank = nomination.bank.as_ref().map(|bank| format!("bank:{bank}"));
    let consignee = Some(format!("party:{}", nomination.consignee));
    [vessel, bank, consignee].into_iter().flatten().collect()
}
