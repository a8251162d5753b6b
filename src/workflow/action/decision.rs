//! Ballot and decision (B-01 to B-03, X-01 to X-04).

use crate::domain::{Date, people::Delegation, quantity::Quantity, text::Words};
use serde::{Deserialize, Serialize};

/// How a case ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Approved,
    ApprovedWithConditions,
    ApprovedInPart,
    Refused,
    NoWaiverRequired,
    DeemedRefused,
    DeemedApproved,
}

impl Outcome {
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::ApprovedWithConditions => "approved_with_conditions",
            Self::ApprovedInPart => "approved_in_part",
            Self::Refused => "refused",
            Self::NoWaiverRequired => "no_waiver_required",
            Self::DeemedRefused => "deemed_refused",
            Self::DeemedApproved => "deemed_approved",
        }
    }

    /// Does a waiver follow?
    #[must_use]
    pub const fn approves(self) -> bool {
        matches!(
            self,
            Self::Approved | Self::ApprovedWithConditions | Self::ApprovedInPart | Self::DeemedApproved
        )
    }
}

/// B-01: the draft that is voted on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CirculateDraft {
    /// `approved`, `approved_with_conditions`, `approved_in_part` or `refused`.
    pub outcome: Outcome,
    /// One for each criterion.
    pub reasons: Vec<CriterionReason>,
    /// Those that findings “met with condition” ask for are added by themselves, as `C1-US`.
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// What is authorised; needed to approve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorised: Option<Quantity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_from: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity_months: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CriterionReason {
    pub criterion: String,
    pub reason: Words,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub id: String,
    pub text: Words,
    /// The delegation that says whether it is fulfilled; default: the one whose co-chair circulates the draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Delegation>,
    /// Must it be fulfilled before the certificate is issued?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub precedent: bool,
}

/// B-01.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenBallot {
    /// The hash of the draft, as shown.
    pub draft: String,
}

/// B-02.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CastVote {
    /// The hash of the draft that is voted on, as shown.
    pub draft: String,
    pub vote: Vote,
}

/// A vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    pub choice: Choice,
    /// For `approve_with_conditions`: the conditions asked for. For `refuse`: the criteria not met.
    #[serde(default)]
    pub because: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Words>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    Approve,
    ApproveWithConditions,
    Refuse,
    Abstain,
}

///
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignDecision {
    /// The hash of the decision, as shown: the hash that was voted on.
    pub draft: String,
}

///
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WarnOfDeadline {
    /// The counted day that begins.
    pub day: u32,
}
