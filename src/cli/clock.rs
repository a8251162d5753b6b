//! `corridor clock`: what if? The statutory clock for a start, stops and an extension of one's own.

mod input;
mod text;

#[cfg(test)]
mod tests;

use crate::{
    clock::Clock,
    clockwork::{ClockError, Reckoning, calendar, reckon, union},
    domain::{Date, Instant},
};
use anyhow::Context as _;
use input::{Problem, Question};
use std::{
    collections::BTreeSet,
    io::{Read, Write},
    path::{Path, PathBuf},
};

/// More than any question needs; a limit against reading for ever.
const MOST_BYTES: u64 = 4 << 20;

/// Reckons when a decision is due, and shows day by day why.
///
/// Reads a question in JSON: the clock's policy as a notice fixes it, the instant the clock starts, its stops, an
/// extension, the days off. Answers with day 0, the last counted day (raw due), the due day, the instant at which
/// time is up, and every date from day 0 to the due day. Nothing is stored and no case is touched.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = HELP)]
pub struct ClockArgs {
    /// The question: a file, or - to read it from standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Answer in JSON, for programs, instead of text
    #[arg(long)]
    json: bool,
}

const HELP: &str = concat!(
    "The question, for example (docs/examples/clock.json):\n\n",
    include_str!("../../docs/examples/clock.json"),
    r#"
  policy.unit         "calendar" or "working": which days count
  policy.days         how many
  policy.tz           the time zone whose midnights end the days
  policy.cutoff       a start after this local time, or on a day off, counts from the next working day;
                      null: the local date of the start is day 0, whatever the hour
  policy.roll         "next_working": a due day off moves to the next working day; "none": it stays
  calendars           public holidays by name: none@1, ru-public@1, us-federal@1 (may be left out)
  holidays            further days off, as dates (may be left out)
  start               the instant the clock starts, with its offset from UTC
  stops               while the clock stands still; "to": null means it still does (may be left out)
  extension_days      further days granted (may be left out)
  as_of               when an open stop is taken to end; left out, now

The whole policy block of a notice may stand in "policy" too. Any other field is refused.

Try:
  corridor clock docs/examples/clock.json
  corridor clock --json - < docs/examples/clock.json

Exit code: 0 answered; 2 the question cannot be read or makes no sense (which part, is said on standard error)."#
);

/// Answers the question in the file; the exit code.
///
/// # Errors
/// The answer could not be written. What is wrong with the question goes to standard error, with exit code 2.
pub fn run(args: &ClockArgs, out: &mut impl Write) -> anyhow::Result<i32> {
    let answered = read(&args.file).and_then(|question| answer(&question, args.json, Clock::Wall.now()));
    match answered {
        Ok(answer) => {
            out.write_all(answer.as_bytes()).context("writing the answer")?;
            Ok(0)
        }
        Err(problem) => {
            eprintln!("corridor clock: {}: {problem}", args.file.display());
            Ok(2)
        }
    }
}

fn read(file: &Path) -> Result<Vec<u8>, Problem> {
    let mut question = Vec::new();
    let limit = MOST_BYTES + 1;
    let bytes = if file == Path::new("-") {
        std::io::stdin().lock().take(limit).read_to_end(&mut question)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(limit).read_to_end(&mut question))
    };
    match bytes {
        Ok(bytes) if bytes as u64 > MOST_BYTES => Err(Problem::whole("this is more than 4 MiB")),
        Ok(_) => Ok(question),
        Err(error) => Err(Problem::whole(format!("cannot be read: {error}"))),
    }
}

fn answer(question: &[u8], json: bool, now: Instant) -> Result<String, Problem> {
    let answer = Answer::to(Question::read(question)?, now)?;
    Ok(if json { answer.json()? } else { answer.to_string() })
}

