//! The certificate of a waiver: what a customs officer, a bank or a minister holds in hand.

use super::{
    saying::{self, Beside, fact, say},
    sheet::{Block, Column, Part, Sheet, Table},
};
use crate::domain::{text::Language, wording};
use crate::workflow::{
    case::Case,
    event::Event,
    happening::{Happening, WaiverIssued},
    state::WaiverState,
};

/// Does this event change the state of the waiver, and so the certificate?
#[must_use]
pub fn changes(event: &Event<Happening>) -> bool {
    event.to.iter().any(|state| state.starts_with("waiver:"))
}

/// The certificate, with the status that the waiver has had since its last change of state; none before it is issued.
#[must_use]
pub fn sheet(case: &Case, events: &[Event<Happening>], beside: &Beside<'_>) -> Option<Sheet> {
    let (case, events) = saying::as_of(case, events, changes)?;
    let issued = case.waiver.certificate.clone()?;
    let last = events.last()?;
    let part = |language: &Language| {
        Part {
        language: *language,
        running: format!("{} {}", title(*language), issued.number),
        foot: say(
            *language,
            "The live status stands on the verification page. A certificate without a matching entry there is not valid.",
            "Действительный статус указан на странице проверки. Сертификат без соответствующей записи недействителен.",
        )
        .to_owned(),
        blocks: blocks(&case, events, &issued, beside, *language),
    }
    };
    let parts: Vec<Part> = beside.languages.iter().map(part).collect();
    let language = parts.first()?.language;
    Some(Sheet {
        title: format!("{} {}", title(language), issued.number),
        id: format!("certificate:{}:{}", issued.number, last.seq),
        as_of: last.effective_at,
        parts,
    })
}

/// The certificate that the draft on the table would lead to, said to be nothing yet: without a number that could be
/// verified, without signatures, without a code.
#[must_use]
pub fn draft(case: &Case, issued: &WaiverIssued, beside: &Beside<'_>) -> Option<Sheet> {
    let circulated = case.ballot.draft.as_ref()?;
    let mut case = case.clone();
    case.outcome = Some(circulated.outcome);
    let part = |language: &Language| {
        let warning = say(
            *language,
            "DRAFT. Not a waiver: nothing is authorised before every co-chair has signed",
            "ПРОЕКТ. Не является разрешением: до подписи всех сопредседателей ничего не разрешено",
        );
        let mut blocks = vec![
            Block::Letterhead {
                left: case.terms.authority.clone(),
                right: say(*language, "DRAFT", "ПРОЕКТ").to_owned(),
            },
            Block::Title {
                text: title(*language).to_owned(),
                under: case.terms.programme.in_language(*language).to_owned(),
            },
            Block::Status(warning.to_owned()),
            Block::Facts(main_facts(&case, issued, *language)),
            Block::Heading(say(*language, "Goods", "Товары").to_owned()),
            Block::Table(goods(&case, *language)),
        ];
        blocks.extend(conditions(&case, *language));
        Part {
            language: *language,
            running: warning.to_owned(),
            foot: warning.to_owned(),
            blocks,
        }
    };
    let parts: Vec<Part> = beside.languages.iter().map(part).collect();
    Some(Sheet {
        title: say(parts.first()?.language, "Draft of a certificate", "Проект сертификата").to_owned(),
        id: format!("draft:{}", case.ballot.digest.as_deref().unwrap_or_default()),
        as_of: case.ballot.circulated_at.unwrap_or(case.updated_at),
        parts,
    })
}

fn title(language: Language) -> &'static str {
    say(language, "Certificate of Waiver", "Сертификат разрешения")
}

fn blocks(
    case: &Case,
    events: &[Event<Happening>],
    issued: &WaiverIssued,
    beside: &Beside<'_>,
    language: Language,
) -> Vec<Block> {
    let mut blocks = vec![
        Block::Letterhead {
            left: case.terms.authority.clone(),
            right: format!("{}\u{a0}{}", say(language, "No.", "№"), issued.number),
        },
        Block::Title {
            text: title(language).to_owned(),
            under: case.terms.programme.in_language(language).to_owned(),
        },
        Block::Status(status(case, events, issued, language)),
        Block::Facts(main_facts(case, issued, language)),
        Block::Heading(say(language, "Goods", "Товары").to_owned()),
        Block::Table(goods(case, language)),
    ];
    blocks.extend(conditions(case, language));
    blocks.push(Block::Together(signatures(case, events, beside, language)));
    blocks.push(Block::Together(verification(case, events, issued, beside, language)));
    blocks
}

