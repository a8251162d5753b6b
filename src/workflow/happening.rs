//! Everything that can have happened in a case: past tense, recording outcomes.

use super::action::*;
use crate::domain::{
    Date, Instant,
    dossier::{DocumentRef, Dossier, Section},
    id::{DocumentId, NoticeId, OrganisationId, PersonId},
    notice::NoticeContent,
    people::{Delegation, Role},
    quantity::Quantity,
    text::{Private, Words},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

macro_rules! happenings {
    ($($name:ident($body:ty) = $word:literal),* $(,)?) => {
        /// What happened in a case.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[expect(clippy::large_enum_variant, reason = "few are held at a time, and each is read once")]
        #[serde(tag = "type", content = "data", rename_all = "snake_case")]
        pub enum Happening { $($name($body)),* }

        impl Happening {
            /// Every kind, by its name in history.
            pub const NAMES: &[&str] = &[$($word),*];

            /// Its name in history and the name of its letter.
            #[must_use]
            pub fn word(&self) -> &'static str {
                match self { $(Self::$name(_) => $word),* }
            }
        }
    };
}

happenings! {
    DossierStarted(Box<DossierStarted>) = "dossier_started",
    SectionSaved(SectionSaved) = "section_saved",
    DocumentAttached(DocumentAttached) = "document_attached",
    DocumentDetached(DetachDocument) = "document_detached",
    DossierMigrated(DossierMigrated) = "dossier_migrated",
    EditionAdopted(Box<EditionAdopted>) = "edition_adopted",
    DossierSubmitted(DossierSubmitted) = "dossier_submitted",
    DossierDiscarded(Nothing) = "dossier_discarded",
    CaseTaken(Nothing) = "case_taken",
    DossierAccepted(AcceptDossier) = "dossier_accepted",
    AcceptanceCountersigned(Nothing) = "acceptance_countersigned",
    DossierReturned(DossierReturned) = "dossier_returned",
    DossierResubmitted(DossierResubmitted) = "dossier_resubmitted",
    LapseWarned(Nothing) = "lapse_warned",
    DossierLapsed(Nothing) = "dossier_lapsed",
    DossierRevived(DossierRevived) = "dossier_revived",
    DossierDeemedComplete(Nothing) = "dossier_deemed_complete",
    DossierRejected(RejectDossier) = "dossier_rejected",
    NoWaiverProposed(ProposeNoWaiver) = "no_waiver_proposed",
    NoWaiverConsented(ByDelegation) = "no_waiver_consented",
    DossierWithdrawn(WithdrawDossier) = "dossier_withdrawn",
    ClockPaused(ClockPaused) = "clock_paused",
    ClockResumed(Nothing) = "clock_resumed",
    MessageSent(SendMessage) = "message_sent",
    CaseEndedWithNotice(Nothing) = "case_ended_with_notice",

    QuestionAsked(QuestionAsked) = "question_asked",
    LateQuestionsConsented(Nothing) = "late_questions_consented",
    RoundIssued(RoundIssued) = "round_issued",
    AnswerReminded(RemindToAnswer) = "answer_reminded",
    RoundAnswered(RoundAnswered) = "round_answered",
    AnswerInsufficient(MarkInsufficient) = "answer_insufficient",
    RoundExpired(Nothing) = "round_expired",
    QuestionCancelled(CancelQuestion) = "question_cancelled",

    ScreeningRecorded(RecordScreening) = "screening_recorded",
    DispositionProposed(ProposeDisposition) = "disposition_proposed",
    DispositionConfirmed(ConfirmDisposition) = "disposition_confirmed",
    ScreeningAlarmRaised(ScreeningAlarm) = "screening_alarm_raised",

    PanelConstituted(PanelConstituted) = "panel_constituted",
    InterestDeclared(DeclareInterest) = "interest_declared",
    MemberExcluded(ExcludeConflicted) = "member_excluded",
    MemberRecused(MemberRecused) = "member_recused",
    MemberSubstituted(MemberSubstituted) = "member_substituted",
    CriterionAssigned(AssignCriterion) = "criterion_assigned",
    FindingProposed(FindingProposed) = "finding_proposed",
    FindingCountersigned(FindingKey) = "finding_countersigned",
    FindingReopened(FindingKey) = "finding_reopened",

    InspectionDecided(InspectionDecided) = "inspection_decided",
    InspectionProposed(ProposeInspection) = "inspection_proposed",
    InspectionConfirmed(ConfirmInspection) = "inspection_confirmed",
    InspectionScheduled(InspectionScheduled) = "inspection_scheduled",
    InspectionPostponed(InspectionPostponed) = "inspection_postponed",
    InspectionJoined(JoinInspection) = "inspection_joined",
    InspectionLeft(Nothing) = "inspection_left",
    InspectionOpened(Nothing) = "inspection_opened",
    ObservationRecorded(ObservationRecorded) = "observation_recorded",
    InspectionAborted(Reasoned) = "inspection_aborted",
    InspectionCloseConsented(ByDelegation) = "inspection_close_consented",
    InspectionClosed(Nothing) = "inspection_closed",
    ReportDrafted(DraftReport) = "report_drafted",
    ReportSigned(ReportSigned) = "report_signed",
    SignatureRefused(SignatureRefused) = "signature_refused",
    ReportCompleted(ReportCompleted) = "report_completed",
    InspectionRefused(Reasoned) = "inspection_refused",

    DraftCirculated(DraftCirculated) = "draft_circulated",
    BallotOpened(BallotOpened) = "ballot_opened",
    VoteCast(VoteCast) = "vote_cast",
    BallotClosed(BallotClosed) = "ballot_closed",
    DecisionSigned(DecisionSigned) = "decision_signed",
    CaseDecided(CaseDecided) = "case_decided",
    DeadlineNear(WarnOfDeadline) = "deadline_near",
    CaseEscalated(CaseEscalated) = "case_escalated",

    WaiverPending(Nothing) = "waiver_pending",
    WaiverIssued(WaiverIssued) = "waiver_issued",
    ConditionReported(ReportCondition) = "condition_reported",
    ConditionConfirmed(ConfirmCondition) = "condition_confirmed",
    ConditionDeclined(ConfirmCondition) = "condition_declined",
    ExpiryReminded(RemindOfExpiry) = "expiry_reminded",
    WaiverExhausted(Nothing) = "waiver_exhausted",
    WaiverExpired(Nothing) = "waiver_expired",
    ShipmentNotified(ShipmentNotified) = "shipment_notified",
    LoadingReported(LoadingReported) = "loading_reported",
    PositionReported(PositionReported) = "position_reported",
    ShipmentSilent(AboutShipment) = "shipment_silent",
    DeliveryAttested(DeliveryAttested) = "delivery_attested",
    AttestationOverdue(AboutShipment) = "attestation_overdue",
    DeliveryVerified(VerifyDelivery) = "delivery_verified",
    DeliveryDisputed(VerifyDelivery) = "delivery_disputed",
    VerificationOverdue(AboutShipment) = "verification_overdue",
    LossReported(LossReported) = "loss_reported",
    CorrectionProposed(CorrectionProposed) = "correction_proposed",
    CorrectionConfirmed(CorrectionConfirmed) = "correction_confirmed",
    CloseOutStarted(Nothing) = "close_out_started",
    FinalReportFiled(FileFinalReport) = "final_report_filed",
    FinalReportOverdue(Nothing) = "final_report_overdue",
    OutcomeProposed(OutcomeProposed) = "outcome_proposed",
    OutcomeSigned(ByDelegation) = "outcome_signed",
    CaseClosed(Nothing) = "case_closed",
}

