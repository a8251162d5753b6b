//! What time does to a dossier: deemed completeness, reminders, lapse, and what may be revived.

use super::{action::*, around::Around, case::*, notice::Notice, state::*};
use crate::domain::Instant;

/// Working days after which a dossier that nobody checked is deemed complete (D-11).
const DEEMED_COMPLETE_AFTER: u32 = 5;
/// Working days of grace after the answer-by date (D-10).
const GRACE: u32 = 5;

/// What time does next to a dossier.
pub(super) fn due(case: &Case, around: &Around) -> Option<(Instant, Action)> {
    let nothing = Nothing {};
    let ended = around
        .notice
        .as_ref()
        .and_then(Notice::terminated_at)
        .filter(|_| !case.state.is_settled());
    if let Some(at) = ended.filter(|_| case.version > 0) {
        return Some((at, Action::EndWithNotice(nothing)));
    }
    let by_state = match case.state {
        DossierState::Submitted | DossierState::Completeness => case.intake.since.map(|at| {
            (
                case.working_days_after(at, DEEMED_COMPLETE_AFTER),
                Action::DeemComplete(nothing.clone()),
            )
        }),
        DossierState::Returned => case.intake.returned.as_ref().map(|returned| unanswered(case, returned)),
        _ => None,
    };
    let resume = case.pause.map(|at| (at, Action::ResumeClock(nothing.clone())));
    let cap = stop_cap(case).map(|at| (at, Action::LapseUnanswered(nothing)));
    [by_state, resume, cap].into_iter().flatten().min_by_key(|(at, _)| *at)
}

fn unanswered(case: &Case, returned: &Returned) -> (Instant, Action) {
    for left in [5, 1] {
        let at = case.working_days_before(returned.answer_by, left);
        if !returned.reminded.contains(&left) && at >= case.updated_at {
            return (
                at,
                Action::RemindToAnswer(RemindToAnswer {
                    working_days_left: left,
                }),
            );
        }
    }
    let end = case.end_of(returned.answer_by);
    if returned.warned {
        (
            case.end_of(grace_after(case, returned.answer_by)),
            Action::LapseUnanswered(Nothing {}),
        )
    } else {
        (end, Action::WarnOfLapse(Nothing {}))
    }
}

/// The last day of grace after an answer-by date.
pub(super) fn grace_after(case: &Case, answer_by: crate::domain::Date) -> crate::domain::Date {
    crate::clockwork::working_day_after(&case.holidays, answer_by, GRACE)
}

/// The midnight at which all stops together pass the cap (rule 6 of the clock), if one is open.
fn stop_cap(case: &Case) -> Option<Instant> {
    let running = case.clock_alive() && case.clock_stopped();
    case.cap_passes_at(&case.clock.stops).filter(|_| running)
}

/// The stops of a lapsed case as if the return had never ended: the days in which it lay lapsed do not count.
pub(super) fn continued_stops(case: &Case) -> Vec<ClockStop> {
    let lapsed_at = case.intake.returned.as_ref().and_then(|returned| returned.lapsed_at);
    let mut stops = case.clock.stops.clone();
    for stop in stops
        .iter_mut()
        .filter(|stop| stop.reason == "returned_incomplete" && stop.to == lapsed_at)
    {
        stop.to = None;
    }
    stops
}

/// May a lapsed case be revived: within twenty working days, and not once its stops have used up their cap?
pub(super) fn revivable(case: &Case, now: Instant) -> bool {
    let lapsed = case.intake.returned.as_ref().and_then(|returned| returned.lapsed_at);
    let within_cap = case
        .cap_passes_at(&continued_stops(case))
        .is_none_or(|passes| now < passes);
    lapsed.is_some_and(|at| now < case.working_days_after(at, 20)) && within_cap
}
