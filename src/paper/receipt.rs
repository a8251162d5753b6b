//! The receipt of a submission: what was received, and what happens next, with dates.

use super::{
    saying::{self, Beside, fact, say},
    sheet::{Block, Column, Part, Sheet, Table},
};
use crate::domain::{
    dossier::DocumentRef,
    notice::{ClockStart, OnLapse},
    text::Language,
    wording,
};
use crate::workflow::{case::Case, event::Event, happening::Happening};

/// The receipt of the newest submitted version; none before the first.
#[must_use]
pub fn sheet(case: &Case, events: &[Event<Happening>], beside: &Beside<'_>) -> Option<Sheet> {
    let received = |event: &Event<Happening>| {
        use Happening::{DossierResubmitted, DossierSubmitted, RoundAnswered};
        matches!(
            event.happened,
            DossierSubmitted(_) | DossierResubmitted(_) | RoundAnswered(_)
        )
    };
    let (case, _) = saying::as_of(case, events, received)?;
    let reference = case.reference.clone()?;
    let newest = case.frozen.last()?.clone();
    let part = |language: &Language| {
        let language = *language;
        let mut blocks = head(&case, beside, language);
        blocks.extend(next_steps(&case, language));
        blocks.extend(documents(&case, language));
        Part {
            language,
            running: format!("{} {reference}", title(language)),
            foot: format!(
                "{} {reference}",
                say(language, "Receipt for dossier", "Расписка в получении досье")
            ),
            blocks,
        }
    };
    let parts: Vec<Part> = beside.languages.iter().map(part).collect();
    Some(Sheet {
        title: format!("{} {reference}", title(parts.first()?.language)),
        id: format!("receipt:{}:{}", case.id, newest.version),
        as_of: newest.at,
        parts,
    })
}

fn title(language: Language) -> &'static str {
    say(language, "Receipt", "Расписка в получении")
}

fn head(case: &Case, beside: &Beside<'_>, language: Language) -> Vec<Block> {
    let reference = case.reference.clone().unwrap_or_default();
    let version = |frozen: &crate::workflow::case::Frozen| {
        vec![
            frozen.version.to_string(),
            saying::moment(case, language, frozen.at),
            frozen.digest.clone(),
        ]
    };
    vec![
        Block::Letterhead {
            left: case.terms.authority.clone(),
            right: reference.clone(),
        },
        Block::Title {
            text: title(language).to_owned(),
            under: say(language, "Your dossier has been received.", "Ваше досье получено.").to_owned(),
        },
        Block::Facts(vec![
            fact(say(language, "Reference", "Номер дела"), reference),
            fact(
                say(language, "Applicant", "Заявитель"),
                saying::applicant(case, language),
            ),
            fact(
                say(language, "Public notice", "Публичное извещение"),
                case.terms.number.clone(),
            ),
            fact(
                say(language, "Programme", "Программа"),
                case.terms.programme.in_language(language),
            ),
            fact(
                say(language, "Case page", "Страница дела"),
                beside.address(&format!("/cases/{}", case.id)),
            ),
        ]),
        Block::Heading(say(language, "What was received", "Что получено").to_owned()),
        Block::Table(Table {
            columns: vec![
                Column::new(say(language, "Version", "Версия"), 12.0),
                Column::new(say(language, "Received", "Получена"), 36.0),
                Column::new(
                    say(language, "Hash of the dossier (SHA-256)", "Хеш досье (SHA-256)"),
                    52.0,
                ),
            ],
            rows: case.frozen.iter().map(version).collect(),
            total: None,
        }),
        Block::Note(
            say(
                language,
                "The hash names exactly what was submitted: whoever has the dossier can compute it again and compare.",
                "Хеш однозначно определяет поданное: его можно вычислить заново по досье и сравнить.",
            )
            .to_owned(),
        ),
    ]
}

