//! Price rules: from costs to sales prices. A rule says which endings and operations of a sales list it is for, whose cost
//! it starts from, and how a price is made of it. Rules never stand between a customer and a price: *running* them makes
//! a plan of prices, which is kept and shown like an import's and applied exactly as it was shown, or not at all.
//!
//! Of the rules of a list the first that fits makes the price. What none fits, has no cost, or has a cost that cannot be
//! converted is named with its reason and keeps the price it has: nothing is guessed, and nothing is withdrawn. A plan
//! whose costs or exchange rates are others by the time it is applied is refused and made anew.
//!
//! Deliberately absent: promotions and first-year prices, which people set by hand and a run leaves as they are; and
//! running by itself, because what costs money is seen by a person first.

mod entity;
mod events;
mod form;
mod http;
mod model;
mod ops;
mod pages;
mod rates;
mod run;
mod sentence;
mod store;
mod terms;

pub use events::{PriceRulesChanged, RuleChange};
pub use model::{PriceRule, RuleVersion};
pub use ops::{
    MAX_PRICE_RULES, NewRun, add, apply, by_id, change, enable, keep, list, preview, reorder, run_of, starter,
};
pub use rates::UsedRate;
pub use run::{Line, NotMade, Run, Skipped, Standings, Tally, UsedRule};
pub use terms::{FormulaKind, MoneyText, RoundingText, RuleTerms, TldChoice, Towards};

pub(crate) use http::api;
pub(crate) use pages::pages;
