//! Step 3: the joint committee: panel, interests, findings (sections 6 and 7 of the law).
//!
//! The law gives findings no rule ids; here they are F-01 (propose), F-02 (countersign) and F-03 (reopen when a cited
//! document is replaced).

use super::{
    dossier::REASONS_GIVEN,
    questions::{CRITERION_KNOWN, MAY_READ},
};
use crate::{
    domain::people::{Delegation, Role::*},
    workflow::{
        action::{Action, ActionKind::*, FindingValue},
        case::Case,
        committee,
        event::Audience::*,
        state::{DossierState::*, FindingState, Phase, State},
        step::{Condition, Step, step},
    },
};

type Fact = Condition<Case>;

pub const STEPS: &[Step<Case>] = &[
    step("C-01", ConstitutePanel, &[SecretariatLead])
        .during(&[UnderReview])
        .from(&[State::Phase(Phase::Constituting)])
        .to(&[State::Phase(Phase::Documentary)])
        .tells(&[Panel])
        .when(&[SEATS_COMPLETE, SEATS_ELIGIBLE]),
    step(
        "C-02",
        DeclareInterest,
        &[Reviewer, Head, Alternate, Inspector, CoChair],
    )
    .during(&[UnderReview, Deliberation])
    .tells(&[CoChairs])
    .when(&[SEATED, NOT_YET_DECLARED, INTEREST_NAMED]),
    step("C-03", ExcludeConflicted, &[System])
        .during(&[UnderReview, Deliberation])
        .tells(&[Heads, CoChairs]),
    step("C-05", Recuse, &[Reviewer, Head, Alternate, Inspector, CoChair])
        .binding()
        .during(&[UnderReview, Deliberation])
        .tells(&[Panel, SecretariatLeads])
        .when(&[REASONS_GIVEN, SEATED, OWN_OR_CO_CHAIR]),
    step("C-06", SubstituteMember, &[Head, CoChair, SecretariatLead])
        .during(&[UnderReview, Deliberation])
        .tells(&[Panel])
        .when(&[SEAT_TO_FILL, SEATS_ELIGIBLE]),
    step("C-08", AssignCriterion, &[Head])
        .during(&[UnderReview])
        .from(&[State::Phase(Phase::Documentary)])
        .tells(&[Concerned])
        .when(&[CRITERION_KNOWN, MAY_READ, OWN_REVIEWER]),
    step("F-01", ProposeFinding, &[Reviewer])
        .during(&[UnderReview])
        .from(&[
            State::Finding(FindingState::Open),
            State::Finding(FindingState::Proposed),
        ])
        .to(&[State::Finding(FindingState::Proposed)])
        .when(&[
            CRITERION_KNOWN,
            MAY_READ,
            ASSIGNED_TO_ME,
            NOT_YET_COUNTERSIGNED,
            REASONS_GIVEN,
            EVIDENCE_EXACT,
            VALUE_FITS,
        ]),
    step("F-02", CountersignFinding, &[Reviewer, Head, Alternate])
        .binding()
        .during(&[UnderReview])
        .from(&[State::Finding(FindingState::Proposed)])
        .to(&[State::Finding(FindingState::Countersigned)])
        .when(&[MAY_READ, SECOND_PAIR_OF_EYES]),
    // During a ballot: only what somebody who left the panel had found is confirmed by another.
    step("C-05", AssignCriterion, &[Head])
        .during(&[Deliberation])
        .from(&[State::Phase(Phase::Ballot)])
        .tells(&[Concerned])
        .when(&[CRITERION_KNOWN, MAY_READ, OWN_REVIEWER]),
    step("C-05", ProposeFinding, &[Reviewer])
        .during(&[Deliberation])
        .from(&[State::Finding(FindingState::Proposed)])
        .to(&[State::Finding(FindingState::Proposed)])
        .when(&[
            CRITERION_KNOWN,
            MAY_READ,
            ASSIGNED_TO_ME,
            AUTHOR_LEFT,
            REASONS_GIVEN,
            EVIDENCE_EXACT,
            VALUE_FITS,
        ]),
    step("C-05", CountersignFinding, &[Reviewer, Head, Alternate])
        .binding()
        .during(&[Deliberation])
        .from(&[State::Finding(FindingState::Proposed)])
        .to(&[State::Finding(FindingState::Countersigned)])
        .when(&[MAY_READ, SECOND_PAIR_OF_EYES]),
];

