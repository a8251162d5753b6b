//! A dossier: what a submitter puts before the committee. This is also the documented exchange format
//! (`docs/dossier-format.md`).

mod file;

pub(crate) use file::read_json;
pub use file::{DossierFile, FileError, Format, read_file};

use super::{Date, id::DocumentId, notice::PartyType, quantity::Quantity, strict, text::Language};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The whole dossier.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Dossier {
    pub language: Language,
    pub applicant: Option<Applicant>,
    pub purpose: Option<Purpose>,
    pub beneficiaries: Vec<Beneficiary>,
    pub parties: Vec<Party>,
    pub goods: Vec<Goods>,
    pub shipments: Vec<PlannedShipment>,
    pub payments: Vec<Payment>,
    /// Safeguards against diversion.
    pub safeguards: String,
    pub validity: Option<RequestedValidity>,
    /// What the submitter says to each criterion, and with which evidence.
    pub statements: Vec<CriterionStatement>,
    /// Who receives letters; at least two before submission (G9).
    pub contacts: Vec<Contact>,
    pub documents: Vec<DocumentRef>,
}

/// The sections that are edited one by one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "section", content = "content", rename_all = "snake_case", deny_unknown_fields)]
pub enum Section {
    Language(Language),
    Applicant(Applicant),
    Purpose(Purpose),
    Beneficiaries(Vec<Beneficiary>),
    Parties(Vec<Party>),
    Goods(Vec<Goods>),
    Shipments(Vec<PlannedShipment>),
    Payments(Vec<Payment>),
    Safeguards(String),
    Validity(RequestedValidity),
    Statements(Vec<CriterionStatement>),
    Contacts(Vec<Contact>),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Applicant {
    #[serde(rename = "type")]
    pub type_: PartyType,
    /// In its own script.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_latin: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Who signs on its letterhead.
    pub signatory: String,
    /// By which route it is filed, for example `diplomatic note`.
    pub route: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sponsor: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    pub purpose: String,
    pub reasons: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Beneficiary {
    pub country: String,
    pub persons: u64,
    /// How they are selected.
    #[serde(default)]
    pub selection: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// The dossier's own name for it, for example `p2`.
    pub id: String,
    pub role: PartyRole,
    /// In its own script.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_latin: Option<String>,
    pub country: String,
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub type_: Option<PartyType>,
    #[serde(default)]
    pub identifiers: Vec<Identifier>,
    /// Why this party is strictly civilian.
    #[serde(default)]
    pub civilian_status: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartyRole {
    Applicant,
    Exporter,
    Supplier,
    OwnerOfGoods,
    Consignee,
    EndUser,
    ImplementingPartner,
    Carrier,
    ShipManager,
    Terminal,
    Bank,
    NotifyParty,
    Counsel,
}

/// A number in a scheme: `IMO-COMPANY`, `IMO`, `LEI`, `RU-INN`, `RU-OGRN`, `BIC` are checked; others are kept as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Identifier {
    pub scheme: String,
    pub value: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Goods {
    pub line: u32,
    /// Six digits of the Harmonized System.
    pub hs: String,
    pub description: String,
    #[serde(default)]
    pub specification: String,
    pub quantity: Quantity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Money>,
    /// The price of one unit, in the currency of the value.
    #[serde(default, with = "strict::amount::option", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub unit_value: Option<Decimal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    #[serde(default)]
    pub packaging: String,
    /// Is the line a kit of different things?
    #[serde(default)]
    pub kit: bool,
    /// What a kit contains.
    #[serde(default)]
    pub components: Vec<Component>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Component {
    pub hs: String,
    pub description: String,
    pub quantity: Quantity,
}

/// Money, exact, in an ISO 4217 currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    #[serde(with = "strict::amount")]
    #[schema(value_type = String, example = "191600.00")]
    pub amount: Decimal,
    pub currency: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlannedShipment {
    pub no: u32,
    pub final_country: String,
    pub quantity: Quantity,
    pub legs: Vec<Leg>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Leg {
    pub mode: Mode,
    /// UN/LOCODE.
    pub from: String,
    /// UN/LOCODE.
    pub to: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vessel: Option<Vessel>,
    #[schema(value_type = Option<String>, format = Date)]
    #[serde(
        default,
        deserialize_with = "strict::date_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub etd: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    #[serde(
        default,
        deserialize_with = "strict::date_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub eta: Option<Date>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Sea,
    Road,
    Rail,
    Air,
    InlandWaterway,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Vessel {
    pub name: String,
    /// IMO ship number; `IMO 9194397` and `9194397` are the same.
    pub imo: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    pub amount: Money,
    pub route: String,
    pub banks: Vec<Bank>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Bank {
    pub name: String,
    pub country: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bic: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestedValidity {
    #[schema(value_type = String, format = Date)]
    #[serde(deserialize_with = "strict::date")]
    pub from: Date,
    pub months: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CriterionStatement {
    /// The criterion's id, for example `C3`.
    pub criterion: String,
    pub statement: String,
    /// Documents of this dossier.
    #[serde(default)]
    pub evidence: Vec<DocumentId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    pub name: String,
    pub email: String,
    #[serde(default)]
    pub language: Language,
}

/// One immutable version of a document, as the dossier cites it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentRef {
    pub id: DocumentId,
    /// What it is, for example `CIVILIAN_END_USE_STATEMENT`.
    pub class: String,
    pub file_name: String,
    #[serde(default)]
    pub language: Language,
    /// SHA-256 of the bytes, 64 hexadecimal digits.
    pub sha256: String,
    pub bytes: u64,
    pub media_type: String,
    #[serde(default)]
    pub confidential: bool,
    /// The non-confidential version of a confidential document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_twin: Option<DocumentId>,
    /// Why there is no non-confidential version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_twin_reason: Option<String>,
    /// The document that this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<DocumentId>,
}
