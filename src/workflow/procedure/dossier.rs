//! Step 2: the dossier (section 4 of the law).

use super::files::{DOCUMENT_KNOWN, FILE_CLEAN, FILE_IS_HERE, KNOWN_PREDECESSOR, TWIN_OR_REASON};
use crate::{
    domain::people::Role::*,
    workflow::{
        action::{Action, ActionKind::*, DECLARATION},
        case::Case,
        dossier::SECTIONS,
        event::Audience::*,
        state::{DossierState::*, Phase, State},
        step::{Ask, ClockEffect::*, Condition, Step, step},
    },
};

type Fact = Condition<Case>;

pub const STEPS: &[Step<Case>] = &[
    step("D-01", StartDossier, &[Drafter, Agent, Sponsor])
        .during(&[Draft])
        .to(&[State::Dossier(Draft)])
        .when(&[NOTICE_OPEN, UNBORN]),
    step("D-02", SaveSection, &[Drafter, Agent, Sponsor])
        .during(&[Draft, Returned, UnderReview])
        .when(&[DRAFT_OPEN, SOMETHING_OPEN, SECTION_OPEN, NOT_SAVED_SINCE]),
    step("D-02", AttachDocument, &[Drafter, Agent, Sponsor])
        .during(&[Draft, Returned, UnderReview])
        .when(&[
            DRAFT_OPEN,
            SOMETHING_OPEN,
            SECTION_OPEN,
            FILE_IS_HERE,
            FILE_CLEAN,
            TWIN_OR_REASON,
            KNOWN_PREDECESSOR,
        ]),
    step("D-02", DetachDocument, &[Drafter, Agent, Sponsor])
        .during(&[Draft, Returned])
        .when(&[DRAFT_OPEN, SECTION_OPEN, DOCUMENT_KNOWN]),
    step("D-04", SubmitDossier, &[Signatory, Sponsor])
        .binding()
        .during(&[Draft])
        .to(&[State::Dossier(Submitted)])
        .clock(Starts)
        .tells(&[Contacts, SponsorAuthority, Secretariats])
        .when(&[NOTICE_OPEN, DECLARATION_ACCEPTED, AGENT_MANDATED]),
    step("D-05", DiscardDossier, &[Drafter, OrganisationAdministrator])
        .binding()
        .during(&[Draft])
        .to(&[State::Dossier(Discarded)]),
    step("D-06", TakeCase, &[Secretariat])
        .during(&[Submitted])
        .to(&[State::Dossier(Completeness)]),
    step("D-07", AcceptDossier, &[Secretariat])
        .during(&[Completeness])
        .when(&[NOT_YET_ACCEPTED, CHECKLIST_ALL_YES, SCREENED]),
    step("D-07", CountersignAcceptance, &[SecretariatLead])
        .during(&[Completeness])
        .to(&[State::Dossier(UnderReview)])
        .clock(Starts)
        .tells(&[Contacts, Heads, CoChairs])
        .when(&[ACCEPTED_BY_ANOTHER]),
    step("D-08", ReturnDossier, &[Secretariat])
        .during(&[Completeness])
        .to(&[State::Dossier(Returned)])
        .clock(Stops("returned_incomplete"))
        .tells(&[Contacts])
        .when(&[ITEMISED, ANSWER_TIME]),
    step("D-08", RemindToAnswer, &[System])
        .during(&[Returned])
        .tells(&[Contacts]),
    step("D-09", ResubmitDossier, &[Signatory, Sponsor])
        .binding()
        .during(&[Returned])
        .to(&[State::Dossier(Completeness)])
        .clock(Resumes)
        .tells(&[Contacts, Secretariats])
        .when(&[DECLARATION_ACCEPTED, EVERY_ITEM_ANSWERED]),
    step("D-10", WarnOfLapse, &[System])
        .during(&[Returned])
        .tells(&[Contacts, SponsorAuthority]),
    step("D-10", LapseUnanswered, &[System])
        .during(&[Returned, Submitted, Completeness, UnderReview, Deliberation])
        .to(&[State::Dossier(Lapsed)])
        .clock(Ends)
        .tells(&[Contacts, SponsorAuthority]),
    step("D-10", ReviveDossier, &[CoChair])
        .during(&[Lapsed])
        .to(&[State::Dossier(Returned), State::Phase(Phase::Constituting)])
        .clock(Stops("returned_incomplete"))
        .tells(&[Contacts, SponsorAuthority])
        .when(&[REASONS_GIVEN, REVIVABLE]),
    step("D-11", DeemComplete, &[System])
        .during(&[Submitted, Completeness])
        .to(&[State::Dossier(UnderReview)])
        .clock(Starts)
        .tells(&[SecretariatLeads, CoChairs, Contacts]),
    step("D-12", RejectDossier, &[SecretariatLead])
        .binding()
        .during(&[Completeness])
        .to(&[State::Dossier(Inadmissible)])
        .clock(Ends)
        .tells(&[Contacts])
        .when(&[REASONS_GIVEN]),
    step("D-13", ProposeNoWaiver, &[SecretariatLead])
        .during(&[Completeness, UnderReview])
        .tells(&[CoChairs])
        .when(&[REASONS_GIVEN]),
    step("D-13", ConsentNoWaiver, &[CoChair])
        .binding()
        .by_every_delegation()
        .during(&[Completeness, UnderReview])
        .to(&[State::Dossier(Decided)])
        .clock(Ends)
        .tells(&[Contacts, SponsorAuthority])
        .when(&[NO_WAIVER_PROPOSED, NOT_YET_CONSENTED]),
    step("D-14", WithdrawDossier, &[Signatory])
        .binding()
        .during(&[Submitted, Completeness, Returned, UnderReview, Deliberation])
        .to(&[State::Dossier(Withdrawn)])
        .clock(Ends)
        .tells(&[Secretariats, Heads, Contacts])
        .when(&[BALLOT_NOT_CLOSED]),
    step("D-18", PauseClock, &[Signatory])
        .during(&[Submitted, Completeness, UnderReview, Deliberation])
        .clock(Stops("applicant_request"))
        .tells(&[Secretariats])
        .when(&[CLOCK_RUNS, PAUSED_NEVER, PAUSE_LENGTH]),
    step("D-18", ResumeClock, &[Signatory, System])
        .during(&[Submitted, Completeness, Returned, UnderReview, Deliberation])
        .clock(Resumes)
        .tells(&[Secretariats])
        .when(&[PAUSED]),
    step("D-19", SendMessage, &[Drafter, Signatory, Secretariat])
        .during(&[
            Submitted,
            Completeness,
            Returned,
            UnderReview,
            Deliberation,
            Decided,
            Lapsed,
            Withdrawn,
            Inadmissible,
        ])
        .tells(&[OtherSide])
        .when(&[REASONS_GIVEN]),
];

