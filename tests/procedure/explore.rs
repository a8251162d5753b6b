//! Breadth-first over everything that can be reached from a few beginnings.

use crate::{cast::Who, door};
use corridor::domain::{Instant, people::Actor};
use corridor::workflow::{
    decide, record,
    refusal::RefusalKind,
    state::{DossierState, State},
    step::Subject,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A row, at one state of the dossier and one of its own machine: `D-04 submit_dossier during draft`.
pub fn cell(rule: &str, word: &str, during: Option<DossierState>, from: Option<State>) -> String {
    let during = during.map_or(String::new(), |state| format!(" during {state}"));
    let from = from.map_or(String::new(), |state| format!(" from {state}"));
    format!("{rule} {word}{during}{from}")
}

/// What a walk has met.
#[derive(Default)]
pub struct Met {
    pub cells: BTreeSet<String>,
    /// Action and code of the condition that refused.
    pub refusals: BTreeSet<(String, String)>,
    pub states: BTreeSet<String>,
    pub nodes: usize,
    pub attempts: usize,
    /// Places at which the walk was cut off.
    pub cut: usize,
}

impl Met {
    pub fn join(&mut self, other: Met) {
        self.cells.extend(other.cells);
        self.refusals.extend(other.refusals);
        self.states.extend(other.states);
        self.nodes += other.nodes;
        self.attempts += other.attempts;
        self.cut += other.cut;
    }
}

/// A reachable subject and the time there.
pub type Place<S> = (S, Instant);

/// How to walk.
pub struct Walk<'a, S: Subject> {
    pub around: &'a S::Around,
    /// Wishes that are followed when granted.
    pub moves: &'a (dyn Fn(&S, Instant) -> Vec<(Who, S::Action)> + Sync),
    /// Wishes that are only tried.
    pub tries: &'a (dyn Fn(&S, Instant) -> Vec<(Who, S::Action)> + Sync),
    /// Instants worth waiting for, besides the next timer.
    pub waits: &'a (dyn Fn(&S, Instant) -> Vec<Instant> + Sync),
    /// What tells one place from another.
    pub signature: &'a (dyn Fn(&S, Instant) -> String + Sync),
    /// The state of its own machine that a wish is about.
    pub about: &'a (dyn Fn(&S, &Actor, &S::Action) -> Option<State> + Sync),
    /// What must hold at every place, and of every step there.
    pub place: &'a (dyn Fn(&S, Instant) + Sync),
    pub step: &'a (dyn Fn(&S, &S, &door::Recorded<S>) + Sync),
    pub most: usize,
    /// At so many places with the same states everything is tried.
    pub tried: u32,
}

impl<S: Subject> Walk<'_, S> {
    /// Everything reachable from here.
    pub fn from(&self, beginnings: Vec<Place<S>>) -> Met {
        let mut met = Met::default();
        let mut known: BTreeSet<String> = BTreeSet::new();
        let mut queue: VecDeque<Place<S>> = VecDeque::new();
        let mut tried: BTreeMap<BTreeSet<State>, u32> = BTreeMap::new();
        for place in beginnings {
            self.arrive(place, &mut known, &mut queue, &mut met);
        }
        while let Some((subject, now)) = queue.pop_front() {
            let kind: BTreeSet<State> = subject.states().into_iter().collect();
            let times = tried.entry(kind).or_insert(0);
            *times += 1;
            if *times <= self.tried {
                for (who, action) in (self.tries)(&subject, now) {
                    self.attempt(&subject, now, who, &action, &mut met);
                }
            }
            for (who, action) in (self.moves)(&subject, now) {
                if let Some(after) = self.attempt(&subject, now, who, &action, &mut met) {
                    self.arrive((after, now), &mut known, &mut queue, &mut met);
                }
            }
            let timer = subject.due(self.around).map(|(at, _)| at);
            for later in (self.waits)(&subject, now).into_iter().chain(timer) {
                let mut after = subject.clone();
                let later = later.max(now);
                self.let_time_pass(&mut after, later, &mut met);
                self.arrive((after, later), &mut known, &mut queue, &mut met);
            }
        }
        met
    }

    fn arrive(
        &self,
        (subject, now): Place<S>,
        known: &mut BTreeSet<String>,
        queue: &mut VecDeque<Place<S>>,
        met: &mut Met,
    ) {
        if !known.insert((self.signature)(&subject, now)) {
            return;
        }
        if known.len() > self.most {
            met.cut += 1;
            return;
        }
        (self.place)(&subject, now);
        met.states.extend(subject.states().iter().map(ToString::to_string));
        met.nodes += 1;
        queue.push_back((subject, now));
    }

    fn attempt(&self, subject: &S, now: Instant, who: Who, action: &S::Action, met: &mut Met) -> Option<S> {
        met.attempts += 1;
        let actor = who.actor();
        match decide(subject, &actor, action, self.around, now) {
            Ok(granted) => {
                let mut after = subject.clone();
                let step = granted.step;
                let mut ids = door::numbered(subject.version());
                let done = (step, record(&mut after, granted, &actor, now, now, &mut ids));
                self.granted(subject, &after, &actor, action, &done, met);
                self.let_time_pass(&mut after, now, met);
                Some(after)
            }
            Err(refusal) => {
                if refusal.kind == RefusalKind::Condition {
                    let word = S::word(S::kind(action)).to_owned();
                    met.refusals.insert((word, refusal.code.to_owned()));
                }
                None
            }
        }
    }

    fn let_time_pass(&self, subject: &mut S, now: Instant, met: &mut Met) {
        let mut turns = 0;
        while let Some((at, action)) = subject.due(self.around).filter(|(at, _)| *at <= now) {
            let before = subject.clone();
            let system = Actor::system();
            let done = door::put(subject, self.around, &system, &action, at, now)
                .unwrap_or_else(|refusal| panic!("the law refuses its own timer {action:?}: {refusal}"));
            self.granted(&before, subject, &system, &action, &done, met);
            turns += 1;
            assert!(turns < 200, "time does not come to rest: {action:?}");
        }
    }

    fn granted(
        &self,
        before: &S,
        after: &S,
        actor: &Actor,
        action: &S::Action,
        done: &door::Recorded<S>,
        met: &mut Met,
    ) {
        let (step, _) = done;
        let during = before.dossier_state().filter(|_| !step.during.is_empty());
        let from = (self.about)(before, actor, action).filter(|state| step.from.contains(state));
        assert!(
            step.from.is_empty() || from.is_some(),
            "{action:?} from an unknown state"
        );
        met.cells.insert(cell(step.rule, S::word(step.action), during, from));
        met.states.extend(after.states().iter().map(ToString::to_string));
        (self.step)(before, after, done);
    }
}
