//! The dossier of a case: what it says, and example data for what it leaves out.

use super::{CaseDocument, Resubmission, neutral, shipment::shipments};
use crate::domain::{
    Date,
    dossier::{
        Applicant, Beneficiary, Component, Contact, CriterionStatement, Dossier, FileError, Goods, Identifier, Money,
        Party, PartyRole, PlannedShipment, Purpose, RequestedValidity, Vessel,
    },
    notice::{MachineCheck, NoticeContent, PartyType},
    quantity::{self, Quantity},
    strict,
    text::Language,
};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

type Result<T> = std::result::Result<T, FileError>;

fn say(language: Language, en: &str, ru: &str) -> String {
    match language {
        Language::En => en.to_owned(),
        Language::Ru => ru.to_owned(),
    }
}

pub(super) fn dossier(case: &neutral::Case, notice: &NoticeContent) -> Result<Dossier> {
    let submission = &case.submission;
    let language = submission.language;
    let goods = goods(&submission.goods, "submission.goods")?;
    let shipments = shipments(submission)?;
    Ok(Dossier {
        language,
        applicant: applicant(submission),
        purpose: Some(purpose(submission)),
        beneficiaries: beneficiaries(submission, &shipments),
        parties: submission.parties.iter().map(|one| party(one, language)).collect(),
        goods,
        shipments,
        payments: Vec::new(),
        safeguards: say(
            language,
            "Seals at loading, receipts at discharge, monitors at distribution (example data).",
            "Пломбы при погрузке, расписки при выгрузке, наблюдатели при распределении (пример).",
        ),
        validity: Some(validity(case, notice)),
        statements: statements(notice, language),
        contacts: contacts(&case.case_id, language),
        documents: Vec::new(),
    })
}

fn applicant(submission: &neutral::Submission) -> Option<Applicant> {
    let party = submission
        .parties
        .iter()
        .find(|party| party.role == PartyRole::Applicant)?;
    let type_ = party.type_.or(submission.applicant_type).unwrap_or(PartyType::Ngo);
    let language = submission.language;
    Some(Applicant {
        type_,
        name: party.name.clone(),
        name_latin: party.name_latin.clone(),
        country: party.country.clone(),
        signatory: say(
            language,
            "Authorised signatory (example data)",
            "Уполномоченное лицо (пример)",
        ),
        route: match type_ {
            PartyType::Government => say(language, "diplomatic note", "дипломатическая нота"),
            _ => say(language, "letter of the organisation", "письмо организации"),
        },
        sponsor: None,
    })
}

fn purpose(submission: &neutral::Submission) -> Purpose {
    let language = submission.language;
    Purpose {
        purpose: submission.purpose.clone().unwrap_or_else(|| {
            say(
                language,
                "Assistance for the civilian population (example data)",
                "Помощь гражданскому населению (пример)",
            )
        }),
        reasons: submission.reason_for_waiver.clone().unwrap_or_else(|| {
            say(
                language,
                "Carriage or payment may touch a sanctions measure (example data)",
                "Перевозка или платёж могут подпадать под санкционную меру (пример)",
            )
        }),
    }
}

fn beneficiaries(submission: &neutral::Submission, shipments: &[PlannedShipment]) -> Vec<Beneficiary> {
    let selection = say(
        submission.language,
        "By need, on lists kept by the distributing organisation (example data)",
        "По нуждаемости, по спискам распределяющей организации (пример)",
    );
    let countries: BTreeSet<&str> = shipments
        .iter()
        .map(|shipment| shipment.final_country.as_str())
        .collect();
    let named = submission.beneficiaries.iter().map(|one| Beneficiary {
        selection: if one.selection.is_empty() {
            selection.clone()
        } else {
            one.selection.clone()
        },
        ..one.clone()
    });
    let invented = countries.into_iter().map(|country| Beneficiary {
        country: country.to_owned(),
        persons: 10_000,
        selection: selection.clone(),
    });
    if submission.beneficiaries.is_empty() {
        invented.collect()
    } else {
        named.collect()
    }
}

