//! Exact quantities in a unit of UNECE Recommendation 20; never floating point (G7).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An exact amount in a unit. In JSON the amount is a string: `{"amount": "240000", "unit": "TNE"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Quantity {
    #[serde(with = "rust_decimal::serde::str")]
    #[schema(value_type = String, example = "240000")]
    pub amount: Decimal,
    /// UNECE Rec 20 code, for example `TNE`.
    #[schema(example = "TNE")]
    pub unit: String,
}
