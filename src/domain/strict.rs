//! Reading numbers and dates from JSON so strictly that nothing is ever guessed.
//!
//! Amounts are strings of digits with an optional point: no JSON numbers (they may have passed through floating point),
//! no thousands separators, no exponents, no signs. Dates are `YYYY-MM-DD` and nothing else: never instants.

use super::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de::Error};

/// The most digits an amount may have after the point.
pub const MAX_PLACES: u32 = 6;
/// No amount is greater than this: one million million.
pub const MAX_AMOUNT: i64 = 1_000_000_000_000;

/// Why a text is not an amount.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    #[error(
        "\"{0}\" is not an amount: write digits with an optional point, for example \"25000\" or \"12.5\", \
         without separators, exponents or spaces"
    )]
    Form(String),
    #[error("{0} is negative; an amount is zero or more")]
    Negative(String),
    #[error("{0} has more than {MAX_PLACES} digits after the point (over-precise)")]
    OverPrecise(String),
    #[error("{0} is more than {MAX_AMOUNT}, the largest amount accepted")]
    Absurd(String),
}

/// Reads an amount written in plain digits.
pub fn parse_amount(text: &str) -> Result<Decimal, AmountError> {
    let shown = || text.chars().take(40).collect::<String>();
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || whole.len() > 1 && whole.starts_with('0') {
        return Err(AmountError::Form(shown()));
    }
    if text.starts_with('-') {
        return Err(AmountError::Negative(shown()));
    }
    if fraction.trim_end_matches('0').len() > MAX_PLACES as usize {
        return Err(AmountError::OverPrecise(shown()));
    }
    if whole.len() > 13 {
        return Err(AmountError::Absurd(shown()));
    }
    let kept = &fraction[..fraction.len().min(MAX_PLACES as usize)];
    let plain = if unsigned.contains('.') {
        format!("{whole}.{kept}")
    } else {
        whole.to_owned()
    };
    let amount: Decimal = plain.parse().map_err(|_| AmountError::Form(shown()))?;
    within(amount)
}

/// An amount that is not negative, not over-precise and not absurd.
pub fn within(amount: Decimal) -> Result<Decimal, AmountError> {
    if amount.is_sign_negative() && !amount.is_zero() {
        return Err(AmountError::Negative(amount.to_string()));
    }
    if amount.normalize().scale() > MAX_PLACES {
        return Err(AmountError::OverPrecise(amount.to_string()));
    }
    if amount > Decimal::from(MAX_AMOUNT) {
        return Err(AmountError::Absurd(amount.to_string()));
    }
    Ok(amount)
}

/// Reads a date written `YYYY-MM-DD`, of the years 1990 to 2199.
pub fn parse_date(text: &str) -> Result<Date, String> {
    let form = || {
        format!(
            "\"{}\" is not a date: write YYYY-MM-DD, of a year from 1990 to 2199",
            text.chars().take(40).collect::<String>()
        )
    };
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, b)| {
            if at == 4 || at == 7 {
                *b == b'-'
            } else {
                b.is_ascii_digit()
            }
        });
    if !shaped {
        return Err(form());
    }
    let date: Date = text
        .parse()
        .map_err(|_| format!("{text} is not a day of the calendar"))?;
    if !(1990..2200).contains(&date.year()) {
        return Err(format!("{text} is out of range: years 1990 to 2199 are accepted"));
    }
    Ok(date)
}

/// `#[serde(with = "strict::amount")]`
pub mod amount {
    use super::{Decimal, Deserialize, Deserializer, Error, parse_amount};

    pub fn serialize<S: serde::Serializer>(amount: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(amount)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        let text = super::string(deserializer)?;
        parse_amount(&text).map_err(D::Error::custom)
    }

    /// The same for an amount that may be absent or null.
    pub mod option {
        use super::{Decimal, Deserialize, Deserializer, Error, parse_amount};

        pub fn serialize<S: serde::Serializer>(amount: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
            match amount {
                Some(amount) => serializer.collect_str(amount),
                None => serializer.serialize_none(),
            }
        }

        pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
            let text = Option::<super::super::Text>::deserialize(deserializer)?;
            text.map(|text| parse_amount(&text.0).map_err(D::Error::custom))
                .transpose()
        }
    }
}

/// `#[serde(deserialize_with = "strict::date")]`
pub fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_date(&text).map_err(D::Error::custom)
}

/// `#[serde(default, deserialize_with = "strict::date_option")]`
pub fn date_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| parse_date(&text).map_err(D::Error::custom)).transpose()
}

fn string<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Text::deserialize(deserializer).map(|text| text.0)
}

/// A string that says what it wanted when it meets a number.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl serde::de::Visitor<'_> for Reader {
            type Value = Text;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an amount as a string, for example \"25000\" (JSON numbers are not exact)")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
                Ok(Text(text.to_owned()))
            }
        }
        deserializer.deserialize_str(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_digits_are_amounts() {
        for text in ["0", "5", "25000", "12.5", "0.000001", "1000000000000", "1.50000000"] {
            assert!(parse_amount(text).is_ok(), "{text}");
        }
        assert_eq!(parse_amount("191600.00").unwrap().to_string(), "191600.00");
    }

    #[test]
    fn anything_else_is_refused_with_its_reason() {
        for text in [
            "", " 5", "5 ", "25,000", "1e5", "+5", ".5", "5.", "٥", "0x5", "NaN", "007", "--5", "1.2.3",
        ] {
            assert!(matches!(parse_amount(text), Err(AmountError::Form(_))), "{text}");
        }
        assert!(matches!(parse_amount("-1"), Err(AmountError::Negative(_))));
        assert!(matches!(parse_amount("0.0000001"), Err(AmountError::OverPrecise(_))));
        assert!(matches!(parse_amount("1000000000000.1"), Err(AmountError::Absurd(_))));
        assert!(matches!(parse_amount(&"9".repeat(200)), Err(AmountError::Absurd(_))));
    }

    #[test]
    fn a_date_is_ten_characters_of_a_real_day() {
        assert_eq!(parse_date("2024-02-29").unwrap().to_string(), "2024-02-29");
        for text in [
            "2023-02-29",
            "2024-2-9",
            "2024-02-29T00:00",
            "20240229",
            "0001-01-01",
            "9999-12-31",
            "２024-01-01",
        ] {
            assert!(parse_date(text).is_err(), "{text}");
        }
    }
}
