//! Who asks for a page, in which language, from which zone.

pub use super::query::{encoded, pairs, query_value};

use super::{
    figures,
    query::{language, preferred},
    seal::Seal,
    site::{Site, site},
};
use crate::{
    auth::browser::{Browser, Known},
    domain::{
        Instant,
        people::{Actor, Role},
        text::Language,
    },
    web::{
        api::{Caller, TheHouse, address},
        layers::RequestId,
        problem::Problem,
    },
};
use actix_web::{
    FromRequest, HttpMessage as _, HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite},
    dev::Payload,
    http::{StatusCode, header},
};
use serde_json::{Value, json};
use std::{
    cell::RefCell,
    future::{Ready, ready},
    rc::Rc,
    sync::Arc,
};

/// One request for a page. Handlers take it as an argument.
#[derive(Clone)]
pub struct Visit(Rc<Inner>);

/// What is known about the request.
#[derive(Clone)]
pub struct Inner {
    pub house: TheHouse,
    pub site: Arc<Site>,
    pub path: String,
    query: String,
    /// The reader's own zone, if the browser told us.
    pub zone: Option<String>,
    pub known: Known,
    /// Names the browser before anybody signs in; forms of strangers are bound to it.
    visitor: String,
    pub ip: Option<String>,
    pub request_id: String,
    pub now: Instant,
    secure: bool,
    gzip: bool,
    cookies: Rc<RefCell<Vec<Cookie<'static>>>>,
    /// What an error page shows besides the problem.
    aside: Rc<RefCell<Value>>,
}

impl std::ops::Deref for Visit {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl FromRequest for Visit {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let visit = request.extensions().get::<Self>().cloned();
        ready(visit.ok_or_else(|| Problem::internal("a page outside the layer of pages")))
    }
}

/// Somebody who has signed in. Without a session: the sign-in page.
#[derive(Clone)]
pub struct SignedIn {
    pub visit: Visit,
    pub browser: Browser,
    pub actor: Actor,
}

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::from_request(request, payload).into_inner();
        ready(visit.and_then(|visit| Self::of(&visit)))
    }
}

impl SignedIn {
    /// Whoever is signed in.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub fn of(visit: &Visit) -> Result<Self, Problem> {
        match &visit.known {
            Known::Session(browser) => Ok(Self {
                visit: visit.clone(),
                actor: browser.actor(visit.now),
                browser: (**browser).clone(),
            }),
            _ => Err(Problem::of("not_signed_in")),
        }
    }

    /// The same person, as the API's helpers want to have it.
    #[must_use]
    pub fn caller(&self) -> Caller {
        Caller {
            sign_in: uuid::Uuid::nil(),
            actor: self.actor.clone(),
            ip: self.visit.ip.clone(),
        }
    }

    /// Holds the person one of these roles? If not: a page that says which are needed.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn needs(&self, roles: &[Role]) -> Result<(), Problem> {
        if roles.iter().any(|role| self.actor.is(*role)) {
            return Ok(());
        }
        self.visit.set_aside("roles", json!(roles));
        Err(Problem::of("forbidden"))
    }
}

