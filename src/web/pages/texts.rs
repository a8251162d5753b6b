//! What pages say, in each language: Fluent texts from `locales/{en,ru}/{area}.ftl`.

use crate::domain::{Date, text::Language};
use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

#[derive(RustEmbed)]
#[folder = "locales"]
struct Locales;

/// All texts of one language.
pub struct Texts {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    /// Reads them; a text that cannot be read is left out and logged.
    #[must_use]
    pub fn read(language: Language) -> Self {
        let tag = language.tag().parse::<LanguageIdentifier>().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        bundle.set_use_isolating(false);
        for source in sources(language) {
            let resource = FluentResource::try_new(source.1).unwrap_or_else(|(resource, errors)| {
                tracing::error!(file = source.0, ?errors, "texts cannot be read");
                resource
            });
            if let Err(errors) = bundle.add_resource(resource) {
                tracing::error!(file = source.0, ?errors, "texts are there twice");
            }
        }
        Self { language, bundle }
    }

    /// Is there such a text?
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// The text of this key; `⟦key⟧` if there is none, which the tests of pages find.
    #[must_use]
    pub fn say(&self, key: &str, arguments: &FluentArgs<'_>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(key, language = self.language.tag(), "a text is missing");
            return format!("⟦{key}⟧");
        };
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(arguments), &mut errors);
        if errors.is_empty() {
            text.into_owned()
        } else {
            tracing::error!(key, ?errors, "a text lacks an argument");
            format!("⟦{key}⟧")
        }
    }

    /// A text without arguments.
    #[must_use]
    pub fn plain(&self, key: &str) -> String {
        self.say(key, &FluentArgs::new())
    }

    /// The text of this key with these words in it.
    #[must_use]
    pub fn say_of(&self, key: &str, words: &[(&str, &str)]) -> String {
        self.say(key, &words.iter().copied().collect())
    }

    /// `31 October 2025`, `31 октября 2025 г.`
    #[must_use]
    pub fn date(&self, day: Date) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set("d", i64::from(day.day()));
        arguments.set("m", i64::from(day.month()));
        arguments.set("y", day.year().to_string());
        self.say("date", &arguments)
    }

    /// The language they are in.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }
}

/// Every file of a language: its name and its text.
pub fn sources(language: Language) -> Vec<(String, String)> {
    let folder = format!("{}/", language.tag());
    let mut names: Vec<_> = Locales::iter().filter(|name| name.starts_with(&folder)).collect();
    names.sort();
    let read = |name: std::borrow::Cow<'static, str>| {
        let file = Locales::get(&name)?;
        Some((name.into_owned(), String::from_utf8_lossy(&file.data).into_owned()))
    };
    names.into_iter().filter_map(read).collect()
}

#[cfg(test)]
#[path = "texts_tests.rs"]
mod tests;
