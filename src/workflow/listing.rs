//! The one row by which a case or a notice is listed and searched: computed from history, written with it.

use crate::domain::{
    Date, Instant,
    id::{CaseId, NoticeId, OrganisationId, PersonId},
    people::Role,
};

/// How a case is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseListing {
    pub id: CaseId,
    /// Given at first submission, for example `CW-2025-0001`.
    pub reference: Option<String>,
    pub notice: NoticeId,
    pub notice_number: String,
    pub organisation: OrganisationId,
    pub applicant: String,
    /// The dossier's state, for example `under_review`.
    pub state: String,
    pub outcome: Option<String>,
    /// `not_started`, `running`, `stopped` or `ended`.
    pub clock: String,
    pub due: Option<Date>,
    pub lapses_at: Option<Instant>,
    /// From when on it is urgent: the beginning of the fifth working day before the last, by the programme's calendar.
    pub soon_at: Option<Instant>,
    /// The next instant at which time alone changes something.
    pub next_timer_at: Option<Instant>,
    pub waiver_number: Option<String>,
    pub waiver_state: Option<String>,
    /// What the waiver's number is checked with, by anybody.
    pub verify_code: Option<String>,
    /// Authorised and still available quantity, in thousandths of the smallest unit of its dimension (grams, thousandths of a piece).
    pub authorised_milli: i64,
    pub available_milli: i64,
    pub waiver_issued_at: Option<Instant>,
    pub unit: Option<String>,
    /// Destination countries, for filters.
    pub countries: Vec<String>,
    /// Who works on it, for "mine".
    pub members: Vec<(PersonId, Role)>,
    /// For the public register.
    pub decided_at: Option<Instant>,
    pub decided_on_day: Option<u32>,
    /// The official zone.
    pub zone: String,
    pub delivered_milli: i64,
    pub reserved_milli: i64,
    pub validity: Option<(Date, Date)>,
    /// The unit of the organisation that filed it: those who work there do not judge it.
    pub submitting_unit: String,
    /// Days that the clock may take by its programme; 0 before it started.
    pub clock_days: u32,
    /// Days that it stood still, an open stop until the last change.
    pub stopped_days: u32,
    /// Gone to the principals, and not settled.
    pub overdue: bool,
    pub stops: Vec<ListedStop>,
    /// Who may see it or not, besides those who work on it.
    pub sight: Vec<(SightKind, String)>,
    pub submitted_at: Option<Instant>,
    pub updated_at: Instant,
    pub version: u32,
}

/// One stop of the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedStop {
    pub reason: &'static str,
    /// The day of the official zone on which it began.
    pub since: Date,
    /// Midnights of that zone it lasted; None while it lasts.
    pub days: Option<i64>,
}

/// Why somebody is named beside a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SightKind {
    /// A person who drafted, signed or supplied evidence: kept from the authority's side.
    Hand,
    /// An organisation that monitors the programme.
    Monitor,
    /// A delegation whose co-chairs see the case although nobody sits on its panel yet.
    Delegation,
}

impl SightKind {
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hand => "hand",
            Self::Monitor => "monitor",
            Self::Delegation => "delegation",
        }
    }
}

/// How a notice is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeListing {
    pub id: NoticeId,
    pub number: String,
    pub authority: String,
    pub state: String,
    /// The published version, from 1; 0 before publication.
    pub edition: u32,
    pub published_at: Option<Instant>,
    pub closes: Option<Date>,
    pub next_timer_at: Option<Instant>,
    /// The ceiling of the edition in effect when it was written, in thousandths of the base unit.
    pub ceiling_milli: Option<i64>,
    pub updated_at: Instant,
    pub version: u32,
}

use super::{
    around::{Around, NoticeAround},
    case::{Case, ClockStop},
    ledger::Account,
    notice::Notice,
    step::Subject,
};

/// Working days before the last one from which a case is urgent.
const SOON: u32 = 5;