impl Visit {
    /// Who asks, from the request's cookies and headers.
    ///
    /// # Errors
    /// When the sessions cannot be read.
    pub async fn of(request: &HttpRequest, house: TheHouse) -> Result<Self, Problem> {
        let secure = house.settings.server.base_url.starts_with("https://");
        let cookie = |name: &str| {
            request
                .cookie(&cookie_name(secure, name))
                .map(|cookie| cookie.value().to_owned())
        };
        let known = match cookie("session") {
            Some(secret) => house.door.browser(&secret).await?,
            None => Known::Nothing,
        };
        let visitor = cookie("visitor").filter(|text| text.len() == 32);
        let asked = |name: &str| query_value(request.query_string(), name);
        let person = match &known {
            Known::Session(browser) => Some(browser.person.language),
            _ => None,
        };
        let language = asked("lang")
            .or_else(|| cookie("language"))
            .as_deref()
            .and_then(language);
        let language = language.or(person).unwrap_or_else(|| preferred(request));
        let is_zone = |zone: &String| jiff::tz::TimeZone::get(zone).is_ok();
        let visit = Self(Rc::new(Inner {
            site: site(language),
            path: request.path().to_owned(),
            query: request.query_string().to_owned(),
            zone: asked("zone").or_else(|| cookie("zone")).filter(is_zone),
            known,
            visitor: visitor.clone().unwrap_or_else(crate::chance::hex_128),
            ip: address(request),
            request_id: request
                .extensions()
                .get::<RequestId>()
                .map_or_else(String::new, |id| id.0.clone()),
            now: house.clock.now(),
            secure,
            gzip: super::pack::takes_gzip(request),
            cookies: Rc::default(),
            aside: Rc::new(RefCell::new(json!({}))),
            house,
        }));
        if asked("lang").is_some() {
            visit.keep("language", language.tag().to_owned());
        }
        if asked("zone").is_some()
            && let Some(zone) = &visit.zone
        {
            visit.keep("zone", zone.clone());
        }
        Ok(visit)
    }

    /// The same visit, now of somebody who has just signed in with this session.
    ///
    /// # Errors
    /// When the sessions cannot be read.
    pub async fn entered(&self, secret: &str) -> Result<Self, Problem> {
        let known = self.house.door.browser(secret).await?;
        Ok(Self(Rc::new(Inner {
            known,
            ..Inner::clone(&self.0)
        })))
    }

    /// The language of the page.
    #[must_use]
    pub fn language(&self) -> Language {
        self.site.texts.language()
    }

