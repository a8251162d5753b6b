//! A case, folded from its history.

use super::{
    action::*,
    happening::{OutcomeStatement, Terms},
    inspection::Inspection,
    state::*,
    waiver::Waiver,
};
use crate::{
    clockwork::{self, Reckoning, Stop},
    domain::{
        Date, Instant,
        dossier::Dossier,
        id::{CaseId, DocumentId, NoticeId, OrganisationId, PersonId},
        notice::{ClockPolicy, NoticeContent},
        people::{Actor, Delegation, Role},
        text::Words,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// One case: everything its history says.
#[derive(Clone, Debug)]
pub struct Case {
    pub id: CaseId,
    /// The number of events of its history.
    pub version: u32,
    pub reference: Option<String>,
    pub notice: NoticeId,
    pub edition: u32,
    /// The notice as it was when the dossier was started (or migrated): submitted dossiers keep it.
    pub terms: NoticeContent,
    pub holidays: BTreeSet<Date>,
    pub organisation: OrganisationId,
    pub unit: String,
    pub sponsor: Option<OrganisationId>,
    pub affiliation: Option<Delegation>,
    pub state: DossierState,
    pub outcome: Option<Outcome>,
    pub started_at: Instant,
    pub updated_at: Instant,
    pub submitted_at: Option<Instant>,
    pub dossier: Dossier,
    /// How often each section was saved.
    pub saved: BTreeMap<String, u32>,
    /// What was submitted, version by version.
    pub frozen: Vec<Frozen>,
    /// Everyone who drafted, signed or supplied evidence: none of them may sit on the committee.
    pub hands: BTreeSet<PersonId>,
    /// The agent who last worked on the draft, if an agent did.
    pub drafting_agent: Option<PersonId>,
    pub clock: ClockRecord,
    pub intake: Intake,
    pub questions: Vec<Question>,
    pub rounds: Vec<Round>,
    pub late_questions_consented: bool,
    pub pause: Option<Instant>,
    pub pauses: u32,
    pub no_waiver: Option<NoWaiver>,
    pub screening: BTreeMap<String, Screening>,
    /// Alarms that were raised: (subject, entry, reason).
    pub alarmed: BTreeSet<(String, String, super::happening::AlarmReason)>,
    pub panel: Panel,
    pub findings: BTreeMap<(String, Delegation), Finding>,
    pub inspection: Inspection,
    pub ballot: Ballot,
    pub decided_at: Option<Instant>,
    pub decided_on_day: Option<u32>,
    pub waiver: Waiver,
    pub outcome_statement: Option<(String, OutcomeStatement)>,
    pub outcome_signatures: BTreeSet<Delegation>,
    pub messages: Vec<Message>,
}

/// A submitted version of the dossier.
#[derive(Clone, Debug)]
pub struct Frozen {
    pub version: u32,
    pub digest: String,
    pub at: Instant,
    pub dossier: Dossier,
}

/// What the history says about the statutory clock.
#[derive(Clone, Debug, Default)]
pub struct ClockRecord {
    /// The instant from which day 0 follows.
    pub start: Option<Instant>,
    pub stops: Vec<ClockStop>,
    pub extension_days: u32,
    pub ended: Option<Instant>,
    /// The case is overdue and went to the principals, who have the notice's escalation days, once.
    pub escalated: bool,
    /// Days already warned of.
    pub warned: BTreeSet<u32>,
}

/// One stop, with its reason from the closed list.
#[derive(Clone, Debug)]
pub struct ClockStop {
    pub reason: &'static str,
    pub from: Instant,
    pub to: Option<Instant>,
}

/// Completeness.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    pub owner: Option<PersonId>,
    /// Since when the five working days of D-11 run.
    pub since: Option<Instant>,
    pub accepted_by: Option<PersonId>,
    pub returned: Option<Returned>,
}

/// An open return.
#[derive(Clone, Debug)]
pub struct Returned {
    pub deficiencies: Vec<Deficiency>,
    pub answer_by: Date,
    pub warned: bool,
    pub lapsed_at: Option<Instant>,
    /// Working days before the limit already reminded of.
    pub reminded: BTreeSet<u32>,
}

#[derive(Clone, Debug)]
pub struct Question {
    pub number: u32,
    pub criterion: String,
    pub text: Words,
    pub asked_by: PersonId,
    pub delegation: Option<Delegation>,
    pub round: Option<u32>,
    pub answer: Option<Answer>,
    pub insufficient: bool,
    pub cancelled: bool,
    /// The question whose answer brought what this one asks about.
    pub follows: Option<u32>,
}

#[derive(Clone, Debug)]
pub struct Round {
    pub number: u32,
    pub state: RoundOutcome,
    pub sections: Vec<String>,
    pub answer_by: Date,
    pub issued_at: Instant,
    pub answered_at: Option<Instant>,
    pub reminded: BTreeSet<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundOutcome {
    Issued,
    Answered,
    Expired,
    Cancelled,
}

/// D-13 under way.
#[derive(Clone, Debug)]
pub struct NoWaiver {
    pub proposed_by: PersonId,
    pub legal_note: Words,
    pub consents: BTreeSet<Delegation>,
}

/// The newest screening of one subject.
#[derive(Clone, Debug)]
pub struct Screening {
    pub at: Instant,
    pub result: ScreeningOutcome,
    pub list: String,
    pub list_version: String,
    pub list_date: Date,
    pub hits: Vec<Hit>,
    /// Of what was looked for; none: recorded before fingerprints, or of something not in the dossier.
    pub fingerprint: Option<String>,
    /// How the service checked; none: an official recorded it.
    pub check: Option<std::sync::Arc<ScreeningCheck>>,
    pub tool: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Hit {
    pub state: HitState,
    /// As it was found.
    pub found: ScreeningHit,
    /// Found by the service's engine; else by an official.
    pub by_engine: bool,
    pub proposed: Option<Disposition>,
    /// The second person, when both agreed.
    pub confirmed: Option<(PersonId, Instant)>,
    /// The case in which the same pair was decided before.
    pub decided_in: Option<CaseId>,
}

#[derive(Clone, Debug)]
pub struct Disposition {
    pub by: PersonId,
    pub delegation: Option<Delegation>,
    pub verdict: Verdict,
    pub covered_by: Option<String>,
    pub covered_as: Option<CoverGround>,
    pub holds_until: Option<Date>,
}

/// The committee on this case.
#[derive(Clone, Debug)]
pub struct Panel {
    pub phase: Phase,
    pub members: Vec<Member>,
    /// (criterion, delegation) → reviewer.
    pub assigned: BTreeMap<(String, Delegation), PersonId>,
}

#[derive(Clone, Debug)]
pub struct Member {
    pub person: PersonId,
    pub delegation: Delegation,
    pub roles: BTreeSet<Role>,
    pub unit: String,
    /// None: not yet declared.
    pub interest: Option<bool>,
    /// Excluded, recused or substituted: no reading, no voting from then on.
    pub out: bool,
}

#[derive(Clone, Debug)]
pub struct Finding {
    pub state: FindingState,
    pub value: FindingValue,
    pub reasons: Words,
    pub evidence: Vec<EvidenceRef>,
    pub condition: Option<Words>,
    pub proposed_by: PersonId,
    pub countersigned_by: Option<PersonId>,
    /// Its author was recused, or its evidence replaced: it must be proposed anew.
    pub must_renew: bool,
}

/// Draft decision, votes, signatures.
#[derive(Clone, Debug, Default)]
pub struct Ballot {
    pub draft: Option<CirculateDraft>,
    pub digest: Option<String>,
    pub circulated_at: Option<Instant>,
    pub opened_at: Option<Instant>,
    /// Sealed until the ballot closes.
    pub cast: BTreeMap<Delegation, SealedVote>,
    pub closed: Option<Closed>,
    pub signatures: BTreeSet<Delegation>,
}

#[derive(Clone, Debug)]
pub struct SealedVote {
    pub by: PersonId,
    pub at: Instant,
    pub sealed: String,
}

#[derive(Clone, Debug)]
pub struct Closed {
    pub at: Instant,
    pub votes: BTreeMap<Delegation, Vote>,
    pub carried: bool,
    pub result: Outcome,
}

#[derive(Clone, Debug)]
pub struct Message {
    pub at: Instant,
    pub by: PersonId,
    pub from_submitter: bool,
    pub text: Words,
}

impl Case {
    /// A case before its first event.
    #[must_use]
    pub fn unborn(id: CaseId, terms: &Terms, notice: NoticeId, at: Instant) -> Self {
        Self {
            id,
            version: 0,
            reference: None,
            notice,
            edition: terms.edition,
            terms: terms.content.known().cloned().unwrap_or_else(super::withheld_notice),
            holidays: terms.holidays.clone(),
            organisation: OrganisationId(uuid::Uuid::nil()),
            unit: String::new(),
            sponsor: None,
            affiliation: None,
            state: DossierState::Draft,
            outcome: None,
            started_at: at,
            updated_at: at,
            submitted_at: None,
            dossier: Dossier::default(),
            saved: BTreeMap::new(),
            frozen: Vec::new(),
            hands: BTreeSet::new(),
            drafting_agent: None,
            clock: ClockRecord::default(),
            intake: Intake::default(),
            questions: Vec::new(),
            rounds: Vec::new(),
            late_questions_consented: false,
            pause: None,
            pauses: 0,
            no_waiver: None,
            screening: BTreeMap::new(),
            alarmed: BTreeSet::new(),
            panel: Panel {
                phase: Phase::Constituting,
                members: Vec::new(),
                assigned: BTreeMap::new(),
            },
            findings: BTreeMap::new(),
            inspection: Inspection::default(),
            ballot: Ballot::default(),
            decided_at: None,
            decided_on_day: None,
            waiver: Waiver::default(),
            outcome_statement: None,
            outcome_signatures: BTreeSet::new(),
            messages: Vec::new(),
        }
    }

    #[must_use]
    pub fn policy(&self) -> &ClockPolicy {
        &self.terms.policy.clock
    }

    /// The delegations of the notice.
    pub fn delegations(&self) -> impl Iterator<Item = &Delegation> {
        self.terms.delegations.iter().map(|terms| &terms.code)
    }

    /// The delegations whose vote counts: all of them, unless the submitter's own may only review.
    pub fn voting_delegations(&self) -> impl Iterator<Item = &Delegation> {
        use crate::domain::notice::AffiliatedDelegation::ReviewOnly;
        let excluded = (self.terms.policy.affiliated_delegation == ReviewOnly).then_some(self.affiliation.as_ref());
        self.delegations()
            .filter(move |delegation| excluded.flatten() != Some(delegation))
    }

    /// The criteria that must be met.
    pub fn mandatory_criteria(&self) -> impl Iterator<Item = &str> {
        self.terms
            .criteria
            .iter()
            .filter(|criterion| criterion.mandatory)
            .map(|criterion| criterion.id.as_str())
    }

    /// Panel members who are still in.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.panel.members.iter().filter(|member| !member.out)
    }

    #[must_use]
    pub fn member(&self, actor: &Actor) -> Option<&Member> {
        self.members().find(|member| member.person == actor.person)
    }

    /// Members of this delegation in this role.
    pub fn seated<'a>(&'a self, delegation: &'a Delegation, role: Role) -> impl Iterator<Item = &'a Member> {
        self.members()
            .filter(move |member| &member.delegation == delegation && member.roles.contains(&role))
    }

    /// Has the clock started and not ended?
    #[must_use]
    pub fn clock_alive(&self) -> bool {
        self.clock.start.is_some() && self.clock.ended.is_none()
    }

    /// Is a stop open?
    #[must_use]
    pub fn clock_stopped(&self) -> bool {
        self.clock.stops.iter().any(|stop| stop.to.is_none())
    }

    /// The stops as the arithmetic wants them.
    #[must_use]
    pub fn stops(&self) -> Vec<Stop> {
        plain(&self.clock.stops)
    }

    /// The midnight at which these stops together pass the notice's cap, an open one lasting.
    #[must_use]
    pub fn cap_passes_at(&self, stops: &[ClockStop]) -> Option<Instant> {
        let start = self.clock.start?;
        clockwork::stop_cap_passes_at(self.policy(), &self.holidays, start, &plain(stops))
            .ok()
            .flatten()
    }

    /// The whole derivation; an open stop is taken as if it ended at `now`.
    #[must_use]
    pub fn reckoning(&self, now: Instant) -> Option<Reckoning> {
        self.reckoning_with(
            if self.clock.escalated {
                self.policy().escalation_days
            } else {
                0
            },
            now,
        )
    }

    /// The same, with further days for the principals.
    #[must_use]
    pub fn reckoning_with(&self, further_days: u32, now: Instant) -> Option<Reckoning> {
        let start = self.clock.start?;
        let as_of = self.clock_stopped().then_some(now);
        let days = self.clock.extension_days + further_days;
        clockwork::reckon(self.policy(), &self.holidays, start, &self.stops(), days, as_of).ok()
    }

    /// When the time is over, if the clock is running.
    #[must_use]
    pub fn lapses_at(&self) -> Option<Instant> {
        let running = self.clock_alive() && !self.clock_stopped();
        self.reckoning(self.updated_at)
            .filter(|_| running)
            .map(|reckoning| reckoning.lapses_at)
    }

    /// The day of the clock at this instant (day 22 of 30).
    #[must_use]
    pub fn day_number(&self, at: Instant) -> u32 {
        let Some(start) = self.clock.start else { return 0 };
        clockwork::day_number(self.policy(), &self.holidays, start, &self.stops(), at).unwrap_or(0)
    }

    /// The local date of this instant in the clock's zone.
    #[must_use]
    pub fn local_date(&self, at: Instant) -> Date {
        clockwork::local_date(&self.policy().tz, at).unwrap_or_else(|_| jiff::tz::TimeZone::UTC.to_datetime(at).date())
    }

    /// The end of this day in the clock's zone.
    #[must_use]
    pub fn end_of(&self, date: Date) -> Instant {
        clockwork::end_of_day(&self.policy().tz, date).unwrap_or(Instant::MAX)
    }

    /// The end of the n-th working day after this instant.
    #[must_use]
    pub fn working_days_after(&self, at: Instant, days: u32) -> Instant {
        self.end_of(clockwork::working_day_after(&self.holidays, self.local_date(at), days))
    }

    /// The beginning of the day that lies n working days before this date.
    #[must_use]
    pub fn working_days_before(&self, date: Date, days: u32) -> Instant {
        let day = clockwork::working_day_before(&self.holidays, date, days);
        self.end_of(day.yesterday().unwrap_or(day))
    }

    /// The open round of questions.
    #[must_use]
    pub fn open_round(&self) -> Option<&Round> {
        self.rounds.last().filter(|round| round.state == RoundOutcome::Issued)
    }

    /// The state of the question machine.
    #[must_use]
    pub fn round_state(&self) -> RoundState {
        match self.rounds.last().map(|round| round.state) {
            Some(RoundOutcome::Issued) => RoundState::Issued,
            Some(RoundOutcome::Answered) => RoundState::Answered,
            _ => RoundState::None,
        }
    }

    /// May this section be edited now?
    #[must_use]
    pub fn section_open(&self, name: &str) -> bool {
        match self.state {
            DossierState::Draft => true,
            DossierState::Returned => self.intake.returned.as_ref().is_some_and(|returned| {
                returned
                    .deficiencies
                    .iter()
                    .any(|deficiency| deficiency.section == name)
            }),
            DossierState::UnderReview => self
                .open_round()
                .is_some_and(|round| name == "documents" || round.sections.iter().any(|open| open == name)),
            _ => false,
        }
    }

    /// A document of the dossier as it now stands, or of any submitted version.
    #[must_use]
    pub fn document(&self, id: DocumentId) -> Option<&crate::domain::dossier::DocumentRef> {
        let submitted = self
            .frozen
            .iter()
            .rev()
            .flat_map(|frozen| frozen.dossier.documents.iter());
        self.dossier
            .documents
            .iter()
            .chain(submitted)
            .find(|document| document.id == id)
    }

    /// The dossier that the committee reviews: the newest submitted version.
    #[must_use]
    pub fn submitted_dossier(&self) -> &Dossier {
        self.frozen.last().map_or(&self.dossier, |frozen| &frozen.dossier)
    }
}

fn plain(stops: &[ClockStop]) -> Vec<Stop> {
    let plain = |stop: &ClockStop| Stop {
        from: stop.from,
        to: stop.to,
    };
    stops.iter().map(plain).collect()
}
