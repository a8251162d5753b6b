//! Ballot, decision, and the day on which time decides (section 8 of the law).

use super::questions::MAY_READ;
use crate::{
    domain::{notice::InspectionPolicy, people::Role::*},
    workflow::{
        action::{Action, ActionKind::*, Choice},
        case::Case,
        committee, conditions, decision,
        event::Audience::*,
        screening,
        state::{DossierState::*, InspectionState, Phase, State, WaiverState},
        step::{ClockEffect::*, Condition, Step, step},
    },
};

type Fact = Condition<Case>;

pub const STEPS: &[Step<Case>] = &[
    step("B-01", CirculateDraft, &[CoChair])
        .during(&[UnderReview])
        .from(&[State::Phase(Phase::Documentary)])
        .tells(&[Panel])
        .when(&[MAY_READ, DRAFT_SOUND]),
    step("B-01", OpenBallot, &[CoChair])
        .during(&[UnderReview])
        .from(&[State::Phase(Phase::Documentary)])
        .to(&[State::Dossier(Deliberation), State::Phase(Phase::Ballot)])
        .tells(&[Heads])
        .when(&[
            MAY_READ,
            DRAFT_CIRCULATED,
            SAME_DRAFT,
            FINDINGS_COMPLETE,
            CONDITIONS_COMPLETE,
            INSPECTION_DONE,
            SCREENING_CURRENT,
            NO_UNCOVERED_MATCH,
            NO_QUESTION_OPEN,
            COMMITTEE_QUORATE,
        ]),
    step("B-02", CastVote, &[Head, Alternate])
        .binding()
        .during(&[Deliberation])
        .from(&[State::Phase(Phase::Ballot)])
        .when(&[MAY_READ, SAME_DRAFT, OUR_VOTE, VOTE_REASONED]),
    step("B-03", CloseBallot, &[System, CoChair])
        .binding()
        .during(&[Deliberation])
        .from(&[State::Phase(Phase::Ballot)])
        .to(&[State::Phase(Phase::Signature)])
        .tells(&[Panel])
        .when(&[FINDINGS_RECONFIRMED, ALL_CAST_OR_THREE_DAYS]),
    step("X-01", SignDecision, &[CoChair])
        .binding()
        .by_every_delegation()
        .during(&[Deliberation])
        .from(&[State::Phase(Phase::Signature)])
        .to(&[State::Dossier(Decided), State::Waiver(WaiverState::PendingIssue)])
        .clock(Ends)
        .tells(&[Contacts, SponsorAuthority, Secretariats, Subscribers])
        .when(&[MAY_READ, SAME_DRAFT, NOT_SIGNED_BY_US]),
    step("X-03", WarnOfDeadline, &[System])
        .during(&[Submitted, Completeness, UnderReview, Deliberation])
        .tells(&[Panel, SecretariatLeads, Principals]),
    step("X-04", Lapse, &[System])
        .during(&[Submitted, Completeness, UnderReview, Deliberation])
        .to(&[
            State::Dossier(Decided),
            State::Phase(Phase::Signature),
            State::Waiver(WaiverState::PendingIssue),
        ])
        .clock(Ends)
        .tells(&[
            Contacts,
            SponsorAuthority,
            Panel,
            SecretariatLeads,
            Principals,
            Auditors,
        ]),
];

