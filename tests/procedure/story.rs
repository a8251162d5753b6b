//! A story: people act on a case in time, and every step is checked against the promises of the law.

use crate::{
    cast::*,
    door, promises,
    setting::{self, at, date},
};
use corridor::domain::{
    Date, Instant,
    dossier::Dossier,
    id::{CaseId, NoticeId},
    notice::NoticeContent,
};
use corridor::workflow::{
    action::{Action, Outcome, notice::*},
    around::{Around, NoticeAround},
    case::Case,
    event::Event,
    happening::{Happening, Terms},
    notice::{Notice, NoticeHappening},
    refusal::{Refusal, RefusalKind},
    state::*,
    step::Subject,
};

pub const CASE: CaseId = CaseId(uuid::Uuid::from_u128(0xCA5E));
pub const NOTICE: NoticeId = NoticeId(uuid::Uuid::from_u128(0x0071CE));

/// Something that can be wished: an action, or one that depends on how the story stands.
pub trait Wish {
    fn action(&self, story: &Story) -> Action;
}

impl Wish for Action {
    fn action(&self, _story: &Story) -> Action {
        self.clone()
    }
}

impl<F: Fn(&Story) -> Action> Wish for F {
    fn action(&self, story: &Story) -> Action {
        self(story)
    }
}

/// A case with its history, its notice, and the time.
pub struct Story {
    pub notice: Notice,
    pub notice_events: Vec<Event<NoticeHappening>>,
    pub case: Case,
    pub events: Vec<Event<Happening>>,
    pub around: Around,
    /// What has become of the programme's ceiling.
    pub programme: NoticeAround,
    pub now: Instant,
    /// What the dossier will say when it is begun.
    pub dossier: Dossier,
}

impl Story {
    /// The small notice, published on Monday, 29 September 2025; the story begins on Wednesday, 1 October, at 10:00.
    pub fn new() -> Self {
        Self::under(|_| {})
    }

    /// The same under a notice that says something else.
    pub fn under(change: impl FnOnce(&mut NoticeContent)) -> Self {
        let mut content = setting::small_notice();
        change(&mut content);
        Self::of(content, setting::small_dossier())
    }

    /// Under this notice, with this dossier.
    pub fn of(content: NoticeContent, dossier: Dossier) -> Self {
        let begins = at("2025-09-29 09:00");
        let notice = Notice::unborn(NOTICE, begins);
        let terms = Terms {
            edition: 0,
            content: content.clone().into(),
            holidays: Default::default(),
        };
        let around = setting::around(&notice);
        let mut story = Self {
            notice,
            notice_events: Vec::new(),
            case: Case::unborn(CASE, &terms, NOTICE, begins),
            events: Vec::new(),
            around,
            programme: NoticeAround::default(),
            now: begins,
            dossier,
        };
        story.publish(content);
        story.on("2025-10-01 10:00")
    }

    fn publish(&mut self, content: NoticeContent) {
        let seats: Vec<Who> = [Us(CoChair), Ru(CoChair)]
            .into_iter()
            .filter(|who| {
                content
                    .delegations
                    .iter()
                    .any(|terms| Some(&terms.code) == who.delegation().as_ref())
            })
            .collect();
        let content = Box::new(content);
        self.on_notice(Officer, &NoticeAction::CreateNotice(WriteNotice { content }));
        self.on_notice(Officer, &NoticeAction::ProposeNotice(Default::default()));
        let digest = self.notice.proposed_digest().expect("a text").to_owned();
        for who in seats {
            let approve = ApproveText { digest: digest.clone() };
            self.on_notice(who, &NoticeAction::ApproveNotice(approve));
        }
    }

    /// An act on the notice, which must be granted.
    pub fn on_notice(&mut self, who: Who, action: &NoticeAction) {
        if let Some(refusal) = self.try_notice(who, action) {
            panic!("{who:?} may not {action:?}: {refusal}");
        }
    }

    /// An act on the notice; the refusal, if it is refused.
    pub fn try_notice(&mut self, who: Who, action: &NoticeAction) -> Option<Refusal> {
        let (recorded, refusal) = door::act(&mut self.notice, &self.programme, &who.actor(), action, self.now);
        for (step, events) in recorded {
            promises::of_the_row(step, &events);
            self.notice_events.extend(events);
        }
        self.around = setting::around(&self.notice);
        refusal
    }

    /// The time, local to the notice: `2025-10-10 15:00`.
    pub fn on(self, local: &str) -> Self {
        self.at_instant(at(local))
    }

    pub fn at_instant(mut self, instant: Instant) -> Self {
        assert!(
            instant >= self.now,
            "stories go forward: {instant} is before {}",
            self.now
        );
        self.now = instant;
        self
    }

    pub fn hours_later(self, hours: i64) -> Self {
        let later = self.now + jiff::SignedDuration::from_hours(hours);
        self.at_instant(later)
    }

    /// Somebody looks: what time has done is written down.
    pub fn looked_at(mut self) -> Self {
        let taken = door::take_time(&mut self.case, &self.around, self.now);
        self.keep(taken);
        self
    }

