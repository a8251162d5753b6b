//! The decision: what was decided, on which day, by whom, and why.

use super::{
    saying::{self, Beside, fact, say},
    sheet::{Block, Column, Part, Sheet, Table},
};
use crate::domain::{text::Language, wording};
use crate::workflow::{action::Outcome, case::Case, event::Event, happening::Happening};

/// The decision; none before there is one.
#[must_use]
pub fn sheet(case: &Case, events: &[Event<Happening>], beside: &Beside<'_>) -> Option<Sheet> {
    let decided = |event: &Event<Happening>| matches!(event.happened, Happening::CaseDecided(_));
    let (case, events) = saying::as_of(case, events, decided)?;
    let reference = case.reference.clone()?;
    let part = |language: &Language| Part {
        language: *language,
        running: format!("{} {reference}", title(*language)),
        foot: format!("{} {reference}", say(*language, "Decision on case", "Решение по делу")),
        blocks: blocks(&case, events, beside, *language),
    };
    let parts: Vec<Part> = beside.languages.iter().map(part).collect();
    Some(Sheet {
        title: format!("{} {reference}", title(parts.first()?.language)),
        id: format!("decision:{}", case.id),
        as_of: case.decided_at?,
        parts,
    })
}

fn title(language: Language) -> &'static str {
    say(language, "Decision", "Решение")
}

fn blocks(case: &Case, events: &[Event<Happening>], beside: &Beside<'_>, language: Language) -> Vec<Block> {
    let outcome = case
        .outcome
        .map(|outcome| saying::outcome(language, outcome))
        .unwrap_or_default();
    let mut blocks = vec![
        Block::Letterhead {
            left: case.terms.authority.clone(),
            right: case.reference.clone().unwrap_or_default(),
        },
        Block::Title {
            text: title(language).to_owned(),
            under: case.terms.programme.in_language(language).to_owned(),
        },
        Block::Status(outcome.to_owned()),
        Block::Facts(facts(case, events, language)),
    ];
    blocks.extend(votes(case, language));
    blocks.extend(reasons(case, events, language));
    let mut signed = vec![Block::Heading(say(language, "Signatures", "Подписи").to_owned())];
    signed.extend(signature_table(case, events, beside, language));
    blocks.push(Block::Together(signed));
    blocks.extend(reconsideration(case, language));
    blocks
}

fn facts(case: &Case, events: &[Event<Happening>], language: Language) -> Vec<(String, String)> {
    let at = case
        .decided_at
        .map(|at| saying::moment(case, language, at))
        .unwrap_or_default();
    let (day, days) = (case.decided_on_day.unwrap_or(0), case.policy().days);
    let on_day = match language {
        Language::En => format!("Day {day} of {days} of the statutory clock"),
        Language::Ru => format!("{day}-й день из {days} исчисляемого срока"),
    };
    let mut facts = vec![
        fact(
            say(language, "Case", "Дело"),
            case.reference.clone().unwrap_or_default(),
        ),
        fact(
            say(language, "Applicant", "Заявитель"),
            saying::applicant(case, language),
        ),
        fact(
            say(language, "Public notice", "Публичное извещение"),
            case.terms.number.clone(),
        ),
        fact(
            say(language, "Legal basis", "Правовое основание"),
            case.terms.legal_basis.in_language(language),
        ),
        fact(say(language, "Decided", "Принято"), at),
        fact(say(language, "In time", "Срок"), on_day),
    ];
    if let Some(own) = &case.affiliation {
        let own = saying::delegation(case, language, own);
        facts.push(fact(
            say(
                language,
                "Delegation of the applicant’s own state",
                "Делегация государства заявителя",
            ),
            own,
        ));
    }
    if let Some(rule) = events.last().map(|event| event.rule.clone()) {
        facts.push(fact(say(language, "Rule", "Правило"), rule));
    }
    let draft = case.ballot.draft.as_ref().filter(|_| by_vote(case));
    if let Some(authorised) = draft.and_then(|draft| draft.authorised.as_ref()) {
        facts.push(fact(
            say(language, "Quantity authorised", "Разрешённое количество"),
            wording::quantity(language, authorised),
        ));
    }
    if let Some((from, months)) = draft.and_then(|draft| Some((draft.valid_from?, draft.validity_months?))) {
        let from = wording::date(language, from);
        let validity = match language {
            Language::En => format!(
                "{months}\u{a0}{} from {from}",
                wording::plural(language, months.into(), "month", "months", "months")
            ),
            Language::Ru => format!(
                "{months}\u{a0}{} с\u{a0}{from}",
                wording::plural(language, months.into(), "месяц", "месяца", "месяцев")
            ),
        };
        facts.push(fact(say(language, "Validity", "Срок действия"), validity));
    }
    if let Some(digest) = case.ballot.digest.as_ref().filter(|_| by_vote(case)) {
        facts.push(fact(
            say(
                language,
                "Hash voted on (SHA-256)",
                "Хеш, за который голосовали (SHA-256)",
            ),
            digest.clone(),
        ));
    }
    facts
}

/// Was the circulated draft what decided?
fn by_vote(case: &Case) -> bool {
    !matches!(
        case.outcome,
        Some(Outcome::NoWaiverRequired | Outcome::DeemedRefused | Outcome::DeemedApproved) | None
    )
}