macro_rules! facts {
    ($($(#[$doc:meta])* $name:ident { $($field:ident : $type:ty),* $(,)? }),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $name { $(pub $field: $type),* }
    )*};
}

/// A version of the notice, as a case keeps it for ever.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    pub edition: u32,
    pub content: Private<NoticeContent>,
    /// Days on which any of the delegations has a public holiday.
    pub holidays: BTreeSet<Date>,
}

/// D-01.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DossierStarted {
    pub notice: NoticeId,
    pub terms: Terms,
    pub organisation: OrganisationId,
    /// The organisational unit that files.
    pub unit: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sponsor: Option<OrganisationId>,
    /// The delegation of the submitter's own state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub affiliation: Option<Delegation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dossier: Option<Private<Dossier>>,
}

facts! {
    SectionSaved { name: String, saved: u32, section: Private<Section> },
    DocumentAttached { document: DocumentId, class: String, sha256: String, reference: Private<DocumentRef> },
    DossierMigrated { terms: Terms },
    EditionAdopted { terms: Terms },
    DossierSubmitted { reference: String, version: u32, digest: String, declaration: String },
    DossierReturned { deficiencies: Vec<Deficiency>, answer_by: Date },
    DossierResubmitted { version: u32, digest: String, declaration: String, answers: Vec<Words> },
    DossierRevived { reason: Words, answer_by: Date },
    ByDelegation { delegation: Delegation },
    ClockPaused { until: Instant, reason: Words },
    RoundIssued { round: u32, questions: Vec<u32>, sections: Vec<String>, answer_by: Date },
    RoundAnswered { answers: Vec<Answer>, version: u32, digest: String },
    PanelConstituted { members: Vec<SeatTaken> },
    SeatTaken { person: PersonId, delegation: Delegation, roles: BTreeSet<Role>, unit: Words },
    MemberRecused { person: PersonId, reason_class: RecusalClass, text: Words },
    MemberSubstituted { out: PersonId, seat: SeatTaken },
    FindingProposed { delegation: Delegation, finding: ProposeFinding },
    FindingKey { criterion: String, delegation: Delegation },
    InspectionScheduled { slot: Instant },
    InspectionPostponed { by_host: bool, reason: Words },
    DraftCirculated { digest: String, draft: CirculateDraft },
    BallotOpened { draft: String, dossier_version: u32, dossier_digest: String },
    BallotClosed { votes: BTreeMap<Delegation, Vote>, carried: bool, result: Outcome },
    DecisionSigned { delegation: Delegation, draft: String },
    CaseEscalated { until: Date, lapses_at: Instant },
    CorrectionProposed { shipment: u32, delivered: Quantity, base_milli: i64, reason: Words },
    CorrectionConfirmed { shipment: u32, agreed: bool },
    ScreeningAlarm { hits: Vec<AlarmedHit> },
    AlarmedHit { subject: String, entry: String, reason: AlarmReason },
    LossReported { shipment: u32, what: LossKind, reason: Words, evidence: Vec<DocumentId>, released_milli: i64 },
    LoadingReported { report: ReportLoading, base_milli: i64 },
    PositionReported { report: ReportPosition },
    DeliveryAttested { report: AttestDelivery, base_milli: i64 },
    ShipmentNotified { number: u32, notice: NotifyShipment, base_milli: i64 },
    OutcomeProposed { digest: String, statement: OutcomeStatement },
}

