//! Filling in the forms that pages have, as a browser without scripts does: nothing is sent that the page does not ask.

use super::{
    Page, Tab,
    browser::{all, attribute},
};
use crate::house::{House, PASSWORD};
use serde_json::Value;

/// A form as it stands on the page, and what is typed into it.
pub struct Paper {
    action: String,
    content: String,
    /// Name and value of whatever would be sent.
    pub fields: Vec<(String, String)>,
}

impl Paper {
    /// The form of the page with this address, with what the page has filled in.
    #[track_caller]
    pub fn of(page: &Page, action: &str) -> Self {
        let found = page
            .forms()
            .into_iter()
            .find(|(tag, _)| attribute(tag, "action").as_deref() == Some(action));
        let (_, content) = found.unwrap_or_else(|| panic!("{} has no form for {action}: {}", page.path, page.html));
        let mut fields = Vec::new();
        for tag in all(r"(<(?:input|select|textarea)(?:\s[^>]*)?>)", &content) {
            let (Some(name), kind) = (attribute(&tag, "name"), attribute(&tag, "type").unwrap_or_default()) else {
                continue;
            };
            if kind == "checkbox" && !tag.contains(" checked") {
                continue;
            }
            let after = content.split_once(&tag).map_or("", |(_, after)| after);
            let value = if tag.starts_with("<select") {
                let options = after.split("</select>").next().unwrap();
                let chosen = all(r"(<option [^>]*selected>)", options);
                chosen
                    .first()
                    .and_then(|option| attribute(option, "value"))
                    .unwrap_or_default()
            } else if tag.starts_with("<textarea") {
                after.split("</textarea>").next().unwrap().to_owned()
            } else {
                attribute(&tag, "value").unwrap_or_default()
            };
            fields.push((name, value));
        }
        let mut paper = Self {
            action: action.to_owned(),
            content,
            fields,
        };
        if paper.asks("password") {
            paper.write("password", PASSWORD);
        }
        paper
    }

    pub fn asks(&self, name: &str) -> bool {
        self.content.contains(&format!("name=\"{name}\""))
    }

    /// The value of the option whose words contain these.
    #[track_caller]
    fn option(&self, name: &str, words: &str) -> String {
        let (_, after) = self
            .content
            .split_once(&format!("<select id=\"{}\"", slug(name)))
            .unwrap_or_else(|| panic!("no choice {name}: {}", self.content));
        let options = after.split("</select>").next().unwrap();
        let found = options
            .split("<option")
            .find(|option| option.split_once('>').is_some_and(|(_, said)| said.contains(words)));
        let found = found.unwrap_or_else(|| panic!("{name} does not offer {words}: {options}"));
        attribute(&format!(" {found}"), "value").unwrap()
    }

    /// The value of the box whose words contain these.
    #[track_caller]
    fn ticked(&self, name: &str, words: &str) -> String {
        let mut boxes = self.content.split("<input type=\"checkbox\"").skip(1);
        let wanted = format!("name=\"{name}\"");
        let found =
            boxes.find(|piece| piece.contains(&wanted) && piece.split("</label>").next().unwrap().contains(words));
        let found = found.unwrap_or_else(|| panic!("{name} has no box {words}: {}", self.content));
        attribute(&format!(" {found}"), "value").unwrap()
    }

    /// Ticks every box of this name.
    pub fn tick_all(&mut self, name: &str) {
        let boxes = self.content.split("<input type=\"checkbox\"").skip(1);
        let wanted = format!("name=\"{name}\"");
        let values = boxes
            .filter(|piece| piece.split('>').next().unwrap().contains(&wanted))
            .map(|piece| attribute(&format!(" {piece}"), "value").unwrap());
        self.fields.extend(values.map(|value| (name.to_owned(), value)));
    }