fn party(party: &neutral::Party, language: Language) -> Party {
    Party {
        id: party.id.clone(),
        role: party.role,
        name: party.name.clone(),
        name_latin: party.name_latin.clone(),
        country: party.country.clone(),
        type_: party.type_,
        identifiers: party.ids.clone(),
        civilian_status: say(
            language,
            "Declares that it is a civilian body and that it serves no military end user (example data).",
            "Заявляет, что является гражданской организацией и не обслуживает военных конечных пользователей (пример).",
        ),
    }
}

fn at(path: String) -> impl Fn(&dyn std::fmt::Display) -> FileError {
    move |error| FileError {
        path: path.clone(),
        message: error.to_string(),
    }
}

/// An amount as the case writes it; the unit is kept as it is, known or not.
pub(super) fn quantity(path: &str, amount: &str, unit: &str) -> Result<Quantity> {
    let amount = strict::parse_amount(amount).map_err(|error| at(format!("{path}.quantity"))(&error))?;
    Ok(Quantity {
        amount,
        unit: unit.to_owned(),
    })
}

fn decimal(path: String, amount: Option<&String>) -> Result<Option<Decimal>> {
    let parsed = amount.map(|amount| strict::parse_amount(amount)).transpose();
    parsed.map_err(|error| at(path)(&error))
}

fn goods(goods: &[neutral::Goods], path: &str) -> Result<Vec<Goods>> {
    goods
        .iter()
        .enumerate()
        .map(|(i, line)| one_line(line, &format!("{path}[{i}]")))
        .collect()
}

fn one_line(line: &neutral::Goods, path: &str) -> Result<Goods> {
    let value = decimal(format!("{path}.value"), line.value.as_ref())?;
    let components = line.components.iter().enumerate().map(|(i, one)| {
        Ok(Component {
            hs: one.hs.clone(),
            description: one.description.clone(),
            quantity: quantity(&format!("{path}.components[{i}]"), &one.quantity, &one.unit)?,
        })
    });
    Ok(Goods {
        line: line.line,
        hs: line.hs.clone(),
        description: line.description.clone(),
        specification: String::new(),
        quantity: quantity(path, &line.quantity, &line.unit)?,
        value: value.map(|amount| Money {
            amount,
            currency: line.currency.clone().unwrap_or_default(),
        }),
        unit_value: decimal(format!("{path}.unit_value"), line.unit_value.as_ref())?,
        origin: line.origin.clone(),
        packaging: line.packaging.clone().unwrap_or_default(),
        kit: line.kit,
        components: components.collect::<Result<_>>()?,
    })
}

pub(super) fn vessel(vessel: &neutral::Vessel) -> Vessel {
    Vessel {
        name: vessel.name.clone(),
        imo: vessel.imo.clone(),
        flag: vessel.flag.clone(),
    }
}

pub(super) fn company(company: &neutral::Company) -> Identifier {
    Identifier {
        scheme: "IMO-COMPANY".to_owned(),
        value: company.imo_company.clone(),
    }
}

/// As asked for; else from the day of submission or publication, for six months at most.
fn validity(case: &neutral::Case, notice: &NoticeContent) -> RequestedValidity {
    if let Some(asked) = &case.submission.requested_validity {
        return asked.clone();
    }
    let submitted = case.submission.submitted_at.as_deref().and_then(|text| text.get(..10));
    let from = submitted
        .and_then(|text| strict::parse_date(text).ok())
        .or(case.notice.published)
        .unwrap_or(Date::constant(2025, 1, 1));
    let unhurried = if case.submission.actuals.is_empty() { 6 } else { 12 };
    RequestedValidity {
        from,
        months: notice.max_validity_months.min(unhurried),
    }
}

fn statements(notice: &NoticeContent, language: Language) -> Vec<CriterionStatement> {
    let criteria = notice.criteria.iter();
    criteria
        .map(|criterion| {
            let words = criterion.text.in_language(language);
            CriterionStatement {
                criterion: criterion.id.clone(),
                statement: say(
                    language,
                    &format!("The dossier meets this criterion: {words} (example data)."),
                    &format!("Досье отвечает этому критерию: {words} (пример)."),
                ),
                evidence: Vec::new(),
            }
        })
        .collect()
}

