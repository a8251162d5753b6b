//! The words of the letters, compiled in.

macro_rules! letters {
    ($($name:literal),* $(,)?) => {
        /// Every letter that is written, by its directory.
        pub const NAMES: &[&str] = &[$($name),*];

        const LETTERS: &[(&str, &str)] = &[$(
            (concat!($name, "/en/subject.txt"), include_str!(concat!("letters/", $name, "/en/subject.txt"))),
            (concat!($name, "/en/body.txt"), include_str!(concat!("letters/", $name, "/en/body.txt"))),
            (concat!($name, "/en/body.html"), include_str!(concat!("letters/", $name, "/en/body.html"))),
            (concat!($name, "/ru/subject.txt"), include_str!(concat!("letters/", $name, "/ru/subject.txt"))),
            (concat!($name, "/ru/body.txt"), include_str!(concat!("letters/", $name, "/ru/body.txt"))),
            (concat!($name, "/ru/body.html"), include_str!(concat!("letters/", $name, "/ru/body.html"))),
        )*];
    };
}

macro_rules! shared {
    ($($name:literal),* $(,)?) => {
        const SHARED: &[(&str, &str)] = &[$(
            (concat!("en/", $name), include_str!(concat!("letters/layout/en/", $name))),
            (concat!("ru/", $name), include_str!(concat!("letters/layout/ru/", $name))),
        )*];
    };
}

/// Every template: its name and its source.
pub fn templates() -> impl Iterator<Item = (&'static str, &'static str)> {
    SHARED.iter().chain(LETTERS).copied()
}

shared![
    "layout.txt",
    "layout.html",
    "capacity.txt",
    "reconsideration.txt",
    "reconsideration.html"
];

letters![
    "notice_proposed",
    "notice_sent_back",
    "notice_published",
    "notice_amended",
    "amendment_proposed",
    "notice_closing_soon",
    "notice_closed",
    "notice_withdrawn",
    "edition_adopted",
    "dossier_submitted",
    "new_case",
    "acceptance_countersigned",
    "dossier_returned",
    "answer_reminded",
    "dossier_resubmitted",
    "lapse_warned",
    "dossier_lapsed",
    "dossier_revived",
    "dossier_deemed_complete",
    "dossier_rejected",
    "no_waiver_proposed",
    "no_waiver_consented",
    "case_decided",
    "dossier_withdrawn",
    "clock_paused",
    "clock_resumed",
    "message_sent",
    "case_ended_with_notice",
    "round_issued",
    "round_answered",
    "answer_insufficient",
    "round_expired",
    "question_cancelled",
    "screening_recorded",
    "screening_alarm_raised",
    "panel_constituted",
    "interest_declared",
    "member_excluded",
    "member_recused",
    "member_substituted",
    "criterion_assigned",
    "inspection_proposed",
    "inspection_scheduled",
    "inspection_postponed",
    "inspection_aborted",
    "inspection_closed",
    "report_drafted",
    "signature_refused",
    "report_completed",
    "inspection_refused",
    "draft_circulated",
    "ballot_opened",
    "ballot_closed",
    "decision_signed",
    "deadline_near",
    "case_escalated",
    "waiver_issued",
    "expiry_reminded",
    "condition_reported",
    "condition_confirmed",
    "condition_declined",
    "waiver_exhausted",
    "waiver_expired",
    "shipment_notified",
    "loading_reported",
    "position_reported",
    "shipment_silent",
    "delivery_attested",
    "attestation_overdue",
    "delivery_verified",
    "delivery_disputed",
    "verification_overdue",
    "loss_reported",
    "correction_proposed",
    "correction_confirmed",
    "close_out_started",
    "final_report_filed",
    "final_report_overdue",
    "outcome_proposed",
    "outcome_signed",
    "case_closed",
    "list_held",
    "list_file_refused",
    "person_invited",
    "password_changed",
    "password_reset_asked",
    "refresh_reused",
];
