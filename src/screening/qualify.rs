//! What speaks for or against a hit beside the name: numbers, dates of birth, countries, the kind of party.

use super::{
    entry::{Identifier, Kind, ListedEntry, NameKind},
    explanation::{Qualifier, QualifierField},
    identifier::scheme,
    index::Evidence,
    matching::align::rounded,
    query::{Query, Thresholds},
};
use crate::domain::identifier::{self, Scheme};

/// What a hit by number scores at least.
const BY_NUMBER: f64 = 0.95;
/// The list itself calls the alias weak.
const WEAK: f32 = 0.97;
const OTHER_YEAR: f64 = -0.15;
const OTHER_DAY: f64 = -0.25;
const OTHER_COUNTRY: f64 = -0.2;
const OTHER_KIND: f64 = -0.2;
/// A ship's number stays with the hull for life, and its check digit tells a slip from another ship.
const OTHER_SHIP: f64 = -0.4;

/// What a listed name counts by its kind.
pub(super) fn weight_of_name(kind: NameKind) -> f32 {
    if kind == NameKind::Weak { WEAK } else { 1.0 }
}

/// A score with what led to it.
pub(super) struct Verdict {
    pub score: f64,
    pub name_score: f64,
    pub qualifiers: Vec<Qualifier>,
}

/// Weighs all that is known.
pub(super) fn judge(query: &Query, entry: &ListedEntry, evidence: &Evidence, thresholds: &Thresholds) -> Verdict {
    let mut qualifiers = Vec::new();
    let name_score = evidence.name.as_ref().map_or(0.0, |name| {
        if let Some((field, bound)) = name.found.alignment.cap {
            qualifiers.push(note(field, "", "", rounded(bound)));
        }
        if name.found.row.kind == NameKind::Weak {
            qualifiers.push(note(QualifierField::WeakAlias, "", "", rounded(WEAK - 1.0)));
        }
        rounded(name.score())
    });
    let against: Vec<Qualifier> = [
        birth(query, &entry.dates_of_birth),
        country(query, &entry.countries),
        kind(query.kind, entry.kind),
    ]
    .into_iter()
    .flatten()
    .collect();
    let ship = other_ship(query, entry).filter(|_| evidence.numbers.is_empty());
    let same_flag = query.countries.iter().any(|flag| entry.countries.contains(flag));
    let another = ship.is_some() && !same_flag;
    let other_kind = against.iter().any(|fact| fact.field == QualifierField::Kind);
    let against: Vec<Qualifier> = against.into_iter().chain(ship).collect();
    let mut score = name_score + against.iter().map(|fact| fact.effect).sum::<f64>();
    // A fact that may be wrong, or may be made up, does not hide a name that agrees; but many ships share a name, and
    // companies have the names of ships.
    if name_score >= thresholds.strong && !another && !other_kind {
        score = score.max(thresholds.possible);
    }
    qualifiers.extend(against);
    if !evidence.numbers.is_empty() {
        score = score.max(BY_NUMBER);
        if evidence.name.is_none() && !query.names.is_empty() {
            let asked = query.names.join("; ");
            qualifiers.push(note(QualifierField::Name, &asked, entry.primary_name(), 0.0));
        }
        qualifiers.push(note(QualifierField::Number, "", "", BY_NUMBER));
    }
    Verdict {
        score: (score.clamp(0.0, 1.0) * 1000.0).round() / 1000.0,
        name_score,
        qualifiers,
    }
}

fn note(field: QualifierField, asked: &str, listed: &str, effect: f64) -> Qualifier {
    Qualifier {
        field,
        asked: asked.to_owned(),
        listed: listed.to_owned(),
        effect,
    }
}

/// Two dates of birth that cannot be of one person; a year more or less is often a mistake of the papers.
fn birth(query: &Query, listed: &[String]) -> Option<Qualifier> {
    let asked = query.date_of_birth.as_deref()?;
    let year: i32 = asked.get(..4)?.parse().ok()?;
    if listed.is_empty()
        || listed
            .iter()
            .any(|date| date.starts_with(asked) || asked.starts_with(date.as_str()))
    {
        return None;
    }
    let year_agrees = listed.iter().any(|date| match date.split_once('/') {
        Some((from, to)) => {
            let bound = |text: &str| text.get(..4).and_then(|year| year.parse::<i32>().ok());
            bound(from)
                .zip(bound(to))
                .is_none_or(|(from, to)| (from..=to).contains(&year))
        }
        None => date
            .get(..4)
            .and_then(|year| year.parse::<i32>().ok())
            .is_none_or(|listed| listed.abs_diff(year) <= 1),
    });
    let full = |date: &str| date.len() == 10;
    let effect = if full(asked) && listed.iter().all(|date| full(date)) {
        OTHER_DAY
    } else if year_agrees {
        return None;
    } else {
        OTHER_YEAR
    };
    Some(note(QualifierField::DateOfBirth, asked, &listed.join(", "), effect))
}

fn country(query: &Query, listed: &[String]) -> Option<Qualifier> {
    let same = |asked: &String| listed.iter().any(|country| country.eq_ignore_ascii_case(asked));
    let silent = query.countries.is_empty() || listed.is_empty();
    if silent || query.countries.iter().any(same) {
        return None;
    }
    let asked = query.countries.join(", ");
    Some(note(QualifierField::Country, &asked, &listed.join(", "), OTHER_COUNTRY))
}

/// Two ships with sound numbers that differ are two ships.
fn other_ship(query: &Query, entry: &ListedEntry) -> Option<Qualifier> {
    if query.kind != Kind::Vessel || entry.kind != Kind::Vessel {
        return None;
    }
    let asked = sound_imo(&query.identifiers)?;
    let listed = sound_imo(&entry.identifiers)?;
    (asked != listed).then(|| note(QualifierField::OtherShip, &asked, &listed, OTHER_SHIP))
}

fn sound_imo(numbers: &[Identifier]) -> Option<String> {
    let mut ships = numbers
        .iter()
        .filter(|number| number.scheme.eq_ignore_ascii_case(scheme::IMO));
    let sound = ships.find(|number| identifier::fault(Scheme::ImoShip, &number.value).is_none())?;
    Some(sound.value.chars().filter(char::is_ascii_digit).collect())
}

/// A ship is not a company of the same name, though the company may be its owner.
fn kind(asked: Kind, listed: Kind) -> Option<Qualifier> {
    let known = |kind: Kind| kind != Kind::Unknown;
    (known(asked) && known(listed) && asked != listed)
        .then(|| note(QualifierField::Kind, asked.word(), listed.word(), OTHER_KIND))
}
