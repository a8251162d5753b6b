//! What an inspection needs (I-01 to I-10).

use crate::domain::{
    Instant,
    id::{DocumentId, PersonId},
    text::Words,
};
use serde::{Deserialize, Serialize};

/// I-01.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideInspection {
    /// true: it is required. false: this delegation consents to waive it.
    pub needed: bool,
    /// Needed to waive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Words>,
}

/// I-02.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeInspection {
    /// At least three, within ten working days (one, within three, to resume after an abort).
    #[schema(value_type = Vec<String>)]
    pub slots: Vec<Instant>,
    /// UN/LOCODEs or names of the sites.
    pub sites: Vec<String>,
    pub checklist: Vec<ChecklistItem>,
    #[serde(default)]
    pub interpreters: Vec<String>,
    /// Who gets the link and how.
    pub link_policy: Words,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChecklistItem {
    pub id: String,
    /// The criterion that it helps to find.
    pub criterion: String,
    pub text: Words,
    pub mandatory: bool,
}

/// I-03.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmInspection {
    /// One of the proposed slots.
    #[schema(value_type = String, format = DateTime)]
    pub slot: Instant,
    /// Who will be there, by name, for the identity check.
    pub identities: Vec<Words>,
    pub technical_check_done: bool,
}

/// I-04.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostponeInspection {
    pub reason: Words,
}

/// I-05: the attendance log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinInspection {
    /// Who checked the identity of the one who joins; not oneself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_checked_by: Option<PersonId>,
}

/// I-06.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordObservation {
    /// The checklist item.
    pub item: String,
    pub answer: ObservationAnswer,
    pub note: Words,
    /// A picture or recording, uploaded to this case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture: Option<DocumentId>,
    /// When the device took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub device_time: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Words>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObservationAnswer {
    Satisfactory,
    NotSatisfactory,
    Unobservable,
}

/// I-09.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftReport {
    pub result: InspectionResult,
    pub text: Words,
    /// What the host may read.
    pub summary_for_host: Words,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InspectionResult {
    Passed,
    Failed,
}

/// I-09.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignReport {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reservation: Option<Words>,
}
