//! Pages of the committee and the secretariat beyond the case's own: its documents, its history, the room of the inspection.

mod decision;
mod documents;
pub mod grid;
pub mod history;
mod room;
mod twins;

use actix_web::web::ServiceConfig;

pub fn routes(config: &mut ServiceConfig) {
    room::routes(config);
    documents::routes(config);
    config.service(history::show).service(history::twin);
    config
        .service(decision::show)
        .service(decision::pdf)
        .service(decision::twin)
        .service(twins::findings)
        .service(twins::shipments)
        .service(twins::slots);
}
