//! Is everything there? The conditions under which a dossier can be submitted (D-04).

use super::{Around, Code, Finding, goods};
use crate::domain::{
    dossier::{DocumentRef, Dossier},
    identifier::email_fault,
    notice::{Criterion, MachineCheck, NoticeContent},
    quantity::Quantity,
};
use std::{cmp::Ordering, collections::BTreeSet};

/// The mandatory sections. Payments may be empty: gifts in kind have none.
pub(super) fn sections(dossier: &Dossier) -> Vec<Finding> {
    let there = [
        ("applicant", dossier.applicant.is_some()),
        ("purpose", dossier.purpose.is_some()),
        ("beneficiaries", !dossier.beneficiaries.is_empty()),
        ("parties", !dossier.parties.is_empty()),
        ("goods", !dossier.goods.is_empty()),
        ("shipments", !dossier.shipments.is_empty()),
        ("safeguards", !dossier.safeguards.trim().is_empty()),
        ("validity", dossier.validity.is_some()),
    ];
    let mut findings: Vec<Finding> = there
        .into_iter()
        .filter(|(_, there)| !there)
        .map(|(name, _)| {
            let message = format!("the section \"{name}\" is empty; it is mandatory");
            Finding::new(Code::SECTION_MISSING, name, message).lacking(name)
        })
        .collect();
    findings.extend(fields(dossier));
    findings
}

fn fields(dossier: &Dossier) -> Vec<Finding> {
    let mut wanted: Vec<(String, &str)> = Vec::new();
    if let Some(applicant) = &dossier.applicant {
        wanted.push(("applicant.name".to_owned(), &applicant.name));
        wanted.push(("applicant.signatory".to_owned(), &applicant.signatory));
        wanted.push(("applicant.route".to_owned(), &applicant.route));
    }
    if let Some(purpose) = &dossier.purpose {
        wanted.push(("purpose.purpose".to_owned(), &purpose.purpose));
        wanted.push(("purpose.reasons".to_owned(), &purpose.reasons));
    }
    for (at, party) in dossier.parties.iter().enumerate() {
        wanted.push((format!("parties[{at}].id"), &party.id));
        wanted.push((format!("parties[{at}].name"), &party.name));
    }
    wanted
        .into_iter()
        .filter(|(_, text)| text.trim().is_empty())
        .map(|(path, _)| Finding::new(Code::FIELD_EMPTY, path, "this field must say something"))
        .collect()
}

/// At least two contacts with different, usable addresses (G9).
pub(super) fn contacts(dossier: &Dossier) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut addresses = BTreeSet::new();
    for (at, contact) in dossier.contacts.iter().enumerate() {
        let path = format!("contacts[{at}].email");
        if let Some(fault) = email_fault(&contact.email) {
            let message = format!("this is not an e-mail address a letter can be sent to: {fault}");
            findings.push(Finding::new(Code::CONTACT_EMAIL, path, message));
        } else if !addresses.insert(contact.email.to_ascii_lowercase()) {
            let message = "another contact has the same address; name a second one";
            findings.push(Finding::new(Code::DUPLICATE_CONTACT, path, message));
        }
    }
    if addresses.len() < 2 {
        let message = format!(
            "{} usable address(es); letters go to at least two, so name another contact",
            addresses.len()
        );
        findings.push(Finding::new(Code::CONTACTS_TOO_FEW, "contacts", message).lacking("contacts"));
    }
    findings
}

