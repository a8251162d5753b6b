//! What submitters and the secretariat ask for: dossier, completeness, questions, screening.

use crate::domain::{
    Date,
    dossier::{Dossier, Section},
    id::{DocumentId, NoticeId, OrganisationId},
    text::{Language, Words},
};
use serde::{Deserialize, Serialize};

/// D-01.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartDossier {
    pub notice: NoticeId,
    /// The organisation on whose behalf an agent or a sponsor files; default: one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<OrganisationId>,
    /// A dossier in the exchange format, to begin with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dossier: Option<Box<Dossier>>,
}

/// D-02.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveSection {
    /// How often the section was saved when it was opened for editing; refused if somebody saved it since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<u32>,
    pub save: Section,
}

/// D-02.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttachDocument {
    /// An uploaded document of this case.
    pub document: DocumentId,
    /// What it is, for example `SUPPLY_CONTRACT`.
    pub class: String,
    #[serde(default)]
    pub language: Language,
    #[serde(default)]
    pub confidential: bool,
    /// Its non-confidential version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_twin: Option<DocumentId>,
    /// Why there can be no non-confidential version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_twin_reason: Option<Words>,
    /// The document that it replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<DocumentId>,
}

/// D-02.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DetachDocument {
    pub document: DocumentId,
}

/// D-03.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MigrateDossier {
    /// The edition of the notice to go to.
    pub edition: u32,
}

/// N-06: a submitted dossier goes over to a favourable edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdoptEdition {
    /// The edition of the notice that is in effect.
    pub edition: u32,
}

/// The version of the declaration that a signatory accepts.
pub const DECLARATION: &str = "2025-1";

/// D-04.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitDossier {
    /// The version of the declaration that is accepted, now `2025-1`.
    pub declaration: String,
}

/// D-07.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptDossier {
    /// The officer's checklist, kept with the acceptance. A line that is not “yes” stands in its way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checklist: Vec<CompletenessLine>,
}

/// One line of the completeness checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompletenessLine {
    pub line: Words,
    pub yes: bool,
}

/// D-08.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnDossier {
    pub deficiencies: Vec<Deficiency>,
    /// Default: the notice's answer time in working days.
    #[schema(value_type = Option<String>, format = Date)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<Date>,
}

/// One thing that is missing or wrong in a dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Deficiency {
    /// The section to mend, for example `goods` or `documents`.
    pub section: String,
    /// A code of the dossier check, or `other`.
    pub code: String,
    /// What is wrong and what would mend it.
    pub text: Words,
}

/// D-09.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResubmitDossier {
    /// One answer for each deficiency, in their order: what was mended, or why not.
    pub answers: Vec<Words>,
    pub declaration: String,
}

/// D-12.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectDossier {
    pub ground: InadmissibleGround,
    pub reasons: Words,
}

/// The closed list of D-12.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InadmissibleGround {
    NotEligibleSubmitter,
    OutOfScope,
    Duplicate,
}

/// D-13.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeNoWaiver {
    /// Which general licence or exemption covers the case, and why.
    pub legal_note: Words,
}

/// D-14.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawDossier {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Words>,
}

/// D-18.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PauseClock {
    /// 1 to 30 calendar days.
    pub days: u32,
    pub reason: Words,
}

/// D-19.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendMessage {
    pub text: Words,
}

/// An act that needs a reason and nothing else (G8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reasoned {
    pub reason: Words,
}

///
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskQuestion {
    pub criterion: String,
    pub text: Words,
    /// After a first round: the number of the question whose answer brought the new fact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<u32>,
}

/// issues every question asked since the last round, as one round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IssueRound {
    /// Sections that the submitter may change with the answer.
    #[serde(default)]
    pub sections: Vec<String>,
    #[schema(value_type = Option<String>, format = Date)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<Date>,
}

/// Days before (positive) the answer is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemindToAnswer {
    pub working_days_left: u32,
}

///
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerRound {
    pub answers: Vec<Answer>,
}

/// One answer, or the reason why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The question's number.
    pub question: u32,
    pub text: Words,
    #[serde(default)]
    pub documents: Vec<DocumentId>,
}

///
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkInsufficient {
    pub question: u32,
    pub reason: Words,
}

///
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelQuestion {
    pub question: u32,
    pub reason: Words,
}
