//! The shape of the law: one row is one sentence.

use super::{
    event::{Audience, By, Event},
    refusal::{Refusal, RefusalKind},
    state::{DossierState, State},
};
use crate::domain::{
    Instant,
    people::{Actor, Role},
};
use std::{collections::BTreeSet, fmt::Debug, marker::PhantomData};

/// What a row does to the statutory clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockEffect {
    Untouched,
    Starts,
    Stops(&'static str),
    Resumes,
    Ends,
}

/// Something with a history and a procedure: a notice, or a case.
pub trait Subject: Clone + Sized + 'static {
    type Kind: Copy + Eq + Debug + 'static;
    type Action: Debug + 'static;
    type Happening: Clone + Debug + 'static;
    /// What the law must know that is not in the history: other histories, files, people, chance.
    type Around;

    /// Every row of its procedure, chapter by chapter.
    fn chapters() -> &'static [&'static [Step<Self>]];
    fn kind(action: &Self::Action) -> Self::Kind;
    fn word(kind: Self::Kind) -> &'static str;
    /// The capacities in which this person can act on it.
    fn roles_of(&self, actor: &Actor, around: &Self::Around) -> BTreeSet<Role>;
    /// The states its machines are in, as far as `step` (and the target of `action`) is concerned.
    fn standing(&self, step: &Step<Self>, action: Option<&Self::Action>) -> Vec<State>;
    /// The state of its main machine, for `during`.
    fn dossier_state(&self) -> Option<DossierState>;
    /// All states, for comparing before and after.
    fn states(&self) -> Vec<State>;
    /// The clock in words, for comparing before and after.
    fn clock_word(&self) -> String;
    /// What follows from a granted wish.
    fn effects(ask: &Ask<'_, Self>, action: &Self::Action) -> Result<Vec<Self::Happening>, Refusal>;
    /// What time or the law itself does next, and when.
    fn due(&self, around: &Self::Around) -> Option<(Instant, Self::Action)>;
    /// When a happening takes effect at another instant than the act that led to it.
    fn takes_effect(_happening: &Self::Happening) -> Option<Instant> {
        None
    }
    fn apply(&mut self, event: &Event<Self::Happening>);
    fn version(&self) -> u32;
}

/// A wish, with everything it is judged by.
pub struct Ask<'a, S: Subject> {
    pub subject: &'a S,
    pub actor: &'a Actor,
    /// The capacity in which the actor acts.
    pub role: Role,
    /// None: would it be allowed at all?
    pub action: Option<&'a S::Action>,
    pub around: &'a S::Around,
    pub now: Instant,
    pub step: &'a Step<S>,
}

/// A named fact that must hold.
pub struct Condition<S: Subject> {
    /// snake_case, stable.
    pub code: &'static str,
    /// The rule it comes from.
    pub cites: &'static str,
    /// What is missing and what to do about it.
    pub says: &'static str,
    pub holds: fn(&Ask<'_, S>) -> bool,
}

/// One row of the law.
pub struct Step<S: Subject> {
    pub rule: &'static str,
    pub action: S::Kind,
    pub roles: &'static [Role],
    /// Every delegation must do it: the act takes effect with the last one.
    pub joint: bool,
    /// It cannot be taken back, or gives power: whoever does it has proved a short while ago who they are.
    pub binding: bool,
    /// The dossier's states in which it may happen.
    pub during: &'static [DossierState],
    /// The states of its own machine from which it may happen; empty: any.
    pub from: &'static [State],
    pub to: &'static [State],
    pub clock: ClockEffect,
    pub tells: &'static [Audience],
    pub conditions: &'static [Condition<S>],
    subject: PhantomData<S>,
}

/// Begins a row.
pub const fn step<S: Subject>(rule: &'static str, action: S::Kind, roles: &'static [Role]) -> Step<S> {
    Step {
        rule,
        action,
        roles,
        joint: false,
        binding: false,
        during: &[],
        from: &[],
        to: &[],
        clock: ClockEffect::Untouched,
        tells: &[],
        conditions: &[],
        subject: PhantomData,
    }
}

impl<S: Subject> Step<S> {
    pub const fn by_every_delegation(mut self) -> Self {
        self.joint = true;
        self
    }
    pub const fn binding(mut self) -> Self {
        self.binding = true;
        self
    }
    pub const fn during(mut self, states: &'static [DossierState]) -> Self {
        self.during = states;
        self
    }
    pub const fn from(mut self, states: &'static [State]) -> Self {
        self.from = states;
        self
    }
    pub const fn to(mut self, states: &'static [State]) -> Self {
        self.to = states;
        self
    }
    pub const fn clock(mut self, effect: ClockEffect) -> Self {
        self.clock = effect;
        self
    }
    pub const fn tells(mut self, audiences: &'static [Audience]) -> Self {
        self.tells = audiences;
        self
    }
    pub const fn when(mut self, conditions: &'static [Condition<S>]) -> Self {
        self.conditions = conditions;
        self
    }
}

/// The rows for this kind of action.
pub fn rows<S: Subject>(kind: S::Kind) -> impl Iterator<Item = &'static Step<S>> {
    S::chapters()
        .iter()
        .flat_map(|chapter| chapter.iter())
        .filter(move |step| step.action == kind)
}