const DRAFT_SOUND: Fact = Condition {
    code: "draft_unsound",
    cites: "B-01",
    says: "A draft gives a reason for each criterion; to approve it names a quantity of at most what was asked, a first day and a validity within the notice's limit; conditions, each with its own id and owner, stand in “approved with conditions” and may stand in “approved in part”. A finding “met with condition” adds its own.",
    holds: |ask| match ask.action {
        Some(Action::CirculateDraft(body)) => decision::sound(ask.subject, body, ask.actor.delegation.as_ref()),
        _ => true,
    },
};
const DRAFT_CIRCULATED: Fact = Condition {
    code: "draft_not_circulated",
    cites: "B-01",
    says: "The draft decision must have been circulated for the notice's number of full working days, and again after the dossier has changed.",
    holds: |ask| decision::circulated_long_enough(ask.subject, ask.now),
};
const SAME_DRAFT: Fact = Condition {
    code: "draft_hash_mismatch",
    cites: "B-02",
    says: "The hash is not that of the draft on the table: read the draft again.",
    holds: |ask| {
        let named = match ask.action {
            Some(Action::OpenBallot(body)) => &body.draft,
            Some(Action::CastVote(body)) => &body.draft,
            Some(Action::SignDecision(body)) => &body.draft,
            _ => return true,
        };
        ask.subject.ballot.digest.as_ref() == Some(named)
    },
};
const FINDINGS_COMPLETE: Fact = Condition {
    code: "findings_incomplete",
    cites: "B-01",
    says: "Every mandatory criterion needs a countersigned finding of every voting delegation.",
    holds: |ask| committee::findings_complete(ask.subject),
};
const FINDINGS_RECONFIRMED: Fact = Condition {
    code: "findings_unconfirmed",
    cites: "C-05",
    says: "A finding of somebody who left the panel must be confirmed by another member before the ballot closes.",
    holds: |ask| committee::findings_complete(ask.subject),
};
const CONDITIONS_COMPLETE: Fact = Condition {
    code: "conditions_missing",
    cites: "B-01",
    says: "A finding “met with condition” was made after the draft was circulated: circulate the draft anew, with its condition.",
    holds: |ask| conditions::complete(ask.subject),
};
const INSPECTION_DONE: Fact = Condition {
    code: "inspection_not_done",
    cites: "B-01",
    says: "The inspection report must be signed, the inspection waived by all, or refused by the host.",
    holds: |ask| {
        let settled = [
            InspectionState::ReportSigned,
            InspectionState::Waived,
            InspectionState::RefusedByHost,
        ];
        ask.subject.terms.policy.inspection == InspectionPolicy::None || settled.contains(&ask.subject.inspection.state)
    },
};
const SCREENING_CURRENT: Fact = Condition {
    code: "screening_not_current",
    cites: "S-01",
    says: "Every party, vessel and bank needs a screening of the last 24 hours, none failed, every hit decided by two persons.",
    holds: |ask| {
        // What may be done is asked before the check that the act itself would bring about.
        let comes = ask.around.screens && ask.action.is_none() && screening::nothing_undecided(ask.subject, ask.now);
        comes || screening::all_decided(ask.subject, ask.now)
    },
};
const NO_UNCOVERED_MATCH: Fact = Condition {
    code: "true_match_not_covered",
    cites: "S-01",
    says: "A true match that no licence covers: only a refusal can be put to the vote.",
    holds: |ask| {
        let approves = ask
            .subject
            .ballot
            .draft
            .as_ref()
            .is_some_and(|draft| draft.outcome.approves());
        !approves || !screening::uncovered_match(ask.subject)
    },
};
const NO_QUESTION_OPEN: Fact = Condition {
    code: "question_open",
    cites: "2.5",
    says: "A round of questions is open: wait for the answer, or withdraw the question.",
    holds: |ask| ask.subject.open_round().is_none(),
};
const COMMITTEE_QUORATE: Fact = Condition {
    code: "no_quorum",
    cites: "B-01",
    says: "Every voting delegation needs a head or an alternate who sits on the panel and has declared no interest.",
    holds: |ask| committee::quorate(ask.subject),
};
const OUR_VOTE: Fact = Condition {
    code: "not_yours_to_vote",
    cites: "B-02",
    says: "One vote for each voting delegation, cast by its head; by its alternate when the head has left the panel.",
    holds: |ask| decision::may_vote(ask.subject, ask.actor),
};
const VOTE_REASONED: Fact = Condition {
    code: "vote_reasons_missing",
    cites: "B-02",
    says: "A refusal names the criteria not met and gives its reason; an approval with conditions names conditions of the draft.",
    holds: |ask| match ask.action {
        Some(Action::CastVote(body)) => match body.vote.choice {
            Choice::Refuse => {
                let known = |id: &String| ask.subject.terms.criteria.iter().any(|criterion| &criterion.id == id);
                let reason = body.vote.reason.as_ref().is_some_and(|reason| !reason.is_blank());
                !body.vote.because.is_empty() && body.vote.because.iter().all(known) && reason
            }
            Choice::ApproveWithConditions => {
                let draft = ask.subject.ballot.draft.as_ref();
                let known = |id: &String| draft.is_some_and(|draft| draft.conditions.iter().any(|c| &c.id == id));
                !body.vote.because.is_empty() && body.vote.because.iter().all(known)
            }
            Choice::Approve | Choice::Abstain => true,
        },
        _ => true,
    },
};
const ALL_CAST_OR_THREE_DAYS: Fact = Condition {
    code: "ballot_still_open",
    cites: "B-03",
    says: "A ballot closes when all have voted, or by a co-chair after three working days.",
    holds: |ask| {
        let opened = ask.subject.ballot.opened_at;
        decision::all_cast(ask.subject) || opened.is_some_and(|at| ask.now >= ask.subject.working_days_after(at, 3))
    },
};
const NOT_SIGNED_BY_US: Fact = Condition {
    code: "already_signed",
    cites: "X-01",
    says: "Your delegation has signed the decision already.",
    holds: |ask| {
        !ask.actor
            .delegation
            .as_ref()
            .is_some_and(|own| ask.subject.ballot.signatures.contains(own))
    },
};