fn next_steps(case: &Case, language: Language) -> Vec<Block> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut step = |what: &str, when: String| rows.push(vec![what.to_owned(), when]);
    if let Some(since) = case.intake.since.filter(|_| case.intake.accepted_by.is_none()) {
        let last = crate::clockwork::working_day_after(&case.holidays, case.local_date(since), 5);
        step(
            say(
                language,
                "The secretariat checks that the dossier is complete. If something is missing, it returns it and says what.",
                "Секретариат проверяет комплектность досье. Если чего-то не хватает, досье возвращается с перечнем.",
            ),
            within(case, language, last),
        );
    }
    match case.reckoning(case.updated_at) {
        Some(reckoning) => step(
            say(
                language,
                "The committee decides. The date moves only if the clock stops for a reason that the law names.",
                "Комитет принимает решение. Дата сдвигается только при остановке срока по основанию, названному в правилах.",
            ),
            within(case, language, reckoning.due),
        ),
        None if case.policy().start == ClockStart::Acceptance => step(
            say(
                language,
                "The statutory clock starts when the dossier is accepted as complete; then the committee decides.",
                "Срок начинается с принятия досье как комплектного; затем комитет принимает решение.",
            ),
            days(case, language),
        ),
        None => {}
    }
    let silence = match case.policy().on_lapse {
        OnLapse::Escalate => say(
            language,
            "If there is no decision by then, the case is publicly overdue and goes to the principals of the delegations.",
            "Если решения к этому дню нет, дело публично считается просроченным и передаётся руководителям делегаций.",
        ),
        OnLapse::DeemedRefused => say(
            language,
            "If there is no decision by then, the application is deemed refused.",
            "Если решения к этому дню нет, в выдаче разрешения считается отказано.",
        ),
        OnLapse::DeemedApproved => say(
            language,
            "If there is no decision by then, the application may be deemed approved, as the notice says.",
            "Если решения к этому дню нет, заявка может считаться одобренной, как указано в извещении.",
        ),
    };
    vec![
        Block::Heading(say(language, "What happens next", "Что дальше").to_owned()),
        Block::Table(Table {
            columns: vec![
                Column::new(say(language, "Step", "Шаг"), 58.0),
                Column::new(say(language, "When", "Когда"), 42.0),
            ],
            rows,
            total: None,
        }),
        Block::Text(silence.to_owned()),
        Block::Text(
            say(
                language,
                "Every contact named in the dossier is told of each step by letter. Questions are put and answered on the case page.",
                "О каждом шаге письмом извещаются все контактные лица досье. Вопросы задаются и отвечаются на странице дела.",
            )
            .to_owned(),
        ),
    ]
}

fn within(case: &Case, language: Language, day: crate::domain::Date) -> String {
    let end = wording::end_of(language, day, &saying::zone(case));
    match language {
        Language::En => format!("By {end}"),
        Language::Ru => format!("До {end}"),
    }
}

fn days(case: &Case, language: Language) -> String {
    let n = case.policy().days;
    match language {
        Language::En => format!("Within {n}\u{a0}days of acceptance"),
        Language::Ru => format!("В течение {n}\u{a0}дней со дня принятия"),
    }
}

fn documents(case: &Case, language: Language) -> Vec<Block> {
    let documents = &case.submitted_dossier().documents;
    let row = |document: &DocumentRef| {
        vec![
            document.class.replace('_', " "),
            document.file_name.clone(),
            document.sha256.clone(),
        ]
    };
    vec![
        Block::Heading(
            say(
                language,
                "Documents in the newest version",
                "Документы последней версии",
            )
            .to_owned(),
        ),
        Block::Table(Table {
            columns: vec![
                Column::new(say(language, "Class", "Вид"), 30.0),
                Column::new(say(language, "File", "Файл"), 30.0),
                Column::new("SHA-256", 40.0),
            ],
            rows: documents.iter().map(row).collect(),
            total: None,
        }),
    ]
}