fn votes(case: &Case, language: Language) -> Vec<Block> {
    let Some(closed) = &case.ballot.closed else {
        return Vec::new();
    };
    let row = |(own, vote): (&crate::domain::people::Delegation, &crate::workflow::action::Vote)| {
        let reason = vote.reason.as_ref().map(|reason| reason.as_str().to_owned());
        vec![
            saying::delegation(case, language, own),
            saying::choice(language, vote.choice).to_owned(),
            [vote.because.join(", "), reason.unwrap_or_default()]
                .into_iter()
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join("\n"),
        ]
    };
    vec![
        Block::Heading(say(language, "Votes of the delegations", "Голоса делегаций").to_owned()),
        Block::Table(Table {
            columns: vec![
                Column::new(say(language, "Delegation", "Делегация"), 34.0),
                Column::new(say(language, "Vote", "Голос"), 26.0),
                Column::new(say(language, "Because", "Основание"), 40.0),
            ],
            rows: closed.votes.iter().map(row).collect(),
            total: None,
        }),
    ]
}

fn reasons(case: &Case, events: &[Event<Happening>], language: Language) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(say(language, "Reasons", "Обоснование").to_owned())];
    if let Some(no_waiver) = case
        .no_waiver
        .as_ref()
        .filter(|_| case.outcome == Some(Outcome::NoWaiverRequired))
    {
        blocks.push(Block::Text(no_waiver.legal_note.as_str().to_owned()));
        return blocks;
    }
    let Some(draft) = case.ballot.draft.as_ref().filter(|_| by_vote(case)) else {
        let by_time = say(
            language,
            "No signed decision existed when the time was over. The outcome follows from the notice alone; it says \
             nothing about the merits of the dossier.",
            "К истечению срока подписанного решения не было. Исход следует только из условий извещения и не содержит \
             оценки досье по существу.",
        );
        blocks.push(Block::Text(by_time.to_owned()));
        return blocks;
    };
    for reason in &draft.reasons {
        let criterion = case
            .terms
            .criteria
            .iter()
            .find(|criterion| criterion.id == reason.criterion);
        let text = criterion
            .map(|criterion| criterion.text.in_language(language))
            .unwrap_or_default();
        blocks.push(Block::Strong(format!("{}\u{a0} {text}", reason.criterion)));
        blocks.push(Block::Text(reason.reason.as_str().to_owned()));
    }
    if !draft.conditions.is_empty() {
        blocks.push(Block::Heading(say(language, "Conditions", "Условия").to_owned()));
        for condition in &draft.conditions {
            blocks.push(Block::Text(format!(
                "{}\u{a0} {}",
                condition.id,
                condition.text.as_str()
            )));
        }
    }
    let as_voted = |event: &Event<Happening>| match &event.happened {
        Happening::CaseDecided(decided) => decided.reason.as_deref() == Some("as_voted"),
        _ => false,
    };
    if events.last().is_some_and(as_voted) {
        let note = say(
            language,
            "The time was over before the decision was signed; the votes already cast had decided (rule X-04).",
            "Срок истёк до подписания решения; уже поданные голоса решили дело (правило X-04).",
        );
        blocks.push(Block::Note(note.to_owned()));
    }
    blocks
}

/// Who signed for which delegation, and when.
pub(super) fn signature_table(
    case: &Case,
    events: &[Event<Happening>],
    beside: &Beside<'_>,
    language: Language,
) -> Vec<Block> {
    let rows = saying::decision_signatures(case, events, beside, language);
    if rows.is_empty() {
        let none = say(
            language,
            "Decided by lapse of time or with the consent of all co-chairs recorded in the history; there is no signature on a draft.",
            "Решено истечением срока или согласием всех сопредседателей, записанным в истории; подписи под проектом нет.",
        );
        return vec![Block::Text(none.to_owned())];
    }
    vec![Block::Table(signed(rows, language))]
}

pub(super) fn signed(rows: Vec<Vec<String>>, language: Language) -> Table {
    Table {
        columns: vec![
            Column::new(say(language, "For the delegation", "За делегацию"), 28.0),
            Column::new(say(language, "Co-chair", "Сопредседатель"), 25.0),
            Column::new(
                say(language, "Signed electronically", "Подписано в электронной форме"),
                47.0,
            ),
        ],
        rows,
        total: None,
    }
}

fn reconsideration(case: &Case, language: Language) -> Vec<Block> {
    use Outcome::{Approved, DeemedApproved, NoWaiverRequired};
    if matches!(case.outcome, Some(Approved | DeemedApproved | NoWaiverRequired) | None) {
        return Vec::new();
    }
    let text = say(
        language,
        "The applicant may ask for reconsideration within 28 calendar days from the day on which this decision was served, \
         to the end of the last day. Nobody who found, voted or signed here takes part in it.",
        "Заявитель вправе ходатайствовать о пересмотре в течение 28 календарных дней со дня вручения решения, до конца \
         последнего дня. В пересмотре не участвует никто из тех, кто делал выводы, голосовал или подписывал решение.",
    );
    vec![Block::Together(vec![
        Block::Heading(say(language, "Reconsideration", "Пересмотр").to_owned()),
        Block::Text(text.to_owned()),
    ])]
}