/// A question and its answer.
struct Answer {
    question: Question,
    holidays: BTreeSet<Date>,
    /// When an open stop was taken to end. None: no stop is open.
    as_of: Option<Instant>,
    reckoning: Reckoning,
}

impl Answer {
    fn to(question: Question, now: Instant) -> Result<Self, Problem> {
        let as_of = question.as_of(now)?;
        let mut holidays = question.days_off()?;
        holidays.extend(&question.holidays);
        let Question {
            policy,
            start,
            stops,
            extension_days,
            ..
        } = &question;
        let reckoning =
            reckon(policy, &holidays, *start, stops, *extension_days, as_of).map_err(|error| blame(&error))?;
        question.check_years(&reckoning)?;
        Ok(Self {
            question,
            holidays,
            as_of,
            reckoning,
        })
    }

    fn json(&self) -> Result<String, Problem> {
        #[derive(serde::Serialize)]
        struct Printed<'a> {
            #[serde(flatten)]
            reckoning: &'a Reckoning,
            #[serde(skip_serializing_if = "Option::is_none")]
            as_of: Option<Instant>,
        }
        let printed = Printed {
            reckoning: &self.reckoning,
            as_of: self.as_of,
        };
        let json = serde_json::to_string_pretty(&printed).map_err(|error| Problem::whole(error.to_string()))?;
        Ok(json + "\n")
    }
}

impl Question {
    /// When an open stop is taken to end: as the question says, or now.
    fn as_of(&self, now: Instant) -> Result<Option<Instant>, Problem> {
        let open = self.stops.iter().enumerate().filter(|(_, stop)| stop.to.is_none());
        let Some((index, last)) = open.max_by_key(|(_, stop)| stop.from) else {
            return Ok(None);
        };
        let as_of = self.as_of.unwrap_or(now);
        if as_of < last.from {
            let message =
                format!("this stop is open and begins after {as_of}: say in \"as_of\" when it is taken to end");
            return Err(Problem::at(format!("stops[{index}].to"), message));
        }
        Ok(Some(as_of))
    }

    fn days_off(&self) -> Result<BTreeSet<Date>, Problem> {
        let unknown = |index: usize| {
            let names = [self.calendars[index].as_str()];
            union(&names)
                .err()
                .map(|error| Problem::at(format!("calendars[{index}]"), error.to_string()))
        };
        match (0..self.calendars.len()).find_map(unknown) {
            Some(problem) => Err(problem),
            None => union(&self.calendars).map_err(|error| Problem::at("calendars", error.to_string())),
        }
    }

    /// Refuses a clock that runs where a calendar does not know the holidays: a wrong day is worse than none.
    fn check_years(&self, found: &Reckoning) -> Result<(), Problem> {
        for (index, id) in self.calendars.iter().enumerate() {
            let Some(years) = calendar(id).and_then(|calendar| calendar.years.as_ref()) else {
                continue;
            };
            if !years.contains(&found.day_zero.year()) || !years.contains(&found.due.year()) {
                let (first, last, from, to) = (years.start(), years.end(), found.day_zero, found.due);
                let message = format!(
                    "{id} knows the holidays of {first} to {last} only, but this clock runs from {from} to {to}"
                );
                return Err(Problem::at(format!("calendars[{index}]"), message));
            }
        }
        Ok(())
    }
}

/// Which part of the question is at fault?
fn blame(error: &ClockError) -> Problem {
    let message = error.to_string();
    match error {
        ClockError::UnknownZone(_) => Problem::at("policy.tz", message),
        ClockError::BadCutoff(_) => Problem::at("policy.cutoff", message),
        ClockError::NoDays | ClockError::TooManyDays(_) => Problem::at("policy.days", message),
        ClockError::StopBackwards { stop } | ClockError::StillStopped { stop } => {
            Problem::at(format!("stops[{stop}].to"), message)
        }
        ClockError::NotInRange(given) => Problem::at(given.to_string(), message),
        ClockError::Endless => Problem::whole(message),
    }
}
