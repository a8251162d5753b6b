//! The letters that events owe: one for each recipient, with the facts a letter may state. Never confidential
//! content: references, dates, numbers, links (G9).

use super::{ActError, recipients::Directory};
use crate::{
    domain::id::LetterId,
    house::House,
    notify::table::{self, LetterChoice},
    store::commit::{LetterOwed, Stream, StreamKind},
    workflow::{
        case::Case,
        event::{Audience, Event},
        happening::Happening,
        list::{ListHappening, stream_of},
        notice::{Notice, NoticeHappening},
    },
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Letters about events of a case.
pub(super) async fn of_case(
    house: &House,
    case: &Case,
    events: &[Event<Happening>],
) -> Result<Vec<LetterOwed>, ActError> {
    let audiences: BTreeSet<Audience> = events.iter().flat_map(|event| event.tells.iter().copied()).collect();
    if audiences.is_empty() {
        return Ok(Vec::new());
    }
    let directory = Directory::of_case(house, case, &audiences).await?;
    let about = Stream {
        kind: StreamKind::Case,
        id: case.id.0,
    };
    let mut letters = Vec::new();
    for event in events {
        let facts = case_facts(case, event);
        let mut told = BTreeSet::new();
        for audience in event
            .tells
            .iter()
            .filter(|audience| written(event.happened.word(), **audience, &facts))
        {
            for to in directory.of_event(case, event, *audience) {
                // Nobody is told the same thing twice, nor what they did themselves.
                if to.person == Some(event.by.person) || !told.insert(to.address.to_lowercase()) {
                    continue;
                }
                letters.push(LetterOwed {
                    id: LetterId::fresh(),
                    event: event.id,
                    about,
                    letter: event.happened.word().to_owned(),
                    audience: *audience,
                    person: to.person,
                    name: to.name,
                    address: to.address,
                    language: to.language,
                    facts: facts.clone(),
                    owed_since: event.recorded_at,
                });
            }
        }
    }
    Ok(letters)
}

/// Letters about events of a notice.
pub(super) async fn of_notice(
    house: &House,
    notice: &Notice,
    events: &[Event<NoticeHappening>],
) -> Result<Vec<LetterOwed>, ActError> {
    let audiences: BTreeSet<Audience> = events.iter().flat_map(|event| event.tells.iter().copied()).collect();
    if audiences.is_empty() {
        return Ok(Vec::new());
    }
    let submitters = if audiences.contains(&Audience::Submitters) {
        house.store.organisations_under(notice.id).await?.into_iter().collect()
    } else {
        BTreeSet::new()
    };
    let directory = Directory::of_notice(house, &audiences, submitters).await?;
    let delegations: Vec<_> = notice
        .draft
        .delegations
        .iter()
        .map(|terms| terms.code.clone())
        .collect();
    let about = Stream {
        kind: StreamKind::Notice,
        id: notice.id.0,
    };
    let mut letters = Vec::new();
    for event in events {
        let letter = word(&event.happened);
        let facts = notice_facts(notice, event);
        let mut told = BTreeSet::new();
        for audience in event
            .tells
            .iter()
            .filter(|audience| written(&letter, **audience, &facts))
        {
            for to in directory.of_notice_event(*audience, &delegations) {
                if to.person == Some(event.by.person) || !told.insert(to.address.to_lowercase()) {
                    continue;
                }
                letters.push(LetterOwed {
                    id: LetterId::fresh(),
                    event: event.id,
                    about,
                    letter: letter.clone(),
                    audience: *audience,
                    person: to.person,
                    name: to.name,
                    address: to.address,
                    language: to.language,
                    facts: facts.clone(),
                    owed_since: event.recorded_at,
                });
            }
        }
    }
    Ok(letters)
}

/// Letters about a list: to those who keep the lists, for only they can mend it.
pub(super) async fn of_list(
    house: &House,
    source: &str,
    events: &[Event<ListHappening>],
) -> Result<Vec<LetterOwed>, ActError> {
    let audiences: BTreeSet<Audience> = events.iter().flat_map(|event| event.tells.iter().copied()).collect();
    if audiences.is_empty() {
        return Ok(Vec::new());
    }
    let directory = Directory::of_notice(house, &audiences, BTreeSet::new()).await?;
    let about = Stream {
        kind: StreamKind::List,
        id: stream_of(source),
    };
    let mut letters = Vec::new();
    for event in events {
        let facts = json!({ "list": source, "link": "/admin/lists", "event_at": event.effective_at });
        let letter = event.happened.word();
        for audience in event
            .tells
            .iter()
            .filter(|audience| written(letter, **audience, &facts))
        {
            let others = directory.of_notice_event(*audience, &[]).into_iter();
            let owed = |to: super::recipients::Recipient| LetterOwed {
                id: LetterId::fresh(),
                event: event.id,
                about,
                letter: letter.to_owned(),
                audience: *audience,
                person: to.person,
                name: to.name,
                address: to.address,
                language: to.language,
                facts: facts.clone(),
                owed_since: event.recorded_at,
            };
            // Whoever loaded the file has seen the answer.
            letters.extend(others.filter(|to| to.person != Some(event.by.person)).map(owed));
        }
    }
    Ok(letters)
}

/// Is there a letter for this audience, with these facts? (Some events tell nobody by mail, and say why.)
fn written(event: &str, audience: Audience, facts: &Value) -> bool {
    matches!(table::owed(event, audience, facts), LetterChoice::Letter(_))
}

fn word(happened: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(happened).unwrap_or_default();
    value.get("type").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn without_nulls(facts: Value) -> Value {
    match facts {
        Value::Object(fields) => Value::Object(fields.into_iter().filter(|(_, value)| !value.is_null()).collect()),
        other => other,
    }
}

fn notice_facts(notice: &Notice, event: &Event<NoticeHappening>) -> Value {
    without_nulls(json!({
        "notice_number": notice.draft.number,
        "programme": notice.draft.programme,
        "link": page_of_notice(notice, event.effective_at),
        "event_at": event.effective_at,
        "zone": notice.draft.policy.clock.tz,
        "valid_from": notice.editions.last().and_then(|edition| date_of(notice, edition.takes_effect)),
        "valid_to": notice.draft.closes,
        "version": notice.editions.len(),
        "digest": notice.proposed_digest(),
        "delegation": event.by.delegation,
        "ended": notice.terminated_at().is_some(),
        "days_left": match &event.happened {
            NoticeHappening::NoticeClosingSoon(soon) => Some(soon.days_left),
            _ => None,
        },
        "ground": match &event.happened {
            NoticeHappening::NoticeClosed(closed) => closed.ground,
            _ => None,
        },
    }))
}

/// The public page, or the one of those who prepare it.
fn page_of_notice(notice: &Notice, at: crate::domain::Instant) -> String {
    let public = notice.editions.first().is_some_and(|first| first.takes_effect <= at);
    format!("{}/notices/{}", if public { "" } else { "/office" }, notice.id)
}

fn date_of(notice: &Notice, at: crate::domain::Instant) -> Option<crate::domain::Date> {
    crate::clockwork::local_date(&notice.draft.policy.clock.tz, at).ok()
}

fn case_facts(case: &Case, event: &Event<Happening>) -> Value {
    let certificate = case.waiver.certificate.as_ref();
    let reckoning = case.reckoning(event.effective_at);
    let round = case.rounds.last();
    let answer_by = case.intake.returned.as_ref().map(|returned| returned.answer_by);
    let common = json!({
        "reference": case.reference.clone().unwrap_or_else(|| case.id.to_string()),
        "notice_number": case.terms.number,
        "programme": case.terms.programme,
        "link": format!("/cases/{}", case.id),
        "event_at": event.effective_at,
        "zone": case.policy().tz,
        "answer_by": answer_by.or(round.map(|round| round.answer_by)),
        "lapses_at": reckoning.as_ref().map(|reckoning| reckoning.lapses_at),
        "due": reckoning.as_ref().map(|reckoning| reckoning.due),
        "slot": case.inspection.slot,
        "slots": case.inspection.slots,
        "sites": case.inspection.sites.len(),
        "day_number": case.decided_on_day.unwrap_or_else(|| case.day_number(event.effective_at)),
        "days_total": case.policy().days,
        "items": case.intake.returned.as_ref().map(|returned| returned.deficiencies.len()),
        "questions": round.map(|round| case.questions.iter().filter(|q| q.round == Some(round.number)).count()),
        "version": case.frozen.last().map(|frozen| frozen.version),
        "outcome": case.outcome,
        "waiver_number": certificate.map(|certificate| &certificate.number),
        "verify_link": certificate.map(|c| format!("/verify?number={}&code={}", c.number, c.verify_code)),
        "valid_from": certificate.map(|certificate| certificate.valid_from),
        "valid_to": certificate.map(|certificate| certificate.valid_to),
        "quantity": certificate.map(|certificate| &certificate.authorised),
        "until": case.pause,
        "delegation": event.by.delegation,
        "digest": case.ballot.digest.clone().or(case.frozen.last().map(|frozen| frozen.digest.clone())),
    });
    let mut facts = without_nulls(common);
    if let (Value::Object(all), Value::Object(own)) = (&mut facts, without_nulls(own_facts(case, event))) {
        all.extend(own);
    }
    facts
}

/// What only this kind of event can state.
fn own_facts(case: &Case, event: &Event<Happening>) -> Value {
    use Happening as H;
    let shipment = |number: u32| {
        let shipment = case.waiver.shipments.get(&number);
        json!({ "shipment": number, "quantity": shipment.map(|shipment| &shipment.notice.quantity) })
    };
    match &event.happened {
        H::DossierSubmitted(submitted) => json!({ "digest": submitted.digest, "version": submitted.version }),
        H::DossierResubmitted(again) => json!({ "digest": again.digest, "version": again.version }),
        H::RoundAnswered(answered) => json!({ "digest": answered.digest, "version": answered.version }),
        H::DossierReturned(returned) => {
            json!({ "answer_by": returned.answer_by, "items": returned.deficiencies.len() })
        }
        H::LapseWarned(_) => {
            let answer_by = case.intake.returned.as_ref().map(|returned| returned.answer_by);
            let last = answer_by.map(|date| case.end_of(crate::clockwork::working_day_after(&case.holidays, date, 5)));
            json!({ "answer_by": answer_by, "lapses_at": last })
        }
        H::DossierRejected(rejected) => json!({ "ground": rejected.ground }),
        H::RoundIssued(issued) => json!({ "answer_by": issued.answer_by, "questions": issued.questions.len() }),
        H::AnswerReminded(reminded) => json!({ "days_left": reminded.working_days_left }),
        H::MemberRecused(recused) => json!({ "reason_class": recused.reason_class }),
        H::CriterionAssigned(assigned) => json!({ "criterion": assigned.criterion }),
        H::ScreeningRecorded(recorded) => {
            use crate::workflow::{
                action::ScreeningOutcome::{Clear, Failed, Hits},
                state::HitState,
            };
            let failed = recorded.results.iter().any(|result| result.result == Failed);
            // A hit that two persons have decided already needs nobody's attention.
            let mut now = recorded
                .results
                .iter()
                .filter_map(|result| case.screening.get(&result.subject));
            let open = now.any(|screening| screening.hits.iter().any(|hit| hit.state == HitState::Open));
            let result = if failed {
                Failed
            } else if open {
                Hits
            } else {
                Clear
            };
            json!({ "result": result, "link": format!("/cases/{}/screening", case.id) })
        }
        H::ScreeningAlarmRaised(_) => json!({ "link": format!("/cases/{}/screening", case.id) }),
        H::InspectionPostponed(postponed) => json!({ "by_host": postponed.by_host }),
        H::DeadlineNear(near) => json!({ "day_number": near.day }),
        H::CaseEscalated(escalated) => json!({ "due": escalated.until, "lapses_at": escalated.lapses_at }),
        H::EditionAdopted(adopted) => json!({ "version": adopted.terms.edition }),
        H::ConditionReported(report) => json!({ "condition": report.condition }),
        H::ConditionConfirmed(answer) | H::ConditionDeclined(answer) => json!({ "condition": answer.condition }),
        H::ExpiryReminded(reminded) => json!({ "days_left": reminded.days_left }),
        H::ShipmentNotified(notified) => shipment(notified.number),
        H::LoadingReported(loading) => {
            json!({ "shipment": loading.report.shipment, "quantity": loading.report.quantity })
        }
        H::PositionReported(position) => {
            let mut facts = shipment(position.report.shipment);
            facts["position"] = json!(position.report.position);
            facts
        }
        H::DeliveryAttested(attested) => {
            json!({ "shipment": attested.report.shipment, "quantity": attested.report.quantity })
        }
        H::DeliveryVerified(verified) | H::DeliveryDisputed(verified) => shipment(verified.shipment),
        H::ShipmentSilent(about) | H::AttestationOverdue(about) | H::VerificationOverdue(about) => {
            shipment(about.shipment)
        }
        H::LossReported(loss) => {
            let mut facts = shipment(loss.shipment);
            facts["loss"] = json!(loss.what);
            facts
        }
        H::CorrectionProposed(proposed) => json!({ "shipment": proposed.shipment, "quantity": proposed.delivered }),
        H::CorrectionConfirmed(confirmed) => {
            let mut facts = shipment(confirmed.shipment);
            facts["agreed"] = json!(confirmed.agreed);
            facts
        }
        H::OutcomeProposed(_) | H::OutcomeSigned(_) | H::CaseClosed(_) => {
            let total = case
                .outcome_statement
                .as_ref()
                .map(|(_, statement)| json!({ "amount": statement.verified_total, "unit": statement.unit }));
            json!({ "digest": case.outcome_statement.as_ref().map(|(digest, _)| digest), "quantity": total })
        }
        _ => json!({}),
    }
}
