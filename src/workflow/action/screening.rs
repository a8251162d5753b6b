//! What is put to a case about screening (S-01): results, and what two persons make of a hit.

use crate::domain::{
    Date, Instant,
    id::{CaseId, PersonId},
    people::Delegation,
    text::{Private, Words},
};
use serde::{Deserialize, Serialize};

/// S-01: results of screening, as an official or the service's own engine obtained them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordScreening {
    pub results: Vec<ScreeningResult>,
    /// An official's own tool, for example `Agency screening desk`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// How the service itself checked. Only the service gives it; an official's record has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<ScreeningCheck>,
}

/// How the service checked: enough to do it again, and to prove what was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScreeningCheck {
    /// `built_in`, `yente` or `watchman`.
    pub engine: String,
    /// The algorithm and its version.
    pub algorithm: String,
    /// SHA-256 of the thresholds and other settings.
    pub settings: String,
    pub trigger: ScreeningTrigger,
    /// Every list that was searched, in its version.
    pub lists: Vec<ListUsed>,
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Instant,
    #[schema(value_type = String, format = DateTime)]
    pub finished_at: Instant,
    /// SHA-256 of another engine's answer, as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_sha256: Option<String>,
    /// Why it failed: a stable code, for example `no_list`, `list_too_old`, `engine_unavailable`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// Why a check was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScreeningTrigger {
    Submission,
    NewVersion,
    BeforeBallot,
    BeforeIssue,
    VesselNominated,
    ListChange,
    OnDemand,
}

/// One list in the version that was searched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListUsed {
    /// For example `ofac_sdn`.
    pub source: String,
    pub version: String,
    #[schema(value_type = Option<String>, format = Date)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Date>,
    /// When it was last known to be the newest.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entries: Option<u64>,
}

/// The result for one subject against one version of one list (or of several, named together).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScreeningResult {
    /// `party:p2`, `vessel:9079169` (IMO number), `bank:DEUTDEFF` (BIC, or the bank's name), `applicant:organisation` or `applicant:signatory`.
    pub subject: String,
    pub result: ScreeningOutcome,
    /// For example `OFAC-SDN`.
    pub list: String,
    pub list_version: String,
    #[schema(value_type = String, format = Date)]
    pub list_date: Date,
    #[serde(default)]
    pub hits: Vec<ScreeningHit>,
    /// SHA-256 of what was looked for: names, numbers, countries. The service fills it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Hits of the last check that are hits no longer. The service fills it in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<ClosedHit>,
}

/// A hit that is one no longer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosedHit {
    pub entry: String,
    pub reason: CloseReason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    /// The entry was taken off its list.
    EntryRemoved,
    /// The subject or the entry has changed.
    NoLongerMatches,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScreeningOutcome {
    Clear,
    Hits,
    Failed,
}

/// One entry of the list that the subject may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScreeningHit {
    /// The entry's number on the list.
    pub entry: String,
    /// What matched, for example `imo`, `name`.
    #[serde(default)]
    pub matched_on: Vec<String>,
    /// The list that has the entry, where several were searched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// The listed name that matched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// SHA-256 of the listed entry: a decision holds as long as this is the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// In thousandths, from 0 to 1000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<HitBand>,
    /// Why it matched, field by field. Only the service gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub explanation: Option<Private<serde_json::Value>>,
    /// What two persons decided about the same pair before. Only the service gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precedent: Option<Precedent>,
}

/// How near a hit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HitBand {
    Possible,
    Strong,
}

/// A decision about the same subject and the same entry, both unchanged since, made in this or another case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Precedent {
    pub case: CaseId,
    pub verdict: Verdict,
    pub by: PersonId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegation: Option<Delegation>,
    pub confirmed_by: PersonId,
    #[schema(value_type = String, format = DateTime)]
    pub decided_at: Instant,
    /// The last day on which it holds; none: until either side changes.
    #[schema(value_type = Option<String>, format = Date)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds_until: Option<Date>,
}

/// Where a hit that somebody decides about was last found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FoundIn {
    pub list: String,
    pub list_version: String,
    /// When it was looked for.
    pub at: Instant,
    /// Of the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}

/// S-01, first person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeDisposition {
    pub subject: String,
    pub entry: String,
    pub verdict: Verdict,
    pub reason: Words,
    /// What covers a true match, with its legal reference, for example `OFAC GL 6C, 31 CFR 501.801`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covered_by: Option<String>,
    /// What kind of ground that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covered_as: Option<CoverGround>,
    /// The entry's fingerprint, as you saw it: refused when the list has changed meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_fingerprint: Option<String>,
    /// The last day on which it holds; none: until the subject or the entry changes.
    #[schema(value_type = Option<String>, format = Date)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds_until: Option<Date>,
    /// The list and its version. The service alone fills it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    pub found_in: Option<FoundIn>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    FalsePositive,
    TrueMatch,
}

/// What lets things pass although somebody is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CoverGround {
    GeneralLicence,
    Exemption,
    Derogation,
}

/// S-01, second person, from another delegation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmDisposition {
    pub subject: String,
    pub entry: String,
    /// false: the two disagree, and the hit is escalated.
    pub agree: bool,
    pub reason: Words,
    /// The entry's fingerprint, as you saw it: refused when the list has changed meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_fingerprint: Option<String>,
    /// The list and its version. The service alone fills it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    pub found_in: Option<FoundIn>,
}
