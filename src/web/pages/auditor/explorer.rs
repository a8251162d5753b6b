//! All histories, newest first: who, what, about which case, when, in which role. And one entry, with its hash.

use super::{
    WHO,
    grid::{self, case_named, names, subjects},
};
use crate::{
    domain::{Date, Instant, id::CaseId, id::PersonId, people::Role, text::Language},
    paper::deeds,
    process,
    store::{
        commit::{Stream, StreamKind},
        explorer::{Entries, Entry, EntryFilter, Position},
    },
    web::{
        api::cases::open_private,
        pages::{SignedIn, Visit, table::Table, visit::query_value},
        problem::Problem,
    },
    workflow::visibility::roles_on,
};
use actix_web::{HttpRequest, HttpResponse, get, web::Path};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Rows of a page; rows of a twin.
const PAGE: usize = 50;
const TWIN: usize = 5_000;
/// How many people of the directory are looked through for a name.
const DIRECTORY: u32 = 5_000;

/// The filter as it stands in the address.
struct Wanted<'q>(&'q str);

impl Wanted<'_> {
    fn get(&self, name: &str) -> String {
        query_value(self.0, name)
            .map(|value| value.trim().to_owned())
            .unwrap_or_default()
    }

    fn shown(&self) -> Value {
        let names = ["who", "what", "case", "role", "from", "to"];
        names
            .iter()
            .map(|name| ((*name).to_owned(), json!(self.get(name))))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    /// The filter, or the text that says why there is none.
    async fn filter(&self, visit: &Visit, limit: usize) -> Result<Result<EntryFilter, &'static str>, Problem> {
        let mut filter = EntryFilter {
            limit,
            ..EntryFilter::default()
        };
        let (case, who) = (self.get("case"), self.get("who"));
        if !case.is_empty() {
            let Some(case) = case_named(visit, &case).await? else {
                return Ok(Err("audit-no-such-case"));
            };
            (filter.kind, filter.stream) = (Some(StreamKind::Case), Some(case.0));
        }
        if !who.is_empty() {
            let people = people_named(visit, &who).await?;
            if people.is_empty() {
                return Ok(Err("audit-no-such-person"));
            }
            filter.people = Some(people);
        }
        let word = |name: &str| Some(self.get(name)).filter(|word| !word.is_empty());
        (filter.what, filter.role) = (word("what"), word("role"));
        for (name, end, place) in [("from", false, &mut filter.from), ("to", true, &mut filter.to)] {
            let Some(day) = word(name) else { continue };
            let Some(at) = midnight(&day, end) else {
                return Ok(Err("audit-bad-date"));
            };
            *place = Some(at);
        }
        filter.before = word("before").and_then(|text| position(&text));
        Ok(Ok(filter))
    }
}

/// The beginning (or the end) of a day in UTC.
fn midnight(day: &str, end: bool) -> Option<Instant> {
    let day: Date = day.parse().ok()?;
    let day = if end { day.tomorrow().ok()? } else { day };
    Some(day.to_zoned_datetime(jiff::tz::TimeZone::UTC).ok()?.timestamp())
}

fn position(text: &str) -> Option<Position> {
    let (at, event) = text.split_once('_')?;
    Some(Position {
        recorded_at: at.parse().ok()?,
        event: event.parse().ok()?,
    })
}

async fn people_named(visit: &Visit, who: &str) -> Result<BTreeSet<PersonId>, Problem> {
    if let Ok(id) = who.parse::<PersonId>() {
        return Ok(BTreeSet::from([id]));
    }
    let who = who.to_lowercase();
    let people = visit.house.store.people_list(None, None, DIRECTORY).await?;
    let fits = people
        .into_iter()
        .filter(|p| p.email.to_lowercase() == who || p.name.to_lowercase().contains(&who));
    Ok(fits.map(|person| person.id).collect())
}

