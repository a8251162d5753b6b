//! Documents on paper, as PDF: for those who may see the case, and for whoever holds a certificate.

use super::{Caller, TheHouse, cases::visible, views::Eyes, write_down};
use crate::{
    domain::{id::PersonId, people::Role, text::Language},
    paper::{self, Beside, PaperError, sheet::Sheet},
    process::{self, Seen},
    store::{
        commit::{Stream, StreamKind},
        lists::CaseKey,
        people::PeopleFilter,
    },
    web::{body::StrictQuery, conditional, problem::Problem},
    workflow::{event::Event, happening::Happening, state::WaiverState, visibility::roles_on},
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{StatusCode, header},
    web::Path,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// In which language.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct PaperQuery {
    /// `en` (default), `ru`, or `both`: one after the other in one file.
    language: Option<PaperLanguage>,
}

/// The same, for whoever holds a certificate.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct CertificateQuery {
    /// The code on the certificate.
    code: String,
    /// `en` (default), `ru`, or `both`.
    language: Option<PaperLanguage>,
}

/// The languages of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PaperLanguage {
    #[default]
    En,
    Ru,
    Both,
}

impl PaperLanguage {
    pub const ALL: [Self; 3] = [Self::En, Self::Ru, Self::Both];

    /// The languages, in order.
    #[must_use]
    pub fn languages(self) -> &'static [Language] {
        match self {
            Self::En => &[Language::En],
            Self::Ru => &[Language::Ru],
            Self::Both => &Language::ALL,
        }
    }
}

/// Which document of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PaperKind {
    Receipt,
    Decision,
    Certificate,
    Outcome,
    History,
}

impl PaperKind {
    /// Its word, as in addresses and file names.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Decision => "decision",
            Self::Certificate => "certificate",
            Self::Outcome => "outcome",
            Self::History => "history",
        }
    }
}

impl From<PaperError> for Problem {
    fn from(error: PaperError) -> Self {
        Self::internal(error)
    }
}

/// A document of a case as PDF/A-2a, PDF/UA-1: `receipt`, `decision`, `certificate`, `outcome` or `history`. The same
/// history gives the same bytes.
#[utoipa::path(tag = "papers", params(("id" = String, Path), ("paper" = PaperKind, Path, description = "Which document"), PaperQuery),
    responses((status = 200, description = "The document", content_type = "application/pdf"), (status = 304, description = "Unchanged"), (status = 403, description = "Not before you have declared your interest", body = Problem), (status = 404, description = "Not there for you, or not there yet", body = Problem)))]
#[get("/cases/{id}/papers/{paper}.pdf")]
pub async fn case_paper(
    house: TheHouse,
    caller: Caller,
    request: HttpRequest,
    path: Path<(crate::domain::id::CaseId, PaperKind)>,
    query: StrictQuery<PaperQuery>,
) -> Result<HttpResponse, Problem> {
    let (id, kind) = path.into_inner();
    hand_out(
        &house,
        &caller,
        &request,
        id,
        kind,
        query.0.language.unwrap_or_default(),
    )
    .await
}

/// A document of a case, for somebody who may read it.
///
/// # Errors
/// 403 and 404 as above.
pub async fn hand_out(
    house: &TheHouse,
    caller: &Caller,
    request: &HttpRequest,
    id: crate::domain::id::CaseId,
    kind: PaperKind,
    language: PaperLanguage,
) -> Result<HttpResponse, Problem> {
    let seen = visible(house, caller, id).await?;
    let roles = roles_on(&seen.case, &caller.actor);
    let eyes = Eyes::of(&seen.case, &caller.actor, &roles);
    if !eyes.anyone() {
        write_down(
            house,
            caller,
            "read_paper",
            Some(("case", id.0)),
            "interest_not_declared",
            Some("C-02"),
        )
        .await;
        let sentence = "Declare your interest, or that you have none, before you open the file.";
        return Err(Problem::refused(StatusCode::FORBIDDEN, "interest_not_declared", sentence).rule("C-02"));
    }
    let printed = printed(house, &seen, kind, language, !eyes.only_submits()).await?;
    answer(
        request,
        kind,
        language,
        seen.case.reference.as_deref().unwrap_or("draft"),
        printed,
    )
}

