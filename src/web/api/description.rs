//! The API described by itself (OpenAPI 3.1).

use super::{
    bundles, cases, documents, exports, lists, log, notices, papers, people, records, register, screening, sessions,
};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(title = "Corridor", description = "Humanitarian sanctions waivers: notice, dossier, joint committee, decision within 30 days, waiver, shipments, outcome statement. Every change of a case goes through `POST /cases/{id}/actions`; what you may do is in `allowed_actions`.", license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")),
    servers((url = "/api/v1")),
    paths(
        sessions::sign_in, sessions::refresh, sessions::sign_out, sessions::accept_invitation, sessions::who_am_i,
        sessions::change_password, sessions::ask_reset, sessions::reset_password,
        notices::create_notice, notices::list_notices, notices::show_notice, notices::act_on_notice, notices::notice_history,
        cases::start_case, cases::import_case, cases::list_cases, cases::show_case, cases::act_on_case, cases::case_history, cases::case_clock, cases::case_letters,
        cases::check_case, cases::export_dossier,
        documents::upload_document, documents::list_documents, documents::document_content,
        screening::case_screening, screening::screen_case, screening::export_checks, screening::search_lists,
        lists::list_lists, lists::list_versions, lists::load_list, lists::act_on_list_version,
        records::list_records, records::show_record, records::act_on_kept_record,
        exports::create_export, bundles::create_bundle, bundles::fetch_bundle, exports::list_security_events,
        log::log_checkpoint, log::log_tile, log::prove_inclusion, log::prove_consistency,
        papers::case_paper, papers::public_certificate, papers::public_outcome,
        people::register_organisation, people::list_organisations, people::invite_person, people::list_people, people::act_on_person,
        register::list_register, register::verify_waiver
    ),
    components(schemas(
        crate::workflow::action::Action, crate::workflow::action::notice::NoticeAction, crate::workflow::people::PersonAction
    ))
)]
struct Description;

/// The description, with its security scheme.
#[must_use]
pub fn description() -> utoipa::openapi::OpenApi {
    crate::web::openapi::with_bearer(Description::openapi())
}
