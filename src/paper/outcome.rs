//! The outcome statement: what reached whom, and when, by the verified lines of the ledger.

use super::{
    decision::signed,
    saying::{self, Beside, fact, say},
    sheet::{Block, Column, Part, Sheet, Table},
};
use crate::domain::{Date, text::Language, wording};
use crate::workflow::{
    case::Case,
    event::Event,
    happening::{Happening, OutcomeLine, OutcomeStatement},
    outcome::amount,
    state::{ShipmentState, WaiverState},
};

/// The outcome statement, proposed or signed; none before one is proposed. Single shipments are shown to those who may
/// see them.
#[must_use]
pub fn sheet(case: &Case, events: &[Event<Happening>], beside: &Beside<'_>, with_shipments: bool) -> Option<Sheet> {
    let about_it = |event: &Event<Happening>| {
        use Happening::{CaseClosed, OutcomeProposed, OutcomeSigned};
        matches!(event.happened, OutcomeProposed(_) | OutcomeSigned(_) | CaseClosed(_))
    };
    let (case, events) = saying::as_of(case, events, about_it)?;
    let (digest, statement) = case.outcome_statement.clone()?;
    let number = case.waiver.certificate.as_ref()?.number.clone();
    let part = |language: &Language| {
        let language = *language;
        let mut blocks = head(&case, &number, &digest, &statement, language);
        blocks.extend(tables(&statement, language));
        blocks.push(Block::Together(signatures(&case, events, beside, language)));
        if with_shipments {
            blocks.extend(shipments(&case, &statement.unit, language));
        }
        Part {
            language,
            running: format!("{} {number}", title(language)),
            foot: format!("{} {number}", say(language, "Outcome of waiver", "Итог по разрешению")),
            blocks,
        }
    };
    let parts: Vec<Part> = beside.languages.iter().map(part).collect();
    let last = events.last()?;
    Some(Sheet {
        title: format!("{} {number}", title(parts.first()?.language)),
        id: format!("outcome:{number}:{}:{with_shipments}", last.seq),
        as_of: last.effective_at,
        parts,
    })
}

fn title(language: Language) -> &'static str {
    say(language, "Outcome Statement", "Итоговое заявление")
}

fn head(case: &Case, number: &str, digest: &str, statement: &OutcomeStatement, language: Language) -> Vec<Block> {
    let words = |milli: &str| saying::amount(language, milli, &statement.unit);
    let authorised = case
        .waiver
        .certificate
        .as_ref()
        .map(|issued| wording::quantity(language, &issued.authorised));
    let reached: Vec<String> = statement
        .by_country
        .iter()
        .map(|(code, quantity)| format!("{}: {}", saying::country(language, code), words(quantity)))
        .collect();
    let status = match (case.waiver.state, language) {
        (WaiverState::Closed, Language::En) => "Signed by every delegation: final",
        (WaiverState::Closed, Language::Ru) => "Подписан всеми делегациями: окончательный",
        (_, Language::En) => "Proposed: not yet signed by every delegation",
        (_, Language::Ru) => "Предложен: подписан ещё не всеми делегациями",
    };
    vec![
        Block::Letterhead {
            left: case.terms.authority.clone(),
            right: format!("{}\u{a0}{number}", say(language, "No.", "№")),
        },
        Block::Title {
            text: title(language).to_owned(),
            under: case.terms.programme.in_language(language).to_owned(),
        },
        Block::Status(status.to_owned()),
        Block::Facts(vec![
            fact(say(language, "Waiver", "Разрешение"), number),
            fact(say(language, "Holder", "Держатель"), saying::applicant(case, language)),
            fact(
                say(language, "Public notice", "Публичное извещение"),
                case.terms.number.clone(),
            ),
            fact(say(language, "Authorised", "Разрешено"), authorised.unwrap_or_default()),
            fact(
                say(language, "Delivered and verified", "Доставлено и подтверждено"),
                words(&statement.verified_total),
            ),
            fact(
                say(language, "By destination", "По странам назначения"),
                reached.join("\n"),
            ),
            fact(say(language, "Unused", "Не использовано"), words(&statement.unused)),
            fact(
                say(
                    language,
                    "Lost or diverted, written off",
                    "Утрачено или отклонено от маршрута, списано",
                ),
                words(&statement.written_off),
            ),
            fact(
                say(language, "Verified shipments", "Подтверждённые поставки"),
                statement.shipments.to_string(),
            ),
            fact(
                say(language, "Hash of the statement (SHA-256)", "Хеш отчёта (SHA-256)"),
                digest,
            ),
        ]),
    ]
}