impl CaseListing {
    /// The row of this case.
    #[must_use]
    pub fn of(case: &Case, around: &Around) -> Self {
        let certificate = case.waiver.certificate.as_ref();
        let dossier = case.submitted_dossier();
        let mut countries: Vec<String> = dossier
            .shipments
            .iter()
            .map(|shipment| shipment.final_country.clone())
            .collect();
        countries.sort();
        countries.dedup();
        let stopped = if case.clock_stopped() { "stopped" } else { "running" };
        let alive = if case.clock_alive() { stopped } else { "not_started" };
        let applicant = dossier.applicant.as_ref();
        let reckoning = case.reckoning(case.clock.ended.unwrap_or(case.updated_at));
        let due = case.reckoning(case.updated_at).map(|reckoning| reckoning.due);
        Self {
            id: case.id,
            reference: case.reference.clone(),
            notice: case.notice,
            notice_number: case.terms.number.clone(),
            organisation: case.organisation,
            applicant: applicant.map_or(String::new(), |a| {
                a.name_latin.clone().unwrap_or_else(|| a.name.clone())
            }),
            state: case.state.word().to_owned(),
            outcome: case.outcome.map(|outcome| outcome.word().to_owned()),
            clock: if case.clock.ended.is_some() { "ended" } else { alive }.to_owned(),
            due,
            lapses_at: case.lapses_at(),
            soon_at: case.lapses_at().and(due).map(|due| case.working_days_before(due, SOON)),
            next_timer_at: case.due(around).map(|(at, _)| at),
            waiver_number: certificate.map(|certificate| certificate.number.clone()),
            waiver_state: certificate.map(|_| case.waiver.state.word().to_owned()),
            verify_code: certificate.map(|certificate| certificate.verify_code.clone()),
            authorised_milli: certificate.map_or(0, |certificate| certificate.authorised_milli),
            available_milli: case.waiver.ledger.balance(Account::Available),
            waiver_issued_at: case.waiver.issued_at,
            unit: certificate.map(|certificate| certificate.authorised.unit.clone()),
            countries,
            members: case
                .members()
                .flat_map(|m| m.roles.iter().map(|role| (m.person, *role)))
                .collect(),
            decided_at: case.decided_at,
            decided_on_day: case.decided_on_day,
            zone: case.policy().tz.clone(),
            delivered_milli: case.waiver.ledger.balance(Account::Delivered),
            reserved_milli: case.waiver.ledger.balance(Account::Reserved),
            validity: certificate.map(|certificate| (certificate.valid_from, certificate.valid_to)),
            submitting_unit: case.unit.clone(),
            clock_days: case.clock.start.map_or(0, |_| case.policy().days),
            stopped_days: reckoning.map_or(0, |reckoning| reckoning.stopped_days),
            overdue: case.clock.escalated && !case.state.is_settled(),
            stops: case.clock.stops.iter().map(|stop| listed(case, stop)).collect(),
            sight: sight(case),
            submitted_at: case.submitted_at,
            updated_at: case.updated_at,
            version: case.version,
        }
    }
}

fn listed(case: &Case, stop: &ClockStop) -> ListedStop {
    let since = case.local_date(stop.from);
    let until = stop.to.or(case.clock.ended).map(|at| case.local_date(at));
    ListedStop {
        reason: stop.reason,
        since,
        days: until.map(|until| days_between(since, until).max(0)),
    }
}

/// Midnights from a day to a later one; to an earlier one, negative.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i64 {
    let day = |date: Date| date.to_datetime(jiff::civil::Time::midnight());
    day(to).duration_since(day(from)).as_hours() / 24
}

/// What decides beside the members whether somebody sees the case: see [`super::visibility::roles_on`].
fn sight(case: &Case) -> Vec<(SightKind, String)> {
    let hands = case.hands.iter().map(|person| (SightKind::Hand, person.to_string()));
    let monitors = case.terms.monitors.iter();
    let monitors = monitors.map(|organisation| (SightKind::Monitor, organisation.to_string()));
    let open = case.panel.members.is_empty();
    let delegations = case.delegations().filter(|_| open);
    let delegations = delegations.map(|delegation| (SightKind::Delegation, delegation.to_string()));
    hands.chain(monitors).chain(delegations).collect()
}

impl NoticeListing {
    /// The row of this notice.
    #[must_use]
    pub fn of(notice: &Notice) -> Self {
        Self {
            id: notice.id,
            number: notice.draft.number.clone(),
            authority: notice.draft.authority.clone(),
            state: notice.state.word().to_owned(),
            edition: notice.editions.len() as u32,
            published_at: notice.editions.first().map(|edition| edition.takes_effect),
            closes: notice.draft.closes,
            next_timer_at: notice.due(&NoticeAround::default()).map(|(at, _)| at),
            ceiling_milli: notice.ceiling_milli(notice.updated_at),
            updated_at: notice.updated_at,
            version: notice.version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_by_dates() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(days_between(day("2026-03-28"), day("2026-03-30")), 2);
        assert_eq!(days_between(day("2026-03-30"), day("2026-03-28")), -2);
    }
}
