//! The history of a case as a lawyer reads it: who did what, by which rule, when, with the entry's number and hash.

use super::{
    deeds,
    saying::{self, Beside, fact, say},
    sheet::{Block, Column, Part, Sheet, Table},
};
use crate::domain::{people::Role, text::Language, wording};
use crate::workflow::{case::Case, event::Event, happening::Happening};
use std::collections::BTreeSet;

/// The whole history. People of the roles that `named` does not list appear by role and delegation only.
#[must_use]
pub fn sheet(
    case: &Case,
    events: &[Event<Happening>],
    hashes: &[String],
    beside: &Beside<'_>,
    named: &BTreeSet<Role>,
) -> Option<Sheet> {
    let last = events.last()?;
    let reference = case.reference.clone().unwrap_or_else(|| case.id.to_string());
    let part = |language: &Language| {
        let language = *language;
        Part {
            language,
            running: format!("{} {reference}", title(language)),
            foot: format!("{} {reference}", say(language, "History of case", "История дела")),
            blocks: blocks(case, events, hashes, beside, named, language),
        }
    };
    let parts: Vec<Part> = beside.languages.iter().map(part).collect();
    Some(Sheet {
        title: format!("{} {reference}", title(parts.first()?.language)),
        id: format!("history:{}:{}", case.id, last.seq),
        as_of: last.recorded_at,
        parts,
    })
}

fn title(language: Language) -> &'static str {
    say(language, "History of the Case", "История дела")
}

fn blocks(
    case: &Case,
    events: &[Event<Happening>],
    hashes: &[String],
    beside: &Beside<'_>,
    named: &BTreeSet<Role>,
    language: Language,
) -> Vec<Block> {
    let row = |event: &Event<Happening>| {
        let hash = event.seq.checked_sub(1).and_then(|n| hashes.get(n as usize));
        let not_yet = || say(language, "not yet written", "ещё не записано").to_owned();
        vec![
            event.seq.to_string(),
            when(case, event, language),
            who(case, event, beside, named, language),
            what(event, language),
            event.rule.clone(),
            hash.map_or_else(not_yet, |hash| hash.chars().take(12).collect()),
        ]
    };
    let reference = case.reference.clone().unwrap_or_default();
    let entries = format!("{}", events.len());
    let note = say(
        language,
        "Each entry carries the hash of the one before it, so that none can be changed or left out unnoticed. The first \
         twelve digits of the SHA-256 are printed here; the export holds all, and is checked with: corridor verify FILE",
        "Каждая запись содержит хеш предыдущей, поэтому ни одну нельзя незаметно изменить или опустить. Здесь напечатаны \
         первые двенадцать знаков SHA-256; выгрузка содержит их полностью и проверяется командой: corridor verify FILE",
    );
    vec![
        Block::Letterhead {
            left: case.terms.authority.clone(),
            right: reference.clone(),
        },
        Block::Title {
            text: title(language).to_owned(),
            under: case.terms.programme.in_language(language).to_owned(),
        },
        Block::Facts(vec![
            fact(say(language, "Case", "Дело"), reference),
            fact(
                say(language, "Applicant", "Заявитель"),
                saying::applicant(case, language),
            ),
            fact(
                say(language, "Public notice", "Публичное извещение"),
                case.terms.number.clone(),
            ),
            fact(say(language, "Entries", "Записей"), entries),
            fact(
                say(language, "Hash of the last entry", "Хеш последней записи"),
                hashes.last().cloned().unwrap_or_default(),
            ),
            fact(say(language, "Time zone", "Часовой пояс"), case.policy().tz.clone()),
        ]),
        Block::Note(note.to_owned()),
        Block::Table(Table {
            columns: vec![
                Column::number(say(language, "No.", "№"), 7.0),
                Column::new(say(language, "When", "Когда"), 16.0),
                Column::new(say(language, "Who", "Кто"), 25.0),
                Column::new(say(language, "What", "Что"), 29.0),
                Column::new(say(language, "Rule", "Правило"), 9.0),
                Column::new(say(language, "Hash", "Хеш"), 14.0),
            ],
            rows: events.iter().map(row).collect(),
            total: None,
        }),
    ]
}

/// The local time at which it took effect, and when it was written down if that was on another day.
fn when(case: &Case, event: &Event<Happening>, language: Language) -> String {
    let local = |at: crate::domain::Instant| at.to_zoned_datetime(saying::zone(case));
    let (effective, recorded) = (local(event.effective_at), local(event.recorded_at));
    let mut text = format!(
        "{}\n{}",
        wording::date(language, effective.date()),
        effective.strftime("%H:%M:%S")
    );
    if effective.date() != recorded.date() {
        let written = wording::date(language, recorded.date());
        text.push_str(&format!("\n({} {written})", say(language, "written down", "записано")));
    }
    text
}

fn who(
    case: &Case,
    event: &Event<Happening>,
    beside: &Beside<'_>,
    named: &BTreeSet<Role>,
    language: Language,
) -> String {
    let side = event
        .by
        .delegation
        .as_ref()
        .map(|own| saying::delegation(case, language, own));
    let role = saying::role(language, event.by.role);
    let capacity = side.map_or_else(|| role.to_owned(), |side| format!("{role}, {side}"));
    if named.contains(&event.by.role) && event.by.role != Role::System {
        return format!("{}\n{capacity}", beside.name(event.by.person));
    }
    capacity
}

fn what(event: &Event<Happening>, language: Language) -> String {
    let mut lines = vec![deeds::said(event.happened.word(), language)];
    let clock = event.clock.as_deref().map(|clock| match clock {
        "started" => say(language, "the clock starts", "срок начался").to_owned(),
        "resumed" => say(language, "the clock runs again", "срок возобновлён").to_owned(),
        "ended" => say(language, "the clock ends", "срок завершён").to_owned(),
        stopped if stopped.starts_with("stopped") => say(language, "the clock stops", "срок остановлен").to_owned(),
        other => other.to_owned(),
    });
    lines.extend(clock.map(|clock| format!("({clock})")));
    lines.join("\n")
}