const SEATS_COMPLETE: Fact = Condition {
    code: "panel_incomplete",
    cites: "C-01",
    says: "Every delegation of the notice names one head and one co-chair, an alternate and a reviewer, and an inspector if an inspection is possible; each person has one seat.",
    holds: |ask| match ask.action {
        Some(Action::ConstitutePanel(body)) => committee::complete(ask.subject, &body.members),
        _ => true,
    },
};
const SEATS_ELIGIBLE: Fact = Condition {
    code: "seat_not_eligible",
    cites: "C-03",
    says: "Each person must hold the roles of the seat in that delegation and may not have acted on the dossier, come from the unit that filed it or have been taken off this panel.",
    holds: |ask| match ask.action {
        Some(Action::ConstitutePanel(body)) => body.members.iter().all(|seat| committee::eligible(ask, seat)),
        Some(Action::SubstituteMember(body)) => committee::eligible(ask, &body.seat),
        _ => true,
    },
};
const SEATED: Fact = Condition {
    code: "not_on_panel",
    cites: "C-01",
    says: "You have no seat on this panel.",
    holds: |ask| ask.subject.member(ask.actor).is_some(),
};
const NOT_YET_DECLARED: Fact = Condition {
    code: "already_declared",
    cites: "C-02",
    says: "You have declared already. If something has changed, recuse yourself.",
    holds: |ask| {
        ask.subject
            .member(ask.actor)
            .is_some_and(|member| member.interest.is_none())
    },
};
const INTEREST_NAMED: Fact = Condition {
    code: "interest_not_named",
    cites: "C-02",
    says: "Say what the interest is.",
    holds: |ask| match ask.action {
        Some(Action::DeclareInterest(body)) => {
            !body.interest || body.what.as_ref().is_some_and(|what| !what.is_blank())
        }
        _ => true,
    },
};
const OWN_OR_CO_CHAIR: Fact = Condition {
    code: "not_yours_to_recuse",
    cites: "C-05",
    says: "A member recuses oneself; a co-chair may recuse a member of the own delegation.",
    holds: |ask| match ask.action {
        Some(Action::Recuse(body)) => {
            let who = body.person.unwrap_or(ask.actor.person);
            let member = ask.subject.members().find(|member| member.person == who);
            let own = member.is_some_and(|member| Some(&member.delegation) == ask.actor.delegation.as_ref());
            member.is_some() && (who == ask.actor.person || ask.actor.is(CoChair) && own)
        }
        _ => true,
    },
};
const SEAT_TO_FILL: Fact = Condition {
    code: "no_seat_to_fill",
    cites: "C-06",
    says: "A substitute takes the seat of a member of the same delegation who left the panel; heads and co-chairs act for their own delegation.",
    holds: |ask| match ask.action {
        Some(Action::SubstituteMember(body)) => committee::seat_to_fill(ask, body),
        _ => ask.subject.panel.members.iter().any(|member| member.out),
    },
};
const OWN_REVIEWER: Fact = Condition {
    code: "not_your_reviewer",
    cites: "C-08",
    says: "Assign a reviewer of your own delegation who sits on the panel.",
    holds: |ask| match (ask.action, &ask.actor.delegation) {
        (Some(Action::AssignCriterion(body)), Some(own)) => ask
            .subject
            .seated(own, Reviewer)
            .any(|member| member.person == body.reviewer),
        _ => true,
    },
};
const ASSIGNED_TO_ME: Fact = Condition {
    code: "criterion_not_assigned_to_you",
    cites: "C-08",
    says: "Your head of delegation assigned this criterion to another reviewer, or to nobody yet.",
    holds: |ask| match (ask.action, &ask.actor.delegation) {
        (Some(Action::ProposeFinding(body)), Some(own)) => {
            let assigned = ask.subject.panel.assigned.get(&(body.criterion.clone(), own.clone()));
            assigned == Some(&ask.actor.person)
        }
        (None, Some(own)) => ask
            .subject
            .panel
            .assigned
            .iter()
            .any(|((_, delegation), who)| delegation == own && *who == ask.actor.person),
        _ => false,
    },
};
const NOT_YET_COUNTERSIGNED: Fact = Condition {
    code: "finding_countersigned",
    cites: "F-02",
    says: "Your delegation's finding on this criterion is countersigned; it opens again when its evidence is replaced or its author leaves.",
    holds: |ask| {
        let open = |criterion: &String, own: &Delegation| {
            let finding = ask.subject.findings.get(&(criterion.clone(), own.clone()));
            finding.is_none_or(|finding| finding.state != FindingState::Countersigned)
        };
        match (ask.action, &ask.actor.delegation) {
            (Some(Action::ProposeFinding(body)), Some(own)) => open(&body.criterion, own),
            (None, Some(own)) => ask.subject.panel.assigned.iter().any(|((criterion, delegation), who)| {
                delegation == own && *who == ask.actor.person && open(criterion, own)
            }),
            _ => true,
        }
    },
};
const AUTHOR_LEFT: Fact = Condition {
    code: "finding_stands",
    cites: "C-05",
    says: "During a ballot only a finding whose author left the panel is made anew, by another member of that delegation.",
    holds: |ask| match (ask.action, &ask.actor.delegation) {
        (Some(Action::ProposeFinding(body)), Some(own)) => {
            let finding = ask.subject.findings.get(&(body.criterion.clone(), own.clone()));
            finding.is_some_and(|finding| finding.must_renew)
        }
        _ => ask.subject.findings.values().any(|finding| finding.must_renew),
    },
};
const EVIDENCE_EXACT: Fact = Condition {
    code: "evidence_mismatch",
    cites: "F-01",
    says: "Cite at least one document of the submitted dossier, or a capture of the inspection, by its id and its exact SHA-256.",
    holds: |ask| match ask.action {
        Some(Action::ProposeFinding(body)) => {
            !body.evidence.is_empty()
                && body
                    .evidence
                    .iter()
                    .all(|evidence| committee::exact(ask.subject, evidence))
        }
        _ => true,
    },
};
const VALUE_FITS: Fact = Condition {
    code: "finding_value_not_allowed",
    cites: "F-01",
    says: "A mandatory criterion always applies; “met with condition” names the condition.",
    holds: |ask| match ask.action {
        Some(Action::ProposeFinding(body)) => {
            let mandatory = ask
                .subject
                .mandatory_criteria()
                .any(|criterion| criterion == body.criterion);
            let named = body.condition.as_ref().is_some_and(|condition| !condition.is_blank());
            !(mandatory && body.value == FindingValue::NotApplicable)
                && (named == (body.value == FindingValue::MetWithCondition))
        }
        _ => true,
    },
};
const SECOND_PAIR_OF_EYES: Fact = Condition {
    code: "countersignature_not_yours",
    cites: "F-02",
    says: "Another person of the same delegation than the proposer countersigns, and names the proposer whose finding was read.",
    holds: |ask| match (ask.action, &ask.actor.delegation) {
        (Some(Action::CountersignFinding(body)), Some(own)) => {
            let finding = ask.subject.findings.get(&(body.criterion.clone(), own.clone()));
            finding.is_some_and(|finding| {
                finding.state == FindingState::Proposed
                    && !finding.must_renew
                    && finding.proposed_by == body.proposed_by
                    && finding.proposed_by != ask.actor.person
            })
        }
        (None, Some(own)) => ask.subject.findings.iter().any(|((_, delegation), finding)| {
            delegation == own && finding.state == FindingState::Proposed && finding.proposed_by != ask.actor.person
        }),
        _ => false,
    },
};
