//! The neutral shape `waiver-case/1`, as far as it is read here.

use crate::domain::{
    Date,
    dossier::{Beneficiary, Identifier, Leg, Mode, PartyRole, RequestedValidity},
    notice::PartyType,
    strict,
    text::Language,
};
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::Value;

pub(super) const SCHEMA: &str = "waiver-case/1";

#[derive(Deserialize)]
pub(super) struct Case {
    #[serde(rename = "schema")]
    pub _schema: Schema,
    pub case_id: String,
    #[serde(default)]
    pub title: String,
    pub notice: Notice,
    pub submission: Submission,
    #[serde(default)]
    pub timeline: Vec<Value>,
    #[serde(default)]
    pub expected: Value,
}

#[derive(Deserialize)]
pub(super) enum Schema {
    #[serde(rename = "waiver-case/1")]
    V1,
}

#[derive(Deserialize)]
pub(super) struct Notice {
    pub notice_id: String,
    #[serde(default)]
    pub programme: String,
    #[serde(default)]
    pub issuing_authority: String,
    #[serde(default, deserialize_with = "strict::date_option")]
    pub published: Option<Date>,
    #[serde(default, deserialize_with = "strict::date_option")]
    pub closes: Option<Date>,
    pub decision_days_calendar: Option<u32>,
    pub max_validity_months: Option<u32>,
    pub max_shipments: Option<u32>,
    #[serde(default)]
    pub criteria: Vec<Criterion>,
}

#[derive(Deserialize)]
pub(super) struct Criterion {
    pub id: String,
    #[serde(default)]
    pub text: String,
    pub check: Option<String>,
    #[serde(default)]
    pub values: Value,
}

#[derive(Deserialize)]
pub(super) struct Submission {
    pub submitted_at: Option<String>,
    #[serde(default)]
    pub language: Language,
    pub purpose: Option<String>,
    pub reason_for_waiver: Option<String>,
    pub requested_validity: Option<RequestedValidity>,
    #[serde(default, deserialize_with = "or_default")]
    pub beneficiaries: Vec<Beneficiary>,
    pub applicant_type: Option<PartyType>,
    #[serde(default, deserialize_with = "or_default")]
    pub parties: Vec<Party>,
    #[serde(default, deserialize_with = "or_default")]
    pub goods: Vec<Goods>,
    #[serde(default, deserialize_with = "or_default")]
    pub shipments: Vec<Shipment>,
    pub documents: Option<Vec<Document>>,
    #[serde(default, deserialize_with = "or_default")]
    pub actuals: Vec<Actual>,
    #[serde(default, deserialize_with = "or_default")]
    pub vessels_to_validate: Vec<Vessel>,
    #[serde(default, deserialize_with = "or_default")]
    pub companies_to_validate: Vec<Company>,
}

#[derive(Clone, Deserialize)]
pub(super) struct Party {
    pub id: String,
    pub role: PartyRole,
    pub name: String,
    pub name_latin: Option<String>,
    pub country: String,
    #[serde(rename = "type")]
    pub type_: Option<PartyType>,
    #[serde(default, deserialize_with = "or_default")]
    pub ids: Vec<Identifier>,
}

#[derive(Clone, Deserialize)]
pub(super) struct Goods {
    pub line: u32,
    pub description: String,
    pub hs: String,
    pub quantity: String,
    pub unit: String,
    pub value: Option<String>,
    pub unit_value: Option<String>,
    pub currency: Option<String>,
    pub origin: Option<String>,
    pub packaging: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub kit: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub components: Vec<Component>,
}

#[derive(Clone, Deserialize)]
pub(super) struct Component {
    pub hs: String,
    pub description: String,
    pub quantity: String,
    pub unit: String,
}

#[derive(Clone, Deserialize)]
pub(super) struct Shipment {
    pub no: u32,
    pub final_country: String,
    pub planned_quantity: String,
    pub unit: String,
    #[serde(default, deserialize_with = "or_default")]
    pub legs: Vec<NeutralLeg>,
}

#[derive(Clone, Deserialize)]
pub(super) struct NeutralLeg {
    pub mode: Mode,
    pub from: String,
    pub to: String,
    pub vessel: Option<Vessel>,
    #[serde(default, deserialize_with = "strict::date_option")]
    pub etd: Option<Date>,
    #[serde(default, deserialize_with = "strict::date_option")]
    pub eta: Option<Date>,
}

#[derive(Clone, Deserialize)]
pub(super) struct Vessel {
    pub name: String,
    pub imo: String,
    pub flag: Option<String>,
}

#[derive(Clone, Deserialize)]
pub(super) struct Company {
    pub imo_company: String,
}

#[derive(Clone, Deserialize)]
pub(super) struct Document {
    pub code: String,
    pub filename: String,
}

/// A voyage that really took place.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Actual {
    pub vessel: String,
    pub imo: String,
    pub from: String,
    pub final_country: String,
    pub quantity: String,
    pub unit: String,
    #[serde(default, deserialize_with = "strict::date_option")]
    pub departure_date: Option<Date>,
    /// Everything else that the case tells of it.
    #[serde(flatten)]
    pub rest: serde_json::Map<String, Value>,
}

/// What happens later and changes the submission.
#[derive(Default, Deserialize)]
pub(super) struct Changes {
    #[serde(default)]
    pub goods: Vec<Goods>,
    #[serde(default)]
    pub documents_added: Vec<String>,
}

/// The neutral shape writes null where a dossier leaves out.
fn or_default<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

impl NeutralLeg {
    pub(super) fn leg(&self) -> Leg {
        Leg {
            mode: self.mode,
            from: self.from.clone(),
            to: self.to.clone(),
            vessel: self.vessel.as_ref().map(super::dossier::vessel),
            etd: self.etd,
            eta: self.eta,
        }
    }
}
