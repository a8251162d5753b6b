//! Why a hit was found, in the reader's language: written from what was recorded as data.

use crate::{
    domain::{reference, text::Private},
    screening::{
        NameKind,
        explanation::{Explanation, MatchedOn, Pair, Qualifier, QualifierField, Reason},
    },
    web::pages::{site::key, texts::Texts},
    workflow::action::ScreeningHit,
};

/// The reasons as they were recorded; none if another engine gave its own.
fn recorded(found: &ScreeningHit) -> Option<Explanation> {
    let why = found.explanation.as_ref().and_then(Private::known)?;
    serde_json::from_value(why.clone()).ok()
}

/// What another engine said, in its own words.
#[must_use]
pub fn foreign(found: &ScreeningHit) -> Option<String> {
    let why = found.explanation.as_ref().and_then(Private::known)?.get("engine")?;
    Some(why.as_str().map_or_else(|| why.to_string(), str::to_owned))
}

/// The reasons in sentences.
#[must_use]
pub fn sentences(texts: &Texts, found: &ScreeningHit) -> Vec<String> {
    let Some(why) = recorded(found) else {
        return Vec::new();
    };
    let name = match why.listed_name.as_str() {
        "" => found.name.as_deref().unwrap_or(&why.listed_primary_name),
        name => name,
    };
    let on = why.matched_on.iter().map(|on| matched(texts, on, name, &why));
    let words = Reason::IN_ORDER
        .into_iter()
        .filter_map(|reason| agree(texts, reason, &why.pairs));
    let left = [
        ("why-only-asked", &why.unmatched_asked),
        ("why-only-listed", &why.unmatched_listed),
    ];
    let left = left.into_iter().filter(|(_, words)| !words.is_empty());
    let left = left.map(|(key, words)| texts.say_of(key, &[("words", &words.join(", "))]));
    let facts = why.qualifiers.iter().filter_map(|fact| of_fact(texts, fact));
    on.chain(words).chain(left).chain(facts).collect()
}

fn matched(texts: &Texts, on: &MatchedOn, name: &str, why: &Explanation) -> String {
    match on {
        MatchedOn::Number {
            scheme,
            value,
            listed_scheme: listed,
        } => {
            let same = scheme == listed || scheme == "OTHER";
            let key = if same { "why-number" } else { "why-number-as" };
            texts.say_of(key, &[("scheme", scheme), ("value", value), ("listed", listed)])
        }
        MatchedOn::Name { asked } => {
            let key = match why.listed_kind {
                NameKind::Primary => "why-name",
                NameKind::Aka => "why-name-aka",
                NameKind::Fka => "why-name-fka",
                NameKind::Weak => "why-name-weak",
            };
            let primary = &why.listed_primary_name;
            texts.say_of(key, &[("asked", asked), ("listed", name), ("primary", primary)])
        }
    }
}

fn agree(texts: &Texts, reason: Reason, pairs: &[Pair]) -> Option<String> {
    let words = pairs.iter().filter(|pair| pair.reason == reason).map(|pair| {
        if pair.asked == pair.listed || reason == Reason::Exact {
            pair.asked.clone()
        } else {
            // History holds thousandths.
            format!("{} / {} ({:.0} %)", pair.asked, pair.listed, pair.similarity / 10.0)
        }
    });
    let words: Vec<String> = words.collect();
    let word = serde_json::to_value(reason).ok()?;
    let key = key("why", word.as_str()?);
    (!words.is_empty()).then(|| texts.say_of(&key, &[("words", &words.join(", "))]))
}

fn of_fact(texts: &Texts, fact: &Qualifier) -> Option<String> {
    let (key, asked, listed) = match fact.field {
        QualifierField::Name => ("why-other-name", fact.asked.clone(), fact.listed.clone()),
        QualifierField::DateOfBirth => ("why-born", fact.asked.clone(), fact.listed.clone()),
        QualifierField::Country => (
            "why-country",
            countries(texts, &fact.asked),
            countries(texts, &fact.listed),
        ),
        QualifierField::OtherShip => ("why-other-ship", fact.asked.clone(), fact.listed.clone()),
        QualifierField::Kind => ("why-kind", kind(texts, &fact.asked), kind(texts, &fact.listed)),
        QualifierField::Numerals if fact.effect < 900.0 => ("why-numerals", String::new(), String::new()),
        QualifierField::Numerals => ("why-one-numeral", String::new(), String::new()),
        QualifierField::Patronymic => ("why-patronymic", String::new(), String::new()),
        QualifierField::WeakAlias => ("why-weak", String::new(), String::new()),
        QualifierField::Number => return None,
    };
    Some(texts.say_of(key, &[("asked", &asked), ("listed", &listed)]))
}

fn kind(texts: &Texts, word: &str) -> String {
    let key = key("scr-kind", word);
    if texts.has(&key) {
        texts.plain(&key)
    } else {
        word.to_owned()
    }
}

/// Codes of countries with their names in the reader's language.
fn countries(texts: &Texts, codes: &str) -> String {
    let named: Vec<String> = codes.split(", ").map(|code| country(texts, code)).collect();
    named.join(", ")
}

/// `Russian Federation (RU)`; what is no code as it stands.
#[must_use]
pub fn country(texts: &Texts, code: &str) -> String {
    match reference::country_in(code, texts.language()) {
        Some(name) => format!("{name} ({code})"),
        None => code.to_owned(),
    }
}

#[cfg(test)]
#[path = "reasons_tests.rs"]
mod tests;
