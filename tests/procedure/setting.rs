//! The setting of the stories: the notice, the dossier, the files, the ballot box.

use crate::cast::{self, *};
use corridor::domain::{
    Date, Instant,
    case_fixture::{self, CaseFixture},
    dossier::{Bank, DocumentRef, Dossier, Money, Payment},
    id::{DocumentId, PersonId},
    notice::{ClockStart, InspectionPolicy, NoticeContent, PartyType, Roll},
    people::Actor,
    quantity::Quantity,
    text::Language,
};
use corridor::workflow::{
    action::Vote,
    around::{Around, BallotBox, DocumentFacts, OrganisationFacts},
    notice::Notice,
};
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

pub const ZONE: &str = "Europe/Zurich";

/// A local time of the notice's zone, for example `2025-10-10 15:00`.
pub fn at(local: &str) -> Instant {
    let local: jiff::civil::DateTime = local.parse().expect("a local time");
    local.in_tz(ZONE).expect("a zone").timestamp()
}

pub fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

pub fn tonnes(amount: &str) -> Quantity {
    Quantity::parse(amount, "TNE").expect("a quantity")
}

/// The public case P-01, as it is.
pub fn grain() -> CaseFixture {
    case_fixture::read(include_str!("../fixtures/cases/P-01-seed-grain-ethiopia-sudan.json")).expect("a case")
}

/// The clock of section 2 of the law, over two delegations without holidays; two criteria, one of them mandatory.
pub fn small_notice() -> NoticeContent {
    let mut notice = grain().notice;
    notice
        .criteria
        .retain(|criterion| ["C1", "C3"].contains(&criterion.id.as_str()));
    notice.criteria[1].mandatory = false;
    notice.required_documents.clear();
    notice.ceiling = None;
    notice.max_shipments = Some(4);
    notice.closes = None;
    notice.monitors = [MONITORS].into();
    for delegation in &mut notice.delegations {
        delegation.calendar = "none@1".to_owned();
    }
    let policy = &mut notice.policy;
    policy.inspection = InspectionPolicy::Waivable;
    policy.clock.start = ClockStart::Submission;
    policy.clock.cutoff = Some("17:00".to_owned());
    policy.clock.roll = Roll::NextWorking;
    notice
}

/// A thousand tonnes in one shipment.
pub fn small_dossier() -> Dossier {
    let mut dossier = grain().dossier;
    dossier.goods[0].quantity = tonnes("1000");
    dossier.shipments.truncate(1);
    dossier.shipments[0].quantity = tonnes("1000");
    dossier
        .parties
        .retain(|party| ["p1", "p3"].contains(&party.id.as_str()));
    dossier
        .statements
        .retain(|statement| ["C1", "C3"].contains(&statement.criterion.as_str()));
    dossier.payments = vec![Payment {
        amount: Money {
            amount: 250_000.into(),
            currency: "EUR".to_owned(),
        },
        route: "letter of credit".to_owned(),
        banks: vec![Bank {
            name: "Example Bank".to_owned(),
            country: "CH".to_owned(),
            bic: Some("UBSWCHZH".to_owned()),
        }],
    }];
    dossier
}

/// The documents of the dossier, numbered from 1.
pub const FIRST: DocumentId = DocumentId(Uuid::from_u128(1));
pub const SECOND: DocumentId = DocumentId(Uuid::from_u128(2));
/// Papers that a story brings later.
pub const PAPER: DocumentId = DocumentId(Uuid::from_u128(0x100));
pub const NEW_VERSION: DocumentId = DocumentId(Uuid::from_u128(0x101));
pub const QUARANTINED: DocumentId = DocumentId(Uuid::from_u128(0x102));
pub const NEVER_UPLOADED: DocumentId = DocumentId(Uuid::from_u128(0x103));

/// The SHA-256 that the example file has.
pub fn sha256_of(document: DocumentId) -> String {
    format!("{:064x}", document.0.as_u128())
}

pub fn reference(document: DocumentId, class: &str) -> DocumentRef {
    DocumentRef {
        id: document,
        class: class.to_owned(),
        file_name: format!("{}.pdf", class.to_lowercase()),
        language: Language::En,
        sha256: sha256_of(document),
        bytes: 1,
        media_type: "application/pdf".to_owned(),
        confidential: false,
        public_twin: None,
        no_twin_reason: None,
        replaces: None,
    }
}

/// Everything beside history, with every file and every person that a story can name.
pub fn around(notice: &Notice) -> Around {
    let file = |document: DocumentId| {
        let reference = reference(document, "FILE");
        let facts = DocumentFacts {
            file_name: reference.file_name,
            sha256: reference.sha256,
            bytes: reference.bytes,
            media_type: reference.media_type,
            clean: document != QUARANTINED,
            uploaded_by: Drafter.id(),
        };
        (document, facts)
    };
    let numbered = (1..=9).map(|number| DocumentId(Uuid::from_u128(number)));
    let people: BTreeMap<PersonId, Actor> = cast::everybody()
        .into_iter()
        .map(|who| (who.id(), who.actor()))
        .collect();
    let mut people = people;
    if let Some(late) = people.get_mut(&LateAgent.id()) {
        late.mandates.clear();
    }
    let ministry = OrganisationFacts {
        unit: FILING_UNIT.to_owned(),
        affiliation: Some(ru()),
        type_: Some(PartyType::Government),
        is_sponsor: false,
    };
    Around {
        notice: Some(notice.clone()),
        programme_left: None,
        organisations: [(MINISTRY, ministry)].into(),
        people,
        documents: numbered.chain([PAPER, NEW_VERSION, QUARANTINED]).map(file).collect(),
        verify_code: "00112233445566778899aabbccddeeff".to_owned(),
        ballot_box: Arc::new(InMemory),
        screens: false,
        entry_now: Default::default(),
    }
}

/// A ballot box without a key: it only insists on the context.
pub struct InMemory;

impl BallotBox for InMemory {
    fn seal(&self, context: &str, vote: &Vote) -> String {
        hex::encode(serde_json::to_vec(&(context, vote)).expect("a vote"))
    }

    fn open(&self, context: &str, sealed: &str) -> Option<Vote> {
        let bytes = hex::decode(sealed).ok()?;
        let (sealed_in, vote): (String, Vote) = serde_json::from_slice(&bytes).ok()?;
        (sealed_in == context).then_some(vote)
    }
}
