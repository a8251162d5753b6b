//! People, a notice and many dossiers to measure with, put through the one door.

use crate::{
    cli::person,
    domain::{
        case_fixture,
        id::{CaseId, NoticeId, PersonId},
        notice::PartyType,
        people::{Actor, Authentication, Delegation, Role},
        text::Language,
    },
    house::House,
    process::{self, Wish},
    store::people::PeopleFilter,
    workflow::{
        action::{Action, Nothing, StartDossier, notice::*},
        people::{InvitePerson, OrganisationKind, RegisterOrganisation},
    },
};
use anyhow::Context as _;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

pub const EMAIL: &str = "drafter@bench.example";
pub const PASSWORD: &str = "seven grey herons by the river";

/// How many people sign in: one account that signs in many times at once is made to wait.
const READERS: usize = 64;

const GRAIN: &str = include_str!("../../../tests/fixtures/cases/P-01-seed-grain-ethiopia-sudan.json");

async fn somebody(
    house: &House,
    name: &str,
    kind: OrganisationKind,
    role: Role,
    delegation: Option<&str>,
) -> anyhow::Result<Actor> {
    let organisation = RegisterOrganisation {
        name: format!("The organisation of {name}"),
        kind,
        type_: (kind == OrganisationKind::Submitter).then_some(PartyType::Government),
        unit: "Office".to_owned(),
        affiliation: (kind == OrganisationKind::Submitter).then(|| Delegation::new("RU")),
    };
    let body = InvitePerson {
        name: name.to_owned(),
        email: format!("{name}@bench.example"),
        language: Language::En,
        organisation: person::register_organisation(house, organisation).await?,
        unit: "Office".to_owned(),
        delegation: delegation.map(Delegation::new),
        roles: [role].into(),
    };
    actor(house, person::create(house, body, PASSWORD).await?).await
}

async fn actor(house: &House, id: PersonId) -> anyhow::Result<Actor> {
    let filter = PeopleFilter {
        ids: [id].into(),
        ..PeopleFilter::default()
    };
    let person = house
        .store
        .people(&filter)
        .await?
        .into_iter()
        .next()
        .context("nobody")?;
    let now = house.clock.now();
    Ok(person.actor(Authentication::Password, now, now))
}

async fn notice(house: &House) -> anyhow::Result<NoticeId> {
    let mut content = case_fixture::read(GRAIN)?.notice;
    content.closes = None;
    content.monitors.clear();
    let officer = somebody(house, "officer", OrganisationKind::Authority, Role::Secretariat, None).await?;
    let (id, content) = (NoticeId::fresh(), Box::new(content));
    let create = NoticeAction::CreateNotice(WriteNotice { content });
    process::act_on_notice(house, id, &create, &Wish::of(&officer), &|_| Vec::new()).await?;
    let propose = NoticeAction::ProposeNotice(Nothing::default());
    let proposed = process::act_on_notice(house, id, &propose, &Wish::of(&officer), &|_| Vec::new()).await?;
    let digest = proposed.proposed_digest().context("no text")?.to_owned();
    for side in ["US", "RU"] {
        let name = format!("chair-{}", side.to_lowercase());
        let chair = somebody(house, &name, OrganisationKind::Authority, Role::CoChair, Some(side)).await?;
        let approve = NoticeAction::ApproveNotice(ApproveText { digest: digest.clone() });
        process::act_on_notice(house, id, &approve, &Wish::of(&chair), &|_| Vec::new()).await?;
    }
    Ok(id)
}

/// Who signs in as the `n`-th.
pub fn reader(n: usize) -> String {
    format!("reader-{}@bench.example", n % READERS)
}

/// The people who sign in.
///
/// # Errors
/// When somebody is refused.
pub async fn readers(house: &House) -> anyhow::Result<()> {
    for n in 0..READERS {
        let name = format!("reader-{n}");
        somebody(house, &name, OrganisationKind::Submitter, Role::Drafter, None).await?;
    }
    Ok(())
}

/// So many drafts of one submitter.
///
/// # Errors
/// When the process refuses.
pub async fn cases(house: &House, count: usize) -> anyhow::Result<Vec<CaseId>> {
    let notice = notice(house).await?;
    let dossier = case_fixture::read(GRAIN)?.dossier;
    let drafter = somebody(house, "drafter", OrganisationKind::Submitter, Role::Drafter, None).await?;
    let begun = (0..count).map(|_| {
        let (drafter, dossier) = (&drafter, dossier.clone());
        async move {
            let id = CaseId::fresh();
            let start = Action::StartDossier(StartDossier {
                notice,
                on_behalf_of: None,
                dossier: Some(Box::new(dossier)),
            });
            process::act_on_case(house, id, &start, &Wish::of(drafter), &|_| Vec::new()).await?;
            anyhow::Ok(id)
        }
    });
    stream::iter(begun).buffer_unordered(64).try_collect().await
}
