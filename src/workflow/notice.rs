//! A notice, folded from its history; what follows from each step.

use super::{
    action::{Nothing, Reasoned, notice::*},
    around::NoticeAround,
    event::Event,
    happening::{ByDelegation, Terms},
    procedure,
    refusal::Refusal,
    state::{DossierState, NoticeState, State},
    step::{Ask, Step, Subject},
};
use crate::{
    clockwork,
    domain::{
        Date, Instant,
        id::{NoticeId, PersonId},
        notice::NoticeContent,
        people::{Actor, Delegation, Role},
        text::{Private, Words},
    },
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Working days for which a restrictive amendment must have been public before it takes effect (N-06).
const RESTRICTIVE_AFTER: u32 = 5;

/// What happened to a notice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub enum NoticeHappening {
    NoticeCreated(Written),
    NoticeRevised(Written),
    NoticeProposed(TextFrozen),
    NoticeSentBack(Reasoned),
    NoticeApproved(ByDelegation),
    NoticeScheduled(Nothing),
    NoticePublished(Published),
    AmendmentProposed(AmendmentProposed),
    AmendmentApproved(ByDelegation),
    NoticeAmended(Amended),
    NoticeClosingSoon(AnnounceClosing),
    NoticeClosed(NoticeClosed),
    WithdrawalConsented(WithdrawalConsented),
    NoticeWithdrawn(WithdrawNotice),
}

