//! Rows that were written by an older version and lack what lists ask for since: filled from history, before anything is
//! served. (Until then a list would show cases that it must not: who is kept from a case stands in these rows.)

use super::{ActError, around, parsed};
use crate::{
    domain::id::CaseId,
    house::House,
    store::commit::{Stream, StreamKind},
    workflow::{listing::CaseListing, subject},
};

/// So many rows are written in one transaction.
const BATCH: u32 = 200;

/// Fills every case's row that was not written since the lists have all their columns. A second call finds nothing.
///
/// # Errors
/// The database's trouble. A history that cannot be read is logged and left to the doctor.
pub async fn catch_up(house: &House) -> Result<usize, ActError> {
    let (mut after, mut done) = (None, 0);
    loop {
        let behind = house.store.cases_behind(after, BATCH).await?;
        let Some(last) = behind.last() else { break };
        after = Some(*last);
        let mut rows = Vec::with_capacity(behind.len());
        for id in behind {
            match row_of(house, id).await {
                Ok(Some(row)) => rows.push(row),
                Ok(None) => tracing::error!(case = %id, "a row of a case without a history"),
                Err(error) => tracing::error!(case = %id, %error, "the row of this case cannot be filled"),
            }
        }
        done += house.store.fill_case_rows(&rows).await?;
        tracing::info!(rows = done, "filling the rows of cases from their histories");
    }
    Ok(done)
}

async fn row_of(house: &House, id: CaseId) -> Result<Option<CaseListing>, ActError> {
    let stream = Stream {
        kind: StreamKind::Case,
        id: id.0,
    };
    let (stored, _) = house.store.load(stream).await?;
    let Some(case) = subject::fold(id, &parsed(stored)?) else {
        return Ok(None);
    };
    let around = around::of_case(house, id, case.notice, Some(&case), None).await?;
    Ok(Some(CaseListing::of(&case, &around)))
}
