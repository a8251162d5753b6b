//! A submitted dossier that goes over to a later, favourable edition of its notice (N-06).
//!
//! It takes over everything the new edition says, but the clock: that keeps running as it began.

use super::{
    action::{
        Action, AdoptEdition,
        notice::AmendmentClass::{Favourable, Restrictive},
    },
    case::Case,
    dossier::{check_dossier, set_terms},
    event::Event,
    happening::{EditionAdopted, FindingKey, Happening, Terms},
    notice::{Edition, Notice},
    refusal::Refusal,
    state::FindingState,
    step::Ask,
};
use crate::domain::{Instant, notice::NoticeContent};

/// The edition in effect, if it is later than this one and the way there is favourable: nothing on it restricts.
#[must_use]
pub fn favourable(notice: &Notice, from: u32, at: Instant) -> Option<&Edition> {
    let target = notice.in_effect(at).filter(|edition| edition.number > from)?;
    let between = || {
        let passed = |edition: &&Edition| edition.number > from && edition.number <= target.number;
        notice.editions.iter().filter(passed)
    };
    let restricts = between().any(|edition| edition.class == Some(Restrictive));
    let favours = between().any(|edition| edition.class == Some(Favourable));
    (favours && !restricts).then_some(target)
}

/// May this edition be adopted now? None: any.
pub(super) fn adoptable(ask: &Ask<'_, Case>, wanted: Option<&AdoptEdition>) -> bool {
    let notice = ask.around.notice.as_ref();
    let found = notice.and_then(|notice| favourable(notice, ask.subject.edition, ask.now));
    found.is_some_and(|edition| wanted.is_none_or(|wanted| wanted.edition == edition.number))
}

pub(super) fn effects(ask: &Ask<'_, Case>, _action: &Action) -> Result<Vec<Happening>, Refusal> {
    let case = ask.subject;
    let none = || Refusal::condition("N-06", "no_favourable_edition", "There is no such edition to adopt.");
    let notice = ask.around.notice.as_ref();
    let edition = notice
        .and_then(|notice| favourable(notice, case.edition, ask.now))
        .ok_or_else(none)?;
    let mut content = edition.content.clone();
    content.policy.clock = case.terms.policy.clock.clone();
    check_dossier(ask, "N-06", case.submitted_dossier(), &content)?;
    let reopened = reopened(case, &content);
    let terms = Terms {
        edition: edition.number,
        content: content.into(),
        holidays: case.holidays.clone(),
    };
    let mut happenings = vec![Happening::EditionAdopted(Box::new(EditionAdopted { terms }))];
    happenings.extend(reopened);
    Ok(happenings)
}

/// Findings on criteria that read differently now go back to their reviewers.
fn reopened(case: &Case, content: &NoticeContent) -> Vec<Happening> {
    let same = |id: &str| {
        let of = |notice: &NoticeContent| notice.criteria.iter().find(|criterion| criterion.id == id).cloned();
        of(&case.terms) == of(content)
    };
    let findings = case.findings.iter();
    findings
        .filter(|((criterion, _), finding)| finding.state != FindingState::Open && !same(criterion))
        .map(|((criterion, delegation), _)| {
            Happening::FindingReopened(FindingKey {
                criterion: criterion.clone(),
                delegation: delegation.clone(),
            })
        })
        .collect()
}

pub(super) fn apply(case: &mut Case, event: &Event<Happening>) {
    if let Happening::EditionAdopted(adopted) = &event.happened {
        set_terms(case, &adopted.terms);
        // A draft decision speaks of the criteria as they were: it is circulated anew.
        case.ballot = Default::default();
    }
}
