//! Pages of auditors: history, exports, verification, figures.

use actix_web::web::ServiceConfig;

pub fn routes(_config: &mut ServiceConfig) {}
