//! The pages: everything a person does with this service, in the browser, in English and Russian, without a script.
//!
//! # How to add a page
//!
//! 1. Work in your area: `public`, `submitter`, `committee`, `auditor` or `admin`. It has four places, and nobody else
//!    edits them: `src/web/pages/AREA.rs` (more files in `src/web/pages/AREA/`), `templates/AREA/`,
//!    `locales/en/AREA.ftl` and `locales/ru/AREA.ftl`. Words that several areas need are in `common.ftl`. A key begins
//!    with a word of its page, so that two areas never have the same key; tests compare the languages.
//! 2. Write the handler, and name it in `routes` of your area:
//!    ```text
//!    #[get("/dossiers")]
//!    async fn dossiers(me: SignedIn) -> Result<HttpResponse, Problem> {
//!        me.needs(Role::SUBMITTER)?; // else 403: a page that says which roles may
//!        me.visit.page("submitter/dossiers.html", json!({ "rows": … }))
//!    }
//!    ```
//!    [`Visit`] is for pages that anybody may see; [`SignedIn`] sends strangers to the sign-in page and back.
//!    Give templates plain data: `visit.when(instant, zone)` for instants, [`figures::quantity_view`] for quantities.
//! 3. Write the template: `{% extends "base.html" %}`, blocks `title` and `main`, one `h1` in `main`. Undefined names
//!    are errors. `page` is the frame (see `Visit::frame`). Functions: `t("key", n=1)`, `word("state", case.state)`
//!    (text `state-under-review`), `date("2026-01-31")`, `number("25000")`, `quantity("25000", "TNE")`,
//!    `asset("app.css")`; filters `slug`, `short`. Texts of parties are marked with their language: `<span lang="ru">`.
//!    No `style=`, no inline script.
//! 4. Macros, `{% import "macros/form.html" as f %}`: `f.open(page, action, version)` … `f.close()`, `f.errors(form)`,
//!    `f.text`, `f.area`, `f.select`, `f.choices`, `f.checks`, `f.check`, `f.prove(page, form)`, `f.button`.
//!    `{% import "macros/show.html" as m %}`: `m.crumbs`, `m.tag`, `m.when`, `m.steps`, `m.clock`, `m.timeline`,
//!    `m.twins`, `m.pages`, `m.facts`, `m.empty`, `m.bar`.
//! 5. A form is a POST to a handler that takes [`form::Form`] (token, origin and session are looked at before the
//!    handler runs; a session that ended keeps what was typed). Act through [`act::on_case`] or [`act::on_notice`] with
//!    `form.json()`: names of fields are paths (`goods[0].quantity.amount`), marks say the type (see
//!    [`form::json_of`]). `Acted::Refused(sent)`: show the same page with `"form": sent`, status 422. First shown with
//!    `"form": Sent::default()`. What cannot be taken back asks for the password. Afterwards: `visit.done(to, "word")`
//!    leads on and says the text `done-word` there.
//! 6. Every table is a [`table::Table`] and has its twins: `m.twins(path)` links `….csv` and `….json`, which
//!    `table.answer(visit, name, "csv")` answers.
//! 7. Charts: [`chart`] draws SVG on the server; print it with `{{ chart|safe }}`.
//! 8. Add your pages to the list of your area in `tests/it/pages/`, with who may see them: what holds for every page is
//!    tested there.

pub mod act;
pub mod admin;
pub mod assets;
pub mod auditor;
pub mod chart;
pub mod committee;
pub mod desk;
pub mod figures;
pub mod form;
pub mod layer;
pub mod nav;
pub mod pack;
pub mod public;
pub mod query;
pub mod records;
pub mod recover;
pub mod screening;
pub mod seal;
pub mod sheet;
pub mod sign_in;
pub mod site;
pub mod submitter;
pub mod table;
pub mod texts;
pub mod verify;
pub mod view;
pub mod visit;

pub use form::{Fault, Form, OpenForm, Sent};
pub use visit::{SignedIn, Visit};

use crate::web::problem::Problem;
use actix_web::{
    HttpRequest, HttpResponse,
    middleware::from_fn,
    web::{self, ServiceConfig},
};

/// Every route of the pages. They come last: the scope takes every address that nobody else wanted.
pub fn routes(config: &mut ServiceConfig) {
    config.service(
        web::scope("")
            .wrap(from_fn(layer::layer))
            .service(assets::serve)
            .service(assets::favicon)
            .configure(sign_in::routes)
            // Before the notices that anybody may read: `new` is no name of a notice.
            .configure(sheet::routes)
            .configure(recover::routes)
            .configure(public::routes)
            .configure(verify::routes)
            .configure(submitter::routes)
            .configure(screening::routes)
            .configure(desk::routes)
            .configure(committee::routes)
            .configure(records::routes)
            .configure(auditor::routes)
            .configure(admin::routes)
            .default_service(web::to(nothing_here)),
    );
}

async fn nothing_here(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let known = request.match_pattern().is_some_and(|pattern| !pattern.is_empty());
    Err(Problem::of(if known { "method_not_allowed" } else { "not_found" }))
}
