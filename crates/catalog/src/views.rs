//! What several routes answer with.

use kernel::{Currency, Money, Percent, Problem};
use serde::Serialize;
use utoipa::ToSchema;

/// An amount in minor units of its currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Money)]
pub(crate) struct MoneyView {
    /// Minor units: cents of USD, yen of JPY.
    #[schema(example = 1108)]
    pub(crate) minor: i64,
    /// ISO 4217 code.
    #[schema(example = "USD")]
    pub(crate) currency: &'static str,
}

impl From<Money> for MoneyView {
    fn from(money: Money) -> Self {
        Self {
            minor: money.minor,
            currency: money.currency.code(),
        }
    }
}

/// A percentage as the API writes it: decimal text with four digits, as exact as it is kept.
pub(crate) fn percent(percent: Percent) -> String {
    percent.text(4, kernel::Rounding::HalfEven)
}

/// The currency a body names.
pub(crate) fn currency(code: &str) -> Result<Currency, Problem> {
    Currency::parse(code.trim()).map_err(|_| Problem::refused("invalid_fields").field("/currency", "currency_unknown"))
}
