//! Pages of submitting organisations: dossiers, documents, waivers, deliveries.

use actix_web::web::ServiceConfig;

pub fn routes(_config: &mut ServiceConfig) {}
