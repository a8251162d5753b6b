//! Stretches of the usual course, so that a story can begin where it becomes interesting.

use crate::{cast::*, inspecting, story::Story, wishes::*};
use corridor::workflow::action::{Action, Choice, FindingValue, InspectionResult, Outcome, Position};

impl Story {
    /// Begun, with its two documents; every statement cites the first.
    pub fn drafted(mut self) -> Self {
        for statement in &mut self.dossier.statements {
            statement.evidence = vec![crate::setting::FIRST];
        }
        self.when(Drafter, start)
            .when(Drafter, attach(crate::setting::FIRST, "ITEM_LIST"))
            .when(Drafter, attach(crate::setting::SECOND, "CIVILIAN_END_USE_STATEMENT"))
    }

    pub fn submitted(self) -> Self {
        self.drafted().when(Signatory, submit())
    }

    pub fn taken(self) -> Self {
        self.submitted().when(Officer, take())
    }

    pub fn accepted(self) -> Self {
        self.taken()
            .when(Officer, screen)
            .when(Officer, accept())
            .when(Lead, countersign())
    }

    /// The panel sits, everybody has declared no interest.
    pub fn constituted(self) -> Self {
        self.accepted().panelled()
    }

    pub fn panelled(self) -> Self {
        let mut story = self.when(Lead, constitute);
        for who in panel_of(&story.case) {
            story = story.when(who, no_interest());
        }
        story
    }

    /// Every delegation finds every criterion met.
    pub fn found(mut self) -> Self {
        let criteria: Vec<String> = self
            .case
            .terms
            .criteria
            .iter()
            .map(|criterion| criterion.id.clone())
            .collect();
        let sides: [fn(Seat) -> Who; 2] = [Us, Ru];
        for side in sides {
            if !panel_of(&self.case).contains(&side(Head)) {
                continue;
            }
            for criterion in &criteria {
                self = self
                    .when(side(Head), assign(criterion, side(Reviewer)))
                    .when(side(Reviewer), find(criterion, FindingValue::Met))
                    .when(side(SecondReviewer), countersign_finding(criterion, side(Reviewer)));
            }
        }
        self
    }

    pub fn inspection_waived(self) -> Self {
        self.when(Us(CoChair), inspecting::waive())
            .when(Ru(CoChair), inspecting::waive())
    }

    /// Reviewed and found, the inspection waived.
    pub fn reviewed(self) -> Self {
        self.constituted().found().inspection_waived()
    }

    /// The draft was circulated for two working days and screening is fresh again.
    pub fn ready_to_vote(self) -> Self {
        let story = self.when(Us(CoChair), draft);
        let opens = story
            .case
            .working_days_after(story.now, story.case.terms.policy.circulation_days);
        let story = story.at_instant(opens);
        story.hours_later(10).when(Officer, screen)
    }

    pub fn ballot(self) -> Self {
        self.reviewed().ready_to_vote().when(Us(CoChair), open_ballot)
    }

    pub fn voted(self, us: Choice, ru: Choice) -> Self {
        self.when(Us(Head), vote(us)).when(Ru(Head), vote(ru))
    }

    pub fn signed(self) -> Self {
        self.when(Us(CoChair), sign).when(Ru(CoChair), sign)
    }

    /// Approved; the waiver is issued with the same screening.
    pub fn approved(self) -> Self {
        self.ballot().voted(Choice::Approve, Choice::Approve).signed()
    }

    /// Approved with the condition K1, which the US delegation owns; the certificate may have to wait for it.
    pub fn approved_with_condition(self, precedent: bool) -> Self {
        let story = self.reviewed().when(Us(CoChair), move |story: &Story| {
            let mut draft = draft_in(&story.case, Outcome::ApprovedWithConditions);
            if let Action::CirculateDraft(body) = &mut draft {
                body.conditions[0].precedent = precedent;
            }
            draft
        });
        let opens = story.case.working_days_after(story.now, 2);
        let story = story.at_instant(opens).hours_later(10).when(Officer, screen);
        let story = story.when(Us(CoChair), open_ballot);
        story.voted(Choice::Approve, Choice::Approve).signed()
    }

    /// The host and both inspectors agree on the first slot.
    pub fn scheduled(self) -> Self {
        self.when(Us(CoChair), inspecting::inspect())
            .when(Officer, inspecting::propose)
            .confirmed()
    }

    pub fn confirmed(self) -> Self {
        self.when(Us(Inspector), inspecting::confirm)
            .when(Ru(Inspector), inspecting::confirm)
            .when(Signatory, inspecting::confirm)
    }

    /// At the hour, everybody is in the room.
    pub fn in_session(self) -> Self {
        let slot = self.case.inspection.slot.expect("a slot");
        self.at_instant(slot)
            .when(Us(Inspector), inspecting::join())
            .when(Ru(Inspector), inspecting::join())
            .when(Drafter, inspecting::join())
            .when(Us(Inspector), inspecting::open())
    }

    pub fn held(self) -> Self {
        self.when(Us(Inspector), inspecting::observe("silo"))
            .when(Us(Inspector), inspecting::close())
            .when(Ru(Inspector), inspecting::close())
    }

    pub fn reported(self, result: InspectionResult) -> Self {
        self.when(Us(Inspector), inspecting::report(result))
            .when(Us(Inspector), inspecting::sign_report())
            .when(Ru(Inspector), inspecting::sign_report())
    }

    /// Shipped, discharged and attested, with these weights on the bill of lading and at the scale.
    pub fn delivered(self, shipment: u32, loaded: &str, weighed: &str) -> Self {
        self.when(Drafter, load(shipment, loaded))
            .when(Drafter, position(shipment, Position::Departed))
            .when(Drafter, position(shipment, Position::Discharged))
            .when(Monitor, attest(shipment, weighed))
    }

    /// The co-chairs sign what the secretariat adds up.
    pub fn closed(self) -> Self {
        self.when(Officer, outcome())
            .when(Us(CoChair), sign_outcome)
            .when(Ru(CoChair), sign_outcome)
    }
}