fn tables(statement: &OutcomeStatement, language: Language) -> Vec<Block> {
    let row = |line: &OutcomeLine| {
        vec![
            saying::country(language, &line.country),
            month(language, &line.period),
            line.shipments.to_string(),
            saying::amount(language, &line.quantity, &statement.unit),
        ]
    };
    let total = vec![
        say(language, "Total", "Всего").to_owned(),
        String::new(),
        statement.shipments.to_string(),
        saying::amount(language, &statement.verified_total, &statement.unit),
    ];
    let mut blocks = vec![
        Block::Heading(
            say(
                language,
                "Verified deliveries by destination and month",
                "Подтверждённые поставки по странам и месяцам",
            )
            .to_owned(),
        ),
        Block::Table(Table {
            columns: vec![
                Column::new(say(language, "Destination", "Страна назначения"), 34.0),
                Column::new(say(language, "Month of delivery", "Месяц доставки"), 26.0),
                Column::number(say(language, "Shipments", "Поставок"), 14.0),
                Column::number(say(language, "Quantity", "Количество"), 26.0),
            ],
            rows: statement.lines.iter().map(row).collect(),
            total: Some(total),
        }),
    ];
    if let Some(remarks) = statement.remarks.as_ref().filter(|remarks| !remarks.is_blank()) {
        blocks.push(Block::Heading(say(language, "Remarks", "Примечания").to_owned()));
        blocks.push(Block::Text(remarks.as_str().to_owned()));
    }
    blocks
}

/// `2026-01` in words.
fn month(language: Language, period: &str) -> String {
    let first: Option<Date> = format!("{period}-01").parse().ok();
    first.map_or_else(|| "—".to_owned(), |first| wording::month(language, first))
}

fn signatures(case: &Case, events: &[Event<Happening>], beside: &Beside<'_>, language: Language) -> Vec<Block> {
    let since = events
        .iter()
        .rposition(|event| matches!(event.happened, Happening::OutcomeProposed(_)))
        .unwrap_or(0);
    let ours = events.get(since..).unwrap_or_default();
    let rows = saying::signatures(case, ours, beside, language, |happened| {
        matches!(happened, Happening::OutcomeSigned(_))
    });
    let heading = Block::Heading(say(language, "Signatures", "Подписи").to_owned());
    if rows.is_empty() {
        return vec![
            heading,
            Block::Text(say(language, "Nobody has signed yet.", "Подписей ещё нет.").to_owned()),
        ];
    }
    vec![heading, Block::Table(signed(rows, language))]
}

fn shipments(case: &Case, unit: &str, language: Language) -> Vec<Block> {
    if case.waiver.shipments.is_empty() {
        return Vec::new();
    }
    let row = |shipment: &crate::workflow::waiver::Shipment| {
        let vessel = shipment
            .notice
            .vessel
            .as_ref()
            .map(|vessel| format!("{} (IMO\u{a0}{})", vessel.name, vessel.imo));
        let on = shipment
            .delivered_on
            .map(|on| wording::date(language, on))
            .unwrap_or_default();
        let place = [
            shipment.delivered_at.clone().unwrap_or_default(),
            saying::country(language, &shipment.notice.final_country),
        ];
        vec![
            shipment.number.to_string(),
            vessel.unwrap_or_default(),
            place
                .into_iter()
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join(", "),
            on,
            shipment_state(language, shipment.state).to_owned(),
            saying::amount(language, &amount(shipment.delivered_milli, unit), unit),
        ]
    };
    vec![
        Block::Heading(say(language, "Annex: shipments", "Приложение: поставки").to_owned()),
        Block::Table(Table {
            columns: vec![
                Column::number(say(language, "No.", "№"), 8.0),
                Column::new(say(language, "Vessel", "Судно"), 22.0),
                Column::new(say(language, "Delivered at", "Место доставки"), 20.0),
                Column::new(say(language, "On", "Дата"), 17.0),
                Column::new(say(language, "State", "Состояние"), 15.0),
                Column::number(say(language, "Delivered", "Доставлено"), 18.0),
            ],
            rows: case.waiver.shipments.values().map(row).collect(),
            total: None,
        }),
    ]
}

fn shipment_state(language: Language, state: ShipmentState) -> &'static str {
    use ShipmentState::*;
    match state {
        None => "",
        Notified => say(language, "Notified", "Заявлена"),
        Loaded => say(language, "Loaded", "Погружена"),
        InTransit => say(language, "In transit", "В пути"),
        Discharged => say(language, "Discharged", "Выгружена"),
        Delivered => say(language, "Delivered", "Доставлена"),
        Verified => say(language, "Verified", "Подтверждена"),
        Disputed => say(language, "Disputed", "Оспорена"),
        Cancelled => say(language, "Cancelled", "Отменена"),
        Lost => say(language, "Lost", "Утрачена"),
        Diverted => say(language, "Diverted", "Отклонена от маршрута"),
    }
}
