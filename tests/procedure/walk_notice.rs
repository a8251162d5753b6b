//! The same walk through everything that can become of a notice.

use crate::{
    cast::*,
    door,
    explore::{Walk, cell},
    promises,
    setting::{date, small_notice},
    story::NOTICE,
    wishes::words,
};
use corridor::domain::{Instant, notice::NoticeContent, people::Actor};
use corridor::workflow::{
    action::{
        Nothing, Reasoned,
        notice::{NoticeAction as A, *},
    },
    notice::Notice,
    state::*,
    step::{Subject, every_row},
};
use std::collections::BTreeSet;

fn later(now: Instant, hours: i64) -> Instant {
    now + jiff::SignedDuration::from_hours(hours)
}

fn written(change: impl FnOnce(&mut NoticeContent)) -> WriteNotice {
    let mut content = small_notice();
    content.closes = Some(date("2025-11-28"));
    change(&mut content);
    WriteNotice {
        content: Box::new(content),
    }
}

fn approval(notice: &Notice) -> ApproveText {
    let digest = notice.proposed_digest().unwrap_or_default().to_owned();
    ApproveText { digest }
}

fn amendment(class: AmendmentClass, effective_at: Instant, explanation: &str) -> A {
    A::ProposeAmendment(ProposeAmendment {
        content: written(|content| content.max_validity_months = 9).content,
        class,
        effective_at,
        explanation: words(explanation),
    })
}

fn withdrawal(in_flight: InFlight, reason: &str) -> A {
    A::WithdrawNotice(WithdrawNotice {
        reason: words(reason),
        in_flight,
    })
}

fn close() -> A {
    A::CloseNotice(CloseNotice { reason: None })
}

fn send_back(reason: &str) -> A {
    A::SendBackNotice(Reasoned { reason: words(reason) })
}

fn moves(notice: &Notice, now: Instant) -> Vec<(Who, A)> {
    let at = later(now, 24 * 7);
    let mut moves = vec![
        (Officer, A::CreateNotice(written(|_| {}))),
        (
            Officer,
            A::CreateNotice(written(|content| content.publish_at = Some(at))),
        ),
        (Officer, A::ReviseNotice(written(|_| {}))),
        (Officer, A::ProposeNotice(Nothing {})),
        (OfficerAndChair, A::ProposeNotice(Nothing {})),
        (Lead, send_back("Shorter, please.")),
        (Us(CoChair), close()),
    ];
    for who in [Us(CoChair), Ru(CoChair)] {
        moves.extend([
            (who, A::ApproveNotice(approval(notice))),
            (who, A::ApproveAmendment(approval(notice))),
            (who, withdrawal(InFlight::Terminate, "It is over.")),
        ]);
    }
    if notice.editions.len() < 2 && notice.amendment.is_none() {
        moves.push((
            Officer,
            amendment(AmendmentClass::Restrictive, later(now, 24 * 10), "As announced."),
        ));
        moves.push((
            OfficerAndChair,
            amendment(AmendmentClass::Favourable, now, "As announced."),
        ));
    }
    moves
}

fn tries(notice: &Notice, now: Instant) -> Vec<(Who, A)> {
    let other = || ApproveText { digest: "0".repeat(64) };
    let poor = written(|content| content.criteria.clear());
    let renumbered = A::ProposeAmendment(ProposeAmendment {
        content: written(|content| content.number = "X".to_owned()).content,
        class: AmendmentClass::Clarifying,
        effective_at: later(now, 24 * 30),
        explanation: words("As announced."),
    });
    vec![
        (Officer, A::ReviseNotice(poor)),
        (Lead, send_back(" ")),
        (OtherChair, send_back("Not ours.")),
        (OtherChair, A::ApproveNotice(approval(notice))),
        (OtherChair, A::ApproveAmendment(approval(notice))),
        (OtherChair, close()),
        (OtherChair, withdrawal(InFlight::Terminate, "It is over.")),
        (OfficerAndChair, A::ApproveNotice(approval(notice))),
        (OfficerAndChair, A::ApproveAmendment(approval(notice))),
        (Us(CoChair), A::ApproveNotice(other())),
        (Us(CoChair), A::ApproveAmendment(other())),
        (
            Officer,
            amendment(AmendmentClass::Restrictive, later(now, 24), "As announced."),
        ),
        (Officer, amendment(AmendmentClass::Favourable, later(now, 24), " ")),
        (Officer, renumbered),
        (Us(CoChair), withdrawal(InFlight::Terminate, "")),
        (Ru(CoChair), withdrawal(InFlight::Continue, "It is over.")),
    ]
}

