//! A browser without a screen and without scripts: it keeps cookies, follows links and fills in forms.

use crate::house::{self, House};
use regex_lite::Regex;
use reqwest::{Method, header};
use std::{collections::BTreeMap, sync::Mutex};

/// One browser with its cookies.
pub struct Tab<'h> {
    house: &'h House,
    client: reqwest::Client,
    cookies: Mutex<BTreeMap<String, String>>,
    language: &'static str,
}

/// What came back.
#[derive(Debug)]
pub struct Page {
    pub path: String,
    pub status: u16,
    pub headers: header::HeaderMap,
    pub html: String,
}

impl<'h> Tab<'h> {
    /// A fresh browser whose user reads this language.
    pub fn new(house: &'h House, language: &'static str) -> Self {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none());
        Self {
            house,
            client: client.build().unwrap(),
            cookies: Mutex::default(),
            language,
        }
    }

    /// A browser in which this person has signed in.
    pub async fn of(house: &'h House, who: &str, language: &'static str) -> Self {
        let tab = Self::new(house, language);
        let page = tab.get("/login").await;
        let fields = [("email", House::email(who)), ("password", house::PASSWORD.to_owned())];
        let into = tab.send(&page, "/login", &fields).await;
        assert_eq!(into.status, 303, "{who}: {}", into.html);
        tab
    }

    /// The address of the service, without a path.
    pub fn root(&self) -> &str {
        self.house.base.trim_end_matches("/api/v1")
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    pub async fn get(&self, path: &str) -> Page {
        self.request(path, self.client.request(Method::GET, format!("{}{path}", self.root())))
            .await
    }

    /// Sends a form that the page has, with the fields that the page fills in itself and these.
    pub async fn send(&self, page: &Page, action: &str, fields: &[(&str, String)]) -> Page {
        let mut all = page.hidden(action);
        all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        self.post(action, &all, &[("sec-fetch-site", "same-origin")]).await
    }

    /// Sends fields as they are.
    pub async fn post(&self, path: &str, fields: &[(String, String)], headers: &[(&str, &str)]) -> Page {
        let escape = |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
        let words = fields
            .iter()
            .map(|(name, value)| format!("{}={}", escape(name), escape(value)));
        let body = words.collect::<Vec<_>>().join("&");
        let request = self.client.request(Method::POST, format!("{}{path}", self.root()));
        let mut request = request
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.request(path, request).await
    }

    /// Sends fields and, after them, a text file, as a browser sends a form with files.
    pub async fn upload(&self, path: &str, fields: &[(String, String)], name: &str, text: &str) -> Page {
        const MARK: &str = "----a-form-with-files";
        let part = |(field, value): &(String, String)| {
            format!("--{MARK}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n")
        };
        let mut body: String = fields.iter().map(part).collect();
        body += &format!("--{MARK}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n");
        body += &format!("Content-Type: text/plain\r\n\r\n{text}\r\n--{MARK}--\r\n");
        let request = self.client.request(Method::POST, format!("{}{path}", self.root()));
        let request = request
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={MARK}"))
            .header("sec-fetch-site", "same-origin")
            .body(body);
        self.request(path, request).await
    }

    async fn request(&self, path: &str, request: reqwest::RequestBuilder) -> Page {
        let jar: Vec<_> = self
            .cookies
            .lock()
            .unwrap()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = request
            .header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")
            .header(header::ACCEPT_LANGUAGE, self.language)
            .header(header::COOKIE, jar.join("; "));
        let response = request.send().await.unwrap();
        for set in response.headers().get_all(header::SET_COOKIE) {
            let (name, value) = set
                .to_str()
                .unwrap()
                .split(';')
                .next()
                .unwrap()
                .split_once('=')
                .unwrap();
            self.set_cookie(name, value);
        }
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Page {
            path: path.to_owned(),
            status,
            headers,
            html: response.text().await.unwrap(),
        }
    }
}

pub fn all(pattern: &str, text: &str) -> Vec<String> {
    let found = Regex::new(pattern).unwrap();
    found
        .captures_iter(text)
        .map(|captures| captures[1].to_owned())
        .collect()
}

