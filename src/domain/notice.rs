//! A notice: who may ask for what, by which criteria, under which clock.

use super::{Date, Instant, id::OrganisationId, people::Delegation, quantity::Quantity, text::Localised};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Everything a version of a notice says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeContent {
    /// The official number, for example `HW-2025-01`.
    pub number: String,
    pub programme: Localised,
    /// The issuing authority.
    pub authority: String,
    pub legal_basis: Localised,
    pub purpose: Localised,
    pub eligible_submitters: BTreeSet<PartyType>,
    /// Countries of final destination, ISO 3166-1 alpha-2. Empty: any.
    #[serde(default)]
    pub destinations: BTreeSet<String>,
    pub criteria: Vec<Criterion>,
    /// Classes of document that every dossier must contain.
    #[serde(default)]
    pub required_documents: BTreeSet<String>,
    /// The programme's ceiling over all waivers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<Quantity>,
    /// The longest validity of a waiver, in months.
    pub max_validity_months: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_shipments: Option<u32>,
    pub delegations: Vec<DelegationTerms>,
    /// Organisations whose monitors attest deliveries.
    #[serde(default)]
    pub monitors: BTreeSet<OrganisationId>,
    pub policy: Policy,
    /// The first instant at which dossiers may be filed.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish_at: Option<Instant>,
    /// The last day on which dossiers may be submitted (to the end of that day in the clock's zone).
    #[schema(value_type = Option<String>, format = Date)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes: Option<Date>,
}

/// A delegation of the joint committee, as the notice names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DelegationTerms {
    pub code: Delegation,
    pub name: Localised,
    /// Which calendar of public holidays it keeps, for example `us-federal@1`.
    pub calendar: String,
}

/// What sort of body a party is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartyType {
    Government,
    InternationalOrganisation,
    Ngo,
    Company,
    Person,
}

/// One criterion of eligibility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// For example `C1`.
    pub id: String,
    pub text: Localised,
    pub mandatory: bool,
    /// Classes of document that evidence it. Empty: any.
    #[serde(default)]
    pub evidence: BTreeSet<String>,
    /// What the machine can test; it advises, people find.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<MachineCheck>,
}

/// What a machine can test of a criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "check", content = "values", rename_all = "snake_case", deny_unknown_fields)]
pub enum MachineCheck {
    /// Every line of goods has one of these HS prefixes.
    HsPrefixIn(BTreeSet<String>),
    /// No line of goods has one of these HS prefixes.
    HsPrefixNotIn(BTreeSet<String>),
    /// Every shipment ends in one of these countries.
    FinalCountryIn(BTreeSet<String>),
    ApplicantTypeIn(BTreeSet<PartyType>),
    /// Documents of all of these classes are there.
    DocumentPresent(BTreeSet<String>),
    ScreeningClearOrCovered,
    /// Each sea leg starts and ends at a UN/LOCODE with this function.
    LocodeFunction(BTreeSet<String>),
    InspectionPassed,
    /// The dossier asks for at most this much.
    QuantityAtMost(Quantity),
    DeclarationSigned,
    /// Kits are broken down into their components.
    KitLinesDecomposed,
    /// Goods of these HS chapters (`72-83`, `84`) are named line by line.
    RestrictedHsDeclared(BTreeSet<String>),
}

/// The rules of procedure that a notice fixes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    pub clock: ClockPolicy,
    #[serde(default)]
    pub affiliated_delegation: AffiliatedDelegation,
    #[serde(default)]
    pub inspection: InspectionPolicy,
    /// Days an abstention counts as consent in a ballot.
    #[serde(default)]
    pub no_objection: bool,
    /// How far a loading report may differ from what was notified, in basis points (1/10,000).
    #[serde(default)]
    pub tolerance_bp: u32,
    /// Days after a waiver's end in which shipments loaded before may finish.
    #[serde(default)]
    pub wind_down_days: u32,
    /// Working days for which a draft decision must have been circulated before a ballot opens.
    #[serde(default = "two")]
    pub circulation_days: u32,
    /// Working days to answer a return or a question.
    #[serde(default = "fifteen")]
    pub answer_days: u32,
    /// Hours ahead for which an inspection must be confirmed.
    #[serde(default = "forty_eight")]
    pub inspection_notice_hours: u32,
    /// Days without any report of a loaded shipment after which the secretariat is told (10, if the notice says nothing).
    #[serde(default = "ten", skip_serializing_if = "is_ten")]
    pub silence_days: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_ten(days: &u32) -> bool {
    *days == ten()
}

fn two() -> u32 {
    2
}
fn fifteen() -> u32 {
    15
}
fn forty_eight() -> u32 {
    48
}

/// Does the delegation of the submitter's own state vote?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AffiliatedDelegation {
    #[default]
    MayVote,
    MayVoteDisclosed,
    ReviewOnly,
}

/// Is an inspection needed, and may it be waived?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InspectionPolicy {
    /// Always, never waived.
    Required,
    /// Unless every delegation consents to waive it.
    #[default]
    Waivable,
    /// Not part of this programme.
    None,
}

/// The clock, exactly (section 2 of the law). Frozen in the notice's version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClockPolicy {
    pub unit: DayUnit,
    pub days: u32,
    /// IANA time zone, for example `Europe/Zurich`.
    pub tz: String,
    /// Local time of day (`17:00`) after which a start counts for the next working day. None: no cut-off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cutoff: Option<String>,
    #[serde(default)]
    pub start: ClockStart,
    #[serde(default)]
    pub roll: Roll,
    #[serde(default)]
    pub extension: Extension,
    #[serde(default)]
    pub on_lapse: OnLapse,
    /// Counted days the principals get when a case is escalated.
    #[serde(default = "ten")]
    pub escalation_days: u32,
    /// The most days all stops together may take.
    #[serde(default = "ninety")]
    pub stop_cap_days: u32,
}

fn ten() -> u32 {
    10
}
fn ninety() -> u32 {
    90
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayUnit {
    #[default]
    Calendar,
    Working,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockStart {
    #[default]
    Submission,
    Acceptance,
}

/// Is a due day that is no working day moved to the next one?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Roll {
    #[default]
    NextWorking,
    None,
}

/// How far the clock may be extended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    pub max: u32,
    pub times: u32,
}

impl Default for Extension {
    fn default() -> Self {
        Self { max: 15, times: 1 }
    }
}

/// What silence means when the time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnLapse {
    #[default]
    Escalate,
    DeemedRefused,
    DeemedApproved,
}