const NOTICE_OPEN: Fact = Condition {
    code: "notice_open",
    cites: "D-01",
    says: "The notice is not open for dossiers: it must be published, in effect and not closed.",
    // What may be offered is asked without the notice at hand; an act never is.
    holds: |ask| {
        let notice = ask.around.notice.as_ref();
        notice.map_or(ask.action.is_none(), |notice| notice.open_at(ask.now))
    },
};
const UNBORN: Fact = Condition {
    code: "new_case_only",
    cites: "D-01",
    says: "A dossier is started once. Start another one from the notice.",
    holds: |ask| ask.subject.version == 0,
};
const DRAFT_OPEN: Fact = Condition {
    code: "draft_read_only",
    cites: "N-10",
    says: "The notice takes no dossiers any more: a draft under it can be read and discarded, not changed.",
    holds: |ask| ask.subject.state != Draft || (NOTICE_OPEN.holds)(ask),
};
const AGENT_MANDATED: Fact = Condition {
    code: "agent_mandate_ended",
    cites: "D-04",
    says: "The agent who last worked on this draft has no mandate in force: renew the mandate, or save a section yourselves to take the draft over.",
    holds: |ask| match (&ask.subject.drafting_agent, ask.action) {
        (Some(agent), Some(_)) => ask
            .around
            .people
            .get(agent)
            .is_some_and(|agent| agent.is(Agent) && agent.mandates.contains(&ask.subject.organisation)),
        _ => true,
    },
};
const SOMETHING_OPEN: Fact = Condition {
    code: "nothing_open_for_editing",
    cites: "G6",
    says: "What was submitted is not changed. Sections open again with a return or a question that names them.",
    holds: |ask| ask.subject.state != UnderReview || ask.subject.open_round().is_some(),
};
const SECTION_OPEN: Fact = Condition {
    code: "section_closed",
    cites: "D-08",
    says: "Only the sections named in the return or in the question can be changed now.",
    holds: |ask| match ask.action {
        Some(Action::SaveSection(save)) => ask
            .subject
            .section_open(crate::workflow::dossier::section_name(&save.save)),
        Some(_) => ask.subject.section_open("documents"),
        None => true,
    },
};
const NOT_SAVED_SINCE: Fact = Condition {
    code: "section_changed",
    cites: "D-02",
    says: "Somebody saved this section after you opened it. Load it again and compare.",
    holds: |ask| match ask.action {
        Some(Action::SaveSection(save)) => {
            let saved = ask
                .subject
                .saved
                .get(crate::workflow::dossier::section_name(&save.save))
                .copied();
            save.seen.is_none_or(|seen| seen == saved.unwrap_or(0))
        }
        _ => true,
    },
};
const DECLARATION_ACCEPTED: Fact = Condition {
    code: "declaration_version",
    cites: "D-04",
    says: "Accept the current declaration, version 2025-1, to sign.",
    holds: |ask| match ask.action {
        Some(Action::SubmitDossier(submit)) => submit.declaration == DECLARATION,
        Some(Action::ResubmitDossier(resubmit)) => resubmit.declaration == DECLARATION,
        _ => true,
    },
};
const NOT_YET_ACCEPTED: Fact = Condition {
    code: "already_accepted",
    cites: "D-07",
    says: "The dossier is accepted as complete already; the secretariat lead countersigns next.",
    holds: |ask| ask.subject.intake.accepted_by.is_none(),
};
const CHECKLIST_ALL_YES: Fact = Condition {
    code: "checklist_not_all_yes",
    cites: "D-07",
    says: "Every line of the completeness checklist must be yes. If one is not, return the dossier and name what is missing.",
    holds: |ask| match ask.action {
        Some(Action::AcceptDossier(body)) => body.checklist.iter().all(|line| line.yes),
        _ => true,
    },
};
const SCREENED: Fact = Condition {
    code: "screening_missing",
    cites: "D-07",
    says: "Record a screening result for every party, vessel and bank of the dossier first.",
    holds: |ask| crate::workflow::screening::unscreened(ask.subject).is_empty(),
};
const ACCEPTED_BY_ANOTHER: Fact = Condition {
    code: "needs_another_officer",
    cites: "D-07",
    says: "A secretariat officer accepts first; the lead who countersigns must be another person.",
    holds: |ask| {
        ask.subject
            .intake
            .accepted_by
            .is_some_and(|officer| officer != ask.actor.person)
    },
};
const ITEMISED: Fact = Condition {
    code: "deficiencies_missing",
    cites: "D-08",
    says: "Name each deficiency: the section of the dossier that it is in, and what would mend it.",
    holds: |ask| match ask.action {
        Some(Action::ReturnDossier(body)) => {
            !body.deficiencies.is_empty()
                && body
                    .deficiencies
                    .iter()
                    .all(|item| !item.text.is_blank() && SECTIONS.contains(&item.section.as_str()))
        }
        _ => true,
    },
};
const ANSWER_TIME: Fact = Condition {
    code: "answer_date_out_of_range",
    cites: "D-08",
    says: "The answer-by date must lie between tomorrow and ninety days from now.",
    holds: |ask| match ask.action {
        Some(Action::ReturnDossier(body)) => answer_date_in_range(ask, body.answer_by),
        Some(Action::IssueRound(body)) => answer_date_in_range(ask, body.answer_by),
        _ => true,
    },
};

