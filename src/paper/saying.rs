//! What the documents share: words in both languages side by side, and how a case names its things.

use crate::domain::{
    Instant,
    id::PersonId,
    people::{Delegation, Role},
    quantity::Quantity,
    reference,
    text::Language,
    wording,
};
use crate::workflow::{
    action::{Choice, Outcome},
    case::Case,
    event::Event,
    happening::Happening,
};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// What a document needs beside the history.
#[derive(Clone, Copy, Debug)]
pub struct Beside<'a> {
    /// Names of the people who acted.
    pub names: &'a BTreeMap<PersonId, String>,
    /// The address of the service, for links.
    pub base_url: &'a str,
    /// A signed checkpoint of the log that covers the case, if there is one.
    pub checkpoint: Option<&'a str>,
    /// The languages to print, one after the other.
    pub languages: &'a [Language],
}

impl Beside<'_> {
    pub(super) fn name(&self, person: PersonId) -> String {
        self.names.get(&person).cloned().unwrap_or_else(|| person.to_string())
    }

    pub(super) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base_url.trim_end_matches('/'))
    }
}

/// One of two.
pub(super) fn say(language: Language, en: &'static str, ru: &'static str) -> &'static str {
    match language {
        Language::En => en,
        Language::Ru => ru,
    }
}

pub(super) fn fact(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

pub(super) fn zone(case: &Case) -> TimeZone {
    TimeZone::get(&case.policy().tz).unwrap_or(TimeZone::UTC)
}

pub(super) fn moment(case: &Case, language: Language, at: Instant) -> String {
    wording::moment(language, at, &zone(case))
}

pub(super) fn amount(language: Language, amount: &str, unit: &str) -> String {
    amount.parse().map_or_else(
        |_| format!("{amount}\u{a0}{unit}"),
        |amount| {
            wording::quantity(
                language,
                &Quantity {
                    amount,
                    unit: unit.to_owned(),
                },
            )
        },
    )
}

/// `Ethiopia`, and the code where the list has no name.
pub(super) fn country(language: Language, code: &str) -> String {
    reference::country_in(code, language).unwrap_or(code).to_owned()
}

pub(super) fn countries<'a>(language: Language, codes: impl Iterator<Item = &'a String>) -> String {
    let names: std::collections::BTreeSet<String> = codes.map(|code| country(language, code)).collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}

/// The applicant's name in its own script, in Latin letters, and its country.
pub(super) fn applicant(case: &Case, language: Language) -> String {
    let Some(applicant) = case.submitted_dossier().applicant.as_ref() else {
        return case.organisation.to_string();
    };
    let latin = applicant.name_latin.as_ref().filter(|latin| **latin != applicant.name);
    let latin = latin.map(|latin| format!("\n{latin}")).unwrap_or_default();
    format!("{}{latin}\n{}", applicant.name, country(language, &applicant.country))
}

pub(super) fn delegation(case: &Case, language: Language, code: &Delegation) -> String {
    let terms = case.terms.delegations.iter().find(|terms| terms.code == *code);
    terms.map_or_else(|| code.to_string(), |terms| terms.name.in_language(language).to_owned())
}

pub(super) fn outcome(language: Language, outcome: Outcome) -> &'static str {
    use Outcome::*;
    match outcome {
        Approved => say(language, "Approved", "Одобрено"),
        ApprovedWithConditions => say(language, "Approved with conditions", "Одобрено с условиями"),
        ApprovedInPart => say(language, "Approved in part", "Одобрено частично"),
        Refused => say(language, "Refused", "Отказано"),
        NoWaiverRequired => say(language, "No waiver required", "Разрешение не требуется"),
        DeemedRefused => say(
            language,
            "Refused: no decision in time",
            "Отказано: решение не принято в срок",
        ),
        DeemedApproved => say(
            language,
            "Approved: no decision in time",
            "Одобрено: решение не принято в срок",
        ),
    }
}

pub(super) fn choice(language: Language, choice: Choice) -> &'static str {
    match choice {
        Choice::Approve => say(language, "For approval", "За одобрение"),
        Choice::ApproveWithConditions => say(language, "For approval with conditions", "За одобрение с условиями"),
        Choice::Refuse => say(language, "For refusal", "За отказ"),
        Choice::Abstain => say(language, "Abstained", "Воздержалась"),
    }
}

pub(super) fn role(language: Language, role: Role) -> &'static str {
    use Role::*;
    match role {
        Public => say(language, "Public", "Общественность"),
        Drafter => say(language, "Drafter", "Составитель"),
        Signatory => say(language, "Signatory", "Подписант"),
        OrganisationAdministrator => say(
            language,
            "Administrator of the organisation",
            "Администратор организации",
        ),
        OrganisationReader => say(language, "Reader of the organisation", "Читатель организации"),
        Agent => say(language, "Agent", "Представитель"),
        Sponsor => say(language, "Sponsoring authority", "Поддерживающее ведомство"),
        Secretariat => say(language, "Secretariat", "Секретариат"),
        SecretariatLead => say(language, "Head of secretariat", "Руководитель секретариата"),
        Reviewer => say(language, "Reviewer", "Эксперт"),
        Head => say(language, "Head of delegation", "Глава делегации"),
        Alternate => say(language, "Alternate", "Заместитель главы делегации"),
        Inspector => say(language, "Inspector", "Инспектор"),
        CoChair => say(language, "Co-chair", "Сопредседатель"),
        Monitor => say(language, "Monitor", "Наблюдатель"),
        Auditor => say(language, "Auditor", "Аудитор"),
        Administrator => say(language, "Administrator", "Администратор"),
        System => say(language, "Rule engine", "Система правил"),
    }
}

/// Delegation, person and time of each signature.
pub(super) fn signatures(
    case: &Case,
    events: &[Event<Happening>],
    beside: &Beside<'_>,
    language: Language,
    is_signature: impl Fn(&Happening) -> bool,
) -> Vec<Vec<String>> {
    let signed = events.iter().filter(|event| is_signature(&event.happened));
    let row = |event: &Event<Happening>| {
        let side = event.by.delegation.as_ref().map(|own| delegation(case, language, own));
        vec![
            side.unwrap_or_default(),
            beside.name(event.by.person),
            moment(case, language, event.effective_at),
        ]
    };
    signed.map(row).collect()
}

/// How each delegation's co-chair signed the decision that was taken.
pub(super) fn decision_signatures(
    case: &Case,
    events: &[Event<Happening>],
    beside: &Beside<'_>,
    language: Language,
) -> Vec<Vec<String>> {
    signatures(case, events, beside, language, |happened| match happened {
        Happening::DecisionSigned(signed) => case.ballot.digest.as_ref() == Some(&signed.draft),
        _ => false,
    })
}

/// The events up to the last that this is true of, with the case as it stood then.
pub(super) fn as_of<'e>(
    case: &Case,
    events: &'e [Event<Happening>],
    is: impl Fn(&Event<Happening>) -> bool,
) -> Option<(Case, &'e [Event<Happening>])> {
    let last = events.iter().rposition(is)?;
    let until = events.get(..=last)?;
    Some((crate::workflow::subject::fold(case.id, until)?, until))
}