/// Documents are listed once, hashed, and have a public version where they are confidential.
pub(super) fn documents(dossier: &Dossier) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut ids = BTreeSet::new();
    for (at, document) in dossier.documents.iter().enumerate() {
        let path = format!("documents[{at}]");
        if !ids.insert(document.id) {
            let message = format!("the document {} is listed twice", document.id);
            findings.push(Finding::new(Code::DUPLICATE_DOCUMENT, format!("{path}.id"), message));
        }
        if document.sha256.len() != 64 || !document.sha256.bytes().all(|b| b.is_ascii_hexdigit()) {
            let message = "a SHA-256 is 64 hexadecimal digits";
            findings.push(Finding::new(
                Code::DOCUMENT_HASH_FORM,
                format!("{path}.sha256"),
                message,
            ));
        }
        if document.confidential && !has_twin(dossier, document) {
            let message = format!(
                "{} is confidential: add a non-confidential version or the reason why there can be none",
                document.file_name
            );
            findings.push(Finding::new(Code::TWIN_MISSING, format!("{path}.public_twin"), message));
        }
    }
    findings.extend(evidence(dossier, &ids));
    findings
}

fn has_twin(dossier: &Dossier, document: &DocumentRef) -> bool {
    let reasoned = document
        .no_twin_reason
        .as_deref()
        .is_some_and(|reason| !reason.trim().is_empty());
    let public = |id| {
        let mut others = dossier.documents.iter();
        others.any(|other| other.id == id && id != document.id && !other.confidential)
    };
    reasoned || document.public_twin.is_some_and(public)
}

fn evidence(dossier: &Dossier, ids: &BTreeSet<crate::domain::id::DocumentId>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut answered = BTreeSet::new();
    for (at, statement) in dossier.statements.iter().enumerate() {
        let path = format!("statements[{at}]");
        if !answered.insert(&statement.criterion) {
            let message = format!("there is another statement to {}; keep one", statement.criterion);
            findings.push(Finding::new(
                Code::DUPLICATE_STATEMENT,
                format!("{path}.criterion"),
                message,
            ));
        }
        for (item, id) in statement.evidence.iter().enumerate() {
            if !ids.contains(id) {
                let message = format!("the dossier contains no document {id}");
                let path = format!("{path}.evidence[{item}]");
                findings.push(Finding::new(Code::EVIDENCE_UNKNOWN, path, message));
            }
        }
    }
    findings
}

/// What the notice asks for.
pub(super) fn under_notice(dossier: &Dossier, notice: &NoticeContent, around: &Around) -> Vec<Finding> {
    let mut findings: Vec<Finding> = notice
        .criteria
        .iter()
        .filter(|criterion| criterion.mandatory)
        .filter_map(|criterion| answered(dossier, criterion))
        .collect();
    findings.extend(unasked(dossier, notice));
    findings.extend(required_documents(dossier, notice));
    findings.extend(submitter(dossier, notice));
    findings.extend(limits(dossier, notice));
    findings.extend(ceiling(
        dossier,
        notice.ceiling.as_ref(),
        around.programme_left.as_ref(),
    ));
    if around.declaration_signed == Some(false) {
        let message = "the signatory has not accepted the declaration";
        findings.push(Finding::new(Code::DECLARATION_MISSING, "", message));
    }
    if around.documents_clean == Some(false) {
        let message = "a file is still in quarantine or was found unclean; wait or replace it";
        findings.push(Finding::new(Code::DOCUMENTS_NOT_CLEAN, "documents", message));
    }
    findings
}

/// Is the evidence produced in the procedure itself, after submission?
fn evidenced_later(criterion: &Criterion) -> bool {
    matches!(
        criterion.check,
        Some(MachineCheck::ScreeningClearOrCovered | MachineCheck::InspectionPassed | MachineCheck::DeclarationSigned)
    )
}

fn answered(dossier: &Dossier, criterion: &Criterion) -> Option<Finding> {
    let id = &criterion.id;
    let found = dossier
        .statements
        .iter()
        .enumerate()
        .find(|(_, statement)| &statement.criterion == id && !statement.statement.trim().is_empty());
    let Some((at, statement)) = found else {
        let message = format!("say how the dossier meets criterion {id}");
        let missing = format!("statement to {id}");
        return Some(Finding::new(Code::CRITERION_STATEMENT_MISSING, "statements", message).lacking(missing));
    };
    (statement.evidence.is_empty() && !evidenced_later(criterion)).then(|| {
        let message = format!("cite at least one document as evidence for criterion {id}");
        Finding::new(
            Code::CRITERION_EVIDENCE_MISSING,
            format!("statements[{at}].evidence"),
            message,
        )
    })
}

