//! Pages of the committee and the secretariat: queue, cases, votes, decisions, notices.

use actix_web::web::ServiceConfig;

pub fn routes(_config: &mut ServiceConfig) {}
