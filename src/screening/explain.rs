//! A hit with its reasons, in data and in sentences that an official can put into a file.

use super::{
    entry::{Kind, ListedEntry, NameKind},
    explanation::{Explanation, MatchedOn, Pair, Qualifier, QualifierField, Reason},
    index::Evidence,
    matching::{align::Detail, ofac_style, words::words},
    qualify::Verdict,
    query::{Hit, Thresholds},
};
use crate::domain::reference;

/// The hit, if its score reaches a band.
pub(super) fn hit(
    entry: &ListedEntry,
    verdict: Verdict,
    evidence: Evidence,
    detail: Detail,
    thresholds: &Thresholds,
) -> Option<Hit> {
    let band = thresholds.band(verdict.score)?;
    let mut matched_on = evidence.numbers;
    let name = match evidence.name {
        Some(name) => {
            matched_on.push(MatchedOn::Name { asked: name.asked });
            entry.names.get(name.found.row.name as usize)?
        }
        None => entry.names.first()?,
    };
    let ofac_style = figure(&matched_on, &name.text, entry.kind == Kind::Person);
    let mut explanation = Explanation {
        matched_on,
        listed_primary_name: entry.primary_name().to_owned(),
        listed_name: name.text.clone(),
        listed_kind: name.kind,
        pairs: detail.pairs,
        unmatched_asked: detail.left_asked,
        unmatched_listed: detail.left_listed,
        qualifiers: verdict.qualifiers,
        name_score: verdict.name_score,
        ofac_style,
        words: Vec::new(),
    };
    explanation.words = sentences(&explanation);
    Some(Hit {
        list: entry.list.clone(),
        entry: entry.id.clone(),
        fingerprint: entry.fingerprint(),
        score: verdict.score,
        band,
        matched_name: name.text.clone(),
        matched_kind: name.kind,
        explanation,
    })
}

fn figure(matched_on: &[MatchedOn], listed: &str, person: bool) -> u8 {
    let asked = matched_on.iter().find_map(|on| match on {
        MatchedOn::Name { asked } => Some(asked.as_str()),
        MatchedOn::Number { .. } => None,
    });
    let Some(asked) = asked else {
        return 0;
    };
    let texts = |name: &str| -> Vec<String> { words(name, person).into_iter().map(|word| word.text).collect() };
    let (asked, listed) = (texts(asked), texts(listed));
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    let listed: Vec<&str> = listed.iter().map(String::as_str).collect();
    ofac_style::figure(&asked, &listed)
}

fn sentences(explanation: &Explanation) -> Vec<String> {
    let (name, kind) = (&explanation.listed_name, explanation.listed_kind);
    let mut sentences = Vec::new();
    for on in &explanation.matched_on {
        match on {
            MatchedOn::Number {
                scheme,
                value,
                listed_scheme,
            } if scheme == listed_scheme || scheme == "OTHER" => {
                sentences.push(format!(
                    "The listed party has the same number: {listed_scheme} {value}."
                ));
            }
            MatchedOn::Number {
                scheme,
                value,
                listed_scheme,
            } => sentences.push(format!(
                "The listed party has the same number: asked as {scheme} {value}, listed as {listed_scheme}."
            )),
            MatchedOn::Name { asked } => {
                let listed_as = match kind {
                    NameKind::Primary => String::new(),
                    other => format!(", {} of {}", article(other), explanation.listed_primary_name),
                };
                sentences.push(format!("The name \"{asked}\" was compared with \"{name}\"{listed_as}."));
            }
        }
    }
    sentences.extend(pair_sentences(&explanation.pairs));
    for (words, where_) in [
        (&explanation.unmatched_asked, "Only in the name asked for"),
        (&explanation.unmatched_listed, "Only in the listed name"),
    ] {
        if !words.is_empty() {
            sentences.push(format!("{where_}: {}.", words.join(", ")));
        }
    }
    sentences.extend(explanation.qualifiers.iter().filter_map(fact));
    sentences
}

fn article(kind: NameKind) -> &'static str {
    match kind {
        NameKind::Primary => "the primary name",
        NameKind::Aka => "an alias",
        NameKind::Fka => "a former name",
        NameKind::Weak => "a weak alias",
    }
}

fn pair_sentences(pairs: &[Pair]) -> Vec<String> {
    let of = |reason: Reason| pairs.iter().filter(move |pair| pair.reason == reason);
    let mut sentences = Vec::new();
    for reason in Reason::IN_ORDER {
        let texts: Vec<String> = of(reason)
            .map(|pair| match reason == Reason::Exact || pair.asked == pair.listed {
                true => pair.asked.clone(),
                false => format!("{} / {} ({:.0} %)", pair.asked, pair.listed, pair.similarity * 100.0),
            })
            .collect();
        if !texts.is_empty() {
            sentences.push(format!("{}: {}.", capital(reason.word()), texts.join(", ")));
        }
    }
    sentences
}

/// Codes of countries with their names.
fn countries(codes: &str) -> String {
    let named = |code: &str| match reference::country(code) {
        Some(name) => format!("{name} ({code})"),
        None => code.to_owned(),
    };
    codes.split(", ").map(named).collect::<Vec<_>>().join(", ")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn fact(fact: &Qualifier) -> Option<String> {
    let (asked, listed) = (&fact.asked, &fact.listed);
    Some(match fact.field {
        QualifierField::Name => format!("The names differ: {asked} asked, {listed} listed."),
        QualifierField::DateOfBirth => format!("The date of birth differs: {asked} asked, {listed} listed."),
        QualifierField::Country => {
            let [asked, listed] = [asked, listed].map(|codes| countries(codes));
            format!("The country differs: {asked} asked, {listed} listed.")
        }
        QualifierField::OtherShip => {
            format!("The IMO number differs: {asked} asked, {listed} listed. A ship keeps its number for life.")
        }
        QualifierField::Kind => format!("Asked for: {asked}; listed: {listed}."),
        QualifierField::Numerals if fact.effect < 0.9 => "The numerals in the names differ.".to_owned(),
        QualifierField::Numerals => "Only one of the names has a numeral.".to_owned(),
        QualifierField::Patronymic => "Name and father's name are the other way round.".to_owned(),
        QualifierField::WeakAlias => "The list itself calls this alias weak.".to_owned(),
        QualifierField::Number => return None,
    })
}
