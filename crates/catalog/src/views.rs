//! What several routes answer with.

use kernel::{Currency, Percent, Problem};
pub(crate) use web::exposures::MoneyView;

/// A percentage as the API writes it: decimal text with four digits, as exact as it is kept.
pub(crate) fn percent(percent: Percent) -> String {
    percent.text(4, kernel::Rounding::HalfEven)
}

/// The currency a body names.
pub(crate) fn currency(code: &str) -> Result<Currency, Problem> {
    Currency::parse(code.trim()).map_err(|_| Problem::refused("invalid_fields").field("/currency", "currency_unknown"))
}
