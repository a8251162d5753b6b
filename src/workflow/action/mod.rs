//! Every wish that can be put to a case: the words of the law, imperative.

pub mod committee;
pub mod decision;
pub mod dossier;
pub mod inspection;
pub mod notice;
pub mod screening;
pub mod shipment;

pub use committee::*;
pub use decision::*;
pub use dossier::*;
pub use inspection::*;
pub use screening::*;
pub use shipment::*;

use serde::{Deserialize, Serialize};

/// The body of an action that needs none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

macro_rules! actions {
    ($(#[$doc:meta])* $enum:ident / $kind:ident { $($(#[$vdoc:meta])* $name:ident($body:ty) = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(tag = "action", content = "body", rename_all = "snake_case", deny_unknown_fields)]
        pub enum $enum { $($(#[$vdoc])* $name($body)),* }

        /// The names of these actions.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $kind { $($name),* }

        impl $kind {
            pub const ALL: &[$kind] = &[$($kind::$name),*];

            /// Its public name.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }
        }

        impl $enum {
            #[must_use]
            pub fn kind(&self) -> $kind {
                match self { $(Self::$name(_) => $kind::$name),* }
            }
        }
    };
}
pub(crate) use actions;

actions! {
    /// A wish put to a case.
    Action / ActionKind {
        StartDossier(StartDossier) = "start_dossier",
        SaveSection(SaveSection) = "save_section",
        AttachDocument(AttachDocument) = "attach_document",
        DetachDocument(DetachDocument) = "detach_document",
        MigrateDossier(MigrateDossier) = "migrate_dossier",
        AdoptEdition(AdoptEdition) = "adopt_edition",
        SubmitDossier(SubmitDossier) = "submit_dossier",
        DiscardDossier(Nothing) = "discard_dossier",
        TakeCase(Nothing) = "take_case",
        AcceptDossier(AcceptDossier) = "accept_dossier",
        CountersignAcceptance(Nothing) = "countersign_acceptance",
        ReturnDossier(ReturnDossier) = "return_dossier",
        ResubmitDossier(ResubmitDossier) = "resubmit_dossier",
        WarnOfLapse(Nothing) = "warn_of_lapse",
        LapseUnanswered(Nothing) = "lapse_unanswered",
        ReviveDossier(Reasoned) = "revive_dossier",
        DeemComplete(Nothing) = "deem_complete",
        RejectDossier(RejectDossier) = "reject_dossier",
        ProposeNoWaiver(ProposeNoWaiver) = "propose_no_waiver",
        ConsentNoWaiver(Nothing) = "consent_no_waiver",
        WithdrawDossier(WithdrawDossier) = "withdraw_dossier",
        PauseClock(PauseClock) = "pause_clock",
        ResumeClock(Nothing) = "resume_clock",
        SendMessage(SendMessage) = "send_message",
        EndWithNotice(Nothing) = "end_with_notice",

        AskQuestion(AskQuestion) = "ask_question",
        ConsentToLateQuestions(Nothing) = "consent_to_late_questions",
        IssueRound(IssueRound) = "issue_round",
        RemindToAnswer(RemindToAnswer) = "remind_to_answer",
        AnswerRound(AnswerRound) = "answer_round",
        MarkInsufficient(MarkInsufficient) = "mark_insufficient",
        ExpireRound(Nothing) = "expire_round",
        CancelQuestion(CancelQuestion) = "cancel_question",

        RecordScreening(RecordScreening) = "record_screening",
        ProposeDisposition(ProposeDisposition) = "propose_disposition",
        ConfirmDisposition(ConfirmDisposition) = "confirm_disposition",
        RaiseScreeningAlarm(Nothing) = "raise_screening_alarm",

        ConstitutePanel(ConstitutePanel) = "constitute_panel",
        DeclareInterest(DeclareInterest) = "declare_interest",
        ExcludeConflicted(ExcludeConflicted) = "exclude_conflicted",
        Recuse(Recuse) = "recuse",
        SubstituteMember(SubstituteMember) = "substitute_member",
        AssignCriterion(AssignCriterion) = "assign_criterion",
        ProposeFinding(ProposeFinding) = "propose_finding",
        CountersignFinding(CountersignFinding) = "countersign_finding",

        DecideInspection(DecideInspection) = "decide_inspection",
        ProposeInspection(ProposeInspection) = "propose_inspection",
        ConfirmInspection(ConfirmInspection) = "confirm_inspection",
        PostponeInspection(PostponeInspection) = "postpone_inspection",
        JoinInspection(JoinInspection) = "join_inspection",
        LeaveInspection(Nothing) = "leave_inspection",
        OpenInspection(Nothing) = "open_inspection",
        RecordObservation(RecordObservation) = "record_observation",
        AbortInspection(Reasoned) = "abort_inspection",
        CloseInspection(Nothing) = "close_inspection",
        DraftReport(DraftReport) = "draft_report",
        SignReport(SignReport) = "sign_report",
        RefuseSignature(Reasoned) = "refuse_signature",
        DeemReportSigned(Nothing) = "deem_report_signed",
        RefuseInspection(Reasoned) = "refuse_inspection",

        CirculateDraft(CirculateDraft) = "circulate_draft",
        OpenBallot(OpenBallot) = "open_ballot",
        CastVote(CastVote) = "cast_vote",
        CloseBallot(Nothing) = "close_ballot",
        SignDecision(SignDecision) = "sign_decision",
        WarnOfDeadline(WarnOfDeadline) = "warn_of_deadline",
        Lapse(Nothing) = "lapse",

        IssueWaiver(Nothing) = "issue_waiver",
        ReportCondition(ReportCondition) = "report_condition",
        ConfirmCondition(ConfirmCondition) = "confirm_condition",
        RemindOfExpiry(RemindOfExpiry) = "remind_of_expiry",
        ExhaustWaiver(Nothing) = "exhaust_waiver",
        ExpireWaiver(Nothing) = "expire_waiver",
        NotifyShipment(NotifyShipment) = "notify_shipment",
        ReportLoading(ReportLoading) = "report_loading",
        ReportPosition(ReportPosition) = "report_position",
        RemindOfSilence(AboutShipment) = "remind_of_silence",
        AttestDelivery(AttestDelivery) = "attest_delivery",
        RemindToAttest(AboutShipment) = "remind_to_attest",
        VerifyDelivery(VerifyDelivery) = "verify_delivery",
        RemindToVerify(AboutShipment) = "remind_to_verify",
        ReportLoss(ReportLoss) = "report_loss",
        ProposeCorrection(ProposeCorrection) = "propose_correction",
        ConfirmCorrection(ConfirmCorrection) = "confirm_correction",
        StartCloseOut(Nothing) = "start_close_out",
        FileFinalReport(FileFinalReport) = "file_final_report",
        RemindOfFinalReport(Nothing) = "remind_of_final_report",
        ProposeOutcome(ProposeOutcome) = "propose_outcome",
        SignOutcome(SignOutcome) = "sign_outcome",
    }
}
