//! The log: what is recorded is logged, what is logged is signed for, and nobody changes it unnoticed.

mod attacks;
mod bundles;
mod derived;
mod edits;
mod erasing;
mod exhaustive;
mod fences;
mod fetching;
mod forger;
mod keeping;
mod listed;
mod notary;
mod order;
mod recovery;
mod rotation;
mod tampering;
mod tiles;
mod witness;

use corridor::workflow::people::{OrganisationKind, RegisterOrganisation};

/// Lets the history grow by this many events.
pub async fn grow(inside: &corridor::house::House, by: u32) {
    for _ in 0..by {
        let organisation = RegisterOrganisation {
            name: "Another one".to_owned(),
            kind: OrganisationKind::Submitter,
            type_: None,
            unit: String::new(),
            affiliation: None,
        };
        corridor::cli::person::register_organisation(inside, organisation)
            .await
            .unwrap();
    }
}
