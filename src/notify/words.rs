//! How letters say dates, instants, numbers and quantities, in the letter's language.

use crate::domain::{
    Instant,
    quantity::Quantity,
    text::Language,
    wording::{date, deadline, end_of, moment, plural, quantity},
};
use jiff::tz::TimeZone;
use minijinja::{Environment, Error, ErrorKind, State, Value};

/// Makes these ways of saying available to every letter.
pub fn teach(environment: &mut Environment<'_>) {
    environment.add_filter("date", |state: &State<'_, '_>, day: &str| {
        Ok::<_, Error>(date(language(state), read(day)?))
    });
    environment.add_filter("date_of", |state: &State<'_, '_>, at: &str, zone: &str| {
        let local = read::<Instant>(at)?.to_zoned_datetime(time_zone(zone)?);
        Ok::<_, Error>(date(language(state), local.date()))
    });
    environment.add_filter("moment", |state: &State<'_, '_>, at: &str, zone: &str| {
        Ok::<_, Error>(moment(language(state), read(at)?, &time_zone(zone)?))
    });
    environment.add_filter("deadline", deadline_filter);
    environment.add_filter(
        "plural",
        |state: &State<'_, '_>, n: u64, one: &str, few: &str, many: Option<&str>| {
            plural(language(state), n, one, few, many.unwrap_or(few)).to_owned()
        },
    );
    environment.add_filter("quantity", quantity_filter);
}

fn language(state: &State<'_, '_>) -> Language {
    let russian = state
        .lookup("language")
        .is_some_and(|tag| tag.as_str() == Some(Language::Ru.tag()));
    if russian { Language::Ru } else { Language::En }
}

/// The last moment that is in time: a date means the end of that day.
fn deadline_filter(state: &State<'_, '_>, last: &str, zone: &str) -> Result<String, Error> {
    let (language, zone) = (language(state), time_zone(zone)?);
    if last.contains('T') {
        Ok(deadline(language, read(last)?, &zone))
    } else {
        Ok(end_of(language, read(last)?, &zone))
    }
}

fn quantity_filter(state: &State<'_, '_>, what: &Value) -> Result<String, Error> {
    let (amount, unit) = (what.get_attr("amount")?, what.get_attr("unit")?);
    let unit = unit.as_str().unwrap_or_default().to_owned();
    Ok(quantity(
        language(state),
        &Quantity {
            amount: read(amount.as_str().unwrap_or_default())?,
            unit,
        },
    ))
}

fn read<T: std::str::FromStr>(text: &str) -> Result<T, Error> {
    text.parse()
        .map_err(|_| said(format!("“{text}” cannot be said as a date, an instant or a number")))
}

fn said(message: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}

fn time_zone(name: &str) -> Result<TimeZone, Error> {
    TimeZone::get(name).map_err(|_| said(format!("“{name}” is no time zone")))
}
