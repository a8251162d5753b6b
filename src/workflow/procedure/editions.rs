//! What becomes of a case when its notice changes (section 3 of the law).

use crate::{
    domain::people::Role::*,
    workflow::{
        action::{Action, ActionKind::*},
        adoption,
        case::Case,
        event::Audience::*,
        state::{DossierState::*, State},
        step::{ClockEffect::*, Condition, Step, step},
    },
};

type Fact = Condition<Case>;

pub const STEPS: &[Step<Case>] = &[
    step("D-03", MigrateDossier, &[Signatory])
        .during(&[Draft])
        .when(&[NEWER_EDITION]),
    step("N-06", AdoptEdition, &[Signatory])
        .during(&[Submitted, Completeness, Returned, UnderReview])
        .tells(&[Contacts, Secretariats, Reviewers])
        .when(&[FAVOURABLE_EDITION]),
    step("N-11", EndWithNotice, &[System])
        .during(&[Draft, Submitted, Completeness, Returned, UnderReview, Deliberation])
        .to(&[State::Dossier(Withdrawn)])
        .clock(Ends)
        .tells(&[Contacts, SponsorAuthority, Secretariats]),
];

const NEWER_EDITION: Fact = Condition {
    code: "no_newer_edition",
    cites: "D-03",
    says: "The notice has no other edition in effect to go to.",
    holds: |ask| {
        let current = ask
            .around
            .notice
            .as_ref()
            .map_or(0, |notice| notice.edition_at(ask.now));
        let wanted = match ask.action {
            Some(Action::MigrateDossier(migrate)) => migrate.edition,
            _ => current,
        };
        wanted == current && current > ask.subject.edition
    },
};
const FAVOURABLE_EDITION: Fact = Condition {
    code: "no_favourable_edition",
    cites: "N-06",
    says: "A submitted dossier keeps its edition of the notice. Only a later one that is in effect, favourable, and not reached through a restrictive one can be adopted, before a ballot opens.",
    holds: |ask| match ask.action {
        Some(Action::AdoptEdition(body)) => adoption::adoptable(ask, Some(body)),
        _ => adoption::adoptable(ask, None),
    },
};
