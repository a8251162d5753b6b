//! What a person sees of a case or a notice: section 11 of the law as data.

use crate::{
    domain::{
        Date, Instant,
        id::{CaseId, NoticeId, OrganisationId},
        people::{Actor, Role},
    },
    process::Seen,
    workflow::{
        self,
        action::{ActionKind, notice::NoticeActionKind},
        case::Case,
        ledger::Account,
        notice::Notice,
        outcome::amount,
        state::FindingState,
        visibility::roles_on,
    },
};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A case, as this person may see it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CaseView {
    pub id: CaseId,
    pub reference: Option<String>,
    pub version: u32,
    pub notice: NoticeId,
    pub notice_number: String,
    pub edition: u32,
    pub organisation: OrganisationId,
    /// The dossier's state.
    pub state: String,
    /// The same in words fixed by the law.
    pub label: String,
    pub outcome: Option<String>,
    pub your_roles: BTreeSet<Role>,
    /// What you may do now: the same table that enforces it.
    pub allowed_actions: Vec<ActionKind>,
    pub clock: ClockView,
    /// The dossier, for those who may read it.
    #[schema(value_type = Option<Object>)]
    pub dossier: Option<Value>,
    /// How often each section was saved (for `save_section.seen`).
    #[schema(value_type = Object)]
    pub saved: Value,
    /// Submitted versions with their hashes.
    #[schema(value_type = Vec<Object>)]
    pub versions: Vec<Value>,
    #[schema(value_type = Object)]
    pub completeness: Value,
    #[schema(value_type = Vec<Object>)]
    pub questions: Vec<Value>,
    #[schema(value_type = Vec<Object>)]
    pub messages: Vec<Value>,
    #[schema(value_type = Option<Object>)]
    pub screening: Option<Value>,
    #[schema(value_type = Object)]
    pub panel: Value,
    #[schema(value_type = Vec<Object>)]
    pub findings: Vec<Value>,
    #[schema(value_type = Object)]
    pub inspection: Value,
    #[schema(value_type = Object)]
    pub ballot: Value,
    #[schema(value_type = Option<Object>)]
    pub waiver: Option<Value>,
    /// The conditions of the decision, and which are fulfilled.
    #[schema(value_type = Vec<Object>)]
    pub conditions: Vec<Value>,
    #[schema(value_type = Option<Object>)]
    pub outcome_statement: Option<Value>,
}

/// The statutory clock in figures.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ClockView {
    /// `not_started`, `running`, `stopped: …` or `ended`.
    pub state: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub start: Option<Instant>,
    #[schema(value_type = Option<String>, format = Date)]
    pub day_zero: Option<Date>,
    /// The counted day today (or on the day of the decision).
    pub day: u32,
    pub days_total: u32,
    #[schema(value_type = Option<String>, format = Date)]
    pub due: Option<Date>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub lapses_at: Option<Instant>,
    pub stopped_days: u32,
    pub overdue: bool,
    pub zone: String,
    #[schema(value_type = Vec<Object>)]
    pub stops: Vec<Value>,
}

impl ClockView {
    pub fn of(case: &Case, now: Instant) -> Self {
        use workflow::step::Subject;
        let until = case.clock.ended.unwrap_or(now);
        let reckoning = case.reckoning(until);
        let stop =
            |stop: &workflow::case::ClockStop| json!({ "reason": stop.reason, "from": stop.from, "to": stop.to });
        Self {
            state: case.clock_word(),
            start: case.clock.start,
            day_zero: reckoning.as_ref().map(|reckoning| reckoning.day_zero),
            day: case.decided_on_day.unwrap_or_else(|| case.day_number(until)),
            days_total: case.policy().days,
            due: reckoning.as_ref().map(|reckoning| reckoning.due),
            lapses_at: case.lapses_at(),
            stopped_days: reckoning.as_ref().map_or(0, |reckoning| reckoning.stopped_days),
            overdue: case.clock.escalated && !case.state.is_settled(),
            zone: case.policy().tz.clone(),
            stops: case.clock.stops.iter().map(stop).collect(),
        }
    }
}

