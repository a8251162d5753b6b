//! Which letter an event owes to which audience: the E-mail columns of the law, as one table.

use crate::workflow::event::Audience::{self, *};

/// What an event owes an audience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterChoice {
    /// This letter: a directory of `letters/`.
    Letter(&'static str),
    /// None, for this reason.
    None(&'static str),
    /// Nobody has decided yet: a gap in this table.
    Unlisted,
}

/// One row: what an event owes every audience that is told of it, and where an audience is owed something else.
pub struct Row {
    pub event: &'static str,
    pub letter: LetterChoice,
    pub except: &'static [(Audience, LetterChoice)],
}

const fn letter(event: &'static str) -> Row {
    Row {
        event,
        letter: LetterChoice::Letter(event),
        except: &[],
    }
}

const fn none(event: &'static str, reason: &'static str) -> Row {
    Row {
        event,
        letter: LetterChoice::None(reason),
        except: &[],
    }
}

const WORK_IN_PROGRESS: &str = "work in progress of its author; the law tells nobody";
const SEEN_ON_THE_CASE: &str = "one of several like acts; what they lead to has a letter";
const INTERNAL: &str = "an act of the committee; the other side is told of the result";
const NEW_CASE: LetterChoice = LetterChoice::Letter("new_case");
const COMMITTEE_ONLY: &[(Audience, LetterChoice)] = &[
    (Contacts, LetterChoice::None(INTERNAL)),
    (SponsorAuthority, LetterChoice::None(INTERNAL)),
    (Submitters, LetterChoice::None(INTERNAL)),
    (Subscribers, LetterChoice::None(INTERNAL)),
    (Secretariats, LetterChoice::None(INTERNAL)),
    (Monitors, LetterChoice::None(INTERNAL)),
];

impl Row {
    const fn but(mut self, except: &'static [(Audience, LetterChoice)]) -> Self {
        self.except = except;
        self
    }
}

/// Every event there is.
pub const TABLE: &[Row] = &[
    // notices
    none("notice_created", WORK_IN_PROGRESS),
    none("notice_revised", WORK_IN_PROGRESS),
    letter("notice_proposed"),
    letter("notice_sent_back"),
    none("notice_approved", SEEN_ON_THE_CASE),
    none("notice_scheduled", "subscribers are told when the notice is published"),
    letter("notice_published"),
    letter("notice_amended"),
    letter("amendment_proposed"),
    none("amendment_approved", SEEN_ON_THE_CASE),
    letter("notice_closing_soon"),
    letter("notice_closed"),
    none("withdrawal_consented", SEEN_ON_THE_CASE),
    letter("notice_withdrawn"),
    // dossier
    none("dossier_started", WORK_IN_PROGRESS),
    none("section_saved", WORK_IN_PROGRESS),
    none("document_attached", WORK_IN_PROGRESS),
    none("document_detached", WORK_IN_PROGRESS),
    none("dossier_migrated", WORK_IN_PROGRESS),
    letter("edition_adopted"),
    letter("dossier_submitted").but(&[(Secretariats, NEW_CASE), (SecretariatLeads, NEW_CASE)]),
    none("dossier_discarded", WORK_IN_PROGRESS),
    none("case_taken", "the secretariat's own division of work"),
    none(
        "dossier_accepted",
        "takes effect with the countersignature, which has a letter",
    ),
    letter("acceptance_countersigned"),
    letter("dossier_returned"),
    letter("dossier_resubmitted"),
    letter("lapse_warned"),
    letter("dossier_lapsed"),
    letter("dossier_revived"),
    letter("dossier_deemed_complete"),
    letter("dossier_rejected"),
    letter("no_waiver_proposed"),
    letter("no_waiver_consented").but(COMMITTEE_ONLY),
    letter("dossier_withdrawn"),
    letter("clock_paused"),
    letter("clock_resumed"),
    letter("message_sent"),
    letter("case_ended_with_notice"),
    // questions
    none(
        "question_asked",
        "questions are put together, in a round, which has a letter",
    ),
    none("late_questions_consented", "seen where the round is issued"),
    letter("round_issued"),
    letter("answer_reminded"),
    letter("round_answered"),
    letter("answer_insufficient"),
    letter("round_expired"),
    letter("question_cancelled"),
    // screening
    letter("screening_recorded"),
    none(
        "disposition_proposed",
        "screening hits are not spoken of in letters; the second person sees it as a task",
    ),
    none("disposition_confirmed", "screening hits are not spoken of in letters"),
    letter("screening_alarm_raised"),
    // committee
    letter("panel_constituted"),
    letter("interest_declared"),
    letter("member_excluded"),
    letter("member_recused"),
    letter("member_substituted"),
    letter("criterion_assigned"),
    none("finding_proposed", "a delegation's own work"),
    none("finding_countersigned", "a delegation's own work"),
    none(
        "finding_reopened",
        "seen with the answer or the document that caused it",
    ),
    // inspection
    none("inspection_decided", "the proposal of times has a letter"),
    letter("inspection_proposed"),
    none("inspection_confirmed", SEEN_ON_THE_CASE),
    letter("inspection_scheduled"),
    letter("inspection_postponed"),
    none("inspection_joined", "those concerned are present"),
    none("inspection_left", "those concerned are present"),
    none("inspection_opened", "those concerned are present"),
    none("observation_recorded", "those concerned are present"),
    letter("inspection_aborted"),
    none("inspection_close_consented", SEEN_ON_THE_CASE),
    letter("inspection_closed"),
    letter("report_drafted"),
    none("report_signed", "the completed report has a letter"),
    letter("signature_refused").but(COMMITTEE_ONLY),
    letter("report_completed"),
    letter("inspection_refused"),
    // ballot and decision
    letter("draft_circulated").but(COMMITTEE_ONLY),
    letter("ballot_opened"),
    none("vote_cast", "votes are sealed until the ballot closes"),
    letter("ballot_closed").but(COMMITTEE_ONLY),
    letter("decision_signed").but(COMMITTEE_ONLY),
    letter("case_decided"),
    letter("deadline_near"),
    letter("case_escalated"),
    // waiver and shipments
    none(
        "waiver_pending",
        "the letter of the decision says that the certificate follows",
    ),
    letter("waiver_issued"),
    letter("expiry_reminded"),
    letter("condition_reported"),
    letter("condition_confirmed"),
    letter("condition_declined"),
    letter("waiver_exhausted"),
    letter("waiver_expired"),
    letter("shipment_notified"),
    letter("loading_reported"),
    letter("position_reported"),
    letter("shipment_silent"),
    letter("delivery_attested"),
    letter("attestation_overdue"),
    letter("delivery_verified"),
    letter("delivery_disputed"),
    letter("verification_overdue"),
    letter("loss_reported"),
    letter("correction_proposed"),
    letter("correction_confirmed"),
    letter("close_out_started"),
    letter("final_report_filed"),
    letter("final_report_overdue"),
    letter("outcome_proposed"),
    letter("outcome_signed").but(COMMITTEE_ONLY),
    letter("case_closed"),
    // lists
    none(
        "list_loaded",
        "what follows for cases has its own letters; the page of lists shows the version",
    ),
    letter("list_held"),
    letter("list_file_refused"),
    none("list_confirmed", "the administrator has just done it"),
    none("list_discarded", "the administrator has just done it"),
    none("rescreening_finished", "what was found has a letter of its own"),
    // people
    letter("person_invited"),
    Row {
        event: "invitation_confirmed",
        letter: LetterChoice::Letter("person_invited"),
        except: &[],
    },
    none("role_proposed", "the second administrator sees it in the directory"),
    letter("password_changed"),
    letter("password_reset_asked"),
    Row {
        event: "password_reset",
        letter: LetterChoice::Letter("password_changed"),
        except: &[],
    },
    none("person_joined", "the person has just done it"),
    none("role_granted", "seen at the next sign-in"),
    none("role_revoked", "seen at the next sign-in"),
    none("mandate_granted", "seen at the next sign-in"),
    none("person_disabled", "told by the administrator, who gives the reason"),
    none("person_enabled", "told by the administrator"),
    none("organisation_registered", "an act of administration"),
    letter("refresh_reused"),
];

/// What this event owes this audience.
#[must_use]
pub fn letter_for(event: &str, audience: Audience) -> LetterChoice {
    let Some(row) = TABLE.iter().find(|row| row.event == event) else {
        return LetterChoice::Unlisted;
    };
    row.except
        .iter()
        .find(|(who, _)| *who == audience)
        .map_or(row.letter, |(_, choice)| *choice)
}

/// What this event owes this audience, seeing what happened. A screening that is clear concerns nobody.
#[must_use]
pub fn owed(event: &str, audience: Audience, facts: &serde_json::Value) -> LetterChoice {
    if event == "screening_recorded" && facts.get("result").and_then(serde_json::Value::as_str) == Some("clear") {
        return LetterChoice::None("a clear screening needs nobody's attention");
    }
    // first the panel and the lead, then the principals.
    if event == "deadline_near" && audience == Principals {
        let figure = |name: &str| facts.get(name).and_then(serde_json::Value::as_u64).unwrap_or(0);
        if figure("day_number") < figure("days_total") * 5 / 6 {
            return LetterChoice::None("the principals are told with the second warning");
        }
    }
    letter_for(event, audience)
}

/// The events that owe no letter to anybody, with the reason.
pub fn explicitly_none() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.iter().filter_map(|row| match row.letter {
        LetterChoice::None(reason) => Some((row.event, reason)),
        _ => None,
    })
}

