//! What several areas show of a case: the clock, the stages, the difference between two texts.

use super::{site::key, visit::Visit};
use crate::{
    domain::reference,
    workflow::{
        case::Case,
        listing::days_between,
        state::{DossierState, WaiverState},
        step::Subject as _,
    },
};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

/// Who the delegations of a case are, in words: by their codes.
#[must_use]
pub fn sides(visit: &Visit, case: &Case) -> Value {
    let named = case.terms.delegations.iter();
    named
        .map(|terms| {
            let name = terms.name.in_language(visit.language()).to_owned();
            (terms.code.to_string(), Value::String(name))
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// The statutory clock, for the macro `clock`.
#[must_use]
pub fn clock(visit: &Visit, case: &Case) -> Value {
    let texts = &visit.site.texts;
    let until = case.clock.ended.unwrap_or(visit.now);
    let reckoning = case.reckoning(until);
    let word = case.clock_word();
    let (state, reasons) = word.split_once(": ").unwrap_or((&word, ""));
    let zone = &case.policy().tz;
    let today = visit
        .now
        .to_zoned_datetime(jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC))
        .date();
    let left = reckoning.as_ref().map(|reckoning| days_between(today, reckoning.due));
    let (kind, text) = match (state, left) {
        ("running", Some(left)) => {
            let mut arguments = FluentArgs::new();
            arguments.set("n", left.abs());
            let kind = if left < 0 {
                "bad"
            } else if left <= 5 {
                "warn"
            } else {
                "ok"
            };
            (
                kind,
                texts.say(if left < 0 { "days-over" } else { "days-left" }, &arguments),
            )
        }
        ("stopped", _) => ("stopped", texts.plain("clock-stopped")),
        (state, _) => ("", texts.plain(&key("clock", state))),
    };
    let why: Vec<_> = reasons
        .split(", ")
        .filter(|reason| !reason.is_empty())
        .map(|reason| {
            let key = key("stop", reason);
            if texts.has(&key) {
                texts.plain(&key)
            } else {
                reason.to_owned()
            }
        })
        .collect();
    let mut n = 0;
    let days = reckoning.iter().flat_map(|reckoning| &reckoning.days).map(|day| {
        n += u32::from(day.counts);
        let why = serde_json::to_value(day.why)
            .ok()
            .and_then(|word| Some(key("why", word.as_str()?)));
        json!({ "n": n, "date": day.date.to_string(), "counted": day.counts, "why": why.map(|key| texts.plain(&key)) })
    });
    json!({
        "state": state, "kind": kind, "text": text, "why": why.join("; "), "days": days.collect::<Vec<_>>(),
        "day": case.decided_on_day.unwrap_or_else(|| case.day_number(until)),
        "total": reckoning.as_ref().map_or(0, |_| case.policy().days + case.clock.extension_days),
        "lapses": reckoning.as_ref().filter(|_| state == "running").map(|reckoning| visit.deadline(reckoning.lapses_at, zone)),
    })
}

/// The five stages with the current one, for the macro `steps`.
#[must_use]
pub fn stages(case: &Case) -> Value {
    const STAGES: [&str; 5] = [
        "stage-notice",
        "stage-dossier",
        "stage-review",
        "stage-decision",
        "stage-shipments",
    ];
    use DossierState as S;
    let closed = case.waiver.state == WaiverState::Closed;
    let now = match case.state {
        S::Draft | S::Submitted | S::Completeness | S::Returned => 1,
        S::UnderReview => 2,
        S::Deliberation => 3,
        S::Decided if closed || case.waiver.certificate.is_none() => 5,
        S::Decided => 4,
        S::Withdrawn | S::Lapsed | S::Inadmissible | S::Discarded => 9,
    };
    let stage = |(n, stage): (usize, &&str)| {
        // What ended early came as far as it came.
        let ended = if case.submitted_at.is_some() { 2 } else { 1 };
        let done = n < now.min(if now == 9 { ended } else { 9 });
        // Without a waiver there is nothing to ship.
        let done = done && !(n == 4 && case.waiver.certificate.is_none());
        let state = if n == now {
            "now"
        } else if done {
            "done"
        } else {
            "todo"
        };
        json!({ "key": stage, "state": state, "note": null })
    };
    STAGES.iter().enumerate().map(stage).collect()
}

/// A country in the reader's language.
#[must_use]
pub fn country(visit: &Visit, code: &str) -> String {
    reference::country_in(code, visit.language()).unwrap_or(code).to_owned()
}

/// Two texts, word by word: pieces that stayed, went (`del`) and came (`ins`).
#[must_use]
pub fn difference(old: &str, new: &str) -> Vec<(&'static str, String)> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split_whitespace().collect(), new.split_whitespace().collect());
    if old.len() * new.len() > 4_000_000 {
        return vec![("del", old.join(" ")), ("ins", new.join(" "))];
    }
    // Longest common subsequence, from the end.
    let mut longest = vec![vec![0_u32; new.len() + 1]; old.len() + 1];
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            longest[i][j] = if a == b {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pieces: Vec<(&'static str, Vec<&str>)> = Vec::new();
    while i < old.len() || j < new.len() {
        let (kind, word) = if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
            ("same", old[i - 1])
        } else if i < old.len() && (j == new.len() || longest[i + 1][j] >= longest[i][j + 1]) {
            i += 1;
            ("del", old[i - 1])
        } else {
            j += 1;
            ("ins", new[j - 1])
        };
        match pieces.last_mut() {
            Some((last, words)) if *last == kind => words.push(word),
            _ => pieces.push((kind, vec![word])),
        }
    }
    pieces
        .into_iter()
        .map(|(kind, words)| (kind, words.join(" ")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_names_what_went_and_what_came() {
        let found = difference("up to 200 tonnes of wheat", "up to 250 tonnes of milling wheat");
        let said: Vec<_> = found.iter().map(|(kind, text)| (*kind, text.as_str())).collect();
        let expected = [
            ("same", "up to"),
            ("del", "200"),
            ("ins", "250"),
            ("same", "tonnes of"),
            ("ins", "milling"),
            ("same", "wheat"),
        ];
        assert_eq!(said, expected);
        assert_eq!(difference("same", "same"), [("same", "same".to_owned())]);
        assert_eq!(difference("", ""), []);
    }
}