/// What groups of roles may read.
pub(super) struct Eyes {
    submitter: bool,
    /// Secretariat, and panel members who have declared.
    authority: bool,
    auditor: bool,
    monitor: bool,
}

impl Eyes {
    pub fn of(case: &Case, actor: &Actor, roles: &BTreeSet<Role>) -> Self {
        let secretariat = roles.contains(&Role::Secretariat) || roles.contains(&Role::SecretariatLead);
        let declared = case.member(actor).is_some_and(|member| member.interest == Some(false));
        Self {
            submitter: roles.iter().any(|role| Role::SUBMITTER.contains(role)),
            authority: secretariat || declared,
            auditor: roles.contains(&Role::Auditor),
            monitor: roles.contains(&Role::Monitor),
        }
    }

    /// May they read the file at all?
    pub fn anyone(&self) -> bool {
        self.submitter || self.authority || self.auditor
    }

    /// Of the submitter's side, and of no other.
    pub fn only_submits(&self) -> bool {
        self.submitter && !(self.authority || self.auditor)
    }
}

impl CaseView {
    /// As this person sees it; None: it does not exist for them.
    #[must_use]
    pub fn of(seen: &Seen, actor: &Actor) -> Option<Self> {
        let (case, now) = (&seen.case, seen.now);
        let roles = roles_on(case, actor);
        if roles.is_empty() {
            return None;
        }
        let eyes = Eyes::of(case, actor, &roles);
        Some(Self {
            id: case.id,
            reference: case.reference.clone(),
            version: case.version,
            notice: case.notice,
            notice_number: case.terms.number.clone(),
            edition: case.edition,
            organisation: case.organisation,
            state: case.state.word().to_owned(),
            label: case.state.public_label().to_owned(),
            outcome: case.outcome.map(|outcome| outcome.word().to_owned()),
            allowed_actions: workflow::allowed(case, actor, &seen.around, now),
            your_roles: roles,
            clock: ClockView::of(case, now),
            dossier: dossier(case, &eyes),
            saved: json!(case.saved),
            versions: case.frozen.iter().map(|f| json!({ "version": f.version, "sha256": f.digest, "at": f.at })).collect(),
            completeness: completeness(case, &eyes),
            questions: if eyes.anyone() { questions(case, &eyes) } else { Vec::new() },
            messages: if eyes.anyone() { messages(case) } else { Vec::new() },
            screening: (eyes.authority || eyes.auditor).then(|| super::screening::view(case)),
            panel: panel(case, &eyes),
            findings: findings(case, actor, &eyes),
            inspection: inspection(case, &eyes),
            ballot: ballot(case, actor, &eyes),
            waiver: waiver(case, &eyes),
            conditions: if eyes.anyone() { conditions(case) } else { Vec::new() },
            outcome_statement: case
                .outcome_statement
                .as_ref()
                .map(|(digest, statement)| json!({ "digest": digest, "statement": statement, "signed_by": case.outcome_signatures })),
        })
    }
}

/// Submitters see their working copy; everybody else what was submitted.
fn dossier(case: &Case, eyes: &Eyes) -> Option<Value> {
    if eyes.submitter {
        return Some(json!(case.dossier));
    }
    (eyes.authority || eyes.auditor).then(|| json!(case.submitted_dossier()))
}

fn completeness(case: &Case, eyes: &Eyes) -> Value {
    let returned = case.intake.returned.as_ref().filter(|_| eyes.anyone()).map(|returned| {
        let items = returned
            .deficiencies
            .iter()
            .map(|item| json!({ "section": item.section, "code": item.code, "text": item.text.as_str() }));
        json!({ "deficiencies": items.collect::<Vec<_>>(), "answer_by": returned.answer_by })
    });
    json!({ "accepted_by_officer": case.intake.accepted_by.is_some(), "returned": returned, "pause_until": case.pause })
}

