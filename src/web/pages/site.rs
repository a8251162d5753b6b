//! Templates and what they can call. One per language: a template never needs to be told which it speaks.

use super::{assets, figures, texts::Texts};
use crate::{domain::text::Language, web::problem::Problem};
use fluent_bundle::{FluentArgs, FluentValue};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, HtmlEscape, UndefinedBehavior, Value,
    value::{Kwargs, Serde},
};
use rust_embed::RustEmbed;
use std::sync::{Arc, LazyLock};

#[derive(RustEmbed)]
#[folder = "templates"]
struct Templates;

/// Texts and templates of one language.
pub struct Site {
    pub texts: Arc<Texts>,
    environment: Environment<'static>,
}

static SITES: LazyLock<[Arc<Site>; 2]> = LazyLock::new(|| Language::ALL.map(|language| Arc::new(Site::read(language))));

/// The site in this language. While developing it is read anew each time, so that an edit shows at once.
#[must_use]
pub fn site(language: Language) -> Arc<Site> {
    if cfg!(debug_assertions) {
        return Arc::new(Site::read(language));
    }
    let [english, russian] = &*SITES;
    Arc::clone(match language {
        Language::En => english,
        Language::Ru => russian,
    })
}

/// Every template: its name and its text.
pub fn template_sources() -> Vec<(String, String)> {
    let read = |name: std::borrow::Cow<'static, str>| {
        let file = Templates::get(&name)?;
        Some((name.into_owned(), String::from_utf8_lossy(&file.data).into_owned()))
    };
    Templates::iter().filter_map(read).collect()
}

impl Site {
    fn read(language: Language) -> Self {
        let texts = Arc::new(Texts::read(language));
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        teach(&mut environment, &texts);
        for (name, source) in template_sources() {
            if let Err(error) = environment.add_template_owned(name.clone(), source) {
                tracing::error!(name, %error, "a template cannot be read");
            }
        }
        Self { texts, environment }
    }

    /// Fills a template.
    ///
    /// # Errors
    /// `internal` when the template names something that is not there.
    pub fn fill(&self, template: &str, context: &serde_json::Value) -> Result<String, Problem> {
        let wrong = |error: Error| Problem::internal(format!("{template}: {error:#}"));
        let template = self.environment.get_template(template).map_err(wrong)?;
        template.render(Value::from(Serde(context))).map_err(wrong)
    }
}

/// A key of Fluent from a word of the process: `under_review` is `under-review` there.
#[must_use]
pub fn key(prefix: &str, word: &str) -> String {
    let word = word.replace(['_', ':', ' ', '.', '/'], "-");
    format!("{prefix}-{word}")
}

/// What a refusal or a condition of the law says, in a language that is not the law's own; each rule may say it in its
/// own way.
#[must_use]
pub fn refusal_text(texts: &Texts, rule: &str, code: &str) -> Option<String> {
    if texts.language() == Language::En {
        return None;
    }
    let known = [key(&format!("refusal-{rule}"), code), key("refusal", code)];
    known
        .iter()
        .find(|known| texts.has(known))
        .map(|known| texts.plain(known))
}

/// What kind of document a class such as `SUPPLY_CONTRACT` is, in words; submitters' own classes have none of ours.
#[must_use]
pub fn document_kind(texts: &Texts, class: &str) -> String {
    let known = key("class", &class.to_ascii_lowercase());
    if texts.has(&known) {
        texts.plain(&known)
    } else {
        class.replace('_', " ")
    }
}

fn teach(environment: &mut Environment<'static>, texts: &Arc<Texts>) {
    let own = Arc::clone(texts);
    environment.add_function("t", move |key: &str, named: Kwargs| say(&own, key, &named));
    let own = Arc::clone(texts);
    environment.add_function("has_text", move |key: &str| own.has(key));
    let own = Arc::clone(texts);
    // The word of a closed list (a state, a role, a country), in the reader's language.
    environment.add_function("word", move |prefix: &str, word: &str| own.plain(&key(prefix, word)));
    let own = Arc::clone(texts);
    environment.add_function("date", move |day: &str| {
        let day = day.get(..10).unwrap_or(day).parse();
        day.map(|day| own.date(day)).map_err(|_| said("this is no date"))
    });
    let own = Arc::clone(texts);
    environment.add_function("number", move |n: &str| figures::number(own.language(), n));
    let own = Arc::clone(texts);
    environment.add_function("quantity", move |amount: &str, unit: &str| {
        figures::quantity(&own, amount, unit)
    });
    let own = Arc::clone(texts);
    environment.add_function("kind", move |class: &str| document_kind(&own, class));
    let own = Arc::clone(texts);
    environment.add_function("country", move |code: &str| {
        super::screening::reasons::country(&own, code)
    });
    environment.add_function("asset", |name: &str| assets::address(name));
    environment.add_filter("slug", |text: &str| -> String {
        text.chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect()
    });
    environment.add_filter("lines", |text: &str| {
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    });
    let reader = texts.language();
    environment.add_filter("own", move |text: &Value| own_words(text, reader));
    environment.add_filter("short", |text: &str| text.chars().take(12).collect::<String>());
}

/// What a person wrote. Nobody says in which language; but letters of the other alphabet, and no others, are not read in
/// the voice of the page.
fn own_words(text: &Value, reader: Language) -> Value {
    let shown = HtmlEscape(text.as_str().unwrap_or_default()).to_string();
    let letters = || text.as_str().unwrap_or_default().chars().filter(|c| c.is_alphabetic());
    let cyrillic = |c: char| matches!(c, '\u{400}'..='\u{52f}');
    let other = match reader {
        Language::En => letters().any(cyrillic).then_some("ru"),
        Language::Ru => (letters().next().is_some() && !letters().any(cyrillic)).then_some("en"),
    };
    Value::from_safe_string(match other {
        Some(tongue) => format!("<span lang=\"{tongue}\">{shown}</span>"),
        None => shown,
    })
}

fn say(texts: &Texts, key: &str, named: &Kwargs) -> Result<String, Error> {
    let mut arguments = FluentArgs::new();
    for name in named.args() {
        let value: Value = named.get(name)?;
        let value = match (i64::try_from(value.clone()), value.as_str()) {
            (Ok(number), None) => FluentValue::from(number),
            (_, Some(text)) => FluentValue::from(text.to_owned()),
            _ => FluentValue::from(value.to_string()),
        };
        arguments.set(name.to_owned(), value);
    }
    Ok(texts.say(key, &arguments))
}

fn said(message: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_people_in_the_other_alphabet_say_their_language() {
        let said = |text: &str, reader| own_words(&Value::from(text), reader).to_string();
        assert_eq!(said("Wheat, <1 t", Language::En), "Wheat, &lt;1 t");
        assert_eq!(said("Wheat", Language::Ru), "<span lang=\"en\">Wheat</span>");
        assert_eq!(said("Пшеница", Language::En), "<span lang=\"ru\">Пшеница</span>");
        assert_eq!(said("Пшеница, MV EXAMPLE", Language::Ru), "Пшеница, MV EXAMPLE");
        assert_eq!(said("30 000", Language::Ru), "30 000");
        assert_eq!(own_words(&Value::UNDEFINED, Language::Ru).to_string(), "");
    }
}
