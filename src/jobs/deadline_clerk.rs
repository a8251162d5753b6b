//! Writes down what time has done.

use crate::{
    domain::id::{CaseId, NoticeId},
    house::House,
    process::{self, ActError},
    store::commit::StreamKind,
};

/// Works off everything that is due; how many streams were touched.
///
/// # Errors
/// When the store does not answer. One stream that cannot go on does not hold up the others.
pub async fn tick(house: &House) -> Result<usize, ActError> {
    let due = house.store.due_streams(house.clock.now(), 500).await?;
    for stream in &due {
        let done = match stream.kind {
            StreamKind::Case => process::let_time_act_on_case(house, CaseId(stream.id)).await,
            StreamKind::Notice => process::let_time_act_on_notice(house, NoticeId(stream.id)).await,
            _ => Ok(()),
        };
        if let Err(error) = done {
            tracing::error!(%error, stream = %stream.id, "time could not take effect");
        }
    }
    Ok(due.len())
}
