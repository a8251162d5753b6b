//! What the committee asks for: panel, interests, findings.

use crate::domain::{
    id::{DocumentId, PersonId},
    people::{Delegation, Role},
    text::Words,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// C-01.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConstitutePanel {
    pub members: Vec<PanelSeat>,
}

/// One person's seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PanelSeat {
    pub person: PersonId,
    pub delegation: Delegation,
    /// Of `reviewer`, `head`, `alternate`, `inspector`, `co_chair`.
    pub roles: BTreeSet<Role>,
}

/// C-02.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclareInterest {
    /// Is there an interest (family, previous employer, anything a fair reader would ask about)?
    pub interest: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<Words>,
}

/// C-03.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExcludeConflicted {
    pub person: PersonId,
    pub ground: ConflictGround,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConflictGround {
    /// The person's organisational unit is a party of the dossier.
    SameUnit,
    /// The person acted on the dossier.
    ActedOnDossier,
    /// The person declared an interest.
    DeclaredInterest,
}

/// C-05.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Recuse {
    /// Default: oneself. A co-chair may name a member of the own delegation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The public class of the reason.
    pub reason_class: RecusalClass,
    /// Restricted.
    pub text: Words,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecusalClass {
    PersonalInterest,
    PreviousInvolvement,
    Appearance,
    Unavailable,
}

/// C-06.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubstituteMember {
    pub out: PersonId,
    /// Takes over the seat: the alternate, or another eligible person of the same delegation.
    pub seat: PanelSeat,
}

/// C-08.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignCriterion {
    pub criterion: String,
    pub reviewer: PersonId,
}

/// Section 7: what a delegation finds on a criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeFinding {
    pub criterion: String,
    pub value: FindingValue,
    pub reasons: Words,
    pub evidence: Vec<EvidenceRef>,
    /// For `met_with_condition`: the condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Words>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingValue {
    Met,
    MetWithCondition,
    NotMet,
    Insufficient,
    NotApplicable,
}

/// A place in one exact document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRef {
    pub document: DocumentId,
    /// The SHA-256 that the reviewer saw.
    pub sha256: String,
    /// Page or paragraph.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// Section 7: the second pair of eyes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CountersignFinding {
    pub criterion: String,
    /// The proposer, as shown, so that nobody countersigns something else than was read.
    pub proposed_by: PersonId,
}
