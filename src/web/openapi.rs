//! The description of the API, and its browser.

use actix_web::{HttpResponse, http::header, web};
use utoipa::openapi::{
    OpenApi,
    security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
};
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Where the description is.
pub const DESCRIPTION: &str = "/api/v1/openapi.json";

/// Where the browser is.
pub const BROWSER: &str = "/api/docs/";

/// Adds the security scheme `bearer` and demands it of every operation that does not say otherwise.
#[must_use]
pub fn with_bearer(mut description: OpenApi) -> OpenApi {
    let mut scheme = Http::new(HttpAuthScheme::Bearer);
    scheme.bearer_format = Some("JWT".to_owned());
    scheme.description = Some("A short-lived access token.".to_owned());
    let components = description.components.get_or_insert_default();
    components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    description.security = Some(vec![SecurityRequirement::new("bearer", Vec::<String>::new())]);
    description
}

/// Mounts the description and its browser, whose scripts are part of this program.
pub fn mount(config: &mut web::ServiceConfig, description: OpenApi) {
    let browser = Config::new([DESCRIPTION])
        .validator_url("none")
        .persist_authorization(false);
    config
        .service(
            SwaggerUi::new("/api/docs/{_:.*}")
                .url(DESCRIPTION, description)
                .config(browser),
        )
        .route("/api/docs", web::get().to(to_browser));
}

async fn to_browser() -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header((header::LOCATION, BROWSER))
        .finish()
}