/// The certificate of a waiver as PDF/A-2a, PDF/UA-1. Public for whoever knows its number and code.
#[utoipa::path(tag = "papers", security(()), params(("number" = String, Path), CertificateQuery),
    responses((status = 200, description = "The certificate", content_type = "application/pdf"), (status = 304, description = "Unchanged"), (status = 404, description = "No certificate has this number and code", body = Problem)))]
#[get("/waivers/{number}/certificate.pdf")]
pub async fn public_certificate(
    house: TheHouse,
    request: HttpRequest,
    number: Path<String>,
    query: StrictQuery<CertificateQuery>,
) -> Result<HttpResponse, Problem> {
    let CertificateQuery { code, language } = query.0;
    let seen = by_number(&house, &number).await?;
    let issued = seen.case.waiver.certificate.as_ref();
    let issued = issued.filter(|issued| issued.verify_code.eq_ignore_ascii_case(code.trim()));
    let number = issued.ok_or_else(no_certificate)?.number.clone();
    let language = language.unwrap_or_default();
    let printed = printed(&house, &seen, PaperKind::Certificate, language, false).await?;
    answer(&request, PaperKind::Certificate, language, &number, printed)
}

/// The signed outcome statement as PDF/A-2a, PDF/UA-1. Public once every delegation has signed it.
#[utoipa::path(tag = "papers", security(()), params(("number" = String, Path), PaperQuery),
    responses((status = 200, description = "The outcome statement", content_type = "application/pdf"), (status = 304, description = "Unchanged"), (status = 404, description = "No waiver of this number has a signed outcome", body = Problem)))]
#[get("/waivers/{number}/outcome.pdf")]
pub async fn public_outcome(
    house: TheHouse,
    request: HttpRequest,
    number: Path<String>,
    query: StrictQuery<PaperQuery>,
) -> Result<HttpResponse, Problem> {
    let seen = by_number(&house, &number).await?;
    if seen.case.waiver.state != WaiverState::Closed {
        return Err(Problem::of("not_found").detail("No waiver of this number has a signed outcome statement."));
    }
    let language = query.0.language.unwrap_or_default();
    let beside = names(&house, &seen).await?;
    let sheet = paper::outcome::sheet(&seen.case, &seen.events, &beside.beside(&house, language, None), false);
    answer(&request, PaperKind::Outcome, language, &number, press(sheet)?)
}

fn no_certificate() -> Problem {
    Problem::of("not_found").detail("No certificate has this number and code.")
}

async fn by_number(house: &TheHouse, number: &str) -> Result<Seen, Problem> {
    let row = house.store.case_by(CaseKey::WaiverNumber, number.trim()).await?;
    Ok(process::view_logged_case(house, row.ok_or_else(no_certificate)?.id).await?)
}

/// Which certificate this file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// The entry of the history that it states.
    pub entry: u32,
    pub as_of: crate::domain::Instant,
    /// Whether the waiver's state has not changed since.
    pub newest: bool,
}

/// Is this the certificate of this waiver, as it is or as it once was? Compared by printing it again.
///
/// # Errors
/// When it cannot be printed.
pub async fn recognised(house: &TheHouse, seen: &Seen, file: &[u8]) -> Result<Option<Recognised>, Problem> {
    let names = names(house, seen).await?;
    let changes: Vec<usize> = (0..seen.events.len())
        .rev()
        .filter(|n| paper::certificate::changes(&seen.events[*n]))
        .collect();
    for (n, at) in changes.iter().enumerate() {
        let until = &seen.events[..=*at];
        // Printed before its event was signed for, it has no checkpoint.
        let checkpoint = covering(house, until).await?;
        let ways = [checkpoint.as_deref(), None].into_iter();
        for (language, checkpoint) in ways.flat_map(|way| PaperLanguage::ALL.map(|language| (language, way))) {
            let beside = names.beside(house, language, checkpoint);
            let sheet = paper::certificate::sheet(&seen.case, until, &beside);
            let same = match sheet {
                Some(sheet) => paper::press::print(&sheet)? == file,
                None => false,
            };
            if same {
                let event = &seen.events[*at];
                return Ok(Some(Recognised {
                    entry: event.seq,
                    as_of: event.effective_at,
                    newest: n == 0,
                }));
            }
        }
    }
    Ok(None)
}

