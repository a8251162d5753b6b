//! Exact quantities in a unit of UNECE Recommendation 20; never floating point (G7).
//!
//! A quantity is converted only within its dimension. The ledger counts in thousandths of the dimension's base unit
//! ([`Quantity::base_milli`]): grams for mass (base KGM), thousandths of a piece for counts (base H87),
//! millilitres for volume (base LTR).

mod unit;

pub use unit::{Dimension, UNITS, Unit, package_code, unit};

use super::strict::{self, AmountError};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};
use std::{cmp::Ordering, fmt};

/// An exact amount in a unit. In JSON the amount is a string: `{"amount": "240000", "unit": "TNE"}`.
///
/// Reading one from JSON refuses what is no amount (a JSON number, separators, exponents, a sign, more than six digits
/// after the point, more than a million million). An unknown unit is read, so that a draft can be kept and the check
/// can say what is wrong with it; arithmetic with it is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Quantity {
    #[serde(with = "strict::amount")]
    #[schema(value_type = String, example = "240000")]
    pub amount: Decimal,
    /// UNECE Rec 20 code, for example `TNE`.
    #[schema(example = "TNE")]
    pub unit: String,
}

/// Why a quantity cannot be made, converted or counted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    #[error(transparent)]
    Amount(#[from] AmountError),
    #[error("\"{0}\" is not a unit of UNECE Recommendation 20 that this service knows")]
    UnknownUnit(String),
    #[error("{0} is marked deleted (X) in UNECE Rec 20; packages belong to Rec 21, they are not units")]
    PackageCode(String),
    #[error("{from} ({from_dimension}) cannot be converted to {to} ({to_dimension})")]
    Dimension {
        from: &'static str,
        from_dimension: Dimension,
        to: &'static str,
        to_dimension: Dimension,
    },
    #[error("{0} cannot be expressed exactly in {1}")]
    Inexact(String, String),
    #[error("{0} is too large to be counted")]
    TooLarge(String),
    #[error("{0} is less than {1}: a quantity is never negative")]
    BelowZero(String, String),
}

impl Quantity {
    /// A quantity in a known unit. Refuses negative, over-precise and absurd amounts; zero is a quantity.
    pub fn new(amount: Decimal, code: &str) -> Result<Self, QuantityError> {
        let unit = known(code)?;
        Ok(Self {
            amount: strict::within(amount)?,
            unit: unit.code.to_owned(),
        })
    }

    /// Reads an amount in plain digits, in a known unit.
    pub fn parse(amount: &str, code: &str) -> Result<Self, QuantityError> {
        Self::new(strict::parse_amount(amount)?, code)
    }

    /// Its unit, or why that is none.
    pub fn known_unit(&self) -> Result<&'static Unit, QuantityError> {
        known(&self.unit)
    }

    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.amount.is_zero()
    }

    /// The same quantity in another unit of its dimension, exactly; refused where six digits after the point do not suffice.
    pub fn to_unit(&self, code: &str) -> Result<Self, QuantityError> {
        let to = known(code)?;
        let base = self.in_base(to)?;
        from_base(base, to).ok_or_else(|| QuantityError::Inexact(self.to_string(), to.code.to_owned()))
    }

    /// Thousandths of the dimension's base unit (mass: grams; count: thousandths of a piece; volume: millilitres), exactly.
    pub fn base_milli(&self) -> Result<i64, QuantityError> {
        let unit = self.known_unit()?;
        let milli = self
            .in_base(unit)?
            .checked_mul(Decimal::from(1000))
            .ok_or_else(|| QuantityError::TooLarge(self.to_string()))?;
        if !milli.fract().is_zero() {
            let finest = unit.dimension.finest();
            return Err(QuantityError::Inexact(self.to_string(), finest.to_owned()));
        }
        milli.to_i64().ok_or_else(|| QuantityError::TooLarge(self.to_string()))
    }

    /// The quantity of so many thousandths of the base unit of this unit's dimension.
    pub fn from_base_milli(milli: i64, code: &str) -> Result<Self, QuantityError> {
        let unit = known(code)?;
        if milli < 0 {
            return Err(AmountError::Negative(milli.to_string()).into());
        }
        let inexact = || QuantityError::Inexact(format!("{milli} {}", unit.dimension.finest()), unit.code.to_owned());
        from_base(Decimal::new(milli, 3), unit).ok_or_else(inexact)
    }

    /// The sum, in this quantity's unit.
    pub fn checked_add(&self, other: &Self) -> Result<Self, QuantityError> {
        let unit = self.known_unit()?;
        let sum = self.in_base(unit)? + other.in_base(unit)?;
        let sum = from_base(sum, unit).ok_or_else(|| QuantityError::Inexact(other.to_string(), self.unit.clone()))?;
        strict::within(sum.amount)?;
        Ok(sum)
    }

    /// The difference, in this quantity's unit; never below zero.
    pub fn checked_sub(&self, other: &Self) -> Result<Self, QuantityError> {
        if self.compare(other)? == Ordering::Less {
            return Err(QuantityError::BelowZero(self.to_string(), other.to_string()));
        }
        let unit = self.known_unit()?;
        let rest = self.in_base(unit)? - other.in_base(unit)?;
        from_base(rest, unit).ok_or_else(|| QuantityError::Inexact(other.to_string(), self.unit.clone()))
    }

    /// Which of two quantities of one dimension is greater, exactly.
    pub fn compare(&self, other: &Self) -> Result<Ordering, QuantityError> {
        let unit = self.known_unit()?;
        Ok(self.in_base(unit)?.cmp(&other.in_base(unit)?))
    }

    /// The amount in the base unit of `to`'s dimension.
    fn in_base(&self, to: &'static Unit) -> Result<Decimal, QuantityError> {
        let unit = self.known_unit()?;
        if unit.dimension != to.dimension {
            return Err(QuantityError::Dimension {
                from: unit.code,
                from_dimension: unit.dimension,
                to: to.code,
                to_dimension: to.dimension,
            });
        }
        strict::within(self.amount)?;
        self.amount
            .checked_mul(unit.factor())
            .ok_or_else(|| QuantityError::TooLarge(self.to_string()))
    }
}

/// The sum of quantities, in the unit of the first; none for no quantities.
pub fn total<'a>(quantities: impl IntoIterator<Item = &'a Quantity>) -> Result<Option<Quantity>, QuantityError> {
    quantities
        .into_iter()
        .try_fold(None, |sum: Option<Quantity>, next| match sum {
            Some(sum) => sum.checked_add(next).map(Some),
            None => next.known_unit().map(|_| Some(next.clone())),
        })
}

fn known(code: &str) -> Result<&'static Unit, QuantityError> {
    match unit(code) {
        Some(unit) => Ok(unit),
        None if package_code(code) => Err(QuantityError::PackageCode(code.to_owned())),
        None => Err(QuantityError::UnknownUnit(code.chars().take(20).collect())),
    }
}

fn from_base(base: Decimal, unit: &'static Unit) -> Option<Quantity> {
    let amount = base.checked_div(unit.factor())?;
    let amount = amount.round_dp(strict::MAX_PLACES).normalize();
    (amount.checked_mul(unit.factor())? == base).then(|| Quantity {
        amount,
        unit: unit.code.to_owned(),
    })
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount.normalize(), self.unit)
    }
}

#[cfg(test)]
mod tests;
