//! Gathers what the law must know beside the history: constant numbers of questions to the store.

use super::{ActError, parsed};
use crate::{
    domain::{
        id::{CaseId, DocumentId, NoticeId, OrganisationId, PersonId},
        people::Actor,
        quantity::Quantity,
    },
    house::House,
    store::commit::{Stream, StreamKind},
    workflow::{
        action::Action,
        around::{Around, DocumentFacts, EntryNow, NoticeAround},
        case::Case,
        notice::Notice,
        state::{DossierState, NoticeState},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// What surrounds a case: as it stands (None: not yet begun), for this wish of this person.
pub(super) async fn of_case(
    house: &House,
    id: CaseId,
    notice: NoticeId,
    case: Option<&Case>,
    wish: Option<(&Action, &Actor)>,
) -> Result<Around, ActError> {
    let looks = case.is_none_or(|case| case.state == DossierState::Draft);
    let mut around = Around {
        notice: notice_now(house, notice, looks).await?,
        programme_left: None,
        organisations: BTreeMap::new(),
        people: BTreeMap::new(),
        documents: BTreeMap::new(),
        verify_code: crate::chance::hex_128(),
        ballot_box: house.ballot_box.clone(),
        screens: house.screener.engine.is_some(),
        entry_now: Default::default(),
    };
    if let Some((action, actor)) = wish {
        around.people = house.store.actors(&people_of(action, case)).await?;
        around.documents = documents(house, id, &documents_of(action)).await?;
        if let Action::StartDossier(start) = action {
            let organisation: OrganisationId = start.on_behalf_of.unwrap_or(actor.organisation);
            around.organisations = house.store.organisation_facts(organisation).await?;
        }
        if matches!(
            action,
            Action::SubmitDossier(_) | Action::ResubmitDossier(_) | Action::AdoptEdition(_)
        ) {
            around.programme_left = programme_left(house, around.notice.as_ref()).await?;
        }
    }
    Ok(around)
}

/// The notice with everything that time has done to it, whether or not anybody has written it down yet.
async fn notice_now(house: &House, id: NoticeId, looks: bool) -> Result<Option<Notice>, ActError> {
    let kind = StreamKind::Notice;
    let (stored, _) = house.store.load(Stream { kind, id: id.0 }).await?;
    let Some(mut notice) = Notice::fold(id, &parsed(stored)?) else {
        return Ok(None);
    };
    if looks {
        let beside = of_notice(house, &notice).await?;
        super::take_time(&mut notice, &beside, house.clock.now())?;
    }
    Ok(Some(notice))
}

/// What surrounds a notice: since when its ceiling is used up, while that can still close it.
pub(super) async fn of_notice(house: &House, notice: &Notice) -> Result<NoticeAround, ActError> {
    let now = house.clock.now();
    let Some(ceiling) = notice
        .ceiling_milli(now)
        .filter(|_| notice.state == NoticeState::Published)
    else {
        return Ok(NoticeAround::default());
    };
    let (used, issued_at) = house.store.authorised_total(notice.id).await?;
    let used_up_at = (used >= ceiling && used > 0).then(|| issued_at.unwrap_or(now));
    Ok(NoticeAround { used_up_at })
}

/// The ceiling less everything authorised so far.
async fn programme_left(house: &House, notice: Option<&Notice>) -> Result<Option<Quantity>, ActError> {
    let effective = notice.and_then(|notice| Some((notice.id, notice.in_effect(house.clock.now())?)));
    let Some((id, ceiling)) = effective.and_then(|(id, edition)| Some((id, edition.content.ceiling.as_ref()?))) else {
        return Ok(None);
    };
    let (used, _) = house.store.authorised_total(id).await?;
    let left = ceiling.base_milli().unwrap_or(0).saturating_sub(used).max(0);
    Ok(Quantity::from_base_milli(left, &ceiling.unit).ok())
}

async fn documents(
    house: &House,
    case: CaseId,
    ids: &BTreeSet<DocumentId>,
) -> Result<BTreeMap<DocumentId, DocumentFacts>, ActError> {
    let mut facts = BTreeMap::new();
    if ids.is_empty() {
        return Ok(facts);
    }
    for row in house
        .store
        .documents_of(case)
        .await?
        .into_iter()
        .filter(|row| ids.contains(&row.id))
    {
        let clean = row.state == crate::store::documents::DocumentState::Clean;
        let (file_name, sha256, bytes) = (row.file_name, row.sha256, row.bytes);
        let (media_type, uploaded_by) = (row.media_type, row.uploaded_by);
        facts.insert(
            row.id,
            DocumentFacts {
                file_name,
                sha256,
                bytes,
                media_type,
                clean,
                uploaded_by,
            },
        );
    }
    Ok(facts)
}

fn people_of(action: &Action, case: Option<&Case>) -> BTreeSet<PersonId> {
    match action {
        Action::SubmitDossier(_) => case.and_then(|case| case.drafting_agent).into_iter().collect(),
        Action::ConstitutePanel(body) => body.members.iter().map(|seat| seat.person).collect(),
        Action::SubstituteMember(body) => BTreeSet::from([body.seat.person]),
        _ => BTreeSet::new(),
    }
}

fn documents_of(action: &Action) -> BTreeSet<DocumentId> {
    match action {
        Action::AttachDocument(body) => BTreeSet::from([body.document]),
        Action::RecordObservation(body) => body.capture.into_iter().collect(),
        Action::ReportLoading(body) => BTreeSet::from([body.bill_of_lading, body.weight_note]),
        Action::AttestDelivery(body) => body.evidence.iter().copied().collect(),
        Action::ReportLoss(body) => body.evidence.iter().copied().collect(),
        Action::FileFinalReport(body) => body.evidence.iter().copied().collect(),
        Action::ReportCondition(body) => body.evidence.iter().copied().collect(),
        _ => BTreeSet::new(),
    }
}

/// What the lists say now about the entry that a disposition names.
pub(super) async fn entry_now(house: &House, case: &Case, action: Option<&Action>) -> Result<EntryNow, ActError> {
    let (subject, entry) = match action {
        Some(Action::ProposeDisposition(body)) => (&body.subject, &body.entry),
        Some(Action::ConfirmDisposition(body)) => (&body.subject, &body.entry),
        _ => return Ok(EntryNow::Unknown),
    };
    let hits = case
        .screening
        .get(subject)
        .into_iter()
        .flat_map(|screening| &screening.hits);
    match hits.into_iter().find(|hit| hit.found.entry == *entry && hit.by_engine) {
        Some(hit) => Ok(super::checks::entry_now(house, &hit.found).await?),
        None => Ok(EntryNow::Unknown),
    }
}