    /// A wish that is granted.
    pub fn when(mut self, who: Who, wish: impl Wish) -> Self {
        let action = self.looked_at_for(&wish);
        if let Some(refusal) = self.attempt(who, &action) {
            panic!(
                "{who:?} may not {action:?}\n  {refusal}\n  at {} in {:?}",
                self.now,
                self.words()
            );
        }
        self
    }

    /// A wish that is refused with this code; the case stays as it is.
    pub fn refused(mut self, code: &str, who: Who, wish: impl Wish) -> Self {
        let action = self.looked_at_for(&wish);
        let before = self.case.version;
        match self.attempt(who, &action) {
            Some(refusal) => assert_eq!(refusal.code, code, "{who:?} {action:?}: {refusal}"),
            None => panic!("{who:?} was allowed to {action:?}; expected {code}"),
        }
        assert_eq!(self.case.version, before, "a refusal leaves no trace");
        self
    }

    /// A wish's body is made by somebody who has looked at the case now.
    fn looked_at_for(&mut self, wish: &impl Wish) -> Action {
        let taken = door::take_time(&mut self.case, &self.around, self.now);
        self.keep(taken);
        wish.action(self)
    }

    /// Puts a wish; the refusal, if it is refused.
    pub fn attempt(&mut self, who: Who, action: &Action) -> Option<Refusal> {
        let actor = who.actor();
        if let (Action::StartDossier(start), 0) = (action, self.case.version) {
            let terms = self.notice.terms_at(self.now);
            if let Some(terms) = terms {
                self.case = Case::unborn(CASE, &terms, NOTICE, self.now);
            }
            self.case.organisation = start.on_behalf_of.unwrap_or(actor.organisation);
            self.case.sponsor = actor
                .is(corridor::domain::people::Role::Sponsor)
                .then_some(actor.organisation);
        }
        let kind = action.kind();
        let allowed = corridor::workflow::allowed(&self.case, &actor, &self.around, self.now).contains(&kind);
        let (recorded, refusal) = door::act(&mut self.case, &self.around, &actor, action, self.now);
        let by_table = refusal
            .as_ref()
            .is_some_and(|refusal| refusal.kind != RefusalKind::Condition);
        assert!(
            !(allowed && by_table),
            "{kind:?} was offered to {who:?} and refused: {refusal:?}"
        );
        assert!(
            allowed || refusal.is_some(),
            "{kind:?} was granted to {who:?} without being offered"
        );
        self.keep(recorded);
        refusal
    }

    fn keep(&mut self, recorded: Vec<door::Recorded<Case>>) {
        for (step, events) in recorded {
            promises::of_the_row(step, &events);
            self.events.extend(events);
        }
        promises::of_the_case(&self.case);
    }

    /// The states of all its machines, in words.
    pub fn words(&self) -> Vec<String> {
        self.case.states().iter().map(ToString::to_string).collect()
    }

    pub fn stands(self, state: DossierState) -> Self {
        assert_eq!(self.case.state, state, "at {}", self.now);
        self
    }

    pub fn inspection(self, state: InspectionState) -> Self {
        assert_eq!(self.case.inspection.state, state);
        self
    }

    pub fn waiver(self, state: WaiverState) -> Self {
        assert_eq!(self.case.waiver.state, state);
        self
    }

    pub fn clock(self, word: &str) -> Self {
        assert_eq!(self.case.clock_word(), word);
        self
    }

    pub fn due(self, day: &str) -> Self {
        assert_eq!(self.due_day(), date(day));
        self
    }

    pub fn due_day(&self) -> Date {
        self.case.reckoning(self.now).expect("a clock that started").due
    }

    /// The instant at which time is over.
    pub fn lapses_at(&self) -> Instant {
        self.case.lapses_at().expect("a running clock")
    }

    pub fn outcome(self, outcome: Outcome) -> Self {
        assert_eq!(self.case.outcome, Some(outcome));
        self.stands(DossierState::Decided)
    }

    /// This happened so many times.
    pub fn happened(self, word: &str, times: usize) -> Self {
        let found: Vec<_> = self.all(word).collect();
        assert_eq!(found.len(), times, "{word}: {found:#?}");
        self
    }

    pub fn all<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a Event<Happening>> {
        self.events.iter().filter(move |event| event.happened.word() == word)
    }

    pub fn last<'a>(&'a self, word: &'a str) -> &'a Event<Happening> {
        self.all(word).last().unwrap_or_else(|| panic!("{word} never happened"))
    }

    /// It last took effect at this local time.
    pub fn took_effect(self, word: &str, local: &str) -> Self {
        assert_eq!(self.last(word).effective_at, at(local), "{word}");
        self
    }

    /// The draft on the table, by its hash.
    pub fn draft(&self) -> String {
        self.case.ballot.digest.clone().unwrap_or_default()
    }
}

impl Drop for Story {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            promises::of_the_history(CASE, &self.events, &self.case);
            promises::of_the_notice(NOTICE, &self.notice_events, &self.notice);
        }
    }
}
