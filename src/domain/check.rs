//! Does a dossier hold? A pure look at what it says, against the notice it answers.
//!
//! Three things are told apart: what makes a dossier too incomplete to be submitted (D-04), what would have it returned
//! for correction (D-08), and what is only worth knowing. A wrong check digit asks for a correction; nothing here refuses.

mod codes;
mod completeness;
mod criteria;
mod finding;
mod goods;
mod lint;
mod party;
mod route;
#[cfg(test)]
mod tests;

pub use codes::Code;
pub use criteria::{Advice, CriterionAdvice, advise};
pub use finding::{Blocks, Finding, Severity};
pub use lint::{lint_section, lint_text, lint_value};
pub use party::{check_identifier, check_vessel};

use super::{dossier::Dossier, notice::NoticeContent, quantity::Quantity};
use serde::{Deserialize, Serialize};

/// What is known around a dossier that its own words cannot tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Around {
    /// The latest screening of its parties, vessels and banks, if there was one.
    pub screening: Option<Screening>,
    /// Was an inspection passed? None while none was held.
    pub inspection_passed: Option<bool>,
    /// What is left of the programme's ceiling. None: not known, or no ceiling.
    pub programme_left: Option<Quantity>,
    /// Was the declaration accepted by the signatory?
    pub declaration_signed: Option<bool>,
    /// Are all files checked and clean? None while that is not known.
    pub documents_clean: Option<bool>,
}

/// The result of a screening, as far as a criterion asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Screening {
    Clear,
    /// There are hits, and every true match is covered by a licence or an exemption.
    Covered,
    /// There are hits that are open or true.
    Hits,
    /// It could not be done; nothing can be told.
    Failed,
}

impl Around {
    /// Nothing is known: the dossier stands alone, as in a file on somebody's desk.
    pub const UNKNOWN: Self = Self {
        screening: None,
        inspection_passed: None,
        programme_left: None,
        declaration_signed: None,
        documents_clean: None,
    };
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Report {
    /// Errors first, each group in the dossier's order.
    pub findings: Vec<Finding>,
    /// What the machine can say to each criterion; the finding is made by people.
    pub criteria: Vec<CriterionAdvice>,
    /// Names of sections and classes of documents that are not there.
    pub missing: Vec<String>,
    /// Nothing is missing and nothing would be returned.
    pub complete: bool,
}

impl Report {
    /// Does nothing stand against submitting it (D-04)?
    #[must_use]
    pub fn can_be_submitted(&self) -> bool {
        !self.blocks(Blocks::Submission)
    }

    /// Would the secretariat return it for correction (D-08)?
    #[must_use]
    pub fn would_be_returned(&self) -> bool {
        self.blocks(Blocks::Return)
    }

    /// The findings that block this.
    pub fn blocking(&self, what: Blocks) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.blocks == what)
    }

    fn blocks(&self, what: Blocks) -> bool {
        self.blocking(what).next().is_some()
    }

    fn of(mut findings: Vec<Finding>, criteria: Vec<CriterionAdvice>) -> Self {
        findings.sort_by_key(|finding| finding.severity);
        let missing = findings.iter().filter_map(|finding| finding.missing.clone()).collect();
        let complete = findings.iter().all(|finding| finding.blocks == Blocks::Nothing);
        Self {
            findings,
            criteria,
            missing,
            complete,
        }
    }
}

/// Everything there is to say about a dossier under its notice.
#[must_use]
pub fn check(dossier: &Dossier, notice: &NoticeContent, around: &Around) -> Report {
    let mut findings = alone(dossier);
    findings.extend(completeness::under_notice(dossier, notice, around));
    findings.extend(goods::restricted(dossier, notice));
    let criteria = notice
        .criteria
        .iter()
        .map(|criterion| advise(criterion, dossier, around))
        .collect();
    Report::of(findings, criteria)
}

/// What can be said of a dossier without its notice.
#[must_use]
pub fn check_alone(dossier: &Dossier) -> Report {
    Report::of(alone(dossier), Vec::new())
}

fn alone(dossier: &Dossier) -> Vec<Finding> {
    let mut findings = lint_text(dossier);
    findings.extend(completeness::sections(dossier));
    findings.extend(completeness::documents(dossier));
    findings.extend(completeness::contacts(dossier));
    findings.extend(party::all(dossier));
    findings.extend(goods::all(dossier));
    findings.extend(route::all(dossier));
    findings
}