/// The letters that are written, by their directories.
#[must_use]
pub fn written() -> &'static [&'static str] {
    super::compiled::NAMES
}

/// Does this audience stand on the submitter's side? Letters to it speak of its rights and deadlines.
#[must_use]
pub const fn submitter_side(audience: Audience) -> bool {
    matches!(audience, Contacts | SponsorAuthority | Submitters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_event_stands_in_the_table_once() {
        let events: BTreeSet<_> = TABLE.iter().map(|row| row.event).collect();
        assert_eq!(events.len(), TABLE.len());
    }

    #[test]
    fn every_letter_of_the_table_is_written_and_every_written_letter_is_used() {
        let mut used = BTreeSet::new();
        for row in TABLE {
            for choice in row.except.iter().map(|(_, choice)| *choice).chain([row.letter]) {
                if let LetterChoice::Letter(name) = choice {
                    used.insert(name);
                }
            }
        }
        let written: BTreeSet<_> = written().iter().copied().collect();
        assert_eq!(used, written);
    }

    #[test]
    fn the_secretariat_hears_of_a_new_case_and_the_contacts_get_their_receipt() {
        assert_eq!(
            letter_for("dossier_submitted", Secretariats),
            LetterChoice::Letter("new_case")
        );
        assert_eq!(
            letter_for("dossier_submitted", Contacts),
            LetterChoice::Letter("dossier_submitted")
        );
    }

    #[test]
    fn a_clear_screening_owes_no_letter_and_a_failed_one_does() {
        let choice = |result: &str| {
            owed(
                "screening_recorded",
                SecretariatLeads,
                &serde_json::json!({ "result": result }),
            )
        };
        assert!(matches!(choice("clear"), LetterChoice::None(_)));
        assert_eq!(choice("failed"), LetterChoice::Letter("screening_recorded"));
    }

    #[test]
    fn the_principals_hear_of_the_second_warning_only() {
        let choice = |day: u32| {
            let facts = serde_json::json!({ "day_number": day, "days_total": 30 });
            owed("deadline_near", Principals, &facts)
        };
        assert!(matches!(choice(20), LetterChoice::None(_)));
        assert_eq!(choice(25), LetterChoice::Letter("deadline_near"));
    }

    #[test]
    fn an_unknown_event_is_a_gap_and_not_silence() {
        assert_eq!(letter_for("never_heard_of", Contacts), LetterChoice::Unlisted);
        assert!(matches!(letter_for("vote_cast", Panel), LetterChoice::None(_)));
        assert!(explicitly_none().any(|(event, _)| event == "vote_cast"));
    }
}