///
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuestionAsked {
    pub number: u32,
    pub criterion: String,
    pub text: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<u32>,
}

/// S-02: why a waiver in force needs looking at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlarmReason {
    /// A strong hit that nobody has decided yet.
    StrongHit,
    /// Two persons found that somebody of the waiver is listed, and nothing covers it.
    TrueMatch,
}

/// I-01: one delegation's word, and what follows from all of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InspectionDecided {
    pub delegation: Delegation,
    pub needed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Words>,
    pub leads_to: super::state::InspectionState,
}

/// I-06.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObservationRecorded {
    pub observation: RecordObservation,
    /// SHA-256 of the capture, as computed at upload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture_sha256: Option<String>,
}

/// I-09.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportSigned {
    pub delegation: Delegation,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reservation: Option<Words>,
}

/// I-09.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignatureRefused {
    pub delegation: Delegation,
    pub reason: Words,
}

/// I-09: every delegation signed, or three working days passed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportCompleted {
    /// Signed without these delegations.
    pub without: BTreeSet<Delegation>,
}

/// B-02. The vote itself is sealed with a key that is not in the database, until the ballot closes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VoteCast {
    pub delegation: Delegation,
    pub draft: String,
    pub sealed: String,
}

/// D-13.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseDecided {
    pub outcome: Outcome,
    /// The day of the clock on which it was decided.
    pub on_day: u32,
    /// The hash that was voted on; none for decisions by lapse of time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<String>,
    /// `as_voted` or `no_decision_in_time`, when time decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The instant as of which it is decided: the last vote, when votes had already sufficed.
    pub as_of: Instant,
}

/// W-01.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaiverIssued {
    pub number: String,
    /// 128 bits, in hexadecimal: with the number it proves the certificate genuine.
    pub verify_code: String,
    pub authorised: Quantity,
    pub authorised_milli: i64,
    pub valid_from: Date,
    /// The last day, inclusive.
    pub valid_to: Date,
    /// The end of that day in the clock's zone.
    pub ends_at: Instant,
}

/// K-02: what was achieved, computed from the ledger.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OutcomeStatement {
    /// Verified quantity by country and month of delivery (`2026-01`), in the waiver's unit.
    pub lines: Vec<OutcomeLine>,
    pub by_country: BTreeMap<String, String>,
    pub verified_total: String,
    pub unused: String,
    /// Lost or diverted, written off.
    pub written_off: String,
    pub unit: String,
    pub shipments: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remarks: Option<Words>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OutcomeLine {
    pub country: String,
    pub period: String,
    pub quantity: String,
    pub shipments: u32,
}
