//! The public notice (section 3 of the law), and what becomes of cases when it changes.

use crate::{cast::*, setting::*, story::Story, wishes::*};
use corridor::domain::notice::NoticeContent;
use corridor::workflow::{
    action::{
        MigrateDossier, Nothing, Reasoned,
        notice::{NoticeAction::*, *},
    },
    state::*,
};

fn amended(class: AmendmentClass, effective: &str, change: impl FnOnce(&mut NoticeContent)) -> NoticeAction {
    let mut content = small_notice();
    change(&mut content);
    ProposeAmendment(corridor::workflow::action::notice::ProposeAmendment {
        content: Box::new(content),
        class,
        effective_at: at(effective),
        explanation: words("As announced."),
    })
}

pub fn approve_amendment(story: &Story) -> NoticeAction {
    let digest = story.notice.proposed_digest().unwrap_or_default().to_owned();
    ApproveAmendment(ApproveText { digest })
}

fn migrate(edition: u32) -> corridor::workflow::action::Action {
    corridor::workflow::action::Action::MigrateDossier(MigrateDossier { edition })
}

fn withdrawal(in_flight: InFlight) -> NoticeAction {
    WithdrawNotice(corridor::workflow::action::notice::WithdrawNotice {
        reason: words("The conflict has ended."),
        in_flight,
    })
}

/// The notice is withdrawn and ends what is under way.
pub fn termination() -> NoticeAction {
    withdrawal(InFlight::Terminate)
}

/// The notice is withdrawn and what is under way continues.
pub fn continuation() -> NoticeAction {
    withdrawal(InFlight::Continue)
}

/// A change that nobody needs to wait for.
pub fn favourable(effective: &str) -> NoticeAction {
    amended(AmendmentClass::Favourable, effective, |notice| {
        notice.max_validity_months = 9;
    })
}

fn refusal(story: &mut Story, who: Who, action: &NoticeAction) -> &'static str {
    story
        .try_notice(who, action)
        .map_or("(granted)", |refusal| refusal.code)
}

/// Both co-chairs.
fn by_both(mut story: Story, action: impl Fn(&Story) -> NoticeAction) -> Story {
    for who in [Us(CoChair), Ru(CoChair)] {
        let action = action(&story);
        story.on_notice(who, &action);
    }
    story
}

#[test]
fn a_notice_is_written_once_proposed_sent_back_and_approved_by_every_delegation() {
    let mut story = Story::new();
    story.notice = corridor::workflow::notice::Notice::unborn(story.notice.id, story.now);
    story.notice_events.clear();
    let write = || WriteNotice {
        content: Box::new(small_notice()),
    };
    let approve = |story: &Story| {
        ApproveNotice(ApproveText {
            digest: story.notice.digest.clone().unwrap_or_default(),
        })
    };
    let send_back = |reason: &str| SendBackNotice(Reasoned { reason: words(reason) });
    assert_eq!(refusal(&mut story, Us(CoChair), &CreateNotice(write())), "wrong_role");
    story.on_notice(Officer, &CreateNotice(write()));
    assert_eq!(refusal(&mut story, Officer, &CreateNotice(write())), "new_notice_only");
    let mut poor = small_notice();
    poor.criteria.clear();
    story.on_notice(
        Officer,
        &ReviseNotice(WriteNotice {
            content: Box::new(poor),
        }),
    );
    assert_eq!(
        refusal(&mut story, Officer, &ProposeNotice(Nothing {})),
        "notice_incomplete"
    );
    story.on_notice(Officer, &ReviseNotice(write()));
    story.on_notice(Officer, &ProposeNotice(Nothing {}));
    assert_eq!(refusal(&mut story, Lead, &send_back(" ")), "reasons_missing");
    story.on_notice(Lead, &send_back("Shorter, please."));
    assert_eq!(story.notice.state, NoticeState::Draft);
    story.on_notice(Officer, &ProposeNotice(Nothing {}));
    let other = ApproveNotice(ApproveText { digest: "0".repeat(64) });
    assert_eq!(refusal(&mut story, Us(CoChair), &other), "text_hash_mismatch");
    let action = approve(&story);
    story.on_notice(Us(CoChair), &action);
    assert_eq!(refusal(&mut story, Us(CoChair), &action), "already_approved");
    assert_eq!(story.notice.state, NoticeState::InApproval);
    story.on_notice(Ru(CoChair), &action);
    assert_eq!(story.notice.state, NoticeState::Published);
}

#[test]
fn a_notice_for_later_is_published_at_its_hour_and_takes_no_dossier_before() {
    let story = Story::under(|notice| notice.publish_at = Some(at("2025-10-05 12:00")));
    assert_eq!(story.notice.state, NoticeState::Scheduled);
    let mut story = story.refused("notice_open", Drafter, start).on("2025-10-06 10:00");
    // The notice is looked at, as the door looks at it first.
    assert_eq!(refusal(&mut story, Lead, &PublishNotice(Nothing {})), "wrong_role");
    assert_eq!(story.notice.editions[0].takes_effect, at("2025-10-05 12:00"));
    story.when(Drafter, start);
}

#[test]
fn a_notice_closes_at_the_end_of_its_last_day_and_says_so_before() {
    let mut story = Story::under(|notice| notice.closes = Some(date("2025-10-31")))
        .drafted()
        .on("2025-11-01 00:00");
    assert_eq!(refusal(&mut story, Lead, &PublishNotice(Nothing {})), "wrong_role");
    assert_eq!(story.notice.state, NoticeState::Closed);
    let told: Vec<_> = story
        .notice_events
        .iter()
        .rev()
        .take(3)
        .map(|event| event.effective_at)
        .collect();
    assert_eq!(
        told,
        [at("2025-11-01 00:00"), at("2025-10-28 00:00"), at("2025-10-17 00:00")]
    );
    story.refused("notice_open", Signatory, submit());
}