/// The words of a waiver's state; a state that has none is named as the law names it.
#[must_use]
pub fn state_in_words(language: Language, state: &str) -> &str {
    let (en, ru) = match state {
        "active" => ("In force", "Действует"),
        "exhausted" => ("Used up", "Исчерпано"),
        "expired" => ("Expired", "Срок действия истёк"),
        "suspended" => ("Suspended", "Приостановлено"),
        "revoked" => ("Revoked", "Отозвано"),
        "surrendered" => ("Surrendered", "Возвращено держателем"),
        "superseded" => ("Superseded", "Заменено новой версией"),
        "closing" => ("No longer in force: being closed out", "Не действует: подводится итог"),
        "closed" => ("No longer in force: closed", "Не действует: дело закрыто"),
        other => return other,
    };
    match language {
        Language::En => en,
        Language::Ru => ru,
    }
}

fn status(case: &Case, events: &[Event<Happening>], issued: &WaiverIssued, language: Language) -> String {
    let date = |date| wording::date(language, date);
    let state = state_in_words(language, case.waiver.state.word());
    if case.waiver.state == WaiverState::Active {
        let (from, to) = (date(issued.valid_from), date(issued.valid_to));
        return match language {
            Language::En => format!("Valid from {from} to {to}, inclusive"),
            Language::Ru => format!("Действительно с\u{a0}{from} по\u{a0}{to} включительно"),
        };
    }
    let since = events.last().map(|last| date(case.local_date(last.effective_at)));
    format!(
        "{state} {}\u{a0}{}",
        say(language, "since", "с"),
        since.unwrap_or_default()
    )
}

fn main_facts(case: &Case, issued: &WaiverIssued, language: Language) -> Vec<(String, String)> {
    let date = |date| wording::date(language, date);
    let validity = match language {
        Language::En => format!(
            "From {} to {}, to the end of that day, {} time",
            date(issued.valid_from),
            date(issued.valid_to),
            case.policy().tz
        ),
        Language::Ru => format!(
            "С\u{a0}{} по\u{a0}{}, до конца этого дня по\u{a0}времени {}",
            date(issued.valid_from),
            date(issued.valid_to),
            case.policy().tz
        ),
    };
    let notice = match language {
        Language::En => format!("{}, edition {}", case.terms.number, case.edition),
        Language::Ru => format!("{}, редакция {}", case.terms.number, case.edition),
    };
    let outcome = case
        .outcome
        .map(|outcome| saying::outcome(language, outcome))
        .unwrap_or_default();
    let decided = case
        .decided_at
        .map(|at| saying::moment(case, language, at))
        .unwrap_or_default();
    let destinations = case
        .submitted_dossier()
        .shipments
        .iter()
        .map(|planned| &planned.final_country);
    vec![
        fact(say(language, "Holder", "Держатель"), saying::applicant(case, language)),
        fact(say(language, "Public notice", "Публичное извещение"), notice),
        fact(
            say(language, "Legal basis", "Правовое основание"),
            case.terms.legal_basis.in_language(language),
        ),
        fact(
            say(language, "Decision", "Решение"),
            format!(
                "{outcome}, {decided}
{}",
                case.reference.clone().unwrap_or_default()
            ),
        ),
        fact(
            say(language, "Quantity authorised", "Разрешённое количество"),
            wording::quantity(language, &issued.authorised),
        ),
        fact(
            say(language, "Destinations", "Страны назначения"),
            saying::countries(language, destinations),
        ),
        fact(say(language, "Validity", "Срок действия"), validity),
    ]
}

