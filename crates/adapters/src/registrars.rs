//! Registrars: adapters of the port `domains::ports::Registrar`, each beside its simulator.

pub mod faults;
pub mod godaddy;

#[cfg(test)]
mod contract;