#[test]
fn a_restrictive_amendment_leaves_five_working_days() {
    let restrictive = |effective| {
        amended(AmendmentClass::Restrictive, effective, |notice| {
            notice.max_shipments = Some(1)
        })
    };
    let mut story = Story::new();
    // Wednesday the 1st: the fifth working day ends as the 9th begins.
    assert_eq!(
        refusal(&mut story, Officer, &restrictive("2025-10-08 23:59")),
        "restrictive_too_soon"
    );
    story.on_notice(Officer, &restrictive("2025-10-09 00:00"));
    let past = amended(AmendmentClass::Favourable, "2025-09-30 10:00", |_| {});
    assert_eq!(refusal(&mut story, Officer, &past), "restrictive_too_soon");
    let renumbered = amended(AmendmentClass::Clarifying, "2025-11-01 10:00", |notice| {
        notice.number = "X".to_owned()
    });
    assert_eq!(refusal(&mut story, Officer, &renumbered), "amendment_unsound");
}

#[test]
fn an_amendment_is_approved_by_every_delegation_and_drafts_may_migrate() {
    let change = amended(AmendmentClass::Restrictive, "2025-10-09 00:00", |notice| {
        notice.max_validity_months = 3
    });
    let mut story = Story::new().drafted();
    assert_eq!(
        refusal(&mut story, Us(CoChair), &approve_amendment(&Story::new())),
        "no_amendment_proposed"
    );
    story.on_notice(Officer, &change);
    let story = by_both(story, approve_amendment);
    assert_eq!(story.notice.editions.len(), 2);
    let story = story
        .refused("no_newer_edition", Signatory, migrate(2))
        .on("2025-10-09 00:00")
        .refused("no_newer_edition", Signatory, migrate(1))
        .when(Signatory, migrate(2));
    assert_eq!((story.case.edition, story.case.terms.max_validity_months), (2, 3));
    story.refused("no_newer_edition", Signatory, migrate(2));
}

#[test]
fn a_submitted_dossier_keeps_the_notice_it_was_submitted_under() {
    let change = amended(AmendmentClass::Clarifying, "2025-10-02 10:00", |notice| {
        notice.policy.clock.days = 10
    });
    let mut story = Story::new().submitted();
    story.on_notice(Officer, &change);
    let story = by_both(story, approve_amendment).on("2025-10-03 10:00").looked_at();
    assert_eq!((story.case.edition, story.case.terms.policy.clock.days), (1, 30));
    story.due("2025-10-31").refused("wrong_state", Signatory, migrate(2));
}

#[test]
fn a_withdrawn_notice_ends_drafts_and_dossiers_if_it_says_so() {
    for (stretch, state) in [
        (Story::drafted as fn(Story) -> Story, DossierState::Draft),
        (Story::constituted, DossierState::UnderReview),
    ] {
        let story = stretch(Story::new()).stands(state).on("2025-10-06 10:00");
        let story = by_both(story, |_| withdrawal(InFlight::Terminate));
        story
            .on("2025-10-09 10:00")
            .looked_at()
            .stands(DossierState::Withdrawn)
            .took_effect("case_ended_with_notice", "2025-10-06 10:00");
    }
    let ended = by_both(Story::new().constituted(), |_| withdrawal(InFlight::Terminate))
        .hours_later(1)
        .looked_at();
    ended.clock("ended");
}

#[test]
fn a_withdrawn_notice_lets_cases_continue_if_it_says_so() {
    let story = by_both(Story::new().submitted(), |_| withdrawal(InFlight::Continue));
    story
        .when(Officer, take())
        .on("2025-10-31 10:00")
        .looked_at()
        .stands(DossierState::UnderReview);
    by_both(Story::new().drafted(), |_| withdrawal(InFlight::Continue)).refused("notice_open", Signatory, submit());
}

#[test]
fn what_was_decided_before_a_withdrawal_stays_decided() {
    let story = by_both(Story::new().approved(), |_| withdrawal(InFlight::Terminate));
    story
        .hours_later(1)
        .looked_at()
        .stands(DossierState::Decided)
        .waiver(WaiverState::Active);
}

#[test]
fn co_chairs_withdraw_with_one_effect_each_once() {
    let mut story = Story::new();
    story.on_notice(Us(CoChair), &withdrawal(InFlight::Continue));
    assert_eq!(
        refusal(&mut story, Us(CoChair), &withdrawal(InFlight::Continue)),
        "withdrawal_differs"
    );
    assert_eq!(
        refusal(&mut story, Ru(CoChair), &withdrawal(InFlight::Terminate)),
        "withdrawal_differs"
    );
    story.on_notice(Ru(CoChair), &withdrawal(InFlight::Continue));
    assert_eq!(story.notice.state, NoticeState::Withdrawn);
}

#[test]
fn a_co_chair_closes_a_notice_and_nobody_else_does() {
    let close = || CloseNotice(corridor::workflow::action::notice::CloseNotice { reason: None });
    let mut story = Story::under(|notice| notice.delegations.truncate(1));
    assert_eq!(refusal(&mut story, Ru(CoChair), &close()), "not_your_notice");
    assert_eq!(refusal(&mut story, Lead, &close()), "wrong_role");
    story.on_notice(Us(CoChair), &close());
    story.refused("notice_open", Drafter, start);
}