fn questions(case: &Case, eyes: &Eyes) -> Vec<Value> {
    // A question that was not issued is the committee's own.
    let shown = case
        .questions
        .iter()
        .filter(|question| question.round.is_some() || eyes.authority || eyes.auditor);
    let question = |question: &workflow::case::Question| {
        let round = question
            .round
            .and_then(|number| case.rounds.iter().find(|round| round.number == number));
        json!({
            "number": question.number, "criterion": question.criterion, "text": question.text.as_str(),
            "round": question.round, "answer_by": round.map(|round| round.answer_by),
            "answer": question.answer.as_ref().map(|answer| answer.text.as_str()),
            "follows": question.follows, "insufficient": question.insufficient, "withdrawn": question.cancelled,
        })
    };
    shown.map(question).collect()
}

fn messages(case: &Case) -> Vec<Value> {
    let side = |own: bool| if own { "submitter" } else { "secretariat" };
    let message =
        |m: &workflow::case::Message| json!({ "at": m.at, "from": side(m.from_submitter), "text": m.text.as_str() });
    case.messages.iter().map(message).collect()
}

fn panel(case: &Case, eyes: &Eyes) -> Value {
    let member = |member: &workflow::case::Member| {
        json!({
            "person": member.person, "delegation": member.delegation, "roles": member.roles,
            "declared": member.interest.is_some(), "left": member.out,
        })
    };
    let seen = eyes.authority || eyes.auditor;
    let members = case
        .panel
        .members
        .iter()
        .filter(|_| seen)
        .map(member)
        .collect::<Vec<_>>();
    let assigned = case.panel.assigned.iter().filter(|_| seen).map(|((criterion, delegation), reviewer)| {
        json!({ "criterion": criterion, "delegation": delegation, "reviewer": reviewer })
    });
    json!({
        "phase": case.panel.phase, "members": members, "assigned": assigned.collect::<Vec<_>>(),
        "affiliated_delegation": case.affiliation, "quorate": workflow::committee::quorate(case),
    })
}

/// One's own delegation's findings; the others' when countersigned.
fn findings(case: &Case, actor: &Actor, eyes: &Eyes) -> Vec<Value> {
    if !(eyes.authority || eyes.auditor) {
        return Vec::new();
    }
    let shown = case.findings.iter().filter(|((_, delegation), finding)| {
        actor.delegation.as_ref() == Some(delegation) || finding.state == FindingState::Countersigned
    });
    let finding = |((criterion, delegation), finding): (&(String, _), &workflow::case::Finding)| {
        json!({
            "criterion": criterion, "delegation": delegation, "state": finding.state, "value": finding.value,
            "reasons": finding.reasons.as_str(), "evidence": finding.evidence,
            "condition": finding.condition.as_ref().map(|condition| condition.as_str()),
            "proposed_by": finding.proposed_by, "countersigned_by": finding.countersigned_by,
            "must_be_proposed_anew": finding.must_renew,
            "author_left": case.panel.members.iter().any(|m| m.person == finding.proposed_by && m.out),
        })
    };
    shown.map(finding).collect()
}

fn inspection(case: &Case, eyes: &Eyes) -> Value {
    let inspection = &case.inspection;
    if !eyes.anyone() {
        return json!({ "state": inspection.state });
    }
    let inside = eyes.authority || eyes.auditor;
    let item = |item: &workflow::action::ChecklistItem| json!({ "id": item.id, "criterion": item.criterion, "text": item.text.as_str(), "mandatory": item.mandatory });
    let observation = |observation: &workflow::inspection::Observation| {
        json!({
            "item": observation.item, "answer": observation.answer, "note": observation.note.as_str(),
            "capture": observation.capture.as_ref().map(|(id, _)| id),
            "capture_sha256": observation.capture.as_ref().map(|(_, sha256)| sha256), "by": observation.by,
            "at": observation.at,
        })
    };
    let attendance = |line: &workflow::inspection::Attendance| json!({ "person": line.person, "joined": line.joined, "at": line.at, "identity_checked_by": line.identity_checked_by });
    // Who confirmed: the host has no delegation.
    let confirmed = |(side, slot): (&Option<crate::domain::people::Delegation>, &Instant)| json!({ "delegation": side, "slot": slot });
    let reservations = inspection.signed.iter().filter(|_| inside);
    let reservation = |(side, words): (&crate::domain::people::Delegation, &Option<crate::domain::text::Words>)| {
        Some((side.to_string(), json!(words.as_ref()?.as_str())))
    };
    json!({
        "state": inspection.state, "slots": inspection.slots, "slot": inspection.slot, "sites": inspection.sites,
        "confirmed_by": inspection.confirmed.iter().map(confirmed).collect::<Vec<_>>(),
        "postponements": inspection.postponements,
        "present": inspection.present.keys().filter(|_| inside).collect::<Vec<_>>(),
        "closed_by": inspection.close_consents,
        "checklist": inspection.checklist.iter().map(item).collect::<Vec<_>>(),
        "observations": inspection.observations.iter().filter(|_| inside).map(observation).collect::<Vec<_>>(),
        "attendance": inspection.attendance.iter().filter(|_| inside).map(attendance).collect::<Vec<_>>(),
        "result": inspection.result,
        "report": inspection.report.as_ref().filter(|_| inside).map(|text| text.as_str()),
        "summary_for_host": inspection.summary_for_host.as_ref().map(|text| text.as_str()),
        "signed_by": inspection.signed.keys().collect::<Vec<_>>(), "signed_without": inspection.without,
        "drafted_at": inspection.drafted_at, "refused_by": inspection.refused,
        "reservations": reservations.filter_map(reservation).collect::<serde_json::Map<_, _>>(),
    })
}