/// The value of an attribute of a tag.
pub fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = all(&format!(r#"\s{name}="([^"]*)""#), tag).into_iter().next()?;
    Some(
        value
            .replace("&amp;", "&")
            .replace("&quot;", "\"")
            .replace("&#x27;", "'")
            .replace("&#x2f;", "/")
            .replace("&lt;", "<")
            .replace("&gt;", ">"),
    )
}

impl Page {
    pub fn header(&self, name: &str) -> String {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    }

    /// Every tag of this name.
    pub fn tags(&self, name: &str) -> Vec<String> {
        all(&format!(r"(<{name}(?:\s[^>]*)?>)"), &self.html)
    }

    /// Every form: its first tag and what is in it.
    pub fn forms(&self) -> Vec<(String, String)> {
        let pieces = self.html.split("<form").skip(1);
        pieces
            .map(|piece| {
                let inside = piece.split("</form>").next().unwrap();
                let (tag, content) = inside.split_once('>').unwrap();
                (format!("<form{tag}>"), content.to_owned())
            })
            .collect()
    }

    /// The hidden fields of the form with this action.
    #[track_caller]
    pub fn hidden(&self, action: &str) -> Vec<(String, String)> {
        let form = self.forms().into_iter().find(|(tag, _)| {
            attribute(tag, "action").as_deref() == Some(action) && attribute(tag, "method").as_deref() == Some("post")
        });
        let (_, content) = form.unwrap_or_else(|| panic!("{} has no form for {action}: {}", self.path, self.html));
        let inputs = all(r"(<input(?:\s[^>]*)?>)", &content);
        let hidden = inputs
            .iter()
            .filter(|tag| attribute(tag, "type").as_deref() == Some("hidden"));
        hidden
            .map(|tag| {
                (
                    attribute(tag, "name").unwrap(),
                    attribute(tag, "value").unwrap_or_default(),
                )
            })
            .collect()
    }

    #[track_caller]
    pub fn says(&self, text: &str) {
        assert!(
            self.html.contains(text),
            "{} ({}) does not say “{text}”: {}",
            self.path,
            self.status,
            self.html
        );
    }

    /// What holds for every page.
    #[track_caller]
    pub fn is_sound(&self, language: &str) {
        let at = format!("{} in {language}", self.path);
        assert!(self.header("content-type").starts_with("text/html"), "{at}: {self:?}");
        assert!(
            self.html.starts_with("<!doctype html>"),
            "{at}: {}",
            &self.html[..60.min(self.html.len())]
        );
        assert_eq!(self.tags("h1").len(), 1, "{at}: one h1");
        assert_eq!(
            attribute(&self.tags("html")[0], "lang").as_deref(),
            Some(language),
            "{at}"
        );
        for wrong in ["⟦", "undefined", "{{", "<style", " style=", "javascript:", "[object"] {
            assert!(!self.html.contains(wrong), "{at} has {wrong}");
        }
        assert!(
            all(r#"(<[^>]* on[a-z]+=")"#, &self.html).is_empty(),
            "{at}: inline handlers"
        );
        for script in self.tags("script") {
            assert!(
                attribute(&script, "src").is_some_and(|src| src.starts_with("/assets/")),
                "{at}: {script}"
            );
        }
        self.has_sound_ids(&at);
        self.has_sound_fields(&at);
        let policy = self.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("trusted-types 'none'"),
            "{at}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{at}: {policy}");
        assert_eq!(self.header("cache-control"), "no-store", "{at}");
        assert_eq!(self.header("x-content-type-options"), "nosniff", "{at}");
    }

    #[track_caller]
    fn has_sound_ids(&self, at: &str) {
        let mut ids = all(r#"\sid="([^"]*)""#, &self.html);
        let links = all(r##"\shref="#([^"]*)""##, &self.html);
        for target in links
            .iter()
            .chain(&all(r#"\saria-(?:labelledby|describedby)="\s*([^" ]*)"#, &self.html))
        {
            assert!(ids.contains(target), "{at}: nothing has the id {target}");
        }
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "{at}: an id is there twice");
    }

    #[track_caller]
    fn has_sound_fields(&self, at: &str) {
        for (form, content) in self.forms() {
            let post = attribute(&form, "method").as_deref() == Some("post");
            assert_eq!(
                post,
                content.contains("name=\"csrf\""),
                "{at}: the token belongs to each POST form: {form}"
            );
        }
        let labels = all(r#"<label for="([^"]*)""#, &self.html);
        for tag in ["input", "select", "textarea"].iter().flat_map(|name| self.tags(name)) {
            if attribute(&tag, "type").as_deref() == Some("hidden") || attribute(&tag, "aria-label").is_some() {
                continue;
            }
            let id = attribute(&tag, "id").unwrap_or_else(|| panic!("{at}: no id: {tag}"));
            assert!(labels.contains(&id), "{at}: no label for {tag}");
        }
        for table in self.html.split("<table").skip(1) {
            let table = table.split("</table>").next().unwrap();
            assert!(
                table.contains("<caption") && table.contains("scope=\"col\""),
                "{at}: a table without caption or headings"
            );
        }
        for table in self.tags("table") {
            // What the reader has just sent is shown once, and has no address.
            if table.contains(" data-sent") {
                continue;
            }
            let twin = attribute(&table, "data-twin").unwrap_or_else(|| panic!("{at}: no twin of {table}"));
            let twins = self.twins();
            for ending in ["csv", "json"] {
                let path = format!("{twin}.{ending}");
                let linked = twins.iter().any(|link| link.split('?').next() == Some(&path));
                assert!(linked, "{at}: no link to {path}");
            }
        }
    }

    /// Where this page's tables can be had as CSV and JSON.
    pub fn twins(&self) -> Vec<String> {
        let links = self.tags("a").into_iter().filter_map(|tag| attribute(&tag, "href"));
        let ends = |link: &String| {
            let path = link.split('?').next().unwrap_or_default();
            path.ends_with(".csv") || path.ends_with(".json")
        };
        let own = |link: &String| link.starts_with('/') && !link.starts_with("/api/") && !link.contains("/editions/");
        links.filter(|link| ends(link) && own(link)).collect()
    }
}