fn goods(case: &Case, language: Language) -> Table {
    let row = |goods: &crate::domain::dossier::Goods| {
        let specification = Some(&goods.specification).filter(|text| !text.is_empty());
        let text = specification.map_or_else(
            || goods.description.clone(),
            |more| format!("{}\n{more}", goods.description),
        );
        let origin = goods.origin.as_ref().map(|code| saying::country(language, code));
        vec![
            goods.line.to_string(),
            goods.hs.clone(),
            text,
            origin.unwrap_or_else(|| "–".to_owned()),
            wording::quantity(language, &goods.quantity),
        ]
    };
    Table {
        columns: vec![
            Column::new(say(language, "No.", "№"), 7.0),
            Column::new(say(language, "HS code", "Код ГС"), 15.0),
            Column::new(say(language, "Description", "Описание"), 39.0),
            Column::new(say(language, "Origin", "Происхождение"), 18.0),
            Column::number(say(language, "Quantity applied for", "Заявленное количество"), 21.0),
        ],
        rows: case.submitted_dossier().goods.iter().map(row).collect(),
        total: None,
    }
}

fn conditions(case: &Case, language: Language) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(say(language, "Conditions", "Условия").to_owned())];
    let conditions = case
        .ballot
        .draft
        .as_ref()
        .map(|draft| draft.conditions.as_slice())
        .unwrap_or_default();
    if conditions.is_empty() {
        let none = say(
            language,
            "The decision sets no conditions of its own. The rules of the notice apply.",
            "Решение не устанавливает собственных условий. Применяются правила извещения.",
        );
        blocks.push(Block::Text(none.to_owned()));
        return blocks;
    }
    let row =
        |condition: &crate::workflow::action::Condition| vec![condition.id.clone(), condition.text.as_str().to_owned()];
    blocks.push(Block::Table(Table {
        columns: vec![
            Column::new(say(language, "No.", "№"), 12.0),
            Column::new(
                say(language, "The holder must observe", "Держатель обязан соблюдать"),
                88.0,
            ),
        ],
        rows: conditions.iter().map(row).collect(),
        total: None,
    }));
    blocks
}

fn signatures(case: &Case, events: &[Event<Happening>], beside: &Beside<'_>, language: Language) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(say(language, "Signatures", "Подписи").to_owned())];
    blocks.extend(super::decision::signature_table(case, events, beside, language));
    blocks
}

fn verification(
    case: &Case,
    events: &[Event<Happening>],
    issued: &WaiverIssued,
    beside: &Beside<'_>,
    language: Language,
) -> Vec<Block> {
    let address = beside.address(&format!("/verify?number={}&code={}", issued.number, issued.verify_code));
    let mut facts = vec![
        fact(say(language, "Verify at", "Проверка"), beside.address("/verify")),
        fact(say(language, "Code", "Код"), issued.verify_code.clone()),
    ];
    if let Some(digest) = &case.ballot.digest {
        facts.push(fact(
            say(language, "Hash of the decision (SHA-256)", "Хеш решения (SHA-256)"),
            digest.clone(),
        ));
    }
    if let Some(frozen) = case.frozen.last() {
        facts.push(fact(
            say(language, "Hash of the dossier (SHA-256)", "Хеш досье (SHA-256)"),
            frozen.digest.clone(),
        ));
    }
    if let Some(checkpoint) = beside.checkpoint {
        facts.push(fact(
            say(language, "Log checkpoint", "Контрольная точка журнала"),
            checkpoint,
        ));
    }
    let entry = events.last().map_or(0, |event| event.seq);
    let at = events
        .last()
        .map(|event| wording::date(language, case.local_date(event.effective_at)))
        .unwrap_or_default();
    let note = match language {
        Language::En => format!(
            "This certificate states the waiver as of entry {entry} of the history of the case ({at}). It does not change \
             when the waiver does: the status now, and the quantity still available, are shown on the verification page."
        ),
        Language::Ru => format!(
            "Сертификат отражает состояние разрешения по записи {entry} истории дела ({at}). Он не меняется вместе с \
             разрешением: действительный статус и остаток количества показывает страница проверки."
        ),
    };
    vec![
        Block::Heading(say(language, "Verification", "Проверка подлинности").to_owned()),
        Block::Proof {
            alternative: format!("{} {address}", say(language, "QR code of the address", "QR-код адреса")),
            address,
            facts,
        },
        Block::Note(note),
    ]
}
