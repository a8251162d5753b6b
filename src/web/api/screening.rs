//! Screening: what was found about a case, side by side with the listed entry.

use crate::{
    domain::text::Private,
    workflow::{
        self,
        case::{Case, Hit, Screening},
        screened,
    },
};
use serde_json::{Value, json};

/// The screening of a case, as officials see it.
pub fn view(case: &Case) -> Value {
    let subjects = screened::live(case);
    let result = |(key, screening): (&String, &Screening)| {
        let subject = subjects.get(key);
        json!({
            "subject": key, "result": screening.result, "at": screening.at, "list": screening.list,
            "list_version": screening.list_version, "list_date": screening.list_date,
            "hits": screening.hits.iter().map(hit).collect::<Vec<_>>(),
            "looked_for": subject, "fingerprint": screening.fingerprint,
            "changed_since": subject.zip(screening.fingerprint.as_ref()).is_some_and(|(now, then)| now.fingerprint() != *then),
            "recorded_by": if screening.check.is_some() { "engine" } else { "official" },
            "tool": screening.tool, "check": screening.check,
        })
    };
    json!({
        "results": case.screening.iter().map(result).collect::<Vec<_>>(),
        "missing": workflow::screening::unscreened(case),
    })
}

fn hit(hit: &Hit) -> Value {
    let first = hit.proposed.as_ref();
    let found = &hit.found;
    json!({
        "entry": found.entry, "matched_on": found.matched_on, "state": hit.state, "list": found.list,
        "name": found.name, "fingerprint": found.fingerprint, "score": found.score, "band": found.band,
        "explanation": found.explanation.as_ref().and_then(Private::known),
        "verdict": first.map(|first| first.verdict),
        "proposed_by": first.map(|first| first.by),
        "covered_by": first.and_then(|first| first.covered_by.clone()),
        "covered_as": first.and_then(|first| first.covered_as),
        "holds_until": first.and_then(|first| first.holds_until),
        "confirmed_by": hit.confirmed.as_ref().map(|(person, _)| person),
        "decided_in": hit.decided_in,
    })
}
