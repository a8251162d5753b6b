//! Waiver, shipments, outcome (W, H, K).

use crate::domain::{Date, dossier::Vessel, id::DocumentId, quantity::Quantity, text::Words};
use serde::{Deserialize, Serialize};

/// W-05: how many days are left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemindOfExpiry {
    pub days_left: u32,
}

/// W-02, the holder's part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportCondition {
    /// Its id in the decision.
    pub condition: String,
    /// How it was fulfilled.
    pub text: Words,
    /// Documents of this case that show it; at least one.
    pub evidence: Vec<DocumentId>,
}

/// W-02, the owner delegation's part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmCondition {
    pub condition: String,
    /// false: the evidence does not show it; the holder may report again.
    pub fulfilled: bool,
    pub reason: Words,
}

/// H-01.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotifyShipment {
    pub quantity: Quantity,
    pub final_country: String,
    /// A consignee of the dossier, by its id there.
    pub consignee: String,
    /// UN/LOCODE of loading.
    pub from: String,
    /// UN/LOCODE of discharge.
    pub to: String,
    /// Needed when it goes by sea.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vessel: Option<Vessel>,
    /// The bank that pays, by BIC or name as in the dossier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank: Option<String>,
}

/// H-02.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportLoading {
    pub shipment: u32,
    pub quantity: Quantity,
    #[schema(value_type = String, format = Date)]
    pub loaded_on: Date,
    pub bill_of_lading: DocumentId,
    pub weight_note: DocumentId,
}

/// H-03.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportPosition {
    pub shipment: u32,
    pub position: Position,
    /// The day of the event itself; late reports are allowed.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    pub place: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    Departed,
    UnderWay,
    Discharged,
}

/// H-03 to H-05: the shipment that a reminder is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AboutShipment {
    pub shipment: u32,
}

/// H-04.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttestDelivery {
    pub shipment: u32,
    pub quantity: Quantity,
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    pub place: String,
    pub evidence: Vec<DocumentId>,
}

/// H-05.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyDelivery {
    pub shipment: u32,
    /// false: the delivery is disputed.
    pub verified: bool,
    /// The sample or monitor's report it rests on.
    pub basis: Words,
}

/// H-06.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportLoss {
    pub shipment: u32,
    pub what: LossKind,
    pub reason: Words,
    #[serde(default)]
    pub evidence: Vec<DocumentId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LossKind {
    Cancelled,
    Lost,
    Diverted,
}

/// H-07, first person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeCorrection {
    pub shipment: u32,
    /// The quantity delivered that is right.
    pub delivered: Quantity,
    pub reason: Words,
}

/// H-07, second person from the other side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmCorrection {
    pub shipment: u32,
    pub agree: bool,
}

/// K-01: what the holder says at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FileFinalReport {
    pub text: Words,
    #[serde(default)]
    pub evidence: Vec<DocumentId>,
}

/// K-02: the secretariat's part. The figures are computed from the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeOutcome {
    /// Deviations and what is to be said of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remarks: Option<Words>,
}

/// K-02: the co-chairs' part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignOutcome {
    /// The hash of the statement, as shown.
    pub statement: String,
}
