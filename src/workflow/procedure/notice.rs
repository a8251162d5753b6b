//! Step 1: the public notice (section 3 of the law).

use crate::{
    domain::{notice::NoticeContent, people::Role::*},
    workflow::{
        action::notice::{NoticeAction, NoticeActionKind::*},
        event::Audience::*,
        lint::lint,
        notice::Notice,
        state::{NoticeState::*, State},
        step::{Ask, Condition, Step, step},
    },
};

type Fact = Condition<Notice>;

const fn at(state: crate::workflow::state::NoticeState) -> State {
    State::Notice(state)
}

pub const STEPS: &[Step<Notice>] = &[
    step("N-01", CreateNotice, &[Secretariat])
        .to(&[at(Draft)])
        .when(&[UNBORN]),
    step("N-01", ReviseNotice, &[Secretariat]).from(&[at(Draft)]),
    step("N-02", ProposeNotice, &[Secretariat])
        .from(&[at(Draft)])
        .to(&[at(InApproval)])
        .tells(&[SecretariatLeads, CoChairs])
        .when(&[TEXT_SOUND]),
    step("N-03", SendBackNotice, &[SecretariatLead, CoChair])
        .from(&[at(InApproval)])
        .to(&[at(Draft)])
        .tells(&[Secretariats])
        .when(&[REASONS_GIVEN, OF_THE_NOTICE]),
    step("N-04", ApproveNotice, &[CoChair])
        .binding()
        .by_every_delegation()
        .from(&[at(InApproval)])
        .to(&[at(Scheduled), at(Published)])
        .tells(&[Subscribers])
        .when(&[OF_THE_NOTICE, NOT_THE_PROPOSER, NOT_YET_APPROVED, SAME_TEXT]),
    step("N-05", PublishNotice, &[System])
        .from(&[at(Scheduled)])
        .to(&[at(Published)])
        .tells(&[Subscribers]),
    step("N-06", ProposeAmendment, &[Secretariat])
        .from(&[at(Published)])
        .tells(&[CoChairs])
        .when(&[REASONS_GIVEN, AMENDMENT_SOUND, NOTICE_PERIOD]),
    step("N-06", ApproveAmendment, &[CoChair])
        .binding()
        .by_every_delegation()
        .from(&[at(Published)])
        .tells(&[Subscribers, Submitters])
        .when(&[
            AMENDMENT_WAITS,
            OF_THE_NOTICE,
            NOT_THE_PROPOSER,
            NOT_YET_APPROVED,
            SAME_TEXT,
        ]),
    step("N-10", AnnounceClosing, &[System])
        .from(&[at(Published)])
        .tells(&[Submitters]),
    step("N-10", CloseNotice, &[System, CoChair])
        .from(&[at(Published)])
        .to(&[at(Closed)])
        .tells(&[Submitters])
        .when(&[OF_THE_NOTICE]),
    step("N-11", WithdrawNotice, &[CoChair])
        .binding()
        .by_every_delegation()
        .from(&[at(Scheduled), at(Published)])
        .to(&[at(Withdrawn)])
        .tells(&[Subscribers, Submitters])
        .when(&[REASONS_GIVEN, OF_THE_NOTICE, SAME_WITHDRAWAL]),
];

const UNBORN: Fact = Condition {
    code: "new_notice_only",
    cites: "N-01",
    says: "A notice is created once.",
    holds: |ask| ask.subject.version == 0,
};
const TEXT_SOUND: Fact = Condition {
    code: "notice_incomplete",
    cites: "N-02",
    says: "A notice needs a mandatory criterion, every delegation with its calendar, complete policies and texts in every language.",
    holds: |ask| ask.action.is_none() || lint(&ask.subject.draft).is_empty(),
};
const REASONS_GIVEN: Fact = Condition {
    code: "reasons_missing",
    cites: "G8",
    says: "Give the reasons in words.",
    holds: |ask| match ask.action {
        Some(NoticeAction::SendBackNotice(body)) => !body.reason.is_blank(),
        Some(NoticeAction::WithdrawNotice(body)) => !body.reason.is_blank(),
        Some(NoticeAction::ProposeAmendment(body)) => !body.explanation.is_blank(),
        _ => true,
    },
};
const OF_THE_NOTICE: Fact = Condition {
    code: "not_your_notice",
    cites: "N-04",
    says: "Only co-chairs of the delegations that the notice names.",
    holds: |ask| {
        let own = ask.actor.delegation.as_ref();
        let named = ask
            .subject
            .draft
            .delegations
            .iter()
            .any(|terms| Some(&terms.code) == own);
        ask.actor.is(System) || ask.role == SecretariatLead || named
    },
};
const NOT_THE_PROPOSER: Fact = Condition {
    code: "proposer_cannot_approve",
    cites: "N-04",
    says: "Whoever proposed the text does not approve it.",
    holds: |ask| ask.subject.proposed_by != Some(ask.actor.person),
};
const NOT_YET_APPROVED: Fact = Condition {
    code: "already_approved",
    cites: "N-04",
    says: "Your delegation has approved already.",
    holds: |ask| {
        !ask.actor
            .delegation
            .as_ref()
            .is_some_and(|own| ask.subject.approvals.contains(own))
    },
};
const SAME_TEXT: Fact = Condition {
    code: "text_hash_mismatch",
    cites: "N-04",
    says: "The hash is not that of the text proposed: read it again.",
    holds: |ask| match ask.action {
        Some(NoticeAction::ApproveNotice(body) | NoticeAction::ApproveAmendment(body)) => {
            ask.subject.proposed_digest() == Some(body.digest.as_str())
        }
        _ => true,
    },
};
const AMENDMENT_SOUND: Fact = Condition {
    code: "amendment_unsound",
    cites: "N-06",
    says: "The amended text is incomplete, or changes the notice's number or delegations.",
    holds: |ask| match ask.action {
        Some(NoticeAction::ProposeAmendment(body)) => same_notice(ask, &body.content) && lint(&body.content).is_empty(),
        _ => true,
    },
};

fn same_notice(ask: &Ask<'_, Notice>, content: &NoticeContent) -> bool {
    let codes = |content: &NoticeContent| content.delegations.iter().map(|d| d.code.clone()).collect::<Vec<_>>();
    content.number == ask.subject.draft.number && codes(content) == codes(&ask.subject.draft)
}

const NOTICE_PERIOD: Fact = Condition {
    code: "restrictive_too_soon",
    cites: "N-06",
    says: "An amendment takes effect in the future; a restrictive one five working days from now or later.",
    holds: |ask| match ask.action {
        Some(NoticeAction::ProposeAmendment(body)) => body.effective_at >= ask.subject.earliest(body.class, ask.now),
        _ => true,
    },
};
const AMENDMENT_WAITS: Fact = Condition {
    code: "no_amendment_proposed",
    cites: "N-06",
    says: "No amendment is proposed.",
    holds: |ask| ask.subject.amendment.is_some(),
};
const SAME_WITHDRAWAL: Fact = Condition {
    code: "withdrawal_differs",
    cites: "N-11",
    says: "All co-chairs withdraw with the same effect on dossiers under way, each once.",
    holds: |ask| {
        let mine = ask
            .actor
            .delegation
            .as_ref()
            .is_some_and(|own| ask.subject.withdrawals.contains(own));
        let effect = match ask.action {
            Some(NoticeAction::WithdrawNotice(body)) => Some(body.in_flight),
            _ => None,
        };
        let agreed = ask
            .subject
            .in_flight
            .zip(effect)
            .is_none_or(|(agreed, effect)| agreed == effect);
        !mine && agreed
    },
};
