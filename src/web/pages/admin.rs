//! Pages of administrators: people, calendars, letters, health.

use actix_web::web::ServiceConfig;

pub fn routes(_config: &mut ServiceConfig) {}
