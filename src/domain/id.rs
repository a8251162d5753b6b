//! Identifiers. Random ones are made here and nowhere else.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta] $name:ident),* $(,)?) => {$(
        #[$doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String, format = Uuid)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new one, ordered by time of making.
            #[must_use]
            #[expect(clippy::disallowed_methods, reason = "identifiers are made here")]
            pub fn fresh() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

id! {
    /// A notice of a programme.
    NoticeId,
    /// A case: one dossier from its first draft to its outcome statement.
    CaseId,
    /// A person who can sign in.
    PersonId,
    /// An organisation, authority or delegation secretariat that people belong to.
    OrganisationId,
    /// One immutable version of an uploaded file.
    DocumentId,
    /// One request on the wire, as named in answers and in the log.
    RequestId,
    /// One event of history.
    EventId,
    /// One letter to one person.
    LetterId,
}
