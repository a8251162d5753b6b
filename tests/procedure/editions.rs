//! What becomes of drafts and submitted dossiers when the notice changes or closes (N-06, N-10, D-02, D-04).

use crate::{cast::*, notices, setting::*, story::Story, wishes::*};
use corridor::domain::notice::NoticeContent;
use corridor::workflow::{
    action::{notice::*, *},
    notice::ClosingGround,
    state::*,
};

/// A new edition of this class takes effect at this time.
fn amended(mut story: Story, class: AmendmentClass, effective: &str, change: impl FnOnce(&mut NoticeContent)) -> Story {
    let mut content = story.notice.draft.clone();
    change(&mut content);
    let action = NoticeAction::ProposeAmendment(ProposeAmendment {
        content: Box::new(content),
        class,
        effective_at: at(effective),
        explanation: words("As announced."),
    });
    story.on_notice(Officer, &action);
    for who in [Us(CoChair), Ru(CoChair)] {
        let approve = notices::approve_amendment(&story);
        story.on_notice(who, &approve);
    }
    story
}

use AmendmentClass::{Clarifying, Favourable, Restrictive};

#[test]
fn a_submitted_dossier_goes_over_to_a_favourable_edition_if_its_signatory_wishes() {
    let story = amended(Story::new().submitted(), Favourable, "2025-10-03 10:00", |notice| {
        notice.max_validity_months = 9;
        notice.policy.clock.days = 10;
    });
    let story = story
        .refused("no_favourable_edition", Signatory, adopt(2))
        .on("2025-10-03 10:00")
        .looked_at();
    // Nothing happens by itself.
    assert_eq!(story.case.edition, 1);
    let story = story
        .refused("wrong_role", Drafter, adopt(2))
        .refused("no_favourable_edition", Signatory, adopt(1))
        .when(Signatory, adopt(2))
        .refused("no_favourable_edition", Signatory, adopt(2));
    assert_eq!((story.case.edition, story.case.terms.max_validity_months), (2, 9));
    // The clock runs as it began.
    story.clock("running").due("2025-10-31");
}

#[test]
fn a_way_that_restricts_is_not_favourable_and_neither_is_a_mere_clarification() {
    let clarified = amended(Story::new().submitted(), Clarifying, "2025-10-01 10:00", |_| {});
    clarified.refused("no_favourable_edition", Signatory, adopt(2));
    let restricted = amended(Story::new().submitted(), Restrictive, "2025-10-20 10:00", |notice| {
        notice.max_shipments = Some(1);
    });
    let both = amended(
        restricted.on("2025-10-20 10:00"),
        Favourable,
        "2025-10-20 10:00",
        |notice| {
            notice.max_validity_months = 9;
        },
    );
    both.refused("no_favourable_edition", Signatory, adopt(3));
}

#[test]
fn the_new_edition_judges_the_dossier_anew() {
    let story = amended(Story::new().submitted(), Favourable, "2025-10-01 10:00", |notice| {
        let mut further = notice.criteria[0].clone();
        further.id = "C9".to_owned();
        notice.criteria.push(further);
    });
    story.refused("dossier_incomplete", Signatory, adopt(2));
}

#[test]
fn findings_on_criteria_that_read_differently_and_the_draft_are_made_anew() {
    let story = Story::new().reviewed().when(Us(CoChair), draft);
    let story = amended(story, Favourable, "2025-10-01 10:00", |notice| {
        notice.criteria[0].evidence.clear();
        notice.criteria[0].check = None;
    });
    let story = story.when(Signatory, adopt(2)).happened("finding_reopened", 2);
    assert!(story.case.ballot.draft.is_none());
    story
        .ready_to_vote()
        .refused("findings_incomplete", Us(CoChair), open_ballot)
        .found_again()
        .when(Us(CoChair), open_ballot)
        .refused("wrong_state", Signatory, adopt(2));
}

impl Story {
    /// Both delegations make their finding on C1 once more.
    fn found_again(self) -> Self {
        [Us as fn(Seat) -> Who, Ru].into_iter().fold(self, |story, side| {
            story
                .when(side(Reviewer), find("C1", FindingValue::Met))
                .when(side(SecondReviewer), countersign_finding("C1", side(Reviewer)))
        })
    }
}

#[test]
fn a_restrictive_edition_that_is_approved_late_takes_effect_later() {
    let mut story = Story::new();
    let mut content = story.notice.draft.clone();
    content.max_shipments = Some(1);
    let action = NoticeAction::ProposeAmendment(ProposeAmendment {
        content: Box::new(content),
        class: Restrictive,
        effective_at: at("2025-10-09 00:00"),
        explanation: words("As announced."),
    });
    story.on_notice(Officer, &action);
    let mut story = story.on("2025-10-08 10:00");
    for who in [Us(CoChair), Ru(CoChair)] {
        let approve = notices::approve_amendment(&story);
        story.on_notice(who, &approve);
    }
    // Public since Wednesday the 8th: five working days end as the 16th begins.
    assert_eq!(story.notice.editions[1].takes_effect, at("2025-10-16 00:00"));
}

/// The waivers issued under the notice use up its ceiling at this time.
fn used_up(mut story: Story, local: &str) -> Story {
    story.programme.used_up_at = Some(at(local));
    story.looked_at_notice()
}

impl Story {
    /// Somebody looks at the notice.
    fn looked_at_notice(mut self) -> Self {
        let refusal = self.try_notice(Lead, &NoticeAction::PublishNotice(Nothing {}));
        assert!(refusal.is_some());
        self
    }
}

#[test]
fn a_notice_closes_when_its_ceiling_is_used_up() {
    let submitted = Story::new().submitted().on("2025-10-06 10:00");
    let story = used_up(submitted, "2025-10-06 09:00");
    assert_eq!(story.notice.state, NoticeState::Closed);
    let closed = story.notice_events.last().expect("an event");
    assert_eq!(closed.effective_at, at("2025-10-06 09:00"));
    let corridor::workflow::notice::NoticeHappening::NoticeClosed(body) = &closed.happened else {
        panic!("{closed:?}")
    };
    assert_eq!(body.ground, Some(ClosingGround::CeilingUsedUp));
    // What is under way continues.
    story.when(Officer, take()).stands(DossierState::Completeness);
}

#[test]
fn a_draft_under_a_closed_notice_can_be_read_and_discarded() {
    let story = used_up(Story::new().drafted().on("2025-10-06 10:00"), "2025-10-06 09:00");
    let detach = Action::DetachDocument(DetachDocument { document: FIRST });
    story
        .refused("draft_read_only", Drafter, safeguards())
        .refused("draft_read_only", Drafter, attach(PAPER, "X"))
        .refused("draft_read_only", Drafter, detach)
        .refused("notice_open", Signatory, submit())
        .when(Drafter, Action::DiscardDossier(Nothing {}))
        .stands(DossierState::Discarded);
}

#[test]
fn a_draft_that_an_agent_left_without_a_mandate_is_taken_over_first() {
    Story::new()
        .drafted()
        .when(LateAgent, safeguards())
        .refused("agent_mandate_ended", Signatory, submit())
        .when(Drafter, safeguards())
        .when(Signatory, submit());
    Story::new()
        .drafted()
        .when(Agent, safeguards())
        .when(Signatory, submit());
}