    /// A text of the page's language.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.site.texts.plain(key)
    }

    /// An instant, for the macro `when`.
    #[must_use]
    pub fn when(&self, at: Instant, official: &str) -> Value {
        figures::when(&self.site.texts, at, official, self.zone.as_deref())
    }

    /// A deadline, for the macro `when`: the midnight that ends a day is said as 24:00 of that day.
    #[must_use]
    pub fn deadline(&self, at: Instant, official: &str) -> Value {
        figures::deadline(&self.site.texts, at, official, self.zone.as_deref())
    }

    /// Seals and tokens.
    #[must_use]
    pub fn seal(&self) -> Seal {
        Seal::of(&self.house.cursor_key)
    }

    /// What forms of this visit are bound to.
    #[must_use]
    pub fn bond(&self) -> &str {
        match &self.known {
            Known::Session(browser) => &browser.row.secret_hash,
            Known::Over(row) => &row.secret_hash,
            Known::Nothing => &self.visitor,
        }
    }

    /// Adds a cookie to the answer that lasts a year; for choices, not for secrets.
    pub fn keep(&self, name: &str, value: String) {
        let mut cookie = self.cookie(name, value);
        cookie.set_max_age(actix_web::cookie::time::Duration::days(365));
        if name == "zone" {
            // The script tells us the zone by writing this cookie.
            cookie.set_http_only(false);
        }
        self.cookies.borrow_mut().push(cookie);
    }

    /// From now on the browser has this session; an empty secret: none.
    pub fn give_session(&self, secret: String) {
        let mut cookie = self.cookie("session", secret);
        if cookie.value().is_empty() {
            cookie.make_removal();
        }
        self.cookies.borrow_mut().push(cookie);
    }

    fn cookie(&self, name: &str, value: String) -> Cookie<'static> {
        Cookie::build(cookie_name(self.secure, name), value)
            .path("/")
            .secure(self.secure)
            .http_only(true)
            .same_site(SameSite::Lax)
            .finish()
    }

    /// The cookies for the answer.
    pub fn take_cookies(&self) -> Vec<Cookie<'static>> {
        self.cookies.take()
    }

    /// Tells the error page something.
    pub fn set_aside(&self, name: &str, value: Value) {
        self.aside.borrow_mut()[name] = value;
    }

    /// What was told to the error page.
    #[must_use]
    pub fn aside(&self) -> Value {
        self.aside.borrow().clone()
    }

    /// A page.
    ///
    /// # Errors
    /// `internal` when the template cannot be filled.
    pub fn page(&self, template: &str, context: Value) -> Result<HttpResponse, Problem> {
        self.page_as(StatusCode::OK, template, context)
    }

    /// A page with another status than 200.
    ///
    /// # Errors
    /// As [`Visit::page`].
    pub fn page_as(&self, status: StatusCode, template: &str, mut context: Value) -> Result<HttpResponse, Problem> {
        context["page"] = self.frame();
        let html = self.site.fill(template, &context)?;
        if matches!(self.known, Known::Nothing) && html.contains("name=\"csrf\"") {
            let cookie = self.cookie("visitor", self.visitor.clone());
            self.cookies.borrow_mut().push(cookie);
        }
        let mut answer = HttpResponse::build(status);
        answer
            .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((header::CONTENT_LANGUAGE, self.language().tag()))
            .insert_header((header::VARY, "Cookie, Accept-Language, Accept-Encoding"));
        let packed = self.gzip.then(|| super::pack::gzip(&html)).flatten();
        Ok(match packed {
            Some(packed) => answer.insert_header((header::CONTENT_ENCODING, "gzip")).body(packed),
            None => answer.body(html),
        })
    }

    /// After something was done: over to the page that shows it (303), with a line that says so (`done-…`).
    #[must_use]
    pub fn done(&self, to: &str, said: &str) -> HttpResponse {
        let (path, place) = to
            .split_once('#')
            .map_or((to, String::new()), |(path, place)| (path, format!("#{place}")));
        let mark = if path.contains('?') { '&' } else { '?' };
        see_other(&format!("{path}{mark}done={said}{place}"))
    }

    /// What every template gets as `page`.
    fn frame(&self) -> Value {
        let (language, other) = match self.language() {
            Language::En => (Language::En, Language::Ru),
            Language::Ru => (Language::Ru, Language::En),
        };
        let person = match &self.known {
            Known::Session(browser) => Some(browser),
            _ => None,
        };
        let done = query_value(&self.query, "done");
        let done = done
            .map(|word| super::site::key("done", &word))
            .filter(|key| self.site.texts.has(key));
        json!({
            "lang": language.tag(), "other": other.tag(), "path": self.path,
            "other_link": self.link_with("lang", other.tag()),
            "may_begin": super::nav::may_begin(person.map(|browser| &browser.person.roles)),
            "nav": super::nav::of(person.map(|browser| &browser.person.roles), &self.path),
            "person": person.map(|browser| json!({
                "name": browser.person.name, "roles": browser.person.roles, "proved": browser.proved(self.now),
                "idle_ends": browser.ends(self.now).0, "ends": self.when(browser.ends(self.now).1, "UTC"),
                "seconds": browser.ends(self.now).0.min(browser.ends(self.now).1).duration_since(self.now).as_secs(),
            })),
            "csrf": self.seal().token(self.bond()), "key": crate::chance::hex_128(),
            "done": done, "now": self.when(self.now, "UTC"), "zone": self.zone,
            "home": self.house.settings.server.base_url,
        })
    }

    /// This address with one parameter set.
    #[must_use]
    pub fn link_with(&self, name: &str, value: &str) -> String {
        let kept = pairs(&self.query)
            .into_iter()
            .filter(|(known, _)| known != name && known != "done");
        let set = kept.chain([(name.to_owned(), value.to_owned())]);
        let words = set.map(|(name, value)| format!("{}={}", encoded(&name), encoded(&value)));
        format!("?{}", words.collect::<Vec<_>>().join("&"))
    }

    /// Does the session stand, and whose is it?
    #[must_use]
    pub fn actor(&self) -> Option<Actor> {
        match &self.known {
            Known::Session(browser) => Some(browser.actor(self.now)),
            _ => None,
        }
    }
}

/// 303: read this instead.
#[must_use]
pub fn see_other(to: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish()
}

/// `__Host-` binds a cookie to this host and to https; on loopback there may be no https.
fn cookie_name(secure: bool, name: &str) -> String {
    format!("{}corridor-{name}", if secure { "__Host-" } else { "" })
}
