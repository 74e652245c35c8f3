//! A question for an effective price, and its answer.

use engines::margin::Margin;
use engines::pricing::{Operation, Priced};
use kernel::{Currency, CustomerId, DiscountId, Instant, RegistrarId};

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectiveQuestion {
    /// The ending, in any writing.
    pub tld: String,
    /// What is to be done with the name.
    pub operation: Operation,
    /// For how many years.
    pub years: u8,
    /// In which currency; nothing: the sales list's.
    pub currency: Option<Currency>,
    /// When; nothing: now.
    pub at: Option<Instant>,
    /// Who buys; nothing: a stranger.
    pub customer: Option<CustomerId>,
    /// A coupon's code.
    pub coupon: Option<String>,
}

/// What is paid, and why.
#[derive(Clone, Debug)]
pub struct EffectivePrice {
    /// The amounts and the trace.
    pub priced: Priced,
    /// The coupon asked for, where there is one of this code in force; its reduction is in the trace where it counted.
    pub coupon: Option<DiscountId>,
    /// Names of what was taken off, by its place in the trace.
    pub names: Vec<String>,
    /// The version of the book it was made from.
    pub book_version: i64,
    /// What it costs at the registrar that asks least, and what is left: for those who may see margins.
    pub earned: Option<Earned>,
}

/// What is left of a price.
#[derive(Clone, Debug)]
pub struct Earned {
    /// Where it would be bought.
    pub registrar: Option<RegistrarId>,
    /// What it costs there, and why.
    pub cost: Option<Priced>,
    /// What is left.
    pub margin: Margin,
}
