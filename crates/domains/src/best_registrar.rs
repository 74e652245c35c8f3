//! Which registrar account is the cheapest for as long as a name is to be held, with every candidate and every step.
//! Costs: for those who may see margins.

pub(crate) mod http;
mod ops;
