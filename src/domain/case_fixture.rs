//! The public cases: real or realistic stories in a neutral shape (`waiver-case/1`), turned into our notice and dossier.
//!
//! The neutral shape is poorer than a dossier. What it lacks (contacts, statements, civilian status, signatory …) is
//! supplied here and says of itself that it is example data. Documents are named by class only: whoever plays a case
//! uploads something for each and puts the references in with [`CaseFixture::with_documents`].

mod dossier;
mod neutral;
mod notice;
mod shipment;
#[cfg(test)]
mod tests;

use super::{
    Date,
    dossier::{CriterionStatement, DocumentRef, Dossier, FileError, Identifier, Vessel},
    id::DocumentId,
    notice::NoticeContent,
    text::Language,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A case, ready to be played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFixture {
    /// For example `P-01-seed-grain-ethiopia-sudan`.
    pub case_id: String,
    pub title: String,
    pub notice: NoticeContent,
    /// The day the notice was published.
    pub published: Option<Date>,
    /// The dossier, still without documents and evidence.
    pub dossier: Dossier,
    /// When it was submitted, as the case tells it: an instant or a date.
    pub submitted_at: Option<String>,
    /// The documents to upload, one of each class.
    pub documents: Vec<CaseDocument>,
    /// Which classes of document each criterion's statement cites.
    pub evidence: BTreeMap<String, BTreeSet<String>>,
    /// A second dossier, filed anew after the first was returned.
    pub resubmission: Option<Resubmission>,
    /// Vessels whose numbers are to be tested on their own.
    pub vessels_to_validate: Vec<Vessel>,
    /// Companies whose numbers are to be tested on their own.
    pub companies_to_validate: Vec<Identifier>,
    /// What was really delivered, voyage by voyage.
    pub actuals: Value,
    pub timeline: Value,
    pub expected: Value,
}

/// A document that a case has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseDocument {
    pub class: String,
    pub file_name: String,
    pub language: Language,
}

/// A dossier filed anew, with the documents it adds to those of the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resubmission {
    pub at: Option<String>,
    pub dossier: Dossier,
    pub documents: Vec<CaseDocument>,
}

/// Reads a case in the neutral shape.
///
/// # Errors
/// The place and reason, when it is no such case or says something that a dossier cannot say.
pub fn read(case_json: &str) -> Result<CaseFixture, FileError> {
    let case: neutral::Case = super::dossier::read_json(case_json.as_bytes())?;
    let (notice, submission) = (&case.notice, &case.submission);
    let content = notice::content(&case)?;
    let documents = dossier::documents(submission);
    let classes: Vec<&str> = documents.iter().map(|document| document.class.as_str()).collect();
    let evidence = dossier::evidence(&content, &classes);
    let first = dossier::dossier(&case, &content)?;
    Ok(CaseFixture {
        case_id: case.case_id.clone(),
        title: case.title.clone(),
        published: notice.published,
        resubmission: dossier::resubmission(&case, &first)?,
        dossier: first,
        submitted_at: submission.submitted_at.clone(),
        notice: content,
        documents,
        evidence,
        vessels_to_validate: submission.vessels_to_validate.iter().map(dossier::vessel).collect(),
        companies_to_validate: submission.companies_to_validate.iter().map(dossier::company).collect(),
        actuals: serde_json::to_value(&submission.actuals).unwrap_or_default(),
        timeline: Value::Array(case.timeline.clone()),
        expected: case.expected.clone(),
    })
}

/// Is this a case in the neutral shape?
#[must_use]
pub fn is_case(bytes: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Peek {
        schema: String,
    }
    serde_json::from_slice::<Peek>(bytes).is_ok_and(|peek| peek.schema == neutral::SCHEMA)
}

impl CaseFixture {
    /// The dossier with these documents, each statement citing those of its criterion's classes.
    #[must_use]
    pub fn with_documents(&self, documents: &[DocumentRef]) -> Dossier {
        cite(&self.dossier, documents, &self.evidence)
    }

    /// The dossier filed anew, with these documents (those of the first dossier and the added ones).
    #[must_use]
    pub fn resubmitted(&self, documents: &[DocumentRef]) -> Option<Dossier> {
        let again = self.resubmission.as_ref()?;
        Some(cite(&again.dossier, documents, &self.evidence))
    }

    /// The dossier with made-up references, for checking it without uploading anything.
    #[must_use]
    pub fn example(&self) -> Dossier {
        self.with_documents(&example_documents(&self.documents))
    }

    /// The dossier filed anew, with made-up references.
    #[must_use]
    pub fn example_resubmission(&self) -> Option<Dossier> {
        let again = self.resubmission.as_ref()?;
        let all: Vec<CaseDocument> = self.documents.iter().chain(&again.documents).cloned().collect();
        self.resubmitted(&example_documents(&all))
    }
}

fn cite(dossier: &Dossier, documents: &[DocumentRef], evidence: &BTreeMap<String, BTreeSet<String>>) -> Dossier {
    let of_classes = |classes: &BTreeSet<String>| {
        let cited = documents.iter().filter(|document| classes.contains(&document.class));
        cited.map(|document| document.id).collect()
    };
    let statements = dossier.statements.iter().map(|statement| CriterionStatement {
        evidence: evidence.get(&statement.criterion).map(of_classes).unwrap_or_default(),
        ..statement.clone()
    });
    Dossier {
        statements: statements.collect(),
        documents: documents.to_vec(),
        ..dossier.clone()
    }
}

fn example_documents(documents: &[CaseDocument]) -> Vec<DocumentRef> {
    let numbered = (1u128..).zip(documents);
    numbered
        .map(|(number, document)| DocumentRef {
            id: DocumentId(Uuid::from_u128(number)),
            class: document.class.clone(),
            file_name: document.file_name.clone(),
            language: document.language,
            sha256: format!("{number:064x}"),
            bytes: 1,
            media_type: "application/pdf".to_owned(),
            confidential: false,
            public_twin: None,
            no_twin_reason: None,
            replaces: None,
        })
        .collect()
}