/// Every row.
pub fn every_row<S: Subject>() -> impl Iterator<Item = &'static Step<S>> {
    S::chapters().iter().flat_map(|chapter| chapter.iter())
}

/// What was decided: the happenings, under which row, in which capacity.
pub struct Granted<S: Subject> {
    pub step: &'static Step<S>,
    pub role: Role,
    pub happenings: Vec<S::Happening>,
}

/// The law applied to one wish. Pure: the same arguments always give the same answer.
///
/// # Errors
/// The refusal that brings the asker furthest: a missing condition before a wrong state before a wrong role.
pub fn decide<S: Subject>(
    subject: &S,
    actor: &Actor,
    action: &S::Action,
    around: &S::Around,
    now: Instant,
) -> Result<Granted<S>, Refusal> {
    let kind = S::kind(action);
    let roles = subject.roles_of(actor, around);
    let mut refusal = None;
    for step in rows::<S>(kind) {
        match judge(subject, actor, Some(action), around, now, step, &roles) {
            Ok(role) => {
                let ask = Ask {
                    subject,
                    actor,
                    role,
                    action: Some(action),
                    around,
                    now,
                    step,
                };
                let happenings = S::effects(&ask, action)?;
                return Ok(Granted { step, role, happenings });
            }
            Err(this) => refusal = Some(further(refusal, this)),
        }
    }
    Err(refusal.unwrap_or_else(|| Refusal::condition("G1", "no_such_action", "The procedure has no such act here.")))
}

/// What this person may do now (G5): the same table, asked without a body.
pub fn allowed<S: Subject>(subject: &S, actor: &Actor, around: &S::Around, now: Instant) -> Vec<S::Kind> {
    let roles = subject.roles_of(actor, around);
    let mut kinds = Vec::new();
    for step in every_row::<S>() {
        if !kinds.contains(&step.action) && judge(subject, actor, None, around, now, step, &roles).is_ok() {
            kinds.push(step.action);
        }
    }
    kinds
}

/// Each condition of the rows for this kind of action, and whether it holds now, whoever would act.
pub fn conditions<S: Subject>(
    subject: &S,
    actor: &Actor,
    around: &S::Around,
    now: Instant,
    kind: S::Kind,
) -> Vec<(&'static Condition<S>, bool)> {
    let of = |step: &'static Step<S>| {
        let role = step.roles.first().copied().unwrap_or(Role::System);
        let ask = Ask {
            subject,
            actor,
            role,
            action: None,
            around,
            now,
            step,
        };
        let judged: Vec<_> = step.conditions.iter().map(|one| (one, (one.holds)(&ask))).collect();
        judged
    };
    rows::<S>(kind).flat_map(of).collect()
}

fn judge<S: Subject>(
    subject: &S,
    actor: &Actor,
    action: Option<&S::Action>,
    around: &S::Around,
    now: Instant,
    step: &Step<S>,
    roles: &BTreeSet<Role>,
) -> Result<Role, Refusal> {
    let role = step
        .roles
        .iter()
        .copied()
        .find(|role| roles.contains(role))
        .ok_or_else(|| wrong_role(step))?;
    if !stands(subject, step, action) {
        return Err(wrong_state(subject, step));
    }
    let ask = Ask {
        subject,
        actor,
        role,
        action,
        around,
        now,
        step,
    };
    for condition in step.conditions {
        if !(condition.holds)(&ask) {
            return Err(Refusal::condition(condition.cites, condition.code, condition.says));
        }
    }
    if step.binding && action.is_some() && !actor.proved(now) {
        return Err(unproved(step));
    }
    Ok(role)
}