impl NoticeHappening {
    /// Every kind, by its name in history.
    pub const NAMES: &[&str] = &[
        "notice_created",
        "notice_revised",
        "notice_proposed",
        "notice_sent_back",
        "notice_approved",
        "notice_scheduled",
        "notice_published",
        "amendment_proposed",
        "amendment_approved",
        "notice_amended",
        "notice_closing_soon",
        "notice_closed",
        "withdrawal_consented",
        "notice_withdrawn",
    ];
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Written {
    pub number: String,
    pub content: Private<NoticeContent>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextFrozen {
    pub digest: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Published {
    pub edition: u32,
    pub holidays: BTreeSet<Date>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AmendmentProposed {
    pub digest: String,
    pub class: AmendmentClass,
    pub takes_effect: Instant,
    pub content: Private<NoticeContent>,
    pub explanation: Words,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Amended {
    pub edition: u32,
    pub class: AmendmentClass,
    pub takes_effect: Instant,
    pub content: Private<NoticeContent>,
    pub holidays: BTreeSet<Date>,
}

/// N-10.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeClosed {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<ClosingGround>,
}

/// Why a notice closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosingGround {
    LastDay,
    CeilingUsedUp,
    CoChairs,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WithdrawalConsented {
    pub delegation: Delegation,
    pub in_flight: InFlight,
}

/// One published version of a notice.
#[derive(Clone, Debug)]
pub struct Edition {
    pub number: u32,
    pub content: NoticeContent,
    pub holidays: BTreeSet<Date>,
    pub takes_effect: Instant,
    pub class: Option<AmendmentClass>,
}

/// A notice: everything its history says.
#[derive(Clone, Debug)]
pub struct Notice {
    pub id: NoticeId,
    pub version: u32,
    pub state: NoticeState,
    /// The newest text; what is published are the editions.
    pub draft: NoticeContent,
    pub digest: Option<String>,
    pub proposed_by: Option<PersonId>,
    pub approvals: BTreeSet<Delegation>,
    pub editions: Vec<Edition>,
    pub amendment: Option<AmendmentProposed>,
    pub announced: BTreeSet<u32>,
    pub withdrawals: BTreeSet<Delegation>,
    pub in_flight: Option<InFlight>,
    pub withdrawn_at: Option<Instant>,
    pub updated_at: Instant,
}

impl Notice {
    /// A notice before its first event.
    #[must_use]
    pub fn unborn(id: NoticeId, at: Instant) -> Self {
        Self {
            id,
            version: 0,
            state: NoticeState::Draft,
            draft: super::withheld_notice(),
            digest: None,
            proposed_by: None,
            approvals: BTreeSet::new(),
            editions: Vec::new(),
            amendment: None,
            announced: BTreeSet::new(),
            withdrawals: BTreeSet::new(),
            in_flight: None,
            withdrawn_at: None,
            updated_at: at,
        }
    }

    /// From its whole history; None if there is none.
    #[must_use]
    pub fn fold(id: NoticeId, events: &[Event<NoticeHappening>]) -> Option<Self> {
        let mut notice = Self::unborn(id, events.first()?.effective_at);
        for event in events {
            notice.apply(event);
        }
        Some(notice)
    }

    /// The edition in effect at this instant.
    #[must_use]
    pub fn in_effect(&self, at: Instant) -> Option<&Edition> {
        self.editions.iter().rev().find(|edition| edition.takes_effect <= at)
    }

    /// Its number; 0: none.
    #[must_use]
    pub fn edition_at(&self, at: Instant) -> u32 {
        self.in_effect(at).map_or(0, |edition| edition.number)
    }

    /// The ceiling of the programme at this instant, in thousandths of the base unit.
    #[must_use]
    pub fn ceiling_milli(&self, at: Instant) -> Option<i64> {
        let ceiling = self.in_effect(at)?.content.ceiling.as_ref()?;
        ceiling.base_milli().ok()
    }

    /// May dossiers be started and submitted?
    #[must_use]
    pub fn open_at(&self, at: Instant) -> bool {
        self.state == NoticeState::Published && self.in_effect(at).is_some()
    }

    /// What a case keeps.
    #[must_use]
    pub fn terms_at(&self, at: Instant) -> Option<Terms> {
        let edition = self.in_effect(at).filter(|_| self.open_at(at))?;
        let (content, holidays) = (Private::Known(edition.content.clone()), edition.holidays.clone());
        Some(Terms {
            edition: edition.number,
            content,
            holidays,
        })
    }

    /// When dossiers under way were ended with the notice.
    #[must_use]
    pub fn terminated_at(&self) -> Option<Instant> {
        self.withdrawn_at
            .filter(|_| self.in_flight == Some(InFlight::Terminate))
    }

    /// The hash of the text that awaits approval.
    #[must_use]
    pub fn proposed_digest(&self) -> Option<&str> {
        self.amendment
            .as_ref()
            .map(|amendment| amendment.digest.as_str())
            .or(self.digest.as_deref())
    }

    /// When an amendment of this class that is published at this instant may take effect.
    pub(super) fn earliest(&self, class: AmendmentClass, at: Instant) -> Instant {
        match class {
            AmendmentClass::Restrictive => self.working_days_after(at, RESTRICTIVE_AFTER),
            AmendmentClass::Clarifying | AmendmentClass::Favourable => at,
        }
    }

    fn working_days_after(&self, at: Instant, days: u32) -> Instant {
        let tz = &self.draft.policy.clock.tz;
        let holidays = self
            .editions
            .last()
            .map(|edition| edition.holidays.clone())
            .unwrap_or_default();
        let date = clockwork::local_date(tz, at).ok();
        let last = date.map(|date| clockwork::working_day_after(&holidays, date, days));
        last.and_then(|last| clockwork::end_of_day(tz, last).ok()).unwrap_or(at)
    }

    /// The end of its last day, but not before the amendment that set this day takes effect.
    #[must_use]
    pub fn closes_at(&self) -> Option<Instant> {
        let end = clockwork::end_of_day(&self.draft.policy.clock.tz, self.draft.closes?).ok()?;
        Some(
            self.editions
                .last()
                .map_or(end, |edition| edition.takes_effect.max(end)),
        )
    }
}

pub(super) fn holidays_of(content: &NoticeContent) -> Result<BTreeSet<Date>, clockwork::UnknownCalendar> {
    let ids: Vec<&str> = content
        .delegations
        .iter()
        .map(|delegation| delegation.calendar.as_str())
        .collect();
    clockwork::union(&ids)
}

impl Subject for Notice {
    type Kind = NoticeActionKind;
    type Action = NoticeAction;
    type Happening = NoticeHappening;
    type Around = NoticeAround;

    fn chapters() -> &'static [&'static [Step<Self>]] {
        &[procedure::notice::STEPS]
    }

    fn kind(action: &NoticeAction) -> NoticeActionKind {
        action.kind()
    }

    fn word(kind: NoticeActionKind) -> &'static str {
        kind.word()
    }

    fn roles_of(&self, actor: &Actor, _around: &NoticeAround) -> BTreeSet<Role> {
        let here = [Role::System, Role::Secretariat, Role::SecretariatLead, Role::CoChair];
        here.into_iter().filter(|role| actor.is(*role)).collect()
    }

    fn standing(&self, _step: &Step<Self>, _action: Option<&NoticeAction>) -> Vec<State> {
        self.states()
    }

    fn dossier_state(&self) -> Option<DossierState> {
        None
    }

    fn states(&self) -> Vec<State> {
        vec![State::Notice(self.state)]
    }

    fn clock_word(&self) -> String {
        String::new()
    }

    fn effects(ask: &Ask<'_, Self>, action: &NoticeAction) -> Result<Vec<NoticeHappening>, Refusal> {
        effects(ask, action)
    }

    fn due(&self, around: &NoticeAround) -> Option<(Instant, NoticeAction)> {
        let close = || NoticeAction::CloseNotice(CloseNotice { reason: None });
        let used_up = around.used_up_at.filter(|_| self.state == NoticeState::Published);
        let used_up = used_up.map(|at| (at.max(self.updated_at), close()));
        [due(self), used_up].into_iter().flatten().min_by_key(|(at, _)| *at)
    }

    fn apply(&mut self, event: &Event<NoticeHappening>) {
        apply(self, event);
    }

    fn version(&self) -> u32 {
        self.version
    }
}

fn effects(ask: &Ask<'_, Notice>, action: &NoticeAction) -> Result<Vec<NoticeHappening>, Refusal> {
    use NoticeHappening as H;
    let notice = ask.subject;
    let written = |write: &WriteNotice| Written {
        number: write.content.number.clone(),
        content: Private::Known((*write.content).clone()),
    };
    Ok(vec![match action {
        NoticeAction::CreateNotice(write) => H::NoticeCreated(written(write)),
        NoticeAction::ReviseNotice(write) => H::NoticeRevised(written(write)),
        NoticeAction::ProposeNotice(_) => H::NoticeProposed(TextFrozen {
            digest: super::digest(&notice.draft),
        }),
        NoticeAction::SendBackNotice(body) => H::NoticeSentBack(body.clone()),
        NoticeAction::ApproveNotice(_) => return approved(ask),
        NoticeAction::PublishNotice(_) => H::NoticePublished(published(notice)?),
        NoticeAction::ProposeAmendment(body) => H::AmendmentProposed(AmendmentProposed {
            digest: super::digest(&body.content),
            class: body.class,
            takes_effect: body.effective_at,
            content: Private::Known((*body.content).clone()),
            explanation: body.explanation.clone(),
        }),
        NoticeAction::ApproveAmendment(_) => return amended(ask),
        NoticeAction::AnnounceClosing(body) => H::NoticeClosingSoon(body.clone()),
        NoticeAction::CloseNotice(body) => H::NoticeClosed(NoticeClosed {
            reason: body.reason.clone(),
            ground: Some(closing_ground(ask)),
        }),
        NoticeAction::WithdrawNotice(body) => return withdrawn(ask, body),
    }])
}

fn closing_ground(ask: &Ask<'_, Notice>) -> ClosingGround {
    match ask.role {
        Role::System if ask.around.used_up_at.is_some_and(|at| at <= ask.now) => ClosingGround::CeilingUsedUp,
        Role::System => ClosingGround::LastDay,
        _ => ClosingGround::CoChairs,
    }
}

fn published(notice: &Notice) -> Result<Published, Refusal> {
    let unknown = |_| Refusal::condition("N-02", "notice_incomplete", "A delegation's calendar is not known.");
    let holidays = holidays_of(&notice.draft).map_err(unknown)?;
    Ok(Published {
        edition: notice.editions.len() as u32 + 1,
        holidays,
    })
}

fn own(ask: &Ask<'_, Notice>) -> Result<Delegation, Refusal> {
    let none = || Refusal::condition("N-04", "no_delegation", "You belong to no delegation.");
    ask.actor.delegation.clone().ok_or_else(none)
}

fn all_with(notice: &Notice, given: &BTreeSet<Delegation>, mine: &Delegation) -> bool {
    notice
        .draft
        .delegations
        .iter()
        .all(|terms| given.contains(&terms.code) || &terms.code == mine)
}

fn approved(ask: &Ask<'_, Notice>) -> Result<Vec<NoticeHappening>, Refusal> {
    let delegation = own(ask)?;
    let all = all_with(ask.subject, &ask.subject.approvals, &delegation);
    let mut happenings = vec![NoticeHappening::NoticeApproved(ByDelegation { delegation })];
    if all {
        happenings.push(match ask.subject.draft.publish_at {
            Some(later) if later > ask.now => NoticeHappening::NoticeScheduled(Nothing {}),
            _ => NoticeHappening::NoticePublished(published(ask.subject)?),
        });
    }
    Ok(happenings)
}

fn amended(ask: &Ask<'_, Notice>) -> Result<Vec<NoticeHappening>, Refusal> {
    let delegation = own(ask)?;
    let all = all_with(ask.subject, &ask.subject.approvals, &delegation);
    let mut happenings = vec![NoticeHappening::AmendmentApproved(ByDelegation { delegation })];
    if let Some(amendment) = ask.subject.amendment.as_ref().filter(|_| all) {
        let holidays = amendment
            .content
            .known()
            .and_then(|content| holidays_of(content).ok())
            .unwrap_or_default();
        happenings.push(NoticeHappening::NoticeAmended(Amended {
            edition: ask.subject.editions.len() as u32 + 1,
            class: amendment.class,
            takes_effect: amendment
                .takes_effect
                .max(ask.subject.earliest(amendment.class, ask.now)),
            content: amendment.content.clone(),
            holidays,
        }));
    }
    Ok(happenings)
}

fn withdrawn(ask: &Ask<'_, Notice>, body: &WithdrawNotice) -> Result<Vec<NoticeHappening>, Refusal> {
    let delegation = own(ask)?;
    let all = all_with(ask.subject, &ask.subject.withdrawals, &delegation);
    let consent = WithdrawalConsented {
        delegation,
        in_flight: body.in_flight,
    };
    let mut happenings = vec![NoticeHappening::WithdrawalConsented(consent)];
    if all {
        happenings.push(NoticeHappening::NoticeWithdrawn(body.clone()));
    }
    Ok(happenings)
}

fn due(notice: &Notice) -> Option<(Instant, NoticeAction)> {
    match notice.state {
        NoticeState::Scheduled => notice
            .draft
            .publish_at
            .map(|at| (at, NoticeAction::PublishNotice(Nothing {}))),
        NoticeState::Published => {
            let closes = notice.closes_at()?;
            let date = notice.draft.closes?;
            for days_left in [14, 3] {
                let day = date.checked_sub(jiff::Span::new().days(i64::from(days_left))).ok()?;
                let at = clockwork::start_of_day(&notice.draft.policy.clock.tz, day).ok()?;
                // What had passed when the day was set is not announced any more.
                if !notice.announced.contains(&days_left) && at >= notice.updated_at {
                    return Some((at, NoticeAction::AnnounceClosing(AnnounceClosing { days_left })));
                }
            }
            Some((closes, NoticeAction::CloseNotice(CloseNotice { reason: None })))
        }
        _ => None,
    }
}

fn apply(notice: &mut Notice, event: &Event<NoticeHappening>) {
    use NoticeHappening as H;
    notice.version = event.seq;
    notice.updated_at = event.effective_at;
    match &event.happened {
        H::NoticeCreated(written) | H::NoticeRevised(written) => {
            if let Private::Known(content) = &written.content {
                notice.draft = content.clone();
            }
        }
        H::NoticeProposed(frozen) => {
            notice.state = NoticeState::InApproval;
            notice.digest = Some(frozen.digest.clone());
            notice.proposed_by = Some(event.by.person);
            notice.approvals.clear();
        }
        H::NoticeSentBack(_) => notice.state = NoticeState::Draft,
        H::NoticeApproved(by) | H::AmendmentApproved(by) => {
            notice.approvals.insert(by.delegation.clone());
        }
        H::NoticeScheduled(_) => notice.state = NoticeState::Scheduled,
        H::NoticePublished(published) => {
            notice.state = NoticeState::Published;
            notice.approvals.clear();
            let (content, holidays) = (notice.draft.clone(), published.holidays.clone());
            let (number, takes_effect) = (published.edition, event.effective_at);
            notice.editions.push(Edition {
                number,
                content,
                holidays,
                takes_effect,
                class: None,
            });
        }
        H::AmendmentProposed(amendment) => {
            notice.amendment = Some(amendment.clone());
            notice.proposed_by = Some(event.by.person);
            notice.approvals.clear();
        }
        H::NoticeAmended(amended) => amend(notice, amended),
        H::NoticeClosingSoon(soon) => {
            notice.announced.insert(soon.days_left);
        }
        H::NoticeClosed(_) => notice.state = NoticeState::Closed,
        H::WithdrawalConsented(consent) => {
            notice.withdrawals.insert(consent.delegation.clone());
            notice.in_flight = Some(consent.in_flight);
        }
        H::NoticeWithdrawn(_) => {
            notice.state = NoticeState::Withdrawn;
            notice.withdrawn_at = Some(event.effective_at);
        }
    }
}

fn amend(notice: &mut Notice, amended: &Amended) {
    notice.amendment = None;
    notice.approvals.clear();
    if let Private::Known(content) = &amended.content {
        notice.draft = content.clone();
        notice.editions.push(Edition {
            number: amended.edition,
            content: content.clone(),
            holidays: amended.holidays.clone(),
            takes_effect: amended.takes_effect,
            class: Some(amended.class),
        });
    }
}
