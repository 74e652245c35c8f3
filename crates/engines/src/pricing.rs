//! What a domain name costs and sells for, at any moment, and why.
//!
//! * A *cell* is one price from one instant on: of a list (a registrar's costs, or the sales list), a TLD, an operation, a
//!   number of years, a kind and a currency. A cell holds until the next of its kind begins; a cell without an amount says
//!   that from then on there is none (a promotion ends, a TLD is no longer sold). Missing is missing; 0.00 is a price.
//! * A *price book* is an immutable snapshot of cells as they were known at one moment; it answers for any instant.
//! * Year 1 is charged at the promotion, else the first-year price, else the regular price; years 2 to n at the renewal
//!   price in force at the purchase. When the book has its own price for a term of n years, that one is taken.
//! * Costs carry the ICANN fee and, when asked for, privacy: both per year.
//!
//! * An *effective price* is what one buyer pays in any currency: the list's own price, else one converted cell by cell at
//!   the dated rate, less the buyer's discount and coupon ([`discounts`] says which counts).
//!
//! Deliberately absent: taxes, premium names, and the prices of sales lists beside the standard one.

mod ask;
mod best_registrar;
mod book;
mod build;
mod cells;
pub mod discounts;
mod effective;
mod listed;
mod names;
mod revised;
mod rules;
mod trace;
mod words;

pub use ask::{Amounts, CostAsk, NotPriced, PriceAsk, Priced, Promotion};
pub use best_registrar::{BestAsk, Candidate, Considered, HeldCost, NoCandidate, best_registrar};
pub use book::{InForce, Place, PriceBook};
pub use build::{BadCell, Cell, CellFault};
pub use effective::{Bare, Buyer, EffectiveAsk, Pricing, effective, effective_bare};
pub use listed::{cost, cost_bare, cost_converted, cost_converted_bare, price, price_bare};
pub use trace::{AskedAs, Reducer, Reduction, Rule, Step, Trace};
pub use words::{Kind, List, Operation};
