//! Units of UNECE Recommendation 20 (revision 17e, 2021), with the conversion factors as printed there.

use rust_decimal::Decimal;
use std::fmt;

/// What a unit measures. Quantities are converted only within one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Base unit KGM.
    Mass,
    /// Base unit H87 (piece).
    Count,
    /// Base unit LTR.
    Volume,
    /// Base unit MTR.
    Length,
    /// Base unit MTK (square metre).
    Area,
    /// Base unit KWH.
    Energy,
}

impl Dimension {
    /// The base unit's code.
    #[must_use]
    pub fn base(self) -> &'static str {
        match self {
            Self::Mass => "KGM",
            Self::Count => "H87",
            Self::Volume => "LTR",
            Self::Length => "MTR",
            Self::Area => "MTK",
            Self::Energy => "KWH",
        }
    }

    /// What a thousandth of the base unit is called.
    #[must_use]
    pub fn finest(self) -> &'static str {
        match self {
            Self::Mass => "whole grams",
            Self::Count => "thousandths of a piece",
            Self::Volume => "whole millilitres",
            Self::Length => "whole millimetres",
            Self::Area => "thousandths of a square metre",
            Self::Energy => "whole watt hours",
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mass => "mass",
            Self::Count => "count",
            Self::Volume => "volume",
            Self::Length => "length",
            Self::Area => "area",
            Self::Energy => "energy",
        })
    }
}

/// A unit: code, English name, dimension, factor to the base unit as `digits × 10^-places`.
#[derive(Debug, PartialEq, Eq)]
pub struct Unit {
    pub code: &'static str,
    pub name: &'static str,
    pub dimension: Dimension,
    digits: i64,
    places: u32,
}

impl Unit {
    /// How many base units one of this is.
    #[must_use]
    pub fn factor(&self) -> Decimal {
        Decimal::new(self.digits, self.places)
    }
}

const fn u(code: &'static str, name: &'static str, dimension: Dimension, digits: i64, places: u32) -> Unit {
    Unit {
        code,
        name,
        dimension,
        digits,
        places,
    }
}

use Dimension::{Area, Count, Energy, Length, Mass, Volume};

/// Every unit this service knows.
pub const UNITS: &[Unit] = &[
    u("KGM", "kilogram", Mass, 1, 0),
    u("TNE", "tonne (metric ton)", Mass, 1000, 0),
    u("2U", "megagram", Mass, 1000, 0),
    u("KTN", "kilotonne", Mass, 1_000_000, 0),
    u("DTN", "decitonne", Mass, 100, 0),
    u("HGM", "hectogram", Mass, 1, 1),
    u("GRM", "gram", Mass, 1, 3),
    u("MGM", "milligram", Mass, 1, 6),
    u("LTN", "ton (UK), long ton (US)", Mass, 1_016_047, 3),
    u("STN", "ton (US), short ton (UK)", Mass, 9_071_847, 4),
    u("CWI", "hundredweight (UK)", Mass, 5_080_235, 5),
    u("CWA", "hundred pound (US)", Mass, 453_592, 4),
    u("LBR", "pound", Mass, 45_359_237, 8),
    u("H87", "piece", Count, 1, 0),
    u("EA", "each", Count, 1, 0),
    u("C62", "one", Count, 1, 0),
    u("NAR", "number of articles", Count, 1, 0),
    u("SET", "set", Count, 1, 0),
    u("KT", "kit", Count, 1, 0),
    u("PR", "pair", Count, 2, 0),
    u("NPR", "number of pairs", Count, 2, 0),
    u("DZN", "dozen", Count, 12, 0),
    u("CEN", "hundred", Count, 100, 0),
    u("GRO", "gross", Count, 144, 0),
    u("MIL", "thousand", Count, 1000, 0),
    u("LTR", "litre", Volume, 1, 0),
    u("MLT", "millilitre", Volume, 1, 3),
    u("DMQ", "cubic decimetre", Volume, 1, 0),
    u("HLT", "hectolitre", Volume, 100, 0),
    u("MTQ", "cubic metre", Volume, 1000, 0),
    u("GLL", "gallon (US)", Volume, 3_785_412, 6),
    u("GLI", "gallon (UK)", Volume, 4_546_092, 6),
    u("BLL", "barrel (US)", Volume, 1_589_873, 4),
    u("BUA", "bushel (US)", Volume, 3_523_907, 5),
    u("BUI", "bushel (UK)", Volume, 3_636_872, 5),
    u("MTR", "metre", Length, 1, 0),
    u("KMT", "kilometre", Length, 1000, 0),
    u("CMT", "centimetre", Length, 1, 2),
    u("MMT", "millimetre", Length, 1, 3),
    u("MTK", "square metre", Area, 1, 0),
    u("HAR", "hectare", Area, 10_000, 0),
    u("KWH", "kilowatt hour", Energy, 1, 0),
    u("MWH", "megawatt hour", Energy, 1000, 0),
];

/// Codes that look like units but are packages: Rec 20 has them as deleted or not at all, Rec 21 has them.
const PACKAGES: &[&str] = &[
    "BE", "BG", "BJ", "BO", "BX", "CN", "CR", "CS", "CT", "DR", "PA", "PK", "PX", "RO", "SA", "TN",
];

/// The unit with this code. Codes are exact: `TNE`, not `tne`.
#[must_use]
pub fn unit(code: &str) -> Option<&'static Unit> {
    UNITS.iter().find(|unit| unit.code == code)
}

/// Is this a package code of Rec 21 and no unit?
#[must_use]
pub fn package_code(code: &str) -> bool {
    PACKAGES.contains(&code)
}