/// Can this act not be taken back?
#[must_use]
pub fn is_binding<S: Subject>(action: &str) -> bool {
    every_row::<S>().any(|step| step.binding && S::word(step.action) == action)
}

/// Is the subject in a state from which this row may happen?
pub fn stands<S: Subject>(subject: &S, step: &Step<S>, action: Option<&S::Action>) -> bool {
    let during = step.during.is_empty()
        || subject
            .dossier_state()
            .is_some_and(|state| step.during.contains(&state));
    let from = step.from.is_empty()
        || subject
            .standing(step, action)
            .iter()
            .any(|state| step.from.contains(state));
    during && from
}

fn wrong_role<S: Subject>(step: &Step<S>) -> Refusal {
    let who = step.roles.iter().map(|role| role.code()).collect::<Vec<_>>().join(", ");
    let sentence = format!("“{}” is for: {who}.", S::word(step.action));
    Refusal {
        kind: RefusalKind::WrongRole,
        code: "wrong_role",
        sentence,
        rule: step.rule,
        field: None,
        details: vec![],
    }
}

fn wrong_state<S: Subject>(subject: &S, step: &Step<S>) -> Refusal {
    let words = |states: Vec<String>| states.join(", ");
    let here = words(subject.states().iter().map(ToString::to_string).collect());
    let mut needed: Vec<String> = step.during.iter().map(|state| format!("dossier:{state}")).collect();
    needed.extend(step.from.iter().map(ToString::to_string));
    let needed = words(needed);
    let sentence = format!("“{}” needs: {needed}. It now stands at: {here}.", S::word(step.action));
    Refusal {
        kind: RefusalKind::WrongState,
        code: "wrong_state",
        sentence,
        rule: step.rule,
        field: None,
        details: vec![],
    }
}

fn unproved<S: Subject>(step: &Step<S>) -> Refusal {
    let sentence = format!(
        "“{}” needs your password again: sign in once more, then send it again. A sign-in serves for ten minutes.",
        S::word(step.action)
    );
    Refusal {
        kind: RefusalKind::Unproved,
        code: "fresh_sign_in_needed",
        sentence,
        rule: step.rule,
        field: None,
        details: vec![],
    }
}

fn further(before: Option<Refusal>, this: Refusal) -> Refusal {
    let distance = |refusal: &Refusal| match refusal.kind {
        RefusalKind::WrongRole => 0,
        RefusalKind::WrongState => 1,
        RefusalKind::Condition => 2,
        RefusalKind::Unproved => 3,
    };
    match before {
        Some(before) if distance(&before) >= distance(&this) => before,
        _ => this,
    }
}

/// Turns what was granted into events, each recording where it led, and applies them.
pub fn record<S: Subject>(
    subject: &mut S,
    granted: Granted<S>,
    actor: &Actor,
    effective_at: Instant,
    recorded_at: Instant,
    fresh: &mut dyn FnMut() -> crate::domain::id::EventId,
) -> Vec<Event<S::Happening>> {
    let Granted { step, role, happenings } = granted;
    let mut events = Vec::with_capacity(happenings.len());
    for happened in happenings {
        let (states, clock) = (subject.states(), subject.clock_word());
        let mut event = Event {
            id: fresh(),
            seq: subject.version() + 1,
            rule: step.rule.to_owned(),
            by: By::actor(actor, role),
            effective_at: S::takes_effect(&happened).unwrap_or(effective_at),
            recorded_at,
            to: Vec::new(),
            clock: None,
            tells: step.tells.to_vec(),
            happened,
        };
        subject.apply(&event);
        event.to = subject
            .states()
            .iter()
            .filter(|s| !states.contains(s))
            .map(ToString::to_string)
            .collect();
        let after = subject.clock_word();
        event.clock = (after != clock).then_some(after);
        events.push(event);
    }
    events
}