/// The names that stand on a case's documents.
pub(in crate::web) struct Names(BTreeMap<PersonId, String>);

impl Names {
    /// By person.
    pub(in crate::web) fn all(&self) -> &BTreeMap<PersonId, String> {
        &self.0
    }

    fn beside<'a>(&'a self, house: &'a TheHouse, language: PaperLanguage, checkpoint: Option<&'a str>) -> Beside<'a> {
        Beside {
            names: &self.0,
            base_url: &house.settings.server.base_url,
            checkpoint,
            languages: language.languages(),
        }
    }
}

/// The checkpoint on a certificate, as a line: the first that covers the event which the certificate states.
async fn covering(house: &TheHouse, events: &[Event<Happening>]) -> Result<Option<String>, Problem> {
    let Some(event) = events.iter().rev().find(|event| paper::certificate::changes(event)) else {
        return Ok(None);
    };
    let kept = house.store.first_checkpoint(event.id.0).await?;
    Ok(kept.map(|kept| kept.note.lines().take(3).collect::<Vec<_>>().join(" · ")))
}

pub(in crate::web) async fn names(house: &TheHouse, seen: &Seen) -> Result<Names, Problem> {
    let ids: BTreeSet<PersonId> = seen.events.iter().map(|event| event.by.person).collect();
    let people = house
        .store
        .people(&PeopleFilter {
            ids,
            ..PeopleFilter::default()
        })
        .await?;
    Ok(Names(
        people.into_iter().map(|person| (person.id, person.name)).collect(),
    ))
}

/// The bytes of a document. Names of the authority's people, other than signatories, are for those inside.
///
/// # Errors
/// `not_found` when the case has no such document yet.
pub async fn printed(
    house: &TheHouse,
    seen: &Seen,
    kind: PaperKind,
    language: PaperLanguage,
    inside: bool,
) -> Result<Vec<u8>, Problem> {
    let names = names(house, seen).await?;
    let checkpoint = match kind {
        PaperKind::Certificate => covering(house, &seen.events).await?,
        _ => None,
    };
    let beside = names.beside(house, language, checkpoint.as_deref());
    let (case, events) = (&seen.case, seen.events.as_slice());
    press(match kind {
        PaperKind::Receipt => paper::receipt::sheet(case, events, &beside),
        PaperKind::Decision => paper::decision::sheet(case, events, &beside),
        PaperKind::Certificate => paper::certificate::sheet(case, events, &beside),
        PaperKind::Outcome => paper::outcome::sheet(case, events, &beside, true),
        PaperKind::History => {
            let stream = Stream {
                kind: StreamKind::Case,
                id: case.id.0,
            };
            let hashes = house.store.hashes(stream).await?;
            let named = if inside { Role::ALL } else { Role::SUBMITTER };
            paper::history::sheet(case, events, &hashes, &beside, &named.iter().copied().collect())
        }
    })
}

fn press(sheet: Option<Sheet>) -> Result<Vec<u8>, Problem> {
    let sheet = sheet.ok_or_else(|| Problem::of("not_found").detail("The case has no such document yet."))?;
    Ok(paper::press::print(&sheet)?)
}

fn answer(
    request: &HttpRequest,
    kind: PaperKind,
    language: PaperLanguage,
    of: &str,
    bytes: Vec<u8>,
) -> Result<HttpResponse, Problem> {
    let tag = format!("\"{}\"", hex::encode(Sha256::digest(&bytes)));
    if conditional::is_known(request, &tag) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish());
    }
    let tongue = match language {
        PaperLanguage::En => "en",
        PaperLanguage::Ru => "ru",
        PaperLanguage::Both => "en-ru",
    };
    let safe: String = of.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let disposition = format!("inline; filename=\"{}-{safe}-{tongue}.pdf\"", kind.word());
    Ok(HttpResponse::Ok()
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .content_type("application/pdf")
        .body(bytes))
}
