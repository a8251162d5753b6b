//! The process for people to read: the five stages, a picture and every rule, from the tables that are enforced.

use super::super::{
    site::{key, refusal_text},
    table::Table,
    texts::Texts,
    visit::Visit,
};
use crate::{
    domain::text::Language,
    web::problem::Problem,
    workflow::{
        case::Case,
        notice::Notice,
        print,
        state::{DossierState, State},
        step::{ClockEffect, Step, Subject},
    },
};
use actix_web::{
    HttpResponse, get,
    web::{Path, ServiceConfig},
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fmt::Write as _};

/// Headings of the chapters, in the order of the tables.
const CHAPTERS: [&str; 9] = [
    "chapter-notice",
    "chapter-dossier",
    "chapter-questions",
    "chapter-screening",
    "chapter-committee",
    "chapter-inspection",
    "chapter-decision",
    "chapter-waiver",
    "chapter-shipments",
];

pub fn routes(config: &mut ServiceConfig) {
    config.service(show).service(twin);
}

#[get("/process")]
async fn show(visit: Visit) -> Result<HttpResponse, Problem> {
    let texts = &visit.site.texts;
    let mut chapters = rows::<Notice>(texts);
    chapters.extend(rows::<Case>(texts));
    let mut seen = BTreeSet::new();
    for row in chapters.iter_mut().flatten() {
        // Several rows may carry one rule: the first of them is where links lead.
        row["anchor"] = json!(row["rule"].as_str().is_some_and(|rule| seen.insert(rule.to_owned())));
    }
    let named: Vec<_> = CHAPTERS
        .iter()
        .zip(&chapters)
        .map(|(name, rows)| json!({ "name": name, "rows": rows }))
        .collect();
    let transitions = transitions(Case::chapters());
    visit.page(
        "public/process.html",
        json!({ "chapters": named, "diagram": diagram(&visit, &transitions) }),
    )
}

/// Every rule of every chapter, in the words of the page.
#[get("/process.{ending:csv|json}")]
async fn twin(visit: Visit, ending: Path<String>) -> Result<HttpResponse, Problem> {
    let texts = &visit.site.texts;
    let mut chapters = rows::<Notice>(texts);
    chapters.extend(rows::<Case>(texts));
    let mut table = Table::new(&[
        "chapter",
        "rule",
        "action",
        "roles",
        "during",
        "from",
        "to",
        "clock",
        "conditions",
    ]);
    let listed = |value: &Value| {
        let all = value.as_array().into_iter().flatten();
        let all = all.filter_map(|one| one.as_str().or_else(|| one["text"].as_str()));
        json!(all.collect::<Vec<_>>().join("; "))
    };
    for (name, rows) in CHAPTERS.iter().zip(&chapters) {
        for row in rows {
            let sides = ["roles", "during", "from", "to"].map(|column| listed(&row[column]));
            let first = [json!(texts.plain(name)), row["rule"].clone(), row["action"].clone()];
            let last = [row["clock"].clone(), listed(&row["conditions"])];
            table.row(first.into_iter().chain(sides).chain(last));
        }
    }
    table.answer(&visit, "process", &ending)
}

/// The rows of each chapter in words: a sentence that has no text in the reader's language is the law's own English.
fn rows<S: Subject>(texts: &Texts) -> Vec<Vec<Value>> {
    let russian = texts.language() != Language::En;
    let row = |step: &Step<S>| {
        let during = step.during.iter().map(|state| texts.plain(&key("state", state.word())));
        let conditions = step.conditions.iter().map(|condition| {
            let own = refusal_text(texts, condition.cites, condition.code);
            json!({ "text": own.as_deref().unwrap_or(condition.says), "foreign": russian && own.is_none() })
        });
        json!({
            "rule": step.rule, "action": named(texts, "action", S::word(step.action)), "joint": step.joint,
            "roles": step.roles.iter().map(|role| texts.plain(&key("role", json!(role).as_str().unwrap_or_default()))).collect::<Vec<_>>(),
            "during": during.collect::<BTreeSet<_>>(), "from": states(texts, step.from), "to": states(texts, step.to),
            "clock": clock(texts, step.clock), "conditions": conditions.collect::<Vec<_>>(),
        })
    };
    let rows = |chapter: &&[Step<S>]| chapter.iter().map(row).collect();
    S::chapters().iter().map(rows).collect()
}

/// A word in the reader's language, or as the law spells it.
pub fn named(texts: &Texts, prefix: &str, word: &str) -> String {
    let known = key(prefix, word);
    if texts.has(&known) {
        texts.plain(&known)
    } else {
        word.replace('_', " ")
    }
}