fn contacts(case_id: &str, language: Language) -> Vec<Contact> {
    let short: String = case_id.chars().take(4).collect::<String>().to_lowercase();
    ["filing", "operations"]
        .into_iter()
        .map(|desk| Contact {
            name: say(
                language,
                &format!("Desk \"{desk}\" (example data)"),
                &format!("Отдел «{desk}» (пример)"),
            ),
            email: format!("{desk}.{short}@applicant.example"),
            language,
        })
        .collect()
}

/// The documents of the case; a case that tells of none has a cover letter and an item list.
pub(super) fn documents(submission: &neutral::Submission) -> Vec<CaseDocument> {
    let document = |class: &str, file_name: String| CaseDocument {
        class: class.to_owned(),
        file_name,
        language: submission.language,
    };
    match &submission.documents {
        Some(documents) => {
            let told = documents.iter();
            told.map(|one| document(&one.code, one.filename.clone())).collect()
        }
        None => ["COVER_LETTER", "ITEM_LIST"]
            .map(|class| document(class, file_name(class)))
            .into(),
    }
}

fn file_name(class: &str) -> String {
    format!("{}.pdf", class.to_lowercase())
}

/// Which of these classes evidence each criterion: those it wants, else the nearest that is there.
pub(super) fn evidence(notice: &NoticeContent, classes: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let criteria = notice.criteria.iter();
    criteria
        .map(|criterion| {
            let wanted: BTreeSet<String> = criterion
                .evidence
                .iter()
                .filter(|c| classes.contains(&c.as_str()))
                .cloned()
                .collect();
            let nearest = match criterion.check {
                Some(MachineCheck::FinalCountryIn(_)) => "DISTRIBUTION_PLAN",
                Some(MachineCheck::LocodeFunction(_)) => "CHARTER_PARTY_OR_NOMINATION",
                Some(MachineCheck::ApplicantTypeIn(_)) => "COVER_LETTER",
                _ => "ITEM_LIST",
            };
            let found = classes.iter().find(|class| **class == nearest).or(classes.first());
            let cited = if wanted.is_empty() {
                found.map(|class| (*class).to_owned()).into_iter().collect()
            } else {
                wanted
            };
            (criterion.id.clone(), cited)
        })
        .collect()
}

/// A dossier filed anew, when the timeline tells of one.
pub(super) fn resubmission(case: &neutral::Case, first: &Dossier) -> Result<Option<Resubmission>> {
    let is_new = |event: &&serde_json::Value| event.get("action").is_some_and(|action| action == "resubmit_as_new");
    let Some(event) = case.timeline.iter().find(is_new) else {
        return Ok(None);
    };
    let path = "timeline.changes";
    let changes = event.get("changes").cloned().map(serde_json::from_value).transpose();
    let changes: neutral::Changes = changes
        .map_err(|error| at(path.to_owned())(&error))?
        .unwrap_or_default();
    let mut dossier = Dossier {
        goods: goods(&changes.goods, &format!("{path}.goods"))?,
        ..first.clone()
    };
    let total = quantity::total(dossier.goods.iter().map(|goods| &goods.quantity))
        .ok()
        .flatten();
    for shipment in &mut dossier.shipments {
        if let Some(pieces) = total.as_ref().and_then(|total| total.to_unit("H87").ok()) {
            shipment.quantity = pieces;
        }
        for leg in &mut shipment.legs {
            correct_place(&mut leg.from);
        }
    }
    let added = changes.documents_added.iter().map(|class| CaseDocument {
        class: class.clone(),
        file_name: file_name(class),
        language: case.submission.language,
    });
    Ok(Some(Resubmission {
        at: event.get("at").and_then(|at| at.as_str()).map(str::to_owned),
        dossier,
        documents: added.collect(),
    }))
}

/// The first dossier named the airport of Dalian for a sea leg; the port is meant.
fn correct_place(code: &mut String) {
    if code == "CNDLC" {
        "CNDAL".clone_into(code);
    }
}