/// Everything that happened, with filters in the address.
#[get("/audit")]
pub async fn explorer(me: SignedIn, request: HttpRequest) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let (visit, wanted) = (&me.visit, Wanted(request.query_string()));
    let (found, fault) = match wanted.filter(visit, PAGE).await? {
        Ok(filter) => (visit.house.store.entries(&filter).await?, None),
        Err(fault) => (Entries::default(), Some(fault)),
    };
    let language = visit.language();
    let mut whats: Vec<_> = deeds::names().map(|name| (name, deeds::said(name, language))).collect();
    whats.sort_by(|a, b| a.1.cmp(&b.1));
    let roles: Vec<_> = Role::ALL.iter().filter(|role| **role != Role::Public).collect();
    let next = found
        .next
        .map(|next| visit.link_with("before", &format!("{}_{}", next.recorded_at, next.event)));
    let query = request.query_string();
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{query}")
    };
    visit.page(
        "auditor/explorer.html",
        json!({
            "rows": rows(visit, &found.entries).await?, "wanted": wanted.shown(), "whats": whats, "roles": roles,
            "next": next, "fault": fault, "query": query,
        }),
    )
}

async fn rows(visit: &Visit, entries: &[Entry]) -> Result<Vec<Value>, Problem> {
    let people = names(visit, entries.iter().filter_map(Entry::person).collect()).await?;
    let subjects = subjects(visit, entries).await?;
    let row = |entry: &Entry| {
        let role = entry.text("/by/role");
        let name = entry
            .person()
            .and_then(|person| people.get(&person))
            .filter(|_| role != "system");
        let subject = subjects.get(&entry.stream.id);
        json!([
            { "when": visit.when(entry.recorded_at, "UTC") },
            { "text": name.cloned().unwrap_or_default(), "role": role, "more": entry.text("/by/delegation") },
            grid::link(&deeds::said(entry.text("/type"), visit.language()), &format!("/audit/entries/{}", entry.id)),
            { "text": subject.map(|subject| subject.name.clone()), "to": subject.and_then(|subject| subject.to.clone()) },
            grid::text(entry.text("/rule")),
            grid::number(&entry.seq.to_string()),
            grid::hash(&entry.hash),
        ])
    };
    Ok(entries.iter().map(row).collect())
}

/// The same as a file.
#[get("/audit.{ending:csv|json}")]
pub async fn explorer_twin(me: SignedIn, request: HttpRequest, ending: Path<String>) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let visit = &me.visit;
    let filter = Wanted(request.query_string()).filter(visit, TWIN).await?;
    let filter = filter.map_err(|fault| Problem::of("not_found").detail(visit.t(fault)))?;
    let found = visit.house.store.entries(&filter).await?;
    let mut table = Table::new(&[
        "recorded_at",
        "effective_at",
        "person",
        "role",
        "delegation",
        "what",
        "rule",
        "stream_kind",
        "stream",
        "entry",
        "event",
        "hash",
    ]);
    for entry in &found.entries {
        let word = |pointer: &str| json!(entry.text(pointer));
        table.row([
            json!(entry.recorded_at.to_string()),
            word("/effective_at"),
            word("/by/person"),
            word("/by/role"),
            word("/by/delegation"),
            word("/type"),
            word("/rule"),
            word("/kind"),
            json!(entry.stream.id),
            json!(entry.seq),
            json!(entry.id),
            json!(entry.hash),
        ]);
    }
    table.answer(visit, "history", &ending)
}

