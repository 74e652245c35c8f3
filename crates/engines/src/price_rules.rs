//! From costs to sales prices: which rule makes a price, and step by step how.
//!
//! * A *rule* says what it is for (a registrar's costs, TLDs or a group of them, operations, a sales list), how a price is
//!   made (a mark-up on the cost, or a margin on the price), how it is rounded and what must be left. Of the rules that fit,
//!   the first by priority makes the price, and no other has a say.
//! * A *mark-up* is a share of the cost and an amount on top: cost 10.00 + 20 % + 1.00 = 13.00. A *margin* is a share of the
//!   price: cost 10.00 at 20 % = 12.50.
//! * Rounding takes a price to the next one that is allowed: any multiple of a step, perhaps with an ending (`.99`).
//! * The *minimum margin*, on price, is what rounding may not break: where it would, the price goes up to the next allowed
//!   one that keeps it. Only a rule that says it is a *loss leader* may go below it.
//!
//! A cost in another currency is converted once, at the dated rate, before anything else. The exact price is rounded half to
//! even to the currency's minor unit first, then to what is allowed.

mod generate;
mod grid;
mod rule;
#[cfg(test)]
mod tests;

pub use generate::{Generated, Made, NotGenerated, RuleStep, generate};
pub use grid::{BadGrid, Direction, Grid};
pub use rule::{BadRule, Formula, PriceRule, Subject, TldFilter};
