//! Pages of auditors: history, exports, verification, figures, who read what.

pub mod access;
pub mod explorer;
pub mod exports;
pub mod grid;
pub mod sla;
pub mod upload;
pub mod verify;

use crate::domain::people::Role;
use actix_web::web::ServiceConfig;

/// Whose pages these are.
pub const WHO: &[Role] = &[Role::Auditor];

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(explorer::explorer)
        .service(explorer::explorer_twin)
        .service(explorer::entry_page)
        .service(explorer::entry_proof)
        .service(exports::export_form)
        .service(exports::export)
        .service(verify::verify_form)
        .service(verify::verify_file)
        .service(verify::verify_database)
        .service(sla::sla)
        .service(sla::sla_twin)
        .service(access::access)
        .service(access::access_twin);
}