    /// Writes into a field; `~words` chooses the option that says so.
    #[track_caller]
    pub fn write(&mut self, name: &str, value: &str) {
        assert!(
            self.asks(name),
            "{} does not ask for {name}: {}",
            self.action,
            self.content
        );
        let value = match value.strip_prefix('~') {
            Some(words) if name.ends_with(":list") => self.ticked(name, words),
            Some(words) => self.option(name, words),
            None => value.to_owned(),
        };
        match self.fields.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) if !name.ends_with(":list") => *known = value,
            _ => {
                if name.ends_with(":list") {
                    let box_ = format!("name=\"{name}\" value=\"{value}\"");
                    assert!(self.content.contains(&box_), "{} has no box {box_}", self.action);
                }
                self.fields.push((name.to_owned(), value));
            }
        }
    }

    /// Writes everything that this body says and the form asks for.
    pub fn write_all(&mut self, path: &str, body: &Value) {
        let marked = |mark: &str| format!("{path}{mark}");
        match body {
            Value::Null => {}
            Value::Object(parts) => {
                for (name, part) in parts {
                    let path = if path.is_empty() {
                        name.clone()
                    } else {
                        format!("{path}.{name}")
                    };
                    if part.is_object() && self.asks(&format!("{path}:lines")) {
                        let words: Vec<_> = ["amount", "unit"]
                            .iter()
                            .filter_map(|name| part[*name].as_str())
                            .collect();
                        self.write(&format!("{path}:lines"), &words.join(" "));
                    } else {
                        self.write_all(&path, part);
                    }
                }
            }
            Value::Array(items) if self.asks(&marked(":lines")) => {
                let lines: Vec<_> = items.iter().map(|item| item.as_str().unwrap()).collect();
                self.write(&marked(":lines"), &lines.join("\n"));
            }
            Value::Array(items) if items.iter().all(Value::is_string) && self.asks(&marked(":list")) => {
                for item in items {
                    self.write(&marked(":list"), item.as_str().unwrap());
                }
            }
            Value::Array(items) => {
                for (n, item) in items.iter().enumerate() {
                    self.write_all(&format!("{path}[{n}]"), item);
                }
            }
            Value::Bool(yes) => self.write(&marked(":b"), if *yes { "true" } else { "false" }),
            Value::Number(number) => self.write(&marked(":n"), &number.to_string()),
            Value::String(text) => self.write(path, text),
        }
    }

    pub async fn send(&self, tab: &Tab<'_>) -> Page {
        tab.post(&self.action, &self.fields, &[("sec-fetch-site", "same-origin")])
            .await
    }
}

fn slug(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect()
}

/// Somebody who works in a browser, in one language.
pub struct Clerk<'h> {
    pub house: &'h House,
    pub language: &'static str,
}

impl Clerk<'_> {
    /// Opens the page, follows its link to the sheet, fills it in and sends it; it must be granted.
    pub async fn does(&self, who: &str, place: &str, action: &str, fields: &[(&str, &str)]) {
        let tab = Tab::of(self.house, who, self.language).await;
        let page = tab.get(&format!("{place}?lang={}", self.language)).await;
        assert_eq!(page.status, 200, "{who} {place}: {}", page.html);
        page.is_sound(self.language);
        let sheet = format!("{}/acts/{action}", place.trim_start_matches("/office"));
        page.says(&format!("href=\"{sheet}\""));
        let page = tab.get(&sheet).await;
        assert_eq!(page.status, 200, "{who} {sheet}: {}", page.html);
        page.is_sound(self.language);
        let mut paper = Paper::of(&page, &sheet);
        for (name, value) in fields {
            paper.write(name, value);
        }
        let done = paper.send(&tab).await;
        assert_eq!(done.status, 303, "{who} {action}: {}", done.html);
    }

    /// Uploads a file that is to be named on a sheet.
    pub async fn uploads(&self, who: &str, place: &str, name: &str, text: &str) {
        let tab = Tab::of(self.house, who, self.language).await;
        let path = format!("{place}/files");
        let page = tab.get(&format!("{path}?lang={}", self.language)).await;
        assert_eq!(page.status, 200, "{who} {path}: {}", page.html);
        page.is_sound(self.language);
        let done = tab.upload(&path, &page.hidden(&path), name, text).await;
        assert_eq!(done.status, 303, "{who}: {}", done.html);
        tab.get(&path).await.says(name);
    }
}
