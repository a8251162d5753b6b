//! The what-if tool's question, read strictly.

use crate::{
    clockwork::Stop,
    domain::{Date, Instant, notice::ClockPolicy},
};
use serde::{Deserialize, Deserializer, de::Error as _};
use std::{collections::BTreeSet, fmt};

/// What is asked.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) policy: ClockPolicy,
    pub(super) holidays: BTreeSet<Date>,
    pub(super) calendars: Vec<String>,
    pub(super) start: Instant,
    pub(super) stops: Vec<Stop>,
    pub(super) extension_days: u32,
    pub(super) as_of: Option<Instant>,
}

/// What is wrong with a question, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// The JSON path, such as `stops[0].from`. None: the whole.
    pub(super) path: Option<String>,
    pub(super) message: String,
}

impl Problem {
    pub(super) fn at(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            path: Some(path.into()),
            message: message.into(),
        }
    }

    pub(super) fn whole(message: impl Into<String>) -> Self {
        Self {
            path: None,
            message: message.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{path}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// The reader's messages name types of the program; a stranger needs to know what to write.
fn in_words(message: &str) -> String {
    message
        .replace("expected u32", "expected a whole number, 0 or more")
        .replace("EOF while parsing", "the file ends in the middle of")
}

impl Question {
    pub(super) fn read(json: &[u8]) -> Result<Self, Problem> {
        let json = json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(json);
        if json.trim_ascii_start().first() != Some(&b'{') {
            return Err(Problem::whole("this is not a JSON object (it should begin with \"{\")"));
        }
        let mut reader = serde_json::Deserializer::from_slice(json);
        let written: Written = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let path = error.path().to_string();
            let message = in_words(&error.inner().to_string());
            if path == "." {
                Problem::whole(message)
            } else {
                Problem::at(path, message)
            }
        })?;
        reader.end().map_err(|error| Problem::whole(error.to_string()))?;
        Ok(written.into())
    }
}

/// The JSON as it stands.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    policy: ClockPolicy,
    #[serde(default)]
    holidays: Vec<WrittenDate>,
    #[serde(default)]
    calendars: Vec<String>,
    start: WrittenInstant,
    #[serde(default)]
    stops: Vec<WrittenStop>,
    #[serde(default)]
    extension_days: u32,
    #[serde(default)]
    as_of: Option<WrittenInstant>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStop {
    from: WrittenInstant,
    /// Must be there: a stop is open only if it says so with `null`.
    #[serde(deserialize_with = "Option::deserialize")]
    to: Option<WrittenInstant>,
}

impl From<Written> for Question {
    fn from(written: Written) -> Self {
        let stop = |stop: WrittenStop| Stop {
            from: stop.from.0,
            to: stop.to.map(|to| to.0),
        };
        Self {
            policy: written.policy,
            holidays: written.holidays.into_iter().map(|date| date.0).collect(),
            calendars: written.calendars,
            start: written.start.0,
            stops: written.stops.into_iter().map(stop).collect(),
            extension_days: written.extension_days,
            as_of: written.as_of.map(|as_of| as_of.0),
        }
    }
}

struct WrittenInstant(Instant);

impl<'de> Deserialize<'de> for WrittenInstant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(|_| {
            D::Error::custom(format!(
                "{text:?} is not an instant; write date, time and offset from UTC, such as 2025-10-01T10:00:00+02:00"
            ))
        })
    }
}

struct WrittenDate(Date);

impl<'de> Deserialize<'de> for WrittenDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.parse::<Date>() {
            // Nothing but a date may stand here: no time of day, no other spelling.
            Ok(date) if date.to_string() == text => Ok(Self(date)),
            _ => Err(D::Error::custom(format!(
                "{text:?} is not a date; write it as YYYY-MM-DD, such as 2025-12-25"
            ))),
        }
    }
}
