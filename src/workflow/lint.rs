//! Is a notice's text complete (N-02)?

use super::notice::holidays_of;
use crate::{
    clockwork,
    domain::{Instant, notice::NoticeContent, text::Language},
};
use std::collections::BTreeSet;

/// What is missing in a notice's text, in words (N-02).
#[must_use]
pub fn lint(content: &NoticeContent) -> Vec<String> {
    let mut missing = Vec::new();
    let mut need = |holds: bool, what: &str| {
        if !holds {
            missing.push(what.to_owned());
        }
    };
    let spoken = |text: &crate::domain::text::Localised| {
        Language::ALL
            .iter()
            .all(|language| text.0.get(language).is_some_and(|text| !text.trim().is_empty()))
    };
    let ids: BTreeSet<_> = content.criteria.iter().map(|criterion| &criterion.id).collect();
    let codes: BTreeSet<_> = content.delegations.iter().map(|delegation| &delegation.code).collect();
    let clock = &content.policy.clock;
    need(!content.number.trim().is_empty(), "a number");
    need(!content.authority.trim().is_empty(), "the issuing authority");
    need(
        content.criteria.iter().any(|criterion| criterion.mandatory),
        "at least one mandatory criterion",
    );
    need(ids.len() == content.criteria.len(), "criteria with distinct ids");
    need(
        content.criteria.iter().all(|criterion| spoken(&criterion.text)),
        "every criterion in every language",
    );
    need(
        spoken(&content.programme) && spoken(&content.purpose),
        "programme and purpose in every language",
    );
    need(spoken(&content.legal_basis), "the legal basis in every language");
    need(!content.delegations.is_empty(), "at least one delegation");
    need(
        codes.len() == content.delegations.len(),
        "delegations with distinct codes",
    );
    need(holidays_of(content).is_ok(), "a known calendar for every delegation");
    need(!content.eligible_submitters.is_empty(), "who may file");
    need(
        (1..=60).contains(&content.max_validity_months),
        "a validity of 1 to 60 months",
    );
    need((1..=365).contains(&clock.days), "a time of 1 to 365 days to decide");
    need(
        clock.extension.max <= 90 && clock.extension.times <= 3,
        "an extension within reason",
    );
    need(
        clock.stop_cap_days <= 365 && clock.escalation_days <= 90,
        "limits of stops and escalation within reason",
    );
    need(
        content.policy.answer_days >= 1 && content.policy.answer_days <= 90,
        "an answer time of 1 to 90 working days",
    );
    need(
        content.policy.tolerance_bp <= 1_000,
        "a tolerance of at most 10 per cent",
    );
    need(
        content.policy.circulation_days <= 30,
        "a circulation of at most 30 working days",
    );
    need(
        content.policy.inspection_notice_hours <= 336,
        "an inspection notice of at most 14 days",
    );
    need(
        (1..=90).contains(&content.policy.silence_days),
        "a silence of 1 to 90 days before the secretariat is told",
    );
    need(content.policy.wind_down_days <= 365, "a wind-down of at most a year");
    need(
        content
            .ceiling
            .as_ref()
            .is_none_or(|ceiling| ceiling.base_milli().is_ok_and(|m| m > 0)),
        "a usable ceiling",
    );
    let start = Instant::from_second(1_760_000_000).unwrap_or(Instant::UNIX_EPOCH);
    need(
        clockwork::reckon(clock, &BTreeSet::new(), start, &[], 0, None).is_ok(),
        "a known time zone and cut-off",
    );
    missing
}
