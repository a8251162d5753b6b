//! The history as a lawyer reads and prints it: one HTML file that needs nothing else, entry after entry in the order
//! of the log, with the texts that are not withheld.
//!
//! Written and made again entry by entry, in memory that does not grow.

use super::leaf::Opened;
use crate::domain::{Instant, deeds::said, text::Language};
use serde_json::Value;
use std::io::{self, Write};
use uuid::Uuid;

const STYLE: &str = include_str!("bundle/history.css");

/// Writes the print, entry by entry.
#[derive(Debug)]
pub struct Print<W: Write> {
    out: W,
    /// The history of the entry before.
    before: Option<(String, Uuid)>,
    failed: Option<String>,
}

/// Text that cannot be taken for markup. Control characters would not be allowed in HTML either.
fn safe(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\t' => safe.push(character),
            hidden if hidden.is_control() || is_bidi(hidden) => safe.push('\u{fffd}'),
            plain => safe.push(plain),
        }
    }
    safe
}

/// Marks that turn the direction of reading could make a text look like another one.
fn is_bidi(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn words(name: &str) -> String {
    safe(&name.replace('_', " "))
}

/// `6 October 2025, 08:00:12 UTC`
fn when(text: &str) -> String {
    let Ok(at) = text.parse::<Instant>() else {
        return safe(text);
    };
    jiff::fmt::strtime::format("%-d %B %Y, %H:%M:%S UTC", at).unwrap_or_else(|_| safe(text))
}

impl<W: Write> Print<W> {
    /// Begins a print.
    ///
    /// # Errors
    /// When `out` does not take it.
    pub fn begin(mut out: W, origin: &str, size: u64) -> io::Result<Self> {
        let origin = safe(origin);
        write!(
            out,
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>History from the log {origin}</title>\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>{STYLE}</style></head>\n\
             <body><header><h1>History <span lang=\"ru\">История</span></h1>\n\
             <p>Entries of the log <b>{origin}</b>, which had {size} entries when this was made, in their order. The \
             program <code>corridor verify</code> has made this print again from the signed entries if it found the \
             bundle valid; without that, it proves nothing. Times are UTC.</p></header>\n<main>\n"
        )?;
        Ok(Self {
            out,
            before: None,
            failed: None,
        })
    }

    /// The next entry.
    pub fn entry(&mut self, opened: &Opened) {
        if self.failed.is_none()
            && let Err(error) = self.write(opened)
        {
            self.failed = Some(error.to_string());
        }
    }

    fn write(&mut self, opened: &Opened) -> io::Result<()> {
        let event = &opened.event;
        let text = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default();
        let history = (opened.kind.clone(), opened.stream);
        if self.before.as_ref() != Some(&history) {
            let (kind, stream) = (words(&opened.kind), opened.stream);
            writeln!(self.out, "<h2>{kind} <span class=\"id\">{stream}</span></h2>")?;
            self.before = Some(history);
        }
        let what = text("type");
        let (english, russian) = (safe(&said(what, Language::En)), safe(&said(what, Language::Ru)));
        let by = |name: &str| event["by"].get(name).and_then(Value::as_str).unwrap_or_default();
        write!(
            self.out,
            "<article><h3><span class=\"no\">{}.</span> {english}",
            opened.seq
        )?;
        if russian != english {
            write!(self.out, " <span class=\"ru\" lang=\"ru\">{russian}</span>")?;
        }
        write!(
            self.out,
            "</h3>\n<p class=\"fact\"><time datetime=\"{}\">{}</time> · rule {} · by {} <span class=\"id\">{}</span>",
            safe(text("recorded_at")),
            when(text("recorded_at")),
            safe(text("rule")),
            words(by("role")),
            safe(by("person")),
        )?;
        if !by("delegation").is_empty() {
            write!(self.out, " for {}", safe(by("delegation")))?;
        }
        if text("effective_at") != text("recorded_at") {
            write!(self.out, " · in effect since {}", when(text("effective_at")))?;
        }
        writeln!(self.out, "</p>")?;
        let to: Vec<String> = event["to"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(words)
            .collect();
        if !to.is_empty() {
            writeln!(self.out, "<p class=\"fact\">Led to: {}</p>", to.join(", "))?;
        }
        if !text("clock").is_empty() {
            writeln!(self.out, "<p class=\"fact\">Clock: {}</p>", words(text("clock")))?;
        }
        if let Some(data) = event.get("data") {
            self.value(data)?;
        }
        writeln!(
            self.out,
            "<p class=\"hash\">Entry {} · after {}</p></article>",
            opened.id,
            hex::encode(opened.prev)
        )
    }

    fn value(&mut self, value: &Value) -> io::Result<()> {
        match value {
            Value::Object(members) if members.is_empty() => write!(self.out, "<i>withheld</i>"),
            Value::Object(members) if members.len() == 1 && members.contains_key("$private") => {
                self.value(&members["$private"])
            }
            Value::Object(members) => {
                write!(self.out, "<dl>")?;
                for (name, member) in members {
                    write!(self.out, "<dt>{}</dt><dd>", words(name))?;
                    self.value(member)?;
                    write!(self.out, "</dd>")?;
                }
                writeln!(self.out, "</dl>")
            }
            Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
                for (n, item) in items.iter().enumerate() {
                    if n > 0 {
                        write!(self.out, ", ")?;
                    }
                    self.value(item)?;
                }
                Ok(())
            }
            Value::Array(items) => {
                write!(self.out, "<ol>")?;
                for item in items {
                    write!(self.out, "<li>")?;
                    self.value(item)?;
                    write!(self.out, "</li>")?;
                }
                writeln!(self.out, "</ol>")
            }
            Value::String(text) => write!(self.out, "{}", safe(text)),
            Value::Null => write!(self.out, "none"),
            other => write!(self.out, "{other}"),
        }
    }

    /// Ends the print; what it was written to.
    ///
    /// # Errors
    /// When `out` did not take it.
    pub fn end(mut self) -> io::Result<W> {
        if let Some(error) = self.failed {
            return Err(io::Error::other(error));
        }
        writeln!(self.out, "</main></body></html>")?;
        self.out.flush()?;
        Ok(self.out)
    }
}