/// Before the ballot closes: who has cast, never what.
fn ballot(case: &Case, actor: &Actor, eyes: &Eyes) -> Value {
    let ballot = &case.ballot;
    let decided = case.decided_at.is_some();
    if !(eyes.authority || eyes.auditor) {
        let votes = ballot
            .closed
            .as_ref()
            .filter(|_| decided && eyes.submitter)
            .map(|closed| &closed.votes);
        return json!({ "opened_at": ballot.opened_at, "votes": votes.map(shown_votes), "decided_at": case.decided_at });
    }
    let own = actor
        .delegation
        .as_ref()
        .is_some_and(|own| ballot.cast.contains_key(own));
    let draft = ballot.draft.as_ref().map(|draft| {
        let reason =
            |r: &workflow::action::CriterionReason| json!({ "criterion": r.criterion, "reason": r.reason.as_str() });
        let condition = |c: &workflow::action::Condition| json!({ "id": c.id, "text": c.text.as_str(), "owner": c.owner, "precedent": c.precedent });
        json!({
            "outcome": draft.outcome, "authorised": draft.authorised, "valid_from": draft.valid_from,
            "validity_months": draft.validity_months, "reasons": draft.reasons.iter().map(reason).collect::<Vec<_>>(),
            "conditions": draft.conditions.iter().map(condition).collect::<Vec<_>>(),
        })
    });
    let cast: Vec<_> = ballot.cast.keys().collect();
    json!({
        "digest": ballot.digest, "draft": draft, "circulated_at": ballot.circulated_at, "opened_at": ballot.opened_at,
        "cast": cast, "your_delegation_has_cast": own,
        "votes": ballot.closed.as_ref().map(|closed| shown_votes(&closed.votes)),
        "carried": ballot.closed.as_ref().map(|closed| closed.carried),
        "signed_by": ballot.signatures, "decided_at": case.decided_at,
    })
}

fn conditions(case: &Case) -> Vec<Value> {
    let shown = |imposed: &workflow::conditions::Imposed| {
        let condition = &imposed.condition;
        json!({
            "id": condition.id, "text": condition.text.as_str(), "owner": condition.owner,
            "precedent": condition.precedent, "fulfilled_at": imposed.fulfilled_at,
            "report": imposed.report.as_ref().map(|report| json!({
                "at": report.at, "text": report.text.as_str(), "evidence": report.evidence,
            })),
        })
    };
    case.waiver.conditions.iter().map(shown).collect()
}

fn shown_votes(votes: &std::collections::BTreeMap<crate::domain::people::Delegation, workflow::action::Vote>) -> Value {
    let vote = |(delegation, vote): (&crate::domain::people::Delegation, &workflow::action::Vote)| {
        json!({
            "delegation": delegation, "choice": vote.choice, "because": vote.because,
            "reason": vote.reason.as_ref().map(|reason| reason.as_str()),
        })
    };
    Value::Array(votes.iter().map(vote).collect())
}