/// Is a given date of answer neither past nor absurd?
pub(super) fn answer_date_in_range(ask: &Ask<'_, Case>, date: Option<crate::domain::Date>) -> bool {
    let today = ask.subject.local_date(ask.now);
    date.is_none_or(|date| date > today && (date - today).get_days() <= 90)
}

const EVERY_ITEM_ANSWERED: Fact = Condition {
    code: "items_unanswered",
    cites: "D-09",
    says: "Answer every deficiency, in order: say what was mended, or why not.",
    holds: |ask| match (ask.action, &ask.subject.intake.returned) {
        (Some(Action::ResubmitDossier(body)), Some(returned)) => {
            body.answers.len() == returned.deficiencies.len() && body.answers.iter().all(|answer| !answer.is_blank())
        }
        _ => true,
    },
};
pub(super) const REASONS_GIVEN: Fact = Condition {
    code: "reasons_missing",
    cites: "G8",
    says: "Give the reasons in words.",
    holds: |ask| {
        ask.action
            .is_none_or(|action| !crate::workflow::dossier::reason_of(action).is_some_and(|r| r.is_blank()))
    },
};
const REVIVABLE: Fact = Condition {
    code: "revival_too_late",
    cites: "D-10",
    says: "A lapsed case can be revived within twenty working days, if it lapsed for want of an answer to a return and its stops have not passed the notice's cap.",
    holds: |ask| crate::workflow::intake::revivable(ask.subject, ask.now),
};
const NO_WAIVER_PROPOSED: Fact = Condition {
    code: "no_waiver_not_proposed",
    cites: "D-13",
    says: "The secretariat lead proposes “no waiver required” with a legal note first.",
    holds: |ask| ask.subject.no_waiver.is_some(),
};
const NOT_YET_CONSENTED: Fact = Condition {
    code: "already_consented",
    cites: "D-13",
    says: "Your delegation has consented already.",
    holds: |ask| {
        let given = ask.subject.no_waiver.as_ref().map(|proposal| &proposal.consents);
        !given
            .zip(ask.actor.delegation.as_ref())
            .is_some_and(|(consents, own)| consents.contains(own))
    },
};
const BALLOT_NOT_CLOSED: Fact = Condition {
    code: "ballot_closed",
    cites: "D-14",
    says: "The ballot is closed: the dossier can no longer be withdrawn.",
    holds: |ask| ask.subject.ballot.closed.is_none(),
};
const CLOCK_RUNS: Fact = Condition {
    code: "clock_not_running",
    cites: "D-18",
    says: "Only a running clock can be paused.",
    holds: |ask| ask.subject.clock_alive() && !ask.subject.clock_stopped(),
};
const PAUSED_NEVER: Fact = Condition {
    code: "pause_used",
    cites: "D-18",
    says: "The clock can be paused at the submitter's request once.",
    holds: |ask| ask.subject.pauses == 0,
};
const PAUSE_LENGTH: Fact = Condition {
    code: "pause_length",
    cites: "D-18",
    says: "A pause is 1 to 30 days and has a reason.",
    holds: |ask| match ask.action {
        Some(Action::PauseClock(pause)) => (1..=30).contains(&pause.days) && !pause.reason.is_blank(),
        _ => true,
    },
};
const PAUSED: Fact = Condition {
    code: "not_paused",
    cites: "D-18",
    says: "The clock is not paused at the submitter's request.",
    holds: |ask| ask.subject.pause.is_some(),
};
