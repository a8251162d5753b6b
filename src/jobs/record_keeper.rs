//! Disposes of records whose time is over, and destroys files that an erasure could not reach.

use crate::{
    house::House,
    process::keeping::{destroy_files, dispose_due},
};

/// Once an hour.
pub async fn tick(house: &House) {
    match dispose_due(house).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "records were disposed of: their time was over"),
        Err(error) => tracing::warn!(%error, "the keeper of records could not work"),
    }
    destroy_files(house).await;
}
