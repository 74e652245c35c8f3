//! What the pricing engine promises, rule by rule, by properties, and on two real price lists.

mod currencies;
mod fees;
mod knowledge;
mod margins;
mod price_lists;
mod properties;
mod refusals;
mod shelf;
mod terms;
mod traces;
