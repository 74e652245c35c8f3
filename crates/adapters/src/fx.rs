//! Feeds of exchange rates: adapters of the port `reference::rates::ports::RateFeed`, each beside its simulator, and a
//! market that never was for simulators and demos to speak of.

pub mod exchangerate_api;
pub mod market;

#[cfg(test)]
mod contract;
