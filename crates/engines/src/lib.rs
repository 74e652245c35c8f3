#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

pub mod blast_radius;
pub mod fx;
pub mod margin;
pub mod posting;
pub mod price_rules;
pub mod pricing;
pub mod tax;
