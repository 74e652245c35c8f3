//! What is taken off a price, for whom, and which of several counts.
//!
//! * A *discount* has a timeline: from an instant on it has these terms, or none (it has ended). Terms say for whom
//!   (everybody, a group, a customer), for what (TLDs, operations, the whole purchase or its first year only), and how much:
//!   a percentage, or an amount once per purchase.
//! * A *coupon* is a discount that asks for its code, whatever its case. How often it may be used is not known here.
//!
//! The stacking rule:
//!
//! 1. Of the discounts that apply to the buyer, **the one that saves most counts, never several**. Of two that save the same,
//!    the customer's own comes before their group's, that before everybody's, and then the lower id.
//! 2. A coupon that *stacks* is taken off what remains.
//! 3. A coupon that does not stack *replaces* the discount when it saves more; else it takes nothing off.
//!
//! What is taken off is a share rounded half to even to the currency's minor unit, or an amount; never more than there is,
//! so no price falls below zero. Off the first year only is off nothing where a price has no first year (a term with a
//! price of its own, a restore without renewal). An amount in another currency is converted at the rate prices are converted
//! at, mark-up included, where converting is allowed and there is a rate; else it does not apply.

mod apply;
mod book;
mod terms;
#[cfg(test)]
mod tests;

pub use book::{BadDiscount, DiscountBook, DiscountFault, Entry};
pub use terms::{Off, Operations, Terms, Tlds, Whom, Years, coupon_code};

pub(super) use apply::Purchase;
