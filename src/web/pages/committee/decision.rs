//! The decision before it is made: the draft on the table with its reasons and conditions, what still stands in the way,
//! and the certificate that it would lead to.

use crate::{
    domain::{id::CaseId, text::Language},
    paper::{
        self, Beside,
        sheet::{Block, Sheet},
    },
    process::Seen,
    web::{
        api::{cases, papers, views::CaseView},
        pages::{
            site::refusal_text,
            table::Table,
            view,
            visit::{SignedIn, query_value},
        },
        problem::Problem,
        transfer,
    },
    workflow::{
        action::ActionKind,
        state::{DossierState, Phase},
        step, waiver,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, http::header, web::Path};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What is asked of one person, not of the case.
const PERSONAL: [&str; 4] = [
    "interest_not_declared",
    "draft_hash_mismatch",
    "not_yours_to_vote",
    "already_signed",
];

async fn read(me: &SignedIn, id: CaseId) -> Result<(Seen, CaseView), Problem> {
    let mut seen = cases::visible(&me.visit.house, &me.caller(), id).await?;
    let shown = CaseView::of(&seen, &me.actor).ok_or_else(|| Problem::of("not_found"))?;
    // The list of conditions says how things stand now, not what the act would bring about.
    seen.around.screens = false;
    Ok((seen, shown))
}

#[get("/cases/{id}/decision")]
pub async fn show(me: SignedIn, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let (seen, shown) = read(&me, *id).await?;
    let visit = &me.visit;
    let draft = shown.ballot["draft"].clone();
    let inside = shown.panel["members"]
        .as_array()
        .is_some_and(|members| !members.is_empty());
    let acts = [
        ActionKind::CirculateDraft,
        ActionKind::OpenBallot,
        ActionKind::CastVote,
        ActionKind::CloseBallot,
        ActionKind::SignDecision,
    ];
    let acts = acts.iter().filter(|kind| shown.allowed_actions.contains(kind));
    let sheet = certificate(&me, &seen, &shown)
        .await?
        .filter(|_| inside || seen.case.waiver.certificate.is_some());
    let blocks = sheet.map(|sheet| {
        let blocks = sheet.parts.iter().flat_map(|part| part.blocks.iter());
        blocks.map(block).collect::<Vec<_>>()
    });
    let zone = &seen.case.policy().tz;
    let side = |code: &Value, list: &str| shown.ballot[list].as_array().is_some_and(|sides| sides.contains(code));
    let sides = seen.case.delegations().map(|code| {
        let code = json!(code);
        json!({ "code": code, "cast": side(&code, "cast"), "signed": side(&code, "signed_by") })
    });
    let context = json!({
        "id": shown.id, "title": shown.reference, "inside": inside, "draft": draft, "acts": acts.map(|kind| kind.word()).collect::<Vec<_>>(),
        "votes": shown.ballot["votes"], "names": view::sides(visit, &seen.case), "sides": sides.collect::<Vec<_>>(), "checks": if inside { checks(&me, &seen) } else { Vec::new() },
        "circulated": seen.case.ballot.circulated_at.filter(|_| inside).map(|at| visit.when(at, zone)),
        "decided": seen.case.decided_at.map(|at| visit.when(at, zone)), "outcome": shown.outcome, "blocks": blocks,
        "criteria": seen.case.terms.criteria.iter().map(|one| (one.id.clone(), json!(one.text.in_language(visit.language())))).collect::<serde_json::Map<_, _>>(),
        "digest": shown.ballot["digest"], "issued": seen.case.waiver.certificate.as_ref().map(|issued| &issued.number),
    });
    visit.page("committee/decision.html", context)
}

/// What the page shows of the certificate: the one that was issued, or before that the one the draft would lead to.
async fn certificate(me: &SignedIn, seen: &Seen, shown: &CaseView) -> Result<Option<Sheet>, Problem> {
    let (house, language) = (&me.visit.house, me.visit.language());
    if seen.case.decided_at.is_none() {
        let drafted = !shown.ballot["draft"].is_null();
        return Ok(drafted.then(|| preview(seen, language, "")).flatten());
    }
    let (names, languages) = (papers::names(house, seen).await?, [language]);
    let beside = Beside {
        names: names.all(),
        base_url: &house.settings.server.base_url,
        checkpoint: None,
        languages: &languages,
    };
    Ok(paper::certificate::sheet(&seen.case, &seen.events, &beside))
}

/// The tables of the certificate, as on the page.
#[get("/cases/{id}/decision.{ending:csv|json}")]
pub async fn twin(me: SignedIn, place: Path<(CaseId, String)>) -> Result<HttpResponse, Problem> {
    let (id, ending) = place.into_inner();
    let (seen, shown) = read(&me, id).await?;
    let inside = shown.panel["members"].as_array().is_some_and(|all| !all.is_empty());
    let open = inside || seen.case.waiver.certificate.is_some();
    let sheet = certificate(&me, &seen, &shown).await?.filter(|_| open);
    let mut table = Table::new(&["table", "row", "column", "value"]);
    let mut n = 0;
    for block in sheet
        .iter()
        .flat_map(|sheet| &sheet.parts)
        .flat_map(|part| &part.blocks)
    {
        add(&mut table, &mut n, block);
    }
    table.answer(&me.visit, "decision", &ending)
}

fn add(table: &mut Table, n: &mut u32, block: &Block) {
    match block {
        Block::Together(blocks) => blocks.iter().for_each(|block| add(table, n, block)),
        Block::Table(found) => {
            *n += 1;
            for (row, cells) in found.rows.iter().enumerate() {
                for (column, cell) in found.columns.iter().zip(cells) {
                    table.row([json!(*n), json!(row + 1), json!(column.head), json!(cell)]);
                }
            }
        }
        _ => {}
    }
}

/// What stands in the way of the next step of the decision, each with the place where it is settled.
fn checks(me: &SignedIn, seen: &Seen) -> Vec<Value> {
    let case = &seen.case;
    let kind = match (case.state, case.panel.phase) {
        (DossierState::UnderReview, _) => ActionKind::OpenBallot,
        (DossierState::Deliberation, Phase::Ballot) => ActionKind::CloseBallot,
        (DossierState::Deliberation, _) => ActionKind::SignDecision,
        _ => return Vec::new(),
    };
    let texts = &me.visit.site.texts;
    let all = step::conditions(case, &me.actor, &seen.around, seen.now, kind);
    let of_the_case = all
        .into_iter()
        .filter(|(condition, _)| !PERSONAL.contains(&condition.code));
    let check = |(condition, holds): (&step::Condition<crate::workflow::case::Case>, bool)| {
        let own = refusal_text(texts, condition.cites, condition.code);
        json!({
            "text": own.as_deref().unwrap_or(condition.says), "foreign": own.is_none() && texts.language() != Language::En,
            "rule": condition.cites, "holds": holds, "link": place(&case.id.to_string(), condition.code),
        })
    };
    of_the_case.map(check).collect()
}

/// Where one can see to it.
fn place(id: &str, code: &str) -> Option<String> {
    let rest = match code {
        "draft_not_circulated" | "conditions_missing" | "draft_unsound" => "/acts/circulate_draft",
        "findings_incomplete" | "findings_unconfirmed" => "#f-h",
        "inspection_not_done" => "/inspection",
        "screening_not_current" | "true_match_not_covered" => "/screening",
        "question_open" => "#q-h",
        "no_quorum" => "#p-h",
        "ballot_still_open" => "/acts/cast_vote",
        _ => return None,
    };
    Some(format!("/cases/{id}{rest}"))
}

/// The certificate that the draft would lead to; none for a refusal.
fn preview(seen: &Seen, language: Language, base_url: &str) -> Option<Sheet> {
    seen.case
        .ballot
        .draft
        .as_ref()
        .filter(|draft| draft.outcome.approves())?;
    let at = seen.case.decided_at.unwrap_or(seen.now);
    let issued = waiver::certificate(&seen.case, at, "").ok()?;
    let (names, languages) = (BTreeMap::new(), [language]);
    let beside = Beside {
        names: &names,
        base_url,
        checkpoint: None,
        languages: &languages,
    };
    paper::certificate::draft(&seen.case, &issued, &beside)
}

fn block(block: &Block) -> Value {
    match block {
        Block::Letterhead { left, right } => json!({ "kind": "head", "left": left, "right": right }),
        Block::Title { text, under } => json!({ "kind": "title", "text": text, "under": under }),
        Block::Heading(text) => json!({ "kind": "heading", "text": text }),
        Block::Status(text) => json!({ "kind": "status", "text": text }),
        Block::Strong(text) | Block::Text(text) | Block::Note(text) => json!({ "kind": "text", "text": text }),
        Block::Facts(facts) => json!({ "kind": "facts", "facts": facts }),
        Block::Table(table) => {
            let heads: Vec<_> = table.columns.iter().map(|column| &column.head).collect();
            json!({ "kind": "table", "heads": heads, "rows": table.rows })
        }
        Block::Proof { facts, .. } => json!({ "kind": "facts", "facts": facts }),
        Block::Together(blocks) => {
            json!({ "kind": "together", "blocks": blocks.iter().map(self::block).collect::<Vec<_>>() })
        }
    }
}

/// The same as PDF, marked on every page.
#[get("/cases/{id}/decision/draft.pdf")]
pub async fn pdf(me: SignedIn, request: HttpRequest, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let (seen, shown) = read(&me, *id).await?;
    let gone = || Problem::of("not_found");
    // Once it is decided there is a certificate, and no draft.
    if shown.ballot["draft"].is_null() || seen.case.decided_at.is_some() {
        return Err(gone());
    }
    let language = match query_value(request.query_string(), "language").as_deref() {
        Some("ru") => Language::Ru,
        Some("en") => Language::En,
        _ => me.visit.language(),
    };
    let sheet = preview(&seen, language, &me.visit.house.settings.server.base_url).ok_or_else(gone)?;
    let bytes = paper::press::print(&sheet)?;
    let file = format!("inline; filename=\"draft-{}.pdf\"", language.tag());
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, file))
        .insert_header((header::CONTENT_SECURITY_POLICY, transfer::SANDBOX))
        .body(bytes))
}