fn waiver(case: &Case, eyes: &Eyes) -> Option<Value> {
    let waiver = &case.waiver;
    let certificate = waiver.certificate.as_ref()?;
    let unit = certificate.authorised.unit.as_str();
    let words = |milli: i64| amount(milli, unit);
    let shipment = |s: &workflow::waiver::Shipment| {
        json!({
            "number": s.number, "state": s.state, "final_country": s.notice.final_country, "to": s.notice.to,
            "vessel": s.notice.vessel, "notified": words(s.notified_milli), "reserved": words(s.reserved_milli),
            "delivered": words(s.delivered_milli), "loaded_on": s.loaded_on, "delivered_on": s.delivered_on,
            "delivered_at": s.delivered_at, "overdue": s.overdue,
        })
    };
    let line = |line: &workflow::ledger::Line| json!({ "from": line.from, "to": line.to, "quantity": words(line.milli), "shipment": line.shipment, "what": line.word });
    let seen = eyes.anyone() || eyes.monitor;
    Some(json!({
        "number": certificate.number, "state": waiver.state,
        "verify_code": (eyes.submitter || eyes.authority).then_some(&certificate.verify_code),
        "authorised": certificate.authorised, "valid_from": certificate.valid_from, "valid_to": certificate.valid_to,
        "available": words(waiver.ledger.balance(Account::Available)),
        "reserved": words(waiver.ledger.balance(Account::Reserved)),
        "delivered": words(waiver.ledger.balance(Account::Delivered)),
        "written_off": words(waiver.ledger.balance(Account::WrittenOff)), "unit": unit,
        "shipments": waiver.shipments.values().filter(|_| seen).map(shipment).collect::<Vec<_>>(),
        "ledger": waiver.ledger.lines.iter().filter(|_| eyes.anyone()).map(line).collect::<Vec<_>>(),
    }))
}

/// A notice.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct NoticeView {
    pub id: NoticeId,
    pub version: u32,
    pub state: String,
    /// The edition in effect; 0 before publication.
    pub edition: u32,
    pub content: crate::domain::notice::NoticeContent,
    /// Of the text that awaits approval.
    pub digest: Option<String>,
    #[schema(value_type = Vec<Object>)]
    pub editions: Vec<Value>,
    #[schema(value_type = Option<Object>)]
    pub amendment: Option<Value>,
    pub allowed_actions: Vec<NoticeActionKind>,
    /// What is missing before it can be proposed.
    pub missing: Vec<String>,
}

impl NoticeView {
    /// As this person (or nobody) sees it; None: not public yet.
    #[must_use]
    pub fn of(notice: &Notice, actor: Option<&Actor>, now: Instant) -> Option<Self> {
        use workflow::step::Subject;
        let inside = actor.is_some_and(|actor| {
            !notice
                .roles_of(actor, &crate::workflow::around::NoticeAround::default())
                .is_empty()
                || actor.is(Role::Auditor)
        });
        let public = notice.editions.first().is_some_and(|first| first.takes_effect <= now);
        if !inside && !public {
            return None;
        }
        let in_effect = notice.in_effect(now);
        let content = if inside { &notice.draft } else { &in_effect?.content };
        let edition = |edition: &workflow::notice::Edition| json!({ "number": edition.number, "takes_effect": edition.takes_effect, "class": edition.class, "content": edition.content });
        let amendment = notice.amendment.as_ref().filter(|_| inside).map(|amendment| {
            json!({ "digest": amendment.digest, "class": amendment.class, "takes_effect": amendment.takes_effect, "content": amendment.content.known() })
        });
        Some(Self {
            id: notice.id,
            version: notice.version,
            state: notice.state.word().to_owned(),
            edition: notice.edition_at(now),
            content: content.clone(),
            digest: notice.proposed_digest().filter(|_| inside).map(str::to_owned),
            editions: notice.editions.iter().map(edition).collect(),
            amendment,
            allowed_actions: actor
                .map(|actor| workflow::allowed(notice, actor, &crate::workflow::around::NoticeAround::default(), now))
                .unwrap_or_default(),
            missing: if inside {
                workflow::lint::lint(&notice.draft)
            } else {
                Vec::new()
            },
        })
    }
}