/// One entry: what it says, its hash, and the hash before it.
#[get("/audit/entries/{id}")]
pub async fn entry_page(me: SignedIn, id: Path<Uuid>) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let visit = &me.visit;
    let store = &visit.house.store;
    let entry = store.entry(*id).await?.ok_or_else(|| Problem::of("not_found"))?;
    let open = readable(&me, &entry).await?;
    let (events, _) = store.load(entry.stream).await?;
    let hashes = store.hashes(entry.stream).await?;
    let at = entry.seq.saturating_sub(1) as usize;
    let neighbour = |n: Option<usize>| {
        n.and_then(|n| events.get(n))
            .map(|event| format!("/audit/entries/{}", text(event, "id")))
    };
    let mut payload = events.get(at).cloned().unwrap_or_default();
    open_private(&mut payload);
    let people = names(visit, entry.person().into_iter().collect()).await?;
    let subject = grid::subjects(visit, std::slice::from_ref(&entry))
        .await?
        .remove(&entry.stream.id);
    let before = at.checked_sub(1).and_then(|n| hashes.get(n)).cloned();
    let linked = entry.text("/prev") == before.clone().unwrap_or_else(|| "0".repeat(64));
    let place = place(visit, &entry).await?;
    visit.page("auditor/entry.html", json!({
        "place": place,
        "what": deeds::said(entry.text("/type"), visit.language()), "seq": entry.seq, "count": events.len(),
        "who": people.into_values().next().filter(|_| entry.text("/by/role") != "system"), "role": entry.text("/by/role"),
        "rule": entry.text("/rule"), "recorded": visit.when(entry.recorded_at, "UTC"),
        "effective": entry.text("/effective_at").parse().ok().map(|at: Instant| visit.when(at, "UTC")),
        "subject": subject.as_ref().map(|subject| subject.name.clone()), "to": subject.and_then(|subject| subject.to),
        "hash": entry.hash, "prev": entry.text("/prev"), "linked": linked, "kind": entry.text("/kind"),
        "leaf": serde_json::to_string_pretty(&entry.leaf).unwrap_or_default(),
        "payload": open.then(|| serde_json::to_string_pretty(&payload).unwrap_or_default()),
        "earlier": neighbour(at.checked_sub(1)), "later": neighbour(Some(at + 1)),
        "case": (entry.stream.kind == StreamKind::Case && open).then_some(entry.stream.id),
        "english": visit.language() != Language::En,
    }))
}

/// Where the entry stands in the log: recorded, logged (signed for), witnessed.
async fn place(visit: &Visit, entry: &Entry) -> Result<Value, Problem> {
    let (store, notary) = (&visit.house.store, &visit.house.notary);
    let Some(logged) = store.logged(entry.id).await? else {
        return Ok(json!({ "state": "recorded" }));
    };
    let Some(first) = logged.checkpoint else {
        return Ok(json!({ "state": "recorded", "index": logged.index.to_string() }));
    };
    let policy = notary.policy().ok().flatten();
    let vouched = store.first_witnessed(&first, policy.as_ref()).await?;
    let state = if vouched.is_some() { "witnessed" } else { "logged" };
    let shown = match &vouched {
        Some((kept, _)) => kept,
        None => &first,
    };
    Ok(json!({
        "state": state, "index": logged.index.to_string(), "leaf": entry.hash, "size": shown.size.to_string(),
        "checkpoint": store.cosigned_note(shown).await?,
        "witnesses": vouched.as_ref().map(|(_, names)| names.join(", ")),
        "policy": policy.is_some_and(|policy| policy.asks_for_witnesses()),
        "proof": format!("/audit/entries/{}/proof.txt", entry.id),
    }))
}

/// The proof that the entry is in the log, as a file of C2SP tlog-proof.
#[get("/audit/entries/{id}/proof.txt")]
pub async fn entry_proof(me: SignedIn, id: Path<Uuid>) -> Result<HttpResponse, Problem> {
    me.needs(WHO)?;
    let text = crate::web::api::log::proof_of(&me.visit.house, *id).await?.text();
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((
            "Content-Disposition",
            format!("attachment; filename=\"{}.tlog-proof\"", *id),
        ))
        .body(text))
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// May the auditor read what the commitments stand for? Not before a dossier is submitted.
async fn readable(me: &SignedIn, entry: &Entry) -> Result<bool, Problem> {
    let Stream {
        kind: StreamKind::Case,
        id,
    } = entry.stream
    else {
        return Ok(true);
    };
    let seen = process::view_case(&me.visit.house, CaseId(id)).await?;
    Ok(!roles_on(&seen.case, &me.actor).is_empty())
}