fn unasked(dossier: &Dossier, notice: &NoticeContent) -> Vec<Finding> {
    let asked: BTreeSet<&str> = notice.criteria.iter().map(|criterion| criterion.id.as_str()).collect();
    let statements = dossier.statements.iter().enumerate();
    statements
        .filter(|(_, statement)| !asked.contains(statement.criterion.as_str()))
        .map(|(at, statement)| {
            let message = format!("the notice has no criterion \"{}\"", statement.criterion);
            Finding::new(Code::CRITERION_UNKNOWN, format!("statements[{at}].criterion"), message)
        })
        .collect()
}

/// Documents required of every dossier, and those a mandatory criterion tests for.
fn required_documents(dossier: &Dossier, notice: &NoticeContent) -> Vec<Finding> {
    let mut required: BTreeSet<&str> = notice.required_documents.iter().map(String::as_str).collect();
    for criterion in notice.criteria.iter().filter(|criterion| criterion.mandatory) {
        if let Some(MachineCheck::DocumentPresent(classes)) = &criterion.check {
            required.extend(classes.iter().map(String::as_str));
        }
    }
    let there: BTreeSet<&str> = dossier
        .documents
        .iter()
        .map(|document| document.class.as_str())
        .collect();
    required
        .difference(&there)
        .map(|class| {
            let message = format!("the notice requires a document of the class {class}; add it");
            Finding::new(Code::DOC_MISSING, "documents", message).lacking(*class)
        })
        .collect()
}

fn submitter(dossier: &Dossier, notice: &NoticeContent) -> Option<Finding> {
    let applicant = dossier.applicant.as_ref()?;
    let eligible = &notice.eligible_submitters;
    (!eligible.is_empty() && !eligible.contains(&applicant.type_)).then(|| {
        let message = "the notice is not open to this type of applicant; a sponsoring authority may file instead";
        Finding::new(Code::NOT_ELIGIBLE_SUBMITTER, "applicant.type", message)
    })
}

fn limits(dossier: &Dossier, notice: &NoticeContent) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(validity) = &dossier.validity
        && !(1..=notice.max_validity_months).contains(&validity.months)
    {
        let message = format!(
            "{} months are asked for; the notice allows 1 to {}",
            validity.months, notice.max_validity_months
        );
        findings.push(Finding::new(Code::VALIDITY_TOO_LONG, "validity.months", message));
    }
    if let Some(most) = notice.max_shipments
        && dossier.shipments.len() > most as usize
    {
        let message = format!(
            "{} shipments are planned; the notice allows {most}",
            dossier.shipments.len()
        );
        findings.push(Finding::new(Code::TOO_MANY_SHIPMENTS, "shipments", message));
    }
    for (at, shipment) in dossier.shipments.iter().enumerate() {
        if !notice.destinations.is_empty() && !notice.destinations.contains(&shipment.final_country) {
            let named: Vec<&str> = notice.destinations.iter().map(String::as_str).collect();
            let message = format!(
                "{} is not a destination of the notice ({})",
                shipment.final_country,
                named.join(", ")
            );
            let path = format!("shipments[{at}].final_country");
            findings.push(Finding::new(Code::DESTINATION_NOT_COVERED, path, message));
        }
    }
    findings
}

/// The goods against what is left of the programme (D-04), or its whole ceiling while that is not known.
fn ceiling(dossier: &Dossier, ceiling: Option<&Quantity>, left: Option<&Quantity>) -> Option<Finding> {
    let limit = left.or(ceiling)?;
    let dimension = limit.known_unit().ok()?.dimension;
    let asked = goods::asked_for(dossier).remove(&dimension)?;
    asked.compare(limit).is_ok_and(Ordering::is_gt).then(|| {
        let message = format!("{asked} are asked for; {limit} are left of the programme's ceiling");
        Finding::new(Code::CEILING_EXCEEDED, "goods", message)
    })
}
