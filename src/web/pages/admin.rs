//! Pages of administrators: people, roles, calendars, letters, outbox, health. No content of any case.

mod calendars;
mod desk;
mod letters;
mod lists;
mod outbox;
mod people;
mod roles;

use crate::domain::people::Role;
use actix_web::web::ServiceConfig;

/// Whose pages these are.
const WHO: &[Role] = &[Role::Administrator];

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(desk::desk)
        .service(people::people_page)
        .service(people::people_twin)
        .service(people::invite_form)
        .service(people::invite)
        .service(people::person_page)
        .service(people::act)
        .service(people::organisations_page)
        .service(people::organisations_twin)
        .service(people::register)
        .service(roles::roles_page)
        .service(roles::roles_twin)
        .service(calendars::calendars)
        .service(calendars::calendars_twin)
        .service(letters::letters)
        .service(lists::lists_page)
        .service(lists::lists_twin)
        .service(lists::upload)
        .service(lists::judge)
        .service(outbox::outbox_page)
        .service(outbox::outbox_twin)
        .service(outbox::letter_page)
        .service(outbox::again);
}
