//! Asks the scanner again about files that wait, and sweeps away what broken uploads left.

use crate::{documents::Examination, domain::Instant, house::House, store::documents::DocumentState};

/// One round.
///
/// # Errors
/// When the store does not answer; a file stays in quarantine until it was found clean.
pub async fn tick(house: &House) -> anyhow::Result<usize> {
    let waiting = house.store.documents_in_quarantine().await?;
    for row in &waiting {
        let (state, reason) = verdict(&house.documents.examine(row.id).await?);
        if state != DocumentState::Quarantined {
            house.store.document_examined(row.id, state, reason.as_deref()).await?;
        }
    }
    let now: Instant = crate::clock::Clock::Wall.now();
    house.documents.sweep(now)?;
    Ok(waiting.len())
}

/// The scanner's word as a state, with the reason of a rejection.
#[must_use]
pub fn verdict(examined: &Examination) -> (DocumentState, Option<String>) {
    match examined {
        Examination::Clean => (DocumentState::Clean, None),
        Examination::Rejected { signature } => (DocumentState::Rejected, Some(signature.clone())),
        Examination::Waiting { .. } => (DocumentState::Quarantined, None),
    }
}
