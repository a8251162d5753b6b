//! Sanctions lists: which version is in force has legal effect, so it is history like everything else.

use super::{
    action::actions,
    event::{Audience::Administrators, Event},
    refusal::Refusal,
    state::{DossierState, State},
    step::{Ask, Condition, Step, Subject, step},
};
use crate::domain::{
    Date, Instant,
    people::{Actor, Role},
    text::Words,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The stream of a list: the same for the same name, on every instance.
#[must_use]
pub fn stream_of(source: &str) -> Uuid {
    use sha2::{Digest, Sha256};
    let hash = Sha256::digest(source.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ListFileFacts {
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
}

/// One version of a list, as it was loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ListVersion {
    pub id: Uuid,
    /// For example `OFAC-SDN`.
    pub source: String,
    pub format: String,
    pub files: Vec<ListFileFacts>,
    /// As the list itself says.
    #[schema(value_type = Option<String>, format = Date)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Date>,
    /// Of the readers that read it.
    pub parser: u32,
    pub entries: u64,
    pub names: u64,
    pub identifiers: u64,
    /// Entries that are odd but were loaded all the same.
    pub complaints: u64,
    pub added: u64,
    pub removed: u64,
    pub changed: u64,
}

impl ListVersion {
    /// How it is named in checks: the date it was published, and the beginning of its hash.
    #[must_use]
    pub fn label(&self) -> String {
        let hash = super::digest(&self.files.iter().map(|file| &file.sha256).collect::<Vec<_>>());
        let short = &hash[..12];
        match self.published {
            Some(date) => format!("{date}.{short}"),
            None => short.to_owned(),
        }
    }

    fn hashes(&self) -> BTreeSet<&str> {
        self.files.iter().map(|file| file.sha256.as_str()).collect()
    }

    /// Was it read from the same bytes?
    #[must_use]
    pub fn same_files(&self, other: &Self) -> bool {
        self.hashes() == other.hashes()
    }
}

/// A person's word on a version that was held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JudgeList {
    /// The version that was looked at.
    pub version: Uuid,
    pub reason: Words,
}

/// A file that is no list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ListRefusal {
    pub source: String,
    pub file: String,
    pub line: u64,
    pub code: String,
    pub reason: String,
}

/// What came of screening everything that is live against a new version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Rescreening {
    pub version: Uuid,
    pub cases: u64,
    pub subjects: u64,
    /// Cases in which something changed.
    pub concerned: u64,
}

actions! {
    /// A wish about a list.
    ListAction / ListActionKind {
        OfferList(ListVersion) = "offer_list",
        RefuseFile(ListRefusal) = "refuse_file",
        ConfirmList(JudgeList) = "confirm_list",
        DiscardList(JudgeList) = "discard_list",
        FinishRescreening(Rescreening) = "finish_rescreening",
    }
}

/// What happened to a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub enum ListHappening {
    ListLoaded(ListVersion),
    /// It lost too much to be believed without a person's word.
    ListHeld(ListVersion),
    ListFileRefused(ListRefusal),
    ListConfirmed(JudgeList),
    ListDiscarded(JudgeList),
    RescreeningFinished(Rescreening),
}

impl ListHappening {
    /// Every kind, by its name in history.
    pub const NAMES: &[&str] = &[
        "list_loaded",
        "list_held",
        "list_file_refused",
        "list_confirmed",
        "list_discarded",
        "rescreening_finished",
    ];
}

/// A list, folded.
#[derive(Clone, Debug, Default)]
pub struct SanctionsList {
    pub version: u32,
    pub current: Option<ListVersion>,
    pub held: Option<ListVersion>,
    /// The last file that was no list, until one comes that is.
    pub refused: Option<ListRefusal>,
}

/// From which share of entries gone a version is held, in per cent.
#[derive(Clone, Copy, Debug)]
pub struct AroundList {
    pub shrink_percent: u32,
}

const LOADERS: &[Role] = &[Role::System, Role::Administrator];

const STEPS: &[Step<SanctionsList>] = &[
    step("S-03", ListActionKind::OfferList, LOADERS)
        .tells(&[Administrators])
        .when(&[NOT_OLDER]),
    step("S-03", ListActionKind::RefuseFile, LOADERS).tells(&[Administrators]),
    step("S-03", ListActionKind::ConfirmList, &[Role::Administrator]).when(&[REASONS_GIVEN, HELD]),
    step("S-03", ListActionKind::DiscardList, &[Role::Administrator]).when(&[REASONS_GIVEN, HELD]),
    step("S-03", ListActionKind::FinishRescreening, &[Role::System]),
];

type Fact = Condition<SanctionsList>;