fn signature(notice: &Notice) -> String {
    let known = (
        notice.state,
        notice.version > 0,
        notice.draft.publish_at.is_some(),
        &notice.approvals,
    );
    let poor = notice.draft.criteria.is_empty();
    let amended = notice.amendment.as_ref().map(|amendment| amendment.class);
    let ends = (
        notice.editions.len(),
        &notice.announced,
        &notice.withdrawals,
        notice.proposed_by,
    );
    format!("{known:?}{poor}{amended:?}{ends:?}")
}

fn one_way(before: &Notice, after: &Notice, done: &door::Recorded<Notice>) {
    promises::of_the_row(done.0, &done.1);
    let settled = matches!(before.state, NoticeState::Closed | NoticeState::Withdrawn);
    assert!(!settled, "{:?} leads out of {:?}", done.0.action, before.state);
    let published = |notice: &Notice| notice.editions.len();
    assert!(published(after) >= published(before), "an edition was unpublished");
    if published(before) == 0 && published(after) == 1 {
        assert!(!after.draft.criteria.is_empty(), "an unsound text was published");
    }
}

/// Publication needs every delegation, none of whose co-chairs proposed the text.
fn two_keys(notice: &Notice, _now: Instant) {
    if notice.state == NoticeState::Scheduled {
        assert_eq!(notice.approvals.len(), notice.draft.delegations.len());
    }
}

#[test]
fn every_row_of_a_notice_fires_and_every_condition_bites() {
    let begins = crate::setting::at("2025-09-29 09:00");
    let walk = Walk::<Notice> {
        around: &Default::default(),
        moves: &moves,
        tries: &tries,
        waits: &|_, _| vec![],
        signature: &|notice, _| signature(notice),
        about: &|notice: &Notice, _: &Actor, action: &A| {
            let row = every_row::<Notice>().find(|step| step.action == action.kind())?;
            notice.standing(row, Some(action)).first().copied()
        },
        place: &two_keys,
        step: &one_way,
        most: 2_000,
        tried: u32::MAX,
    };
    let met = walk.from(vec![(Notice::unborn(NOTICE, begins), begins)]);
    eprintln!(
        "notice: {} places, {} attempts, {} cut",
        met.nodes, met.attempts, met.cut
    );
    assert_eq!(met.cut, 0);
    let mut cells = BTreeSet::new();
    let mut conditions = BTreeSet::new();
    for step in every_row::<Notice>() {
        let word = Notice::word(step.action);
        let from: Vec<_> = step.from.iter().copied().map(Some).collect();
        for from in if from.is_empty() { vec![None] } else { from } {
            cells.insert(cell(step.rule, word, None, from));
        }
        conditions.extend(step.conditions.iter().map(|one| (word.to_owned(), one.code.to_owned())));
    }
    let missing: Vec<_> = cells.difference(&met.cells).collect();
    assert!(missing.is_empty(), "cells of the table that never fire: {missing:#?}");
    let silent: Vec<_> = conditions.difference(&met.refusals).collect();
    assert!(silent.is_empty(), "conditions that never refuse: {silent:?}");
    let states: BTreeSet<_> = NoticeState::ALL
        .iter()
        .map(|state| State::Notice(*state).to_string())
        .collect();
    assert_eq!(states, met.states);
}
