//! Numbers, quantities and instants as people read them.
//!
//! "25,000" is twenty-five thousand in English and twenty-five in Russian. So thousands are parted by a space in
//! both languages, and only the decimal mark differs.

use super::texts::Texts;
use crate::domain::{Instant, quantity::Quantity, text::Language};
use fluent_bundle::FluentArgs;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

/// `25 000.5` in English, `25 000,5` in Russian, with no-break spaces.
#[must_use]
pub fn number(language: Language, plain: &str) -> String {
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |rest| ("−", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let mut out = String::from(sign);
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n) % 3 == 0 && whole.len() > 3 {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(if language == Language::Ru { ',' } else { '.' });
        out.push_str(fraction);
    }
    out
}

/// `25 000 tonnes`.
#[must_use]
pub fn quantity(texts: &Texts, amount: &str, unit: &str) -> String {
    let shown = number(texts.language(), amount);
    let key = format!("unit-{unit}");
    if !texts.has(&key) {
        return format!("{shown}\u{a0}{unit}");
    }
    let mut arguments = FluentArgs::new();
    arguments.set("n", amount.parse::<f64>().unwrap_or_default());
    format!("{shown}\u{a0}{}", texts.say(&key, &arguments))
}

/// A share of a whole in per cent, with one digit: `97.1`; none of nothing.
#[must_use]
pub fn share(part: i64, whole: i64) -> Option<String> {
    let thousandths = part.saturating_mul(1000).checked_div(whole)?;
    Some(format!("{}.{}", thousandths / 10, thousandths % 10))
}

/// A quantity for a template: the amount, the unit and both in words.
#[must_use]
pub fn quantity_view(texts: &Texts, quantity: &Quantity) -> Value {
    let amount = quantity.amount.normalize().to_string();
    json!({ "amount": amount, "unit": quantity.unit, "text": self::quantity(texts, &amount, &quantity.unit) })
}

/// The city of a zone, in words.
#[must_use]
pub fn zone_name(texts: &Texts, zone: &str) -> String {
    let key = format!("zone-{}", zone.replace(['/', '_'], "-"));
    if texts.has(&key) {
        return texts.plain(&key);
    }
    zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")
}

/// An instant for a template: in the official zone, in UTC and where the reader is.
#[must_use]
pub fn when(texts: &Texts, at: Instant, official: &str, own: Option<&str>) -> Value {
    let said = |zone: &str| {
        let local = at.to_zoned_datetime(TimeZone::get(zone).unwrap_or(TimeZone::UTC));
        let (hour, minute) = (local.hour(), local.minute());
        (
            local.date(),
            format!("{}, {hour:02}:{minute:02}", texts.date(local.date())),
        )
    };
    let line = |zone: &str| json!({ "zone": zone_name(texts, zone), "text": said(zone).1 });
    let own = own.filter(|own| *own != official && *own != "UTC");
    json!({
        "iso": at.to_string(), "day": said(official).0.to_string(), "official": line(official),
        "utc": line("UTC"), "own": own.map(line), "official_is_utc": official == "UTC",
    })
}

/// A deadline for a template: like [`when`], but the midnight that ends a day belongs to that day: it is said as 24:00.
#[must_use]
pub fn deadline(texts: &Texts, at: Instant, official: &str, own: Option<&str>) -> Value {
    let mut view = when(texts, at, official, own);
    let local = at.to_zoned_datetime(TimeZone::get(official).unwrap_or(TimeZone::UTC));
    if let (0, 0, Ok(day)) = (local.hour(), local.minute(), local.date().yesterday()) {
        view["day"] = json!(day.to_string());
        view["official"]["text"] = json!(format!("{}, 24:00", texts.date(day)));
    }
    view
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_never_parted_by_a_mark_that_means_decimals_elsewhere() {
        assert_eq!(number(Language::En, "25000"), "25\u{a0}000");
        assert_eq!(number(Language::Ru, "25000"), "25\u{a0}000");
        assert_eq!(number(Language::En, "1234567.500"), "1\u{a0}234\u{a0}567.5");
        assert_eq!(number(Language::Ru, "-0.25"), "−0,25");
        assert_eq!(number(Language::En, "999"), "999");
    }

    #[test]
    fn an_instant_is_said_in_every_zone_that_matters() {
        let texts = Texts::read(Language::En);
        let at = "2026-12-31T14:00:00Z".parse().unwrap();
        let view = when(&texts, at, "Europe/Moscow", Some("America/New_York"));
        assert_eq!(view["official"]["text"], "31\u{a0}December 2026, 17:00");
        assert_eq!(view["utc"]["text"], "31\u{a0}December 2026, 14:00");
        assert_eq!(view["own"]["text"], "31\u{a0}December 2026, 09:00");
        assert_eq!(when(&texts, at, "UTC", Some("UTC"))["own"], Value::Null);
    }

    #[test]
    fn a_deadline_at_midnight_is_the_end_of_its_day() {
        let texts = Texts::read(Language::En);
        let said = |at: &str| deadline(&texts, at.parse().unwrap(), "Europe/Zurich", None)["official"]["text"].clone();
        assert_eq!(said("2027-04-23T22:00:00Z"), "23\u{a0}April 2027, 24:00");
        assert_eq!(said("2027-04-23T15:00:00Z"), "23\u{a0}April 2027, 17:00");
    }

    #[test]
    fn a_share_has_one_digit() {
        assert_eq!(share(233_099_000, 240_000_000).as_deref(), Some("97.1"));
        assert_eq!(share(0, 5).as_deref(), Some("0.0"));
        assert_eq!(share(5, 0), None);
    }
}