fn states(texts: &Texts, states: &[State]) -> Vec<String> {
    states
        .iter()
        .map(|state| state_in_words(texts, &state.to_string()))
        .collect()
}

/// A state as the tables print it, `dossier:draft` or of a dossier only `draft`, in words.
pub fn state_in_words(texts: &Texts, whole: &str) -> String {
    let Some((machine, word)) = whole.split_once(':') else {
        return named(texts, "state", whole);
    };
    let prefix = match machine {
        "dossier" => "state",
        "notice" => "notice-state",
        "inspection" => "room-state",
        "finding" => "finding-state",
        "committee" => "phase",
        "hit" => "hit-state",
        other => other,
    };
    format!("{}: {}", named(texts, "machine", machine), named(texts, prefix, word))
}

fn clock(texts: &Texts, effect: ClockEffect) -> Option<String> {
    Some(match effect {
        ClockEffect::Untouched => return None,
        ClockEffect::Starts => texts.plain("process-clock-starts"),
        ClockEffect::Stops(reason) => format!(
            "{}: {}",
            texts.plain("process-clock-stops"),
            named(texts, "stop", reason)
        ),
        ClockEffect::Resumes => texts.plain("process-clock-resumes"),
        ClockEffect::Ends => texts.plain("process-clock-ends"),
    })
}

/// From which state of the dossier to which other.
fn transitions(chapters: &[&[Step<Case>]]) -> BTreeSet<(usize, usize)> {
    let place = |word: &str| {
        DossierState::ALL
            .iter()
            .position(|state| format!("dossier:{}", state.word()) == word)
    };
    let mut found = BTreeSet::new();
    for step in chapters.iter().flat_map(|chapter| chapter.iter()) {
        let table = print::table(std::slice::from_ref(step));
        let line = table.lines().nth(2).unwrap_or_default();
        let cells: Vec<&str> = line.split(" | ").collect();
        let during = cells.get(3).copied().unwrap_or_default().split(", ");
        let from = during.filter_map(|word| place(&format!("dossier:{word}")).or_else(|| place(word)));
        let from: Vec<_> = from
            .chain(cells.get(4).copied().unwrap_or_default().split(", ").filter_map(place))
            .collect();
        let to: Vec<_> = cells
            .get(5)
            .copied()
            .unwrap_or_default()
            .split(", ")
            .filter_map(place)
            .collect();
        found.extend(
            from.iter()
                .flat_map(|from| to.iter().map(|to| (*from, *to)))
                .filter(|(from, to)| from != to),
        );
    }
    found
}

/// States one under another; an arc for every way from one to another: on the right forwards, on the left back.
fn diagram(visit: &Visit, transitions: &BTreeSet<(usize, usize)>) -> String {
    let y = |n: usize| 24 + n * 46;
    let height = y(DossierState::ALL.len());
    let title = visit.t("process-diagram");
    let mut svg = format!(
        "<svg class=\"chart states\" role=\"img\" viewBox=\"0 0 640 {height}\" width=\"640\" height=\"{height}\" aria-label=\"{title}\"><title>{title}</title>"
    );
    for (from, to) in transitions {
        let (a, b) = (y(*from), y(*to));
        let far = 14 + 17 * from.abs_diff(*to);
        let (x, bend) = if from < to {
            (456, 456 + far)
        } else {
            (176, 176_usize.saturating_sub(far))
        };
        let tip = if from < to { (x + 9, x + 9) } else { (x - 9, x - 9) };
        let _ = write!(
            svg,
            "<path class=\"arc\" d=\"M{x} {a}C{bend} {a} {bend} {b} {x} {b}\"/><path class=\"tip\" d=\"M{x} {b}L{} {}L{} {}Z\"/>",
            tip.0,
            b - 5,
            tip.1,
            b + 5
        );
    }
    for (n, state) in DossierState::ALL.iter().enumerate() {
        let name = visit.t(&key("state", state.word()));
        let name = if *state == DossierState::Completeness {
            visit.t("process-completeness")
        } else {
            name
        };
        let class = if state.is_settled() { "node last" } else { "node" };
        let _ = write!(
            svg,
            "<rect class=\"{class}\" x=\"176\" y=\"{}\" width=\"280\" height=\"32\" rx=\"4\"/><text x=\"316\" y=\"{}\" class=\"middle\">{name}</text>",
            y(n) - 16,
            y(n) + 5
        );
    }
    svg.push_str("</svg>");
    svg
}
