//! Every state of every machine of the process, by the names of the law.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! machine {
    ($(#[$doc:meta])* $name:ident { $($state:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($state),* }

        impl $name {
            pub const ALL: &[$name] = &[$($name::$state),*];

            /// Its public name.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $($name::$state => $word),* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

machine!(
    /// A notice (section 3).
    NoticeState {
        Draft = "draft", InApproval = "in_approval", Scheduled = "scheduled", Published = "published",
        Closed = "closed", Withdrawn = "withdrawn",
    }
);
machine!(
    /// A dossier (section 4).
    DossierState {
        Draft = "draft", Submitted = "submitted", Completeness = "completeness", Returned = "returned",
        UnderReview = "under_review", Deliberation = "deliberation", Decided = "decided", Withdrawn = "withdrawn",
        Lapsed = "lapsed", Inadmissible = "inadmissible", Discarded = "discarded",
    }
);
machine!(
    /// A round of questions (section 4, RFI). `none`: no round is open.
    RoundState { None = "none", Issued = "issued", Answered = "answered" }
);
machine!(
    /// The committee's work on a case (section 6).
    Phase {
        Constituting = "constituting", Documentary = "documentary", Ballot = "ballot", Signature = "signature",
        Closed = "closed",
    }
);
machine!(
    /// An inspection (section 7).
    InspectionState {
        None = "none", Required = "required", Proposed = "proposed", Scheduled = "scheduled",
        InSession = "in_session", Held = "held", ReportDraft = "report_draft", ReportSigned = "report_signed",
        Postponed = "postponed", Aborted = "aborted", Waived = "waived", RefusedByHost = "refused_by_host",
    }
);
machine!(
    /// One delegation's finding on one criterion.
    FindingState { Open = "open", Proposed = "proposed", Countersigned = "countersigned" }
);
machine!(
    /// A hit of a screening.
    HitState {
        Open = "open", Proposed = "proposed", FalsePositive = "false_positive", TrueMatch = "true_match",
        Escalated = "escalated",
    }
);
machine!(
    /// A waiver (section 9).
    WaiverState {
        None = "none", PendingIssue = "pending_issue", Active = "active", Exhausted = "exhausted",
        Expired = "expired", Closing = "closing", Closed = "closed",
    }
);
machine!(
    /// A shipment (section 9). `none`: not yet notified.
    ShipmentState {
        None = "none", Notified = "notified", Loaded = "loaded", InTransit = "in_transit",
        Discharged = "discharged", Delivered = "delivered", Verified = "verified", Disputed = "disputed",
        Cancelled = "cancelled", Lost = "lost", Diverted = "diverted",
    }
);

impl ShipmentState {
    /// Is its quantity still reserved, and may it still move?
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Notified | Self::Loaded | Self::InTransit | Self::Discharged)
    }
}

impl DossierState {
    /// Has the case come to its end as far as the dossier goes?
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(
            self,
            Self::Decided | Self::Withdrawn | Self::Lapsed | Self::Inadmissible | Self::Discarded
        )
    }

    /// What the public reads (section 6).
    #[must_use]
    pub fn public_label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Submitted | Self::Completeness => "Received – checking completeness",
            Self::Returned => "Returned – clock stopped",
            Self::UnderReview => "Under review by the committee",
            Self::Deliberation => "Decision in preparation",
            Self::Decided => "Decided",
            Self::Withdrawn => "Withdrawn",
            Self::Lapsed => "Closed – no answer received",
            Self::Inadmissible => "Not admissible",
            Self::Discarded => "Draft discarded",
        }
    }
}

/// A state of some machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    Notice(NoticeState),
    Dossier(DossierState),
    Round(RoundState),
    Phase(Phase),
    Inspection(InspectionState),
    Finding(FindingState),
    Hit(HitState),
    Waiver(WaiverState),
    Shipment(ShipmentState),
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Notice(state) => write!(f, "notice:{state}"),
            Self::Dossier(state) => write!(f, "dossier:{state}"),
            Self::Round(state) => write!(f, "round:{state}"),
            Self::Phase(state) => write!(f, "committee:{state}"),
            Self::Inspection(state) => write!(f, "inspection:{state}"),
            Self::Finding(state) => write!(f, "finding:{state}"),
            Self::Hit(state) => write!(f, "hit:{state}"),
            Self::Waiver(state) => write!(f, "waiver:{state}"),
            Self::Shipment(state) => write!(f, "shipment:{state}"),
        }
    }
}