const NOT_OLDER: Fact = Condition {
    code: "older_than_current",
    cites: "S-03",
    says: "This version was published before the one in force.",
    holds: |ask| match ask.action {
        Some(ListAction::OfferList(offered)) => {
            let dates = ask
                .subject
                .current
                .as_ref()
                .and_then(|current| current.published)
                .zip(offered.published);
            dates.is_none_or(|(current, offered)| offered >= current)
        }
        _ => true,
    },
};
const REASONS_GIVEN: Fact = Condition {
    code: "reasons_missing",
    cites: "G8",
    says: "Give the reasons in words.",
    holds: |ask| match ask.action {
        Some(ListAction::ConfirmList(body) | ListAction::DiscardList(body)) => !body.reason.is_blank(),
        _ => true,
    },
};
const HELD: Fact = Condition {
    code: "version_not_held",
    cites: "S-03",
    says: "This version does not wait for anybody's word.",
    holds: |ask| match ask.action {
        Some(ListAction::ConfirmList(body) | ListAction::DiscardList(body)) => {
            ask.subject.held.as_ref().is_some_and(|held| held.id == body.version)
        }
        _ => ask.subject.held.is_some(),
    },
};

impl Subject for SanctionsList {
    type Kind = ListActionKind;
    type Action = ListAction;
    type Happening = ListHappening;
    type Around = AroundList;

    fn chapters() -> &'static [&'static [Step<Self>]] {
        &[STEPS]
    }

    fn kind(action: &ListAction) -> ListActionKind {
        action.kind()
    }

    fn word(kind: ListActionKind) -> &'static str {
        kind.word()
    }

    fn roles_of(&self, actor: &Actor, _: &AroundList) -> BTreeSet<Role> {
        actor
            .roles
            .iter()
            .copied()
            .filter(|role| LOADERS.contains(role))
            .collect()
    }

    fn standing(&self, _: &Step<Self>, _: Option<&ListAction>) -> Vec<State> {
        Vec::new()
    }

    fn dossier_state(&self) -> Option<DossierState> {
        None
    }

    fn states(&self) -> Vec<State> {
        Vec::new()
    }

    fn clock_word(&self) -> String {
        String::new()
    }

    fn effects(ask: &Ask<'_, Self>, action: &ListAction) -> Result<Vec<ListHappening>, Refusal> {
        Ok(vec![match action {
            ListAction::OfferList(offered) if shrunken(ask.subject, offered, ask.around) => {
                ListHappening::ListHeld(offered.clone())
            }
            ListAction::OfferList(offered) => ListHappening::ListLoaded(offered.clone()),
            ListAction::RefuseFile(refusal) => ListHappening::ListFileRefused(refusal.clone()),
            ListAction::ConfirmList(word) => ListHappening::ListConfirmed(word.clone()),
            ListAction::DiscardList(word) => ListHappening::ListDiscarded(word.clone()),
            ListAction::FinishRescreening(done) => ListHappening::RescreeningFinished(done.clone()),
        }])
    }

    fn due(&self, _: &AroundList) -> Option<(Instant, ListAction)> {
        None
    }

    fn apply(&mut self, event: &Event<ListHappening>) {
        self.version = event.seq;
        match &event.happened {
            ListHappening::ListLoaded(_) | ListHappening::ListHeld(_) => self.refused = None,
            ListHappening::ListFileRefused(refusal) => self.refused = Some(refusal.clone()),
            _ => {}
        }
        match &event.happened {
            ListHappening::ListLoaded(version) => (self.current, self.held) = (Some(version.clone()), None),
            ListHappening::ListHeld(version) => self.held = Some(version.clone()),
            ListHappening::ListConfirmed(_) => self.current = self.held.take().or(self.current.take()),
            ListHappening::ListDiscarded(_) => self.held = None,
            ListHappening::ListFileRefused(_) | ListHappening::RescreeningFinished(_) => {}
        }
    }

    fn version(&self) -> u32 {
        self.version
    }
}

impl ListHappening {
    /// Its name in history.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::ListLoaded(_) => "list_loaded",
            Self::ListHeld(_) => "list_held",
            Self::ListFileRefused(_) => "list_file_refused",
            Self::ListConfirmed(_) => "list_confirmed",
            Self::ListDiscarded(_) => "list_discarded",
            Self::RescreeningFinished(_) => "rescreening_finished",
        }
    }
}

/// Has more gone than a list usually loses?
fn shrunken(list: &SanctionsList, offered: &ListVersion, around: &AroundList) -> bool {
    let before = list.current.as_ref().map_or(0, |current| current.entries);
    offered.removed.saturating_mul(100) > before.saturating_mul(u64::from(around.shrink_percent))
}
