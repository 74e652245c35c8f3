//! Whether a coupon takes something off, and why not: silence would let a customer believe it had counted.

use engines::pricing::{Buyer, Pricing, Reducer};
use kernel::{DiscountId, Problem};

use super::model::LockLine;
use super::ops::field;

/// The coupon that took something off a line.
pub(super) fn taken(line: &LockLine) -> Option<DiscountId> {
    let mut reductions = line.trace.reductions().iter();
    reductions
        .find(|taken| taken.kind == Reducer::Coupon)
        .map(|taken| taken.discount)
}

/// That a coupon took something off at least one of these lines.
///
/// # Errors
/// `lock_coupon_unknown` (also when it is not in force or not for this buyer), `coupon_not_for_these_names`,
/// `coupon_saves_nothing` where discounts save as much already.
pub(super) fn takes_something(
    pricing: &Pricing<'_>,
    code: &str,
    buyer: Option<Buyer>,
    lines: &[LockLine],
) -> Result<(), Problem> {
    if lines.iter().any(|line| taken(line).is_some()) {
        return Ok(());
    }
    let at = lines.first().map(|line| line.trace.ask().at);
    let coupon = at.and_then(|at| pricing.discounts.coupon(code, at));
    Err(match coupon.map(|(_, terms)| terms) {
        Some(terms) if terms.whom.covers(buyer) => {
            let fits = |line: &LockLine| terms.fits(line.trace.ask().tld, line.operation());
            if lines.iter().any(fits) {
                field("/coupon", "coupon_saves_nothing")
            } else {
                field("/coupon", "coupon_not_for_these_names")
            }
        }
        _ => field("/coupon", "lock_coupon_unknown"),
    })
}
